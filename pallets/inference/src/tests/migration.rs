//! From storage version 1 to 2, over every state that version 1 has: what was written by this
//! version is put back into the old layout, with the old rules of who pays for a key.

use std::collections::BTreeSet;

use codec::Encode;
use frame_support::{
    assert_ok,
    migrations::{SteppedMigration, SteppedMigrationError},
    traits::{GetStorageVersion, StorageVersion, fungible::MutateHold, tokens::Precision},
    weights::{Weight, WeightMeter},
};
use zkinfer_primitives::{ModelVersionId, Purpose, VkHash};

use crate::{
    Claims, Event, HoldReason, Jobs, ModelVersions, Models, OpenJobs, Pallet, Payloads, Provers,
    Receipts, VerifyingKeys,
    jobs::terms_of,
    migrations::v2::{Cursor, MigrateV1ToV2, checks, old},
    mock::*,
    types::{JobState, Payload, VersionStatus},
};

type Migration = MigrateV1ToV2<Test>;

/// The weight of one record.
fn one_record() -> Weight {
    match Migration::step(None, &mut WeightMeter::with_limit(Weight::zero())) {
        Err(SteppedMigrationError::InsufficientWeight { required }) => required,
        other => panic!("a step without weight should fail: {other:?}"),
    }
}

/// Runs the migration, so many records at a time; returns its steps.
fn migrate_by(records: u64) -> u32 {
    let (mut cursor, mut steps): (Option<Cursor<u32>>, u32) = (None, 0);
    loop {
        let mut meter = WeightMeter::with_limit(one_record() * records);
        cursor = Migration::transactional_step(cursor, &mut meter).unwrap();
        steps += 1;
        assert!(meter.consumed().all_lte(one_record() * records));
        if cursor.is_none() {
            return steps;
        }
        assert_eq!(
            Pallet::<Test>::on_chain_storage_version(),
            StorageVersion::new(1),
            "until all is done"
        );
    }
}

/// Runs the migration in between its checks.
fn migrate() {
    let before = checks::before::<Test>().unwrap();
    assert!(!before.is_empty());
    System::reset_events();
    migrate_by(3);
    checks::after::<Test>(&before).unwrap();
}

/// Puts everything into the layout of version 1.
fn to_version_1() {
    keys_to_version_1();
    for (id, job) in Jobs::<Test>::iter().collect::<Vec<_>>() {
        let payload = match Payloads::<Test>::take(id) {
            None => old::Payload::None,
            Some(Payload::Public(bytes)) => old::Payload::Public(bytes),
            Some(other) => panic!("version 1 has no {other:?}"),
        };
        let terms_hash = old::terms_hash(&job);
        old::JobByTerms::<Test>::insert(terms_hash, id);
        old::Jobs::<Test>::insert(
            id,
            old::Job {
                requester: job.requester,
                nonce: job.nonce,
                version: job.version,
                vk_hash: job.vk_hash,
                terms_hash,
                input_commitment: job.input_commitment,
                payload,
                reward: job.reward,
                price: job.price,
                deadline: job.deadline,
                provers: job.provers,
                deposit: job.deposit,
                state: match job.state {
                    JobState::Open => old::JobState::Open,
                    JobState::Claimed { prover, until, lock, .. } => {
                        old::JobState::Claimed { prover, until, lock }
                    }
                },
            },
        );
    }
    assert_eq!(OpenJobs::<Test>::clear(u32::MAX, None).maybe_cursor, None);
    assert_eq!(Claims::<Test>::clear(u32::MAX, None).maybe_cursor, None);
    receipts_to_version_1();
    StorageVersion::new(1).put::<Pallet<Test>>();
}

