#!/usr/bin/env python3
"""Writes small ONNX models and what onnxruntime computes with them, for the tests of the ONNX import.

    pip install -r requirements.txt onnxruntime==1.32.0
    python vectors.py ../../tests/vectors/onnx

Each case is NAME.onnx and an entry in scores.json: the input and the scores, both flat.
"""

import itertools
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(7)


def weights(*shape):
    return RANDOM.normal(0, 0.5, shape).astype(np.float32)


def constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)


def conv_case(channels, size, out, kernel, **attributes):
    """Conv, Relu, Flatten, Gemm to 4 classes."""
    group = attributes.get("group", 1)
    conv = helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", **attributes)
    tensors = [constant("w", weights(out, channels // group, *kernel)), constant("b", weights(out))]
    probe = helper.make_graph([conv], "g", [info("x", [1, channels, *size])], [info("c", list("nchw"))], tensors)
    shape = run(model(probe), np.zeros([1, channels, *size], np.float32)).shape
    nodes = [
        conv,
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("Flatten", ["r"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "v", "d"], ["y"], "fc", transB=1),
    ]
    tensors += [constant("v", weights(4, int(np.prod(shape)))), constant("d", weights(4))]
    return nodes, tensors, [channels, *size]


def info(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def model(graph, opset=13):
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def run(model, x):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def cases():
    yield "conv-valid", *conv_case(1, (6, 6), 3, (3, 3))
    yield "conv-strides-pads", *conv_case(2, (7, 5), 4, (3, 2), strides=[2, 1], pads=[1, 0, 2, 1])
    yield "conv-dilations", *conv_case(1, (8, 8), 2, (3, 3), dilations=[2, 3])
    yield "conv-group", *conv_case(4, (4, 4), 8, (2, 2), group=2)
    yield "conv-depthwise", *conv_case(3, (5, 5), 3, (3, 3), group=3, pads=[1, 1, 1, 1])
    yield "conv-same-upper", *conv_case(1, (6, 7), 2, (3, 2), auto_pad="SAME_UPPER", strides=[2, 2])
    yield "conv-same-lower", *conv_case(1, (6, 7), 2, (2, 4), auto_pad="SAME_LOWER", strides=[1, 3])
    yield "conv-auto-valid", *conv_case(1, (6, 7), 2, (2, 4), auto_pad="VALID", strides=[1, 3])

    yield (
        "mlp-matmul-add",
        [
            helper.make_node("MatMul", ["x", "w1"], ["m1"]),
            helper.make_node("Add", ["m1", "b1"], ["a1"]),
            helper.make_node("Relu", ["a1"], ["r1"]),
            helper.make_node("Dropout", ["r1"], ["p1"]),
            helper.make_node("Identity", ["p1"], ["i1"]),
            helper.make_node("MatMul", ["i1", "w2"], ["m2"]),
            helper.make_node("Add", ["b2", "m2"], ["y"]),
        ],
        [
            constant("w1", weights(9, 6)),
            constant("b1", weights(6)),
            constant("w2", weights(6, 3)),
            constant("b2", weights(1, 3)),
        ],
        [9],
    )
    yield (
        "gemm-alpha-beta",
        [
            helper.make_node("Gemm", ["x", "w1", "b1"], ["g1"], alpha=0.5, beta=2.0),
            helper.make_node("Relu", ["g1"], ["r1"]),
            helper.make_node("Gemm", ["r1", "w2"], ["y"], alpha=-1.5, transB=1),
        ],
        [constant("w1", weights(5, 7)), constant("b1", weights(1, 7)), constant("w2", weights(4, 7))],
        [5],
    )
    yield (
        "reshape-constants",
        [
            helper.make_node("Constant", [], ["picture"], value=constant("", np.array([0, 1, 4, -1], np.int64))),
            helper.make_node("Reshape", ["x", "picture"], ["p"]),
            helper.make_node("Conv", ["p", "w"], ["c"], kernel_shape=[2, 2]),
            helper.make_node("Add", ["c", "b"], ["a"]),
            helper.make_node("Relu", ["a"], ["r"]),
            helper.make_node("Constant", [], ["flat"], value_ints=[1, -1]),
            helper.make_node("Reshape", ["r", "flat"], ["f"]),
            helper.make_node("Gemm", ["f", "v"], ["y"]),
        ],
        [constant("w", weights(2, 1, 2, 2)), constant("b", weights(1, 2, 1, 1)), constant("v", weights(18, 3))],
        [16],
    )
    yield (
        "two-convs-scores-by-conv",
        [
            helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], strides=[2, 2]),
            helper.make_node("Relu", ["c1"], ["r1"]),
            helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", ["c2"], ["r2"]),
            helper.make_node("Conv", ["r2", "w3"], ["y"]),
        ],
        [
            constant("w1", weights(4, 3, 3, 3)),
            constant("b1", weights(4)),
            constant("w2", weights(6, 4, 3, 3)),
            constant("b2", weights(6)),
            constant("w3", weights(5, 6, 4, 4)),
        ],
        [3, 9, 9],
    )
    yield (
        "squeeze-unsqueeze",
        [
            helper.make_node("Unsqueeze", ["x", "one"], ["u"]),
            helper.make_node("Conv", ["u", "w"], ["c"]),
            helper.make_node("Relu", ["c"], ["r"]),
            helper.make_node("Squeeze", ["r", "last"], ["f"]),
            helper.make_node("Flatten", ["f"], ["g"]),
            helper.make_node("Gemm", ["g", "v"], ["y"]),
        ],
        [
            constant("one", np.array([1], np.int64)),
            constant("last", np.array([-1], np.int64)),
            constant("w", weights(2, 1, 3, 4)),
            constant("v", weights(4, 3)),
        ],
        [4, 4],
    )


def classify(nodes, tensors, shape, channels):
    """A Gemm to 3 classes after nodes that end with a tensor r of so many values."""
    nodes += [helper.make_node("Flatten", ["r"], ["f"]), helper.make_node("Gemm", ["f", "v", "d"], ["y"], transB=1)]
    return nodes, tensors + [constant("v", weights(3, channels)), constant("d", weights(3))], shape


def normalisation(name, channels):
    """Parameters of a BatchNormalization."""
    positive = lambda: RANDOM.uniform(0.5, 2, channels).astype(np.float32)
    parts = [positive(), weights(channels), weights(channels), positive()]
    return [constant(f"{name}{i}", part) for i, part in enumerate(parts)]


def graph_cases():
    """Branches, pooling and activations; each ends with a Gemm."""
    conv = lambda x, w, y, **attributes: helper.make_node("Conv", [x, w], [y], **attributes)
    kernel = dict(kernel_shape=[2, 2], strides=[2, 2])
    yield "lenet", *classify(
        [
            conv("x", "w1", "c1", pads=[2, 2, 2, 2]),
            helper.make_node("Relu", ["c1"], ["r1"]),
            helper.make_node("MaxPool", ["r1"], ["p1"], **kernel),
            conv("p1", "w2", "c2"),
            helper.make_node("Relu", ["c2"], ["r2"]),
            helper.make_node("MaxPool", ["r2"], ["r"], kernel_shape=[2, 3], strides=[1, 2], ceil_mode=1, pads=[1, 1, 0, 1]),
        ],
        [constant("w1", weights(3, 1, 5, 5)), constant("w2", weights(4, 3, 3, 3))],
        [1, 10, 12],
        4 * 3 * 3,
    )
    yield "residual", *classify(
        [
            conv("x", "w1", "c1", pads=[1, 1, 1, 1]),
            helper.make_node("BatchNormalization", ["c1", "m0", "m1", "m2", "m3"], ["b1"]),
            helper.make_node("Relu", ["b1"], ["r1"]),
            conv("r1", "w2", "c2", pads=[1, 1, 1, 1]),
            helper.make_node("BatchNormalization", ["c2", "n0", "n1", "n2", "n3"], ["b2"]),
            helper.make_node("Add", ["b2", "r1"], ["a"]),
            helper.make_node("Relu", ["a"], ["r2"]),
            conv("r2", "w3", "c3", strides=[2, 2]),
            conv("r2", "w4", "c4", strides=[2, 2], pads=[1, 1, 1, 1]),
            helper.make_node("Sum", ["c3", "c4"], ["s"]),
            helper.make_node("Relu", ["s"], ["r3"]),
            helper.make_node("GlobalAveragePool", ["r3"], ["r"]),
        ],
        [
            constant("w1", weights(4, 2, 3, 3)),
            constant("w2", weights(4, 4, 3, 3)),
            constant("w3", weights(6, 4, 1, 1)),
            constant("w4", weights(6, 4, 3, 3)),
            *normalisation("m", 4),
            *normalisation("n", 4),
        ],
        [2, 6, 6],
        6,
    )
    yield "concat-transpose-pad", *classify(
        [
            conv("x", "w1", "c1"),
            helper.make_node("Relu", ["c1"], ["r1"]),
            helper.make_node("Pad", ["r1", "pads"], ["p1"]),
            conv("x", "w2", "c2", pads=[1, 1, 1, 1]),
            helper.make_node("Relu", ["c2"], ["r2"]),
            helper.make_node("Concat", ["p1", "r2"], ["j"], axis=1),
            helper.make_node("AveragePool", ["j"], ["a"], **kernel),
            helper.make_node("Transpose", ["a"], ["t"], perm=[0, 3, 1, 2]),
            helper.make_node("Concat", ["t", "t"], ["k"], axis=3),
            conv("k", "w3", "c3"),
            helper.make_node("Relu", ["c3"], ["r"]),
        ],
        [
            constant("w1", weights(2, 1, 3, 3)),
            constant("w2", weights(3, 1, 3, 3)),
            constant("w3", weights(4, 3, 2, 2)),
            constant("pads", np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64)),
        ],
        [1, 6, 6],
        4 * 4 * 5,
    )
    yield "clip-leaky-affine", *classify(
        [
            helper.make_node("Sub", ["x", "mean"], ["n1"]),
            helper.make_node("Div", ["n1", "deviation"], ["n2"]),
            conv("n2", "w1", "c1", pads=[1, 1, 1, 1]),
            helper.make_node("Clip", ["c1", "zero", "six"], ["l1"]),
            helper.make_node("Mul", ["l1", "channels"], ["m1"]),
            conv("m1", "w2", "c2", group=4),
            helper.make_node("LeakyRelu", ["c2"], ["r2"], alpha=0.1),
            conv("r2", "w3", "c3"),
            helper.make_node("PRelu", ["c3", "slope"], ["r"]),
        ],
        [
            constant("mean", np.array([[[0.48]], [[0.45]]], np.float32)),
            constant("deviation", np.array([[[0.22]], [[0.23]]], np.float32)),
            constant("w1", weights(4, 2, 3, 3)),
            constant("zero", np.array(0, np.float32)),
            constant("six", np.array(1.5, np.float32)),
            constant("channels", np.array([[[1]], [[0.5]], [[-2]], [[1.25]]], np.float32)),
            constant("w2", weights(4, 1, 3, 3)),
            constant("w3", weights(5, 4, 1, 1)),
            constant("slope", np.array([0.25], np.float32)),
        ],
        [2, 5, 5],
        5 * 9,
    )
    for name, op, attributes in [
        ("sigmoid", "Sigmoid", {}),
        ("tanh", "Tanh", {}),
        ("hard-sigmoid", "HardSigmoid", dict(alpha=0.25, beta=0.4)),
        ("hard-swish", "HardSwish", {}),
        ("elu", "Elu", dict(alpha=0.8)),
        ("softplus", "Softplus", {}),
        ("gelu", "Gelu", {}),
        ("gelu-tanh", "Gelu", dict(approximate="tanh")),
    ]:
        yield f"mlp-{name}", *classify(
            [
                helper.make_node("Gemm", ["x", "w1", "b1"], ["g1"]),
                helper.make_node(op, ["g1"], ["h1"], **attributes),
                helper.make_node("Gemm", ["h1", "w2"], ["g2"]),
                helper.make_node(op, ["g2"], ["r"], **attributes),
            ],
            [constant("w1", 2 * weights(12, 16)), constant("b1", weights(16)), constant("w2", weights(16, 10))],
            [12],
            10,
        )


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    scores = {}
    for name, nodes, tensors, shape in itertools.chain(cases(), graph_cases()):
        batch = "batch" if name == "mlp-matmul-add" else 1
        scores_by_conv = nodes[-1].op_type == "Conv"
        output = info("y", list("nchw") if scores_by_conv else list("nk"))
        graph = helper.make_graph(nodes, name, [info("x", [batch, *shape])], [output], tensors)
        proto = model(graph, 20 if name.startswith("mlp-gelu") or name == "mlp-hard-swish" else 13)
        onnx.checker.check_model(proto)
        x = RANDOM.uniform(0, 1, [1, *shape]).astype(np.float32)
        y = run(proto, x)
        (out / f"{name}.onnx").write_bytes(proto.SerializeToString())
        scores[name] = {"input": [round(float(v), 9) for v in x.ravel()], "scores": [round(float(v), 6) for v in y.ravel()]}
    (out / "scores.json").write_text(json.dumps(scores, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
