"""Judges the change of the cord's area on simulated visits whose true change is known, and on real scans taken minutes apart.

    python3 tools/validate_change.py FOLDER [--people 8] [--seed 3201] [--tool .build/release/softcord] [--table FILE] [--real a,b --real c,d]

FOLDER is filled by `softcord simulate --visits 2` when it is new. Changes are those over C2 to C3. Printed are bias and SD of measured minus true change
(percent), how often the 95 % interval holds the truth, the same for two areas of `softcord area` subtracted, and the largest difference between a change and
minus the change of swapped visits. The program's own figures (ChangeErrors) come from --seed 3201, as do those of docs/change.md today: judge the interval with
another seed. Needs numpy and pandas.
"""

import argparse
import io
import pathlib
import subprocess
import time

import numpy as np
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--people", type=int, default=8)
parser.add_argument("--seed", type=int, default=3201)
parser.add_argument("--changes", default="0,-1,-2,-6")
parser.add_argument("--tool", default=".build/release/softcord")
parser.add_argument("--table", type=pathlib.Path)
parser.add_argument("--real", action="append", default=[], help="two scans of one person, minutes apart: a,b")
options = parser.parse_args()


def call(*command):
    return subprocess.run([options.tool, *map(str, command)], capture_output=True, text=True)


def table(*command):
    done = call(*command, "--format", "tsv")
    if not done.stdout:
        print("not known:", done.stderr.strip().splitlines()[-1:], flush=True)
        return None
    return pd.read_csv(io.StringIO(done.stdout), sep="\t")


def whole(*command):
    rows = table("change", *command)
    return None if rows is None else rows.iloc[0]


def truth(person):
    """Area over C2 and C3 at both visits, weighted by the levels' lengths along the cord."""
    areas = []
    for session in ["ses-01", "ses-02"]:
        profile = pd.read_csv(options.folder / f"derivatives/truth/{person}/{person}_{session}_area_profile.tsv", sep="\t")
        areas.append(profile[profile.level.isin([2, 3])].csa_mm2.mean())
    return 100 * (areas[1] / areas[0] - 1)


def report(name, rows):
    rows = pd.DataFrame(rows)
    if rows.empty:
        return
    error = rows.value - rows.true
    line = f"{name}: {len(rows)} people, bias {error.mean():+.2f} %, SD {error.std():.2f} %"
    if "lower" in rows:
        line += f", interval holds the truth in {100 * np.mean((rows.lower <= rows.true) & (rows.true <= rows.upper)):.0f} %"
        half = (rows.upper - rows.lower) / 2
        line += f", its half width {half.mean():.2f} %"
    print(line, flush=True)


def simulated():
    people = [f"sub-{i + 1:03d}" for i in range(options.people)]
    call("simulate", options.folder, "--subjects", options.people, "--seed", options.seed, "--contrasts", "T1w,T2w", "--visits", 2,
         f"--change={options.changes}", "--side", 84)
    found = {"T1w": [], "T2w": [], "T1w to T2w": []}
    subtracted = {name: [] for name in found}
    swaps = []
    for person in people:
        true = truth(person)
        scan = {(s, c): options.folder / person / f"ses-0{s}/anat/{person}_ses-0{s}_{c}.nii.gz" for s in [1, 2] for c in ["T1w", "T2w"]}
        rows = table("area", *scan.values())
        areas = dict(zip(scan, rows.csa_mm2)) if rows is not None and len(rows) == 4 else {}
        for name, pair in [("T1w", ((1, "T1w"), (2, "T1w"))), ("T2w", ((1, "T2w"), (2, "T2w"))), ("T1w to T2w", ((1, "T1w"), (2, "T2w")))]:
            row = whole(*(scan[p] for p in pair), "--vertebrae", "C2:C3")
            if row is not None:
                found[name].append({"person": person, "kind": name, "true": true, "value": row.change_percent,
                                    "lower": row.change_lower_percent, "upper": row.change_upper_percent})
            if areas:
                subtracted[name].append({"true": true, "value": 100 * (areas[pair[1]] / areas[pair[0]] - 1)})
            if row is not None and name == "T2w":
                back = whole(*(scan[p] for p in pair[::-1]), "--vertebrae", "C2:C3")
                if back is not None:
                    swaps.append(abs(100 * np.log1p(row.change_percent / 100) + 100 * np.log1p(back.change_percent / 100)))
    for name in found:
        report(f"{name}, measured together", found[name])
        report(f"{name}, areas subtracted", subtracted[name])
    print(f"swapped visits: at most {max(swaps, default=float('nan')):.4f} % from minus the change")
    if options.table:
        pd.DataFrame([row for rows in found.values() for row in rows]).to_csv(options.table, sep="\t", index=False)


def real():
    for pair in options.real:
        start = time.time()
        row = whole(*pair.split(","))
        if row is not None:
            print(f"{pair}: {row.change_percent:+.2f} % ({row.change_lower_percent:+.2f} to {row.change_upper_percent:+.2f}) over "
                  f"{row.length_mm:.0f} mm, {time.time() - start:.1f} s", flush=True)


simulated()
real()
