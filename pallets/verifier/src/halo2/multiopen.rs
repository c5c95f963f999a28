//! The multi-opening: many claims "this commitment opens to that value at that point" become one.
//!
//! Commitments that are opened at the same set of points are combined by powers of x₁ into one per
//! set, Qᵢ, and so are their values, into one polynomial rᵢ through the points of the set. All sets
//! together:
//!
//! ```text
//! q'(X) = Σ x₂ⁱ · (Qᵢ(X) − rᵢ(X)) / Π (X − pⱼ)              the prover commits to q'
//! q'(x₃) must be Σ x₂ⁱ · (uᵢ − rᵢ(x₃)) / Π (x₃ − pⱼ)         the prover sends uᵢ = Qᵢ(x₃)
//! P = x₄^s q' + x₄^(s−1) Q₀ + … + Q₍ₛ₋₁₎                      one opening at x₃
//! ```
//!
//! | | from | what | how many |
//! |---|---|---|---|
//! | 1 | verifier | x₁, x₂ | |
//! | 2 | prover | q' | 1 point |
//! | 3 | verifier | x₃ | |
//! | 4 | prover | uᵢ | 1 scalar for each set |
//! | 5 | verifier | x₄ | |
//!
//! The halo2 book, "Multipoint opening argument". Order matters: sets are numbered as the claims
//! first reach them, and the last commitment of a set gets x₁⁰. halo2_proofs 0.4.1,
//! `poly/multiopen.rs` and `poly/multiopen/verifier.rs`.

use alloc::{collections::BTreeMap, vec::Vec};

use ff::PrimeField;

use super::{
    domain::{Domain, batch_invert},
    error::ProofError,
    transcript::TranscriptRead,
};

/// A commitment as a linear combination.
pub type Combination<F, C> = Vec<(F, C)>;

/// One claim that is left: the combination opens to `value` at `point`.
#[derive(Clone, Debug)]
pub struct Opening<F, C> {
    /// The commitment.
    pub commitment: Combination<F, C>,
    /// x₃.
    pub point: F,
    /// Its value there.
    pub value: F,
}

/// Claims about commitments at points x·ωʳ.
#[derive(Clone, Debug)]
pub struct Claims<F, C> {
    domain: Domain<F>,
    x: F,
    commitments: Vec<Commitment<F, C>>,
    /// Commitments in the order in which claims first reach them.
    order: Vec<usize>,
    /// Rotations in the order in which claims first reach them.
    rotations: Vec<u64>,
    consistent: bool,
}

#[derive(Clone, Debug)]
struct Commitment<F, C> {
    terms: Combination<F, C>,
    /// For each claim the index of its rotation, and the value.
    evals: BTreeMap<usize, F>,
}

/// Commitments that are opened at the same points.
struct Set<F, C> {
    points: Vec<F>,
    evals: Vec<F>,
    commitment: Combination<F, C>,
    power: F,
}

impl<F: PrimeField, C: Copy> Claims<F, C> {
    /// No claims yet.
    pub fn new(domain: Domain<F>, x: F) -> Self {
        let (commitments, order, rotations) = (Vec::new(), Vec::new(), Vec::new());
        Self { domain, x, commitments, order, rotations, consistent: true }
    }

    /// Makes a commitment known; its index.
    pub fn commitment(&mut self, commitment: C) -> usize {
        self.combination([(F::ONE, commitment)].into())
    }

    /// Makes commitments known; the index of the first of them.
    pub fn commitments(&mut self, commitments: &[C]) -> usize {
        let first = self.commitments.len();
        commitments.iter().for_each(|commitment| {
            self.commitment(*commitment);
        });
        first
    }

    /// Makes a combination of commitments known; its index.
    pub fn combination(&mut self, terms: Combination<F, C>) -> usize {
        let index = self.commitments.len();
        self.commitments.push(Commitment { terms, evals: BTreeMap::new() });
        index
    }

    /// Claims that the commitment with this index has the value `eval` at x·ω^rotation.
    pub fn open(&mut self, index: usize, rotation: i32, eval: F) {
        let rows = self.domain.rows(rotation);
        let known = self.rotations.iter().position(|other| *other == rows);
        let point = known.unwrap_or(self.rotations.len());
        if known.is_none() {
            self.rotations.push(rows);
        }
        let Some(commitment) = self.commitments.get_mut(index) else {
            self.consistent = false;
            return;
        };
        if commitment.evals.is_empty() {
            self.order.push(index);
        }
        // Two claims about one commitment at one point are refused, even when they agree: halo2
        // does.
        self.consistent &= commitment.evals.insert(point, eval).is_none();
    }

