//! The files that commands exchange. Each is read within bounds and checked whole before anything
//! is done with it.
//!
//! - [`model`]: `*.zkm`, the quantised model; it holds the weights
//! - [`manifest`]: `*.manifest.json`, public
//! - [`keys`]: `*.pk`, `*.vk` and `*.transcript`
//! - [`numbers`]: lists of numbers in JSON; secret
//! - [`opening`]: `*.opening`, an input with its blinder; secret
//! - [`terms`]: `*.terms.json`, what a proof for a job must be bound to
//! - [`proof`]: `*.proof`, a proof with its statement
//! - [`hexadecimal`]: bytes in JSON

pub mod hexadecimal;
pub mod keys;
pub mod manifest;
pub mod model;
pub mod numbers;
pub mod opening;
pub mod proof;
pub mod terms;
