//! Quotients by powers of two: ONNX scalings and requantisations.
//!
//! ```text
//! x - 2^s · base = 2^s · (q - base) + r              q - base in [0, 2^b), r in [0, 2^s)
//! x = 2^s · (q - n) + r                              q · n = 0, q + n in [0, 2^b), r in [0, 2^s): q = max(floor(x / 2^s), 0)
//! ```
//! Several quotients are taken in one equation, each a lane (see [`super::linear`]): both sides of
//! a lane are in `[0, 2^(b + s))`, or below `2^(b + s)` in magnitude with a sign, the left one by
//! the interval analysis and the right one by its range checks, which fill the slots of a row
//! together.

use zkml_model::{graph::Scaling, intervals::Interval};

use super::{Compiler, Sum, Wire, bit_length, fp, linear::fitting, power, values::magnitude_bits};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{LookupPair, TooManyRows};

/// `floor(numerator / 2^shift)`, to be computed.
pub(super) struct Quotient {
    pub numerator: Sum,
    /// The interval of the numerator; below 2^62 in magnitude.
    pub range: Interval,
    pub shift: u8,
    /// `true` if zero is taken for a negative one.
    pub positive: bool,
}

impl Quotient {
    /// The interval of the quotients, those below zero among them.
    fn quotients(&self) -> Interval {
        Interval { lo: self.range.lo >> self.shift, hi: self.range.hi >> self.shift }
    }

    /// Returns `true` if it is a ReLU: there are quotients below zero, which do not count.
    fn is_relu(&self) -> bool {
        self.positive && self.quotients().lo < 0
    }

    /// The least quotient.
    fn base(&self) -> i64 {
        if self.is_relu() { 0 } else { self.quotients().lo }
    }

    /// The only quotient that there can be, if there is no more than one.
    fn only(&self) -> Option<i64> {
        let Interval { lo, hi } = self.quotients();
        let [lo, hi] = if self.positive { [lo.max(0), hi.max(0)] } else { [lo, hi] };
        (lo == hi).then_some(lo)
    }

    /// Bits of the quotients above the least, or of their magnitude.
    fn bits(&self) -> u32 {
        if self.is_relu() {
            magnitude_bits(&self.quotients())
        } else {
            bit_length(self.quotients().hi - self.base())
        }
    }

    fn lane_bits(&self) -> u32 {
        self.bits() + u32::from(self.shift) + u32::from(self.is_relu())
    }
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// `floor((multiplier · x + offset) / 2^shift)`, each value by its scaling.
    pub(super) fn rescale(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        scalings: impl Iterator<Item = Scaling>,
    ) -> Result<Vec<Wire>, TooManyRows> {
        let scaled = x.iter().zip(ranges).zip(scalings).map(|((x, range), scaling)| {
            // Below 2^61, which the interval analysis has shown for numerators as well.
            let [lo, hi] = scaling.numerators(range.lo, range.hi).map(|n| n as i64);
            Quotient {
                numerator: Sum::constant(scaling.offset).plus(scaling.multiplier, x),
                range: Interval { lo, hi },
                shift: scaling.shift,
                positive: false,
            }
        });
        self.quotients(scaled)
    }

    /// All these quotients: as many in one equation as a row has slots.
    pub(super) fn quotients(
        &mut self,
        wanted: impl Iterator<Item = Quotient>,
    ) -> Result<Vec<Wire>, TooManyRows> {
        let (mut out, mut open) = (Vec::new(), Vec::new());
        for (i, quotient) in wanted.enumerate() {
            let only = quotient.only();
            out.push(match quotient.shift {
                0 if !quotient.is_relu() => self.settle(quotient.numerator)?,
                _ => {
                    if only.is_none() {
                        open.push((i, quotient));
                    }
                    Wire::constant(only.unwrap_or(0))
                }
            });
        }
        for batch in open.chunks(self.params.slots) {
            let mut rest = batch;
            while !rest.is_empty() {
                let lanes = fitting(rest.iter().map(|(_, quotient)| quotient.lane_bits()));
                let (now, after) = rest.split_at(lanes.len().max(1).min(rest.len()));
                rest = after;
                self.quotients_at_once(now, &lanes, &mut out)?;
            }
        }
        Ok(out)
    }

    fn quotients_at_once(
        &mut self,
        wanted: &[(usize, Quotient)],
        lanes: &[u32],
        out: &mut [Wire],
    ) -> Result<(), TooManyRows> {
        let (mut terms, mut slots, mut constant) = (Vec::new(), Vec::new(), F::ZERO);
        for ((i, quotient), at) in wanted.iter().zip(lanes) {
            let (lane, shift, base) = (power::<F>(*at), quotient.shift, quotient.base());
            let value = quotient.numerator.value.wrapping_sub(base << shift);
            let (below, above) = (value & ((1i64 << shift) - 1), value >> shift);
            slots.extend(self.range(below, u32::from(shift), -lane));
            constant += quotient.numerator.weigh(lane, &mut terms) - lane * fp::<F>(base << shift);
            let weight = -lane * power::<F>(u32::from(shift));
            let wire = if quotient.is_relu() {
                let relu = self.relu_of(above, quotient.bits(), weight, F::ZERO)?;
                slots.extend(relu.slots);
                terms.extend(relu.term);
                relu.wire
            } else if quotient.bits() <= u32::from(self.params.bits) {
                let var = self.machine.variable(fp::<F>(above));
                slots.push(LookupPair::range(var, quotient.bits() as u8, weight));
                Wire::variable(var, base, base.wrapping_add(above))
            } else {
                let var = self.ranged(above, quotient.bits())?;
                terms.push((var, weight));
                Wire::variable(var, base, base.wrapping_add(above))
            };
            if let Some(out) = out.get_mut(*i) {
                *out = wire;
            }
        }
        slots.sort_by_key(|slot| slot.bits);
        self.machine.equation(&terms, &slots, constant)
    }
}