    /// Reduces all claims to one; the inner option is none when they contradict each other, or x₃
    /// fell on one of the points: such a proof is rejected.
    ///
    /// # Errors
    /// When the proof ends, or has bytes that are no point or no scalar.
    pub fn reduce<T>(self, transcript: &mut T) -> Result<Option<Opening<F, C>>, ProofError>
    where
        T: TranscriptRead<Scalar = F, Commitment = C>,
    {
        let (x1, x2) = (transcript.squeeze_challenge(), transcript.squeeze_challenge());
        if !self.consistent {
            return Ok(None);
        }
        let sets = self.sets(x1);
        let quotient = transcript.read_point()?;
        let x3 = transcript.squeeze_challenge();
        let values =
            sets.iter().map(|_| transcript.read_scalar()).collect::<Result<Vec<F>, _>>()?;
        let Some(quotient_value) = quotient_value(&sets, &values, x2, x3) else { return Ok(None) };
        let x4 = transcript.squeeze_challenge();
        // From the last set, with x₄⁰, to q'.
        let mut power = F::ONE;
        let mut value = F::ZERO;
        let mut commitment = Vec::new();
        for (set, set_value) in sets.into_iter().zip(values).rev() {
            value += power * set_value;
            commitment
                .extend(set.commitment.into_iter().map(|(scalar, point)| (scalar * power, point)));
            power *= x4;
        }
        commitment.push((power, quotient));
        value += power * quotient_value;
        Ok(Some(Opening { commitment, point: x3, value }))
    }

    fn sets(&self, x1: F) -> Vec<Set<F, C>> {
        let points: Vec<F> =
            self.rotations.iter().map(|rows| self.domain.rotate(self.x, *rows)).collect();
        let mut indices: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut sets: Vec<Set<F, C>> = Vec::new();
        let ordered = || self.order.iter().filter_map(|index| self.commitments.get(*index));
        for commitment in ordered() {
            let next = indices.len();
            let rotations: Vec<usize> = commitment.evals.keys().copied().collect();
            if indices.contains_key(&rotations) {
                continue;
            }
            let points: Vec<F> =
                rotations.iter().filter_map(|index| points.get(*index).copied()).collect();
            let evals = points.iter().map(|_| F::ZERO).collect();
            sets.push(Set { points, evals, commitment: Vec::new(), power: F::ONE });
            indices.insert(rotations, next);
        }
        for commitment in ordered().rev() {
            let rotations: Vec<usize> = commitment.evals.keys().copied().collect();
            let Some(set) = indices.get(&rotations).and_then(|index| sets.get_mut(*index)) else {
                continue;
            };
            set.add(commitment, x1);
        }
        sets
    }
}

impl<F: PrimeField, C: Copy> Set<F, C> {
    fn add(&mut self, commitment: &Commitment<F, C>, x1: F) {
        let power = self.power;
        self.commitment
            .extend(commitment.terms.iter().map(|(scalar, point)| (*scalar * power, *point)));
        for (sum, eval) in self.evals.iter_mut().zip(commitment.evals.values()) {
            *sum += power * eval;
        }
        self.power *= x1;
    }
}

/// `Σ x₂ⁱ · (uᵢ − rᵢ(x₃)) / Π (x₃ − pⱼ)`, the first set with the highest power.
///
/// With rᵢ in Lagrange's form the quotient of one set is `u / Π (x₃ − pⱼ) − Σ eⱼ / ((x₃ − pⱼ) Π (pⱼ
/// − pₗ))`.
fn quotient_value<F: PrimeField, C>(sets: &[Set<F, C>], values: &[F], x2: F, x3: F) -> Option<F> {
    let mut denominators = Vec::new();
    for Set { points, .. } in sets {
        denominators.push(points.iter().fold(F::ONE, |product, point| product * (x3 - point)));
        for (index, point) in points.iter().enumerate() {
            let others = points.iter().enumerate().filter(|(other, _)| *other != index);
            denominators
                .push(others.fold(x3 - point, |product, (_, other)| product * (*point - other)));
        }
    }
    batch_invert(&mut denominators)?;
    let mut inverses = denominators.into_iter();
    let mut sum = F::ZERO;
    for (set, value) in sets.iter().zip(values) {
        let mut quotient = inverses.next()? * value;
        for eval in &set.evals {
            quotient -= inverses.next()? * eval;
        }
        sum = sum * x2 + quotient;
    }
    Some(sum)
}
