//! Operations whose results nothing reads.

use crate::FloatNode;
use zkml_model::graph::Operand;

/// Leaves only the operations that `last` needs, which then is the last one.
pub(super) fn prune(nodes: Vec<FloatNode>, last: usize) -> Vec<FloatNode> {
    let mut needed = vec![false; nodes.len()];
    if let Some(last) = needed.get_mut(last) {
        *last = true;
    }
    for (index, node) in nodes.iter().enumerate().rev() {
        if needed.get(index) == Some(&true) {
            for operand in &node.inputs {
                if let Operand::Node(from) = operand
                    && let Some(from) = needed.get_mut(*from)
                {
                    *from = true;
                }
            }
        }
    }
    let mut places = Vec::with_capacity(nodes.len());
    let mut kept = Vec::new();
    for (mut node, needed) in nodes.into_iter().zip(needed) {
        places.push(kept.len());
        if needed {
            for operand in &mut node.inputs {
                if let Operand::Node(from) = operand {
                    *from = places.get(*from).copied().unwrap_or_default();
                }
            }
            kept.push(node);
        }
    }
    kept
}
