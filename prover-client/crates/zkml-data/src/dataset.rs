//! Labelled pictures in idx files (<http://yann.lecun.com/exdb/mnist/>, "the IDX file format"),
//! plain or gzip.
//!
//! | bytes | field |
//! |---|---|
//! | 4 | `0 0 8 rank`: unsigned bytes, 3 dimensions for pictures, 1 for labels |
//! | 4 each | dimensions, big-endian |
//! | … | the bytes |

use std::io::Read;

/// Most bytes of a file once it is unpacked (256 MiB).
pub const MAX_BYTES: u64 = 1 << 28;

/// Grayscale pictures of one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// Height in pixels.
    pub height: usize,
    /// Width in pixels.
    pub width: usize,
    pixels: Vec<u8>,
}

/// The reason why some bytes are not an idx file.
#[derive(Debug, thiserror::Error)]
pub enum IdxError {
    /// The gzip stream is damaged.
    #[error("the idx file's gzip stream is damaged ({source}); run scripts/fetch-mnist again")]
    Gzip {
        /// The fault.
        #[from]
        source: std::io::Error,
    },
    /// Too many bytes.
    #[error("the idx file has more than {MAX_BYTES} bytes; give a smaller data set")]
    TooLarge,
    /// The first bytes are another format's.
    #[error(
        "not an idx file of {what}: bytes 0 to 3 are {got:02x?}, expected {expected:02x?}; run scripts/fetch-mnist again"
    )]
    Magic {
        /// Pictures or labels.
        what: &'static str,
        /// As they are.
        got: Vec<u8>,
        /// As they should be.
        expected: [u8; 4],
    },
    /// The file has another length than its dimensions say.
    #[error(
        "the idx file has {got} bytes, its dimensions {dims:?} at byte 4 ask for {expected}; run scripts/fetch-mnist again"
    )]
    Length {
        /// Dimensions.
        dims: Vec<u64>,
        /// By its dimensions.
        expected: u64,
        /// As it is.
        got: u64,
    },
    /// Pictures and labels of different number.
    #[error("{images} pictures but {labels} labels; give the two files of one data set")]
    Pair {
        /// Pictures.
        images: usize,
        /// Labels.
        labels: usize,
    },
}

impl Images {
    /// Reads a file of pictures, plain or gzip.
    ///
    /// # Errors
    /// [`IdxError`].
    pub fn read(file: &[u8]) -> Result<Self, IdxError> {
        let (dims, pixels) = read::<3>(file, "pictures")?;
        Ok(Self { height: dims[1], width: dims[2], pixels })
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.pixels.len().checked_div(self.height * self.width).unwrap_or(0)
    }

    /// Returns `true` if there is no picture.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pixels of a picture, row by row.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        self.iter().nth(index)
    }

    /// The pictures with these indices, in this order.
    pub fn choose(&self, indices: &[usize]) -> Self {
        let pixels =
            indices.iter().filter_map(|index| self.get(*index)).flatten().copied().collect();
        Self { height: self.height, width: self.width, pixels }
    }

    /// The pictures, each as its pixels row by row.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, u8> {
        self.pixels.chunks_exact((self.height * self.width).max(1))
    }
}

/// Reads a file of labels, plain or gzip.
///
/// # Errors
/// [`IdxError`].
pub fn labels(file: &[u8]) -> Result<Vec<u8>, IdxError> {
    read::<1>(file, "labels").map(|(_, labels)| labels)
}

/// Checks that there are as many labels as pictures.
///
/// # Errors
/// [`IdxError::Pair`].
pub fn check_pair(images: &Images, labels: &[u8]) -> Result<(), IdxError> {
    if images.len() == labels.len() {
        Ok(())
    } else {
        Err(IdxError::Pair { images: images.len(), labels: labels.len() })
    }
}

fn read<const RANK: usize>(
    file: &[u8],
    what: &'static str,
) -> Result<([usize; RANK], Vec<u8>), IdxError> {
    let mut bytes = Vec::new();
    if file.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(file).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    } else if file.len() as u64 <= MAX_BYTES {
        bytes.extend_from_slice(file);
    } else {
        return Err(IdxError::TooLarge);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(IdxError::TooLarge);
    }
    let expected = [0, 0, 8, RANK as u8];
    let header = 4 + 4 * RANK;
    if bytes.get(..4) != Some(&expected[..]) {
        return Err(IdxError::Magic { what, got: bytes.into_iter().take(4).collect(), expected });
    }
    let got = bytes.len() as u64;
    let words = bytes.get(4..header).unwrap_or_default().chunks_exact(4);
    let dims: Vec<u64> =
        words.map(|word| word.iter().fold(0, |n, byte| (n << 8) | u64::from(*byte))).collect();
    let product = dims.iter().fold(1u64, |product, n| product.saturating_mul(*n));
    let expected = product.saturating_add(header as u64);
    let mut sizes = [0; RANK];
    if dims.len() != RANK || got != expected {
        return Err(IdxError::Length { dims, expected, got });
    }
    sizes.iter_mut().zip(&dims).for_each(|(to, from)| *to = *from as usize);
    bytes.drain(..header);
    Ok((sizes, bytes))
}

#[cfg(test)]
mod tests;
