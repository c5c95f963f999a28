//! A calibration laid out for people: on a terminal, and as a Markdown file.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    cost::{Cost, Size},
    report::{Calibration, Chosen, LayerRow, Measure, Row},
};
use crate::{
    commands::model::describe::duration,
    output::{Page, Report, Table, thousands},
};
use zkinfer::{memory, system};

/// Candidates that are shown on a terminal, of those that were measured and of those that are
/// dearer.
const SHOWN: usize = 24;
const DEARER: usize = 4;

impl Report for Calibration {
    fn page(&self, page: &mut Page) {
        for (name, value) in self.fields() {
            page.field(name, value);
        }
        let (rows, left) = self.rows(SHOWN, DEARER);
        page.title(self.headline());
        page.table(self.table(&rows));
        if let Some(left) = left {
            page.note(format!("  {left}"));
        }
        for line in self.impossible() {
            page.note(format!("  {line}"));
        }
        let Some(chosen) = &self.chosen else { return };
        page.title(format!("Candidate {}: {}", chosen.number, chosen.arguments));
        for (name, value) in chosen.fields(self.measure) {
            page.field(name, value);
        }
        page.title("What each operation can be, and what the data made of it");
        page.table(layer_table(&chosen.layers));
    }
}

impl Calibration {
    /// The report as a Markdown document.
    pub fn markdown(&self) -> String {
        let mut out = format!("# Calibration of {}\n\n", self.onnx.display());
        let mut line = |text: &str| {
            // A string takes everything.
            let _ = writeln!(out, "{text}");
        };
        self.fields().iter().for_each(|(name, value)| line(&format!("- {name}: {value}")));
        line(&format!("\n## {}\n", self.headline()));
        let (rows, _) = self.rows(usize::MAX, usize::MAX);
        line(&self.table(&rows).markdown());
        self.impossible().iter().for_each(|text| line(&format!("- {text}")));
        match (&self.chosen, &self.failure) {
            (Some(chosen), _) => {
                line(&format!("\n## Candidate {}\n", chosen.number));
                line(&format!(
                    "```sh\nzkinfer model import {} {}\n```\n",
                    self.onnx.display(),
                    chosen.arguments
                ));
                chosen
                    .fields(self.measure)
                    .iter()
                    .for_each(|(name, value)| line(&format!("- {name}: {value}")));
                line("\n## Operations\n");
                line(&layer_table(&chosen.layers).markdown());
            }
            (None, Some(failure)) => line(&format!("\n{}; {}.", failure.message, failure.hint)),
            (None, None) => {}
        }
        out
    }

    fn headline(&self) -> String {
        let groth16 = self.proof_system == system::name(zkinfer_primitives::ProofSystem::Groth16);
        let system = if groth16 { "Groth16" } else { "Halo2" };
        format!("Candidates, cheapest first for {system}")
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut out = vec![(
            "data",
            format!("{}, {} samples", self.data.display(), thousands(self.samples as u64)),
        )];
        match (&self.labels, self.float_percent) {
            (Some(labels), Some(percent)) => {
                out.push((
                    "labels",
                    format!("{}; the float model has {percent:.2} % right", labels.display()),
                ));
            }
            _ if self.measure == Measure::Values => {
                out.push((
                    "labels",
                    "none: lost is the error of the values, in percent of the float model's".into(),
                ));
            }
            _ => out.push(("labels", "none: right is what the float model answers".into())),
        }
        let [low, high] = self.input_range;
        if self.quantised_already {
            out.push((
                "bits",
                "the model is quantised already, and its own scales and bits are kept".into(),
            ));
        } else {
            out.push(("input range", format!("{low} to {high}")));
        }
        out.push(("budget", format!("{} points", self.budget_points)));
        out.push((
            "memory",
            format!("{} for keys and proofs", memory::format(self.memory_limit_bytes)),
        ));
        out
    }

    /// The candidates that a table shows: those with a cost of their own, but of many the last
    /// before the chosen one and a few after it. Also says what is left out.
    fn rows(&self, most: usize, dearer: usize) -> (Vec<&Row>, Option<String>) {
        let own: Vec<&Row> = self
            .candidates
            .iter()
            .filter(|row| !matches!(row.verdict, "same" | "impossible"))
            .collect();
        let (tried, after): (Vec<&Row>, Vec<&Row>) =
            own.into_iter().partition(|row| row.verdict != "dearer");
        let skipped = tried.len().saturating_sub(most);
        let mut rows: Vec<&Row> = tried.into_iter().skip(skipped).collect();
        let left = after.len().saturating_sub(dearer);
        rows.extend(after.into_iter().take(dearer));
        let some = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
        let notes =
            [some(skipped, "cheaper ones that lose more"), some(left, "dearer ones, not measured")];
        let notes: Vec<String> = notes.into_iter().flatten().collect();
        let left = (!notes.is_empty()).then(|| format!("not shown: {}", notes.join("; ")));
        (rows, left)
    }

