//! Random models that answer in each of the ways there are.

use super::{Rng, graph, model};
use crate::{
    graph::{Node, Operand, Operation, QuantizedModel},
    infer::requantize,
    intervals::{Interval, analyse},
    output::{self, MAX_TOP_CLASSES},
};

/// A valid model that ends in an `ArgMax`, a `TopK` or in values, each as often as the others; with
/// branches or without.
pub fn outputs(seed: u64) -> QuantizedModel {
    match seed % 3 {
        0 => base(seed),
        1 => top_k(seed),
        _ => values(seed),
    }
}

fn base(seed: u64) -> QuantizedModel {
    if seed.is_multiple_of(2) { model(seed) } else { graph(seed) }
}

/// A valid model that answers with its best classes.
pub fn top_k(seed: u64) -> QuantizedModel {
    let mut rng = Rng::new(seed ^ 0x70b5);
    let mut model = base(seed);
    let last = model.nodes.len() - 1;
    let classes = scores(&model).len();
    let k = rng.size(1, classes.min(MAX_TOP_CLASSES));
    model.nodes[last].op = Operation::TopK { k: k as u8 };
    model.nodes[last].shape = vec![k];
    model
}

/// A valid model that answers with its scores, divided by a power of two if they do not fit
/// otherwise.
pub fn values(seed: u64) -> QuantizedModel {
    let mut rng = Rng::new(seed ^ 0x7a1e);
    let mut model = base(seed);
    model.nodes.pop();
    let ranges = analyse(&model).ok().and_then(|mut all| all.pop()).unwrap_or_default();
    let range = output::hull(&ranges);
    let most = output::widest(ranges.len()).unwrap_or(1).min(rng.range(1, 4) as u8);
    let width = |shift: u8| {
        let end = |v| if shift == 0 { v } else { requantize(v, shift).unwrap_or(v) };
        output::width_of(Interval { lo: end(range.lo), hi: end(range.hi) })
    };
    let shift = (0..=31).find(|shift| width(*shift) <= most).unwrap_or(31);
    if shift > 0 {
        let from = model.nodes.len() - 1;
        let shape = model.nodes[from].shape.clone();
        let (name, inputs) = ("scores".into(), vec![Operand::Node(from)]);
        model.nodes.push(Node { name, op: Operation::Requantize { shift }, inputs, shape });
    }
    model
}

/// The intervals of the scores of a classifier.
fn scores(model: &QuantizedModel) -> Vec<Interval> {
    let all = analyse(model).unwrap_or_default();
    all.len().checked_sub(2).and_then(|at| all.get(at).cloned()).unwrap_or_default()
}
