//! The encoding of an opening, for any field of 32 bytes.

use zeroize::Zeroizing;
use zkml_model::graph::InputSpec;

use super::{
    OpeningError,
    bit_stream::{BitReader, BitWriter},
};
use crate::{commitment::value_count, secret::try_collect};

pub(super) const DENSE: u8 = 0;
pub(super) const SPARSE: u8 = 1;

/// The bytes of an opening. The values are in range.
pub(crate) fn encode(
    version: u8,
    blinder: &[u8; 32],
    input: &InputSpec,
    values: &[i32],
) -> Zeroizing<Vec<u8>> {
    let writer = Writer { version, blinder, input, values };
    let dense = writer.dense();
    let sparse = writer.sparse();
    if sparse.len() < dense.len() { sparse } else { dense }
}

pub(super) struct Writer<'a> {
    pub version: u8,
    pub blinder: &'a [u8; 32],
    pub input: &'a InputSpec,
    pub values: &'a [i32],
}

impl Writer<'_> {
    fn head(&self, form: u8) -> BitWriter {
        let mut out = BitWriter::default();
        out.bytes(&[self.version]);
        out.bytes(self.blinder);
        out.bytes(&[form]);
        out
    }

    fn offsets(&self) -> impl Iterator<Item = u32> {
        // In range, so the offsets are below 2^16.
        self.values.iter().map(|value| value.wrapping_sub(self.input.min) as u32)
    }

    pub fn dense(&self) -> Zeroizing<Vec<u8>> {
        let mut out = self.head(DENSE);
        self.offsets().for_each(|offset| out.bits(offset, self.input.bits));
        out.finish()
    }

    pub fn sparse(&self) -> Zeroizing<Vec<u8>> {
        let background = self.background();
        let mut out = self.head(SPARSE);
        out.bits(background, 16);
        self.offsets().for_each(|offset| out.bits(u32::from(offset != background), 1));
        out.pad();
        let foreground = self.offsets().filter(|offset| *offset != background);
        foreground.for_each(|offset| out.bits(offset, self.input.bits));
        out.finish()
    }

    /// The most frequent offset; ties go to the lowest.
    fn background(&self) -> u32 {
        let mut sorted = Zeroizing::new(self.offsets().collect::<Vec<_>>());
        sorted.sort_unstable();
        let runs = sorted.chunk_by(|a, b| a == b);
        let longest = runs.rev().max_by_key(|run| run.len());
        longest.and_then(|run| run.first().copied()).unwrap_or_default()
    }
}

/// Blinder and values of an opening; `canonical` reads the blinder.
///
/// # Errors
/// [`OpeningError`] for everything but the one encoding of an opening. Memory is bounded by the
/// input's shape.
pub(crate) fn decode<F>(
    version: u8,
    bytes: &[u8],
    input: &InputSpec,
    canonical: impl FnOnce(&[u8; 32]) -> Option<F>,
) -> Result<(F, Vec<i32>), OpeningError> {
    let count = value_count(input).map_err(|error| OpeningError::Input(error.to_string()))?;
    let mut reader = BitReader::new(bytes);
    let [got] = reader.bytes("version")?;
    if got != version {
        return Err(OpeningError::Version { expected: version, got });
    }
    let raw = Zeroizing::new(reader.bytes("blinder")?);
    let blinder = canonical(&raw).ok_or(OpeningError::Blinder)?;
    let [form] = reader.bytes("form")?;
    let offsets = match form {
        DENSE => read_dense(&mut reader, count, input.bits)?,
        SPARSE => read_sparse(&mut reader, count, input.bits)?,
        other => return Err(OpeningError::Form(other)),
    };
    reader.finish()?;
    let values = values(&offsets, input)?;
    if encode(version, &raw, input, &values).as_slice() != bytes {
        return Err(OpeningError::NotCanonical);
    }
    Ok((blinder, values))
}

fn values(offsets: &[u32], input: &InputSpec) -> Result<Vec<i32>, OpeningError> {
    let value = |(index, offset): (usize, &u32)| {
        let in_range = *offset < 1 << input.bits;
        let value = i64::from(input.min) + i64::from(*offset);
        i32::try_from(value).ok().filter(|_| in_range).ok_or(OpeningError::Range { index })
    };
    try_collect(offsets.iter().enumerate().map(value))
}

fn read_dense(
    reader: &mut BitReader,
    count: usize,
    bits: u8,
) -> Result<Zeroizing<Vec<u32>>, OpeningError> {
    reader.expect_bits(count, bits, "values")?;
    try_collect((0..count).map(|_| reader.bits(bits, "values"))).map(Zeroizing::new)
}

fn read_sparse(
    reader: &mut BitReader,
    count: usize,
    bits: u8,
) -> Result<Zeroizing<Vec<u32>>, OpeningError> {
    let background = reader.bits(16, "background")?;
    reader.expect_bits(count, 1, "bitmap")?;
    let map = try_collect((0..count).map(|_| reader.bits(1, "bitmap"))).map(Zeroizing::new)?;
    reader.align();
    let value =
        |differs: &u32| if *differs == 1 { reader.bits(bits, "values") } else { Ok(background) };
    try_collect(map.iter().map(value)).map(Zeroizing::new)
}
