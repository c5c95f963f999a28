//! A function of one integer by its values: a lookup of argument and value at once.
//!
//! ```text
//! x - lo + 1 + 2^9 · (y - low) in S,   S = { i + 1 + 2^9 · (T(lo + i) - low) },   y - low in [0, 2^b)
//! ```
//!
//! Soundness: `x` is clipped to at most 2^8 arguments, so `x - lo + 1` is in `[1, 2^8]` for every
//! prover, and `y - low` is in its range by a check of its own: the sum is one integer for each
//! pair of them, and its digits are that of the argument and its value. Zero, which a slot may
//! always hold, is not such a sum. Values of one equation are lanes (see [`super::linear`]): both
//! sides of a lane are below `2^(b + 10)`.

use zkml_model::{graph::Table, intervals::Interval};

use super::{Compiler, Sum, Wire, bit_length, fp, linear::fitting, power};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{LookupPair, TooManyRows};

/// Bits for an argument, counted from one.
const ARGUMENT_BITS: u32 = 9;

/// Parts that values with the same range of arguments share.
struct Reached {
    /// The set's number.
    set: u8,
    /// The first argument.
    lo: i64,
    /// The lowest value.
    low: i64,
    /// Bits of the values above the lowest.
    bits: u32,
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// The table's values at `x`.
    pub(super) fn table(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        table: &Table,
    ) -> Result<Vec<Wire>, TooManyRows> {
        let bounds = [i64::from(table.first), table.last()];
        let x = self.clip(x, ranges, bounds)?;
        // One set for all values: a few of them may not reach all of it, which their ranges show.
        let clip = |v: i64| v.clamp(bounds[0], bounds[1]);
        let (Some(lo), Some(hi)) =
            (ranges.iter().map(|r| clip(r.lo)).min(), ranges.iter().map(|r| clip(r.hi)).max())
        else {
            return Ok(Vec::new());
        };
        let values = table.reached(lo, hi);
        let ends = (values.iter().min(), values.iter().max());
        let (low, high) =
            (ends.0.map_or(0, |v| i64::from(*v)), ends.1.map_or(0, |v| i64::from(*v)));
        if low == high {
            return Ok(vec![Wire::constant(low); x.len()]);
        }
        let sum = |(i, value): (u64, &i32)| {
            i + 1 + ((i64::from(*value) - low) as u64) * (1 << ARGUMENT_BITS)
        };
        let set = self.machine.set((0..).zip(values).map(sum).collect())?;
        let reached = Reached { set, lo, low, bits: bit_length(high - low) };
        let mut out = Vec::with_capacity(x.len());
        let lane = reached.bits + ARGUMENT_BITS + 1;
        let most = fitting(core::iter::repeat_n(lane, self.params.slots)).len().max(1);
        for x in x.chunks(most) {
            self.look_up(x, table, &reached, lane, &mut out)?;
        }
        Ok(out)
    }

    fn look_up(
        &mut self,
        x: &[Wire],
        table: &Table,
        reached: &Reached,
        lane: u32,
        out: &mut Vec<Wire>,
    ) -> Result<(), TooManyRows> {
        let (mut terms, mut slots, mut constant) = (Vec::new(), Vec::new(), F::ZERO);
        for (x, at) in x.iter().zip((0..).step_by(lane as usize)) {
            let value = table.at(x.value) - reached.low;
            let weight = power::<F>(at);
            let digits = x
                .value
                .wrapping_sub(reached.lo)
                .wrapping_add(1)
                .wrapping_add(value << ARGUMENT_BITS);
            let both = self.machine.variable(fp::<F>(digits));
            slots.push(LookupPair::range(both, reached.set, -weight));
            constant += Sum::constant(1 - reached.lo).plus(1, x).weigh(weight, &mut terms);
            let weight = weight * power::<F>(ARGUMENT_BITS);
            let var = if reached.bits <= u32::from(self.params.bits) {
                let var = self.machine.variable(fp::<F>(value));
                slots.push(LookupPair::range(var, reached.bits as u8, weight));
                var
            } else {
                let var = self.ranged(value, reached.bits)?;
                terms.push((var, weight));
                var
            };
            out.push(Wire::variable(var, reached.low, value + reached.low));
        }
        slots.sort_by_key(|slot| slot.bits);
        self.machine.equation(&terms, &slots, constant)
    }
}
