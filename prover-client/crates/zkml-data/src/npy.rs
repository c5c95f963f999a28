//! NumPy's `.npy` files: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>,
//! versions 1 to 3.
//!
//! ```text
//! \x93NUMPY  major  minor  length (u16, from version 2 on u32)  header  values
//! header: {'descr': '<f4', 'fortran_order': False, 'shape': (1, 28, 28), }
//! ```
//!
//! The header is a Python literal, and other writers than NumPy's spell it in other ways
//! (`npy/header.rs`). Values may be booleans, integers or floats, in either byte order, row-major
//! or column-major (Fortran order). Objects (pickled Python) are never read.

mod header;
mod number;

use self::{header::Header, number::Number};

/// The first bytes of every `.npy` file.
pub const MAGIC: [u8; 6] = *b"\x93NUMPY";
/// Most bytes of a header.
const MAX_HEADER: usize = 1 << 16;

/// An array of real numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Its shape; empty for a single number.
    pub shape: Vec<usize>,
    /// Its values, row-major.
    pub values: Vec<f64>,
}

/// The reason why some bytes are no array of numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NpyError {
    /// Another format.
    #[error("not a .npy file: the magic at byte 0 is missing; write it with numpy.save")]
    Magic,
    /// A later version.
    #[error("the .npy file has version {got}, supported are 1 to 3; write it with numpy.save")]
    Version {
        /// The version.
        got: u8,
    },
    /// The header is not one.
    #[error("the .npy file's header has {fault}; write it with numpy.save")]
    Header {
        /// The fault.
        fault: String,
    },
    /// Another type of values.
    #[error(
        "the .npy file's 'descr' names values of type {got}, supported are booleans, integers and floats of up to 64 bits; convert it with array.astype(numpy.float32)"
    )]
    Type {
        /// NumPy's name for it.
        got: String,
    },
    /// Another number of values than the shape asks for.
    #[error(
        "the .npy file has {got} bytes of values, its shape {shape:?} asks for {expected}; copy it or write it again"
    )]
    Length {
        /// The shape.
        shape: Vec<usize>,
        /// Bytes by the shape.
        expected: u64,
        /// Bytes that there are.
        got: usize,
    },
    /// Another shape than the model takes.
    #[error(
        "the array has shape {got:?}, the model takes {expected:?}; give that, with or without a batch of 1 before it, or a flat list of its {} values in that order",
        expected.iter().product::<usize>()
    )]
    Shape {
        /// The model's input.
        expected: Vec<usize>,
        /// The file's.
        got: Vec<usize>,
    },
}

impl Array {
    /// Reads a `.npy` file.
    ///
    /// # Errors
    /// [`NpyError`]. Nothing is allocated by a length that the file claims and does not have.
    pub fn read(bytes: &[u8]) -> Result<Self, NpyError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(NpyError::Magic)?;
        let (&[major, _], rest) = rest.split_first_chunk().ok_or_else(|| header("no version"))?;
        let (length, rest) = match major {
            1 => {
                let (length, rest) = rest.split_first_chunk().ok_or_else(|| header("no length"))?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            }
            2 | 3 => {
                let (length, rest) = rest.split_first_chunk().ok_or_else(|| header("no length"))?;
                (u32::from_le_bytes(*length) as usize, rest)
            }
            got => return Err(NpyError::Version { got }),
        };
        if length > MAX_HEADER || length > rest.len() {
            return Err(header(format!("a length of {length} bytes, and {} follow", rest.len())));
        }
        let (text, data) = rest.split_at(length);
        let text = str::from_utf8(text)
            .map_err(|error| header(format!("text that is not UTF-8 ({error})")))?;
        let Header { descr, fortran_order, shape } = Header::parse(text)?;
        let values = values(&descr, data, &shape)?;
        let values = if fortran_order { row_major(&values, &shape) } else { values };
        Ok(Self { shape, values })
    }

    /// The values, if the array has the shape of a model's input: see [`fits`].
    ///
    /// # Errors
    /// [`NpyError::Shape`].
    pub fn for_input(self, expected: &[usize]) -> Result<Vec<f64>, NpyError> {
        if fits(&self.shape, expected) {
            Ok(self.values)
        } else {
            Err(NpyError::Shape { expected: expected.to_vec(), got: self.shape })
        }
    }
}

/// Returns `true` if values of one shape are an input of another: leading dimensions of 1 do not
/// count (a batch, or EZKL's list of inputs), and a flat list in the order of the shape has any
/// shape of as many values.
pub fn fits(got: &[usize], expected: &[usize]) -> bool {
    let inner = |shape: &[usize]| {
        let ones = shape.iter().take_while(|n| **n == 1).count();
        shape.get(ones..).unwrap_or_default().to_vec()
    };
    let (got, expected) = (inner(got), inner(expected));
    got == expected || matches!(*got, [n] if n == expected.iter().product::<usize>())
}

