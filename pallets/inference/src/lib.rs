//! # Inference: a market for proved answers of neural networks
//!
//! - [`pallet`]: configuration, storage, events, errors and calls
//! - [`types`]: what is stored
//! - [`weights`]: weights of the calls
//! - `models`, `bonds`, `jobs`, `proofs`: what the calls do; `payouts`: every movement of money that can fail;
//!   `invariants`: what never happens
//!
//! A model's owner registers hashes and a verifying key. A requester puts a reward into escrow for the answer to a
//! committed input. A bonded prover claims the job, proves the answer off chain, and is paid by the call that brings
//! the proof. Weights never reach the chain; an input does only when its requester publishes it.
//!
//! ## Calls
//!
//! | index | call | origin | what it needs |
//! |---|---|---|---|
//! | 0 | `register_model` | signed | deposits for the bytes |
//! | 3 | `bond` | signed | at least `MinBond` |
//! | 4 | `bond_extra` | signed, a prover | |
//! | 5 | `unbond` | signed, a prover | a free bond |
//! | 6 | `withdraw_unbonded` | signed, a prover | a part whose time is over |
//! | 8 | `request` | signed | reward and deposit |
//! | 10 | `cancel` | signed, the requester | an open job |
//! | 11 | `claim` | signed, a prover | an open job, a free bond |
//! | 12 | `submit` | signed, the claimant | a claimed job within its time and grace |
//! | 13 | `expire` | signed, anybody | a job whose time is over |
//!
//! Indices 1, 2, 7, 9, 14 to 17 and those from 18 are reserved for add_version, retire_version, set_encryption_key,
//! redirect, attest, submit_batch, prune_receipt, upload_generators and the calls of the governing origin.
//!
//! ## A job's states
//!
//! ```text
//!            request                     claim                       submit, proof holds
//!  (nothing) -------> Open -------------------------------> Claimed ---------------------> completed, a Receipt stays
//!                      | ^                                   |  |
//!                      | |   reopened: not directed, and     |  |  submit, proof rejected:  slash
//!                      | +-- MinProvingBlocks are left ------+  |  expire after the grace:  slash
//!                      |                                        |
//!                      |  cancel: requester                     |  directed, or too little time left
//!                      |  expire: after the deadline            v
//!                      +------------------------------------> ended, an event stays
//! ```
//!
//! A job that names its provers is *directed*. `Claimed { until }` has `until = min(deadline, now + ClaimPeriod)`; a proof
//! is good up to and including block `until + Grace`, and `expire` works from the block after that.
//!
//! ## Where the money goes
//!
//! | what | held as | from | to |
//! |---|---|---|---|
//! | deposit of a model version | `ModelDeposit` | owner | owner, when the version is removed |
//! | deposit of a key | `KeyDeposit` | who registered it first | the same, when nothing uses it any more |
//! | bond | `ProverBond` | prover | prover, after `UnbondingPeriod` |
//! | reward | `Escrow` | requester | `price` to the model's owner and the rest to the prover; all back when the job ends without an answer |
//! | deposit of a job | `JobDeposit` | requester | requester when the job ends, less what its receipt keeps |
//! | claim's lock, proof rejected | `ProverBond` | prover | `OnSlash` |
//! | claim's lock, time over | `ProverBond` | prover | requester |
//!
//! **A payee that cannot be paid.** A payment to an account that does not exist, and is below the existential deposit,
//! cannot be made. Then the amount goes to `OnSlash`, with the event `PaymentDiverted`, and the call succeeds. It does
//! not stay with the prover, who should gain nothing from an owner's disappearance. A hold keeps its account alive, so
//! this does not happen to accounts that hold a deposit or a bond and live by their balance alone.
//!
//! ## Who is slashed, and when
//!
//! Only the signer of `submit`, only when it is the job's claimant and has named the job's terms, only when proof and key
//! are of one system, and only when the proof then does not decode or does not verify. `submit` then *succeeds*, with
//! `ProofRejected`: an error would undo the slash. A runtime must not offer calls that roll a successful call back.
//! Everything else that is wrong with a submission is an error and costs its fee. Beyond that, a claimant whose time is
//! over loses the claim's lock by `expire`.
//!
//! ## Deposits
//!
//! `DepositBase` for each stored item and `DepositPerByte` for its encoded bytes. A job's deposit covers its claim and its
//! entry in `JobByTerms` as well. No state grows without one: claims are bounded by locked bonds, unbonding parts by
//! `MaxUnbonding`.
//!
//! ## Hashers
//!
//! Numbers that this pallet gives out (`Models`, `ModelVersions`, `Jobs`, `Receipts`) are under `Twox64Concat`: nobody
//! chooses them. Accounts (`Provers`) can be chosen and are under `Blake2_128Concat`. `VerifyingKeys` and `JobByTerms` are
//! keyed by Blake2b-256 hashes that the pallet computes itself: `Identity`.
#![cfg_attr(not(feature = "std"), no_std)]
// What input could make fail is denied: panics, indexing, unchecked arithmetic, lossy casts.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented
    )
)]

