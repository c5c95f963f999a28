use frame_support::{
    assert_noop, assert_ok,
    traits::fungible::{Mutate, MutateHold},
};
use sp_runtime::TokenError;
use zkinfer_primitives::Proof;

use crate::{
    Claims, Event, HoldReason, Jobs, ModelVersions, Models, Receipts,
    mock::{prover::halo2_proof, *},
    types::{BatchItem, BatchOf, JobState},
};

/// Makes the model's owner an account that does not exist.
fn ghost_owner() -> Account {
    let ghost = account(50);
    let (deposit, key_deposit) = ModelVersions::<Test>::mutate(0, 0, |version| {
        let version = version.as_mut().unwrap();
        (core::mem::take(&mut version.deposit), core::mem::take(&mut version.key_deposit))
    });
    let exact = frame_support::traits::tokens::Precision::Exact;
    Balances::release(&HoldReason::ModelDeposit.into(), &owner(), deposit, exact).unwrap();
    Balances::release(&HoldReason::KeyDeposit.into(), &owner(), key_deposit, exact).unwrap();
    Models::<Test>::mutate(0, |model| model.as_mut().unwrap().owner = ghost.clone());
    ghost
}

fn complete_for_ghost(price: Balance) -> (Account, u64) {
    register_for(owner(), &SETUP, price, None);
    let ghost = ghost_owner();
    bond(prover());
    let job = Ask::default().job();
    claim(prover(), job);
    assert_ok!(submit(prover(), job, proof(job, prover())));
    assert!(Receipts::<Test>::contains_key(job));
    assert_eq!(total(&prover()), START + REWARD - price);
    (ghost, job)
}

#[test]
fn a_price_creates_an_owners_account_that_was_gone() {
    run(|| {
        let (ghost, _) = complete_for_ghost(ED);
        assert_eq!(free(&ghost), ED);
    });
}

#[test]
fn a_price_below_the_existential_deposit_for_nobody_goes_to_the_treasury() {
    run(|| {
        let (ghost, _) = complete_for_ghost(ED - 1);
        assert_eq!(total(&ghost), 0);
        assert_eq!(total(&treasury()), ED + ED - 1);
        let diverted = Event::PaymentDiverted { payee: ghost, reason: HoldReason::Escrow, amount: ED - 1 };
        assert!(events().contains(&diverted));
    });
}

#[test]
fn a_reward_that_is_all_price_pays_the_prover_nothing() {
    run(|| {
        register();
        bond(prover());
        let job = Ask { reward: PRICE, ..Ask::default() }.job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(total(&prover()), START);
    });
}

#[test]
fn one_account_can_own_ask_and_prove() {
    run(|| {
        register_for(requester(), &SETUP, PRICE, None);
        bond(requester());
        let job = Ask::default().job();
        claim(requester(), job);
        assert_ok!(submit(requester(), job, proof(job, requester())));
        assert_eq!(total(&requester()), START);
        let job = Ask::default().job();
        claim(requester(), job);
        go_to(100);
        assert_ok!(Inference::expire(signed(stranger()), job));
        assert_eq!(total(&requester()), START, "its own slash returns to it");
    });
}

#[test]
fn a_prover_with_nothing_but_its_bond_is_paid() {
    run(|| {
        register();
        assert_ok!(Inference::bond(signed(prover()), START - ED));
        let job = Ask::default().job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(free(&prover()), ED + REWARD - PRICE);
    });
}

#[test]
fn pay_that_an_empty_account_cannot_take_goes_to_the_treasury() {
    run(|| {
        register();
        // Something else keeps the account alive, so that its balance can be nothing but the bond.
        System::inc_providers(&prover());
        assert_ok!(Inference::bond(signed(prover()), START));
        let job = Ask { reward: PRICE + ED - 1, ..Ask::default() }.job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!((free(&prover()), total(&treasury())), (0, ED + ED - 1));
    });
}

#[test]
fn a_part_that_an_empty_account_cannot_take_waits() {
    run(|| {
        System::inc_providers(&prover());
        assert_ok!(Inference::bond(signed(prover()), START));
        assert_ok!(Inference::unbond(signed(prover()), ED - 1));
        go_to(1 + UNBONDING);
        assert_noop!(Inference::withdraw_unbonded(signed(prover())), TokenError::CannotCreate);
        let keep = frame_support::traits::tokens::Preservation::Expendable;
        assert_ok!(<Balances as Mutate<_>>::transfer(&stranger(), &prover(), ED, keep));
        assert_ok!(Inference::withdraw_unbonded(signed(prover())));
        assert_eq!(free(&prover()), ED + ED - 1);
    });
}

#[test]
fn a_requester_that_spends_everything_else_is_still_refunded() {
    run(|| {
        register();
        let job = Ask::default().job();
        let rest = free(&requester()) - ED;
        let keep = frame_support::traits::tokens::Preservation::Preserve;
        assert_ok!(<Balances as Mutate<_>>::transfer(&requester(), &stranger(), rest, keep));
        let all = frame_support::traits::tokens::Preservation::Expendable;
        assert!(<Balances as Mutate<_>>::transfer(&requester(), &stranger(), ED, all).is_err());
        go_to(60);
        assert_ok!(Inference::expire(signed(stranger()), job));
        assert_eq!(total(&requester()), START - rest);
    });
}

#[test]
fn a_freeze_does_not_hinder_a_payment_or_a_slash() {
    run(|| {
        let job = claimed();
        use frame_support::traits::{LockableCurrency, WithdrawReasons};
        for who in [requester(), prover()] {
            Balances::set_lock(*b"freeze!!", &who, START, WithdrawReasons::all());
        }
        let good = proof(job, prover());
        assert_ok!(submit(prover(), job, good));
        assert_eq!(total(&prover()), START + REWARD - PRICE);
        assert_eq!(held(&requester(), HoldReason::Escrow), 0);
        let job = Ask::default().job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, Proof::Groth16([1; 192])));
        assert_eq!(total(&prover()), START + REWARD - PRICE - LOCK);
    });
}

