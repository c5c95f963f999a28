//! Reals put on a grid.

use std::{collections::HashMap, rc::Rc};

use super::{
    Fault, Kind, MAX_GROUPS, One, Origin, Plan, Real, RescaleReport, Stop,
    expression::Expression,
    search::{self, Found},
};
use zkml_model::{
    graph::{Move, Operand, Operation, Rescale, Scaling, Shape, Table},
    intervals::Interval,
    validate::MAX_TABLE,
};
use zkml_onnx::quantized::{Grid, of};

/// Bits behind the point when scores of several scales are made comparable.
const SCORE_BITS: u8 = 20;
/// Shifts that are tried for a sum of two tensors.
const SUM_SHIFTS: core::ops::RangeInclusive<u8> = 8..=24;
/// The bound beyond which every function between two grids has saturated.
const FAR: i64 = 1 << 60;

impl Plan<'_> {
    pub(super) fn quantize(&mut self, name: &str, x: &Real, grid: Grid) -> Result<Real, Stop> {
        let shape = x.shape.clone();
        let at = match &x.kind {
            Kind::One(one) => self.regrid(name, one, grid, &shape)?,
            Kind::Sum { operands, scales, function } => {
                self.sum(name, *operands, *scales, function, grid, &shape)?
            }
            Kind::Concat { axis, parts } => return self.joined(name, *axis, parts, grid, &shape),
        };
        Ok(on(at, grid, shape))
    }

    fn regrid(
        &mut self,
        name: &str,
        one: &One,
        grid: Grid,
        shape: &Shape,
    ) -> Result<Operand, Stop> {
        let [min, max] = grid.bounds();
        let same = matches!(one.origin, Origin::Grid(_)) && matches!(&*one.function, Expression::X);
        if same && one.scales.iter().all(|scale| *scale == grid.scale) {
            let inside = self.ranges_of(one.at).iter().all(|x| min <= x.lo && x.hi <= max);
            return if inside { Ok(one.at) } else { self.clip(name, one.at, [min, max], shape) };
        }
        let width = self.ranges_of(one.at).iter().map(|x| x.hi.abs_diff(x.lo)).max().unwrap_or(0);
        if !one.function.is_monotone() {
            return self.table(name, one, grid, shape);
        }
        // Which levels there are at all: a ReLU leaves none below zero.
        let ends = [-FAR, FAR].map(|x| level(one, grid, x, 0));
        let (groups, by) = self.groups(one, shape, width);
        if groups.len() > MAX_GROUPS {
            return Err(Fault::Groups { got: groups.len() }.into());
        }
        let mut known: HashMap<(Vec<u32>, Interval), Found> = HashMap::new();
        let (mut channels, mut differing, mut reached) =
            (Vec::with_capacity(groups.len()), 0u64, 0u64);
        for (index, reach) in groups {
            let mut key = vec![of(&one.scales, index).to_bits()];
            one.function.key(index, &mut key);
            let find = || search::find(|x| level(one, grid, x, index), reach, ends);
            let found = *known.entry((key, reach)).or_insert_with(find);
            differing = differing.saturating_add(found.differing);
            reached = reached.saturating_add(reach.hi.abs_diff(reach.lo).saturating_add(1));
            channels.push(found.scaling);
        }
        if differing > 0
            && width < MAX_TABLE as u64
            && one.function.is_uniform()
            && one.scales.len() == 1
        {
            return self.table(name, one, grid, shape);
        }
        let shift = channels.iter().map(|scaling| scaling.shift).max().unwrap_or(0);
        if channels.iter().all(|scaling| Some(scaling) == channels.first()) {
            channels.truncate(1);
        }
        let rescale = Operation::Rescale(Rescale { channels });
        let at = match by {
            By::Channel => self.push(name, rescale, vec![one.at], shape)?,
            By::Value => {
                let flat = vec![shape.iter().product()];
                let at = self.push(name, Operation::Reshape, vec![one.at], &flat)?;
                let at = self.push(name, rescale, vec![at], &flat)?;
                self.push(name, Operation::Reshape, vec![at], shape)?
            }
        };
        let clipped = self.clip(name, at, ends, shape)?;
        self.report_rescale(at, shift, differing, reached);
        Ok(clipped)
    }

    /// Values with one function each and the hull of what can come: channels, or single values. An
    /// index stands for each group.
    fn groups(&self, one: &One, shape: &Shape, width: u64) -> (Vec<(usize, Interval)>, By) {
        let ranges = self.ranges_of(one.at);
        let plane = shape.iter().skip(1).product::<usize>().max(1);
        let key = |index: usize| {
            let mut key = vec![of(&one.scales, index).to_bits()];
            one.function.key(index, &mut key);
            key
        };
        let flat = one.scales.len() == 1 && one.function.is_uniform();
        let by_channel = flat
            || (0..ranges.len().div_ceil(plane)).all(|channel| {
                let first = key(channel * plane);
                (channel * plane..(channel + 1) * plane).all(|index| key(index) == first)
            });
        // Few integers have few thresholds: one scaling for all does.
        let size = match (by_channel, flat && width < MAX_TABLE as u64) {
            (true, true) => ranges.len().max(1),
            (true, false) => plane,
            (false, _) => 1,
        };
        let hull = |of: &[Interval]| {
            let (lo, hi) = (of.iter().map(|x| x.lo).min(), of.iter().map(|x| x.hi).max());
            Interval { lo: lo.unwrap_or(0), hi: hi.unwrap_or(0) }
        };
        let groups =
            ranges.chunks(size).enumerate().map(|(group, of)| (group * size, hull(of))).collect();
        (groups, if by_channel { By::Channel } else { By::Value })
    }

    /// A function of few integers by its values.
    fn table(&mut self, name: &str, one: &One, grid: Grid, shape: &Shape) -> Result<Operand, Stop> {
        if !one.function.is_uniform() || one.scales.len() > 1 {
            return Err(Fault::ByValue.into());
        }
        let ranges = self.ranges_of(one.at);
        let lo = ranges.iter().map(|x| x.lo).min().unwrap_or(0);
        let hi = ranges.iter().map(|x| x.hi).max().unwrap_or(0);
        let width = hi.abs_diff(lo).saturating_add(1);
        let Some(first) = i32::try_from(lo).ok().filter(|_| width <= MAX_TABLE as u64) else {
            return Err(Fault::Table { width }.into());
        };
        let values = (lo..=hi).map(|x| level(one, grid, x, 0) as i32).collect();
        self.push(name, Operation::Table(Table { first, values }), vec![one.at], shape)
    }

    fn clip(
        &mut self,
        name: &str,
        at: Operand,
        [min, max]: [i64; 2],
        shape: &Shape,
    ) -> Result<Operand, Stop> {
        if self.ranges_of(at).iter().all(|x| min <= x.lo && x.hi <= max) {
            return Ok(at);
        }
        self.push(name, Operation::Clip { min, max }, vec![at], shape)
    }

    /// The sum of two tensors on grids: both times integers, then divided by a power of two.
    fn sum(
        &mut self,
        name: &str,
        [a, b]: [Operand; 2],
        scales: [f32; 2],
        function: &Rc<Expression>,
        grid: Grid,
        shape: &Shape,
    ) -> Result<Operand, Stop> {
        let hull = |at| {
            let ranges = self.ranges_of(at);
            let (lo, hi) = (ranges.iter().map(|x| x.lo).min(), ranges.iter().map(|x| x.hi).max());
            Interval { lo: lo.unwrap_or(0), hi: hi.unwrap_or(0) }
        };
        let reach = [hull(a), hull(b)];
        if let Some(wide) = reach.iter().find(|x| x.hi.abs_diff(x.lo) >= 512) {
            return Err(Fault::Table { width: wide.hi.abs_diff(wide.lo).saturating_add(1) }.into());
        }
        if !function.is_monotone() || !function.is_uniform() {
            return Err(Fault::OffGrid.into());
        }
        let [min, max] = grid.bounds();
        let put = |real: f32| {
            let real = function.at(real, 0) / grid.scale;
            real.round_ties_even().clamp(min as f32, max as f32) as i64
        };
        let ends = [f32::MIN, f32::MAX].map(put);
        let exact = |a: i64, b: i64| put(a as f32 * scales[0] + b as f32 * scales[1]);
        let sum =
            Sum::find(exact, scales.map(|s| f64::from(s) / f64::from(grid.scale)), reach, ends);
        let times = |multiplier| {
            Operation::Rescale(Rescale {
                channels: vec![Scaling { multiplier, offset: 0, shift: 0 }],
            })
        };
        let a = self.push(name, times(sum.multipliers[0]), vec![a], shape)?;
        let b = self.push(name, times(sum.multipliers[1]), vec![b], shape)?;
        let added = self.push(name, Operation::Add, vec![a, b], shape)?;
        let divided = Scaling { multiplier: 1, offset: 1 << (sum.shift - 1), shift: sum.shift };
        let rescale = Operation::Rescale(Rescale { channels: vec![divided] });
        let at = self.push(name, rescale, vec![added], shape)?;
        self.report_rescale(at, sum.shift, sum.differing, sum.pairs);
        self.clip(name, at, ends, shape)
    }

    /// Parts on a grid, one after the other.
    pub(super) fn joined(
        &mut self,
        name: &str,
        axis: usize,
        parts: &[Real],
        grid: Grid,
        shape: &Shape,
    ) -> Result<Real, Stop> {
        let mut inputs = Vec::with_capacity(parts.len());
        for part in parts {
            let Kind::One(one) = self.quantize(name, part, grid)?.kind else {
                return Err(Fault::OffGrid.into());
            };
            inputs.push(one.at);
        }
        let at = self.push(name, Operation::Move(Move::Concat { axis }), inputs, shape)?;
        Ok(on(at, grid, shape.clone()))
    }

    /// Parts that are on one grid already, one after the other.
    pub(super) fn joined_if_alike(
        &mut self,
        name: &str,
        axis: usize,
        parts: &[Real],
        shape: &Shape,
    ) -> Result<Real, Stop> {
        let grids: Option<Vec<Grid>> = parts
            .iter()
            .map(|part| match &part.kind {
                Kind::One(One { origin: Origin::Grid(grid), function, .. })
                    if matches!(**function, Expression::X) =>
                {
                    Some(*grid)
                }
                _ => None,
            })
            .collect();
        match grids.as_deref() {
            Some([first, rest @ ..]) if rest.iter().all(|grid| grid == first) => {
                self.joined(name, axis, parts, *first, shape)
            }
            _ => Err(Fault::OffGrid.into()),
        }
    }

    /// Scores of several scales in steps of a part of the greatest.
    pub(super) fn comparable(
        &mut self,
        at: Operand,
        scales: &[f32],
    ) -> Result<(Operand, f64), Stop> {
        let greatest = scales.iter().fold(0.0f32, |a, b| a.max(*b));
        let unit = f64::from(1u32 << SCORE_BITS);
        let times = |scale: &f32| {
            let multiplier =
                (f64::from(*scale) / f64::from(greatest) * unit).round().max(1.0) as i64;
            Scaling { multiplier, offset: 0, shift: 0 }
        };
        let rescale = Operation::Rescale(Rescale { channels: scales.iter().map(times).collect() });
        let at = self.push("scores", rescale, vec![at], &vec![scales.len()])?;
        Ok((at, f64::from(greatest) / unit))
    }

    fn report_rescale(&mut self, at: Operand, shift: u8, differing: u64, reached: u64) {
        let Operand::Node(node) = at else { return };
        let name = self.model.nodes.get(node).map(|node| node.name.clone()).unwrap_or_default();
        self.report.rescales.push(RescaleReport { node, name, shift, differing, reached });
    }
}

