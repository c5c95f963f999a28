//! An input with its blinder: what a requester keeps, and what a prover needs.
//!
//! The same bytes are the opening's file and a job's public payload:
//!
//! | bytes | content |
//! |---|---|
//! | 1 | version, 1 |
//! | 32 | blinder: canonical little-endian element of BLS12-381's scalar field |
//! | 1 | form of the values: 0 dense, 1 sparse |
//! | sparse: 2 | little-endian offset `b` of the background, the most frequent value (of equals, the lowest) |
//! | sparse: ⌈n/8⌉ | one bit for each value, lowest bit first: whether it differs from the background |
//! | ⌈m·bits/8⌉ | offsets `value - min` of all `n` values (dense) or of the `m` that differ (sparse), `bits` each, lowest bit first, zero bits at the end |
//!
//! The shorter form is the only valid one, dense where both are equally long: one opening has one encoding.

mod bit_stream;

use bls12_381::Scalar;
use zeroize::{Zeroize, Zeroizing};
use zkml_model::graph::InputSpec;

use self::bit_stream::{BitReader, BitWriter};
use crate::{
    commitment::{check_values, commit, value_count},
    error::CircuitError,
    random::secret_scalar,
};

/// Version of the encoding.
pub const VERSION: u8 = 1;

const DENSE: u8 = 0;
const SPARSE: u8 = 1;

/// An input and the blinder of its commitment. Secret: it is zeroised when dropped and not printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    input: InputSpec,
    blinder: Scalar,
    values: Vec<i32>,
}

impl core::fmt::Debug for Opening {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Opening").field("input", &self.input).finish_non_exhaustive()
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.blinder.zeroize();
        self.values.zeroize();
    }
}

/// Why bytes are not an opening.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpeningError {
    /// The first byte is not a known version.
    #[error("the opening has version {0}, known is {VERSION}; write it again with `zkinfer commit`")]
    Version(u8),
    /// The bytes end early.
    #[error("the opening ends at byte {len}, within its {field}; fetch or write it again")]
    Truncated {
        /// Bytes given.
        len: usize,
        /// What is cut off.
        field: &'static str,
    },
    /// Bytes are left over.
    #[error("the opening has {0} bytes after its end; fetch or write it again")]
    Trailing(usize),
    /// The blinder is not below the modulus.
    #[error(
        "the opening's blinder (bytes 1 to 32) is not a canonical field element; write it again with `zkinfer commit`"
    )]
    Blinder,
    /// The form byte is unknown.
    #[error("the opening's form (byte 33) is {0}, known are 0 and 1; write it again with `zkinfer commit`")]
    Form(u8),
    /// A value is out of range.
    #[error(
        "value {index} of the opening is outside the model's input range; prepare it with the model's manifest"
    )]
    Range {
        /// Index of the value.
        index: usize,
    },
    /// There is another encoding of the same opening, which is the valid one.
    #[error("the opening is not in its canonical form; write it again with `zkinfer commit`")]
    NotCanonical,
    /// The model's input specification is out of bounds.
    #[error("the manifest's input is out of bounds: {0}")]
    Input(String),
}

impl Opening {
    /// An opening of `values` with a fresh blinder from the operating system's generator.
    ///
    /// # Errors
    /// The values are not an input of this kind, or the generator failed.
    pub fn random(input: &InputSpec, values: Vec<i32>) -> Result<Self, CircuitError> {
        let blinder = secret_scalar().map_err(CircuitError::Random)?;
        Self::with_blinder(input, values, blinder)
    }

    /// An opening of `values` under a given blinder. Hiding is lost unless the blinder is uniformly random and secret.
    ///
    /// # Errors
    /// The values are not an input of this kind.
    pub fn with_blinder(input: &InputSpec, values: Vec<i32>, blinder: Scalar) -> Result<Self, CircuitError> {
        check_values(input, &values)?;
        Ok(Self { input: input.clone(), blinder, values })
    }

    /// The values.
    pub fn values(&self) -> &[i32] {
        &self.values
    }

    /// The blinder.
    pub fn blinder(&self) -> &Scalar {
        &self.blinder
    }

    /// What kind of input it is.
    pub fn input(&self) -> &InputSpec {
        &self.input
    }

    /// The commitment: canonical little-endian bytes of a field element, the statement's first public input.
    pub fn commitment(&self) -> [u8; 32] {
        // The constructors have checked the values, so there is a commitment.
        commit(&self.input, &self.values, &self.blinder).unwrap_or_default().to_bytes()
    }

