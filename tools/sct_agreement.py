#!/usr/bin/env python3
"""Compares `softcord measure --method sct --format sct` with the tables that Spinal Cord Toolbox itself wrote.

    tools/sct_agreement.py [--tool .build/release/softcord] [--data ../shared/data] [--truth FOLDER] [--all]

Prints, for every table, its rows and the worst difference: |ours − SCT's| / max(1, |SCT's|) over all columns of all rows, with the column and the row.
Ends with status 1 where a difference is above 1e-5 or a row is missing. The tables of simulated masks need FOLDER, which
`softcord simulate necks --subjects 3 --seed 11 -o FOLDER` makes; without it, they are left out. Needs Python only.
"""
import argparse
import csv
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOLERANCE = 1e-5
# Discs, levels, last level and range of the masks that have labels.
LABELS = {
    "PAM50": ("template/PAM50_cord", "template/PAM50_label_disc", "template/PAM50_levels", "1:20", "2:3"),
    "PAM50small": ("template/PAM50_small_cord", "template/PAM50_small_label_disc", "template/PAM50_small_levels", "1:20", "2:3"),
    "t2": ("sct_testing_data/t2/t2_seg-deepseg_sc-2d", "sct_testing_data/t2/labels", "sct_testing_data/t2/t2_seg-manual_labeled", "2:6", "3:4"),
    "errsm_11": ("errsm_11/T2w_seg-manual", "errsm_11/T2w_landmarks_C2_T2", None, "1:9", None),
    "errsm_18": ("errsm_18/T2w_seg-manual", "errsm_18/T2w_landmarks_C2_T2", None, "1:9", None),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--data", default=os.environ.get("SOFTCORD_DATA", "../shared/data"), type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--all", action="store_true", help="print every table, not only those that differ")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    golden = options.data / "sct_golden"
    if not golden.exists():
        return print(f"skipped: no tables at {golden}")
    tables = sorted([*(golden / "sct").glob("*.csv"), *(golden / "edge").glob("*.csv")])
    tables = [table for table in tables if options.only in table.name]
    jobs = [(table, command(table, options)) for table in tables]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda job: job[1] and compare(job[0], [options.tool, "measure", *job[1], "--method", "sct", "--format", "sct"]), jobs))
    failed = 0
    for table, result in zip(tables, results):
        if result is None:
            continue
        bad = result[0] > TOLERANCE
        failed += bad
        if bad or options.all:
            print(f"{table.stem:55s} {result[1]}")
    done = [result for result in results if result]
    print(f"{len(done)} tables compared, {len(tables) - len(done)} left out, {failed} differ by more than {TOLERANCE}")
    sys.exit(1 if failed else 0)


def command(table, options):
    """What to ask the tool for; `None` where the mask is not there."""
    name, data = table.stem, options.data
    if table.parent.name == "edge":
        return [str(table.parent / "masks" / f"{name.removesuffix('_sct')}.nii.gz")]
    kind = name.rsplit("_", 1)[1]
    base = name.removesuffix("_" + kind)
    if kind == "perslice":
        mask = masks(data)[base] if not base.startswith("truth_") else truth(base, options)
        return mask and [str(mask)]
    base, by = base.rsplit("_", 1)
    if base.startswith("truth_"):
        mask = truth(base, options)
        if not mask:
            return None
        stem = str(mask).removesuffix("_label-SC_probseg.nii.gz")
        discs, levels, last, span = f"{stem}_seg-discs_dseg.nii.gz", f"{stem}_seg-levels_dseg.nii.gz", "1:12", "2:3"
    else:
        mask, discs, levels, last, span = LABELS[base]
        mask, discs, levels = (path and f"{data}/{path}.nii.gz" for path in (mask, discs, levels))
    place = ["--discs", discs] if by == "discs" else ["--levels", levels]
    return [str(mask), *place, *(["--per", "level", "--vertebrae", last] if kind == "perlevel" else ["--per", "range", "--vertebrae", span])]


def masks(data):
    found = {"real_" + str(path.relative_to(data)).removesuffix(".nii.gz").replace("/", "_"): path for path in data.rglob("*.nii.gz")}
    return found | {"soft_" + path.name.removesuffix(".nii.gz"): path for path in (data / "sct_golden/masks").glob("*.nii.gz")}


def truth(base, options):
    subject, contrast = base.removeprefix("truth_").split("_")
    return options.truth and options.truth / f"derivatives/truth/{subject}/anat/{subject}_space-{contrast}_label-SC_probseg.nii.gz"


def rows(text):
    return {(row["Slice (I->S)"], row["VertLevel"]): row for row in csv.DictReader(io.StringIO(text))}


def compare(table, arguments):
    """The worst difference, and a text."""
    run = subprocess.run(arguments, capture_output=True, text=True)
    if run.returncode:
        return float("inf"), f"status {run.returncode}: {run.stderr.strip()[-300:]}"
    theirs, ours = rows(table.read_text()), rows(run.stdout)
    worst, where, count = 0.0, "", 0
    missing = [key for key, row in theirs.items() if key not in ours]
    more = [key for key, row in ours.items() if key not in theirs]
    for key, row in theirs.items():
        if key not in ours:
            continue
        off = False
        for column in list(row)[6:]:
            a, b = row[column], ours[key][column]
            difference = abs(float(a) - float(b)) / max(1, abs(float(a))) if a and b else 0 if a == b else float("inf")
            off = off or not difference <= TOLERANCE
            if not difference <= worst:
                worst, where = difference, f"{column} of slice {key[0]}{' level ' + key[1] if key[1] else ''}: {b} for {a}"
        count += off
    text = f"{len(theirs)} rows, {count} differ, worst {worst:.1e} {where}"
    if missing or more:
        text += f"; missing {len(missing)} rows {missing[:4]}, more {more[:4]}"
        worst = float("inf")
    return worst, text


if __name__ == "__main__":
    main()
