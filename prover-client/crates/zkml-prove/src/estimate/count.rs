//! The size of a model's R1CS circuit from shapes and ranges alone, without synthesising it.
//!
//! Each function follows a gadget of the same name line by line and adds up what that writes:
//! constraints, variables, and the terms of A, B and C. Constraints are exact where no two operands
//! of a sum share a variable. Where they do, a sum is taken for longer than it is, and may be
//! counted as a variable that the circuit does without; then the sums over it are taken for
//! shorter, and the count is near, on either side. `tests` hold it against synthesised circuits.

use zkml_model::{
    graph::{Conv, Gemm, Node, Operand, Operation, QuantizedModel, Scaling, Shape, Table},
    intervals::{Interval, analyse, top_k_span},
    output::OutputKind,
};

use crate::groth16::{
    circuit::{Fusion, LONGEST_SUM, fusion_of},
    gadgets::{range::bit_length, table::coefficients},
    linear_combination::{LinearCombination, MAX_MAGNITUDE, Wire},
    poseidon::RATE,
    report::LayerReport,
};
use crate::{
    commitment::{bounds, value_count, values_per_element},
    error::CircuitError,
};

/// Constraints of Poseidon's permutation.
const PERMUTATION: u64 = 300;
/// Terms of A, B and C in the permutation of a state of single variables.
const PERMUTATION_TERMS: [u64; 3] = [2900, 5400, 300];

/// The size of a circuit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Constraints by layer, as in a circuit's [report](crate::groth16::report::Report).
    pub layers: Vec<LayerReport>,
    /// All constraints, with one for the constant and for each public input.
    pub constraints: u64,
    /// Private variables.
    pub variables: u64,
    /// Terms of A, B and C.
    pub terms: [u64; 3],
    /// Bytes of the linear combinations that synthesis holds at once.
    pub wires: u64,
}

impl Count {
    /// Counts the circuit of `model`.
    ///
    /// # Complexity
    /// The time of two inferences; the memory of some numbers for each value of the model.
    ///
    /// # Errors
    /// The model is not valid, or a value can get too wide.
    pub fn of(model: &QuantizedModel) -> Result<Self, CircuitError> {
        let ranges = analyse(model)?;
        let output = model.output_kind()?;
        let mut count = Self::default();
        let (low, high) = bounds(&model.input);
        let values = value_count(&model.input)?;
        count.input(model, values as u64);
        let input = Tensor {
            shape: &model.input.shape,
            ranges: &vec![Interval { lo: low, hi: high }; values],
            lengths: vec![1; values],
            to_do: Fusion::Nothing,
        };
        let mut results: Vec<Tensor<'_>> = Vec::with_capacity(model.nodes.len());
        let mut held = vec![bytes(&input.lengths)];
        for (index, node) in model.nodes.iter().enumerate() {
            let operand = |operand: &Operand| match operand {
                Operand::Node(from) => results.get(*from).unwrap_or(&input),
                Operand::Input => &input,
            };
            let operands: Vec<&Tensor<'_>> = node.inputs.iter().map(operand).collect();
            let x = operands.first().copied().unwrap_or(&input);
            let own = ranges.get(index).map(Vec::as_slice).unwrap_or_default();
            let to_do = fusion_of(model, index);
            let before = count.constraints;
            let (lengths, ranges) = match to_do {
                Fusion::Nothing => (count.node(node, x, &operands), own),
                _ => (x.lengths.clone(), x.ranges),
            };
            if to_do.is_nothing() {
                count.layer(format!("{}{}", x.to_do.prefix(), node.op.name()), &node.name, before);
            }
            let longest = x.lengths.iter().max().copied().unwrap_or(0);
            held.push(if is_made_when_read(&node.op, longest) { 0 } else { bytes(&lengths) });
            // Its own, its operand's, and that behind one whose sums are made when they are read.
            let last =
                held.iter().rev().take(3).fold(0u64, |sum, bytes| sum.saturating_add(*bytes));
            count.wires = count.wires.max(last);
            results.push(Tensor { shape: &node.shape, ranges, lengths, to_do });
        }
        if !matches!(output, OutputKind::Class { .. }) {
            let lengths = results.last().map_or(&input, |last| last).lengths.iter();
            count.output(lengths.map(|length| u64::from(*length)).sum());
        }
        count.binding();
        Ok(count)
    }

