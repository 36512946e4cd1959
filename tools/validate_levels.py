"""Judges the levels that softcord label finds: on simulated people, whose discs are known, and on real scans, whose discs were marked by eye.

    python3 tools/validate_levels.py simulated FOLDER [--people 8] [--seed 5151] [--model FILE] [--tool .build/release/softcord]
    python3 tools/validate_levels.py real DATA [--discs tools/discs_by_eye.tsv] [--model FILE] [--tool ...]

FOLDER is filled by `softcord simulate` when it is new. DATA holds a folder for each person of the table, with T2w.nii.gz. Distances are those of points,
mm; a numbering is wrong where a disc lies nearer to another disc's true place than to its own. Needs numpy and nibabel.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import nibabel
import numpy as np

CONTRASTS = "T1w,T2w,T2star,flip-1_mt-on_MTS,flip-2_mt-off_MTS,rec-average_dwi"
UNKNOWN = 5


def truth_of(path):
    """World positions by label, mm."""
    image = nibabel.load(path)
    data = np.asarray(image.dataobj)
    return {
        int(data[tuple(v)]): nibabel.affines.apply_affine(image.affine, v) for v in np.argwhere(data != 0)
    }


def label(options, scan):
    """Marks by label, with the probability of their numbering; None where they are not told."""
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "discs.nii.gz"
        model = ["--model", options.model] if options.model else []
        done = subprocess.run([options.tool, "label", scan, "-o", output, *model], capture_output=True, text=True)
        if done.returncode == UNKNOWN:
            return None
        if done.returncode != 0:
            print(f"{scan}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            return None
        return json.loads((pathlib.Path(folder) / "discs.json").read_text())


def along_spine(discs, number, offset):
    """The part of an offset that lies along the line through the neighboring discs."""
    near = [discs[n] for n in (number - 1, number, number + 1) if n in discs]
    if len(near) < 2:
        return offset[2]
    line = near[-1] - near[0]
    return offset @ line / np.linalg.norm(line)


class Score:
    def __init__(self):
        self.scans = self.refused = self.landmarks = self.refused_landmarks = self.shifted = 0
        self.sure = self.wrong = 0
        self.distances, self.along, self.junctions = [], [], []

    def add(self, found, truth):
        self.scans += 1
        shows = any(n in truth for n in (2, 3, 50))
        self.landmarks += shows
        if found is None:
            self.refused += 1
            self.refused_landmarks += shows
            return "not known" + (" although a landmark is shown" if shows else "")
        discs, distances, wrong = {n: p for n, p in truth.items() if n < 50}, [], 0
        for mark in found["Marks"]:
            place = np.array(mark["PositionMillimetres"])
            own = truth.get(mark["Label"])
            if mark["Label"] == 50:
                if own is not None:
                    self.junctions.append(np.linalg.norm(place - own))
                continue
            nearest = min(discs, key=lambda n: np.linalg.norm(place - discs[n]), default=None)
            # Beyond the discs that the truth lists nothing can be said.
            if own is None and nearest is not None and np.linalg.norm(place - discs[nearest]) > 8:
                continue
            wrong += nearest != mark["Label"]
            if nearest == mark["Label"]:
                distances.append(np.linalg.norm(place - own))
                self.along.append(abs(along_spine(discs, mark["Label"], place - own)))
        self.shifted += wrong > 0
        if found["NumberingProbability"] >= 0.99:
            self.sure += 1
            self.wrong += wrong > 0
        self.distances += distances
        mean = f"{np.mean(distances):.2f} mm over {len(distances)} discs" if distances else "no disc to compare"
        return mean + (f", {wrong} WRONG" if wrong else "") + f", said {found['NumberingProbability']:.3f}"

    def __str__(self):
        lines = [
            f"scans {self.scans}, not known {self.refused}; with C1–C3 or the junction {self.landmarks}, of them not known {self.refused_landmarks}",
            f"wrong numbering {self.shifted}; at least 0.99 sure {self.sure}, of them wrong {self.wrong}",
        ]
        if self.distances:
            lines.append(
                f"discs {len(self.distances)}: along the spine mean {np.mean(self.along):.2f} mm, 95 % {np.percentile(self.along, 95):.2f} mm; "
                f"from point to point mean {np.mean(self.distances):.2f} mm")
        if self.junctions:
            lines.append(f"junctions {len(self.junctions)}: mean {np.mean(self.junctions):.2f} mm")
        return "\n".join(lines)


def simulated(options):
    folder = pathlib.Path(options.folder)
    if not folder.exists():
        subprocess.run(
            [options.tool, "simulate", folder, "--subjects", str(options.people), "--seed", str(options.seed), "--contrasts", CONTRASTS], check=True)
    everything, by_contrast = Score(), {}
    for scan in sorted(folder.glob("sub-*/*/*.nii.gz")):
        stem = scan.name.replace(".nii.gz", "")
        candidates = [
            p for p in folder.glob(f"derivatives/*/{scan.parent.parent.name}/*/*discs*.nii.gz") if nibabel.load(p).shape == nibabel.load(scan).shape
            and np.allclose(nibabel.load(p).affine, nibabel.load(scan).affine, atol=1e-3)
        ]
        if not candidates:
            sys.exit(f"{scan}: no discs beside it")
        found, truth = label(options, scan), truth_of(candidates[0])
        contrast = stem.split("_", 1)[1]
        print(f"{stem}: {everything.add(found, truth)}")
        by_contrast.setdefault(contrast, Score()).add(found, truth)
    for contrast, score in by_contrast.items():
        print(f"\n{contrast}\n{score}")
    print(f"\nall\n{everything}")


def real(options):
    truth = {}
    with open(options.discs) as table:
        for row in csv.DictReader(table, delimiter="\t"):
            truth.setdefault(row["person"], {})[int(row["disc"])] = np.array([float(row[k]) for k in ("x_mm", "y_mm", "z_mm")])
    score = Score()
    for person, discs in truth.items():
        print(f"{person}: {score.add(label(options, pathlib.Path(options.folder) / person / 'T2w.nii.gz'), discs)}")
    print(score)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["simulated", "real"])
    parser.add_argument("folder")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--seed", type=int, default=5151)
    parser.add_argument("--model")
    parser.add_argument("--discs", default="tools/discs_by_eye.tsv")
    parser.add_argument("--tool", default=".build/release/softcord")
    options = parser.parse_args()
    simulated(options) if options.kind == "simulated" else real(options)


main()
