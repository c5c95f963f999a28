//! The choice of open jobs to claim. No effects, and no input: whether the input opens is asked
//! last, since it costs most.
//!
//! Terms are judged in two steps: what a job's terms alone tell ([`worth`]), before it is counted
//! among the jobs that one round looks at; and what hangs on the prover's other work ([`judge`]).

use std::collections::BTreeSet;

use super::{
    market::{JobView, Life, Limits, Means, Snapshot, VersionView},
    models::Held,
    tips,
};
use subxt::utils::AccountId32;
use zkinfer_primitives::ModelId;

/// Blocks that a claim's signature lives at most. Short, so that a claim which the pool lost is
/// soon free again.
const CLAIM_LIFE: u32 = 16;
/// Blocks that a submission's signature lives.
const SUBMISSION_LIFE: u32 = 64;
/// A finalised block at most this far behind the best one starts a transaction's life.
const MAX_FINALITY_LAG: u32 = 8;
/// Half as much time again as was measured is planned for.
const SAFETY: (u64, u64) = (3, 2);

/// The operator's wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The minimum that a job must leave after the model's price and the fees, in planck.
    pub min_reward: u128,
    /// Claims at once.
    pub max_claims: usize,
    /// Bounds of what one claim may lock.
    pub locks: LockBounds,
    /// Bounds of tips for submissions.
    pub tips: tips::Bounds,
    /// Numbers of the models that are served; empty for every model that has the hashes of one that
    /// is held.
    pub model_ids: BTreeSet<ModelId>,
    /// Blocks left for the submission, beside the time for the proof.
    pub margin: u32,
    /// Proofs at once: they share the cores, so that each may take this many times as long as
    /// alone.
    pub at_once: usize,
}

impl Policy {
    /// Returns `true` if the operator serves models of this number.
    pub fn serves_model(&self, id: ModelId) -> bool {
        self.model_ids.is_empty() || self.model_ids.contains(&id)
    }
}

/// Bounds of what one claim may lock: whoever brings about that a proof comes too late gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockBounds {
    /// The largest lock, in planck.
    pub most: u128,
    /// The largest share of the whole bond, in percent.
    pub share: u32,
    /// The maximum lock as a multiple of the pay, if that is more than the minimum that the chain
    /// locks.
    pub ratio: u32,
}

impl Default for LockBounds {
    fn default() -> Self {
        Self { most: u128::MAX, share: 50, ratio: 10 }
    }
}

/// A bound that a lock is above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockBound {
    /// [`LockBounds::most`].
    Amount,
    /// [`LockBounds::share`].
    Share,
    /// [`LockBounds::ratio`].
    Ratio,
}

impl std::fmt::Display for LockBound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Amount => "option `max_lock`",
            Self::Share => "option `max_lock_share`",
            Self::Ratio => "option `max_lock_ratio`",
        })
    }
}

/// Promises made already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Jobs taken on.
    pub jobs: usize,
    /// Milliseconds of proving that they still need.
    pub millis: u64,
    /// The locks of claims on their way, in planck.
    pub locks: u128,
    /// Fees that they will still cost, in planck.
    pub fees: u128,
}

