#!/bin/sh
# Packs the program for npm and the chart for Helm into a folder, for a release that offers both. npm and Helm would give
# both the name slackwater-VERSION.tgz, so the kind is put into it. `npm install FILE`, `npm publish FILE`, `helm install FILE`
# and `helm push FILE` read name and version from the content.
# Dependencies must be installed (npm ci). HELM_BIN names another helm than that of the PATH.
# usage: tarballs.sh FOLDER
set -eu
cd "$(dirname "$0")/../.."
mkdir -p "$1"
out=$(cd "$1" && pwd)
version=$(node -p 'JSON.parse(require("fs").readFileSync("package.json")).version')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/npm" "$folder/chart"
npm pack --silent --pack-destination "$folder/npm" >/dev/null
"${HELM_BIN:-helm}" package charts/slackwater --destination "$folder/chart" >/dev/null
mv "$folder/npm/slackwater-$version.tgz" "$out/slackwater-npm-$version.tgz"
mv "$folder/chart/slackwater-$version.tgz" "$out/slackwater-chart-$version.tgz"
