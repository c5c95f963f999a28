//! ONNX `Conv` and `Gemm`: many outputs in one equation.
//!
//! Outputs that read the same values are lanes of one number. With `y_l` the outputs and `w_{l,j}`
//! their weights,
//!
//! ```text
//! Σ_j (Σ_l 2^(s_l) · w_{l,j}) · x_j + Σ_l 2^(s_l) · b_l - Σ_l 2^(s_l) · y_l = 0
//! ```
//!
//! so that a product serves all lanes at once. Soundness: lane `l` is an integer of an interval
//! shorter than `2^(s_{l+1} - s_l)`, for the true output by [interval
//! analysis](zkml_model::intervals) and for the prover's by a range check (its ReLU's, or one of
//! its own). The two sides differ by `Σ 2^(s_l) · d_l` with `|d_l| < 2^(s_{l+1} - s_l)`, which is
//! below the modulus in magnitude and so zero as an integer; from the lowest lane up every `d_l` is
//! then zero.
//!
//! A fully connected layer that reads a ReLU's results is computed *in place*: the slots' `y` are
//! weighed a second time, in the rows where they stand, and nothing is copied.

use zkml_model::{
    graph::{Conv, Gemm, Node, Operand, Operation, Shape},
    intervals::Interval,
};

use super::{
    After, AnalyzedModel, CircuitParams, Compiler, Sum, Wire, bit_length, fp, operand, power,
    values::magnitude_bits,
};
use crate::halo2::field::CircuitField;
use crate::halo2::layout::{LookupPair, TooManyRows, Var};

/// Most bits of all lanes of a number together: differences stay below `2^253`, and `p > 2^254`.
pub(super) const LANE_BITS: u32 = 252;
/// Fewest inputs of a layer that is worth a second sum.
const GATHER_INPUTS: usize = 256;

/// The extraction of a sum from its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By its ReLU, of a magnitude below `2^bits`.
    Relu { bits: u32 },
    /// By a quotient of its ReLU, of a magnitude below `2^bits`, with the remainder of the sum and
    /// half the divisor.
    Quotient { shift: u8, bits: u32 },
    /// By a range check.
    Ranged,
    /// It is alone.
    Plain,
}

impl Form {
    fn lane_bits(self, range: &Interval) -> u32 {
        match self {
            Form::Relu { bits } => bits + 1,
            Form::Quotient { shift, bits } => u32::from(shift) + bits + 1,
            Form::Ranged => bit_length(range.hi - range.lo).max(1),
            Form::Plain => LANE_BITS,
        }
    }

    /// The summand of a sum.
    fn half(self) -> i64 {
        if let Form::Quotient { shift, .. } = self { 1 << (shift - 1) } else { 0 }
    }
}

#[cfg(test)]
type Width = Box<dyn Fn(&Interval) -> i128>;

/// All forms of these values that take lanes, each with the number of integers, less one, that a
/// lane must tell apart.
#[cfg(test)]
pub(super) fn forms(ranges: &[Interval]) -> Vec<(Form, Width)> {
    let relu = relu_form(ranges);
    let Form::Relu { bits } = relu else { panic!("a ReLU") };
    let signed = |bits: u32| -> Width { Box::new(move |_| 2 * ((1 << bits) - 1)) };
    let own = |range: &Interval| i128::from(range.hi) - i128::from(range.lo);
    let mut forms = vec![(relu, signed(bits)), (Form::Ranged, Box::new(own) as _)];
    for shift in [1, 5, 20] {
        let form = quotient_form(ranges, shift);
        let Form::Quotient { bits, .. } = form else { panic!("a quotient") };
        forms.push((form, signed(bits + u32::from(shift))));
    }
    forms
}

/// Returns the starts of lanes, for as many outputs as fit into one number.
pub(super) fn lanes(form: Form, ranges: impl Iterator<Item = Interval>) -> Vec<u32> {
    fitting(ranges.map(|range| form.lane_bits(&range)))
}

/// Returns the starts of lanes of these widths, for as many as fit into one number.
pub(super) fn fitting(lanes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut at = 0;
    for bits in lanes {
        if at + bits > LANE_BITS && !starts.is_empty() {
            break;
        }
        starts.push(at);
        at += bits;
    }
    starts
}

