//! The cheapest candidate within the budget.

use rayon::prelude::*;
use zkinfer_primitives::{ModelHash, ProofSystem};
use zkml_data::samples::Samples;
use zkml_model::file;
use zkml_onnx::OnnxModel;
use zkml_quantize::{
    Imported, LayerReport, Options, QuantizeError,
    calibrate::{CalibrateError, Measured, Reference, measure, spread},
    quantize,
};

use super::{candidates::Choice, cost::Cost, refine};
use zkinfer::Progress;
use zkinfer::memory::{Limit, MemoryError};

/// Samples of the first part; each further one is four times as long.
const FIRST_PART: usize = 64;

/// The search and its means.
pub struct Setting<'a> {
    /// The float model.
    pub onnx: &'a OnnxModel,
    /// Options that all candidates share.
    pub base: &'a Options,
    /// The data.
    pub samples: &'a Samples,
    /// The results of the float model.
    pub reference: &'a Reference,
    /// The proof system whose cost counts.
    pub system: ProofSystem,
    /// Percentage points of accuracy that may be lost.
    pub budget: f64,
    /// Memory that keys and proofs may take.
    pub limit: Limit,
    /// `true` if dearer candidates are measured as well.
    pub all: bool,
    /// Most candidates with bits by layer that are tried.
    pub refine: usize,
}

/// The result of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The cheapest within the budget.
    Chosen,
    /// Within the budget, and dearer.
    Within,
    /// Dearer than the chosen one: not measured.
    Dearer,
    /// It loses more than the budget.
    Loses,
    /// It gives the same model as another candidate.
    Same(usize),
    /// It would not fit into memory.
    Memory(MemoryError),
    /// It cannot be quantised, or has no circuit.
    Impossible(String),
}

/// A candidate with all that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its number, in the order of the lists.
    pub number: usize,
    /// Its options.
    pub choice: Choice,
    /// Hash of its model's file.
    pub hash: Option<ModelHash>,
    /// Its layers.
    pub layers: Vec<LayerReport>,
    /// Its cost.
    pub cost: Option<Cost>,
    /// Its effect on the samples, or on those that were enough to tell.
    pub measured: Option<Measured>,
    /// Its result.
    pub verdict: Verdict,
}

/// The result of a search.
#[derive(Debug)]
pub struct Found {
    /// All candidates, cheapest first; those without a cost last.
    pub candidates: Vec<Candidate>,
    /// The chosen one's model.
    pub chosen: Option<Imported>,
}

impl Found {
    /// The chosen candidate.
    pub fn candidate(&self) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.verdict == Verdict::Chosen)
    }

    /// The candidate that loses least of those that were measured; ties go to the cheapest.
    pub fn best(&self) -> Option<&Candidate> {
        let loss = |candidate: &&Candidate| {
            candidate.measured.as_ref().map_or(f64::INFINITY, Measured::loss)
        };
        let measured = self.candidates.iter().filter(|candidate| candidate.measured.is_some());
        measured.min_by(|a, b| loss(a).total_cmp(&loss(b)))
    }
}

