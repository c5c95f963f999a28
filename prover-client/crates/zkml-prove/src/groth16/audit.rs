//! Keys of an open model against its circuit, by anybody.
//!
//! The auditor has the model and so the columns `u_j, v_j, t_j`; the transcript gives powers of
//! `τ`. With random `ρ_j` of 128 bits that the auditor draws, and `u = Σ ρ_j u_j` and so on, a
//! wrong point passes with probability `2^-128`:
//!
//! | check | equation |
//! |---|---|
//! | subgroups | every point has prime order |
//! | powers of τ | `T_0 = G`; `e(Σ ρ_i T_i, [τ]) = e(Σ ρ_i T_{i+1}, H)`; `e(T_{n-1}, [τ]) = e(G, [τ^n])`; `[τ^n] ≠ H` |
//! | public B | `e(G, Σ ρ_j [v_j(τ)]) = e(v(τ), H)` over the public variables |
//! | IC | `e(Σ ρ_j IC_j, γ) = e(u(τ), β) · e(α, Σ ρ_j [v_j(τ)]) · e(t(τ), H)` over the public variables |
//! | key | its verifying key and its circuit's digest are those given, and its sizes are the circuit's |
//! | β, δ | `e([β], H) = e(G, β)`, `e([δ], H) = e(G, δ)` |
//! | A, B | `Σ ρ_j A_j = u(τ)`; `Σ ρ_j B_j = v(τ)`; `e(G, Σ ρ_j B_j) = e(v(τ), H)` |
//! | L | `e(Σ ρ_j L_j, δ) = e(u(τ), β) · e(α, Σ ρ_j B_j) · e(t(τ), H)` over the private variables |
//! | H | `e(Σ ρ_i H_i, δ) = e(Σ ρ_i L_i(τ/7), [τ^n] - H)` |
//!
//! The verifying key alone does not hold the private columns of a circuit: those are bound by the
//! digest that IC_0 carries (see [`crate::groth16::circuit`]), which an honest setup writes. The
//! proving key's points over `δ` hold them all. No audit can show that the setup's secrets were
//! forgotten, or that no second proving key was made with them.

use bls12_381::Scalar;
use ff::Field;
use rand_core::{OsRng, RngCore};
use rayon::prelude::*;

use super::{
    curve::{Curve, G1, G2, G2Affine, pairing_product_is_one, same_multiple},
    domain::Domain,
    error::AuditError,
    keys::{Parts, ProvingKey, VerifyingKey, shape_mismatch},
    msm::multi_scalar,
    transcript::Transcript,
};
use crate::groth16::{
    circuit::ModelCircuit,
    r1cs::{Matrices, Matrix},
};
use crate::progress::{Phase, ProgressFn, report};

/// One check of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The checks.
    pub name: &'static str,
    /// `true` if it holds.
    pub passed: bool,
}

/// The finding of an audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// The checks, in order. Those after a failed one may be missing.
    pub checks: Vec<Check>,
}

impl AuditReport {
    /// Returns `true` if every check holds.
    pub fn passed(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.passed)
    }

    /// The first check that does not hold.
    pub fn first_failure(&self) -> Option<&'static str> {
        self.checks.iter().find(|check| !check.passed).map(|check| check.name)
    }
}

/// Checks `vk`, and `key` when it is given, against `circuit` by the setup's `transcript`.
///
/// # Complexity
/// Subgroup checks of all points, and sums over them with factors of 128 bits.
///
/// # Errors
/// [`AuditError`] when the audit could not be done; what it finds is in the report.
pub fn audit(
    circuit: &ModelCircuit,
    vk: &VerifyingKey,
    key: Option<&ProvingKey>,
    transcript: &Transcript,
    on: ProgressFn,
) -> Result<AuditReport, AuditError> {
    let matrices = circuit.matrices();
    let domain = Domain::new(matrices.rows()).ok_or(AuditError::TooLarge(matrices.rows()))?;
    let mut audit = Audit { circuit, matrices, domain, vk, transcript, checks: Vec::new(), on };
    audit.run(key)?;
    Ok(AuditReport { checks: audit.checks })
}

struct Audit<'a> {
    circuit: &'a ModelCircuit,
    matrices: &'a Matrices,
    domain: Domain,
    vk: &'a VerifyingKey,
    transcript: &'a Transcript,
    checks: Vec<Check>,
    on: ProgressFn<'a>,
}

/// Random combinations of some variables' columns, in the exponent.
struct Combination {
    factors: Vec<Scalar>,
    u: G1,
    v: G1,
    t: G1,
}

