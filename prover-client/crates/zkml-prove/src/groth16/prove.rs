//! A proof for an input and a context.

use std::io::Read;

use bls12_381::Scalar;
use rayon::prelude::*;
use zeroize::Zeroizing;
use zkml_model::output::Answer;

use super::{
    Opening, ProofWithStatement,
    curve::{Curve, G1, G1Affine, G2, G2Affine, same_multiple},
    domain::Domain,
    error::ProveError,
    file::KeyStream,
    keys::{PROOF_LEN, PUBLIC_INPUTS, Part, Parts, ProvingKey, VerifyingKey, shape_mismatch},
    verify::verify,
};
use crate::groth16::{
    circuit::ModelCircuit,
    r1cs::{Assignment, Matrices, Matrix, Sides},
};
use crate::progress::{Phase, ProgressFn, report};
use crate::random::{Entropy, Hedge, system};

/// Proves what the model answers to the opening's input, for `context`. The finished proof is
/// verified.
///
/// # Complexity
/// Six Fourier transforms over the domain, one sum of full multiples over the domain, four over the
/// variables, most of whose values are bits.
///
/// # Errors
/// [`ProveError`]: a key of another model, an input that is not the model's, no randomness, a corrupt key.
pub fn prove(
    circuit: &ModelCircuit,
    key: &ProvingKey,
    opening: &Opening,
    context: &[u8; 32],
    on: ProgressFn,
) -> Result<ProofWithStatement, ProveError> {
    prove_with(circuit, key, opening, context, on, &mut system)
}

/// As [`prove`], with a key that is read from its file meanwhile and not kept: slower if there is
/// more than one proof to make, and for a fraction of the memory.
///
/// # Errors
/// As [`prove`], and [`ProveError::Key`].
pub fn prove_from_file(
    circuit: &ModelCircuit,
    key: KeyStream<impl Read>,
    opening: &Opening,
    context: &[u8; 32],
    on: ProgressFn,
) -> Result<ProofWithStatement, ProveError> {
    prove_with(circuit, key, opening, context, on, &mut system)
}

pub(super) fn prove_with(
    circuit: &ModelCircuit,
    mut key: impl Parts,
    opening: &Opening,
    context: &[u8; 32],
    on: ProgressFn,
    entropy: Entropy,
) -> Result<ProofWithStatement, ProveError> {
    let matrices = circuit.matrices();
    let domain = check_key(circuit, &key)?;
    check_blinding(&key)?;
    report(on, Phase::Witness, 0, 2);
    let assignment = circuit.assign(opening, context)?;
    report(on, Phase::Witness, 1, 2);
    let sides = matrices.evaluate(&assignment, domain.size());
    if let Some(row) = matrices.first_unsatisfied(&sides) {
        return Err(ProveError::Unsatisfied { row, layer: matrices.layer_of(row).to_owned() });
    }
    report(on, Phase::Witness, 2, 2);
    let quotient = quotient(&domain, sides, on);
    let blinding = blinding(key.verifying_key(), circuit.digest(), &assignment, entropy);
    let blinding = blinding.map_err(ProveError::Random)?;
    let [a, b, c] = sums(matrices, &mut key, &assignment, &quotient, &blinding, on)?;
    let proven = finish(&assignment, (a.g1, b.g2, c.g1))?;
    report(on, Phase::Checks, 0, 1);
    verify(key.verifying_key(), &proven.proof, &proven.public_inputs)
        .map_err(ProveError::SelfCheck)?;
    report(on, Phase::Checks, 1, 1);
    Ok(proven)
}

fn check_key(circuit: &ModelCircuit, key: &impl Parts) -> Result<Domain, ProveError> {
    let hex =
        |digest: &[u8; 32]| digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (ours, theirs) = (circuit.digest(), &key.header().circuit_digest);
    if ours != theirs {
        return Err(ProveError::OtherModel { key: hex(theirs), circuit: hex(ours) });
    }
    let rows = circuit.matrices().rows();
    let short = |(section, expected, got)| ProveError::KeyShape { section, expected, got };
    let lengths = key.lengths();
    let domain = Domain::new(rows).ok_or(short(("H", rows, lengths[4])))?;
    shape_mismatch(lengths, circuit.matrices(), domain.size())
        .map_or(Ok(domain), |mismatch| Err(short(mismatch)))
}

/// The random multiples of δ and β are what hides the witness. With both points as they should be,
/// a proof that passes the check at the end is distributed as an honest key's, whatever the key's
/// other points are. A point of small order in their place would vanish from the proof, and the
/// proof would still hold.
///
/// *Whether* a proof passes can depend on the witness all the same: a key whose `L_j` is another
/// point makes proofs that hold where variable `j` is zero, and none elsewhere. Who sees whether a
/// job is answered then learns that bit, and a prover with a bond loses it. Only an
/// [audit](super::audit()) of the key against its circuit rules it out; [`ProvingKey::checksum`]
/// says which key was audited.
fn check_blinding(key: &impl Parts) -> Result<(), ProveError> {
    let genuine = |p: &G1Affine, q: &G2Affine| G1::in_subgroup(p) && same_multiple(p, q);
    let ([beta, delta], vk) = (key.blinding(), key.verifying_key());
    if !genuine(&delta, &vk.delta) {
        return Err(ProveError::Blinding("delta"));
    }
    if !genuine(&beta, &vk.beta) {
        return Err(ProveError::Blinding("beta"));
    }
    Ok(())
}

