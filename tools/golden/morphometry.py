"""Reference values of Morphometry, by numpy and scipy's B-splines: a soft, bent blob on an oblique grid.

Run from the repository root; writes Tests/MorphometryTests/Golden/blob.json.
"""
import json
from pathlib import Path

import numpy as np
from scipy.interpolate import BSpline

LENGTH, KNOTS_PER_LENGTH, FAINT = 30.0, 12, 0.01

shape, spacing = np.array([19, 15, 14]), np.array([1.0, 1.2, 2.5])
a, b = np.deg2rad(8), np.deg2rad(-11)
turn = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]]) @ np.array(
    [[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
linear, origin = turn * spacing, np.array([3.0, -20.0, 11.0])

# A soft ellipse whose middle wanders from slice to slice; hundredths, so that the file is exact.
i, j, k = np.meshgrid(*map(np.arange, shape), indexing="ij")
x = (i - 9 - 0.1 * (k - 6) - 0.3 * np.sin(k)) * spacing[0]
y = (j - 7 + 0.02 * (k - 5) ** 2) * spacing[1]
radius = np.hypot((x + 0.3 * y) / 5.5, y / 3.6)
mask = np.round(0.9 / (1 + np.exp((radius - 1) / 0.08)), 2)

points = np.stack([i, j, k], -1) @ linear.T + origin
cord = np.where(mask > FAINT * np.float32(mask.max()), mask, 0)
weights = cord.sum((0, 1))
centers = (cord[..., None] * points).sum((0, 1)) / weights[:, None]

normal = np.cross(linear[:, 0], linear[:, 1])
pixel = np.linalg.norm(normal)
normal /= pixel
plane = normal @ linear[:, 2]
height = np.arange(shape[2]) * plane

segments = int(np.ceil((height[-1] - height[0]) / LENGTH * KNOTS_PER_LENGTH))
knot = (height[-1] - height[0]) / segments
knots = height[0] + knot * np.arange(-3, segments + 4)
basis = BSpline.design_matrix(np.clip(height, height[0], height[-1] - 1e-12), knots, 3).toarray()
scaled = weights / weights.mean()
difference = np.diff(np.eye(segments + 3), n=3, axis=0)
penalty = knot / plane / (2 * np.sin(np.pi * knot / LENGTH)) ** 6
coefficients = np.linalg.solve(
    basis.T @ (scaled[:, None] * basis) + penalty * difference.T @ difference, basis.T @ (scaled[:, None] * centers))
curve = BSpline(knots, coefficients, 3)
centers_on_curve, slope = curve(height), curve.derivative()(height)
tangent = slope / np.linalg.norm(slope, axis=1, keepdims=True)


def carried(s):
    """The voxels of a slice in the plane perpendicular to the curve: where, and how much of it each covers."""
    where = points[:, :, s].reshape(-1, 3)
    weight = cord[:, :, s].ravel()
    where, weight = where[weight > 0], weight[weight > 0]

    def at(h):
        inside = np.clip(h, height[0], height[-1])
        slope = curve.derivative()(inside)
        return curve(inside) + (h - inside)[:, None] * slope, slope

    foot = np.full(len(weight), height[s])
    for _ in range(50):
        position, slope = at(foot)
        foot = foot + ((where - position) * slope).sum(1) / (slope ** 2).sum(1)
    position, slope = at(foot)
    along = slope / np.linalg.norm(slope, axis=1, keepdims=True)
    right = linear[:, 0] / np.linalg.norm(linear[:, 0])
    right = right - (along @ right)[:, None] * along
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    offset = where - position
    place = np.stack([(offset * right).sum(1), (offset * np.cross(along, right)).sum(1)], 1)
    return place, weight * pixel * (along @ normal)


areas, diameters = [], []
for s in range(shape[2]):
    place, weight = carried(s)
    offsets = place - weight @ place / weight.sum()
    moments = (weight[:, None] * offsets).T @ offsets / weight.sum()
    right = linear[:, 0] / np.linalg.norm(linear[:, 0])
    right = right - tangent[s] @ right * tangent[s]
    right /= np.linalg.norm(right)
    edges = np.stack([right, np.cross(tangent[s], right)]) @ linear
    diameters.append(4 * np.sqrt(np.linalg.eigvalsh(moments - edges @ edges.T / 12)))
    areas.append(weight.sum())

target = Path("Tests/MorphometryTests/Golden/blob.json")
target.write_text(json.dumps({
    "shape": shape.tolist(), "columns": linear.T.tolist(), "origin": origin.tolist(),
    "hundredths": np.round(mask * 100).astype(int).ravel(order="F").tolist(),
    "position": centers_on_curve.tolist(), "tangent": tangent.tolist(), "area": areas,
    "ap": [float(d[0]) for d in diameters], "rl": [float(d[1]) for d in diameters]}, separators=(",", ":")) + "\n")