/// The first version of a key holds its deposit, and no other anything.
fn keys_to_version_1() {
    let mut seen = BTreeSet::<VkHash>::new();
    let mut versions: Vec<_> = ModelVersions::<Test>::iter().collect();
    versions.sort_by_key(|(model, number, _)| (*model, *number));
    for (model, number, version) in versions {
        let owner = Models::<Test>::get(model).unwrap().owner;
        if seen.insert(version.vk_hash) {
            let stored = VerifyingKeys::<Test>::get(version.vk_hash).unwrap();
            let (key, prepared, references) = (stored.key, stored.prepared, stored.references);
            let deposit = version.key_deposit;
            let stored = old::StoredKey { key, prepared, references, depositor: owner, deposit };
            old::VerifyingKeys::<Test>::insert(version.vk_hash, stored);
        } else {
            let deposit = version.key_deposit;
            Balances::release(&HoldReason::KeyDeposit.into(), &owner, deposit, Precision::Exact)
                .unwrap();
        }
        old::ModelVersions::<Test>::insert(
            model,
            number,
            old::ModelVersion {
                model_hash: version.model_hash,
                manifest_hash: version.manifest_hash,
                model_commitment: version.model_commitment,
                statement: version.statement,
                proof_system: version.proof_system,
                vk_hash: version.vk_hash,
                trust: version.trust,
                visibility: version.visibility,
                price: version.price,
                allowed_provers: version.allowed_provers,
                status: version.status,
                deposit: version.deposit,
            },
        );
    }
}

fn receipts_to_version_1() {
    for (id, receipt) in Receipts::<Test>::iter().collect::<Vec<_>>() {
        let Purpose::Job(terms_hash) = receipt.purpose else {
            panic!("version 1 has no attestations")
        };
        old::Receipts::<Test>::insert(
            id,
            old::Receipt {
                requester: receipt.requester,
                version: receipt.version,
                terms_hash,
                input_commitment: receipt.input_commitment,
                output: receipt.output,
                prover: receipt.prover,
                block: receipt.block,
                reward: receipt.reward,
                price: receipt.price,
                deposit: receipt.deposit,
            },
        );
    }
}

/// Two models with one key, and one with another; a receipt; a stake with parts on their way out;
/// jobs in every state. Returns the jobs that are open, claimed, and claimed by who is late
/// already. It is block 40 then.
fn everything() -> ([u64; 3], [u64; 2], u64) {
    register_for(owner(), &SETUP, PRICE, None);
    register_for(stranger(), &SETUP, 0, list(&[prover(), rival()]));
    register_for(stranger(), &OTHER, 7, None);
    assert_ok!(Inference::bond(signed(prover()), 3 * MIN_BOND));
    bond(rival());
    assert_ok!(Inference::unbond(signed(prover()), MIN_BOND));
    let done = Ask::default().job();
    claim(prover(), done);
    assert_ok!(submit(prover(), done, proof(done, prover())));
    let ask = || Ask { deadline: 1 + MAX_JOB, ..Ask::default() };
    let late = ask().job();
    claim(rival(), late);
    go_to(40);
    let public = Payload::Public(vec![5; 100].try_into().unwrap());
    let shared = ModelVersionId { model: 1, version: 0 };
    let open = [
        ask().job(),
        Ask { payload: public.clone(), ..ask() }.job(),
        Ask { version: shared, provers: list(&[rival()]), ..ask() }.job(),
    ];
    let claimed = [
        ask().job(),
        Ask { version: shared, payload: public, provers: list(&[prover()]), ..ask() }.job(),
    ];
    claimed.iter().for_each(|job| claim(prover(), *job));
    (open, claimed, late)
}

#[test]
fn every_record_and_everybodys_money_comes_along() {
    run(|| {
        let (open, claimed, late) = everything();
        let (payloads, provers) =
            (Payloads::<Test>::iter().count(), Provers::<Test>::iter().collect::<Vec<_>>());
        to_version_1();
        migrate();
        check();
        assert_eq!(Pallet::<Test>::on_chain_storage_version(), StorageVersion::new(2));
        assert_eq!((Jobs::<Test>::iter().count(), Receipts::<Test>::iter().count()), (6, 1));
        assert_eq!(Payloads::<Test>::iter().count(), payloads);
        assert_eq!(Provers::<Test>::iter().collect::<Vec<_>>(), provers);
        assert_eq!(OpenJobs::<Test>::iter().count(), open.len());
        assert_eq!(Claims::<Test>::iter().count(), claimed.len() + 1);
        assert!(matches!(
            Jobs::<Test>::get(late).unwrap().state,
            JobState::Claimed { last: 26, .. }
        ));
    });
}

