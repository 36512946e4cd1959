"""What can go wrong: one kind of exception for each status of the tool, with its message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class SoftCordError(Exception):
    """Any failure of SoftCord; its text says what happened, where, and what to do."""


class InputError(SoftCordError, ValueError):
    """An argument, an array or a file is not what was expected."""


class MissingError(SoftCordError, FileNotFoundError):
    """A file is missing or cannot be opened."""


class NoCordError(SoftCordError):
    """The scan shows no spinal cord."""


class LevelsUnknownError(SoftCordError):
    """The scan shows nothing that tells surely enough which vertebra is which."""


class ModelError(SoftCordError):
    """A model or configuration cannot be used."""


class DeviceError(SoftCordError, RuntimeError):
    """A device, or memory on it, is not available."""


class OutputError(SoftCordError, OSError):
    """A file cannot be written."""


class WorkerError(SoftCordError, RuntimeError):
    """The process that segments could not be started, or ended before it was done; the next call starts another one."""


class PartialError(SoftCordError):
    """Some of several inputs failed.

    Attributes
    ----------
    table : pandas.DataFrame
        What became of the others.
    """

    table: pd.DataFrame


class SoftCordWarning(UserWarning):
    """Something to know of an input: voxels that are not numbers, a cord that leaves the field of view."""


# The statuses of softcord.h.
PARTIAL = 1
_KINDS: dict[int, type[SoftCordError]] = {
    PARTIAL: PartialError,
    2: NoCordError,
    5: LevelsUnknownError,
    64: InputError,
    65: InputError,
    66: MissingError,
    69: DeviceError,
    73: OutputError,
    78: ModelError,
}


def error(status: int, message: str) -> SoftCordError:
    """The exception of a status."""
    return _KINDS.get(status, SoftCordError)(message)