fn header(fault: impl Into<String>) -> NpyError {
    NpyError::Header { fault: fault.into() }
}

fn values(descr: &str, data: &[u8], shape: &[usize]) -> Result<Vec<f64>, NpyError> {
    let number = Number::named(descr)
        .ok_or_else(|| NpyError::Type { got: descr.chars().take(64).collect() })?;
    let width = number.width();
    let expected = shape.iter().fold(width as u64, |product, n| product.saturating_mul(*n as u64));
    if expected != data.len() as u64 {
        return Err(NpyError::Length { shape: shape.to_vec(), expected, got: data.len() });
    }
    Ok(data.chunks_exact(width).map(|bytes| number.read(bytes)).collect())
}

/// Values in column-major order, whose first index changes fastest, in row-major order.
fn row_major(values: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut index = vec![0; shape.len()];
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1usize;
    for length in shape {
        strides.push(stride);
        stride = stride.saturating_mul(*length);
    }
    let mut out = Vec::with_capacity(values.len());
    let mut at = 0;
    for _ in values {
        out.extend(values.get(at));
        // The next index in row-major order: the last axis moves first, and starts again at its
        // end.
        for ((index, length), stride) in index.iter_mut().zip(shape).zip(&strides).rev() {
            *index += 1;
            at += stride;
            if *index < *length {
                break;
            }
            at -= *index * stride;
            *index = 0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(descr: &str, order: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let text =
            format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        let length = (text.len() as u16).to_le_bytes();
        [&MAGIC[..], &[1, 0], &length, text.as_bytes(), data].concat()
    }

    #[test]
    fn every_type_is_read_in_both_orders() {
        let read = |descr: &str, data: &[u8]| {
            Array::read(&file(descr, "False", "(1,)", data)).map(|a| a.values[0])
        };
        assert_eq!(read("|b1", &[1]), Ok(1.0));
        assert_eq!(read("|u1", &[200]), Ok(200.0));
        assert_eq!(read("|i1", &[200]), Ok(-56.0));
        assert_eq!(read("<i2", &(-300i16).to_le_bytes()), Ok(-300.0));
        assert_eq!(read(">u2", &300u16.to_be_bytes()), Ok(300.0));
        assert_eq!(read("<i4", &(-70_000i32).to_le_bytes()), Ok(-70_000.0));
        assert_eq!(read(">i8", &(-5i64).to_be_bytes()), Ok(-5.0));
        assert_eq!(read("<f4", &0.5f32.to_le_bytes()), Ok(0.5));
        assert_eq!(read(">f8", &(-0.25f64).to_be_bytes()), Ok(-0.25));
    }

    #[test]
    fn halves_are_read_exactly() {
        let read = |bits: u16| {
            let little =
                Array::read(&file("<f2", "False", "(1,)", &bits.to_le_bytes())).expect("an array");
            let big =
                Array::read(&file(">f2", "False", "(1,)", &bits.to_be_bytes())).expect("an array");
            assert_eq!(little.values[0].to_bits(), big.values[0].to_bits());
            little.values[0]
        };
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 2f64.powi(-14)),
            (0x0001, 2f64.powi(-24)),
            (0x83ff, -1023.0 * 2f64.powi(-24)),
            (0x3555, 0.333251953125),
            (0x7c00, f64::INFINITY),
        ] {
            assert_eq!(read(bits), value, "{bits:#06x}");
        }
        assert!(read(0x7e00).is_nan());
        assert_eq!(read(0x8000).to_bits(), (-0.0f64).to_bits());
    }

    #[test]
    fn arrays_in_fortran_order_are_read_in_the_order_of_their_shape() {
        let read = |shape: &str, data: &[u8]| {
            Array::read(&file("|u1", "True", shape, data)).expect("an array").values
        };
        // numpy.array([[1, 2, 3], [4, 5, 6]], order="F") lies in memory column by column.
        assert_eq!(read("(2, 3)", &[1, 4, 2, 5, 3, 6]), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        // numpy.asfortranarray(numpy.arange(12).reshape(2, 3, 2))
        let data = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11];
        assert_eq!(read("(2, 3, 2)", &data), (0..12).map(f64::from).collect::<Vec<_>>());
        assert_eq!(read("(3,)", &[7, 8, 9]), [7.0, 8.0, 9.0]);
        assert_eq!(read("()", &[7]), [7.0]);
        assert!(read("(0, 5)", &[]).is_empty());
    }

    #[test]
    fn headers_of_other_writers_are_read() {
        let with = |text: &str| {
            let length = (text.len() as u16).to_le_bytes();
            Array::read(&[&MAGIC[..], &[1, 0], &length, text.as_bytes(), &[1, 2]].concat())
        };
        for text in [
            "{'descr': '|u1', 'fortran_order': False, 'shape': (1L, 2L), }\n",
            "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (1, 2)}\n",
            "{'shape': (np.int64(1), numpy.int64(2)), 'fortran_order': False, 'descr': u'u1'}",
            "{'descr':'|u1','fortran_order':False,'shape':[1,2]}  \n",
            "{ 'descr' : '|u1' , 'fortran_order' : False , 'shape' : ( 1 , 2 , ) , }",
        ] {
            assert_eq!(
                with(text),
                Ok(Array { shape: vec![1, 2], values: vec![1.0, 2.0] }),
                "{text}"
            );
        }
        for (text, fault) in [
            ("{'descr': '|u1', 'fortran_order': False}", "no 'shape'"),
            (
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}",
                "'shape' twice",
            ),
            (
                "{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}",
                "'fortran_order' that is not True or False",
            ),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}", "the dimension -2"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (2.0,)}", "the dimension 2.0"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x", "more after its end"),
            ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,", "no end"),
            ("{'descr': '|u1', 'order': False, 'shape': (2,)}", "the unknown key 'order'"),
        ] {
            let error = with(text).expect_err(text).to_string();
            assert!(error.contains(fault), "{text}: {error}");
        }
        let records = with(
            "{'descr': [('a', '<f4'), ('b', '<i2')], 'fortran_order': False, 'shape': (2,), }",
        );
        let error = records.expect_err("records").to_string();
        assert!(
            error.starts_with(
                "the .npy file's 'descr' names values of type [('a', '<f4'), ('b', '<i2')], supp"
            ),
            "{error}"
        );
        let axes = with(&format!(
            "{{'descr': '|u1', 'fortran_order': True, 'shape': ({})}}",
            "1,".repeat(65)
        ));
        assert!(axes.expect_err("many").to_string().contains("65 dimensions, more than 64"));
    }

    #[test]
    fn booleans_are_zero_or_one() {
        let read = Array::read(&file("|b1", "False", "(3,)", &[0, 1, 2])).expect("an array");
        assert_eq!(read.values, [0.0, 1.0, 1.0]);
    }

    #[test]
    fn a_shape_fits_with_or_without_a_batch() {
        let array = |shape: &str| {
            Array::read(&file("|u1", "False", shape, &[1, 2, 3, 4])).expect("an array")
        };
        assert_eq!(array("(2, 2)").for_input(&[2, 2]), Ok(vec![1.0, 2.0, 3.0, 4.0]));
        assert_eq!(array("(1, 2, 2)").for_input(&[2, 2]), Ok(vec![1.0, 2.0, 3.0, 4.0]));
        assert_eq!(array("(4,)").for_input(&[4]).map(|v| v.len()), Ok(4));
        assert_eq!(array("(1, 4)").for_input(&[1, 2, 2]).map(|v| v.len()), Ok(4));
        assert_eq!(array("(1, 1, 2, 2)").for_input(&[1, 2, 2]).map(|v| v.len()), Ok(4));
        let error = array("(4, 1)").for_input(&[2, 2]).expect_err("another shape").to_string();
        assert!(error.starts_with("the array has shape [4, 1], the model takes [2, 2]"), "{error}");
    }

    #[test]
    fn what_is_no_array_of_numbers_is_refused_with_the_reason() {
        assert_eq!(Array::read(b"PK\x03\x04"), Err(NpyError::Magic));
        assert_eq!(Array::read(b"\x93NUMPY\x04\0\0\0"), Err(NpyError::Version { got: 4 }));
        assert_eq!(
            Array::read(&file("|O", "False", "(1,)", &[0; 4])),
            Err(NpyError::Type { got: "|O".into() })
        );
        assert_eq!(
            Array::read(&file("<c8", "False", "(1,)", &[0; 8])),
            Err(NpyError::Type { got: "<c8".into() })
        );
        let short = Array::read(&file("<f4", "False", "(3,)", &[0; 8]));
        assert_eq!(short, Err(NpyError::Length { shape: vec![3], expected: 12, got: 8 }));
        let huge = Array::read(&file("<f8", "False", "(9999999999999, 9999999999999)", &[]));
        assert!(
            matches!(huge, Err(NpyError::Length { expected: u64::MAX, got: 0, .. })),
            "{huge:?}"
        );
        for text in ["(1", "(-1,)", "(a,)", "1"] {
            assert!(
                matches!(
                    Array::read(&file("<f4", "False", text, &[])),
                    Err(NpyError::Header { .. })
                ),
                "{text}"
            );
        }
        let whole = file("<f4", "False", "(2,)", &[0; 8]);
        for end in 0..whole.len() {
            assert!(Array::read(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), major in 0u8..5) {
            let _ = Array::read(&bytes);
            let _ = Array::read(&[&MAGIC[..], &[major, 0], &bytes].concat());
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let _ = Array::read(&file(&text, "False", &text, &bytes));
        }
    }
}
