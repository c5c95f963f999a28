//! The hiding commitment to an input: a Poseidon sponge over a random blinder and the packed
//! values.
//!
//! ```text
//! e_0     = blinder, uniformly random below the modulus
//! e_{1+k} = Σ_i 2^(bits·i) · (value[k·m + i] - min),   m = floor(254 / bits) values to an element
//! state   = (tag, 0, 0, 0, 0)
//! absorb four elements at a time into lanes 1 to 4, zeros after the last, and permute
//! commitment = lane 1
//! ```
//!
//! The tag in the capacity is the little-endian number of the 28 bytes `"zkinfer/input/1" ‖ count
//! (u64) ‖ min (i32) ‖ bits (u8)`, so that the number of elements and the meaning of each are fixed
//! before anything is absorbed: zeros after the last element cannot be confused with values.
//!
//! Binding: packing is injective, since `bits·m <= 254` and values are range-checked; two openings
//! of one commitment are a collision of the sponge. Hiding: the blinder has more than 254 bits of
//! entropy and is absorbed in the first block. See
//! `runtime/docs/decisions/0003-input-commitment.md`.

use bls12_381::Scalar;
use ff::Field;
use zeroize::Zeroizing;
use zkml_model::{graph::InputSpec, validate::MAX_VALUES};

use crate::{
    error::CircuitError,
    gadgets::range::power_of_two,
    lin::scalar,
    poseidon::{Parameters, RATE, WIDTH},
};

/// Domain of the tag in the capacity.
pub const DOMAIN: [u8; 15] = *b"zkinfer/input/1";
/// Bits of one packed element; two to this is below the field's modulus.
pub const ELEMENT_BITS: u32 = 254;

/// The capacity's first value for an input of this kind.
pub fn tag(input: &InputSpec, count: usize) -> Scalar {
    let mut bytes = [0u8; 64];
    let count = (count as u64).to_le_bytes();
    let fields =
        DOMAIN.iter().chain(&count).copied().chain(input.min.to_le_bytes()).chain([input.bits]);
    bytes.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
    Scalar::from_bytes_wide(&bytes)
}

/// How many values go into one element. `bits` is at least 1.
pub fn values_per_element(bits: u8) -> usize {
    (ELEMENT_BITS / u32::from(bits.max(1))) as usize
}

/// The commitment to `values` under `blinder`.
///
/// # Errors
/// [`CircuitError::InputCount`] and [`CircuitError::InputRange`] for values that are not an input
/// of this kind, [`CircuitError::MalformedInput`] for a specification out of bounds.
pub fn commit(input: &InputSpec, values: &[i32], blinder: &Scalar) -> Result<Scalar, CircuitError> {
    check_values(input, values)?;
    let chunks = values.chunks(values_per_element(input.bits));
    let mut elements = Zeroizing::new(Vec::with_capacity(1 + chunks.len()));
    elements.push(*blinder);
    elements.extend(chunks.map(|chunk| pack(input, chunk)));
    let mut state = Zeroizing::new([Scalar::ZERO; WIDTH]);
    if let Some(capacity) = state.first_mut() {
        *capacity = tag(input, values.len());
    }
    for block in elements.chunks(RATE) {
        state.iter_mut().skip(1).zip(block).for_each(|(lane, element)| *lane += element);
        Parameters::standard().permute(state.as_mut_slice());
    }
    Ok(state.get(1).copied().unwrap_or_default())
}

fn pack(input: &InputSpec, values: &[i32]) -> Scalar {
    let step = power_of_two(u32::from(input.bits));
    let offset = |value: &i32| scalar(i64::from(*value) - i64::from(input.min));
    values.iter().rev().fold(Scalar::ZERO, |sum, value| sum * step + offset(value))
}

