#!/bin/sh
# exec replaces the shell and with it the trap: what it promises never happens.
trap 'echo "lock removed"' EXIT
exec python3 "$(dirname "$0")/../app.py"
