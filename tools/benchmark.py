"""Times `softcord segment` from a cold start to the file on disk, and its peak memory, against the bars of the project; beside it, on the same
processor in the same minutes, the paper's network (30.8 million parameters) in PyTorch, and the processor's rate of matrix products.

    python3 tools/benchmark.py [--tool .build/release/softcord] [--model FILE] [--data ../shared/data] [--runs 5] [--threads N] [--exact] [SCAN...]

Without SCAN: a real T2w scan where the data are, two simulated ones, one of 512 x 512 x 512 voxels, ten in one call, the first while other processes
compute, and, where there is one, a GPU's time for the first. All others are timed on the processor. Needs numpy and nibabel; the peer and the rate need
torch. "CPU" is the processor time of all threads, user and system: it tells something on a machine that is busy with other things, too.

The peer takes minutes for a whole scan, so one of its windows is timed and multiplied by the windows that nnU-Net would look through: 64 x 192 x 320 voxels
of 1 mm, every next one half a window further, no mirrored copies.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import nibabel
import numpy as np

# Right-left, anterior-posterior, inferior-superior: voxels, and their size in mm.
WINDOW, SPACING = (64, 192, 320), 1.0
# The exit status of a device that is not there.
UNAVAILABLE = 69


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.missed = options, pathlib.Path(folder), 0
        self.flags = ["--timings"]
        if options.model:
            self.flags += ["--model", options.model]
        if options.threads:
            self.flags += ["--threads", str(options.threads)]
        if options.exact:
            self.flags += ["--precision", "float32"]

    def command(self, scans, device="cpu"):
        return [self.options.tool, "segment", *map(str, scans), "--output-dir", str(self.folder / "masks"), "--device", device, *self.flags]

    def run(self, scans, device="cpu"):
        """Wall and processor seconds, peak resident MiB, and what the tool says, of one run in a process of its own."""
        start = time.perf_counter()
        process = subprocess.Popen(self.command(scans, device), stderr=subprocess.PIPE, text=True)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(said)
        return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said

    def verdict(self, good):
        self.missed += not good
        return "" if good else "   MISSED"

    def scan(self, name, path, bars, window, runs=None):
        """Prints the figures of one scan beside its bars: seconds, MiB, times faster than the peer."""
        results = [self.run([path]) for _ in range(runs or self.options.runs)]
        wall, cpu, memory = [[r[k] for r in results] for k in range(3)]
        best = min(results)
        print(f"\n{name}, {' x '.join(map(str, nibabel.load(path).shape))}")
        print(f"  cold start to file: median {statistics.median(wall):.2f} s, lowest {min(wall):.2f} s; CPU {min(cpu):.2f} s"
              f"   (bar {bars[0]} s){self.verdict(statistics.median(wall) <= bars[0])}")
        print(f"  peak memory: {max(memory):.0f} MiB   (bar {bars[1]} MiB){self.verdict(max(memory) <= bars[1])}")
        for line in best[3].splitlines():
            if line.startswith("seconds: "):
                print("  " + line)
        if window and len(bars) > 2:
            count = windows(path)
            ratio = count * window[0] / statistics.median(wall)
            print(f"  the paper's network: {count} windows of {window[0]:.1f} s = {count * window[0]:.0f} s: {ratio:.0f} times as long"
                  f" ({count * window[1] / min(cpu):.0f} times the CPU)   (bar {bars[2]}){self.verdict(ratio >= bars[2])}")
        return best


def crowded(bench, path):
    """The same scan while something else keeps every core busy."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in os.sched_getaffinity(0)]
    try:
        results = [bench.run([path]) for _ in range(min(3, bench.options.runs))]
    finally:
        for process in others:
            process.kill()
            process.wait()
    print(f"\n{path.name} while {len(others)} other processes compute: median {statistics.median(r[0] for r in results):.2f} s,"
          f" CPU {min(r[1] for r in results):.2f} s")


