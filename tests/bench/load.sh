#!/usr/bin/env bash
# Measures `countersign load` beside other tools: how fast each sends, and what each says of a server
# that stands still for two seconds. Takes the path of the release build. Tools that are not there and
# cannot be had are left out and said so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
countersign=${1:?the countersign of a release build}
tools=${CARGO_TARGET_DIR:-target}/bench-tools
mkdir -p "$tools"

try() { "$@" >"$tools/install.log" 2>&1 || echo "left out: $* ($(tail -n 1 "$tools/install.log"))"; }

have() { command -v "$1" >/dev/null || [ -x "$tools/bin/$1" ]; }

have oha || try nice cargo install oha --locked --quiet --root "$tools"
[ -x "$tools/node_modules/.bin/autocannon" ] ||
  try npm install --no-audit --no-fund --prefix "$tools" autocannon@8
[ -x "$tools/python/bin/locust" ] ||
  { try python3 -m venv "$tools/python" && try "$tools/python/bin/pip" install --quiet locust; }
PATH=$PATH:$tools/bin:$tools/node_modules/.bin:$tools/python/bin \
  exec python3 tests/bench/load.py "$countersign"
