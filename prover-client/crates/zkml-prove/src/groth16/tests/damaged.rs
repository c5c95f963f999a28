//! Proving keys that somebody damaged on purpose: what such a key proves holds, and what does not
//! hold is never given out.

use super::{
    super::{
        curve::{Curve, G1, G2},
        file::ProvingKeyHeader,
    },
    *,
};
use crate::groth16::KeyStream;

/// A point added.
fn shift<C: Curve>(point: &mut C::Affine) {
    *point = C::from_affine(point).add(&C::generator()).to_affine();
}

/// Returns the results of a key for some inputs: for each the proof, if there is one, which all
/// verifiers accept.
fn answers(key: &ProvingKey) -> Vec<bool> {
    let Fixture { circuit, setup, .. } = fixture();
    let mut file = Vec::new();
    key.write_to(&mut file, &no_progress).unwrap();
    let one = |seed: u64| {
        let values = match seed {
            0 => vec![circuit.input().min; circuit.input().len()],
            1 => vec![circuit.input().max() as i32; circuit.input().len()],
            seed => random::input(circuit.model(), seed),
        };
        let opening = Opening::random(circuit.input(), values).unwrap();
        let stream = KeyStream::new(file.as_slice(), file.len() as u64).unwrap();
        let streamed = prove_from_file(circuit, stream, &opening, &CONTEXT, &no_progress);
        let kept = prove(circuit, key, &opening, &CONTEXT, &no_progress);
        assert_eq!(streamed.is_ok(), kept.is_ok(), "from the file and from memory");
        for proven in [streamed, kept] {
            match proven {
                Ok(proven) => {
                    let vk = setup.key.verifying_key();
                    assert!(
                        accepted_by_all(vk, &proven.proof, &proven.public_inputs),
                        "an unsound proof is given out"
                    );
                }
                Err(ProveError::SelfCheck(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        kept_or_not(key, &opening)
    };
    (0..6).map(one).collect()
}

fn kept_or_not(key: &ProvingKey, opening: &Opening) -> bool {
    prove(&fixture().circuit, key, opening, &CONTEXT, &no_progress).is_ok()
}

#[test]
fn a_key_with_a_changed_point_gives_out_no_proof_that_does_not_hold() {
    let honest = &fixture().setup.key;
    assert_eq!(answers(honest), [true; 6]);
    let damaged = |change: &dyn Fn(&mut ProvingKey)| {
        let mut key = honest.clone();
        change(&mut key);
        answers(&key)
    };
    let len = honest.points.l.len();
    let all = [
        damaged(&|key| shift::<G1>(&mut key.points.l[0])),
        damaged(&|key| shift::<G1>(&mut key.points.l[len / 2])),
        damaged(&|key| shift::<G1>(&mut key.points.a[2])),
        damaged(&|key| shift::<G1>(&mut key.points.b_g1[3])),
        damaged(&|key| shift::<G2>(&mut key.points.b_g2[3])),
        damaged(&|key| shift::<G1>(&mut key.points.h[1])),
    ];
    assert!(all.iter().any(|answers| answers.contains(&false)), "{all:?}");
    // A changed H spoils every proof.
    assert_eq!(all[5], [false; 6]);
}

/// A point of one bit of the input: proofs hold as long as the bit is zero. Trials say nothing of
/// such a key, an audit does, and what was audited is known by the file's checksum, which the key's
/// own header does not tell.
#[test]
fn a_key_that_fails_for_chosen_inputs_passes_trials_and_no_audit() {
    let Fixture { circuit, setup, .. } = fixture();
    let input = circuit.input();
    let mut poisoned = setup.key.clone();
    // The first value's offset is private variable 0, and its bits but the lowest follow: the last
    // of them is the highest.
    let bit = usize::from(input.bits) - 1;
    shift::<G1>(&mut poisoned.points.l[bit]);
    let values = |first: i32| {
        let mut values = vec![input.min; input.len()];
        values[0] = first;
        Opening::random(input, values).unwrap()
    };
    assert!(input.bits > 1, "the fixture's values have a higher bit");
    let (trial, harmless, trigger) =
        (values(input.min), values(input.min + 1), values(input.min + (1 << bit)));
    assert!(kept_or_not(&poisoned, &trial) && kept_or_not(&poisoned, &harmless));
    let error = prove(circuit, &poisoned, &trigger, &CONTEXT, &no_progress).unwrap_err();
    assert!(matches!(error, ProveError::SelfCheck(_)), "{error}");
    assert!(kept_or_not(&setup.key, &trigger), "the honest key proves it");

    let report =
        audit(circuit, poisoned.verifying_key(), Some(&poisoned), &setup.transcript, &no_progress)
            .unwrap();
    assert_eq!(report.first_failure(), Some("the proving key's L is the circuit's"));
    assert_eq!(poisoned.header(), setup.key.header());
    assert_ne!(poisoned.checksum(), setup.key.checksum());
}

#[test]
fn a_keys_checksum_is_the_one_at_the_end_of_its_file() {
    let key = &fixture().setup.key;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.pk");
    key.write(&path, &no_progress).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(ProvingKeyHeader::read_checksum(&path).unwrap(), key.checksum());
    assert_eq!(bytes[bytes.len() - 32..], key.checksum());
    // A file that says another's checksum is not read to its end.
    let mut false_name = bytes.clone();
    let last = false_name.len() - 1;
    false_name[last] ^= 1;
    let stream = KeyStream::new(false_name.as_slice(), false_name.len() as u64).unwrap();
    let Fixture { circuit, opening, .. } = fixture();
    let error = prove_from_file(circuit, stream, opening, &CONTEXT, &no_progress).unwrap_err();
    assert!(matches!(error, ProveError::Key(KeyError::Checksum { .. })), "{error}");
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(ProvingKeyHeader::read_checksum(&path), Err(KeyError::Length { .. })));
}

/// With equal or opposite points of two public inputs, a proof of one statement is one of others.
#[test]
fn verifying_keys_whose_public_inputs_can_be_traded_are_refused() {
    let honest = fixture().setup.key.verifying_key();
    for (first, second) in [(1, 2), (1, 3), (2, 3)] {
        for opposite in [false, true] {
            let mut key = honest.clone();
            let point = G1::from_affine(&key.ic[first]);
            key.ic[second] = if opposite { point.negate() } else { point }.to_affine();
            let error = VerifyingKey::from_bytes(&key.to_bytes()).unwrap_err();
            assert!(matches!(error, KeyError::Point { index, .. } if index == second), "{error}");
        }
    }
}
