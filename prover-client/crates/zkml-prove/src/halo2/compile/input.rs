//! The input: every value in its range, and the commitment to all of them.
//!
//! ```text
//! v_i - min in [0, 2^bits)         a slot for each value, or pieces of it
//! e_0 = blinder,  e_{1+k} = Σ_i 2^(bits·i) · (v_{k·m+i} - min)
//! (s_0, s_1, tag) ← (s_0 + e_{2j}, s_1 + e_{2j+1}, ·);  permute;   commitment = s_0
//! ```

use super::{Compiler, Private, Wire, fp, power};
use crate::{
    commitment::tag,
    halo2::layout::{LookupPair, TooManyRows, Var},
};
use crate::{
    commitment::values_per_element,
    halo2::{field::CircuitField, poseidon::RATE},
};

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// Wires of the input, and the commitment.
    pub(super) fn input(
        &mut self,
        private: Option<&Private<F>>,
    ) -> Result<(Vec<Wire>, Var), TooManyRows> {
        let spec = &self.model.model.input;
        let (count, min) = (spec.len(), i64::from(spec.min));
        let value = |i: usize| private.and_then(|p| p.values.get(i)).map_or(min, |v| i64::from(*v));
        let mut wires = Vec::with_capacity(count);
        let mut elements =
            vec![self.machine.variable(private.map(|p| p.blinder).unwrap_or_default())];
        let indices: Vec<usize> = (0..count).collect();
        for chunk in indices.chunks(values_per_element(spec.bits)) {
            let (mut slots, mut terms, mut element) = (Vec::new(), Vec::new(), F::ZERO);
            for (&i, position) in chunk.iter().zip(0u32..) {
                let offset = value(i) - min;
                let weight = power::<F>(u32::from(spec.bits) * position);
                element += weight * fp::<F>(offset);
                let var = if spec.bits <= self.params.bits {
                    let var = self.machine.variable(fp::<F>(offset));
                    slots.push(LookupPair::range(var, spec.bits, weight));
                    var
                } else {
                    let var = self.ranged(offset, u32::from(spec.bits))?;
                    terms.push((var, weight));
                    var
                };
                wires.push(Wire::variable(var, min, value(i)));
            }
            let element = self.machine.variable(element);
            terms.push((element, -F::ONE));
            self.machine.equation(&terms, &slots, F::ZERO)?;
            elements.push(element);
        }
        self.machine.end_layer("Input".into());
        let commitment = self.commit(&elements)?;
        self.machine.end_layer("Commitment".into());
        Ok((wires, commitment))
    }

    fn commit(&mut self, elements: &[Var]) -> Result<Var, TooManyRows> {
        let spec = &self.model.model.input;
        let number = tag(spec, spec.len());
        let tag = self.machine.variable(number);
        self.machine.equation(&[(tag, F::ONE)], &[], -number)?;
        let zero = self.machine.variable(F::ZERO);
        self.machine.equation(&[(zero, F::ONE)], &[], F::ZERO)?;
        let mut state = [zero, zero, tag];
        for (i, block) in elements.chunks(RATE).enumerate() {
            for (lane, element) in state.iter_mut().zip(block) {
                *lane = if i == 0 { *element } else { self.sum(*lane, *element)? };
            }
            state = self.machine.permute(state)?;
        }
        let [commitment, ..] = state;
        Ok(commitment)
    }

    fn sum(&mut self, x: Var, y: Var) -> Result<Var, TooManyRows> {
        let sum = self.machine.variable(self.machine.value(x) + self.machine.value(y));
        self.machine.equation(&[(x, F::ONE), (y, F::ONE), (sum, -F::ONE)], &[], F::ZERO)?;
        Ok(sum)
    }
}
