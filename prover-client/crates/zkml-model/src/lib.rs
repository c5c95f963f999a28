//! Quantized models: their operations, exact ranges, reference inference, file and manifest.
//!
//! - [`graph`]: the quantized model, a list of integer operations
//! - [`operators`]: the semantics of each operation, and the treatment of each ONNX operator
//! - [`mod@model`]: a graph that passed every check, with what the checks computed
//! - [`validate`]: checks of every shape, length and operand
//! - [`infer`]: exact reference inference
//! - [`intervals`]: the exact range of every value, from the actual weights
//! - [`output`]: a model's answer, and its encoding as the statement's number
//! - [`mod@file`]: the model file, which holds the weights
//! - [`manifest`]: the public manifest, which does not
//! - `random`: small random models for property tests (feature `test-support`)
#![doc = include_str!("../README.md")]

pub mod file;
pub mod graph;
pub mod infer;
pub mod intervals;
pub mod manifest;
pub mod model;
#[doc = include_str!("../OPERATORS.md")]
pub mod operators {}
pub mod output;
#[cfg(any(test, feature = "test-support"))]
pub mod random;
pub mod validate;

pub use graph::QuantizedModel;
pub use manifest::Manifest;
pub use model::Model;
pub use validate::ModelError;
