//! Quantised models: ONNX import, quantisation, model file, manifest and reference inference.
//!
//! - [`graph`]: the quantised model, a list of integer operations

pub mod graph;
