#!/usr/bin/env bash
# Starts the stage in a temporary folder and clears that away when Ctrl-C ends it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --locked --package countersign-cli
cargo build --locked --package countersign-tests --bin stage
folder=$(mktemp -d -t countersign-stage-XXXXXX)
# Started by root, PostgreSQL is another user, who has to get in.
chmod 755 "$folder"
mkdir "$folder/tmp"
chmod 1777 "$folder/tmp"
trap 'rm -rf "$folder"' EXIT
trap : INT
TMPDIR="$folder/tmp" COUNTERSIGN="$target/debug/countersign" "$target/debug/stage" "$folder" || true
