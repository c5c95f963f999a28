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
use crate::error::CircuitError;
use crate::groth16::linear_combination::{LinearCombination, Wire, alloc, enforce, scalar};

/// `max(x, 0)`.
///
/// # Complexity
/// `1 + k` constraints, `2^k` above the greatest magnitude of `x`; none where the range of `x`
/// decides the sign.
///
/// # Soundness
/// The field has no order: `y = 0` with a positive `x` makes `2y - x = p - x`, which has no `k`
/// bits since `|x| < 2^61` for every prover (see [`Wire`]) and `p > 2^254`.
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
    enforce(cs, "relu product", &y, &y.plus(-Scalar::ONE, &x.lin), &LinearCombination::default());
    let magnitude = y.scaled(Scalar::from(2)).plus(-Scalar::ONE, &x.lin);
    bits(cs, &magnitude, x.value.map(i64::abs), bit_length(x.hi.max(-x.lo)))?;
    Ok(Wire { lin: y, lo: 0, hi: x.hi, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::gadgets::testing::{Gadget, choices, wire};

    fn gadget(lo: i64, hi: i64) -> Gadget {
        Gadget::new(|cs| {
            let x = wire(cs, lo..=hi, None)?;
            Ok(vec![relu(cs, &x)?])
        })
    }

    #[test]
    fn the_only_result_is_the_right_one() {
        // -6 ..= 7 needs three bits of magnitude: x, y and the upper two bits are variables.
        let gadget = gadget(-6, 7);
        for x in -6..=7i64 {
            let all = [vec![x], (-9..=9).collect(), vec![0, 1], vec![0, 1]];
            let magnitude = x.abs();
            let honest = vec![x, x.max(0), magnitude >> 1 & 1, magnitude >> 2 & 1];
            assert_eq!(gadget.satisfying(&all), [honest], "{x}");
        }
    }

    #[test]
    fn a_negative_value_does_not_pass_as_itself() {
        // y = x makes y·(y - x) = 0 hold; the magnitude is then negative and has no bits.
        for bits in choices(&[vec![0, 1], vec![0, 1]]) {
            assert!(!gadget(-6, 7).accepts(&[&[-5, -5], bits.as_slice()].concat()));
        }
    }

    #[test]
    fn a_positive_value_does_not_pass_as_zero() {
        for bits in choices(&[vec![0, 1], vec![0, 1]]) {
            assert!(!gadget(-6, 7).accepts(&[&[5, 0], bits.as_slice()].concat()));
        }
    }

    #[test]
    fn a_magnitude_out_of_range_is_refused() {
        // 8 and -8 need a fourth bit.
        for (x, y) in [(8, 8), (-8, 0)] {
            for bits in choices(&[vec![0, 1, 2, 3, 4], vec![0, 1, 2, 3, 4]]) {
                assert!(!gadget(-6, 7).accepts(&[&[x, y], bits.as_slice()].concat()));
            }
        }
    }

    #[test]
    fn a_sign_known_beforehand_costs_nothing() {
        for (lo, hi) in [(0, 9), (-9, 0), (3, 4), (-4, -3)] {
            assert_eq!(gadget(lo, hi).0.constraints, 0);
        }
        assert_eq!(gadget(-6, 7).0.constraints, 1 + 3);
    }
}
