//! The hiding commitment to an input over the base field of Pallas.
//!
//! As [`crate::commitment`], with Poseidon of three lanes and the capacity last:
//!
//! ```text
//! e_0     = blinder
//! e_{1+k} = Σ_i 2^(bits·i) · (value[k·m + i] - min),   m = floor(254 / bits)
//! state   = (0, 0, tag);  absorb two elements at a time into lanes 0 and 1, and permute
//! commitment = lane 0
//! ```
//!
//! The tag is the same number. Two to the 254 is below this modulus too, so packing stays
//! injective; binding and hiding are those of the sponge over a field of 254 bits with one lane of
//! capacity.

use zeroize::Zeroizing;
use zkml_model::graph::InputSpec;

use super::{
    field::CircuitField,
    poseidon::{RATE, permute},
};
use crate::{
    commitment::{DOMAIN, check_values, values_per_element},
    error::CircuitError,
};

/// The capacity's first value for an input of this kind.
pub fn tag<F: CircuitField>(input: &InputSpec, count: usize) -> F {
    let mut bytes = [0u8; 64];
    let count = (count as u64).to_le_bytes();
    let fields =
        DOMAIN.iter().chain(&count).copied().chain(input.min.to_le_bytes()).chain([input.bits]);
    bytes.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
    F::from_uniform_bytes(&bytes)
}

/// The commitment to `values` under `blinder`.
///
/// # Errors
/// [`CircuitError::InputCount`], [`CircuitError::InputRange`] or [`CircuitError::MalformedInput`]
/// for values that are not an input of this kind.
pub fn commit<F: CircuitField>(
    input: &InputSpec,
    values: &[i32],
    blinder: &F,
) -> Result<F, CircuitError> {
    check_values(input, values)?;
    let chunks = values.chunks(values_per_element(input.bits));
    let mut elements = Zeroizing::new(Vec::with_capacity(1 + chunks.len()));
    elements.push(*blinder);
    elements.extend(chunks.map(|chunk| pack::<F>(input, chunk)));
    let mut state = [F::ZERO, F::ZERO, tag(input, values.len())];
    let parameters = F::poseidon();
    for block in elements.chunks(RATE) {
        state.iter_mut().zip(block).for_each(|(lane, element)| *lane += element);
        state = permute(&parameters, state);
    }
    let [commitment, ..] = state;
    Ok(commitment)
}

fn pack<F: CircuitField>(input: &InputSpec, values: &[i32]) -> F {
    let step = F::from(1u64 << input.bits);
    // In range, so offsets are below 2^16.
    let offset = |value: &i32| F::from(i64::from(*value).abs_diff(i64::from(input.min)));
    values.iter().rev().fold(F::ZERO, |sum, value| sum * step + offset(value))
}

#[cfg(test)]
mod tests {
    use ff::Field;
    use halo2_proofs::pasta::Fp;

    use super::*;

    fn spec(count: usize, min: i32, bits: u8) -> InputSpec {
        InputSpec { shape: vec![count], min, bits }
    }

    #[test]
    fn the_commitment_depends_on_blinder_values_count_and_range() {
        let base = commit(&spec(3, 0, 8), &[1, 2, 3], &Fp::from(7)).unwrap();
        let others = [
            commit(&spec(3, 0, 8), &[1, 2, 3], &Fp::from(8)),
            commit(&spec(3, 0, 8), &[1, 2, 4], &Fp::from(7)),
            commit(&spec(4, 0, 8), &[1, 2, 3, 0], &Fp::from(7)),
            commit(&spec(3, 0, 9), &[1, 2, 3], &Fp::from(7)),
            commit(&spec(3, 1, 8), &[2, 3, 4], &Fp::from(7)),
        ];
        for other in others {
            assert_ne!(base, other.unwrap());
        }
    }

    #[test]
    fn commitments_are_those_of_an_independent_implementation() {
        use ff::PrimeField;
        let text = include_str!("../../../../../tests/vectors/poseidon/commitment-pasta.txt");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), 6);
        for line in lines {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [count, min, bits, blinder, expected] = fields.try_into().unwrap();
            let input = spec(count.parse().unwrap(), min.parse().unwrap(), bits.parse().unwrap());
            let value = |i: usize| input.min + ((i * i + 3 * i) % (1 << input.bits)) as i32;
            let values: Vec<i32> = (0..input.shape[0]).map(value).collect();
            let bytes: [u8; 32] = hex::decode(blinder).unwrap().try_into().unwrap();
            let commitment = commit(&input, &values, &Fp::from_repr(bytes).unwrap()).unwrap();
            assert_eq!(hex::encode(commitment.to_repr()), expected, "{line}");
        }
    }

    #[test]
    fn values_out_of_range_have_no_commitment() {
        let range = commit(&spec(2, -128, 8), &[0, 128], &Fp::ONE);
        assert!(matches!(
            range,
            Err(CircuitError::InputRange { index: 1, value: 128, min: -128, max: 127 })
        ));
    }

    #[test]
    fn a_full_element_of_greatest_values_does_not_wrap_around() {
        use ff::PrimeField;
        for bits in 1..=16u8 {
            let per = values_per_element(bits);
            let greatest: Fp = pack(&spec(per, 0, bits), &vec![((1u32 << bits) - 1) as i32; per]);
            let top = u32::from(bits) * per as u32;
            let bytes = (greatest + Fp::ONE).to_repr();
            assert_eq!(bytes[(top / 8) as usize], 1 << (top % 8), "{bits} bits");
        }
    }
}