#[test]
fn open_jobs_get_new_terms_with_an_event_and_claimed_ones_keep_theirs() {
    run(|| {
        let (open, claimed, late) = everything();
        to_version_1();
        let before: Vec<_> =
            claimed.iter().map(|job| old::Jobs::<Test>::get(job).unwrap().terms_hash).collect();
        migrate();
        let after: Vec<_> = claimed.iter().map(|job| terms(*job)).collect();
        assert_eq!(after, before);
        for id in open {
            let job = Jobs::<Test>::get(id).unwrap();
            assert_eq!(job.terms_hash, terms_of(id, &job).hash());
            assert!(events().contains(&Event::JobRedirected {
                job: id,
                requester: requester(),
                terms_hash: job.terms_hash,
                nonce: job.nonce,
                deadline: job.deadline,
            }));
        }
        assert_eq!(events().len(), open.len());
        assert_ne!(terms(late), terms_of(late, &Jobs::<Test>::get(late).unwrap()).hash());
    });
}

#[test]
fn jobs_of_version_1_are_finished_and_everybody_leaves() {
    run(|| {
        let (open, claimed, late) = everything();
        to_version_1();
        // What was proved before the upgrade is good after it.
        let made = claimed.map(|job| (job, old::Jobs::<Test>::get(job).unwrap().terms_hash));
        migrate();
        for (job, terms_hash) in made {
            assert_eq!(terms(job), terms_hash);
            assert_ok!(submit(prover(), job, proof(job, prover())));
        }
        claim(prover(), open[0]);
        assert_ok!(submit(prover(), open[0], proof(open[0], prover())));
        assert_ok!(Inference::cancel(signed(requester()), open[1]));
        claim(rival(), open[2]);
        assert_ok!(submit(rival(), open[2], proof(open[2], rival())));
        // The late claim loses its lock, and its job opens again on the terms that it had.
        let old_terms = terms(late);
        assert_ok!(Inference::expire(signed(stranger()), late));
        assert_eq!(terms(late), old_terms);
        check();
        claim(prover(), late);
        check();
        assert_ok!(submit(prover(), late, proof(late, prover())));

        for (model, owner) in [(0, owner()), (1, stranger()), (2, stranger())] {
            assert_ok!(Inference::retire_version(
                signed(owner),
                ModelVersionId { model, version: 0 }
            ));
        }
        assert_eq!(VerifyingKeys::<Test>::iter().count(), 0);
        go_to(1_000);
        for job in Receipts::<Test>::iter_keys().collect::<Vec<_>>() {
            assert_ok!(Inference::prune_receipt(signed(requester()), job));
        }
        for who in [owner(), stranger(), requester()] {
            assert_eq!(held(&who, HoldReason::KeyDeposit), 0);
            assert_eq!(held(&who, HoldReason::JobDeposit), 0);
            assert_eq!(held(&who, HoldReason::Escrow), 0);
        }
    });
}

#[test]
fn a_redirection_gives_a_job_of_version_1_new_terms() {
    run(|| {
        let (_, _, late) = everything();
        to_version_1();
        migrate();
        assert_ok!(Inference::redirect(signed(requester()), late, Payload::None, 90, None));
        let job = Jobs::<Test>::get(late).unwrap();
        assert_eq!(job.terms_hash, terms_of(late, &job).hash());
    });
}

#[test]
fn a_false_proof_for_a_job_of_version_1_is_slashed() {
    run(|| {
        let (_, claimed, _) = everything();
        to_version_1();
        migrate();
        let had = total(&prover());
        assert_ok!(submit(prover(), claimed[0], zkinfer_primitives::Proof::Groth16([0; 192])));
        assert_eq!(total(&prover()), had - LOCK);
    });
}