/// The reason why an open job is left to others.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its version or the job itself names other provers.
    #[error("it names other provers")]
    NotAllowed,
    /// Its terms do not hash to what the chain says.
    #[error("its terms have another hash than the chain says")]
    OtherTerms,
    /// The operator serves other models.
    #[error("the operator serves other models (option `model_id`), and not model {0}")]
    OtherModel(ModelId),
    /// Its claim would put too much at stake.
    #[error("its claim would lock {lock} planck, more than the {most} that {bound} allows")]
    LockTooLarge {
        /// The lock.
        lock: u128,
        /// The most that is allowed.
        most: u128,
        /// The bound.
        bound: LockBound,
    },
    /// The chain could not check its proof.
    #[error(
        "the chain lacks the generators for proofs with k = {0}, so that it cannot check one; anybody may upload them: zkinfer chain upload-generators --k {0}"
    )]
    NoGenerators(u8),
    /// No proof of this model has been measured yet.
    #[error("no proof of this model has been timed yet")]
    NotTimed,
    /// It pays too little.
    #[error("it would leave {left} planck after price and fees, less than {wanted}")]
    PaysTooLittle {
        /// The profit; negative for a loss.
        left: i128,
        /// The operator's wishes.
        wanted: u128,
    },
    /// The bond is below what the chain asks of every prover, after a slash for example.
    #[error(
        "the bond is {bond} planck, and the chain asks for {least}; add to it with `zkinfer chain bond`"
    )]
    BondBelowMinimum {
        /// Its kind.
        bond: u128,
        /// The minimum.
        least: u128,
    },
    /// The bond is too small, or locked.
    #[error("a claim locks {needed} planck, and {free} of the bond are free")]
    BondTooSmall {
        /// The lock.
        needed: u128,
        /// Returns the free memory as a limit.
        free: u128,
    },
    /// The account cannot pay the fees.
    #[error(
        "the account has {balance} planck, and {needed} are kept for fees, which full blocks raise tenfold before a proof is there; send it more"
    )]
    CannotPayFees {
        /// The amount it has.
        balance: u128,
        /// The amount it needs.
        needed: u128,
    },
    /// There is not enough time.
    #[error("its proof needs {needed} blocks, and it leaves {left}")]
    TooNear {
        /// Blocks that it takes with the present queue.
        needed: u32,
        /// Blocks between a claim now and the last one for its proof.
        left: u32,
    },
    /// As many jobs as the operator allows are taken on.
    #[error("{0} jobs are taken on already")]
    Busy(usize),
}

impl Refusal {
    /// A name that does not change with the numbers, for metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotAllowed => "not-allowed",
            Self::OtherTerms => "other-terms",
            Self::OtherModel(_) => "other-model",
            Self::LockTooLarge { bound: LockBound::Amount, .. } => "lock-above-maximum",
            Self::LockTooLarge { bound: LockBound::Share, .. } => "lock-above-share-of-bond",
            Self::LockTooLarge { bound: LockBound::Ratio, .. } => "lock-above-pay",
            Self::NoGenerators(_) => "no-generators",
            Self::NotTimed => "not-timed",
            Self::PaysTooLittle { .. } => "pays-too-little",
            Self::BondBelowMinimum { .. } => "bond-below-minimum",
            Self::BondTooSmall { .. } => "bond-too-small",
            Self::CannotPayFees { .. } => "cannot-pay-fees",
            Self::TooNear { .. } => "too-near",
            Self::Busy(_) => "busy",
        }
    }
}

/// A job that might be claimed, with what is known of its model.
pub struct Candidate<'a> {
    /// The job, open.
    pub job: &'a JobView,
    /// The model that answers.
    pub held: &'a Held,
    /// Its version on chain.
    pub version: &'a VersionView,
    /// Milliseconds of a proof, if one was timed; 0 when the proof is there already.
    pub millis: Option<u64>,
}

/// Says whether a job's terms are worth its claim by `me`, whatever else is taken on.
///
/// # Errors
/// [`Refusal`] says why not.
pub fn worth(
    job: &JobView,
    held: &Held,
    version: &VersionView,
    me: &AccountId32,
    means: &Means,
    policy: &Policy,
) -> Result<(), Refusal> {
    if !policy.serves_model(job.version.model) {
        return Err(Refusal::OtherModel(job.version.model));
    }
    let names =
        |list: &Option<Vec<AccountId32>>| list.as_ref().is_none_or(|list| list.contains(me));
    if !names(&job.provers) || !names(&version.allowed_provers) {
        return Err(Refusal::NotAllowed);
    }
    if job.computed_terms() != job.terms_hash || job.vk_hash != held.key.vk_hash {
        return Err(Refusal::OtherTerms);
    }
    if let Some(k) = held.k.filter(|k| !means.generators.contains(k)) {
        return Err(Refusal::NoGenerators(k));
    }
    check_price(job, means, policy)?;
    check_lock(job, means, &policy.locks)
}

