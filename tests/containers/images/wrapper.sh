#!/bin/sh
# The mistake that many images make: no exec, so the shell stands between the init and the app.
"$@"
echo "wrapper ends"
