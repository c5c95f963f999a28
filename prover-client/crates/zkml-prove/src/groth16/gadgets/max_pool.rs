//! ONNX `MaxPool`: the greatest of the values under a window, one after the other.
//!
//! ```text
//! m_0 = x_0,   m_i = m_{i-1} + max(x_i - m_{i-1}, 0)
//! ```

use bellman::ConstraintSystem;
use bls12_381::Scalar;

use super::relu::relu;
use crate::error::CircuitError;
use crate::groth16::linear_combination::Wire;

/// The greatest of some values.
///
/// # Complexity
/// For each value but the first the constraints of a ReLU of its difference to the greatest before;
/// none where ranges decide.
///
/// # Soundness
/// Values are below 2^61 in magnitude, so differences are below 2^62, which a ReLU's range check
/// holds.
///
/// # Errors
/// The constraint system's own.
pub fn greatest<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    values: Vec<&Wire>,
) -> Result<Wire, CircuitError> {
    let mut values = values.into_iter();
    // A valid window has a value under it.
    let mut greatest = values.next().cloned().unwrap_or_else(|| Wire::constant(0));
    for x in values {
        let above = x.plus(-1, &greatest, [x.lo - greatest.hi, x.hi - greatest.lo]);
        let range = [x.lo.max(greatest.lo), x.hi.max(greatest.hi)];
        greatest = greatest.plus(1, &relu(cs, &above)?, range);
    }
    Ok(greatest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::{
        gadgets::testing::{Gadget, choices, wire},
        linear_combination::{LinearCombination, alloc, enforce},
    };
    use ff::Field;

    /// The greatest of as many values as there are ranges, in a last variable of its own.
    fn gadget(ranges: &[(i64, i64)]) -> Gadget {
        Gadget::new(|cs| {
            let x = ranges
                .iter()
                .map(|(lo, hi)| wire(cs, *lo..=*hi, None))
                .collect::<Result<Vec<_>, _>>()?;
            let y = greatest(cs, x.iter().collect())?;
            let named = alloc(cs, "y", None)?;
            enforce(cs, "y", &y.lin, &LinearCombination::constant(Scalar::ONE), &named);
            Ok(vec![])
        })
    }

    #[test]
    fn the_only_result_is_the_greatest() {
        // Differences of two bits in magnitude: a result and a bit for each of two comparisons.
        let gadget = gadget(&[(-1, 1), (0, 2), (-1, 2)]);
        assert_eq!(gadget.0.shape.private, 3 + 2 * 2 + 1);
        for x in choices(&[(-1..=1).collect(), (0..=2).collect(), (-1..=2).collect()]) {
            let mut candidates: Vec<Vec<i64>> = x.iter().map(|v| vec![*v]).collect();
            candidates.extend([
                (-4..=4).collect(),
                vec![0, 1],
                (-4..=4).collect(),
                vec![0, 1],
                (-4..=4).collect(),
            ]);
            let found = gadget.satisfying(&candidates);
            assert_eq!(found.len(), 1, "{x:?}: {found:?}");
            assert_eq!(found[0].last(), x.iter().max(), "{x:?}");
        }
    }

    #[test]
    fn a_smaller_value_under_the_window_does_not_pass() {
        let gadget = gadget(&[(0, 3), (0, 3)]);
        // 3 against 1: without the step up, or with a step down from 1 to 3 reversed, no bit fits.
        for (step, result) in [(0, 1), (2, 1), (-2, -1), (1, 2)] {
            for bit in 0..=1 {
                assert!(!gadget.accepts(&[1, 3, step, bit, result]), "{step}");
            }
        }
    }

    #[test]
    fn ranges_that_decide_cost_nothing() {
        // One constraint names the result for the test.
        assert_eq!(gadget(&[(0, 3), (3, 9), (-5, 2)]).0.constraints, 1);
        assert_eq!(gadget(&[(0, 3)]).0.constraints, 1);
    }
}
