//! Quantised models: ONNX import, quantisation, model file, manifest and reference inference.
//!
//! - [`graph`]: the quantised model, a list of integer operations
//! - [`validate`]: every shape, length and operand checked
//! - [`infer`]: reference inference, exact
//! - [`intervals`]: the exact range of every value, from the actual weights
//! - [`file`]: the model file, which holds the weights
//! - [`manifest`]: the public manifest, which does not
//! - `random`: small random models for property tests (feature `test-support`)

pub mod file;
pub mod graph;
pub mod infer;
pub mod intervals;
pub mod manifest;
#[cfg(any(test, feature = "test-support"))]
pub mod random;
pub mod validate;

pub use graph::QuantizedModel;
pub use manifest::Manifest;
pub use validate::ModelError;
