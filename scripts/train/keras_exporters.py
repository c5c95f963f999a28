#!/usr/bin/env python3
"""Writes tests/vectors/keras: small Keras models as Keras and tf2onnx export them, and what onnxruntime computes.

    pip install tensorflow-cpu keras tf2onnx onnx onnxruntime numpy
    python keras_exporters.py ../../tests/vectors/keras

Weights are random. `*.export.onnx` are by `model.export(format="onnx")`; `*.opsetN.onnx` by tf2onnx with that operator set;
`*.nchw.onnx` by tf2onnx with `inputs_as_nchw`, which takes channels first.
"""

import json
import os
import pathlib
import sys
import zlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
import tf2onnx
from keras import layers as L

from exported import scores, strip


def mnist():
    return [
        L.Input((12, 12, 1)),
        L.Conv2D(4, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Flatten(),
        L.Dropout(0.5),
        L.Dense(5, activation="softmax"),
    ]


def normalised():
    norm = L.Rescaling([4.5, 4.4, 4.1], offset=[-2.1, -2.0, -1.7])
    return [
        L.Input((10, 9, 3)),
        norm,
        L.Conv2D(4, 3, strides=2, padding="same", use_bias=False),
        L.BatchNormalization(),
        L.ReLU(),
        L.AveragePooling2D(2, padding="same"),
        L.GlobalAveragePooling2D(),
        L.Dense(4),
    ]


def rescaled():
    return [
        L.Input((8, 8, 1)),
        L.Rescaling(1 / 127.5, offset=-1),
        L.ZeroPadding2D(1),
        L.Conv2D(3, 3, activation="tanh"),
        L.GlobalMaxPooling2D(),
        L.Dense(3, activation="softmax"),
    ]


def mobile():
    x = inputs = L.Input((9, 9, 3))
    x = L.Conv2D(6, 3, strides=2, padding="same", use_bias=False)(x)
    x = L.BatchNormalization()(x)
    x = L.ReLU(6.0)(x)
    x = L.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = L.BatchNormalization()(x)
    x = L.Activation("hard_swish")(x)
    x = L.SeparableConv2D(5, 3)(x)
    x = L.GlobalAveragePooling2D(keepdims=True)(x)
    x = L.Conv2D(4, 1)(x)
    return inputs, L.Flatten()(x)


def residual():
    x = inputs = L.Input((8, 8, 3))
    x = L.Conv2D(4, 3, padding="same")(x)
    x = L.ReLU()(L.BatchNormalization()(x))
    y = L.Conv2D(6, 3, strides=2, padding="same")(x)
    y = L.LeakyReLU(negative_slope=0.1)(L.BatchNormalization()(y))
    y = L.BatchNormalization()(L.Conv2D(6, 3, padding="same")(y))
    x = L.BatchNormalization()(L.Conv2D(6, 1, strides=2)(x))
    x = L.ReLU()(L.Add()([x, y]))
    return inputs, L.Dense(5)(L.GlobalAveragePooling2D()(x))


def branches():
    x = inputs = L.Input((8, 9, 2))
    a = L.Conv2D(3, 3, padding="same", activation="elu")(x)
    b = L.AveragePooling2D(3, strides=1, padding="same")(x)
    c = L.MaxPooling2D(3, strides=1, padding="same")(x)
    x = L.Concatenate()([a, b, c])
    x = L.Permute((3, 1, 2))(x)
    x = L.Reshape((7, 72))(x)
    x = L.Dense(3)(x)
    return inputs, L.Dense(4)(L.Flatten()(x))


def sequence():
    return [
        L.Input((10, 2)),
        L.Conv1D(4, 3, padding="same", activation="relu"),
        L.MaxPooling1D(2),
        L.Dense(6, activation="tanh"),
        L.GlobalAveragePooling1D(),
        L.Dense(3, activation="softmax"),
    ]


def causal():
    return [
        L.Input((12, 2)),
        L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu"),
        L.GlobalMaxPooling1D(),
        L.Dense(3),
    ]


def sigmoid():
    return [L.Input((8,)), L.Dense(12, activation="relu"), L.Dense(1, activation="sigmoid")]


def mlp(activation):
    return [L.Input((8,)), L.Dense(12), activation, L.Dense(12), activation, L.Dense(4)]


# tf2onnx 1.17 writes no valid files for Normalization, gelu and celu.
NAMED = ["relu", "relu6", "silu", "elu", "selu", "softplus", "mish", "tanh", "sigmoid",
         "hard_sigmoid", "hard_swish", "hard_tanh", "leaky_relu", "log_sigmoid"]
CASES = {
    "mnist": mnist,
    "normalised": normalised,
    "rescaled": rescaled,
    "mobile": mobile,
    "residual": residual,
    "branches": branches,
    "sequence": sequence,
    "causal": causal,
    "sigmoid": sigmoid,
    **{f"mlp-{name.replace('_', '-')}": (lambda name=name: mlp(L.Activation(name))) for name in NAMED},
    "mlp-prelu": lambda: [L.Input((8,)), L.Dense(12), L.PReLU(), L.Dense(4)],
    "mlp-batch": lambda: [L.Input((8,)), L.Dense(12, activation="relu"), L.BatchNormalization(), L.Dense(4)],
    "mlp-flat": lambda: [L.Input((4, 4)), L.Flatten(), L.Dense(6, activation="relu"), L.Dense(3)],
    "steps": lambda: [L.Input((6, 4)), L.Dense(5, activation="silu"), L.Dense(4), L.Flatten(), L.Dense(3)],
    "places": lambda: [L.Input((4, 3, 2)), L.Dense(5, activation="relu"), L.Dense(4), L.GlobalAveragePooling2D()],
}


def built(made):
    return keras.Sequential(made) if isinstance(made, list) else keras.Model(*made)


def randomise(model, rng):
    for layer in model.layers:
        if isinstance(layer, L.BatchNormalization):
            ranges = [(0.5, 1.5), (-0.5, 0.5), (-0.5, 0.5), (0.5, 2)]
            layer.set_weights([rng.uniform(*r, w.shape) for r, w in zip(ranges, layer.get_weights())])
        elif isinstance(layer, L.PReLU):
            layer.set_weights([rng.uniform(0, 0.5, w.shape) for w in layer.get_weights()])
        elif getattr(layer, "bias", None) is not None:
            layer.bias.assign(rng.uniform(-0.3, 0.3, layer.bias.shape))


def export(model, kind, path):
    if kind == "export":
        return model.export(str(path), format="onnx", verbose=False)
    signature = [tf.TensorSpec((None, *model.inputs[0].shape[1:]), tf.float32, name="x")]
    function = tf.function(lambda x: model(x, training=False), input_signature=signature)
    opset = 18 if kind == "nchw" else int(kind[5:])
    first = ["x:0"] if kind == "nchw" else None
    tf2onnx.convert.from_function(function, signature, opset=opset, output_path=str(path), inputs_as_nchw=first)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    expected = {}
    for name, make in CASES.items():
        seed = zlib.crc32(name.encode())
        rng = np.random.default_rng(seed)
        keras.utils.set_random_seed(seed)
        model = built(make())
        randomise(model, rng)
        shape = model.inputs[0].shape[1:]
        x = rng.random((1, *shape), dtype=np.float32)
        x = x * 255 if name == "rescaled" else x
        wanted = np.asarray(model.predict(x, verbose=0)).ravel()
        kinds = ["export", "opset13"] + (["nchw"] if len(shape) == 3 else [])
        for kind in kinds:
            path = out / f"{name}.{kind}.onnx"
            given = np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if kind == "nchw" else x
            try:
                export(model, kind, path)
                y = scores(path, given)
            except Exception as error:
                print(f"{path.name}: not exported: {type(error).__name__}: {str(error).splitlines()[0][:120]}", file=sys.stderr)
                path.unlink(missing_ok=True)
                continue
            proto = strip(path)
            assert np.allclose(y, wanted, atol=1e-4), path
            expected[path.stem] = {
                "input": [round(float(v), 9) for v in given.ravel()],
                "scores": [round(float(v), 6) for v in y],
                "ends": proto.graph.node[-1].op_type,
            }
    (out / "scores.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
