"""Fits the size of the cord and of the canal in the population, and writes it as two Swift files.

    python tools/fit_population.py [../shared/data/reference]

Reads the per-slice morphometry of 203 Spine Generic people and the per-level tables of other data sets (both MIT, from
spinalcordtoolbox/PAM50-normalized-metrics); writes
  Sources/Simulation/Neck/PopulationTable.swift     mean profiles, SDs and a low-rank factor model of the levels' diameters
  Tests/SimulationTests/PopulationMoments.swift  the moments that simulated people are compared with
Run `swift format --in-place` on both afterwards. Only moments leave this script, no person's numbers. Needs numpy.
"""

import csv
import gzip
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared/data/reference"
LEVELS = 10  # C1 to T3: everybody's scan shows them
QUARTERS = 4
FACTORS = 10
MEASURES = ["diameter_AP", "diameter_RL", "canal_diameter_AP", "canal_diameter_RL"]
NAMES = ["cordAP", "cordRL", "canalAP", "canalRL"]


def number(text):
    return float(text) if text not in ("", "nan") else np.nan


with gzip.open(FOLDER / "spine-generic_203_T2w_profiles_PAM50.csv.gz", "rt") as file:
    rows = [row for row in csv.DictReader(file) if row["VertLevel"]]
slices = defaultdict(set)
for row in rows:
    slices[int(float(row["VertLevel"]))].add(int(row["slice"]))
columns = ["area", *MEASURES, "canal_area"]
by_level = defaultdict(lambda: defaultdict(list))
by_quarter = defaultdict(list)
for row in rows:
    level = int(float(row["VertLevel"]))
    values = [number(row[c]) for c in columns]
    by_level[level][row["subject"]].append(values)
    phase = (max(slices[level]) - int(row["slice"]) + 0.5) / len(slices[level])
    by_quarter[level, min(int(phase * QUARTERS), QUARTERS - 1)].append(values)
people = sorted({row["subject"] for row in rows})

# [person, level, column]: mean over the level's slices.
data = np.full((len(people), LEVELS, len(columns)), np.nan)
for level in range(1, LEVELS + 1):
    for i, person in enumerate(people):
        if person in by_level[level]:
            data[i, level - 1] = np.nanmean(by_level[level][person], 0)
complete = data[~np.isnan(data).any((1, 2))]

# Mean profile: quarters of a level from the 203; below T3 the level means of the whole-spine table.
profile = {name: [] for name in NAMES}
for level in range(1, LEVELS + 1):
    for quarter in range(QUARTERS):
        mean = np.nanmean(by_quarter[level, quarter], 0)
        for name, value in zip(NAMES, mean[1:5]):
            profile[name].append(value)
# Slices weigh alike above; people's level means are what the moments below hold: shift each level to them.
for k, name in enumerate(NAMES):
    for level in range(LEVELS):
        part = slice(level * QUARTERS, (level + 1) * QUARTERS)
        values = np.array(profile[name][part])
        profile[name][part] = values * np.nanmean(data[:, level, 1 + k]) / values.mean()
        if k < 2:
            # Measured areas exceed the ellipses of the measured diameters by up to 1 % where the cord is a few voxels wide:
            # the difference is shared.
            ratio = np.nanmean(data[:, level, 0] / (np.pi / 4 * data[:, level, 1] * data[:, level, 2]))
            profile[name][part] = np.array(profile[name][part]) * np.sqrt(ratio)

whole_spine = {}
with open(FOLDER / "other_datasets_by_vertebral_level.csv") as file:
    for row in csv.DictReader(file):
        if row["dataset"] == "whole-spine":
            whole_spine[int(row["VertLevel"])] = (number(row["diameter_AP_mean"]), number(row["diameter_RL_mean"]))
lower = list(range(LEVELS + 1, 20))

# Joint model of the levels' logarithmic diameters: principal factors of their correlations, and what each has of its own.
x = np.log(complete[:, :, 1:5]).transpose(0, 2, 1).reshape(len(complete), -1)  # measure by measure, level by level
# A level's mean varies 4 % less than its middle: neighbors have a say in it.
sd = x.std(0, ddof=1) * 1.04
correlation = np.corrcoef(x.T)
own = np.full(len(sd), 0.05)
for _ in range(200):
    values, vectors = np.linalg.eigh(correlation - np.diag(own))
    loadings = vectors[:, -FACTORS:] * np.sqrt(np.maximum(values[-FACTORS:], 0))
    own = np.clip(1 - (loadings**2).sum(1), 0.002, 1)
