//! ONNX `Relu`, and division by a power of two.
//!
//! ```text
//! x = y - n,  y · n = 0,  y + n in [0, 2^T)                    y = max(x, 0),  T bits for |x|
//! x + 2^(s-1) - 2^s · base = 2^s · (q - base) + r              q - base and r in their ranges
//! ```
//!
//! For a magnitude wider than a lookup the two cells stand in a slot without one, and `y + n` is a sum of pieces.

use zkml_model::intervals::Interval;

use super::{Compiler, Wire, bit_length, fp, power};
use crate::halo2::{
    field::CircuitField,
    machine::{Slot, TooManyRows},
};

/// Bits for the magnitude of numbers of this range; at least one.
pub(super) fn magnitude_bits(x: &Interval) -> u32 {
    x.bits().max(1)
}

/// Pieces of a ReLU for an equation that weighs its operand `y - n` by `weight`.
pub(super) struct Relu<F> {
    pub wire: Wire,
    pub slots: Vec<Slot<F>>,
    pub term: Option<(u32, F)>,
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// `y = max(x, 0)` for an `x` of magnitude below `2^bits`.
    ///
    /// The slots and the term are for the one equation that gives `x`: they sum up to `weight · x`.
    pub(super) fn relu_of(
        &mut self,
        x: i64,
        bits: u32,
        weight: F,
        gather: F,
    ) -> Result<Relu<F>, TooManyRows> {
        let (positive, negative) = (x.max(0), (-x).max(0));
        let y = self.machine.variable(fp::<F>(positive));
        let n = self.machine.variable(fp::<F>(negative));
        let wire = Wire { var: Some(y), offset: 0, value: positive };
        if bits <= u32::from(self.knobs.bits) {
            let slot = Slot { y, n: Some(n), bits: bits as u8, weight_y: weight, weight_n: -weight, gather };
            return Ok(Relu { wire, slots: vec![slot], term: None });
        }
        // x = 2y - m and n = m - y, with m the sum of the pieces.
        let slots = self.range(positive + negative, bits, -weight);
        let product = Slot { y, n: Some(n), bits: 0, weight_y: F::ONE, weight_n: F::ONE, gather: F::ZERO };
        let mut terms = Vec::with_capacity(slots.len());
        let mut at = 0;
        for slot in &slots {
            terms.push((slot.y, -power::<F>(at)));
            at += u32::from(slot.bits);
        }
        self.machine.equation(&terms, &[product], F::ZERO)?;
        Ok(Relu { wire, slots, term: Some((y, weight.double())) })
    }

    /// ReLU of values that no sum gives.
    pub(super) fn relu(&mut self, x: &[Wire], ranges: &[Interval]) -> Result<Vec<Wire>, TooManyRows> {
        let mut out = Vec::with_capacity(x.len());
        for (x, range) in x.iter().zip(ranges) {
            if range.lo >= 0 {
                out.push(*x);
                continue;
            }
            if range.hi <= 0 {
                out.push(Wire::constant(0));
                continue;
            }
            let relu = self.relu_of(x.value, magnitude_bits(range), F::ONE, F::ZERO)?;
            let (term, constant) = x.weighed(-F::ONE);
            let terms: Vec<_> = term.into_iter().chain(relu.term).collect();
            self.machine.equation(&terms, &relu.slots, constant)?;
            out.push(relu.wire);
        }
        Ok(out)
    }

    /// `floor((x + 2^(shift-1)) / 2^shift)`.
    pub(super) fn requantize(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        shift: u8,
    ) -> Result<Vec<Wire>, TooManyRows> {
        let half = 1i64 << (shift - 1);
        let round = |v: i64| (v + half) >> shift;
        let mut out = Vec::with_capacity(x.len());
        for (x, range) in x.iter().zip(ranges) {
            let base = round(range.lo);
            let quotient = bit_length(round(range.hi) - base);
            if quotient == 0 {
                out.push(Wire::constant(base));
                continue;
            }
            let offset = half - (base << shift);
            let value = x.value + offset;
            let mut slots = self.range(value & ((1i64 << shift) - 1), u32::from(shift), -F::ONE);
            let above = value >> shift;
            let (term, constant) = x.weighed(F::ONE);
            let mut terms: Vec<_> = term.into_iter().collect();
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
            self.machine.equation(&terms, &slots, constant + fp::<F>(offset))?;
            out.push(Wire { var: Some(var), offset: base, value: base + above });
        }
        Ok(out)
    }
}
