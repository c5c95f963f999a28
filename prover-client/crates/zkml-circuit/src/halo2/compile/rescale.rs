//! Scaling by a quotient of integers.
//!
//! ```text
//! m · x + b - 2^s · base = 2^s · (q - base) + r              q - base and r in their ranges
//! ```

use zkml_model::{graph::Scaling, intervals::Interval};

use super::{Compiler, Sum, Wire, bit_length, fp, power};
use crate::halo2::{
    field::CircuitField,
    machine::{Slot, TooManyRows},
};

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// `floor((multiplier · x + offset) / 2^shift)`, each value by its scaling.
    pub(super) fn rescale(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        scalings: impl Iterator<Item = Scaling>,
    ) -> Result<Vec<Wire>, TooManyRows> {
        let each = x.iter().zip(ranges).zip(scalings);
        each.map(|((x, range), scaling)| {
            let numerator = Sum::constant(scaling.offset).plus(scaling.multiplier, x);
            // Below 2^61, which the interval analysis has shown for numerators as well.
            let [lo, hi] = scaling.numerators(range.lo, range.hi).map(|n| n as i64);
            self.divide(numerator, Interval { lo, hi }, scaling.shift)
        })
        .collect()
    }

    /// `floor(x / 2^shift)`
    fn divide(&mut self, x: Sum, range: Interval, shift: u8) -> Result<Wire, TooManyRows> {
        if shift == 0 {
            return self.settle(x);
        }
        let base = range.lo >> shift;
        let quotient = bit_length((range.hi >> shift) - base);
        if quotient == 0 {
            return Ok(Wire::constant(base));
        }
        let value = x.value.wrapping_sub(base << shift);
        let mut slots = self.range(value & ((1i64 << shift) - 1), u32::from(shift), -F::ONE);
        let above = value >> shift;
        let mut terms = Vec::new();
        let constant = x.weigh(F::ONE, &mut terms) - fp::<F>(base << shift);
        let weight = -power::<F>(u32::from(shift));
        let var = if quotient <= u32::from(self.knobs.bits) {
            let var = self.machine.variable(fp::<F>(above));
            slots.push(Slot::range(var, quotient as u8, weight));
            var
        } else {
            let var = self.ranged(above, quotient)?;
            terms.push((var, weight));
            var
        };
        slots.sort_by_key(|slot| slot.bits);
        self.machine.equation(&terms, &slots, constant)?;
        Ok(Wire::variable(var, base, base + above))
    }
}