def gpu(bench, path, device="cuda"):
    """The same scan on a GPU, where there is one: seconds, where they go, and how far its mask is from the processor's."""
    if subprocess.run(bench.command([path], device), capture_output=True).returncode == UNAVAILABLE:
        return print("\nno GPU here")
    masks = []
    print(f"\n{path.name} on a GPU")
    for where in ("cpu", device):
        wall, _, _, said = min(bench.run([path], where) for _ in range(3))
        [parts] = [line for line in said.splitlines() if line.startswith("seconds: reading")]
        print(f"  {where}: cold start to file {wall:.2f} s; {parts}")
        latest = max((bench.folder / "masks").glob("*_probseg.nii.gz"), key=lambda file: file.stat().st_mtime)
        masks.append(nibabel.load(latest).get_fdata())
    processor, card = masks
    print(f"  masks differ by at most {np.abs(processor - card).max():.4f} in a voxel, {100 * (card.sum() / processor.sum() - 1):+.3f} % in volume")


def windows(path):
    """Windows that nnU-Net would look through."""
    image = nibabel.as_closest_canonical(nibabel.load(path))
    size = np.round(np.array(image.shape[:3]) * image.header.get_zooms()[:3] / SPACING)
    return int(np.prod([max(1, int(np.ceil((n - w) / (w / 2))) + 1) for n, w in zip(size, WINDOW)]))


def peer(threads):
    """Wall and processor seconds of one window through the paper's network in PyTorch, float32, as its authors run it; None without PyTorch."""
    try:
        import torch
        from torch import nn
    except ImportError:
        return None
    if threads:
        torch.set_num_threads(threads)

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
        x = torch.zeros(1, 1, *WINDOW)
        start, used = time.perf_counter(), time.process_time()
        skips = []
        for stage in encoder:
            x = stage(x)
            skips.append(x)
        for k, (up, stage) in enumerate(zip(ups, decoder)):
            x = stage(torch.cat([up(x), skips[-2 - k]], 1))
        head(x)
        return time.perf_counter() - start, time.process_time() - used


def product_rate(threads):
    """Billions of operations a second in a product of two matrices, for bfloat16 and float32: (wall, CPU)."""
    import torch

    if threads:
        torch.set_num_threads(threads)
    rates = {}
    for name, dtype in [("bfloat16", torch.bfloat16), ("float32", torch.float32)]:
        a = torch.rand(2048, 2048).to(dtype)
        best = [np.inf, np.inf]
        for _ in range(6):
            start, used = time.perf_counter(), time.process_time()
            a @ a
            best = [min(best[0], time.perf_counter() - start), min(best[1], time.process_time() - used)]
            # Where a processor only imitates it, one product takes a minute, and is enough.
            if best[0] > 5:
                break
        rates[name] = [2 * 2048**3 / t / 1e9 for t in best]
    return rates


def operations(stage):
    """Operations (two for a product and its sum) of all convolutions in one window of a stage."""
    net, grid, total = stage["network"], np.array(stage["patch"]), 0
    features, kernels, strides = net["features"], net["kernels"], net["strides"]
    grids = []
    for k, channels in enumerate(features):
        grid = grid // np.array(strides[k])
        grids.append(int(np.prod(grid)))
        before = features[k - 1] if k else net["inputChannels"]
        total += grids[k] * np.prod(kernels[k]) * channels * (before + (net["convolutionsPerStage"] - 1) * channels)
    for k in range(len(features) - 2, -1, -1):
        channels = features[k]
        total += grids[k] * features[k + 1] * channels
        total += grids[k] * np.prod(kernels[k]) * channels * (2 * channels + (net["convolutionsPerDecoderStage"] - 1) * channels)
    return 2 * float(total)