#[test]
fn who_has_paid_for_a_key_goes_on_paying_and_nobody_else_begins() {
    run(|| {
        everything();
        let deposit = ModelVersions::<Test>::get(0, 0).unwrap().key_deposit;
        to_version_1();
        let free_before = free(&stranger());
        migrate();
        let paid = |model| ModelVersions::<Test>::get(model, 0).unwrap().key_deposit;
        assert_eq!((paid(0), paid(1)), (deposit, 0));
        assert!(paid(2) > 0);
        assert_eq!(free(&stranger()), free_before);
        // The one that pays leaves; the key stays for the other, which owes nothing for it.
        let version = |model| ModelVersionId { model, version: 0 };
        assert_ok!(Inference::retire_version(signed(owner()), version(0)));
        assert_eq!(held(&owner(), HoldReason::KeyDeposit), 0);
        check();
        assert!(VerifyingKeys::<Test>::contains_key(SETUP.key().hash()));
        assert_ok!(Inference::retire_version(signed(stranger()), version(1)));
        assert_eq!(held(&stranger(), HoldReason::KeyDeposit), paid(2));
    });
}

#[test]
fn a_keys_deposit_that_no_version_of_its_depositors_takes_over_is_free_again() {
    run(|| {
        register_for(owner(), &SETUP, PRICE, None);
        to_version_1();
        // Version 1 comes to no such state; money is not lost in it all the same.
        let exact = Precision::Exact;
        let hash = SETUP.key().hash();
        let deposit = old::VerifyingKeys::<Test>::get(hash).unwrap().deposit;
        let reason = HoldReason::KeyDeposit.into();
        Balances::release(&reason, &owner(), deposit, exact).unwrap();
        Balances::hold(&reason, &stranger(), deposit).unwrap();
        old::VerifyingKeys::<Test>::mutate(hash, |key| {
            key.as_mut().unwrap().depositor = stranger()
        });
        migrate_by(1);
        check();
        assert_eq!((held(&stranger(), HoldReason::KeyDeposit), free(&stranger())), (0, START));
    });
}

#[test]
fn an_old_receipt_has_its_events_hash_without_the_purposes_index() {
    run(|| {
        everything();
        to_version_1();
        let before = old::Receipts::<Test>::get(0).unwrap().encode();
        migrate();
        let mut bytes = Receipts::<Test>::get(0).unwrap().encode();
        assert_eq!(bytes.remove(40), 0);
        assert_eq!(bytes, before);
    });
}

#[test]
fn an_upgrade_makes_no_claimant_late_and_pardons_none() {
    let last_after = |upgrade: u32| {
        let mut found = 0;
        run(|| {
            let job = claimed();
            to_version_1();
            go_to(upgrade);
            migrate();
            let JobState::Claimed { until, last, .. } = Jobs::<Test>::get(job).unwrap().state
            else {
                panic!("claimed")
            };
            assert_eq!(until, 1 + CLAIM_PERIOD);
            found = last;
        });
        found
    };
    let last = 1 + CLAIM_PERIOD + GRACE;
    assert_eq!(last_after(2), last);
    assert_eq!(last_after(20), 20 + CLAIM_PERIOD);
    // The last block in which its proof was good.
    assert_eq!(last_after(last), last + CLAIM_PERIOD);
    assert_eq!(last_after(last + 1), last);
}

#[test]
fn a_claim_that_becomes_late_while_others_are_migrated_is_not_late() {
    run(|| {
        let job = claimed();
        to_version_1();
        let last = 1 + CLAIM_PERIOD + GRACE;
        go_to(last);
        let mut meter = WeightMeter::with_limit(one_record());
        let cursor = Migration::step(None, &mut meter).unwrap();
        go_to(last + 3);
        assert_eq!(Migration::step(cursor, &mut WeightMeter::new()), Ok(None));
        let expected = last + 3 + CLAIM_PERIOD;
        assert!(
            matches!(Jobs::<Test>::get(job).unwrap().state, JobState::Claimed { last, .. } if last == expected)
        );
        check();
    });
}

