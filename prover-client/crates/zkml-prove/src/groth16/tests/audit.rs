use zkml_model::graph::Operation;

use super::super::{
    audit::{AuditReport, audit},
    curve::{Curve, G1, G2, G2Affine as G2Point},
};
use super::*;

fn run(vk: &VerifyingKey, key: Option<&ProvingKey>, transcript: &Transcript) -> AuditReport {
    audit(&fixture().circuit, vk, key, transcript, &no_progress).unwrap()
}

/// Returns the first finding of an audit of changed keys.
fn failure(change: impl FnOnce(&mut ProvingKey, &mut Transcript)) -> &'static str {
    let setup = &fixture().setup;
    let (mut key, mut transcript) = (setup.key.clone(), setup.transcript.clone());
    change(&mut key, &mut transcript);
    let vk = key.vk.clone();
    let report = run(&vk, Some(&key), &transcript);
    assert!(!report.passed());
    report.first_failure().unwrap()
}

fn double<C: Curve>(point: &mut C::Affine) {
    *point = C::from_affine(point).add_affine(point).to_affine();
}

#[test]
fn honest_keys_pass() {
    let setup = &fixture().setup;
    let with_key = run(setup.key.verifying_key(), Some(&setup.key), &setup.transcript);
    assert!(with_key.passed(), "{with_key:?}");
    assert_eq!(with_key.checks.len(), 17);
    let without = run(setup.key.verifying_key(), None, &setup.transcript);
    assert!(without.passed(), "{without:?}");
}

/// The fixture's circuit with one weight of its last layer changed.
fn changed_circuit() -> ModelCircuit {
    let mut model = (**fixture().circuit.model()).clone();
    for node in model.nodes.iter_mut().rev() {
        if let Operation::Gemm(gemm) = &mut node.op {
            gemm.weights[0] ^= 1;
            break;
        }
    }
    ModelCircuit::new(Arc::new(model)).unwrap()
}

#[test]
fn keys_of_a_model_with_one_weight_changed_fail() {
    let mut other = setup(&changed_circuit(), &no_progress).unwrap();
    let vk = other.key.vk.clone();
    let report = run(&vk, Some(&other.key), &other.transcript);
    assert_eq!(report.first_failure(), Some("the transcript names this circuit"));
    // Names are easily changed; the verifying key itself holds the digest.
    other.transcript.digest = *fixture().circuit.digest();
    let report = run(&vk, None, &other.transcript);
    assert_eq!(
        report.first_failure(),
        Some("the verifying key's IC is the circuit's, with its digest")
    );
}

#[test]
fn a_setup_that_lies_about_its_digest_is_found_by_its_proving_key() {
    let posing = changed_circuit().posing_as(&fixture().circuit);
    let other = setup(&posing, &no_progress).unwrap();
    let report = run(other.key.verifying_key(), Some(&other.key), &other.transcript);
    assert!(!report.passed());
    assert!(report.first_failure().unwrap().starts_with("the proving key's"), "{report:?}");
}

#[test]
fn a_changed_ic_fails() {
    for i in 0..4 {
        let name = failure(|key, _| double::<G1>(&mut key.vk.ic[i]));
        assert_eq!(name, "the verifying key's IC is the circuit's, with its digest", "IC {i}");
    }
}

#[test]
fn a_changed_gamma_alpha_or_beta_fails() {
    let ic = "the verifying key's IC is the circuit's, with its digest";
    assert_eq!(failure(|key, _| double::<G2>(&mut key.vk.gamma)), ic);
    assert_eq!(failure(|key, _| double::<G1>(&mut key.vk.alpha)), ic);
    assert_eq!(failure(|key, _| double::<G2>(&mut key.vk.beta)), ic);
    let beta = "the proving key's beta is the verifying key's";
    assert_eq!(failure(|key, _| double::<G1>(&mut key.points.beta)), beta);
}

#[test]
fn a_changed_delta_fails() {
    let delta = "the proving key's delta is the verifying key's";
    assert_eq!(failure(|key, _| double::<G2>(&mut key.vk.delta)), delta);
    assert_eq!(failure(|key, _| double::<G1>(&mut key.points.delta)), delta);
    // Changed in both groups, it no longer divides L.
    let both = failure(|key, _| {
        double::<G2>(&mut key.vk.delta);
        double::<G1>(&mut key.points.delta);
    });
    assert_eq!(both, "the proving key's L is the circuit's");
}

#[test]
fn one_changed_point_of_the_proving_key_is_found() {
    assert_eq!(
        failure(|key, _| double::<G1>(&mut key.points.a[5])),
        "the proving key's A is the circuit's"
    );
    assert_eq!(
        failure(|key, _| double::<G1>(&mut key.points.b_g1[5])),
        "the proving key's B in G1 is the circuit's"
    );
    assert_eq!(
        failure(|key, _| double::<G2>(&mut key.points.b_g2[5])),
        "the proving key's B in G2 is the circuit's"
    );
    assert_eq!(
        failure(|key, _| double::<G1>(&mut key.points.l[5])),
        "the proving key's L is the circuit's"
    );
    assert_eq!(
        failure(|key, _| double::<G1>(&mut key.points.h[5])),
        "the proving key's H is the domain's"
    );
}

