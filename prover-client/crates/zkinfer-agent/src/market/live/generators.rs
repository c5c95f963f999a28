//! Halo2's generators on a chain, for the keys that are served. They are uploaded once
//! and never go away, so that what was found is not asked for again.

use std::collections::{BTreeMap, BTreeSet};

use zkinfer_primitives::{Proof, VkHash};
use zkinfer_verifier::halo2::generators::chunks;

use zkinfer_client::{connection::AtBlock, error::ChainError, records};

/// Findings on one connection.
#[derive(Debug, Default)]
pub struct Known {
    /// Numbers of rows, as powers of two, whose generators are complete.
    complete: BTreeSet<u8>,
    chunks: BTreeSet<u32>,
}

impl Known {
    /// The numbers of rows, as powers of two, of the keys with these sample proofs whose generators
    /// are complete.
    pub async fn read(
        &mut self,
        at: &AtBlock,
        samples: &BTreeMap<VkHash, Proof>,
    ) -> Result<BTreeSet<u8>, ChainError> {
        let served = samples.values().filter_map(|proof| match proof {
            Proof::Halo2 { k, .. } => Some(*k),
            Proof::Groth16(_) => None,
        });
        for k in served.collect::<BTreeSet<_>>() {
            if !self.complete.contains(&k) && self.is_complete(at, k).await? {
                self.complete.insert(k);
            }
        }
        Ok(self.complete.clone())
    }

    async fn is_complete(&mut self, at: &AtBlock, k: u8) -> Result<bool, ChainError> {
        // The shortest first: of what is missing, one is enough.
        if !records::has_generators(at, "LagrangeGenerators", (k,)).await? {
            return Ok(false);
        }
        for index in 0..chunks(k) {
            if !self.chunks.contains(&index) {
                if !records::has_generators(at, "GeneratorChunks", (index,)).await? {
                    return Ok(false);
                }
                self.chunks.insert(index);
            }
        }
        Ok(true)
    }
}
