//! A buffer before a file that leaves nothing of what it held in memory.

use std::{
    fs::File,
    io::{self, Write},
};

use zeroize::{Zeroize, Zeroizing};

/// Bytes that are written at once.
const CAPACITY: usize = 1 << 20;

/// Collects small writes to a file. What it held is wiped.
pub(super) struct Buffer<'a> {
    file: &'a File,
    /// Never longer than the capacity, so that it is never moved.
    bytes: Zeroizing<Vec<u8>>,
}

impl<'a> Buffer<'a> {
    /// An empty buffer before `file`.
    pub fn new(file: &'a File) -> Self {
        Self { file, bytes: Zeroizing::new(Vec::with_capacity(CAPACITY)) }
    }
}

impl Write for Buffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > CAPACITY - self.bytes.len() {
            self.flush()?;
        }
        if bytes.len() > CAPACITY {
            return self.file.write(bytes);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.bytes)?;
        self.bytes.zeroize();
        self.file.flush()
    }
}
