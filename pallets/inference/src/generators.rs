//! Halo2's generators: public constants, uploaded once by anybody, or there from the start.

use alloc::vec::Vec;

use frame_support::{BoundedVec, ensure, traits::Get};
use sp_core::Bytes;
use sp_runtime::DispatchResult;
use zkinfer_primitives::{ProofSystem, VerifyingKey};
use zkinfer_verifier::halo2::{
    bounds::{MAX_K, MIN_K},
    generators::{chunks, is_chunk, is_lagrange},
};

use crate::{
    Config, Error, Event, GeneratorChunks, LagrangeGenerators, Pallet, VerifyingKeys,
    types::{AccountIdOf, Generators, GeneratorsPart, ModelVersion},
    verify::CostClass,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_upload_generators(
        uploader: AccountIdOf<T>,
        generators: Generators,
    ) -> DispatchResult {
        let part = generators.part();
        ensure!(!is_present::<T>(part), Error::<T>::GeneratorsPresent);
        ensure!(generators.are_right(), Error::<T>::WrongGenerators);
        generators.store::<T>();
        Self::deposit_event(Event::GeneratorsUploaded { uploader, part });
        Ok(())
    }
}

impl Generators {
    /// The generators that these are said to be.
    pub fn part(&self) -> GeneratorsPart {
        match self {
            Self::Chunk { index, .. } => GeneratorsPart::Chunk { index: *index },
            Self::Lagrange { k, .. } => GeneratorsPart::Lagrange { k: *k },
        }
    }

    /// Returns `true` if they are what they are said to be, by the hashes in the code.
    pub fn are_right(&self) -> bool {
        match self {
            Self::Chunk { index, points } => is_chunk(*index, points),
            Self::Lagrange { k, points } => is_lagrange(*k, points),
        }
    }

    fn store<T: Config>(self) {
        match self {
            Self::Chunk { index, points } => GeneratorChunks::<T>::insert(index, points),
            Self::Lagrange { k, points } => LagrangeGenerators::<T>::insert(k, points),
        }
    }
}

fn is_present<T: Config>(part: GeneratorsPart) -> bool {
    match part {
        GeneratorsPart::Chunk { index } => GeneratorChunks::<T>::contains_key(index),
        GeneratorsPart::Lagrange { k } => LagrangeGenerators::<T>::contains_key(k),
    }
}

/// Returns the generators that a circuit of 2^k rows needs and storage lacks; none for a k that no
/// circuit has.
pub(crate) fn missing<T: Config>(k: u8) -> Vec<GeneratorsPart> {
    if !(MIN_K..=MAX_K).contains(&k) {
        return Vec::new();
    }
    needed(k).filter(|part| !is_present::<T>(*part)).collect()
}

/// The generators that a circuit of 2^k rows needs.
fn needed(k: u8) -> impl Iterator<Item = GeneratorsPart> {
    let table = (0..chunks(k)).map(|index| GeneratorsPart::Chunk { index });
    table.chain([GeneratorsPart::Lagrange { k }])
}

impl<T: Config> Pallet<T> {
    /// Returns `true` if proofs under the version's key find all that they need on chain.
    pub(crate) fn has_generators(version: &ModelVersion<T>) -> Result<bool, Error<T>> {
        if version.proof_system == ProofSystem::Groth16 {
            return Ok(true);
        }
        let stored = VerifyingKeys::<T>::get(version.vk_hash).ok_or(Error::<T>::BrokenRecord)?;
        has_generators_of::<T>(&stored.key)
    }
}

/// Returns `true` if proofs under this key find all that they need on chain.
pub(crate) fn has_generators_of<T: Config>(key: &VerifyingKey) -> Result<bool, Error<T>> {
    match CostClass::of_key(key).ok_or(Error::<T>::BrokenRecord)? {
        CostClass::Groth16 => Ok(true),
        CostClass::Halo2 { k } => Ok(needed(k).all(is_present::<T>)),
    }
}

/// Stores the generators of a genesis configuration.
///
/// # Panics
/// When they are not what the code knows. A chain must not start with them.
#[allow(clippy::panic)]
pub(crate) fn build<T: Config>(table: &[Bytes], lagrange: &[(u8, Bytes)]) {
    let chunk =
        |(index, points): (u32, &Bytes)| Generators::Chunk { index, points: bounded(points) };
    let points =
        |(k, points): &(u8, Bytes)| Generators::Lagrange { k: *k, points: bounded(points) };
    for generators in (0u32..).zip(table).map(chunk).chain(lagrange.iter().map(points)) {
        assert!(
            generators.are_right(),
            "these are not Halo2's generators: {:?}",
            generators.part()
        );
        generators.store::<T>();
    }
}

#[allow(clippy::expect_used)]
fn bounded<S: Get<u32>>(points: &Bytes) -> BoundedVec<u8, S> {
    points.0.clone().try_into().expect("no part of the generators is longer")
}
