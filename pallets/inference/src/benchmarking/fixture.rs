//! Two statements, a job's and an attestation's, with their key and their proofs.

mod bytes;

pub use bytes::{ATTESTED, KEY, PROOF};
use zkinfer_primitives::{InputCommitment, ModelVersionId, Output, TermsHash};

/// Hash of block 0.
pub const GENESIS_HASH: [u8; 32] = [0x5a; 32];
/// Name of the prover's account among the benchmarks' accounts.
pub const PROVER: &str = "prover";
/// The model version.
pub const VERSION: ModelVersionId = ModelVersionId { model: 0, version: 0 };
/// Hash of the job's terms.
pub const TERMS_HASH: TermsHash = TermsHash([0xa5; 32]);
/// The attestation's nonce.
pub const NONCE: u64 = 11;
/// The input.
pub const COMMITMENT: InputCommitment = InputCommitment([0x17; 32]);
/// The answer.
pub const OUTPUT: Output = Output::Class(7);
