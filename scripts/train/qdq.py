#!/usr/bin/env python3
"""Writes small pre-quantised ONNX models and the integers that onnxruntime computes with them, for the tests of their import.

    pip install -r requirements.txt onnx==1.23.2 onnxruntime==1.32.0
    python qdq.py ../../tests/vectors/onnx-quantized ../../tests/vectors/mnist

Each case is NAME.onnx and an entry in integers.json: inputs as integers of the input's type, and the last integers (before a
DequantizeLinear at the end, or the float scores where there are no such), all flat. Run it on a processor with VNNI, or on one without
AVX2: elsewhere onnxruntime's products of uint8 and int8 saturate at 16 bits.
"""

import gzip
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

RANDOM = np.random.default_rng(11)
TYPES = {"u8": (np.uint8, TensorProto.UINT8, QuantType.QUInt8), "i8": (np.int8, TensorProto.INT8, QuantType.QInt8)}
INPUTS = 12


def constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)


def info(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes, inputs, outputs, tensors, opset=13):
    graph = helper.make_graph(nodes, "g", inputs, outputs, tensors)
    imports = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    made = helper.make_model(graph, opset_imports=imports, ir_version=8)
    onnx.checker.check_model(made)
    return made


def run(made, x):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return [session.run(None, {session.get_inputs()[0].name: one})[0] for one in x]


def integers(kind, shape):
    low, high = (0, 255) if kind == "u8" else (-128, 127)
    return [RANDOM.integers(low, high + 1, shape).astype(TYPES[kind][0]) for _ in range(INPUTS)]


def small(low, high):
    return np.float32(RANDOM.uniform(low, high))


