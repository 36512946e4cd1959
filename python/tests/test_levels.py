"""Levels and areas are those of the tool."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from conftest import Tool

import softcord


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    image, _ = softcord.simulate_scan(seed=5, side=90, levels="C1:T1")
    path = tmp_path_factory.mktemp("levels") / "scan.nii.gz"
    nib.save(image, path)
    return path


def test_labels_are_the_tools(scan: Path, tool: Tool, tmp_path: Path) -> None:
    tool("label", scan, "-o", tmp_path / "discs.nii.gz")
    found = softcord.label(scan)
    assert np.array_equal(found.discs.dataobj, nib.load(tmp_path / "discs.nii.gz").dataobj)
    assert np.array_equal(found.levels.dataobj, nib.load(tmp_path / "discs_levels.nii.gz").dataobj)
    assert found.probability >= 0.8 and len(found.marks) >= 4
    assert found.marks["label"].is_monotonic_increasing or found.marks["label"].iloc[0] == 50


def test_areas_by_level_are_the_tools(scan: Path, tool: Tool, tmp_path: Path) -> None:
    tool("segment", scan, "-o", tmp_path / "mask.nii.gz")
    tool("label", scan, "-o", tmp_path / "discs.nii.gz")
    tool("measure", tmp_path / "mask.nii.gz", "--discs", tmp_path / "discs.nii.gz", "--per", "level", "-o", tmp_path / "areas.tsv")
    known = pd.read_csv(tmp_path / "areas.tsv", sep="\t")
    found = softcord.measure(softcord.segment(scan), discs=softcord.label(scan), per="level")
    for column in ("level", "csa_mm2", "csa_mm2_lower", "csa_mm2_upper", "numbering_probability"):
        assert np.array_equal(found[column], known[column], equal_nan=True), column


def test_areas_have_their_intervals(scan: Path) -> None:
    areas = softcord.area(scan, vertebrae="C3:C4")
    assert len(areas) == 1
    row = areas.iloc[0]
    assert row["csa_lower_mm2"] < row["csa_mm2"] < row["csa_upper_mm2"]


def test_what_is_not_known_is_an_exception_or_an_empty_row(scan: Path) -> None:
    with pytest.raises(softcord.LevelsUnknownError):
        softcord.label(scan, least=1)
    areas = softcord.area(scan, least=1)
    assert areas["csa_mm2"].isna().all() and areas["remark"].str.len().all()
    with pytest.raises(softcord.MissingError):
        softcord.label(scan.parent / "no.nii.gz")
