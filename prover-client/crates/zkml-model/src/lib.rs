//! Quantised models: ONNX import, quantisation, model file, manifest and reference inference.
//!
//! - [`graph`]: the quantised model, a list of integer operations
//! - [`operators`]: what each operation means, and what becomes of each ONNX operator
//! - [`validate`]: every shape, length and operand checked
//! - [`infer`]: reference inference, exact
//! - [`intervals`]: the exact range of every value, from the actual weights
//! - [`output`]: what a model answers, and the statement's number for it
//! - [`onnx`]: ONNX files, and the float model in them
//! - [`float`]: reference inference of a float model
//! - [`quantize`]: from a float model to a quantised one and its manifest
//! - [`mod@file`]: the model file, which holds the weights
//! - [`manifest`]: the public manifest, which does not
//! - [`preprocess`]: from a picture or real numbers to an input
//! - [`npy`], [`npz`]: arrays of numbers in NumPy's files
//! - [`dataset`]: labelled pictures in idx files
//! - [`samples`]: data to calibrate with, pictures or numbers
//! - [`calibrate`]: what quantisation does to data
//! - [`eval`]: accuracy of the float and of the quantised model
//! - `random`: small random models for property tests (feature `test-support`)

pub mod calibrate;
pub mod dataset;
pub mod eval;
pub mod file;
pub mod float;
pub mod graph;
pub mod infer;
pub mod intervals;
pub mod manifest;
pub mod npy;
pub mod npz;
pub mod onnx;
#[doc = include_str!("../OPERATORS.md")]
pub mod operators {}
pub mod output;
pub mod preprocess;
pub mod quantize;
#[cfg(any(test, feature = "test-support"))]
pub mod random;
pub mod samples;
pub mod validate;

pub use graph::QuantizedModel;
pub use manifest::Manifest;
pub use onnx::OnnxModel;
pub use validate::ModelError;
