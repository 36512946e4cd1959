"""Prints what the simulator shows of itself: time and memory of one person, signal ratios, rate of the training stream.

    python3 tools/simulator_figures.py [--tool .build/release/softcord]
        [--bench .build/release/softcord-bench] [--people 4] [--seed 7]

The exactness of volumes and areas and the likeness of 300 people to 203 real ones are asserted by
`swift test --filter SimulationTests`, equal bytes for any number of jobs by `swift test --filter CohortsTests`, BIDS by
tools/check_bids.sh. Needs nibabel, numpy.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import nibabel
import numpy

# Contrast: what real scans show (signal of CSF over signal of the cord).
BARS = {"T1w": (0.3, 0.7), "T2w": (3.1, 5.1), "T2star": (1.05, 2.3), "flip-1_mt-on_MTS": (1.4, 1.7), "flip-2_mt-off_MTS": (None, None),
        "rec-average_dwi": (0, 0.5)}
TRUTH = {"flip-1_mt-on_MTS": "acq-flip1mton_space-MTS", "flip-2_mt-off_MTS": "acq-flip2mtoff_space-MTS", "rec-average_dwi": "rec-average_space-dwi"}


def run(*command):
    """Wall seconds, peak resident MiB, and seconds of processor time."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(process.stderr.read().decode())
    return time.perf_counter() - start, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def load(path):
    return numpy.asarray(nibabel.load(path).dataobj, dtype=numpy.float32)


def ratio(root, person, contrast):
    """Median signal of the CSF over that of the cord, C2 to C5, in voxels that hold nothing else."""
    place = "dwi" if contrast.endswith("dwi") else "anat"
    image = load(root / person / place / f"{person}_{contrast}.nii.gz")
    stem = str(root / "derivatives/truth" / person / place / f"{person}_{TRUTH.get(contrast, 'space-' + contrast)}_")
    cord, canal, levels = (load(stem + kind + ".nii.gz") for kind in ["label-SC_probseg", "label-canal_probseg", "seg-levels_dseg"])
    # The tallest axis of the cord tells which slices belong to the levels.
    voxels = numpy.argwhere((levels >= 2) & (levels <= 5))
    box = tuple(slice(low, high + 1) for low, high in zip(voxels.min(0) - [9, 9, 0], voxels.max(0) + [9, 9, 0]))
    image, cord, canal = image[box], cord[box], canal[box]
    return numpy.median(image[(canal > 0.99) & (cord < 0.01)]) / numpy.median(image[cord > 0.99])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--bench", default=".build/release/softcord-bench")
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seed", default="7")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "set"
        seconds, memory, work = run(options.tool, "simulate", root, "--seed", options.seed)
        print(f"one person, six contrasts: {seconds:.1f} s, {work:.1f} s of processor time, {memory:.0f} MiB")
        run(options.tool, "simulate", root, "--seed", options.seed, "--subjects", options.people)
        for contrast, (low, high) in BARS.items():
            values = [ratio(root, f"sub-{k + 1:03d}", contrast) for k in range(options.people)]
            bar = "" if low is None else f"   real scans: {low}-{high}"
            print(f"CSF/cord {contrast}: {', '.join(f'{value:.2f}' for value in values)}{bar}")
    # Other programs on the machine slow the clock's rate, not the processor time.
    patches = 60
    work = run(options.bench, "training-stream", patches)[2]
    print(f"that is {work / patches:.2f} s of processor time a patch, or {2 * patches / work:.1f} patches/s on two free cores")


if __name__ == "__main__":
    main()
