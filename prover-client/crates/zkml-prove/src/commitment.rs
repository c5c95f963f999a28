//! The hiding commitment to an input: a Poseidon sponge over a random blinder and the packed
//! values, in the field of the proof system.
//!
//! ```text
//! e_0     = blinder, uniformly random below the modulus
//! e_{1+k} = Σ_i 2^(bits·i) · (value[k·m + i] - min),   m = floor(254 / bits) values to an element
//! commitment = sponge(tag; e_0, e_1, …)
//! ```
//!
//! The tag in the capacity is the little-endian number of the 28 bytes `"zkinfer/input/1" ‖ count
//! (u64) ‖ min (i32) ‖ bits (u8)`, so that the number of elements and the meaning of each are fixed
//! before anything is absorbed: zeros after the last element cannot be confused with values.
//!
//! | field | sponge | home |
//! |---|---|---|
//! | scalar field of BLS12-381 | five lanes, capacity lane 0, four elements at a time | `groth16::commitment` |
//! | base field of Pallas | three lanes, capacity lane 2, two elements at a time | `halo2::commitment` |
//!
//! Binding: packing is injective, since `bits·m <= 254` and values are range-checked; two openings
//! of one commitment are a collision of the sponge. Hiding: the blinder has more than 254 bits of
//! entropy and is absorbed in the first block. See the decision note 0003 on the input commitment.

use ff::PrimeField;
use zeroize::{Zeroize, Zeroizing};
use zkml_model::{graph::InputSpec, validate::MAX_VALUES};

use crate::error::CircuitError;

/// Domain of the tag in the capacity.
pub const DOMAIN: [u8; 15] = *b"zkinfer/input/1";
/// Bits of one packed element; two to this is below every field's modulus.
pub const ELEMENT_BITS: u32 = 254;

/// A prime field of more than 254 bits with a sponge for commitments.
pub trait CommitmentField: PrimeField<Repr = [u8; 32]> + Zeroize {
    /// Returns the little-endian number of 64 bytes, reduced: uniform for uniform bytes.
    fn from_wide_bytes(bytes: &[u8; 64]) -> Self;

    /// Absorbs elements into a sponge whose capacity starts with `tag`, and squeezes one element.
    fn sponge(tag: Self, elements: &[Self]) -> Self;
}

/// Returns the field element of 32 little-endian bytes.
///
/// # Errors
/// [`CircuitError::NotCanonical`] for bytes of the modulus or more; `what` is for the message.
pub fn canonical<F: CommitmentField>(
    what: &'static str,
    bytes: &[u8; 32],
) -> Result<F, CircuitError> {
    Option::from(F::from_repr(*bytes)).ok_or(CircuitError::NotCanonical { what })
}

/// Returns the capacity's first value for an input of this kind.
pub fn tag<F: CommitmentField>(input: &InputSpec, count: usize) -> F {
    let mut bytes = [0u8; 64];
    let count = (count as u64).to_le_bytes();
    let fields =
        DOMAIN.iter().chain(&count).copied().chain(input.min.to_le_bytes()).chain([input.bits]);
    bytes.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
    F::from_wide_bytes(&bytes)
}

/// Returns the number of values in one element. `bits` is at least 1.
pub fn values_per_element(bits: u8) -> usize {
    (ELEMENT_BITS / u32::from(bits.max(1))) as usize
}

/// Commits to `values` under `blinder`.
///
/// # Errors
/// [`CircuitError::InputCount`] and [`CircuitError::InputRange`] for values that are not an input
/// of this kind, [`CircuitError::MalformedInput`] for a specification out of bounds.
pub fn commit<F: CommitmentField>(
    input: &InputSpec,
    values: &[i32],
    blinder: &F,
) -> Result<F, CircuitError> {
    check_values(input, values)?;
    let chunks = values.chunks(values_per_element(input.bits));
    let mut elements = Zeroizing::new(Vec::with_capacity(1 + chunks.len()));
    elements.push(*blinder);
    elements.extend(chunks.map(|chunk| pack::<F>(input, chunk)));
    Ok(F::sponge(tag(input, values.len()), &elements))
}

