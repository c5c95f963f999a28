//! ONNX `ArgMax` with `select_last_index = 0`: of equal values, the lowest index.
//!
//! ```text
//! e_i · (e_i - 1) = 0,  Σ e_i = 1,  Σ i · e_i = output
//! p_i = e_i · z_i,      M = Σ p_i
//! M - z_i - [i < c] in [0, 2^k),    [i < c] = Σ_{j>i} e_j
//! ```
//! The last line says `z_c > z_i` for every `i` below the class `c`, and `z_c >= z_i` for every
//! other.

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use ff::Field;

use super::range::{bit_length, bits, enforce_boolean};
use crate::error::CircuitError;
use crate::groth16::linear_combination::{LinearCombination, Wire, alloc, enforce, scalar};

/// Constrains `output` to be the index of the greatest of `values`; ties go to the lowest.
///
/// # Complexity
/// For `n` values of ranges up to `2^k` apart: `n · (k + 2) + 2` constraints.
///
/// # Errors
/// The constraint system's own.
pub fn arg_max<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    values: &[Wire],
    output: &LinearCombination,
) -> Result<(), CircuitError> {
    let class = arg_max_value(values);
    let greatest = class.and_then(|c| values.get(c)).and_then(|wire| wire.value);
    let mut flags = Vec::with_capacity(values.len());
    let (mut sum, mut index, mut maximum) =
        (LinearCombination::default(), LinearCombination::default(), LinearCombination::default());
    for (i, wire) in values.iter().enumerate() {
        let chosen = class.map(|c| Scalar::from(u64::from(c == i)));
        let flag = alloc(cs, "one-hot", chosen)?;
        enforce_boolean(cs, "one-hot is boolean", &flag);
        let product =
            alloc(cs, "chosen value", chosen.zip(wire.scalar_value()).map(|(e, z)| e * z))?;
        enforce(cs, "chosen value product", &flag, &wire.lin, &product);
        sum.add_scaled(Scalar::ONE, &flag);
        index.add_scaled(Scalar::from(i as u64), &flag);
        maximum.add_scaled(Scalar::ONE, &product);
        flags.push(flag);
    }
    let one = LinearCombination::constant(Scalar::ONE);
    enforce(cs, "one-hot sum", &sum, &one, &one);
    enforce(cs, "output is the chosen index", &index, &one, output);

    let highest = values.iter().map(|wire| wire.hi).max().unwrap_or(0);
    let mut below = LinearCombination::default();
    for (i, wire) in values.iter().enumerate().rev() {
        let mut difference = maximum.clone();
        difference.add_scaled(-Scalar::ONE, &wire.lin);
        difference.add_scaled(-Scalar::ONE, &below);
        difference.merge();
        let strict = class.map(|c| i64::from(i < c));
        let value = greatest.zip(wire.value).zip(strict).map(|((m, z), s)| m - z - s);
        bits(cs, &difference, value, bit_length(highest - wire.lo))?;
        if let Some(flag) = flags.get(i) {
            below.add_scaled(Scalar::ONE, flag);
        }
    }
    Ok(())
}

/// Index of the greatest value; ties go to the lowest; `None` while there are no values.
pub fn arg_max_value(values: &[Wire]) -> Option<usize> {
    let mut best: Option<(usize, i64)> = None;
    for (i, wire) in values.iter().enumerate() {
        let value = wire.value?;
        if best.is_none_or(|(_, greatest)| value > greatest) {
            best = Some((i, value));
        }
    }
    best.map(|(i, _)| i)
}

/// A variable of its own for a value of more than `longest` terms, so that a long sum is written
/// once.
///
/// # Complexity
/// One constraint, if it is longer.
///
/// # Errors
/// The constraint system's own.
pub fn name_value<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    name: &'static str,
    wire: &mut Wire,
    longest: usize,
) -> Result<(), CircuitError> {
    if wire.lin.len() > longest {
        let variable = alloc(cs, name, wire.value.map(scalar))?;
        enforce(
            cs,
            "sum has its own variable",
            &wire.lin,
            &LinearCombination::constant(Scalar::ONE),
            &variable,
        );
        wire.lin = variable;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::gadgets::testing::{Gadget, choices, wire};

    /// Values, then a flag and a product for each, then the bits of each difference from the last
    /// to the first.
    fn gadget(count: usize) -> Gadget {
        Gadget::new(|cs| {
            let output =
                LinearCombination::variable(cs.alloc_input(|| "class", || Ok(Scalar::ZERO))?);
            let values =
                (0..count).map(|_| wire(cs, 0..=3, None)).collect::<Result<Vec<_>, _>>()?;
            arg_max(cs, &values, &output)?;
            Ok(vec![])
        })
    }

    /// Returns `true` if any bits make `class` the answer for `values` with these flags.
    fn accepts(gadget: &Gadget, values: &[i64], flags: &[i64], class: i64) -> bool {
        let mut private = values.to_vec();
        private.extend(flags.iter().zip(values).flat_map(|(e, z)| [*e, e * z]));
        let bits = gadget.0.shape.private - private.len();
        choices(&vec![vec![0, 1]; bits]).iter().any(|bits| {
            let private = [private.as_slice(), bits].concat();
            gadget.accepts_with(&[class], &private)
        })
    }

    fn one_hot(count: usize, hot: usize) -> Vec<i64> {
        (0..count).map(|i| i64::from(i == hot)).collect()
    }

    #[test]
    fn the_only_class_is_the_lowest_index_of_the_greatest_value() {
        let gadget = gadget(3);
        for values in choices(&vec![vec![0, 1, 3]; 3]) {
            let greatest = *values.iter().max().unwrap();
            let right = values.iter().position(|v| *v == greatest).unwrap();
            for hot in 0..3 {
                for class in -1..=3 {
                    let expected = hot == right && class == right as i64;
                    assert_eq!(
                        accepts(&gadget, &values, &one_hot(3, hot), class),
                        expected,
                        "{values:?} {hot} {class}"
                    );
                }
            }
        }
    }

    #[test]
    fn of_equals_the_higher_index_is_refused() {
        assert!(accepts(&gadget(3), &[2, 2, 1], &one_hot(3, 0), 0));
        assert!(!accepts(&gadget(3), &[2, 2, 1], &one_hot(3, 1), 1));
    }

    #[test]
    fn flags_that_are_not_one_hot_are_refused() {
        let gadget = gadget(3);
        for flags in choices(&vec![vec![-1, 0, 1, 2]; 3]) {
            let is_one_hot = flags.iter().filter(|e| **e == 1).count() == 1
                && flags.iter().filter(|e| **e == 0).count() == 2;
            let index: i64 = (0..).zip(&flags).map(|(i, e)| i * e).sum();
            if !is_one_hot {
                assert!(!accepts(&gadget, &[1, 1, 1], &flags, index), "{flags:?}");
                assert!(!accepts(&gadget, &[0, 0, 0], &flags, index), "{flags:?}");
            }
        }
    }

    #[test]
    fn a_product_that_is_not_the_chosen_value_is_refused() {
        let gadget = gadget(2);
        // The second value poses as 3 by its product.
        for bits in choices(&vec![vec![0, 1]; gadget.0.shape.private - 6]) {
            assert!(!gadget.accepts_with(&[1], &[&[2, 1, 0, 0, 1, 3], bits.as_slice()].concat()));
        }
    }
}
