//! The chain as a serving prover needs it: a trait, so that everything above it is tested without
//! one.

pub mod live;

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
};

use codec::{Decode, Encode};
use subxt::utils::AccountId32;
use zkinfer_primitives::{
    InputCommitment, JobId, JobTerms, ModelHash, ModelId, ModelVersionId, Output, PayloadHash,
    Proof, TermsHash, VkHash, blake2b_256,
};

/// A job as the chain has it, without its payload.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct JobView {
    /// Its number.
    pub id: JobId,
    /// The account that asks and pays.
    pub requester: AccountId32,
    /// The requester's nonce, one of the terms.
    pub nonce: u64,
    /// The model version that answers.
    pub version: ModelVersionId,
    /// Its verifying key.
    pub vk_hash: VkHash,
    /// Hash of the terms.
    pub terms_hash: TermsHash,
    /// Commitment to the input.
    pub input_commitment: InputCommitment,
    /// Hash of the payload.
    pub payload_hash: PayloadHash,
    /// Escrow, in planck.
    pub reward: u128,
    /// The part of it that goes to the model's owner, in planck.
    pub price: u128,
    /// Last block.
    pub deadline: u32,
    /// The account that may claim; `None` for all that the version allows.
    pub provers: Option<Vec<AccountId32>>,
    /// Its place.
    pub state: JobState,
}

/// The state of a running job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum JobState {
    /// Nobody has claimed it.
    Open,
    /// A prover owes the proof.
    Claimed {
        /// The account.
        prover: AccountId32,
        /// Last block in which the proof is still good: the claim's time and its grace.
        last: u32,
        /// The locked part of the bond, in planck.
        lock: u128,
    },
}

/// The state of a job at one block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The chain has not given its number to a job yet.
    Unborn,
    /// It runs.
    Running(Box<JobView>),
    /// It is answered.
    Completed {
        /// By whom.
        prover: AccountId32,
        /// On which terms; `None` when the receipt is not a job's.
        terms_hash: Option<TermsHash>,
    },
    /// It ended without an answer, or its receipt is pruned.
    Ended,
}

/// One of the two blocks that matter.
#[derive(Clone, Debug)]
pub struct Side {
    /// Its number.
    pub number: u32,
    /// The prover's account nonce.
    pub nonce: u64,
    /// The states of the jobs that were asked for, and of all that the prover has claimed.
    pub fates: BTreeMap<JobId, Fate>,
}

impl Side {
    /// Returns the state of a job. A job that was not asked for counts as unborn.
    pub fn fate(&self, id: JobId) -> &Fate {
        self.fates.get(&id).unwrap_or(&Fate::Unborn)
    }
}

/// A prover's stake at the best block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stake {
    /// All of it, in planck.
    pub bond: u128,
    /// The amount that claims have locked, in planck.
    pub locked: u128,
    /// Key to which requesters encrypt.
    pub encryption_key: Option<[u8; 32]>,
}

impl Stake {
    /// Returns the amount that new claims can lock.
    pub fn free(&self) -> u128 {
        self.bond.saturating_sub(self.locked)
    }
}

/// The chain's parameters that a prover plans with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The least bond with which an account can claim, in planck.
    pub min_bond: u128,
    /// The least that a claim locks, in planck.
    pub min_claim_bond: u128,
    /// The part that a claim locks, in billionths.
    pub claim_ratio: u32,
    /// The base of the part.
    pub lock_base: LockBase,
    /// Blocks that a claim has for its proof at most.
    pub claim_period: u32,
    /// Blocks that a claim must leave before the deadline.
    pub min_proving_blocks: u32,
    /// Blocks after a claim's time in which its proof is still good.
    pub grace: u32,
    /// The most proofs of a batch; 0 on a chain that takes none.
    pub max_batch: u32,
}

/// The base of a claim's lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockBase {
    /// The whole reward.
    Reward,
    /// Returns the rest of it after the model's price.
    Pay,
}

impl Limits {
    /// Returns the lock of a claim of a job.
    pub fn lock(&self, job: &JobView) -> u128 {
        self.lock_on(match self.lock_base {
            LockBase::Reward => job.reward,
            LockBase::Pay => job.pay(),
        })
    }

