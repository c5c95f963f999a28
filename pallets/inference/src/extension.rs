//! Priority for proofs: nobody keeps a claimant's proof out of the blocks for the price of fees.
//!
//! A claim that runs out of time costs its lock. So a transaction that brings a proof must not have
//! to bid for its place in a block against transactions that only fill it. [`PrioritizeProofs`]
//! makes every check of a signed `submit` or `submit_batch` that the call makes before
//! cryptography, in the pool and in the block:
//!
//! | the submission | in the pool | in a block |
//! |---|---|---|
//! | passes all checks | [`PROOF_PRIORITY`] more, and a tag for each job | runs: it ends the claim, or costs the lock |
//! | names a job that is not claimed or not requested yet; generators are missing | like any transaction | fails in its call, and pays |
//! | fails otherwise | invalid, with a code of [`SubmissionFault`] | invalid |
//!
//! So each transaction that is put first ends a claim, by payment or by a slash. What fails is
//! never included and costs nothing, but for what may become right: the pool has to take that, and
//! what a pool takes and no block does would keep others out for nothing. The tag keeps a second
//! proof of the same job and signer out of the pool unless its priority is higher: a tip of one
//! unit more is enough under the same nonce. Tips order proofs among themselves.
//!
//! A submission inside another call (`utility.batch`) gets neither checks nor priority, and neither
//! does any from the block that brings a new layout of the records until they have it. The
//! extension encodes to nothing.

use alloc::vec::Vec;
use core::marker::PhantomData;

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    DefaultNoBound,
    migrations::MultiStepMigrator,
    pallet_prelude::TransactionSource,
    traits::{GetStorageVersion, IsSubType, OriginTrait},
    weights::Weight,
};
use scale_info::TypeInfo;
use sp_runtime::{
    impl_tx_ext_default,
    traits::{DispatchInfoOf, TransactionExtension, ValidateResult},
    transaction_validity::{InvalidTransaction, TransactionPriority, ValidTransaction},
};
use zkinfer_primitives::SubmissionFault;

use crate::{
    Call, Config, Error, NextJobId, Pallet,
    generators::has_generators_of,
    types::{AccountIdOf, BatchItem},
    verify::cost,
};

/// The amount by which a proof's priority is raised.
///
/// pallet-transaction-payment gives `(tip + 1) × n`, where n such transactions fill a block. So
/// whoever fills a block with transactions that each outbid this pays at least this much in tips
/// for the block, however large they are: 9.2 × 10^18 units, 9.2 million tokens of 12 decimals. As
/// much is left above it for the tips that order proofs.
pub const PROOF_PRIORITY: TransactionPriority = 1 << 63;

/// Prefix of the tags that a proof provides: one for each job of its signer.
const TAG: &str = "zkinfer/proof";

/// The transaction extension that puts proofs first. See this module's documentation.
#[derive(Encode, Decode, DecodeWithMemTracking, DefaultNoBound, Clone, Eq, PartialEq, TypeInfo)]
#[scale_info(skip_type_params(T), capture_docs = "always")]
pub struct PrioritizeProofs<T>(PhantomData<T>);

impl<T> PrioritizeProofs<T> {
    /// Makes the extension.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> core::fmt::Debug for PrioritizeProofs<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PrioritizeProofs")
    }
}

impl<T: Config + Send + Sync> TransactionExtension<T::RuntimeCall> for PrioritizeProofs<T>
where
    T::RuntimeCall: IsSubType<Call<T>>,
{
    const IDENTIFIER: &'static str = "PrioritizeProofs";
    type Implicit = ();
    type Val = ();
    type Pre = ();

    fn weight(&self, call: &T::RuntimeCall) -> Weight {
        match call.is_sub_type() {
            Some(Call::submit { proof, .. }) => cost::of_check::<T>(proof),
            Some(Call::submit_batch { batch }) => cost::of_batch_check::<T>(batch),
            _ => Weight::zero(),
        }
    }

    fn validate(
        &self,
        origin: T::RuntimeOrigin,
        call: &T::RuntimeCall,
        _: &DispatchInfoOf<T::RuntimeCall>,
        _: usize,
        (): (),
        _: &impl Encode,
        source: TransactionSource,
    ) -> ValidateResult<Self::Val, T::RuntimeCall> {
        let Some(signer) = origin.as_signer() else {
            return Ok((ValidTransaction::default(), (), origin));
        };
        let validity = match call.is_sub_type() {
            Some(Call::submit { job, terms_hash, output, proof }) => {
                let (job, terms_hash) = (*job, *terms_hash);
                let item =
                    BatchItem { job, terms_hash, output: output.clone(), proof: proof.clone() };
                validity::<T>(signer, &[item], source)
            }
            Some(Call::submit_batch { batch }) => validity::<T>(signer, batch, source),
            _ => Ok(ValidTransaction::default()),
        };
        validity.map(|validity| (validity, (), origin)).map_err(refusal)
    }

    impl_tx_ext_default!(T::RuntimeCall; prepare);
}

