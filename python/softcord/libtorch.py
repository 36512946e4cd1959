"""Fetches LibTorch for the wheel's tool: ``python -m softcord.libtorch``."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from ._libtorch import VERSION, cache
from .errors import MissingError

_WANTED = re.compile(r"torch/lib/lib[^/]*$|torch\.libs/|nvidia/.*/lib(cupti|cudart)\.so|[^/]*\.dist-info/licenses/")
# Of a build for GPUs, what only GPUs need; and the bridge to Python.
_UNWANTED = re.compile(r"/lib[^/]*(torch_cuda|c10_cuda|nvrtc|nvshmem|python)[^/]*$")


def _download(folder: Path, *requirement: str) -> bool:
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--only-binary=:all:", "--dest", str(folder)]
    return subprocess.run([*command, *requirement], stdout=sys.stderr).returncode == 0


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if _WANTED.match(name) and not _UNWANTED.search(name)])


def _toolkit(wheel: Path) -> str | None:
    """Of a build for GPUs, the requirement that has the two small libraries that its half for processors is linked to."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        found = re.search(r"^Requires-Dist: cuda-toolkit\[.*\]==([0-9.]*)", archive.read(name).decode(), re.M)
    return f"cuda-toolkit[cudart,cupti]=={found[1]}" if found else None


def fetch() -> Path:
    """Downloads LibTorch with pip, where it is not there yet; 200 MB, or 530 MB where pip finds no build for processors only.

    Returns
    -------
    pathlib.Path
        Its folder.

    Raises
    ------
    MissingError
        pip finds no torch, as without a network.
    """
    home = cache()
    if (home / "torch" / "lib" / "libtorch_cpu.so").exists():
        return home
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as temporary:
        work = Path(temporary)
        if not any(_download(work, "--no-deps", requirement) for requirement in (f"torch=={VERSION}+cpu", f"torch=={VERSION}")):
            raise MissingError(f"pip finds no torch {VERSION}; is the package index reached? Or name a folder by SOFTCORD_LIBTORCH")
        wheel = next(work.glob("torch-*.whl"))
        _unpack(wheel, work / "new")
        toolkit = None if "+cpu" in wheel.name else _toolkit(wheel)
        if toolkit:
            if not _download(work, toolkit):
                raise MissingError(f"pip finds no {toolkit}, to which torch {VERSION} is linked")
            for stub in work.glob("nvidia_*.whl"):
                _unpack(stub, work / "stubs")
            for library in (work / "stubs").rglob("*.so*"):
                shutil.move(library, work / "new" / "torch" / "lib" / library.name)
        try:
            (work / "new").rename(home)
        except OSError:
            # Another process was faster.
            if not home.exists():
                raise
    return home


if __name__ == "__main__":
    print(fetch())