    /// The opening's bytes, as this module's head defines them.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let dense = self.encode_dense();
        let sparse = self.encode_sparse();
        if sparse.len() < dense.len() { sparse } else { dense }
    }

    fn head(&self, form: u8) -> BitWriter {
        let mut out = BitWriter::default();
        out.bytes(&[VERSION]);
        out.bytes(&self.blinder.to_bytes());
        out.bytes(&[form]);
        out
    }

    fn offsets(&self) -> impl Iterator<Item = u32> {
        // `check_values` holds, so the offsets are below 2^16.
        self.values.iter().map(|value| value.wrapping_sub(self.input.min) as u32)
    }

    fn encode_dense(&self) -> Zeroizing<Vec<u8>> {
        let mut out = self.head(DENSE);
        self.offsets().for_each(|offset| out.bits(offset, self.input.bits));
        out.finish()
    }

    fn encode_sparse(&self) -> Zeroizing<Vec<u8>> {
        let background = self.background();
        let mut out = self.head(SPARSE);
        out.bits(background, 16);
        self.offsets().for_each(|offset| out.bits(u32::from(offset != background), 1));
        out.pad();
        let foreground = self.offsets().filter(|offset| *offset != background);
        foreground.for_each(|offset| out.bits(offset, self.input.bits));
        out.finish()
    }

    /// The most frequent offset; of equals, the lowest.
    fn background(&self) -> u32 {
        let mut sorted = Zeroizing::new(self.offsets().collect::<Vec<_>>());
        sorted.sort_unstable();
        let runs = sorted.chunk_by(|a, b| a == b);
        let longest = runs.rev().max_by_key(|run| run.len());
        longest.and_then(|run| run.first().copied()).unwrap_or_default()
    }

    /// Reads an opening of an input of this kind.
    ///
    /// # Errors
    /// [`OpeningError`] for everything but the one encoding of an opening. Memory is bounded by the input's shape.
    pub fn decode(bytes: &[u8], input: &InputSpec) -> Result<Self, OpeningError> {
        let count = value_count(input).map_err(|error| OpeningError::Input(error.to_string()))?;
        let mut reader = BitReader::new(bytes);
        let [version] = reader.bytes("version")?;
        if version != VERSION {
            return Err(OpeningError::Version(version));
        }
        let blinder = Scalar::from_bytes(&reader.bytes("blinder")?);
        let blinder = Option::<Scalar>::from(blinder).ok_or(OpeningError::Blinder)?;
        let [form] = reader.bytes("form")?;
        let offsets = match form {
            DENSE => read_dense(&mut reader, count, input.bits)?,
            SPARSE => read_sparse(&mut reader, count, input.bits)?,
            other => return Err(OpeningError::Form(other)),
        };
        reader.finish()?;
        let values = values(&offsets, input)?;
        let opening = Self { input: input.clone(), blinder, values };
        if opening.encode().as_slice() != bytes {
            return Err(OpeningError::NotCanonical);
        }
        Ok(opening)
    }
}

fn values(offsets: &[u32], input: &InputSpec) -> Result<Vec<i32>, OpeningError> {
    let value = |(index, offset): (usize, &u32)| {
        let in_range = *offset < 1 << input.bits;
        let value = i64::from(input.min) + i64::from(*offset);
        i32::try_from(value).ok().filter(|_| in_range).ok_or(OpeningError::Range { index })
    };
    offsets.iter().enumerate().map(value).collect()
}

fn read_dense(reader: &mut BitReader, count: usize, bits: u8) -> Result<Zeroizing<Vec<u32>>, OpeningError> {
    reader.expect_bits(count, bits, "values")?;
    (0..count).map(|_| reader.bits(bits, "values")).collect::<Result<Vec<_>, _>>().map(Zeroizing::new)
}

fn read_sparse(reader: &mut BitReader, count: usize, bits: u8) -> Result<Zeroizing<Vec<u32>>, OpeningError> {
    let background = reader.bits(16, "background")?;
    reader.expect_bits(count, 1, "bitmap")?;
    let map =
        (0..count).map(|_| reader.bits(1, "bitmap")).collect::<Result<Vec<_>, _>>().map(Zeroizing::new)?;
    reader.align();
    let value = |differs: &u32| if *differs == 1 { reader.bits(bits, "values") } else { Ok(background) };
    map.iter().map(value).collect::<Result<Vec<_>, _>>().map(Zeroizing::new)
}

#[cfg(test)]
mod tests;
