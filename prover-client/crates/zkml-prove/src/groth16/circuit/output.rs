//! The answer as the statement's second public input.
//!
//! ```text
//! output = header · 2^240 + Σ_i 2^(8·w·i) · (y_i + offset)            lanes of w bytes: see [`zkml_model::output`]
//! ```
//! It is one linear equation: the ranges of the values show that each stays in its lane, for every
//! prover, so no two lists of values have one output.

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use ff::Field;
use zkml_model::output::{LANE_BYTES, OutputKind};

use crate::error::CircuitError;
use crate::groth16::linear_combination::{LinearCombination, Wire, enforce, scalar};

/// Makes the result of the last node public, unless that is an `ArgMax`, which has done so itself.
///
/// # Complexity
/// One constraint.
///
/// # Errors
/// A value could leave its lane, or the constraint system's own.
pub fn publish<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    kind: &OutputKind,
    values: &[Wire],
) -> Result<(), CircuitError> {
    if matches!(kind, OutputKind::Class { .. }) {
        return Ok(());
    }
    let mut cs = cs.namespace(|| "Output");
    let (packed, value) = pack(kind, values)?;
    let output = cs.alloc_input(|| "output", || value.ok_or(SynthesisError::AssignmentMissing))?;
    let one = LinearCombination::constant(Scalar::ONE);
    enforce(
        &mut cs,
        "output is the packed answer",
        &packed,
        &one,
        &LinearCombination::variable(output),
    );
    Ok(())
}

/// The packed values, and what they are where there is a witness.
fn pack(
    kind: &OutputKind,
    values: &[Wire],
) -> Result<(LinearCombination, Option<Scalar>), CircuitError> {
    let (bytes, offset) = (u64::from(kind.lane_bytes()), kind.lane_offset());
    let header = Scalar::from(u64::from(kind.header())) * power(8 * LANE_BYTES as u64);
    let (mut packed, mut value) = (LinearCombination::constant(header), Some(header));
    for (lane, wire) in (0u64..).zip(values) {
        // Of values below 2^61.
        let (lo, hi) = (wire.lo + offset, wire.hi + offset);
        if lo < 0 || hi >= 1i64 << (8 * bytes) || (lane + 1) * bytes > LANE_BYTES as u64 {
            return Err(CircuitError::Lane { lane, lo: wire.lo, hi: wire.hi, bytes });
        }
        let weight = power(8 * bytes * lane);
        packed.add_scaled(weight, &wire.lin);
        packed.add_constant(weight * scalar(offset));
        value = value.zip(wire.value).map(|(sum, v)| sum + weight * scalar(v + offset));
    }
    packed.merge();
    Ok((packed, value))
}

/// `2^exponent`
fn power(exponent: u64) -> Scalar {
    Scalar::from(2).pow_vartime(&[exponent, 0, 0, 0])
}

#[cfg(test)]
#[path = "output/tests.rs"]
mod tests;
