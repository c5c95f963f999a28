//! Batches: the signer's own claimed jobs, with proofs under one key that are verified together.

use alloc::{collections::BTreeSet, vec::Vec};

use frame_support::{ensure, weights::Weight};
use sp_runtime::{
    DispatchError,
    traits::{Saturating, Zero},
};

use crate::{
    Config, Error, Event, Pallet,
    proofs::Submission,
    types::{AccountIdOf, BalanceOf, BatchOf, Rejection, StoredKey},
    verify::{self, Fault, cost::Cost},
};

/// Submissions of one prover under one key, whose proofs may cost it.
pub(crate) struct Batch<T: Config> {
    submissions: Vec<Submission<T>>,
    key: StoredKey,
    cost: Cost,
}

impl<T: Config> Pallet<T> {
    /// All checks of a batch before cryptography. None of them slashes.
    pub(crate) fn check_batch(signer: &AccountIdOf<T>, items: BatchOf<T>) -> Result<Batch<T>, DispatchError> {
        ensure!(!items.is_empty(), Error::<T>::EmptyBatch);
        let cost = Cost::of_batch::<T>(&items);
        let mut jobs = BTreeSet::new();
        let mut submissions = Vec::new();
        for item in items {
            ensure!(jobs.insert(item.job), Error::<T>::DuplicateJob);
            submissions.push(Self::check_claim(signer, item)?);
        }
        let first = submissions.first().ok_or(Error::<T>::EmptyBatch)?.vk_hash();
        ensure!(submissions.iter().all(|other| other.vk_hash() == first), Error::<T>::MixedBatch);
        let key = verify::key_of::<T>(&first, submissions.iter().map(Submission::proof))?;
        // No cryptography without something to lose: one lock for each proof.
        let locks =
            submissions.iter().fold(BalanceOf::<T>::zero(), |sum, other| sum.saturating_add(other.lock()));
        ensure!(Self::prover_of(signer)?.locked >= locks, Error::<T>::BrokenRecord);
        Ok(Batch { submissions, key, cost })
    }

    /// Verifies a batch: completes all jobs, or fails all claims. Returns what it weighed.
    pub(crate) fn do_submit_batch(prover: AccountIdOf<T>, batch: Batch<T>) -> Result<Weight, DispatchError> {
        let Batch { submissions, key, cost } = batch;
        let claims = submissions.iter().map(Submission::claim).collect::<Result<Vec<_>, _>>()?;
        let proofs = u32::try_from(claims.len()).unwrap_or(u32::MAX);
        let verdict = verify::verify::<T>(&key, &claims)?;
        drop(claims);
        let holds = verdict.is_ok();
        let weight = match verdict {
            Ok(()) => {
                submissions.into_iter().try_for_each(Self::complete)?;
                cost.holds
            }
            Err(fault) => {
                for (index, submission) in submissions.into_iter().enumerate() {
                    Self::reject(submission, reason(&fault, index))?;
                }
                cost.rejected
            }
        };
        Self::deposit_event(Event::BatchChecked { prover, proofs, holds });
        Ok(weight)
    }
}

/// Why the proof with this index is rejected.
fn reason(fault: &Fault, index: usize) -> Rejection {
    if fault.item.is_some_and(|item| item != index) { Rejection::BatchDoesNotHold } else { fault.reason }
}
