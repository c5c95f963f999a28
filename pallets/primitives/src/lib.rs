//! Types and encodings that the chain and its clients share.
//!
//! - [`hash`]: the 32-byte identifiers, each a type of its own
//! - [`proof`]: proof systems, proofs, verifying keys and their declared class
//! - [`job`]: what a requester asks for, and the hash of its terms
//! - [`output`]: a model's answer, typed and canonical
//! - [`statement`]: the statement that a proof proves: context, public inputs
//! - [`submission`]: why a node does not take a submission
//!
//! Everything here is frozen: codec indices are explicit, hashes have a domain, and
//! `tests/vectors/statement/v1.json` pins the bytes for every other implementation. Types that
//! wallets show keep their docs in the chain's metadata (`capture_docs`).
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// What input could make fail is denied: panics, indexing, unchecked arithmetic, lossy casts.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented
    )
)]
// `Encode` derives a cast of each variant's index, which is a literal here.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

pub mod hash;
pub mod job;
pub mod output;
pub mod proof;
pub mod statement;
pub mod submission;

pub use hash::{
    EncryptionKey, InputCommitment, ManifestHash, ModelCommitment, ModelHash, PayloadHash,
    TermsHash, VkHash, blake2b_256,
};
pub use job::{JobId, JobTerms};
pub use output::Output;
pub use proof::{Proof, ProofSystem, Trust, VerifyingKey, Visibility};
pub use statement::{ModelId, ModelVersionId, Purpose, StatementVersion, Version};
pub use submission::SubmissionFault;