impl Setting<'_> {
    /// Quantises with a choice of options.
    ///
    /// # Errors
    /// The importer's own.
    pub fn import(&self, choice: &Choice) -> Result<Imported, QuantizeError> {
        quantize(self.onnx, &choice.options(self.base))
    }

    /// A candidate with its cost, not measured yet.
    pub fn candidate(&self, number: usize, choice: Choice) -> Candidate {
        let candidate = Candidate {
            number,
            choice,
            hash: None,
            layers: Vec::new(),
            cost: None,
            measured: None,
            verdict: Verdict::Dearer,
        };
        let imported = match self.import(&candidate.choice) {
            Ok(imported) => imported,
            Err(error) => {
                return Candidate { verdict: Verdict::Impossible(error.to_string()), ..candidate };
            }
        };
        let hash = Some(ModelHash(file::hash(&file::encode(&imported.model))));
        let layers = imported.report.layers;
        let candidate = Candidate { hash, layers, ..candidate };
        match Cost::of(self.system, &imported.model, self.limit) {
            Ok((cost, refused)) => {
                let verdict = refused.map_or(Verdict::Dearer, Verdict::Memory);
                Candidate { cost: Some(cost), verdict, ..candidate }
            }
            Err(error) => {
                Candidate { verdict: Verdict::Impossible(error.to_string()), ..candidate }
            }
        }
    }

    /// Measures on parts of the samples until it is clear that more than the budget is lost, or on
    /// all of them.
    ///
    /// # Errors
    /// A sample is no input of the model.
    pub fn measure(
        &self,
        imported: &Imported,
        order: &[usize],
        tell: &(dyn Fn(usize) + Sync),
    ) -> Result<Measured, CalibrateError> {
        let mut measured = Measured::default();
        let (mut done, mut end) = (0, FIRST_PART);
        while done < order.len() {
            let part = order.get(done..end.min(order.len())).unwrap_or_default();
            let before = done;
            let next =
                measure(imported, self.samples, self.reference, part, &|n| tell(before + n))?;
            measured = measured.merge(&next);
            done += part.len();
            end = end.saturating_mul(4);
            if measured.rules_out(self.budget) {
                break;
            }
        }
        Ok(measured)
    }

    /// Returns `true` if these samples, all of them, show a loss within the budget.
    pub fn accepts(&self, measured: &Measured) -> bool {
        measured.samples == self.samples.len() && measured.loss() <= self.budget + 1e-9
    }

    /// Searches.
    ///
    /// # Errors
    /// A sample is no input of a candidate.
    pub fn search(
        &self,
        choices: Vec<Choice>,
        progress: &Progress,
    ) -> Result<Found, CalibrateError> {
        let mut candidates = self.count(choices, progress);
        let order = spread(self.samples.len());
        let open: Vec<usize> =
            (0..candidates.len()).filter(|i| candidates[*i].verdict == Verdict::Dearer).collect();
        let mut chosen = None;
        for (at, index) in open.iter().enumerate() {
            if chosen.is_some() && !self.all {
                break;
            }
            let candidate = &mut candidates[*index];
            let phase = format!("candidate {} of {}", at + 1, open.len());
            let total = order.len() as u64;
            let tell = |done: usize| progress.report(phase.clone(), done as u64, total);
            // It was quantised before, and only its model was not kept.
            let Ok(imported) = self.import(&candidate.choice) else { continue };
            let measured = self.measure(&imported, &order, &tell)?;
            candidate.verdict = match (self.accepts(&measured), chosen.is_some()) {
                (true, false) => Verdict::Chosen,
                (true, true) => Verdict::Within,
                (false, _) => Verdict::Loses,
            };
            candidate.measured = Some(measured);
            if candidate.verdict == Verdict::Chosen {
                chosen = Some(imported);
            }
        }
        let mut found = Found { candidates, chosen };
        refine::refine(self, &mut found, &order, progress)?;
        Ok(found)
    }

    /// All candidates with their costs, cheapest first.
    fn count(&self, choices: Vec<Choice>, progress: &Progress) -> Vec<Candidate> {
        let total = choices.len() as u64;
        let done = std::sync::atomic::AtomicU64::new(0);
        let one = |(number, choice)| {
            let candidate = self.candidate(number, choice);
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            progress.report("counting constraints", done, total);
            candidate
        };
        let numbered: Vec<(usize, Choice)> = (1..).zip(choices).collect();
        let mut candidates: Vec<Candidate> = numbered.into_par_iter().map(one).collect();
        let mut known = std::collections::HashMap::new();
        for candidate in &mut candidates {
            let Some(hash) = candidate.hash else { continue };
            match known.get(&hash.0) {
                Some(first) => candidate.verdict = Verdict::Same(*first),
                None => drop(known.insert(hash.0, candidate.number)),
            }
        }
        sort(&mut candidates);
        candidates
    }
}

/// Cheapest first; those without a cost last, in their order.
pub(super) fn sort(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| match (&a.cost, &b.cost) {
        (Some(a), Some(b)) => a.compare(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
}
