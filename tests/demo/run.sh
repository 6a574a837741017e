#!/usr/bin/env bash
# The whole job without a window: a run of Bakhmach's checklist against a small local service,
# probes, the work of people, five countersignatures with throw-away keys, their verification with
# stock ssh-keygen, and the reports. Everything it makes is in demo/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for tool in node ssh-keygen; do
  command -v "$tool" >/dev/null || { echo "The demo needs $tool." >&2; exit 2; }
done

step() { printf '\n== %s\n' "$1"; }

step "Build the command line"
cargo build --locked --package countersign-cli
target=$(cargo metadata --format-version 1 --no-deps | node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory')
# Who ticks, as the ledger will say it; each signature names its own signer.
countersign() { "$target/debug/countersign" --as "${person:-Taras Bondar}" "$@"; }

rm -rf demo
mkdir -p demo/keys
export COUNTERSIGN_STORE="$PWD/demo/store"

step "Start a small service to probe"
export SERVICE_TOKEN="demo-token-$RANDOM$RANDOM"
# The service ends when its standard input does, so it cannot outlive this script.
coproc SERVICE { exec node tests/demo/service.mjs; }
read -r -t 20 url <&"${SERVICE[0]}"
echo "It answers at $url."

step "Start a run of checklists/bakhmach.md for release 2.4.0"
run=$(countersign run new bundled:bakhmach.md --release 2.4.0 --env demo \
  --deploy-at '2026-11-24T18:00[Europe/Kyiv]' --owner 'Taras Bondar' \
  --without payment-processing-working-if-enabled='no payments in this release' \
  --without if-ui-changed='the screens are the same as in 2.3.0')
echo "Run $run"

given=(--secret TOKEN=SERVICE_TOKEN)
for name in API_URL SITE_URL CDN_URL STATUS_URL PROMETHEUS_URL GRAFANA_URL; do
  given+=(--var "$name=$url")
done
given+=(--var "ASSET_URL=$url/app.js")

step "What a probe would do (nothing runs before it is approved)"
countersign run probe "$run" --plan --item 1.2.2 "${given[@]}"

step "Run the probes that are due and only look; commands are not approved here"
# Some of them cannot succeed on one computer without TLS and DNS. They say so, and exit 1 says so.
countersign run probe "$run" --approve-passive "${given[@]}" || true

step "People do the rest of what go/no-go covers"
# Everything without a probe, and everything whose probe proved only a part, gets a person's word.
countersign run show "$run" --json >demo/run-before.json
node - demo/run-before.json >demo/to-do.txt <<'JS'
const run = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const asks = run.items.filter(
  (item) => item.track === "work" && item.stage === "prepare" && !item.resolved,
);
for (const item of asks) {
  if (item.tile === "measured" || item.probes.length === 0) console.log(item.number);
}
JS
while read -r item; do
  countersign run set "$run" "$item" done
done <demo/to-do.txt
rm demo/run-before.json demo/to-do.txt
printf 'Restored in 4 min 10 s on 20 November.\n' >demo/restore.log
countersign run set "$run" 3.1.5 done --evidence demo/restore.log \
  --reason 'The backups cannot be reached from this computer; one was restored by hand.' \
  --performed-by 'Olena Koval' --performed-at "2026-11-20T16:10"
countersign run set "$run" 1.1.4 waived --until 2026-12-31 \
  --reason 'Type checking moves to its own job in 2.5.0.'
person='Dana Kravets' countersign run accept "$run" 1.1.4 --reason 'Agreed in the planning of 2.5.0.'
countersign run set "$run" 1.3.6 blocked --reason 'The zone is changed on the day of the deployment.'

step "Five roles countersign go/no-go, each with its own throw-away key"
# Some probes measured nothing, so a plain approval would be refused; approving with the conditions
# named is the honest decision. Each signs exactly the record that the plan shows.
countersign sign "$run" --point go-no-go --plan >demo/what-is-signed.txt
grep -E '^Go/no-go|record|^Blocks|^Weak' demo/what-is-signed.txt
record=$(countersign sign "$run" --point go-no-go --plan --json |
  node -p 'JSON.parse(require("fs").readFileSync(0)).record')
passphrase=$(head -c 18 /dev/urandom | base64)
sign() {
  person="$2" countersign sign "$run" --point go-no-go --role "$1" --name "$2" \
    --record "$record" --key "demo/keys/$3" --create-key --passphrase-fd 3 --decision "$4" "${@:5}" 3<<<"$passphrase"
}
if sign 'QA Lead' 'Dana Kravets' qa approve 2>demo/refusal.txt; then
  echo "An approval went through although items are open." >&2
  exit 1
fi
echo "A plain approval is refused:"
grep -A2 '^error' demo/refusal.txt
rm demo/refusal.txt
conditions=(--condition 'What measured nothing here is probed from the production network.'
  --condition 'The DNS records are changed before the deployment begins.')
sign 'Product Owner' 'Iryna Shevchuk' product conditions "${conditions[@]}"
sign 'Engineering Lead' 'Taras Bondar' engineering conditions "${conditions[@]}"
sign 'DevOps/Infrastructure' 'Olena Koval' devops conditions "${conditions[@]}"
sign 'QA Lead' 'Dana Kravets' qa conditions "${conditions[@]}"
sign 'Security Lead' 'Petro Lysenko' security conditions "${conditions[@]}"

step "Export"
countersign export "$run" --pdf demo/bakhmach-2.4.0.pdf --md demo/bakhmach-2.4.0.md \
  --record demo/bakhmach-2.4.0.record.json --point go-no-go --write-back demo/bakhmach.md \
  --junit demo/bakhmach-2.4.0.junit.xml --csv demo/bakhmach-2.4.0.csv --signatures demo/signatures

step "Verify every signature with stock ssh-keygen"
for statement in demo/signatures/*.statement.json; do
  role=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).predicate.role.id' "$statement")
  ssh-keygen -Y verify -f demo/signatures/allowed_signers -I "$role" \
    -n countersign.signoff.v1 -s "$statement.sig" <"$statement"
done

step "Where it stands"
countersign run list
countersign run show "$run" | head -n 8

step "Files"
find demo -path demo/store -prune -o -type f -print | sort