    /// Size of the evaluation domain.
    pub fn domain(&self) -> u64 {
        self.constraints.checked_next_power_of_two().unwrap_or(u64::MAX)
    }

    fn layer(&mut self, op: String, name: &str, before: u64) {
        let constraints = usize::try_from(self.constraints - before).unwrap_or(usize::MAX);
        self.layers.push(LayerReport { op, name: name.into(), constraints });
    }

    /// One constraint with so many terms.
    fn enforce(&mut self, a: u64, b: u64, c: u64) {
        self.constraints += 1;
        self.terms.iter_mut().zip([a, b, c]).for_each(|(sum, terms)| *sum += terms);
    }

    fn input(&mut self, model: &QuantizedModel, values: u64) {
        let bits = u64::from(model.input.bits);
        self.variables += values;
        self.repeat(values, |count| count.bits(1, bits as u32));
        self.layer("Input".into(), "", 0);
        let before = self.constraints;
        let per_element = values_per_element(model.input.bits) as u64;
        let permutations = (1 + values.div_ceil(per_element)).div_ceil(RATE as u64);
        self.constraints += permutations * PERMUTATION;
        self.variables += permutations * PERMUTATION + 1;
        self.terms
            .iter_mut()
            .zip(PERMUTATION_TERMS)
            .for_each(|(sum, terms)| *sum += permutations * terms);
        // Each value is part of an element, which stands in a square, on both sides, and in a fifth
        // power.
        self.terms[0] += values;
        self.terms[1] += 2 * values;
        self.enforce(5, 1, 1);
        self.layer("Commitment".into(), "", before);
    }

    /// The packed answer, of values with so many terms.
    fn output(&mut self, terms: u64) {
        let before = self.constraints;
        self.enforce(terms + 1, 1, 1);
        self.layer("Output".into(), "", before);
    }

    /// The context, the digest, and the rows of the constant and the public inputs.
    fn binding(&mut self) {
        let before = self.constraints;
        self.variables += 1;
        self.enforce(1, 1, 1);
        self.enforce(1, 0, 0);
        self.layer("Binding".into(), "", before);
        let before = self.constraints;
        (0..4).for_each(|_| self.enforce(1, 0, 0));
        self.layer("PublicInputs".into(), "", before);
    }

    /// The same `times` times.
    fn repeat(&mut self, times: u64, one: impl FnOnce(&mut Self)) {
        let mut single = Self::default();
        one(&mut single);
        self.constraints += times * single.constraints;
        self.variables += times * single.variables;
        self.terms.iter_mut().zip(single.terms).for_each(|(sum, terms)| *sum += times * terms);
    }

