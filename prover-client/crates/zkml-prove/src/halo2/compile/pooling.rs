//! ONNX `MaxPool`, `Clip` and `LeakyRelu`, by ReLUs of sums.
//!
//! ```text
//! MaxPool     m_0 = x_0,   m_i = m_{i-1} + max(x_i - m_{i-1}, 0)
//! Clip        v = min + max(x - min, 0),   y = max - max(max - v, 0)
//! LeakyRelu   y = n · x + (p - n) · max(x, 0)
//! ```
//! The differences of values below 2^61 are below 2^62, which a ReLU's range check holds.

use zkml_model::{graph::Taps, intervals::Interval};

use super::{Compiler, Sum, Wire};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::TooManyRows;

/// Longer sums get a variable of their own: each comparison copies the whole sum, and a window of
/// `n` values has `n - 1` of them.
const LONGEST_SUM: usize = 10;

/// The range of the next value's difference to the greatest so far, whose own range then goes on to
/// the greater of both.
fn compare(known: &mut Interval, next: Interval) -> Interval {
    let difference = Interval { lo: next.lo - known.hi, hi: next.hi - known.lo };
    *known = Interval { lo: known.lo.max(next.lo), hi: known.hi.max(next.hi) };
    difference
}

/// Number of ReLUs that the windows' comparisons take, `most + 1` if there are more than `most`: no
/// more windows are looked at then.
pub(in crate::halo2) fn comparisons(
    ranges: &[Interval],
    windows: impl Iterator<Item = Taps>,
    most: usize,
) -> usize {
    let mut count = 0;
    for window in windows {
        let mut under = window.iter().filter_map(|at| ranges.get(at).copied());
        let Some(mut known) = under.next() else { continue };
        for next in under {
            let difference = compare(&mut known, next);
            count += usize::from(difference.lo < 0 && difference.hi > 0);
            if count > most {
                return count;
            }
        }
    }
    count
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// For each window the greatest of the values under it.
    pub(super) fn max_pool(
        &mut self,
        x: &[Wire],
        ranges: &[Interval],
        windows: &[Taps],
    ) -> Result<Vec<Wire>, TooManyRows> {
        let at = |index: Option<usize>| index.and_then(|i| Some((*x.get(i)?, *ranges.get(i)?)));
        let first = |window: &Taps| {
            at(window.get(0)).unwrap_or((Wire::constant(0), Interval { lo: 0, hi: 0 }))
        };
        let mut greatest: Vec<(Sum, Interval)> = windows
            .iter()
            .map(first)
            .map(|(x, range)| (Sum::default().plus(1, &x), range))
            .collect();
        for step in 1..windows.iter().map(Taps::len).max().unwrap_or(0) {
            let mut open = Vec::new();
            for (i, ((sum, known), window)) in greatest.iter_mut().zip(windows).enumerate() {
                let Some((x, range)) = at(window.get(step)) else { continue };
                let difference = compare(known, range);
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
                let difference =
                    Interval { lo: max - range.hi.max(min), hi: max - range.lo.max(min) };
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
