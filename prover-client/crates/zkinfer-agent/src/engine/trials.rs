//! Trial proofs: how long a proof takes under a key, and that the key makes proofs at all. Several,
//! of random inputs, for no chain; again when the key's file is another one.

use std::{collections::BTreeMap, sync::Arc};

use zkinfer_primitives::{ModelVersionId, Purpose as ProofPurpose, VkHash, statement::Context};
use zkml_model::graph::InputSpec;

use super::{
    super::{
        market::{Market, Snapshot},
        models::Held,
        pool::{Fault, Finished, Prover, Purpose, Task},
    },
    Engine, EngineError,
};
use zkinfer::artefacts::opening::Opening;

/// Proofs of one trial.
const PROOFS: u32 = 3;
/// Blocks after which a trial is repeated that failed for a passing reason.
const PAUSE: u32 = 10;

/// Trials under way, and those that wait.
#[derive(Debug, Default)]
pub struct Trials {
    running: BTreeMap<VkHash, Trial>,
    not_before: BTreeMap<VkHash, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Trial {
    left: u32,
    slowest: u64,
}

impl<M: Market, P: Prover> Engine<M, P> {
    /// Tries each key that was never tried.
    pub(super) fn try_models(&mut self, snapshot: &Snapshot) {
        let models: Vec<Arc<Held>> = self.models.values().cloned().collect();
        for held in models {
            let vk_hash = held.key.vk_hash;
            let known = self.parts.store.timings().contains_key(&held.key);
            let waits =
                self.trials.not_before.get(&vk_hash).is_some_and(|at| snapshot.best.number < *at);
            if known
                || waits
                || self.trials.running.contains_key(&vk_hash)
                || self.fault_of(&held).is_some()
            {
                continue;
            }
            match openings(&held) {
                Ok(openings) => {
                    self.trials.running.insert(vk_hash, Trial { left: PROOFS, slowest: 0 });
                    openings.into_iter().for_each(|opening| self.start_trial(vk_hash, opening));
                }
                Err(reason) => {
                    tracing::error!(model = held.name, reason, "no trial input can be made");
                    self.trials
                        .not_before
                        .insert(vk_hash, snapshot.best.number.saturating_add(PAUSE));
                }
            }
        }
    }

    fn start_trial(&mut self, vk_hash: VkHash, opening: Opening) {
        let context = Context {
            genesis_hash: [0; 32],
            vk_hash,
            version: ModelVersionId { model: 0, version: 0 },
            purpose: ProofPurpose::Attest(0),
            prover: self.me,
        };
        self.parts.prover.start(Task { purpose: Purpose::Trial, opening, context });
    }

    /// Notes a trial proof.
    pub(super) fn tried(&mut self, finished: Finished) -> Result<(), EngineError> {
        let vk_hash = finished.vk_hash;
        let Some(held) = self.models.get(&vk_hash).cloned() else { return Ok(()) };
        // Of a trial that has failed already, the rest does not count.
        let Some(mut trial) = self.trials.running.remove(&vk_hash) else { return Ok(()) };
        match finished.result {
            Ok(_) => {
                trial.left = trial.left.saturating_sub(1);
                trial.slowest = trial.slowest.max(finished.millis);
                if trial.left > 0 {
                    self.trials.running.insert(vk_hash, trial);
                    return Ok(());
                }
                tracing::info!(model = held.name, milliseconds = trial.slowest, "timed a proof");
                Ok(self.parts.store.measured(held.key, trial.slowest)?)
            }
            Err(failure) if failure.fault == Fault::Passing => {
                tracing::warn!(
                    model = held.name,
                    reason = failure.reason,
                    "a trial proof could not be made; trying again later"
                );
                let (best, _) = self.best_and_final();
                self.trials.not_before.insert(vk_hash, best.saturating_add(PAUSE));
                Ok(())
            }
            Err(failure) => {
                self.distrust(&vk_hash, format!("a trial proof failed: {}", failure.reason))
            }
        }
    }
}

/// Openings of random inputs.
fn openings(held: &Held) -> Result<Vec<Opening>, String> {
    let one = |_| {
        let values = random_values(&held.input).map_err(|error| error.to_string())?;
        Opening::random(held.system, &held.input, values).map_err(|error| error.to_string())
    };
    (0..PROOFS).map(one).collect()
}

/// Values that the model takes, each with the same chance.
fn random_values(input: &InputSpec) -> Result<Vec<i32>, getrandom::Error> {
    let mut bytes = vec![0; input.len().saturating_mul(4)];
    getrandom::fill(&mut bytes)?;
    let mask = (1u64 << input.bits.min(32)) - 1;
    let value = |bytes: &[u8]| {
        let random = bytes.iter().fold(0u64, |value, byte| (value << 8) | u64::from(*byte));
        // Within the range of i32 for every valid input.
        i32::try_from(i64::from(input.min).saturating_add_unsigned(random & mask))
            .unwrap_or(input.min)
    };
    Ok(bytes.chunks(4).map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::input_spec;

    #[test]
    fn trial_inputs_are_random_and_in_range() {
        let spec = InputSpec { min: -3, ..input_spec() };
        let all: Vec<_> = (0..20).map(|_| random_values(&spec).expect("random")).collect();
        assert!(all.iter().flatten().all(|value| (-3..13).contains(value)), "{all:?}");
        assert!(
            all.iter().flatten().any(|value| *value == 12)
                && all.iter().flatten().any(|v| *v == -3)
        );
        assert!(all.windows(2).any(|pair| pair[0] != pair[1]));
    }
}
