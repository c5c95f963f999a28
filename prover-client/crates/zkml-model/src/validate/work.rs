//! The work that a model asks for, counted before any of it is done.

use crate::graph::{Operation, QuantizedModel};

/// Most operations of one inference of a model, all nodes together (2^34).
///
/// A file of some kilobytes can describe convolutions and windows over millions of values. Whoever
/// looks at a stranger's model computes its intervals, which takes as long as an inference or two,
/// so the sum is bounded and not each node alone.
pub const MAX_OPERATIONS: u64 = 1 << 34;

impl QuantizedModel {
    /// Operations of one inference: multiplications, values under pooling windows, entries of
    /// tables that are compared, and one for each value. Of a model that is not valid any number,
    /// at most `u64::MAX`.
    pub fn operations(&self) -> u64 {
        let nodes = self.nodes.iter().map(|node| operations(&node.op, &node.shape));
        nodes.fold(self.input.len() as u64, u64::saturating_add)
    }
}

/// Operations of a node with a result of shape `to`.
pub(super) fn operations(op: &Operation, to: &[usize]) -> u64 {
    let values = product(to);
    let own = match op {
        Operation::Conv(conv) => {
            product(to.get(1..).unwrap_or_default()).saturating_mul(conv.weights.len() as u64)
        }
        Operation::Gemm(gemm) => gemm.weights.len() as u64,
        Operation::MaxPool(window) => values.saturating_mul(product(&window.kernel)),
        Operation::Table(table) => values.saturating_mul(table.values.len() as u64),
        _ => 0,
    };
    values.saturating_add(own)
}

fn product(sizes: &[usize]) -> u64 {
    sizes.iter().fold(1, |product, size| product.saturating_mul(*size as u64))
}
