"""Files, nibabel images and arrays, as the library wants them, and back."""

from __future__ import annotations

import ctypes
import os
import warnings
from typing import TYPE_CHECKING, Any, Union

from ._library import Handle, call, library, made, notes
from .errors import InputError, SoftCordWarning

if TYPE_CHECKING:
    import nibabel as nib
    import numpy as np
    from nibabel.spatialimages import SpatialImage
    from numpy.typing import ArrayLike, NDArray

# A file, an image of nibabel, or an array with its affine.
ImageLike = Union[str, "os.PathLike[str]", "SpatialImage", "tuple[ArrayLike, ArrayLike]"]

SCAN, MASK, LABELS = range(3)
_TYPES = {"f4": 0, "f8": 1, "i1": 2, "u1": 3, "i2": 4, "u2": 5, "i4": 6, "u4": 7, "i8": 8, "u8": 9, "b1": 3}


class Image:
    """An image of the library, with the header of its file where there was one."""

    def __init__(self, handle: Handle, name: str, header: Any = None) -> None:
        self.handle, self.name, self.header = handle, name, header

    @property
    def shape(self) -> tuple[int, int, int]:
        lengths = (ctypes.c_int64 * 3)()
        library().softcord_image_shape(self.handle, lengths)
        return lengths[0], lengths[1], lengths[2]

    @property
    def affine(self) -> NDArray[np.float64]:
        import numpy as np

        affine = np.empty((4, 4))
        library().softcord_image_affine(self.handle, affine.ctypes.data)
        return affine

    def copy_to(self, address: int) -> None:
        """Copies the voxels, x fastest, to where there is room for them."""
        x, y, z = self.shape
        call("softcord_image_copy", self.handle, address, x * y * z)

    def voxels(self) -> NDArray[np.float32]:
        import numpy as np

        array = np.empty(self.shape, np.float32, order="F")
        self.copy_to(array.ctypes.data)
        return array

    def warn(self) -> None:
        """Tells what the library notes of the image."""
        for note in notes("image", self.handle):
            warnings.warn(f"{self.name}: {note}", SoftCordWarning, stacklevel=4)


def image(source: ImageLike, kind: int, volume: int | None = None, role: str = "image") -> Image:
    """Takes an image as a caller has it.

    Parameters
    ----------
    kind
        What it is for: a mask is checked to be one.
    volume
        Which of several volumes, from 0.
    role
        What messages call it.
    """
    if isinstance(source, (str, os.PathLike)):
        path = os.fspath(source)
        handle = made("image", "softcord_image_read", path.encode(), kind, -1 if volume is None else volume)
        return Image(handle, path, _header_of(path) if kind == SCAN else None)
    if isinstance(source, tuple):
        if len(source) != 2:
            raise InputError(f"{role}: a tuple of {len(source)}; expected (array, affine)")
        return Image(_made(source[0], source[1], volume, role), role)
    voxels, affine = getattr(source, "dataobj", None), getattr(source, "affine", None)
    if voxels is None or affine is None:
        raise InputError(
            f"{role}: {type(source).__name__} is no image with an affine; expected a path, an image of nibabel, or (array, affine)"
        )
    name = source.get_filename() or role
    return Image(_made(voxels, affine, volume, name), name, source.header)


def _header_of(path: str) -> Any:
    import nibabel as nib

    try:
        return nib.load(path).header
    except Exception:  # What nibabel cannot read, the library can: only form codes and units are lost.
        return None


def _made(voxels: Any, affine: ArrayLike, volume: int | None, name: str) -> Handle:
    import numpy as np

    array = np.asanyarray(voxels)
    if array.ndim > 3 and all(length == 1 for length in array.shape[4:]):
        array = array.reshape(array.shape[:4])
        if volume is not None:
            if not 0 <= volume < array.shape[3]:
                raise InputError(f"{name}: there is no volume {volume}; expected 0 to {array.shape[3] - 1}")
            array = array[..., volume]
        elif array.shape[3] == 1:
            array = array[..., 0]
    if array.ndim != 3:
        raise InputError(
            f"{name}: an array of shape {array.shape}; expected three axes (x, y, z): choose one volume, such as array[..., 0] or volume=0"
        )
    kind = array.dtype
    if kind.kind not in "biuf":
        raise InputError(f"{name}: an array of {kind}; expected real numbers, such as array.astype('float32')")
    if not kind.isnative or f"{kind.kind}{kind.itemsize}" not in _TYPES:
        array = array.astype(np.float32)
    try:
        matrix = np.ascontiguousarray(affine, np.float64)
    except (TypeError, ValueError) as problem:
        raise InputError(f"{name}: the affine is no array of numbers ({problem}); expected 4 × 4") from None
    if matrix.shape != (4, 4):
        raise InputError(f"{name}: an affine of shape {matrix.shape}; expected 4 × 4, as nibabel's image.affine")
    shape, strides = (ctypes.c_int64 * 3)(*array.shape), (ctypes.c_int64 * 3)(*array.strides)
    code = _TYPES[f"{array.dtype.kind}{array.dtype.itemsize}"]
    return made(
        "image", "softcord_image_make", name.encode(), array.ctypes.data, code, shape, strides, matrix.ctypes.data
    )


def nifti(voxels: NDArray[np.float32], affine: NDArray[np.float64], header: Any = None) -> nib.Nifti1Image:
    """An image of nibabel: sform and qform both hold the affine, with the codes of the header."""
    import nibabel as nib
    import numpy as np

    own = nib.Nifti1Header()  # type: ignore[no-untyped-call]
    own.set_data_dtype(np.float32)  # type: ignore[no-untyped-call]
    own.set_xyzt_units("mm", "sec")  # type: ignore[no-untyped-call]
    result = nib.Nifti1Image(voxels, affine, own)  # type: ignore[no-untyped-call]
    codes = [int(header[name]) if header is not None and name in header else 1 for name in ("sform_code", "qform_code")]
    if max(codes) <= 0:
        codes = [1, 1]
    result.set_sform(affine, codes[0])  # type: ignore[no-untyped-call]
    result.set_qform(affine, codes[1])  # type: ignore[no-untyped-call]
    result.header["cal_max"] = 1
    return result
