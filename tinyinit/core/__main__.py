"""`python -m tinyinit.core` prints the path of the file, for COPY and for dockerd's init-path."""

import sys

from tinyinit import core


def main() -> int:
    """Print the path; 1 and a line on stderr where there is no file."""
    try:
        sys.stdout.write(f"{core.path()}\n")
    except FileNotFoundError as error:
        sys.stderr.write(f"tinyinit: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
