//! Halo2 over Vesta.

use alloc::{borrow::Cow, vec::Vec};
use core::marker::PhantomData;

use frame_support::traits::Get;
use zkinfer_primitives::Proof;
use zkinfer_verifier::halo2::{
    error::{GeneratorsError, VerifyError},
    generators::Generators,
    key::PreparedVerifyingKey,
    statement::{self, StatementError},
    verify::{self, Statement},
};

use super::{Fault, ProofInstance, Verdict, do_not_hold};
use crate::{Config, Error, GeneratorChunks, LagrangeGenerators};

/// The generators in this pallet's storage, read chunk by chunk.
pub(crate) struct Stored<T>(PhantomData<T>);

impl<T> Stored<T> {
    /// Those of this chain.
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Config> Generators for Stored<T> {
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        GeneratorChunks::<T>::get(index).map(|points| Cow::Owned(points.into_inner()))
    }

    fn lagrange(&self, k: u8) -> Option<Cow<'_, [u8]>> {
        LagrangeGenerators::<T>::get(k).map(|points| Cow::Owned(points.into_inner()))
    }
}

/// A key's prepared form. What it would cost to verify under it is checked before its commitments
/// are decoded.
pub(super) fn prepare<T: Config>(bytes: &[u8]) -> Result<Vec<u8>, Error<T>> {
    let key = statement::decode(bytes, T::MaxK::get()).map_err(|error| match error {
        StatementError::Key(_) => Error::<T>::InvalidVerifyingKey,
        StatementError::PublicInputs | StatementError::UnreadPublicInputs => {
            Error::<T>::WrongPublicInputs
        }
        StatementError::K { .. }
        | StatementError::Nodes { .. }
        | StatementError::Rotation { .. }
        | StatementError::ProofLength { .. } => Error::<T>::VerifyingKeyTooLarge,
    })?;
    Ok(PreparedVerifyingKey::prepare(key).to_bytes())
}

/// Returns `true` if a prepared form is this key's.
#[cfg(any(feature = "try-runtime", test))]
pub(super) fn is_prepared(bytes: &[u8], prepared: &[u8]) -> bool {
    PreparedVerifyingKey::from_trusted_bytes(prepared).is_ok_and(|key| key.key().encode() == bytes)
}

/// Verifies proofs under one key.
pub(super) fn verify<T: Config>(prepared: &[u8], claims: &[ProofInstance<'_>]) -> Verdict {
    let key =
        PreparedVerifyingKey::from_trusted_bytes(prepared).or(Err(Error::<T>::VerifierFault))?;
    let columns: Vec<[&[[u8; 32]]; 1]> = claims.iter().map(|claim| [&claim.inputs[..]]).collect();
    let statements = claims
        .iter()
        .zip(&columns)
        .map(|(claim, instances)| {
            Some(Statement { key: &key, instances, proof: bytes(claim.proof)? })
        })
        .collect::<Option<Vec<_>>>()
        .ok_or(Error::<T>::ProofSystemMismatch)?;
    match verify::verify_batch::<T::CurveBackend, _>(&statements, &Stored::<T>::new()) {
        Ok(()) => Ok(Ok(())),
        Err(VerifyError::Rejected) => Ok(Err(do_not_hold(claims))),
        Err(VerifyError::Proof { index, error }) => {
            Ok(Err(Fault { item: Some(index), reason: error.into() }))
        }
        Err(VerifyError::Generators(
            GeneratorsError::Missing { .. } | GeneratorsError::MissingLagrange { .. },
        )) => Err(Error::<T>::GeneratorsMissing.into()),
        Err(_) => Err(Error::<T>::VerifierFault.into()),
    }
}

fn bytes(proof: &Proof) -> Option<&[u8]> {
    match proof {
        Proof::Groth16(_) => None,
        Proof::Halo2 { bytes, .. } => Some(bytes),
    }
}
