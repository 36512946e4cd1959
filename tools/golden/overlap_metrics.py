"""Overlap, distances of surfaces and volume of two masks as other programs have them, on phantoms.

    python3 tools/golden/overlap_metrics.py     (needs numpy, scipy, medpy, monai, surface-distance, SimpleITK)

Masks are written as the runs of ones along x of each row, so that the file stays small and can be read by eye. nnU-Net's metrics
(`compute_metrics` in nnunetv2/evaluation/evaluate_predictions.py) are counts of voxels: written out below by their definition. So is the Dice of SCT
(`isct_dice_coefficient`): twice the common voxels over the sum, of voxels above 0.
"""

import json
import pathlib

import numpy as np
import SimpleITK as sitk
import surface_distance
import torch
from medpy.metric import binary as medpy
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_dice

OUT = pathlib.Path(__file__).parents[2] / "Tests/EvaluationTests/Golden/metrics.json"
random = np.random.default_rng(7)
COUNT = 40


def cord(shape, spacing, radius, drift, center, bump):
    """A bent elliptic cylinder, binary."""
    x, y, z = np.meshgrid(*[np.arange(n) * s for n, s in zip(shape, spacing)], indexing="ij")
    height = z / z.max()
    cx, cy = center[0] + drift[0] * height, center[1] + drift[1] * height ** 2
    angle = np.arctan2(y - cy, x - cx)
    r = radius * (1 + bump * np.cos(3 * angle + 2 * height))
    return ((x - cx) / 1.4) ** 2 + (y - cy) ** 2 <= r ** 2


def runs(mask):
    """Start and length of each run of ones, x fastest."""
    flat = np.concatenate([[0], mask.transpose(2, 1, 0).ravel().astype(int), [0]])
    change = np.flatnonzero(np.diff(flat))
    return [[int(a), int(b - a)] for a, b in zip(change[::2], change[1::2])]


def case():
    spacing = [float(v) for v in random.choice([0.5, 0.8, 1, 1.5], 2)] + [float(random.choice([0.8, 1, 3, 7.5]))]
    extent = (26.0, 24.0, float(random.choice([12, 30])))
    shape = tuple(max(3, int(round(e / s))) for e, s in zip(extent, spacing))
    middle = [13 + random.normal(0, 1), 12 + random.normal(0, 1)]
    drift = random.normal(0, 2, 2)
    reference = cord(shape, spacing, random.uniform(2.5, 4.5), drift, middle, 0.05)
    prediction = cord(shape, spacing, random.uniform(2.5, 4.5), drift + random.normal(0, 0.5, 2), np.array(middle) + random.normal(0, 0.7, 2), 0.1)
    # Cut ends and holes, as real masks have them.
    if random.random() < 0.5:
        prediction[:, :, : int(random.integers(0, shape[2] // 3 + 1))] = False
    if random.random() < 0.3:
        prediction[tuple(int(v) for v in random.integers(0, shape, 3))] = True
    if not prediction.any() or not reference.any():
        return case()
    p, g = prediction, reference
    one_hot = [torch.from_numpy(m[None, None].astype(np.float32)) for m in (p, g)]
    both, only_p, only_g = (p & g).sum(), (p & ~g).sum(), (~p & g).sum()
    overlap = sitk.LabelOverlapMeasuresImageFilter()
    overlap.Execute(*[sitk.GetImageFromArray(m.astype(np.uint8)) for m in (g, p)])
    surfels = surface_distance.compute_surface_distances(g, p, spacing)
    there, back = surface_distance.compute_average_surface_distance(surfels)
    return {
        "shape": shape, "spacing": spacing, "prediction": runs(p), "reference": runs(g),
        "nnunetDice": 2 * both / (2 * both + only_p + only_g), "sctDice": 2 * both / (p.sum() + g.sum()),
        "monaiDice": float(compute_dice(*one_hot)[0, 0]), "medpyDice": medpy.dc(p, g), "sitkDice": overlap.GetDiceCoefficient(),
        "medpyVolume": medpy.ravd(p, g),
        "monaiAverage": float(compute_average_surface_distance(*one_hot, include_background=True, symmetric=True, spacing=spacing)[0, 0]),
        "monai95": float(compute_hausdorff_distance(*one_hot, include_background=True, percentile=95, spacing=spacing)[0, 0]),
        "monaiMaximum": float(compute_hausdorff_distance(*one_hot, include_background=True, spacing=spacing)[0, 0]),
        "medpyToReference": medpy.asd(p, g, spacing), "medpyToPrediction": medpy.asd(g, p, spacing), "medpyMaximum": medpy.hd(p, g, spacing),
        "medpy95": medpy.hd95(p, g, spacing),
        "surfelAverage": (there + back) / 2, "surfel95": surface_distance.compute_robust_hausdorff(surfels, 95),
    }


golden = {"cases": [case() for _ in range(COUNT)]}
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden, separators=(",", ":"), default=float))
print(f"{OUT}: {OUT.stat().st_size // 1024} KiB")
