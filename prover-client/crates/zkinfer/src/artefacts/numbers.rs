//! Lists of numbers in JSON, nested or not, and NumPy's arrays: an input that is not a picture.
//! Secret.

use std::{fmt, path::Path};

use serde::de::{
    DeserializeSeed, Deserializer, Error as DeError, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use zeroize::{Zeroize, Zeroizing};
use zkml_data::{npy, npz};

use crate::{error::Error, files};

/// The name of the file in errors.
pub const WHAT: &str = "list of numbers";
/// Greatest length of a list in bytes.
const MAX_BYTES: u64 = 1 << 28;
/// The form in which serde_json hands over a number when any crate of the build has its feature
/// `arbitrary_precision`, as Substrate's have: as a map of this key to the number's text.
const NUMBER_KEY: &str = "$serde_json::private::Number";
/// The keys under which input files have the inputs: EZKL's, and that of model servers.
const INPUT_KEYS: [&str; 2] = ["input_data", "inputs"];

/// A kind of number.
pub trait Number: Copy + Zeroize {
    /// Their plural in messages.
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

/// The reason why a file is no list.
#[derive(Debug, thiserror::Error)]
enum ListError {
    /// It is another thing, or holds other things.
    #[error("not a list of {what}: {source}; give one such as [0, 1]")]
    Json { what: &'static str, source: serde_json::Error },
    /// It is text in another encoding.
    #[error("not UTF-8, and not UTF-16 with a byte order mark: {fault}; save the list as UTF-8")]
    Encoding { fault: String },
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

/// Reads real numbers for an input of this shape, from a NumPy array (`.npy`), an archive of such
/// (`.npz`) or a JSON list: which it is, its first bytes say. `array` is the name of the array in
/// an archive of several.
///
/// # Errors
/// The file cannot be read, is not one of these, or has another shape.
pub fn load_reals(
    path: &Path,
    shape: &[usize],
    array: Option<&str>,
) -> Result<Zeroizing<Vec<f64>>, Error> {
    let bytes = files::read_secret(path, WHAT, MAX_BYTES)?;
    if bytes.starts_with(&npz::MAGIC) {
        // Numbers of at most eight bytes, and a header.
        let count: usize = shape.iter().product();
        let limit = (count as u64).saturating_mul(8).saturating_add(1 << 16);
        let array = npz::read(&bytes, array, limit).map_err(Error::in_file(path))?;
        return array.for_input(shape).map(Zeroizing::new).map_err(Error::in_file(path));
    }
    if array.is_some() {
        return Err(Error::argument(
            "option `array` is for .npz files, and this is none",
            "leave it out",
        ));
    }
    if bytes.starts_with(&npy::MAGIC) {
        let array = npy::Array::read(&bytes).and_then(|array| array.for_input(shape));
        return array.map(Zeroizing::new).map_err(Error::in_file(path));
    }
    if let Some(picture) = picture(&bytes) {
        let message = format!("{}: this is a {picture}, not numbers", path.display());
        return Err(Error::failed(message).with_hint("give it as a picture (option `image`)"));
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

/// The text of a file, without a byte order mark: UTF-8, or UTF-16 with one, as some editors and
/// shells on Windows write. `decoded` is filled with the text where it is another one than the
/// file's.
fn text<'a>(bytes: &'a [u8], decoded: &'a mut Zeroizing<String>) -> Result<&'a str, ListError> {
    let fault = |fault: String| ListError::Encoding { fault };
    let big_endian = match bytes {
        [0xff, 0xfe, ..] => false,
        [0xfe, 0xff, ..] => true,
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            return str::from_utf8(bytes).map_err(|error| fault(error.to_string()));
        }
    };
    let (words, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(fault(format!("{} bytes are no whole number of UTF-16 units", bytes.len())));
    }
    let units = words.iter().skip(1);
    let units = units
        .map(|word| if big_endian { u16::from_be_bytes(*word) } else { u16::from_le_bytes(*word) });
    // Room for all, so that no copy is left behind by growing text.
    decoded.reserve_exact(3 * words.len());
    for (at, character) in char::decode_utf16(units).enumerate() {
        decoded
            .push(character.map_err(|error| fault(format!("character {at} in UTF-16: {error}")))?);
    }
    Ok(decoded)
}

fn parse<T: Number>(bytes: &[u8], shape: &[usize]) -> Result<Zeroizing<Vec<T>>, ListError> {
    let what = T::NAME;
    let mut decoded = Zeroizing::new(String::new());
    let json = text(bytes, &mut decoded)?;
    let limit = shape.iter().product();
    // Room for all, so that no copy is left behind by a growing list.
    let mut list =
        List { numbers: Zeroizing::new(Vec::with_capacity(limit)), shape: Vec::new(), limit };
    let mut read = || {
        let mut deserializer = serde_json::Deserializer::from_str(json);
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

/// The numbers read so far.
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
                return Err(E::custom(format!(
                    "lists of {lengths} side by side, up to entry {count}"
                )));
            }
            None => {}
        }
        Ok(())
    }
}

/// The whole file: a list, or an object with a list of inputs, of which a model has one, under one
/// of [`INPUT_KEYS`].
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
        let mut found: Option<&'static str> = None;
        while let Some(key) = map.next_key::<String>()? {
            let Some(known) = INPUT_KEYS.into_iter().find(|known| key == *known) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            match found.replace(known) {
                Some(first) if first == known => return Err(A::Error::duplicate_field(known)),
                Some(first) => {
                    return Err(A::Error::custom(format!("both `{first}` and `{known}`")));
                }
                None => map.next_value_seed(Entry { list: &mut *self.0, depth: 0 })?,
            }
        }
        if found.is_some() {
            Ok(())
        } else {
            Err(A::Error::missing_field("input_data` or `inputs"))
        }
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
        self.number(&text)
    }

    /// A number in quotes, as spreadsheets and some languages write those of many digits.
    fn visit_str<E: DeError>(self, text: &str) -> Result<(), E> {
        let is_decimal = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        if text.is_empty() || !text.chars().all(is_decimal) {
            let count = self.list.numbers.len();
            return Err(E::custom(format!("entry {count} is a string that is no decimal number")));
        }
        self.number(text)
    }

    fn visit_f64<E: DeError>(self, real: f64) -> Result<(), E> {
        match T::from_real(real) {
            Some(number) => self.list.push(self.depth, Some(number)),
            None => Err(E::invalid_type(Unexpected::Float(real), &self)),
        }
    }
}

impl<T: Number> Entry<'_, T> {
    /// A number by its text.
    fn number<E: DeError>(self, text: &str) -> Result<(), E> {
        let count = self.list.numbers.len();
        if let Ok(integer) = text.parse::<i64>() {
            return self.list.push(self.depth, T::from_integer(integer));
        }
        match text.parse::<f64>() {
            Ok(real) if real.is_finite() => self.visit_f64(real),
            Ok(_) => Err(E::custom(format!("entry {count} is out of range"))),
            Err(_) => Err(E::custom(format!("entry {count} is no decimal number"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reals(text: &str, shape: &[usize]) -> Result<Vec<f64>, String> {
        parse::<f64>(text.as_bytes(), shape)
            .map(|list| list.to_vec())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn nested_and_flat_lists_are_read_in_order() {
        let numbers = Ok(vec![1.0, -2.5, 300.0, 4.0]);
        for text in [
            "[1, -2.5, 3e2, 4]",
            "[[1, -2.5], [3e2, 4]]",
            "[[[1, -2.5], [3e2, 4]]]",
            "[[1, -2.5, 3e2, 4]]",
        ] {
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
            reals(r#"{"data": [[1]]}"#, &[1])
                .expect_err("no data")
                .contains("missing field `input_data`")
        );
        let twice = reals(r#"{"input_data": [1], "input_data": [1]}"#, &[1]).expect_err("twice");
        assert!(twice.contains("duplicate field `input_data`"), "{twice}");
    }

    #[test]
    fn text_of_other_programs_is_read() {
        let numbers = Ok(vec![1.0, -2.5]);
        let read = |bytes: &[u8]| {
            parse::<f64>(bytes, &[2]).map(|list| list.to_vec()).map_err(|error| error.to_string())
        };
        let list = "[1, -2.5]";
        let utf_16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain(list.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        assert_eq!(read(&[b"\xef\xbb\xbf", list.as_bytes()].concat()), numbers);
        assert_eq!(read(&utf_16([0xff, 0xfe], u16::to_le_bytes)), numbers);
        assert_eq!(read(&utf_16([0xfe, 0xff], u16::to_be_bytes)), numbers);
        assert_eq!(reals(r#"["1", "-2.5e0"]"#, &[2]), numbers);
        assert_eq!(reals(r#"{"inputs": [["1", -2.5]]}"#, &[2]), numbers);
        assert_eq!(*parse::<i32>(br#"["-1", 2]"#, &[2]).expect("a list"), [-1, 2]);
        let odd = read(b"\xff\xfe[\0]").expect_err("odd");
        assert!(odd.contains("5 bytes are no whole number of UTF-16 units"), "{odd}");
        assert!(
            read(b"\xff\xfe\x00\xd8").expect_err("a surrogate").contains("character 0 in UTF-16")
        );
        assert!(read(b"[1, \xff]").expect_err("Latin 1").starts_with("not UTF-8"));
        let both = reals(r#"{"inputs": [1, 2], "input_data": [1, 2]}"#, &[2]).expect_err("both");
        assert!(both.contains("both `inputs` and `input_data`"), "{both}");
        for (text, fault) in [
            (r#"["nan", 1]"#, "entry 0 is a string that is no decimal number"),
            (r#"[1, "0x2"]"#, "entry 1 is a string that is no decimal number"),
            (r#"[1, ""]"#, "entry 1 is a string that is no decimal number"),
            (r#"[1, "1,5"]"#, "entry 1 is a string that is no decimal number"),
            (r#"[1, "1-5"]"#, "entry 1 is no decimal number"),
            (r#"[1, "1e400"]"#, "entry 1 is out of range"),
            ("[1, 1e400]", "out of range"),
        ] {
            let error = reals(text, &[2]).expect_err(text);
            assert!(error.contains(fault), "{text}: {error}");
        }
    }

    #[test]
    fn another_shape_is_named_with_the_one_that_is_wanted() {
        let error = reals("[[1], [2], [3], [4]]", &[2, 2]).expect_err("another shape");
        assert!(
            error.starts_with("the list has the shape [4, 1], the model takes [2, 2]"),
            "{error}"
        );
        assert!(
            reals("[1, 2]", &[3])
                .expect_err("too few")
                .contains("the shape [2], the model takes [3]")
        );
        assert!(
            reals("[1, 2, 3]", &[2])
                .expect_err("too many")
                .contains("more than the 2 that the model takes")
        );
        assert!(
            reals("[[1, 2], [3]]", &[3])
                .expect_err("ragged")
                .contains("lists of 2 and 1 entries side by side")
        );
        assert!(
            reals("[[1], 2]", &[2]).expect_err("mixed").contains("entry 1 stands beside a list")
        );
        assert!(
            reals("[1, [2]]", &[2]).expect_err("mixed").contains("a list stands beside entry 0")
        );
        assert!(reals("[]", &[2]).is_err() && reals("[[], []]", &[2]).is_err());
    }

    #[test]
    fn what_is_no_list_of_such_numbers_is_refused() {
        let map = "[{\"$serde_json::private::Number\": \"x\"}]";
        for text in
            ["", "1", "[1", "[1]]", "[1, null]", "{\"a\": 1}", "[{}]", "[\"x\"]", "[1e999]", map]
        {
            assert!(parse::<f64>(text.as_bytes(), &[1]).is_err(), "{text}");
        }
        for text in ["[0.5]", "[1.0]", "[2147483648]", "[-2147483649]", "[18446744073709551615]"] {
            assert!(parse::<i32>(text.as_bytes(), &[1]).is_err(), "{text}");
        }
        let deep = "[".repeat(1_000_000);
        assert!(parse::<f64>(deep.as_bytes(), &[2]).is_err());
    }
}
