#!/bin/sh
# Puts Slackwater's part of the image into a folder: the bundled program, the pages that `slackwater explain` prints, the
# notices of the bundled packages, the license, and a command to run it.
# The Dockerfile runs this, and so do the tests, which have no Docker. Dependencies must be installed (npm ci).
# The same sources give the same files. Timestamps are set when the image is packed.
set -eu
cd "$(dirname "$0")/.."
out=$1
[ "${SLACKWATER_BUILT:-}" = 1 ] || npm run --silent build >&2
rm -rf "$out/app"
mkdir -p "$out/app/docs"
cp -R docs/findings "$out/app/docs/"
cp -R dist package.json LICENSE image/slackwater "$out/app/"
