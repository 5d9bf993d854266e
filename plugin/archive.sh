#!/bin/sh
# Makes what krew installs: kubectl-slackwater.tar.gz, and its manifest slackwater.yaml with the checksum of that archive.
# The archive has the bundled program, the pages that it prints, and the licenses; it runs with the Node.js of the machine.
# The same sources give the same archive. Dependencies must be installed (npm ci).
set -eu
cd "$(dirname "$0")/.."
mkdir -p "$1"
out=$(cd "$1" && pwd)
[ "${SLACKWATER_BUILT:-}" = 1 ] || npm run --silent build >&2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/docs"
cp -R dist package.json LICENSE "$folder/"
cp -R docs/findings "$folder/docs/"
find "$folder" -type d -exec chmod 755 {} +
find "$folder" -type f -exec chmod 644 {} +
chmod 755 "$folder/dist/kubectl-slackwater.js"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$folder" -cf - . | gzip -n9 >"$out/kubectl-slackwater.tar.gz"
version=$(node -p 'JSON.parse(require("fs").readFileSync("package.json")).version')
sum=$(sha256sum "$out/kubectl-slackwater.tar.gz" | cut -d' ' -f1)
sed -e "s/VERSION/$version/g" -e "s/SHA256/$sum/g" plugin/slackwater.yaml >"$out/slackwater.yaml"