/// The values that have a scaling of their own.
enum By {
    Channel,
    Value,
}

/// Integers on a grid.
fn on(at: Operand, grid: Grid, shape: Shape) -> Real {
    let function = Rc::new(Expression::X);
    let one = One { at, scales: vec![grid.scale], origin: Origin::Grid(grid), function };
    Real { kind: Kind::One(one), shape }
}

/// Returns the level of the grid, less its zero point, that floats give for integer `x` of value
/// `index`.
fn level(one: &One, grid: Grid, x: i64, index: usize) -> i64 {
    let scale = of(&one.scales, index);
    let step = match one.origin {
        Origin::Grid(_) => None,
        // As the integer kernels have it: one factor for the sum.
        Origin::Product => Some(scale / grid.scale),
        Origin::Mean(count) => Some(scale / (grid.scale * count as f32)),
    };
    let steps = match (&*one.function, step) {
        (Expression::X, Some(step)) => x as f32 * step,
        (Expression::Relu(inner), Some(step)) if matches!(**inner, Expression::X) => {
            (x as f32 * step).max(0.0)
        }
        (function, _) => {
            let real = match one.origin {
                Origin::Mean(count) => x as f32 * scale / count as f32,
                _ => x as f32 * scale,
            };
            function.at(real, index) / grid.scale
        }
    };
    let [min, max] = grid.bounds();
    steps.round_ties_even().clamp(min as f32, max as f32) as i64
}

