//! Lists of numbers in JSON, nested or not, and NumPy's arrays: an input that is no picture. Secret.

use std::{fmt, marker::PhantomData, path::Path};

use serde::de::{DeserializeSeed, Deserializer, Error as DeError, MapAccess, SeqAccess, Unexpected, Visitor};
use zeroize::{Zeroize, Zeroizing};
use zkml_model::npy;

use crate::{error::Error, files};

/// What errors call it.
pub const WHAT: &str = "list of numbers";
/// Greatest length of a list in bytes.
const MAX_BYTES: u64 = 1 << 28;
/// How serde_json hands over a number when any crate of the build has its feature `arbitrary_precision`, as
/// Substrate's have: as a map of this key to the number's text.
const NUMBER_KEY: &str = "$serde_json::private::Number";

/// A kind of number.
pub trait Number: Copy + Zeroize {
    /// What many of them are called.
    const NAME: &'static str;

    /// The number, if an integer is one of this kind.
    fn from_integer(integer: i64) -> Option<Self>;

    /// The number, if a real number is one of this kind.
    fn from_real(real: f64) -> Option<Self>;
}

impl Number for f64 {
    const NAME: &'static str = "numbers";

    fn from_integer(integer: i64) -> Option<Self> {
        Some(integer as f64)
    }

    fn from_real(real: f64) -> Option<Self> {
        Some(real)
    }
}

impl Number for i32 {
    const NAME: &'static str = "integers of 32 bits";

    fn from_integer(integer: i64) -> Option<Self> {
        integer.try_into().ok()
    }

    fn from_real(_: f64) -> Option<Self> {
        None
    }
}

/// Why a file is no list.
#[derive(Debug, thiserror::Error)]
#[error("not a list of {what}: {source}; give one such as [0, 1]")]
struct ListError {
    what: &'static str,
    source: serde_json::Error,
}

/// Reads a list of at most `limit` numbers, in the order in which they are written.
///
/// # Errors
/// The file cannot be read, or is no such list.
pub fn load<T: Number>(path: &Path, limit: usize) -> Result<Zeroizing<Vec<T>>, Error> {
    let bytes = files::read_secret(path, WHAT, MAX_BYTES)?;
    parse(&bytes, limit).map_err(|source| Error::in_file(path)(ListError { what: T::NAME, source }))
}

/// Reads real numbers for an input of this shape, from a NumPy array (`.npy`) or a JSON list.
///
/// # Errors
/// The file cannot be read, is neither, or has another shape.
pub fn load_reals(path: &Path, shape: &[usize]) -> Result<Zeroizing<Vec<f64>>, Error> {
    let bytes = files::read_secret(path, WHAT, MAX_BYTES)?;
    if bytes.starts_with(&npy::MAGIC) {
        let array = npy::Array::read(&bytes).and_then(|array| array.for_input(shape));
        return array.map(Zeroizing::new).map_err(Error::in_file(path));
    }
    let numbers = parse(&bytes, shape.iter().product());
    numbers.map_err(|source| Error::in_file(path)(ListError { what: f64::NAME, source }))
}

fn parse<T: Number>(json: &[u8], limit: usize) -> Result<Zeroizing<Vec<T>>, serde_json::Error> {
    // Room for all, so that no copy is left behind by a growing list.
    let mut numbers = Zeroizing::new(Vec::with_capacity(limit));
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    deserializer.deserialize_seq(Flatten { into: &mut numbers, limit, kind: PhantomData })?;
    deserializer.end()?;
    Ok(numbers)
}

/// Collects the numbers of nested lists. The JSON parser bounds the depth.
struct Flatten<'a, T> {
    into: &'a mut Vec<T>,
    limit: usize,
    kind: PhantomData<T>,
}

impl<T: Number> Flatten<'_, T> {
    fn push<E: DeError>(self, number: Option<T>) -> Result<(), E> {
        let number = number.ok_or_else(|| E::custom(format!("entry {} is out of range", self.into.len())))?;
        if self.into.len() == self.limit {
            return Err(E::custom(format!("more than the {} that the model takes", self.limit)));
        }
        self.into.push(number);
        Ok(())
    }
}

impl<'de, T: Number> DeserializeSeed<'de> for Flatten<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Number> Visitor<'de> for Flatten<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", T::NAME)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { into, limit, kind } = self;
        while list.next_element_seed(Flatten { into: &mut *into, limit, kind })?.is_some() {}
        Ok(())
    }

    fn visit_i64<E: DeError>(self, integer: i64) -> Result<(), E> {
        self.push(T::from_integer(integer))
    }

    fn visit_u64<E: DeError>(self, integer: u64) -> Result<(), E> {
        let number = i64::try_from(integer).ok().and_then(T::from_integer);
        self.push(number)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let key = map.next_key::<String>()?;
        if key.is_none_or(|key| key != NUMBER_KEY) {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        }
        let text = Zeroizing::new(map.next_value::<String>()?);
        if let Ok(integer) = text.parse::<i64>() {
            return self.visit_i64(integer);
        }
        match text.parse::<f64>() {
            Ok(real) if real.is_finite() => self.visit_f64(real),
            _ => Err(A::Error::custom(format!("entry {} is out of range", self.into.len()))),
        }
    }

    fn visit_f64<E: DeError>(self, real: f64) -> Result<(), E> {
        match T::from_real(real) {
            Some(number) => self.push(Some(number)),
            None => Err(E::invalid_type(Unexpected::Float(real), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_lists_are_read_in_order() {
        let numbers = parse::<f64>(b"[[1, -2.5], [], [[3e2]]]", 3).expect("a list");
        assert_eq!(*numbers, [1.0, -2.5, 300.0]);
        assert_eq!(*parse::<i32>(b"[-1, [2]]", 2).expect("a list"), [-1, 2]);
    }

    #[test]
    fn what_is_no_list_of_such_numbers_is_refused() {
        let map = "[{\"$serde_json::private::Number\": \"x\"}]";
        for text in
            ["", "1", "[1", "[1]]", "[1, null]", "{\"a\": 1}", "[{}]", "[\"1\"]", "[1, 2, 3]", "[1e999]", map]
        {
            assert!(parse::<f64>(text.as_bytes(), 2).is_err(), "{text}");
        }
        for text in ["[0.5]", "[1.0]", "[2147483648]", "[-2147483649]", "[18446744073709551615]"] {
            assert!(parse::<i32>(text.as_bytes(), 2).is_err(), "{text}");
        }
        let deep = "[".repeat(1_000_000);
        assert!(parse::<f64>(deep.as_bytes(), 2).is_err());
    }
}
