#!/usr/bin/env python3
"""Small NIfTI files of every kind, written by nibabel, and what nibabel reads from them.

Run from the repository root; writes Tests/NIfTITests/Golden. Needs nibabel and numpy.
"""
import gzip
import itertools
import json
from pathlib import Path

import nibabel as nib
import numpy as np

GOLDEN = Path("Tests/NIfTITests/Golden")
random = np.random.default_rng(20240612)
expected = []


def rotation(axis, degrees):
    """The rotation about an axis (Rodrigues)."""
    axis = np.asarray(axis, float) / np.linalg.norm(axis)
    angle = np.radians(degrees)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def affine(linear, spacing=(1, 1, 1), origin=(0, 0, 0)):
    result = np.eye(4)
    result[:3, :3] = np.asarray(linear) * np.asarray(spacing)
    result[:3, 3] = origin
    return result


OBLIQUE = affine(rotation((1, 2, -1), 23), (0.5, 0.6, 4), (-31.5, 12.25, 7))


def signed(letters):
    """The axes of an orientation, as the columns of a matrix."""
    columns = []
    for letter in letters:
        column = np.zeros(3)
        column["RAS".find(letter) if letter in "RAS" else "LPI".find(letter)] = 1 if letter in "RAS" else -1
        columns.append(column)
    return np.array(columns).T


def note(name, **facts):
    """Records what nibabel reads from a file, or the facts given instead."""
    image = nib.load(GOLDEN / name)
    data = np.asarray(image.dataobj, dtype=np.float64)
    data = data.reshape(data.shape[:3] + (1,) * (3 - min(data.ndim, 3)) + (-1,))
    mean = data.mean(axis=-1)
    entry = {
        "file": name,
        "shape": list(mean.shape),
        "volumes": data.shape[-1],
        "affine": np.asarray(image.affine)[:3].tolist(),
        "towards": "".join(nib.aff2axcodes(image.affine)),
        "sum": mean.sum(),
        "last": data[..., -1].sum(),
        "voxels": [[int(i) for i in at] + [mean[tuple(at)]] for at in (random.integers(0, mean.shape) for _ in range(3))],
    }
    expected.append(entry | facts)


def write(name, data, matrix, kind=nib.Nifti1Image, order="<", sform=1, qform=1, change=lambda header: None):
    header = kind.header_class(endianness=order)
    header.set_data_shape(data.shape)
    header.set_data_dtype(data.dtype.newbyteorder(order))
    image = kind(data, matrix, header)
    image.set_sform(matrix, sform)
    image.set_qform(matrix, qform)
    change(image.header)
    image.to_filename(GOLDEN / name)


def patch(name, source, offset, value, **facts):
    """A copy of a file with some bytes replaced."""
    content = bytearray((GOLDEN / source).read_bytes())
    content[offset : offset + len(value)] = value
    (GOLDEN / name).write_bytes(content)
    if "error" in facts:
        expected.append({"file": name} | facts)
    else:
        note(name, **facts)


