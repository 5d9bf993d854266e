#!/bin/sh
# What the image holds of ours, put into a folder: the bundled program, which needs nothing beside it, with the notices
# of what is bundled, its licence, and a name to call it by.
# The Dockerfile runs this, and so do the tests, which have no Docker. Dependencies are installed (npm ci).
# The same sources give the same files: times are left to whoever packs them.
set -eu
cd "$(dirname "$0")/.."
out=$1
npm run --silent build
rm -rf "$out/app"
mkdir -p "$out/app"
cp -R dist package.json LICENSE image/slackwater "$out/app/"
