"""Time of one training step, by softcord and by PyTorch: same network, patch, batch, loss, optimizer and threads, in turns.

Run: python tools/benchmark_training.py [CONFIG]     (torch; build with `make build` first)

CONFIG is a configuration that needs no data (default: the preset `tiny` in float32 with one simulated scan). A step is forward, loss
over all heads, backward, clipping of gradients, AdamW, and the average of weights; making the samples is not part of it. Both clocks are
read: the wall's, which other programs on the machine disturb, and the time that the processors gave (with OMP_NUM_THREADS=1 that is what
the step takes on a machine of its own).
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn.functional as F
from torch import nn

ROOT = pathlib.Path(__file__).parents[1]
TOOL = pathlib.Path(os.environ.get("SOFTCORD", ROOT / ".build/release/softcord"))
THREADS = torch.get_num_threads()


def preset():
    text = subprocess.run([TOOL, "train", "--print-config", "tiny"], check=True, capture_output=True, text=True).stdout
    text = text.replace("scans: 32, lifetime: 8", "scans: 1, lifetime: 8").replace("precision: bfloat16", "precision: float32")
    return re.sub(r"simulated: \d+", "simulated: 0", text)


class Block(nn.Sequential):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__(nn.Conv3d(inputs, outputs, kernel, stride, [k // 2 for k in kernel]),
                         nn.InstanceNorm3d(outputs, affine=True), nn.LeakyReLU(0.01, inplace=True))


class UNet(nn.Module):
    """nnU-Net's PlainConvUNet."""

    def __init__(self, features, strides, kernels, down, up):
        super().__init__()
        self.encoder, self.ups, self.decoder, self.heads = (nn.ModuleList() for _ in range(4))
        for i, f in enumerate(features):
            blocks = [Block(1 if i == 0 else features[i - 1], f, kernels[i], strides[i])]
            self.encoder.append(nn.Sequential(*blocks, *[Block(f, f, kernels[i], 1) for _ in range(down - 1)]))
        for i in reversed(range(len(features) - 1)):
            f = features[i]
            self.ups.append(nn.ConvTranspose3d(features[i + 1], f, strides[i + 1], strides[i + 1]))
            self.decoder.append(nn.Sequential(Block(2 * f, f, kernels[i], 1), *[Block(f, f, kernels[i], 1) for _ in range(up - 1)]))
            self.heads.append(nn.Conv3d(f, 1, 1))

    def forward(self, x):
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        outputs = []
        for up, stage, head, skip in zip(self.ups, self.decoder, self.heads, reversed(skips[:-1])):
            x = stage(torch.cat([up(x), skip], 1))
            outputs.append(head(x))
        return outputs[::-1]


def loss_of(outputs, target):
    total, weights = 0, 0
    for level, output in enumerate(outputs):
        output = output.float()
        reduced = F.adaptive_avg_pool3d(target, output.shape[2:])
        p = output.sigmoid()
        dice = 1 - ((2 * (p * reduced).sum((2, 3, 4)) + 1) / ((p * p).sum((2, 3, 4)) + (reduced * reduced).sum((2, 3, 4)) + 1)).mean()
        total = total + 0.5 ** level * (F.binary_cross_entropy_with_logits(output, reduced) + 0.5 * dice)
        weights += 0.5 ** level
    return total / weights


def torch_step(config, bfloat16):
    network = config["stage"]["network"]
    model = UNet(network["features"], network["strides"], network["kernels"], network["convolutionsPerStage"],
                 network["convolutionsPerDecoderStage"])
    average = [p.detach().clone() for p in model.parameters()]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-4)
    shape = (config["schedule"]["batch"], 1, *config["stage"]["patch"])
    image, label = torch.randn(shape), (torch.rand(shape) > 0.95).float()

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            outputs = model(image)
        loss = loss_of(outputs, label)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()
        torch._foreach_lerp_(average, list(model.parameters()), 0.002)
        return loss.item()

    step()
    times, processors = [], []
    while len(times) < 11 and sum(times) < 20 or len(times) < 1:
        start, used = time.perf_counter(), time.process_time()
        step()
        times.append(time.perf_counter() - start)
        processors.append(time.process_time() - used)
    return statistics.median(times), min(processors), sum(p.numel() for p in model.parameters())


def softcord_step(path, folder):
    result = subprocess.run([TOOL, "train", path, "--dry-run", folder / "samples.png", "--threads", str(THREADS)], check=True,
                            capture_output=True, text=True).stdout
    sampling, training, processors = map(float, re.search(
        r"a step\s+([\d.]+) s to make samples, ([\d.]+) s to train on them \(([\d.]+) s of processors", result).groups())
    return training, processors, int(re.search(r"(\d+) parameters", result).group(1)), sampling


def main():
    import yaml
    text = pathlib.Path(sys.argv[1]).read_text() if len(sys.argv) > 1 else preset()
    rounds = int(os.environ.get("ROUNDS", 5))
    config = yaml.safe_load(text)
    bfloat16 = config["schedule"]["precision"] == "bfloat16"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "run.yaml").write_text(text)
        pairs = []
        for _ in range(rounds):
            ours, our_processors, count, sampling = softcord_step(folder / "run.yaml", folder)
            theirs, their_processors, peers = torch_step(config, bfloat16)
            assert count == peers, f"different networks: {count} and {peers} parameters"
            pairs.append((ours, theirs, our_processors, their_processors))
            print(f"softcord {ours:.3f} s (and {sampling:.3f} s for samples), torch {theirs:.3f} s, ratio {ours / theirs:.3f}; "
                  f"of processors {our_processors:.3f} s and {their_processors:.3f} s, ratio {our_processors / their_processors:.3f}", flush=True)
    best = [min(column) for column in zip(*pairs)]
    print(json.dumps({
        "parameters": count, "patch": config["stage"]["patch"], "batch": config["schedule"]["batch"],
        "precision": config["schedule"]["precision"], "threads": THREADS, "torch": torch.__version__,
        "softcord_s": best[0], "torch_s": round(best[1], 3), "ratio_median": round(statistics.median(p[0] / p[1] for p in pairs), 3),
        "processors_softcord_s": best[2], "processors_torch_s": round(best[3], 3),
        "processors_ratio_median": round(statistics.median(p[2] / p[3] for p in pairs), 3), "processors_ratio": round(best[2] / best[3], 3)}))


main()
