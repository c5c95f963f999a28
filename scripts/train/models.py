#!/usr/bin/env python3
"""Trains the networks of tests/vectors/models and writes each as ONNX.

    python models.py mlp lenet5 resnet cancer --out ../../tests/vectors/models

| network | data | layers |
|---|---|---|
| mlp | MNIST | 784 -> 56 -> 10 |
| lenet5 | MNIST | conv 6 5x5, max pool, conv 16 5x5, max pool, 120, 84, 10 |
| resnet | Fashion-MNIST | conv 8 3x3 /2, residual block, conv 16 3x3 /2, residual block, global average pool, 10 |
| cancer | Breast Cancer Wisconsin (in scikit-learn) | 30 -> 16 -> 2 |

A network is a list of nodes that jax computes and ONNX gets. Hidden layers are trained with weights of four bits and inputs of
a few bits, drawn anew for each batch, so that the importer finds a coarse grid for them again (see train.py). Weights are
rounded by one step for the whole layer; rounding has the gradient of the identity.
"""

import argparse
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from train import CACHE, augment, read_idx, straight_through

# Largest weight of a hidden layer, in steps.
LEVELS = 7
FASHION = CACHE.parent / "fashion-mnist"


def conv(name, source, channels, kernel, stride=1, pad=0):
    return {"op": "Conv", "name": name, "from": [source], "out": channels[1], "in": channels[0], "kernel": kernel, "stride": stride, "pad": pad}


def gemm(name, source, inputs, outputs):
    return {"op": "Gemm", "name": name, "from": [source], "out": outputs, "in": inputs}


def node(op, name, *sources):
    return {"op": op, "name": name, "from": list(sources)}


def block(name, source, channels):
    """ReLU(x + conv(ReLU(conv(x))))."""
    return [
        conv(f"{name}a", source, (channels, channels), 3, pad=1),
        node("Relu", f"{name}a_relu", f"{name}a"),
        conv(f"{name}b", f"{name}a_relu", (channels, channels), 3, pad=1),
        node("Add", f"{name}_sum", f"{name}b", source),
        node("Relu", name, f"{name}_sum"),
    ]


NETWORKS = {
    "mlp": {
        "shape": (1, 28, 28),
        "bits": (1, 2, 4),
        "epochs": 12,
        "nodes": [
            node("Flatten", "flat", "image"),
            gemm("fc1", "flat", 784, 56),
            node("Relu", "relu1", "fc1"),
            gemm("scores", "relu1", 56, 10),
        ],
    },
    "lenet5": {
        "shape": (1, 28, 28),
        "bits": (1, 2, 4),
        "epochs": 8,
        "nodes": [
            conv("conv1", "image", (1, 6), 5, pad=2),
            node("Relu", "relu1", "conv1"),
            node("MaxPool", "pool1", "relu1"),
            conv("conv2", "pool1", (6, 16), 5),
            node("Relu", "relu2", "conv2"),
            node("MaxPool", "pool2", "relu2"),
            node("Flatten", "flat", "pool2"),
            gemm("fc1", "flat", 400, 120),
            node("Relu", "relu3", "fc1"),
            gemm("fc2", "relu3", 120, 84),
            node("Relu", "relu4", "fc2"),
            gemm("scores", "relu4", 84, 10),
        ],
    },
    "resnet": {
        "shape": (1, 28, 28),
        "bits": (3, 4),
        "epochs": 12,
        "nodes": [
            conv("conv1", "image", (1, 8), 3, stride=2, pad=1),
            node("Relu", "relu1", "conv1"),
            *block("block1", "relu1", 8),
            conv("conv2", "block1", (8, 16), 3, stride=2, pad=1),
            node("Relu", "relu2", "conv2"),
            *block("block2", "relu2", 16),
            node("GlobalAveragePool", "pool", "block2"),
            node("Flatten", "flat", "pool"),
            gemm("scores", "flat", 16, 10),
        ],
    },
    "cancer": {
        "shape": (30,),
        "bits": (4, 6),
        "epochs": 150,
        "nodes": [gemm("fc1", "features", 30, 16), node("Relu", "relu1", "fc1"), gemm("scores", "relu1", 16, 2)],
    },
}


def is_layer(node):
    return node["op"] in ("Conv", "Gemm")


