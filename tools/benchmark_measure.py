#!/usr/bin/env python3
"""Time and memory of `softcord measure` on a soft mask of 64 x 320 x 320 voxels, from a cold start to the file on disk.

Usage: tools/benchmark_measure.py [TOOL] [--runs N]
TOOL is the built program (default: .build/release/softcord). Needs nothing but Python.
"""
import argparse
import array
import gzip
import math
import os
import statistics
import struct
import subprocess
import tempfile
import sys
import time

SHAPE = (64, 320, 320)
SPACING = (1.0, 0.8, 0.8)


def mask(path):
    """Writes a curved elliptical cord of 12.4 x 7.8 mm with a soft edge, as 32-bit floats."""
    header = bytearray(348)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *SHAPE, 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 16, 32)
    struct.pack_into("<8f", header, 76, 1, *SPACING, 1, 1, 1, 1)
    struct.pack_into("<f", header, 108, 352)
    header[123] = 2
    struct.pack_into("<hh", header, 252, 0, 1)
    for row in range(3):
        values = [0.0, 0.0, 0.0, -SPACING[row] * SHAPE[row] / 2]
        values[row] = SPACING[row]
        struct.pack_into("<4f", header, 280 + 16 * row, *values)
    header[344:348] = b"n+1\0"
    voxels = array.array("f", bytes(4 * SHAPE[0] * SHAPE[1] * SHAPE[2]))
    for z in range(SHAPE[2]):
        height = z * SPACING[2]
        x0 = 2 * math.sin(height / 100)
        y0 = 10 * math.sin(height / 256 * math.pi * 1.5)
        for y in range(SHAPE[1]):
            dy = (y - SHAPE[1] / 2) * SPACING[1] - y0
            if abs(dy) > 6:
                continue
            for x in range(SHAPE[0]):
                dx = (x - SHAPE[0] / 2) * SPACING[0] - x0
                share = (1 - math.hypot(dx / 6.2, dy / 3.9)) * 5 + 0.5
                if share > 0:
                    voxels[x + SHAPE[0] * (y + SHAPE[1] * z)] = min(share, 1)
    with gzip.open(path, "wb", compresslevel=6) as file:
        file.write(bytes(header) + bytes(4) + voxels.tobytes())


def run(command):
    """Wall time in seconds, processor time in seconds, peak memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = status
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with status {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024 * 1.048576


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool", nargs="?", default=".build/release/softcord")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--make", metavar="FILE", help="only write the mask")
    options = parser.parse_args()
    if options.make:
        return mask(options.make)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mask.nii.gz")
        # In a program of its own: the peak memory of this one would count as that of the programs it starts.
        subprocess.run([sys.executable, __file__, "--make", path], check=True)
        commands = {
            "start alone (--help)": [options.tool, "measure", "--help"],
            "all metrics, per slice": [options.tool, "measure", path, "-o", os.path.join(folder, "areas.tsv")],
            "all metrics, one range": [options.tool, "measure", path, "--per", "range", "-o", os.path.join(folder, "range.tsv")],
            "--method sct, per slice": [options.tool, "measure", path, "--method", "sct", "-o", os.path.join(folder, "sct.tsv")],
        }
        print(f"mask of {' x '.join(map(str, SHAPE))}, {options.runs} runs each, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for name, command in commands.items():
            with open(os.devnull, "w") as nowhere:
                saved = os.dup(1)
                os.dup2(nowhere.fileno(), 1)
                try:
                    results = [run(command) for _ in range(options.runs)]
                finally:
                    os.dup2(saved, 1)
                    os.close(saved)
            walls, processors, memories = zip(*results)
            print(
                f"{name:24s} best {min(walls):.2f} s, median {statistics.median(walls):.2f} s, "
                f"processor {statistics.median(processors):.2f} s, {max(memories):.0f} MB"
            )


if __name__ == "__main__":
    main()
