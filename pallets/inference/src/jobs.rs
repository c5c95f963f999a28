//! Jobs without their proofs: request, cancel, claim, expire.

use codec::{Encode, MaxEncodedLen};
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
    DispatchError, DispatchResult, SaturatedConversion,
    traits::{Saturating, Zero},
};
use zkinfer_primitives::{InputCommitment, JobId, JobTerms, ModelVersionId, ProofSystem, TermsHash};
use zkinfer_verifier::scalar;

use crate::{
    Config, Error, Event, HoldReason, JobByTerms, Jobs, ModelVersions, NextJobId, Pallet,
    models::check_list,
    types::{AccountIdOf, BalanceOf, Job, JobState, ModelVersion, PayloadOf, ProverList, VersionStatus},
};

/// Bytes of the keys under which a job and its terms are stored, with the terms' value.
const JOB_KEYS: usize = (8 + 8) + (32 + 8);

impl<T: Config> Pallet<T> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn do_request(
        requester: AccountIdOf<T>,
        id: ModelVersionId,
        input_commitment: InputCommitment,
        payload: PayloadOf<T>,
        reward: BalanceOf<T>,
        max_price: BalanceOf<T>,
        deadline: BlockNumberFor<T>,
        provers: Option<ProverList<T>>,
    ) -> DispatchResult {
        let version = Self::active_version(id)?;
        ensure!(is_canonical(version.proof_system, &input_commitment), Error::<T>::InvalidCommitment);
        check_money::<T>(version.price, reward, max_price)?;
        check_deadline::<T>(Self::now(), deadline)?;
        check_provers(&version, &provers)?;

        // A signed transaction has incremented it already.
        let nonce = frame_system::Pallet::<T>::account_nonce(&requester).saturated_into::<u64>();
        let payload_hash = payload.hash();
        let terms = JobTerms {
            requester: requester.clone(),
            nonce,
            version: id,
            input_commitment,
            payload_hash,
            reward,
            deadline,
        };
        let terms_hash = terms.hash();
        ensure!(!JobByTerms::<T>::contains_key(terms_hash), Error::<T>::DuplicateTerms);

        let deposit = job_deposit::<T>(&payload, &provers);
        Self::hold(HoldReason::Escrow, &requester, reward)?;
        Self::hold(HoldReason::JobDeposit, &requester, deposit)?;
        Self::use_key(&version.vk_hash)?;
        let price = version.price;
        let job = Job::<T> {
            requester: requester.clone(),
            nonce,
            version: id,
            vk_hash: version.vk_hash,
            terms_hash,
            input_commitment,
            payload,
            reward,
            price,
            deadline,
            provers,
            deposit,
            state: JobState::Open,
        };
        let number = Self::next_job()?;
        JobByTerms::<T>::insert(terms_hash, number);
        Jobs::<T>::insert(number, job);
        Self::deposit_event(Event::JobRequested {
            job: number,
            requester,
            version: id,
            terms_hash,
            nonce,
            input_commitment,
            reward,
            price,
            deadline,
        });
        Ok(())
    }

    pub(crate) fn do_cancel(who: AccountIdOf<T>, id: JobId) -> DispatchResult {
        let job = Self::job_of(id)?;
        ensure!(job.requester == who, Error::<T>::NotRequester);
        ensure!(job.state == JobState::Open, Error::<T>::JobNotOpen);
        Self::refund(id, &job)?;
        Self::deposit_event(Event::JobCancelled { job: id, requester: who, refund: job.reward });
        Ok(())
    }

    pub(crate) fn do_claim(who: AccountIdOf<T>, id: JobId, terms_hash: TermsHash) -> DispatchResult {
        let mut job = Self::job_of(id)?;
        ensure!(job.terms_hash == terms_hash, Error::<T>::TermsMismatch);
        ensure!(job.state == JobState::Open, Error::<T>::JobNotOpen);
        let version = Self::version_of(job.version)?;
        let allowed = allows(&version.allowed_provers, &who) && allows(&job.provers, &who);
        ensure!(allowed, Error::<T>::ProverNotAllowed);
        let now = Self::now();
        ensure!(leaves_time::<T>(now, job.deadline), Error::<T>::TooLateToClaim);

        let lock = Self::lock_bond(&who, job.reward)?;
        let until = job.deadline.min(now.saturating_add(T::ClaimPeriod::get()));
        job.state = JobState::Claimed { prover: who.clone(), until, lock };
        Jobs::<T>::insert(id, job);
        Self::deposit_event(Event::JobClaimed { job: id, prover: who, until, lock });
        Ok(())
    }

    pub(crate) fn do_expire(id: JobId) -> DispatchResult {
        let job = Self::job_of(id)?;
        let now = Self::now();
        let JobState::Claimed { prover, until, lock } = job.state.clone() else {
            ensure!(now > job.deadline, Error::<T>::NotExpired);
            return Self::end(id, job);
        };
        ensure!(now > last_block::<T>(until), Error::<T>::NotExpired);
        Self::forfeit_lock(&prover, lock)?;
        Self::pay(HoldReason::ProverBond, &prover, &job.requester, lock)?;
        Self::deposit_event(Event::ClaimExpired { job: id, prover, slashed: lock });
        Self::after_failed_claim(id, job)
    }

    /// A claim has failed: opens the job again, or ends it.
    pub(crate) fn after_failed_claim(id: JobId, mut job: Job<T>) -> DispatchResult {
        if job.is_directed() || !leaves_time::<T>(Self::now(), job.deadline) {
            return Self::end(id, job);
        }
        let deadline = job.deadline;
        job.state = JobState::Open;
        Jobs::<T>::insert(id, job);
        Self::deposit_event(Event::JobReopened { job: id, deadline });
        Ok(())
    }

    /// Ends a job without an answer.
    fn end(id: JobId, job: Job<T>) -> DispatchResult {
        Self::refund(id, &job)?;
        Self::deposit_event(Event::JobExpired { job: id, requester: job.requester, refund: job.reward });
        Ok(())
    }

    /// Removes a job and returns all its requester's money.
    fn refund(id: JobId, job: &Job<T>) -> DispatchResult {
        Self::remove_job(id, job)?;
        Self::release(HoldReason::Escrow, &job.requester, job.reward)?;
        Self::release(HoldReason::JobDeposit, &job.requester, job.deposit)
    }

    /// Removes a job's records. Its money is still held.
    pub(crate) fn remove_job(id: JobId, job: &Job<T>) -> DispatchResult {
        Jobs::<T>::remove(id);
        JobByTerms::<T>::remove(job.terms_hash);
        Self::drop_key(&job.vk_hash)
    }

    pub(crate) fn job_of(id: JobId) -> Result<Job<T>, Error<T>> {
        Jobs::<T>::get(id).ok_or(Error::<T>::JobNotFound)
    }

    pub(crate) fn version_of(id: ModelVersionId) -> Result<ModelVersion<T>, Error<T>> {
        ModelVersions::<T>::get(id.model, id.version).ok_or(Error::<T>::VersionNotFound)
    }

    fn active_version(id: ModelVersionId) -> Result<ModelVersion<T>, DispatchError> {
        let version = Self::version_of(id)?;
        ensure!(version.status == VersionStatus::Active, Error::<T>::VersionRetired);
        Ok(version)
    }

    fn next_job() -> Result<JobId, Error<T>> {
        let id = NextJobId::<T>::get();
        NextJobId::<T>::put(id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?);
        Ok(id)
    }
}

