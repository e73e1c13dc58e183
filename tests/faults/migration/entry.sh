#!/bin/sh
# Work before main: until it is done the shell is deaf, and main starts all the same.
python3 "$(dirname "$0")/migrate.py" && exec python3 "$(dirname "$0")/../app.py"
