//! Range checks by bits.

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use ff::Field;

use crate::groth16::linear_combination::{LinearCombination, alloc, enforce};

/// `b · (b - 1) = 0`.
pub fn enforce_boolean<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    name: &'static str,
    bit: &LinearCombination,
) {
    let minus_one = bit.plus(-Scalar::ONE, &LinearCombination::constant(Scalar::ONE));
    enforce(cs, name, bit, &minus_one, &LinearCombination::default());
}

/// The bits of `x`, lowest first, with `x = Σ 2^i · bit_i` and every bit boolean: so `x` lies in
/// `[0, 2^count)`.
///
/// Bit 0 is not a variable: it is `x - Σ_{i>0} 2^i · bit_i`, and being boolean it makes the sum
/// right.
///
/// # Complexity
/// `count - 1` variables, `count` constraints.
///
/// # Soundness
/// `count` is at most 63, so that the sum cannot wrap around the field.
///
/// # Errors
/// The constraint system's own.
pub fn bits<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    x: &LinearCombination,
    value: Option<i64>,
    count: u32,
) -> Result<Vec<LinearCombination>, SynthesisError> {
    if count == 0 {
        enforce(
            cs,
            "range of nothing",
            x,
            &LinearCombination::constant(Scalar::ONE),
            &LinearCombination::default(),
        );
        return Ok(Vec::new());
    }
    let mut lowest = x.clone();
    let mut out = vec![LinearCombination::default()];
    for i in 1..count {
        let bit = alloc(cs, "bit", value.map(|v| Scalar::from(((v >> i) & 1) as u64)))?;
        enforce_boolean(cs, "bit is boolean", &bit);
        lowest.add_scaled(-power_of_two(i), &bit);
        out.push(bit);
    }
    lowest.merge();
    enforce_boolean(cs, "lowest bit is boolean", &lowest);
    if let Some(first) = out.first_mut() {
        *first = lowest;
    }
    Ok(out)
}

/// `Σ 2^i · bits[i]`.
pub fn weigh(bits: &[LinearCombination]) -> LinearCombination {
    let mut out = LinearCombination::default();
    for (i, bit) in (0u32..).zip(bits) {
        out.add_scaled(power_of_two(i), bit);
    }
    out.merge();
    out
}

/// `2^exponent` in the field; `exponent` below 64.
pub fn power_of_two(exponent: u32) -> Scalar {
    Scalar::from(1u64 << exponent)
}

/// Fewest bits that hold the number `greatest`; zero for numbers below 1.
pub fn bit_length(greatest: i64) -> u32 {
    if greatest <= 0 { 0 } else { 64 - greatest.leading_zeros() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::gadgets::testing::Gadget;

    #[test]
    fn only_numbers_of_so_many_bits_have_bits() {
        for x in -3i64..20 {
            let gadget = Gadget::new(|cs| {
                let x = alloc(cs, "x", Some(crate::groth16::linear_combination::scalar(x)))?;
                bits(cs, &x, Some(0), 4)?;
                Ok(vec![])
            });
            // x and three bits; the lowest bit is implied.
            let witnesses = gadget.satisfying(&[vec![x], vec![0, 1], vec![0, 1], vec![0, 1]]);
            assert_eq!(witnesses.len(), usize::from((0..16).contains(&x)), "{x}");
        }
    }

    #[test]
    fn a_bit_that_is_not_boolean_is_refused() {
        let gadget = Gadget::new(|cs| {
            let x = alloc(cs, "x", Some(Scalar::from(4)))?;
            bits(cs, &x, Some(4), 3)?;
            Ok(vec![])
        });
        assert!(gadget.accepts(&[4, 0, 1]));
        // 2·2 = 4 and 2·(-2) + 4·2 = 4, but neither 2 nor -2 is a bit.
        assert!(!gadget.accepts(&[4, 2, 0]));
        assert!(!gadget.accepts(&[4, -2, 2]));
    }

    #[test]
    fn the_range_of_nothing_holds_zero_alone() {
        let gadget = Gadget::new(|cs| {
            let x = alloc(cs, "x", Some(Scalar::ZERO))?;
            bits(cs, &x, Some(0), 0)?;
            Ok(vec![])
        });
        assert!(gadget.accepts(&[0]));
        assert!(!gadget.accepts(&[1]));
    }

    #[test]
    fn bit_lengths_are_tight() {
        assert_eq!([0, 1, 2, 3, 4, 255, 256].map(bit_length), [0, 1, 2, 2, 3, 8, 9]);
    }
}