fn refusal(fault: SubmissionFault) -> sp_runtime::transaction_validity::TransactionValidityError {
    InvalidTransaction::Custom(fault.code()).into()
}

/// The validity of a submission that its signer sends directly.
fn validity<T: Config>(
    signer: &AccountIdOf<T>,
    items: &[BatchItem],
    source: TransactionSource,
) -> Result<ValidTransaction, SubmissionFault> {
    if source != TransactionSource::InBlock && records_are_migrated::<T>() {
        return Ok(ValidTransaction::default());
    }
    match check::<T>(signer, items) {
        Ok(()) => Ok(put_first::<T>(signer, items)),
        // In a block its call fails, and pays: else it would wait in pools, and be tried by
        // authors, for nothing.
        Err(fault) if may_become_right::<T>(fault, items) => Ok(ValidTransaction::default()),
        Err(fault) => Err(fault),
    }
}

/// Returns `true` if records may have either layout. Blocks take no transactions then.
///
/// The block that brings a new runtime is the last one with the old layout: the pool validates
/// there by the new code, and the migration begins in the block after it.
fn records_are_migrated<T: Config>() -> bool {
    <T as frame_system::Config>::MultiBlockMigrator::ongoing()
        || Pallet::<T>::on_chain_storage_version() != Pallet::<T>::in_code_storage_version()
}

fn check<T: Config>(signer: &AccountIdOf<T>, items: &[BatchItem]) -> Result<(), SubmissionFault> {
    let (_, key) = Pallet::<T>::check_items(signer, items).map_err(fault)?;
    match has_generators_of::<T>(&key.key).map_err(fault)? {
        true => Ok(()),
        false => Err(SubmissionFault::GeneratorsMissing),
    }
}

fn put_first<T: Config>(signer: &AccountIdOf<T>, items: &[BatchItem]) -> ValidTransaction {
    let provides: Vec<_> = items.iter().map(|item| (TAG, signer, item.job).encode()).collect();
    ValidTransaction { priority: PROOF_PRIORITY, provides, ..Default::default() }
}

/// Returns `true` if transactions that are on their way can cure the fault: the job's request, its
/// claim, its generators.
fn may_become_right<T: Config>(fault: SubmissionFault, items: &[BatchItem]) -> bool {
    match fault {
        SubmissionFault::JobNotClaimed | SubmissionFault::GeneratorsMissing => true,
        SubmissionFault::JobNotFound => {
            let next = NextJobId::<T>::get();
            items.iter().any(|item| item.job >= next)
        }
        _ => false,
    }
}

fn fault<T>(error: Error<T>) -> SubmissionFault {
    match error {
        Error::JobNotFound => SubmissionFault::JobNotFound,
        Error::TermsMismatch => SubmissionFault::TermsMismatch,
        Error::JobNotClaimed => SubmissionFault::JobNotClaimed,
        Error::NotClaimant => SubmissionFault::NotClaimant,
        Error::TooLateToSubmit => SubmissionFault::TooLateToSubmit,
        Error::InvalidOutput => SubmissionFault::InvalidOutput,
        Error::ProofSystemMismatch => SubmissionFault::ProofSystemMismatch,
        Error::CircuitSizeMismatch => SubmissionFault::CircuitSizeMismatch,
        Error::EmptyBatch => SubmissionFault::EmptyBatch,
        Error::DuplicateJob => SubmissionFault::DuplicateJob,
        Error::MixedBatch => SubmissionFault::MixedBatch,
        // The checks give no other errors but those of records that contradict each other.
        _ => SubmissionFault::BrokenRecord,
    }
}
