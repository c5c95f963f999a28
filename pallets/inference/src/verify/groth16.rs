//! Groth16 over BLS12-381.

use alloc::vec::Vec;

use zkinfer_primitives::{
    Proof,
    proof::{GROTH16_PROOF_LEN, GROTH16_VK_LEN},
};
use zkinfer_verifier::groth16::{
    self, PreparedVerifyingKey, VerifyingKey,
    batch::{BatchError, Statement},
};

use super::{Fault, ProofInstance, Verdict, do_not_hold};
use crate::{Config, Error};

/// A key's prepared form.
pub(super) fn prepare<T: Config>(bytes: &[u8; GROTH16_VK_LEN]) -> Result<Vec<u8>, Error<T>> {
    let key = VerifyingKey::decode(bytes).or(Err(Error::<T>::InvalidVerifyingKey))?;
    Ok(PreparedVerifyingKey::prepare(&key).to_bytes().to_vec())
}

/// Verifies proofs under one key.
pub(super) fn verify<T: Config>(prepared: &[u8], claims: &[ProofInstance<'_>]) -> Verdict {
    let key =
        PreparedVerifyingKey::from_trusted_bytes(prepared).or(Err(Error::<T>::VerifierFault))?;
    let statements = claims
        .iter()
        .map(|claim| Some(Statement { inputs: &claim.inputs, proof: bytes(claim.proof)? }))
        .collect::<Option<Vec<_>>>()
        .ok_or(Error::<T>::ProofSystemMismatch)?;
    match groth16::batch::verify::<T::CurveBackend>(&key, &statements) {
        Ok(()) => Ok(Ok(())),
        Err(BatchError::Rejected) => Ok(Err(do_not_hold(claims))),
        Err(BatchError::Proof { index, error }) => {
            Ok(Err(Fault { item: Some(index), reason: error.into() }))
        }
        Err(BatchError::Input { .. } | BatchError::Empty | BatchError::Backend) => {
            Err(Error::<T>::VerifierFault.into())
        }
    }
}

fn bytes(proof: &Proof) -> Option<&[u8; GROTH16_PROOF_LEN]> {
    match proof {
        Proof::Groth16(bytes) => Some(bytes),
        Proof::Halo2 { .. } => None,
    }
}
