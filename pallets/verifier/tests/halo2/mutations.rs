//! Proofs changed in every way we can think of: our answer is that of halo2_proofs.

use rand10::{Rng, SeedableRng, rngs::StdRng};

use crate::{cases, oracle::Case};

/// Both verifiers refuse.
fn refused(case: &Case, proof: &[u8], what: &str) {
    assert!(case.both(&case.instances, proof).is_err_and(|error| error.blames_proof()), "{what}");
}

/// Changes one bit of every `step`-th byte, another bit in each.
fn bytes(case: &Case, step: usize) {
    for at in (0..case.proof.len()).step_by(step) {
        let mut proof = case.proof.clone();
        proof[at] ^= 1 << ((at + at / 32) % 8);
        refused(case, &proof, &format!("byte {at}"));
    }
}

/// Replaces every 32 bytes, a point or a scalar, by zero, by the modulus, by what stands after
/// them, by the negated point.
fn words(case: &Case) {
    let words = case.proof.len() / 32;
    let modulus =
        hex::decode("00000000ed302d991bf94c09fc98462200000000000000000000000000000040").unwrap();
    for word in 0..words {
        let here = 32 * word..32 * word + 32;
        for value in [vec![0; 32], modulus.clone(), vec![255; 32]] {
            let mut proof = case.proof.clone();
            if proof[here.clone()] == value {
                // The evaluation of a column of zeros.
                continue;
            }
            proof[here.clone()].copy_from_slice(&value);
            refused(case, &proof, &format!("word {word} becomes {}", hex::encode(value)));
        }
        let mut proof = case.proof.clone();
        proof[here.end - 1] ^= 0x80;
        refused(case, &proof, &format!("word {word} negated"));
        let next = 32 * ((word + 1) % words);
        if case.proof[here.clone()] != case.proof[next..next + 32] {
            let mut proof = case.proof.clone();
            proof.copy_within(next..next + 32, here.start);
            refused(case, &proof, &format!("word {word} becomes the next"));
            proof[next..next + 32].copy_from_slice(&case.proof[here]);
            refused(case, &proof, &format!("word {word} changes places with the next"));
        }
    }
}

#[test]
fn every_byte_counts_with_the_least_circuit() {
    bytes(&cases::plain(), 1);
}

#[test]
fn every_byte_counts_without_a_permutation() {
    bytes(&cases::without_copies(), 1);
}

#[test]
fn every_byte_counts_with_a_lookup() {
    bytes(&cases::with_lookup(), 1);
}

#[test]
fn every_byte_counts_with_everything() {
    bytes(&cases::with_everything(), 1);
}

#[test]
fn bytes_count_with_several_instance_columns() {
    bytes(&cases::with_powers(), 11);
}

#[test]
fn bytes_count_in_a_larger_circuit() {
    bytes(&cases::large(), 29);
}

#[test]
fn every_point_and_scalar_counts() {
    words(&cases::without_copies());
    words(&cases::with_everything());
}

#[test]
fn bytes_from_nowhere_are_refused() {
    let case = cases::with_lookup();
    let mut rng = StdRng::seed_from_u64(5);
    for _ in 0..200 {
        let mut proof = vec![0; case.proof.len()];
        rng.fill_bytes(&mut proof);
        refused(&case, &proof, "random");
    }
}
