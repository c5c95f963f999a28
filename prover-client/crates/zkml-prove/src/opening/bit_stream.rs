//! Numbers of a few bits each, lowest bit first.

use zeroize::{Zeroize, Zeroizing};

use super::OpeningError;
use crate::secret;

/// Writes bits into bytes.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl Drop for BitWriter {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl BitWriter {
    /// Writes whole bytes; call it at a byte's boundary.
    pub fn bytes(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.bits(u32::from(*byte), 8));
    }

    /// Writes the low `count` bits of `value`.
    pub fn bits(&mut self, value: u32, count: u8) {
        for i in 0..u32::from(count) {
            if self.used == 0 {
                secret::push(&mut self.bytes, 0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= ((value >> i & 1) as u8) << self.used;
            }
            self.used = (self.used + 1) % 8;
        }
    }

    /// Fills the current byte with zeros.
    pub fn pad(&mut self) {
        self.used = 0;
    }

    /// The bytes.
    pub fn finish(mut self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(core::mem::take(&mut self.bytes))
    }
}

/// Reads bits from bytes.
pub struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> BitReader<'a> {
    /// A reader from the first bit.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    fn truncated(&self, field: &'static str) -> OpeningError {
        OpeningError::Truncated { len: self.bytes.len(), field }
    }

    /// Reads whole bytes; call it at a byte's boundary.
    pub fn bytes<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N], OpeningError> {
        let start = self.position / 8;
        let taken = self.bytes.get(start..).and_then(|rest| rest.first_chunk::<N>());
        let taken = taken.ok_or_else(|| self.truncated(field))?;
        self.position = (start + N) * 8;
        Ok(*taken)
    }

    /// Checks that `count` numbers of `bits` bits are left, before memory is taken for them.
    pub fn expect_bits(
        &self,
        count: usize,
        bits: u8,
        field: &'static str,
    ) -> Result<(), OpeningError> {
        let left = (self.bytes.len() * 8).saturating_sub(self.position);
        if count.saturating_mul(usize::from(bits)) > left {
            Err(self.truncated(field))
        } else {
            Ok(())
        }
    }

    /// Reads a number of `count` bits.
    pub fn bits(&mut self, count: u8, field: &'static str) -> Result<u32, OpeningError> {
        let mut out = 0;
        for i in 0..u32::from(count) {
            let byte = self.bytes.get(self.position / 8).ok_or_else(|| self.truncated(field))?;
            out |= u32::from(byte >> (self.position % 8) & 1) << i;
            self.position += 1;
        }
        Ok(out)
    }

    /// Skips the rest of the current byte.
    pub fn align(&mut self) {
        self.position = self.position.next_multiple_of(8);
    }

    /// Checks that no byte is left.
    pub fn finish(&self) -> Result<(), OpeningError> {
        let left = self.bytes.len().saturating_sub(self.position.div_ceil(8));
        if left > 0 { Err(OpeningError::Trailing(left)) } else { Ok(()) }
    }
}