def network(bench, said):
    """How far the network part is from the processor's rate of matrix products."""
    info = subprocess.run([bench.options.tool, "model", "info", "--json"] + ([bench.options.model] if bench.options.model else []),
                          capture_output=True, text=True)
    described = json.loads(info.stdout)
    stage = described.get("description", described)["segmenter"]
    seconds, count = (float(re.search(p, said).group(1)) for p in (r"network ([\d.]+)", r"; (\d+) windows"))
    rate = count * operations(stage) / seconds / 1e9
    rates = product_rate(bench.options.threads)
    print(f"\nnetwork part of the first scan: {count:.0f} windows of {operations(stage) / 1e9:.1f} billion operations in {seconds:.2f} s: {rate:.0f} billion a second;"
          f" matrix products here: {rates['bfloat16'][0]:.0f} in bfloat16, {rates['float32'][0]:.0f} in float32:"
          f" {100 * rate / max(rates['bfloat16'][0], rates['float32'][0]):.0f} % of the faster")


def large(source, path):
    """A scan of 512 x 512 x 512 voxels of about half a millimeter made from another one."""
    image = nibabel.load(source)
    factor = np.array(image.shape) / 512
    index = [np.minimum((np.arange(512) * f).astype(int), n - 1) for f, n in zip(factor, image.shape)]
    data = np.asarray(image.dataobj)
    data = np.round(data[np.ix_(*index)] / data.max() * 4000).astype(np.int16)
    affine = image.affine @ np.diag([*factor, 1])
    affine[:3, 3] = (image.affine @ np.append((factor - 1) / 2, 1))[:3]
    nibabel.save(nibabel.Nifti1Image(data, affine), path)


def alone(work, *arguments):
    """What a function returns, run in a process of its own: a program started from one that has grown large counts its parent's memory as its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scans", nargs="*", type=pathlib.Path)
    parser.add_argument("--tool", default=".build/release/softcord")
    parser.add_argument("--model")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, help="of the tool and of the peer (default: all)")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--exact", action="store_true", help="compute in float32")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, {options.threads or 'all'} threads")
        window = None if options.no_peer else alone(peer, options.threads)
        if window:
            print(f"one 64 x 192 x 320 window of the paper's network in PyTorch: {window[0]:.1f} s, CPU {window[1]:.1f} s")
        if options.scans:
            for path in options.scans:
                best = bench.scan(path.name, path, (np.inf, np.inf, 0), window)
        else:
            best = every(bench, window)
        if not options.no_peer and window:
            network(bench, best[3])
        print(f"\n{bench.missed} bars missed")
        sys.exit(1 if bench.missed else 0)


def every(bench, window):
    """The project's bars, in their order; the first scan's fastest run."""
    folder = bench.folder
    simulate = [bench.options.tool, "simulate", str(folder / "neck"), "--contrasts", "T2w,T2star", "--seed", "31"]
    subprocess.run(simulate, check=True, capture_output=True)
    anat = folder / "neck/sub-001/anat"
    t2w, t2star = anat / "sub-001_T2w.nii.gz", anat / "sub-001_T2star.nii.gz"
    best = None
    real = bench.options.data / "errsm_18/T2w.nii.gz"
    if real.exists():
        best = bench.scan("T2w, real, 1 mm", real, (1.5, 1024, 20), window)
    first = bench.scan("T2w, simulated, 0.8 mm", t2w, (2.0, 1024, 20), window)
    bench.scan("T2*w, simulated, axial", t2star, (1.0, 1024, 1), window)
    large(t2w, folder / "large.nii.gz")
    bench.scan("512 x 512 x 512", folder / "large.nii.gz", (10.0, 3072), None, runs=2)
    ten = []
    for k in range(10):
        ten.append(folder / f"sub-{k:02}_T2star.nii.gz")
        os.link(t2star, ten[-1])
    alone, together = bench.run(ten[:1]), bench.run(ten)
    print(f"\nten axial scans in one call: {together[0]:.2f} s, CPU {together[1]:.2f} s; one alone {alone[0]:.2f} s, CPU {alone[1]:.2f} s"
          f"{bench.verdict(together[1] < 10 * alone[1])}")
    crowded(bench, real if real.exists() else t2w)
    gpu(bench, real if real.exists() else t2w)
    return best or first


if __name__ == "__main__":
    main()
