//! Bytes in JSON: `0x` and lower-case digits.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// `0x` and two digits for each byte.
pub fn text(bytes: impl AsRef<[u8]>) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// The bytes of `0x` and exactly `2 N` lower-case digits.
///
/// # Errors
/// Says what is wrong.
pub fn parse<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let digits = text.strip_prefix("0x").ok_or_else(|| format!("'{text}' does not start with 0x"))?;
    // One value has one text.
    if let Some(index) = digits.find(|c: char| c.is_ascii_uppercase()) {
        return Err(format!("the digit at {} is upper-case", index + 2));
    }
    let mut bytes = [0u8; N];
    match hex::decode_to_slice(digits, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(hex::FromHexError::InvalidHexCharacter { c, index }) => {
            Err(format!("character {c:?} at {} is no hexadecimal digit", index + 2))
        }
        Err(_length) => Err(format!("{} digits after 0x instead of {}", digits.chars().count(), 2 * N)),
    }
}

/// Serialises bytes.
///
/// # Errors
/// The serialiser's.
pub fn serialize<S: Serializer, T: AsRef<[u8]>>(bytes: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(bytes))
}

/// Reads exactly as many bytes as the type has.
///
/// # Errors
/// Another form or number.
pub fn deserialize<'de, D: Deserializer<'de>, T: From<[u8; N]>, const N: usize>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).map(T::from).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_number_of_digits_after_0x_is_read() {
        assert_eq!(parse("0x00ff"), Ok([0, 255]));
        for wrong in ["00ff", "0x00f", "0x00ff00", "0x00fg", "0x00fF", "0x", "", "0x0ß"] {
            assert!(parse::<2>(wrong).is_err(), "{wrong}");
        }
    }
}
