use frame_support::{assert_noop, assert_ok};
use zkinfer_primitives::EncryptionKey;

use crate::{
    Error, Event, Jobs, Pallet, Provers,
    mock::*,
    types::{Payload, PayloadOf, Recipient},
};

const KEY: EncryptionKey = EncryptionKey([9; 32]);

fn sealed(keys: &[EncryptionKey]) -> PayloadOf<Test> {
    let recipients: Vec<_> = keys
        .iter()
        .map(|key| Recipient { encryption_key: *key, encapsulated: [1; 32], wrapped_key: [2; 48] })
        .collect();
    Payload::Encrypted {
        recipients: recipients.try_into().unwrap(),
        ciphertext: vec![3; 64].try_into().unwrap(),
    }
}

fn with_key(who: Account, key: EncryptionKey) {
    bond(who.clone());
    assert_ok!(Inference::set_encryption_key(signed(who), Some(key)));
}

#[test]
fn a_prover_sets_and_removes_its_key() {
    run(|| {
        assert_noop!(
            Inference::set_encryption_key(signed(prover()), Some(KEY)),
            Error::<Test>::NotBonded
        );
        bond(prover());
        for bad in [EncryptionKey([0; 32]), EncryptionKey([0xff; 32])] {
            let call = Inference::set_encryption_key(signed(prover()), Some(bad));
            assert_noop!(call, Error::<Test>::InvalidEncryptionKey);
        }
        assert_ok!(Inference::set_encryption_key(signed(prover()), Some(KEY)));
        assert_eq!(last_event(), Event::EncryptionKeySet { prover: prover(), key: Some(KEY) });
        assert_eq!(Provers::<Test>::get(prover()).unwrap().encryption_key, Some(KEY));
        assert_ok!(Inference::set_encryption_key(signed(prover()), None));
        assert_eq!(Provers::<Test>::get(prover()).unwrap().encryption_key, None);
    });
}

#[test]
fn an_encrypted_payload_is_for_the_jobs_provers_in_their_order() {
    run(|| {
        let other = EncryptionKey([10; 32]);
        register();
        with_key(prover(), KEY);
        with_key(rival(), other);
        let provers = list(&[prover(), rival()]);
        let ask = |keys: &[EncryptionKey]| Ask {
            payload: sealed(keys),
            provers: provers.clone(),
            ..Ask::default()
        };
        let open = Ask { payload: sealed(&[KEY]), ..Ask::default() };
        assert_noop!(direct(open), Error::<Test>::RecipientsMismatch);
        assert_noop!(direct(ask(&[KEY])), Error::<Test>::RecipientsMismatch);
        assert_noop!(direct(ask(&[other, KEY])), Error::<Test>::EncryptionKeyMismatch);
        let job = ask(&[KEY, other]).job();
        assert_eq!(Pallet::<Test>::payload(job), sealed(&[KEY, other]));
        assert_noop!(
            Inference::claim(signed(stranger()), job, terms(job)),
            Error::<Test>::ProverNotAllowed
        );
    });
}

#[test]
fn a_replaced_key_stops_new_jobs_and_leaves_running_ones() {
    run(|| {
        register();
        with_key(prover(), KEY);
        let ask = || Ask { payload: sealed(&[KEY]), provers: list(&[prover()]), ..Ask::default() };
        let job = ask().job();
        assert_ok!(Inference::set_encryption_key(signed(prover()), Some(EncryptionKey([11; 32]))));
        assert_noop!(direct(ask()), Error::<Test>::EncryptionKeyMismatch);
        claim(prover(), job);
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert!(Jobs::<Test>::get(job).is_none());
    });
}

fn direct(ask: Ask) -> sp_runtime::DispatchResult {
    let Ask { version, commitment, payload, reward, max_price, deadline, provers } = ask;
    Inference::request(
        signed(requester()),
        version,
        commitment,
        payload,
        reward,
        max_price,
        deadline,
        provers,
    )
}
