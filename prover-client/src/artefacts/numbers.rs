//! Lists of numbers in JSON, nested or not, and NumPy's arrays: an input that is no picture. Secret.

use std::{fmt, path::Path};

use serde::de::{
    DeserializeSeed, Deserializer, Error as DeError, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use zeroize::{Zeroize, Zeroizing};
use zkml_model::{npy, npz};

use crate::{error::Error, files};

/// What errors call it.
pub const WHAT: &str = "list of numbers";
/// Greatest length of a list in bytes.
const MAX_BYTES: u64 = 1 << 28;
/// How serde_json hands over a number when any crate of the build has its feature `arbitrary_precision`, as
/// Substrate's have: as a map of this key to the number's text.
const NUMBER_KEY: &str = "$serde_json::private::Number";
/// The key under which EZKL's input files have the inputs.
const INPUT_DATA: &str = "input_data";

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
enum ListError {
    /// It is another thing, or holds other things.
    #[error("not a list of {what}: {source}; give one such as [0, 1]")]
    Json { what: &'static str, source: serde_json::Error },
    /// It has another shape.
    #[error(
        "the list has the shape {got:?}, the model takes {expected:?}; give that, with or without a batch of 1 before it, or a flat list of its {} {what} in that order",
        expected.iter().product::<usize>()
    )]
    Shape { what: &'static str, got: Vec<usize>, expected: Vec<usize> },
}

/// Reads integers for an input of this shape from a JSON list.
///
/// # Errors
/// The file cannot be read, or is no such list.
pub fn load<T: Number>(path: &Path, shape: &[usize]) -> Result<Zeroizing<Vec<T>>, Error> {
    let bytes = files::read_secret(path, WHAT, MAX_BYTES)?;
    parse(&bytes, shape).map_err(Error::in_file(path))
}

/// Reads real numbers for an input of this shape, from a NumPy array (`.npy`), an archive of such (`.npz`) or a JSON list: which it is,
/// its first bytes say. `array` is the name of the array in an archive of several.
///
/// # Errors
/// The file cannot be read, is none of these, or has another shape.
pub fn load_reals(path: &Path, shape: &[usize], array: Option<&str>) -> Result<Zeroizing<Vec<f64>>, Error> {
    let bytes = files::read_secret(path, WHAT, MAX_BYTES)?;
    if bytes.starts_with(&npz::MAGIC) {
        // Numbers of at most eight bytes, and a header.
        let count: usize = shape.iter().product();
        let limit = (count as u64).saturating_mul(8).saturating_add(1 << 16);
        let array = npz::read(&bytes, array, limit).map_err(Error::in_file(path))?;
        return array.for_input(shape).map(Zeroizing::new).map_err(Error::in_file(path));
    }
    if array.is_some() {
        return Err(Error::usage("--array is for .npz files, and this is none", "leave it out"));
    }
    if bytes.starts_with(&npy::MAGIC) {
        let array = npy::Array::read(&bytes).and_then(|array| array.for_input(shape));
        return array.map(Zeroizing::new).map_err(Error::in_file(path));
    }
    if let Some(picture) = picture(&bytes) {
        let message = format!("{}: this is a {picture}, not numbers", path.display());
        return Err(Error::failed(message).with_hint("give a picture with --image"));
    }
    parse(&bytes, shape).map_err(Error::in_file(path))
}

fn picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("PNG picture"),
        [0xff, 0xd8, 0xff, ..] => Some("JPEG picture"),
        _ => None,
    }
}

fn parse<T: Number>(json: &[u8], shape: &[usize]) -> Result<Zeroizing<Vec<T>>, ListError> {
    let what = T::NAME;
    let limit = shape.iter().product();
    // Room for all, so that no copy is left behind by a growing list.
    let mut list = List { numbers: Zeroizing::new(Vec::with_capacity(limit)), shape: Vec::new(), limit };
    let mut read = || {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        Top(&mut list).deserialize(&mut deserializer)?;
        deserializer.end()
    };
    read().map_err(|source| ListError::Json { what, source })?;
    let got: Vec<usize> = list.shape.iter().map(|length| length.unwrap_or(0)).collect();
    if !npy::fits(&got, shape) {
        return Err(ListError::Shape { what, got, expected: shape.to_vec() });
    }
    Ok(list.numbers)
}

