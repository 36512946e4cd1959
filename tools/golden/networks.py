"""A tiny U-Net, the losses and the optimizers in plain PyTorch: writes Tests/NetworksTests/Golden/{unet,losses,optimizers}.safetensors.

unet: weights, input, target, the logits of each head, the Adaptive Wing loss under deep supervision, every gradient, and the weights
after one step of Adam and of AdamW. losses: values and gradients. optimizers: a weight after each of three steps on fixed gradients.

Run: python tools/golden/networks.py    (torch 2.13, safetensors)
"""
import pathlib

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests/NetworksTests/Golden"
FEATURES, STRIDES, KERNELS = [3, 4, 5], [[1, 1, 1], [2, 2, 1], [2, 2, 2]], [[3, 3, 1], [3, 3, 3], [3, 3, 3]]
torch.manual_seed(7)


class Block(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.conv = nn.Conv3d(inputs, outputs, kernel, stride, [k // 2 for k in kernel])
        self.norm = nn.InstanceNorm3d(outputs, eps=1e-5, affine=True)

    def forward(self, x):
        return F.leaky_relu(self.norm(self.conv(x)), 0.01)


class Stack(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.convs = nn.Sequential(Block(inputs, outputs, kernel, stride), Block(outputs, outputs, kernel, [1, 1, 1]))

    def forward(self, x):
        return self.convs(x)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        inputs = [1] + FEATURES[:-1]
        self.stages = nn.Sequential(*[nn.Sequential(Stack(*s)) for s in zip(inputs, FEATURES, KERNELS, STRIDES)])


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        stages, ups, heads = [], [], []
        for below in range(len(FEATURES) - 1, 0, -1):
            f = FEATURES[below - 1]
            ups.append(nn.ConvTranspose3d(FEATURES[below], f, STRIDES[below], STRIDES[below]))
            stages.append(Stack(2 * f, f, KERNELS[below - 1], [1, 1, 1]))
            heads.append(nn.Conv3d(f, 1, 1))
        self.stages, self.transpconvs, self.seg_layers = nn.ModuleList(stages), nn.ModuleList(ups), nn.ModuleList(heads)


class UNet(nn.Module):
    """Named as nnU-Net's PlainConvUNet."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, x):
        skips, heads = [], []
        for stage in self.encoder.stages:
            x = stage(x)
            skips.append(x)
        d = self.decoder
        for level, (stage, up, head) in enumerate(zip(d.stages, d.transpconvs, d.seg_layers)):
            x = stage(torch.cat([up(x), skips[-2 - level]], 1))
            heads.append(head(x))
        return heads[::-1]


def adaptive_wing(prediction, target, theta=0.5, omega=8.0, alpha=2.1, epsilon=1.0):
    """Wang et al. 2019, as in ivadomed without its mask; each voxel's loss."""
    e, ratio = alpha - target, theta / epsilon
    a = omega * (1 / (1 + ratio ** e)) * e * ratio ** (e - 1) / epsilon
    c = theta * a - omega * torch.log(1 + ratio ** e)
    d = (target - prediction).abs()
    return torch.where(d < theta, omega * torch.log(1 + (d / epsilon) ** e), a * d - c)


def unet():
    out = {}
    x, target = torch.randn(2, 1, 8, 8, 6), torch.rand(2, 1, 8, 8, 6)
    network = UNet()
    with torch.no_grad():
        for p in network.parameters():  # all parts, norms and biases too, off their starting values
            p.add_(0.1 * torch.randn_like(p))
    out["input"], out["target"] = x, target
    start = {n: p.detach().clone() for n, p in network.state_dict().items()}
    out |= {f"weight.{n}": p for n, p in start.items()}
    # Instance normalization cancels the biases before it: their gradients are rounding noise, which Adam would blow up to full steps.
    # A denominator of at least 1e-3 keeps the step a smooth function of the gradient.
    for name, optimizer, decay in [("adam", torch.optim.Adam, 0.01), ("adamw", torch.optim.AdamW, 0.1)]:
        network.load_state_dict(start)
        network.zero_grad()
        heads = network(x)
        terms = [0.5 ** i * adaptive_wing(h, F.adaptive_avg_pool3d(target, h.shape[2:])).mean() for i, h in enumerate(heads)]
        loss = sum(terms) / sum(0.5 ** i for i in range(len(heads)))
        loss.backward()
        optimizer(network.parameters(), lr=0.01, eps=1e-3, weight_decay=decay).step()
        out |= {f"{name}.{n}": p.detach().clone() for n, p in network.named_parameters()}
    out |= {f"head.{i}": h.detach() for i, h in enumerate(heads)} | {"loss": loss.detach()}
    out |= {f"gradient.{n}": p.grad for n, p in network.named_parameters()}
    return out


def losses():
    out = {}

    def keep(name, function, prediction, target):
        p = prediction.clone().requires_grad_()
        value = function(p, target)
        value.backward()
        out[f"{name}.value"], out[f"{name}.gradient"] = value.detach(), p.grad

    # Each prediction against each target, exact hits included.
    p = torch.tensor([-1.5, -0.3, 0.0, 0.1, 0.25, 0.4, 0.5, 0.7, 0.9, 1.0, 2.5]).repeat(5, 1).reshape(1, 1, 5, 11, 1)
    g = torch.tensor([0.0, 0.1, 0.5, 0.9, 1.0]).reshape(1, 1, 5, 1, 1).expand(1, 1, 5, 11, 1).contiguous()
    out["wing.prediction"], out["wing.target"] = p, g
    keep("wing.sum", lambda p, g: adaptive_wing(p, g).sum(), p, g)
    keep("wing.mean", lambda p, g: adaptive_wing(p, g).mean(), p, g)
    keep("wing.other", lambda p, g: adaptive_wing(p, g, 0.4, 14.0, 2.2, 0.8).sum(), p, g)

    logits, target = torch.randn(2, 2, 3, 4, 2), torch.rand(2, 2, 3, 4, 2)
    probability = torch.sigmoid(logits)
    out["logits"], out["probability"], out["target"] = logits, probability, target
    axes = (2, 3, 4)
    keep("softDice", lambda p, g: -((2 * (p * g).sum(axes) + 1) / (p.sum(axes) + g.sum(axes) + 1)).mean(), probability, target)
    keep("squaredDice", lambda p, g: (1 - (2 * (p * g).sum(axes) + 1) / ((p ** 2).sum(axes) + (g ** 2).sum(axes) + 1)).mean(),
         probability, target)
    keep("binaryCrossEntropy", F.binary_cross_entropy_with_logits, logits, target)
    keep("meanSquaredError", F.mse_loss, probability, target)
    return out


def optimizers():
    out = {"start": torch.randn(7), "gradients": torch.randn(3, 7)}
    makers = {
        "adam": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.99), weight_decay=0.1),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
        "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, weight_decay=0.1),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True),
    }
    for name, make in makers.items():
        weight = out["start"].clone().requires_grad_()
        optimizer = make([weight])
        steps = []
        for gradient in out["gradients"]:
            weight.grad = gradient.clone()
            optimizer.step()
            steps.append(weight.detach().clone())
        out[name] = torch.stack(steps)
    return out


for name, make in [("unet", unet), ("losses", losses), ("optimizers", optimizers)]:
    path = GOLDEN / f"{name}.safetensors"
    save_file({k: v.detach().contiguous() for k, v in make().items()}, path)
    print(path.name, path.stat().st_size, "bytes")
