//! Both proof systems behind one door: keys are prepared here, and proofs verified, alone or
//! together.
//!
//! - [`CostClass`]: what fixes a verification's cost; a proof declares it, its key has it
//! - [`prepare`]: a key as it was registered becomes what verification reads
//! - [`key_of`]: the last check before cryptography
//! - [`verify`]: the cryptography, and whose fault it is when a proof does not hold
//! - [`cost`]: what it weighs

pub(crate) mod cost;
mod groth16;
mod halo2;

#[cfg(feature = "runtime-benchmarks")]
pub(crate) use halo2::Stored;

use sp_runtime::DispatchError;
use zkinfer_primitives::{
    InputCommitment, Proof, ProofSystem, VerifyingKey, VkHash, proof::PUBLIC_INPUTS,
};
use zkinfer_verifier::scalar;

use crate::{
    Config, Error, VerifyingKeys,
    types::{PreparedKey, Rejection, StoredKey},
};

/// The class of a verification, which fixes its cost up to the proof's length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum CostClass {
    /// Groth16.
    Groth16,
    /// Halo2 with 2^k rows.
    Halo2 {
        /// k.
        k: u8,
    },
}

/// The public inputs of a statement, and what is said to be a proof of it.
pub(crate) struct ProofInstance<'a> {
    pub(crate) inputs: [[u8; 32]; PUBLIC_INPUTS],
    pub(crate) proof: &'a Proof,
}

/// The reason why proofs do not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// The proof whose bytes are none; otherwise they do not hold together.
    pub(crate) item: Option<usize>,
    /// The reason.
    pub(crate) reason: Rejection,
}

/// `true` if proofs hold. Outside of it stand the faults that are nobody's here: no one is slashed
/// for those.
pub(crate) type Verdict = Result<Result<(), Fault>, DispatchError>;

impl CostClass {
    /// The class that a proof declares.
    pub(crate) fn of_proof(proof: &Proof) -> Self {
        match proof {
            Proof::Groth16(_) => Self::Groth16,
            Proof::Halo2 { k, .. } => Self::Halo2 { k: *k },
        }
    }

    /// The class of a key; none when it has no k.
    pub(crate) fn of_key(key: &VerifyingKey) -> Option<Self> {
        match key {
            VerifyingKey::Groth16(_) => Some(Self::Groth16),
            VerifyingKey::Halo2(bytes) => {
                zkinfer_verifier::halo2::key::encoded_k(bytes).map(|k| Self::Halo2 { k })
            }
        }
    }
}

/// Returns `true` if a commitment is an element of the proof system's field, in its one encoding.
pub(crate) fn is_canonical(system: ProofSystem, commitment: &InputCommitment) -> bool {
    match system {
        ProofSystem::Groth16 => scalar::is_canonical(&commitment.0),
        ProofSystem::Halo2 => zkinfer_verifier::halo2::statement::is_canonical(&commitment.0),
    }
}

/// Validates a key and prepares it for verification.
pub(crate) fn prepare<T: Config>(key: &VerifyingKey) -> Result<PreparedKey, Error<T>> {
    let bytes = match key {
        VerifyingKey::Groth16(bytes) => groth16::prepare::<T>(bytes)?,
        VerifyingKey::Halo2(bytes) => halo2::prepare::<T>(bytes)?,
    };
    PreparedKey::try_from(bytes).or(Err(Error::<T>::VerifyingKeyTooLarge))
}

/// Returns `true` if a stored key's prepared form is its own, as far as can be seen without
/// cryptography.
#[cfg(any(feature = "try-runtime", test))]
pub(crate) fn is_prepared(stored: &StoredKey) -> bool {
    match &stored.key {
        VerifyingKey::Groth16(_) => {
            stored.prepared.len() == zkinfer_verifier::groth16::PREPARED_LEN
        }
        VerifyingKey::Halo2(bytes) => halo2::is_prepared(bytes, &stored.prepared),
    }
}

/// A stored key, for proofs that are of its class.
pub(crate) fn key_of<'a, T: Config>(
    hash: &VkHash,
    proofs: impl Iterator<Item = &'a Proof>,
) -> Result<StoredKey, Error<T>> {
    let stored = VerifyingKeys::<T>::get(hash).ok_or(Error::<T>::BrokenRecord)?;
    let class = CostClass::of_key(&stored.key).ok_or(Error::<T>::BrokenRecord)?;
    for proof in proofs {
        if proof.system() != stored.key.system() {
            return Err(Error::<T>::ProofSystemMismatch);
        }
        if CostClass::of_proof(proof) != class {
            return Err(Error::<T>::CircuitSizeMismatch);
        }
    }
    Ok(stored)
}

/// Verifies proofs of the key's class together: all hold, or none counts.
///
/// # Errors
/// When they could not be checked, for a reason that does not lie in a proof.
pub(crate) fn verify<T: Config>(key: &StoredKey, claims: &[ProofInstance<'_>]) -> Verdict {
    match &key.key {
        VerifyingKey::Groth16(_) => groth16::verify::<T>(&key.prepared, claims),
        VerifyingKey::Halo2(_) => halo2::verify::<T>(&key.prepared, claims),
    }
}

/// The fault of proofs that are well formed.
fn do_not_hold(claims: &[ProofInstance<'_>]) -> Fault {
    let reason =
        if claims.len() > 1 { Rejection::BatchDoesNotHold } else { Rejection::DoesNotVerify };
    Fault { item: None, reason }
}
