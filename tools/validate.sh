#!/usr/bin/env bash
# Segments the real scans that training never saw and compares the masks with their annotations.
#
#   tools/validate.sh [DATA] [MODEL]      DATA: folder of the scans (default ../shared/data), MODEL: default the shipped one
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}
model=${2:+--model $2}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
tool=.build/release/softcord
below=0
while read -r floor image mask partial; do
  $tool segment "$data/$image.nii.gz" -o "$out/mask.nii.gz" $model 2>"$out/log" || { cat "$out/log" >&2; exit 1; }
  printf '%-48s' "$image"
  $tool evaluate "$out/mask.nii.gz" "$data/$mask.nii.gz" $partial --format tsv |
    awk -F'\t' -v floor="$floor" 'NR == 2 {printf "Dice %.3f (at least %.2f)  soft %.3f  volume %+.1f %%\n", $3, floor, $4, $5; exit $3 < floor}' || below=1
done <<'SCANS'
0.85 errsm_18/T2w errsm_18/T2w_seg-manual
0.80 errsm_18/T2star errsm_18/T2star_seg
0.85 gm-challenge/sub-9604_run-1_T2starw gm-challenge/sub-9604_run-1_T2starw_seg-manual --partial
0.80 sct_testing_data/t1/t1w sct_testing_data/t1/t1w_seg-manual
0.75 spinegeneric_unf/sub-05_MTon spinegeneric_unf/sub-05_MTon_seg
SCANS
exit $below