def main():
    for old in GOLDEN.glob("*"):
        if old.name != "README":
            old.unlink()

    types = ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"]
    for code, (order, word) in itertools.product(types, [("<", "little"), (">", "big")]):
        dtype = np.dtype(code)
        if dtype.kind == "f":
            data = random.normal(size=(3, 4, 5)).astype(dtype)
        else:
            low = max(np.iinfo(dtype).min, -(2**40))
            data = random.integers(low, min(np.iinfo(dtype).max, 2**40), (3, 4, 5)).astype(dtype)
        write(f"{dtype.name}-{word}.nii", data, OBLIQUE, order=order)
        note(f"{dtype.name}-{word}.nii")

    small = random.integers(0, 255, (3, 4, 5)).astype("u1")
    shorts = random.integers(-2000, 2000, (3, 4, 5)).astype("i2")
    for order, word in [("<", "little"), (">", "big")]:
        for data in shorts, shorts.astype("f4") / 3:
            name = f"version2-{data.dtype.name}-{word}.nii"
            write(name, data, OBLIQUE, kind=nib.Nifti2Image, order=order)
            note(name)
        for suffix in ["img", "img.gz"]:
            name = f"pair-{word}.{suffix}"
            write(name, shorts, OBLIQUE, kind=nib.Nifti1Pair, order=order)
            note(name)
            note(name.replace("img", "hdr"))
    write("version2-pair.img", shorts, OBLIQUE, kind=nib.Nifti2Pair)
    note("version2-pair.img")

    axes = [a for a in itertools.product("RL", "AP", "SI")]
    for letters in [p for a in axes for p in itertools.permutations(a)]:
        name = "orientation-" + "".join(letters) + ".nii.gz"
        write(name, small, affine(signed(letters), (0.5, 1, 3), (-10, 20, 30)))
        note(name)
    for degrees in [5, 44, 90, 120, 179, 179.99, 180]:
        # The quaternion's first component is nearly lost near a half turn.
        matrix = affine(rotation((1, 1, 3), degrees) @ np.diag([1, 1, -1]), (1, 0.9, 2), (1, 2, 3))
        write(f"oblique-{degrees}-qform.nii.gz", small, matrix, sform=0)
        note(f"oblique-{degrees}-qform.nii.gz")
        write(f"oblique-{degrees}-sform.nii.gz", small, matrix, qform=0)
        note(f"oblique-{degrees}-sform.nii.gz")
    sheared = affine(np.array([[1, 0.2, 0], [0, 0.98, 0.1], [0, 0, 0.99]]))
    write("sheared.nii.gz", small, sheared)
    note("sheared.nii.gz")

    write("neither.nii", small, affine(np.eye(3), (0.5, 1, 3)), sform=0, qform=0)
    note("neither.nii")
    write("forms-differ.nii", small, OBLIQUE, change=lambda h: h.set_qform(affine(np.eye(3), (0.5, 0.6, 4)), 1))
    note("forms-differ.nii", note="sform and qform differ")
    write("image2d.nii", shorts[:, :, 0], OBLIQUE)
    note("image2d.nii")
    write("image4d.nii.gz", random.integers(0, 99, (3, 4, 5, 6)).astype("i2"), OBLIQUE)
    note("image4d.nii.gz", note="mean of 6 volumes")
    write("image5d.nii", random.integers(0, 99, (3, 4, 5, 1, 3)).astype("i2"), OBLIQUE)
    note("image5d.nii", note="mean of 3 volumes")
    write("image7d.nii", small.reshape(3, 4, 5, 1, 1, 1, 1), OBLIQUE)
    note("image7d.nii")
    write("constant.nii", np.zeros((3, 4, 5), "u1"), OBLIQUE)
    note("constant.nii")

    plain = nib.Nifti1Image(shorts, OBLIQUE)
    plain.to_filename(GOLDEN / "unscaled.nii")
    note("unscaled.nii")
    word = lambda value: np.float32(value).tobytes()
    patch("scaled.nii", "unscaled.nii", 112, word(0.25) + word(-3))
    patch("slope0.nii", "unscaled.nii", 112, word(0) + word(7))
    patch("slope-nan.nii", "unscaled.nii", 112, word(np.nan) + word(7))

    holes = np.arange(60, dtype="f4").reshape(3, 4, 5)
    holes[0, 0, 0], holes[1, 1, 1] = np.nan, np.inf
    write("nan.nii", holes, OBLIQUE)
    filled = np.where(np.isfinite(holes), holes, 0)
    note("nan.nii", sum=filled.sum(dtype=float), last=filled.sum(dtype=float), voxels=[[0, 0, 0, 0], [2, 1, 3, float(holes[2, 1, 3])]],
         note="2 voxels are NaN or infinite")

    image = nib.Nifti1Image(small, OBLIQUE)
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"sixteen bytes of text"))
    image.to_filename(GOLDEN / "extension.nii.gz")
    note("extension.nii.gz")

    content = (GOLDEN / "uint8-little.nii").read_bytes()
    members = gzip.compress(content[:200], mtime=0) + gzip.compress(content[200:], mtime=0)
    (GOLDEN / "two-members.nii.gz").write_bytes(members)
    note("two-members.nii.gz")

    # nibabel leaves units to the caller; SoftCord, like ITK, turns them into mm.
    write("microns.nii", small, affine(np.eye(3) * 1000, (0.5, 1, 3)), change=lambda h: h.set_xyzt_units("micron"))
    note("microns.nii", affine=affine(np.eye(3), (0.5, 1, 3))[:3].tolist(), note="units of 0.001 mm")

    for code, dtype in [("rgb", [("R", "u1"), ("G", "u1"), ("B", "u1")]), ("complex64", "c8")]:
        nib.Nifti1Image(np.zeros((2, 2, 2), dtype), OBLIQUE).to_filename(GOLDEN / f"{code}.nii")
        expected.append({"file": f"{code}.nii", "error": "data type"})
    short = lambda *values: np.array(values, "<i2").tobytes()
    refused = {
        "dim0-zero": (40, short(0), "dimensions"), "dim0-eight": (40, short(8), "dimensions"),
        "dim-negative": (42, short(-3), "dimensions"), "dim-zero": (44, short(0), "dimensions"),
        "dim-huge": (42, short(32767, 32767, 32767), "cut short"), "type-unknown": (70, short(77), "data type"),
        "type-float128": (70, short(1536), "data type"), "magic": (344, b"abcd", "NIfTI"), "size": (0, b"\x01\x02\x03\x04", "NIfTI"),
        "offset-negative": (108, word(-1), "vox_offset"), "offset-nan": (108, word(np.nan), "vox_offset"),
        "offset-low": (108, word(100), "vox_offset"), "offset-far": (108, word(1e30), "vox_offset"),
        "sform-zero": (280, bytes(48), "sform"), "sform-nan": (280, word(np.nan), "sform"),
        "sform-parallel": (280, b"".join(map(word, [1, 0.9, 0, 0, 0, 0.1, 0, 0, 0, 0, 1, 0])), "parallel"),
    }
    for name, (offset, value, error) in refused.items():
        patch(f"bad-{name}.nii", "unscaled.nii", offset, value, error=error)

    (GOLDEN / "expected.json").write_text(json.dumps(expected, indent=None, separators=(",", ":")).replace("},{", "},\n{") + "\n")
    print(len(expected), "files,", sum(f.stat().st_size for f in GOLDEN.glob("*")) // 1024, "KB")


main()
