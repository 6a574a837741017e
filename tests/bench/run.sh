#!/usr/bin/env bash
# Measures a release build and prints each number beside its reference.
#
# WHAT names the parts that run, several with blanks between them; all of them where it is empty:
#   import ledger http tls one scan load window
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

parts=(import ledger http tls one scan load window)
read -ra what <<<"${WHAT:-${parts[*]}}"
for part in "${what[@]}"; do
  [[ " ${parts[*]} " == *" $part "* ]] || { echo "There is no part '$part', only: ${parts[*]}" >&2; exit 2; }
done
wants() { [[ " ${what[*]} " == *" $1 "* ]]; }

probing=()
for part in http tls scan; do
  if wants "$part"; then probing+=("$part"); fi
done

if wants import; then cargo bench --locked --quiet --package countersign-tests --bench import; fi
if wants ledger; then cargo bench --locked --quiet --package countersign-tests --bench ledger; fi
if wants window; then
  # One build makes the window and the blank one that it is compared with.
  cargo build --locked --release --package countersign-desktop --bins --example blank --package countersign-cli
elif [ ${#probing[@]} -gt 0 ] || wants load; then
  cargo build --locked --release --package countersign-cli
fi
if [ ${#probing[@]} -gt 0 ]; then
  cargo bench --locked --quiet --package countersign-tests --bench probing -- "${probing[@]}"
fi
if wants one; then cargo bench --locked --quiet --package countersign-api --bench one; fi
if wants window; then cargo bench --locked --quiet --package countersign-tests --bench window; fi
if wants load; then bash tests/bench/load.sh "${CARGO_TARGET_DIR:-target}/release/countersign"; fi
