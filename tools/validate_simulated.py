"""Judges a model on simulated people whose truth is known: area over C2 and C3, its spread across contrasts, how often a level's area lies in its 95 %
interval, and whether occupancy means what it says.

    python3 tools/validate_simulated.py FOLDER [--people 48] [--seed 4711] [--model FILE] [--tool .build/release/softcord] [--jobs 2] [--table FILE]
                                       [--config tools/clinical.yaml]

FOLDER is filled by `softcord simulate` when it is new; half of the people are healthy, half have findings. Training never draws these people. The table
gets a line for each scan. A configuration of `softcord simulate` says how people are scanned instead of by the Spine Generic protocol. Needs numpy and nibabel.
"""

import argparse
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import nibabel
import numpy as np

CONTRASTS = "T1w,T2w,T2star,flip-1_mt-on_MTS,flip-2_mt-off_MTS,rec-average_dwi"


# mm; the last slice that the truth holds may be one of 5 mm.
UPPER_END = 8


def call(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True)


class Reliability:
    """What was said and what was true, by tenths of what was said."""

    def __init__(self):
        self.counts, self.said, self.true = np.zeros(10), np.zeros(10), np.zeros(10)

    def add(self, said, true):
        bins = np.minimum((said * 10).astype(int), 9)
        self.counts += np.bincount(bins, minlength=10)
        self.said += np.bincount(bins, said, minlength=10)
        self.true += np.bincount(bins, true, minlength=10)

    @property
    def error(self):
        return np.sum(np.abs(self.said - self.true)) / self.counts.sum()

    @property
    def volume(self):
        return 100 * (self.said.sum() / self.true.sum() - 1)

    def __str__(self):
        return ", ".join(f"{s / c:.2f} {t / c:.2f}" for s, t, c in zip(self.said, self.true, self.counts) if c)


def area(options, mask, discs):
    """Area over C2 and C3, or None where the mask or the field of view does not hold them."""
    result = call(options.tool, "measure", mask, "--discs", discs, "--per", "range", "--vertebrae", "2:3", "--format", "json")
    if result.returncode != 0:
        return None
    rows = json.loads(result.stdout)
    rows = rows if isinstance(rows, list) else rows.get("rows", [])
    value = rows[0].get("csa_mm2") if rows else None
    return float(value) if value not in (None, "n/a") else None


def levels(options, mask, discs):
    """Area and 95 % interval of each level that both its discs bound, without a gap in the mask."""
    result = call(options.tool, "measure", mask, "--discs", discs, "--per", "level", "--format", "json")
    if result.returncode != 0:
        return {}
    rows = json.loads(result.stdout)
    rows = rows if isinstance(rows, list) else rows.get("rows", [])
    whole = [row for row in rows if row["csa_mm2"] is not None and not {"incomplete", "level_incomplete"} & set((row["flags"] or "").split(","))]
    return {row["level"]: [float(row[column]) for column in ("csa_mm2", "csa_mm2_lower", "csa_mm2_upper")] for row in whole}


def judged(options, out, truth):
    """What a scan's mask says, and what is true; without a mask no area, and nothing found."""
    record = json.loads(truth.with_name(truth.name[: -len(".nii.gz")] + ".json").read_text())
    raw = truth.parents[4] / record["Sources"][0].split(":", 2)[2]
    group, (person, contrast) = truth.parents[4].name, raw.name[: -len(".nii.gz")].split("_", 1)
    scan = {"group": group, "person": person, "contrast": contrast, "area": None, "true": None, "whole": None, "levels": []}
    mask = out / f"{group}_{raw.name}"
    if call(options.tool, "segment", raw, "-o", mask, *(["--model", options.model] if options.model else [])).returncode != 0:
        return scan
    image = nibabel.load(mask)
    found, exact = image.get_fdata().ravel(), nibabel.load(truth).get_fdata().ravel()
    near = (found > 0.005) | (exact > 0.005)
    # The truth ends above where anatomy goes on: what a model does there is another question than how soft its edges are.
    heights = sum(image.affine[2, axis] * index for axis, index in enumerate(np.indices(image.shape))).ravel()
    below = near & (heights < heights[exact > 0.5].max() - UPPER_END)
    scan |= {"whole": (found[near], exact[near]), "below": (found[below], exact[below])}
    discs = truth.with_name(truth.name.replace("_label-SC_probseg", "_seg-discs_dseg"))
    scan |= {"area": area(options, mask, discs), "true": area(options, truth, discs)}
    said, true = levels(options, mask, discs), levels(options, truth, discs)
    scan["levels"] = [(*said[level], true[level][0]) for level in said if level in true]
    mask.unlink()
    return scan