/// Says whether `me` should claim a job, and how long the claim may be under way.
///
/// # Errors
/// [`Refusal`] says why not.
pub fn judge(
    candidate: &Candidate,
    me: &AccountId32,
    snapshot: &Snapshot,
    load: &Load,
    policy: &Policy,
) -> Result<Life, Refusal> {
    let job = candidate.job;
    worth(job, candidate.held, candidate.version, me, &snapshot.means(), policy)?;
    if load.jobs >= policy.max_claims {
        return Err(Refusal::Busy(load.jobs));
    }
    check_funds(job, snapshot, load)?;
    let millis = candidate.millis.ok_or(Refusal::NotTimed)?;
    let shared = millis.saturating_mul(u64::try_from(policy.at_once).unwrap_or(u64::MAX).max(1));
    let blocks =
        blocks_for(load.millis.saturating_add(shared), snapshot.block_millis, policy.margin);
    life_of_claim(job, blocks, snapshot)
}

fn check_price(job: &JobView, means: &Means, policy: &Policy) -> Result<(), Refusal> {
    let fees = means.fees.claim.saturating_add(means.fees.submit(&job.vk_hash));
    let costs = job.price.saturating_add(fees);
    match job.reward.checked_sub(costs) {
        Some(left) if left >= policy.min_reward => Ok(()),
        Some(left) => {
            let left = i128::try_from(left).unwrap_or(i128::MAX);
            Err(Refusal::PaysTooLittle { left, wanted: policy.min_reward })
        }
        None => {
            let short = costs.saturating_sub(job.reward);
            let left = i128::try_from(short).map_or(i128::MIN, |short| -short);
            Err(Refusal::PaysTooLittle { left, wanted: policy.min_reward })
        }
    }
}

/// Without a bond the lock cannot be compared with it; [`check_funds`] refuses then.
fn check_lock(job: &JobView, means: &Means, bounds: &LockBounds) -> Result<(), Refusal> {
    let lock = means.limits.lock(job);
    let refuse = |most, bound| Err(Refusal::LockTooLarge { lock, most, bound });
    if lock > bounds.most {
        return refuse(bounds.most, LockBound::Amount);
    }
    let share = means.stake.map(|stake| share_of(stake.bond, bounds.share));
    if let Some(most) = share.filter(|most| lock > *most) {
        return refuse(most, LockBound::Share);
    }
    let most = ratio_bound(job, means.limits, bounds);
    if lock > most { refuse(most, LockBound::Ratio) } else { Ok(()) }
}

fn share_of(amount: u128, percent: u32) -> u128 {
    // Amounts are far below 2^121.
    amount.saturating_mul(u128::from(percent)) / 100
}

/// The least that the chain locks is nothing that a requester chooses.
fn ratio_bound(job: &JobView, limits: &Limits, bounds: &LockBounds) -> u128 {
    job.pay().saturating_mul(u128::from(bounds.ratio)).max(limits.min_claim_bond)
}

fn check_funds(job: &JobView, snapshot: &Snapshot, load: &Load) -> Result<(), Refusal> {
    let (stake, least) = (snapshot.stake.unwrap_or_default(), snapshot.limits.min_bond);
    if stake.bond < least {
        return Err(Refusal::BondBelowMinimum { bond: stake.bond, least });
    }
    let needed = snapshot.limits.lock(job);
    let free = stake.free().saturating_sub(load.locks);
    if free < needed {
        return Err(Refusal::BondTooSmall { needed, free });
    }
    // A proof that cannot be paid for when it is there loses the lock.
    let submission = snapshot.fees.submit_at_most(&job.vk_hash);
    let fees = snapshot.fees.claim.saturating_add(submission).saturating_add(load.fees);
    if snapshot.balance < fees {
        return Err(Refusal::CannotPayFees { balance: snapshot.balance, needed: fees });
    }
    Ok(())
}

/// Blocks that pass while `millis` of proving are done, and the margin. The queue is counted as if
/// its proofs were made one after the other: together they take as long, since each uses all cores.
/// Whose claim ends first is proved first, and a job is taken only if the whole queue is done
/// before its own end, so that a later claim delays no earlier one beyond its time.
fn blocks_for(millis: u64, block_millis: u64, margin: u32) -> u32 {
    let millis = millis.saturating_mul(SAFETY.0) / SAFETY.1;
    let blocks = millis.div_ceil(block_millis.max(1));
    u32::try_from(blocks).unwrap_or(u32::MAX).saturating_add(margin).max(1)
}

