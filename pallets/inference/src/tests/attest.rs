use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::{
    InputCommitment, ModelVersionId, Output, Proof, Purpose, blake2b_256, statement::Context,
};

use crate::{Attestations, Error, Event, HoldReason, Provers, Receipts, mock::*, types::Rejection};

const VERSION: ModelVersionId = ModelVersionId { model: 0, version: 0 };

fn made(nonce: u64, who: Account) -> Proof {
    let context = Context {
        genesis_hash: System::block_hash(0).0,
        vk_hash: SETUP.key().hash(),
        version: VERSION,
        purpose: Purpose::Attest(nonce),
        prover: who,
    };
    SETUP.prove(&commitment(7), &ANSWER, &context)
}

fn attest(who: Account, nonce: u64, proof: Proof) -> sp_runtime::DispatchResult {
    let result = Inference::attest(
        signed(who),
        VERSION,
        SETUP.key().hash(),
        nonce,
        commitment(7),
        ANSWER,
        proof,
    );
    result.map(drop).map_err(|error| error.error)
}

#[test]
fn a_proof_without_a_job_leaves_a_receipt() {
    run(|| {
        register();
        bond(prover());
        assert_ok!(attest(prover(), 9, made(9, prover())));
        let receipt = Receipts::<Test>::get(0).unwrap();
        assert_eq!((receipt.requester.clone(), receipt.prover.clone()), (prover(), prover()));
        assert_eq!((receipt.reward, receipt.price, receipt.purpose), (0, 0, Purpose::Attest(9)));
        assert_eq!(Attestations::<Test>::get(prover(), 9), Some(0));
        assert_eq!(held(&prover(), HoldReason::JobDeposit), receipt.deposit);
        let receipt_hash = blake2b_256(&receipt.encode());
        let event = Event::Attested {
            receipt: 0,
            version: VERSION,
            prover: prover(),
            nonce: 9,
            output: ANSWER,
            receipt_hash,
        };
        assert_eq!(last_event(), event);
        assert_noop!(attest(prover(), 9, made(9, prover())), Error::<Test>::NonceUsed);
    });
}

#[test]
fn a_proof_of_another_nonce_account_or_output_costs() {
    let tries: [fn() -> Proof; 3] =
        [|| made(2, prover()), || made(1, rival()), || Proof::Groth16([0; 192])];
    for proof in tries {
        run(|| {
            register();
            bond(prover());
            assert_ok!(attest(prover(), 1, proof()));
            let lost =
                matches!(last_event(), Event::AttestationRejected { slashed: MIN_CLAIM_BOND, .. });
            assert!(lost && Receipts::<Test>::iter().next().is_none());
            assert_eq!(Provers::<Test>::get(prover()).unwrap().bond, MIN_BOND - MIN_CLAIM_BOND);
            assert_eq!(total(&treasury()), ED + MIN_CLAIM_BOND);
        });
    }
}

#[test]
fn another_output_is_rejected() {
    run(|| {
        register();
        bond(prover());
        let proof = made(1, prover());
        let other = Output::Class(5);
        assert_ok!(Inference::attest(
            signed(prover()),
            VERSION,
            SETUP.key().hash(),
            1,
            commitment(7),
            other,
            proof
        ));
        let reason = Rejection::DoesNotVerify;
        let event = Event::AttestationRejected {
            version: VERSION,
            prover: prover(),
            nonce: 1,
            slashed: MIN_CLAIM_BOND,
            reason,
        };
        assert_eq!(last_event(), event);
    });
}

#[test]
fn what_is_locked_cannot_be_staked_again() {
    run(|| {
        register();
        let proof = made(1, prover());
        assert_noop!(attest(prover(), 1, proof.clone()), Error::<Test>::NotBonded);
        bond(prover());
        // Five claims lock the whole bond.
        for _ in 0..5 {
            let job = Ask::default().job();
            claim(prover(), job);
        }
        assert_noop!(attest(prover(), 1, proof.clone()), Error::<Test>::BondLocked);
        assert_ok!(Inference::bond_extra(signed(prover()), MIN_CLAIM_BOND));
        assert_ok!(attest(prover(), 1, proof));
    });
}

#[test]
fn everything_else_that_is_wrong_is_an_error() {
    run(|| {
        let proof = made(1, prover());
        assert_noop!(attest(prover(), 1, proof.clone()), Error::<Test>::VersionNotFound);
        register_for(owner(), &SETUP, PRICE, list(&[prover()]));
        bond(prover());
        bond(rival());
        assert_noop!(attest(rival(), 1, made(1, rival())), Error::<Test>::ProverNotAllowed);
        let beyond = InputCommitment([0xff; 32]);
        let call = Inference::attest(
            signed(prover()),
            VERSION,
            SETUP.key().hash(),
            1,
            beyond,
            ANSWER,
            proof.clone(),
        );
        assert_eq!(call.unwrap_err().error, Error::<Test>::InvalidCommitment.into());
        // Another model has the version's number: after a reorganisation, say.
        let other = OTHER.key().hash();
        let call = Inference::attest(
            signed(prover()),
            VERSION,
            other,
            1,
            commitment(7),
            ANSWER,
            proof.clone(),
        );
        assert_eq!(call.unwrap_err().error, Error::<Test>::KeyMismatch.into());
        assert_ok!(Inference::retire_version(signed(owner()), VERSION));
        assert_noop!(attest(prover(), 1, proof), Error::<Test>::VersionRetired);
    });
}

#[test]
fn who_cannot_pay_the_deposit_attests_nothing() {
    run(|| {
        register();
        bond(prover());
        let rest = free(&prover()) - ED;
        frame_support::assert_ok!(Balances::transfer_allow_death(
            signed(prover()),
            stranger(),
            rest
        ));
        let result =
            frame_support::storage::with_storage_layer(|| attest(prover(), 1, made(1, prover())));
        assert!(result.is_err());
        assert_eq!(Provers::<Test>::get(prover()).unwrap().bond, MIN_BOND);
    });
}
