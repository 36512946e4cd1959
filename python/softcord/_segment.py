"""Scans in, soft masks out."""

from __future__ import annotations

import os
import threading
import warnings
from typing import TYPE_CHECKING, Callable, Literal, Union

from . import _images
from ._images import SCAN, ImageLike, nifti
from .errors import InputError, SoftCordWarning

if TYPE_CHECKING:
    from types import TracebackType

    import nibabel as nib

ProgressLike = Union[Callable[[float], None], bool, None]


class Segmenter:
    """A model that stays loaded, in a process of its own.

    Parameters
    ----------
    model : path, optional
        Model file; the one that comes with SoftCord where it is left out.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``.
    precision : str
        ``"auto"``, ``"float32"`` or ``"bfloat16"``.
    threads : int, optional
        Processor threads; all where it is left out.

    Notes
    -----
    The process starts with the first scan, and again where it ended. It ends with :meth:`close`, with ``with``, and with this object. Threads may
    share a segmenter; their scans wait for each other.

    Examples
    --------
    >>> import softcord
    >>> scan, truth = softcord.simulate_scan(side=64, levels="C3:C4")
    >>> with softcord.Segmenter(device="cpu") as segmenter:
    ...     mask = segmenter.segment(scan)
    >>> mask.shape == scan.shape
    True
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        device: str = "auto",
        precision: Literal["auto", "float32", "bfloat16"] = "auto",
        threads: int | None = None,
    ) -> None:
        arguments = ["--device", device, "--precision", precision]
        if model is not None:
            arguments += ["--model", str(model)]
        if threads is not None:
            arguments += ["--threads", str(threads)]
        # Not before it is needed: the import is to be quick.
        from ._worker import Worker

        self._worker = Worker(arguments)

    def segment(
        self,
        image: ImageLike,
        *,
        volume: int | None = None,
        everywhere: bool = False,
        largest: bool = False,
        binarize: float | None = None,
        progress: ProgressLike = None,
    ) -> nib.Nifti1Image:
        """The spinal cord in a scan.

        Parameters
        ----------
        image : path, nibabel image, or (array, affine)
            The scan, of any contrast and orientation. A file of several volumes is averaged, as the tool does; of an array or an image of nibabel,
            choose one.
        volume : int, optional
            Which of several volumes, from 0.
        everywhere : bool
            Look at every voxel instead of where the cord is found at first sight; slower.
        largest : bool
            Keep only the largest connected piece (above 0.1).
        binarize : float, optional
            Give 1 where the share of cord is above this fraction and 0 elsewhere, instead of the soft mask.
        progress : callable or bool, optional
            Called with the part that is done, 0 to 1; True shows a bar where tqdm is installed.

        Returns
        -------
        nibabel.Nifti1Image
            The share of each voxel that is cord, 0 to 1, float32, on the scan's grid.

        Raises
        ------
        NoCordError
            The scan shows no cord.
        InputError, MissingError
            The scan cannot be used, or is not there.
        WorkerError
            The process that segments ended; the next call starts another one.
        """
        return self._run(image, volume, everywhere, largest, binarize, progress, False)[0]

    def segment_with_uncertainty(
        self,
        image: ImageLike,
        *,
        volume: int | None = None,
        everywhere: bool = False,
        largest: bool = False,
        progress: ProgressLike = None,
    ) -> tuple[nib.Nifti1Image, nib.Nifti1Image]:
        """The same, and where the model does not know: the standard deviation of each share. It takes four times as long.

        Parameters
        ----------
        image, volume, everywhere, largest, progress
            As those of :meth:`segment`.

        Returns
        -------
        mask, uncertainty : nibabel.Nifti1Image
        """
        mask, uncertainty = self._run(image, volume, everywhere, largest, None, progress, True)
        assert uncertainty is not None
        return mask, uncertainty

    def _run(
        self,
        image: ImageLike,
        volume: int | None,
        everywhere: bool,
        largest: bool,
        binarize: float | None,
        progress: ProgressLike,
        uncertainty: bool,
    ) -> tuple[nib.Nifti1Image, nib.Nifti1Image | None]:
        import numpy as np

        if binarize is not None and not 0 <= binarize < 1:
            raise InputError(f"binarize={binarize}; expected a fraction from 0 to below 1")
        scan = _images.image(image, SCAN, volume, role="scan")
        scan.warn()
        request = {"everywhere": everywhere, "largest": largest, "uncertainty": uncertainty}
        with _Bar(progress, scan.name) as bar:
            mask, spread, notes = self._worker.segment(scan, request, bar)
        for note in notes:
            warnings.warn(f"{scan.name}: {note}", SoftCordWarning, stacklevel=3)
        if binarize is not None:
            mask = (mask > np.float32(binarize)).astype(np.float32)
        affine = scan.affine
        return nifti(mask, affine, scan.header), None if spread is None else nifti(spread, affine, scan.header)

    def close(self) -> None:
        """Ends the process; another scan would start it again."""
        self._worker.stop()

    def __enter__(self) -> Segmenter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Bar:
    """Tells a caller how far the work is: by the caller's function, or by tqdm's bar."""

    def __init__(self, progress: ProgressLike, title: str) -> None:
        self._function = progress if callable(progress) else None
        self._bar = None
        if progress is True:
            try:
                from tqdm.auto import tqdm
            except ImportError:
                return
            self._bar = tqdm(total=100, desc=title, unit="%")

    def __call__(self, fraction: float) -> None:
        if self._function is not None:
            self._function(fraction)
        if self._bar is not None:
            self._bar.update(round(100 * fraction) - self._bar.n)

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


_shared: Segmenter | None = None
_sharing = threading.Lock()


def _share_anew() -> None:
    """In a copy of this process, a lock that another thread held would never be given back."""
    global _sharing
    _sharing = threading.Lock()


os.register_at_fork(after_in_child=_share_anew)


def segment(
    image: ImageLike,
    *,
    volume: int | None = None,
    everywhere: bool = False,
    largest: bool = False,
    binarize: float | None = None,
    progress: ProgressLike = None,
) -> nib.Nifti1Image:
    """The spinal cord in a scan: the share of each voxel that is cord.

    The model that comes with SoftCord stays loaded for the next scan; a :class:`Segmenter` has other models and devices.

    Parameters
    ----------
    image, volume, everywhere, largest, binarize, progress
        As those of :meth:`Segmenter.segment`.

    Returns
    -------
    nibabel.Nifti1Image
        0 to 1, float32, on the scan's grid.

    Examples
    --------
    >>> import softcord
    >>> scan, truth = softcord.simulate_scan(side=64, levels="C3:C4")
    >>> mask = softcord.segment(scan)
    >>> bool(abs(mask.get_fdata().sum() / truth.get_fdata().sum() - 1) < 0.1)
    True
    """
    global _shared
    with _sharing:
        if _shared is None:
            _shared = Segmenter()
    return _shared.segment(
        image, volume=volume, everywhere=everywhere, largest=largest, binarize=binarize, progress=progress
    )