/// The form of a linear node whose only reader is a ReLU.
fn relu_form(ranges: &[Interval]) -> Form {
    Form::Relu { bits: ranges.iter().map(magnitude_bits).max().unwrap_or(1) }
}

/// The form of a linear node whose only reader is a ReLU of which only a quotient is read.
fn quotient_form(ranges: &[Interval], shift: u8) -> Form {
    let half = 1i64 << (shift - 1);
    let quotient = |range: &Interval| Interval {
        lo: (range.lo + half) >> shift,
        hi: (range.hi + half) >> shift,
    };
    Form::Quotient {
        shift,
        bits: ranges.iter().map(quotient).map(|q| magnitude_bits(&q)).max().unwrap_or(1),
    }
}

/// The form of a linear node that something is computed along with.
fn fused_form(after: After, ranges: &[Interval]) -> Option<Form> {
    match after {
        After::Nothing => None,
        After::Relu { .. } => Some(relu_form(ranges)),
        After::Quotient { shift } => Some(quotient_form(ranges, shift)),
    }
}

/// A ReLU and the layer that is computed along with it in place.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// The ReLU's node.
    relu: usize,
    /// The layer's node.
    layer: usize,
    /// The starts of the layer's lanes.
    starts: Vec<u32>,
}

/// The layer that is computed in place, if there is one: the widest of those whose outputs fit into
/// one number.
pub(super) fn gather_target(model: &AnalyzedModel, params: CircuitParams) -> Option<Target> {
    let nodes = model.model.nodes.iter().enumerate();
    let found = nodes.filter_map(|(relu, node)| {
        let Operand::Node(sums) = operand(node) else { return None };
        if !matches!(node.op, Operation::Relu) || !model.is_fused(sums) {
            return None;
        }
        let narrow = |range: &Interval| magnitude_bits(range) <= u32::from(params.bits);
        if !model.intervals(Operand::Node(sums)).iter().all(narrow) {
            return None;
        }
        let mut at = relu;
        let layer = loop {
            match model.sole_reader(at)? {
                (next, Node { op: Operation::Reshape, .. }) => at = next,
                (next, Node { op: Operation::Gemm(gemm), .. }) if gemm.inputs >= GATHER_INPUTS => {
                    break next;
                }
                _ => return None,
            }
        };
        let ranges = model.intervals(Operand::Node(layer));
        let form = fused_form(model.after(layer), ranges).unwrap_or(Form::Ranged);
        let starts = lanes(form, ranges.iter().copied());
        (starts.len() == ranges.len()).then_some(Target { relu, layer, starts })
    });
    found.max_by_key(|target| model.intervals(Operand::Node(target.relu)).len())
}

/// Outputs that read the same inputs.
fn blocks(op: &Operation, to: &Shape, tile: usize) -> Vec<Vec<usize>> {
    let (Operation::Conv(conv), [_, rows, columns]) = (op, to.as_slice()) else {
        return vec![(0..to.iter().product()).collect()];
    };
    let per_group = conv.out_channels / conv.group;
    let positions: Vec<usize> = (0..*columns).collect();
    let mut out = Vec::new();
    for group in 0..conv.group {
        for row in 0..*rows {
            for tile in positions.chunks(tile.max(1)) {
                let channels = || group * per_group..(group + 1) * per_group;
                let at =
                    |x: usize| channels().map(move |channel| (channel * rows + row) * columns + x);
                out.push(tile.iter().flat_map(|x| at(*x)).collect());
            }
        }
    }
    out
}

/// A linear operation's terms.
struct Terms<'a> {
    node: usize,
    op: &'a Operation,
    from: &'a Shape,
    to: &'a Shape,
}

