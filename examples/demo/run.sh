#!/bin/sh
# Shows tinyinit at work as PID 1, in a PID namespace that is thrown away (or in Docker).
# Usage: run.sh TINYINIT
set -eu
tinyinit=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")

if unshare --fork --pid --mount-proc true 2>/dev/null; then
    run() { unshare --fork --pid --mount-proc "$@"; }
elif unshare --user --map-root-user --fork --pid --mount-proc true 2>/dev/null; then
    run() { unshare --user --map-root-user --fork --pid --mount-proc "$@"; }
elif docker info >/dev/null 2>&1; then
    run() { docker run --rm -v "$tinyinit:$tinyinit:ro" -v "$here:$here:ro" alpine:3.23 "$@"; }
else
    echo "the demo needs Linux with unshare (util-linux), or Docker" >&2
    exit 1
fi

echo "\$ tinyinit --verbose -- app.sh"
status=0
run "$tinyinit" --verbose -- "$here/app.sh" 2>&1 || status=$?
echo "exit code: $status (the app's own: expected 3)"
test "$status" -eq 3
