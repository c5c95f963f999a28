//! # Inference: a market for proved answers of neural networks
//!
//! - [`pallet`]: configuration, storage, events, errors and calls
//! - [`types`]: what is stored
//! - [`weights`]: weights of the calls
//! - [`migrations`]: from older layouts of the storage
//! - [`extension`]: the transaction extension that puts proofs first
//! - `models`, `bonds`, `jobs`, `proofs`, `batch`, `receipts`, `generators`, `parameters`: what the
//!   calls do; `verify`: both proof systems behind one door; `index`: what clients look for;
//!   `payouts`: every movement of money that can fail; `pauses`: time that nobody could use;
//!   `views`: pages; `invariants`: what never happens
//!
//! A model's owner registers hashes and a verifying key. A requester puts a reward into escrow for
//! the answer to a committed input. A bonded prover claims the job, proves the answer off chain,
//! and is paid by the call that brings the proof. Weights never reach the chain; an input does only
//! when its requester publishes it.
//!
//! ## Calls
//!
//! | index | call | origin | what it needs |
//! |---|---|---|---|
//! | 0 | `register_model` | signed | deposits for the bytes; a Halo2 key's generators on chain |
//! | 1 | `add_version` | signed, the model's owner | the same |
//! | 2 | `retire_version` | signed, the model's owner | an active version |
//! | 3 | `bond` | signed | at least `min_bond` |
//! | 4 | `bond_extra` | signed, a prover | |
//! | 5 | `unbond` | signed, a prover | a free bond |
//! | 6 | `withdraw_unbonded` | signed, a prover | a part whose time is over |
//! | 7 | `set_encryption_key` | signed, a prover | a bond |
//! | 8 | `request` | signed | reward and deposit |
//! | 9 | `redirect` | signed, the requester | a job that is open, or whose claim's time is over |
//! | 10 | `cancel` | signed, the requester | an open job |
//! | 11 | `claim` | signed, a prover | an open job, a free bond |
//! | 12 | `submit` | signed, the claimant | a claimed job within its time and grace |
//! | 13 | `expire` | signed, anybody | a job whose time is over |
//! | 14 | `attest` | signed, a prover | a free bond, a fresh nonce |
//! | 15 | `submit_batch` | signed, the claimant of all its jobs | claimed jobs of one key within their time and grace |
//! | 16 | `prune_receipt` | signed, who pays its deposit | a receipt older than `receipt_period` |
//! | 17 | `upload_generators` | signed, anybody | points that the code knows by their hash and nobody has uploaded |
//! | 18 | `force_set_parameters` | `GoverningOrigin` | parameters within their bounds |
//!
//! Indices from 19 are reserved: calls of the governing origin.
//!
//! ## Proof systems
//!
//! | | Groth16 over BLS12-381 | Halo2 over Vesta |
//! |---|---|---|
//! | `Trust` | `SingleSetup` or `Ceremony` | `Transparent` |
//! | `Visibility` | `Open` or `Private` | `Open`: its proofs open the columns that hold the weights |
//! | class of key and proof, which fixes the weight | the system | the system and `k`, at most `MaxK` |
//! | also needed | | `GeneratorChunks` for 2^k points, `LagrangeGenerators` of k |
//!
//! A Halo2 key has one instance column, with the statement's three rows, and is small enough that a
//! verification's cost is bounded by `k` and the proof's length alone: the verifier crate's
//! `halo2::statement` has the bounds. Its transcript digest is computed from the key when it is
//! registered; nobody can bring one.
//!
//! The generators are public constants, bounded in all (some 2 MB), and the same for every model:
//! so nobody holds a deposit for them, and what is uploaded stays. The fee pays for the bytes.
//! While they are missing, no key of that size is registered, and no job of a version from before
//! that rule is claimed: a claimant who could not submit would lose its lock.
//!
//! ## Batches
//!
//! `submit_batch` brings proofs under one key, of jobs that its signer has claimed, and checks them
//! together: the first costs what it costs alone, each further one a fraction. The proofs hold all
//! or none: if the check fails, each job's claim fails, the signer loses each claim's lock, and
//! nobody looks for the false one. **Check a batch before you submit it.**
//!
//! ## A job's states
//!
//! ```text
//!            request                     claim                       submit, proof holds
//!  (nothing) -------> Open -------------------------------> Claimed ---------------------> completed, a Receipt stays
//!                      | ^                                   |  |
//!                      | |   reopened: not directed, and     |  |  submit, proof rejected:  slash
//!                      | +-- min_proving_blocks are left ----+  |  expire after the grace:  slash
//!                      |                                        |
//!                      |  cancel: requester                     |  directed, or too little time left
//!                      |  expire: after the deadline            v
//!                      +------------------------------------> ended, an event stays
//! ```
//!
//! A job that names its provers is *directed*. A claim has `until = min(deadline, now +
//! claim_period)`, and `last = until + grace`: a proof is good up to and including block `last`,
//! and `expire` works from the block after that. Blocks that take no transactions make nobody late:
//! claims that would end in such a stretch, or after it, get a whole `claim_period` from its end,
//! and [`Event::ClaimsProlonged`] says so; the view function `job` has the blocks that count.
//! `redirect` gives a job new payload, deadline and provers, hence new terms: while it is open, or
//! in the place of `expire`.
//!
//! ## Where the money goes
//!
//! | what | held as | from | to |
//! |---|---|---|---|
//! | deposit of a model version | `ModelDeposit` | owner | stays: receipts name the version |
//! | deposit of its key | `KeyDeposit` | owner, for each version | owner, when the version is retired |
//! | bond | `ProverBond` | prover | prover, after `unbonding_period` |
//! | reward | `Escrow` | requester | `price` to the model's owner and the rest to the prover; all back when the job ends without an answer |
//! | deposit of a job | `JobDeposit` | requester | requester when the job ends, less what its receipt keeps |
//! | deposit of a receipt | `JobDeposit` | requester; prover of an attestation | the same, by `prune_receipt` |
//! | claim's lock, proof rejected by block `until` | `ProverBond` | prover | `OnSlash` |
//! | claim's lock, time over, or rejected in the grace | `ProverBond` | prover | requester |
//! | `min_claim_bond`, attestation rejected | `ProverBond` | prover | `OnSlash` |
//!
//! **A payee that cannot be paid.** A payment to an account that does not exist, and is below the
//! existential deposit, cannot be made. Then the amount goes to `OnSlash`, with the event
//! `PaymentDiverted`, and the call succeeds. It does not stay with the prover, who should gain
//! nothing from an owner's disappearance. A hold keeps its account alive, so this does not happen
//! to accounts that hold a deposit or a bond and live by their balance alone.
//!
//! ## Who is slashed, and when
//!
//! Only the signer of `submit`, `submit_batch` or `attest`; of the first two, only when it is the
//! claimant of every job and has named each job's terms; only when the output is one, proof and key
//! are of one class, all generators are there, and the proof then does not decode or does not
//! verify. The call then *succeeds*, with `ProofRejected` or `AttestationRejected`: an error would
//! undo the slash. A runtime must not offer calls that roll a successful call back. Everything else
//! that is wrong with a submission is an error and costs its fee. Beyond that, a claimant whose
//! time is over loses the claim's lock by `expire` or `redirect`.
//!
//! ## Deposits
//!
//! `deposit_base` for each stored item and `deposit_per_byte` for its encoded bytes. A job's
//! deposit covers its claim, its payload, its entry in one of the indices and the verifying key
//! that it keeps stored as well. No state grows without one: claims are bounded by locked bonds,
//! unbonding parts by `MaxUnbonding`, generators by the hashes in the code. A receipt's deposit is
//! for the bytes of its own output. A record keeps the deposit that it was made with, whatever the
//! parameters become.
//!
//! ## Hashers
//!
//! Numbers that this pallet gives out (`Models`, `ModelVersions`, `Jobs`, `Payloads`, `Receipts`,
//! `OpenJobs`), and those that the code bounds (`GeneratorChunks`, `LagrangeGenerators`), are under
//! `Twox64Concat`: nobody chooses them. Accounts and what accounts choose (`Provers`, `Claims`,
//! `Attestations`) are under `Blake2_128Concat`. `VerifyingKeys` is keyed by Blake2b-256 hashes
//! that the pallet computes itself: `Identity`.
#![doc = include_str!("../README.md")]
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

