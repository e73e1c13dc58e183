#!/bin/sh
# Shows tinyinit refuse a bad environment, then at work as PID 1, in a PID namespace that is thrown
# away (or in Docker).
# Usage: run.sh TINYINIT
set -eu
tinyinit=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
cd "$here"

if unshare --fork --pid --mount-proc true 2>/dev/null; then
    run() { unshare --fork --pid --mount-proc "$@"; }
elif unshare --user --map-root-user --fork --pid --mount-proc true 2>/dev/null; then
    run() { unshare --user --map-root-user --fork --pid --mount-proc "$@"; }
elif docker info >/dev/null 2>&1; then
    run() { docker run --rm -w "$here" -v "$tinyinit:$tinyinit:ro" -v "$here:$here:ro" \
        alpine:3.23 "$@"; }
else
    echo "the demo needs Linux with unshare (util-linux), or Docker" >&2
    exit 1
fi

# start EXPECTED VARIABLE…: start a program with these in its environment, by the contract
start() {
    expected=$1
    shift
    echo "\$ $* tinyinit -- app"
    status=0
    run env "$@" "$tinyinit" --config tinyinit.toml -- \
        sh -c 'echo "app: on port $SHOP_PORT, with a database and a key"' 2>&1 || status=$?
    echo "exit code: $status (expected $expected)"
    echo
    test "$status" -eq "$expected"
}

echo "The contract, tinyinit.toml:"
sed 's/^/    /' tinyinit.toml
echo
start 78 SHOP_PORT=80a SHOP_DATABSE_URL=postgresql://db/shop SHOP_API_KEY=hunter2
start 0 SHOP_DATABASE_URL=postgresql://db/shop SHOP_API_KEY=a-key-of-more-than-16

echo "\$ tinyinit --verbose -- app.sh"
status=0
run "$tinyinit" --verbose -- ./app.sh 2>&1 || status=$?
echo "exit code: $status (the app's own: expected 3)"
test "$status" -eq 3
