//! Pages of the indices.

use alloc::vec::Vec;

use zkinfer_primitives::{JobId, ModelVersionId};

use crate::{Claims, Config, OpenJobs, Pallet, types::AccountIdOf};

/// The most entries of a page.
pub const MAX_PAGE: u32 = 100;

impl<T: Config> Pallet<T> {
    pub(crate) fn page_of_open_jobs(
        version: ModelVersionId,
        after: Option<JobId>,
        limit: u32,
    ) -> Vec<JobId> {
        let jobs = match after {
            Some(job) => {
                let from = OpenJobs::<T>::hashed_key_for(version, job);
                OpenJobs::<T>::iter_key_prefix_from(version, from)
            }
            None => OpenJobs::<T>::iter_key_prefix(version),
        };
        jobs.take(page(limit)).collect()
    }

    pub(crate) fn page_of_claims(
        prover: &AccountIdOf<T>,
        after: Option<JobId>,
        limit: u32,
    ) -> Vec<JobId> {
        let jobs = match after {
            Some(job) => {
                let from = Claims::<T>::hashed_key_for(prover, job);
                Claims::<T>::iter_key_prefix_from(prover, from)
            }
            None => Claims::<T>::iter_key_prefix(prover),
        };
        jobs.take(page(limit)).collect()
    }
}

fn page(limit: u32) -> usize {
    usize::try_from(limit.min(MAX_PAGE)).unwrap_or_default()
}
