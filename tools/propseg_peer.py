"""PropSeg's masks beside ours: Dice, area error, SD across contrasts, failures. Prints the tables of docs/study.md.

    softcord simulate necks --subjects 8 --seed 9001
    python3 tools/propseg_peer.py necks [--data ../shared/data] [--tool .build/release/softcord] [--work .build/propseg]

Masks of the peer are looked for in DATA/peer_propseg: given_centerline and own_start (validation scans), simulated (the people above). Ours are
made by `softcord segment`; figures come from `softcord evaluate`. Without NECKS only the validation scans are judged. Needs nothing but Python.
"""

import argparse
import csv
import io
import pathlib
import statistics
import subprocess
import sys

# Scan, annotation, options of `evaluate`.
SCANS = [
    ("errsm_18/T2w", "errsm_18/T2w_seg-manual", []),
    ("errsm_18/T2star", "errsm_18/T2star_seg", []),
    ("gm-challenge/sub-9604_run-1_T2starw", "gm-challenge/sub-9604_run-1_T2starw_seg-manual", ["--partial"]),
    ("sct_testing_data/t1/t1w", "sct_testing_data/t1/t1w_seg-manual", []),
    ("spinegeneric_unf/sub-05_MTon", "spinegeneric_unf/sub-05_MTon_seg", []),
]
# A scan failed where its mask has nothing to do with the cord, or misses half of it.
FAILED = 0.5


def rows(tool, *arguments):
    result = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return list(csv.DictReader(io.StringIO(result.stdout), delimiter="\t"))


def number(row, column):
    return float(row[column]) if row[column] not in ("", "n/a") else None


def segment(tool, *arguments):
    result = subprocess.run([tool, "segment", *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)


def validation(options):
    print("| validation scan | ours: Dice | area error % | PropSeg, given centerline: Dice | area error % | PropSeg, own start: Dice | area error % |")
    print("|---|---|---|---|---|---|---|")
    failed = {"given_centerline": 0, "own_start": 0, "ours": 0}
    for scan, annotation, extra in SCANS:
        mine = options.work / (scan.replace("/", "_") + ".nii.gz")
        if not mine.exists():
            segment(options.tool, options.data / f"{scan}.nii.gz", "-o", mine)
        masks = [("ours", mine)] + [
            (kind, options.data / "peer_propseg" / kind / f"{scan.replace('/', '_')}.nii.gz") for kind in ("given_centerline", "own_start")]
        cells = []
        for kind, mask in masks:
            row = rows(options.tool, "evaluate", mask, options.data / f"{annotation}.nii.gz", *extra, "--format", "tsv")[0]
            dice, area = number(row, "dice"), number(row, "area_error_percent")
            failed[kind] += dice is None or dice < FAILED
            cells += [f"{dice:.3f}" if dice is not None else "–", f"{area:+.1f}" if area is not None else "–"]
        print(f"| {scan} | " + " | ".join(cells) + " |")
    print(f"\nfailed (Dice below {FAILED}): " + ", ".join(f"{kind} {count}" for kind, count in failed.items()) + f" of {len(SCANS)}")


def simulated(options):
    """Both on people whose truth is exact: per contrast, and the spread of C2-C3 of one person."""
    ours = options.work / "simulated"
    scans = sorted(p for p in options.necks.glob("sub-*/**/*.nii.gz") if "derivatives" not in p.parts)
    if not ours.exists() or len(list(ours.rglob("*_probseg.nii.gz"))) < len(scans):
        segment(options.tool, *scans, "--output-dir", ours)
    # Their names say who made them, which is no part of the scan's name.
    peer = options.work / "peer"
    peer.mkdir(exist_ok=True)
    for mask in (options.data / "peer_propseg" / "simulated").glob("*.nii.gz"):
        link = peer / mask.name.replace("_desc-propseg", "")
        if not link.is_symlink():
            link.symlink_to(mask.resolve())
    tables = {}
    for name, folder in [("ours", ours), ("PropSeg", peer)]:
        out = options.work / f"judged-{name}"
        # Status 1 says that scans have no mask: they count as failed below.
        subprocess.run([options.tool, "evaluate", str(folder), str(options.necks / "derivatives/truth"), "--discs", "auto", "--vertebrae", "2:3",
                        "--output-dir", str(out)], capture_output=True)
        with open(out / "scans.tsv") as file, open(out / "levels.tsv") as levels:
            tables[name] = (list(csv.DictReader(file, delimiter="\t")), list(csv.DictReader(levels, delimiter="\t")))
    print("\n| simulated | " + " | ".join(f"{name}: Dice | lowest | area error % | absolute %" for name in tables) + " |")
    print("|---" * (1 + 4 * len(tables)) + "|")
    for series in sorted({row["series"] for row in tables["ours"][0]}) + ["all"]:
        cells = []
        for judged, _ in tables.values():
            mine = [row for row in judged if series in ("all", row["series"])]
            dice = [number(row, "dice") or 0 for row in mine]
            area = [number(row, "area_error_percent") for row in mine if number(row, "area_error_percent") is not None]
            cells += [f"{statistics.mean(dice):.3f}", f"{min(dice):.3f}", f"{statistics.mean(area):+.1f}", f"{statistics.mean(map(abs, area)):.1f}"]
        print(f"| {series} | " + " | ".join(cells) + " |")
    print("\n| simulated, C2–C3 | SD across contrasts, mm² | absolute area error, mm² | bias, mm² | failed |\n|---|---|---|---|---|")
    for name, (judged, levels) in tables.items():
        people, errors = {}, []
        for row in levels:
            if row["level"] == "2:3" and number(row, "csa_mm2") is not None:
                people.setdefault(row["person"], []).append(number(row, "csa_mm2") - number(row, "reference_csa_mm2"))
                errors.append(number(row, "area_error_mm2"))
        # Of the errors, so that what differs in truth (people move between scans) does not count.
        spread = statistics.mean(statistics.stdev(values) for values in people.values() if len(values) > 1)
        failed = len(scans) - len(judged) + sum((number(row, "dice") or 0) < FAILED for row in judged)
        print(f"| {name} | {spread:.2f} | {statistics.mean(map(abs, errors)):.2f} | {statistics.mean(errors):+.2f} | {failed} of {len(scans)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("necks", nargs="?", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(".build/propseg"))
    options = parser.parse_args()
    if not (options.data / "peer_propseg").is_dir():
        sys.exit(f"{options.data}/peer_propseg is not there")
    options.work.mkdir(parents=True, exist_ok=True)
    validation(options)
    if options.necks:
        simulated(options)


if __name__ == "__main__":
    main()
