"""`python -m tinyinit.stack`: the same as `tinyinit stack`."""

import sys

from tinyinit.stack import main

sys.exit(main(sys.argv[1:]))
