#!/bin/sh
# No exec: the shell stays, and SIGTERM ends there.
python3 "$(dirname "$0")/../app.py"
echo "never written"
