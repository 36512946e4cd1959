#!/usr/bin/env bash
# Simulates a person of every contrast and finding kind and has the BIDS validator look at the scans, at the truth, and at what `softcord run` makes.
#
#   tools/check_bids.sh [TOOL]     needs bids-validator-deno (PyPI) on the path, or its place in $BIDS_VALIDATOR
set -euo pipefail
tool=${1:-$(dirname "$0")/../.build/release/softcord}
validator=${BIDS_VALIDATOR:-bids-validator-deno}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$tool" simulate "$out/set" --subjects 1 --seed 7 --pathology trauma --preview --contrasts \
  T1w,T2w,T2star,flip-1_mt-on_MTS,flip-2_mt-off_MTS,rec-average_dwi,random 2>"$out/log" || { cat "$out/log" >&2; exit 1; }
"$tool" run "$out/set" "$out/derived" participant --contrasts T2w T1w -d truth="$out/set/derivatives/truth" 2>"$out/log" || { cat "$out/log" >&2; exit 1; }
"$tool" run "$out/set" "$out/derived" group 2>"$out/log" || { cat "$out/log" >&2; exit 1; }
for set in "$out/set" "$out/set/derivatives/truth" "$out/derived"; do
  # Recommended fields that no simulation has (serial numbers, addresses) are warnings; errors end with a status of their own.
  "$validator" --ignoreWarnings "$set" >"$out/report" || { cat "$out/report"; exit 1; }
done
echo "no errors by $("$validator" --version)"
