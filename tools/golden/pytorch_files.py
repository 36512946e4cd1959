"""Checkpoints as PyTorch writes them: Tests/PyTorchFilesTests/Golden/{nnunet,lightning}.pth and TorchScript's program.pt.

nnunet: the keys that nnU-Net v2 saves, with numpy scalars in its log, views that are not contiguous or share numbers, four number types.
lightning: a state dictionary beside an object of a class that only this script has. All numbers follow from their position.

Run: python tools/golden/pytorch_files.py    (torch, numpy)
"""
import collections
import pathlib

import numpy as np
import torch

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests/PyTorchFilesTests/Golden"


class Callback:
    def __init__(self):
        self.best = 0.5


def nnunet():
    base = torch.arange(24, dtype=torch.float32)
    weights = collections.OrderedDict(
        plain=base.reshape(2, 3, 4), transposed=base.reshape(4, 6).t(), part=base[6:12].reshape(3, 2),
        half=torch.arange(3, dtype=torch.float16) / 4, brain=torch.arange(3, dtype=torch.bfloat16) / 4,
        double=torch.arange(3, dtype=torch.float64) / 4, count=torch.tensor(7), empty=torch.zeros(0, 3),
        parameter=torch.nn.Parameter(torch.tensor([1.5, -2.5])))
    return {
        "network_weights": weights,
        "optimizer_state": {"state": {0: {"momentum_buffer": torch.ones(3)}}, "param_groups": [{"lr": 0.01, "params": [0]}]},
        "grad_scaler_state": None,
        "logging": {"mean_fg_dice": [np.float64(0.25), np.float32(0.5)], "epoch_start": [1.0, 2.0], "array": np.arange(3)},
        "_best_ema": np.float64(0.75), "current_epoch": 1000,
        "init_args": {"configuration": "3d_fullres", "fold": 0, "large": 2 ** 70, "negative": -3, "wide": -2 ** 40},
        "trainer_name": "nnUNetTrainer", "inference_allowed_mirroring_axes": (0, 1, 2)}


torch.save(nnunet(), GOLDEN / "nnunet.pth")
torch.save({"state_dict": {"net.encoder.weight": torch.arange(4.0)}, "callbacks": {"best": Callback()}, "epoch": 3,
            "path": pathlib.PurePosixPath("a/b")}, GOLDEN / "lightning.pth")
torch.jit.script(torch.nn.Linear(2, 1)).save(GOLDEN / "program.pt")
torch.save({"weight": torch.zeros(1)}, GOLDEN / "old.pth", _use_new_zipfile_serialization=False)
(GOLDEN / "README").write_text("Written by tools/golden/pytorch_files.py.\n")
for path in sorted(GOLDEN.iterdir()):
    print(path.name, path.stat().st_size, "bytes")
