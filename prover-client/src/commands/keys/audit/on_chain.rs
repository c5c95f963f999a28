//! The audited key, from a chain.

use clap::Args;
use zkinfer::artefacts::model::Model;
use zkinfer_client::records;
use zkinfer_primitives::{ModelId, ModelVersionId, VerifyingKey, Version};

use super::Check;
use crate::{
    commands::chain::session::{NodeOpts, block_on},
    error::Error,
};

/// The model version whose key is audited.
#[derive(Debug, Args)]
pub struct KeyOpts {
    /// Audit the key that the chain has for a model version.
    #[arg(long, requires = "model_id")]
    chain: bool,
    /// With --chain: the model.
    #[arg(long, value_name = "NUMBER", requires = "chain")]
    model_id: Option<ModelId>,
    /// With --chain: its version.
    #[arg(id = "model_version", long = "version", value_name = "NUMBER", default_value_t = 0)]
    model_version: Version,
    #[command(flatten)]
    node: NodeOpts,
}

impl KeyOpts {
    /// Reads the key, and checks that the chain names the model.
    ///
    /// # Errors
    /// The chain does not answer, or has no such version.
    pub fn load(&self, model: &Model) -> Result<(VerifyingKey, Vec<Check>), Error> {
        let id = ModelVersionId {
            model: self.model_id.unwrap_or_default(),
            version: self.model_version,
        };
        block_on(async {
            let best = self.node.connect().await?.best().await?;
            let version = records::model_version(&best, id).await?;
            let key = records::verifying_key(&best, &version.vk_hash).await?;
            let passed = version.model_hash == model.hash;
            Ok((key, vec![Check { check: "the chain names this model file", passed }]))
        })
    }
}