    fn lock_on(&self, amount: u128) -> u128 {
        // Rounded up, as the chain does.
        let (whole, rest) = (amount / 1_000_000_000, amount % 1_000_000_000);
        let ratio = u128::from(self.claim_ratio);
        let share = whole
            .saturating_mul(ratio)
            .saturating_add((rest.saturating_mul(ratio)).div_ceil(1_000_000_000));
        share.max(self.min_claim_bond)
    }
}

/// Fees of transactions, in planck.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// A claim.
    pub claim: u128,
    /// A submission under each key that is served: proofs differ in length and in what their check
    /// costs.
    pub submissions: BTreeMap<VkHash, u128>,
    /// The multiplier that these fees have, in parts of 10^18, on a chain that has one.
    pub multiplier: Option<u128>,
}

/// The chain's multiplier of fees moves between one and this.
const MOST_MULTIPLIER: u128 = 10;
/// Parts of a multiplier.
const ONE: u128 = 1_000_000_000_000_000_000;

impl Fees {
    /// Returns the fee of a submission under a key; for a key that is not served, the highest fee.
    pub fn submit(&self, key: &VkHash) -> u128 {
        let dearest = || self.submissions.values().copied().max().unwrap_or_default();
        self.submissions.get(key).copied().unwrap_or_else(dearest)
    }

    /// Returns the fee that a submission under a key may have by the end of its claim: blocks that
    /// somebody fills raise the multiplier to its maximum within a claim's time. Where the
    /// multiplier is not known it is taken to be the least.
    pub fn submit_at_most(&self, key: &VkHash) -> u128 {
        let now = self.multiplier.unwrap_or(ONE).clamp(ONE, MOST_MULTIPLIER.saturating_mul(ONE));
        // Thousandths of the rise, rounded up: fees are far below 2^100.
        let rise = MOST_MULTIPLIER.saturating_mul(ONE).saturating_mul(1_000).div_ceil(now);
        self.submit(key).saturating_mul(rise).div_ceil(1_000)
    }
}

/// A model version, as far as a prover has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionView {
    /// Hash of the model file.
    pub model_hash: ModelHash,
    /// Its verifying key.
    pub vk_hash: VkHash,
    /// The account that may prove; `None` for anybody with a bond.
    pub allowed_provers: Option<Vec<AccountId32>>,
}

/// The means for claims at one moment: the prover's stake, and the chain's limits.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The prover's stake, if it has one.
    pub stake: Option<Stake>,
    /// Parameters.
    pub limits: &'a Limits,
    /// Fees.
    pub fees: &'a Fees,
    /// Halo2: the chain can check proofs with these numbers of rows, as powers of two.
    pub generators: &'a BTreeSet<u8>,
}

/// A search among a chain's open jobs. Junk is cheap to post: what is not wanted
/// must not take the place of what is.
pub trait Interest: Send + Sync {
    /// The models that are looked at; `None` for all.
    fn models(&self) -> Option<&BTreeSet<ModelId>>;

    /// Returns `true` if jobs of this version can be answered.
    fn serves(&self, id: ModelVersionId, version: &VersionView) -> bool;

    /// Returns `true` if this job is worth its claim, as far as its terms tell.
    fn wants(&self, job: &JobView, version: &VersionView, means: &Means) -> bool;
}

/// The chain at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Its finalised block.
    pub finalized: Side,
    /// Its best block.
    pub best: Side,
    /// The account's next nonce, with what waits in the node's pool counted.
    pub next_nonce: u64,
    /// The prover's stake, if it has one.
    pub stake: Option<Stake>,
    /// The spendable balance, in planck.
    pub balance: u128,
    /// Jobs that are open at both blocks and wanted.
    pub open: Vec<JobView>,
    /// Open jobs of the versions that are served, wanted or not, as far as they were counted.
    pub open_jobs: usize,
    /// Halo2: numbers of rows, as powers of two, of the served keys whose generators a final block
    /// has.
    pub generators: BTreeSet<u8>,
    /// Parameters.
    pub limits: Limits,
    /// Fees.
    pub fees: Fees,
    /// Milliseconds between two blocks.
    pub block_millis: u64,
}

