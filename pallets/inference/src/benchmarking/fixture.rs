//! Two statements, a job's and an attestation's, with their key and their proofs.

mod bytes;

pub use bytes::{ATTESTED, KEY, PROOF};
use zkinfer_primitives::{InputCommitment, ModelVersionId, Output, TermsHash};
use zkinfer_verifier::halo2::{
    bounds::MIN_K,
    generators::{CHUNK_LEN, lagrange_rows},
    point::POINT_LEN,
};

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

/// Halo2's table and the Lagrange generators of every k, as the verifier crate's example writes them.
const TABLE: &[u8] = include_bytes!("../../../verifier/generators/table.bin");
const LAGRANGE: &[u8] = include_bytes!("../../../verifier/generators/lagrange.bin");

/// A chunk of the table; nothing when there is none with this index.
pub fn table_chunk(index: u32) -> &'static [u8] {
    TABLE.chunks(CHUNK_LEN).nth(index as usize).unwrap_or_default()
}

/// The Lagrange generators of 2^k rows; nothing when there are none.
pub fn lagrange(k: u8) -> &'static [u8] {
    let bytes = |k| lagrange_rows(k).saturating_mul(POINT_LEN);
    let from = (MIN_K..k).fold(0, |sum: usize, k| sum.saturating_add(bytes(k)));
    LAGRANGE.get(from..from.saturating_add(bytes(k))).unwrap_or_default()
}
