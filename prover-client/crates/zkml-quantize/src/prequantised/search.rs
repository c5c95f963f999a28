//! The scaling that gives what floats give, for every integer that can come.
//!
//! A step function with levels `j` has thresholds `T_j`, the least `x` of a level of at least `j`.
//! `floor((m · x + b) / 2^s)` has the same ones if for each of them
//!
//! ```text
//! m · T_j + b >= j · 2^s        m · (T_j - 1) + b < j · 2^s
//! ```
//! and, where levels go on beyond what can come, if the ends stay below the next level. Each
//! condition of the first kind with each of the second bounds the slope `m / 2^s`; so few `m` come
//! into question for a shift, and the least shift that has one wins.

use zkml_model::{
    graph::Scaling,
    intervals::{Interval, MAX_MAGNITUDE},
    validate::{MAX_MULTIPLIER, MAX_RESCALE_SHIFT},
};

/// A scaling, and for how many integers it gives another level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub scaling: Scaling,
    pub differing: u64,
}

/// Tried multipliers for a shift.
const TRIES: i64 = 4;
/// Tried thresholds that a scaling has right, where it cannot have all.
const CANDIDATES: usize = 64;

/// At `x` the level is at least, or below, `level`.
#[derive(Clone, Copy, Debug)]
struct Point {
    x: i64,
    level: i64,
}

/// Conditions of both kinds.
struct Conditions {
    at_least: Vec<Point>,
    below: Vec<Point>,
    thresholds: Vec<Point>,
    reach: Interval,
}

/// The scaling, clipped to `[lo, hi]`, for a monotone `f` with values there, at the integers in
/// `reach`.
pub(super) fn find(f: impl Fn(i64) -> i64, reach: Interval, [lo, hi]: [i64; 2]) -> Found {
    let (first, last) = (f(reach.lo), f(reach.hi));
    if first >= last {
        return Found { scaling: constant(first, reach), differing: 0 };
    }
    let threshold = |level| Point { x: first_at(&f, reach, level), level };
    let thresholds: Vec<Point> = (first + 1..=last).map(threshold).collect();
    let mut at_least = thresholds.clone();
    let mut below: Vec<Point> =
        thresholds.iter().map(|p| Point { x: p.x - 1, level: p.level }).collect();
    if first > lo {
        at_least.push(Point { x: reach.lo, level: first });
    }
    if last < hi {
        below.push(Point { x: reach.hi, level: last + 1 });
    }
    Conditions { at_least, below, thresholds, reach }.solve()
}

/// The level of a constant function: a shift so great that nothing changes.
fn constant(level: i64, reach: Interval) -> Scaling {
    let width = reach.hi.abs_diff(reach.lo);
    let shift = (64 - width.leading_zeros()).min(MAX_RESCALE_SHIFT.into()) as u8;
    let offset = (i128::from(level) << shift) - i128::from(reach.lo);
    let limit = i128::from(MAX_MAGNITUDE) - 1;
    Scaling { multiplier: 1, offset: offset.clamp(-limit, limit) as i64, shift }
}

/// The least `x` with `f(x) >= level`, which `f(reach.hi)` is.
fn first_at(f: impl Fn(i64) -> i64, reach: Interval, level: i64) -> i64 {
    let (mut below, mut at) = (reach.lo, reach.hi);
    while at - below > 1 {
        let middle = below + (at - below) / 2;
        if f(middle) >= level { at = middle } else { below = middle }
    }
    at
}

impl Conditions {
    fn solve(&self) -> Found {
        let [lo, hi] = self.slopes();
        for shift in 0..=MAX_RESCALE_SHIFT {
            let unit = (1u64 << shift) as f64;
            let first = ((lo * unit).floor() as i64).max(1);
            let middle = if hi.is_finite() { (lo + hi) / 2.0 * unit } else { 0.0 };
            let near = middle.round() as i64;
            for multiplier in (first..first + TRIES).chain(near - 1..=near + 1) {
                if let Some(scaling) = self.offset(multiplier, shift) {
                    return Found { scaling, differing: 0 };
                }
            }
        }
        self.nearest(if hi.is_finite() { (lo + hi) / 2.0 } else { lo })
    }

    /// Bounds of the slope.
    fn slopes(&self) -> [f64; 2] {
        let (mut lo, mut hi) = (0.0f64, f64::INFINITY);
        for p in &self.at_least {
            for q in &self.below {
                let slope = (q.level - p.level) as f64 / (q.x - p.x) as f64;
                if q.x > p.x {
                    hi = hi.min(slope);
                } else if q.x < p.x {
                    lo = lo.max(slope);
                }
            }
        }
        [lo, hi]
    }

    /// The scaling with this multiplier and shift that meets all conditions, if there is one.
    fn offset(&self, multiplier: i64, shift: u8) -> Option<Scaling> {
        if multiplier < 1 || multiplier.unsigned_abs() > MAX_MULTIPLIER {
            return None;
        }
        let rest =
            |p: &Point| (i128::from(p.level) << shift) - i128::from(multiplier) * i128::from(p.x);
        let least = self.at_least.iter().map(rest).max()?;
        let most = self.below.iter().map(|p| rest(p) - 1).min()?;
        if least > most {
            return None;
        }
        self.fitting(multiplier, least, shift)
    }

    /// The scaling if its numerators stay in range.
    fn fitting(&self, multiplier: i64, offset: i128, shift: u8) -> Option<Scaling> {
        let limit = i128::from(MAX_MAGNITUDE);
        let offset = i64::try_from(offset).ok().filter(|b| i128::from(*b).abs() < limit)?;
        let scaling = Scaling { multiplier, offset, shift };
        let numerators = scaling.numerators(self.reach.lo, self.reach.hi);
        numerators.iter().all(|n| n.abs() < limit).then_some(scaling)
    }

