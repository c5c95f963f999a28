//! The argument up to its openings: what the prover sends, what the verifier draws, and which
//! claims about commitments are left when the constraints have been checked. Neither curve nor
//! commitment scheme is known here.
//!
//! # The transcript, in order
//! | | from | what | how many |
//! |---|---|---|---|
//! | 1 | both | digest of the key | 1 scalar |
//! | 2 | both | commitments to the instance columns | 1 point each |
//! | 3 | prover | commitments to the advice columns | 1 point each |
//! | 4 | verifier | θ | |
//! | 5 | prover | A', S' of each lookup | 2 points each |
//! | 6 | verifier | β, γ | |
//! | 7 | prover | z of each set of the permutation | 1 point each |
//! | 8 | prover | z of each lookup | 1 point each |
//! | 9 | prover | random polynomial | 1 point |
//! | 10 | verifier | y | |
//! | 11 | prover | h₀, h₁, … | degree − 1 points |
//! | 12 | verifier | x | |
//! | 13 | prover | instance, advice, fixed queries, in that order | 1 scalar each |
//! | 14 | prover | random polynomial | 1 scalar |
//! | 15 | prover | permutation polynomials | 1 scalar each |
//! | 16 | prover | z(x), z(ωx), and z(ω^last x) but for the last set, of each set | 3 scalars each, less 1 |
//! | 17 | prover | z(x), z(ωx), A'(x), A'(ω⁻¹x), S'(x) of each lookup | 5 scalars each |
//! | 18 | | the multi-opening, [`multiopen`](super::multiopen) | |
//!
//! The halo2 book, "Protocol description".

use alloc::vec::Vec;

use ff::PrimeField;

use super::{
    domain::Domain,
    error::ProofError,
    expression::Evaluations,
    layout::{Layout, Query},
    lookup,
    multiopen::Claims,
    permutation::{self, Product},
    transcript::TranscriptRead,
    vanishing::{self, Constraints},
};

/// The commitments that the verifier has before the proof.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a, F, C> {
    /// The circuit.
    pub layout: &'a Layout<F>,
    /// The key's digest.
    pub digest: &'a F,
    /// To the fixed columns.
    pub fixed: &'a [C],
    /// To the permutation polynomials.
    pub permutation: &'a [C],
    /// To the instance columns.
    pub instance: &'a [C],
}

/// The claims of a proof that can hold at all.
pub type Outcome<F, C> = Result<Option<Claims<F, C>>, ProofError>;

/// Everything before the multi-opening that the prover sends, and the challenges.
struct Messages<F, C> {
    advice: Vec<C>,
    theta: F,
    lookups: Vec<lookup::Commitments<C>>,
    beta: F,
    gamma: F,
    products: Vec<C>,
    random: C,
    y: F,
    quotient: Vec<C>,
    x: F,
    instance_evals: Vec<F>,
    advice_evals: Vec<F>,
    fixed_evals: Vec<F>,
    random_eval: F,
    permutation_evals: Vec<F>,
    product_evals: Vec<Product<F>>,
    lookup_evals: Vec<lookup::Opened<F>>,
}

/// Reads the proof up to the multi-opening and says what it has to open; the inner option is none
/// when x fell into the domain, or the layout is damaged: such a proof is rejected.
///
/// # Errors
/// When the proof ends, or has bytes that are no point or no scalar.
pub fn claims<T: TranscriptRead>(
    known: &Known<'_, T::Scalar, T::Commitment>,
    transcript: &mut T,
) -> Outcome<T::Scalar, T::Commitment> {
    let messages = read(known, transcript)?;
    let Some(domain) = Domain::new(known.layout.description().k) else { return Ok(None) };
    let quotient = constrain(known.layout, &domain, &messages);
    Ok(quotient.map(|quotient| open(known, &domain, &messages, quotient)))
}

fn read<T: TranscriptRead>(
    known: &Known<'_, T::Scalar, T::Commitment>,
    transcript: &mut T,
) -> Result<Messages<T::Scalar, T::Commitment>, ProofError> {
    let layout = known.layout.description();
    transcript.common_scalar(known.digest);
    known.instance.iter().for_each(|commitment| transcript.common_point(commitment));
    let advice = points(usize::from(layout.advice), transcript)?;
    let theta = transcript.squeeze_challenge();
    let permuted = layout
        .lookups
        .iter()
        .map(|_| Ok((transcript.read_point()?, transcript.read_point()?)))
        .collect::<Result<Vec<_>, _>>()?;
    let (beta, gamma) = (transcript.squeeze_challenge(), transcript.squeeze_challenge());
    let sets = layout.permutation.len().div_ceil(known.layout.permutation_chunk());
    let products = points(sets, transcript)?;
    let lookups = permuted
        .into_iter()
        .map(|(input, table)| {
            Ok(lookup::Commitments { input, table, product: transcript.read_point()? })
        })
        .collect::<Result<_, _>>()?;
    let random = transcript.read_point()?;
    let y = transcript.squeeze_challenge();
    let quotient = points(known.layout.quotient_pieces(), transcript)?;
    let x = transcript.squeeze_challenge();
    Ok(Messages {
        advice,
        theta,
        lookups,
        beta,
        gamma,
        products,
        random,
        y,
        quotient,
        x,
        instance_evals: scalars(layout.instance_queries.len(), transcript)?,
        advice_evals: scalars(layout.advice_queries.len(), transcript)?,
        fixed_evals: scalars(layout.fixed_queries.len(), transcript)?,
        random_eval: transcript.read_scalar()?,
        permutation_evals: scalars(layout.permutation.len(), transcript)?,
        product_evals: permutation::read_products(sets, transcript)?,
        lookup_evals: layout
            .lookups
            .iter()
            .map(|_| lookup::read_opened(transcript))
            .collect::<Result<_, _>>()?,
    })
}