impl Terms<'_> {
    fn bias(&self, output: usize) -> i64 {
        let bias = match self.op {
            Operation::Conv(conv) => conv.bias.get(output / self.plane()),
            Operation::Gemm(gemm) => gemm.bias.get(output),
            _ => None,
        };
        bias.map_or(0, |bias| i64::from(*bias))
    }

    /// Most inputs that an output reads.
    fn most_read(&self) -> usize {
        match self.op {
            Operation::Conv(conv) => {
                conv.in_channels / conv.group.max(1) * conv.kernel.iter().product::<usize>()
            }
            Operation::Gemm(gemm) => gemm.inputs,
            _ => 0,
        }
    }

    fn plane(&self) -> usize {
        self.to.iter().skip(1).product::<usize>().max(1)
    }

    /// Calls `visit(input, weight)` for each input of an output whose weight is not zero.
    fn for_each(&self, output: usize, mut visit: impl FnMut(usize, i8)) {
        let visit = |input, weight| {
            if weight != 0 {
                visit(input, weight);
            }
        };
        match self.op {
            Operation::Conv(conv) => self.conv(conv, output, visit),
            Operation::Gemm(Gemm { inputs, weights, .. }) => {
                let (row, mut visit) =
                    (weights.chunks(*inputs).nth(output).unwrap_or_default(), visit);
                row.iter().enumerate().for_each(|(input, weight)| visit(input, *weight));
            }
            _ => {}
        }
    }

    fn conv(&self, conv: &Conv, output: usize, mut visit: impl FnMut(usize, i8)) {
        let (&[_, height, width], &[_, rows, columns]) = (self.from.as_slice(), self.to.as_slice())
        else {
            return;
        };
        let position = [output / (rows * columns), output / columns % rows, output % columns];
        conv.for_each_tap([height, width], position, |weight, input| {
            visit(input, conv.weights.get(weight).copied().unwrap_or_default());
        });
    }
}

/// A pack being made: one number's weights by input.
struct Sums<F> {
    /// Position in `terms` of each input, one more than it; zero for none.
    places: Vec<usize>,
    inputs: Vec<usize>,
    weights: Vec<F>,
}

impl<F: CircuitField> Sums<F> {
    fn add(&mut self, input: usize, weight: F) {
        let Some(place) = self.places.get_mut(input) else { return };
        if *place == 0 {
            self.inputs.push(input);
            self.weights.push(F::ZERO);
            *place = self.inputs.len();
        }
        if let Some(sum) = self.weights.get_mut(*place - 1) {
            *sum += weight;
        }
    }

    fn take(&mut self) -> Vec<(usize, F)> {
        for input in &self.inputs {
            if let Some(place) = self.places.get_mut(*input) {
                *place = 0;
            }
        }
        core::mem::take(&mut self.inputs)
            .into_iter()
            .zip(core::mem::take(&mut self.weights))
            .collect()
    }
}

impl<F: CircuitField> Compiler<'_, '_, F> {
    /// The outputs of linear node `index`, or of what is [computed along](After) with it.
    pub(super) fn linear(&mut self, index: usize, x: &[Wire]) -> Result<Vec<Wire>, TooManyRows> {
        let model = self.model;
        let after = model.after(index);
        let Some(node) = model.model.nodes.get(index) else { return Ok(Vec::new()) };
        let Some(from) = model.model.shape_of(operand(node)) else { return Ok(Vec::new()) };
        let terms = Terms { node: index, op: &node.op, from, to: &node.shape };
        let ranges = model.intervals(Operand::Node(index));
        let gathered = self.gathered.take_if(|(layer, _)| *layer == index).map(|(_, total)| total);
        let blocks = blocks(&node.op, &node.shape, self.params.tile);
        let form = match (fused_form(after, ranges), gathered) {
            (Some(form), _) => form,
            (None, Some(_)) => Form::Ranged,
            (None, None) => self.cheaper(&terms, &blocks, ranges),
        };
        let target = self.target.take_if(|target| after == After::Relu { node: target.relu });
        if target.is_some() {
            self.machine.begin_gather()?;
        }
        let mut out = vec![Wire::constant(0); ranges.len()];
        let mut sums = Sums { places: vec![0; x.len()], inputs: Vec::new(), weights: Vec::new() };
        for block in &blocks {
            let mut rest = block.as_slice();
            while !rest.is_empty() {
                let of = |output: &usize| {
                    ranges.get(*output).copied().unwrap_or(Interval { lo: 0, hi: 0 })
                };
                let starts = lanes(form, rest.iter().map(of));
                let (pack, after) = rest.split_at(starts.len());
                rest = after;
                let gather = target.as_ref().map(|target| (target.layer, target.starts.as_slice()));
                let pack = Pack { outputs: pack, starts: &starts, form, gather, gathered };
                self.pack(&terms, &pack, ranges, x, &mut sums, &mut out)?;
            }
        }
        if let Some(target) = target {
            self.gathered = Some((target.layer, self.machine.end_gather()));
        }
        Ok(out)
    }

