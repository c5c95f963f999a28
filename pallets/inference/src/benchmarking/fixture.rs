//! Two statements, a job's and an attestation's, with keys of both systems and proofs under each of
//! them.

mod bytes;
mod dearest;

use bytes::{ATTESTED, KEY, PROOF};
use frame_support::{BoundedVec, traits::Get};
#[cfg(feature = "runtime-benchmarks")]
use zkinfer_primitives::Trust;
use zkinfer_primitives::{InputCommitment, ModelVersionId, Output, Proof, TermsHash, VerifyingKey};
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
/// The answer's class.
pub const CLASS: u32 = 7;
/// The answer.
pub const OUTPUT: Output = Output::Class(CLASS);

/// Setups of which there are proofs of both statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fixture {
    /// Groth16.
    Groth16,
    /// Halo2 with 2^[`K`] rows: the smallest key and proof.
    Small,
    /// Halo2 with 2^[`K`] rows: as dear a key and proof as the bounds allow.
    Large,
}

/// k of the Halo2 circuits: one chunk of generators.
pub const K: u8 = 10;
/// Bytes of the shortest Halo2 proof here.
#[cfg(feature = "runtime-benchmarks")]
pub const SHORTEST: usize = include_bytes!("fixture/small.proofs").len();
/// Bytes of the longest.
pub const LONGEST: usize = include_bytes!("fixture/large.attested").len();
/// The number of proofs of the job's statement under the large key. Batches use them in turn.
pub const PROOFS: usize = include_bytes!("fixture/large.proofs").len() / LONGEST;

impl Fixture {
    /// The verifying key.
    pub fn key(self) -> VerifyingKey {
        match self {
            Self::Groth16 => VerifyingKey::Groth16(KEY),
            Self::Small => VerifyingKey::Halo2(bounded(include_bytes!("fixture/small.key"))),
            Self::Large => VerifyingKey::Halo2(bounded(include_bytes!("fixture/large.key"))),
        }
    }

    /// The trust level that an owner can truly state for it.
    #[cfg(feature = "runtime-benchmarks")]
    pub fn trust(self) -> Trust {
        match self {
            Self::Groth16 => Trust::Ceremony,
            Self::Small | Self::Large => Trust::Transparent,
        }
    }

    /// A proof of the job's statement: another one for each index, where there are several.
    pub fn proof(self, index: usize) -> Proof {
        let proofs: &[u8] = match self {
            Self::Groth16 => return Proof::Groth16(PROOF),
            Self::Small => include_bytes!("fixture/small.proofs"),
            Self::Large => include_bytes!("fixture/large.proofs"),
        };
        let count = if self == Self::Large { PROOFS } else { 1 };
        halo2(
            proofs
                .chunks(proofs.len().div_ceil(count).max(1))
                .cycle()
                .nth(index)
                .unwrap_or_default(),
        )
    }

    /// A proof of the attestation's statement.
    pub fn attested(self) -> Proof {
        match self {
            Self::Groth16 => Proof::Groth16(ATTESTED),
            Self::Small => halo2(include_bytes!("fixture/small.attested")),
            Self::Large => halo2(include_bytes!("fixture/large.attested")),
        }
    }
}

/// A Halo2 key that is the most expensive to validate. [`Fixture::Large`] is the most expensive to
/// verify under.
pub fn dearest_to_register() -> VerifyingKey {
    VerifyingKey::Halo2(bounded(&dearest::key(0)))
}

fn halo2(bytes: &[u8]) -> Proof {
    Proof::Halo2 { k: K, bytes: bounded(bytes) }
}

fn bounded<S: Get<u32>>(bytes: &[u8]) -> BoundedVec<u8, S> {
    BoundedVec::truncate_from(bytes.to_vec())
}

/// Halo2's table and the Lagrange generators of every k, as the verifier crate's example writes
/// them.
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
