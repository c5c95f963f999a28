//! Harness of the end-to-end tests: the real node, the real client, and raw extrinsics for what the
//! client refuses.
//!
//! - [`binaries`]: where the binaries under test are
//! - [`node`]: nodes, each for one test at a time, killed with the test process
//! - [`network`]: three validators that make and finalise blocks together
//! - [`client`]: the client `zkinfer`, run as a person runs it
//! - [`chain`]: raw extrinsics, events and balances, without a line of the client's code
//! - [`onnx`]: a small model, written as ONNX
//! - [`serve`]: a serving prover as a process, and a [`proxy`] that cuts its connection;
//!   [`meddler`]: one that acts at the worst moment
//! - [`market`]: a registered model, a bonded prover and a job, as most tests need them
//!
//! Nothing is built here: `scripts/test` builds node and client first. `ZKINFER_NODE` and
//! `ZKINFER_CLIENT` name other binaries.

pub mod binaries;
pub mod chain;
pub mod client;
pub mod market;
pub mod meddler;
pub mod network;
pub mod node;
pub mod onnx;
pub mod proxy;
pub mod serve;
