"""Contrast-agnostic soft segmentation of the spinal cord on MRI, and its cross-sectional area.

>>> import softcord
>>> scan, truth = softcord.simulate_scan(side=64, levels="C3:C4")
>>> mask = softcord.segment(scan)
>>> areas = softcord.measure(mask)
"""

from ._levels import Levels, area, label
from ._measure import evaluate, measure
from ._segment import Segmenter, segment
from ._simulate import simulate, simulate_scan
from .errors import (
    DeviceError,
    InputError,
    LevelsUnknownError,
    MissingError,
    ModelError,
    NoCordError,
    OutputError,
    PartialError,
    SoftCordError,
    SoftCordWarning,
    WorkerError,
)

__version__ = "0.1.0"

__all__ = [
    "DeviceError",
    "InputError",
    "Levels",
    "LevelsUnknownError",
    "MissingError",
    "ModelError",
    "NoCordError",
    "OutputError",
    "PartialError",
    "Segmenter",
    "SoftCordError",
    "SoftCordWarning",
    "WorkerError",
    "area",
    "evaluate",
    "label",
    "measure",
    "segment",
    "simulate",
    "simulate_scan",
]