/// Last block in which a claim's proof is good.
pub(crate) fn last_block<T: Config>(until: BlockNumberFor<T>) -> BlockNumberFor<T> {
    until.saturating_add(T::Grace::get())
}

/// The relations between constants that the rules rest on. Runs when a runtime is tested, never on chain.
pub(crate) fn check_constants<T: Config>() {
    let (proving, claim, job) = (T::MinProvingBlocks::get(), T::ClaimPeriod::get(), T::MaxJobBlocks::get());
    assert!(!proving.is_zero(), "MinProvingBlocks is zero: a claim would have no block for its proof");
    assert!(claim >= proving, "ClaimPeriod is below MinProvingBlocks");
    assert!(job >= proving, "MaxJobBlocks is below MinProvingBlocks: no deadline is possible");
    assert!(
        T::UnbondingPeriod::get() > job.saturating_add(T::Grace::get()),
        "UnbondingPeriod must be longer than the longest job and its grace"
    );
    assert!(!T::MinClaimBond::get().is_zero(), "MinClaimBond is zero: proofs would be checked for nothing");
    assert!(T::MinBond::get() >= T::MinClaimBond::get(), "MinBond is below MinClaimBond: nobody could claim");
    assert!(T::MaxProvers::get() > 0, "MaxProvers is zero");
    assert!(T::MaxUnbonding::get() > 0, "MaxUnbonding is zero: a bond could not be taken out");
    assert_eq!(T::Hash::max_encoded_len(), 32, "the context takes a genesis hash of 32 bytes");
}

