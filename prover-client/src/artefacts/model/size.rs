//! How much memory a model's circuit takes, before it is built: a model file of a hundred bytes can ask for more than any
//! machine has.

use zkml_model::{
    QuantizedModel,
    graph::{Operand, Operation},
    intervals::{self, Interval, IntervalError},
};

/// Bytes of a constraint with its variables, coefficients and key points: the peak of a setup, measured on the MNIST network.
const PER_CONSTRAINT: u64 = 1800;
/// Bytes of a product of weight and value in a linear combination.
const PER_TERM: u64 = 48;
/// Constraints of a table's value.
const PER_TABLE: u64 = 45;
/// What is taken for free where the system does not tell.
const FALLBACK: u64 = 16 << 30;

/// Why a circuit is not built.
#[derive(Debug, thiserror::Error)]
pub enum SizeError {
    /// The model's values have no bounds.
    #[error(transparent)]
    Intervals(#[from] IntervalError),
    /// It would take more memory than there is.
    #[error(
        "the model's circuit takes about {} GiB of memory and {} GiB are free; use a smaller model or a larger machine",
        needed.div_ceil(1 << 30), free >> 30
    )]
    Memory {
        /// Bytes that it takes.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
}

/// Checks that the circuit fits into memory.
///
/// # Errors
/// [`SizeError`].
pub fn check(model: &QuantizedModel) -> Result<(), SizeError> {
    fits(estimate(model)?, free())
}

fn fits(needed: u64, free: u64) -> Result<(), SizeError> {
    if needed <= free { Ok(()) } else { Err(SizeError::Memory { needed, free }) }
}

fn estimate(model: &QuantizedModel) -> Result<u64, SizeError> {
    let ranges = intervals::analyse(model)?;
    let input = vec![Interval { lo: i64::from(model.input.min), hi: model.input.max() }; model.input.len()];
    let (mut constraints, mut terms) =
        ((model.input.len() as u64).saturating_mul(u64::from(model.input.bits)), 0u64);
    for (index, node) in model.nodes.iter().enumerate() {
        let source = match node.inputs.first() {
            Some(Operand::Node(from)) => ranges.get(*from).map(Vec::as_slice).unwrap_or_default(),
            Some(Operand::Input) | None => input.as_slice(),
        };
        let values = ranges.get(index).map_or(0, Vec::len) as u64;
        match &node.op {
            Operation::Relu | Operation::Requantize { .. } => {
                constraints = constraints.saturating_add(source.iter().map(bits).sum::<u64>().max(values));
            }
            Operation::Conv(conv) => {
                let window = (conv.in_channels / conv.group.max(1)) as u64
                    * conv.kernel.iter().product::<usize>() as u64;
                terms = terms.saturating_add(values.saturating_mul(window));
            }
            Operation::Gemm(gemm) => terms = terms.saturating_add(gemm.weights.len() as u64),
            Operation::MaxPool(window) => {
                // A comparison for each value under a window, each of two numbers as wide as the widest.
                let taps = window.kernel.iter().product::<usize>() as u64;
                let widest = source.iter().map(bits).max().unwrap_or(0).saturating_add(1);
                constraints = constraints.saturating_add(values.saturating_mul(taps).saturating_mul(widest));
                terms = terms.saturating_add(values.saturating_mul(taps));
            }
            Operation::Clip { .. } | Operation::LeakyRelu { .. } | Operation::Table(_) => {
                let steps = if matches!(node.op, Operation::LeakyRelu { .. }) { 1 } else { 2 };
                let own = if matches!(node.op, Operation::Table(_)) { PER_TABLE } else { 1 };
                let bits = source.iter().map(bits).sum::<u64>().saturating_mul(steps);
                constraints = constraints.saturating_add(bits).saturating_add(values.saturating_mul(own));
            }
            Operation::Add => terms = terms.saturating_add(values.saturating_mul(2)),
            Operation::TopK { k } => {
                // Two for each value and place, and a range check for each value and place but one.
                let (count, k) = (source.len() as u64, u64::from(*k));
                let keys = intervals::top_k_span(source).unwrap_or(i64::MAX);
                let width = u64::from(64 - keys.leading_zeros());
                let own = k.saturating_mul(count.saturating_mul(2).saturating_add(1));
                constraints =
                    constraints.saturating_add(own).saturating_add((count + k).saturating_mul(width));
            }
            Operation::Reshape | Operation::ArgMax | Operation::Move(_) => {}
        }
    }
    Ok(constraints.saturating_mul(PER_CONSTRAINT).saturating_add(terms.saturating_mul(PER_TERM)))
}

fn bits(range: &Interval) -> u64 {
    u64::from(range.bits()) + 1
}

/// Bytes of memory that the system could give us.
fn free() -> u64 {
    let Ok(text) = std::fs::read_to_string("/proc/meminfo") else { return FALLBACK };
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kibibytes.map_or(FALLBACK, |n| n.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use zkml_model::graph::{Conv, InputSpec, Node};

    use super::*;

    fn pixel_by_pixel(side: usize, kernel: usize) -> QuantizedModel {
        let conv = Conv {
            out_channels: 1,
            in_channels: 1,
            group: 1,
            kernel: [kernel, kernel],
            strides: [1, 1],
            pads: [0; 4],
            dilations: [1, 1],
            weights: vec![1; kernel * kernel],
            bias: vec![0],
        };
        let shape = vec![1, side + 1 - kernel, side + 1 - kernel];
        let node = |op, from, shape| Node { name: String::new(), op, inputs: vec![from], shape };
        QuantizedModel {
            input: InputSpec { shape: vec![1, side, side], min: -8, bits: 4 },
            nodes: vec![
                node(Operation::Conv(conv), Operand::Input, shape.clone()),
                node(Operation::Relu, Operand::Node(0), shape),
            ],
        }
    }

    #[test]
    fn a_small_model_fits_and_one_that_asks_for_the_moon_does_not() {
        let small = estimate(&pixel_by_pixel(28, 3)).expect("bounded");
        assert!(small < 64 << 20, "{small}");
        let large = estimate(&pixel_by_pixel(2048, 3)).expect("bounded");
        assert!(large > 10 << 30, "{large}");
        assert!(matches!(fits(large, 8 << 30), Err(SizeError::Memory { .. })));
    }
}
