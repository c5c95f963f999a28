//! Blinding under a generator that repeats itself.

use super::{
    super::{
        prove::{blinding, prove_with},
        setup::Secrets,
    },
    *,
};
use crate::groth16::r1cs::Assignment;
use crate::random::testing::stuck;

fn scalars(key: &VerifyingKey, digest: &[u8; 32], assignment: &Assignment) -> [Scalar; 2] {
    blinding(key, digest, assignment, &mut stuck).unwrap().map(|scalar| *scalar)
}

#[test]
fn under_repeated_random_bytes_other_witnesses_and_contexts_have_other_scalars() {
    let Fixture { circuit, setup, .. } = fixture();
    let key = setup.key.verifying_key();
    let model = circuit.model();
    let assign = |seed: u64, context: &[u8; 32]| {
        let values = random::input(model, seed);
        let opening = Opening::with_blinder(&model.input, values, Scalar::from(5)).unwrap();
        circuit.assign(&opening, context).unwrap()
    };
    let other_context = [1; 32];
    let of = |seed, context| scalars(key, circuit.digest(), &assign(seed, context));
    let honest = of(1, &CONTEXT);
    assert_eq!(honest, of(1, &CONTEXT), "the same proof again");
    let different = [
        honest,
        of(2, &CONTEXT),
        of(1, &other_context),
        scalars(key, &[9; 32], &assign(1, &CONTEXT)),
        scalars(&setup_of_another(circuit), circuit.digest(), &assign(1, &CONTEXT)),
    ];
    for (i, a) in different.iter().enumerate() {
        assert_ne!(a[0], a[1]);
        for b in different.iter().skip(i + 1) {
            assert!(!a.iter().any(|scalar| b.contains(scalar)), "{i}");
        }
    }
}

fn setup_of_another(circuit: &ModelCircuit) -> VerifyingKey {
    setup(circuit, &no_progress).unwrap().key.verifying_key().clone()
}

/// The same bytes twice give the same proof of the same statement, and unrelated proofs of others,
/// which all hold.
#[test]
fn proofs_under_repeated_random_bytes_hold() {
    let Fixture { circuit, setup, opening, .. } = fixture();
    let prove = |context: &[u8; 32]| {
        prove_with(circuit, &setup.key, opening, context, &no_progress, &mut stuck).unwrap()
    };
    let (a, again, b) = (prove(&CONTEXT), prove(&CONTEXT), prove(&[1; 32]));
    assert_eq!(a, again);
    assert_ne!(a.proof[..48], b.proof[..48]);
    for proven in [a, b] {
        assert!(accepted_by_all(setup.key.verifying_key(), &proven.proof, &proven.public_inputs));
    }
}

#[test]
fn setups_of_one_circuit_have_different_secrets_under_repeated_random_bytes() {
    let Fixture { circuit, .. } = fixture();
    let of = |_| Secrets::random(circuit, &mut stuck).unwrap();
    // The clock ticks between them.
    let [a, b] = [(), ()].map(|()| {
        std::thread::sleep(std::time::Duration::from_millis(1));
        of(())
    });
    assert!(a.tau != b.tau && a.delta != b.delta && a.tau != a.alpha);
}