/// What was read so far.
struct List<T: Zeroize> {
    numbers: Zeroizing<Vec<T>>,
    /// The length of the lists at each depth, once one has ended.
    shape: Vec<Option<usize>>,
    limit: usize,
}

impl<T: Number> List<T> {
    fn push<E: DeError>(&mut self, depth: usize, number: Option<T>) -> Result<(), E> {
        let count = self.numbers.len();
        let number = number.ok_or_else(|| E::custom(format!("entry {count} is out of range")))?;
        if depth != self.shape.len() {
            return Err(E::custom(format!("entry {count} stands beside a list")));
        }
        if count == self.limit {
            return Err(E::custom(format!("more than the {count} that the model takes")));
        }
        self.numbers.push(number);
        Ok(())
    }

    /// A list at a depth has ended.
    fn end<E: DeError>(&mut self, depth: usize, length: usize) -> Result<(), E> {
        let count = self.numbers.len();
        match self.shape.get_mut(depth) {
            Some(known @ None) => *known = Some(length),
            Some(Some(known)) if *known == length => {}
            Some(Some(known)) => {
                let lengths = format!("{known} and {length} entries");
                return Err(E::custom(format!("lists of {lengths} side by side, up to entry {count}")));
            }
            None => {}
        }
        Ok(())
    }
}

/// The whole file: a list, or what EZKL calls an input file, an object whose `input_data` is a list of inputs, of which a model has one.
struct Top<'a, T: Zeroize>(&'a mut List<T>);

impl<'de, T: Number> DeserializeSeed<'de> for Top<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Number> Visitor<'de> for Top<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}, or an object with one as `input_data`", T::NAME)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        Entry { list: self.0, depth: 0 }.visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if key != INPUT_DATA {
                map.next_value::<IgnoredAny>()?;
            } else if std::mem::replace(&mut found, true) {
                return Err(A::Error::duplicate_field(INPUT_DATA));
            } else {
                map.next_value_seed(Entry { list: &mut *self.0, depth: 0 })?;
            }
        }
        if found { Ok(()) } else { Err(A::Error::missing_field(INPUT_DATA)) }
    }
}

/// A number, or a list of entries. The JSON parser bounds the depth.
struct Entry<'a, T: Zeroize> {
    list: &'a mut List<T>,
    depth: usize,
}

