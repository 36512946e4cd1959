"""What the faintest values of soft masks do: for each level below which they become 0, the volume that is lost, the size of the file,
and how far the areas that SCT's method finds are from those of the same mask cut at 0.01.

    python3 tools/dust.py SCAN ... [--tool .build/release/softcord] [--levels 0,0.0001,0.001]

SCANs are segmented with a copy of the model that keeps everything (`softcord model adjust --set leastOccupancy=0`). SCT's method takes every voxel
above 0 for cord: `softcord measure --method sct` does as it does. Needs numpy and nibabel.
"""

import argparse
import csv
import pathlib
import subprocess
import tempfile

import nibabel
import numpy as np

REFERENCE = 0.01


def areas(tool, mask, voxels, folder, name):
    """Area of each slice by SCT's method, and the size of the file."""
    path = folder / f"{name}.nii.gz"
    nibabel.save(nibabel.Nifti1Image(voxels.astype(np.float32), mask.affine), path)
    table = folder / f"{name}-areas.csv"
    subprocess.run([tool, "measure", path, "--method", "sct", "-o", table], check=True, capture_output=True)
    with open(table) as file:
        rows = list(csv.DictReader(file, delimiter="\t" if table.suffix == ".tsv" else ","))
    key = next(k for k in rows[0] if k.startswith("slice"))
    return {row[key]: float(row["csa_mm2"]) for row in rows if row["csa_mm2"] not in ("", "n/a")}, path.stat().st_size


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scans", nargs="+")
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--levels", default="0,0.00001,0.0001,0.0003,0.001,0.003")
    options = parser.parse_args()
    levels = [float(level) for level in options.levels.split(",")]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        model = folder / "model.safetensors"
        subprocess.run([options.tool, "model", "adjust", "--set", "leastOccupancy=0", "-o", model], check=True, capture_output=True)
        print(f"{'scan':<28}{'level':>9}{'voxels':>9}{'volume %':>10}{'mean area %':>13}{'slices, mean %':>16}{'size':>7}")
        for scan in options.scans:
            path = folder / "mask.nii.gz"
            subprocess.run([options.tool, "segment", scan, "-o", path, "--model", model], check=True, capture_output=True)
            mask = nibabel.load(path)
            voxels = mask.get_fdata(dtype=np.float32)
            cut = lambda level: np.where(voxels < level, 0, voxels)
            expected, _ = areas(options.tool, mask, cut(REFERENCE), folder, "reference")
            whole = None
            for level in levels:
                found, size = areas(options.tool, mask, cut(level), folder, f"level{level}")
                whole = whole or size
                slices = [k for k in found if expected.get(k, 0) > 10]
                errors = [100 * abs(found[k] / expected[k] - 1) for k in slices]
                total = 100 * (sum(found[k] for k in slices) / sum(expected[k] for k in slices) - 1)
                lost = 100 * (1 - cut(level).sum(dtype=np.float64) / voxels.sum(dtype=np.float64))
                name = "/".join(pathlib.Path(scan).parts[-2:])
                print(f"{name:<28}{level:>9g}{(cut(level) > 0).sum():>9}{-lost:>10.4f}{total:>13.3f}{np.mean(errors):>16.3f}{size / whole:>7.2f}", flush=True)


if __name__ == "__main__":
    main()
