"""The tool that comes with the wheel: ``python -m softcord segment scan.nii.gz``."""

import os
import sys

from ._libtorch import environment
from ._worker import tool
from .errors import SoftCordError

try:
    path = tool()
    values = environment(path)
except SoftCordError as problem:
    sys.exit(f"softcord: error: {problem}")
os.execve(path, [str(path), *sys.argv[1:]], values)