impl<'de, T: Number> DeserializeSeed<'de> for Entry<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Number> Visitor<'de> for Entry<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", T::NAME)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Self { list, depth } = self;
        if list.shape.len() == depth {
            if !list.numbers.is_empty() {
                return Err(A::Error::custom(format!(
                    "a list stands beside entry {}",
                    list.numbers.len() - 1
                )));
            }
            list.shape.push(None);
        }
        let mut length = 0;
        while entries.next_element_seed(Entry { list: &mut *list, depth: depth + 1 })?.is_some() {
            length += 1;
        }
        list.end(depth, length)
    }

    fn visit_i64<E: DeError>(self, integer: i64) -> Result<(), E> {
        self.list.push(self.depth, T::from_integer(integer))
    }

    fn visit_u64<E: DeError>(self, integer: u64) -> Result<(), E> {
        let number = i64::try_from(integer).ok().and_then(T::from_integer);
        self.list.push(self.depth, number)
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
            _ => Err(A::Error::custom(format!("entry {} is out of range", self.list.numbers.len()))),
        }
    }

    fn visit_f64<E: DeError>(self, real: f64) -> Result<(), E> {
        match T::from_real(real) {
            Some(number) => self.list.push(self.depth, Some(number)),
            None => Err(E::invalid_type(Unexpected::Float(real), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reals(text: &str, shape: &[usize]) -> Result<Vec<f64>, String> {
        parse::<f64>(text.as_bytes(), shape).map(|list| list.to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn nested_and_flat_lists_are_read_in_order() {
        let numbers = Ok(vec![1.0, -2.5, 300.0, 4.0]);
        for text in
            ["[1, -2.5, 3e2, 4]", "[[1, -2.5], [3e2, 4]]", "[[[1, -2.5], [3e2, 4]]]", "[[1, -2.5, 3e2, 4]]"]
        {
            assert_eq!(reals(text, &[2, 2]), numbers, "{text}");
            assert_eq!(reals(text, &[1, 2, 2]), numbers, "{text}");
        }
        assert_eq!(*parse::<i32>(b"[-1, 2]", &[2]).expect("a list"), [-1, 2]);
    }

    #[test]
    fn input_files_of_ezkl_are_read() {
        let numbers = Ok(vec![1.0, 2.0, 3.0, 4.0]);
        for text in [
            r#"{"input_data": [[1, 2, 3, 4]]}"#,
            r#"{"input_shapes": [[2, 2]], "input_data": [[[1, 2], [3, 4]]], "output_data": [[0.5]]}"#,
            r#"{"input_data": [[[[1, 2], [3, 4]]]]}"#,
        ] {
            assert_eq!(reals(text, &[2, 2]), numbers, "{text}");
        }
        let two = reals(r#"{"input_data": [[1, 2], [3, 4]]}"#, &[4]).expect_err("two inputs");
        assert!(two.starts_with("the list has the shape [2, 2], the model takes [4]"), "{two}");
        assert!(
            reals(r#"{"data": [[1]]}"#, &[1]).expect_err("no data").contains("missing field `input_data`")
        );
        let twice = reals(r#"{"input_data": [1], "input_data": [1]}"#, &[1]).expect_err("twice");
        assert!(twice.contains("duplicate field `input_data`"), "{twice}");
    }

    #[test]
    fn another_shape_is_named_with_the_one_that_is_wanted() {
        let error = reals("[[1], [2], [3], [4]]", &[2, 2]).expect_err("another shape");
        assert!(error.starts_with("the list has the shape [4, 1], the model takes [2, 2]"), "{error}");
        assert!(reals("[1, 2]", &[3]).expect_err("too few").contains("the shape [2], the model takes [3]"));
        assert!(
            reals("[1, 2, 3]", &[2]).expect_err("too many").contains("more than the 2 that the model takes")
        );
        assert!(
            reals("[[1, 2], [3]]", &[3])
                .expect_err("ragged")
                .contains("lists of 2 and 1 entries side by side")
        );
        assert!(reals("[[1], 2]", &[2]).expect_err("mixed").contains("entry 1 stands beside a list"));
        assert!(reals("[1, [2]]", &[2]).expect_err("mixed").contains("a list stands beside entry 0"));
        assert!(reals("[]", &[2]).is_err() && reals("[[], []]", &[2]).is_err());
    }

    #[test]
    fn what_is_no_list_of_such_numbers_is_refused() {
        let map = "[{\"$serde_json::private::Number\": \"x\"}]";
        for text in ["", "1", "[1", "[1]]", "[1, null]", "{\"a\": 1}", "[{}]", "[\"1\"]", "[1e999]", map] {
            assert!(parse::<f64>(text.as_bytes(), &[1]).is_err(), "{text}");
        }
        for text in ["[0.5]", "[1.0]", "[2147483648]", "[-2147483649]", "[18446744073709551615]"] {
            assert!(parse::<i32>(text.as_bytes(), &[1]).is_err(), "{text}");
        }
        let deep = "[".repeat(1_000_000);
        assert!(parse::<f64>(deep.as_bytes(), &[2]).is_err());
    }
}