/// Number of checks with a proving key, for progress.
const CHECKS: usize = 17;

impl Audit<'_> {
    fn check(&mut self, name: &'static str, passed: bool) -> bool {
        self.checks.push(Check { name, passed });
        report(self.on, Phase::Checks, self.checks.len(), CHECKS);
        passed
    }

    fn run(&mut self, key: Option<&ProvingKey>) -> Result<(), AuditError> {
        report(self.on, Phase::Checks, 0, CHECKS);
        let size = self.transcript.tau_g1.len() == self.domain.size();
        let matching = self.check("the transcript is for a circuit of this size", size)
            && self.check(
                "the transcript names this circuit",
                self.transcript.digest == *self.circuit.digest(),
            );
        if !matching || !self.transcript_points()? {
            return Ok(());
        }
        self.verifying_key()?;
        match key {
            Some(key) => self.proving_key(key),
            None => Ok(()),
        }
    }

    fn transcript_points(&mut self) -> Result<bool, AuditError> {
        let t = self.transcript;
        let g2 = [&[t.tau_g2, t.tau_n_g2], t.b_public.as_slice()].concat();
        let subgroups = in_subgroup::<G1>(&t.tau_g1) && in_subgroup::<G2>(&g2);
        if !self.check("the transcript's points are in their subgroups", subgroups) {
            return Ok(false);
        }
        let powers = self.powers()?;
        Ok(self.check("the transcript's powers of tau are powers of one number", powers))
    }

    fn powers(&self) -> Result<bool, AuditError> {
        let t = self.transcript;
        let (Some((first, later)), Some((last, earlier))) =
            (t.tau_g1.split_first(), t.tau_g1.split_last())
        else {
            return Ok(false);
        };
        let factors = random_factors(later.len())?;
        let (lower, upper): (G1, G1) =
            (multi_scalar(earlier, factors.iter()), multi_scalar(later, factors.iter()));
        let (tau, tau_n) = (G2::from_affine(&t.tau_g2), G2::from_affine(&t.tau_n_g2));
        let generator = G1::from_affine(first).equals(&G1::generator());
        // τ^n = 1 would put τ into the domain, where Z is zero and so is H.
        let outside = !tau_n.equals(&G2::generator());
        let chain = pairing_product_is_one(&[(lower.negate(), tau), (upper, G2::generator())]);
        let top = pairing_product_is_one(&[
            (G1::from_affine(last).negate(), tau),
            (G1::generator(), tau_n),
        ]);
        Ok(generator && outside && chain && top)
    }

    fn verifying_key(&mut self) -> Result<(), AuditError> {
        let public = self.matrices.shape.public;
        let combination = self.combine(0..public)?;
        let b: G2 = multi_scalar(&self.transcript.b_public, combination.factors.iter());
        let right = self.is_v(&combination, &b);
        self.check("the transcript's B of the public inputs is the circuit's", right);
        let ic: G1 = multi_scalar(&self.vk.ic, combination.factors.iter());
        let matches = self.is_combined(&combination, &b, &ic, &self.vk.gamma);
        self.check("the verifying key's IC is the circuit's, with its digest", matches);
        Ok(())
    }

    fn proving_key(&mut self, key: &ProvingKey) -> Result<(), AuditError> {
        let points = &key.points;
        let shape =
            shape_mismatch(Parts::lengths(&key), self.matrices, self.domain.size()).is_none();
        let given = self
            .check("the proving key's verifying key is the one given", key.vk == *self.vk)
            & self.check(
                "the proving key names this circuit",
                key.header.circuit_digest == *self.circuit.digest(),
            )
            & self.check("the proving key has the circuit's sizes", shape);
        let g1 = [&points.a, &points.b_g1, &points.l, &points.h];
        let subgroups = g1.iter().all(|section| in_subgroup::<G1>(section))
            && in_subgroup::<G1>(&[points.beta, points.delta])
            && in_subgroup::<G2>(&points.b_g2);
        if !given || !self.check("the proving key's points are in their subgroups", subgroups) {
            return Ok(());
        }
        self.check(
            "the proving key's beta is the verifying key's",
            same_multiple(&points.beta, &self.vk.beta),
        );
        self.check(
            "the proving key's delta is the verifying key's",
            same_multiple(&points.delta, &self.vk.delta),
        );
        self.columns(key)?;
        self.quotient(key)
    }

    fn columns(&mut self, key: &ProvingKey) -> Result<(), AuditError> {
        let (shape, points) = (self.matrices.shape, &key.points);
        let all = self.combine(0..shape.variables())?;
        let a: G1 = sum_occurring(&points.a, &all.factors, &self.matrices.a, self.matrices);
        self.check("the proving key's A is the circuit's", a.equals(&all.u));
        let b: G1 = sum_occurring(&points.b_g1, &all.factors, &self.matrices.b, self.matrices);
        self.check("the proving key's B in G1 is the circuit's", b.equals(&all.v));
        let b: G2 = sum_occurring(&points.b_g2, &all.factors, &self.matrices.b, self.matrices);
        let right = self.is_v(&all, &b);
        self.check("the proving key's B in G2 is the circuit's", right);

        let private = self.combine(shape.public..shape.variables())?;
        let b: G2 = sum_occurring(&points.b_g2, &private.factors, &self.matrices.b, self.matrices);
        let l: G1 = multi_scalar(&points.l, private.factors.iter().skip(shape.public));
        let matches = self.is_combined(&private, &b, &l, &self.vk.delta);
        self.check("the proving key's L is the circuit's", matches);
        Ok(())
    }

    fn quotient(&mut self, key: &ProvingKey) -> Result<(), AuditError> {
        let factors = random_factors(self.domain.size())?;
        let left: G1 = multi_scalar(&key.points.h, factors.iter());
        let mut coefficients = factors;
        self.domain.interpolate_coset(&mut coefficients);
        let right: G1 = multi_scalar(&self.transcript.tau_g1, coefficients.iter());
        let vanishing = G2::from_affine(&self.transcript.tau_n_g2).add(&G2::generator().negate());
        let delta = G2::from_affine(&self.vk.delta);
        let matches = pairing_product_is_one(&[(left.negate(), delta), (right, vanishing)]);
        self.check("the proving key's H is the domain's", matches);
        Ok(())
    }

    /// Random factors for the variables in `range` and zeros for the others, and what they make of
    /// the columns.
    fn combine(&self, range: core::ops::Range<usize>) -> Result<Combination, AuditError> {
        let mut factors = vec![Scalar::ZERO; self.matrices.shape.variables()];
        let random = random_factors(range.len())?;
        factors.iter_mut().skip(range.start).zip(random).for_each(|(to, from)| *to = from);
        let [u, v, t] = [&self.matrices.a, &self.matrices.b, &self.matrices.c].map(|matrix| {
            let mut values = self.matrices.combine_columns(matrix, &factors);
            values.resize(self.domain.size(), Scalar::ZERO);
            self.domain.interpolate(&mut values);
            multi_scalar(&self.transcript.tau_g1, values.iter())
        });
        Ok(Combination { factors, u, v, t })
    }

    /// `b = v(τ)` in G2.
    fn is_v(&self, combination: &Combination, b: &G2) -> bool {
        pairing_product_is_one(&[(combination.v.negate(), G2::generator()), (G1::generator(), *b)])
    }

    /// `e(sum, divisor) = e(u(τ), β) · e(α, b) · e(t(τ), H)`.
    fn is_combined(&self, combination: &Combination, b: &G2, sum: &G1, divisor: &G2Affine) -> bool {
        pairing_product_is_one(&[
            (sum.negate(), G2::from_affine(divisor)),
            (combination.u, G2::from_affine(&self.vk.beta)),
            (G1::from_affine(&self.vk.alpha), *b),
            (combination.t, G2::generator()),
        ])
    }
}

/// `Σ factor · point` over the points of the variables that occur in `matrix`.
fn sum_occurring<C: Curve>(
    points: &[C::Affine],
    factors: &[Scalar],
    matrix: &Matrix,
    matrices: &Matrices,
) -> C {
    let occurs = matrix.occurring(matrices.shape);
    let factors =
        factors.iter().zip(&occurs).filter(|(_, occurs)| **occurs).map(|(factor, _)| factor);
    multi_scalar(points, factors)
}

fn in_subgroup<C: Curve>(points: &[C::Affine]) -> bool {
    points.par_iter().with_min_len(64).all(C::in_subgroup)
}

/// Random numbers of 128 bits.
fn random_factors(count: usize) -> Result<Vec<Scalar>, AuditError> {
    let mut bytes = vec![0u8; 16 * count];
    OsRng.try_fill_bytes(&mut bytes).map_err(AuditError::Random)?;
    let factor = |bytes: &[u8]| {
        let mut wide = [0u8; 64];
        wide.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        Scalar::from_bytes_wide(&wide)
    };
    Ok(bytes.chunks(16).map(factor).collect())
}
