//! The grid of one group of output channels: a step, and weights and biases rounded to multiples of
//! it.

use zkml_model::intervals::Interval;

/// Greatest magnitude of a weight of eight bits.
const NARROW: i32 = 127;
/// Weights up to which fractions of steps are tried.
const FEW: usize = 1 << 14;

/// One output channel in real numbers.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    /// Weights times the scales of their operands.
    pub weights: Vec<f64>,
    /// Bias.
    pub bias: f64,
}

/// Constraints on a grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Greatest magnitude of a weight.
    pub weight: i32,
    /// Greatest magnitude of an accumulator.
    pub accumulator: i64,
    /// Relative error below which a coarser grid is taken; 0 for the finest.
    pub tolerance: f64,
}

/// A grid that fits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// The step, the scale of the accumulators.
    pub step: f64,
    /// Sum of the squared errors, in real numbers.
    pub error: f64,
}

/// The grid for `channels`, which share one step: the coarsest within the tolerance, else the one
/// with the least error.
///
/// Candidates make the widest weight a whole number of steps, so that weights that lie on a grid
/// are found on it. Where none of them is within the tolerance and there are few weights, eighths
/// of steps are tried as well. Weights of more than eight bits are so fine that the finest grid
/// that fits is taken. `None` if none fits the limits, or all weights are zero.
pub(super) fn choose(channels: &[Channel], ranges: &[Interval], limits: Limits) -> Option<Grid> {
    let widest = channels.iter().flat_map(|c| &c.weights).fold(0.0f64, |max, w| max.max(w.abs()));
    let energy: f64 = channels.iter().flat_map(|c| &c.weights).map(|w| w * w).sum();
    if widest <= 0.0 {
        return None;
    }
    let candidate = |step: f64| {
        let fits =
            step.is_normal() && channels.iter().all(|c| fits(c, ranges, step, limits.accumulator));
        fits.then(|| Grid { step, error: channels.iter().map(|c| error(c, step)).sum() })
    };
    let narrow = limits.weight.min(NARROW);
    let whole: Vec<Grid> = (1..=narrow).filter_map(|n| candidate(widest / f64::from(n))).collect();
    let bound = limits.tolerance * limits.tolerance * energy;
    if let Some(grid) = whole.iter().find(|grid| grid.error <= bound) {
        return Some(*grid);
    }
    if limits.weight > NARROW {
        let steps = |n: &i32| widest / f64::from(*n);
        let wide = most_that_fits(NARROW + 1, limits.weight, |n| candidate(steps(n)).is_some());
        return wide.and_then(|n| candidate(steps(&n))).or_else(|| whole.last().copied());
    }
    let few = channels.iter().map(|c| c.weights.len()).sum::<usize>() <= FEW;
    let eighths =
        (8..=narrow * 8).filter(|_| few).filter_map(|n| candidate(widest * 8.0 / f64::from(n)));
    whole.iter().copied().chain(eighths).min_by(|a, b| a.error.total_cmp(&b.error))
}

/// The greatest number of a range that fits, if all below one that fits do, or nearly all.
fn most_that_fits(least: i32, most: i32, fits: impl Fn(&i32) -> bool) -> Option<i32> {
    if fits(&most) {
        return Some(most);
    }
    let (mut good, mut bad) = (least, most);
    if !fits(&good) {
        return None;
    }
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if fits(&middle) { good = middle } else { bad = middle }
    }
    Some(good)
}

/// The coarsest grid of a channel of one weight that keeps its bias to a thirty-second of the
/// weight: a change of scale and zero, as normalisation is.
pub(super) fn with_bias(channel: &Channel, ranges: &[Interval], limits: Limits) -> Option<Grid> {
    let top = channel.weights.first()?.abs();
    let steps = (1..=limits.weight).map(|n| top / f64::from(n));
    let mut near = steps.filter(|step| {
        let bias = channel.bias - round(channel.bias, *step) as f64 * step;
        bias.abs() <= top / 32.0
            && step.is_normal()
            && fits(channel, ranges, *step, limits.accumulator)
    });
    near.next().map(|step| Grid { step, error: error(channel, step) })
}

/// Fewest steps, up to `limit`, in the weight `top` for which all weights are whole numbers of
/// steps; else `limit`.
pub(super) fn finest(channel: &Channel, top: f64, limit: i32) -> i32 {
    let whole = |n: &i32| {
        let mut steps = channel.weights.iter().map(|w| w / top * f64::from(*n));
        steps.all(|w| (w - w.round()).abs() <= 1e-5)
    };
    (1..=limit).find(whole).unwrap_or(limit)
}

/// A weight in steps.
pub(super) fn round(value: f64, step: f64) -> i64 {
    // A saturating cast; what is beyond any bound stays beyond it.
    (value / step).round() as i64
}

fn error(channel: &Channel, step: f64) -> f64 {
    channel.weights.iter().map(|w| (w - round(*w, step) as f64 * step).powi(2)).sum()
}

fn fits(channel: &Channel, ranges: &[Interval], step: f64, limit: i64) -> bool {
    let bias = i128::from(round(channel.bias, step));
    let (mut lo, mut hi) = (bias, bias);
    for (weight, range) in channel.weights.iter().zip(ranges) {
        let weight = i128::from(round(*weight, step));
        let ends = [weight * i128::from(range.lo), weight * i128::from(range.hi)];
        lo += ends[0].min(ends[1]);
        hi += ends[0].max(ends[1]);
    }
    let limit = i128::from(limit);
    -limit <= lo && hi <= limit
}
