"""Builds what is not Python: the tool and the library that measures, with all that they need but LibTorch."""

import platform
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SwiftBuildHook(BuildHookInterface):
    """Runs `make python-files`, and names the platform: Swift's Foundation wants glibc 2.35."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root).parent
        if not (root / "Package.swift").exists():
            raise RuntimeError("the wheel is built in a clone of SoftCord: pip install ./python")
        subprocess.run(["make", "--no-print-directory", "python-files"], cwd=root, check=True)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-manylinux_2_35_{platform.machine()}"
