#!/usr/bin/env python3
"""Prints our half of the table of docs/morphometry.md that stands beside Spinal Cord Toolbox: accuracy, padding and speed of both methods.

    tools/sct_side_by_side.py FOLDER [--tool .build/release/softcord]

FOLDER is filled with `softcord simulate necks --subjects 3 --seed 11` when it is new (a minute): the masks on which SCT was run. Truth is the area of
the necks' own outlines, averaged over each level between its discs. Needs Python with numpy and nibabel.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import nibabel
import numpy as np

import benchmark_measure

CONTRASTS = ["T2w", "T1w", "T2star"]
# Voxels before the first one, and behind the last, across the cord.
PADDING = [(3, 0), (7, 0), (0, 5)]


def measure(tool, mask, method, *place):
    run = subprocess.run([tool, "measure", str(mask), "--method", method, "--format", "json", *place], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    rows = json.loads(run.stdout)
    return rows if isinstance(rows, list) else rows["rows"]


def flags(row):
    return (row["flags"] or "").split(",")


def accuracy(options, method, contrast):
    """Absolute errors of whole levels, percent."""
    errors = []
    for mask in sorted(options.folder.glob(f"derivatives/truth/sub-*/anat/*space-{contrast}_label-SC_probseg.nii.gz")):
        profile = list(csv.DictReader(open(next(mask.parents[1].glob("*_area_profile.tsv"))), delimiter="\t"))
        discs = str(mask).replace("_label-SC_probseg", "_seg-discs_dseg")
        for row in measure(options.tool, mask, method, "--discs", discs, "--per", "level"):
            areas = [float(place["csa_mm2"]) for place in profile if place["level"] == str(row["level"])]
            if row["csa_mm2"] is not None and areas and "level_incomplete" not in flags(row):
                errors.append(100 * abs(row["csa_mm2"] / np.mean(areas) - 1))
    return np.array(errors)


def padding(options, method):
    """Largest change of a slice's area when the image gets more voxels around it, percent."""
    mask = next(options.folder.glob("derivatives/truth/sub-001/anat/*space-T2w_label-SC_probseg.nii.gz"))
    image = nibabel.load(mask)
    voxels, worst = np.asarray(image.dataobj), 0.0
    own = {row["slice"]: row["csa_mm2"] for row in measure(options.tool, mask, method)}
    with tempfile.TemporaryDirectory() as folder:
        for pad in PADDING:
            affine = image.affine.copy()
            affine[:3, 3] -= affine[:3, :3] @ np.array([pad[0], pad[0], 0])
            path = f"{folder}/padded.nii.gz"
            nibabel.save(nibabel.Nifti1Image(np.pad(voxels, [pad, pad, (0, 0)]), affine), path)
            for row in measure(options.tool, path, method):
                worst = max(worst, 100 * abs(row["csa_mm2"] / own[row["slice"]] - 1))
    return worst


def seconds(options, method, runs=3):
    with tempfile.TemporaryDirectory() as folder:
        benchmark_measure.mask(f"{folder}/mask.nii.gz")
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            measure(options.tool, f"{folder}/mask.nii.gz", method)
            times.append(time.perf_counter() - start)
    return min(times), max(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tool", default=".build/release/softcord")
    options = parser.parse_args()
    if not options.folder.exists():
        subprocess.run([options.tool, "simulate", str(options.folder), "--subjects", "3", "--seed", "11"], check=True)
    print("| | `--method sct` | `--method exact` |\n|---|---|---|")
    methods = ["sct", "exact"]
    for contrast in CONTRASTS:
        errors = [accuracy(options, method, contrast) for method in methods]
        print(f"| mean absolute error of a level, {contrast} | " + " | ".join(f"{e.mean():.2f} % (at most {e.max():.2f} %, {len(e)} levels)" for e in errors) + " |")
    print("| largest change of a slice's area by padding | " + " | ".join(f"{padding(options, method):.2f} %" for method in methods) + " |")
    print("| seconds for a mask of 64 × 320 × 320 | " + " | ".join("{:.1f}–{:.1f}".format(*seconds(options, method)) for method in methods) + " |")


if __name__ == "__main__":
    main()
