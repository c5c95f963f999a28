//! ONNX `Relu`, and division by a power of two, which [`super::rescale`] does.
//!
//! ```text
//! x = y - n,  y · n = 0,  y + n in [0, 2^T)                    y = max(x, 0),  T bits for |x|
//! ```
//!
//! For a magnitude wider than a lookup the two cells stand in a slot without one, and `y + n` is a
//! sum of pieces.

use zkml_model::intervals::Interval;

use super::{Compiler, Sum, Wire, fp, linear::fitting, power, rescale::Quotient, sums_of};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{LookupPair, TooManyRows};

/// Bits for the magnitude of numbers of this range; at least one.
pub(super) fn magnitude_bits(x: &Interval) -> u32 {
    x.bits().max(1)
}

/// Pieces of a ReLU for an equation that weighs its operand `y - n` by `weight`.
pub(super) struct Relu<F> {
    pub wire: Wire,
    pub slots: Vec<LookupPair<F>>,
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
        let wire = Wire::variable(y, 0, positive);
        if bits <= u32::from(self.params.bits) {
            let slot = LookupPair {
                y,
                n: Some(n),
                bits: bits as u8,
                weight_y: weight,
                weight_n: -weight,
                gather,
            };
            return Ok(Relu { wire, slots: vec![slot], term: None });
        }
        // x = 2y - m and n = m - y, with m the sum of the pieces.
        let slots = self.range(positive + negative, bits, -weight);
        let product = LookupPair {
            y,
            n: Some(n),
            bits: 0,
            weight_y: F::ONE,
            weight_n: F::ONE,
            gather: F::ZERO,
        };
        let mut terms = Vec::with_capacity(slots.len());
        let mut at = 0;
        for slot in &slots {
            terms.push((slot.y, -power::<F>(at)));
            at += u32::from(slot.bits);
        }
        self.machine.equation(&terms, &[product], F::ZERO)?;
        Ok(Relu { wire, slots, term: Some((y, weight.double())) })
    }

    /// ReLU of values.
    pub(super) fn relu(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
    ) -> Result<Vec<Wire>, TooManyRows> {
        self.relus(&sums_of(x), ranges)
    }

    /// ReLU of sums that lie in these ranges: as many in one equation as a row has slots, each a
    /// lane (see [`super::linear`]).
    pub(super) fn relus(
        &mut self,
        x: &[Sum],
        ranges: &[Interval],
    ) -> Result<Vec<Wire>, TooManyRows> {
        let mut out = vec![Wire::constant(0); x.len()];
        let mut open = Vec::new();
        for (i, (x, range)) in x.iter().zip(ranges).enumerate() {
            if range.lo >= 0 {
                if let Some(out) = out.get_mut(i) {
                    *out = self.settle(x.clone())?;
                }
            } else if range.hi > 0 {
                open.push((i, x, magnitude_bits(range)));
            }
        }
        for batch in open.chunks(self.params.slots) {
            let mut rest = batch;
            while !rest.is_empty() {
                let bits = rest.iter().map(|(_, _, bits)| bits + 1);
                let count = fitting(bits).len().max(1).min(rest.len());
                let (now, after) = rest.split_at(count);
                rest = after;
                self.relus_at_once(now, &mut out)?;
            }
        }
        Ok(out)
    }

    fn relus_at_once(
        &mut self,
        x: &[(usize, &Sum, u32)],
        out: &mut [Wire],
    ) -> Result<(), TooManyRows> {
        let (mut terms, mut slots, mut constant, mut at) = (Vec::new(), Vec::new(), F::ZERO, 0);
        for (i, sum, bits) in x {
            let lane = power::<F>(at);
            at += bits + 1;
            let relu = self.relu_of(sum.value, *bits, lane, F::ZERO)?;
            slots.extend(relu.slots);
            terms.extend(relu.term);
            constant += sum.weigh(-lane, &mut terms);
            if let Some(out) = out.get_mut(*i) {
                *out = relu.wire;
            }
        }
        slots.sort_by_key(|slot| slot.bits);
        self.machine.equation(&terms, &slots, constant)
    }

    /// `floor((x + 2^(shift-1)) / 2^shift)`, for `positive` ones the greater of that and zero: with
    /// or without a ReLU before, for a ReLU makes a negative number zero, whose quotient is zero.
    pub(super) fn requantize(
        &mut self,
        x: Vec<Sum>,
        ranges: &[Interval],
        shift: u8,
        positive: bool,
    ) -> Result<Vec<Wire>, TooManyRows> {
        let half = 1i64 << (shift - 1);
        let rounded = x.into_iter().zip(ranges).map(|(x, range)| Quotient {
            numerator: x.plus(1, &Wire::constant(half)),
            range: Interval { lo: range.lo + half, hi: range.hi + half },
            shift,
            positive,
        });
        self.quotients(rounded)
    }
}