    /// The lengths of a node's results.
    fn node(&mut self, node: &Node, x: &Tensor<'_>, operands: &[&Tensor<'_>]) -> Vec<u32> {
        let each = x.lengths.iter().zip(x.ranges);
        match &node.op {
            Operation::Conv(op) => self.named(conv(op, x, node.shape.as_slice())),
            Operation::Gemm(op) => self.named(gemm(op, x)),
            Operation::Relu => each.map(|(n, range)| self.relu(*n, *range)).collect(),
            Operation::Requantize { shift } if x.to_do.is_relu() => {
                each.map(|(n, range)| self.relu_requantize(*n, *range, *shift)).collect()
            }
            Operation::Requantize { shift } => {
                each.map(|(n, range)| self.requantize(*n, *range, *shift)).collect()
            }
            Operation::Reshape => x.lengths.clone(),
            Operation::ArgMax => {
                self.arg_max(x);
                vec![1]
            }
            Operation::TopK { k } => {
                self.top_k(x, usize::from(*k));
                vec![u32::try_from(x.lengths.len()).unwrap_or(u32::MAX); usize::from(*k)]
            }
            Operation::Add => {
                let other = operands.get(1).map(|b| b.lengths.as_slice()).unwrap_or_default();
                self.named(x.lengths.iter().zip(other).map(|(a, b)| a.saturating_add(*b)).collect())
            }
            Operation::Move(moved) => {
                let (shapes, lengths): (Vec<&Shape>, Vec<&[u32]>) =
                    operands.iter().map(|x| (x.shape, x.lengths.as_slice())).unzip();
                moved.apply(&shapes, &lengths, &node.shape, &0)
            }
            Operation::MaxPool(window) => {
                let values = 0..node.shape.iter().product::<usize>();
                let lengths = values.map(|value| {
                    let taps = window.taps_of(x.shape, &node.shape, value).iter();
                    let under =
                        taps.filter_map(|at| Some((*x.lengths.get(at)?, *x.ranges.get(at)?)));
                    let (length, range) = self.greatest(under);
                    if x.to_do.is_relu() { self.relu(length, range) } else { length }
                });
                let lengths = lengths.collect();
                self.named(lengths)
            }
            Operation::Rescale(op) => {
                let each = each.zip(op.of_values(x.shape));
                let lengths = each.map(|((n, range), scaling)| self.rescale(*n, *range, &scaling));
                let lengths = lengths.collect();
                self.named(lengths)
            }
            Operation::Clip { min, max } if let Fusion::Rescale(op) = x.to_do => {
                let each = each.zip(op.of_values(x.shape));
                each.map(|((n, range), scaling)| {
                    self.rescale_clip(*n, *range, &scaling, [*min, *max])
                })
                .collect()
            }
            Operation::Clip { min, max } => {
                each.map(|(n, range)| self.clip(*n, *range, [*min, *max]).0).collect()
            }
            Operation::LeakyRelu { positive, negative } => {
                let (skip, own) = (*negative == 0, positive == negative);
                let lengths = each.map(|(n, range)| {
                    let relu = self.relu(*n, *range);
                    // negative · x + (positive - negative) · relu(x); where the relu is x or
                    // nothing, the two are one.
                    let shared = range.lo >= 0 || range.hi <= 0;
                    let x = if skip { 0 } else { *n };
                    let y = if own { 0 } else { relu };
                    if shared { x.max(y) } else { x.saturating_add(y) }
                });
                let lengths = lengths.collect();
                self.named(lengths)
            }
            Operation::Table(table) => self.table(x, table),
        }
    }

    fn named(&mut self, mut lengths: Vec<u32>) -> Vec<u32> {
        for length in lengths.iter_mut().filter(|length| **length as usize > LONGEST_SUM) {
            self.variables += 1;
            self.enforce(u64::from(*length) + 1, 1, 1);
            *length = 1;
        }
        lengths
    }

    /// Bits of a sum with a constant.
    fn bits(&mut self, length: u32, count: u32) {
        let (length, count) = (u64::from(length), u64::from(count));
        let Some(above) = count.checked_sub(1) else { return self.enforce(length + 1, 1, 0) };
        self.variables += above;
        self.constraints += above;
        self.terms[0] += above;
        self.terms[1] += 2 * above;
        self.enforce(length + above + 1, length + above + 1, 0);
    }

    fn relu(&mut self, length: u32, x: Interval) -> u32 {
        if x.lo >= 0 {
            return length;
        }
        if x.hi <= 0 {
            return 0;
        }
        self.variables += 1;
        self.enforce(1, u64::from(length) + 2, 0);
        self.bits(length.saturating_add(1), bit_length(x.hi.max(-x.lo)));
        1
    }

    fn requantize(&mut self, length: u32, x: Interval, shift: u8) -> u32 {
        let half = 1i64 << (shift - 1);
        let round = |v: i64| (v + half) >> shift;
        let base = round(x.lo);
        if base == round(x.hi) {
            return 0;
        }
        let bits = bit_length(x.hi + half - (base << shift));
        self.bits(length, bits);
        bits.saturating_sub(u32::from(shift))
    }

    fn relu_requantize(&mut self, length: u32, x: Interval, shift: u8) -> u32 {
        if x.lo >= 0 {
            return self.requantize(length, x, shift);
        }
        let half = 1i64 << (shift - 1);
        if (x.hi.max(0) + half) >> shift == 0 {
            return 0;
        }
        let top = bit_length((x.hi + half).max(-(x.lo + half) - 1));
        self.bits(length, top + 1);
        self.variables += 1;
        self.enforce(1, u64::from(top.saturating_sub(u32::from(shift))), 1);
        1
    }

    fn rescale(&mut self, length: u32, x: Interval, scaling: &Scaling) -> u32 {
        let numerator = numerator(x, scaling);
        let length = if scaling.multiplier == 0 { 0 } else { length };
        if scaling.shift == 0 {
            return length;
        }
        let half = 1i64 << (scaling.shift - 1);
        self.requantize(
            length,
            Interval { lo: numerator.lo - half, hi: numerator.hi - half },
            scaling.shift,
        )
    }

    fn rescale_clip(
        &mut self,
        length: u32,
        x: Interval,
        scaling: &Scaling,
        [min, max]: [i64; 2],
    ) -> u32 {
        let range = numerator(x, scaling);
        let (lo, hi) = (range.lo >> scaling.shift, range.hi >> scaling.shift);
        let steps = i128::from(max) - i128::from(min) + 1;
        let least = i128::from(min) << scaling.shift;
        let ends = [range.lo, range.hi].map(|end| i128::from(end) - least);
        let narrow = [least, ends[0], ends[1]].iter().all(|end| end.abs() < MAX_MAGNITUDE);
        if !((lo < min || hi > max) && narrow && steps.count_ones() == 1) {
            let length = self.rescale(length, x, scaling);
            return self.clip(length, Interval { lo, hi }, [min, max]).0;
        }
        let clamp = |value: i64| value.clamp(min, max);
        if clamp(lo) == clamp(hi) {
            return 0;
        }
        let [lo, hi] = ends.map(|end| end as i64);
        let signed = lo < 0;
        let top = bit_length(if signed { hi.max(-lo - 1) } else { hi });
        let length = if scaling.multiplier == 0 { 0 } else { length };
        self.bits(length, top + u32::from(signed));
        let (shift, end) =
            (u32::from(scaling.shift), u32::from(scaling.shift) + steps.trailing_zeros());
        let mut rest = top.min(end).saturating_sub(shift);
        if shift == 0 {
            // With the lowest bit, which is the argument less all others.
            rest = length.saturating_add(top + u32::from(signed));
        }
        for _ in end..top {
            self.variables += 1;
            self.enforce(u64::from(rest) + 1, 2, 1);
            rest = 1;
        }
        if signed {
            self.variables += 1;
            self.enforce(1, u64::from(rest) + 1, 1);
            rest = 1;
        }
        rest
    }

    fn greatest(&mut self, mut under: impl Iterator<Item = (u32, Interval)>) -> (u32, Interval) {
        let Some((mut length, mut range)) = under.next() else {
            return (0, Interval { lo: 0, hi: 0 });
        };
        for (n, x) in under {
            let above = Interval { lo: x.lo - range.hi, hi: x.hi - range.lo };
            let relu = self.relu(n.saturating_add(length), above);
            range = Interval { lo: x.lo.max(range.lo), hi: x.hi.max(range.hi) };
            // Where it is always greater, what was there before drops out.
            length = if above.lo >= 0 { n } else { length.saturating_add(relu) };
        }
        (length, range)
    }

    fn clip(&mut self, length: u32, x: Interval, [min, max]: [i64; 2]) -> (u32, Interval) {
        let (mut length, mut x) = (length, x);
        if x.lo < min {
            length = self.relu(length, Interval { lo: x.lo - min, hi: x.hi - min });
            x = Interval { lo: min, hi: x.hi.max(min) };
        }
        if x.hi > max {
            length = self.relu(length, Interval { lo: max - x.hi, hi: max - x.lo });
            x = Interval { lo: x.lo.min(max), hi: max };
        }
        (length, x)
    }

    fn table(&mut self, x: &Tensor<'_>, table: &Table) -> Vec<u32> {
        let mut known: Vec<(Interval, Products)> = Vec::new();
        let mut lengths = Vec::with_capacity(x.lengths.len());
        for (length, range) in x.lengths.iter().zip(x.ranges) {
            let (length, range) =
                self.clip(*length, *range, [i64::from(table.first), table.last()]);
            let products = match known.iter().find(|(other, _)| *other == range) {
                Some((_, products)) => *products,
                None => {
                    let products = Products::of(table, range);
                    // Ranges are few where values have a scale of their own layer; then each is
                    // looked at once.
                    if known.len() < 64 {
                        known.push((range, products));
                    }
                    products
                }
            };
            let Some(bits) = products.bits else {
                lengths.push(0);
                continue;
            };
            self.bits(length, bits);
            self.variables += products.count;
            self.constraints += products.count;
            self.terms[0] += products.count;
            // The lowest bit is no variable, but the argument less all others; few products are
            // without it.
            self.terms[1] +=
                products.terms + products.count * u64::from(length.saturating_add(bits));
            self.terms[2] += products.count;
            lengths.push(products.length.saturating_add(length));
        }
        lengths
    }

    fn top_k(&mut self, x: &Tensor<'_>, k: usize) {
        let (n, places) = (x.lengths.len() as u64, k as u64);
        // `analyse` has refused more keys.
        let width = top_k_span(x.ranges).map_or(0, |span| bit_length(span - 1));
        self.variables += places * (n + 1);
        for length in x.lengths.iter().map(|length| u64::from(*length)) {
            self.repeat(places, |count| {
                count.enforce(1, 2, 0);
                count.enforce(1, length + 2, 0);
            });
        }
        self.repeat(places, |count| count.enforce(n, 1, 1));
        self.repeat(places.saturating_sub(1), |count| count.bits(2, width));
        for length in &x.lengths {
            self.bits(length.saturating_add(1).saturating_add(k as u32), width);
        }
    }

    fn arg_max(&mut self, x: &Tensor<'_>) {
        let n = x.lengths.len() as u64;
        let highest = x.ranges.iter().map(|range| range.hi).max().unwrap_or(0);
        self.variables += 2 * n;
        for (i, (length, range)) in (1u64..).zip(x.lengths.iter().zip(x.ranges)) {
            self.enforce(1, 2, 0);
            self.enforce(1, u64::from(*length) + 1, 1);
            let difference = n + u64::from(*length) + (n - i);
            self.bits(
                u32::try_from(difference).unwrap_or(u32::MAX),
                bit_length(highest - range.lo),
            );
        }
        self.enforce(n, 1, 1);
        self.enforce(n.saturating_sub(1), 1, 1);
    }
}

