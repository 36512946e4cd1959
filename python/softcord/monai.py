"""A transform for MONAI, which must be installed: ``from softcord.monai import SoftCordSegmentd``."""

from __future__ import annotations

from typing import Any, Hashable, Mapping

import numpy as np
from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.transforms import MapTransform

from ._segment import Segmenter
from .errors import InputError


class SoftCordSegmentd(MapTransform):  # type: ignore[misc]
    """Adds the soft mask of the spinal cord of each scan, on the scan's grid.

    Parameters
    ----------
    keys
        Of the scans: ``MetaTensor`` of one channel, as ``LoadImaged(ensure_channel_first=True)`` gives them.
    output_postfix : str
        What follows the key of the scan in that of its mask.
    segmenter : Segmenter, optional
        The one to use; a new one where it is left out.
    allow_missing_keys : bool
        Whether a scan may be missing.

    Examples
    --------
    >>> from monai.transforms import Compose, LoadImaged
    >>> transform = Compose([LoadImaged("image", ensure_channel_first=True), SoftCordSegmentd("image")])
    >>> transform({"image": "sub-01_T2w.nii.gz"})["image_cord"]  # doctest: +SKIP
    """

    def __init__(
        self,
        keys: KeysCollection,
        output_postfix: str = "cord",
        segmenter: Segmenter | None = None,
        allow_missing_keys: bool = False,
    ) -> None:
        super().__init__(keys, allow_missing_keys)
        self._postfix = output_postfix
        self._segmenter = segmenter or Segmenter()

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        result = dict(data)
        for key in self.key_iterator(result):
            scan = result[key]
            if not isinstance(scan, MetaTensor) or scan.ndim != 4 or scan.shape[0] != 1:
                raise InputError(f"{key}: expected a MetaTensor of one channel, as LoadImaged(ensure_channel_first=True) gives it")
            voxels, affine = scan[0].detach().cpu().numpy(), np.asarray(scan.affine.cpu(), np.float64)
            mask = self._segmenter.segment((voxels, affine))
            found = np.ascontiguousarray(mask.dataobj, np.float32)[None]
            result[f"{key}_{self._postfix}"] = MetaTensor(found, affine=scan.affine)
        return result
