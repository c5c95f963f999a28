//! Division by a power of two, rounded half up: `q = floor((x + 2^(s-1)) / 2^s)`.
//!
//! Quotient and remainder are both ranges of bits of one number, so both are checked:
//!
//! ```text
//! t = x + 2^(s-1) - 2^s · base,   base = floor((lo + 2^(s-1)) / 2^s)
//! t = Σ_{i<m} 2^i · bit_i         every bit boolean
//! q = base + Σ_{i>=s} 2^(i-s) · bit_i
//! ```
//!
//! Fused with a ReLU before it, where `x` can be negative:
//!
//! ```text
//! t = x + 2^(s-1) + 2^k = Σ_{i<=k} 2^i · bit_i      bit_k says whether x + 2^(s-1) >= 0
//! q = bit_k · Σ_{s<=i<k} 2^(i-s) · bit_i
//! ```
//! since for `-2^(s-1) <= x < 0` the quotient is 0 on both sides.

use bellman::ConstraintSystem;
use bls12_381::Scalar;

use super::range::{bit_length, bits, weigh};
use crate::error::CircuitError;
use crate::groth16::linear_combination::{Wire, alloc, enforce, scalar};

/// `floor((x + 2^(shift-1)) / 2^shift)`.
///
/// # Complexity
/// As many constraints as the shifted range has bits; none where the range of `x` decides the
/// quotient.
///
/// # Errors
/// The constraint system's own. `shift` is 1 to 48.
pub fn requantize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    x: &Wire,
    shift: u8,
) -> Result<Wire, CircuitError> {
    let round = |v: i64| (v + half(shift)) >> shift;
    let base = round(x.lo);
    if base == round(x.hi) {
        return Ok(Wire::constant(base));
    }
    let offset = half(shift) - (base << shift);
    let mut t = x.lin.clone();
    t.add_constant(scalar(offset));
    let all = bits(cs, &t, x.value.map(|v| v + offset), bit_length(x.hi + offset))?;
    let mut lin = weigh(all.get(usize::from(shift)..).unwrap_or_default());
    lin.add_constant(scalar(base));
    Ok(Wire { lin, lo: base, hi: round(x.hi), value: x.value.map(round) })
}

/// `requantize(relu(x))` for less than the two apart.
///
/// # Complexity
/// `k + 2` constraints, with `-2^k <= x + 2^(shift-1) < 2^k` by the range of `x`.
///
/// # Errors
/// The constraint system's own. `shift` is 1 to 31.
pub fn relu_requantize<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    x: &Wire,
    shift: u8,
) -> Result<Wire, CircuitError> {
    if x.lo >= 0 {
        return requantize(cs, x, shift);
    }
    let round = |v: i64| (v.max(0) + half(shift)) >> shift;
    if round(x.hi) == 0 {
        return Ok(Wire::constant(0));
    }
    let top = bit_length((x.hi + half(shift)).max(-(x.lo + half(shift)) - 1));
    let offset = half(shift) + (1i64 << top);
    let mut t = x.lin.clone();
    t.add_constant(scalar(offset));
    let all = bits(cs, &t, x.value.map(|v| v + offset), top + 1)?;
    let (low, sign) = all.split_at(top as usize);
    let quotient = weigh(low.get(usize::from(shift)..).unwrap_or_default());
    let value = x.value.map(round);
    let q = alloc(cs, "requantize q", value.map(scalar))?;
    enforce(cs, "requantize product", &weigh(sign), &quotient, &q);
    Ok(Wire { lin: q, lo: 0, hi: round(x.hi), value })
}

fn half(shift: u8) -> i64 {
    1i64 << (shift - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::{
        gadgets::testing::{Gadget, wire},
        linear_combination::LinearCombination,
    };

    /// The gadget with its result in a variable of its own, the last one.
    fn gadget(lo: i64, hi: i64, shift: u8, fused: bool) -> (Gadget, Wire) {
        let mut result = None;
        let gadget = Gadget::new(|cs| {
            let x = wire(cs, lo..=hi, None)?;
            let y =
                if fused { relu_requantize(cs, &x, shift)? } else { requantize(cs, &x, shift)? };
            let named = alloc(cs, "y", None)?;
            enforce(cs, "y", &y.lin, &LinearCombination::constant(Scalar::from(1)), &named);
            result = Some(y);
            Ok(vec![])
        });
        (gadget, result.unwrap())
    }

    /// For every `x` in the range, tries all bits and all results near the right one.
    fn only_the_right_results(lo: i64, hi: i64, shift: u8, fused: bool) {
        let (gadget, wire) = gadget(lo, hi, shift, fused);
        let inner = gadget.0.shape.private - 2;
        for x in lo..=hi {
            let exact = if fused { x.max(0) } else { x };
            let right = (exact + (1 << (shift - 1))) >> shift;
            let mut candidates = vec![vec![x]];
            // In the fused form the last of the inner variables is the result itself.
            let results: Vec<i64> = (right - 2..=right + 2).collect();
            let bits = if fused && lo < 0 { inner - 1 } else { inner };
            candidates.extend(vec![vec![0, 1]; bits]);
            candidates.extend(vec![results; inner - bits + 1]);
            let found = gadget.satisfying(&candidates);
            assert_eq!(found.len(), 1, "{x} in {lo}..={hi} by 2^{shift}: {found:?}");
            assert_eq!(found[0].last(), Some(&right), "{x}");
            assert!(wire.lo <= right && right <= wire.hi);
        }
    }

    #[test]
    fn the_only_quotient_is_the_right_one() {
        only_the_right_results(-13, 12, 2, false);
        only_the_right_results(5, 30, 1, false);
        only_the_right_results(-40, -9, 3, false);
    }

    #[test]
    fn the_only_quotient_after_a_relu_is_the_right_one() {
        only_the_right_results(-13, 12, 2, true);
        only_the_right_results(-3, 30, 3, true);
        only_the_right_results(-30, 9, 1, true);
        only_the_right_results(0, 30, 2, true);
    }

    #[test]
    fn a_shifted_quotient_with_its_remainder_is_refused() {
        // 13 = 3·4 + 1 = 2·4 + 5 = 4·4 - 3: quotients 2 and 4 have remainders out of range.
        let (gadget, _) = gadget(0, 13, 2, false);
        let inner = gadget.0.shape.private - 2;
        for wrong in [2, 4] {
            let mut candidates = vec![vec![13]];
            candidates.extend(vec![(-4..=5).collect(); inner]);
            candidates.push(vec![wrong]);
            assert!(gadget.satisfying(&candidates).is_empty(), "{wrong}");
        }
    }

    #[test]
    fn a_quotient_known_beforehand_costs_nothing() {
        let (gadget, wire) = gadget(6, 9, 2, false);
        // One constraint names the result for the test.
        assert_eq!((gadget.0.constraints, wire.lo, wire.hi), (1, 2, 2));
    }
}
