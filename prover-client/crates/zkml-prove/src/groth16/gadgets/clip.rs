//! ONNX `Clip`: `min(max(x, min), max)`.
//!
//! ```text
//! v = min + max(x - min, 0)          where x can be below min
//! y = max - max(max - v, 0)          where v can be above max
//! ```

use bellman::ConstraintSystem;
use bls12_381::Scalar;

use super::relu::relu;
use crate::error::CircuitError;
use crate::groth16::linear_combination::Wire;

/// `x` kept between `min` and `max`, which are below 2^61 in magnitude and in this order.
///
/// # Complexity
/// The constraints of a ReLU for each bound that the range of `x` crosses.
///
/// # Errors
/// The constraint system's own.
pub fn clip<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    x: &Wire,
    min: i64,
    max: i64,
) -> Result<Wire, CircuitError> {
    let mut out = x.clone();
    if out.lo < min {
        let bound = Wire::constant(min);
        let above = relu(cs, &out.plus(-1, &bound, [out.lo - min, out.hi - min]))?;
        out = bound.plus(1, &above, [min, out.hi.max(min)]);
    }
    if out.hi > max {
        let bound = Wire::constant(max);
        let below = relu(cs, &bound.plus(-1, &out, [max - out.hi, max - out.lo]))?;
        out = bound.plus(-1, &below, [out.lo.min(max), max]);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::{
        gadgets::testing::{Gadget, wire},
        linear_combination::{LinearCombination, alloc, enforce},
    };
    use ff::Field;

    fn gadget([lo, hi]: [i64; 2], [min, max]: [i64; 2]) -> Gadget {
        Gadget::new(|cs| {
            let x = wire(cs, lo..=hi, None)?;
            let y = clip(cs, &x, min, max)?;
            assert!(y.lo >= min && y.hi <= max);
            let named = alloc(cs, "y", None)?;
            enforce(cs, "y", &y.lin, &LinearCombination::constant(Scalar::ONE), &named);
            Ok(vec![])
        })
    }

    #[test]
    fn the_only_result_is_the_right_one() {
        for (range, bounds) in [
            ([-3, 4], [-1, 2]),
            ([-3, 4], [-4, 2]),
            ([-3, 4], [-1, 4]),
            ([-3, 2], [0, 0]),
            ([-3, 4], [-9, -5]),
            ([-3, 4], [5, 9]),
            ([-3, 4], [-3, 4]),
        ] {
            let gadget = gadget(range, bounds);
            // The operand, the result, and for each bound that is crossed a ReLU's result and its
            // bits but one.
            let inner = gadget.0.shape.private - 2;
            for x in range[0]..=range[1] {
                let mut candidates = vec![vec![x]];
                candidates.extend(vec![(-1..=5).collect::<Vec<_>>(); inner]);
                candidates.push((-10..=10).collect());
                let found = gadget.satisfying(&candidates);
                let results: Vec<_> =
                    found.iter().filter_map(|values| values.last().copied()).collect();
                assert_eq!(
                    results,
                    [x.clamp(bounds[0], bounds[1])],
                    "{x} in {range:?}, {bounds:?}"
                );
            }
        }
    }

    #[test]
    fn bounds_that_are_not_crossed_cost_nothing() {
        // One constraint names the result for the test.
        assert_eq!(gadget([-3, 4], [-3, 4]).0.constraints, 1);
        assert_eq!(gadget([-3, 4], [-9, -5]).0.constraints, 1);
        assert_eq!(gadget([-3, 4], [-3, 2]).0.constraints, 1 + 1 + 3);
    }
}
