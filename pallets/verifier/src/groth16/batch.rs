//! Several proofs under one key, checked together.
//!
//! # Equation
//! With the symbols of [`notation`](crate::notes::notation), for proofs i = 1 … n with inputs xᵢ
//! and weights rᵢ:
//!
//! ```text
//! Σ e(rᵢ·Aᵢ, Bᵢ) + e(Σ rᵢ·(−α), β) + e(Σ rᵢ·Lᵢ, −γ) + e(Σ rᵢ·Cᵢ, −δ) = 0
//! Σ rᵢ·Lᵢ = (Σ rᵢ)·IC₀ + Σⱼ (Σᵢ rᵢ·xᵢⱼ)·ICⱼ
//! ```
//!
//! n + 3 Miller loops and one final exponentiation instead of 4n and n.
//!
//! # Weights
//! ```text
//! seed = Blake2b-512(personal "zkinfer-g16batch", prepared key ‖ n ‖ for each proof: x₁ ‖ x₂ ‖ x₃ ‖ A ‖ B ‖ C)
//! rᵢ   = first 16 bytes, little-endian, of Blake2b-512(personal "zkinfer-g16batch", seed ‖ i)
//! ```
//!
//! n and i are eight little-endian bytes. The two kinds of input have different lengths.
//!
//! # Soundness
//! Let tᵢ be the left side of proof i's own equation, an element of GT's subgroup of prime order r,
//! in which all of them are: every point is decoded into its prime-order subgroup. The batch checks
//! Σ rᵢ·tᵢ = 0. If some tⱼ ≠ 0, then for any choice of the other weights exactly one value of rⱼ
//! modulo r fulfils it. The weights are below 2^128 < r, so at most one of the 2^128 values of rⱼ
//! does. They are drawn from all that the check depends on: with the hash as a random oracle,
//! whoever tries Q batches passes a false one with a chance of at most Q / 2^128. Without weights
//! two faults could cancel: C₁ + D and C₂ − D.

use alloc::vec::Vec;
use core::fmt;

use blake2b_simd::Params;
use bls12_381::Scalar;

use super::{INPUTS, PROOF_LEN, PreparedVerifyingKey, Proof, verify as single};
use crate::{
    backend::{Backend, BackendError, G1Bytes, G2Bytes},
    error::{ProofError, VerifyError},
    scalar,
};

/// Public inputs, and the bytes of what is said to be a proof of them.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// `x₁, x₂, x₃`, each 32 little-endian bytes.
    pub inputs: &'a [[u8; 32]; INPUTS],
    /// The proof.
    pub proof: &'a [u8; PROOF_LEN],
}

/// The reason why a batch was not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BatchError {
    /// A batch without proofs.
    Empty,
    /// A public input is not below the field's modulus.
    Input {
        /// Of which proof.
        index: usize,
        /// Index of the input, from 0.
        input: usize,
    },
    /// The bytes of a proof are no proof.
    Proof {
        /// The proof.
        index: usize,
        /// The reason.
        error: ProofError,
    },
    /// The proofs are well formed, and at least one does not hold for its inputs under this key.
    Rejected,
    /// The arithmetic failed on points that had been checked: host and runtime do not fit. No
    /// proof's fault.
    Backend,
}

impl BatchError {
    /// Returns `true` if the fault is a proof's. Otherwise it lies with the verifier's own inputs
    /// or host.
    pub fn blames_proof(&self) -> bool {
        matches!(self, Self::Proof { .. } | Self::Rejected)
    }
}

impl From<BackendError> for BatchError {
    fn from(_: BackendError) -> Self {
        Self::Backend
    }
}

