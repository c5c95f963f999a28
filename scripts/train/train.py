#!/usr/bin/env python3
"""Trains the MNIST network of zkinfer and writes it as ONNX.

    conv 8 filters 3x3 valid on 1x28x28 -> ReLU -> flatten -> Gemm 5408 -> 10

Training is aware of what `zkinfer model import` does afterwards: pixels rounded to `--input-bits`, and the
convolution's weights rounded so that no ReLU input can leave +-(2^relu_bits - 1) for any picture. Rounding has
the gradient of the identity (straight-through). The ONNX file holds the convolution's weights as rounded, in
floats: the importer finds their grid again. The fully connected layer is left to the importer's int8.

Runs on the processor; takes about four minutes on two cores. See README.md beside this file.
"""

import argparse
import gzip
import os
import pathlib
import sys

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FILTERS, KERNEL, SIZE, CLASSES = 8, 3, 28, 10
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "zkinfer" / "mnist"
FEATURES = FILTERS * (SIZE - KERNEL + 1) ** 2


def read_idx(path: pathlib.Path) -> np.ndarray:
    """An idx file of unsigned bytes, plain or gzip."""
    raw = path.read_bytes()
    data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    if len(data) < 4 or data[:3] != b"\0\0\x08":
        sys.exit(f"{path}: not an idx file of unsigned bytes; run scripts/fetch-mnist again")
    dims = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(dims)).reshape(dims)


def straight_through(exact, rounded):
    """The value of `rounded` with the gradient of `exact`."""
    return exact + jax.lax.stop_gradient(rounded - exact)


def quantise_conv(weights, bias, levels, limit):
    """Weights and bias as the importer will round them: on a grid for each filter, every accumulator within +-limit."""
    flat = weights.reshape(FILTERS, -1)
    high = bias + jnp.maximum(flat, 0).sum(1)
    low = bias + jnp.minimum(flat, 0).sum(1)
    # Half of the weights may round up by half a step at most, on average far less: a quarter is a good guess.
    room = limit - 0.25 * levels * np.sqrt(flat.shape[1])
    step = jax.lax.stop_gradient(jnp.maximum(high, -low) * levels / room)
    grid = step[:, None]
    flat = straight_through(flat, jnp.round(flat / grid) * grid)
    bias = straight_through(bias, jnp.round(bias * levels / step) * step / levels)
    return flat.reshape(weights.shape), bias


def on_grid(params, levels, limit):
    """The parameters with the convolution on its grid, the step widened where rounding would break the limit."""
    flat = np.asarray(params["conv_w"], np.float64).reshape(FILTERS, -1)
    bias = np.asarray(params["conv_b"], np.float64)
    room = limit - 0.25 * levels * np.sqrt(flat.shape[1])
    weights, biases = [], []
    for row, b in zip(flat, bias):
        step = max(b + np.maximum(row, 0).sum(), -b - np.minimum(row, 0).sum()) * levels / room
        while True:
            whole, whole_bias = np.round(row / step), np.round(b * levels / step)
            high = whole_bias + levels * np.maximum(whole, 0).sum()
            low = whole_bias + levels * np.minimum(whole, 0).sum()
            if max(high, -low) <= limit:
                break
            step *= 1.001
        print("filter", whole.astype(int).tolist(), "bias", int(whole_bias), "range", int(low), int(high))
        weights.append(whole * step)
        biases.append(whole_bias * step / levels)
    shape = (FILTERS, 1, KERNEL, KERNEL)
    return params | {"conv_w": np.float32(weights).reshape(shape), "conv_b": np.float32(biases)}


def logits(params, pixels, levels=None, limit=None, keep=None):
    """Scores of pictures `[n, 28, 28]` with pixels in 0..1; quantised when `levels` is given; `keep` is a dropout mask."""
    weights, bias = params["conv_w"], params["conv_b"]
    if levels is not None:
        pixels = jnp.floor(pixels * levels + 0.5) / levels
        weights, bias = quantise_conv(weights, bias, levels, limit)
    x = jax.lax.conv_general_dilated(pixels[:, None], weights, (1, 1), "VALID") + bias[:, None, None]
    x = jax.nn.relu(x).reshape(len(pixels), -1)
    if keep is not None:
        x = x * keep
    return x @ params["fc_w"].T + params["fc_b"]


def augment(key, pixels):
    """Small random shifts, turns and scalings, by bilinear interpolation."""
    centre = (SIZE - 1) / 2
    turn, scale, shift = jax.random.split(key, 3)
    n = len(pixels)
    angle = jax.random.uniform(turn, (n,), minval=-0.2, maxval=0.2)
    zoom = jax.random.uniform(scale, (n, 2), minval=0.88, maxval=1.12)
    move = jax.random.uniform(shift, (n, 2), minval=-1.6, maxval=1.6)
    ys, xs = jnp.meshgrid(jnp.arange(SIZE) - centre, jnp.arange(SIZE) - centre, indexing="ij")

    def warp(picture, a, z, m):
        y = (jnp.cos(a) * ys - jnp.sin(a) * xs) * z[0] + centre + m[0]
        x = (jnp.sin(a) * ys + jnp.cos(a) * xs) * z[1] + centre + m[1]
        return jax.scipy.ndimage.map_coordinates(picture, [y, x], order=1)

    return jax.vmap(warp)(pixels, angle, zoom, move)


