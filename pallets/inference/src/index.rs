//! Indices for clients: open jobs by model version, claimed jobs by prover.
//!
//! Each running job stands in exactly one of the two indices. Its deposit covers the larger entry.

use zkinfer_primitives::JobId;

use crate::{
    Claims, Config, Jobs, OpenJobs, Pallet,
    types::{Job, JobState},
};

impl<T: Config> Pallet<T> {
    /// Stores a job, under a new state or for the first time.
    pub(crate) fn store_job(id: JobId, job: Job<T>) {
        match &job.state {
            JobState::Open => OpenJobs::<T>::insert(job.version, id, ()),
            JobState::Claimed { prover, .. } => Claims::<T>::insert(prover, id, ()),
        }
        Jobs::<T>::insert(id, job);
    }

    /// Takes a job out of its index: before it changes its state or goes.
    pub(crate) fn unindex_job(id: JobId, job: &Job<T>) {
        match &job.state {
            JobState::Open => OpenJobs::<T>::remove(job.version, id),
            JobState::Claimed { prover, .. } => Claims::<T>::remove(prover, id),
        }
    }
}
