use std::sync::LazyLock;

use codec::Encode;
use frame_support::assert_ok;
use zkinfer_primitives::{ModelVersionId, Proof, Purpose, statement::Context};

use crate::{
    Error, HoldReason, Jobs, OpenJobs, Pallet, Receipts, WeightInfo,
    mock::*,
    types::{JobState, Payload, PayloadOf},
};

const THOUSAND: u32 = 1_000;

/// Points of the curve that prove something else: the verifier has all its work with them.
static BESIDE: LazyLock<Proof> = LazyLock::new(|| {
    let context = Context {
        genesis_hash: [0; 32],
        vk_hash: SETUP.key().hash(),
        version: ModelVersionId { model: 0, version: 0 },
        purpose: Purpose::Attest(0),
        prover: account(0),
    };
    SETUP.prove(&commitment(0), &ANSWER, &context)
});

#[test]
fn a_thousand_false_proofs_cost_a_thousand_locks_and_their_job_is_answered_after_all() {
    run(|| {
        register();
        assert_ok!(Inference::bond(signed(prover()), MIN_BOND + Balance::from(THOUSAND) * LOCK));
        let job = Ask::default().job();
        let asked = total(&requester());
        for number in 0..THOUSAND {
            claim(prover(), job);
            let proof =
                if number % 2 == 0 { BESIDE.clone() } else { Proof::Groth16([number as u8; 192]) };
            let done = submit(prover(), job, proof).unwrap();
            // Each is paid for by its weight as well.
            assert_eq!(done.actual_weight, Some(<() as WeightInfo>::submit_groth16_rejected()));
            System::reset_events();
        }
        let lost = Balance::from(THOUSAND) * LOCK;
        assert_eq!(total(&prover()), START - lost);
        assert_eq!(total(&treasury()), ED + lost);
        assert_eq!(total(&requester()), asked);
        check();
        bond(rival());
        claim(rival(), job);
        assert_ok!(submit(rival(), job, proof(job, rival())));
        assert!(Receipts::<Test>::contains_key(job));
    });
}

#[test]
fn false_proofs_end_with_the_bond() {
    run(|| {
        register();
        bond(prover());
        let job = Ask::default().job();
        claim(prover(), job);
        assert_ok!(submit(prover(), job, BESIDE.clone()));
        // What is left of the bond is below the least, and does not work.
        let again = Inference::claim(signed(prover()), job, terms(job));
        assert_eq!(again, Err(Error::<Test>::BondTooLow.into()));
        assert_eq!(total(&prover()), START - LOCK);
    });
}

#[test]
fn a_thousand_submissions_for_others_claims_reach_no_cryptography() {
    run(|| {
        let job = claimed();
        let good = proof(job, prover());
        for _ in 0..THOUSAND {
            let refused = submit(rival(), job, good.clone()).unwrap_err();
            assert_eq!(refused.post_info.actual_weight, Some(<() as WeightInfo>::submit_refused()));
            assert_eq!(refused.error, Error::<Test>::NotClaimant.into());
        }
        assert_ok!(submit(prover(), job, good));
        assert_eq!(total(&prover()), START + REWARD - PRICE);
    });
}

#[test]
fn a_thousand_false_attestations_cost_a_thousand_stakes() {
    run(|| {
        let version = register();
        let stakes = Balance::from(THOUSAND) * MIN_CLAIM_BOND;
        assert_ok!(Inference::bond(signed(prover()), MIN_BOND + stakes));
        for nonce in 0..THOUSAND {
            let call = Inference::attest(
                signed(prover()),
                version,
                SETUP.key().hash(),
                nonce.into(),
                commitment(7),
                ANSWER,
                BESIDE.clone(),
            );
            assert_ok!(call);
            System::reset_events();
        }
        assert_eq!(total(&prover()), START - stakes);
        assert_eq!(held(&prover(), HoldReason::ProverBond), MIN_BOND);
        assert_eq!(Receipts::<Test>::iter().count(), 0);
    });
}

/// Bytes of keys and values that the pallet stores.
fn stored_bytes() -> u128 {
    let prefix = sp_io::hashing::twox_128(b"Inference").to_vec();
    let (mut key, mut bytes) = (prefix.clone(), 0);
    while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
        // The pallet's and the map's prefix are no entry's own.
        bytes += (next.len() - 32) as u128
            + sp_io::storage::get(&next).map_or(0, |value| value.len() as u128);
        key = next;
    }
    bytes
}

fn payload(number: u32) -> PayloadOf<Test> {
    match number % 4 {
        0 => Payload::None,
        1 => Payload::Public(vec![].try_into().unwrap()),
        2 => Payload::Public(vec![7; 32].try_into().unwrap()),
        _ => Payload::Public(vec![7; 200].try_into().unwrap()),
    }
}

#[test]
fn a_thousand_requests_pay_for_every_byte_and_leave_none() {
    run(|| {
        let version = register_for(owner(), &SETUP, 0, None);
        // Each job pays for the key as well, which it could keep stored alone.
        for who in [prover(), rival(), stranger()] {
            assert_ok!(Balances::transfer_allow_death(signed(who), requester(), START / 2));
        }
        let has = free(&requester());
        // The next job's number is all that stays.
        let before = stored_bytes() + 8;
        let jobs: Vec<_> = (0..THOUSAND)
            .map(|number| {
                System::reset_events();
                Ask { reward: 2, payload: payload(number), ..Ask::default() }.job()
            })
            .collect();
        let deposits = held(&requester(), HoldReason::JobDeposit);
        let stored = stored_bytes() - before;
        assert!(deposits >= stored, "{deposits} for {stored} bytes, at one for each byte");
        check();

        // Pages reach every one of them.
        let (mut seen, mut after) = (0, None);
        loop {
            let page = Pallet::<Test>::open_jobs(version, after, u32::MAX);
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 100);
            (seen, after) = (seen + page.len(), Some(*last));
        }
        assert_eq!(seen, jobs.len());

        for job in jobs {
            assert_ok!(Inference::cancel(signed(requester()), job));
        }
        assert_eq!(free(&requester()), has);
        assert_eq!(stored_bytes(), before);
        assert_eq!(OpenJobs::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_claimed_job_and_a_receipt_pay_for_every_byte() {
    run(|| {
        register();
        bond(prover());
        let before = stored_bytes() + 8;
        for provers in [None, list(&[prover()]), list(&[prover(), rival(), stranger(), owner()])] {
            let job = Ask { provers, payload: payload(3), ..Ask::default() }.job();
            claim(prover(), job);
            let deposit = held(&requester(), HoldReason::JobDeposit);
            assert!(deposit >= stored_bytes() - before, "of a claimed job");
            assert!(matches!(Jobs::<Test>::get(job).unwrap().state, JobState::Claimed { .. }));
            assert_ok!(submit(prover(), job, proof(job, prover())));
            let receipt = Receipts::<Test>::take(job).unwrap();
            assert!(receipt.deposit >= receipt.encoded_size() as u128 + 16, "of a receipt");
            Receipts::<Test>::insert(job, receipt);
            go_to(System::block_number() + RECEIPT_PERIOD + 1);
            assert_ok!(Inference::prune_receipt(signed(requester()), job));
        }
        assert_eq!(stored_bytes(), before);
    });
}
