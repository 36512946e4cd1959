"""Judges the levels that softcord label finds: on simulated people, whose discs are known, and on real scans, whose discs were marked by eye.

    python3 tools/validate_levels.py simulated FOLDER [--people 8] [--seed 5151] [--crops] [--model FILE] [--tool .build/release/softcord]
    python3 tools/validate_levels.py slabs FOLDER --labels FILE [--model FILE] [--tool ...]
    python3 tools/validate_levels.py real DATA [--discs tools/discs_by_eye.tsv] [--model FILE] [--tool ...]

FOLDER is filled by `softcord simulate` when it is new; with --crops a piece of 40 to 120 mm of each of its scans is judged, too. DATA holds a folder for
each person of the table, with T2w.nii.gz. Distances are those of points, mm; a numbering is wrong where a disc lies nearer to another disc's true place
than to its own. Of slabs, the scans of FOLDER, it says how far discs
lie from the labels of another scan of that person along z: found without anything else, and with those labels known. Levels are asked for however unsure they are, and judged as told where they are at least 80 % sure, as the tool does by itself.
Needs numpy and nibabel.
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
LEAST = 0.8


def truth_of(path):
    """World positions by label, mm."""
    image = nibabel.load(path)
    data = np.asarray(image.dataobj)
    return {
        int(data[tuple(v)]): nibabel.affines.apply_affine(image.affine, v) for v in np.argwhere(data != 0)
    }


def run(options, *arguments):
    """What the tool prints, or None where it fails."""
    done = subprocess.run([options.tool, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{arguments[0]} {arguments[1]}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return done.stdout


def label(options, scan, folder):
    """Mask, discs and what their sidecar says; None where no cord or no level is found."""
    mask, discs = folder / "mask.nii.gz", folder / "discs.nii.gz"
    model = ["--model", options.model] if options.model else []
    if run(options, "segment", scan, "-o", mask, *model) is None:
        return None
    if run(options, "label", scan, "--mask", mask, "--least", "1e-9", "-o", discs, *model) is None:
        return None
    return mask, discs, json.loads((folder / "discs.json").read_text())


def areas(options, mask, discs):
    """Area of each whole level and its interval, mm²."""
    printed = run(options, "measure", mask, "--discs", discs, "--per", "level", "--format", "json")
    rows = json.loads(printed or "[]")
    rows = rows if isinstance(rows, list) else rows.get("rows", [])
    return {
        row["level"]: [float(row[column]) for column in ("csa_mm2", "csa_mm2_lower", "csa_mm2_upper")] for row in rows
        if row["csa_mm2"] is not None and not {"incomplete", "level_incomplete"} & set((row["flags"] or "").split(","))
    }


def calibration_error(said, right):
    """Mean distance between what was said and how often it was right, over tenths of what was said."""
    said, right = np.array(said), np.array(right, float)
    tenths = np.minimum((said * 10).astype(int), 9)
    return sum(abs(np.sum(said[tenths == t]) - np.sum(right[tenths == t])) for t in range(10)) / max(1, len(said))


def along_spine(discs, number, offset):
    """The part of an offset that lies along the line through the neighboring discs."""
    near = [discs[n] for n in (number - 1, number, number + 1) if n in discs]
    if len(near) < 2:
        return offset[2]
    line = near[-1] - near[0]
    return offset @ line / np.linalg.norm(line)


class Score:
    def __init__(self):
        self.scans = self.refused = self.landmarks = self.refused_landmarks = self.shifted = self.shifted_landmarks = 0
        self.said, self.right, self.labels_said, self.labels_right = [], [], [], []
        self.distances, self.along, self.junctions = [], [], []
        self.changes, self.covered = [], []

    def add(self, found, truth):
        """Judges the marks of one scan; None for found where there are none."""
        self.scans += 1
        shows = any(n in truth for n in (2, 3, 50))
        self.landmarks += shows
        told = found is not None and found["NumberingProbability"] >= LEAST
        self.refused += not told
        self.refused_landmarks += shows and not told
        if found is None:
            return "nothing found"
        discs, distances, along, wrong, judged = {n: p for n, p in truth.items() if n < 50}, [], [], 0, 0
        for mark in found["Marks"]:
            place, own = np.array(mark["PositionMillimetres"]), truth.get(mark["Label"])
            if mark["Label"] == 50:
                if own is not None and told:
                    line = truth[min(discs)] - own
                    self.junctions.append((np.linalg.norm(place - own), abs((place - own) @ line / np.linalg.norm(line))))
                continue
            nearest = min(discs, key=lambda n: np.linalg.norm(place - discs[n]), default=None)
            # Beyond the discs that the truth lists nothing can be said.
            if nearest is None or own is None and np.linalg.norm(place - discs[nearest]) > 8:
                continue
            judged += 1
            wrong += nearest != mark["Label"]
            self.labels_said.append(mark["Probability"])
            self.labels_right.append(nearest == mark["Label"])
            if nearest == mark["Label"]:
                distances.append(np.linalg.norm(place - own))
                along.append(abs(along_spine(discs, mark["Label"], place - own)))
        said = f"said {found['NumberingProbability']:.3f}"
        if not judged:
            return f"no disc to compare, {said}"
        self.said.append(found["NumberingProbability"])
        self.right.append(wrong == 0)
        if told:
            self.shifted += wrong > 0
            self.shifted_landmarks += shows and wrong > 0
            self.distances += distances
            self.along += along
        mean = f"{np.mean(along):.2f} mm over {len(along)} discs" if along else "no disc right"
        return f"{mean}{f', {wrong} WRONG' if wrong else ''}, {said}{'' if told else ', not told'}"

    def compare(self, found, known, exact):
        """Areas of C2 and C3 measured with found levels, with the true ones, and exact ones, by level."""
        for level in (2, 3):
            if level in found and level in known:
                self.changes.append(100 * (found[level][0] / known[level][0] - 1))
            if level in found and level in exact:
                self.covered.append(found[level][1] <= exact[level] <= found[level][2])

    def __str__(self):
        def sure(said, right):
            right = [r for s, r in zip(said, right) if s >= 0.99]
            return f"{len(right)} at least 0.99 sure, of them wrong {len(right) - sum(right)}"

        lines = [
            f"scans {self.scans}, not told {self.refused}; with C1–C3 or the junction {self.landmarks}, of them not told {self.refused_landmarks}",
            f"told wrong {self.shifted}, of them with a landmark {self.shifted_landmarks}",
            f"numberings: {sure(self.said, self.right)}; calibration error {calibration_error(self.said, self.right):.3f}",
            f"labels: {sure(self.labels_said, self.labels_right)}; calibration error {calibration_error(self.labels_said, self.labels_right):.3f}",
        ]
        if self.distances:
            lines.append(
                f"discs {len(self.distances)}: along the spine mean {np.mean(self.along):.2f} mm, 95 % {np.percentile(self.along, 95):.2f} mm; "
                f"from point to point mean {np.mean(self.distances):.2f} mm")
        if self.junctions:
            point, along = np.mean(self.junctions, axis=0)
            lines.append(f"junctions {len(self.junctions)}: along the brainstem mean {along:.2f} mm, from point to point {point:.2f} mm")
        if self.changes:
            lines.append(
                f"areas of C2 and C3 with found against true levels, {len(self.changes)}: differ by {np.mean(np.abs(self.changes)):.2f} % on average, "
                f"mean {np.mean(self.changes):+.2f} %")
        if self.covered:
            lines.append(f"their intervals hold the exact area in {100 * np.mean(self.covered):.1f} % of {len(self.covered)}")
        return "\n".join(lines)


def exact_areas(folder):
    """Exact area by person and level, mm²."""
    with open(folder / "derivatives/truth/truth.tsv") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    result = {}
    for row in rows:
        result.setdefault(row["participant_id"], {})[int(row["level"])] = float(row["csa_mm2"])
    return result


def labels_of(folder, scan):
    """Path of the true discs on the scan's grid."""
    image = nibabel.load(scan)
    for path in sorted(folder.glob(f"derivatives/*/{scan.parent.parent.name}/*/*discs*.nii.gz")):
        truth = nibabel.load(path)
        if truth.shape == image.shape[:3] and np.allclose(truth.affine, image.affine, atol=1e-3):
            return path
    sys.exit(f"{scan}: no discs beside it")