fn is_canonical(system: ProofSystem, commitment: &InputCommitment) -> bool {
    match system {
        ProofSystem::Groth16 => scalar::is_canonical(&commitment.0),
    }
}

fn check_money<T: Config>(
    price: BalanceOf<T>,
    reward: BalanceOf<T>,
    max_price: BalanceOf<T>,
) -> Result<(), Error<T>> {
    ensure!(price <= max_price, Error::<T>::PriceAboveMaximum);
    ensure!(reward >= price, Error::<T>::RewardBelowPrice);
    ensure!(reward >= T::MinReward::get(), Error::<T>::RewardTooLow);
    Ok(())
}

fn check_deadline<T: Config>(now: BlockNumberFor<T>, deadline: BlockNumberFor<T>) -> Result<(), Error<T>> {
    ensure!(leaves_time::<T>(now, deadline), Error::<T>::DeadlineTooSoon);
    ensure!(deadline.saturating_sub(now) <= T::MaxJobBlocks::get(), Error::<T>::DeadlineTooFar);
    Ok(())
}

/// Whether a claim now would have `MinProvingBlocks` before the deadline.
fn leaves_time<T: Config>(now: BlockNumberFor<T>, deadline: BlockNumberFor<T>) -> bool {
    deadline.saturating_sub(now) >= T::MinProvingBlocks::get()
}

fn check_provers<T: Config>(
    version: &ModelVersion<T>,
    provers: &Option<ProverList<T>>,
) -> Result<(), Error<T>> {
    check_list::<T>(provers)?;
    let mut named = provers.iter().flatten();
    ensure!(named.all(|prover| allows(&version.allowed_provers, prover)), Error::<T>::ProverNotAllowed);
    Ok(())
}

fn allows<T: PartialEq, S>(list: &Option<frame_support::BoundedVec<T, S>>, who: &T) -> bool {
    list.as_ref().is_none_or(|list| list.iter().any(|prover| prover == who))
}

/// The deposit of a job: for its bytes when it is claimed, which are the most.
fn job_deposit<T: Config>(payload: &PayloadOf<T>, provers: &Option<ProverList<T>>) -> BalanceOf<T> {
    let variable =
        PayloadOf::<T>::max_encoded_len().saturating_add(Option::<ProverList<T>>::max_encoded_len());
    let fixed = Job::<T>::max_encoded_len().saturating_sub(variable);
    let bytes = fixed
        .saturating_add(payload.encoded_size())
        .saturating_add(provers.encoded_size())
        .saturating_add(JOB_KEYS);
    Pallet::<T>::deposit_for(2, bytes)
}
