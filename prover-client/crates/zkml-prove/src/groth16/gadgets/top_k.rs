//! ONNX `TopK` with `largest` and `sorted`: the greatest values' indices, of equal values the
//! lowest index first.
//!
//! With `l` the smallest value that there can be, `n` values have keys that no two share and that
//! are in the order wanted:
//!
//! ```text
//! K_i = n · (z_i - l) + n - 1 - i            0 <= K_i < S,   S = n · (h - l + 1)
//! for each place r:
//!   e_ri · (e_ri - 1) = 0,  Σ_i e_ri = 1,  c_r = Σ_i i · e_ri
//!   e_ri · (M_r - K_i) = 0                                              M_r is the chosen key
//! M_r - M_{r+1} - 1 in [0, 2^b)                                         each key is below the one before
//! M_k - K_i - 1 + S · Σ_r e_ri in [0, 2^b)                              all that are not chosen are below the last
//! ```
//! Chosen keys fall strictly, so no value is chosen twice, and `Σ_r e_ri` is zero or one: for what
//! is not chosen the last line says `K_i < M_k`, for what is it says nothing. With `2^b >= S` it
//! holds of every true answer.

use bellman::ConstraintSystem;
use bls12_381::Scalar;
use ff::Field;
use zkml_model::{
    infer,
    intervals::{Interval, TooWide, top_k_span},
};

use super::range::{bit_length, bits, enforce_boolean};
use crate::error::CircuitError;
use crate::groth16::linear_combination::{LinearCombination, Wire, alloc, enforce, scalar};

/// The values' keys, and how many there can be.
struct Keys {
    keys: Vec<Wire>,
    span: i64,
}

/// One of the best: who is chosen, by flags, and its key.
struct Place {
    flags: Vec<LinearCombination>,
    key: Wire,
}

/// The indices of the `k` greatest values, the greatest first; ties go to the lowest index first.
///
/// # Complexity
/// For `n` values whose keys have `b` bits: `k · (2n + 1) + (n + k - 1) · b` constraints.
///
/// # Errors
/// There are 2^61 keys or more: the index of a value, and how many keys there would be. Else the
/// constraint system's own.
pub fn top_k<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    values: &[Wire],
    k: usize,
) -> Result<Result<Vec<Wire>, TooWide>, CircuitError> {
    let Keys { keys, span } = match keys(values) {
        Ok(keys) => keys,
        Err(wide) => return Ok(Err(wide)),
    };
    let order = order(values, k);
    let mut places = Vec::with_capacity(k);
    for place in 0..k {
        let chosen = order.as_ref().and_then(|order| order.get(place).copied());
        places.push(choose(cs, &keys, chosen)?);
    }
    let width = bit_length(span - 1);
    for pair in places.windows(2) {
        let [before, after] = pair else { continue };
        let mut difference = before.key.lin.plus(-Scalar::ONE, &after.key.lin);
        difference.add_constant(-Scalar::ONE);
        let value = before.key.value.zip(after.key.value).map(|(a, b)| a - b - 1);
        bits(cs, &difference, value, width)?;
    }
    if let Some(last) = places.last() {
        rest_is_below(cs, &keys, &places, last, span)?;
    }
    let of = |(place, Place { flags, .. }): (usize, &Place)| {
        let value = order.as_ref().and_then(|order| order.get(place)).map(|i| *i as i64);
        Wire { lin: index(flags), lo: 0, hi: values.len() as i64 - 1, value }
    };
    Ok(Ok(places.iter().enumerate().map(of).collect()))
}

/// The order of the best, once all values are known.
fn order(values: &[Wire], k: usize) -> Option<Vec<usize>> {
    let values: Vec<i64> = values.iter().map(|wire| wire.value).collect::<Option<_>>()?;
    Some(infer::top_k(&values, k))
}

fn keys(values: &[Wire]) -> Result<Keys, TooWide> {
    let ranges: Vec<Interval> =
        values.iter().map(|wire| Interval { lo: wire.lo, hi: wire.hi }).collect();
    let span = top_k_span(&ranges)?;
    let lowest = ranges.iter().map(|range| range.lo).min().unwrap_or(0);
    let count = values.len() as i64;
    let key = |(i, wire): (i64, &Wire)| {
        let of = |value: i64| count * (value - lowest) + count - 1 - i;
        let mut lin = wire.lin.scaled(scalar(count));
        lin.add_constant(scalar(count - 1 - i) - scalar(count) * scalar(lowest));
        Wire { lin, lo: of(wire.lo), hi: of(wire.hi), value: wire.value.map(of) }
    };
    Ok(Keys { keys: (0..).zip(values).map(key).collect(), span })
}

/// Flags of which one is set, and the key that it points to.
fn choose<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    keys: &[Wire],
    chosen: Option<usize>,
) -> Result<Place, CircuitError> {
    let value = chosen.and_then(|i| keys.get(i)).and_then(|key| key.value);
    let greatest = alloc(cs, "chosen key", value.map(scalar))?;
    let (mut flags, mut sum) = (Vec::with_capacity(keys.len()), LinearCombination::default());
    for (i, key) in keys.iter().enumerate() {
        let flag = alloc(cs, "one-hot", chosen.map(|c| Scalar::from(u64::from(c == i))))?;
        enforce_boolean(cs, "one-hot is boolean", &flag);
        let gap = greatest.plus(-Scalar::ONE, &key.lin);
        enforce(cs, "the chosen key is its value's", &flag, &gap, &LinearCombination::default());
        sum.add_scaled(Scalar::ONE, &flag);
        flags.push(flag);
    }
    let one = LinearCombination::constant(Scalar::ONE);
    enforce(cs, "one-hot sum", &sum, &one, &one);
    let (lo, hi) = (0, i64::MAX);
    Ok(Place { flags, key: Wire { lin: greatest, lo, hi, value } })
}