def crop(scan, truth, folder, random):
    """A piece of 40 to 120 mm along the body of a scan and of its true discs."""
    image, labels = nibabel.load(scan), nibabel.load(truth)
    axis = int(np.argmax(np.abs(image.affine[2, :3])))
    height = abs(nibabel.affines.voxel_sizes(image.affine)[axis])
    count = min(image.shape[axis], round(random.uniform(40, 120) / height))
    first = random.integers(0, image.shape[axis] - count + 1)
    piece = [slice(None)] * 3
    piece[axis] = slice(first, first + count)
    paths = folder / scan.name, folder / "truth.nii.gz"
    for source, path in zip((image, labels), paths):
        source.slicer[tuple(piece)].to_filename(path)
    return paths


def judge(options, scan, truth, exact, scores):
    with tempfile.TemporaryDirectory() as name:
        result = label(options, scan, pathlib.Path(name))
        found = result and result[2]
        for score in scores:
            line = score.add(found, truth_of(truth))
        if exact and found and found["NumberingProbability"] >= LEAST:
            tables = [areas(options, result[0], discs) for discs in (result[1], truth)]
            for score in scores:
                score.compare(*tables, exact)
    return line


def simulated(options):
    folder = pathlib.Path(options.folder)
    if not folder.exists():
        subprocess.run(
            [options.tool, "simulate", folder, "--subjects", str(options.people), "--seed", str(options.seed), "--contrasts", CONTRASTS], check=True)
    exact, whole, everything, by_contrast = exact_areas(folder), Score(), Score(), {}
    random = np.random.default_rng(options.seed)
    for scan in sorted(folder.glob("sub-*/*/*.nii.gz")):
        person, contrast = scan.name.replace(".nii.gz", "").split("_", 1)
        truth = labels_of(folder, scan)
        scores = [everything, whole, by_contrast.setdefault(contrast, Score())]
        print(f"{scan.name}: {judge(options, scan, truth, exact[person], scores)}", flush=True)
        if options.crops:
            with tempfile.TemporaryDirectory() as name:
                piece = crop(scan, truth, pathlib.Path(name), random)
                print(f"  a piece: {judge(options, *piece, None, [everything])}", flush=True)
    for contrast, score in by_contrast.items():
        print(f"\n{contrast}\n{score}")
    print(f"\nwhole scans\n{whole}")
    if options.crops:
        print(f"\nwhole scans and pieces\n{everything}")


