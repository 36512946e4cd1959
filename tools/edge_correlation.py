"""How two segmentations of the same scans differ at the edge: size, and correlation along the contour and along the cord.

Why Morphometry takes 2 mm along the contour and 3 mm along the cord. Run from the repository root; scans are looked for in $SOFTCORD_DATA or
../shared/data.
"""
import os
from pathlib import Path

import nibabel as nib
import numpy as np
from scipy.ndimage import map_coordinates

DATA = Path(os.environ.get("SOFTCORD_DATA", "../shared/data")) / "sct_testing_data"
PAIRS = [("t2/t2_seg-deepseg_sc-2d", "t2/t2_seg-manual_older"), ("t2/t2_seg-deepseg_sc-3d", "t2/t2_seg-manual_older"),
         ("t2/t2_seg-deepseg_sc-3d", "t2/t2_seg-deepseg_sc-2d"), ("t2s/t2s_seg", "t2s/t2s_seg-deepseg")]
DIRECTIONS = 24


def radii(image, center, spacing):
    """Radius of the contour in each direction, from the area of its sector, mm."""
    r = np.arange(0, 14, 0.05)
    angle = np.arange(DIRECTIONS)[:, None] * 2 * np.pi / DIRECTIONS
    values = map_coordinates(image, [center[0] + r * np.cos(angle) / spacing[0], center[1] + r * np.sin(angle) / spacing[1]], order=1)
    return np.sqrt(2 * (values * r * 0.05).sum(1))


for names in PAIRS:
    first, second = (nib.as_closest_canonical(nib.load(DATA / (name + ".nii.gz"))) for name in names)
    spacing = first.header.get_zooms()
    a, b = first.get_fdata(), second.get_fdata()
    held = [z for z in range(a.shape[2]) if min(a[:, :, z].sum(), b[:, :, z].sum()) > 10]
    centers = {z: np.argwhere(a[:, :, z] > 0.5).mean(0) for z in held}
    shift = np.array([radii(a[:, :, z], centers[z], spacing) - radii(b[:, :, z], centers[z], spacing) for z in held])
    rest = shift - shift.mean()
    contour = [np.mean(rest * np.roll(rest, k, 1)) / np.mean(rest ** 2) for k in range(5)]
    cord = [np.mean(rest[k:] * rest[:len(rest) - k]) / np.mean(rest ** 2) for k in range(min(8, len(rest) - 3))]
    print(" - ".join(names), f"mean {shift.mean():.2f} mm, SD {shift.std():.2f} mm, of a slice's mean {shift.mean(1).std():.2f} mm")
    print(f"  correlation along the contour, per {360 // DIRECTIONS} degrees (about 1.4 mm):", np.round(contour, 2))
    print(f"  along the cord, per {spacing[2]:.1f} mm:", np.round(cord, 2))
