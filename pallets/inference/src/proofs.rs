//! Proofs: checked cheaply, then verified, then paid for or slashed for.

use alloc::{collections::BTreeSet, vec::Vec};

use frame_support::{ensure, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
    DispatchError, DispatchResult,
    traits::{Saturating, Zero},
};
use zkinfer_primitives::{
    InputCommitment, JobId, ModelVersionId, Output, Proof, Purpose, VkHash,
    statement::{self, Context},
};

use crate::{
    Attestations, Config, Error, Event, HoldReason, Models, Pallet, Provers,
    jobs::allows,
    types::{AccountIdOf, BalanceOf, BatchItem, Job, JobState, Receipt, Rejection, StoredKey},
    verify::{self, ProofInstance, cost::Cost, is_canonical},
};

/// A statement with its proof.
pub(crate) struct StatementWithProof<T: Config> {
    vk_hash: VkHash,
    version: ModelVersionId,
    purpose: Purpose,
    input_commitment: InputCommitment,
    output: Output,
    prover: AccountIdOf<T>,
    proof: Proof,
}

/// A job whose claimant may submit its proof now.
pub(crate) struct RunningClaim<T: Config> {
    job: Job<T>,
    /// Last block before the grace.
    until: BlockNumberFor<T>,
    lock: BalanceOf<T>,
}

/// A submission whose proof may cost its signer: everything else about it is right.
pub(crate) struct Submission<T: Config> {
    id: JobId,
    job: Job<T>,
    until: BlockNumberFor<T>,
    lock: BalanceOf<T>,
    claimed: StatementWithProof<T>,
}

/// An attestation whose proof may cost its signer.
pub(crate) struct Attestation<T: Config> {
    nonce: u64,
    stake: BalanceOf<T>,
    claimed: StatementWithProof<T>,
}

impl<T: Config> StatementWithProof<T> {
    /// The proof with its public inputs, which come from storage, the signer and the typed output
    /// alone.
    ///
    /// # Errors
    /// `InvalidOutput`; what has passed the checks before cryptography has an output.
    fn instance(&self) -> Result<ProofInstance<'_>, DispatchError> {
        let context = Context {
            genesis_hash: genesis_hash::<T>(),
            vk_hash: self.vk_hash,
            version: self.version,
            purpose: self.purpose,
            prover: self.prover.clone(),
        };
        let inputs = statement::public_inputs(&self.input_commitment, &self.output, &context)
            .map_err(|_| Error::<T>::InvalidOutput)?;
        Ok(ProofInstance { inputs, proof: &self.proof })
    }
}

impl<T: Config> Submission<T> {
    /// The submission of `item`, which has passed the checks before cryptography.
    pub(crate) fn new(signer: &AccountIdOf<T>, claim: RunningClaim<T>, item: BatchItem) -> Self {
        let RunningClaim { job, until, lock } = claim;
        let claimed = StatementWithProof {
            vk_hash: job.vk_hash,
            version: job.version,
            purpose: Purpose::Job(job.terms_hash),
            input_commitment: job.input_commitment,
            output: item.output,
            prover: signer.clone(),
            proof: item.proof,
        };
        Self { id: item.job, job, until, lock, claimed }
    }

    /// As [`StatementWithProof::instance`].
    pub(crate) fn instance(&self) -> Result<ProofInstance<'_>, DispatchError> {
        self.claimed.instance()
    }

    /// The proof.
    pub(crate) fn proof(&self) -> &Proof {
        &self.claimed.proof
    }
}

impl<T: Config> Pallet<T> {
    /// All checks of submissions before cryptography. None of them slashes. The calls and
    /// [`crate::PrioritizeProofs`] share them.
    pub(crate) fn check_items(
        signer: &AccountIdOf<T>,
        items: &[BatchItem],
    ) -> Result<(Vec<RunningClaim<T>>, StoredKey), Error<T>> {
        let mut jobs = BTreeSet::new();
        let mut claims = Vec::new();
        for item in items {
            ensure!(jobs.insert(item.job), Error::<T>::DuplicateJob);
            claims.push(Self::check_claim(signer, item)?);
        }
        let first = claims.first().ok_or(Error::<T>::EmptyBatch)?.job.vk_hash;
        ensure!(claims.iter().all(|other| other.job.vk_hash == first), Error::<T>::MixedBatch);
        let key = verify::key_of::<T>(&first, items.iter().map(|item| &item.proof))?;
        // No cryptography without something to lose: one lock for each proof.
        let locks =
            claims.iter().fold(BalanceOf::<T>::zero(), |sum, other| sum.saturating_add(other.lock));
        ensure!(Self::prover_of(signer)?.locked >= locks, Error::<T>::BrokenRecord);
        Ok((claims, key))
    }

