//! The model versions that a prover serves, among all that a chain has.

use std::collections::BTreeMap;

use zkinfer_primitives::{ModelId, ModelVersionId};

use super::super::{
    super::{Interest, VersionView},
    raw,
};
use zkinfer_client::{
    connection::{AtBlock, Chain},
    error::ChainError,
};

/// Versions that one question asks for.
const PAGE: u32 = 250;
/// Pages that one round reads.
const PAGES: usize = 4;
/// Blocks after which a long list is read again, if no model was added meanwhile.
const FRESH: u32 = 20;

/// The versions that are served, as far as they were found on one connection.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// Those that the last whole look found.
    complete: BTreeMap<ModelVersionId, VersionView>,
    /// Those that the present look has found.
    partial: BTreeMap<ModelVersionId, VersionView>,
    /// The position of the present look: the map to be read, and the key to start behind.
    left: Vec<Option<ModelId>>,
    after: Option<Vec<u8>>,
    /// When the last whole look ended: at which block, with how many models, after how many pages.
    looked: Option<(u32, ModelId, usize)>,
    pages: usize,
}

impl Catalogue {
    /// The versions that are served.
    pub async fn read(
        &mut self,
        chain: &Chain,
        at: &AtBlock,
        interest: &dyn Interest,
    ) -> Result<BTreeMap<ModelVersionId, VersionView>, ChainError> {
        let now = u32::try_from(at.block_number()).unwrap_or(u32::MAX);
        let models: ModelId = raw::fetch_default(at, "NextModelId").await?;
        if self.left.is_empty() && self.is_due(now, models) {
            // Read from the last to the first.
            self.left = match interest.models() {
                Some(ids) => ids.iter().rev().copied().map(Some).collect(),
                None => vec![None],
            };
            self.pages = 0;
        }
        for _ in 0..PAGES {
            let Some(model) = self.left.last().copied() else { break };
            self.page(chain, at, model, interest).await?;
            if self.left.is_empty() {
                self.complete = std::mem::take(&mut self.partial);
                self.looked = Some((now, models, self.pages));
            }
        }
        let mut found = self.complete.clone();
        found.extend(self.partial.clone());
        Ok(found)
    }

    /// Returns `true` if the list may have changed: a short one is read in each block, a long one
    /// now and then.
    fn is_due(&self, now: u32, models: ModelId) -> bool {
        self.looked.is_none_or(|(at, known, pages)| {
            let age = now.saturating_sub(at);
            models != known || age >= FRESH || (pages <= 1 && age > 0)
        })
    }

    async fn page(
        &mut self,
        chain: &Chain,
        at: &AtBlock,
        model: Option<ModelId>,
        interest: &dyn Interest,
    ) -> Result<(), ChainError> {
        let prefix = raw::versions(at, model)?;
        let keys = chain.keys(at, &prefix, PAGE, self.after.as_deref()).await?;
        let values = chain.values(at, &keys).await?;
        for (key, bytes) in &values {
            let id = raw::version_of(key)?;
            match raw::decode::<raw::Version>(at, "ModelVersions", bytes).map(VersionView::from) {
                Ok(version) if interest.serves(id, &version) => {
                    drop(self.partial.insert(id, version))
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(model = id.model, version = id.version, %error, "a model version cannot be read and is not served");
                }
            }
        }
        self.pages = self.pages.saturating_add(1);
        self.after = keys.last().filter(|_| keys.len() as u64 >= u64::from(PAGE)).cloned();
        if self.after.is_none() {
            self.left.pop();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_read_in_each_block_and_a_long_one_now_and_then() {
        let looked = |pages| Catalogue { looked: Some((10, 3, pages)), ..Catalogue::default() };
        assert!(Catalogue::default().is_due(0, 0));
        assert!(!looked(1).is_due(10, 3) && looked(1).is_due(11, 3));
        assert!(!looked(2).is_due(29, 3) && looked(2).is_due(30, 3));
        assert!(looked(2).is_due(11, 4), "a model was added");
    }
}
