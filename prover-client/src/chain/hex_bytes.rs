//! Bytes in JSON: `0x` and two hex digits each.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Writes bytes.
///
/// # Errors
/// The serialiser's.
pub fn serialize<S: Serializer>(bytes: &impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("0x{}", hex::encode(bytes)))
}

/// Reads exactly as many bytes as the type has.
///
/// # Errors
/// When the text is not `0x` and that many hex digits.
pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.strip_prefix("0x").unwrap_or(&text);
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes)
        .map_err(|error| D::Error::custom(format!("expected 0x and {} hex digits: {error}", 2 * N)))?;
    Ok(bytes)
}
