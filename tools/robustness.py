"""Changes scans in ways that must not matter, or must be noticed, and looks at what `softcord segment` makes of them.

    python3 tools/robustness.py [--tool .build/release/softcord] [--model FILE] [--scan SCAN ...]

Scans default to one of each kind in ../shared/data, and one simulated by `softcord simulate`; besides, simulated scans of the thoracic and lumbar cord, of a
squeezed cord, of lesions and of metal are held against their exact truth, and scans without a cord must be refused. Needs numpy, scipy and nibabel. Volumes
are compared where both masks can see: a cropped scan with the crop of the whole scan's mask. Exit status 1 where a bar is missed.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import nibabel
import numpy as np
from scipy import ndimage

NO_CORD = 2


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.missed, self.number = options, pathlib.Path(folder), 0, 0

    def segment(self, image, *extra):
        """Status, and the mask's voxels where there is one."""
        self.number += 1
        scan, mask = self.folder / f"{self.number}.nii.gz", self.folder / f"{self.number}-mask.nii.gz"
        nibabel.save(image, scan)
        flags = ["--model", self.options.model] if self.options.model else []
        flags += ["--threads", str(self.options.threads)] if self.options.threads else []
        result = subprocess.run([self.options.tool, "segment", str(scan), "-o", str(mask), *flags, *extra], capture_output=True, text=True)
        self.said = result.stderr
        if result.returncode != 0:
            return result.returncode, None
        self.sidecar = json.loads(pathlib.Path(str(mask)[: -len(".nii.gz")] + ".json").read_text())
        return 0, nibabel.load(mask).get_fdata()

    def row(self, scan, change, text, good, bar):
        self.missed += not good
        print(f"{scan:<22} {change:<44} {text:<30} {'' if good else 'MISSED: '}{bar}", flush=True)

    def agreement(self, scan, change, image, reference, bar_dice, bar_volume=None):
        status, mask = self.segment(image)
        if status != 0:
            return self.row(scan, change, f"exit status {status}", False, f"Dice at least {bar_dice}")
        # The mask of a 2D file may have a third axis of one voxel.
        mask, reference = np.squeeze(mask), np.squeeze(reference)
        a, b = mask > 0.5, reference > 0.5
        dice = 2 * (a & b).sum() / max(1, a.sum() + b.sum())
        volume = 100 * (mask.sum() / max(reference.sum(), 1e-9) - 1)
        good = dice >= bar_dice and (bar_volume is None or abs(volume) <= bar_volume)
        self.row(scan, change, f"Dice {dice:.3f}, volume {volume:+.1f} %", good,
                 f"Dice at least {bar_dice}" + (f", volume within {bar_volume} %" if bar_volume else ""))


def crop(image, lower, upper):
    box = tuple(slice(a, b) for a, b in zip(lower, upper))
    affine = image.affine.copy()
    affine[:3, 3] = (image.affine @ np.append(lower, 1))[:3]
    return nibabel.Nifti1Image(np.ascontiguousarray(np.asarray(image.dataobj)[box]), affine), box


def along(image):
    """The voxel axis that runs along the body."""
    return int(np.argmax(np.abs(image.affine[2, :3] / np.linalg.norm(image.affine[:3, :3], axis=0))))


