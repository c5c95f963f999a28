//! Random operations: whatever is called, by whomever and in whatever order, no invariant breaks
//! and no money is lost.
//!
//! - [`calls`]: random calls, most of them sensible
//! - [`book`]: what everybody should have, told by events alone
//!
//! A failure prints its seed and the calls of its block; `RANDOM_SEED=<seed> cargo test -p
//! pallet-inference random` runs that seed alone.

mod book;
mod calls;

use std::collections::BTreeMap;

use frame_support::traits::GetCallMetadata;
use sp_runtime::traits::Dispatchable;

use self::{book::Book, calls::Random};
use crate::{
    Attestations, Call, Claims, HoldReason, Jobs, ModelVersions, Models, OpenJobs, Payloads,
    Provers, Receipts, VerifyingKeys,
    mock::*,
    types::{JobState, VersionStatus},
};

/// Runs of the test, each with its own seed.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=3;
/// Calls of each run, those in batches not counted.
const OPERATIONS: u32 = 8_000;
/// The most calls of a block.
const BLOCK: u64 = 8;

/// Events that must have happened several times.
const EVENTS: [&str; 9] = [
    "JobCompleted",
    "ProofRejected",
    "ClaimExpired",
    "JobReopened",
    "JobExpired",
    "JobRedirected",
    "Attested",
    "AttestationRejected",
    "ReceiptPruned",
];

/// The number of attempts of each call, and of its successes.
type Tally = BTreeMap<&'static str, (u32, u32)>;

/// A chain on which anything happens.
struct World {
    random: Random,
    book: Book,
    seed: u64,
    /// The calls in this block.
    block: Vec<String>,
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let now = System::block_number();
            eprintln!("seed {}, block {now}: {:#?}", self.seed, self.block);
        }
    }
}

impl World {
    fn new(seed: u64) -> Self {
        // Kept alive by something else than its balance, so that it can have nothing but what is
        // held.
        System::inc_providers(&account(6));
        System::reset_events();
        Self { random: Random::new(seed), book: Book::open(), seed, block: Vec::new() }
    }

    /// Dispatches a call as a signed transaction does, and follows its events. Whether it
    /// succeeded.
    fn dispatch(&mut self, who: Option<Account>, call: RuntimeCall) -> bool {
        self.block.push(format!("{who:?}: {call:?}"));
        let origin = match who {
            Some(who) => {
                // As `CheckNonce` does; who does not exist signs nothing, but may be called for.
                if System::account_exists(&who) {
                    System::inc_account_nonce(&who);
                }
                signed(who)
            }
            None => RuntimeOrigin::root(),
        };
        let result = call.dispatch(origin);
        System::read_events_no_consensus().for_each(|record| self.book.follow(&record.event));
        System::reset_events();
        result.is_ok()
    }

    /// A block of random calls, and the check of everything after it. Returns how many calls.
    fn block(&mut self, tally: &mut Tally) -> u32 {
        self.block.clear();
        let calls = self.random.below(BLOCK + 1) as u32;
        for _ in 0..calls {
            let (who, call) = self.random.call();
            let name = call.get_call_metadata().function_name;
            let succeeded = self.dispatch(who, call);
            let times = tally.entry(name).or_default();
            *times = (times.0 + 1, times.1 + u32::from(succeeded));
        }
        self.check();
        let blocks = match self.random.below(20) {
            0 => self.random.below(150),
            1..=4 => self.random.below(15),
            _ => 1,
        };
        go_to(System::block_number() + blocks as u32);
        calls
    }

    fn check(&self) {
        check();
        self.book.check();
    }

    /// A call of the inference pallet that must succeed.
    fn must(&mut self, who: Account, call: Call<Test>) {
        assert!(self.dispatch(Some(who), RuntimeCall::Inference(call)), "{:?}", self.block.last());
    }

