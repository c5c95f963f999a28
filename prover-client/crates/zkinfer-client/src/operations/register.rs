//! A model's versions.

use zkinfer_primitives::{ModelId, ModelVersionId};

use crate::{
    calls::{self, Registration},
    connection::PALLET,
    error::ChainError,
    events,
    session::{Log, Session},
    submit::Succeeded,
};

/// A version that was registered.
pub struct Registered {
    /// The version.
    pub version: ModelVersionId,
    /// The transaction.
    pub sent: Succeeded,
}

/// Registers a model with its first version.
///
/// # Errors
/// The chain refuses, or the node does not answer.
pub async fn register(
    session: &Session,
    registration: &Registration,
    log: Log<'_>,
) -> Result<Registered, ChainError> {
    let sent = session.send(&calls::register_model(registration), log).await?;
    let event: events::ModelRegistered = sent.expect(PALLET, "ModelRegistered")?;
    Ok(Registered { version: id(event.version), sent })
}

/// Adds a version to a model.
///
/// # Errors
/// The signer is not the model's owner, the chain refuses, or the node does not answer.
pub async fn update(
    session: &Session,
    model: ModelId,
    registration: &Registration,
    log: Log<'_>,
) -> Result<Registered, ChainError> {
    let sent = session.send(&calls::add_version(model, registration), log).await?;
    let event: events::VersionAdded = sent.expect(PALLET, "VersionAdded")?;
    Ok(Registered { version: id(event.version), sent })
}

fn id(version: events::VersionId) -> ModelVersionId {
    ModelVersionId { model: version.model, version: version.version }
}
