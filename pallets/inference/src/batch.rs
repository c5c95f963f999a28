//! Batches: the signer's own claimed jobs, with proofs under one key that are verified together.

use alloc::vec::Vec;

use frame_support::weights::Weight;
use sp_runtime::DispatchError;

use crate::{
    Config, Error, Event, Pallet,
    proofs::Submission,
    types::{AccountIdOf, BatchOf, Rejection, StoredKey},
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
    pub(crate) fn check_batch(
        signer: &AccountIdOf<T>,
        items: BatchOf<T>,
    ) -> Result<Batch<T>, Error<T>> {
        let cost = Cost::of_batch::<T>(&items);
        let (claims, key) = Self::check_items(signer, &items)?;
        let submissions = claims
            .into_iter()
            .zip(items)
            .map(|(claim, item)| Submission::new(signer, claim, item))
            .collect();
        Ok(Batch { submissions, key, cost })
    }

    /// Verifies a batch: completes all jobs, or fails all claims. Returns what it weighed.
    pub(crate) fn do_submit_batch(
        prover: AccountIdOf<T>,
        batch: Batch<T>,
    ) -> Result<Weight, DispatchError> {
        let Batch { submissions, key, cost } = batch;
        let instances =
            submissions.iter().map(Submission::instance).collect::<Result<Vec<_>, _>>()?;
        let proofs = u32::try_from(instances.len()).unwrap_or(u32::MAX);
        let verdict = verify::verify::<T>(&key, &instances)?;
        drop(instances);
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

/// The reason why the proof with this index is rejected.
fn reason(fault: &Fault, index: usize) -> Rejection {
    if fault.item.is_some_and(|item| item != index) {
        Rejection::BatchDoesNotHold
    } else {
        fault.reason
    }
}