def qlinear_conv(kind, per_channel, size=(7, 6), channels=3, out=4, group=1, **attributes):
    """QLinearConv alone, on integers."""
    dtype, proto, _ = TYPES[kind]
    zero = dtype(RANDOM.integers(90, 150) if kind == "u8" else RANDOM.integers(-40, 40))
    kernel = attributes.get("kernel_shape", [3, 3])
    scales = RANDOM.uniform(0.002, 0.009, out if per_channel else 1).astype(np.float32)
    tensors = [
        constant("xs", np.float32(0.0173)), constant("xz", zero),
        constant("w", RANDOM.integers(-127, 128, [out, channels // group, *kernel]).astype(np.int8)),
        constant("ws", scales if per_channel else scales[0]),
        constant("wz", np.zeros(out, np.int8) if per_channel else np.int8(0)),
        constant("ys", small(0.02, 0.05)), constant("yz", dtype(RANDOM.integers(20, 200) if kind == "u8" else 7)),
        constant("b", RANDOM.integers(-4000, 4000, out).astype(np.int32)),
    ]
    node = helper.make_node(
        "QLinearConv", ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"], ["y"], "qconv", group=group, **attributes
    )
    made = model([node], [info("x", proto, [1, channels, *size])], [info("y", proto, list("nchw"))], tensors)
    x = integers(kind, [1, channels, *size])
    return made, x, run(made, x)


def qlinear_matmul(kind, weights, per_channel, inputs=37, outputs=9):
    dtype, proto, _ = TYPES[kind]
    wtype = TYPES[weights][0]
    wzero = wtype(128 if weights == "u8" else 0)
    low, high = (0, 256) if weights == "u8" else (-127, 128)
    scales = RANDOM.uniform(0.002, 0.009, outputs if per_channel else 1).astype(np.float32)
    tensors = [
        constant("xs", np.float32(0.031)), constant("xz", dtype(3)),
        constant("w", RANDOM.integers(low, high, [inputs, outputs]).astype(wtype)),
        constant("ws", scales if per_channel else scales[0]),
        constant("wz", np.full(outputs, wzero) if per_channel else wzero),
        constant("ys", small(0.05, 0.09)), constant("yz", dtype(100 if kind == "u8" else -3)),
    ]
    node = helper.make_node("QLinearMatMul", ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz"], ["y"], "qmatmul")
    made = model([node], [info("x", proto, [1, inputs])], [info("y", proto, [1, outputs])], tensors)
    x = integers(kind, [1, inputs])
    return made, x, run(made, x)


def weights_beyond_eight_bits(inputs=16, outputs=5):
    """Asymmetric weights: less their zero point they need nine bits."""
    tensors = [
        constant("xs", np.float32(0.02)), constant("xz", np.uint8(7)),
        constant("w", RANDOM.integers(0, 256, [inputs, outputs]).astype(np.uint8)),
        constant("ws", np.float32(0.004)), constant("wz", np.uint8(3)),
        constant("ys", np.float32(0.07)), constant("yz", np.uint8(30)),
    ]
    node = helper.make_node("QLinearMatMul", ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz"], ["y"], "qmatmul")
    made = model([node], [info("x", TensorProto.UINT8, [1, inputs])], [info("y", TensorProto.UINT8, [1, outputs])], tensors)
    x = integers("u8", [1, inputs])
    return made, x, run(made, x)


def unary(op, attributes, kind="u8", shape=(1, 2, 5, 5), domain="com.microsoft"):
    dtype, proto, _ = TYPES[kind]
    tensors = [
        constant("xs", np.float32(0.047)), constant("xz", dtype(110 if kind == "u8" else -5)),
        constant("ys", np.float32(0.0313) if "Pool" in op else np.float32(0.0039)),
        constant("yz", dtype(120 if "Pool" in op and kind == "u8" else 0)),
    ]
    node = helper.make_node(op, ["x", "xs", "xz", "ys", "yz"], ["y"], "unary", domain=domain, **attributes)
    made = model([node], [info("x", proto, list(shape))], [info("y", proto, list("nchw"))], tensors)
    x = integers(kind, list(shape))
    return made, x, run(made, x)


def qlinear_add(kind):
    dtype, proto, _ = TYPES[kind]
    tensors = [
        constant("as", np.float32(0.0219)), constant("az", dtype(100 if kind == "u8" else 5)),
        constant("ys", np.float32(0.0391)), constant("yz", dtype(90 if kind == "u8" else -20)),
        constant("ps", np.float32(0.0127)), constant("pz", dtype(30 if kind == "u8" else 11)),
        constant("one", np.float32(1)),
    ]
    nodes = [
        helper.make_node("DequantizeLinear", ["x", "as", "az"], ["d"], "dq"),
        helper.make_node("QuantizeLinear", ["d", "ps", "pz"], ["p"], "other"),
        helper.make_node("QLinearAdd", ["x", "as", "az", "p", "ps", "pz", "ys", "yz"], ["y"], "add", domain="com.microsoft"),
    ]
    made = model(nodes, [info("x", proto, [1, 256])], [info("y", proto, [1, 256])], tensors)
    low = 0 if kind == "u8" else -128
    x = [np.arange(low, low + 256).reshape(1, 256).astype(dtype)]
    return made, x, run(made, x)


class Reader(CalibrationDataReader):
    def __init__(self, shape, count=40, data=None):
        self.data = iter(data if data is not None else [RANDOM.uniform(0, 1, shape).astype(np.float32) for _ in range(count)])

    def get_next(self):
        one = next(self.data, None)
        return None if one is None else {"x": one}


def statically(made, shape, activations, weights, form, per_channel, data=None, only=None):
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "f.onnx"), pathlib.Path(folder, "q.onnx")
        onnx.save(made, source)
        quantize_static(
            source, target, Reader(shape, data=data), quant_format=form, per_channel=per_channel,
            activation_type=TYPES[activations][2], weight_type=TYPES[weights][2], op_types_to_quantize=only,
        )
        quantised = onnx.load(target)
    del quantised.metadata_props[:]
    return quantised


def floats(*shape):
    return RANDOM.normal(0, 0.4, shape).astype(np.float32)


def cnn():
    """Conv, Relu, MaxPool, depthwise Conv with padding, Relu, Flatten, Gemm."""
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("MaxPool", ["r"], ["m"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["m", "v", "d"], ["e"], "depthwise", group=4, pads=[0, 1, 1, 0]),
        helper.make_node("Relu", ["e"], ["s"], "relu_1"),
        helper.make_node("Flatten", ["s"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "u", "g"], ["y"], "fc", transB=1),
    ]
    tensors = [
        constant("w", floats(4, 2, 3, 3)), constant("b", floats(4)), constant("v", floats(4, 1, 2, 2)),
        constant("d", floats(4)), constant("u", floats(5, 64)), constant("g", floats(5)),
    ]
    shape = [1, 2, 8, 8]
    return model(nodes, [info("x", 1, shape)], [info("y", 1, [1, 5])], tensors), shape


def residual():
    """A residual block, concatenation, a mean and a sigmoid."""
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("Conv", ["r", "v", "d"], ["e"], "conv_1", pads=[1, 1, 1, 1]),
        helper.make_node("Add", ["e", "r"], ["a"], "add"),
        helper.make_node("Relu", ["a"], ["s"], "relu_1"),
        helper.make_node("Concat", ["s", "r"], ["k"], "concat", axis=1),
        helper.make_node("Sigmoid", ["k"], ["t"], "sigmoid"),
        helper.make_node("GlobalAveragePool", ["t"], ["p"], "mean"),
        helper.make_node("Flatten", ["p"], ["f"], "flatten"),
        helper.make_node("MatMul", ["f", "u"], ["y"], "fc"),
    ]
    tensors = [
        constant("w", floats(3, 2, 3, 3)), constant("b", floats(3)), constant("v", floats(3, 3, 3, 3)),
        constant("d", floats(3)), constant("u", floats(6, 4)),
    ]
    shape = [1, 2, 6, 6]
    return model(nodes, [info("x", 1, shape)], [info("y", 1, [1, 4])], tensors), shape


def line():
    """One-dimensional: Conv, Relu, MaxPool, Conv, GlobalAveragePool, Flatten, Gemm."""
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", pads=[1, 1]),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("MaxPool", ["r"], ["m"], "pool", kernel_shape=[2], strides=[2]),
        helper.make_node("Conv", ["m", "v"], ["e"], "conv_1", dilations=[2]),
        helper.make_node("Relu", ["e"], ["s"], "relu_1"),
        helper.make_node("GlobalAveragePool", ["s"], ["p"], "mean"),
        helper.make_node("Flatten", ["p"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "u", "g"], ["y"], "fc", transB=1),
    ]
    tensors = [
        constant("w", floats(4, 2, 3)), constant("b", floats(4)), constant("v", floats(6, 4, 3)),
        constant("u", floats(5, 6)), constant("g", floats(5)),
    ]
    shape = [1, 2, 16]
    return model(nodes, [info("x", 1, shape)], [info("y", 1, [1, 5])], tensors), shape


def rows():
    """The same product for each of five rows, Relu, Pad, Flatten, Gemm."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["c"], "rows"),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        helper.make_node("Pad", ["r", "pads"], ["q"], "pad"),
        helper.make_node("Flatten", ["q"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "u", "g"], ["y"], "fc", transB=1),
    ]
    tensors = [
        constant("w", floats(8, 6)), constant("u", floats(4, 36)), constant("g", floats(4)),
        constant("pads", np.array([0, 0, 0, 0, 1, 0])),
    ]
    shape = [1, 5, 8]
    return model(nodes, [info("x", 1, shape)], [info("y", 1, [1, 4])], tensors), shape


def several_nodes():
    """SiLU and HardSwish in several nodes, which stay floats between grids; weights that a Transpose comes before."""
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv"),
        helper.make_node("Sigmoid", ["c"], ["t"], "sigmoid"),
        helper.make_node("Mul", ["c", "t"], ["s"], "silu"),
        helper.make_node("Conv", ["s", "v", "d"], ["e"], "conv_1"),
        helper.make_node("HardSigmoid", ["e"], ["h"], "gate", alpha=1 / 6, beta=0.5),
        helper.make_node("Mul", ["e", "h"], ["k"], "hard_swish"),
        helper.make_node("Flatten", ["k"], ["f"], "flatten"),
        helper.make_node("MatMul", ["f", "u"], ["y"], "fc"),
    ]
    tensors = [
        constant("w", floats(3, 2, 3, 3)), constant("b", floats(3)), constant("v", floats(3, 3, 3, 3)),
        constant("d", floats(3)), constant("u", floats(12, 4)),
    ]
    shape = [1, 2, 6, 6]
    return model(nodes, [info("x", 1, shape)], [info("y", 1, [1, 4])], tensors), shape


def transposed_weights(quantised):
    """The same model with the last weights stored as [outputs, inputs], and a Transpose behind their DequantizeLinear."""
    last = next(node for node in quantised.graph.node if node.op_type == "MatMul")
    dequantise = next(node for node in quantised.graph.node if node.output[0] == last.input[1])
    weights = next(t for t in quantised.graph.initializer if t.name == dequantise.input[0])
    weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights).T.copy(), weights.name))
    for attribute in dequantise.attribute:
        if attribute.name == "axis":
            attribute.i = 1 - attribute.i
    at = list(quantised.graph.node).index(last)
    turned = helper.make_node("Transpose", [last.input[1]], ["turned"], "turn", perm=[1, 0])
    last.input[1] = "turned"
    quantised.graph.node.insert(at, turned)
    onnx.checker.check_model(quantised)
    return quantised


def last_integers(quantised):
    """The model with its last integers as the output, and their type."""
    copy = onnx.ModelProto()
    copy.CopyFrom(quantised)
    by_output = {name: node for node in copy.graph.node for name in node.output}
    output = copy.graph.output[0].name
    last = by_output[output]
    if last.op_type == "DequantizeLinear":
        output = last.input[0]
    kinds = {t.name: t.data_type for t in copy.graph.initializer}
    kind = kinds[last.input[2]] if last.op_type == "DequantizeLinear" else TensorProto.FLOAT
    del copy.graph.output[:]
    copy.graph.output.append(info(output, kind, list("nc")))
    return copy


def end_to_end(quantised, shape, activations, count=INPUTS):
    """Inputs as integers, and what comes of the reals that they stand for."""
    kinds = {t.name: numpy_helper.to_array(t) for t in quantised.graph.initializer}
    first = next(n for n in quantised.graph.node if n.op_type == "QuantizeLinear" and n.input[0] == "x")
    scale, zero = (kinds[name] for name in first.input[1:3])
    x = integers(activations, shape)[:count]
    reals = [((one.astype(np.int32) - int(zero)) * scale).astype(np.float32) for one in x]
    return x, run(last_integers(quantised), reals)


def of_exporters():
    """What operators beside the plain ones do between grids."""
    cases = {}
    for label, build in (("line", line), ("rows", rows)):
        made, shape = build()
        for kind, form in (("i8", QuantFormat.QDQ), ("u8", QuantFormat.QOperator)):
            quantised = statically(made, shape, kind, "i8", form, True)
            name = f"{label}-{'qdq' if form == QuantFormat.QDQ else 'qoperator'}-{kind}-channels"
            cases[name] = (quantised, *end_to_end(quantised, shape, kind))
    made, shape = several_nodes()
    quantised = statically(made, shape, "u8", "i8", QuantFormat.QDQ, True, only=["Conv", "MatMul"])
    quantised = transposed_weights(quantised)
    cases["several-nodes-qdq-u8-channels"] = (quantised, *end_to_end(quantised, shape, "u8"))
    return cases


def main():
    out, mnist = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(exist_ok=True)
    cases, entries = {}, {}
    for kind in TYPES:
        for per_channel in (False, True):
            name = f"{kind}{'-channels' if per_channel else ''}"
            cases[f"qlinear-conv-{name}"] = qlinear_conv(kind, per_channel, pads=[1, 2, 0, 1], strides=[2, 1])
            cases[f"qlinear-matmul-{name}"] = qlinear_matmul(kind, "i8", per_channel)
        cases[f"qlinear-add-{kind}"] = qlinear_add(kind)
        cases[f"qlinear-mean-{kind}"] = unary("QLinearGlobalAveragePool", {}, kind)
    cases["qlinear-conv-group"] = qlinear_conv("u8", True, channels=4, group=2, dilations=[2, 1], pads=[2, 1, 2, 1])
    cases["qlinear-matmul-u8-weights"] = qlinear_matmul("u8", "u8", False)
    cases["qlinear-matmul-nine-bits"] = weights_beyond_eight_bits()
    cases["qlinear-sigmoid"] = unary("QLinearSigmoid", {})
    cases["qlinear-leaky-relu"] = unary("QLinearLeakyRelu", {"alpha": 0.1})
    cases["qlinear-average-pool"] = unary("QLinearAveragePool", {"kernel_shape": [2, 2], "strides": [1, 2]})
    for label, build in (("cnn", cnn), ("residual", residual)):
        made, shape = build()
        for kind, form, per_channel in (
            ("u8", QuantFormat.QDQ, False), ("u8", QuantFormat.QDQ, True), ("i8", QuantFormat.QDQ, True),
            ("u8", QuantFormat.QOperator, False), ("u8", QuantFormat.QOperator, True),
        ):
            quantised = statically(made, shape, kind, "i8", form, per_channel)
            name = f"{label}-{'qdq' if form == QuantFormat.QDQ else 'qoperator'}-{kind}{'-channels' if per_channel else ''}"
            cases[name] = (quantised, *end_to_end(quantised, shape, kind))
    cases |= of_exporters()
    for name, (made, inputs, outputs) in cases.items():
        onnx.save(made, out / f"{name}.onnx")
        flat = lambda arrays: [[v.item() for v in np.asarray(a).ravel()] for a in arrays]
        entries[name] = {"type": str(outputs[0].dtype), "inputs": flat(inputs), "outputs": flat(outputs)}
    text = ",\n".join(f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}" for name, entry in sorted(entries.items()))
    (out / "integers.json").write_text("{\n" + text + "\n}\n")
    digits = read_digits(mnist / "t10k-first-500-images.idx3.gz")
    network = onnx.load(mnist / "mnist-cnn.onnx")
    rename_input(network)
    # Calibrated on other digits than those that accuracy is measured on would need the training set; ranges are all that is used.
    quantised = statically(network, None, "u8", "i8", QuantFormat.QDQ, True, data=digits[:100])
    onnx.save(quantised, out / "mnist-cnn-qdq.onnx")
    scores = run(quantised, digits)
    classes = [int(np.argmax(score)) for score in scores]
    (out / "mnist-cnn-qdq.classes.json").write_text(json.dumps(classes, separators=(",", ":")) + "\n")


def read_digits(path):
    raw = gzip.decompress(path.read_bytes())
    pixels = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 1, 28, 28)
    return [(one / np.float32(255)).astype(np.float32) for one in pixels]


def rename_input(network):
    old = network.graph.input[0].name
    network.graph.input[0].name = "x"
    for node in network.graph.node:
        for index, name in enumerate(node.input):
            if name == old:
                node.input[index] = "x"


if __name__ == "__main__":
    main()
