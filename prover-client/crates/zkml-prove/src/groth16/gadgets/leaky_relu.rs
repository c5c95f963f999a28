//! ONNX `LeakyRelu` with integer slopes: `p · max(x, 0) + n · min(x, 0)`.
//!
//! ```text
//! y = n · x + (p - n) · max(x, 0)
//! ```

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use zkml_model::intervals::{Interval, leaky_relu as interval};

use super::relu::relu;
use crate::error::CircuitError;
use crate::groth16::linear_combination::{LinearCombination, MAX_MAGNITUDE, Wire};

/// `x` times the first slope if it is above zero, else times the second.
///
/// # Complexity
/// The constraints of a ReLU.
///
/// # Errors
/// [`CircuitError::TooWide`] when a result can reach 2^61; `node` and `name` are for the message.
/// The constraint system's own.
pub fn leaky_relu<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    node: usize,
    name: &str,
    x: &Wire,
    [positive, negative]: [i8; 2],
) -> Result<Wire, CircuitError> {
    let [lo, hi] = interval([positive, negative], Interval { lo: x.lo, hi: x.hi });
    let magnitude = lo.abs().max(hi.abs());
    if magnitude >= MAX_MAGNITUDE {
        return Err(CircuitError::TooWide { node, name: name.to_owned(), magnitude });
    }
    let (lo, hi) = (lo as i64, hi as i64);
    let relu = relu(cs, x)?;
    let (positive, negative) = (i64::from(positive), i64::from(negative));
    let value = x.value.map(|x| x * if x > 0 { positive } else { negative });
    let mut lin = LinearCombination::default();
    lin.add_scaled(crate::groth16::linear_combination::scalar(negative), &x.lin);
    lin.add_scaled(crate::groth16::linear_combination::scalar(positive - negative), &relu.lin);
    lin.merge();
    Ok(Wire { lin, lo, hi, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::{
        gadgets::testing::{Gadget, wire},
        linear_combination::{alloc, enforce},
    };
    use ff::Field;

    #[test]
    fn the_only_result_is_the_right_one() {
        for slopes in [[10, 1], [1, 0], [-1, 3], [3, -128], [0, 0]] {
            let gadget = Gadget::new(|cs| {
                let x = wire(cs, -6..=7, None)?;
                let y = leaky_relu(cs, 0, "", &x, slopes)?;
                let named = alloc(cs, "y", None)?;
                enforce(cs, "y", &y.lin, &LinearCombination::constant(Scalar::ONE), &named);
                Ok(vec![])
            });
            for x in -6..=7i64 {
                // x, max(x, 0), the upper bits of the magnitude, and the result.
                let right = x * i64::from(slopes[usize::from(x <= 0)]);
                let mut results: Vec<i64> = (-70..=70).collect();
                results.extend([right, right + 1, right - 1]);
                results.sort_unstable();
                results.dedup();
                let candidates = [vec![x], (-9..=9).collect(), vec![0, 1], vec![0, 1], results];
                let found = gadget.satisfying(&candidates);
                assert_eq!(found.len(), 1, "{x} {slopes:?}");
                assert_eq!(found[0].last(), Some(&right), "{x} {slopes:?}");
            }
        }
    }

    #[test]
    fn a_result_that_can_get_too_wide_is_refused() {
        let mut error = None;
        Gadget::new(|cs| {
            let x = wire(cs, -(1 << 60)..=1, None)?;
            error = leaky_relu(cs, 4, "leaky", &x, [1, 2]).err();
            Ok(vec![])
        });
        assert!(matches!(error, Some(CircuitError::TooWide { node: 4, .. })));
    }
}
