//! Migrations of the storage, each from one version to the next, with the types of the version that
//! it leaves frozen.
//!
//! - [`v2`]: the whole protocol: versions of models, directed payloads, attestations, indices

pub mod v2;
