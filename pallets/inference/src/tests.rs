//! Tests of the pallet with real proofs, by call and by subject. Each runs on [`crate::mock`],
//! which checks every invariant and the sum of all money at its end.

mod abuse;
mod attest;
mod batch;
mod bond;
mod cancel;
mod claim;
mod expire;
mod extension;
mod fixture;
mod generators;
mod halo2;
mod migration;
mod money;
mod nesting;
mod outputs;
mod parameters;
mod pauses;
mod private;
mod prune;
mod random;
mod redirect;
mod register;
mod request;
mod submit;
mod versions;
mod views;
