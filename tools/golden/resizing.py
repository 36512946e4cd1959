"""nnU-Net's resampling of small volumes: writes Tests/PreprocessingTests/Golden/resizing.json.

Each case: shape and values of a volume (x fastest), old and new spacing, order; shape and values that nnU-Net makes of it.

Run: python tools/golden/resizing.py    (nnunetv2)
"""
import json
import pathlib

import numpy as np
from nnunetv2.preprocessing.resampling.default_resampling import compute_new_shape, resample_data_or_seg_to_shape

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests/PreprocessingTests/Golden"
rng = np.random.default_rng(5)
cases = []
for shape, old, new in [
    ((7, 6, 5), (1.0, 0.8, 1.2), (0.7, 0.9, 1.2)),  # finer, coarser, the same
    ((5, 7, 4), (0.5, 0.5, 5.0), (0.7, 0.4, 2.0)),  # thick slices in the scan
    ((4, 6, 8), (1.0, 1.0, 1.0), (4.0, 0.9, 0.8)),  # thick slices on the working grid
    ((6, 5, 4), (3.5, 3.5, 1.0), (2.0, 2.0, 1.3)),  # two thick axes: smooth along all
]:
    volume = rng.standard_normal(shape).astype(np.float32)
    target = compute_new_shape(shape, old, new)
    for order in (3, 1):
        result = resample_data_or_seg_to_shape(volume[None], target, old, new, is_seg=False, order=order, order_z=0, force_separate_z=None)[0]
        cases.append({
            "shape": shape, "values": volume.ravel("F").tolist(), "old": old, "new": new, "order": order,
            "resized": [int(n) for n in target], "expected": [round(float(v), 7) for v in result.ravel("F")]})
GOLDEN.mkdir(exist_ok=True)
(GOLDEN / "resizing.json").write_text(json.dumps(cases))
(GOLDEN / "README").write_text("Written by tools/golden/resizing.py.\n")
print(len(cases), "cases")
