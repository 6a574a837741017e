#!/usr/bin/env bash
# Measures a release build and prints each number beside its reference.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cargo bench --locked --quiet --package countersign-tests --bench import
cargo bench --locked --quiet --package countersign-tests --bench ledger