def step_of(weights):
    """Three standard deviations are the largest weight that is told apart."""
    return 3 * jnp.std(weights) / LEVELS


def on_grid(weights):
    step = step_of(weights)
    return jnp.clip(jnp.round(weights / step), -LEVELS, LEVELS) * step


def run(nodes, params, x, keep=None):
    """The scores of inputs with the batch first. `keep` thins out what the last layer reads (dropout)."""
    values = {nodes[0]["from"][0]: x}
    for node in nodes:
        y = [values[name] for name in node["from"]]
        op, name = node["op"], node["name"]
        if is_layer(node):
            weights, bias = params[name + "_w"], params[name + "_b"]
            last = node is nodes[-1]
            weights = weights if last else straight_through(weights, on_grid(weights))
        if op == "Conv":
            pad = [(node["pad"],) * 2] * 2
            result = jax.lax.conv_general_dilated(y[0], weights, (node["stride"],) * 2, pad) + bias[:, None, None]
        elif op == "Gemm":
            result = (y[0] if keep is None or not last else y[0] * keep) @ weights.T + bias
        elif op == "Relu":
            result = jax.nn.relu(y[0])
        elif op == "MaxPool":
            result = jax.lax.reduce_window(y[0], -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
        elif op == "GlobalAveragePool":
            result = y[0].mean((2, 3), keepdims=True)
        elif op == "Add":
            result = y[0] + y[1]
        else:
            result = y[0].reshape(len(y[0]), -1)
        values[name] = result
    return result


def initial(nodes, key):
    params = {}
    for node in filter(is_layer, nodes):
        shape = (node["out"], node["in"]) + ((node["kernel"],) * 2 if node["op"] == "Conv" else ())
        key, sub = jax.random.split(key)
        params[node["name"] + "_w"] = jax.random.normal(sub, shape) * np.sqrt(2 / np.prod(shape[1:]))
        params[node["name"] + "_b"] = jnp.zeros(node["out"])
    return params


def train(network, transform, inputs, labels, options):
    """Adam with a cosine schedule. `transform` changes a batch at random."""
    nodes, last = network["nodes"], network["nodes"][-1]
    key, sub = jax.random.split(jax.random.PRNGKey(options.seed))
    params = initial(nodes, sub)
    moments = jax.tree.map(jnp.zeros_like, (params, params))
    batch = min(options.batch, len(inputs) // 4)
    epochs = options.epochs or network["epochs"]
    steps = epochs * (len(inputs) // batch)
    low, high = network.get("range", (0.0, 1.0))

    def loss(params, key, x, targets, levels):
        warp, drop = jax.random.split(key)
        x = transform(warp, x)
        x = low + jnp.floor((x - low) / (high - low) * levels + 0.5) / levels * (high - low)
        keep = jax.random.bernoulli(drop, 0.9, (len(x), last["in"])) / 0.9
        scores = run(nodes, params, x, keep)
        fit = -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(scores), targets[:, None], 1))
        return fit + options.decay * sum(jnp.sum(params[name] ** 2) for name in params if name.endswith("_w"))

    @jax.jit
    def step(params, moments, count, key, x, targets, levels):
        gradient = jax.grad(loss)(params, key, x, targets, levels)
        rate = options.rate * 0.5 * (1 + jnp.cos(jnp.pi * count / steps))
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradient)
        second = jax.tree.map(lambda m, g: 0.999 * m + 0.001 * g * g, moments[1], gradient)
        correct1, correct2 = 1 - 0.9 ** (count + 1), 1 - 0.999 ** (count + 1)
        update = lambda p, m, v: p - rate * (m / correct1) / (jnp.sqrt(v / correct2) + 1e-8)
        return jax.tree.map(update, params, first, second), (first, second)

    order, count = np.random.default_rng(options.seed), 0
    for epoch in range(epochs):
        for rows in np.array_split(order.permutation(len(inputs)), len(inputs) // batch):
            rows = rows[:batch]
            key, sub = jax.random.split(key)
            levels = 2.0 ** order.choice(network["bits"]) - 1
            params, moments = step(params, moments, count, sub, jnp.asarray(inputs[rows]), labels[rows], levels)
            count += 1
        if epochs < 50 or epoch % 50 == 49:
            print(f"epoch {epoch + 1} of {epochs}", flush=True)
    return params


def rounded(nodes, params):
    """The parameters with the hidden layers' weights on their grids."""
    hidden = {node["name"] + "_w" for node in nodes[:-1] if is_layer(node)}
    return {name: on_grid(value) if name in hidden else value for name, value in params.items()}


def to_onnx(name, network, params):
    nodes, tensors, out = network["nodes"], [], []
    for node in nodes:
        inputs, attributes = list(node["from"]), {}
        if is_layer(node):
            for part in ("_w", "_b"):
                tensors.append(numpy_helper.from_array(np.asarray(params[node["name"] + part], np.float32), node["name"] + part))
                inputs.append(node["name"] + part)
        if node["op"] == "Conv":
            attributes = {"kernel_shape": [node["kernel"]] * 2, "strides": [node["stride"]] * 2, "pads": [node["pad"]] * 4}
        elif node["op"] == "Gemm":
            attributes = {"transB": 1}
        elif node["op"] == "MaxPool":
            attributes = {"kernel_shape": [2, 2], "strides": [2, 2]}
        elif node["op"] == "Flatten":
            attributes = {"axis": 1}
        out.append(helper.make_node(node["op"], inputs, [node["name"]], node["name"], **attributes))
    tensor = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, *shape])
    graph = helper.make_graph(out, name, [tensor(nodes[0]["from"][0], network["shape"])], [tensor("scores", (nodes[-1]["out"],))], tensors)
    model = helper.make_model(graph, producer_name="zkinfer", opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def pictures(folder):
    """Training and test pictures `[n, 1, 28, 28]` in 0..1, with labels."""
    parts = []
    for part in ("train", "t10k"):
        parts.append(np.float32(read_idx(folder / f"{part}-images-idx3-ubyte"))[:, None] / 255)
        parts.append(read_idx(folder / f"{part}-labels-idx1-ubyte").astype(np.int32))
    return parts


def digits(key, x):
    return augment(key, x[:, 0])[:, None]


def clothes(key, x):
    """Mirrored or not, and moved by a pixel at most."""
    flip, move = jax.random.split(key)
    x = jnp.where(jax.random.bernoulli(flip, 0.5, (len(x), 1, 1, 1)), x[..., ::-1], x)
    dy, dx = jax.random.randint(move, (2,), -1, 2)
    return jnp.roll(x, (dy, dx), (2, 3))


def cancer():
    """Features of each cell between their least and greatest value in the training part, as 0 to 1. Every fifth row is for
    the test."""
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    test = np.arange(len(data.target)) % 5 == 0
    low, high = data.data[~test].min(0), data.data[~test].max(0)
    scaled = np.float32(np.clip((data.data - low) / (high - low), 0, 1))
    target = data.target.astype(np.int32)
    return data, (low, high), (scaled[~test], target[~test], scaled[test], target[test])


def load(name):
    """Training and test set of a network, and what changes a training batch at random."""
    if name == "cancer":
        return cancer()[2], lambda key, x: jnp.clip(x + 0.02 * jax.random.normal(key, x.shape), 0, 1)
    return (pictures(FASHION), clothes) if name == "resnet" else (pictures(CACHE), digits)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="+", choices=NETWORKS, metavar="NETWORK", help=", ".join(NETWORKS))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."), help="folder; NETWORK/NETWORK.onnx is written there")
    parser.add_argument("--epochs", type=int, help="passes over the training set")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-3, help="Adam's rate at the start")
    parser.add_argument("--decay", type=float, default=1e-5, help="L2 penalty on weights")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    for name in options.networks:
        network, (data, transform) = NETWORKS[name], load(name)
        train_x, train_y, test_x, test_y = data
        params = rounded(network["nodes"], train(network, transform, train_x, train_y, options))
        model = to_onnx(name, network, params)
        path = options.out / name / f"{name}.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, path)
        right = measured(path, test_x, test_y)
        print(f"{name}: {right:.2f} % of the test set, {path} ({path.stat().st_size} bytes)", flush=True)


def measured(path, inputs, labels):
    """Accuracy of the file itself, by onnxruntime."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    name = session.get_inputs()[0].name
    right = sum(int(session.run(None, {name: x[None]})[0].argmax() == y) for x, y in zip(inputs, labels))
    return 100.0 * right / len(labels)


if __name__ == "__main__":
    main()
