"""Times `softcord segment` from a cold start to the file on disk, and its peak memory; beside it, where PyTorch is installed, one window
of the paper's network (30.8 million parameters), run in the same minutes on the same processor.

    python3 tools/benchmark.py [--tool .build/release/softcord] [--runs 3] [--no-peer] SCAN...
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time


def segment(tool, scan, extra):
    """Wall seconds and peak resident MiB of one run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        process = subprocess.Popen([tool, "segment", scan, "-o", folder + "/mask.nii.gz", *extra], stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if status != 0:
            sys.exit(process.stderr.read().decode())
        return seconds, usage.ru_maxrss / 1024


def peer():
    """Seconds of one 64x192x320 window through the paper's network in PyTorch, float32, as its authors run it; None without PyTorch."""
    try:
        import torch
        from torch import nn
    except ImportError:
        return None

    def block(i, o, stride):
        return nn.Sequential(nn.Conv3d(i, o, 3, stride, 1), nn.InstanceNorm3d(o, affine=True), nn.LeakyReLU(0.01))

    features, strides = [32, 64, 128, 256, 320, 320], [(1, 1, 1)] + [(2, 2, 2)] * 4 + [(1, 2, 2)]
    encoder = nn.ModuleList(
        nn.Sequential(block(i, o, s), block(o, o, 1)) for i, o, s in zip([1] + features, features, strides))
    ups = nn.ModuleList(nn.ConvTranspose3d(features[k], features[k - 1], strides[k], strides[k]) for k in range(5, 0, -1))
    decoder = nn.ModuleList(
        nn.Sequential(block(2 * features[k - 1], features[k - 1], 1), block(features[k - 1], features[k - 1], 1)) for k in range(5, 0, -1))
    head = nn.Conv3d(features[0], 1, 1)
    with torch.inference_mode():
        x = torch.zeros(1, 1, 64, 192, 320)
        start = time.perf_counter()
        skips = []
        for stage in encoder:
            x = stage(x)
            skips.append(x)
        for k, (up, stage) in enumerate(zip(ups, decoder)):
            x = stage(torch.cat([up(x), skips[-2 - k]], 1))
        head(x)
        return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scans", nargs="+")
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--exact", action="store_true", help="also time float32")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for scan in options.scans:
        for extra in [[], ["--precision", "float32"]] if options.exact else [[]]:
            runs = [segment(options.tool, scan, extra) for _ in range(options.runs)]
            seconds, memory = [r[0] for r in runs], max(r[1] for r in runs)
            print(f"{scan} {' '.join(extra)}: median {statistics.median(seconds):.2f} s (lowest {min(seconds):.2f}), at most {memory:.0f} MiB resident")
    if not options.no_peer and (seconds := peer()) is not None:
        print(f"one 64x192x320 window of the paper's network in PyTorch: {seconds:.1f} s")


if __name__ == "__main__":
    main()
