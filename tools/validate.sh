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
while read -r image mask partial; do
  $tool segment "$data/$image.nii.gz" -o "$out/mask.nii.gz" $model 2>/dev/null
  printf '%-48s' "$image"
  $tool evaluate "$out/mask.nii.gz" "$data/$mask.nii.gz" $partial --format tsv | awk -F'\t' 'NR == 2 {printf "Dice %.3f  soft %.3f  volume %+.1f %%\n", $3, $4, $5}'
done <<'SCANS'
errsm_18/T2w errsm_18/T2w_seg-manual
errsm_18/T2star errsm_18/T2star_seg
gm-challenge/sub-9604_run-1_T2starw gm-challenge/sub-9604_run-1_T2starw_seg-manual --partial
sct_testing_data/t1/t1w sct_testing_data/t1/t1w_seg-manual
spinegeneric_unf/sub-05_MTon spinegeneric_unf/sub-05_MTon_seg
SCANS
