"""Changes scans in ways that must not matter, or must be noticed, and looks at what `softcord segment` makes of them.

    python3 tools/robustness.py [--tool .build/release/softcord] [--model FILE] [--scan SCAN ...]

Scans default to one of each kind in ../shared/data, and one simulated by `softcord simulate`. Needs numpy, scipy and nibabel. Volumes are compared where both
masks can see: a cropped scan with the crop of the whole scan's mask. Exit status 1 where a bar is missed.
"""

import argparse
import itertools
import pathlib
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

    def segment(self, image):
        """Status, and the mask's voxels where there is one."""
        self.number += 1
        scan, mask = self.folder / f"{self.number}.nii.gz", self.folder / f"{self.number}-mask.nii.gz"
        nibabel.save(image, scan)
        model = ["--model", self.options.model] if self.options.model else []
        result = subprocess.run([self.options.tool, "segment", str(scan), "-o", str(mask), *model], capture_output=True, text=True)
        if result.returncode != 0:
            return result.returncode, None
        return 0, nibabel.load(mask).get_fdata()

    def row(self, scan, change, text, good, bar):
        self.missed += not good
        print(f"{scan:<22} {change:<44} {text:<30} {'' if good else 'MISSED: '}{bar}", flush=True)

    def agreement(self, scan, change, image, reference, bar_dice, bar_volume=None):
        status, mask = self.segment(image)
        if status != 0:
            return self.row(scan, change, f"exit status {status}", False, f"Dice at least {bar_dice}")
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
    one = [slice(None)] * 3
    one[axis] = slice(middle[axis], middle[axis] + 1)
    lower, upper = np.zeros(3, int), np.array(data.shape)
    lower[axis], upper[axis] = middle[axis], middle[axis] + 1
    flat, box = crop(image, lower, upper)
    bench.agreement(name, "one slice", flat, reference[box], 0.85)

    # Looks.
    low, high = np.percentile(data, [0.5, 99.5])
    scaled = np.clip((data - low) / (high - low), 0, 1)
    bench.agreement(name, "negative", nibabel.Nifti1Image(1 - scaled, image.affine), reference, 0.85, 12)
    grid = np.meshgrid(*[np.linspace(-1, 1, n) for n in data.shape], indexing="ij")
    field = np.exp(1.2 * grid[axis] + 0.8 * grid[across[0]] - 0.8 * grid[across[1]] ** 2)
    bench.agreement(name, "strong bias", nibabel.Nifti1Image((data * field).astype(np.float32), image.affine), reference, 0.9, 6)
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
                          ("0.35 mm in the plane", np.where(np.arange(3) == axis, spacing, 0.35)),
                          ("12 mm along", np.where(np.arange(3) == axis, 12, spacing))]:
        factor = np.where(np.arange(3) == axis, target / spacing, target / spacing)
        if target[axis] > 6 and spacing[axis] > 3:
            continue
        cropped, box = crop(image, np.maximum(center - (40 / spacing).astype(int), 0), np.minimum(center + (40 / spacing).astype(int), data.shape))
        values, truth = cropped.get_fdata(), reference[box]
        shape = np.maximum(1, np.floor(np.array(values.shape) / factor)).astype(int)
        affine = cropped.affine @ np.diag([*factor, 1])
        affine[:3, 3] = (cropped.affine @ np.append((factor - 1) / 2, 1))[:3]

        def resample(volume):
            soft = ndimage.gaussian_filter(volume, [0.3 * f if f > 1 else 0 for f in factor]) if not label.endswith("along") else ndimage.uniform_filter1d(volume, int(round(factor[axis])), axis=axis)
            return ndimage.affine_transform(soft, factor, (factor - 1) / 2, tuple(shape), order=1)

        bench.agreement(name, label, nibabel.Nifti1Image(resample(values).astype(np.float32), affine), resample(truth), 0.85, 12)


def nothing(bench):
    """Scans without a cord must be refused."""
    random = np.random.default_rng(3)
    affine = np.diag([1.0, 1, 1, 1])
    grid = np.stack(np.meshgrid(*[np.arange(-48, 48)] * 3, indexing="ij"))
    radius = np.sqrt((grid**2).sum(0))
    # A leg: two bones in muscle in fat.
    bones = np.hypot(grid[0] - 14, grid[1]) < 9, np.hypot(grid[0] + 16, grid[1] + 4) < 6
    leg = np.where(np.hypot(grid[0], grid[1]) < 44, 200.0, 0.0)
    leg[np.hypot(grid[0], grid[1]) < 36] = 90
    for bone in bones:
        leg[bone] = 180
    scans = {
        "noise": random.rayleigh(50, radius.shape), "smooth noise": ndimage.gaussian_filter(random.normal(0, 1, radius.shape), 4) * 400,
        "a ball": np.where(radius < 40, 300.0, 5), "a gradient": grid[0] + 60.0, "a leg": leg + random.normal(0, 6, leg.shape),
        "an empty leg": np.where(leg > 0, 1, 0) * 100.0 + random.normal(0, 3, leg.shape),
    }
    for label, data in scans.items():
        status, mask = bench.segment(nibabel.Nifti1Image(data.astype(np.float32), affine))
        text = f"exit status {status}" if mask is None else f"{mask.sum():.0f} mm3 of cord"
        bench.row("no cord", label, text, status == NO_CORD, f"exit status {NO_CORD}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--model")
    parser.add_argument("--scan", nargs="*")
    options = parser.parse_args()
    data = pathlib.Path("../shared/data")
    scans = options.scan
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        if scans is None:
            scans = [data / s for s in ["errsm_18/T2w.nii.gz", "errsm_18/T2star.nii.gz", "sct_testing_data/t1/t1w.nii.gz", "spinegeneric_unf/sub-05_MTon.nii.gz"] if (data / s).exists()]
            subprocess.run([options.tool, "simulate", folder + "/neck", "--contrasts", "T2w", "--seed", "31"], check=True, capture_output=True)
            scans.append(pathlib.Path(folder) / "neck/sub-001/anat/sub-001_T2w.nii.gz")
        nothing(bench)
        for scan in map(pathlib.Path, scans):
            test(bench, "/".join(scan.parts[-2:]).replace(".nii.gz", "")[-22:], nibabel.load(scan))
    print(f"{bench.missed} bars missed")
    sys.exit(1 if bench.missed else 0)


if __name__ == "__main__":
    main()
