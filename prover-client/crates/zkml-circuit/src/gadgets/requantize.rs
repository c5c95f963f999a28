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
use crate::{
    error::CircuitError,
    lin::{Wire, alloc, enforce, scalar},
};

/// `floor((x + 2^(shift-1)) / 2^shift)`.
///
/// # Complexity
/// As many constraints as the shifted range has bits; none where the range of `x` decides the quotient.
///
/// # Errors
/// The constraint system's own. `shift` is 1 to 31.
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