    /// The scaling that differs for the fewest integers, of those with one threshold right.
    fn nearest(&self, slope: f64) -> Found {
        let mut best = Found { scaling: constant(0, self.reach), differing: u64::MAX };
        for shift in (8..=40).step_by(4) {
            let multiplier = (slope * (1u64 << shift) as f64).round();
            if !(1.0..=MAX_MULTIPLIER as f64).contains(&multiplier) {
                continue;
            }
            let multiplier = multiplier as i64;
            for p in self.at_least.iter().step_by(self.at_least.len() / CANDIDATES + 1) {
                let offset =
                    (i128::from(p.level) << shift) - i128::from(multiplier) * i128::from(p.x);
                let Some(scaling) = self.fitting(multiplier, offset, shift) else { continue };
                let differing = self.differing(&scaling);
                if differing < best.differing {
                    best = Found { scaling, differing };
                }
            }
            if best.differing <= 1 {
                break;
            }
        }
        best
    }

    /// Integers with another level: those between the thresholds, each level counted.
    fn differing(&self, scaling: &Scaling) -> u64 {
        let own = |level: i64| {
            let numerator = (i128::from(level) << scaling.shift) - i128::from(scaling.offset);
            let (quotient, rest) = (
                numerator.div_euclid(scaling.multiplier.into()),
                numerator.rem_euclid(scaling.multiplier.into()),
            );
            quotient + i128::from(rest > 0)
        };
        let within = |x: i128| x.clamp(self.reach.lo.into(), i128::from(self.reach.hi) + 1);
        let each =
            self.thresholds.iter().map(|p| within(own(p.level)).abs_diff(i128::from(p.x)) as u64);
        let (first, last) = (self.thresholds.first(), self.thresholds.last());
        let before =
            first.map_or(0, |p| within(own(p.level - 1)).abs_diff(self.reach.lo.into()) as u64);
        let after = last
            .map_or(0, |p| within(own(p.level + 1)).abs_diff(i128::from(self.reach.hi) + 1) as u64);
        let before = if self.at_least.len() > self.thresholds.len() { before } else { 0 };
        let after = if self.below.len() > self.thresholds.len() { after } else { 0 };
        each.sum::<u64>() + before + after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkml_model::random::Rng;

    fn requantize(scale: f32, [lo, hi]: [i64; 2]) -> impl Fn(i64) -> i64 {
        move |x| (x as f32 * scale).round_ties_even().clamp(lo as f32, hi as f32) as i64
    }

    /// Integers for which the scaling, clipped, gives something else.
    fn differing(
        found: &Found,
        f: impl Fn(i64) -> i64,
        reach: Interval,
        [lo, hi]: [i64; 2],
    ) -> u64 {
        let other = |x: &i64| found.scaling.at(*x).unwrap().clamp(lo, hi) != f(*x);
        (reach.lo..=reach.hi).filter(other).count() as u64
    }

    #[test]
    fn every_integer_gets_the_level_that_floats_give() {
        let mut rng = Rng::new(5);
        let (mut exact, mut all) = (0, 0);
        for _ in 0..60 {
            let scale = rng.range(1, 1 << 20) as f32 / (1 << 26) as f32;
            let reach = Interval { lo: -rng.range(0, 60_000), hi: rng.range(0, 60_000) };
            let bounds = [[0, 255], [-128, 127], [-100, 155]][rng.range(0, 2) as usize];
            let found = find(requantize(scale, bounds), reach, bounds);
            let got = differing(&found, requantize(scale, bounds), reach, bounds);
            assert_eq!(got, found.differing, "{scale} {reach:?} {bounds:?} {found:?}");
            all += 1;
            exact += u32::from(got == 0);
        }
        assert!(exact * 10 >= all * 8, "{exact} of {all}");
    }

    #[test]
    fn halves_to_even_under_a_power_of_two_differ_in_few_integers_and_it_is_said() {
        let (f, reach, bounds) =
            (requantize(1.0 / 64.0, [-128, 127]), Interval { lo: -9000, hi: 9000 }, [-128, 127]);
        let found = find(&f, reach, bounds);
        assert!(found.differing > 0 && found.differing <= 128, "{found:?}");
        assert_eq!(differing(&found, f, reach, bounds), found.differing);
    }

    #[test]
    fn a_constant_and_a_single_step_are_found() {
        let reach = Interval { lo: -1000, hi: 5000 };
        let found = find(|_| 7, reach, [0, 255]);
        assert_eq!((found.differing, differing(&found, |_| 7, reach, [0, 255])), (0, 0));
        let step = |x: i64| i64::from(x >= 123) + 3;
        let found = find(step, reach, [0, 255]);
        assert_eq!(
            (found.differing, differing(&found, step, reach, [0, 255])),
            (0, 0),
            "{found:?}"
        );
        let single = Interval { lo: 9, hi: 9 };
        assert_eq!(find(|x| x, single, [0, 255]).scaling.at(9), Some(9));
    }

    #[test]
    fn extremes_end_without_a_panic() {
        let far = Interval { lo: -(1 << 40), hi: 1 << 40 };
        for scale in [f32::MIN_POSITIVE, 1e-12, 1.0, 1e30, f32::MAX] {
            let found = find(requantize(scale, [-128, 127]), far, [-128, 127]);
            assert!(found.scaling.at(far.lo).is_some() && found.scaling.at(far.hi).is_some());
        }
    }
}
