//! Drives the command `zkinfer` as a person or a script does.
//!
//! - [`journey`]: from an ONNX file to a proof that verifies, and what must not verify
//! - [`halo2`]: the same without a setup, and what must not be mixed
//! - [`calibrate`]: the cheapest quantisation within a budget, and bounds on memory
//! - [`json`]: `--json` of every command
//! - [`faults`]: missing, wrong and damaged files, full disks, existing outputs
//! - [`mutations`]: random damage to every kind of file
//! - [`manners`]: help, exit codes, colours, signals
//! - [`places`]: directories, names, streams and signals; what answers at a node's address
//! - [`serve`]: a serving prover without a chain: settings, locks, signals; its pool of proofs

mod calibrate;
mod faults;
mod halo2;
mod journey;
mod json;
mod manners;
mod mutations;
mod onnx;
mod places;
mod serve;
mod support;
