"""Discs and vertebral levels beside the cord, and areas from scans alone; by the tool, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, NamedTuple, Sequence

from . import _libtorch
from ._images import ImageLike
from ._measure import RangeLike, _file, _range
from ._worker import tool
from .errors import LevelsUnknownError, error

if TYPE_CHECKING:
    import nibabel as nib
    import pandas as pd

_UNKNOWN, _PARTIAL = 5, 1


class Levels(NamedTuple):
    """What is known of the levels beside a cord."""

    discs: nib.Nifti1Image
    """One voxel a disc, at its edge beside the canal: disc n lies above vertebra n, 50 is the pontomedullary junction."""
    levels: nib.Nifti1Image
    """Vertebral level of each voxel that is cord by half or more."""
    marks: pd.DataFrame
    """A row a disc: label, name, position (world mm), interval (mm along the cord), probability."""
    probability: float
    """That all labels have their right numbers."""

    def write(self, folder: str | os.PathLike[str]) -> str:
        """Writes the discs with what is known of them.

        Parameters
        ----------
        folder : path

        Returns
        -------
        str
            Path of the discs, ``discs.nii`` in the folder; ``discs.json`` lies beside it.
        """
        import nibabel as nib

        path = os.path.join(folder, "discs.nii")
        nib.save(self.discs, path)
        facts = {
            "Description": "Intervertebral discs beside the spinal canal",
            "Sources": [],
            "GeneratedBy": [{"Name": "SoftCord"}],
            "NumberingProbability": self.probability,
            "Marks": [
                {
                    "Label": int(mark["label"]),
                    "Name": mark["name"],
                    "PositionMillimetres": [mark["x_mm"], mark["y_mm"], mark["z_mm"]],
                    "IntervalMillimetres": [mark["lower_mm"], mark["upper_mm"]],
                    "Probability": mark["probability"],
                }
                for mark in self.marks.to_dict("records")
            ],
        }
        with open(os.path.join(folder, "discs.json"), "w", encoding="utf-8") as file:
            json.dump(facts, file)
        return path


def _run(arguments: Sequence[str], allowed: Sequence[int] = ()) -> subprocess.CompletedProcess[str]:
    path = tool()
    done = subprocess.run([str(path), *arguments], capture_output=True, text=True, env=_libtorch.environment(path), check=False)
    if done.returncode != 0 and done.returncode not in allowed:
        message = done.stderr.strip().splitlines()[-1:] or [f"softcord ended with status {done.returncode}"]
        raise error(done.returncode, message[0].removeprefix("softcord: error: "))
    return done


def _options(least: float | None, **paths: str | os.PathLike[str] | None) -> list[str]:
    given = [] if least is None else ["--least", str(least)]
    return given + [text for name, path in paths.items() if path is not None for text in (f"--{name}", os.fspath(path))]


def label(
    scan: str | os.PathLike[str],
    *,
    mask: ImageLike | None = None,
    session: str | os.PathLike[str] | None = None,
    least: float | None = None,
    model: str | os.PathLike[str] | None = None,
) -> Levels:
    """Finds the discs and vertebral levels beside the cord of a scan.

    Parameters
    ----------
    scan : path
        Of any contrast.
    mask : image, array or path, optional
        Of its cord, on its grid; without it the scan is segmented.
    session : path, optional
        Another scan of the session, whose levels are taken where this one shows none.
    least : float, optional
        Least probability of the numbering (0.8); what is less sure is not told.
    model : path, optional
        Model file.

    Returns
    -------
    Levels

    Raises
    ------
    LevelsUnknownError
        If the scan shows nothing that tells which vertebra is which.
    """
    import nibabel as nib
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        discs = os.path.join(folder, "discs.nii")
        arguments = ["label", os.fspath(scan), "-o", discs]
        if mask is not None:
            arguments += ["--mask", _file(mask, folder, "mask")]
        arguments += _options(least, session=session, model=model)
        _run(arguments)
        with open(os.path.join(folder, "discs.json"), encoding="utf-8") as file:
            facts = json.load(file)

        def image(name: str) -> nib.Nifti1Image:
            read = nib.load(os.path.join(folder, name))
            assert isinstance(read, nib.Nifti1Image)
            return nib.Nifti1Image(read.get_fdata().astype("uint8"), read.affine, read.header)  # type: ignore[no-untyped-call]

        rows = [
            {
                "label": mark["Label"],
                "name": mark["Name"],
                **dict(zip(("x_mm", "y_mm", "z_mm"), mark["PositionMillimetres"])),
                "lower_mm": mark["IntervalMillimetres"][0],
                "upper_mm": mark["IntervalMillimetres"][1],
                "probability": mark["Probability"],
            }
            for mark in facts["Marks"]
        ]
        return Levels(image("discs.nii"), image("discs_levels.nii.gz"), pd.DataFrame(rows), float(facts["NumberingProbability"]))


def area(
    scans: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    vertebrae: RangeLike = "C2:C3",
    least: float | None = None,
    model: str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """The area of the cord over some vertebrae, from scans alone.

    Parameters
    ----------
    scans : path or sequence of paths
        Of any contrast.
    vertebrae : str or (int, int)
        First and last, ``"C2:C3"``.
    least : float, optional
        Least probability of the numbering (0.8).
    model : path, optional
        Model file.

    Returns
    -------
    pandas.DataFrame
        One row a scan that shows a cord; where its levels are not known the numbers are missing and ``remark`` says why.
    """
    import pandas as pd

    paths = [os.fspath(scans)] if isinstance(scans, (str, os.PathLike)) else [os.fspath(scan) for scan in scans]
    arguments = ["area", *paths, "--format", "json", "--vertebrae", _range(vertebrae) or "C2:C3", *_options(least, model=model)]
    done = _run(arguments, allowed=(_UNKNOWN, _PARTIAL))
    return pd.DataFrame(json.loads(done.stdout)["rows"])


__all__ = ["Levels", "LevelsUnknownError", "area", "label"]