fn points<T: TranscriptRead>(
    count: usize,
    transcript: &mut T,
) -> Result<Vec<T::Commitment>, ProofError> {
    (0..count).map(|_| transcript.read_point()).collect()
}

fn scalars<T: TranscriptRead>(
    count: usize,
    transcript: &mut T,
) -> Result<Vec<T::Scalar>, ProofError> {
    (0..count).map(|_| transcript.read_scalar()).collect()
}

/// The value that h must have at x: gates, then permutation, then lookups.
fn constrain<F: PrimeField, C>(
    layout: &Layout<F>,
    domain: &Domain<F>,
    messages: &Messages<F, C>,
) -> Option<F> {
    let Messages { theta, beta, gamma, y, x, .. } = *messages;
    let selectors = domain.selectors(x, layout.blinding())?;
    let cells = Evaluations {
        fixed: &messages.fixed_evals,
        advice: &messages.advice_evals,
        instance: &messages.instance_evals,
    };
    let mut constraints = Constraints::new(y);
    for gate in &layout.description().gates {
        constraints.push(gate.evaluate(&cells)?);
    }
    let challenges = permutation::Challenges { beta, gamma, x };
    let (products, sigmas) = (&messages.product_evals, &messages.permutation_evals);
    permutation::constrain(
        layout,
        products,
        sigmas,
        &cells,
        &selectors,
        &challenges,
        &mut constraints,
    )?;
    let challenges = lookup::Challenges { theta, beta, gamma };
    for (lookup, opened) in layout.description().lookups.iter().zip(&messages.lookup_evals) {
        lookup::constrain(lookup, opened, &cells, &selectors, &challenges, &mut constraints)?;
    }
    constraints.quotient(domain.pow_n(x))
}

/// The claims in the order of halo2, which the multi-opening depends on.
fn open<F: PrimeField, C: Copy>(
    known: &Known<'_, F, C>,
    domain: &Domain<F>,
    messages: &Messages<F, C>,
    quotient: F,
) -> Claims<F, C> {
    let layout = known.layout.description();
    let mut claims = Claims::new(*domain, messages.x);
    columns(&mut claims, known.instance, &layout.instance_queries, &messages.instance_evals);
    columns(&mut claims, &messages.advice, &layout.advice_queries, &messages.advice_evals);
    open_products(&mut claims, known.layout.blinding(), messages);
    for (commitments, opened) in messages.lookups.iter().zip(&messages.lookup_evals) {
        let product = claims.commitment(commitments.product);
        let input = claims.commitment(commitments.input);
        let table = claims.commitment(commitments.table);
        claims.open(product, 0, opened.product);
        claims.open(input, 0, opened.input);
        claims.open(table, 0, opened.table);
        claims.open(input, -1, opened.input_before);
        claims.open(product, 1, opened.product_next);
    }
    columns(&mut claims, known.fixed, &layout.fixed_queries, &messages.fixed_evals);
    for (commitment, eval) in known.permutation.iter().zip(&messages.permutation_evals) {
        let commitment = claims.commitment(*commitment);
        claims.open(commitment, 0, *eval);
    }
    let h = claims.combination(vanishing::combine(&messages.quotient, domain.pow_n(messages.x)));
    claims.open(h, 0, quotient);
    let random = claims.commitment(messages.random);
    claims.open(random, 0, messages.random_eval);
    claims
}

fn columns<F: PrimeField, C: Copy>(
    claims: &mut Claims<F, C>,
    commitments: &[C],
    queries: &[Query],
    evals: &[F],
) {
    let first = claims.commitments(commitments);
    for (query, eval) in queries.iter().zip(evals) {
        claims.open(first.saturating_add(usize::from(query.column)), query.rotation, *eval);
    }
}

/// Every set at x and ωx; then, from the last set backwards and without it, at ω^last x.
fn open_products<F: PrimeField, C: Copy>(
    claims: &mut Claims<F, C>,
    blinding: usize,
    messages: &Messages<F, C>,
) {
    let first = claims.commitments(&messages.products);
    let sets = || messages.product_evals.iter().enumerate();
    for (set, product) in sets() {
        claims.open(first.saturating_add(set), 0, product.current);
        claims.open(first.saturating_add(set), 1, product.next);
    }
    let last = i32::try_from(blinding).unwrap_or(i32::MAX).saturating_add(1).saturating_neg();
    for (set, product) in sets().rev().skip(1) {
        if let Some(eval) = product.last {
            claims.open(first.saturating_add(set), last, eval);
        }
    }
}
