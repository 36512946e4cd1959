"""Every operation of the seam, run in PyTorch on small inputs: writes Tests/TensorsTests/Golden/seam.json.

Each case holds its inputs, its output, and the gradient of sum(output * w) for inputs that have one, where
w[i] = ((7 i) mod 11 - 5) / 5 over the output's elements in order.

Run: python tools/golden/seam.py    (torch 2.13)
"""
import json
import pathlib

import torch
import torch.nn.functional as F

GOLDEN = pathlib.Path(__file__).parents[2] / "Tests/TensorsTests/Golden/seam.json"
random = torch.Generator().manual_seed(20250101)
cases = []


def draw(*shape, low=-2.0, high=2.0):
    """Evenly drawn numbers with three decimals: short in the file, exact after reading."""
    return torch.round(torch.rand(shape, generator=random) * (high - low) * 1000 + low * 1000) / 1000


def numbers(t):
    return [float(f"{v:.8g}") for v in t.detach().to(torch.float32).flatten().tolist()]


def case(name, function, *inputs, grad=True):
    leaves = [i.clone().requires_grad_(grad and i.is_floating_point()) for i in inputs]
    output = function(*leaves)
    if grad and leaves:
        w = ((torch.arange(output.numel()) * 7 % 11 - 5) / 5).reshape(output.shape)
        (output * w).sum().backward()
    cases.append({
        "name": name,
        "inputs": [{
            "shape": list(i.shape), "dtype": str(i.dtype).removeprefix("torch."), "values": numbers(i),
            "gradient": numbers(leaf.grad) if leaf.grad is not None else None,
        } for i, leaf in zip(inputs, leaves)],
        "shape": list(output.shape), "output": numbers(output),
    })


a, b, row = draw(3, 4), draw(3, 4), draw(4)
positive = draw(3, 4, low=0.1)
case("add", lambda a, b: a + b, a, row)
case("sub", lambda a, b: a - b, a, row)
case("mul", lambda a, b: a * b, a, row)
case("div", lambda a, b: a / b, a, positive)
case("pow", lambda a, b: a ** b, positive, b)
case("maximum", torch.maximum, a, b)
case("minimum", torch.minimum, a, b)
case("addScalar", lambda a: a + 1.5, a)
case("subScalar", lambda a: a - 1.5, a)
case("mulScalar", lambda a: a * 1.5, a)
case("divScalar", lambda a: a / 1.5, a)
case("scalarAdd", lambda a: 1.5 + a, a)
case("scalarSub", lambda a: 1.5 - a, a)
case("scalarMul", lambda a: 1.5 * a, a)
case("scalarDiv", lambda a: 1.5 / a, positive)
case("powScalar", lambda a: a ** 2.5, positive)
ties = torch.tensor([-1.0, 0.0, 0.5, 1.0, 2.0])
other = torch.tensor([0.0, 0.0, 0.5, 1.5, 1.0])
for name in ["lt", "le", "gt", "ge", "eq"]:
    compare = getattr(torch, name)
    case(name, lambda a, b: compare(a, b).float(), ties, other, grad=False)
    case(name + "Scalar", lambda a: compare(a, 0.5).float(), ties, grad=False)
for name in ["neg", "abs", "exp", "sigmoid", "relu"]:
    case(name, getattr(torch, name), a)
for name in ["log", "log1p", "sqrt"]:
    case(name, getattr(torch, name), positive)
case("leakyReLU", lambda a: F.leaky_relu(a, 0.1), a)
case("clamped", lambda a: torch.clamp(a, -0.5, 1.0), a)
case("softmax", lambda a: torch.softmax(a, 1), a)
case("where", lambda a, b: torch.where(torch.tensor([True, False, True, False]), a, b), a, b)
case("toBFloat16AndBack", lambda a: a.to(torch.bfloat16).float(), a)

block = draw(2, 3, 4)
for name in ["sum", "mean"]:
    case(name, getattr(torch, name), block)
    case(name + "Dims", lambda t: getattr(torch, name)(t, (0, 2)), block)
    case(name + "Keep", lambda t: getattr(torch, name)(t, (-1,), keepdim=True), block)
case("max", torch.amax, block)
case("maxDims", lambda t: torch.amax(t, (0, 2)), block)
case("min", torch.amin, block)
case("minDims", lambda t: torch.amin(t, (1,), keepdim=True), block)
case("matmul", torch.matmul, draw(2, 3, 4), draw(2, 4, 2))

case("reshaped", lambda t: t.reshape(4, -1), block)
case("permuted", lambda t: t.permute(2, 0, 1), block)
case("expanded", lambda t: t.expand(3, 4), row)
case("narrowed", lambda t: t.narrow(2, 1, 2), block)
case("flipped", lambda t: t.flip(0, 2), block)
case("cat", lambda a, b: torch.cat([a, b], 1), draw(2, 3), draw(2, 2))
case("stack", lambda a, b: torch.stack([a, b], 1), a, b)
case("padded", lambda t: F.pad(t, (1, 0, 2, -1), value=0.5), block)
case("paddedByRepeating", lambda t: F.pad(t, (1, 0, 0, 2, 1, 1), mode="replicate"), draw(1, 2, 2, 3, 2))
case("indexSelect", lambda t, i: t.index_select(1, i), block, torch.tensor([2, 0, 2]))
case("gathered", lambda t, i: t.gather(1, i), a, torch.tensor([[0, 3], [1, 1], [2, 0]]))

