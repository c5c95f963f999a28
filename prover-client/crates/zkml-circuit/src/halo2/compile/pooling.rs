//! ONNX `MaxPool`, `Clip` and `LeakyRelu`, by ReLUs of sums.
//!
//! ```text
//! MaxPool     m_0 = x_0,   m_i = m_{i-1} + max(x_i - m_{i-1}, 0)
//! Clip        v = min + max(x - min, 0),   y = max - max(max - v, 0)
//! LeakyRelu   y = n · x + (p - n) · max(x, 0)
//! ```
//! The differences of values below 2^61 are below 2^62, which a ReLU's range check holds.

use zkml_model::intervals::Interval;

use super::{Compiler, Sum, Wire};
use crate::halo2::{field::CircuitField, machine::TooManyRows};

/// Longer sums get a variable of their own: each comparison copies the whole sum, and a window of `n` values has `n - 1` of them.
const LONGEST_SUM: usize = 10;

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// For each window the greatest of the values at its indices.
    pub(super) fn max_pool(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        windows: &[Vec<usize>],
    ) -> Result<Vec<Wire>, TooManyRows> {
        let at = |index: Option<&usize>| index.and_then(|i| Some((*x.get(*i)?, *ranges.get(*i)?)));
        let first = |window: &Vec<usize>| {
            at(window.first()).unwrap_or((Wire::constant(0), Interval { lo: 0, hi: 0 }))
        };
        let mut greatest: Vec<(Sum, Interval)> =
            windows.iter().map(first).map(|(x, range)| (Sum::default().plus(1, &x), range)).collect();
        for step in 1..windows.iter().map(Vec::len).max().unwrap_or(0) {
            let mut open = Vec::new();
            for (i, ((sum, known), window)) in greatest.iter_mut().zip(windows).enumerate() {
                let Some((x, range)) = at(window.get(step)) else { continue };
                let difference = Interval { lo: range.lo - known.hi, hi: range.hi - known.lo };
                *known = Interval { lo: known.lo.max(range.lo), hi: known.hi.max(range.hi) };
                if difference.lo >= 0 {
                    *sum = Sum::default().plus(1, &x);
                } else if difference.hi > 0 {
                    open.push((i, sum.negated().plus(1, &x), difference));
                }
            }
            let (sums, ranges): (Vec<Sum>, Vec<Interval>) =
                open.iter().map(|(_, sum, range)| (sum.clone(), *range)).unzip();
            for ((i, _, _), above) in open.iter().zip(self.relus(&sums, &ranges)?) {
                let Some((sum, _)) = greatest.get_mut(*i) else { continue };
                *sum = core::mem::take(sum).plus(1, &above);
                if sum.len() > LONGEST_SUM {
                    *sum = Sum::default().plus(1, &self.settle(core::mem::take(sum))?);
                }
            }
        }
        greatest.into_iter().map(|(sum, _)| self.settle(sum)).collect()
    }

    /// Values kept between two bounds.
    pub(super) fn clip(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        [min, max]: [i64; 2],
    ) -> Result<Vec<Wire>, TooManyRows> {
        let above: Vec<(Sum, Interval)> = x
            .iter()
            .zip(ranges)
            .map(|(x, range)| {
                let difference = Interval { lo: range.lo - min, hi: range.hi - min };
                (Sum::constant(-min).plus(1, x), difference)
            })
            .collect();
        let above = self.relus_of(&above)?;
        let below: Vec<(Sum, Interval)> = above
            .iter()
            .zip(ranges)
            .map(|(above, range)| {
                // v = min + above, which lies between max(lo, min) and max(hi, min).
                let difference = Interval { lo: max - range.hi.max(min), hi: max - range.lo.max(min) };
                (Sum::constant(max - min).plus(-1, above), difference)
            })
            .collect();
        let below = self.relus_of(&below)?;
        below.iter().map(|below| self.settle(Sum::constant(max).plus(-1, below))).collect()
    }

    /// Values times the first slope if they are above zero, else times the second.
    pub(super) fn leaky_relu(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        [positive, negative]: [i8; 2],
    ) -> Result<Vec<Wire>, TooManyRows> {
        let (positive, negative) = (i64::from(positive), i64::from(negative));
        let relus = self.relu(x, ranges)?;
        let mut out = Vec::with_capacity(x.len());
        for ((x, relu), range) in x.iter().zip(&relus).zip(ranges) {
            let sum = match range {
                Interval { lo: 0.., .. } => Sum::default().plus(positive, x),
                Interval { hi: ..=0, .. } => Sum::default().plus(negative, x),
                _ => Sum::default().plus(negative, x).plus(positive - negative, relu),
            };
            out.push(self.settle(sum)?);
        }
        Ok(out)
    }

    fn relus_of(&mut self, x: &[(Sum, Interval)]) -> Result<Vec<Wire>, TooManyRows> {
        let (sums, ranges): (Vec<Sum>, Vec<Interval>) = x.iter().cloned().unzip();
        self.relus(&sums, &ranges)
    }
}
