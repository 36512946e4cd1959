"""Judges a model on simulated people whose truth is known: area over C2 and C3, its spread across contrasts, and whether occupancy means what it says.

    python3 tools/validate_simulated.py FOLDER [--people 48] [--seed 4711] [--model FILE] [--tool .build/release/softcord]

FOLDER is filled by `softcord simulate` when it is new; half of the people are healthy, half have findings. Training never draws these people. Needs numpy and nibabel.
"""

import argparse
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import nibabel
import numpy as np

CONTRASTS = "T1w,T2w,T2star,flip-1_mt-on_MTS,flip-2_mt-off_MTS,rec-average_dwi"


def call(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True)

# mm; the last slice that the truth holds may be one of 5 mm.
UPPER_END = 8


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=48)
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--model")
    parser.add_argument("--tool", default=".build/release/softcord")
    options = parser.parse_args()
    for name, pathology, people, seed in [("healthy", "none", (options.people + 1) // 2, options.seed), ("findings", "mixed", options.people // 2, options.seed + 1)]:
        if people:
            result = call(options.tool, "simulate", options.folder / name, "--subjects", people, "--seed", seed, "--pathology", pathology, "--contrasts", CONTRASTS)
            if result.returncode != 0:
                sys.exit(result.stderr)
    errors, people, lost, volumes = {}, {}, 0, []
    whole, below = Reliability(), Reliability()
    with tempfile.TemporaryDirectory() as out:
        for truth in sorted(options.folder.glob("*/derivatives/truth/sub-*/*/*_label-SC_probseg.nii.gz")):
            record = json.loads(truth.with_name(truth.name[: -len(".nii.gz")] + ".json").read_text())
            raw = truth.parents[4] / record["Sources"][0].split(":", 2)[2]
            mask = pathlib.Path(out) / "mask.nii.gz"
            if call(options.tool, "segment", raw, "-o", mask, *(["--model", options.model] if options.model else [])).returncode != 0:
                lost += 1
                continue
            image = nibabel.load(mask)
            found, exact = image.get_fdata().ravel(), nibabel.load(truth).get_fdata().ravel()
            near = (found > 0.005) | (exact > 0.005)
            whole.add(found[near], exact[near])
            # The truth ends above where anatomy goes on: what a model does there is another question than how soft its edges are.
            heights = sum(image.affine[2, axis] * index for axis, index in enumerate(np.indices(image.shape))).ravel()
            near &= heights < heights[exact > 0.5].max() - UPPER_END
            below.add(found[near], exact[near])
            volumes.append(found.sum() / exact.sum() - 1)
            discs = truth.with_name(truth.name.replace("_label-SC_probseg", "_seg-discs_dseg"))
            ours, true = area(options, mask, discs), area(options, truth, discs)
            if ours is None or true is None:
                continue
            contrast = raw.name.split("_", 1)[1][: -len(".nii.gz")]
            errors.setdefault(contrast, []).append(100 * (ours / true - 1))
            people.setdefault((truth.parents[4].name, raw.name.split("_")[0]), []).append(ours)
    print(f"{'contrast':<24} scans  C2-C3 area error: mean, mean absolute")
    for contrast, values in sorted(errors.items()):
        print(f"{contrast:<24} {len(values):>5}  {np.mean(values):+6.1f} %  {np.mean(np.abs(values)):5.1f} %")
    every = np.concatenate([np.array(v) for v in errors.values()])
    spread = [np.std(v, ddof=1) for v in people.values() if len(v) > 1]
    print(f"all: {np.mean(np.abs(every)):.1f} % absolute (bar 2), bias {every.mean():+.1f} %; {lost} scans without a mask")
    print(f"SD of area across contrasts of one person: {np.mean(spread):.2f} mm2 (bar 1.2), {len(spread)} people")
    print(f"expected calibration error of occupancy: {whole.error:.3f} (bar 0.03); more than {UPPER_END} mm below the truth's upper end {below.error:.3f}")
    print(f"occupancy said and true, by tenths: {whole}")
    print(f"the same below the upper end: {below}; volume {below.volume:+.1f} %")


if __name__ == "__main__":
    main()
