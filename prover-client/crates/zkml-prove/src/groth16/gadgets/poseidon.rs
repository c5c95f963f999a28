//! The Poseidon permutation in the circuit. Constants, MDS matrix and partial rounds' other lanes
//! are linear.

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use ff::Field;
use zeroize::Zeroize;

use crate::groth16::{
    linear_combination::{LinearCombination, alloc, enforce},
    poseidon::Parameters,
};

/// A field element in the circuit: a combination and, when a witness is being made, its value.
#[derive(Clone)]
pub struct Element {
    /// The combination.
    pub lin: LinearCombination,
    /// Its value.
    pub value: Option<Scalar>,
}

impl core::fmt::Debug for Element {
    /// Without the value, which is a witness's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Element").field("terms", &self.lin.len()).finish_non_exhaustive()
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl Element {
    /// A constant.
    pub fn constant(value: Scalar) -> Self {
        Self { lin: LinearCombination::constant(value), value: Some(value) }
    }

    /// `self + other`.
    pub fn plus(&self, other: &Element) -> Self {
        let value = self.value.zip(other.value).map(|(a, b)| a + b);
        Self { lin: self.lin.plus(Scalar::ONE, &other.lin), value }
    }
}

/// The permutation of `state`, which has the parameters' width.
///
/// # Complexity
/// `3 · (t · R_F + R_P)` constraints: 300 for the standard parameters.
///
/// # Errors
/// The constraint system's own.
pub fn permute<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    parameters: &Parameters,
    state: &mut Vec<Element>,
) -> Result<(), SynthesisError> {
    for (constants, full) in parameters.rounds() {
        for (lane, (element, constant)) in state.iter_mut().zip(constants).enumerate() {
            element.lin.add_constant(*constant);
            element.value = element.value.map(|value| value + constant);
            if full || lane == 0 {
                *element = fifth_power(cs, element)?;
            }
        }
        *state = parameters.mds.iter().map(|row| mix(row, state)).collect();
    }
    Ok(())
}

/// `x^5` by `x² = x·x`, `x⁴ = x²·x²`, `x⁵ = x⁴·x`.
fn fifth_power<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    x: &Element,
) -> Result<Element, SynthesisError> {
    let square = x.value.map(|v| v.square());
    let fourth = square.map(|v| v.square());
    let value = fourth.zip(x.value).map(|(a, b)| a * b);
    let x2 = alloc(cs, "x^2", square)?;
    enforce(cs, "square", &x.lin, &x.lin, &x2);
    let x4 = alloc(cs, "x^4", fourth)?;
    enforce(cs, "fourth power", &x2, &x2, &x4);
    let x5 = alloc(cs, "x^5", value)?;
    enforce(cs, "fifth power", &x4, &x.lin, &x5);
    Ok(Element { lin: x5, value })
}

fn mix(row: &[Scalar], state: &[Element]) -> Element {
    let mut out = Element::constant(Scalar::ZERO);
    for (factor, element) in row.iter().zip(state) {
        out.lin.add_scaled(*factor, &element.lin);
        out.value = out.value.zip(element.value).map(|(sum, v)| sum + factor * v);
    }
    out.lin.merge();
    out
}
