"""Asks whether a model's fractions mean what they say, and whether it knows where it is wrong, on simulated scans whose truth is exact.

    python3 tools/reliability.py FOLDER [--model FILE] [--picture reliability.png] [--most 24] [--tool .build/release/softcord]

FOLDER holds data sets of `softcord simulate`, as tools/validate_simulated.py makes them. Prints the expected calibration error, the mean error for each
step of `--uncertainty`, how well uncertainty tells voxels that are wrong by a quarter or more from the others (area under the ROC curve; 0.5 is chance), and how well a scan's
spread of volume goes with its error of volume. The picture shows the reliability curve and the errors. Needs numpy and nibabel; the picture needs matplotlib.
"""

import argparse
import pathlib
import sys

import nibabel
import numpy as np

from simulated_people import Segmenter, pairs

# Voxels where neither mask nor truth has more cord than this tell nothing.
FAINT = 0.005
WRONG = 0.25
STEPS = [0, 0.01, 0.02, 0.04, 0.08, 0.16, 0.51]


def ranks(values):
    """Ranks from 1, equal values sharing theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def area_under_curve(score, positive):
    """Chance that a positive has the higher score of two voxels, one of each kind."""
    n = positive.sum()
    if n == 0 or n == len(positive):
        return float("nan")
    return (ranks(score)[positive].sum() - n * (n + 1) / 2) / (n * (len(positive) - n))


def curve(said, true, bins=20):
    """Mean of what was said and of what is true, and voxels, for each bin of what was said."""
    place = np.minimum((said * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    return [np.bincount(place, v, minlength=bins) / np.maximum(count, 1) for v in (said, true)] + [count]


def draw(path, by_contrast, steps, errors):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4.2), constrained_layout=True)
    left.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, (said, true) in sorted(by_contrast.items()):
        x, y, n = curve(said, true)
        left.plot(x[n > 50], y[n > 50], marker=".", linewidth=1, label=name)
    left.set(xlabel="fraction of the voxel that the model calls cord", ylabel="mean fraction that is cord", title="Reliability", aspect="equal",
             xlim=(0, 1), ylim=(0, 1))
    left.legend(frameon=False, fontsize=7)
    labels = [f"{a:g}–{b:g}" for a, b in zip(steps[:-1], steps[1:-1] + [0.5])]
    right.bar(labels, errors, color="#4477aa")
    right.set(xlabel="uncertainty (SD over four looks)", ylabel="mean error of the fraction", title="Where the model does not know")
    right.tick_params(axis="x", labelsize=7)
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--model")
    parser.add_argument("--picture", type=pathlib.Path)
    parser.add_argument("--most", type=int, help="scans to look at, evenly chosen (default: all)")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--tool", default=".build/release/softcord")
    options = parser.parse_args()
    segment = Segmenter(options.tool, options.model, options.threads, uncertainty=True)
    scans = list(pairs(options.folder))
    if not scans:
        sys.exit(f"{options.folder} holds no simulated scans")
    if options.most and options.most < len(scans):
        scans = [scans[i] for i in np.linspace(0, len(scans) - 1, options.most).round().astype(int)]
    voxels, spreads, lost = [], [], 0
    for scan, truth in scans:
        found = segment(scan)
        if found is None:
            lost += 1
            continue
        mask, uncertainty, sidecar = found
        exact = nibabel.load(truth).get_fdata(dtype="float32")
        near = (mask > FAINT) | (exact > FAINT)
        contrast = scan.name.split("_", 1)[1][: -len(".nii.gz")]
        voxels.append((contrast, mask[near], exact[near], uncertainty[near]))
        spreads.append((sidecar["Uncertainty"]["VolumeSpreadPercent"], 100 * abs(mask.sum() / exact.sum() - 1)))
    if not voxels:
        sys.exit("no cord was found in any scan")
    said, true, unsure = (np.concatenate([v[k] for v in voxels]) for k in (1, 2, 3))
    by_contrast = {name: [np.concatenate([v[k] for v in voxels if v[0] == name]) for k in (1, 2)] for name in {v[0] for v in voxels}}
    error = np.abs(said - true)
    print(f"{len(voxels)} scans, {lost} without a mask, {len(said)} voxels near the cord")
    for name, (a, b) in [("all", (said, true)), *sorted(by_contrast.items())]:
        x, y, n = curve(a, b, 10)
        print(f"expected calibration error, {name:<22} {np.sum(np.abs(x - y) * n) / n.sum():.3f}, mean error {np.abs(a - b).mean():.3f}")
    step = np.digitize(unsure, STEPS) - 1
    errors = [error[step == k].mean() if (step == k).any() else np.nan for k in range(len(STEPS) - 1)]
    for k, (low, high) in enumerate(zip(STEPS, STEPS[1:])):
        print(f"uncertainty {low:4.2f} to {min(high, 0.5):4.2f}: {100 * (step == k).mean():5.1f} % of the voxels, mean error {errors[k]:.3f}")
    wrong = error > WRONG
    print(f"{100 * wrong.mean():.1f} % of the voxels are wrong by more than {WRONG}; uncertainty finds them with an area under the curve of "
          f"{area_under_curve(unsure, wrong):.3f} (nearness to one half: {area_under_curve(-np.abs(said - 0.5), wrong):.3f})")
    a, b = np.array(spreads).T
    if len(a) > 2:
        print(f"spread of a scan's volume against its error: rank correlation {np.corrcoef(ranks(a), ranks(b))[0, 1]:.2f}; "
              f"median spread {np.median(a):.1f} %, median error {np.median(b):.1f} %")
    if options.picture:
        # A step of a few voxels has no mean worth drawing.
        draw(options.picture, by_contrast, STEPS, [e if (step == k).sum() >= 100 else np.nan for k, e in enumerate(errors)])


if __name__ == "__main__":
    main()
