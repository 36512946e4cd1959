"""Smoothing splines of SciPy's splrep (FITPACK's curfit), whose answer depends on where the search for the smoothing parameter stops.

Run from the repository root. Writes Tests/MorphometryTests/Golden/splines.json: points, bound, number of knots, and slopes at the points.
"""
import json
from pathlib import Path

import numpy as np
from scipy.interpolate import splev, splrep

cases = []
for count, degree, bound in [(2, 1, 10), (3, 1, 10), (3, 1, 1e-3), (4, 3, 10), (7, 3, 0.02), (55, 3, 10), (216, 3, 10), (320, 3, 8), (40, 3, 1.2), (60, 3, 1e-2)]:
    x = np.arange(count, dtype=float)
    if count == 40:
        x = np.array([z for z in range(60) if z % 3])
    # A cord with two bends, and slices that jump.
    y = np.round(30 + 9 * np.sin(x / 37) + 4 * np.cos(x / 11 + 1) + 0.2 * np.sin(x * x), 6)
    knots, coefficients, _ = spline = splrep(x, y, s=bound, k=degree)
    cases.append({"x": x.tolist(), "y": y.tolist(), "bound": bound, "degree": degree, "knots": len(knots),
                  "slopes": [float(f"{slope:.13g}") for slope in splev(x, spline, der=1)]})
Path("Tests/MorphometryTests/Golden/splines.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
print([(len(case["x"]), case["knots"]) for case in cases])
