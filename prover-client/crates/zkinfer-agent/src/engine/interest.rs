//! Returns the search for this prover's jobs among a chain's open ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use subxt::utils::AccountId32;
use zkinfer_primitives::{ModelId, ModelVersionId, VkHash};

use super::super::{
    market::{Interest, JobView, Means, VersionView},
    metrics::Metrics,
    models::Held,
    planner::{self, Policy},
    trust::{Distrust, KeyId, Origin},
};

/// Models of one key that are remembered: enough to say that there are several.
const REMEMBERED: usize = 8;

/// The models for which each key answers. Anybody can register a copy of a model under a price of
/// their own.
#[derive(Debug, Default)]
pub struct Copies(Mutex<BTreeMap<VkHash, BTreeSet<ModelId>>>);

impl Copies {
    /// Notes that a key answers for a model. Says so once there are several.
    fn note(&self, held: &Held, model: ModelId) {
        let mut copies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let models = copies.entry(held.key.vk_hash).or_default();
        if models.len() < REMEMBERED && models.insert(model) && models.len() == 2 {
            tracing::warn!(
                model = held.name,
                models = ?models,
                "several models on chain have this model's hashes, each with its own price, and all are served; name those that you want with option `model_id`"
            );
        }
    }
}

/// The wishes of one round.
pub struct Wanted<'a> {
    /// Models whose keys are held.
    pub models: &'a BTreeMap<VkHash, Arc<Held>>,
    /// Keys that are not claimed for.
    pub distrusted: &'a BTreeMap<KeyId, Distrust>,
    /// The operator's wishes.
    pub policy: &'a Policy,
    /// The prover.
    pub me: &'a AccountId32,
    /// Counters.
    pub metrics: &'a Metrics,
    /// Models of each key.
    pub copies: &'a Copies,
}

impl Interest for Wanted<'_> {
    fn models(&self) -> Option<&BTreeSet<ModelId>> {
        Some(&self.policy.model_ids).filter(|ids| !ids.is_empty())
    }

    fn serves(&self, id: ModelVersionId, version: &VersionView) -> bool {
        let held = self.models.get(&version.vk_hash).filter(|held| held.serves(version));
        let Some(held) = held.filter(|_| self.policy.serves_model(id.model)) else { return false };
        self.copies.note(held, id.model);
        held.origin != Origin::Refuted && !self.distrusted.contains_key(&held.key)
    }

    fn wants(&self, job: &JobView, version: &VersionView, means: &Means) -> bool {
        let Some(held) = self.models.get(&version.vk_hash) else { return false };
        match planner::worth(job, held, version, self.me, means, self.policy) {
            Ok(()) => true,
            Err(refusal) => {
                tracing::debug!(job = job.id, "left to others: {refusal}");
                self.metrics.refused(refusal.name());
                false
            }
        }
    }
}
