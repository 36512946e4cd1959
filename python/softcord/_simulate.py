"""Digital necks whose truth is known exactly."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Sequence

from ._images import Image, nifti
from ._library import Handle, Progress, call, options
from ._measure import RangeLike, _range

if TYPE_CHECKING:
    import nibabel as nib


def simulate(
    folder: str | os.PathLike[str],
    *,
    subjects: int = 1,
    seed: int | None = None,
    contrasts: Sequence[str] | None = None,
    pathology: str | None = None,
    side: float | None = None,
    levels: RangeLike = None,
    raters: bool = False,
    jobs: int = 1,
    progress: Callable[[float], None] | None = None,
) -> list[Path]:
    """Writes a BIDS data set of digital necks: scans, and their exact truth in ``derivatives/truth``.

    Parameters
    ----------
    folder : path
        New, empty, or of an earlier run with the same settings, which is gone on with.
    subjects : int
        Number of people.
    seed : int, optional
        Of everything that is drawn; the same seed gives the same bytes as the tool.
    contrasts : sequence of str, optional
        Such as ``["T1w", "T2w"]``.
    pathology : str, optional
        Of the cords, such as ``"compression"``.
    side : float, optional
        Scan only a field of view of this many mm around the cord.
    levels : str or (int, int), optional
        With ``side``: only these vertebrae, ``"C2:C4"``.
    raters : bool
        Write masks as raters draw them, too.
    jobs : int
        People made at the same time.
    progress : callable, optional
        Called with the part that is done, 0 to 1, on any thread.

    Returns
    -------
    list of pathlib.Path
        The scans.
    """
    asked = options(
        subjects=subjects, seed=seed, contrasts=",".join(contrasts) if contrasts else None, pathology=pathology, side=side,
        levels=_range(levels), raters=raters, jobs=jobs,
    )
    told = Progress((lambda fraction, _: progress(fraction)) if progress else (lambda *_: None))
    call("softcord_simulate", os.fspath(folder).encode(), asked, told, None)
    return sorted(Path(folder).glob("sub-*/*/*.nii.gz"))


def simulate_scan(
    *,
    contrast: str = "T2w",
    seed: int | None = None,
    person: int = 1,
    pathology: str | None = None,
    side: float | None = None,
    levels: RangeLike = None,
) -> tuple[nib.Nifti1Image, nib.Nifti1Image]:
    """One scan of such a data set, in memory.

    Parameters
    ----------
    contrast : str
        Such as ``"T2w"``.
    seed, pathology, side, levels
        As those of :func:`simulate`.
    person : int
        Which one of the data set, from 1.

    Returns
    -------
    scan, truth : nibabel.Nifti1Image
        The scan, and the exact share of each voxel that is cord.

    Examples
    --------
    >>> import softcord
    >>> scan, truth = softcord.simulate_scan(side=64, levels="C3:C4")
    >>> scan.shape == truth.shape
    True
    """
    asked = options(contrast=contrast, seed=seed, person=person, pathology=pathology, side=side, levels=_range(levels))
    scan, truth = ctypes.c_void_p(), ctypes.c_void_p()
    call("softcord_simulate_scan", asked, ctypes.byref(scan), ctypes.byref(truth))
    images = [Image(Handle("image", made.value), "scan") for made in (scan, truth)]
    first, second = (nifti(image.voxels(), image.affine) for image in images)
    return first, second
