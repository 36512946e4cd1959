"""Judges a model on the real scans that training never saw: Dice against annotations, area between contrasts of one person, test-retest,
and area against the figures of another model. One table, and exit status 1 where a floor is missed.

    python3 tools/validate.py [--data ../shared/data] [--model FILE] [--tool .build/release/softcord] [--options "--precision float32"]

Needs numpy and nibabel.
"""

import argparse
import csv
import io
import pathlib
import subprocess
import sys
import tempfile

import nibabel
import numpy as np

# Floor of the Dice coefficient, scan, annotation, options of `evaluate`.
ANNOTATED = [
    (0.90, "errsm_18/T2w", "errsm_18/T2w_seg-manual", []),
    (0.90, "errsm_18/T2star", "errsm_18/T2star_seg", []),
    (0.92, "gm-challenge/sub-9604_run-1_T2starw", "gm-challenge/sub-9604_run-1_T2starw_seg-manual", ["--partial"]),
    (0.88, "sct_testing_data/t1/t1w", "sct_testing_data/t1/t1w_seg-manual", []),
    (0.80, "spinegeneric_unf/sub-05_MTon", "spinegeneric_unf/sub-05_MTon_seg", []),
]
# Two contrasts of one person in one position; the second has the thicker slices.
CONTRASTS = [
    ("errsm_18/T2w", "errsm_18/T2star"),
    ("spinegeneric_unf/sub-05_MToff", "spinegeneric_unf/sub-05_MTon"),
    ("spinegeneric_unf/sub-03_MToff", "spinegeneric_unf/sub-03_MTon"),
]
RETEST = [("gm-challenge/sub-%s_run-1_T2starw" % s, "gm-challenge/sub-%s_run-2_T2starw" % s) for s in ["10062Ses1", "10062Ses2", "9604"]]
# Scan, slices from the middle of C2 to the disc below C3 (read off the sagittal view), area that the official model finds in T2w, mm2.
OFFICIAL = [("spinegeneric_unf/sub-03_MToff", (11, 18), 61.09), ("spinegeneric_unf/sub-03_MTon", (11, 18), 61.09),
            ("spinegeneric_unf/sub-05_MToff", (11, 17), 69.56), ("spinegeneric_unf/sub-05_MTon", (11, 17), 69.56)]
# A scan of sub-03 of another kind, and its slices at these heights: what it says of the two figures above.
WITNESS = ("spinegeneric_unf/sub-unf03_T2star", (8, 14))


class Judge:
    def __init__(self, options, folder):
        self.options, self.folder, self.missed = options, folder, 0

    def run(self, *arguments):
        result = subprocess.run([self.options.tool, *arguments], capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(result.stderr)
        return result.stdout

    def mask(self, scan):
        """Path of a scan's mask, made when first asked for."""
        path = self.folder / (scan.replace("/", "_") + ".nii.gz")
        if not path.exists():
            model = ["--model", self.options.model] if self.options.model else []
            self.run("segment", f"{self.options.data}/{scan}.nii.gz", "-o", str(path), *model, *self.options.options.split())
        return str(path)

    def slices(self, scan):
        """Of every slice that the field of view does not cut: area, world position along the body, and whether its area is to be trusted."""
        image = nibabel.load(self.mask(scan))
        axis = [abs(row) for row in image.affine[2, :3]]
        axis = int(np.argmax(axis / np.linalg.norm(image.affine[:3, :3], axis=0)))
        voxels = np.moveaxis(np.asarray(image.dataobj), axis, 0)
        rows = list(csv.DictReader(io.StringIO(self.run("measure", self.mask(scan), "--format", "tsv")), delimiter="\t"))
        result = {}
        for row in rows:
            number = int(row["slice"])
            if row["csa_mm2"] in ("", "n/a"):
                continue
            weight = voxels[number]
            if weight.sum() == 0:
                continue
            center = [np.average(c, weights=weight) for c in np.indices(weight.shape)]
            index = np.insert(np.array(center), axis, number)
            sure = "low_confidence" not in row["flags"]
            result[number] = (float(row["csa_mm2"]), (image.affine @ np.append(index, 1))[2], sure)
        ends = sorted(result)[:1] + sorted(result)[-1:]
        return {n: v for n, v in result.items() if n not in ends}, float(np.linalg.norm(image.affine[:3, axis]))

    def line(self, what, value, bar, good):
        self.missed += not good
        print(f"{what:<58} {value:<44} {'' if good else 'MISSED: '}{bar}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--model")
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--options", default="", help="further options of `softcord segment`")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(options, pathlib.Path(folder))
        print("Agreement with annotations")
        for floor, scan, annotation, extra in ANNOTATED:
            text = judge.run("evaluate", judge.mask(scan), f"{options.data}/{annotation}.nii.gz", *extra, "--format", "tsv")
            row = next(csv.DictReader(io.StringIO(text), delimiter="\t"))
            dice, soft, volume = (float(row[k]) for k in ("dice", "soft_dice", "volume_error_percent"))
            judge.line(scan, f"Dice {dice:.3f}, soft {soft:.3f}, volume {volume:+.1f} %", f"at least {floor:.2f}", dice >= floor)
        print("Area between contrasts of one person, slices matched in scanner space")
        for first, second in CONTRASTS:
            (fine, thin), (coarse, thick) = judge.slices(first), judge.slices(second)
            pairs = []
            for area, z, _ in coarse.values():
                near = [a for a, other, _ in fine.values() if abs(other - z) <= max(thick, thin) / 2]
                if near and len(near) >= max(1, 0.8 * thick / thin - 1):
                    pairs.append((np.mean(near), area))
            a, b = np.array(pairs).T
            relative = 200 * (b - a) / (a + b)
            mean, absolute = relative.mean(), np.abs(relative).mean()
            judge.line(f"{second} against {first.split('/')[1]}", f"mean {mean:+.1f} %, absolute {absolute:.1f} %, {len(pairs)} slices",
                       "within 3 % and 6 %", abs(mean) <= 3 and absolute <= 6)
        print("Area of the same slice minutes later")
        for first, second in RETEST:
            (one, _), (two, _) = judge.slices(first), judge.slices(second)
            both = [n for n in one if n in two]
            sure = [n for n in both if one[n][2] and two[n][2]]

            def variation(slices):
                a, b = np.array([(one[n][0], two[n][0]) for n in slices]).T
                return 100 * np.sqrt(np.mean(2 * ((a - b) / (a + b)) ** 2))

            note = f"; {variation(sure):.2f} % without the {len(both) - len(sure)} of low_confidence" if len(sure) < len(both) else ""
            judge.line(first, f"CoV {variation(both):.2f} %, {len(both)} slices{note}", "at most 1.5 %", variation(both) <= 1.5)
        print("Area over C2 and C3 against another model's on T2w")

        def mean_area(scan, lowest, highest):
            return np.mean([area for n, (area, *_) in judge.slices(scan)[0].items() if lowest <= n <= highest])

        for scan, slices, official in OFFICIAL:
            area = mean_area(scan, *slices)
            judge.line(scan, f"{area:.1f} mm2 against {official:.1f}: {100 * (area / official - 1):+.1f} %", "within 6 %", abs(area / official - 1) <= 0.06)
        scan, slices = WITNESS
        print(f"{scan:<58} {mean_area(scan, *slices):.1f} mm2 at the heights of sub-03")
        sys.exit(1 if judge.missed else 0)


if __name__ == "__main__":
    main()
