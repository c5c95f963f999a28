//! Properties over random bytes, statements and changes.

use proptest::prelude::*;
use zkinfer_verifier::{
    backend::Native,
    error::VerifyError,
    groth16::{PreparedVerifyingKey, Proof, VerifyingKey, verify, verify_bytes},
    scalar,
};

use super::{
    oracles,
    toy::{Case, Inputs, KEY, PROOF, Toy, bytes_of, case},
};

fn bytes<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    prop::collection::vec(any::<u8>(), N).prop_map(|bytes| bytes.try_into().unwrap())
}

fn answer(case: &Case, proof: &[u8; PROOF], inputs: &Inputs) -> Result<(), VerifyError> {
    let key = PreparedVerifyingKey::prepare(&VerifyingKey::decode(&case.key).unwrap());
    let result = verify_bytes::<Native>(&key.to_bytes(), proof, inputs);
    #[cfg(feature = "host-functions")]
    {
        let host = verify_bytes::<zkinfer_verifier::backend::Host>(&key.to_bytes(), proof, inputs);
        assert_eq!(result, host, "the back ends differ");
    }
    result
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_answered(proof in bytes::<PROOF>(), key in bytes::<KEY>(), flags in any::<[bool; 3]>()) {
        let (mut proof, mut key) = (proof, key);
        // With likely flags and sizes, so that some points lie on the curve.
        for (at, likely) in [0, 48, 144].into_iter().zip(flags) {
            if likely {
                proof[at] = proof[at] & 0x2f | 0x80;
                key[at] = key[at] & 0x2f | 0x80;
            }
        }
        let _ = Proof::decode(&proof);
        let _ = VerifyingKey::decode(&key);
    }

    #[test]
    fn any_stored_key_is_answered(key in bytes::<1056>()) {
        let case = case(1, 3, 5);
        let _ = verify_bytes::<Native>(&key, &case.proof, &case.inputs);
        #[cfg(feature = "host-functions")]
        {
            let _ = verify_bytes::<zkinfer_verifier::backend::Host>(&key, &case.proof, &case.inputs);
        }
    }

    #[test]
    fn proofs_of_all_statements_are_accepted_and_of_their_neighbours_rejected(x1 in any::<u64>(), x2 in any::<u64>()) {
        let case = case(1, x1, x2);
        prop_assert_eq!(answer(&case, &case.proof, &case.inputs), Ok(()));
        let other = bytes_of(Toy::inputs(x1 ^ 1, x2));
        prop_assert_eq!(answer(&case, &case.proof, &other), Err(VerifyError::Rejected));
    }

    #[test]
    fn the_independent_verifiers_agree_on_changed_inputs(inputs in any::<[[u8; 32]; 3]>(), honest in any::<[bool; 3]>()) {
        let case = case(1, 3, 5);
        let mut mixed = inputs;
        for i in 0..3 {
            if honest[i] {
                mixed[i] = case.inputs[i];
            } else {
                mixed[i][31] &= 0x7f;
            }
        }
        let ours = answer(&case, &case.proof, &mixed);
        prop_assert_eq!(ours.is_ok(), oracles::accept(&case.key, &case.proof, &mixed));
        if let Some(index) = mixed.iter().position(|x| !scalar::is_canonical(x)) {
            prop_assert_eq!(ours, Err(VerifyError::Input(index)));
        }
    }

    #[test]
    fn the_independent_verifiers_agree_on_changed_proofs(position in 0..PROOF, flip in 1u8..) {
        let case = case(1, 3, 5);
        let mut proof = case.proof;
        proof[position] ^= flip;
        let ours = answer(&case, &proof, &case.inputs);
        prop_assert_eq!(ours.is_ok(), oracles::accept(&case.key, &proof, &case.inputs));
        prop_assert!(ours.is_err_and(|error| error.blames_proof()));
    }

    #[test]
    fn what_decodes_is_the_one_encoding_of_its_proof(x1 in any::<u64>(), position in 0..PROOF, flip in 1u8..) {
        let case = case(1, x1, 5);
        let mut changed = case.proof;
        changed[position] ^= flip;
        prop_assert_ne!(Proof::decode(&changed), Ok(Proof::decode(&case.proof).unwrap()));
    }
}

#[test]
fn verification_of_a_decoded_key_and_proof_is_that_of_their_bytes() {
    let case = case(1, 3, 5);
    let key = PreparedVerifyingKey::prepare(&VerifyingKey::decode(&case.key).unwrap());
    let proof = Proof::decode(&case.proof).unwrap();
    assert_eq!(verify::<Native>(&key, &proof, &case.inputs), Ok(()));
    assert_eq!(verify::<Native>(&key, &proof, &[[0; 32]; 3]), Err(VerifyError::Rejected));
}