#[test]
fn however_it_is_cut_into_steps_the_result_is_the_same() {
    let outcome = |records: u64| {
        let mut root = Vec::new();
        let mut steps = 0;
        run(|| {
            everything();
            to_version_1();
            System::reset_events();
            steps = migrate_by(records);
            root = sp_io::storage::root(sp_runtime::StateVersion::V1);
        });
        (root, steps)
    };
    let (whole, one) = outcome(1_000);
    assert_eq!(one, 1);
    // Each record is a step: three versions, two keys, six jobs, a receipt and six terms, and the
    // end of each kind.
    assert_eq!(outcome(1), (whole.clone(), 3 + 2 + 6 + 1 + 6 + 5));
    for records in [2, 3, 5, 7] {
        assert_eq!(outcome(records).0, whole);
    }
}

#[test]
fn a_step_without_the_weight_for_one_record_does_nothing() {
    run(|| {
        everything();
        to_version_1();
        let root = || sp_io::storage::root(sp_runtime::StateVersion::V1);
        let before = root();
        let mut meter = WeightMeter::with_limit(one_record() - Weight::from_parts(1, 0));
        assert!(matches!(
            Migration::step(None, &mut meter),
            Err(SteppedMigrationError::InsufficientWeight { .. })
        ));
        assert_eq!(root(), before);
        migrate();
    });
}

#[test]
fn a_chain_that_began_with_version_2_has_nothing_to_migrate() {
    run(|| {
        let (open, ..) = everything();
        StorageVersion::new(2).put::<Pallet<Test>>();
        let job = Jobs::<Test>::get(open[0]);
        assert_eq!(checks::before::<Test>().unwrap(), Vec::<u8>::new());
        assert_eq!(Migration::step(None, &mut WeightMeter::new()), Ok(None));
        checks::after::<Test>(&[]).unwrap();
        assert_eq!(Jobs::<Test>::get(open[0]), job);
    });
}

#[test]
fn the_checks_see_what_a_migration_would_break() {
    let breaks: [fn(); 9] = [
        || ModelVersions::<Test>::mutate(0, 0, |version| version.as_mut().unwrap().price += 1),
        || {
            ModelVersions::<Test>::mutate(2, 0, |version| {
                version.as_mut().unwrap().status = VersionStatus::Retired
            })
        },
        || ModelVersions::<Test>::mutate(0, 0, |version| version.as_mut().unwrap().key_deposit = 0),
        || {
            VerifyingKeys::<Test>::mutate(SETUP.key().hash(), |key| {
                key.as_mut().unwrap().references += 1
            })
        },
        || Provers::<Test>::mutate(prover(), |stake| stake.as_mut().unwrap().bond += 1),
        || Jobs::<Test>::mutate(2, |job| job.as_mut().unwrap().deadline += 1),
        || Jobs::<Test>::mutate(5, |job| job.as_mut().unwrap().terms_hash.0[0] ^= 1),
        || Payloads::<Test>::remove(3),
        || Receipts::<Test>::remove(0),
    ];
    for (number, damage) in breaks.into_iter().enumerate() {
        externalities().execute_with(|| {
            everything();
            to_version_1();
            let before = checks::before::<Test>().unwrap();
            migrate_by(10);
            damage();
            assert!(checks::after::<Test>(&before).is_err(), "{number}");
        });
    }
}

#[test]
fn the_checks_see_money_that_moved() {
    externalities().execute_with(|| {
        everything();
        to_version_1();
        let before = checks::before::<Test>().unwrap();
        migrate_by(10);
        assert_ok!(Balances::transfer_allow_death(signed(stranger()), owner(), 1));
        assert!(checks::after::<Test>(&before).is_err());
    });
}
