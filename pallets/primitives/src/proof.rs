//! Proof systems, their proofs and verifying keys as they travel on chain.
//!
//! | system | proof | verifying key |
//! |---|---|---|
//! | [`ProofSystem::Groth16`] | [`GROTH16_PROOF_LEN`] bytes: A ‖ B ‖ C | [`GROTH16_VK_LEN`] bytes: α ‖ β ‖ γ ‖ δ ‖ IC₀ … IC₃ |
//! | [`ProofSystem::Halo2`] | at most [`HALO2_MAX_PROOF_LEN`] bytes: halo2_proofs' transcript | at most [`HALO2_MAX_VK_LEN`] bytes: the verifier crate's encoding |
//!
//! Lengths and bounds are part of the types: what is longer does not decode. What the bytes mean is
//! the verifier crate's affair. Codec index 2 (Halo2 with KZG on BLS12-381) is reserved in every
//! enum of this module.

use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{VkHash, blake2b_256};

/// Number of public inputs of version 1 of the statement: input commitment, output, context.
pub const PUBLIC_INPUTS: usize = 3;
/// Bytes of a Groth16 proof over BLS12-381: G1 (48), G2 (96), G1 (48), all compressed.
pub const GROTH16_PROOF_LEN: usize = 192;
/// Bytes of a Groth16 verifying key for [`PUBLIC_INPUTS`] inputs: α in G1; β, γ, δ in G2; one more
/// point of G1 than inputs.
pub const GROTH16_VK_LEN: usize = 48 + 3 * 96 + (PUBLIC_INPUTS + 1) * 48;
/// Most bytes of a Halo2 proof: 256 commitments and evaluations.
pub const HALO2_MAX_PROOF_LEN: u32 = 8_192;
/// Most bytes of a Halo2 verifying key.
pub const HALO2_MAX_VK_LEN: u32 = 16_384;

/// The proof system of a model version. It fixes the scalar field of commitments and public inputs.
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
pub enum ProofSystem {
    /// Groth16 over BLS12-381: a setup for each circuit, the cheapest check.
    #[codec(index = 0)]
    Groth16,
    /// Halo2 over Pasta with the inner-product argument: no setup, the most expensive check, cheap
    /// in batches. Commitments and public inputs are in Fp, the scalar field of Vesta.
    #[codec(index = 1)]
    Halo2,
}

/// A proof. The variant declares the class whose worst case the call's weight covers.
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum Proof {
    /// Groth16 over BLS12-381, compressed: A ‖ B ‖ C.
    #[codec(index = 0)]
    Groth16([u8; GROTH16_PROOF_LEN]),
    /// Halo2 over Vesta, for a circuit of `2^k` rows.
    #[codec(index = 1)]
    Halo2 {
        /// The number of rows as a power of two: the key's, or the proof is refused before it is
        /// looked at.
        k: u8,
        /// The transcript that halo2_proofs writes.
        bytes: BoundedVec<u8, ConstU32<HALO2_MAX_PROOF_LEN>>,
    },
}

impl Proof {
    /// The proof system that this proof declares.
    pub fn system(&self) -> ProofSystem {
        match self {
            Proof::Groth16(_) => ProofSystem::Groth16,
            Proof::Halo2 { .. } => ProofSystem::Halo2,
        }
    }
}

/// A verifying key in its canonical encoding, not validated yet.
// One at a time, and boxed where a call carries it.
#[allow(clippy::large_enum_variant)]
#[derive(
    Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum VerifyingKey {
    /// Groth16 over BLS12-381, compressed: α ‖ β ‖ γ ‖ δ ‖ IC₀ ‖ IC₁ ‖ IC₂ ‖ IC₃.
    #[codec(index = 0)]
    Groth16([u8; GROTH16_VK_LEN]),
    /// Halo2 over Vesta, in the verifier crate's canonical encoding.
    #[codec(index = 1)]
    Halo2(BoundedVec<u8, ConstU32<HALO2_MAX_VK_LEN>>),
}

impl VerifyingKey {
    /// The proof system that this key belongs to.
    pub fn system(&self) -> ProofSystem {
        match self {
            VerifyingKey::Groth16(_) => ProofSystem::Groth16,
            VerifyingKey::Halo2(_) => ProofSystem::Halo2,
        }
    }

    /// The key's name on chain: Blake2b-256 of its SCALE encoding.
    pub fn hash(&self) -> VkHash {
        VkHash(blake2b_256(&self.encode()))
    }
}

/// The parties that could forge a proof under a key.
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
pub enum Trust {
    /// One party ran the setup. It can forge; proofs bind everybody else.
    #[codec(index = 0)]
    SingleSetup,
    /// Several parties ran the setup. Only all of them together can forge.
    #[codec(index = 1)]
    Ceremony,
    /// No secret was ever made. Nobody can forge.
    #[codec(index = 2)]
    Transparent,
}

/// `true` if a model's weights are published.
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
pub enum Visibility {
    /// Anybody can have the model file and audit the key against it.
    #[codec(index = 0)]
    Open,
    /// The weights stay with the owner.
    #[codec(index = 1)]
    Private,
}