pub mod extension;
pub mod migrations;
pub mod types;
pub mod weights;

mod batch;
mod bonds;
mod generators;
mod index;
#[cfg(any(feature = "try-runtime", test))]
mod invariants;
mod jobs;
mod models;
mod parameters;
mod pauses;
mod payouts;
mod proofs;
mod receipts;
mod verify;
mod views;

#[cfg(any(feature = "runtime-benchmarks", test))]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use extension::PrioritizeProofs;
pub use pallet::*;
pub use weights::WeightInfo;

/// The pallet.
// The macro generates public items without docs, paths longer than they need be, and arithmetic and
// casts on its own sizes.
#[allow(
    missing_docs,
    unused_qualifications,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::unreachable
)]
// A model version has eight facts, and each is an argument that a wallet shows by its name.
#[allow(clippy::too_many_arguments)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::{boxed::Box, vec::Vec};

    use frame_support::{
        dispatch::{DispatchResultWithPostInfo, WithPostDispatchInfo},
        pallet_prelude::*,
        traits::{
            OnUnbalanced,
            fungible::{BalancedHold, MutateHold},
        },
        weights::WeightMeter,
    };
    use frame_system::pallet_prelude::*;
    use zkinfer_primitives::{
        EncryptionKey, InputCommitment, JobId, ManifestHash, ModelHash, ModelId, ModelVersionId,
        Output, Proof, TermsHash, Trust, VerifyingKey, Version, Visibility, VkHash,
    };
    use zkinfer_verifier::{backend, halo2};

    use crate::{
        jobs::NewJob,
        models::NewVersion,
        types::{
            AccountIdOf, BalanceOf, BatchItem, BatchOf, CreditOf, Generators, GeneratorsPart, Job,
            LagrangePoints, Model, ModelVersion, ParametersOf, PauseOf, Payload, PayloadOf, Prover,
            ProverInfo, ProverList, Receipt, Rejection, StoredKey, TableChunk,
        },
        verify::cost::{self, Cost},
        weights::WeightInfo,
    };

    /// Version of the storage's layout.
    pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(2);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Configuration of the pallet. Amounts are in the token's smallest unit, times in
    /// blocks.
    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// The runtime's hold reasons.
        type RuntimeHoldReason: From<HoldReason>;
        /// The token.
        type Currency: MutateHold<AccountIdOf<Self>, Reason = Self::RuntimeHoldReason>
            + BalancedHold<AccountIdOf<Self>>;
        /// Weights.
        type WeightInfo: WeightInfo;
        /// The back end that does the curve arithmetic.
        type CurveBackend: backend::Backend + halo2::backend::Backend;
        /// Gets what rejected proofs cost, and payments that cannot be made. `()` burns them.
        type OnSlash: OnUnbalanced<CreditOf<Self>>;

        /// The market's parameters until the governing origin sets others.
        #[pallet::constant]
        type DefaultParameters: Get<ParametersOf<Self>>;
        /// The least that each parameter can be set to.
        #[pallet::constant]
        type MinParameters: Get<ParametersOf<Self>>;
        /// The most that each parameter can be set to.
        #[pallet::constant]
        type MaxParameters: Get<ParametersOf<Self>>;
        /// The account that sets the parameters.
        type GoverningOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// The most bytes of a payload.
        #[pallet::constant]
        type MaxPayload: Get<u32>;
        /// The most provers in a list.
        #[pallet::constant]
        type MaxProvers: Get<u32>;
        /// The most parts of a bond that can be on their way out at a time.
        #[pallet::constant]
        type MaxUnbonding: Get<u32>;
        /// The most proofs in a batch.
        #[pallet::constant]
        type MaxBatch: Get<u32>;
        /// The most rows of a Halo2 circuit, as a power of two: a proof costs a multiplication of
        /// 2^k points.
        #[pallet::constant]
        type MaxK: Get<u8>;
    }

    /// The reason why this pallet holds an account's money.
    #[pallet::composite_enum]
    #[derive(
        Clone,
        Copy,
        PartialEq,
        Eq,
        Debug,
        Encode,
        Decode,
        DecodeWithMemTracking,
        MaxEncodedLen,
        TypeInfo,
    )]
    #[scale_info(capture_docs = "always")]
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

    /// The market's parameters: amounts in the token's smallest unit, times in blocks.
    #[pallet::storage]
    pub type Parameters<T: Config> =
        StorageValue<_, ParametersOf<T>, ValueQuery, T::DefaultParameters>;

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
    pub type VerifyingKeys<T: Config> = StorageMap<_, Identity, VkHash, StoredKey>;

    /// Provers by account.
    #[pallet::storage]
    pub type Provers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Prover<T>>;

    /// The number that the next job gets.
    #[pallet::storage]
    pub type NextJobId<T> = StorageValue<_, JobId, ValueQuery>;

    /// Jobs that run, by number.
    #[pallet::storage]
    pub type Jobs<T: Config> = StorageMap<_, Twox64Concat, JobId, Job<T>>;

    /// Payloads of jobs that run, by number; of those that have one.
    #[pallet::storage]
    pub type Payloads<T: Config> = StorageMap<_, Twox64Concat, JobId, PayloadOf<T>>;

    /// Open jobs, by model version.
    #[pallet::storage]
    pub type OpenJobs<T: Config> =
        StorageDoubleMap<_, Twox64Concat, ModelVersionId, Twox64Concat, JobId, ()>;

    /// Claimed jobs, by claimant.
    #[pallet::storage]
    pub type Claims<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, JobId, ()>;

    /// Completed jobs and attestations, by number.
    #[pallet::storage]
    pub type Receipts<T: Config> = StorageMap<_, Twox64Concat, JobId, Receipt<T>>;

    /// Attestations, by prover and nonce: their receipts' numbers. An entry goes with its receipt.
    #[pallet::storage]
    pub type Attestations<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, u64, JobId>;

    /// The table of Halo2's generators, in chunks of 1,024 points of 65 bytes: x, y and a byte of
    /// flags.
    #[pallet::storage]
    pub type GeneratorChunks<T> = StorageMap<_, Twox64Concat, u32, TableChunk>;

    /// The Lagrange generators of 2^k rows by k, in the same encoding: those of the first rows,
    /// with which public inputs are committed to.
    #[pallet::storage]
    pub type LagrangeGenerators<T> = StorageMap<_, Twox64Concat, u8, LagrangePoints>;

    /// The last block that included transactions, or could have.
    #[pallet::storage]
    pub type LastUsableBlock<T: Config> = StorageValue<_, BlockNumberFor<T>>;

    /// The latest stretch of blocks that included no transactions, with what it does to claims.
    #[pallet::storage]
    pub type LatestPause<T: Config> = StorageValue<_, PauseOf<T>>;

    /// Halo2's generators, in a chain that starts with them: each is checked against the hashes in
    /// the code.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Chunks of the table, from the first.
        pub generator_chunks: Vec<sp_core::Bytes>,
        /// Lagrange generators, each with its k.
        pub lagrange_generators: Vec<(u8, sp_core::Bytes)>,
        /// No value: the pallet's configuration.
        #[serde(skip)]
        pub config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            crate::generators::build::<T>(&self.generator_chunks, &self.lagrange_generators);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A model is registered, with its first version.
        ModelRegistered {
            /// Model and version.
            version: ModelVersionId,
            /// The account that registered it and is paid its price.
            owner: T::AccountId,
            /// Hash of the model file.
            model_hash: ModelHash,
            /// Hash of the manifest.
            manifest_hash: ManifestHash,
            /// Hash of the verifying key.
            vk_hash: VkHash,
            /// The price of each answer.
            price: BalanceOf<T>,
        },
        /// A model has a new version.
        VersionAdded {
            /// Model and version.
            version: ModelVersionId,
            /// The account that owns the model and is paid its price.
            owner: T::AccountId,
            /// Hash of the model file.
            model_hash: ModelHash,
            /// Hash of the manifest.
            manifest_hash: ManifestHash,
            /// Hash of the verifying key.
            vk_hash: VkHash,
            /// The price of each answer.
            price: BalanceOf<T>,
        },
        /// A version takes no new jobs. Those that run are finished.
        VersionRetired {
            /// Model and version.
            version: ModelVersionId,
        },
        /// A prover bonded.
        Bonded {
            /// The prover.
            prover: T::AccountId,
            /// The version that was added.
            amount: BalanceOf<T>,
            /// The whole bond after it.
            bond: BalanceOf<T>,
        },
        /// A part of a bond is unbonding.
        Unbonded {
            /// The prover.
            prover: T::AccountId,
            /// The amount.
            amount: BalanceOf<T>,
            /// First block in which `withdraw_unbonded` pays it out.
            at: BlockNumberFor<T>,
        },
        /// Parts of a bond are free again.
        Withdrawn {
            /// The prover.
            prover: T::AccountId,
            /// The amount.
            amount: BalanceOf<T>,
        },
        /// A prover has set or removed the key to which inputs are encrypted.
        EncryptionKeySet {
            /// The prover.
            prover: T::AccountId,
            /// The X25519 key.
            key: Option<EncryptionKey>,
        },
        /// A job is open.
        JobRequested {
            /// The job.
            job: JobId,
            /// The account that asks and pays.
            requester: T::AccountId,
            /// The model version that answers.
            version: ModelVersionId,
            /// Hash of the terms: `claim` and `submit` name it.
            terms_hash: TermsHash,
            /// The requester's account nonce in the terms: the one after the extrinsic's own.
            nonce: u64,
            /// Commitment to the input.
            input_commitment: InputCommitment,
            /// The amount in escrow.
            reward: BalanceOf<T>,
            /// The part of it that goes to the model's owner.
            price: BalanceOf<T>,
            /// Last block.
            deadline: BlockNumberFor<T>,
        },
        /// An open job has new terms: its requester changed payload, deadline or provers, or a
        /// migration of the storage hashed the terms again.
        JobRedirected {
            /// The job.
            job: JobId,
            /// The account that asks and pays.
            requester: T::AccountId,
            /// Hash of the new terms.
            terms_hash: TermsHash,
            /// The requester's account nonce in the new terms.
            nonce: u64,
            /// Last block.
            deadline: BlockNumberFor<T>,
        },
        /// The requester cancelled the job; reward and deposit are returned.
        JobCancelled {
            /// The job.
            job: JobId,
            /// The account that had asked.
            requester: T::AccountId,
            /// The amount that returned from escrow.
            refund: BalanceOf<T>,
        },
        /// A prover claimed the job and must submit the proof in time.
        JobClaimed {
            /// The job.
            job: JobId,
            /// The prover.
            prover: T::AccountId,
            /// Last block for the proof, before the grace.
            until: BlockNumberFor<T>,
            /// The part of the bond that is locked.
            lock: BalanceOf<T>,
        },
        /// The proof is valid. Prover and model owner are paid, and a receipt is stored.
        JobCompleted {
            /// The job.
            job: JobId,
            /// The model version that answered.
            version: ModelVersionId,
            /// The account that had asked.
            requester: T::AccountId,
            /// The account that proved it.
            prover: T::AccountId,
            /// The answer.
            output: Output,
            /// The payment to the prover: the reward less the price.
            paid: BalanceOf<T>,
            /// The payment to the model's owner.
            price: BalanceOf<T>,
            /// Hash of the terms.
            terms_hash: TermsHash,
            /// Blake2b-256 of the receipt's SCALE encoding.
            receipt_hash: [u8; 32],
        },
        /// The proof is not valid. The claim ends and its lock is slashed; `JobReopened` or
        /// `JobExpired` follows.
        ProofRejected {
            /// The job.
            job: JobId,
            /// The prover.
            prover: T::AccountId,
            /// Its loss.
            slashed: BalanceOf<T>,
            /// The fault of the proof.
            reason: Rejection,
        },
        /// The time of a claim is over, and its lock goes to the requester. `JobReopened` or
        /// `JobExpired` follows.
        ClaimExpired {
            /// The job.
            job: JobId,
            /// The prover.
            prover: T::AccountId,
            /// Its loss.
            slashed: BalanceOf<T>,
        },
        /// A claim failed, and the job is open again.
        JobReopened {
            /// The job.
            job: JobId,
            /// Last block.
            deadline: BlockNumberFor<T>,
        },
        /// The job ended without an answer; reward and deposit are returned.
        JobExpired {
            /// The job.
            job: JobId,
            /// The account that had asked.
            requester: T::AccountId,
            /// The amount that returned from escrow.
            refund: BalanceOf<T>,
        },
        /// A proof without a job is valid. A receipt is stored.
        Attested {
            /// The receipt's number.
            receipt: JobId,
            /// The model version that answered.
            version: ModelVersionId,
            /// The account that proved it.
            prover: T::AccountId,
            /// The prover's nonce for it.
            nonce: u64,
            /// The answer.
            output: Output,
            /// Blake2b-256 of the receipt's SCALE encoding.
            receipt_hash: [u8; 32],
        },
        /// A proof without a job is not valid. The amount at stake is slashed.
        AttestationRejected {
            /// The model version.
            version: ModelVersionId,
            /// The prover.
            prover: T::AccountId,
            /// The prover's nonce for it.
            nonce: u64,
            /// Its loss.
            slashed: BalanceOf<T>,
            /// The fault of the proof.
            reason: Rejection,
        },
        /// A batch of proofs was checked. `JobCompleted` came before this for each of its jobs or,
        /// if the batch is not valid, `ProofRejected` and its consequences.
        BatchChecked {
            /// The prover.
            prover: T::AccountId,
            /// The number of its proofs.
            proofs: u32,
            /// `true` if all of them hold; otherwise the prover has lost the lock of each claim.
            holds: bool,
        },
        /// A part of the Halo2 generators was uploaded. It is never removed.
        GeneratorsUploaded {
            /// The account that paid the fee.
            uploader: T::AccountId,
            /// The uploaded part.
            part: GeneratorsPart,
        },
        /// A receipt was removed from storage. Its deposit is returned.
        ReceiptPruned {
            /// The job, or the attestation's number.
            job: JobId,
            /// Blake2b-256 of the receipt's SCALE encoding, as its first event gave it; of a
            /// receipt from before storage version 2, see `migrations::v2`.
            receipt_hash: [u8; 32],
        },
        /// The governing origin changed the parameters of the market.
        ParametersSet {
            /// All of them, as they are now.
            parameters: ParametersOf<T>,
        },
        /// A payment could not be made, because the account does not exist and the amount is below
        /// the existential deposit. The amount went to `OnSlash`.
        PaymentDiverted {
            /// The account that should have got it.
            payee: T::AccountId,
            /// The reason why it had been held.
            reason: HoldReason,
            /// The amount.
            amount: BalanceOf<T>,
        },
        /// Blocks from `from` to the one before this took no transactions. Claims whose time would
        /// have ended in them or later end with block `until`, if not later by themselves.
        ClaimsProlonged {
            /// First of the blocks without transactions.
            from: BlockNumberFor<T>,
            /// A claim's period after this block.
            until: BlockNumberFor<T>,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No model has this number. `Models` lists those there are.
        ModelNotFound,
        /// Only the model's owner can do this.
        NotOwner,
        /// No model version has this number. `Models` and `ModelVersions` list those there are.
        VersionNotFound,
        /// The model version is retired. Ask for a newer version of the model.
        VersionRetired,
        /// Invalid verifying key: not the canonical encoding of a key, a point outside its subgroup
        /// or the identity, or a key under which anybody could forge. `zkinfer keys inspect` names
        /// the fault; make the keys again.
        InvalidVerifyingKey,
        /// This trust level is not possible for this proof system: a Groth16 setup leaves a party
        /// that could forge, so it is never `Transparent`; Halo2 has no setup, so it is always
        /// `Transparent`.
        TrustNotPossible,
        /// A list of provers is empty. Name at least one, or give none for all.
        NoProvers,
        /// The counter of models or jobs overflowed.
        NumbersExhausted,
        /// The account has a bond already. Add to it with `bond_extra`.
        AlreadyBonded,
        /// The account has no bond. Bond first, with `bond`.
        NotBonded,
        /// The bond would be, or is, below `min_bond`. Bond more; or unbond all that is free.
        BondTooLow,
        /// The amount is zero.
        ZeroAmount,
        /// Claims have locked too much of the bond. Finish them, or bond more with `bond_extra`.
        BondLocked,
        /// `MaxUnbonding` parts of the bond are unbonding already. Withdraw those whose time is
        /// over, or wait for the first.
        TooManyUnbonding,
        /// The unbonding period of no part is over yet. `Provers` says when each one ends.
        NothingToWithdraw,
        /// The encryption key is not a usable X25519 public key: it is not below 2^255 − 19, or of
        /// small order. Make another with `zkinfer keys encryption`.
        InvalidEncryptionKey,
        /// An encrypted payload must have one recipient for each prover of the job, in their order,
        /// and the job must name its provers.
        RecipientsMismatch,
        /// A recipient's encryption key is not the one that its prover has now. Read `Provers` and
        /// encrypt again.
        EncryptionKeyMismatch,
        /// The input commitment is not below the field's modulus, so that no proof could have it as
        /// its input.
        InvalidCommitment,
        /// The version's price is above `max_price`.
        PriceAboveMaximum,
        /// The reward is below the version's price. Raise it.
        RewardBelowPrice,
        /// The reward is below `min_reward`. Raise it.
        RewardTooLow,
        /// The deadline is less than `min_proving_blocks` away. Choose a later block.
        DeadlineTooSoon,
        /// The deadline is more than `max_job_blocks` away. Choose an earlier block.
        DeadlineTooFar,
        /// No running job has this number. It may be completed (see `Receipts`), cancelled or
        /// expired.
        JobNotFound,
        /// The terms are not the job's. Read the job again: a reorganisation may have changed it.
        TermsMismatch,
        /// The job is claimed already. Choose another one.
        JobNotOpen,
        /// The job is not claimed. Claim it first.
        JobNotClaimed,
        /// Only the requester can do this.
        NotRequester,
        /// The job is claimed by another account. A proof is worth something to its claimant only.
        NotClaimant,
        /// The job or its model version names the provers, and the account is not among them.
        ProverNotAllowed,
        /// Less than `min_proving_blocks` are left before the deadline: nobody can claim the job
        /// any more.
        TooLateToClaim,
        /// The claim's time and grace are over. The job waits for `expire`.
        TooLateToSubmit,
        /// The job's time is not over yet.
        NotExpired,
        /// The proof is of another system than the version's key.
        ProofSystemMismatch,
        /// The Halo2 proof names another k than its key has. Name the key's: `zkinfer keys inspect`
        /// shows it.
        CircuitSizeMismatch,
        /// The version has another verifying key than the one named. Read the version again: a
        /// reorganisation may have changed it.
        KeyMismatch,
        /// The prover has an attestation with this nonce. Use another, in the proof as well.
        NonceUsed,
        /// No receipt has this number. It may be pruned already; the event of its job keeps its
        /// hash.
        ReceiptNotFound,
        /// Only the account that pays the deposit of a receipt can prune it: the requester, or the
        /// prover of an attestation.
        NotDepositor,
        /// The receipt is not older than `receipt_period` yet.
        ReceiptTooYoung,
        /// The parameters contradict each other; `MarketParameters` says what must hold between
        /// them.
        InconsistentParameters,
        /// A parameter is below `MinParameters` or above `MaxParameters`.
        ParameterOutOfBounds,
        /// The proof could not be checked: the chain's key or its curve arithmetic is damaged.
        /// Nobody is slashed.
        VerifierFault,
        /// A record that must exist does not, or an amount is not held that should be. Report it:
        /// it is a fault of the pallet.
        BrokenRecord,
        /// A Halo2 proof opens the columns that hold the weights: its model cannot be `Private`.
        /// Register it as `Open`, or with Groth16.
        VisibilityNotPossible,
        /// The Halo2 key's instance columns are not the statement's: one column with three rows.
        WrongPublicInputs,
        /// The Halo2 key costs more to verify under than this chain allows: k above `MaxK`, too
        /// many nodes of expressions, too far rotations, or proofs longer than a call can carry.
        /// Use a smaller model.
        VerifyingKeyTooLarge,
        /// Generators that proofs under this key need are not on chain yet. Upload them with
        /// `upload_generators`. Nobody is slashed.
        GeneratorsMissing,
        /// These generators are on chain already.
        GeneratorsPresent,
        /// The points are not the generators with this number: the code knows them by their hash.
        /// Compute them again.
        WrongGenerators,
        /// The batch has no proof. Submit at least one.
        EmptyBatch,
        /// The batch names a job twice.
        DuplicateJob,
        /// The jobs of the batch have different verifying keys. Submit a batch for each key.
        MixedBatch,
        /// Invalid output: empty, a class listed twice, a value out of range for its width, or
        /// longer than 30 bytes. `zkinfer prove` writes the output that belongs to its proof.
        /// Nobody is slashed.
        InvalidOutput,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            crate::parameters::check_constants::<T>();
        }

        // Before the first block of the new code is a block in anything but storage, and before any
        // migration.
        fn on_runtime_upgrade() -> Weight {
            Self::start_noting_usable_blocks();
            T::DbWeight::get().reads_writes(1, 1)
        }

        // The executive calls it in blocks that can include transactions, and in no other.
        fn on_poll(now: BlockNumberFor<T>, meter: &mut WeightMeter) {
            Self::note_usable_block(now, meter);
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a model with its first version: hashes, verifying key, price, and what the
        /// owner says about trust.
        ///
        /// Nothing of it is ever edited. The key is validated, and stored once however many
        /// versions use it. Holds `ModelDeposit` and `KeyDeposit`. Deposits
        /// [`Event::ModelRegistered`].
        ///
        /// Errors: `InvalidVerifyingKey`, `WrongPublicInputs`, `VerifyingKeyTooLarge`,
        /// `TrustNotPossible`, `VisibilityNotPossible`, `NoProvers`, `GeneratorsMissing`, or too
        /// little balance for the deposits.
        #[pallet::call_index(0)]
        #[pallet::weight(cost::of_register::<T>(verifying_key))]
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
            let verifying_key = *verifying_key;
            let new = NewVersion {
                model_hash,
                manifest_hash,
                verifying_key,
                trust,
                visibility,
                price,
                allowed_provers,
            };
            Self::do_register(owner, new)
        }

        /// Adds a version to the signer's model. Those before it stay as they are: retire them when
        /// they should take no more jobs.
        ///
        /// Holds `ModelDeposit` and `KeyDeposit`. Deposits [`Event::VersionAdded`].
        ///
        /// Errors: `ModelNotFound`, `NotOwner`, `InvalidVerifyingKey`, `WrongPublicInputs`,
        /// `VerifyingKeyTooLarge`, `TrustNotPossible`, `VisibilityNotPossible`, `NoProvers`,
        /// `GeneratorsMissing`, or too little balance for the deposits.
        #[pallet::call_index(1)]
        #[pallet::weight(cost::of_add_version::<T>(verifying_key))]
        #[allow(clippy::too_many_arguments)]
        pub fn add_version(
            origin: OriginFor<T>,
            model: ModelId,
            model_hash: ModelHash,
            manifest_hash: ManifestHash,
            verifying_key: Box<VerifyingKey>,
            trust: Trust,
            visibility: Visibility,
            price: BalanceOf<T>,
            allowed_provers: Option<ProverList<T>>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            let verifying_key = *verifying_key;
            let new = NewVersion {
                model_hash,
                manifest_hash,
                verifying_key,
                trust,
                visibility,
                price,
                allowed_provers,
            };
            Self::do_add_version(owner, model, new)
        }

        /// Ends the sale of a version permanently. Jobs that run are finished; attestations of it
        /// are over.
        ///
        /// Frees the version's `KeyDeposit`. Deposits [`Event::VersionRetired`].
        ///
        /// Errors: `ModelNotFound`, `NotOwner`, `VersionNotFound`, `VersionRetired`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::retire_version())]
        pub fn retire_version(origin: OriginFor<T>, version: ModelVersionId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_retire_version(owner, version)
        }

        /// Bonds `amount`, at least `min_bond`, and makes the signer a prover. Deposits
        /// [`Event::Bonded`].
        ///
        /// Errors: `AlreadyBonded`, `BondTooLow`, or too little balance.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::bond())]
        pub fn bond(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_bond(prover, amount)
        }

        /// Adds `amount` to the signer's bond, which must then be at least `min_bond`. Deposits
        /// [`Event::Bonded`].
        ///
        /// Errors: `NotBonded`, `ZeroAmount`, `BondTooLow`, or too little balance.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::bond_extra())]
        pub fn bond_extra(origin: OriginFor<T>, amount: BalanceOf<T>) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_bond_extra(prover, amount)
        }

        /// Takes `amount` out of the free bond; it can be withdrawn after `unbonding_period`. What
        /// stays bonded is at least `min_bond`, or nothing. Deposits [`Event::Unbonded`].
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
        /// Errors: `NotBonded`, `NothingToWithdraw`, or the token's `CannotCreate` when the account
        /// would stay below the existential deposit.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::withdraw_unbonded())]
        pub fn withdraw_unbonded(origin: OriginFor<T>) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_withdraw_unbonded(prover)
        }

        /// Sets the X25519 public key to which requesters encrypt inputs for the signer; none takes
        /// it away.
        ///
        /// Payloads that are encrypted to the key before stay so: keep its secret until those jobs
        /// are over. Deposits [`Event::EncryptionKeySet`].
        ///
        /// Errors: `NotBonded`, `InvalidEncryptionKey`.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::set_encryption_key())]
        pub fn set_encryption_key(
            origin: OriginFor<T>,
            key: Option<EncryptionKey>,
        ) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_set_encryption_key(prover, key)
        }

        /// Asks `version` for the answer to a committed input.
        ///
        /// Holds `reward` as `Escrow` and a deposit for the job's bytes as `JobDeposit`. `deadline`
        /// is a block number, `min_proving_blocks` to `max_job_blocks` away. `provers`, if given,
        /// are the only ones who may claim. An encrypted payload has one recipient for each of
        /// them, with the key that `Provers` has for it now.
        ///
        /// The terms contain the signer's account nonce at dispatch. A signed transaction has
        /// incremented it before: the terms of a transaction with nonce `n` contain `n + 1`.
        /// [`Event::JobRequested`] says it, with job and hash.
        ///
        /// Errors: `VersionNotFound`, `VersionRetired`, `InvalidCommitment`, `PriceAboveMaximum`,
        /// `RewardBelowPrice`, `RewardTooLow`, `DeadlineTooSoon`, `DeadlineTooFar`, `NoProvers`,
        /// `ProverNotAllowed`, `RecipientsMismatch`, `EncryptionKeyMismatch`, or too little
        /// balance.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::request(payload.carried(), payload.recipients()))]
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
            let new =
                NewJob { version, input_commitment, payload, reward, max_price, deadline, provers };
            Self::do_request(requester, new)
        }

        /// Gives a job another payload, deadline and list of provers: when its provers do not claim
        /// it, or when a claimant has let its time and grace pass, which then loses its lock to the
        /// signer as by `expire`.
        ///
        /// Reward, price, version and input commitment stay. The terms are new: a claim on the old
        /// ones fails. Of a retired version, the deadline can only be brought forward. Deposits
        /// [`Event::JobRedirected`].
        ///
        /// Errors: `JobNotFound`, `NotRequester`, `JobNotOpen`, `DeadlineTooSoon`,
        /// `DeadlineTooFar`, `VersionRetired`, `NoProvers`, `ProverNotAllowed`,
        /// `RecipientsMismatch`, `EncryptionKeyMismatch`, or too little balance.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::redirect(payload.carried(), payload.recipients()))]
        pub fn redirect(
            origin: OriginFor<T>,
            job: JobId,
            payload: PayloadOf<T>,
            deadline: BlockNumberFor<T>,
            provers: Option<ProverList<T>>,
        ) -> DispatchResult {
            let requester = ensure_signed(origin)?;
            Self::do_redirect(requester, job, payload, deadline, provers)
        }

        /// Cancels an open job and returns its reward and deposit. Deposits
        /// [`Event::JobCancelled`].
        ///
        /// Errors: `JobNotFound`, `NotRequester`, `JobNotOpen`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::cancel())]
        pub fn cancel(origin: OriginFor<T>, job: JobId) -> DispatchResult {
            let requester = ensure_signed(origin)?;
            Self::do_cancel(requester, job)
        }

        /// Accepts an open job with these terms. **Open and check the input first: no excuse counts
        /// later.**
        ///
        /// Locks `max(min_claim_bond, claim_ratio × (reward − price))` of the signer's free bond.
        /// Deposits [`Event::JobClaimed`].
        ///
        /// Errors: `JobNotFound`, `TermsMismatch`, `JobNotOpen`, `ProverNotAllowed`,
        /// `TooLateToClaim`, `NotBonded`, `BondTooLow`, `BondLocked`, `GeneratorsMissing`.
        #[pallet::call_index(11)]
        #[pallet::weight(cost::of_claim::<T>())]
        pub fn claim(origin: OriginFor<T>, job: JobId, terms_hash: TermsHash) -> DispatchResult {
            let prover = ensure_signed(origin)?;
            Self::do_claim(prover, job, terms_hash)
        }

        /// Submits the output of a claimed job together with its proof.
        ///
        /// A valid proof pays prover and model owner: [`Event::JobCompleted`]. A proof that is not
        /// valid costs the claim's lock: the call *succeeds*, with [`Event::ProofRejected`]. Check
        /// a proof before you submit it.
        ///
        /// Blocks take it before other transactions, by the extension `PrioritizeProofs`; sent
        /// directly, a submission with one of the faults below that are found without cryptography
        /// is in no block at all, and costs nothing, unless claim, request or generators that are
        /// yet to come could cure it.
        ///
        /// Errors, none of which slashes: `JobNotFound`, `TermsMismatch`, `JobNotClaimed`,
        /// `NotClaimant`, `TooLateToSubmit`, `InvalidOutput`, `ProofSystemMismatch`,
        /// `CircuitSizeMismatch`, `GeneratorsMissing`, `VerifierFault`.
        #[pallet::call_index(12)]
        #[pallet::weight(Cost::of_submit::<T>(proof).worst())]
        pub fn submit(
            origin: OriginFor<T>,
            job: JobId,
            terms_hash: TermsHash,
            output: Output,
            proof: Proof,
        ) -> DispatchResultWithPostInfo {
            let refused = T::WeightInfo::submit_refused();
            let prover = ensure_signed(origin).map_err(|error| error.with_weight(refused))?;
            let item = BatchItem { job, terms_hash, output, proof };
            let (submission, key) = Self::check_submission(&prover, item)
                .map_err(|error| error.with_weight(refused))?;
            let weight = Self::do_submit(submission, &key)?;
            Ok(Some(weight).into())
        }

        /// Ends a claim or a job whose time is over. Anybody may call it.
        ///
        /// A claim, after its `until` and the grace: its lock goes to the requester
        /// ([`Event::ClaimExpired`]), and the job opens again or ends. An open job after its
        /// deadline: it ends, with reward and deposit free again.
        ///
        /// Errors: `JobNotFound`, `NotExpired`.
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::expire())]
        pub fn expire(origin: OriginFor<T>, job: JobId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_expire(job)
        }

        /// Brings a proof that no job asked for: the signer speaks for itself, under a `nonce` that
        /// it has not used.
        ///
        /// `vk_hash` is the version's verifying key, which the proof is under: so no reorganisation
        /// that gives the version's number to another model costs anybody anything. The proof's
        /// context is `Attest(nonce)`. One that holds leaves a receipt, whose deposit the signer's
        /// account holds: [`Event::Attested`]. One that does not hold costs `min_claim_bond`, which
        /// must be free: the call *succeeds*, with [`Event::AttestationRejected`].
        ///
        /// Errors, none of which slashes: `VersionNotFound`, `VersionRetired`, `KeyMismatch`,
        /// `ProverNotAllowed`, `InvalidCommitment`, `InvalidOutput`, `ProofSystemMismatch`,
        /// `CircuitSizeMismatch`, `NotBonded`, `BondTooLow`, `BondLocked`, `NonceUsed`,
        /// `GeneratorsMissing`, `VerifierFault`, or too little balance for the deposit.
        #[pallet::call_index(14)]
        #[pallet::weight(Cost::of_attest::<T>(proof).worst())]
        pub fn attest(
            origin: OriginFor<T>,
            version: ModelVersionId,
            vk_hash: VkHash,
            nonce: u64,
            input_commitment: InputCommitment,
            output: Output,
            proof: Proof,
        ) -> DispatchResultWithPostInfo {
            let refused = T::WeightInfo::attest_refused();
            let prover = ensure_signed(origin).map_err(|error| error.with_weight(refused))?;
            let (attestation, key) = Self::check_attestation(
                prover,
                version,
                vk_hash,
                nonce,
                input_commitment,
                output,
                proof,
            )
            .map_err(|error| error.with_weight(refused))?;
            let weight = Self::do_attest(attestation, &key)?;
            Ok(Some(weight).into())
        }

        /// Submits the outputs of several of the signer's claimed jobs, with proofs under one
        /// verifying key that are checked together.
        ///
        /// If all hold, each job is completed as by `submit`. If not, the call *succeeds* and each
        /// claim fails as by `submit`: the signer loses the lock of every one of them, whichever
        /// proof is false. **Check the batch before you submit it.** Deposits the jobs' events,
        /// then [`Event::BatchChecked`].
        ///
        /// Errors, none of which slashes or completes anything: `EmptyBatch`, `DuplicateJob`,
        /// `MixedBatch`, and those of `submit` for any of the jobs.
        #[pallet::call_index(15)]
        #[pallet::weight(Cost::of_batch::<T>(batch).worst())]
        pub fn submit_batch(origin: OriginFor<T>, batch: BatchOf<T>) -> DispatchResultWithPostInfo {
            let refused = T::WeightInfo::submit_batch_refused(batch.len() as u32);
            let prover = ensure_signed(origin).map_err(|error| error.with_weight(refused))?;
            let batch =
                Self::check_batch(&prover, batch).map_err(|error| error.with_weight(refused))?;
            let weight = Self::do_submit_batch(prover, batch)?;
            Ok(Some(weight).into())
        }

        /// Removes a receipt that is older than `receipt_period`, and frees its deposit. Deposits
        /// [`Event::ReceiptPruned`].
        ///
        /// Errors: `ReceiptNotFound`, `NotDepositor`, `ReceiptTooYoung`.
        #[pallet::call_index(16)]
        #[pallet::weight(T::WeightInfo::prune_receipt())]
        pub fn prune_receipt(origin: OriginFor<T>, job: JobId) -> DispatchResult {
            let depositor = ensure_signed(origin)?;
            Self::do_prune_receipt(depositor, job)
        }

        /// Uploads a part of the Halo2 generators, which stays on chain permanently. Anybody may
        /// call it; the code knows each part by its hash.
        ///
        /// `zkinfer chain upload-generators` computes and uploads what a circuit needs. Deposits
        /// [`Event::GeneratorsUploaded`].
        ///
        /// Errors: `GeneratorsPresent`, `WrongGenerators`.
        #[pallet::call_index(17)]
        #[pallet::weight(T::WeightInfo::upload_generators())]
        pub fn upload_generators(
            origin: OriginFor<T>,
            generators: Box<Generators>,
        ) -> DispatchResult {
            let uploader = ensure_signed(origin)?;
            Self::do_upload_generators(uploader, *generators)
        }

        /// Sets the market's parameters, all at once. Deposits [`Event::ParametersSet`].
        ///
        /// What has been agreed on stays: prices, locks, deposits, deadlines, the last block of a
        /// claim.
        ///
        /// Errors: `InconsistentParameters`, `ParameterOutOfBounds`.
        #[pallet::call_index(18)]
        #[pallet::weight(T::WeightInfo::force_set_parameters())]
        pub fn force_set_parameters(
            origin: OriginFor<T>,
            parameters: Box<ParametersOf<T>>,
        ) -> DispatchResult {
            T::GoverningOrigin::ensure_origin(origin)?;
            Self::do_set_parameters(*parameters)
        }

        // Indices from 19 are reserved: calls of the governing origin.
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A running job; of a claimed one, with the blocks that count after a pause: `until` and
        /// `last` may be later than stored.
        pub fn job(id: JobId) -> Option<Job<T>> {
            Jobs::<T>::get(id).map(Self::with_prolonged_claim)
        }

        /// The payload of a running job: `None` when the requester delivers it, or
        /// there is no such job.
        pub fn payload(id: JobId) -> PayloadOf<T> {
            Payloads::<T>::get(id).unwrap_or(Payload::None)
        }

        /// The receipt of a completed job, or of an attestation.
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

        /// Returns the generators that Halo2 circuits of 2^k rows need and that are not on chain
        /// yet.
        pub fn missing_generators(k: u8) -> Vec<GeneratorsPart> {
            crate::generators::missing::<T>(k)
        }

        /// The market's parameters.
        pub fn parameters() -> ParametersOf<T> {
            Parameters::<T>::get()
        }

        /// The jobs of a version that wait for a claim: at most `limit`, and at most 100, after the
        /// job `after` in the order of storage. Ask again with the last job of an answer until an
        /// answer is empty.
        pub fn open_jobs(version: ModelVersionId, after: Option<JobId>, limit: u32) -> Vec<JobId> {
            Self::page_of_open_jobs(version, after, limit)
        }

        /// The jobs that a prover has claimed: pages as of `open_jobs`.
        pub fn claims(prover: T::AccountId, after: Option<JobId>, limit: u32) -> Vec<JobId> {
            Self::page_of_claims(&prover, after, limit)
        }
    }
}