    /// Everybody takes out what can be taken out; nothing but the models' own deposits stays.
    fn everybody_leaves(&mut self) {
        self.block.clear();
        let parameters = Box::new(PARAMETERS);
        assert!(
            self.dispatch(None, RuntimeCall::Inference(Call::force_set_parameters { parameters }))
        );
        // Past every deadline and every unbonding part, whatever the parameters were.
        go_to(System::block_number() + 2_000);
        for (job, record) in Jobs::<Test>::iter().collect::<Vec<_>>() {
            match record.state {
                JobState::Open => self.must(record.requester, Call::cancel { job }),
                JobState::Claimed { .. } => self.must(account(5), Call::expire { job }),
            }
        }
        for (model, version, record) in ModelVersions::<Test>::iter().collect::<Vec<_>>() {
            if record.status == VersionStatus::Active {
                let owner = Models::<Test>::get(model).unwrap().owner;
                let version = zkinfer_primitives::ModelVersionId { model, version };
                self.must(owner, Call::retire_version { version });
            }
        }
        for (job, receipt) in Receipts::<Test>::iter().collect::<Vec<_>>() {
            self.must(receipt.requester, Call::prune_receipt { job });
        }
        for prover in Provers::<Test>::iter_keys().collect::<Vec<_>>() {
            self.withdraw_everything(prover);
        }
        self.check();
        self.assert_empty();
    }

    fn withdraw_everything(&mut self, prover: Account) {
        if free(&prover) < ED {
            // An account without a balance of its own cannot take what is less than the existential
            // deposit.
            let rich = (1..=8).map(account).max_by_key(free).unwrap();
            let give =
                pallet_balances::Call::transfer_allow_death { dest: prover.clone(), value: ED };
            assert!(self.dispatch(Some(rich), RuntimeCall::Balances(give)));
        }
        let stake = Provers::<Test>::get(&prover).unwrap();
        if !stake.unbonding.is_empty() {
            self.must(prover.clone(), Call::withdraw_unbonded {});
        }
        if stake.bond > 0 {
            self.must(prover.clone(), Call::unbond { amount: stake.bond });
            go_to(System::block_number() + UNBONDING);
            self.must(prover, Call::withdraw_unbonded {});
        }
    }

    fn assert_empty(&self) {
        assert_eq!(Jobs::<Test>::iter().count(), 0);
        assert_eq!(Payloads::<Test>::iter().count(), 0);
        assert_eq!(OpenJobs::<Test>::iter().count(), 0);
        assert_eq!(Claims::<Test>::iter().count(), 0);
        assert_eq!(Receipts::<Test>::iter().count(), 0);
        assert_eq!(Attestations::<Test>::iter().count(), 0);
        assert_eq!(Provers::<Test>::iter().count(), 0);
        assert_eq!(VerifyingKeys::<Test>::iter().count(), 0);
        for who in (1..=8).map(account).chain([treasury()]) {
            let stays: Balance = ModelVersions::<Test>::iter()
                .filter(|(model, _, _)| Models::<Test>::get(model).unwrap().owner == who)
                .map(|(_, _, version)| version.deposit)
                .sum();
            assert_eq!(held(&who, HoldReason::ModelDeposit), stays);
            assert_eq!(free(&who), self.book.of(&who) - stays, "{who:?} has its money back");
        }
    }
}

/// The seeds to run: all, or the one that `RANDOM_SEED` names.
fn seeds() -> Vec<u64> {
    match std::env::var("RANDOM_SEED") {
        Ok(seed) => vec![seed.parse().expect("RANDOM_SEED is a number")],
        Err(_) => SEEDS.collect(),
    }
}

#[test]
fn random_operations_break_no_invariant_and_lose_no_money() {
    let (mut tally, mut told) = (Tally::new(), BTreeMap::<String, u32>::new());
    for seed in seeds() {
        externalities().execute_with(|| {
            let mut world = World::new(seed);
            let mut calls = 0;
            while calls < OPERATIONS {
                calls += world.block(&mut tally);
            }
            world.everybody_leaves();
            world
                .book
                .told
                .iter()
                .for_each(|(name, times)| *told.entry(name.clone()).or_default() += times);
        });
    }
    // Calls that never succeed, or never fail, would show nothing; nor would states that are never
    // reached.
    for (name, (made, succeeded)) in &tally {
        assert!(*succeeded >= 20, "{name} succeeded {succeeded} times of {made}: {tally:#?}");
        let fails = made - succeeded;
        let always = ["batch", "force_batch", "transfer_all"].contains(name);
        assert!(fails >= 5 || always, "{name} failed {fails} times of {made}: {tally:#?}");
    }
    assert!(tally.len() >= 20, "some call was never made: {tally:#?}");
    for event in EVENTS {
        let times = told.get(event).copied().unwrap_or_default();
        assert!(times >= 5, "{event} happened {times} times: {told:#?}");
    }
}
