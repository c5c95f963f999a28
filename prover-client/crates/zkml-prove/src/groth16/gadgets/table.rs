//! A function of one integer by its values, as a polynomial in the bits of its argument.
//!
//! ```text
//! x - lo = Σ_{i<k} 2^i · bit_i                              every bit boolean, x in [lo, lo + 2^k)
//! T(x) = Σ_{S} c_S · Π_{i∈S} bit_i                          c by Möbius inversion: T at x is the sum over all S ⊆ bits of x
//!      = Σ_{H} Π_{i∈H} bit_i · (Σ_{L} c_{H∪L} · Π_{i∈L} bit_i)    H of the upper half, L of the lower half
//! ```

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use ff::Field;
use zkml_model::graph::Table;

use super::{
    clip::clip,
    range::{bit_length, bits},
};
use crate::error::CircuitError;
use crate::groth16::linear_combination::{LinearCombination, Wire, alloc, enforce, scalar};

/// The products of all subsets of some bits, by the subset's mask, with their values.
type Monomials = Vec<(LinearCombination, Option<i64>)>;

/// The value at `x`, which saturates to the table's arguments.
///
/// # Complexity
/// A [`clip`], and for an argument of `k` bits `k` constraints and products: for eight bits 45 in
/// all.
///
/// # Soundness
/// The clipped `x` is in its range for every prover, so its bits are determined, and by them the
/// value.
///
/// # Errors
/// The constraint system's own.
pub fn table<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    x: &Wire,
    table: &Table,
) -> Result<Wire, CircuitError> {
    let x = clip(cs, x, i64::from(table.first), table.last())?;
    let reached = table.reached(x.lo, x.hi);
    let (lo, hi) = (reached.iter().min(), reached.iter().max());
    let (lo, hi) = (lo.map_or(0, |v| i64::from(*v)), hi.map_or(0, |v| i64::from(*v)));
    if lo == hi {
        return Ok(Wire::constant(lo));
    }
    let count = bit_length(x.hi - x.lo);
    let mut argument = x.lin.clone();
    argument.add_constant(scalar(-x.lo));
    let offset = x.value.map(|v| v - x.lo);
    let all = bits(cs, &argument, offset, count)?;
    let (lower, upper) = all.split_at(all.len() / 2);
    let coefficients = coefficients(reached, count);
    let lower_products = monomials(cs, lower, offset)?;
    let upper_products = monomials(cs, upper, offset.map(|v| v >> lower.len()))?;
    let mut lin = LinearCombination::default();
    for ((factor, set), row) in upper_products.iter().zip(coefficients.chunks(lower_products.len()))
    {
        let mut inner = LinearCombination::default();
        let mut value = Some(0);
        for (coefficient, (product, set)) in row.iter().zip(&lower_products) {
            inner.add_scaled(scalar(*coefficient), product);
            value = value.zip(*set).map(|(sum, set)| sum + coefficient * set);
        }
        inner.merge();
        lin.add_scaled(Scalar::ONE, &times(cs, (factor, *set), (&inner, value))?.0);
    }
    lin.merge();
    Ok(Wire { lin, lo, hi, value: x.value.map(|v| table.at(v)) })
}

/// Coefficients of the polynomial by the mask of their bits. Arguments beyond the last value take
/// that: `x` is not one of them.
pub(crate) fn coefficients(values: &[i32], bits: u32) -> Vec<i64> {
    let last = values.last().copied().unwrap_or_default();
    let padded = values.iter().copied().chain(core::iter::repeat(last));
    // At most 2^8 values of at most 2^30: sums stay below 2^39.
    let mut out: Vec<i64> = padded.take(1 << bits).map(i64::from).collect();
    for bit in 0..bits {
        for mask in (0..out.len()).filter(|mask| mask >> bit & 1 == 1) {
            out[mask] -= out[mask ^ (1 << bit)];
        }
    }
    out
}

