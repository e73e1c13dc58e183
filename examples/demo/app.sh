#!/bin/sh
# An app as people write them: it starts things, forgets them, and has something to flush.

# A process whose parent ends at once: an orphan. Without an init it would stay as a zombie.
(sleep 0.2 &)

# A worker in a session of its own, which the app does not wait for.
setsid sh -c 'trap "echo \"worker: got SIGTERM, writing my last lines\"; exit" TERM
              while :; do sleep 0.05; done' 2>/dev/null &

trap 'echo "app: got SIGTERM, closing"; exit 3' TERM

# What `docker stop` does.
(sleep 0.6; echo "demo: docker stop sends SIGTERM to PID 1"; kill -TERM 1) &

echo "app: running as pid $$; PID 1 is $(cat /proc/1/comm)"
while :; do sleep 0.05; done
