//! The market end to end: real node, real client, exact balances.
//!
//! - [`paid`]: the happy paths: everybody gets what is due
//! - [`slashed`]: proofs that do not hold: each costs its submitter the claim's lock, and nobody else anything
//! - [`refused`]: what is wrong but no false proof: it costs the fee
//! - [`deadlines`]: last blocks, missed and met
//! - [`wrappers`]: calls that carry a submission
//! - [`client`]: what the client refuses before anything is sent, and how it says so
//! - [`mnist`]: the digit

mod client;
mod deadlines;
mod mnist;
mod paid;
mod refused;
mod slashed;
mod wrappers;
