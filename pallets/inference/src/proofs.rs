//! Submissions: checked cheaply, then verified, then paid or slashed.

use codec::{Encode, MaxEncodedLen};
use frame_support::ensure;
use sp_runtime::{
    DispatchError, DispatchResult,
    traits::{Saturating, Zero},
};
use zkinfer_primitives::{
    JobId, Output, Proof, Purpose, TermsHash, blake2b_256,
    statement::{self, Context},
};
use zkinfer_verifier::groth16;

use crate::{
    Config, Error, Event, HoldReason, Models, Pallet, Receipts, VerifyingKeys,
    jobs::last_block,
    types::{AccountIdOf, BalanceOf, Job, JobState, Receipt, Rejection},
};

/// Bytes of the key under which a receipt is stored.
const RECEIPT_KEYS: usize = 8 + 8;

/// A submission whose proof may cost its signer: everything else about it is right.
pub(crate) struct Submission<T: Config> {
    id: JobId,
    job: Job<T>,
    prover: AccountIdOf<T>,
    lock: BalanceOf<T>,
    output: Output,
    proof: Proof,
}

impl<T: Config> Pallet<T> {
    /// All checks before cryptography. None of them slashes.
    pub(crate) fn check_submission(
        signer: AccountIdOf<T>,
        id: JobId,
        terms_hash: TermsHash,
        output: Output,
        proof: Proof,
    ) -> Result<Submission<T>, DispatchError> {
        let job = Self::job_of(id)?;
        ensure!(job.terms_hash == terms_hash, Error::<T>::TermsMismatch);
        let JobState::Claimed { prover, until, lock } = job.state.clone() else {
            return Err(Error::<T>::JobNotClaimed.into());
        };
        ensure!(prover == signer, Error::<T>::NotClaimant);
        ensure!(Self::now() <= last_block::<T>(until), Error::<T>::TooLateToSubmit);
        let version = Self::version_of(job.version)?;
        ensure!(proof.system() == version.proof_system, Error::<T>::ProofSystemMismatch);
        // No cryptography without something to lose.
        let stake = Self::prover_of(&prover)?;
        ensure!(!lock.is_zero() && stake.locked >= lock, Error::<T>::BrokenRecord);
        Ok(Submission { id, job, prover, lock, output, proof })
    }

    /// Verifies the proof. The public inputs come from storage, the signer and the typed output alone.
    ///
    /// # Errors
    /// When the proof could not be checked, for a reason that is not the proof's.
    pub(crate) fn verify(submission: &Submission<T>) -> Result<Result<(), Rejection>, DispatchError> {
        let job = &submission.job;
        let context = Context {
            genesis_hash: genesis_hash::<T>(),
            vk_hash: job.vk_hash,
            version: job.version,
            purpose: Purpose::Job(job.terms_hash),
            prover: submission.prover.clone(),
        };
        let inputs = statement::public_inputs(&job.input_commitment, &submission.output, &context);
        let key = VerifyingKeys::<T>::get(job.vk_hash).ok_or(Error::<T>::BrokenRecord)?;
        let Proof::Groth16(proof) = &submission.proof;
        match groth16::verify_bytes::<T::Verifier>(&key.prepared, proof, &inputs) {
            Ok(()) => Ok(Ok(())),
            Err(error) => match Rejection::blaming_proof(error) {
                Some(rejection) => Ok(Err(rejection)),
                None => Err(Error::<T>::VerifierFault.into()),
            },
        }
    }

    /// The proof holds: pays everybody and leaves a receipt.
    pub(crate) fn complete(submission: Submission<T>) -> DispatchResult {
        let Submission { id, job, prover, lock, output, .. } = submission;
        let owner = Models::<T>::get(job.version.model).ok_or(Error::<T>::BrokenRecord)?.owner;
        let pay = job.reward.saturating_sub(job.price);
        Self::remove_job(id, &job)?;
        Self::unlock_bond(&prover, lock)?;
        Self::pay(HoldReason::Escrow, &job.requester, &owner, job.price)?;
        Self::pay(HoldReason::Escrow, &job.requester, &prover, pay)?;
        let kept = receipt_deposit::<T>().min(job.deposit);
        Self::release(HoldReason::JobDeposit, &job.requester, job.deposit.saturating_sub(kept))?;

        let receipt = Receipt::<T> {
            requester: job.requester.clone(),
            version: job.version,
            terms_hash: job.terms_hash,
            input_commitment: job.input_commitment,
            output,
            prover: prover.clone(),
            block: Self::now(),
            reward: job.reward,
            price: job.price,
            deposit: kept,
        };
        let receipt_hash = blake2b_256(&receipt.encode());
        Receipts::<T>::insert(id, receipt);
        Self::deposit_event(Event::JobCompleted {
            job: id,
            version: job.version,
            requester: job.requester,
            prover,
            output,
            paid: pay,
            price: job.price,
            terms_hash: job.terms_hash,
            receipt_hash,
        });
        Ok(())
    }

    /// The proof does not hold: slashes the claim's lock and ends the claim.
    pub(crate) fn reject(submission: Submission<T>, reason: Rejection) -> DispatchResult {
        let Submission { id, job, prover, lock, .. } = submission;
        Self::forfeit_lock(&prover, lock)?;
        Self::slash(HoldReason::ProverBond, &prover, lock)?;
        Self::deposit_event(Event::ProofRejected { job: id, prover, slashed: lock, reason });
        Self::after_failed_claim(id, job)
    }
}

/// The most that a receipt costs.
pub(crate) fn receipt_deposit<T: Config>() -> BalanceOf<T> {
    Pallet::<T>::deposit_for(1, Receipt::<T>::max_encoded_len().saturating_add(RECEIPT_KEYS))
}

/// Hash of block 0, which no pruning removes.
pub(crate) fn genesis_hash<T: Config>() -> [u8; 32] {
    let hash =
        frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::zero());
    let mut bytes = [0u8; 32];
    // `integrity_test` asserts that a hash has 32 bytes; `zip` needs no proof of it.
    bytes.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}