def real(options):
    truth = {}
    with open(options.discs) as table:
        for row in csv.DictReader(table, delimiter="\t"):
            truth.setdefault(row["person"], {})[int(row["disc"])] = np.array([float(row[k]) for k in ("x_mm", "y_mm", "z_mm")])
    score = Score()
    for person, discs in truth.items():
        with tempfile.TemporaryDirectory() as name:
            result = label(options, pathlib.Path(options.folder) / person / "T2w.nii.gz", pathlib.Path(name))
        print(f"{person}: {score.add(result and result[2], discs)}")
    print(score)


def slabs(options):
    truth = truth_of(options.labels)
    for scan in sorted(pathlib.Path(options.folder).glob("*.nii.gz")):
        parts = []
        with tempfile.TemporaryDirectory() as name:
            discs = pathlib.Path(name) / "discs.nii.gz"
            for how, known in (("alone", []), ("with labels", ["--labels", options.labels])):
                if run(options, "label", scan, *known, "-o", discs) is None:
                    parts.append(f"{how} not told")
                    continue
                found = truth_of(discs)
                offsets = [abs(found[n][2] - truth[n][2]) for n in found if n in truth and n < 50]
                parts.append(f"{how} {len(offsets)} discs, mean {np.mean(offsets):.1f} mm, most {max(offsets):.1f} mm away along z")
        print(f"{scan.name}: {'; '.join(parts)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["simulated", "slabs", "real"])
    parser.add_argument("folder")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--seed", type=int, default=5151)
    parser.add_argument("--crops", action="store_true", help="judge a piece of each scan, too")
    parser.add_argument("--labels", help="discs of another scan of the person, for slabs")
    parser.add_argument("--model")
    parser.add_argument("--discs", default="tools/discs_by_eye.tsv")
    parser.add_argument("--tool", default=".build/release/softcord")
    options = parser.parse_args()
    {"simulated": simulated, "slabs": slabs, "real": real}[options.kind](options)


main()