    /// The checks that look at one job and nothing else.
    fn check_claim(signer: &AccountIdOf<T>, item: &BatchItem) -> Result<RunningClaim<T>, Error<T>> {
        let job = Self::job_of(item.job)?;
        ensure!(job.terms_hash == item.terms_hash, Error::<T>::TermsMismatch);
        let JobState::Claimed { prover, until, last, lock } = &job.state else {
            return Err(Error::<T>::JobNotClaimed);
        };
        ensure!(prover == signer, Error::<T>::NotClaimant);
        ensure!(Self::now() <= Self::prolonged(*last), Error::<T>::TooLateToSubmit);
        ensure!(item.output.to_public_input().is_ok(), Error::<T>::InvalidOutput);
        ensure!(!lock.is_zero(), Error::<T>::BrokenRecord);
        let (until, lock) = (Self::prolonged(*until), *lock);
        Ok(RunningClaim { job, until, lock })
    }

    /// All checks of a submission before cryptography. None of them slashes.
    pub(crate) fn check_submission(
        signer: &AccountIdOf<T>,
        item: BatchItem,
    ) -> Result<(Submission<T>, StoredKey), Error<T>> {
        let (claims, key) = Self::check_items(signer, core::slice::from_ref(&item))?;
        let claim = claims.into_iter().next().ok_or(Error::<T>::EmptyBatch)?;
        Ok((Submission::new(signer, claim, item), key))
    }

    /// Verifies a submission: completes its job, or fails its claim. Returns what it weighed.
    pub(crate) fn do_submit(
        submission: Submission<T>,
        key: &StoredKey,
    ) -> Result<Weight, DispatchError> {
        let cost = Cost::of_submit::<T>(submission.proof());
        match verify::verify::<T>(key, &[submission.instance()?])? {
            Ok(()) => Self::complete(submission).map(|()| cost.holds),
            Err(fault) => Self::reject(submission, fault.reason).map(|()| cost.rejected),
        }
    }

    /// The proof holds: pays everybody and leaves a receipt.
    pub(crate) fn complete(submission: Submission<T>) -> DispatchResult {
        let Submission { id, job, lock, claimed, .. } = submission;
        let prover = claimed.prover;
        let owner = Models::<T>::get(job.version.model).ok_or(Error::<T>::BrokenRecord)?.owner;
        let pay = job.pay();
        Self::remove_job(id, &job)?;
        Self::unlock_bond(&prover, lock)?;
        Self::pay(HoldReason::Escrow, &job.requester, &owner, job.price)?;
        Self::pay(HoldReason::Escrow, &job.requester, &prover, pay)?;
        let deposit = Self::receipt_deposit(&claimed.output).min(job.deposit);
        Self::release(HoldReason::JobDeposit, &job.requester, job.deposit.saturating_sub(deposit))?;

        let receipt_hash = Self::store_receipt(
            id,
            Receipt {
                requester: job.requester.clone(),
                version: job.version,
                purpose: claimed.purpose,
                input_commitment: job.input_commitment,
                output: claimed.output.clone(),
                prover: prover.clone(),
                block: Self::now(),
                reward: job.reward,
                price: job.price,
                deposit,
            },
        );
        Self::deposit_event(Event::JobCompleted {
            job: id,
            version: job.version,
            requester: job.requester,
            prover,
            output: claimed.output,
            paid: pay,
            price: job.price,
            terms_hash: job.terms_hash,
            receipt_hash,
        });
        Ok(())
    }

    /// The proof does not hold: the claim's lock is lost, and the claim is over.
    pub(crate) fn reject(submission: Submission<T>, reason: Rejection) -> DispatchResult {
        let Submission { id, job, until, lock, claimed } = submission;
        let prover = claimed.prover;
        Self::forfeit_lock(&prover, lock)?;
        if Self::now() > until {
            // The lock is about to be the requester's: a bad proof does not take it away.
            Self::pay(HoldReason::ProverBond, &prover, &job.requester, lock)?;
        } else {
            Self::slash(HoldReason::ProverBond, &prover, lock)?;
        }
        Self::deposit_event(Event::ProofRejected { job: id, prover, slashed: lock, reason });
        Self::after_failed_claim(id, job)
    }

