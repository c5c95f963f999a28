//! ONNX `TopK` with `largest` and `sorted`: the greatest values' indices, of equal values the
//! lowest index first.
//!
//! The relation is that of [`crate::groth16::gadgets::top_k`], with keys `K_i = n · (z_i - l) + n -
//! 1 - i` in `[0, S)`:
//!
//! ```text
//! for each place r:
//!   e_ri in {0, 1},  Σ_i e_ri = 1,  c_r = Σ_i i · e_ri
//!   e_ri · g = 0 with g = M_r - K_i
//! M_r - M_{r+1} - 1 in [0, 2^b)
//! M_k - K_i - 1 + S · Σ_r e_ri in [0, 2^b)
//! ```

use zkml_model::{
    infer,
    intervals::{Interval, top_k_span},
};

use super::{Compiler, Wire, bit_length, fp};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{LookupPair, TooManyRows, Var};

/// A value's key as a wire's multiple and a constant, and what it is.
#[derive(Clone, Copy)]
struct Key<F> {
    term: Option<(Var, F)>,
    constant: F,
    value: i64,
}

/// One of the best: who is chosen, by flags, and its key.
struct Place {
    flags: Vec<Var>,
    greatest: Var,
    value: i64,
    answer: Wire,
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// The indices of the `k` greatest values, the greatest first; ties go to the lowest index
    /// first.
    pub(super) fn top_k(
        &mut self,
        z: &[Wire],
        ranges: &[Interval],
        k: usize,
    ) -> Result<Vec<Wire>, TooManyRows> {
        // Interval analysis has seen to it that there are fewer keys than 2^61.
        let span = top_k_span(ranges).unwrap_or_default();
        let bits = bit_length(span - 1);
        let keys = keys::<F>(z, ranges);
        let values: Vec<i64> = z.iter().map(|wire| wire.value).collect();
        let order = infer::top_k(&values, k);
        let mut places: Vec<Place> = Vec::with_capacity(k);
        for chosen in &order {
            places.push(self.choose(&keys, *chosen)?);
        }
        for pair in places.windows(2) {
            let [before, after] = pair else { continue };
            let gap = before.value.wrapping_sub(after.value).wrapping_sub(1);
            let slots = self.range(gap, bits, -F::ONE);
            let terms = [(before.greatest, F::ONE), (after.greatest, -F::ONE)];
            self.machine.equation(&terms, &slots, -F::ONE)?;
        }
        for (i, key) in keys.iter().enumerate() {
            self.is_below(&places, &order, i, key, (span, bits))?;
        }
        Ok(places.into_iter().map(|place| place.answer).collect())
    }

    /// Flags of which one is set, the key that it points to, and its index.
    fn choose(&mut self, keys: &[Key<F>], chosen: usize) -> Result<Place, TooManyRows> {
        let value = keys.get(chosen).map_or(0, |key| key.value);
        let greatest = self.machine.variable(fp::<F>(value));
        let flags: Vec<Var> = (0..keys.len())
            .map(|i| self.machine.variable(F::from(u64::from(i == chosen))))
            .collect();
        let slots: Vec<LookupPair<F>> =
            flags.iter().map(|flag| LookupPair::range(*flag, 1, F::ONE)).collect();
        self.machine.equation(&[], &slots, -F::ONE)?;
        let answer = self.machine.variable(F::from(chosen as u64));
        let mut terms: Vec<_> =
            flags.iter().zip(0u64..).map(|(flag, i)| (*flag, F::from(i))).collect();
        terms.push((answer, -F::ONE));
        self.machine.equation(&terms, &[], F::ZERO)?;
        for (key, flag) in keys.iter().zip(&flags) {
            let n = self.machine.variable(fp::<F>(value.wrapping_sub(key.value)));
            let product = LookupPair {
                y: *flag,
                n: Some(n),
                bits: 0,
                weight_y: F::ZERO,
                weight_n: -F::ONE,
                gather: F::ZERO,
            };
            let minus = key.term.map(|(var, weight)| (var, -weight));
            let terms: Vec<_> = [(greatest, F::ONE)].into_iter().chain(minus).collect();
            self.machine.equation(&terms, &[product], -key.constant)?;
        }
        let answer = Wire::variable(answer, 0, chosen as i64);
        Ok(Place { flags, greatest, value, answer })
    }

    /// Key `i` is chosen or below the last that is.
    fn is_below(
        &mut self,
        places: &[Place],
        order: &[usize],
        i: usize,
        key: &Key<F>,
        (span, bits): (i64, u32),
    ) -> Result<(), TooManyRows> {
        let Some(last) = places.last() else { return Ok(()) };
        let chosen = if order.contains(&i) { span } else { 0 };
        let value = last.value.wrapping_sub(key.value).wrapping_sub(1).wrapping_add(chosen);
        let slots = self.range(value, bits, -F::ONE);
        let mut terms = vec![(last.greatest, F::ONE)];
        terms.extend(key.term.map(|(var, weight)| (var, -weight)));
        terms.extend(
            places.iter().filter_map(|place| place.flags.get(i)).map(|flag| (*flag, fp::<F>(span))),
        );
        self.machine.equation(&terms, &slots, -key.constant - F::ONE)
    }
}

/// The keys of values. Without a witness their numbers are of no account, and may be any.
fn keys<F: CircuitField>(z: &[Wire], ranges: &[Interval]) -> Vec<Key<F>> {
    let lowest = ranges.iter().map(|range| range.lo).min().unwrap_or(0);
    let count = z.len() as i64;
    let of = |(i, wire): (i64, &Wire)| {
        let (term, constant) = wire.weighed(fp::<F>(count));
        let behind = count - 1 - i;
        let value = count.wrapping_mul(wire.value.wrapping_sub(lowest)).wrapping_add(behind);
        Key { term, constant: constant - fp::<F>(count) * fp::<F>(lowest) + fp::<F>(behind), value }
    };
    (0..).zip(z).map(of).collect()
}
