//! ONNX `ArgMax` with `select_last_index = 0`: of equal values, the lowest index.
//!
//! ```text
//! e_i in {0, 1},  Σ e_i = 1,  Σ i · e_i = class
//! e_i · (M - z_i) = 0                               M is the chosen value
//! M - z_i - S_i in [0, 2^B),  S_i = Σ_{j>i} e_j     S_i = 1 below the class, 0 from it on
//! ```
//! The last line says `z_c > z_i` for every `i` below the class `c`, and `z_c >= z_i` for every
//! other.

use zkml_model::{infer::arg_max, intervals::Interval};

use super::{Compiler, Wire, bit_length, fp};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{LookupPair, TooManyRows, Var};

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// The index of the greatest value, and which it is.
    pub(super) fn arg_max(
        &mut self,
        z: &[Wire],
        ranges: &[Interval],
    ) -> Result<(Var, i64), TooManyRows> {
        let values: Vec<i64> = z.iter().map(|wire| wire.value).collect();
        let class = arg_max(&values);
        let greatest = values.get(class).copied().unwrap_or_default();
        let maximum = self.machine.variable(fp::<F>(greatest));
        let mut flags = Vec::with_capacity(z.len());
        for i in 0..z.len() {
            flags.push(self.machine.variable(F::from(u64::from(i == class))));
        }
        let slots: Vec<LookupPair<F>> =
            flags.iter().map(|flag| LookupPair::range(*flag, 1, F::ONE)).collect();
        self.machine.equation(&[], &slots, -F::ONE)?;
        let answer = self.machine.variable(F::from(class as u64));
        let mut terms: Vec<_> =
            flags.iter().zip(0u64..).map(|(flag, i)| (*flag, F::from(i))).collect();
        terms.push((answer, -F::ONE));
        self.machine.equation(&terms, &[], F::ZERO)?;

        let highest = ranges.iter().map(|range| range.hi).max().unwrap_or(0);
        let mut above: Option<Var> = None;
        for (i, ((wire, range), flag)) in z.iter().zip(ranges).zip(&flags).enumerate().rev() {
            let gap = greatest - wire.value;
            let n = self.machine.variable(fp::<F>(gap));
            let product = LookupPair {
                y: *flag,
                n: Some(n),
                bits: 0,
                weight_y: F::ZERO,
                weight_n: -F::ONE,
                gather: F::ZERO,
            };
            let (term, constant) = wire.weighed(-F::ONE);
            let mut terms: Vec<_> = [(maximum, F::ONE)].into_iter().chain(term).collect();
            self.machine.equation(&terms, &[product], constant)?;
            terms.extend(above.map(|above| (above, -F::ONE)));
            let difference = gap - i64::from(i < class);
            let slots = self.range(difference, bit_length(highest - range.lo), -F::ONE);
            self.machine.equation(&terms, &slots, constant)?;
            if i > 0 {
                above = Some(self.flags_above(above, *flag, i <= class)?);
            }
        }
        Ok((answer, class as i64))
    }

    /// The sum of a flag and those above it.
    fn flags_above(
        &mut self,
        above: Option<Var>,
        flag: Var,
        chosen: bool,
    ) -> Result<Var, TooManyRows> {
        let Some(above) = above else { return Ok(flag) };
        let sum = self.machine.variable(F::from(u64::from(chosen)));
        let terms = [(above, F::ONE), (flag, F::ONE), (sum, -F::ONE)];
        self.machine.equation(&terms, &[], F::ZERO)?;
        Ok(sum)
    }
}
