"""The recipes of docs/python.md run as they stand, and so does the notebook."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import softcord
from softcord import _libtorch
from softcord._library import library

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"

# The first block of code under each heading.
RECIPES = {
    part.split("\n", 1)[0]: blocks[0]
    for part in PAGE.read_text().split("\n## ")[1:]
    if (blocks := re.findall(r"```python\n(.*?)```", part, re.S))
}
NEEDS = {"A plot": "matplotlib", "In a notebook": "nilearn", "MONAI": "monai"}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the page names."""
    folder = tmp_path_factory.mktemp("recipes")
    scan = softcord.simulate(folder / "necks", subjects=2, contrasts=["T2w"], side=64, levels="C3:C4")[0]
    truth = folder / "necks" / "derivatives" / "truth"
    shutil.copy(scan, folder / "sub-01_T2w.nii.gz")
    shutil.copy(next(truth.rglob("sub-001*discs_dseg.nii.gz")), folder / "sub-01_T2w_discs.nii.gz")
    shutil.copy(next(truth.rglob("sub-001*label-SC_probseg.nii.gz")), folder / "sub-01_truth.nii.gz")
    nib.save(softcord.segment(scan), folder / "sub-01_cord.nii.gz")
    return folder


def test_versions_agree() -> None:
    """The package is that of the tool, and LibTorch the one that the tool is built with."""
    program = (ROOT / "Sources" / "Datasets" / "Program.swift").read_text()
    assert f'version: "{softcord.__version__}"' in program
    assert f"\ntorch={_libtorch.VERSION}\n" in (ROOT / "scripts" / "bootstrap").read_text()
    assert library().softcord_version().decode() == softcord.__version__


def test_the_page_has_recipes() -> None:
    assert {"A scan", "A folder", "A plot", "In a notebook", "MONAI", "Simulated necks"} <= set(RECIPES)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_runs(title: str, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if title in NEEDS and importlib.util.find_spec(NEEDS[title]) is None:
        pytest.skip(f"{NEEDS[title]} is not installed")
    monkeypatch.chdir(work)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, object] = {"np": np}
    exec(compile(RECIPES[title], f"{PAGE}: {title}", "exec"), names)
    if title == "A folder":
        assert len(names["tables"]) == 2  # type: ignore[arg-type]
    if title == "MONAI":
        assert np.array_equal(names["sample"]["image_cord"][0], nib.load("sub-01_cord.nii.gz").dataobj)  # type: ignore[index]


def test_the_start_runs(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(work)
    exec(re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)[0], {})


def test_the_notebook_runs() -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    notebook = nbformat.read(ROOT / "python" / "examples" / "tour.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=300).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in shown) == 2