    /// All checks of an attestation before cryptography. None of them slashes.
    pub(crate) fn check_attestation(
        prover: AccountIdOf<T>,
        id: ModelVersionId,
        vk_hash: VkHash,
        nonce: u64,
        input_commitment: InputCommitment,
        output: Output,
        proof: Proof,
    ) -> Result<(Attestation<T>, StoredKey), DispatchError> {
        let version = Self::active_version(id)?;
        ensure!(version.vk_hash == vk_hash, Error::<T>::KeyMismatch);
        ensure!(allows(&version.allowed_provers, &prover), Error::<T>::ProverNotAllowed);
        ensure!(
            is_canonical(version.proof_system, &input_commitment),
            Error::<T>::InvalidCommitment
        );
        ensure!(output.to_public_input().is_ok(), Error::<T>::InvalidOutput);
        let key = verify::key_of::<T>(&version.vk_hash, [&proof].into_iter())?;
        ensure!(!Attestations::<T>::contains_key(&prover, nonce), Error::<T>::NonceUsed);
        // No cryptography without something to lose.
        let parameters = Self::parameters();
        let (stake, bond) = (parameters.min_claim_bond, Self::prover_of(&prover)?);
        ensure!(bond.bond >= parameters.min_bond, Error::<T>::BondTooLow);
        ensure!(bond.free() >= stake && !stake.is_zero(), Error::<T>::BondLocked);
        let claimed = StatementWithProof {
            vk_hash: version.vk_hash,
            version: id,
            purpose: Purpose::Attest(nonce),
            input_commitment,
            output,
            prover,
            proof,
        };
        Ok((Attestation { nonce, stake, claimed }, key))
    }

    /// Verifies an attestation: leaves a receipt, or takes what is at stake. Returns what it
    /// weighed.
    pub(crate) fn do_attest(
        attestation: Attestation<T>,
        key: &StoredKey,
    ) -> Result<Weight, DispatchError> {
        let cost = Cost::of_attest::<T>(&attestation.claimed.proof);
        match verify::verify::<T>(key, &[attestation.claimed.instance()?])? {
            Ok(()) => Self::attested(attestation).map(|()| cost.holds),
            Err(fault) => {
                Self::reject_attestation(attestation, fault.reason).map(|()| cost.rejected)
            }
        }
    }

    /// The proof holds: leaves a receipt.
    fn attested(attestation: Attestation<T>) -> DispatchResult {
        let Attestation { nonce, claimed, .. } = attestation;
        let (prover, version) = (claimed.prover, claimed.version);
        let deposit = Self::attestation_deposit(&claimed.output);
        Self::hold(HoldReason::JobDeposit, &prover, deposit)?;
        let id = Self::next_job()?;
        Attestations::<T>::insert(&prover, nonce, id);
        let receipt_hash = Self::store_receipt(
            id,
            Receipt {
                requester: prover.clone(),
                version,
                purpose: claimed.purpose,
                input_commitment: claimed.input_commitment,
                output: claimed.output.clone(),
                prover: prover.clone(),
                block: Self::now(),
                reward: Zero::zero(),
                price: Zero::zero(),
                deposit,
            },
        );
        let output = claimed.output;
        Self::deposit_event(Event::Attested {
            receipt: id,
            version,
            prover,
            nonce,
            output,
            receipt_hash,
        });
        Ok(())
    }

    /// The proof does not hold: what was at stake is lost.
    fn reject_attestation(attestation: Attestation<T>, reason: Rejection) -> DispatchResult {
        let Attestation { nonce, stake, claimed } = attestation;
        let (prover, version) = (claimed.prover, claimed.version);
        Provers::<T>::try_mutate_exists(&prover, |record| {
            let bond = record.as_mut().ok_or(Error::<T>::BrokenRecord)?;
            bond.take(stake)?;
            Self::keep_or_remove(&prover, record);
            Ok::<(), Error<T>>(())
        })?;
        Self::slash(HoldReason::ProverBond, &prover, stake)?;
        Self::deposit_event(Event::AttestationRejected {
            version,
            prover,
            nonce,
            slashed: stake,
            reason,
        });
        Ok(())
    }
}

/// Hash of block 0, which no pruning removes.
pub(crate) fn genesis_hash<T: Config>() -> [u8; 32] {
    let hash = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
    let mut bytes = [0u8; 32];
    // `integrity_test` asserts that a hash has 32 bytes; `zip` needs no proof of it.
    bytes.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}