/// The longest life of a claim that leaves `needed` blocks for the proof wherever it is included.
fn life_of_claim(job: &JobView, needed: u32, snapshot: &Snapshot) -> Result<Life, Refusal> {
    let limits = &snapshot.limits;
    let next = snapshot.best.number.saturating_add(1);
    let left = limits.claim_period.min(job.deadline.saturating_sub(next));
    let too_near = Refusal::TooNear { needed, left };
    if needed > limits.claim_period {
        return Err(too_near);
    }
    // Last block in which the claim may be included.
    let latest = job.deadline.saturating_sub(needed.max(limits.min_proving_blocks));
    let birth = birth(snapshot);
    let lives = [CLAIM_LIFE, CLAIM_LIFE / 2, CLAIM_LIFE / 4];
    let lives = lives.map(|blocks| Life { birth, blocks });
    // Included in the block before its death at the latest; in the next one at the earliest.
    let fits = |life: &&Life| life.death() <= latest.saturating_add(1) && life.death() > next;
    lives.iter().find(fits).copied().ok_or(too_near)
}

/// The life of a submission, or of a transaction that does nothing.
pub fn life_of_submission(snapshot: &Snapshot) -> Life {
    let birth = birth(snapshot);
    Life { birth, blocks: SUBMISSION_LIFE }
}

/// The longest life that ends with block `death` or before.
pub fn life_until(death: u32, snapshot: &Snapshot) -> Option<Life> {
    let birth = birth(snapshot);
    let lives = [CLAIM_LIFE, CLAIM_LIFE / 2, CLAIM_LIFE / 4];
    let mut lives = lives.map(|blocks| Life { birth, blocks }).into_iter();
    lives
        .find(|life| life.death() <= death && life.death() > snapshot.best.number.saturating_add(1))
}