def train(options, images, labels):
    """Adam with a cosine schedule; returns the parameters."""
    levels, limit = 2**options.input_bits - 1, 2**options.relu_bits - 1
    key = jax.random.PRNGKey(options.seed)
    key, k1, k2 = jax.random.split(key, 3)
    params = {
        "conv_w": jax.random.normal(k1, (FILTERS, 1, KERNEL, KERNEL)) * 0.3,
        "conv_b": jnp.zeros(FILTERS),
        "fc_w": jax.random.normal(k2, (CLASSES, FEATURES)) * 0.01,
        "fc_b": jnp.zeros(CLASSES),
    }
    moments = jax.tree.map(jnp.zeros_like, (params, params))
    steps = options.epochs * (len(images) // options.batch)

    def loss(params, key, pixels, targets):
        warp, drop = jax.random.split(key)
        keep = jax.random.bernoulli(drop, 1 - options.dropout, (len(pixels), FEATURES)) / (1 - options.dropout)
        scores = logits(params, augment(warp, pixels), levels, limit, keep)
        fit = -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(scores), targets[:, None], 1))
        return fit + options.decay * sum(jnp.sum(params[name] ** 2) for name in ("conv_w", "fc_w"))

    @jax.jit
    def step(params, moments, count, key, pixels, targets):
        gradient = jax.grad(loss)(params, key, pixels, targets)
        rate = options.rate * 0.5 * (1 + jnp.cos(jnp.pi * count / steps))
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradient)
        second = jax.tree.map(lambda m, g: 0.999 * m + 0.001 * g * g, moments[1], gradient)
        correct1, correct2 = 1 - 0.9 ** (count + 1), 1 - 0.999 ** (count + 1)
        params = jax.tree.map(
            lambda p, m, v: p - rate * (m / correct1) / (jnp.sqrt(v / correct2) + 1e-8), params, first, second
        )
        return params, (first, second)

    order = np.random.default_rng(options.seed)
    count = 0
    for epoch in range(options.epochs):
        for rows in np.array_split(order.permutation(len(images)), len(images) // options.batch):
            rows = rows[: options.batch]
            key, sub = jax.random.split(key)
            params, moments = step(params, moments, count, sub, jnp.asarray(images[rows]) / 255.0, labels[rows])
            count += 1
        print(f"epoch {epoch + 1:2d} of {options.epochs}", flush=True)
    return params


def accuracy(params, images, labels, levels=None, limit=None):
    """Share of pictures whose highest score is their label's, in percent."""
    score = jax.jit(lambda pixels: jnp.argmax(logits(params, pixels, levels, limit), 1))
    right = sum(
        int((score(jnp.asarray(images[i : i + 1000]) / 255.0) == labels[i : i + 1000]).sum())
        for i in range(0, len(images), 1000)
    )
    return 100.0 * right / len(images)


def to_onnx(params) -> onnx.ModelProto:
    """The network as ONNX: input `image` [1, 1, 28, 28] with pixels in 0..1, output `scores` [1, 10]."""
    tensors = [
        numpy_helper.from_array(np.asarray(params[name], np.float32), name)
        for name in ("conv_w", "conv_b", "fc_w", "fc_b")
    ]
    nodes = [
        helper.make_node("Conv", ["image", "conv_w", "conv_b"], ["conv_y"], "conv", kernel_shape=[KERNEL, KERNEL]),
        helper.make_node("Relu", ["conv_y"], ["relu_y"], "relu"),
        helper.make_node("Flatten", ["relu_y"], ["flat"], "flatten", axis=1),
        helper.make_node("Gemm", ["flat", "fc_w", "fc_b"], ["scores"], "fc", transB=1),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 1, SIZE, SIZE])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, CLASSES])
    graph = helper.make_graph(nodes, "mnist-cnn", [image], [scores], tensors)
    model = helper.make_model(graph, producer_name="zkinfer", opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=CACHE, help="folder of the four idx files (scripts/fetch-mnist)")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("mnist-cnn.onnx"))
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-3, help="Adam's rate at the start")
    parser.add_argument("--decay", type=float, default=1e-5, help="L2 penalty on weights")
    parser.add_argument("--dropout", type=float, default=0.25, help="share of features dropped in training")
    parser.add_argument("--input-bits", type=int, default=1)
    parser.add_argument("--relu-bits", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    train_x = read_idx(options.data / "train-images-idx3-ubyte")
    train_y = read_idx(options.data / "train-labels-idx1-ubyte").astype(np.int32)
    test_x = read_idx(options.data / "t10k-images-idx3-ubyte")
    test_y = read_idx(options.data / "t10k-labels-idx1-ubyte").astype(np.int32)

    params = train(options, train_x, train_y)
    levels, limit = 2**options.input_bits - 1, 2**options.relu_bits - 1
    print(f"test accuracy, weights not rounded: {accuracy(params, test_x, test_y):.2f} %")
    params = on_grid(params, levels, limit)
    print(f"test accuracy, convolution on its grid: {accuracy(params, test_x, test_y):.2f} %")
    rounded = np.floor(test_x / 255.0 * levels + 0.5) * 255.0 / levels
    print(f"the same with pixels of {options.input_bits} bits: {accuracy(params, rounded, test_y):.2f} %")
    onnx.save(to_onnx(params), options.out)
    print(f"wrote {options.out} ({options.out.stat().st_size} bytes)")


if __name__ == "__main__":
    main()
