//! Halo2's generators on chain: what is there, and what a key needs.

use zkinfer_primitives::VerifyingKey;
use zkinfer_verifier::halo2::{generators::chunks, key};

use super::{connection::AtBlock, error::ChainError, records};

/// The generators of one k that a chain lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Numbers of chunks of the table.
    pub chunks: Vec<u32>,
    /// `true` if the Lagrange points are missing.
    pub lagrange: bool,
}

impl Missing {
    /// Returns `true` if everything is there.
    pub fn is_nothing(&self) -> bool {
        self.chunks.is_empty() && !self.lagrange
    }
}

/// Returns the generators that the chain lacks for circuits of 2^k rows.
///
/// # Errors
/// When the node does not answer.
pub async fn missing(at: &AtBlock, k: u8) -> Result<Missing, ChainError> {
    let mut lacking = Vec::new();
    for index in 0..chunks(k) {
        if !records::has_generators(at, "GeneratorChunks", (index,)).await? {
            lacking.push(index);
        }
    }
    let lagrange = !records::has_generators(at, "LagrangeGenerators", (k,)).await?;
    Ok(Missing { chunks: lacking, lagrange })
}

/// Refuses to have a proof under this key checked by a chain that lacks the generators: the fee
/// would be lost.
///
/// # Errors
/// When some are missing, or the node does not answer.
pub async fn require_for(at: &AtBlock, key: &VerifyingKey) -> Result<(), ChainError> {
    let VerifyingKey::Halo2(bytes) = key else { return Ok(()) };
    // A key that the chain has was decoded when it was registered.
    let Ok(key) = key::VerifyingKey::decode(bytes) else { return Ok(()) };
    let k = key.k();
    if missing(at, k).await?.is_nothing() {
        return Ok(());
    }
    Err(ChainError::refusal(
        format!(
            "the chain lacks generators for proofs with k = {k}, so that it cannot check one; nothing is sent"
        ),
        format!("anybody may upload them, once for all: zkinfer chain upload-generators --k {k}"),
    ))
}