impl Snapshot {
    /// The means for claims.
    pub fn means(&self) -> Means<'_> {
        Means {
            stake: self.stake,
            limits: &self.limits,
            fees: &self.fees,
            generators: &self.generators,
        }
    }
}

/// The delivery of the input to the prover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Off chain.
    None,
    /// From the chain, in the clear.
    Public(Vec<u8>),
    /// From the chain, encrypted to the named provers. SCALE bytes of the whole payload.
    Encrypted(Vec<u8>),
    /// From the chain, in a way that this client does not know: the chain's runtime is newer. SCALE
    /// bytes of the whole payload.
    Unknown(Vec<u8>),
}

impl Payload {
    /// Its hash, as the terms name it.
    pub fn hash(&self) -> PayloadHash {
        PayloadHash(blake2b_256(&match self {
            Self::None => 0u8.encode(),
            Self::Public(bytes) => (1u8, bytes).encode(),
            Self::Encrypted(encoded) | Self::Unknown(encoded) => encoded.clone(),
        }))
    }
}

/// The answer to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The name of the list.
    pub job: JobId,
    /// On which terms.
    pub terms_hash: TermsHash,
    /// The answer.
    pub output: Output,
    /// Its proof.
    pub proof: Proof,
}

/// The requests of a prover to a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Take a job.
    Claim {
        /// The name of the list.
        job: JobId,
        /// On which terms.
        terms_hash: TermsHash,
    },
    /// Answer a job, or several of one key together.
    Submit(Vec<Answer>),
    /// Nothing: uses up a nonce, so that what waits behind it can be included.
    Nothing,
}

/// The blocks in which a transaction can be included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// Number of the block with which it starts: a finalised one, or the best where finality lags
    /// too much.
    pub birth: u32,
    /// Blocks: a power of two, at least 4.
    pub blocks: u32,
}

impl Life {
    /// First block in which it is no longer good.
    pub fn death(&self) -> u32 {
        self.birth.saturating_add(self.blocks)
    }
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Blake2b-256 of them.
    pub hash: [u8; 32],
    /// First block in which it is no longer good.
    pub death: u32,
}

/// The node's answers to a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reception {
    /// It is in the pool, now or already.
    Taken,
    /// Its nonce is used up on the best chain.
    Stale,
    /// The pool is full or does not want it now.
    NotNow(String),
    /// These very bytes will not be taken: the pool has banned them, or the runtime was upgraded
    /// since they were signed. Signed again they may be.
    Spoilt,
    /// It is not valid now.
    Invalid(String),
}

/// The reason why a chain does not answer.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// The connection is gone, or the node does not answer in time. Connecting again may help.
    #[error("the node does not answer: {0}")]
    Lost(String),
    /// The chain says something that this client cannot read: in the middle of an upgrade, for
    /// example, while some records have their old layout and some the new one. Waiting may help.
    #[error("the chain cannot be read now: {0}")]
    Unreadable(String),
    /// The chain is not one that this prover can serve, or a signature cannot be made. Trying again
    /// does not help.
    #[error("{0}")]
    Unusable(String),
}

/// A chain, on behalf of one account.
pub trait Market {
    /// The account.
    fn account(&self) -> AccountId32;

    /// Hash of block 0.
    fn genesis_hash(&self) -> [u8; 32];

    /// Waits until the chain may have changed, or some seconds at most.
    ///
    /// # Errors
    /// [`MarketError`].
    fn changed(&mut self) -> impl Future<Output = Result<(), MarketError>>;

    /// The chain now. `jobs` are those whose fate is wanted beside that of the account's own
    /// claims; `interest` says which open jobs are wanted.
    ///
    /// # Errors
    /// [`MarketError`].
    fn snapshot(
        &mut self,
        jobs: &[JobId],
        interest: &dyn Interest,
    ) -> impl Future<Output = Result<Snapshot, MarketError>>;