volume = draw(2, 2, 4, 3, 4)
case("conv3d", lambda t, w, b: F.conv3d(t, w, b, stride=(2, 1, 2), padding=(1, 1, 0)), volume, draw(3, 2, 3, 3, 1), draw(3))
case("conv3dPlain", lambda t, w: F.conv3d(t, w), volume, draw(2, 2, 2, 2, 3))
case("conv3dGroups", lambda t, w: F.conv3d(t, w, groups=2), volume, draw(4, 1, 3, 3, 3))
case("convTranspose3d", lambda t, w, b: F.conv_transpose3d(t, w, b, stride=(2, 1, 2)), draw(1, 2, 2, 2, 2), draw(2, 3, 2, 1, 2), draw(3))
case("instanceNorm", lambda t, w, b: F.instance_norm(t, weight=w, bias=b, eps=1e-3), volume, draw(2), draw(2))
case("instanceNormPlain", lambda t: F.instance_norm(t), volume)
case("instanceNormLeakyReLU", lambda t, w, b: F.leaky_relu(F.instance_norm(t, weight=w, bias=b, eps=1e-3), 0.1), volume, a[0, :2], a[1, :2])
case("instanceNormLeakyReLUPlain", lambda t: F.leaky_relu(F.instance_norm(t), 0.1), volume)
case("groupNorm", lambda t, w, b: F.group_norm(t, 2, w, b, eps=1e-3), draw(2, 4, 2, 2, 2), draw(4), draw(4))
case("averagePool3d", lambda t: F.avg_pool3d(t, (2, 3, 2), (2, 1, 1)), volume)
case("adaptiveAveragePool3d", lambda t: F.adaptive_avg_pool3d(t, (2, 2, 3)), volume)
case("interpolatedTrilinear", lambda t: F.interpolate(t, (3, 5, 2), mode="trilinear"), volume)
case("interpolatedNearest", lambda t: F.interpolate(t, (3, 5, 2), mode="nearest"), volume)
points = draw(2, 2, 2, 2, 3, low=-1.4, high=1.4)
for padding in ["zeros", "border"]:
    for corners in [False, True]:
        name = "gridSampled" + padding.title() + ("Corners" if corners else "Faces")
        case(name, lambda t, g: F.grid_sample(t, g, padding_mode=padding, align_corners=corners), volume, points)
case("binaryCrossEntropyWithLogits", F.binary_cross_entropy_with_logits, a, draw(3, 4, low=0, high=1))

# Making: the same seed gives PyTorch's own numbers (fewer than 16 are drawn another way than more).
SEED = 20250102
for name, make in [("normal", torch.randn), ("uniform", torch.rand)]:
    for suffix, shape in [("", (4, 10)), ("Few", (3, 5))]:
        case(name + suffix, lambda: make(shape, generator=torch.Generator().manual_seed(SEED)))
case("full", lambda: torch.full((2, 3), 2.5))
case("arange", lambda: torch.arange(7, dtype=torch.float32))


# Copying: what is copied is then overwritten, and the copy keeps its values.
def overwritten(t, copy):
    result = copy(t)
    with torch.no_grad():
        t.fill_(9)
    return result


case("copied", lambda t: overwritten(t, torch.clone), a)
case("contiguous", lambda t: overwritten(t.permute(2, 0, 1), lambda t: t.contiguous()), block)
case("channelsLast", lambda t: overwritten(t.reshape(1, 2, 3, 2, 2), lambda t: t.contiguous(memory_format=torch.channels_last_3d)), block)
case("detached", lambda t: t.detach() * t, a)
case("toDevice", lambda t: t.to("cpu") * t, a)

# Casting: there and back, and the bytes in memory, read and written. Float64 holds what float32 would round away at 1e8.
case("toFloat16AndBack", lambda t: t.to(torch.float16).float(), a)
case("toFloat64AndBack", lambda t: (t.to(torch.float64) + 1e8 - 1e8).float(), a)
for dtype in [torch.int32, torch.int64]:
    case("to" + str(dtype).removeprefix("torch.").title() + "AndBack", lambda t: t.to(dtype).float(), a * 1000.3, grad=False)
case("toUint8AndBack", lambda t: t.to(torch.uint8).float(), positive * 100, grad=False)
for dtype in [torch.float32, torch.float64, torch.bfloat16, torch.float16, torch.int32, torch.int64, torch.uint8]:
    name = str(dtype).removeprefix("torch.").title().replace("float", "Float")
    few = positive.flatten()[:4] * 100
    case("toBytesOf" + name, lambda t: t.to(dtype).view(torch.uint8), few, grad=False)
    case("fromBytesOf" + name, lambda t: t.to(torch.uint8).view(dtype), few.to(dtype).view(torch.uint8).float(), grad=False)
    case("full" + name, lambda: torch.full((3,), 7, dtype=dtype).view(torch.uint8))

# In place: the first input is changed and returned.
case("accumulate", lambda t, u: t.add_(u, alpha=0.5), a, b, grad=False)
case("scale", lambda t: t.mul_(0.5), a, grad=False)
case("scaleByTensor", lambda t, u: t.mul_(u), a, b, grad=False)
case("copyFrom", lambda t, u: t.copy_(u), a, row, grad=False)
case("fill", lambda t: t.fill_(0.25), a, grad=False)
case("accumulateProduct", lambda t, u, v: t.addcmul_(u, v, value=-0.5), a, b, row, grad=False)
case("accumulateQuotient", lambda t, u, v: t.addcdiv_(u, v, value=-0.5), a, b, positive, grad=False)
case("lerp", lambda t, u: t.lerp_(u, 0.3), a, b, grad=False)

GOLDEN.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(f"{len(cases)} cases, {GOLDEN.stat().st_size} bytes")
