"""What the scripts that keep files of ONNX exporters share."""

import onnx
import onnxruntime


def strip(path):
    """Takes notes of the exporter out of the file, such as paths of the machine that it ran on; returns the model."""
    proto = onnx.load(path)
    proto.ClearField("metadata_props")
    graph = proto.graph
    for part in [*graph.node, *graph.initializer, *graph.value_info, *graph.input, *graph.output, graph]:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    del graph.value_info[:]
    path.write_bytes(proto.SerializeToString(deterministic=True))
    return proto


def scores(path, x):
    """What onnxruntime computes, node by node as the file says."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0].ravel()
