//! The input's range checks and its commitment.

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use ff::Field;
use zkml_model::graph::InputSpec;

use crate::groth16::{
    gadgets::{
        poseidon::{Element, permute},
        range::{bits, power_of_two},
    },
    linear_combination::{LinearCombination, Wire, alloc, enforce, scalar},
    poseidon::{Parameters, RATE, WIDTH},
};
use crate::{
    commitment::{bounds, tag, values_per_element},
    error::CircuitError,
    secret::try_collect,
};

/// The values as wires: `value - min` is a variable of `bits` bits.
///
/// # Complexity
/// `bits` constraints for each value.
pub fn values<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    input: &InputSpec,
    count: usize,
    values: Option<&[i32]>,
) -> Result<Vec<Wire>, CircuitError> {
    let mut cs = cs.namespace(|| "Input");
    let (lo, hi) = bounds(input);
    let wire = |i: usize| {
        let value = values.and_then(|values| values.get(i)).map(|value| i64::from(*value));
        let offset = value.map(|v| v - lo);
        let mut lin = alloc(&mut cs, "offset", offset.map(scalar))?;
        bits(&mut cs, &lin, offset, u32::from(input.bits))?;
        lin.add_constant(scalar(lo));
        Ok(Wire { lin, lo, hi, value })
    };
    try_collect((0..count).map(wire))
}

/// Constrains `commitment` to be the sponge of a blinder and the values.
///
/// # Complexity
/// 300 constraints for each four elements, and one.
pub fn commitment<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    input: &InputSpec,
    wires: &[Wire],
    blinder: Option<Scalar>,
    commitment: &LinearCombination,
) -> Result<(), CircuitError> {
    let mut cs = cs.namespace(|| "Commitment");
    let lin = alloc(&mut cs, "blinder", blinder)?;
    let chunks = wires.chunks(values_per_element(input.bits));
    let mut elements = Vec::with_capacity(1 + chunks.len());
    elements.push(Element { lin, value: blinder });
    elements.extend(chunks.map(|chunk| pack(input, chunk)));
    let mut state = vec![Element::constant(Scalar::ZERO); WIDTH];
    if let Some(capacity) = state.first_mut() {
        *capacity = Element::constant(tag(input, wires.len()));
    }
    for block in elements.chunks(RATE) {
        state.iter_mut().skip(1).zip(block).for_each(|(lane, element)| *lane = lane.plus(element));
        permute(&mut cs, Parameters::standard(), &mut state)?;
    }
    if let Some(result) = state.get(1) {
        let one = LinearCombination::constant(Scalar::ONE);
        enforce(&mut cs, "commitment", &result.lin, &one, commitment);
    }
    Ok(())
}

fn pack(input: &InputSpec, wires: &[Wire]) -> Element {
    let step = power_of_two(u32::from(input.bits));
    let mut factor = Scalar::ONE;
    let mut out = Element::constant(Scalar::ZERO);
    for wire in wires {
        out.lin.add_scaled(factor, &wire.lin);
        out.lin.add_constant(-(factor * scalar(i64::from(input.min))));
        let offset = wire.value.map(|v| scalar(v - i64::from(input.min)));
        out.value = out.value.zip(offset).map(|(sum, v)| sum + factor * v);
        factor *= step;
    }
    out.lin.merge();
    out
}