/// Checks proofs together: all hold, or [`BatchError::Rejected`] without saying which does not.
///
/// # Errors
/// See [`BatchError`].
///
/// # Complexity
/// n + 3 Miller loops, one final exponentiation, 2n + 5 multiplications in G1; for one proof as
/// [`verify`](super::verify).
pub fn verify<B: Backend>(
    key: &PreparedVerifyingKey,
    statements: &[Statement<'_>],
) -> Result<(), BatchError> {
    let inputs = statements
        .iter()
        .enumerate()
        .map(|(index, statement)| decode_inputs(index, statement.inputs))
        .collect::<Result<Vec<_>, _>>()?;
    let proofs = statements
        .iter()
        .enumerate()
        .map(|(index, statement)| {
            Proof::decode(statement.proof).map_err(|error| BatchError::Proof { index, error })
        })
        .collect::<Result<Vec<_>, _>>()?;
    match (statements, &proofs[..]) {
        ([], _) => Err(BatchError::Empty),
        ([statement], [proof]) => {
            single::<B>(key, proof, statement.inputs).map_err(|error| match error {
                VerifyError::Rejected => BatchError::Rejected,
                VerifyError::Input(input) => BatchError::Input { index: 0, input },
                VerifyError::Proof(error) => BatchError::Proof { index: 0, error },
                VerifyError::Key(_) | VerifyError::Backend => BatchError::Backend,
            })
        }
        _ => together::<B>(key, &proofs, &inputs, &weights(key, statements)),
    }
}

/// The equation of [the module](self).
fn together<B: Backend>(
    key: &PreparedVerifyingKey,
    proofs: &[Proof],
    inputs: &[[Scalar; INPUTS]],
    weights: &[Scalar],
) -> Result<(), BatchError> {
    let bytes: Vec<[u8; 32]> = weights.iter().map(Scalar::to_bytes).collect();
    let (mut p, mut q): (Vec<G1Bytes>, Vec<G2Bytes>) = (Vec::new(), Vec::new());
    for (proof, weight) in proofs.iter().zip(&bytes) {
        p.push(B::combination(&[proof.a.to_uncompressed()], &[*weight])?);
        q.push(proof.b.to_uncompressed());
    }
    let sum: Scalar = weights.iter().sum();
    let of_inputs = |j: usize| -> Scalar {
        inputs.iter().zip(weights).filter_map(|(x, weight)| Some(x.get(j)? * weight)).sum()
    };
    let l = [sum, of_inputs(0), of_inputs(1), of_inputs(2)].map(|scalar| scalar.to_bytes());
    let c: Vec<G1Bytes> = proofs.iter().map(|proof| proof.c.to_uncompressed()).collect();
    p.push(B::combination(&[key.minus_alpha], &[sum.to_bytes()])?);
    p.push(B::combination(&key.ic, &l)?);
    p.push(B::combination(&c, &bytes)?);
    q.extend([key.beta, key.minus_gamma, key.minus_delta]);
    let (p, q): (Vec<_>, Vec<_>) = (p.iter().collect(), q.iter().collect());
    if B::pairings_cancel(&p, &q)? { Ok(()) } else { Err(BatchError::Rejected) }
}

fn decode_inputs(
    index: usize,
    inputs: &[[u8; 32]; INPUTS],
) -> Result<[Scalar; INPUTS], BatchError> {
    let mut out = [Scalar::zero(); INPUTS];
    for (input, (to, bytes)) in out.iter_mut().zip(inputs).enumerate() {
        *to = scalar::decode(bytes).ok_or(BatchError::Input { index, input })?;
    }
    Ok(out)
}

const PERSONAL: &[u8; 16] = b"zkinfer-g16batch";

fn weights(key: &PreparedVerifyingKey, statements: &[Statement<'_>]) -> Vec<Scalar> {
    let mut state = Params::new().hash_length(64).personal(PERSONAL).to_state();
    state.update(&key.to_bytes()).update(&length(statements.len()));
    for Statement { inputs, proof } in statements {
        state.update(inputs.as_flattened()).update(&proof[..]);
    }
    let seed = state.finalize();
    (0..statements.len()).map(|index| weight(seed.as_bytes(), index)).collect()
}

fn weight(seed: &[u8], index: usize) -> Scalar {
    let mut state = Params::new().hash_length(64).personal(PERSONAL).to_state();
    let hash = state.update(seed).update(&length(index)).finalize();
    match hash.as_bytes().as_chunks().0 {
        [low, high, ..] => {
            Scalar::from_raw([u64::from_le_bytes(*low), u64::from_le_bytes(*high), 0, 0])
        }
        // A hash has 64 bytes.
        _ => Scalar::one(),
    }
}

fn length(len: usize) -> [u8; 8] {
    (len as u64).to_le_bytes()
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a batch needs at least one proof"),
            Self::Input { index, input } => {
                write!(
                    f,
                    "proof {index}: public input {input} is not below the scalar field's modulus"
                )
            }
            Self::Proof { index, error } => write!(f, "proof {index}: {error}"),
            Self::Rejected => f.write_str(
                "at least one proof of the batch does not hold for its statement under this key",
            ),
            Self::Backend => f.write_str(
                "the curve arithmetic failed on valid points: host and runtime do not fit",
            ),
        }
    }
}

impl core::error::Error for BatchError {}
