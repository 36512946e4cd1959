"""PlainConvUNet and ResidualEncoderUNet of the package dynamic-network-architectures, with random weights.

Writes Tests/NetworksTests/Golden/architectures.safetensors: for each network its weights, an input, a probe for each head, the heads, and
the gradient of the sum over heads of mean(head * probe). With a folder as argument the networks have nnU-Net's usual size instead and
go there, one file each; `make architectures` compares them.

Run: python tools/golden/architectures.py [FOLDER]    (dynamic-network-architectures 0.4, torch, safetensors)
"""
import pathlib
import sys

import torch
from dynamic_network_architectures.architectures.unet import PlainConvUNet, ResidualEncoderUNet
from safetensors.torch import save_file
from torch import nn

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests/NetworksTests/Golden"
COMMON = dict(conv_op=nn.Conv3d, conv_bias=True, norm_op=nn.InstanceNorm3d, norm_op_kwargs={"eps": 1e-5, "affine": True},
              nonlin=nn.LeakyReLU, nonlin_kwargs={"inplace": True}, deep_supervision=True)


def case(network, shape):
    network.apply(network.initialize)
    with torch.no_grad():
        for p in network.parameters():  # all parts, norms and biases too, off their starting values
            p.add_(0.1 * p.std(unbiased=False).clamp(min=0.5 if p.dim() == 1 else 0) * torch.randn_like(p))
    x = torch.randn(shape)
    heads = network(x)
    probes = [torch.randn_like(h) for h in heads]
    sum((h * p).mean() for h, p in zip(heads, probes)).backward()
    out = {"input": x}
    out |= {f"head.{i}": h for i, h in enumerate(heads)} | {f"probe.{i}": p for i, p in enumerate(probes)}
    for name, p in network.named_parameters():  # each parameter once, under its first name
        if not name.startswith("decoder.encoder."):
            out |= {f"weight.{name}": p, f"gradient.{name}": p.grad}
    return {k: v.detach().contiguous() for k, v in out.items()}


def tiny():
    shape = dict(input_channels=2, n_stages=3, features_per_stage=[3, 4, 4], kernel_sizes=[[1, 3, 3], [3, 3, 3], [3, 3, 3]],
                 strides=[[1, 1, 1], [1, 2, 2], [2, 2, 2]], num_classes=3)
    plain = PlainConvUNet(**shape, **COMMON, n_conv_per_stage=2, n_conv_per_stage_decoder=1)
    residual = ResidualEncoderUNet(**shape, **COMMON, n_blocks_per_stage=[1, 2, 2], n_conv_per_stage_decoder=1)
    return {"plain": case(plain, (2, 2, 4, 8, 12)), "residual": case(residual, (2, 2, 4, 8, 12))}


def full():
    shape = dict(input_channels=1, n_stages=6, features_per_stage=[32, 64, 128, 256, 320, 320], kernel_sizes=3, num_classes=2,
                 strides=[[1, 1, 1]] + [[2, 2, 2]] * 4 + [[1, 2, 2]])
    plain = PlainConvUNet(**shape, **COMMON, n_conv_per_stage=2, n_conv_per_stage_decoder=2)
    residual = ResidualEncoderUNet(**shape, **COMMON, n_blocks_per_stage=[1, 3, 4, 6, 6, 6], n_conv_per_stage_decoder=1)
    return {"plain": case(plain, (1, 1, 32, 96, 96)), "residual": case(residual, (1, 1, 32, 96, 96))}


torch.manual_seed(11)
if len(sys.argv) > 1:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for name, values in full().items():
        save_file(values, folder / f"{name}.safetensors")
        print(name, sum(v.numel() for k, v in values.items() if k.startswith("weight.")), "parameters")
else:
    path = GOLDEN / "architectures.safetensors"
    save_file({f"{name}.{k}": v for name, values in tiny().items() for k, v in values.items()}, path)
    print(path.name, path.stat().st_size, "bytes")