/// Values of `h` on the coset.
fn quotient(domain: &Domain, sides: Sides, on: ProgressFn) -> Zeroizing<Vec<Scalar>> {
    report(on, Phase::Quotient, 0, 3);
    let [a, b, c] = sides.map(|mut side| {
        domain.interpolate(&mut side);
        domain.evaluate_on_coset(&mut side);
        side
    });
    report(on, Phase::Quotient, 2, 3);
    let inverse = Option::<Scalar>::from(domain.vanishing_on_coset().invert()).unwrap_or_default();
    let mut h = a;
    h.par_iter_mut().zip(b.par_iter()).zip(c.par_iter()).with_min_len(1024).for_each(
        |((a, b), c)| {
            *a = (*a * b - c) * inverse;
        },
    );
    report(on, Phase::Quotient, 3, 3);
    h
}

/// A point of the proof, in the group or groups where it is needed.
#[derive(Default)]
struct Side {
    g1: G1,
    g2: G2,
}

/// The scalars `r` and `s` that hide the witness. All of it is hashed into them, with the key and
/// the statement: two proofs under one pair would tell the difference of their witnesses.
pub(super) fn blinding(
    key: &VerifyingKey,
    digest: &[u8; 32],
    assignment: &Assignment,
    entropy: Entropy,
) -> Result<[Zeroizing<Scalar>; 2], rand_core::Error> {
    let hedge = Hedge::new("blinding of a Groth16 proof").with(&key.to_bytes()).with(digest);
    let hedge = hedge.with_elements(assignment.public.iter().map(Scalar::to_bytes));
    let mut seed =
        hedge.with_elements(assignment.private.iter().map(Scalar::to_bytes)).seed(entropy)?;
    Ok([seed.scalar(), seed.scalar()])
}

fn sums(
    matrices: &Matrices,
    key: &mut impl Parts,
    assignment: &Assignment,
    quotient: &[Scalar],
    [r, s]: &[Zeroizing<Scalar>; 2],
    on: ProgressFn,
) -> Result<[Side; 3], ProveError> {
    let vk = key.verifying_key();
    let (alpha, beta_g2, delta_g2) =
        (G1::from_affine(&vk.alpha), G2::from_affine(&vk.beta), G2::from_affine(&vk.delta));
    let [beta_g1, delta_g1] = key.blinding().map(|point| G1::from_affine(&point));

    report(on, Phase::Sums, 0, 5);
    let in_a = chosen(&matrices.a, matrices, assignment);
    let a = key.sum(Part::A, in_a.iter())?;
    drop(in_a);
    let a = alpha.add(&a).add(&delta_g1.times(r));
    report(on, Phase::Sums, 1, 5);
    let in_b = chosen(&matrices.b, matrices, assignment);
    let b_g1 = key.sum(Part::B, in_b.iter())?;
    let b_g1 = beta_g1.add(&b_g1).add(&delta_g1.times(s));
    report(on, Phase::Sums, 2, 5);
    let b_g2 = key.sum_b_g2(in_b.iter())?;
    drop(in_b);
    let b_g2 = beta_g2.add(&b_g2).add(&delta_g2.times(s));
    report(on, Phase::Sums, 3, 5);
    let l = key.sum(Part::L, assignment.private.iter())?;
    report(on, Phase::Sums, 4, 5);
    let h = key.sum(Part::H, quotient.iter())?;
    key.end()?;
    report(on, Phase::Sums, 5, 5);
    // s A + r B - r s δ: both A and B hold their own share of δ, which counts r s δ twice.
    let blinding = a.times(s).add(&b_g1.times(r)).add(&delta_g1.times(&(**r * **s)).negate());
    let c = l.add(&h).add(&blinding);
    Ok([
        Side { g1: a, g2: G2::default() },
        Side { g1: b_g1, g2: b_g2 },
        Side { g1: c, g2: G2::default() },
    ])
}

/// Values of the variables that occur in `matrix`.
fn chosen(matrix: &Matrix, matrices: &Matrices, assignment: &Assignment) -> Zeroizing<Vec<Scalar>> {
    let occurs = matrix.occurring(matrices.shape);
    let mut values =
        Zeroizing::new(Vec::with_capacity(occurs.iter().filter(|occurs| **occurs).count()));
    values.extend(
        assignment.iter().zip(occurs).filter(|(_, occurs)| *occurs).map(|(value, _)| *value),
    );
    values
}

fn finish(
    assignment: &Assignment,
    (a, b, c): (G1, G2, G1),
) -> Result<ProofWithStatement, ProveError> {
    let mut proof = [0u8; PROOF_LEN];
    let (first, rest) = proof.split_at_mut(48);
    let (second, third) = rest.split_at_mut(96);
    G1::compress(&a.to_affine(), first);
    G2::compress(&b.to_affine(), second);
    G1::compress(&c.to_affine(), third);
    let mut public_inputs = [[0u8; 32]; PUBLIC_INPUTS];
    let values = assignment.public.iter().skip(1);
    public_inputs.iter_mut().zip(values).for_each(|(bytes, value)| *bytes = value.to_bytes());
    let [_, output, _] = &public_inputs;
    let answer = Answer::read(output).ok_or(ProveError::NoAnswer)?;
    Ok(ProofWithStatement { proof, public_inputs, answer })
}
