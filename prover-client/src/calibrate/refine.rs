//! Fewer bits where a layer can spare them.
//!
//! The lists give all layers one width. Starting from the chosen candidate, the width of one ReLU's
//! operands after the other is lowered by a bit, the ReLU with most values first, as long as the
//! budget holds; each step is measured on all samples. This is coordinate descent: it ends where no
//! single ReLU can spare a bit more, or after so many tries.

use std::cmp::Ordering;

use zkml_model::graph::Operation;
use zkml_quantize::{Imported, calibrate::CalibrateError};

use super::search::{Candidate, Found, Setting, Verdict, sort};
use zkinfer::Progress;

/// Fewest bits of what a ReLU takes.
const LEAST: u8 = 2;

/// Goes on from the chosen candidate, if there is one and more than one ReLU.
pub(super) fn refine(
    setting: &Setting<'_>,
    found: &mut Found,
    order: &[usize],
    progress: &Progress,
) -> Result<(), CalibrateError> {
    let (Some(mut best), Some(mut imported)) = (found.candidate().cloned(), found.chosen.take())
    else {
        return Ok(());
    };
    let mut widths = widths(&imported);
    let mut open: Vec<usize> = (0..widths.len()).collect();
    // What has most values saves most.
    let values = sizes(&imported);
    open.sort_by_key(|i| std::cmp::Reverse(values.get(*i).copied().unwrap_or(0)));
    let mut tries = if widths.len() > 1 { setting.refine } else { 0 };
    let mut steps: Vec<Candidate> = Vec::new();
    let mut at = 0;
    while tries > 0 && !open.is_empty() {
        at %= open.len();
        let layer = open[at];
        let width = widths[layer];
        if width <= LEAST {
            open.remove(at);
            continue;
        }
        widths[layer] = width - 1;
        tries -= 1;
        let choice = super::candidates::Choice { relu_bits: widths.clone(), ..best.choice.clone() };
        let number = found.candidates.len() + steps.len() + 1;
        let mut candidate = setting.candidate(number, choice);
        let total = order.len() as u64;
        let phase = format!("bits of layer {}, {tries} more tries", layer + 1);
        let tell = |done: usize| progress.report(phase.clone(), done as u64, total);
        if let Some(next) = step(setting, &mut candidate, &best, order, &tell)? {
            (best, imported) = (candidate.clone(), next);
            at += 1;
        } else {
            // Back, and not tried again.
            widths[layer] = width;
            open.remove(at);
        }
        steps.push(candidate);
    }
    for candidate in found.candidates.iter_mut().chain(&mut steps) {
        if candidate.number == best.number {
            candidate.verdict = Verdict::Chosen;
        } else if candidate.verdict == Verdict::Chosen {
            candidate.verdict = Verdict::Within;
        }
    }
    found.candidates.extend(steps);
    sort(&mut found.candidates);
    found.chosen = Some(imported);
    Ok(())
}

/// The candidate's model, if it is cheaper than the best so far and within the budget.
fn step(
    setting: &Setting<'_>,
    candidate: &mut Candidate,
    best: &Candidate,
    order: &[usize],
    tell: &(dyn Fn(usize) + Sync),
) -> Result<Option<Imported>, CalibrateError> {
    let (Some(cost), Some(least)) = (&candidate.cost, &best.cost) else { return Ok(None) };
    if candidate.verdict != Verdict::Dearer || cost.compare(least) != Ordering::Less {
        return Ok(None);
    }
    let Ok(imported) = setting.import(&candidate.choice) else { return Ok(None) };
    let measured = setting.measure(&imported, order, tell)?;
    let accepted = setting.accepts(&measured);
    candidate.measured = Some(measured);
    candidate.verdict = if accepted { Verdict::Chosen } else { Verdict::Loses };
    Ok(accepted.then_some(imported))
}

/// Bits of the accumulators of each layer whose bits cost something, in order.
fn widths(imported: &Imported) -> Vec<u8> {
    let costly = imported.report.layers.iter().filter(|layer| layer.costly);
    costly.map(|layer| u8::try_from(layer.accumulator_bits).unwrap_or(u8::MAX).max(LEAST)).collect()
}

/// Values of those layers.
fn sizes(imported: &Imported) -> Vec<usize> {
    let costly = imported.report.layers.iter().filter(|layer| layer.costly);
    let size = |node: usize| match imported.model.nodes.get(node) {
        Some(node) if matches!(node.op, Operation::Conv(_) | Operation::Gemm(_)) => {
            node.shape.iter().product()
        }
        _ => 0,
    };
    costly.map(|layer| size(layer.node)).collect()
}