/// The numerator's range.
fn numerator(x: Interval, scaling: &Scaling) -> Interval {
    let [lo, hi] = scaling.numerators(x.lo, x.hi);
    // Intervals have been analyzed: no numerator reaches 2^61.
    Interval { lo: lo as i64, hi: hi as i64 }
}

/// Bytes of linear combinations of these lengths.
fn bytes(lengths: &[u32]) -> u64 {
    let terms: u64 = lengths.iter().map(|length| u64::from(*length)).sum();
    (lengths.len() as u64)
        .saturating_mul(size_of::<Wire>() as u64)
        .saturating_add(terms * LinearCombination::TERM as u64)
}

/// Returns `true` if a layer's sums are written down only where they are read: if none can be too
/// long.
fn is_made_when_read(op: &Operation, longest: u32) -> bool {
    let taps = match op {
        Operation::Conv(conv) => {
            conv.in_channels / conv.group.max(1) * conv.kernel.iter().product::<usize>()
        }
        Operation::Gemm(gemm) => gemm.inputs,
        _ => return false,
    };
    taps.saturating_mul(longest as usize) <= LONGEST_SUM
}

/// The products of bits behind a table's value.
#[derive(Clone, Copy, Default)]
struct Products {
    /// Bits of the argument; `None` where the value is the same for all.
    bits: Option<u32>,
    /// Their number.
    count: u64,
    /// Terms of their right sides.
    terms: u64,
    /// Terms of the value.
    length: u32,
}

