//! Scaling by a quotient of integers: `floor((m · x + b) / 2^s)`.
//!
//! The numerator is a linear combination and costs nothing; the rest is a [`requantize`] of it,
//! which adds the half that is taken away here.
//!
//! Kept between `min` and `min + 2^w - 1`, it shares the bits. With `u = m · x + b - 2^s · min` in
//! `[-2^k, 2^k)`:
//!
//! ```text
//! u + 2^k = Σ_{i<=k} 2^i · bit_i            bit_k says whether u >= 0
//! v_0 = Σ_{s<=i<s+w} 2^(i-s) · bit_i - (2^w - 1)
//! v_{j+1} = v_j · (1 - bit_{s+w+j})         zero as soon as one of the high bits is set
//! y = min + bit_k · (v_h + 2^w - 1)
//! ```

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use zkml_model::graph::Scaling;

use super::{
    clip::clip,
    range::{bit_length, bits, weigh},
    requantize::requantize,
};
use crate::error::CircuitError;
use crate::groth16::linear_combination::{
    LinearCombination, MAX_MAGNITUDE, Wire, alloc, enforce, scalar, weighted_sum,
};

/// `floor((multiplier · x + offset) / 2^shift)`.
///
/// # Complexity
/// As many constraints as the numerator's range has bits; none for a shift of 0, and where the
/// range decides the quotient.
///
/// # Errors
/// [`CircuitError::TooWide`] when the numerator can reach 2^61; `node` and `name` are for the
/// message. The constraint system's own.
pub fn rescale<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    node: usize,
    name: &str,
    x: &Wire,
    scaling: &Scaling,
) -> Result<Wire, CircuitError> {
    let numerator = weighted_sum(node, name, scaling.offset, &[(scaling.multiplier, x)])?;
    if scaling.shift == 0 {
        return Ok(numerator);
    }
    let half = 1i64 << (scaling.shift - 1);
    let range = [numerator.lo - half, numerator.hi - half];
    requantize(cs, &numerator.plus(-1, &Wire::constant(half), range), scaling.shift)
}

/// `min(max(floor((multiplier · x + offset) / 2^shift), min), max)`.
///
/// # Complexity
/// For `max - min = 2^w - 1`: `k + 2 + h` constraints, with the bits `k` of the greatest magnitude
/// of `u` and `h = k - s - w` of them above the result's; where the sign is known, two less. Else a
/// [`rescale`] and a [`clip`].
///
/// # Errors
/// As [`rescale`].
pub fn rescale_clip<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    node: usize,
    name: &str,
    x: &Wire,
    scaling: &Scaling,
    [min, max]: [i64; 2],
) -> Result<Wire, CircuitError> {
    let numerator = weighted_sum(node, name, scaling.offset, &[(scaling.multiplier, x)])?;
    let crosses = numerator.lo >> scaling.shift < min || numerator.hi >> scaling.shift > max;
    let steps = i128::from(max) - i128::from(min) + 1;
    let least = i128::from(min) << scaling.shift;
    let ends = [numerator.lo, numerator.hi].map(|end| i128::from(end) - least);
    let narrow = least.abs() < MAX_MAGNITUDE && ends.iter().all(|end| end.abs() < MAX_MAGNITUDE);
    if !(crosses && narrow && steps.count_ones() == 1) {
        let quotient = rescale(cs, node, name, x, scaling)?;
        return clip(cs, &quotient, min, max);
    }
    // Below 2^61 in magnitude.
    let [lo, hi] = ends.map(|end| end as i64);
    let above = numerator.plus(-1, &Wire::constant(least as i64), [lo, hi]);
    let steps = Steps { min, shift: scaling.shift.into(), width: steps.trailing_zeros() };
    steps.of(cs, &above)
}

/// Results `min` to `min + 2^width - 1` of a division by `2^shift`.
struct Steps {
    min: i64,
    shift: u32,
    width: u32,
}

