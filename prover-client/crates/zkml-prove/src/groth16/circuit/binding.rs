//! The binding of a proof to its context and of a key to its model.

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use ff::Field;
use rayon::prelude::*;

use crate::groth16::{
    linear_combination::{LinearCombination, alloc, enforce},
    r1cs::{Matrices, Matrix},
};

/// Domain of the digest of the constraints.
pub const DIGEST_DOMAIN: [u8; 16] = *b"zkinfer/r1cs/v1\0";
/// Rows hashed together; part of the digest's definition.
const ROWS_PER_HASH: usize = 4096;

/// `context · context = aux`, and the row that carries the digest.
pub fn synthesize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    context: Option<Scalar>,
    digest: Scalar,
) -> Result<(), SynthesisError> {
    let mut cs = cs.namespace(|| "Binding");
    let missing = SynthesisError::AssignmentMissing;
    let variable = cs.alloc_input(|| "context", || context.ok_or(missing))?;
    let variable = LinearCombination::variable(variable);
    let square = alloc(&mut cs, "context squared", context.map(|c| c.square()))?;
    enforce(&mut cs, "context is bound", &variable, &variable, &square);
    enforce(
        &mut cs,
        "digest of the model",
        &LinearCombination::constant(digest),
        &LinearCombination::default(),
        &LinearCombination::default(),
    );
    Ok(())
}

/// The digest as a field element that is not zero: one more than its first 31 bytes, little-endian.
pub fn coefficient(digest: &[u8; 32]) -> Scalar {
    let mut bytes = [0u8; 64];
    bytes.iter_mut().zip(digest.iter().take(31)).for_each(|(to, from)| *to = *from);
    Scalar::from_bytes_wide(&bytes) + Scalar::ONE
}

/// Blake2b-256 of the numbers of variables and rows and, for A, B and C in turn, of the hashes of
/// 4096 rows each. A row is the number of its terms and for each of them the variable and its
/// coefficient.
pub fn digest(matrices: &Matrices) -> [u8; 32] {
    let mut state = blake2b_simd::Params::new().hash_length(32).to_state();
    state.update(&DIGEST_DOMAIN);
    let shape = matrices.shape;
    for number in [shape.public, shape.private, matrices.constraints] {
        state.update(&(number as u64).to_le_bytes());
    }
    for matrix in [&matrices.a, &matrices.b, &matrices.c] {
        let coefficients: Vec<[u8; 32]> =
            matrix.coefficients().par_iter().map(Scalar::to_bytes).collect();
        let starts: Vec<usize> = (0..matrices.constraints).step_by(ROWS_PER_HASH).collect();
        let hash = |start: &usize| hash_rows(matrix, &coefficients, *start, matrices.constraints);
        let hashes: Vec<_> = starts.par_iter().map(hash).collect();
        hashes.iter().for_each(|hash| {
            state.update(hash.as_bytes());
        });
    }
    let mut out = [0u8; 32];
    out.iter_mut().zip(state.finalize().as_bytes()).for_each(|(to, from)| *to = *from);
    out
}

fn hash_rows(
    matrix: &Matrix,
    coefficients: &[[u8; 32]],
    start: usize,
    rows: usize,
) -> blake2b_simd::Hash {
    let mut state = blake2b_simd::Params::new().hash_length(32).to_state();
    for i in start..rows.min(start + ROWS_PER_HASH) {
        let row = matrix.row(i);
        state.update(&(row.len() as u32).to_le_bytes());
        for (column, coefficient) in row {
            state.update(&column.to_le_bytes());
            state.update(coefficients.get(coefficient as usize).unwrap_or(&[0; 32]));
        }
    }
    state.finalize()
}
