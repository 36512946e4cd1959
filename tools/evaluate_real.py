"""Runs `softcord evaluate` and `softcord compare` on the real scans that training never saw, and on contrast-specific manual masks.

    python3 tools/evaluate_real.py OUT [--data ../shared/data] [--tool .build/release/softcord] [--threads 1]

Writes OUT/evaluation and OUT/contrasts with tables and reports, and prints the figures of docs/evaluation.md. Needs numpy and nibabel.
"""

import argparse
import csv
import pathlib
import shutil
import subprocess
import sys

import nibabel
import numpy as np

# Scan, its annotation, and the name that BIDS would give it. Annotations of 9604 leave out slices.
JUDGED = [
    ("errsm_18/T2w", "errsm_18/T2w_seg-manual", "sub-errsm18_T2w"), ("errsm_18/T2star", "errsm_18/T2star_seg", "sub-errsm18_T2starw"),
    ("gm-challenge/sub-9604_run-1_T2starw", "gm-challenge/sub-9604_run-1_T2starw_seg-manual", "sub-9604_T2starw"),
    ("sct_testing_data/t1/t1w", "sct_testing_data/t1/t1w_seg-manual", "sub-scttest_T1w"),
    ("spinegeneric_unf/sub-05_MTon", "spinegeneric_unf/sub-05_MTon_seg", "sub-unf05_acq-mton_MTS"),
]
# Manual masks of one person in several contrasts, in one position; those of eight Spine Generic people join them below.
MANUAL = [("errsm18", "T1w", "errsm_18/T1w_seg-manual_noimage"), ("errsm18", "T2w", "errsm_18/T2w_seg-manual"),
          ("errsm18", "T2starw", "errsm_18/T2star_seg")]
# Distance of the compared stretch from the ends of what all contrasts show, mm: two thick slices.
MARGIN = 10


def heights(image):
    """World height of the centers of voxels that are cord."""
    index = np.argwhere(np.asarray(image.dataobj) > 0.5)
    return nibabel.affines.apply_affine(image.affine, index)


def run(tool, *arguments):
    result = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode not in (0, 1):
        sys.exit(result.stderr)
    return result


def show(folder, chosen):
    for row in filter(chosen, rows(folder / "statistics.tsv")):
        numbers = [row[k] if row[k] == "n/a" else f"{float(row[k]):.4f}" for k in ("value", "lower", "upper", "p")]
        print("\t".join([row["analysis"], row["subject"], "n " + row["people"], *numbers, row["not_computable"]]))


def rows(path):
    with open(path) as file:
        return list(csv.DictReader(file, delimiter="\t"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--threads", default="1")
    options = parser.parse_args()
    out, data = options.out, options.data
    for folder in ("predictions", "references", "manual", "discs", "scans"):
        (out / folder).mkdir(parents=True, exist_ok=True)

    for scan, annotation, name in JUDGED:
        target = out / "predictions" / f"{name}_label-SC_probseg.nii.gz"
        if not target.exists():
            run(options.tool, "segment", data / f"{scan}.nii.gz", "-o", target, "--threads", options.threads)
        shutil.copy(data / f"{annotation}.nii.gz", out / "references" / f"{name}_label-SC_seg.nii.gz")
        shutil.copy(data / f"{scan}.nii.gz", out / "scans" / f"{name}.nii.gz")
    run(options.tool, "evaluate", out / "predictions", out / "references", "--partial", "--scans", out / "scans", "--output-dir",
        out / "evaluation", "--jobs", "1")
    keys = ["dice", "soft_dice", "volume_error_percent", "assd_mm", "hd95_mm", "centerline_mm", "area_error_mm2", "calibration_error", "edge_bias"]
    print("Masks against their annotations (slices that have one)")
    print("\t".join(["scan", *keys]))
    for row in rows(out / "evaluation/scans.tsv"):
        print("\t".join([row["person"] + " " + row["series"], *(row[k][:6] for k in keys)]))

    people = list(MANUAL)
    for path in sorted((data / "labels_spinegeneric").glob("*_T1w_seg-manual.nii.gz")):
        person = path.name.split("_")[0][4:]
        if path.with_name(f"sub-{person}_T2star_seg-manual.nii.gz").exists():
            people += [(person, c, f"labels_spinegeneric/sub-{person}_{s}_seg-manual") for c, s in (("T1w", "T1w"), ("T2starw", "T2star"))]
    for person in sorted({p for p, _, _ in people}):
        own = [(c, nibabel.load(data / f"{path}.nii.gz"), path) for p, c, path in people if p == person]
        points = [heights(image) for _, image, _ in own]
        low = max(p[:, 2].min() for p in points) + MARGIN
        high = min(p[:, 2].max() for p in points) - MARGIN
        for contrast, image, path in own:
            name = f"sub-{person}_{contrast}"
            shutil.copy(data / f"{path}.nii.gz", out / "manual" / f"{name}_label-SC_seg.nii.gz")
            # Two labels in the cord of the first contrast bound the same stretch in all: "level 3", not a vertebra.
            grid = nibabel.load(data / f"{own[0][2]}.nii.gz")
            voxels = np.zeros(grid.shape[:3], np.uint8)
            for label, height in ((3, high), (4, low)):
                near = points[0][np.abs(points[0][:, 2] - height) < np.abs(grid.affine[2, :3]).max()]
                place = near[np.argmin(np.abs(near[:, 2] - height))].copy()
                place[:2] = near[:, :2].mean(0)
                index = np.round(np.linalg.inv(grid.affine) @ np.append(place, 1))[:3].astype(int)
                voxels[tuple(index)] = label
            nibabel.save(nibabel.Nifti1Image(voxels, grid.affine), out / "discs" / f"{name}_label-discs_dlabel.nii.gz")
    common = ["--discs", out / "discs", "--vertebrae", "3:3", "--jobs", "1"]
    run(options.tool, "compare", f"manual={out / 'manual'}", *common, "--output-dir", out / "contrasts")
    print("\nManual masks of one person in several contrasts, the same stretch of cord, mm2")
    for row in rows(out / "contrasts/people.tsv"):
        own = [f"{r['series']} {float(r['csa_mm2']):.2f}" for r in rows(out / "contrasts/areas.tsv") if r["participant_id"] == row["participant_id"]]
        print(f"{row['participant_id']:<16} SD {float(row['sd_across_contrasts_mm2']):.3f}  {', '.join(own)}")
    show(out / "contrasts", lambda row: row["quantity"] == "area_between_contrasts_manual")
    # Only what both measured counts: two contrasts of errsm_18.
    run(options.tool, "compare", f"manual={out / 'manual'}", f"softcord={out / 'predictions'}", *common, "--output-dir", out / "methods")
    print("\nsoftcord and manual masks, the same stretch of errsm_18, mm2")
    for row in rows(out / "methods/areas.tsv"):
        print(f"{row['method']:<10} {row['series']:<8} {float(row['csa_mm2']):.1f}")
    show(out / "methods", lambda row: row["quantity"] == "sd_across_contrasts" and row["analysis"] in ("mean", "paired_t"))


if __name__ == "__main__":
    main()
