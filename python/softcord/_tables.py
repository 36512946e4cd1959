"""Tables of the library as data frames."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ._library import Handle, call, library, notes
from .errors import SoftCordWarning

if TYPE_CHECKING:
    import pandas as pd

_TEXTS, _INTEGERS = 0, 1


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def frame(handle: Handle) -> pd.DataFrame:
    """The table as a data frame; what its columns mean is in ``attrs["columns"]``, and what there is to know in ``attrs["notes"]``."""
    import numpy as np
    import pandas as pd

    table, own = library(), handle
    rows = table.softcord_table_rows(own)
    columns: dict[str, Any] = {}
    meanings: dict[str, dict[str, str | None]] = {}
    for index in range(table.softcord_table_columns(own)):
        name = table.softcord_table_name(own, index).decode()
        kind = table.softcord_table_kind(own, index)
        if kind == _TEXTS:
            texts = [_text(table.softcord_table_text(own, row, index)) for row in range(rows)]
            columns[name] = pd.array(texts, dtype=object)
        else:
            numbers = np.empty(rows)
            call("softcord_table_numbers", own, index, numbers.ctypes.data, rows)
            columns[name] = pd.array(numbers, dtype="Int64") if kind == _INTEGERS else numbers
        meanings[name] = {
            "description": _text(table.softcord_table_description(own, index)),
            "unit": _text(table.softcord_table_unit(own, index)),
        }
    result = pd.DataFrame(columns)
    result.attrs = {"columns": meanings, "notes": notes("table", handle)}
    for note in result.attrs["notes"]:
        warnings.warn(note, SoftCordWarning, stacklevel=3)
    return result