def test(bench, name, image):
    data = image.get_fdata().astype(np.float32)
    image = nibabel.Nifti1Image(data, image.affine)
    spacing = np.linalg.norm(image.affine[:3, :3], axis=0)
    status, reference = bench.segment(image)
    if status != 0:
        return bench.row(name, "as it is", f"exit status {status}", False, "a mask")
    axis = along(image)
    inside = np.argwhere(reference > 0.5)
    middle = inside[np.argsort(inside[:, axis])[len(inside) // 2]]
    section = inside[inside[:, axis] == middle[axis]].mean(axis=0)

    # Any order and direction of the axes.
    worst, volumes = 1.0, []
    for order, flips in [((0, 1, 2), (1, -1, 1)), ((1, 2, 0), (1, 1, -1)), ((2, 0, 1), (-1, -1, 1)), ((2, 1, 0), (-1, 1, -1))]:
        turn = nibabel.orientations.inv_ornt_aff(np.array([[order.index(k), flips[k]] for k in range(3)]), data.shape)
        ornt = np.array([[order.index(k), flips[k]] for k in range(3)])
        turned = nibabel.Nifti1Image(nibabel.orientations.apply_orientation(data, ornt), image.affine @ turn)
        status, mask = bench.segment(turned)
        expected = nibabel.orientations.apply_orientation(reference, ornt)
        volumes.append(100 if status else 100 * abs(mask.sum() / expected.sum() - 1))
        worst = min(worst, 0 if status else 1 - np.abs(mask - expected).sum() / expected.sum())
    bench.row(name, "four orientations", f"area {max(volumes):.2f} %, worst {worst:.4f}", max(volumes) <= 0.5, "area within 0.5 %")

    # What the processor computes in: area of the whole, and of single slices where the cord is more than a voxel.
    status, exact = bench.segment(image, "--precision", "float32")
    if status == 0:
        across = tuple(k for k in range(3) if k != axis)
        areas, expected = reference.sum(across), exact.sum(across)
        inner = expected > 0.5 * np.median(expected[expected > 0])
        slices = 100 * np.abs(areas[inner] / expected[inner] - 1)
        total = 100 * abs(reference.sum() / exact.sum() - 1)
        bench.row(name, "as fast as it goes against float32", f"volume {total:.2f} %, slices {slices.mean():.2f} %, at most {slices.max():.2f} %",
                  total <= 0.1, "volume within 0.1 %")

    # Tight fields of view.
    reach = np.round(np.where(np.arange(3) == axis, 60, 20) / spacing).astype(int)
    center = np.where(np.arange(3) == axis, middle, section).astype(int)
    lower, upper = np.maximum(center - reach, 0), np.minimum(center + reach + 1, data.shape)
    small, box = crop(image, lower, upper)
    bench.agreement(name, "20 mm around the cord", small, reference[box], 0.9, 8)
    reach = np.maximum(1, np.round(np.where(np.arange(3) == axis, 7.5, 20) / spacing).astype(int))
    lower, upper = np.maximum(center - reach, 0), np.minimum(center + reach + 1, data.shape)
    small, box = crop(image, lower, upper)
    bench.agreement(name, "15 mm along it too", small, reference[box], 0.88, 12)
    shift = lower.copy()
    lower, upper = np.zeros(3, int), np.array(data.shape)
    across = [k for k in range(3) if k != axis]
    lower[across[0]] = max(0, int(section[across[0]] - 12 / spacing[across[0]]))
    off, box = crop(image, lower, upper)
    bench.agreement(name, "cord 12 mm from the rim", off, reference[box], 0.88, 12)
    cut, _ = crop(image, np.where(np.arange(3) == across[0], int(round(section[across[0]])), 0), np.array(data.shape))
    status, mask = bench.segment(cut)
    letters = dict(zip("LRPAIS", ["left", "right", "posterior", "anterior", "inferior", "superior"]))
    opposite = dict(zip("LRPAIS", "RLAPSI"))
    side = letters[opposite[nibabel.aff2axcodes(image.affine)[across[0]]]]
    said = [] if status else bench.sidecar.get("CordLeavesFieldOfView", [])
    bench.row(name, f"cord cut in half at its {side} side", f"exit status {status}" if status else "leaves at " + ", ".join(said),
              status == 0 and side in said, "the side is named")
    lower, upper = np.zeros(3, int), np.array(data.shape)
    lower[axis], upper[axis] = middle[axis], middle[axis] + 1
    flat, box = crop(image, lower, upper)
    bench.agreement(name, "one slice", flat, reference[box], 0.85)
    if axis == 2:
        bench.agreement(name, "one slice, 2D file", nibabel.Nifti1Image(np.asarray(flat.dataobj)[:, :, 0], flat.affine), reference[box][:, :, 0], 0.85)

    # Fields of view with nothing in them, as other programs leave them.
    rims = ((12, 12),) * 3
    padded = nibabel.Nifti1Image(np.pad(data, rims), image.affine @ np.array([[1, 0, 0, -12], [0, 1, 0, -12], [0, 0, 1, -12], [0, 0, 0, 1]]))
    bench.agreement(name, "empty planes around", padded, np.pad(reference, rims), 0.99, 1)
    if spacing.max() < 2 * spacing.min():
        sideways = int(np.argmax(np.abs(image.affine[0, :3]) / spacing))
        angle, (i, j) = np.deg2rad(20), [k for k in range(3) if k != sideways]
        turn = np.eye(3)
        turn[i, i] = turn[j, j] = np.cos(angle)
        turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
        turn = np.diag(1 / spacing) @ turn @ np.diag(spacing)
        start = middle - turn @ middle
        turned = nibabel.Nifti1Image(ndimage.affine_transform(data, turn, start, order=1), image.affine)
        bench.agreement(name, "turned by 20 degrees, corners empty", turned, ndimage.affine_transform(reference, turn, start, order=1), 0.9, 6)

    # Looks.
    low, high = np.percentile(data, [0.5, 99.5])
    bench.agreement(name, "negative", nibabel.Nifti1Image(data.max() - data, image.affine), reference, 0.85, 12)
    grid = np.meshgrid(*[np.linspace(-1, 1, n) for n in data.shape], indexing="ij")
    field = np.exp(1.2 * grid[axis] + 0.8 * grid[across[0]] - 0.8 * grid[across[1]] ** 2)
    bench.agreement(name, "strong bias", nibabel.Nifti1Image((data * field).astype(np.float32), image.affine), reference, 0.9, 6)
    fall = np.exp(-(((np.indices(data.shape)[axis] - middle[axis]) * spacing[axis] / 60) ** 2))
    bench.agreement(name, "coil that sees 60 mm", nibabel.Nifti1Image((data * fall).astype(np.float32), image.affine), reference, 0.85)
    noise = np.random.default_rng(1).normal(0, 0.06 * (high - low), data.shape)
    bench.agreement(name, "noise of 6 % of the range", nibabel.Nifti1Image((data + noise).astype(np.float32), image.affine), reference, 0.88, 8)
    holes = data.copy()
    hole = tuple(np.ogrid[tuple(slice(0, n) for n in data.shape)])
    distance = sum(((h - c) * s) ** 2 for h, c, s in zip(hole, center + np.where(np.arange(3) == across[0], 25, 0) / spacing, spacing))
    holes[np.sqrt(distance) < 18] = low
    bench.agreement(name, "a void of metal beside the cord", nibabel.Nifti1Image(holes, image.affine), reference, 0.88, 10)
    four = nibabel.Nifti1Image(np.stack([data, data], axis=3), image.affine)
    bench.agreement(name, "4D", four, reference, 0.99, 1)

    # Resolution.
    for label, target in [("1.2 mm in the plane", np.where(np.arange(3) == axis, spacing, 1.2)),
                          ("0.3 mm in the plane", np.where(np.arange(3) == axis, spacing, 0.3)),
                          ("0.5 mm along", np.where(np.arange(3) == axis, 0.5, spacing)),
                          ("17 mm along", np.where(np.arange(3) == axis, 17, spacing))]:
        factor = target / spacing
        cropped, box = crop(image, np.maximum(center - (40 / spacing).astype(int), 0), np.minimum(center + (40 / spacing).astype(int), data.shape))
        values, truth = cropped.get_fdata(), reference[box]
        shape = np.maximum(1, np.floor(np.array(values.shape) / factor)).astype(int)
        affine = cropped.affine @ np.diag([*factor, 1])
        affine[:3, 3] = (cropped.affine @ np.append((factor - 1) / 2, 1))[:3]

        def resample(volume):
            soft = ndimage.gaussian_filter(volume, [0.3 * f if f > 1 else 0 for f in factor]) if not label.endswith("along") else ndimage.uniform_filter1d(volume, max(1, int(round(factor[axis]))), axis=axis)
            return ndimage.affine_transform(soft, factor, (factor - 1) / 2, tuple(shape), order=1)

        bench.agreement(name, label, nibabel.Nifti1Image(resample(values).astype(np.float32), affine), resample(truth), 0.85, 12)


def truths(bench, folder):
    """Simulated scans of what is rare in the others, against their exact truth."""
    cases = [
        ("thoracic", "T2w", "protocols: {T2w: {disc: 13}}"), ("lumbar", "T2w", "protocols: {T2w: {disc: 19}}"),
        ("squeezed", "T2w", "pathologies: {compression: 1}"), ("squeezed", "T2star", "pathologies: {compression: 1}"),
        ("lesions", "T2w", "pathologies: {lesion: 1}"), ("lesions", "T2star", "pathologies: {lesion: 1}"),
        ("atrophy", "T1w", "pathologies: {atrophy: 1}"), ("metal", "T2w", "protocols: {T2w: {artefacts: {metal: {probability: 1}}}}"),
        ("noise around the body", "T1w", "protocols: {T1w: {artefacts: {quotient: {probability: 1, strength: {from: 1, to: 1}}}}}"),
        ("echo-planar", "T2star", "protocols: {T2star: {spacing: [1.1, 1.1, 5], matrix: [128, 128, 20], artefacts: {distortion: {probability: 1, strength: {from: 0.5, to: 0.9}}}}}"),
    ]
    for number, (label, contrast, settings) in enumerate(cases):
        root = pathlib.Path(folder) / f"truth-{number}"
        configuration = pathlib.Path(folder) / f"truth-{number}.yaml"
        configuration.write_text("simulation: {" + settings + "}\n")
        made = subprocess.run([bench.options.tool, "simulate", str(root), "--subjects", "2", "--seed", "77", "--contrasts", contrast,
                               "--config", str(configuration)], capture_output=True, text=True)
        if made.returncode != 0:
            bench.row("simulated", label, made.stderr.strip()[-30:], False, "a scan")
            continue
        for scan in sorted(root.glob("sub-*/anat/*.nii.gz")):
            truth = next(root.glob(f"derivatives/truth/{scan.parts[-3]}/anat/*_label-SC_probseg.nii.gz"))
            image = nibabel.load(scan)
            bench.agreement(f"{contrast} {scan.parts[-3]}", label, nibabel.Nifti1Image(image.get_fdata().astype(np.float32), image.affine),
                            nibabel.load(truth).get_fdata(), 0.85, 12)


def without_cord():
    """Scans without a cord, by name; 1 mm."""
    random = np.random.default_rng(3)
    grid = np.stack(np.meshgrid(*[np.arange(-48, 48)] * 3, indexing="ij"))
    radius = np.sqrt((grid**2).sum(0))
    across = np.hypot(grid[0], grid[1])
    # A leg: two bones in muscle in fat.
    leg = np.where(across < 44, 200.0, 0.0)
    leg[across < 36] = 90
    for x, y, r in [(14, 0, 9), (-16, -4, 6)]:
        leg[np.hypot(grid[0] - x, grid[1] - y) < r] = 180
    # A knee: marrow in a dark shell above and below a joint of bright fluid, a tendon in front.
    knee = np.where(across < 44, 160.0, 0.0)
    knee[across < 38] = 80
    for sign in (-1, 1):
        condyle = np.sqrt((grid[0] / 26.0) ** 2 + (grid[1] / 24.0) ** 2 + ((grid[2] - sign * 34) / 32.0) ** 2)
        knee[condyle < 1] = 10
        knee[condyle < 0.92] = 190
    knee[(np.abs(grid[2]) < 2) & (across < 24)] = 240
    knee[np.hypot(grid[0], (grid[1] - 33) * 1.5) < 5] = 15
    bottle = np.where((across < 40) & (np.abs(grid[2]) < 44), 220.0, 4.0)
    bottle[(np.hypot(grid[0] - 12, grid[1]) < 8) & (np.abs(grid[2]) < 30)] = 20
    rods = np.where((across < 42), 150.0, 4.0)
    for k in range(6):
        rods[np.hypot(grid[0] - 25 * np.cos(k), grid[1] - 25 * np.sin(k)) < 2 + k] = 30

    def grainy(image, amount):
        return np.hypot(image + random.normal(0, amount, image.shape), random.normal(0, amount, image.shape))

    scans = {
        "noise": random.rayleigh(50, radius.shape), "a ball": np.where(radius < 40, 300.0, 5), "a gradient": grid[0] + 60.0,
        "a leg": grainy(leg, 6), "a grainy leg": grainy(leg, 20), "a leg, negative": 220 - grainy(leg, 6),
        "an empty leg": np.where(leg > 0, 1, 0) * 100.0 + random.normal(0, 3, leg.shape), "a knee": grainy(knee, 8),
        "a bottle with a void": grainy(bottle, 5), "a phantom of rods": grainy(rods, 5),
    }
    for width in (2, 3, 4, 6):
        scans[f"noise, {width} mm smooth"] = ndimage.gaussian_filter(random.normal(0, 1, radius.shape), width) * 400
    scans["noise of any brightness"] = random.uniform(0, 300, radius.shape)
    scans["a knee in it"] = np.where(knee > 0, scans["a knee"], scans["noise of any brightness"])
    return scans


def nothing(bench):
    """Scans without a cord must be refused."""
    for label, data in without_cord().items():
        status, mask = bench.segment(nibabel.Nifti1Image(data.astype(np.float32), np.eye(4)))
        sure = re.search(r"sure of \d+ %", bench.said)
        text = f"exit status {status}{', ' + sure[0] if sure else ''}" if mask is None else f"{mask.sum():.0f} mm3 of cord"
        bench.row("no cord", label, text, status == NO_CORD, f"exit status {NO_CORD}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--model")
    parser.add_argument("--scan", nargs="*", help="scans to change instead of the usual ones")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--only", choices=["nothing", "truths", "scans"], help="one part of the bench")
    options = parser.parse_args()
    data = pathlib.Path("../shared/data")
    scans = options.scan
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        if scans is None:
            scans = [data / s for s in ["errsm_18/T2w.nii.gz", "errsm_18/T2star.nii.gz", "sct_testing_data/t1/t1w.nii.gz", "spinegeneric_unf/sub-05_MTon.nii.gz", "sct_testing_data/dmri/dwi_mean.nii.gz"] if (data / s).exists()]
            subprocess.run([options.tool, "simulate", folder + "/neck", "--contrasts", "T2w", "--seed", "31"], check=True, capture_output=True)
            scans.append(pathlib.Path(folder) / "neck/sub-001/anat/sub-001_T2w.nii.gz")
        if options.only in (None, "nothing"):
            nothing(bench)
        if options.only in (None, "truths"):
            truths(bench, folder)
        for scan in map(pathlib.Path, scans if options.only in (None, "scans") else []):
            test(bench, "/".join(scan.parts[-2:]).replace(".nii.gz", "")[-22:], nibabel.load(scan))
    print(f"{bench.missed} bars missed")
    sys.exit(1 if bench.missed else 0)


if __name__ == "__main__":
    main()
