#!/usr/bin/env python3
"""What nibabel says of orientations and SciPy of interpolation.

Run from the repository root; writes Tests/VolumesTests/Golden. Needs nibabel, SciPy and numpy.
"""
import json
from pathlib import Path

import nibabel as nib
import numpy as np
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

GOLDEN = Path("Tests/VolumesTests/Golden")
random = np.random.default_rng(5)


def affine(rotation, spacing, origin, flip=False):
    result = np.eye(4)
    result[:3, :3] = rotation * np.asarray(spacing)
    result[:3, 2] *= -1 if flip else 1
    result[:3, 3] = origin
    return result


def rows(matrix):
    return np.round(matrix[:3], 12).tolist()


def orientations():
    """Letters of the nearest orientation: the ends the axes point to (nibabel) and start from (SCT)."""
    opposite = str.maketrans("RLAPSI", "LRPAIS")
    result = []
    for i in range(60):
        matrix = affine(Rotation.random(random_state=i).as_matrix(), random.uniform(0.3, 5, 3), random.normal(0, 50, 3), i % 2)
        towards = "".join(nib.aff2axcodes(matrix))
        result.append({"affine": rows(matrix), "towards": towards, "sct": towards.translate(opposite)})
    return result


def rotated():
    """A volume seen on a turned grid of finer steps, so that nothing is averaged."""
    shape, target_shape = (6, 7, 5), (7, 6, 8)
    data = random.integers(-100, 100, shape)
    source = affine(Rotation.from_euler("xyz", [10, -20, 5], degrees=True).as_matrix(), (1, 1.2, 2), (-3, 4, 10), True)
    target = affine(Rotation.from_euler("xyz", [-15, 12, 40], degrees=True).as_matrix(), (0.7, 0.6, 0.5), (0, 0, 0))
    center = nib.affines.apply_affine(source, (np.array(shape) - 1) / 2)
    target[:3, 3] = center - target[:3, :3] @ (np.array(target_shape) - 1) / 2 + 1.3
    indices = np.stack(np.meshgrid(*map(np.arange, target_shape), indexing="ij"), -1)
    places = nib.affines.apply_affine(np.linalg.inv(source) @ target, indices)
    nearest = map_coordinates(data.astype(float), np.moveaxis(places, -1, 0), order=1, mode="nearest")
    inside = np.all((places >= -0.5) & (places <= np.array(shape) - 0.5), axis=-1)
    return {
        "shape": shape, "affine": rows(source), "voxels": data.ravel(order="F").tolist(),
        "targetShape": target_shape, "targetAffine": rows(target),
        "nearest": np.round(nearest.ravel(order="F"), 6).tolist(),
        "zero": np.round(np.where(inside, nearest, 0).ravel(order="F"), 6).tolist(),
    }


(GOLDEN / "orientations.json").write_text(json.dumps(orientations()).replace("}, {", "},\n{") + "\n")
(GOLDEN / "rotated.json").write_text(json.dumps(rotated()) + "\n")