/// Number of values of an input.
///
/// # Errors
/// [`CircuitError::MalformedInput`] when the specification is out of bounds.
pub fn value_count(input: &InputSpec) -> Result<usize, CircuitError> {
    let malformed = |what: String| CircuitError::MalformedInput { what };
    if input.bits == 0 || input.bits > 16 {
        return Err(malformed(format!("values of {} bits; 1 to 16 are possible", input.bits)));
    }
    let count = input.shape.iter().try_fold(1usize, |product, size| product.checked_mul(*size));
    match count {
        Some(count @ 1..=MAX_VALUES) => Ok(count),
        _ => Err(malformed(format!(
            "shape {:?}; 1 to {MAX_VALUES} values are possible",
            input.shape
        ))),
    }
}

/// Smallest and greatest value of an input.
pub fn bounds(input: &InputSpec) -> (i64, i64) {
    (i64::from(input.min), input.max())
}

/// Checks number and range of `values`.
///
/// # Errors
/// As [`commit`].
pub fn check_values(input: &InputSpec, values: &[i32]) -> Result<(), CircuitError> {
    let expected = value_count(input)?;
    if values.len() != expected {
        return Err(CircuitError::InputCount { expected, got: values.len() });
    }
    let (min, max) = bounds(input);
    for (index, &value) in values.iter().enumerate() {
        if i64::from(value) < min || i64::from(value) > max {
            return Err(CircuitError::InputRange { index, value, min, max });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(count: usize, min: i32, bits: u8) -> InputSpec {
        InputSpec { shape: vec![count], min, bits }
    }

    #[test]
    fn the_commitment_depends_on_blinder_values_count_and_range() {
        let base = commit(&spec(3, 0, 8), &[1, 2, 3], &Scalar::from(7)).unwrap();
        let others = [
            commit(&spec(3, 0, 8), &[1, 2, 3], &Scalar::from(8)),
            commit(&spec(3, 0, 8), &[1, 2, 4], &Scalar::from(7)),
            commit(&spec(4, 0, 8), &[1, 2, 3, 0], &Scalar::from(7)),
            commit(&spec(3, 0, 9), &[1, 2, 3], &Scalar::from(7)),
            commit(&spec(3, 1, 8), &[2, 3, 4], &Scalar::from(7)),
        ];
        for other in others {
            assert_ne!(base, other.unwrap());
        }
    }

    #[test]
    fn commitments_are_those_of_an_independent_implementation() {
        let text = include_str!("../../../../tests/vectors/poseidon/commitment.txt");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), 6);
        for line in lines {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [count, min, bits, blinder, expected] = fields.try_into().unwrap();
            let input = spec(count.parse().unwrap(), min.parse().unwrap(), bits.parse().unwrap());
            let value = |i: usize| input.min + ((i * i + 3 * i) % (1 << input.bits)) as i32;
            let values: Vec<i32> = (0..input.shape[0]).map(value).collect();
            let bytes: [u8; 32] = hex::decode(blinder).unwrap().try_into().unwrap();
            let commitment = commit(&input, &values, &Scalar::from_bytes(&bytes).unwrap()).unwrap();
            assert_eq!(hex::encode(commitment.to_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn values_out_of_range_or_of_another_number_have_no_commitment() {
        let blinder = Scalar::ONE;
        let count = commit(&spec(3, 0, 8), &[1, 2], &blinder);
        assert!(matches!(count, Err(CircuitError::InputCount { expected: 3, got: 2 })));
        let range = commit(&spec(2, -128, 8), &[0, 128], &blinder);
        assert!(matches!(
            range,
            Err(CircuitError::InputRange { index: 1, value: 128, min: -128, max: 127 })
        ));
        let bits = commit(&spec(1, 0, 17), &[0], &blinder);
        assert!(matches!(bits, Err(CircuitError::MalformedInput { .. })));
    }

    #[test]
    fn a_full_element_of_greatest_values_does_not_wrap_around() {
        for bits in 1..=16u8 {
            let per = values_per_element(bits);
            let input = spec(per, 0, bits);
            let greatest = pack(&input, &vec![(1 << bits) - 1; per]);
            let next = greatest + Scalar::ONE;
            let bytes = next.to_bytes();
            let top = u32::from(bits) * per as u32;
            assert_eq!(bytes[(top / 8) as usize], 1 << (top % 8), "{bits} bits");
        }
    }
}
