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
    let digits = digits(text)?;
    let mut bytes = [0u8; N];
    hex::decode_to_slice(digits, &mut bytes)
        .map_err(|error| fault(error, digits, &(2 * N).to_string()))?;
    Ok(bytes)
}

/// The bytes of `0x` and an even number of lower-case digits.
///
/// # Errors
/// Says what is wrong.
pub fn parse_bytes(text: &str) -> Result<Vec<u8>, String> {
    let digits = digits(text)?;
    hex::decode(digits).map_err(|error| fault(error, digits, "an even number"))
}

fn digits(text: &str) -> Result<&str, String> {
    let digits =
        text.strip_prefix("0x").ok_or_else(|| format!("'{text}' does not start with 0x"))?;
    // One value has one text.
    match digits.find(|c: char| c.is_ascii_uppercase()) {
        Some(index) => Err(format!("the digit at {} is upper-case", index + 2)),
        None => Ok(digits),
    }
}

fn fault(error: hex::FromHexError, digits: &str, expected: &str) -> String {
    match error {
        hex::FromHexError::InvalidHexCharacter { c, index } => {
            format!("character {c:?} at {} is no hexadecimal digit", index + 2)
        }
        _length => format!("{} digits after 0x instead of {expected}", digits.chars().count()),
    }
}

/// Serialises bytes.
///
/// # Errors
/// The serialiser's.
pub fn serialize<S: Serializer, T: AsRef<[u8]>>(
    bytes: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
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
        assert_eq!(parse_bytes("0x00ff"), Ok(vec![0, 255]));
        assert_eq!(parse_bytes("0x"), Ok(vec![]));
        for wrong in ["00ff", "0x00f", "0x00fg", "0x00fF", "", "0x0ß"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }
}