fn monomials<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    bits: &[LinearCombination],
    value: Option<i64>,
) -> Result<Monomials, CircuitError> {
    let mut out: Monomials = vec![(LinearCombination::constant(Scalar::ONE), Some(1))];
    for (i, bit) in bits.iter().enumerate() {
        let set = value.map(|v| v >> i & 1);
        for mask in 0..out.len() {
            let (product, value) = &out[mask];
            let next = times(cs, (bit, set), (product, *value))?;
            out.push(next);
        }
    }
    Ok(out)
}

/// A product, without a constraint where one side is constant.
fn times<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    (a, a_value): (&LinearCombination, Option<i64>),
    (b, b_value): (&LinearCombination, Option<i64>),
) -> Result<(LinearCombination, Option<i64>), CircuitError> {
    let value = a_value.zip(b_value).map(|(a, b)| a * b);
    let product = match (a.as_constant(), b.as_constant()) {
        (Some(a), _) => b.scaled(a),
        (_, Some(b)) => a.scaled(b),
        _ => {
            let product = alloc(cs, "product of bits", value.map(scalar))?;
            enforce(cs, "product of bits", a, b, &product);
            product
        }
    };
    Ok((product, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::{
        gadgets::testing::wire,
        r1cs::{Matrices, assign_fallible},
    };

    /// Writes the gadget; the operand stands first, the result last.
    fn build<CS: ConstraintSystem<Scalar>>(
        cs: &mut CS,
        values: &Table,
        [lo, hi]: [i64; 2],
        value: Option<i64>,
    ) -> Result<(), CircuitError> {
        let x = wire(cs, lo..=hi, value)?;
        let y = table(cs, &x, values)?;
        let named = alloc(cs, "y", y.value.map(scalar))?;
        enforce(cs, "y", &y.lin, &LinearCombination::constant(Scalar::ONE), &named);
        Ok(())
    }

    fn cases() -> [(Table, [i64; 2]); 5] {
        let few = Table { first: -3, values: vec![5, -7, 0, 2, 2, 9] };
        let many =
            Table { first: -128, values: (0..256).map(|i| (i * 7919) % 1009 - 500).collect() };
        [
            (few.clone(), [-3, 2]),
            (few.clone(), [-2, 1]),
            (few.clone(), [-6, 8]),
            (few, [0, 3]),
            (many, [-128, 127]),
        ]
    }

    #[test]
    fn the_only_value_is_the_one_in_the_table() {
        for (values, range) in cases() {
            let matrices = Matrices::of_fallible(|cs| build(cs, &values, range, None)).unwrap();
            let step = if range[1] > 100 { 17 } else { 1 };
            for claimed in (range[0]..=range[1]).step_by(step) {
                let honest =
                    assign_fallible(0, |cs| build(cs, &values, range, Some(claimed))).unwrap().0;
                assert!(matrices.is_satisfied(&honest));
                assert_eq!(honest.private.last(), Some(&scalar(values.at(claimed))));
                // Everything as it is for another argument: accepted where both saturate, and so
                // have one value.
                for x in range[0]..=range[1] {
                    let mut other = honest.clone();
                    other.private[0] = scalar(x);
                    let inside = |x: i64| x.clamp(values.first.into(), values.last());
                    let one = inside(x) == inside(claimed);
                    assert!(one || !matrices.is_satisfied(&other), "{x} taken for {claimed}");
                }
                for i in 1..honest.private.len() {
                    for by in [Scalar::ONE, -Scalar::ONE, scalar(5)] {
                        let mut wrong = honest.clone();
                        wrong.private[i] += by;
                        assert!(!matrices.is_satisfied(&wrong), "variable {i} at {claimed}");
                    }
                }
            }
        }
    }

    #[test]
    fn eight_bits_cost_45_constraints_and_a_constant_function_none() {
        let cost = |values: &Table, range| {
            let matrices = Matrices::of_fallible(|cs| build(cs, values, range, None)).unwrap();
            // One constraint names the result for the test.
            matrices.constraints - 1
        };
        let [.., (many, range)] = cases();
        assert_eq!(cost(&many, range), 8 + 11 + 11 + 15);
        assert_eq!(cost(&Table { first: 0, values: vec![7; 256] }, [0, 255]), 0);
        assert_eq!(cost(&Table { first: 0, values: vec![1, 2, 3] }, [9, 20]), 0);
    }
}