extern crate alloc;

pub mod types;
pub mod weights;

mod bonds;
#[cfg(any(feature = "try-runtime", test))]
mod invariants;
mod jobs;
mod models;
mod payouts;
mod proofs;

#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use weights::WeightInfo;

/// The pallet.
// The macro generates public items without docs, paths longer than they need be, and arithmetic and casts on its own sizes.
#[allow(
    missing_docs,
    unused_qualifications,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::unreachable
)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::boxed::Box;

    use frame_support::{
        dispatch::{DispatchResultWithPostInfo, WithPostDispatchInfo},
        pallet_prelude::*,
        traits::{
            OnUnbalanced,
            fungible::{BalancedHold, MutateHold},
        },
    };
    use frame_system::pallet_prelude::*;
    use sp_runtime::Perbill;
    use zkinfer_primitives::{
        InputCommitment, JobId, ManifestHash, ModelHash, ModelId, ModelVersionId, Output, Proof, TermsHash,
        Trust, VerifyingKey, Version, Visibility, VkHash,
    };
    use zkinfer_verifier::backend::Backend;

    use crate::{
        types::{
            AccountIdOf, BalanceOf, CreditOf, Job, Model, ModelVersion, PayloadOf, Prover, ProverInfo,
            ProverList, Receipt, Rejection, StoredKey,
        },
        weights::WeightInfo,
    };

    /// Version of the storage's layout.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet takes from its runtime. Amounts are in the token's smallest unit, times in blocks.
    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;
        /// The token.
        type Currency: MutateHold<AccountIdOf<Self>, Reason = Self::RuntimeHoldReason>
            + BalancedHold<AccountIdOf<Self>>;
        /// Weights.
        type WeightInfo: WeightInfo;
        /// Who does the curve arithmetic.
        type Verifier: Backend;
        /// Gets what rejected proofs cost, and payments that cannot be made. `()` burns them.
        type OnSlash: OnUnbalanced<CreditOf<Self>>;

        /// The least that a prover bonds, and keeps bonded while it keeps anything.
        #[pallet::constant]
        type MinBond: Get<BalanceOf<Self>>;
        /// The least that a claim locks.
        #[pallet::constant]
        type MinClaimBond: Get<BalanceOf<Self>>;
        /// What a claim locks, as a share of the reward, rounded up, if that is more than `MinClaimBond`.
        #[pallet::constant]
        type ClaimRatio: Get<Perbill>;
        /// The least reward.
        #[pallet::constant]
        type MinReward: Get<BalanceOf<Self>>;
        /// Blocks from `unbond` to `withdraw_unbonded`. More than `MaxJobBlocks + Grace`.
        #[pallet::constant]
        type UnbondingPeriod: Get<BlockNumberFor<Self>>;
        /// Blocks after a claim's `until` in which its proof is still good.
        #[pallet::constant]
        type Grace: Get<BlockNumberFor<Self>>;
        /// Blocks that a claim has for its proof, if the deadline leaves them. At least `MinProvingBlocks`.
        #[pallet::constant]
        type ClaimPeriod: Get<BlockNumberFor<Self>>;
        /// The fewest blocks between a claim and the deadline.
        #[pallet::constant]
        type MinProvingBlocks: Get<BlockNumberFor<Self>>;
        /// The most blocks between a request and its deadline.
        #[pallet::constant]
        type MaxJobBlocks: Get<BlockNumberFor<Self>>;
        /// The most bytes of a payload.
        #[pallet::constant]
        type MaxPayload: Get<u32>;
        /// The most provers in a list.
        #[pallet::constant]
        type MaxProvers: Get<u32>;
        /// The most parts of a bond that can be on their way out at a time.
        #[pallet::constant]
        type MaxUnbonding: Get<u32>;
        /// Deposit for each stored item.
        #[pallet::constant]
        type DepositBase: Get<BalanceOf<Self>>;
        /// Deposit for each stored byte.
        #[pallet::constant]
        type DepositPerByte: Get<BalanceOf<Self>>;
    }

    /// Why this pallet holds an account's money.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// For the bytes of a model and its version.
        #[codec(index = 0)]
        ModelDeposit,
        /// For the bytes of a verifying key.
        #[codec(index = 1)]
        KeyDeposit,
        /// A prover's bond, with what is on its way out of it.
        #[codec(index = 2)]
        ProverBond,
        /// Rewards of jobs that run.
        #[codec(index = 3)]
        Escrow,
        /// For the bytes of jobs that run and of receipts.
        #[codec(index = 4)]
        JobDeposit,
    }

    /// The number that the next model gets.
    #[pallet::storage]
    pub type NextModelId<T> = StorageValue<_, ModelId, ValueQuery>;

    /// Models by number.
    #[pallet::storage]
    pub type Models<T: Config> = StorageMap<_, Twox64Concat, ModelId, Model<T::AccountId>>;

    /// Model versions by model and version.
    #[pallet::storage]
    pub type ModelVersions<T: Config> =
        StorageDoubleMap<_, Twox64Concat, ModelId, Twox64Concat, Version, ModelVersion<T>>;

    /// Verifying keys by their hash.
    #[pallet::storage]
    pub type VerifyingKeys<T: Config> =
        StorageMap<_, Identity, VkHash, StoredKey<T::AccountId, BalanceOf<T>>>;

    /// Provers by account.
    #[pallet::storage]
    pub type Provers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Prover<T>>;

    /// The number that the next job gets.
    #[pallet::storage]
    pub type NextJobId<T> = StorageValue<_, JobId, ValueQuery>;

    /// Jobs that run, by number.
    #[pallet::storage]
    pub type Jobs<T: Config> = StorageMap<_, Twox64Concat, JobId, Job<T>>;

    /// Jobs that run, by their terms: no two have the same.
    #[pallet::storage]
    pub type JobByTerms<T: Config> = StorageMap<_, Identity, TermsHash, JobId>;

    /// Completed jobs, by number.
    #[pallet::storage]
    pub type Receipts<T: Config> = StorageMap<_, Twox64Concat, JobId, Receipt<T>>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A model is registered, with its first version.
        ModelRegistered {
            /// Model and version.
            version: ModelVersionId,
            /// Who registered it and is paid its price.
            owner: T::AccountId,
            /// Hash of the model file.
            model_hash: ModelHash,
            /// Hash of the manifest.
            manifest_hash: ManifestHash,
            /// Hash of the verifying key.
            vk_hash: VkHash,
            /// What each answer costs.
            price: BalanceOf<T>,
        },
        /// A prover bonded.
        Bonded {
            /// The prover.
            prover: T::AccountId,
            /// What was added.
            amount: BalanceOf<T>,
            /// The whole bond after it.
            bond: BalanceOf<T>,
        },
        /// A part of a bond is on its way out.
        Unbonded {
            /// The prover.
            prover: T::AccountId,
            /// How much.
            amount: BalanceOf<T>,
            /// First block in which `withdraw_unbonded` pays it out.
            at: BlockNumberFor<T>,
        },
        /// Parts of a bond are free again.
        Withdrawn {
            /// The prover.
            prover: T::AccountId,
            /// How much.
            amount: BalanceOf<T>,
        },
        /// A job is open.
        JobRequested {
            /// The job.
            job: JobId,
            /// Who asks and pays.
            requester: T::AccountId,
            /// The model version that answers.
            version: ModelVersionId,
            /// Hash of the terms: `claim` and `submit` name it.
            terms_hash: TermsHash,
            /// The requester's account nonce in the terms: the one after the extrinsic's own.
            nonce: u64,
            /// Commitment to the input.
            input_commitment: InputCommitment,
            /// What is in escrow.
            reward: BalanceOf<T>,
            /// How much of it goes to the model's owner.
            price: BalanceOf<T>,
            /// Last block.
            deadline: BlockNumberFor<T>,
        },
        /// The requester took the job back; reward and deposit are free again.
        JobCancelled {
            /// The job.
            job: JobId,
            /// Who had asked.
            requester: T::AccountId,
            /// What returned from escrow.
            refund: BalanceOf<T>,
        },
        /// A prover owes the proof.
        JobClaimed {
            /// The job.
            job: JobId,
            /// The prover.
            prover: T::AccountId,
            /// Last block for the proof, before the grace.
            until: BlockNumberFor<T>,
            /// How much of the bond is locked.
            lock: BalanceOf<T>,
        },
        /// The proof holds. Everybody is paid, and a receipt stays.
        JobCompleted {
            /// The job.
            job: JobId,
            /// The model version that answered.
            version: ModelVersionId,
            /// Who had asked.
            requester: T::AccountId,
            /// Who proved it.
            prover: T::AccountId,
            /// The answer.
            output: Output,
            /// What the prover is paid: the reward less the price.
            paid: BalanceOf<T>,
            /// What the model's owner is paid.
            price: BalanceOf<T>,
            /// Hash of the terms.
            terms_hash: TermsHash,
            /// Blake2b-256 of the receipt's SCALE encoding.
            receipt_hash: [u8; 32],
        },
        /// The proof does not hold. The claim is over and its lock is lost; `JobReopened` or `JobExpired` follows.
        ProofRejected {
            /// The job.
            job: JobId,
            /// The prover.
            prover: T::AccountId,
            /// What it lost.
            slashed: BalanceOf<T>,
            /// What is wrong with the proof.
            reason: Rejection,
        },
        /// A claimant's time is over, and the claim's lock goes to the requester. `JobReopened` or `JobExpired` follows.
        ClaimExpired {
            /// The job.
            job: JobId,
            /// The prover.
            prover: T::AccountId,
            /// What it lost.
            slashed: BalanceOf<T>,
        },
        /// A claim failed, and the job is open again.
        JobReopened {
            /// The job.
            job: JobId,
            /// Last block.
            deadline: BlockNumberFor<T>,
        },
        /// The job ended without an answer; reward and deposit are free again.
        JobExpired {
            /// The job.
            job: JobId,
            /// Who had asked.
            requester: T::AccountId,
            /// What returned from escrow.
            refund: BalanceOf<T>,
        },
        /// A payment could not be made: the account does not exist, and the amount is below the existential deposit.
        /// `OnSlash` has it.
        PaymentDiverted {
            /// Who should have got it.
            payee: T::AccountId,
            /// Why it had been held.
            reason: HoldReason,
            /// How much.
            amount: BalanceOf<T>,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No model version has this number. `Models` and `ModelVersions` list those there are.
        VersionNotFound,
        /// The model version is retired. Ask for a newer version of the model.
        VersionRetired,
        /// The verifying key is unusable: a point is not canonical, outside its subgroup or the identity, or the key is
        /// forgeable by anybody. `zkinfer keys inspect` says which; make the keys again.
        InvalidVerifyingKey,
        /// A setup of this proof system leaves somebody who could forge: `Transparent` is not true of it.
        TrustNotPossible,
        /// A list of provers is empty. Name at least one, or give none for all.
        NoProvers,
        /// There are no numbers left.
        NumbersExhausted,
        /// The account has a bond already. Add to it with `bond_extra`.
        AlreadyBonded,
        /// The account is no prover. Bond first, with `bond`.
        NotBonded,
        /// The bond would be, or is, below `MinBond`. Bond more; or unbond all that is free.
        BondTooLow,
        /// The amount is zero.
        ZeroAmount,
        /// Not so much of the bond is free of claims. Finish them, or bond more with `bond_extra`.
        BondLocked,
        /// `MaxUnbonding` parts are on their way out. Withdraw, or wait for the first.
        TooManyUnbonding,
        /// No unbonding part's time is over yet. `Provers` says when each is.
        NothingToWithdraw,
        /// The input commitment is not below the field's modulus, so that no proof could have it as its input.
        InvalidCommitment,
        /// The version's price is above `max_price`.
        PriceAboveMaximum,
        /// The reward is below the version's price. Raise it.
        RewardBelowPrice,
        /// The reward is below `MinReward`. Raise it.
        RewardTooLow,
        /// The deadline is less than `MinProvingBlocks` away. Choose a later block.
        DeadlineTooSoon,
        /// The deadline is more than `MaxJobBlocks` away. Choose an earlier block.
        DeadlineTooFar,
        /// A running job has the same terms. Ask again in another transaction.
        DuplicateTerms,
        /// No running job has this number. It may be completed (see `Receipts`), cancelled or expired.
        JobNotFound,
        /// The terms are not the job's. Read the job again: a reorganisation may have changed it.
        TermsMismatch,
        /// The job is claimed.
        JobNotOpen,
        /// The job is not claimed. Claim it first.
        JobNotClaimed,
        /// Only the requester can do this.
        NotRequester,
        /// The job is claimed by another account. A proof is worth something to its claimant only.
        NotClaimant,
        /// The job or its model version names the provers, and the account is not among them.
        ProverNotAllowed,
        /// Less than `MinProvingBlocks` are left before the deadline: nobody can claim the job any more.
        TooLateToClaim,
        /// The claim's time and grace are over. The job waits for `expire`.
        TooLateToSubmit,
        /// The job's time is not over yet.
        NotExpired,
        /// The proof is of another system than the version's key.
        ProofSystemMismatch,
        /// The proof could not be checked: the chain's key or its curve arithmetic is damaged. Nobody is slashed.
        VerifierFault,
        /// A record that must exist does not, or an amount is not held that should be. Report it: it is a fault of
        /// the pallet.
        BrokenRecord,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            crate::jobs::check_constants::<T>();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a model with its first version: hashes, verifying key, price, and what the owner says about trust.
        ///
        /// Nothing of it is ever edited. The key is validated, and stored once however many versions use it.
        /// Holds `ModelDeposit`, and `KeyDeposit` for a new key. Deposits [`Event::ModelRegistered`].
        ///
        /// Errors: `InvalidVerifyingKey`, `TrustNotPossible`, `NoProvers`, or too little balance for the deposits.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_model())]
        #[allow(clippy::too_many_arguments)]
        pub fn register_model(
            origin: OriginFor<T>,
            model_hash: ModelHash,
            manifest_hash: ManifestHash,
            verifying_key: Box<VerifyingKey>,
            trust: Trust,
            visibility: Visibility,
            price: BalanceOf<T>,
            allowed_provers: Option<ProverList<T>>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_register(
                owner,
                model_hash,
                manifest_hash,
                *verifying_key,
                trust,
                visibility,
                price,
                allowed_provers,
            )
        }

        // Indices 1 and 2 are reserved: add_version, retire_version.

        /// Bonds `amount`, at least `MinBond`, and makes the signer a prover. Deposits [`Event::Bonded`].
        ///
        /// Errors: `AlreadyBonded`, `BondTooLow`, or too little balance.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::bond())]
        pub fn bond(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_bond(prover, amount)
        }

        /// Adds `amount` to the signer's bond, which must then be at least `MinBond`. Deposits [`Event::Bonded`].
        ///
        /// Errors: `NotBonded`, `ZeroAmount`, `BondTooLow`, or too little balance.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::bond_extra())]
        pub fn bond_extra(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_bond_extra(prover, amount)
        }

        /// Takes `amount` out of the free bond; it can be withdrawn after `UnbondingPeriod`. What stays bonded is at least
        /// `MinBond`, or nothing. Deposits [`Event::Unbonded`].
        ///
        /// Errors: `NotBonded`, `ZeroAmount`, `BondLocked`, `BondTooLow`, `TooManyUnbonding`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::unbond())]
        pub fn unbond(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_unbond(prover, amount)
        }

        /// Frees all unbonded parts whose time is over. Deposits [`Event::Withdrawn`].
        ///
        /// Errors: `NotBonded`, `NothingToWithdraw`, or the token's `CannotCreate` when the account would stay below
        /// the existential deposit.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::withdraw_unbonded())]
        pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_withdraw_unbonded(prover)
        }

        // Index 7 is reserved: set_encryption_key.

        /// Asks `version` for the answer to a committed input.
        ///
        /// Holds `reward` as `Escrow` and a deposit for the job's bytes as `JobDeposit`. `deadline` is a block number,
        /// `MinProvingBlocks` to `MaxJobBlocks` away. `provers`, if given, are the only ones who may claim.
        ///
        /// The terms contain the signer's account nonce at dispatch. A signed transaction has incremented it before: the
        /// terms of a transaction with nonce `n` contain `n + 1`. [`Event::JobRequested`] says it, with job and hash.
        ///
        /// Errors: `VersionNotFound`, `VersionRetired`, `InvalidCommitment`, `PriceAboveMaximum`, `RewardBelowPrice`,
        /// `RewardTooLow`, `DeadlineTooSoon`, `DeadlineTooFar`, `NoProvers`, `ProverNotAllowed`, `DuplicateTerms`, or
        /// too little balance.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::request(payload.carried()))]
        #[allow(clippy::too_many_arguments)]
        pub fn request(
            origin: OriginFor<T>,
            version: ModelVersionId,
            input_commitment: InputCommitment,
            payload: PayloadOf<T>,
            reward: BalanceOf<T>,
            max_price: BalanceOf<T>,
            deadline: BlockNumberFor<T>,
            provers: Option<ProverList<T>>,
        ) -> DispatchResult {
            let requester = ensure_signed(origin)?;
            Self::do_request(
                requester,
                version,
                input_commitment,
                payload,
                reward,
                max_price,
                deadline,
                provers,
            )
        }

        // Index 9 is reserved: redirect.

        /// Takes an open job back: reward and deposit are free again. Deposits [`Event::JobCancelled`].
        ///
        /// Errors: `JobNotFound`, `NotRequester`, `JobNotOpen`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::cancel())]
        pub fn cancel(origin: OriginFor<T>, job: JobId) -> DispatchResult {
            let requester = ensure_signed(origin)?;
            Self::do_cancel(requester, job)
        }

        /// Accepts an open job with these terms. **Open and check the input first: no excuse counts later.**
        ///
        /// Locks `max(MinClaimBond, ClaimRatio × reward)` of the signer's free bond. Deposits [`Event::JobClaimed`].
        ///
        /// Errors: `JobNotFound`, `TermsMismatch`, `JobNotOpen`, `ProverNotAllowed`, `TooLateToClaim`, `NotBonded`,
        /// `BondTooLow`, `BondLocked`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::claim())]
        pub fn claim(origin: OriginFor<T>, job: JobId, terms_hash: TermsHash) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_claim(prover, job, terms_hash)
        }

        /// Brings the answer to a claimed job, with its proof.
        ///
        /// A proof that holds pays everybody: [`Event::JobCompleted`]. A proof that does not hold costs the claim's lock:
        /// the call *succeeds*, with [`Event::ProofRejected`]. Check a proof before you submit it.
        ///
        /// Errors, none of which slashes: `JobNotFound`, `TermsMismatch`, `JobNotClaimed`, `NotClaimant`,
        /// `TooLateToSubmit`, `ProofSystemMismatch`, `VerifierFault`.
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::submit().max(T::WeightInfo::submit_rejected()))]
        pub fn submit(
            origin: OriginFor<T>,
            job: JobId,
            terms_hash: TermsHash,
            output: Output,
            proof: Proof,
        ) -> DispatchResultWithPostInfo {
            let refused = T::WeightInfo::submit_refused();
            let prover = ensure_signed(origin).map_err(|error| error.with_weight(refused))?;
            let submission = Self::check_submission(prover, job, terms_hash, output, proof)
                .map_err(|error| error.with_weight(refused))?;
            let weight = match Self::verify(&submission)? {
                Ok(()) => {
                    Self::complete(submission)?;
                    T::WeightInfo::submit()
                }
                Err(reason) => {
                    Self::reject(submission, reason)?;
                    T::WeightInfo::submit_rejected()
                }
            };
            Ok(Some(weight).into())
        }

        /// Ends what has run out of time, for anybody who signs.
        ///
        /// A claim, after its `until` and the grace: its lock goes to the requester ([`Event::ClaimExpired`]), and the job
        /// opens again or ends. An open job after its deadline: it ends, with reward and deposit free again.
        ///
        /// Errors: `JobNotFound`, `NotExpired`.
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::expire())]
        pub fn expire(origin: OriginFor<T>, job: JobId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_expire(job)
        }

        // Indices 14 to 17 are reserved: attest, submit_batch, prune_receipt, upload_generators.
        // Indices from 18 are reserved: calls of the governing origin.
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A running job.
        pub fn job(id: JobId) -> Option<Job<T>> {
            Jobs::<T>::get(id)
        }

        /// The receipt of a completed job.
        pub fn receipt(id: JobId) -> Option<Receipt<T>> {
            Receipts::<T>::get(id)
        }

        /// A prover's stake, with what of it new claims can lock.
        pub fn prover(account: T::AccountId) -> Option<ProverInfo<T>> {
            let prover = Provers::<T>::get(account)?;
            let free = prover.free();
            Some(ProverInfo { prover, free })
        }

        /// A version of a model.
        pub fn model_version(id: ModelVersionId) -> Option<ModelVersion<T>> {
            ModelVersions::<T>::get(id.model, id.version)
        }
    }
}
