"""The contract of an environment: read, check, report, as the file does it before an app starts."""


def main(argv: list[str]) -> int:
    """Run `tinyinit contract` with the words after `contract`; return the exit code."""
    from tinyinit.contract.command import main as run  # noqa: PLC0415  (readers need no command line)

    return run(argv)
