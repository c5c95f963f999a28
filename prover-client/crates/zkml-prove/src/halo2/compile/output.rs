//! The answer as the statement's second public input: lanes and a header, as in
//! [`zkml_model::output`].
//!
//! ```text
//! header · 2^240 + Σ_i 2^(8·w·i) · (y_i + offset) - output = 0
//! ```
//! The values' intervals show that each stays in its lane, for every prover.

use zkml_model::output::{LANE_BYTES, OutputKind};

use super::{Compiler, Wire, fp, power};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{TooManyRows, Var};

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// A variable for the values of the last node, packed.
    pub(super) fn packed(
        &mut self,
        kind: &OutputKind,
        values: &[Wire],
    ) -> Result<Var, TooManyRows> {
        let (bits, offset) = (8 * u32::from(kind.lane_bytes()), kind.lane_offset());
        let header = F::from(u64::from(kind.header())) * power::<F>(8 * LANE_BYTES as u32);
        let (mut constant, mut sum, mut terms) =
            (header, header, Vec::with_capacity(values.len() + 1));
        for (wire, lane) in values.iter().zip(0u32..) {
            let weight = power::<F>(bits * lane);
            let (term, own) = wire.weighed(weight);
            terms.extend(term);
            constant += own + weight * fp::<F>(offset);
            sum += weight * (fp::<F>(wire.value) + fp::<F>(offset));
        }
        let output = self.machine.variable(sum);
        terms.push((output, -F::ONE));
        self.machine.equation(&terms, &[], constant)?;
        Ok(output)
    }
}
