//! Weights of the calls with proofs, before and after they have run.
//!
//! A weight is the worst case of the proofs' class. That of Halo2 is put together from what the
//! benchmarks measure:
//!
//! ```text
//! submit, attest = the call with 2^10 rows or fewer and the bytes of the proof + (c − 1) · (chunk + coefficients)
//! submit_batch   = the call with 2^10 rows or fewer and n proofs + (c − 1) · (chunk + n · coefficients)
//! ```
//!
//! with c chunks of 1,024 generators: the first is in the measured call. *Chunk* is reading one and
//! multiplying its points, *coefficients* are the 1,024 scalars that each proof adds to it. A k
//! above `MaxK` weighs as `MaxK`, and is refused: no key has it.

use frame_support::{traits::Get, weights::Weight};
use zkinfer_primitives::{Proof, VerifyingKey};
use zkinfer_verifier::halo2::generators;

use super::CostClass;
use crate::{Config, WeightInfo, types::BatchItem};

/// The weight of a call that has verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cost {
    /// When all proofs hold.
    pub(crate) holds: Weight,
    /// When they do not.
    pub(crate) rejected: Weight,
}

impl Cost {
    /// The charge before the cost is known.
    pub(crate) fn worst(&self) -> Weight {
        self.holds.max(self.rejected)
    }

    /// The dearer of each.
    fn max(self, other: Self) -> Self {
        Self { holds: self.holds.max(other.holds), rejected: self.rejected.max(other.rejected) }
    }

    /// Both with `more`.
    fn plus(self, more: Weight) -> Self {
        Self {
            holds: self.holds.saturating_add(more),
            rejected: self.rejected.saturating_add(more),
        }
    }

    /// Of `submit`.
    pub(crate) fn of_submit<T: Config>(proof: &Proof) -> Self {
        match proof {
            Proof::Groth16(_) => Self {
                holds: T::WeightInfo::submit_groth16(),
                rejected: T::WeightInfo::submit_groth16_rejected(),
            },
            Proof::Halo2 { k, bytes } => Self {
                holds: T::WeightInfo::submit_halo2(length(bytes)),
                rejected: T::WeightInfo::submit_halo2_rejected(length(bytes)),
            }
            .plus(further_chunks::<T>(*k, 1)),
        }
    }

    /// Of `attest`.
    pub(crate) fn of_attest<T: Config>(proof: &Proof) -> Self {
        match proof {
            Proof::Groth16(_) => Self {
                holds: T::WeightInfo::attest_groth16(),
                rejected: T::WeightInfo::attest_groth16_rejected(),
            },
            Proof::Halo2 { k, bytes } => Self {
                holds: T::WeightInfo::attest_halo2(length(bytes)),
                rejected: T::WeightInfo::attest_halo2_rejected(length(bytes)),
            }
            .plus(further_chunks::<T>(*k, 1)),
        }
    }

    /// Of `submit_batch`, by its most expensive class: a batch of several is refused.
    ///
    /// One proof costs what `submit` costs, and several at least what `submit` costs of the most
    /// expensive of them: the benchmarks' lines begin lower than that.
    pub(crate) fn of_batch<T: Config>(batch: &[BatchItem]) -> Self {
        let dearest = batch.iter().map(|item| Self::of_submit::<T>(&item.proof)).reduce(Self::max);
        match (batch, dearest) {
            ([_], Some(single)) => single,
            (_, Some(dearest)) => Self::of_several::<T>(batch).max(dearest),
            (_, None) => Self::of_several::<T>(batch),
        }
    }

    /// Of `submit_batch` as its benchmarks have it.
    fn of_several<T: Config>(batch: &[BatchItem]) -> Self {
        let proofs = length(batch);
        match batch.iter().map(|item| CostClass::of_proof(&item.proof)).max() {
            None => {
                let refused = T::WeightInfo::submit_batch_refused(0);
                Self { holds: refused, rejected: refused }
            }
            Some(CostClass::Groth16) => Self {
                holds: T::WeightInfo::submit_batch_groth16(proofs),
                rejected: T::WeightInfo::submit_batch_groth16_rejected(proofs),
            },
            Some(CostClass::Halo2 { k }) => Self {
                holds: T::WeightInfo::submit_batch_halo2(proofs),
                rejected: T::WeightInfo::submit_batch_halo2_rejected(proofs),
            }
            .plus(further_chunks::<T>(k, proofs)),
        }
    }
}

/// The weight of `register_model`.
pub(crate) fn of_register<T: Config>(key: &VerifyingKey) -> Weight {
    match key {
        VerifyingKey::Groth16(_) => T::WeightInfo::register_model_groth16(),
        VerifyingKey::Halo2(_) => {
            T::WeightInfo::register_model_halo2().saturating_add(look_ups::<T>())
        }
    }
}

/// The weight of `add_version`.
pub(crate) fn of_add_version<T: Config>(key: &VerifyingKey) -> Weight {
    match key {
        VerifyingKey::Groth16(_) => T::WeightInfo::add_version_groth16(),
        VerifyingKey::Halo2(_) => {
            T::WeightInfo::add_version_halo2().saturating_add(look_ups::<T>())
        }
    }
}

/// The weight of `claim`: the job's key may have the largest k.
pub(crate) fn of_claim<T: Config>() -> Weight {
    T::WeightInfo::claim().saturating_add(look_ups::<T>())
}

/// The weight of all checks of `submit` before cryptography, with the look for the generators.
pub(crate) fn of_check<T: Config>(proof: &Proof) -> Weight {
    T::WeightInfo::submit_refused()
        .saturating_add(T::WeightInfo::find_generators(parts::<T>(proof)))
}

/// The same of `submit_batch`.
pub(crate) fn of_batch_check<T: Config>(batch: &[BatchItem]) -> Weight {
    let parts = batch.iter().map(|item| parts::<T>(&item.proof)).max().unwrap_or_default();
    T::WeightInfo::submit_batch_refused(length(batch))
        .saturating_add(T::WeightInfo::find_generators(parts))
}

/// The parts of the generators that a proof of this class needs.
fn parts<T: Config>(proof: &Proof) -> u32 {
    match proof {
        Proof::Groth16(_) => 0,
        Proof::Halo2 { k, .. } => generators::chunks(*k.min(&T::MaxK::get())).saturating_add(1),
    }
}

/// The look for the largest circuits' generators, beyond those of the smallest, for which the
/// benchmarks of the calls look.
fn look_ups<T: Config>() -> Weight {
    T::WeightInfo::find_generators(generators::chunks(T::MaxK::get()).saturating_sub(1))
}

/// The generators beyond the first chunk, for so many proofs.
fn further_chunks<T: Config>(k: u8, proofs: u32) -> Weight {
    let further = generators::chunks(k.min(T::MaxK::get())).saturating_sub(1);
    let coefficients = T::WeightInfo::halo2_coefficients(further.saturating_mul(proofs));
    T::WeightInfo::halo2_chunks(further).saturating_add(coefficients)
}

fn length<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
