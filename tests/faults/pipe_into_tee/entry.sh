#!/bin/sh
# The app is at the beginning of a pipe, so the shell has to wait for both.
python3 "$(dirname "$0")/../app.py" | tee /dev/null
