"""Figures of docs/python.md: how long the import, a first and a second segmentation and a measurement take in one session, and what they copy.

  make bench-python IMAGE=scan.nii.gz      (default: a simulated T2w scan of a whole neck)

Run it with the Python that has the wheel; PyTorch is imported first where it is there.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import tracemalloc
import warnings

import numpy as np

try:
    import torch

    torch.conv3d(torch.rand(1, 1, 9, 9, 9), torch.rand(1, 1, 3, 3, 3))
    print(f"PyTorch {torch.__version__} is in the process")
except ImportError:
    print("no PyTorch in the process")

import softcord

warnings.simplefilter("ignore", softcord.SoftCordWarning)


def import_seconds() -> float:
    code = "import time; start = time.perf_counter(); import softcord; print(time.perf_counter() - start)"
    return min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(5))


def timed(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return result, time.perf_counter() - start


print(f"import softcord            {import_seconds():.3f} s (best of 5)")
scan = sys.argv[1] if len(sys.argv) > 1 else softcord.simulate_scan()[0]
mask, first = timed(softcord.segment, scan)
print(f"first segmentation         {first:.2f} s, the start of its process included")
further = [timed(softcord.segment, scan)[1] for _ in range(5)]
print(f"further segmentations      {statistics.median(further):.2f} s (median of 5), fastest {min(further):.2f} s")
voxels = np.asarray(mask.dataobj)
tracemalloc.start()
softcord.segment(scan)
print(f"most memory of arrays      {tracemalloc.get_traced_memory()[1] / voxels.nbytes:.2f} volumes of {voxels.shape}, the mask's own included")
tracemalloc.stop()
areas, seconds = timed(softcord.measure, mask)
print(f"measuring the mask         {timed(softcord.measure, mask)[1]:.2f} s, {len(areas)} slices; mean {areas['csa_mm2'].mean():.2f} mm2")
