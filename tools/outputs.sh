#!/usr/bin/env bash
# Writes what the tool makes of a fixed set of inputs, so that two versions can be compared with tools/compare_outputs.py.
#
#   tools/outputs.sh TOOL FOLDER     simulated people always; real scans where $SOFTCORD_DATA or ../shared/data holds them
set -euo pipefail

tool=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
data=$(realpath "${SOFTCORD_DATA:-$(dirname "$0")/../../shared/data}" 2>/dev/null || true)
cd "$out"

"$tool" simulate necks --subjects 2 --seed 5 --side 84 --levels C1:C5 --raters
"$tool" simulate heads --subjects 1 --seed 6 --contrasts T1w,T2w --pathology lesion
necks=(necks/sub-*/anat/*.nii.gz necks/sub-*/dwi/*.nii.gz)
"$tool" segment "${necks[@]}" --output-dir masks --qc pictures
"$tool" segment heads/sub-*/anat/*.nii.gz --output-dir heads/masks --uncertainty
"$tool" segment necks/sub-001/anat/sub-001_T2w.nii.gz -o binary.nii.gz --binarize 0.5

if [ -d "$data/errsm_18" ]; then
  mkdir -p real
  for scan in errsm_18/T2w errsm_18/T2star errsm_20/T2w sct_testing_data/t1/t1w gm-challenge/sub-9604_run-1_T2starw \
    spinegeneric_unf/sub-05_MTon sct_testing_data/mt/mt0 sct_testing_data/dmri/dmri; do
    "$tool" segment "$data/$scan.nii.gz" -o "real/${scan//\//_}_mask.nii.gz"
  done
  for mask in real/*_mask.nii.gz; do "$tool" measure "$mask" -o "$mask.tsv"; done
  "$tool" measure "$data/sct_testing_data/t2/t2_seg-deepseg_sc-2d.nii.gz" --method sct --format sct -o real/t2_sct.csv
else
  echo "no real scans: only simulated ones are compared"
fi

truth=necks/derivatives/truth
"$tool" measure masks/*_probseg.nii.gz -o slices.tsv
"$tool" measure $truth/sub-*/anat/*label-SC_probseg.nii.gz --discs auto --per level --compression -o levels.tsv
"$tool" measure $truth/sub-*/anat/*label-SC_probseg.nii.gz --discs auto --per range --vertebrae 2:3 -o range.tsv
"$tool" measure $truth/sub-*/anat/*label-SC_probseg.nii.gz --method sct --format sct -o sct.csv
"$tool" evaluate masks $truth --discs auto --vertebrae 2:3 --output-dir evaluated
# Status 1 says that a contrast was left out, which the table explains.
"$tool" ground-truth necks soft || [ $? -eq 1 ]
"$tool" ground-truth necks paper --method paper || [ $? -eq 1 ]
