#!/usr/bin/env bash
# Measures a release build and prints each number beside its reference.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cargo bench --locked --quiet --package countersign-tests --bench import
cargo bench --locked --quiet --package countersign-tests --bench ledger
# One build makes the window and the blank one that it is compared with.
cargo build --locked --release --package countersign-desktop --bins --example blank --package countersign-cli
cargo bench --locked --quiet --package countersign-tests --bench window
