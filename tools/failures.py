"""Finds the scans and slices where a model is worst, of simulated people and of real annotated scans, and draws them: a picture for the model card.

    python3 tools/failures.py PICTURE.png [--simulated FOLDER] [--data ../shared/data] [--model FILE] [--most 24] [--rows 4] [--tool .build/release/softcord]

FOLDER holds data sets of `softcord simulate`. A scan's error is the sum of its voxels' errors over the cord's volume; slices that hold an annotation count. Needs
numpy, nibabel and matplotlib.
"""

import argparse
import pathlib

import nibabel
import numpy as np

from simulated_people import Segmenter, pairs
from validate import ANNOTATED

# Side of a picture, mm.
SIDE = 36


def axial(path):
    """Voxels with the axes right-left, anterior-posterior, inferior-superior, and their sizes."""
    image = nibabel.as_closest_canonical(nibabel.load(path))
    return image.get_fdata(dtype="float32"), image.header.get_zooms()[:3]


def judge(scan, reference, segment, partial):
    """A scan's error, and its worst slice: image, mask, reference around the cord, voxel sizes, words."""
    found = segment(scan)
    image, size = axial(scan)
    truth, _ = axial(reference)
    if found is None:
        return 2.0, None
    original = nibabel.load(scan)
    mask = nibabel.as_closest_canonical(nibabel.Nifti1Image(found[0], original.affine)).get_fdata(dtype="float32")
    slices = truth.sum((0, 1)) > (0 if partial else -1)
    error = np.abs(mask - truth).sum((0, 1)) * slices
    # A slice that one of them leaves out altogether says where the cord ends, not how well its edge is drawn.
    both = (truth.sum((0, 1)) > 0) & (mask.sum((0, 1)) > 0)
    worst = int(np.argmax(np.where(both, error / np.maximum(truth.sum((0, 1)), 1e-6), 0)))
    weight = truth[:, :, worst] + mask[:, :, worst]
    center = [int(np.average(np.arange(n), weights=weight.sum(1 - k))) for k, n in enumerate(weight.shape)]
    half = [int(SIDE / 2 / s) for s in size[:2]]
    box = tuple(slice(max(0, c - h), c + h + 1) for c, h in zip(center, half)) + (worst,)
    area = size[0] * size[1]
    words = f"slice {worst}: {mask[:, :, worst].sum() * area:.0f} mm², true {truth[:, :, worst].sum() * area:.0f} mm²"
    return float(error.sum() / max(truth[:, :, slices].sum(), 1e-6)), (image[box], mask[box], truth[box], size, words)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--simulated", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--model")
    parser.add_argument("--most", type=int, default=24, help="simulated scans to look at, evenly chosen")
    parser.add_argument("--rows", type=int, default=4, help="worst scans of each kind to draw")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--tool", default=".build/release/softcord")
    options = parser.parse_args()
    segment = Segmenter(options.tool, options.model, options.threads)
    simulated = list(pairs(options.simulated)) if options.simulated else []
    if len(simulated) > options.most:
        simulated = [simulated[i] for i in np.linspace(0, len(simulated) - 1, options.most).round().astype(int)]
    kinds = {"simulated": [(s, t, False) for s, t in simulated], "real": [
        (options.data / f"{scan}.nii.gz", options.data / f"{mask}.nii.gz", "--partial" in extra) for _, scan, mask, extra in ANNOTATED
        if (options.data / f"{scan}.nii.gz").exists()]}
    columns = []
    for kind, scans in kinds.items():
        judged = sorted(((*judge(scan, truth, segment, partial), scan) for scan, truth, partial in scans), key=lambda j: -j[0])
        for error, tile, scan in judged:
            print(f"{kind:<10} {'/'.join(scan.parts[-2:]):<58} error {error:.3f} of the cord" + ("" if tile else ": no mask"), flush=True)
        if judged:
            columns.append((kind, [j for j in judged if j[1]][: options.rows]))
    draw(options.picture, columns)


def draw(path, columns):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = max(len(judged) for _, judged in columns)
    figure, axes = pyplot.subplots(len(columns), rows, figsize=(3 * rows, 3.5 * len(columns)), squeeze=False, constrained_layout=True)
    for line, (kind, judged) in zip(axes, columns):
        for axis in line:
            axis.axis("off")
        for axis, (error, (image, mask, truth, size, words), scan) in zip(line, judged):
            low, high = np.percentile(image, [1, 99.5])
            axis.imshow(image.T, cmap="gray", vmin=low, vmax=high, origin="lower", aspect=size[1] / size[0])
            for values, color in [(truth, "#44dd77"), (mask, "#ff7733")]:
                if values.max() > 0.5 > values.min():
                    axis.contour(values.T, [0.5], colors=color, linewidths=1.2)
            axis.set_title(f"{kind}: {scan.name[: -len('.nii.gz')]}\n{words}\nerror of the scan {100 * error:.0f} %", fontsize=7)
    figure.suptitle("green: truth or annotation, orange: the mask, both at one half", fontsize=8)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