impl Products {
    fn of(table: &Table, x: Interval) -> Self {
        let reached = table.reached(x.lo, x.hi);
        if reached.iter().min() == reached.iter().max() {
            return Self::default();
        }
        let bits = bit_length(x.hi - x.lo);
        let (lower, upper) = (bits / 2, bits - bits / 2);
        let monomials = |bits: u32| (1u64 << bits) - 1 - u64::from(bits);
        let coefficients = coefficients(reached, bits);
        let rows = coefficients.chunks(1 << lower).skip(1);
        let open = rows.filter(|row| row.iter().skip(1).any(|c| *c != 0)).count() as u64;
        let count = monomials(lower) + monomials(upper) + open;
        let terms = monomials(lower) + monomials(upper) + (open << lower);
        let length = (1u64 << lower) + (1 << upper) + u64::from(bits);
        Self { bits: Some(bits), count, terms, length: u32::try_from(length).unwrap_or(u32::MAX) }
    }
}

/// The result of a node, as far as the circuit's size depends on it.
struct Tensor<'a> {
    shape: &'a Shape,
    ranges: &'a [Interval],
    /// Variables in each value's linear combination.
    lengths: Vec<u32>,
    to_do: Fusion<'a>,
}

fn gemm(op: &Gemm, x: &Tensor<'_>) -> Vec<u32> {
    let row = |row: &[i8]| {
        let terms = row.iter().zip(&x.lengths).filter(|(weight, _)| **weight != 0);
        terms.fold(0u32, |sum, (_, length)| sum.saturating_add(*length))
    };
    op.weights.chunks(op.inputs.max(1)).map(row).collect()
}