/// The block with which a transaction's life starts: one that no reorganisation takes away, if
/// there is a recent one.
fn birth(snapshot: &Snapshot) -> u32 {
    let (best, finalized) = (snapshot.best.number, snapshot.finalized.number);
    if best.saturating_sub(finalized) > MAX_FINALITY_LAG { best } else { finalized }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{
        fakes::held,
        snapshot,
        world::{World, account},
    };

    fn policy() -> Policy {
        crate::tests::fakes::policy()
    }

    fn judged(
        deadline: u32,
        millis: u64,
        load: Load,
        policy: &Policy,
        (finalized, best): (u32, u32),
    ) -> Result<Life, Refusal> {
        judged_at(deadline, millis, load, policy, &snapshot(finalized, best))
    }

    fn judged_at(
        deadline: u32,
        millis: u64,
        load: Load,
        policy: &Policy,
        snapshot: &Snapshot,
    ) -> Result<Life, Refusal> {
        let world = World::new(2);
        let id = world.request(&crate::tests::opening_of(1), deadline);
        let chain = world.chain();
        let (job, version, held) = (&chain.best().jobs[&id], chain.version(), held());
        let candidate = Candidate { job, held: &held, version: &version, millis: Some(millis) };
        judge(&candidate, &account(1), snapshot, &load, policy)
    }

    #[test]
    fn a_claim_is_dead_before_it_could_leave_too_little_time() {
        // 20 s of proof are 30 s with what is added, five blocks, and two of margin.
        for deadline in 0..60 {
            let Ok(life) = judged(deadline, 20_000, Load::default(), &policy(), (10, 12)) else {
                assert!(deadline < 21, "{deadline}");
                continue;
            };
            let last_inclusion = life.death() - 1;
            assert!(last_inclusion + 7 <= deadline, "{deadline}: {life:?}");
            assert!(last_inclusion >= 13, "{deadline}: {life:?}");
            assert!(deadline >= 20, "{deadline}");
        }
    }

    #[test]
    fn the_queue_and_proofs_at_once_are_counted() {
        let queue = Load { millis: 120_000, ..Load::default() };
        let refusal = |result: Result<Life, Refusal>| match result {
            Err(Refusal::TooNear { needed, .. }) => needed,
            other => panic!("{other:?}"),
        };
        // (120 + 20) s by one and a half are 210 s, 35 blocks.
        assert_eq!(refusal(judged(40, 20_000, queue, &policy(), (10, 12))), 37);
        judged(80, 20_000, queue, &policy(), (10, 12)).expect("time enough");
        let four = Policy { at_once: 4, ..policy() };
        // (120 + 80) s by one and a half are 300 s: beyond a claim's period with the margin.
        assert_eq!(refusal(judged(200, 20_000, queue, &four, (10, 12))), 52);
    }

    #[test]
    fn a_lagging_finality_is_not_waited_for() {
        assert_eq!(
            judged(90, 0, Load::default(), &policy(), (10, 18)).map(|life| life.birth),
            Ok(10)
        );
        assert_eq!(
            judged(90, 0, Load::default(), &policy(), (10, 19)).map(|life| life.birth),
            Ok(19)
        );
    }

    #[test]
    fn money_is_counted_to_the_planck() {
        let pays = |min_reward| {
            judged(90, 0, Load::default(), &Policy { min_reward, ..policy() }, (10, 12))
        };
        // A reward of 100, a price of 20, fees of 3.
        pays(77).expect("exactly");
        assert_eq!(pays(78), Err(Refusal::PaysTooLittle { left: 77, wanted: 78 }));
        let with = |load| judged(90, 0, load, &policy(), (10, 12));
        // A claim locks half of a pay of 80, of a bond of 1000; fees of 3 come from a balance of
        // 1000.
        with(Load { locks: 960, ..Load::default() }).expect("exactly");
        let refused = with(Load { locks: 961, ..Load::default() });
        assert_eq!(refused, Err(Refusal::BondTooSmall { needed: 40, free: 39 }));
        // The submission's fee of 2 can be 20 when it is sent.
        with(Load { fees: 979, ..Load::default() }).expect("exactly");
        let refused = with(Load { fees: 980, ..Load::default() });
        assert_eq!(refused, Err(Refusal::CannotPayFees { balance: 1000, needed: 1001 }));
        assert_eq!(with(Load { jobs: 8, ..Load::default() }), Err(Refusal::Busy(8)));
    }

    #[test]
    fn fees_that_rise_until_the_proof_is_there_are_kept() {
        let mut chain = snapshot(10, 12);
        chain.fees.submissions = [(crate::tests::world::VK, 60)].into();
        chain.balance = 600;
        // Its pay is the same, but the claim must not be made without what its submission may cost.
        let judge = |chain: &Snapshot| judged_at(90, 0, Load::default(), &policy(), chain);
        assert_eq!(judge(&chain), Err(Refusal::CannotPayFees { balance: 600, needed: 601 }));
        chain.balance = 601;
        judge(&chain).expect("exactly");
        // Fees have doubled already: five times as much is the most.
        chain.fees.multiplier = Some(2_000_000_000_000_000_000);
        chain.balance = 300;
        assert_eq!(judge(&chain), Err(Refusal::CannotPayFees { balance: 300, needed: 301 }));
        chain.fees.multiplier = Some(10_000_000_000_000_000_000);
        chain.balance = 61;
        judge(&chain).expect("they cannot rise any more");
        // An impossible one asks for no less than the fee, and no more than ten times.
        chain.fees.multiplier = Some(u128::MAX);
        judge(&chain).expect("the fee");
        chain.fees.multiplier = Some(0);
        assert_eq!(judge(&chain), Err(Refusal::CannotPayFees { balance: 61, needed: 601 }));
    }

    #[test]
    fn a_bond_below_the_chains_least_claims_nothing() {
        let mut chain = snapshot(10, 12);
        let bonded = |chain: &Snapshot| judged_at(90, 0, Load::default(), &policy(), chain);
        chain.limits.min_bond = 1_000;
        bonded(&chain).expect("exactly");
        chain.limits.min_bond = 1_001;
        assert_eq!(bonded(&chain), Err(Refusal::BondBelowMinimum { bond: 1_000, least: 1_001 }));
    }
}
