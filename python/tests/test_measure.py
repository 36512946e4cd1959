"""Measures of files, images and arrays are those of the tool."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from conftest import Tool, check_equal

import softcord

Neck = tuple[nib.Nifti1Image, nib.Nifti1Image]


def truth(folder: Path, name: str) -> Path:
    return next((folder / "derivatives" / "truth").rglob(f"*{name}.nii.gz"))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"per": "level"},
        {"per": "range", "vertebrae": "C3:C4"},
        {"per": "level", "method": "sct"},
        {"per": "range", "slices": "10:30", "compression": True},
    ],
)
def test_the_table_is_the_tools(folder: Path, tool: Tool, options: dict[str, str | bool]) -> None:
    mask, discs = truth(folder, "label-SC_probseg"), truth(folder, "discs_dseg")
    needs_discs = options.get("per") == "level" or "vertebrae" in options
    arguments = [f"--{name}" if value is True else f"--{name}={value}" for name, value in options.items()]
    text = tool("measure", mask, *arguments, *(["--discs", discs] if needs_discs else []), "--format", "tsv")
    by_path = softcord.measure(mask, discs=discs if needs_discs else None, **options)  # type: ignore[arg-type]
    check_equal(by_path, text)
    # The same of images in memory; only the name of the file is another.
    image, labels = nib.load(mask), nib.load(discs)
    by_array = softcord.measure(
        (np.asarray(image.dataobj), image.affine), discs=labels if needs_discs else None, **options  # type: ignore[arg-type]
    )
    by_path["file"] = "mask"
    assert by_array.equals(by_path)


def test_what_belongs_to_a_mask(folder: Path, tool: Tool) -> None:
    mask, canal, scan = truth(folder, "label-SC_probseg"), truth(folder, "label-canal_probseg"), next(folder.glob("sub-*/anat/*.nii.gz"))
    text = tool("measure", mask, "--canal", canal, "--anat", scan, "--discs", "auto", "--per", "level", "--format", "tsv")
    check_equal(softcord.measure(mask, canal=canal, anat=scan, discs="auto", per="level"), text)
    frame = softcord.measure(mask, canal=nib.load(canal), anat=nib.load(scan), discs="auto", per="level")
    check_equal(frame, text)
    assert frame.attrs["columns"]["ascor"]["unit"] is None
    assert frame["level"].tolist()[1:4] == [2, 3, 4] and frame["ascor"].between(0, 1).any()


def test_arrays_of_any_layout_and_type(neck: Neck) -> None:
    mask = neck[1]
    voxels, affine = np.asarray(mask.dataobj) > 0.5, mask.affine
    expected = softcord.measure((voxels, affine))
    read_only = np.ascontiguousarray(voxels)
    read_only.setflags(write=False)
    wide = np.zeros((*voxels.shape, 2), np.int64)
    wide[..., 0] = voxels
    for array in (read_only, voxels.astype(">f8"), voxels.astype(np.float16), wide[..., 0], voxels[..., None].astype(np.uint8)):
        assert softcord.measure((array, affine)).equals(expected)
    # Seen backwards along an axis: the same cord.
    flip = np.diag([-1.0, 1, 1, 1])
    flip[0, 3] = voxels.shape[0] - 1
    assert np.allclose(softcord.measure((voxels[::-1], affine @ flip))["csa_mm2"], expected["csa_mm2"])


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        (lambda voxels, affine: (voxels[0], affine), "three axes"),
        (lambda voxels, affine: (np.stack([voxels, voxels], -1), affine), "volume=0"),
        (lambda voxels, affine: (voxels[:0], affine), "shape"),
        (lambda voxels, affine: (voxels.astype(complex), affine), "real numbers"),
        (lambda voxels, affine: (voxels.astype(object), affine), "real numbers"),
        (lambda voxels, affine: (np.where(voxels > 0.5, np.nan, voxels), affine), "nan_to_num"),
        (lambda voxels, affine: (voxels, np.zeros((4, 4))), "affine"),
        (lambda voxels, affine: (voxels, affine[:3]), "4 × 4"),
        (lambda voxels, affine: (voxels, np.full((4, 4), np.inf)), "NaN or infinite"),
        (lambda voxels, affine: (voxels, "RAS"), "no array of numbers"),
        (lambda voxels, affine: (255 * voxels, affine), "divide it by 255"),
        (lambda voxels, affine: (0 * voxels, affine), "no voxel above 0"),
        (lambda voxels, affine: voxels, "(array, affine)"),
    ],
)
def test_what_cannot_be_measured_says_why(neck: Neck, change, remedy: str) -> None:  # type: ignore[no-untyped-def]
    voxels, affine = np.asarray(neck[1].dataobj), neck[1].affine
    with pytest.raises(softcord.InputError) as failure:
        softcord.measure(change(voxels, affine))
    assert remedy in str(failure.value)
    assert len(softcord.measure((voxels, affine))) > 10


def test_options_that_cannot_be_meant(neck: Neck, tmp_path: Path) -> None:
    with pytest.raises(softcord.InputError, match="discs or levels"):
        softcord.measure(neck[1], per="level")
    with pytest.raises(softcord.InputError, match="slice, level, range"):
        softcord.measure(neck[1], per="inch")  # type: ignore[arg-type]
    with pytest.raises(softcord.InputError, match="2:3 or C2:C3"):
        softcord.measure(neck[1], discs=neck[1], vertebrae="C3:C2")
    with pytest.raises(softcord.MissingError, match="no such file"):
        softcord.measure(tmp_path / "none.nii.gz")
    with pytest.raises(FileNotFoundError):
        softcord.measure(tmp_path / "none.nii.gz")


def test_threads_measure_at_once(neck: Neck) -> None:
    expected = softcord.measure(neck[1])
    with ThreadPoolExecutor(8) as pool:
        assert all(frame.equals(expected) for frame in pool.map(lambda _: softcord.measure(neck[1]), range(16)))


def test_masks_are_compared(folder: Path, tool: Tool, tmp_path: Path) -> None:
    reference = truth(folder, "label-SC_probseg")
    image = nib.load(reference)
    mask = tmp_path / reference.name
    nib.save(nib.Nifti1Image(np.float32(np.asarray(image.dataobj) > 0.5), image.affine), mask)
    told: list[float] = []
    frame = softcord.evaluate(mask, reference, output_dir=tmp_path / "judged", progress=told.append)
    check_equal(frame, tool("evaluate", mask, reference, "--format", "tsv"))
    in_memory = softcord.evaluate(nib.load(mask), (np.asarray(image.dataobj), image.affine))
    assert in_memory["dice"].equals(frame["dice"]) and in_memory["soft_dice"].equals(frame["soft_dice"])
    assert told[-1] == 1 and list((tmp_path / "judged").glob("*.html"))
    with pytest.raises(softcord.SoftCordError, match="nothing"):
        softcord.evaluate(tmp_path / "nothing", reference)
    # One of two references has no partner: the other is compared all the same.
    references = tmp_path / "references"
    references.mkdir()
    for name in (reference.name, reference.name.replace("sub-001", "sub-002")):
        (references / name).write_bytes(reference.read_bytes())
    masks = tmp_path / "masks"
    masks.mkdir()
    (masks / mask.name).write_bytes(mask.read_bytes())
    with pytest.raises(softcord.PartialError, match="has no prediction") as partial:
        softcord.evaluate(masks, references)
    assert len(partial.value.table) == 1


def test_necks_are_the_tools(folder: Path, tool: Tool, tmp_path: Path) -> None:
    tool("simulate", tmp_path / "tool", "--seed", 3, "--contrasts", "T2w", "--side", 64, "--levels", "C2:C4")
    ours, theirs = (sorted(path.relative_to(root) for path in root.rglob("*.nii.gz")) for root in (folder, tmp_path / "tool"))
    assert ours == theirs and len(ours) > 3
    assert all((folder / name).read_bytes() == (tmp_path / "tool" / name).read_bytes() for name in ours)
    scan, mask = softcord.simulate_scan(seed=3, side=64, levels=(2, 4))
    written = nib.load(next(folder.glob("sub-*/anat/*.nii.gz")))
    assert scan.shape == written.shape and np.allclose(scan.affine, written.affine, atol=1e-4)
    with pytest.raises(softcord.InputError, match="T2w"):
        softcord.simulate_scan(contrast="T9")
    with pytest.raises(softcord.OutputError):
        softcord.simulate(folder, seed=4, contrasts=["T2w"])