fn pack<F: CommitmentField>(input: &InputSpec, values: &[i32]) -> F {
    let step = F::from(1u64 << input.bits);
    // In range, so offsets are below 2^16.
    let offset = |value: &i32| F::from(i64::from(*value).abs_diff(i64::from(input.min)));
    values.iter().rev().fold(F::ZERO, |sum, value| sum * step + offset(value))
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
    use bls12_381::Scalar;
    use halo2_proofs::pasta::Fp;

    use super::*;

    fn spec(count: usize, min: i32, bits: u8) -> InputSpec {
        InputSpec { shape: vec![count], min, bits }
    }

    /// Runs a test in every field.
    macro_rules! in_every_field {
        ($test:ident) => {{
            $test::<Scalar>();
            $test::<Fp>();
        }};
    }

    fn depends_on_all<F: CommitmentField>() {
        let base = commit(&spec(3, 0, 8), &[1, 2, 3], &F::from(7)).unwrap();
        let others = [
            commit(&spec(3, 0, 8), &[1, 2, 3], &F::from(8)),
            commit(&spec(3, 0, 8), &[1, 2, 4], &F::from(7)),
            commit(&spec(4, 0, 8), &[1, 2, 3, 0], &F::from(7)),
            commit(&spec(3, 0, 9), &[1, 2, 3], &F::from(7)),
            commit(&spec(3, 1, 8), &[2, 3, 4], &F::from(7)),
        ];
        for other in others {
            assert_ne!(base, other.unwrap());
        }
    }

    #[test]
    fn the_commitment_depends_on_blinder_values_count_and_range() {
        in_every_field!(depends_on_all);
    }

    fn check_vectors<F: CommitmentField>(text: &str) {
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), 6);
        for line in lines {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [count, min, bits, blinder, expected] = fields.try_into().unwrap();
            let input = spec(count.parse().unwrap(), min.parse().unwrap(), bits.parse().unwrap());
            let value = |i: usize| input.min + ((i * i + 3 * i) % (1 << input.bits)) as i32;
            let values: Vec<i32> = (0..input.shape[0]).map(value).collect();
            let bytes: [u8; 32] = hex::decode(blinder).unwrap().try_into().unwrap();
            let commitment = commit(&input, &values, &F::from_repr(bytes).unwrap()).unwrap();
            assert_eq!(hex::encode(commitment.to_repr()), expected, "{line}");
        }
    }

    #[test]
    fn commitments_are_those_of_an_independent_implementation() {
        check_vectors::<Scalar>(include_str!("../../../../tests/vectors/poseidon/commitment.txt"));
        check_vectors::<Fp>(include_str!(
            "../../../../tests/vectors/poseidon/commitment-pasta.txt"
        ));
    }

    fn refuses_other_values<F: CommitmentField>() {
        let count = commit(&spec(3, 0, 8), &[1, 2], &F::ONE);
        assert!(matches!(count, Err(CircuitError::InputCount { expected: 3, got: 2 })));
        let range = commit(&spec(2, -128, 8), &[0, 128], &F::ONE);
        assert!(matches!(
            range,
            Err(CircuitError::InputRange { index: 1, value: 128, min: -128, max: 127 })
        ));
        let bits = commit(&spec(1, 0, 17), &[0], &F::ONE);
        assert!(matches!(bits, Err(CircuitError::MalformedInput { .. })));
    }

    #[test]
    fn values_out_of_range_or_of_another_number_have_no_commitment() {
        in_every_field!(refuses_other_values);
    }

    fn packs_without_wrapping<F: CommitmentField>() {
        for bits in 1..=16u8 {
            let per = values_per_element(bits);
            let greatest: F = pack(&spec(per, 0, bits), &vec![((1u32 << bits) - 1) as i32; per]);
            let bytes = (greatest + F::ONE).to_repr();
            let top = u32::from(bits) * per as u32;
            assert_eq!(bytes[(top / 8) as usize], 1 << (top % 8), "{bits} bits");
        }
    }

    #[test]
    fn a_full_element_of_greatest_values_does_not_wrap_around() {
        in_every_field!(packs_without_wrapping);
    }
}
