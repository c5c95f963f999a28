//! Abuse: what somebody gains, and what it costs, who uses the market against its purpose.
//!
//! - [`flood`]: a thousand proofs that do not hold, a thousand requests
//! - [`edges`]: deposits at the existential deposit, dust, accounts that are gone
//! - [`forks`]: what was signed and proved for one chain or fork, on another
//! - [`squatting`]: claims by those who cannot prove, and time-outs of many at once
//! - [`batches`]: everything in one extrinsic

mod batches;
mod edges;
mod flood;
mod forks;
mod squatting;