loadings = loadings[:, ::-1] / np.sqrt((loadings**2).sum(1) + own)[:, None]
own = 1 - (loadings**2).sum(1)
error = np.abs(loadings @ loadings.T + np.diag(own) - correlation)
print(f"{len(people)} people, {len(complete)} complete; {FACTORS} factors, largest error of a correlation {error.max():.3f}")


def numbers(values, digits, indent="    "):
    lines, line = [], indent
    for value in values:
        text = f"{value:.{digits}f}, "
        if len(line) + len(text) > 138:
            lines.append(line.rstrip())
            line = indent
        line += text
    return "\n".join([*lines, line.rstrip(", ")])


out = [
    "// Written by tools/fit_population.py; change it there.",
    "",
    "extension Population {",
]
titles = {"cordAP": "the cord's AP", "cordRL": "the cord's RL", "canalAP": "the canal's AP", "canalRL": "the canal's RL"}
for name in NAMES:
    out += [f"  /// Mean of {titles[name]} diameter at four places of each level from C1 to T3, mm.",
            f"  static let {name}Quarters: [Double] = [", numbers(profile[name], 2), "  ]"]
out += ["  /// Mean diameters of the cord from T4 to T12, mm.",
        f"  static let lowerAP = [{', '.join(f'{whole_spine[k][0]:.2f}' for k in lower)}]",
        f"  static let lowerRL = [{', '.join(f'{whole_spine[k][1]:.2f}' for k in lower)}]"]
filling = np.nanmean(data[:, :, 5] / (np.pi / 4 * data[:, :, 3] * data[:, :, 4]), 0)
out += ["  /// The canal's area relative to the ellipse of its diameters, C1 to T3: below 1 it is no ellipse.",
        f"  static let canalFilling = [{', '.join(f'{v:.4f}' for v in filling)}]"]
out += ["  /// SD of the logarithms of the levels' mean diameters: cord AP of C1–T3, then cord RL, canal AP and canal RL.",
        "  static let deviations: [Double] = [", numbers(sd, 4), "  ]",
        "  /// Correlation of each of them with each common factor, in the same order.",
        "  static let loadings: [[Double]] = [",
        *(f"    [{', '.join(f'{v:.3f}' for v in row)}]," for row in loadings), "  ]", "}"]
(ROOT / "Sources/Simulation/Neck/PopulationTable.swift").write_text("\n".join(out) + "\n")


def moments(column):
    return data[:, :, column]


def pair(a, b):
    keep = ~np.isnan(a) & ~np.isnan(b)
    return np.corrcoef(a[keep], b[keep])[0, 1]


tests = [
    "// Written by tools/fit_population.py; change it there.",
    "",
    "/// Mean and SD over 203 people of the mean over each level, C1 to T3, and correlations over people.",
    "enum PopulationMoments {",
]
for name, column in [("area", 0), ("ap", 1), ("rl", 2), ("canalArea", 5), ("canalAP", 3), ("canalRL", 4)]:
    m = moments(column)
    tests += [f"  static let {name}: [(mean: Double, sd: Double)] = [",
              numbers_pairs := "    " + ", ".join(f"({a:.2f}, {b:.3f})" for a, b in zip(np.nanmean(m, 0), np.nanstd(m, 0, ddof=1))),
              "  ]"]
area, canal = moments(0), moments(5)
c2c3, canal_c2c3 = (np.nanmean(v[:, 1:3], 1) for v in (area, canal))
tests += ["  /// Of cord areas, C2 with C3, C3 with C7; of cord with canal area at C2–C3.",
          f"  static let (c2c3, c3c7, cordCanal) = ({pair(area[:, 1], area[:, 2]):.3f}, {pair(area[:, 2], area[:, 6]):.3f}, "
          f"{pair(c2c3, canal_c2c3):.3f})", "}"]
(ROOT / "Tests/SimulationTests/PopulationMoments.swift").write_text("\n".join(tests) + "\n")
