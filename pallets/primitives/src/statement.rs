//! The statement, version 1.
//!
//! ```text
//! public inputs = (input_commitment, output, context)          over the proof system's scalar field
//! context       = first 31 bytes, little-endian, of Blake2b-256( SCALE(
//!                     b"zkinfer/v1", genesis hash, vk_hash, model version, Job(terms_hash) | Attest(nonce), prover ) )
//! ```
//!
//! The context makes a proof worth something to one account, on one chain, for one purpose. A chain
//! builds all three inputs from its own storage, the signer and the typed output; what a caller
//! says is never one.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
    InputCommitment, Output, TermsHash, VkHash, blake2b_256, output::OutputError,
    proof::PUBLIC_INPUTS,
};

/// Domain of the context, and name of this version of the statement.
pub const CONTEXT_DOMAIN: [u8; 10] = *b"zkinfer/v1";

/// Number of a model on its chain.
pub type ModelId = u32;
/// Number of a version of a model, from 0.
pub type Version = u32;

/// One version of one model.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub struct ModelVersionId {
    /// The model.
    pub model: ModelId,
    /// Its version.
    pub version: Version,
}

/// The version of the statement that a model version's circuit proves.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Default,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum StatementVersion {
    /// Three public inputs; the weights are not among them.
    #[default]
    #[codec(index = 1)]
    V1,
}

/// The purpose of a proof.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum Purpose {
    /// It completes the job with these terms.
    #[codec(index = 0)]
    Job(TermsHash),
    /// It stands alone, under a nonce of the prover's own.
    #[codec(index = 1)]
    Attest(u64),
}

/// Everything that binds a proof to its place.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub struct Context<AccountId> {
    /// Hash of the chain's block 0.
    pub genesis_hash: [u8; 32],
    /// The verifying key.
    pub vk_hash: VkHash,
    /// The model version.
    pub version: ModelVersionId,
    /// The purpose of the proof.
    pub purpose: Purpose,
    /// The account that may use the proof.
    pub prover: AccountId,
}

impl<AccountId: Encode> Context<AccountId> {
    /// The context as a public input: 31 bytes of hash and one zero, little-endian.
    pub fn to_public_input(&self) -> [u8; 32] {
        let hash = blake2b_256(&(CONTEXT_DOMAIN, self).encode());
        little_endian(hash.get(..31).unwrap_or_default())
    }
}

/// The public inputs of version 1, each 32 little-endian bytes, in the circuit's order.
///
/// The caller has checked that the commitment is a canonical element of the field; the other two
/// always are.
///
/// # Errors
/// [`OutputError`] for what is of the type [`Output`] and is no output.
pub fn public_inputs<AccountId: Encode>(
    input_commitment: &InputCommitment,
    output: &Output,
    context: &Context<AccountId>,
) -> Result<[[u8; 32]; PUBLIC_INPUTS], OutputError> {
    Ok([input_commitment.0, output.to_public_input()?, context.to_public_input()])
}

/// `bytes` as a 32-byte little-endian number. Takes the first 32 bytes of what is longer.
fn little_endian(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0u8; 32];
    out.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    out
}

/// SCALE bytes that [`Context::to_public_input`] hashes, for those who check an implementation of
/// their own.
pub fn context_preimage<AccountId: Encode>(context: &Context<AccountId>) -> Vec<u8> {
    (CONTEXT_DOMAIN, context).encode()
}
