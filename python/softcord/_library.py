"""The C library that measures, seen through ctypes; softcord.h explains its functions."""

from __future__ import annotations

import ctypes
import functools
import os
from pathlib import Path
from typing import Any

from .errors import MissingError, SoftCordError, error

_INTERFACE = 1

Progress = ctypes.CFUNCTYPE(None, ctypes.c_double, ctypes.c_void_p)


class Companion(ctypes.Structure):
    """An image with the name of the option that it stands for."""

    _fields_ = [("name", ctypes.c_char_p), ("image", ctypes.c_void_p)]


_text, _handle, _number, _status = ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32
_pointer = ctypes.c_void_p

# Arguments and results of the functions that are used.
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "softcord_interface": (_status, []),
    "softcord_version": (_text, []),
    "softcord_message": (_text, []),
    "softcord_options_new": (_handle, []),
    "softcord_options_set": (_status, [_handle, _text, _text]),
    "softcord_options_free": (None, [_handle]),
    "softcord_image_make": (_status, [_text, _pointer, _status, _pointer, _pointer, _pointer, _pointer]),
    "softcord_image_read": (_status, [_text, _status, _number, _pointer]),
    "softcord_image_write": (_status, [_handle, _text, _handle]),
    "softcord_image_shape": (None, [_handle, _pointer]),
    "softcord_image_affine": (None, [_handle, _pointer]),
    "softcord_image_copy": (_status, [_handle, _pointer, _number]),
    "softcord_image_note": (_text, [_handle, _number]),
    "softcord_image_free": (None, [_handle]),
    "softcord_table_rows": (_number, [_handle]),
    "softcord_table_columns": (_number, [_handle]),
    "softcord_table_name": (_text, [_handle, _number]),
    "softcord_table_description": (_text, [_handle, _number]),
    "softcord_table_unit": (_text, [_handle, _number]),
    "softcord_table_kind": (_status, [_handle, _number]),
    "softcord_table_text": (_text, [_handle, _number, _number]),
    "softcord_table_numbers": (_status, [_handle, _number, _pointer, _number]),
    "softcord_table_note": (_text, [_handle, _number]),
    "softcord_table_free": (None, [_handle]),
    "softcord_measure": (_status, [_handle, _handle, _pointer, _number, _pointer]),
    "softcord_evaluate": (_status, [_text, _text, _handle, Progress, _pointer, _pointer]),
    "softcord_simulate": (_status, [_text, _handle, Progress, _pointer]),
    "softcord_simulate_scan": (_status, [_handle, _pointer, _pointer]),
}


def _path() -> Path:
    named = os.environ.get("SOFTCORD_LIBRARY")
    path = Path(named) if named else Path(__file__).parent / "_lib" / "libsoftcord-measure.so"
    if not path.exists():
        raise MissingError(f"{path}: no such library; install the wheel of softcord, or name the library by SOFTCORD_LIBRARY")
    return path


@functools.cache
def library() -> ctypes.CDLL:
    """The library, loaded once."""
    loaded = ctypes.CDLL(str(_path()))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    if loaded.softcord_interface() != _INTERFACE:
        raise SoftCordError(f"{_path()} is of another version than this package; install both from one wheel")
    return loaded


def call(name: str, *arguments: Any) -> None:
    """Calls a function that returns a status; raises what it says."""
    loaded = library()
    status = getattr(loaded, name)(*arguments)
    if status != 0:
        raise error(status, loaded.softcord_message().decode())


class Handle:
    """What the library gave, until nobody needs it. It is itself an argument, so that it lives as long as the call."""

    def __init__(self, kind: str, value: int | None) -> None:
        self.value = value
        self._as_parameter_ = ctypes.c_void_p(value)
        self._free = getattr(library(), f"softcord_{kind}_free")

    def __del__(self) -> None:
        if self.value:
            self._free(self.value)


def made(kind: str, name: str, *arguments: Any) -> Handle:
    """Calls a function whose last pointer gets a handle."""
    result = ctypes.c_void_p()
    call(name, *arguments, ctypes.byref(result))
    return Handle(kind, result.value)


def options(**values: object) -> Handle:
    """Options of the tool; what is None or False is left out."""
    handle = Handle("options", library().softcord_options_new())
    for name, value in values.items():
        if value is None or value is False:
            continue
        text = "yes" if value is True else str(value)
        call("softcord_options_set", handle, name.replace("_", "-").encode(), text.encode())
    return handle


def notes(kind: str, handle: Handle) -> list[str]:
    """What there is to know of an image or a table."""
    function = getattr(library(), f"softcord_{kind}_note")
    found: list[str] = []
    while (note := function(handle, len(found))) is not None:
        found.append(note.decode())
    return found
