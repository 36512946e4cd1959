"""Compares what two versions of the tool made of the same inputs (tools/outputs.sh): files that differ, and by how much.

    python3 tools/compare_outputs.py BEFORE AFTER

Volumes are compared voxel by voxel, tables and text line by line. Dates, versions and checksums of the model's file do not count. Status 1
where anything differs. Needs numpy and nibabel.
"""

import re
import sys
from pathlib import Path

import nibabel
import numpy

CHANGING = [r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?", r"softcord \d+\.\d+\.\d+", r"SoftCord \d+\.\d+\.\d+", r'"Version" ?: ?"[^"]*"', r"[0-9a-f]{64}"]


def text(path: Path, root: Path) -> list[str]:
    words = path.read_text(errors="replace").replace(str(root), "ROOT")
    for pattern in CHANGING:
        words = re.sub(pattern, "…", words)
    return words.splitlines()


def difference(before: Path, after: Path, roots: tuple[Path, Path]) -> str | None:
    if before.name.endswith((".nii.gz", ".nii")):
        a, b = (nibabel.load(path) for path in (before, after))
        if a.shape != b.shape or not numpy.array_equal(a.affine, b.affine) or a.get_data_dtype() != b.get_data_dtype():
            return "another shape, affine or type"
        x, y = (numpy.asarray(image.dataobj, float) for image in (a, b))
        if numpy.array_equal(x, y):
            return None
        return f"{(x != y).sum()} voxels, by {abs(x - y).max():.3g} at most, sum {y.sum() / max(x.sum(), 1e-9) - 1:+.2e}"
    if before.suffix == ".png":
        return None if before.read_bytes() == after.read_bytes() else "another picture"
    a, b = text(before, roots[0]), text(after, roots[1])
    if a == b:
        return None
    first = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    shown = [lines[first][:150] if first < len(lines) else "(end)" for lines in (a, b)]
    return f"{len(a)} and {len(b)} lines, from line {first + 1}: {shown[0]} | {shown[1]}"


def main() -> int:
    roots = (Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    names = [{str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and ".work" not in path.parts} for root in roots]
    faults = [f"{name}: only before" for name in sorted(names[0] - names[1])] + [f"{name}: only after" for name in sorted(names[1] - names[0])]
    for name in sorted(names[0] & names[1]):
        found = difference(roots[0] / name, roots[1] / name, roots)
        if found:
            faults.append(f"{name}: {found}")
    print("\n".join(faults))
    print(f"{len(names[0] & names[1])} files in both, {len(faults)} differences")
    return 1 if faults else 0


sys.exit(main())
