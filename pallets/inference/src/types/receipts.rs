//! What remains of a completed job or an attestation, and why a proof was rejected.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use zkinfer_primitives::{InputCommitment, ModelVersionId, Output, Purpose};
use zkinfer_verifier::error::{PointFault, ProofElement, VerifyError};

use super::{AccountIdOf, BalanceOf};
use crate::Config;

/// What remains of a completed job, or of an attestation: a proof that its prover brought for itself.
#[derive(
    CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[codec(mel_bound())]
#[scale_info(skip_type_params(T), capture_docs = "always")]
pub struct Receipt<T: Config> {
    /// Who asked and paid, and whose account holds the receipt's deposit; of an attestation, its prover.
    pub requester: AccountIdOf<T>,
    /// The model version that answered.
    pub version: ModelVersionId,
    /// What the proof was for: the job with these terms, or an attestation under the prover's nonce.
    pub purpose: Purpose,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// The answer.
    pub output: Output,
    /// Who proved it.
    pub prover: AccountIdOf<T>,
    /// The block in which the chain verified the proof.
    pub block: BlockNumberFor<T>,
    /// What the requester paid in all; nothing for an attestation.
    pub reward: BalanceOf<T>,
    /// How much of it went to the model's owner.
    pub price: BalanceOf<T>,
    /// What the requester's account holds for the receipt's bytes.
    pub deposit: BalanceOf<T>,
}

/// Why a proof was rejected, and its prover slashed.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum Rejection {
    /// The bytes are a proof, and it does not hold for this job, output, account and chain.
    #[codec(index = 0)]
    DoesNotVerify,
    /// A point is not the canonical compressed encoding of a point on the curve.
    #[codec(index = 1)]
    NotOnCurve(ProofPoint),
    /// A point is outside the subgroup of prime order.
    #[codec(index = 2)]
    WrongSubgroup(ProofPoint),
    /// A point is the identity.
    #[codec(index = 3)]
    Identity(ProofPoint),
}

/// A point of a Groth16 proof.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[scale_info(capture_docs = "always")]
pub enum ProofPoint {
    /// Bytes 0 to 48.
    #[codec(index = 0)]
    A,
    /// Bytes 48 to 144.
    #[codec(index = 1)]
    B,
    /// Bytes 144 to 192.
    #[codec(index = 2)]
    C,
}

impl Rejection {
    /// The proof's fault, or `None` when the verifier's own storage, inputs or host are to blame: nobody is slashed
    /// for those.
    pub fn blaming_proof(error: VerifyError) -> Option<Self> {
        let VerifyError::Proof(error) = error else {
            return matches!(error, VerifyError::Rejected).then_some(Self::DoesNotVerify);
        };
        let point = match error.element {
            ProofElement::A => ProofPoint::A,
            ProofElement::B => ProofPoint::B,
            ProofElement::C => ProofPoint::C,
        };
        Some(match error.fault {
            PointFault::Encoding => Self::NotOnCurve(point),
            PointFault::Subgroup => Self::WrongSubgroup(point),
            PointFault::Identity => Self::Identity(point),
        })
    }
}
