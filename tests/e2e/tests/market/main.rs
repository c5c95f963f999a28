//! The market end to end: real node, real client, exact balances.
//!
//! - [`paid`]: the happy paths: everybody gets what is due
//! - [`slashed`]: proofs that do not hold: each costs its submitter the claim's lock, and nobody
//!   else anything
//! - [`refused`]: what is wrong but no false proof: it is in no block
//! - [`flooded`]: blocks that somebody fills for money
//! - [`deadlines`]: last blocks, missed and met
//! - [`encrypted`]: inputs that only named provers read
//! - [`batches`]: proofs that are submitted together
//! - [`halo2`]: generators, classes, keys that anybody can make again
//! - [`versions`]: a model's further versions, and retired ones
//! - [`redirected`]: jobs that go to other provers
//! - [`attested`]: proofs without a job
//! - [`outputs`]: answers that are not a class
//! - [`receipts`]: waiting for an answer, reading it later, and giving its receipt up
//! - [`wrappers`]: calls that carry a submission
//! - [`upgraded`]: a chain whose runtime is replaced while jobs run
//! - [`serve`]: provers that run by themselves: killed, cut off, competing
//! - [`client`]: what the client refuses before anything is sent, and how it says so
//! - [`lost`]: connections that end or lie, accounts that programs share, other chains
//! - [`mnist`]: the digit

mod attested;
mod batches;
mod client;
mod deadlines;
mod encrypted;
mod flooded;
mod halo2;
mod lost;
mod mnist;
mod outputs;
mod paid;
mod receipts;
mod redirected;
mod refused;
mod serve;
mod slashed;
mod upgraded;
mod versions;
mod wrappers;