fn conv(op: &Conv, x: &Tensor<'_>, to: &[usize]) -> Vec<u32> {
    let (&[_, height, width], &[channels, rows, columns]) = (x.shape.as_slice(), to) else {
        return Vec::new();
    };
    let mut out = Vec::with_capacity(channels * rows * columns);
    for channel in 0..channels {
        for row in 0..rows {
            for column in 0..columns {
                let mut sum = 0u32;
                op.for_each_tap([height, width], [channel, row, column], |weight, input| {
                    let used = op.weights.get(weight).is_some_and(|weight| *weight != 0);
                    let length = x.lengths.get(input).copied().unwrap_or(0);
                    sum = sum.saturating_add(if used { length } else { 0 });
                });
                out.push(sum);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bls12_381::Scalar;
    use ff::Field;
    use proptest::prelude::*;
    use zkml_model::random;
    use zkml_onnx::OnnxModel;
    use zkml_quantize::{Options, quantize};

    use super::*;
    use crate::groth16::{
        ModelCircuit,
        gadgets::poseidon::{Element, permute},
        linear_combination::alloc,
        poseidon::{Parameters, WIDTH},
        r1cs::Matrices,
    };

    /// Holds the count against the circuit; returns both numbers of constraints.
    fn compare(model: QuantizedModel) -> [u64; 2] {
        let counted = Count::of(&model).unwrap();
        let circuit = ModelCircuit::new(Arc::new(model)).unwrap();
        let (report, matrices) = (circuit.report(), circuit.matrices());
        let labels = |layers: &[LayerReport]| {
            layers.iter().map(|layer| (layer.op.clone(), layer.name.clone())).collect::<Vec<_>>()
        };
        assert_eq!(labels(&counted.layers), labels(&report.layers));
        let mut layers = counted.layers.iter().zip(&report.layers);
        let differing = layers.find(|(counted, layer)| counted.constraints != layer.constraints);
        let terms =
            [&matrices.a, &matrices.b, &matrices.c].iter().map(|m| m.len() as u64).sum::<u64>();
        let sum = counted.terms.iter().sum::<u64>();
        match differing {
            // Constants that are zero and variables that are shared can only make the circuit
            // smaller.
            None => {
                assert!(counted.variables >= report.variables as u64);
                assert!(sum >= terms, "{:?} for {terms}", counted.terms);
            }
            // The first sum that differs was taken for longer; its terms stand once in A, and in
            // the circuit where it is read.
            Some((counted, layer)) => {
                assert!(counted.constraints > layer.constraints, "{counted:?} {layer:?}");
                assert!(sum >= terms - terms / 4, "{sum} for {terms}");
            }
        }
        [counted.constraints, report.constraints as u64]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn circuits_of_random_models_are_nearly_as_large_as_counted(seed: u64, kind in 0..3) {
            let model = match kind {
                0 => random::model(seed),
                1 => random::graph(seed),
                _ => random::outputs(seed),
            };
            let [counted, real] = compare(model);
            prop_assert!(counted.abs_diff(real) <= real / 20 + 8, "{} for {}", counted, real);
        }
    }

    #[test]
    fn sums_that_share_variables_are_counted_nearly() {
        // The first has an operand concatenated with itself; in the others a sum that is counted as
        // a variable hides a later one.
        for model in
            [15148044933538805551, 4525331839567825835, 5756193633281745305].map(random::graph)
        {
            compare(model);
        }
        compare(random::model(4742935276167247194));
    }

    #[test]
    fn real_networks_are_counted_exactly() {
        let onnx = |name: &str| {
            let path = format!("{}/../../../tests/vectors/{name}.onnx", env!("CARGO_MANIFEST_DIR"));
            OnnxModel::decode(&std::fs::read(path).unwrap()).unwrap()
        };
        for name in
            ["mnist/mnist-cnn", "onnx/lenet", "onnx/residual", "onnx/mlp-gelu", "onnx/mlp-sigmoid"]
        {
            for input_bits in [1, 4, 8] {
                let options = Options { input_bits, ..Options::default() };
                let [counted, real] = compare(quantize(&onnx(name), &options).unwrap().model);
                assert_eq!(counted, real, "{name}");
            }
        }
    }

    #[test]
    fn a_permutation_has_the_terms_that_are_counted_for_it() {
        let matrices = Matrices::of_fallible::<CircuitError>(|cs| {
            let mut state: Vec<Element> = Vec::new();
            for _ in 0..WIDTH {
                state.push(Element { lin: alloc(cs, "x", Some(Scalar::ONE))?, value: None });
            }
            permute(cs, Parameters::standard(), &mut state)?;
            Ok(())
        })
        .unwrap();
        let terms = [&matrices.a, &matrices.b, &matrices.c].map(|m| m.len() as u64);
        let near = |(counted, terms): (&u64, &u64)| counted.abs_diff(*terms) <= terms / 20;
        assert!(PERMUTATION_TERMS.iter().zip(&terms).all(near), "{terms:?}");
    }
}