def coverage(rows):
    """Of levels, each with area, interval and truth: the share whose interval holds the truth, as it is and about the contrast's own mean error."""
    if not len(rows):
        return "no level"
    said, low, high, true = rows.T
    bias = np.mean(said / true)
    within = lambda factor: 100 * np.mean((low / factor <= true) & (true <= high / factor))
    width = 100 * np.median((high - low) / 2 / said)
    return f"{within(1):5.1f} % of {len(rows):>4} levels, ± {width:.1f} %; about the mean error of {100 * (bias - 1):+.1f} %: {within(bias):5.1f} %"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=48)
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--model")
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--jobs", type=int, default=1, help="scans at the same time")
    parser.add_argument("--table", help="file to write")
    parser.add_argument("--config", help="configuration of `softcord simulate`, which names its contrasts")
    options = parser.parse_args()
    scanned = ["--config", options.config] if options.config else ["--contrasts", CONTRASTS]
    for name, pathology, people, seed in [("healthy", "none", (options.people + 1) // 2, options.seed), ("findings", "mixed", options.people // 2, options.seed + 1)]:
        if people:
            result = call(options.tool, "simulate", options.folder / name, "--subjects", people, "--seed", seed, "--pathology", pathology, *scanned)
            if result.returncode != 0:
                sys.exit(result.stderr)
    truths = sorted(options.folder.glob("*/derivatives/truth/sub-*/*/*_label-SC_probseg.nii.gz"))
    with tempfile.TemporaryDirectory() as out, ThreadPoolExecutor(options.jobs) as pool:
        scans = list(pool.map(lambda truth: judged(options, pathlib.Path(out), truth), truths))
    lost = sum(scan["whole"] is None for scan in scans)
    whole, below = Reliability(), Reliability()
    errors, people = {}, {}
    for scan in scans:
        if scan["whole"] is None:
            continue
        whole.add(*scan["whole"])
        below.add(*scan["below"])
        if scan["area"] is not None and scan["true"] is not None:
            errors.setdefault(scan["contrast"], []).append(100 * (scan["area"] / scan["true"] - 1))
            people.setdefault((scan["group"], scan["person"]), []).append(scan["area"])
    held = {}
    for scan in scans:
        held.setdefault(scan["contrast"], []).extend(scan["levels"])
    if options.table:
        columns = ["group", "person", "contrast", "true", "area"]
        with open(options.table, "w") as file:
            csv.writer(file, delimiter="\t", lineterminator="\n").writerows([columns] + [["n/a" if s[c] is None else s[c] for c in columns] for s in scans])
    print(f"{'contrast':<24} scans  C2-C3 area error: mean, mean absolute")
    for contrast, values in sorted(errors.items()):
        print(f"{contrast:<24} {len(values):>5}  {np.mean(values):+6.1f} %  {np.mean(np.abs(values)):5.1f} %")
    every = np.concatenate([np.array(v) for v in errors.values()])
    spread = [np.std(v, ddof=1) for v in people.values() if len(v) > 1]
    print(f"all: {np.mean(np.abs(every)):.1f} % absolute (bar 2), bias {every.mean():+.1f} %; {lost} scans without a mask")
    print(f"SD of area across contrasts of one person: {np.mean(spread):.2f} mm2 (bar 1.2), {len(spread)} people")
    print("area of a level within its 95 % interval, and how far the interval reaches (half its width, of the area); after the contrast's mean error is taken off")
    for contrast, values in [*sorted(held.items()), ("all", [row for rows in held.values() for row in rows])]:
        print(f"{contrast:<24} {coverage(np.array(values))}")
    print(f"expected calibration error of occupancy: {whole.error:.3f} (bar 0.03); more than {UPPER_END} mm below the truth's upper end {below.error:.3f}")
    print(f"occupancy said and true, by tenths: {whole}")
    print(f"the same below the upper end: {below}; volume {below.volume:+.1f} %")


if __name__ == "__main__":
    main()
