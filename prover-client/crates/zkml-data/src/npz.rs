//! NumPy's `.npz` files: zip archives of `.npy` files, stored or deflated
//! (<https://numpy.org/doc/stable/reference/generated/numpy.savez.html>).

use std::io::{Cursor, Read};

use zip::{CompressionMethod, ZipArchive, result::ZipError};

use crate::npy::{Array, NpyError};

/// The first bytes of every archive with a file in it.
pub const MAGIC: [u8; 4] = *b"PK\x03\x04";
/// Most files of an archive.
const MAX_FILES: usize = 1 << 10;
/// Names that an error lists.
const LISTED: usize = 16;

/// The reason why some bytes are no archive of arrays.
#[derive(Debug, thiserror::Error)]
pub enum NpzError {
    /// Not a zip file, or a damaged one.
    #[error("the .npz file is no sound zip archive: {source}; write it with numpy.savez")]
    Zip {
        /// The fault.
        #[from]
        source: ZipError,
    },
    /// Too many files.
    #[error(
        "the .npz file has {got} arrays, more than {MAX_FILES}; write one with the arrays that are needed"
    )]
    TooMany {
        /// The number.
        got: usize,
    },
    /// Several arrays, and none was named.
    #[error("the .npz file has {} arrays ({}); name one of them", names.len(), list(names))]
    Several {
        /// Their names.
        names: Vec<String>,
    },
    /// There is no array of that name.
    #[error("the .npz file has no array `{name}`; it has {}", list(names))]
    Missing {
        /// The name.
        name: String,
        /// The names that there are.
        names: Vec<String>,
    },
    /// There is nothing in it.
    #[error("the .npz file is empty; write it with numpy.savez")]
    Empty,
    /// Compressed in another way than NumPy does, or encrypted.
    #[error(
        "the array `{name}` is compressed by {method}, NumPy stores or deflates; write it with numpy.savez"
    )]
    Method {
        /// Its name.
        name: String,
        /// The method.
        method: String,
    },
    /// Too large once it is unpacked.
    #[error(
        "the array `{name}` has more than {limit} bytes when it is unpacked, which is more than the model takes"
    )]
    TooLarge {
        /// Its name.
        name: String,
        /// Most bytes.
        limit: u64,
    },
    /// The data are damaged.
    #[error("the array `{name}` cannot be unpacked ({source}); copy the file or write it again")]
    Damaged {
        /// Its name.
        name: String,
        /// The fault.
        source: std::io::Error,
    },
    /// It is no array of numbers.
    #[error("the array `{name}`: {source}")]
    Npy {
        /// Its name.
        name: String,
        /// The reason.
        source: NpyError,
    },
}

fn list(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// Reads the array of a name, or the only one, of at most `limit` bytes when it is unpacked.
///
/// # Errors
/// [`NpzError`]. Nothing is allocated by a length that the file claims.
pub fn read(bytes: &[u8], name: Option<&str>, limit: u64) -> Result<Array, NpzError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > MAX_FILES {
        return Err(NpzError::TooMany { got: archive.len() });
    }
    let names = archive.file_names().map(|name| Ok(array(&name?).to_owned()));
    let names = names.collect::<Result<Vec<String>, ZipError>>()?;
    let index = match (name, names.as_slice()) {
        (_, []) => return Err(NpzError::Empty),
        (None, [_]) => 0,
        (None, _) => return Err(NpzError::Several { names }),
        (Some(name), _) => match names.iter().position(|own| own == array(name)) {
            Some(index) => index,
            None => return Err(NpzError::Missing { name: name.into(), names }),
        },
    };
    let name = names.into_iter().nth(index).unwrap_or_default();
    let file = archive.by_index(index)?;
    let method = file.compression();
    if !matches!(method, CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(NpzError::Method { name, method: method.to_string() });
    }
    let mut data = Vec::new();
    match file.take(limit + 1).read_to_end(&mut data) {
        Ok(_) if data.len() as u64 > limit => Err(NpzError::TooLarge { name, limit }),
        Ok(_) => Array::read(&data).map_err(|source| NpzError::Npy { name, source }),
        Err(source) => Err(NpzError::Damaged { name, source }),
    }
}

/// The array's name: the file's without `.npy`, as `numpy.load` has it.
fn array(file: &str) -> &str {
    file.strip_suffix(".npy").unwrap_or(file)
}
