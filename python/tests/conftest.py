"""What the tests share: a digital neck, small enough for quick scans, and the tool."""

from __future__ import annotations

import csv
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import nibabel as nib
import pandas as pd
import pytest

import softcord

# PyTorch of any version may be in the process already: softcord does not look at it.
if os.environ.get("SOFTCORD_TEST_TORCH"):
    import torch

    torch.conv3d(torch.rand(1, 1, 9, 9, 9), torch.rand(1, 1, 3, 3, 3))

Tool = Callable[..., str]


@pytest.fixture(scope="session")
def tool() -> Tool:
    """Runs the tool of the wheel; what it prints."""

    def run(*arguments: object) -> str:
        command = [sys.executable, "-m", "softcord", *map(str, arguments)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    return run


@pytest.fixture(scope="session")
def neck() -> tuple[nib.Nifti1Image, nib.Nifti1Image]:
    return softcord.simulate_scan(side=64, levels="C3:C4")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of one neck."""
    root = tmp_path_factory.mktemp("necks")
    softcord.simulate(root, seed=3, contrasts=["T2w"], side=64, levels="C2:C4")
    return root


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def check_equal(frame: pd.DataFrame, text: str) -> None:
    """A data frame holds what the tool printed, to the last digit."""
    rows = cells(text)
    assert list(frame.columns) == list(rows[0])
    assert len(frame) == len(rows)
    for (_, own), row in zip(frame.iterrows(), rows):
        for name, written in row.items():
            value: Any = own[name]
            if written == "n/a":
                assert pd.isna(value), name
            elif isinstance(value, str):
                assert value == written, name
            else:
                assert math.isclose(float(written), float(value), rel_tol=0, abs_tol=0), name