#[test]
fn points_added_or_missing_are_found() {
    let sizes = "the proving key has the circuit's sizes";
    assert_eq!(failure(|key, _| key.points.l.truncate(3)), sizes);
    assert_eq!(failure(|key, _| key.points.a.push(key.points.a[0])), sizes);
}

#[test]
fn a_changed_transcript_is_found() {
    let powers = "the transcript's powers of tau are powers of one number";
    assert_eq!(failure(|_, t| double::<G1>(&mut t.tau_g1[0])), powers);
    assert_eq!(failure(|_, t| double::<G1>(&mut t.tau_g1[7])), powers);
    assert_eq!(failure(|_, t| double::<G2>(&mut t.tau_g2)), powers);
    assert_eq!(failure(|_, t| double::<G2>(&mut t.tau_n_g2)), powers);
    let b = "the transcript's B of the public inputs is the circuit's";
    assert_eq!(failure(|_, t| double::<G2>(&mut t.b_public[0])), b);
    let size = "the transcript is for a circuit of this size";
    assert_eq!(failure(|_, t| t.tau_g1.truncate(3)), size);
}

#[test]
fn a_transcript_with_tau_in_the_domain_is_refused() {
    // τ = 1: every power is the generator.
    let name = failure(|_, t| {
        t.tau_g1.fill(G1::generator().to_affine());
        t.tau_g2 = G2::generator().to_affine();
        t.tau_n_g2 = G2::generator().to_affine();
    });
    assert_eq!(name, "the transcript's powers of tau are powers of one number");
}

#[test]
fn the_transcript_of_another_setup_does_not_fit() {
    let other = setup(&fixture().circuit, &no_progress).unwrap();
    let report = run(fixture().setup.key.verifying_key(), None, &other.transcript);
    assert_eq!(
        report.first_failure(),
        Some("the verifying key's IC is the circuit's, with its digest")
    );
}

#[test]
fn another_verifying_key_is_not_the_proving_keys() {
    let setup = &fixture().setup;
    let mut vk = setup.key.vk.clone();
    double::<G2>(&mut vk.delta);
    let report = run(&vk, Some(&setup.key), &setup.transcript);
    assert_eq!(report.first_failure(), Some("the proving key's verifying key is the one given"));
}

#[test]
fn points_outside_the_subgroup_are_found() {
    // A point with a small x is hardly ever in the subgroup.
    let small = (1u8..=255).find_map(|x| {
        let mut bytes = [0u8; 48];
        bytes[0] = 0x80;
        bytes[47] = x;
        let point = Option::<G1Affine>::from(G1Affine::from_compressed_unchecked(&bytes))?;
        (!bool::from(point.is_torsion_free()))
            .then(|| G1::deserialize(&point.to_uncompressed()).unwrap())
    });
    let outside = small.unwrap();
    let transcript = "the transcript's points are in their subgroups";
    assert_eq!(failure(|_, t| t.tau_g1[3] = outside), transcript);
    let key = "the proving key's points are in their subgroups";
    assert_eq!(failure(|k, _| k.points.h[3] = outside), key);
    assert_eq!(failure(|k, _| k.points.beta = outside), key);
    let off_group = (1u8..=255).find_map(|x| {
        let mut bytes = [0u8; 96];
        bytes[0] = 0x80;
        bytes[95] = x;
        let point = Option::<G2Affine>::from(G2Affine::from_compressed_unchecked(&bytes))?;
        (!bool::from(point.is_torsion_free()))
            .then(|| G2::deserialize(&point.to_uncompressed()).unwrap())
    });
    let off_group: G2Point = off_group.unwrap();
    assert_eq!(failure(|k, _| k.points.b_g2[0] = off_group), key);
    assert_eq!(failure(|_, t| t.b_public[0] = off_group), transcript);
}

/// The key of a model with a neuron's weights in another order, under the published model's digest.
/// Both have the same public columns, so the verifying key alone does not tell them apart: whoever
/// ran the setup wrote the digest.
#[test]
fn the_public_part_alone_passes_for_a_key_of_another_model() {
    use zkml_model::graph::{Gemm, InputSpec, Node, Operand};

    let circuit = |first: [i8; 4]| {
        let weights = [first, [-7, 1, 0, 2], [1, 1, -1, 1]].concat();
        let gemm = Gemm { outputs: 3, inputs: 4, weights, bias: vec![1, 0, 2] };
        let node = |op, from, shape| Node { name: String::new(), op, inputs: vec![from], shape };
        let nodes = vec![
            node(Operation::Gemm(gemm), Operand::Input, vec![3]),
            node(Operation::ArgMax, Operand::Node(0), vec![1]),
        ];
        let input = InputSpec { shape: vec![4], min: 0, bits: 4 };
        ModelCircuit::new(Arc::new(zkml_model::QuantizedModel { input, nodes })).unwrap()
    };
    let (published, other) = (circuit([3, -1, 2, 5]), circuit([5, 3, -1, 2]));
    let made = setup(&other.posing_as(&published), &no_progress).unwrap();
    let run = |key| {
        audit(&published, made.key.verifying_key(), key, &made.transcript, &no_progress).unwrap()
    };
    assert!(run(None).passed(), "nothing in the public part differs");
    assert_eq!(run(Some(&made.key)).first_failure(), Some("the proving key's A is the circuit's"));
}
