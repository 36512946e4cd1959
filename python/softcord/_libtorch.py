"""Where the wheel's own tool finds LibTorch, which is not in the wheel.

``python -m softcord.libtorch`` fetches it once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .errors import MissingError

# The tool is built with this version; its interface changes with the second number.
VERSION = "2.13.0"


def cache() -> Path:
    """Where LibTorch is kept once it was fetched."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "softcord" / f"libtorch-{VERSION}"


def _installed() -> Path | None:
    """PyTorch's own folder of libraries, where it is of the same version; nothing is imported."""
    import importlib.metadata

    try:
        torch = importlib.metadata.distribution("torch")
    except importlib.metadata.PackageNotFoundError:
        return None
    if torch.version.split("+")[0].split(".")[:2] != VERSION.split(".")[:2]:
        return None
    return Path(str(torch.locate_file("torch/lib")))


def _holds_libtorch(folder: Path | None) -> bool:
    return folder is not None and (folder / "libtorch_cpu.so").exists()


def folder() -> Path:
    """The folder of LibTorch: what SOFTCORD_LIBTORCH names, an installed torch of the same version, or what was fetched."""
    named = os.environ.get("SOFTCORD_LIBTORCH")
    if named:
        if not _holds_libtorch(Path(named)):
            raise MissingError(f"{named}: SOFTCORD_LIBTORCH names no folder with libtorch_cpu.so")
        return Path(named)
    for found in (_installed(), cache() / "torch" / "lib"):
        if found is not None and _holds_libtorch(found):
            return found
    raise MissingError(
        f"LibTorch {VERSION} is missing, which segmenting needs; fetch it once by: {sys.executable} -m softcord.libtorch "
        f"(or pip install torch=={VERSION}, or name its folder by SOFTCORD_LIBTORCH)"
    )


def environment(tool: Path) -> dict[str, str]:
    """The environment of the tool: that of the wheel is told where LibTorch is."""
    values = dict(os.environ)
    if tool.parent != Path(__file__).parent / "_lib":
        return values
    # By name, not by path: a path with a blank would be taken for two.
    for name, own, separator in (
        ("LD_LIBRARY_PATH", str(folder().resolve()), ":"),
        ("LD_PRELOAD", "libtorch_cpu.so libc10.so", " "),
    ):
        values[name] = own + (separator + values[name] if values.get(name) else "")
    return values