    /// Returns `true` if sums without a ReLU are cheaper alone or in one number with range checks,
    /// by rows.
    fn cheaper(&self, terms: &Terms, blocks: &[Vec<usize>], ranges: &[Interval]) -> Form {
        let cells = self.params.slots + self.params.extras;
        let (mut alone, mut together) = (0, 0);
        let mut seen = vec![false; terms.from.iter().product()];
        // Blocks are alike.
        let Some(block) = blocks.get(blocks.len() / 2) else { return Form::Plain };
        for output in block {
            let mut own = 0;
            terms.for_each(*output, |input, _| {
                own += 1;
                if let Some(seen) = seen.get_mut(input) {
                    *seen = true;
                }
            });
            // A multiple of one value is that value's variable.
            alone += if own > 1 { (own + 1usize).div_ceil(cells) } else { 0 };
            let range =
                ranges.get(*output).map_or(0, |range| bit_length(range.hi - range.lo)) as usize;
            together += range.div_ceil(usize::from(self.params.bits)).div_ceil(self.params.slots);
        }
        let of = |output: &usize| ranges.get(*output).copied().unwrap_or(Interval { lo: 0, hi: 0 });
        let per_pack = lanes(Form::Ranged, block.iter().map(of)).len().max(1);
        together += block.len().div_ceil(per_pack)
            * seen.iter().filter(|seen| **seen).count().div_ceil(cells)
            + block.len().div_ceil(cells);
        if together < alone { Form::Ranged } else { Form::Plain }
    }

    fn pack(
        &mut self,
        terms: &Terms,
        pack: &Pack,
        ranges: &[Interval],
        x: &[Wire],
        sums: &mut Sums<F>,
        out: &mut [Wire],
    ) -> Result<(), TooManyRows> {
        if pack.form == Form::Plain && self.count_read(terms, pack, sums) <= 1 {
            return self.multiples(terms, pack, x, out);
        }
        let (mut constant, mut slots, mut equation) = (F::ZERO, Vec::new(), Vec::new());
        for (&output, &start) in pack.outputs.iter().zip(pack.starts) {
            let lane = power::<F>(start);
            let bias = terms.bias(output) + pack.form.half();
            let mut value = i128::from(bias);
            if self.machine.counts_only() {
                // Any value that there can be will do: those of later layers then are within their
                // intervals as well.
                value = ranges.get(output).map_or(0, |range| i128::from(range.lo))
                    + i128::from(pack.form.half());
            } else {
                terms.for_each(output, |input, weight| {
                    let wire = x.get(input).copied().unwrap_or(Wire::constant(0));
                    value += i128::from(weight) * i128::from(wire.value);
                    if pack.gathered.is_none() {
                        sums.add(input, lane * fp::<F>(i64::from(weight)));
                    }
                });
            }
            constant += lane * fp::<F>(bias);
            // Below 2^61 for a witness, by the intervals; of no account without one.
            let wire =
                self.output(pack, output, value as i64, lane, (&mut slots, &mut equation))?;
            if let Some(to) = out.get_mut(output) {
                *to = wire;
            }
        }
        if self.machine.counts_only() && pack.gathered.is_none() {
            let read = self.count_read(terms, pack, sums);
            equation.resize(equation.len() + read, (0, F::ZERO));
        }
        for (input, weight) in sums.take() {
            let wire = x.get(input).copied().unwrap_or(Wire::constant(0));
            let (term, offset) = wire.weighed(weight);
            constant += offset;
            equation.extend(term);
        }
        equation.extend(pack.gathered.map(|total| (total, F::ONE)));
        slots.sort_by_key(|slot: &LookupPair<F>| slot.bits);
        self.machine.equation(&equation, &slots, constant)?;
        if pack.form == Form::Ranged {
            for output in pack.outputs {
                if let (Some(wire), Some(range)) = (out.get(*output), ranges.get(*output)) {
                    self.check_range(wire, range)?;
                }
            }
        }
        Ok(())
    }