impl Steps {
    /// The result for `u`, the numerator less `2^shift · min`.
    fn of<CS: ConstraintSystem<Scalar>>(
        &self,
        cs: &mut CS,
        u: &Wire,
    ) -> Result<Wire, CircuitError> {
        let most = (1i64 << self.width) - 1;
        let step = |u: i64| (u >> self.shift).clamp(0, most);
        let [lo, hi] = [step(u.lo), step(u.hi)];
        if lo == hi {
            return Ok(Wire::constant(self.min + lo));
        }
        let signed = u.lo < 0;
        let top = bit_length(if signed { u.hi.max(-u.lo - 1) } else { u.hi });
        let offset = if signed { 1i64 << top } else { 0 };
        let mut t = u.lin.clone();
        t.add_constant(scalar(offset));
        let all = bits(cs, &t, u.value.map(|u| u + offset), top + u32::from(signed))?;
        let (magnitude, sign) = all.split_at((top as usize).min(all.len()));
        let end = (self.shift + self.width) as usize;
        let low = magnitude.get(self.shift as usize..end.min(magnitude.len())).unwrap_or_default();
        let mut rest = weigh(low);
        rest.add_constant(scalar(-most));
        // Of a negative `u` the bits are those of `u + 2^top`.
        let digits = u.value.map(|u| if u < 0 { u + offset } else { u });
        let mut value = digits.map(|digits| ((digits >> self.shift) & most) - most);
        for (place, bit) in magnitude.iter().enumerate().skip(end) {
            let unset = LinearCombination::constant(scalar(1)).plus(-scalar(1), bit);
            value = value
                .zip(digits)
                .map(|(value, digits)| if digits >> place & 1 == 1 { 0 } else { value });
            let next = alloc(cs, "rescale v", value.map(scalar))?;
            enforce(cs, "rescale saturates", &rest, &unset, &next);
            rest = next;
        }
        rest.add_constant(scalar(most));
        let result = u.value.map(step);
        if let [sign] = sign {
            let product = alloc(cs, "rescale q", result.map(scalar))?;
            enforce(cs, "rescale product", sign, &rest, &product);
            rest = product;
        }
        rest.add_constant(scalar(self.min));
        Ok(Wire {
            lin: rest,
            lo: self.min + lo,
            hi: self.min + hi,
            value: result.map(|v| self.min + v),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::gadgets::testing::{Gadget, wire};
    use ff::Field;

    /// The gadget with its result in a variable of its own, the last one.
    fn gadget([lo, hi]: [i64; 2], scaling: Scaling) -> (Gadget, Wire) {
        let mut result = None;
        let gadget = Gadget::new(|cs| {
            let x = wire(cs, lo..=hi, None)?;
            let y = rescale(cs, 0, "", &x, &scaling)?;
            let named = alloc(cs, "y", None)?;
            enforce(cs, "y", &y.lin, &LinearCombination::constant(Scalar::ONE), &named);
            result = Some(y);
            Ok(vec![])
        });
        (gadget, result.unwrap())
    }

    #[test]
    fn the_only_result_is_the_right_one() {
        let scaling = |multiplier, offset, shift| Scaling { multiplier, offset, shift };
        for (range, scaling) in [
            ([-6, 7], scaling(3, 2, 2)),
            ([-6, 7], scaling(-3, 2, 2)),
            ([-6, 7], scaling(5, -9, 3)),
            ([2, 9], scaling(1, 0, 1)),
            ([-3, 3], scaling(-7, 4, 0)),
            ([-3, 3], scaling(1, 3, 3)),
        ] {
            let (gadget, wire) = gadget(range, scaling);
            let bits = gadget.0.shape.private - 2;
            for x in range[0]..=range[1] {
                let right = scaling.at(x).unwrap();
                let mut candidates = vec![vec![x]];
                candidates.extend(vec![vec![0, 1]; bits]);
                candidates.push((right - 3..=right + 3).collect());
                let found = gadget.satisfying(&candidates);
                assert_eq!(found.len(), 1, "{x} by {scaling:?}: {found:?}");
                assert_eq!(found[0].last(), Some(&right), "{x} by {scaling:?}");
                assert!(wire.lo <= right && right <= wire.hi);
            }
        }
    }

    #[test]
    fn the_only_result_between_bounds_is_the_right_one() {
        let scaling = |multiplier, offset, shift| Scaling { multiplier, offset, shift };
        // With how many high bits, and whether with a sign.
        for (range, scaling, bounds, high, signed) in [
            ([-6, 7], scaling(3, 2, 1), [-2, 1], 2, true),
            ([-5, 3], scaling(2, 1, 0), [-1, 2], 2, true),
            ([0, 9], scaling(2, 1, 1), [0, 3], 2, false),
            ([-9, 2], scaling(-1, 0, 1), [-1, 2], 1, false),
            ([-9, 2], scaling(1, 0, 1), [-2, 1], 0, true),
            ([-9, 2], scaling(1, 0, 1), [-6, -3], 1, false),
            ([-9, 2], scaling(1, 0, 1), [2, 3], 0, false),
            ([-9, 2], scaling(1, 0, 1), [-9, -8], 0, false),
        ] {
            let gadget = Gadget::new(|cs| {
                let x = wire(cs, range[0]..=range[1], None)?;
                let y = rescale_clip(cs, 0, "", &x, &scaling, bounds)?;
                assert!(bounds[0] <= y.lo && y.hi <= bounds[1]);
                let named = alloc(cs, "y", None)?;
                enforce(cs, "y", &y.lin, &LinearCombination::constant(Scalar::ONE), &named);
                Ok(vec![])
            });
            let most = bounds[1] - bounds[0];
            let others = high + usize::from(signed);
            let bits = (gadget.0.shape.private - 2).saturating_sub(others);
            for x in range[0]..=range[1] {
                let right = scaling.at(x).unwrap().clamp(bounds[0], bounds[1]);
                let mut candidates = vec![vec![x]];
                candidates.extend(vec![vec![0, 1]; bits]);
                candidates.extend(vec![(-most - 1..=1).collect::<Vec<_>>(); high]);
                candidates.extend(signed.then(|| (-1..=most + 1).collect::<Vec<_>>()));
                candidates.truncate(gadget.0.shape.private - 1);
                candidates.push((bounds[0] - 1..=bounds[1] + 1).collect());
                let found = gadget.satisfying(&candidates);
                let results: Vec<i64> = found.iter().filter_map(|v| v.last().copied()).collect();
                assert_eq!(results, [right], "{x} by {scaling:?} in {bounds:?}: {found:?}");
            }
        }
    }

    #[test]
    fn bounds_share_the_bits_of_the_quotient() {
        let cost = |bounds| {
            let gadget = Gadget::new(|cs| {
                let x = wire(cs, -1000..=1000, None)?;
                let scaling = Scaling { multiplier: 3, offset: 8, shift: 4 };
                rescale_clip(cs, 0, "", &x, &scaling, bounds)?;
                Ok(vec![])
            });
            gadget.0.constraints
        };
        // Numerators up to 3008 + 32 · 16: 12 bits and the sign; six of the result's, so two above,
        // and the product.
        assert_eq!(cost([-32, 31]), 13 + 2 + 1);
        assert!(cost([-32, 30]) > 30);
    }

    #[test]
    fn another_remainder_is_refused() {
        // 3 · 4 + 1 = 13 = 3 · 4 + 1 = 2 · 4 + 5 = 4 · 4 - 3.
        let (gadget, _) = gadget([0, 4], Scaling { multiplier: 3, offset: 1, shift: 2 });
        let inner = gadget.0.shape.private - 2;
        for wrong in [2, 4] {
            let mut candidates = vec![vec![4]];
            candidates.extend(vec![(-4..=5).collect(); inner]);
            candidates.push(vec![wrong]);
            assert!(gadget.satisfying(&candidates).is_empty(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_divided_and_a_quotient_known_beforehand_cost_nothing() {
        // One constraint names the result for the test.
        let (free, wire) = gadget([-5, 5], Scaling { multiplier: -9, offset: 1, shift: 0 });
        assert_eq!((free.0.constraints, wire.lo, wire.hi), (1, -44, 46));
        let (known, wire) = gadget([0, 5], Scaling { multiplier: 3, offset: 32, shift: 4 });
        assert_eq!((known.0.constraints, wire.lo, wire.hi), (1, 2, 2));
    }

    #[test]
    fn a_numerator_beyond_the_limit_is_refused() {
        let mut error = None;
        Gadget::new(|cs| {
            let x = wire(cs, 0..=1 << 21, None)?;
            let scaling = Scaling { multiplier: 1 << 40, offset: 0, shift: 48 };
            error = rescale(cs, 7, "wide", &x, &scaling).err();
            Ok(vec![])
        });
        assert!(matches!(error, Some(CircuitError::TooWide { node: 7, .. })), "{error:?}");
    }
}
