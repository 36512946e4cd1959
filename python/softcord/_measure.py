"""Masks in, tables out."""

from __future__ import annotations

import ctypes
import os
import tempfile
from typing import TYPE_CHECKING, Callable, Literal, Union

from . import _images, _tables
from ._images import LABELS, MASK, SCAN, Image, ImageLike
from ._library import Companion, Handle, Progress, call, library, made, options
from .errors import PARTIAL, PartialError, error

if TYPE_CHECKING:
    import pandas as pd

    from ._levels import Levels

RangeLike = Union[str, tuple[int, int], None]
Numbering = Literal["sct", "totalspineseg"]


def _range(value: RangeLike) -> str | None:
    return f"{value[0]}:{value[1]}" if isinstance(value, tuple) else value


def measure(
    mask: ImageLike,
    *,
    per: Literal["slice", "level", "range"] = "slice",
    discs: ImageLike | Levels | None = None,
    levels: ImageLike | None = None,
    numbering: Numbering | None = None,
    vertebrae: RangeLike = None,
    slices: RangeLike = None,
    pmj: ImageLike | None = None,
    distance: float | None = None,
    extent: float | None = None,
    method: Literal["exact", "sct"] = "exact",
    volume: int | None = None,
    anat: ImageLike | None = None,
    canal: ImageLike | None = None,
    compression: bool = False,
) -> pd.DataFrame:
    """Area, diameters and shape of the cord in a mask, each with a 95 % interval.

    Parameters
    ----------
    mask : path, nibabel image, or (array, affine)
        The share of each voxel that is cord, soft or binary.
    per : {"slice", "level", "range"}
        What one row tells about.
    discs, levels : path, nibabel image, or (array, affine), optional
        Labels of discs, or an image whose voxels carry the number of their vertebra; on any grid. For a mask that is a path, also a name with ``{}``
        for that of the scan, or ``"auto"``. Discs may be what ``softcord.label`` returns: then the intervals hold how sure their places are.
    numbering : {"sct", "totalspineseg"}, optional
        Numbers of the labels; recognized from them where it is left out.
    vertebrae : str or (int, int), optional
        ``"C2:C3"`` or ``(2, 3)``.
    slices : str or (int, int), optional
        First and last, from 0, as they lie in the image.
    pmj : path, nibabel image, or (array, affine), optional
        Label of the pontomedullary junction.
    distance, extent : float, optional
        Middle of what is measured, mm along the cord from the junction, and its length (20).
    method : {"exact", "sct"}
        Exact on soft masks, or the published recipe of the Spinal Cord Toolbox.
    volume : int, optional
        Which of several volumes of a mask, from 0.
    anat : path, nibabel image, or (array, affine), optional
        The scan: adds the areas of quadrants and the symmetry seen in it.
    canal : path, nibabel image, or (array, affine), optional
        Mask of the spinal canal: adds its area and the cord's share of it.
    compression : bool
        Add the compression ratio (MSCC).

    Returns
    -------
    pandas.DataFrame
        The table of ``softcord measure``. ``attrs["columns"]`` has meaning and unit of each column, ``attrs["notes"]`` what there is to know.

    Raises
    ------
    InputError, MissingError
        The mask or what belongs to it cannot be used, or is not there.

    Examples
    --------
    >>> import softcord
    >>> scan, truth = softcord.simulate_scan(side=64, levels="C3:C4")
    >>> areas = softcord.measure(truth)
    >>> bool(areas["csa_mm2"].between(40, 130).all())
    True
    >>> areas.attrs["columns"]["csa_mm2"]["unit"]
    'mm2'
    """
    from ._levels import Levels

    if isinstance(discs, Levels):
        with tempfile.TemporaryDirectory() as folder:
            return measure(
                mask, per=per, discs=discs.write(folder), levels=levels, numbering=numbering, vertebrae=vertebrae, slices=slices, pmj=pmj,
                distance=distance, extent=extent, method=method, volume=volume, anat=anat, canal=canal, compression=compression,
            )
    own = _images.image(mask, MASK, volume, role="mask")
    images = {"discs": (discs, LABELS), "levels": (levels, LABELS), "pmj": (pmj, LABELS), "anat": (anat, SCAN), "canal": (canal, MASK)}
    # Names may hold {} or be auto, which the library resolves.
    paths = {name: os.fspath(source) for name, (source, _) in images.items() if isinstance(source, (str, os.PathLike))}
    given = {
        name: _images.image(source, kind, role=name)
        for name, (source, kind) in images.items()
        if source is not None and name not in paths
    }
    asked = options(
        per=per, method=method, numbering=numbering, vertebrae=_range(vertebrae), slices=_range(slices), distance=distance,
        extent=extent, compression=compression, **paths,
    )
    return _tables.frame(_measured(own, asked, given))