    /// Outputs that read one variable at most, which need no equation.
    fn multiples(
        &mut self,
        terms: &Terms,
        pack: &Pack,
        x: &[Wire],
        out: &mut [Wire],
    ) -> Result<(), TooManyRows> {
        for output in pack.outputs {
            let mut sum = Sum::constant(terms.bias(*output));
            terms.for_each(*output, |input, weight| {
                let wire = x.get(input).copied().unwrap_or(Wire::constant(0));
                sum = core::mem::take(&mut sum).plus(i64::from(weight), &wire);
            });
            let wire = self.settle(sum)?;
            if let Some(to) = out.get_mut(*output) {
                *to = wire;
            }
        }
        Ok(())
    }

    /// Returns the number of variables that the pack's outputs read: values that are constant by
    /// their interval are not counted (see [`Compiler::nodes`]). So the model alone decides,
    /// whatever the params, and a pack that was counted for other params is not counted again.
    fn count_read(&self, terms: &Terms, pack: &Pack, sums: &mut Sums<F>) -> usize {
        let key =
            (terms.node, pack.outputs.first().copied().unwrap_or_default(), pack.outputs.len());
        let worth_remembering = pack.outputs.len() * terms.most_read() > 64;
        let known = || self.model.read.lock().ok().and_then(|read| read.get(&key).copied());
        if let Some(known) = worth_remembering.then(known).flatten() {
            return known;
        }
        let node = self.model.model.nodes.get(terms.node);
        let ranges = self.model.intervals(node.map_or(Operand::Input, operand));
        for output in pack.outputs {
            terms.for_each(*output, |input, _| {
                if ranges.get(input).is_some_and(|range| range.lo < range.hi) {
                    sums.add(input, F::ZERO);
                }
            });
        }
        let count = sums.take().len();
        if worth_remembering && let Ok(mut read) = self.model.read.lock() {
            read.insert(key, count);
        }
        count
    }

    /// The wire of an output, with what takes it out of the equation's number.
    fn output(
        &mut self,
        pack: &Pack,
        output: usize,
        value: i64,
        lane: F,
        (slots, equation): (&mut Vec<LookupPair<F>>, &mut Vec<(Var, F)>),
    ) -> Result<Wire, TooManyRows> {
        if let Form::Relu { bits } = pack.form {
            let gather = pack
                .gather
                .map_or(F::ZERO, |(layer, starts)| self.gather_weight(layer, starts, output));
            let relu = self.relu_of(value, bits, -lane, gather)?;
            slots.extend(relu.slots);
            equation.extend(relu.term);
            return Ok(relu.wire);
        }
        if let Form::Quotient { shift, bits } = pack.form {
            let remainder = value & ((1i64 << shift) - 1);
            slots.extend(self.range(remainder, u32::from(shift), -lane));
            let weight = -lane * power::<F>(u32::from(shift));
            let relu = self.relu_of(value >> shift, bits, weight, F::ZERO)?;
            slots.extend(relu.slots);
            equation.extend(relu.term);
            return Ok(relu.wire);
        }
        let var = self.machine.variable(fp::<F>(value));
        equation.push((var, -lane));
        Ok(Wire::variable(var, 0, value))
    }

    /// Weight of input `input` of a layer that is computed in place.
    fn gather_weight(&self, layer: usize, starts: &[u32], input: usize) -> F {
        if self.machine.counts_only() {
            return F::ZERO;
        }
        let Some(Operation::Gemm(gemm)) = self.model.model.nodes.get(layer).map(|node| &node.op)
        else {
            return F::ZERO;
        };
        let weights = gemm.weights.iter().skip(input).step_by(gemm.inputs);
        weights
            .zip(starts)
            .map(|(weight, start)| power::<F>(*start) * fp::<F>(i64::from(*weight)))
            .sum()
    }

    /// `z - lo` in `[0, 2^bits)`.
    fn check_range(&mut self, wire: &Wire, range: &Interval) -> Result<(), TooManyRows> {
        let bits = bit_length(range.hi - range.lo).max(1);
        let slots = self.range(wire.value - range.lo, bits, -F::ONE);
        let (term, constant) = wire.weighed(F::ONE);
        let terms: Vec<_> = term.into_iter().collect();
        self.machine.equation(&terms, &slots, constant - fp::<F>(range.lo))
    }
}

/// Outputs of one number.
struct Pack<'a> {
    outputs: &'a [usize],
    starts: &'a [u32],
    form: Form,
    /// The layer that is computed in place of these outputs, with its lanes.
    gather: Option<(usize, &'a [u32])>,
    /// This layer's number, without biases, if it was computed in place.
    gathered: Option<Var>,
}