    fn table(&self, rows: &[&Row]) -> Table {
        let unit = if self.proof_system == system::name(zkinfer_primitives::ProofSystem::Groth16) {
            Size::unit(zkinfer_primitives::ProofSystem::Groth16)
        } else {
            Size::unit(zkinfer_primitives::ProofSystem::Halo2)
        };
        let right = if self.measure == Measure::Accuracy { "accuracy" } else { "as float" };
        let head = [
            "no.",
            "options",
            unit,
            "prove",
            "memory",
            right,
            "lost",
            "agree",
            "score error",
            "saturated",
        ];
        let [a, b, c, d, e, f, g, h, i, j] = head;
        let mut table = Table::new([a, b, c, d, e, f, g, h, i, j, "outcome"]);
        for row in rows {
            let cost = |of: &dyn Fn(&Cost) -> String| row.cost.as_ref().map(of).unwrap_or_default();
            let seen = |of: &dyn Fn(&super::report::Quality) -> String| {
                row.measured.as_ref().map(of).unwrap_or_default()
            };
            let cells = [
                row.number.to_string(),
                row.choice.to_string(),
                cost(&|cost| cost.size.number()),
                cost(&|cost| duration(cost.prove_seconds)),
                cost(&|cost| memory::format(cost.prove_memory_bytes.max(cost.setup_memory_bytes))),
                seen(&|seen| format!("{:.2} %", seen.percent)),
                seen(&|seen| format!("{:.2}", seen.points_lost)),
                seen(&|seen| format!("{:.2} %", seen.agree_percent)),
                seen(&|seen| format!("{:.2} %", 100.0 * seen.score_error)),
                seen(&|seen| format!("{:.2} %", 100.0 * seen.saturation)),
                match row.verdict {
                    "chosen" => "chosen".into(),
                    _ => row.reason.clone(),
                },
            ];
            if row.verdict == "chosen" { table.strong_row(cells) } else { table.row(cells) }
        }
        table
    }

    /// Impossible candidates by their reason: each once, with their number and an example.
    fn impossible(&self) -> Vec<String> {
        let mut by_reason: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in self.candidates.iter().filter(|row| row.verdict == "impossible") {
            by_reason.entry(row.reason.as_str()).or_default().push(row);
        }
        let mut out: Vec<String> = by_reason
            .into_iter()
            .map(|(reason, rows)| {
                let example = rows.first().map(|row| row.choice.to_string()).unwrap_or_default();
                match rows.len() {
                    1 => format!("impossible: {example}: {reason}"),
                    count => format!("impossible: {count} candidates such as {example}: {reason}"),
                }
            })
            .collect();
        let same = self.candidates.iter().filter(|row| row.verdict == "same").count();
        if same > 0 {
            out.push(format!("{same} candidates give the same model as another one"));
        }
        out
    }
}

impl Chosen {
    fn fields(&self, measure: Measure) -> Vec<(&'static str, String)> {
        let seen = &self.measured;
        let right = match measure {
            Measure::Accuracy => "right",
            Measure::Agreement => "answered as by the float model",
            Measure::Values => "near the float model's values",
        };
        let mut out = vec![
            ("model hash", self.model_hash.to_string()),
            ("manifest hash", self.manifest_hash.to_string()),
            (
                "accuracy",
                format!(
                    "{:.2} % of {} samples {right}; {:.2} ± {:.2} points lost",
                    seen.percent,
                    thousands(seen.samples as u64),
                    seen.points_lost,
                    seen.points_lost_error
                ),
            ),
        ];
        if seen.outside > 0 {
            let outside = thousands(seen.outside as u64);
            out.push((
                "no answer",
                format!("for {outside} samples with a number beyond the input range"),
            ));
        }
        for cost in &self.costs {
            out.push((
                cost.proof_system,
                format!(
                    "{} {}; keys about {}, {}; a proof about {}, {}",
                    cost.size.number(),
                    if matches!(cost.size, Size::Groth16 { .. }) { "constraints" } else { "rows" },
                    duration(cost.setup_seconds),
                    memory::format(cost.setup_memory_bytes),
                    duration(cost.prove_seconds),
                    memory::format(cost.prove_memory_bytes),
                ),
            ));
        }
        let file = |path: &Option<std::path::PathBuf>| {
            path.as_ref().map(|path| path.display().to_string())
        };
        out.extend(file(&self.model_file).map(|file| ("model file", file)));
        out.extend(file(&self.manifest_file).map(|file| ("manifest", file)));
        out
    }
}

fn layer_table(layers: &[LayerRow]) -> Table {
    let mut table = Table::new([
        "node",
        "operation",
        "name",
        "can be",
        "was",
        "spare bits",
        "saturated",
        "float",
        "error",
    ]);
    for layer in layers {
        let range = |[lo, hi]: [i64; 2]| format!("{lo} to {hi}");
        table.row([
            layer.node.map(|node| node.to_string()).unwrap_or_default(),
            layer.operation.into(),
            layer.name.clone(),
            range(layer.possible),
            range(layer.seen),
            layer.spare_bits.to_string(),
            format!("{:.2} %", 100.0 * layer.saturation),
            layer
                .float
                .map(|[lo, hi]| format!("{} to {}", short(lo), short(hi)))
                .unwrap_or_default(),
            layer.error.map(|error| format!("{:.2} %", 100.0 * error)).unwrap_or_default(),
        ]);
    }
    table
}

/// A real number in few digits.
fn short(number: f32) -> String {
    match number.abs() {
        0.0 => "0".into(),
        0.01..1e4 => format!("{number:.2}"),
        _ => format!("{number:.1e}"),
    }
}