/// xorshift64*, so that a failure can be run again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }

    fn account(&mut self) -> Account {
        account(1 + self.below(5) as u8)
    }

    fn amount(&mut self) -> Balance {
        [0, 1, ED - 1, ED, 100, MIN_BOND - 1, MIN_BOND, 3 * MIN_BOND, START / 2][self.below(9) as usize]
    }

    fn job(&mut self) -> u64 {
        let jobs: Vec<_> = Jobs::<Test>::iter_keys().collect();
        jobs.get(self.below(1 + jobs.len() as u64) as usize).copied().unwrap_or(9_999)
    }
}

/// Lies come twice: most of them meet no claim.
const OPERATIONS: [&str; 13] = [
    "bond",
    "bond_extra",
    "unbond",
    "withdraw",
    "request",
    "cancel",
    "claim",
    "submit",
    "lie",
    "lie",
    "batch",
    "expire",
    "wait",
];

/// What is no proof, of the class of the job's key.
fn garbage(job: u64, byte: u8) -> Proof {
    let key = Jobs::<Test>::get(job).map(|job| job.vk_hash);
    if key == Some(HALO2.key().hash()) { halo2_proof(K, &[byte; 64]) } else { Proof::Groth16([byte; 192]) }
}

/// Proofs for some claims of an account; now and then one of them is false.
fn batch_of(random: &mut Random, who: &Account) -> BatchOf<Test> {
    let jobs: Vec<_> = Claims::<Test>::iter_key_prefix(who).take(1 + random.below(3) as usize).collect();
    let lies = random.below(4) == 0;
    let items = jobs.into_iter().enumerate().map(|(index, job)| {
        let proof = if lies && index == 0 { garbage(job, 7) } else { proof(job, who.clone()) };
        BatchItem { job, terms_hash: terms(job), output: ANSWER, proof }
    });
    items.collect::<Vec<_>>().try_into().unwrap()
}

/// One random operation; whether it succeeded.
fn step(random: &mut Random, operation: &str) -> bool {
    let (who, id) = (random.account(), random.job());
    let job = Jobs::<Test>::get(id);
    let terms = job.as_ref().map(|job| job.terms_hash).unwrap_or_default();
    // Mostly the claimant, so that much of it succeeds.
    let claimant = match job.as_ref().map(|job| &job.state) {
        Some(JobState::Claimed { prover, .. }) if random.below(8) > 0 => prover.clone(),
        _ => who.clone(),
    };
    let result = match operation {
        "bond" => Inference::bond(signed(who), random.amount()),
        "bond_extra" => Inference::bond_extra(signed(who), random.amount()),
        "unbond" => Inference::unbond(signed(who), random.amount()),
        "withdraw" => Inference::withdraw_unbonded(signed(who)),
        "request" => Ask {
            version: zkinfer_primitives::ModelVersionId { model: random.below(3) as u32, version: 0 },
            reward: random.amount(),
            max_price: PRICE,
            deadline: System::block_number() + random.below(MAX_JOB as u64 + 3) as u32,
            provers: (random.below(3) == 0).then(|| vec![random.account()].try_into().unwrap()),
            ..Ask::default()
        }
        .by(who),
        "cancel" => Inference::cancel(signed(job.map_or(who, |job| job.requester)), id),
        "claim" => Inference::claim(signed(who), id, terms),
        "submit" if job.is_some() => {
            let proof = proof(id, claimant.clone());
            Inference::submit(signed(claimant), id, terms, ANSWER, proof).map(drop).map_err(|e| e.error)
        }
        "submit" | "lie" => {
            let proof = garbage(id, random.below(256) as u8);
            Inference::submit(signed(claimant), id, terms, ANSWER, proof).map(drop).map_err(|e| e.error)
        }
        "batch" => {
            let batch = batch_of(random, &claimant);
            Inference::submit_batch(signed(claimant), batch).map(drop).map_err(|e| e.error)
        }
        "expire" => Inference::expire(signed(who), id),
        _ => {
            let blocks = if random.below(6) == 0 { random.below(80) } else { random.below(4) };
            go_to(System::block_number() + blocks as u32);
            Ok(())
        }
    };
    result.is_ok()
}

#[test]
fn whatever_is_called_no_invariant_breaks_and_no_money_is_lost() {
    let mut succeeded = std::collections::BTreeMap::<&str, u32>::new();
    for seed in 1..=4 {
        run(|| {
            register();
            register_for(stranger(), &SETUP, 1, list(&[account(1), account(2), account(3)]));
            register_for(stranger(), &HALO2, PRICE, None);
            let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ seed);
            for number in 0..1500 {
                let operation = OPERATIONS[random.below(OPERATIONS.len() as u64) as usize];
                System::reset_events();
                let ok = frame_support::storage::with_storage_layer(|| {
                    if step(&mut random, operation) { Ok(()) } else { Err("refused".into()) }
                });
                let ok: Result<(), sp_runtime::DispatchError> = ok;
                *succeeded.entry(operation).or_default() += u32::from(ok.is_ok());
                if let Err(broken) = crate::Pallet::<Test>::do_try_state() {
                    panic!("seed {seed}, step {number}, {operation}: {broken:?}");
                }
            }
        });
    }
    for operation in OPERATIONS {
        let times = succeeded.get(operation).copied().unwrap_or_default();
        assert!(times >= 10, "{operation} succeeded {times} times only: {succeeded:?}");
    }
}
