#!/usr/bin/env python3
"""Writes tests/vectors/exporters: small PyTorch models through both of PyTorch's exporters, and what onnxruntime computes.

    pip install torch onnx onnxscript onnxruntime numpy
    python exporters.py ../../tests/vectors/exporters

Weights are random. `*.script.onnx` are by the older exporter (dynamo=False), with the operator set in the name; `*.dynamo.onnx` by the
one that is the default now.
"""

import json
import pathlib
import sys
import warnings
import zlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from exported import scores, strip

warnings.filterwarnings("ignore")


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.n0 = nn.BatchNorm2d(4)
        self.c1, self.n1 = nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6)
        self.c2, self.n2 = nn.Conv2d(6, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6)
        self.short, self.ns = nn.Conv2d(4, 6, 1, stride=2, bias=False), nn.BatchNorm2d(6)
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = F.relu(self.n0(self.stem(x)))
        y = self.n2(self.c2(F.relu(self.n1(self.c1(x)))))
        y = F.relu(y + self.ns(self.short(x)))
        return self.fc(F.adaptive_avg_pool2d(y, 1).flatten(1))


class Mobile(nn.Module):
    """Depthwise convolutions, ReLU6 and HardSwish, a mean over height and width."""

    def __init__(self):
        super().__init__()
        self.c1, self.n1 = nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6)
        self.dw, self.n2 = nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=False), nn.BatchNorm2d(6)
        self.pw = nn.Conv2d(6, 8, 1)
        self.fc = nn.Sequential(nn.Linear(8, 10), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(10, 4))

    def forward(self, x):
        x = F.hardswish(self.n1(self.c1(x)))
        x = F.relu6(self.n2(self.dw(x)))
        return self.fc(self.pw(x).mean([2, 3]))


class Branches(nn.Module):
    """Concatenation, zero padding, average pooling with and without the padding in the count, a view by x.size."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(2, 3, 3), nn.Conv2d(2, 2, 1)
        self.fc = nn.Linear(5 * 3 * 4, 3)

    def forward(self, x):
        y = torch.cat([F.pad(F.relu(self.a(x)), (1, 1, 1, 1)), F.leaky_relu(self.b(x), 0.1)], 1)
        y = F.avg_pool2d(y, 3, 2, 1, count_include_pad=False)
        y = F.max_pool2d(y, 2, 1)
        return self.fc(y.view(x.size(0), -1))


class Sequence(nn.Module):
    """One-dimensional convolutions, a fully connected layer over each step, a maximum over time."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv1d(2, 4, 3, padding=1)
        self.step = nn.Linear(4, 6)
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        x = F.max_pool1d(F.relu(self.c1(x)), 2)
        x = torch.tanh(self.step(x.transpose(1, 2)))
        return F.log_softmax(self.fc(x.mean(1)), -1)


class Lenet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 3, 5, padding=2), nn.Conv2d(3, 4, 5)
        self.f1, self.f2 = nn.Linear(4 * 2 * 2, 8), nn.Linear(8, 5)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.c1(x)), 2)
        x = F.max_pool2d(torch.relu(self.c2(x)), 2)
        x = x.view(-1, 4 * 2 * 2)
        return F.softmax(self.f2(torch.relu(self.f1(x))), dim=1)


class Preprocessed(nn.Module):
    """Normalises its input, takes pixels last, and ends with an arg-max over clamped scores."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.48, 0.45, 0.40]))
        self.register_buffer("std", torch.tensor([0.22, 0.23, 0.24]))
        self.c = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = ((x - self.mean) / self.std).permute(0, 3, 1, 2)
        return self.fc(F.elu(self.c(x)).amax((2, 3)))


def mlp(activation):
    return nn.Sequential(nn.Linear(8, 12), activation, nn.Linear(12, 12), activation, nn.Linear(12, 4))


CASES = {
    "mlp": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3)), [1, 4, 4]),
    "lenet": (Lenet, [1, 16, 16]),
    "residual": (Residual, [3, 8, 8]),
    "mobile": (Mobile, [3, 9, 9]),
    "branches": (Branches, [2, 8, 9]),
    "sequence": (Sequence, [2, 10]),
    "channels-last": (Preprocessed, [6, 5, 3]),
    **{
        f"mlp-{name}": (lambda activation=activation: mlp(activation), [8])
        for name, activation in {
            "silu": nn.SiLU(),
            "gelu": nn.GELU(),
            "gelu-tanh": nn.GELU(approximate="tanh"),
            "hardswish": nn.Hardswish(),
            "hardsigmoid": nn.Hardsigmoid(),
            "mish": nn.Mish(),
            "hardtanh": nn.Hardtanh(),
            "relu6": nn.ReLU6(),
            "selu": nn.SELU(),
            "celu": nn.CELU(0.7),
            "elu": nn.ELU(),
            "softplus": nn.Softplus(),
            "leaky": nn.LeakyReLU(0.2),
            "prelu": nn.PReLU(12),
        }.items()
    },
}


def script(model, x, path, opset):
    torch.onnx.export(model, x, path, dynamo=False, opset_version=opset, input_names=["x"], dynamic_axes={"x": [0]})


def dynamo(model, x, path):
    batch = {0: torch.export.Dim.AUTO}
    torch.onnx.export(model, (x,), path, dynamo=True, external_data=False, dynamic_shapes=(batch,), verbose=False)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    expected = {}
    for name, (make, shape) in CASES.items():
        # Each by itself, so that one more changes no other.
        torch.manual_seed(zlib.crc32(name.encode()))
        model = make()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.uniform_(-0.5, 0.5)
                module.running_var.uniform_(0.5, 2)
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.uniform_(module.bias, -0.5, 0.5)
        model.eval()
        x = torch.rand([1, *shape])
        for kind in ["opset9.script", "opset13.script", "opset18.script", "dynamo"]:
            path = out / f"{name}.{kind}.onnx"
            try:
                if kind == "dynamo":
                    dynamo(model, torch.rand([2, *shape]), str(path))
                else:
                    script(model, x, str(path), int(kind.split(".")[0][5:]))
            except Exception as error:
                print(f"{path.name}: not exported: {str(error).splitlines()[0][:90]}", file=sys.stderr)
                path.unlink(missing_ok=True)
                continue
            proto = strip(path)
            y = scores(path, x.numpy())
            if "softmax" in [n.op_type.lower() for n in proto.graph.node][-1:]:
                y = np.log(y)
            expected[path.stem] = {
                "input": [round(float(v), 9) for v in x.ravel()],
                "scores": [round(float(v), 6) for v in y],
            }
    text = json.dumps(expected, separators=(",", ":"))
    (out / "scores.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
