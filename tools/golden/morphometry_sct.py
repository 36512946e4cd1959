"""Reference values of `method: sct`: SCT's documented recipe, by scipy's splrep and zoom and scikit-image's warp and regionprops.

SCT itself was not run: it is not on PyPI. That this script follows it is shown by slice 10 of sct_testing_data/t2, for which SCT's own figures are
known; they are checked here to six digits. Needs scikit-image. Run from the repository root; the masks are looked for in $SOFTCORD_DATA or
../shared/data. Writes Tests/MorphometryTests/Golden/sct.json: numbers only, by slice counted from the feet.
"""
import json
import os
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
from scipy.interpolate import splev, splrep
from scipy.ndimage import zoom

try:
    from skimage import measure, transform
except ImportError:
    print("morphometry_sct.py: skipped, scikit-image is not installed")
    sys.exit(0)

DATA = Path(os.environ.get("SOFTCORD_DATA", "../shared/data"))
MASKS = [
    "sct_testing_data/t2/t2_seg-deepseg_sc-2d.nii.gz", "sct_testing_data/t1/t1w_seg-manual.nii.gz", "errsm_18/T2star_seg.nii.gz",
    "gm-challenge/sub-10062Ses1_run-1_T2starw_seg-manual.nii.gz", "labels_spinegeneric/sub-cardiff03_T1w_seg-manual.nii.gz"]
ORACLE = {"area": 78.58643257836141, "apDiameter": 7.842507960401277, "rlDiameter": 12.537767663676533,
          "orientation": -5.435920797812814, "eccentricity": 0.7678714078545043, "solidity": 0.9691052891744933}


def table(path):
    image = nib.as_closest_canonical(nib.load(path))
    mask = np.asanyarray(image.dataobj).astype(float)[::-1]  # towards left, anterior, head
    spacing = np.array(image.header.get_zooms()[:3], float)
    held = [z for z in range(mask.shape[2]) if mask[:, :, z].any()]
    centers = np.array([np.argwhere(mask[:, :, z] != 0).mean(0) for z in held])
    bound = (len(held) / (held[-1] - held[0] + 1)) ** 2 * 30 * spacing[2] / 3
    slopes = np.stack([splev(held, splrep(held, centers[:, a], k=3, s=bound), der=1) for a in (0, 1)], 1)
    return {str(z): section(mask[:, :, z], spacing, *np.arctan2(slope * spacing[:2], spacing[2])) for z, slope in zip(held, slopes)}


def section(image, spacing, angle_ap, angle_rl):
    shrink = transform.AffineTransform(scale=(np.cos(angle_rl), np.cos(angle_ap)))
    image = transform.warp(image, shrink.inverse)
    image = (image - image.min()) / (image.max() - image.min())
    found = np.argwhere(image > 1e-6)
    low, high = np.maximum(found.min(0) - 3, 0), np.minimum(found.max(0) + 4, image.shape)
    fine = zoom(image[low[0]:high[0], low[1]:high[1]], spacing[:2] / 0.1, order=1, mode="grid-constant", grid_mode=True)
    region = measure.regionprops((fine > 0.5).astype(np.uint8))[0]
    turned = transform.rotate(fine, -np.degrees(region.orientation), center=region.centroid[::-1], order=1)
    row, column = measure.regionprops((turned > 0.5).astype(np.uint8))[0].centroid
    profile = turned[round(row) - 15:round(row) + 15].mean(0) * 0.1
    axes = [region.axis_major_length * 0.1, region.axis_minor_length * 0.1]
    rl, ap = axes if abs(region.orientation) < np.pi / 4 else axes[::-1]
    return {
        "area": fine.sum() * 0.01, "apDiameter": profile.sum(), "posteriorLength": profile[:round(column)].sum(),
        "anteriorLength": profile[round(column):].sum(), "rlDiameter": rl, "apDiameterEllipse": ap,
        "eccentricity": region.eccentricity, "orientation": np.degrees(region.orientation), "solidity": region.solidity,
        "apAngle": np.degrees(angle_ap), "rlAngle": np.degrees(angle_rl),
        "length": spacing[2] / (np.cos(angle_ap) * np.cos(angle_rl))}


if not (DATA / MASKS[0]).exists():
    print(f"morphometry_sct.py: skipped, no masks at {DATA}")
    sys.exit(0)
tables = {name: table(DATA / name) for name in MASKS}
for key, value in ORACLE.items():
    assert abs(tables[MASKS[0]]["10"][key] / value - 1) < 1e-5, (key, tables[MASKS[0]]["10"][key], value)
rounded = {name: {z: {k: round(float(v), 6) for k, v in row.items()} for z, row in rows.items()} for name, rows in tables.items()}
Path("Tests/MorphometryTests/Golden/sct.json").write_text(json.dumps(rounded, separators=(",", ":")) + "\n")
