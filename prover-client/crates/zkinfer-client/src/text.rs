//! Balances in JSON: decimal text, since many readers keep only 53 bits of a number.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Writes a balance.
///
/// # Errors
/// The serialiser's.
pub fn serialize<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// Reads a balance.
///
/// # Errors
/// When the text is no number of 128 bits.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|error| D::Error::custom(format!("'{text}' is no amount of planck: {error}")))
}
