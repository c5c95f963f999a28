//! Reads little-endian fields and remembers where it is.

use super::FileError;

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

/// The error of a field with a value that it cannot have.
pub(super) fn bad_field(
    field: &'static str,
    at: usize,
    got: impl std::fmt::Display,
    expected: String,
) -> FileError {
    FileError::Field { field, at, got: got.to_string(), expected }
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], position: usize) -> Self {
        Self { bytes, position }
    }

    pub fn position(&self) -> usize {
        self.position
    }

    pub fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.position)
    }

    /// The next `count` bytes, checked against what is left before anything is allocated.
    pub fn bytes(&mut self, field: &'static str, count: u64) -> Result<&'a [u8], FileError> {
        let at = self.position;
        let end = usize::try_from(count).ok().and_then(|n| at.checked_add(n));
        let found = end.and_then(|end| self.bytes.get(at..end));
        let found =
            found.ok_or(FileError::Truncated { field, at, need: count, len: self.bytes.len() })?;
        self.position += found.len();
        Ok(found)
    }

    pub fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], FileError> {
        let mut out = [0; N];
        out.copy_from_slice(self.bytes(field, N as u64)?);
        Ok(out)
    }

    pub fn u8(&mut self, field: &'static str) -> Result<u8, FileError> {
        Ok(u8::from_le_bytes(self.array(field)?))
    }

    pub fn u16(&mut self, field: &'static str) -> Result<u16, FileError> {
        Ok(u16::from_le_bytes(self.array(field)?))
    }

    pub fn i32(&mut self, field: &'static str) -> Result<i32, FileError> {
        Ok(i32::from_le_bytes(self.array(field)?))
    }

    pub fn i64(&mut self, field: &'static str) -> Result<i64, FileError> {
        Ok(i64::from_le_bytes(self.array(field)?))
    }

    pub fn size(&mut self, field: &'static str) -> Result<usize, FileError> {
        Ok(u32::from_le_bytes(self.array(field)?) as usize)
    }

    pub fn size_within(
        &mut self,
        field: &'static str,
        min: usize,
        max: usize,
    ) -> Result<usize, FileError> {
        let at = self.position;
        let got = self.size(field)?;
        if got < min || got > max {
            return Err(bad_field(field, at, got, format!("{min} to {max}")));
        }
        Ok(got)
    }

    pub fn sizes<const N: usize>(&mut self, field: &'static str) -> Result<[usize; N], FileError> {
        let mut out = [0; N];
        for size in &mut out {
            *size = self.size(field)?;
        }
        Ok(out)
    }

    /// As many weights as the product of `sizes`. What is beyond 64 bits is beyond any file.
    pub fn weights(&mut self, sizes: &[usize]) -> Result<Vec<i8>, FileError> {
        let count = sizes.iter().fold(1u64, |product, n| product.saturating_mul(*n as u64));
        Ok(self.bytes("weights", count)?.iter().map(|byte| i8::from_le_bytes([*byte])).collect())
    }

    pub fn words(&mut self, field: &'static str, count: usize) -> Result<Vec<i32>, FileError> {
        let bytes = self.bytes(field, (count as u64).saturating_mul(4))?;
        let words = bytes.chunks_exact(4);
        Ok(words
            .map(|word| word.iter().rev().fold(0i32, |n, byte| (n << 8) | i32::from(*byte)))
            .collect())
    }
}
