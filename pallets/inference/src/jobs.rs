//! Jobs without their proofs: request, redirect, cancel, claim, expire.

use codec::{Encode, MaxEncodedLen};
use frame_support::ensure;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{DispatchResult, SaturatedConversion, traits::Saturating};
use zkinfer_primitives::{InputCommitment, JobId, JobTerms, ModelVersionId, TermsHash};

use crate::{
    Config, Error, Event, HoldReason, Jobs, NextJobId, Pallet, Payloads, Provers,
    models::check_list,
    types::{
        AccountIdOf, BalanceOf, Job, JobState, MarketParameters, ModelVersion, ParametersOf,
        Payload, PayloadOf, ProverList, VersionStatus,
    },
    verify::is_canonical,
};

/// The stored items of each job: itself, and an entry in one index.
const JOB_ITEMS: u32 = 2;
/// Bytes of the keys under which a job and its larger index entry, the claimant's, are stored.
const JOB_KEYS: usize = (8 + 8) + (16 + 32) + (8 + 8);
/// Bytes of the key under which a payload is stored.
const PAYLOAD_KEYS: usize = 8 + 8;

/// A request for an answer.
pub(crate) struct NewJob<T: Config> {
    pub(crate) version: ModelVersionId,
    pub(crate) input_commitment: InputCommitment,
    pub(crate) payload: PayloadOf<T>,
    pub(crate) reward: BalanceOf<T>,
    pub(crate) max_price: BalanceOf<T>,
    pub(crate) deadline: BlockNumberFor<T>,
    pub(crate) provers: Option<ProverList<T>>,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_request(requester: AccountIdOf<T>, new: NewJob<T>) -> DispatchResult {
        let parameters = Self::parameters();
        let version = Self::active_version(new.version)?;
        ensure!(
            is_canonical(version.proof_system, &new.input_commitment),
            Error::<T>::InvalidCommitment
        );
        check_money::<T>(&parameters, version.price, new.reward, new.max_price)?;
        check_deadline::<T>(&parameters, Self::now(), new.deadline)?;
        check_provers(&version, &new.provers)?;
        Self::check_recipients(&new.payload, &new.provers)?;

        let deposit = job_deposit::<T>(&parameters, &version, &new.payload, &new.provers);
        Self::hold(HoldReason::Escrow, &requester, new.reward)?;
        Self::hold(HoldReason::JobDeposit, &requester, deposit)?;
        Self::use_key(&version.vk_hash)?;
        let number = Self::next_job()?;
        let job = Self::with_terms(
            number,
            Job::<T> {
                requester: requester.clone(),
                nonce: 0,
                version: new.version,
                vk_hash: version.vk_hash,
                terms_hash: TermsHash::default(),
                input_commitment: new.input_commitment,
                payload_hash: new.payload.hash(),
                reward: new.reward,
                price: version.price,
                deadline: new.deadline,
                provers: new.provers,
                deposit,
                state: JobState::Open,
            },
        );
        Self::deposit_event(Event::JobRequested {
            job: number,
            requester,
            version: job.version,
            terms_hash: job.terms_hash,
            nonce: job.nonce,
            input_commitment: job.input_commitment,
            reward: job.reward,
            price: job.price,
            deadline: job.deadline,
        });
        Self::store_payload(number, new.payload);
        Self::store_job(number, job);
        Ok(())
    }

    pub(crate) fn do_redirect(
        who: AccountIdOf<T>,
        id: JobId,
        payload: PayloadOf<T>,
        deadline: BlockNumberFor<T>,
        provers: Option<ProverList<T>>,
    ) -> DispatchResult {
        let parameters = Self::parameters();
        let mut job = Self::job_of(id)?;
        ensure!(job.requester == who, Error::<T>::NotRequester);
        if let JobState::Claimed { last, .. } = job.state {
            ensure!(Self::now() > Self::prolonged(last), Error::<T>::JobNotOpen);
            Self::forfeit_claim(id, &job)?;
        }
        check_deadline::<T>(&parameters, Self::now(), deadline)?;
        let version = Self::version_of(job.version)?;
        // Else its requesters could keep a retired version, and its key, for as long as they like.
        let ends = version.status == VersionStatus::Active || deadline <= job.deadline;
        ensure!(ends, Error::<T>::VersionRetired);
        check_provers(&version, &provers)?;
        Self::check_recipients(&payload, &provers)?;

        let deposit = job_deposit::<T>(&parameters, &version, &payload, &provers);
        Self::change_deposit(HoldReason::JobDeposit, &who, job.deposit, deposit)?;
        Self::unindex_job(id, &job);
        job.payload_hash = payload.hash();
        job.deadline = deadline;
        job.provers = provers;
        job.deposit = deposit;
        job.state = JobState::Open;
        let job = Self::with_terms(id, job);
        Self::deposit_event(Event::JobRedirected {
            job: id,
            requester: who,
            terms_hash: job.terms_hash,
            nonce: job.nonce,
            deadline,
        });
        Self::store_payload(id, payload);
        Self::store_job(id, job);
        Ok(())
    }