/// All keys that are not chosen are below the last that is.
fn rest_is_below<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    keys: &[Wire],
    places: &[Place],
    last: &Place,
    span: i64,
) -> Result<(), CircuitError> {
    for (i, key) in keys.iter().enumerate() {
        let mut difference = last.key.lin.plus(-Scalar::ONE, &key.lin);
        difference.add_constant(-Scalar::ONE);
        let mut value = last.key.value.zip(key.value).map(|(m, k)| m - k - 1);
        for Place { flags, key: chosen } in places {
            if let Some(flag) = flags.get(i) {
                difference.add_scaled(scalar(span), flag);
            }
            // Keys are unlike each other, so an equal one is this.
            let is_this = chosen.value.zip(key.value).map(|(chosen, key)| i64::from(chosen == key));
            value = value.zip(is_this).map(|(value, is_this)| value + span * is_this);
        }
        difference.merge();
        bits(cs, &difference, value, bit_length(span - 1))?;
    }
    Ok(())
}

/// `Σ i · flag_i`
fn index(flags: &[LinearCombination]) -> LinearCombination {
    let mut out = LinearCombination::default();
    for (i, flag) in (0u64..).zip(flags) {
        out.add_scaled(Scalar::from(i), flag);
    }
    out.merge();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::gadgets::testing::{Gadget, choices, wire};

    /// Values from 0 to 1, then for each place its key and a flag for each value, then bits from
    /// the second on.
    fn gadget(count: usize, k: usize) -> Gadget {
        Gadget::new(|cs| {
            let values =
                (0..count).map(|_| wire(cs, 0..=1, None)).collect::<Result<Vec<_>, _>>()?;
            Ok(top_k(cs, &values, k)?.expect("narrow"))
        })
    }

    fn key(values: &[i64], i: usize) -> i64 {
        let count = values.len() as i64;
        count * values[i] + count - 1 - i as i64
    }

    /// The bits, from the second on, of a number that has them; none for another.
    fn upper_bits(number: i64, width: u32) -> Option<Vec<i64>> {
        (0..1i64 << width).contains(&number).then(|| (1..width).map(|i| number >> i & 1).collect())
    }

    /// Returns `true` if there are bits with which the constraints hold for these keys and flags.
    fn accepts(gadget: &Gadget, values: &[i64], chosen: &[(i64, Vec<i64>)]) -> bool {
        let span = values.len() as i64 * 2;
        let width = bit_length(span - 1);
        let mut private = values.to_vec();
        chosen.iter().for_each(|(key, flags)| {
            private.push(*key);
            private.extend(flags);
        });
        let mut numbers: Vec<i64> =
            chosen.windows(2).map(|pair| pair[0].0 - pair[1].0 - 1).collect();
        let last = chosen.last().map_or(0, |(key, _)| *key);
        numbers.extend((0..values.len()).map(|i| {
            let flags: i64 = chosen.iter().map(|(_, flags)| flags[i]).sum();
            last - key(values, i) - 1 + span * flags
        }));
        for number in numbers {
            // Of a number out of range no bits give the sum; any will do to see it refused.
            private.extend(upper_bits(number, width).unwrap_or(vec![0; width as usize - 1]));
        }
        gadget.accepts(&private)
    }

    fn one_hot(count: usize, hot: usize) -> Vec<i64> {
        (0..count).map(|i| i64::from(i == hot)).collect()
    }

    #[test]
    fn the_only_answer_is_the_best_in_order() {
        for k in 1..=3 {
            let gadget = gadget(3, k);
            for values in choices(&vec![vec![0, 1]; 3]) {
                let right = infer::top_k(&values, k);
                for picks in choices(&vec![vec![0, 1, 2]; k]) {
                    let picks: Vec<usize> = picks.iter().map(|i| *i as usize).collect();
                    let chosen: Vec<_> =
                        picks.iter().map(|i| (key(&values, *i), one_hot(3, *i))).collect();
                    assert_eq!(
                        accepts(&gadget, &values, &chosen),
                        picks == right,
                        "{values:?} {picks:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_key_that_is_not_the_chosen_values_is_refused() {
        let (gadget, values) = (gadget(3, 2), [1, 0, 1]);
        let right = [(key(&values, 0), one_hot(3, 0)), (key(&values, 2), one_hot(3, 2))];
        assert!(accepts(&gadget, &values, &right));
        for place in 0..2 {
            for other in -1..=6 {
                let mut wrong = right.clone();
                wrong[place].0 = other;
                assert_eq!(
                    accepts(&gadget, &values, &wrong),
                    other == right[place].0,
                    "{place} {other}"
                );
            }
        }
    }

    #[test]
    fn flags_that_are_not_one_hot_are_refused() {
        let (gadget, values) = (gadget(3, 1), [1, 1, 0]);
        for flags in choices(&vec![vec![-1, 0, 1, 2]; 3]) {
            for greatest in -2..=8 {
                let expected = flags == one_hot(3, 0) && greatest == key(&values, 0);
                let found = accepts(&gadget, &values, &[(greatest, flags.clone())]);
                assert_eq!(found, expected, "{flags:?} {greatest}");
            }
        }
    }

    #[test]
    fn the_cost_is_the_documented_one() {
        for (n, k) in [(1, 1), (3, 1), (3, 3), (6, 4)] {
            let width = bit_length(2 * n as i64 - 1) as usize;
            let constraints = k * (2 * n + 1) + (n + k - 1) * width;
            assert_eq!(gadget(n, k).0.constraints, constraints, "{k} of {n}");
        }
    }
}
