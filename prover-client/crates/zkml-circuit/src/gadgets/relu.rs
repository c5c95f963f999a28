//! ONNX `Relu`: `y = max(x, 0)`.
//!
//! ```text
//! y · (y - x) = 0            y is 0 or x
//! 2y - x in [0, 2^k)         it is |x|: x if y = x, else -x
//! ```

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use ff::Field;

use super::range::{bit_length, bits};
use crate::{
    error::CircuitError,
    lin::{Lin, Wire, alloc, enforce, scalar},
};

/// `max(x, 0)`.
///
/// # Complexity
/// `1 + k` constraints, `2^k` above the greatest magnitude of `x`; none where the range of `x` decides the sign.
///
/// # Soundness
/// The field has no order: `y = 0` with a positive `x` makes `2y - x = p - x`, which has no `k` bits since
/// `|x| < 2^61` for every prover (see [`Wire`]) and `p > 2^254`.
///
/// # Errors
/// The constraint system's own.
pub fn relu<CS: ConstraintSystem<Scalar>>(cs: &mut CS, x: &Wire) -> Result<Wire, CircuitError> {
    if x.lo >= 0 {
        return Ok(x.clone());
    }
    if x.hi <= 0 {
        return Ok(Wire::constant(0));
    }
    let value = x.value.map(|v| v.max(0));
    let y = alloc(cs, "relu y", value.map(scalar))?;
    enforce(cs, "relu product", &y, &y.plus(-Scalar::ONE, &x.lin), &Lin::default());
    let magnitude = y.scaled(Scalar::from(2)).plus(-Scalar::ONE, &x.lin);
    bits(cs, &magnitude, x.value.map(i64::abs), bit_length(x.hi.max(-x.lo)))?;
    Ok(Wire { lin: y, lo: 0, hi: x.hi, value })
}