/// Multipliers and shift of a sum of two tensors.
struct Sum {
    multipliers: [i64; 2],
    shift: u8,
    differing: u64,
    pairs: u64,
}

impl Sum {
    /// The least shift that differs for the fewest pairs.
    fn find(
        exact: impl Fn(i64, i64) -> i64,
        steps: [f64; 2],
        [a, b]: [Interval; 2],
        [lo, hi]: [i64; 2],
    ) -> Self {
        let pairs = (a.hi.abs_diff(a.lo) + 1) * (b.hi.abs_diff(b.lo) + 1);
        let mut best = Self { multipliers: [1, 1], shift: 1, differing: u64::MAX, pairs };
        for shift in SUM_SHIFTS {
            let unit = (1u64 << shift) as f64;
            // Beyond this every sum saturates.
            let multipliers =
                steps.map(|step| (step * unit).round().clamp(1.0, (1u64 << 36) as f64) as i64);
            let of = |a: i64, b: i64| {
                (multipliers[0] * a + multipliers[1] * b + (1 << (shift - 1))) >> shift
            };
            let mut differing = 0;
            for x in a.lo..=a.hi {
                differing += (b.lo..=b.hi)
                    .filter(|y| of(x, *y).clamp(lo, hi) != exact(x, *y))
                    .count() as u64;
            }
            if differing < best.differing {
                best = Self { multipliers, shift, differing, pairs };
            }
            if differing == 0 {
                break;
            }
        }
        best
    }
}