def _measured(mask: Image, asked: Handle, given: dict[str, Image]) -> Handle:
    companions = (Companion * len(given))(*[Companion(name.encode(), image.handle.value) for name, image in given.items()])
    return made("table", "softcord_measure", mask.handle, asked, companions, len(given))


def _file(masks: ImageLike, folder: str, role: str) -> str:
    """The path of masks; those in memory are written to a folder."""
    if isinstance(masks, (str, os.PathLike)):
        return os.fspath(masks)
    path = os.path.join(folder, f"{role}.nii")
    call("softcord_image_write", _images.image(masks, MASK, role=role).handle, path.encode(), None)
    return path


def evaluate(
    predictions: ImageLike,
    references: ImageLike,
    *,
    label: str = "SC",
    partial: bool = False,
    discs: str | os.PathLike[str] | None = None,
    levels: str | os.PathLike[str] | None = None,
    numbering: Numbering | None = None,
    vertebrae: RangeLike = None,
    lesions: str | os.PathLike[str] | None = None,
    compressions: str | os.PathLike[str] | None = None,
    group: str | None = None,
    participants: str | os.PathLike[str] | None = None,
    scans: str | os.PathLike[str] | None = None,
    output_dir: str | os.PathLike[str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    """Compares masks with reference masks of the same scans.

    Parameters
    ----------
    predictions, references : path, nibabel image, or (array, affine)
        Two masks, or two folders in which masks of the same scan belong together.
    label : str
        Which masks count where names have the entity ``label-``.
    partial : bool
        References cover only some slices: leave out those that they leave empty.
    discs, levels, lesions, compressions, scans : path, optional
        What belongs to the scans: a file, a name with ``{}``, ``"auto"``, or a folder.
    numbering : {"sct", "totalspineseg"}, optional
        Numbers of the labels.
    vertebrae : str or (int, int), optional
        Vertebrae taken as one.
    group, participants : str, path, optional
        Column of participants.tsv by which people are grouped, and that table.
    output_dir : path, optional
        Folder for all tables and a report.
    progress : callable, optional
        Called with the part that is done, 0 to 1, on any thread.

    Returns
    -------
    pandas.DataFrame
        A row for each scan, as ``softcord evaluate`` writes it.

    Raises
    ------
    PartialError
        Some scans could not be compared; its ``table`` has the others.

    Examples
    --------
    >>> import softcord
    >>> scan, truth = softcord.simulate_scan(side=64, levels="C3:C4")
    >>> float(softcord.evaluate(truth, truth)["soft_dice"].iloc[0])
    1.0
    """
    asked = options(
        label=label, partial=partial, discs=discs, levels=levels, numbering=numbering, vertebrae=_range(vertebrae), lesions=lesions,
        compressions=compressions, group=group, participants=participants, scans=scans, output_dir=output_dir,
    )
    told = Progress((lambda fraction, _: progress(fraction)) if progress else (lambda *_: None))
    table = ctypes.c_void_p()
    with tempfile.TemporaryDirectory() as folder:
        mine, known = (_file(masks, folder, role).encode() for masks, role in ((predictions, "prediction"), (references, "reference")))
        status = library().softcord_evaluate(mine, known, asked, told, None, ctypes.byref(table))
    message = library().softcord_message().decode()
    if status not in (0, PARTIAL):
        raise error(status, message)
    frame = _tables.frame(Handle("table", table.value)) if table.value else None
    for role, masks in (("prediction", predictions), ("reference", references)):
        if frame is not None and not isinstance(masks, (str, os.PathLike)):
            frame[role] = role
    if status == PARTIAL:
        failure = error(status, message)
        assert isinstance(failure, PartialError) and frame is not None
        failure.table = frame
        raise failure
    assert frame is not None
    return frame