    /// A version, if the chain has it. Never changes but for its status.
    ///
    /// # Errors
    /// [`MarketError`].
    fn version(
        &mut self,
        id: ModelVersionId,
    ) -> impl Future<Output = Result<Option<VersionView>, MarketError>>;

    /// A running job's payload at the best block.
    ///
    /// # Errors
    /// [`MarketError`].
    fn payload(&mut self, job: JobId) -> impl Future<Output = Result<Payload, MarketError>>;

    /// Signs, with a tip in planck. Nothing is sent.
    ///
    /// # Errors
    /// [`MarketError`].
    fn sign(
        &mut self,
        action: &Action,
        nonce: u64,
        life: Life,
        tip: u128,
    ) -> impl Future<Output = Result<Signed, MarketError>>;

    /// Sends a signed transaction, and does not wait for it.
    ///
    /// # Errors
    /// [`MarketError`].
    fn send(&mut self, bytes: &[u8]) -> impl Future<Output = Result<Reception, MarketError>>;

    /// The reason why the included one of these transactions failed, if it lies in one of the final
    /// blocks of this range and did.
    ///
    /// # Errors
    /// [`MarketError`].
    fn failure(
        &mut self,
        hashes: &[[u8; 32]],
        blocks: std::ops::RangeInclusive<u32>,
    ) -> impl Future<Output = Result<Option<String>, MarketError>>;
}

impl JobView {
    /// Returns what the prover is paid, in planck: the reward less the price.
    pub fn pay(&self) -> u128 {
        self.reward.saturating_sub(self.price)
    }

    /// The amount that a proof saves: its pay, and the lock of its claim.
    pub fn at_stake(&self) -> u128 {
        let lock = match self.state {
            JobState::Claimed { lock, .. } => lock,
            JobState::Open => 0,
        };
        self.pay().saturating_add(lock)
    }

    /// Hash of the terms that these fields have.
    pub fn computed_terms(&self) -> TermsHash {
        let terms = JobTerms {
            requester: self.requester.0,
            nonce: self.nonce,
            job: self.id,
            version: self.version,
            vk_hash: self.vk_hash,
            input_commitment: self.input_commitment,
            payload_hash: self.payload_hash,
            reward: self.reward,
            price: self.price,
            deadline: self.deadline,
        };
        terms.hash()
    }

    /// Returns `true` if nobody has claimed it.
    pub fn is_open(&self) -> bool {
        self.state == JobState::Open
    }

    /// Until when `prover` may answer it on these terms, if it has claimed it.
    pub fn claimed_by(&self, prover: &AccountId32, terms: &TermsHash) -> Option<u32> {
        match &self.state {
            JobState::Claimed { prover: claimant, last, .. }
                if claimant == prover && self.terms_hash == *terms =>
            {
                Some(*last)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(ratio: u32) -> Limits {
        Limits {
            min_bond: 1_000,
            min_claim_bond: 1_000,
            claim_ratio: ratio,
            lock_base: LockBase::Reward,
            claim_period: 50,
            min_proving_blocks: 5,
            grace: 5,
            max_batch: 0,
        }
    }

    #[test]
    fn a_claim_locks_a_part_of_the_pay_and_on_earlier_chains_of_the_reward() {
        let world = crate::tests::world::World::new(0);
        let id = world.request(&crate::tests::opening_of(1), 50);
        let mut job = world.chain().best().jobs[&id].clone();
        (job.reward, job.price) = (5_000_000, 4_000_000);
        let half = limits(500_000_000);
        assert_eq!(half.lock(&job), 2_500_000);
        assert_eq!(Limits { lock_base: LockBase::Pay, ..half }.lock(&job), 500_000);
    }

    #[test]
    fn a_claim_locks_its_share_rounded_up_and_never_less_than_the_minimum() {
        let half = limits(500_000_000);
        assert_eq!(half.lock_on(1), 1_000);
        assert_eq!(half.lock_on(4_001), 2_001);
        assert_eq!(half.lock_on(u128::MAX), u128::MAX / 2 + 1);
        assert_eq!(limits(1_000_000_000).lock_on(u128::MAX), u128::MAX);
    }
}
