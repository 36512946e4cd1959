"""A call for TorchIO, which must be installed: ``from softcord.torchio import cord``."""

from __future__ import annotations

import numpy as np
import torch
import torchio as tio

from ._segment import Segmenter, segment
from .errors import InputError


def cord(scan: tio.ScalarImage, segmenter: Segmenter | None = None) -> tio.ScalarImage:
    """The soft mask of the spinal cord in a scan.

    Parameters
    ----------
    scan : torchio.ScalarImage
        Of one channel.
    segmenter : Segmenter, optional
        The one to use; the shared one where it is left out.

    Returns
    -------
    torchio.ScalarImage
        The share of each voxel that is cord, on the scan's grid. A ``LabelMap`` would be resampled by the nearest voxel, which soft masks are not.

    Examples
    --------
    >>> subject = tio.Subject(t2w=tio.ScalarImage("sub-01_T2w.nii.gz"))  # doctest: +SKIP
    >>> subject.add_image(cord(subject.t2w), "cord")  # doctest: +SKIP
    """
    if scan.num_channels != 1:
        raise InputError(f"a scan of {scan.num_channels} channels; expected one")
    image = (scan.data[0].numpy(), scan.affine)
    mask = segment(image) if segmenter is None else segmenter.segment(image)
    return tio.ScalarImage(tensor=torch.from_numpy(np.ascontiguousarray(mask.dataobj, np.float32)[None]), affine=scan.affine)
