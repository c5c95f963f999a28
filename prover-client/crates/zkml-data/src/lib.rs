//! Inputs of models: arrays, labelled data sets, pictures, and the way from each to a model's
//! input.
//!
//! - [`preprocess`]: from a picture or real numbers to an input, as a manifest says
//! - [`npy`], [`npz`]: arrays of numbers in NumPy's files
//! - [`dataset`]: labelled pictures in idx files
//! - [`samples`]: data to calibrate and evaluate with, pictures or numbers
#![doc = include_str!("../README.md")]

pub mod dataset;
pub mod npy;
pub mod npz;
pub mod preprocess;
pub mod samples;