    /// Puts the requester's present nonce into the job, and the hash of its terms.
    fn with_terms(id: JobId, mut job: Job<T>) -> Job<T> {
        // A signed transaction has incremented it already. That of a derived account stands still:
        // a redirected job's terms are new all the same.
        let nonce =
            frame_system::Pallet::<T>::account_nonce(&job.requester).saturated_into::<u64>();
        job.nonce = nonce.max(job.nonce.saturating_add(1));
        job.terms_hash = terms_of(id, &job).hash();
        job
    }

    pub(crate) fn store_payload(id: JobId, payload: PayloadOf<T>) {
        if payload == Payload::None {
            Payloads::<T>::remove(id);
        } else {
            Payloads::<T>::insert(id, payload);
        }
    }

    /// An encrypted payload names the job's provers, each with the key that it has now.
    fn check_recipients(
        payload: &PayloadOf<T>,
        provers: &Option<ProverList<T>>,
    ) -> Result<(), Error<T>> {
        let Payload::Encrypted { recipients, .. } = payload else {
            return Ok(());
        };
        let provers = provers.as_ref().ok_or(Error::<T>::RecipientsMismatch)?;
        ensure!(recipients.len() == provers.len(), Error::<T>::RecipientsMismatch);
        for (prover, recipient) in provers.iter().zip(recipients) {
            let key = Provers::<T>::get(prover).and_then(|prover| prover.encryption_key);
            ensure!(key == Some(recipient.encryption_key), Error::<T>::EncryptionKeyMismatch);
        }
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

    pub(crate) fn do_claim(
        who: AccountIdOf<T>,
        id: JobId,
        terms_hash: TermsHash,
    ) -> DispatchResult {
        let mut job = Self::job_of(id)?;
        ensure!(job.terms_hash == terms_hash, Error::<T>::TermsMismatch);
        ensure!(job.state == JobState::Open, Error::<T>::JobNotOpen);
        let version = Self::version_of(job.version)?;
        let allowed = allows(&version.allowed_provers, &who) && allows(&job.provers, &who);
        ensure!(allowed, Error::<T>::ProverNotAllowed);
        let now = Self::now();
        let parameters = Self::parameters();
        ensure!(leaves_time(&parameters, now, job.deadline), Error::<T>::TooLateToClaim);

        // Versions that were registered before their generators had to be there.
        ensure!(Self::has_generators(&version)?, Error::<T>::GeneratorsMissing);
        let lock = parameters.lock(job.pay());
        Self::lock_bond(&who, lock, parameters.min_bond)?;
        let until = job.deadline.min(now.saturating_add(parameters.claim_period));
        let last = until.saturating_add(parameters.grace);
        Self::unindex_job(id, &job);
        job.state = JobState::Claimed { prover: who.clone(), until, last, lock };
        Self::store_job(id, job);
        Self::deposit_event(Event::JobClaimed { job: id, prover: who, until, lock });
        Ok(())
    }

    pub(crate) fn do_expire(id: JobId) -> DispatchResult {
        let job = Self::job_of(id)?;
        let now = Self::now();
        let JobState::Claimed { last, .. } = job.state else {
            ensure!(now > job.deadline, Error::<T>::NotExpired);
            return Self::end(id, job);
        };
        ensure!(now > Self::prolonged(last), Error::<T>::NotExpired);
        Self::forfeit_claim(id, &job)?;
        Self::after_failed_claim(id, job)
    }

    /// A claimant's time is over: its lock goes to the requester.
    fn forfeit_claim(id: JobId, job: &Job<T>) -> DispatchResult {
        let JobState::Claimed { prover, lock, .. } = job.state.clone() else {
            return Err(Error::<T>::BrokenRecord.into());
        };
        Self::forfeit_lock(&prover, lock)?;
        Self::pay(HoldReason::ProverBond, &prover, &job.requester, lock)?;
        Self::deposit_event(Event::ClaimExpired { job: id, prover, slashed: lock });
        Ok(())
    }

    /// A claim has failed: opens the job again, or ends it.
    pub(crate) fn after_failed_claim(id: JobId, mut job: Job<T>) -> DispatchResult {
        if job.is_directed() || !leaves_time(&Self::parameters(), Self::now(), job.deadline) {
            return Self::end(id, job);
        }
        let deadline = job.deadline;
        Self::unindex_job(id, &job);
        job.state = JobState::Open;
        Self::store_job(id, job);
        Self::deposit_event(Event::JobReopened { job: id, deadline });
        Ok(())
    }

    /// Ends a job without an answer.
    fn end(id: JobId, job: Job<T>) -> DispatchResult {
        Self::refund(id, &job)?;
        Self::deposit_event(Event::JobExpired {
            job: id,
            requester: job.requester,
            refund: job.reward,
        });
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
        Self::unindex_job(id, job);
        Payloads::<T>::remove(id);
        Jobs::<T>::remove(id);
        Self::drop_key(&job.vk_hash)
    }

    pub(crate) fn job_of(id: JobId) -> Result<Job<T>, Error<T>> {
        Jobs::<T>::get(id).ok_or(Error::<T>::JobNotFound)
    }

    pub(crate) fn next_job() -> Result<JobId, Error<T>> {
        let id = NextJobId::<T>::get();
        NextJobId::<T>::put(id.checked_add(1).ok_or(Error::<T>::NumbersExhausted)?);
        Ok(id)
    }
}

/// The terms of a job.
pub(crate) fn terms_of<T: Config>(
    id: JobId,
    job: &Job<T>,
) -> JobTerms<AccountIdOf<T>, BalanceOf<T>, BlockNumberFor<T>> {
    JobTerms {
        requester: job.requester.clone(),
        nonce: job.nonce,
        job: id,
        version: job.version,
        vk_hash: job.vk_hash,
        input_commitment: job.input_commitment,
        payload_hash: job.payload_hash,
        reward: job.reward,
        price: job.price,
        deadline: job.deadline,
    }
}

fn check_money<T: Config>(
    parameters: &ParametersOf<T>,
    price: BalanceOf<T>,
    reward: BalanceOf<T>,
    max_price: BalanceOf<T>,
) -> Result<(), Error<T>> {
    ensure!(price <= max_price, Error::<T>::PriceAboveMaximum);
    ensure!(reward >= price, Error::<T>::RewardBelowPrice);
    ensure!(reward >= parameters.min_reward, Error::<T>::RewardTooLow);
    Ok(())
}

fn check_deadline<T: Config>(
    parameters: &ParametersOf<T>,
    now: BlockNumberFor<T>,
    deadline: BlockNumberFor<T>,
) -> Result<(), Error<T>> {
    ensure!(leaves_time(parameters, now, deadline), Error::<T>::DeadlineTooSoon);
    ensure!(deadline.saturating_sub(now) <= parameters.max_job_blocks, Error::<T>::DeadlineTooFar);
    Ok(())
}

/// Returns `true` if a claim now would have `min_proving_blocks` before the deadline.
fn leaves_time<B: Copy, N: Saturating + PartialOrd + Copy>(
    parameters: &MarketParameters<B, N>,
    now: N,
    deadline: N,
) -> bool {
    deadline.saturating_sub(now) >= parameters.min_proving_blocks
}

fn check_provers<T: Config>(
    version: &ModelVersion<T>,
    provers: &Option<ProverList<T>>,
) -> Result<(), Error<T>> {
    check_list::<T>(provers)?;
    let mut named = provers.iter().flatten();
    ensure!(
        named.all(|prover| allows(&version.allowed_provers, prover)),
        Error::<T>::ProverNotAllowed
    );
    Ok(())
}

/// Returns `true` if `who` is on the list, if there is one.
pub(crate) fn allows<T: PartialEq, S>(
    list: &Option<frame_support::BoundedVec<T, S>>,
    who: &T,
) -> bool {
    list.as_ref().is_none_or(|list| list.iter().any(|prover| prover == who))
}

/// The deposit of a job: for its bytes in whichever state they are the most, with its payload and
/// its index entries, or for its receipt if that can be more; and for its version's key, which
/// stays stored as long as the job, the version retired or not.
fn job_deposit<T: Config>(
    parameters: &ParametersOf<T>,
    version: &ModelVersion<T>,
    payload: &PayloadOf<T>,
    provers: &Option<ProverList<T>>,
) -> BalanceOf<T> {
    let fixed =
        Job::<T>::max_encoded_len().saturating_sub(Option::<ProverList<T>>::max_encoded_len());
    let (items, stored) = match payload {
        Payload::None => (JOB_ITEMS, 0),
        _ => (JOB_ITEMS.saturating_add(1), payload.encoded_size().saturating_add(PAYLOAD_KEYS)),
    };
    let bytes = fixed
        .saturating_add(provers.encoded_size())
        .saturating_add(JOB_KEYS)
        .saturating_add(stored);
    let running = Pallet::<T>::deposit_for(parameters, items, bytes);
    running
        .max(Pallet::<T>::longest_receipt_deposit(parameters))
        .saturating_add(version.key_deposit)
}
