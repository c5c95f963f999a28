//! The generators of Halo2's commitments: public constants that take seconds to make, so they are
//! kept.
//!
//! Files `generators-K` lie in `$ZKINFER_CACHE`, or `zkinfer` in the user's cache directory, as
//! halo2_proofs writes them. One that is read is believed as little as one from a stranger: its
//! points are compared with the hashes that the chain's code has, and the rest of it with its
//! points. A file that does not pass is made again.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Write},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use zkinfer_verifier::halo2::{
    bounds::MAX_K,
    generators::{CHUNK_LEN, Generators, is_chunk, is_lagrange, lagrange_rows},
    point::{POINT_LEN, Point},
};
use zkml_prove::halo2;

use crate::{
    error::Error,
    files::{self, Access, Existing},
    progress::Progress,
};

/// Below this the points fill no chunk, whose hash is known, and are made in no time.
const LEAST_CACHED: u8 = CHUNK_LEN.ilog2() as u8 - POINT_LEN.ilog2() as u8;

/// The generators for circuits of 2^k rows, for provers and for verifiers.
#[derive(Debug)]
pub struct Table {
    k: u8,
    generators: halo2::Generators,
    points: Vec<u8>,
    lagrange: Vec<u8>,
}

impl Table {
    /// For provers.
    pub fn generators(&self) -> &halo2::Generators {
        &self.generators
    }

    /// The points in the chain's encoding, in order; a chunk each [`CHUNK_LEN`] bytes.
    pub fn points(&self) -> &[u8] {
        &self.points
    }

    /// The first points of the Lagrange basis, in the chain's encoding.
    pub fn lagrange_points(&self) -> &[u8] {
        &self.lagrange
    }

    /// Bytes of memory.
    pub fn memory(k: u32) -> u64 {
        // In halo2_proofs two points of 64 bytes for each row; in the chain's encoding one.
        (128 + POINT_LEN as u64) << k
    }

    fn new(k: u8, generators: halo2::Generators) -> Self {
        let encode = |points: Vec<_>| {
            points
                .iter()
                .flat_map(|point| *Point::from_affine(point).as_bytes())
                .collect::<Vec<u8>>()
        };
        let (points, lagrange) =
            (encode(generators.points()), encode(generators.lagrange(lagrange_rows(k))));
        Self { k, points, lagrange, generators }
    }

    /// Returns `true` if its points and Lagrange points are those that the chain's code knows.
    fn is_known(&self) -> bool {
        let full = self.points.chunks(CHUNK_LEN).filter(|chunk| chunk.len() == CHUNK_LEN);
        let mut chunks = full.zip(0..);
        chunks.all(|(chunk, index)| is_chunk(index, chunk)) && is_lagrange(self.k, &self.lagrange)
    }
}

impl Generators for Table {
    fn chunk(&self, index: u32) -> Option<Cow<'_, [u8]>> {
        let chunk = self.points.chunks(CHUNK_LEN).nth(usize::try_from(index).ok()?)?;
        Some(Cow::Borrowed(chunk))
    }

    fn lagrange(&self, k: u8) -> Option<Cow<'_, [u8]>> {
        (k == self.k).then_some(Cow::Borrowed(&self.lagrange))
    }
}

/// The generators for 2^k rows: from this process, from the cache, or made now.
///
/// # Errors
/// When k is out of range, the machine computes wrongly, or it has no randomness.
pub fn load(k: u8, progress: &Progress) -> Result<Arc<Table>, Error> {
    static LOADED: Mutex<BTreeMap<u8, Arc<Table>>> = Mutex::new(BTreeMap::new());
    // Nothing is left half done by a panic of another thread; others wait here for what they need
    // too.
    let mut loaded = LOADED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(table) = loaded.get(&k) {
        return Ok(table.clone());
    }
    let table = Arc::new(read_or_make(k, progress)?);
    loaded.insert(k, table.clone());
    Ok(table)
}

fn read_or_make(k: u8, progress: &Progress) -> Result<Table, Error> {
    if k > MAX_K {
        return Err(Error::failed(format!(
            "there are no generators for k = {k}, k is at most {MAX_K}"
        )));
    }
    let cached = cache(k);
    if let Some(table) = cached.as_ref().and_then(|path| read(k, path)) {
        return Ok(table);
    }
    let table = Table::new(k, halo2::Generators::new(k.into(), &progress.of_circuit()));
    if !table.is_known() {
        return Err(Error::failed(
            "the generators came out wrong, so this machine computes wrongly",
        )
        .with_hint("check its memory, and try again"));
    }
    if let Some(path) = cached {
        keep(&table, &path);
    }
    Ok(table)
}

/// The cache's file for these generators, if they are worth one.
fn cache(k: u8) -> Option<PathBuf> {
    let own = std::env::var_os("ZKINFER_CACHE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let users = || Some(files::user_directory("XDG_CACHE_HOME", ".cache")?.join("zkinfer"));
    (k >= LEAST_CACHED).then_some(())?;
    Some(own.or_else(users)?.join(format!("generators-{k}")))
}

/// Generators from a file, if it holds the right ones and nothing else.
fn read(k: u8, path: &std::path::Path) -> Option<Table> {
    let file = File::open(path).ok()?;
    // k, two points for each row, two more.
    let expected = 4 + 32 * ((2u64 << k) + 2);
    (file.metadata().ok()?.len() == expected).then_some(())?;
    let generators = halo2::Generators::read(k.into(), &mut BufReader::new(file)).ok()?;
    let table = Table::new(k, generators);
    (table.is_known() && table.generators.is_consistent().ok()?).then_some(table)
}

/// Keeps generators for the next time. Without a cache it only takes longer.
fn keep(table: &Table, path: &std::path::Path) {
    let Some(directory) = path.parent() else { return };
    let _ = std::fs::create_dir_all(directory);
    let write = |mut out: &mut dyn Write| table.generators.write(&mut out);
    let _ = files::write(path, Access::Public, Existing::Replace, write);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_file_is_read_and_a_damaged_one_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("below/generators-10");
        assert_eq!(LEAST_CACHED, 10);
        let table = Table::new(10, halo2::Generators::new(10, &|_| ()));
        assert!(table.is_known());
        keep(&table, &path);
        let again = read(10, &path).expect("kept");
        assert_eq!((&again.points, &again.lagrange), (&table.points, &table.lagrange));
        assert_eq!(again.chunk(0).expect("there").len(), CHUNK_LEN);
        assert!(again.chunk(1).is_none() && again.lagrange(9).is_none());

        let bytes = std::fs::read(&path).expect("bytes");
        assert!(read(11, &path).is_none(), "of another k");
        let last = 4 + 32 * 2047;
        // A generator, one of the first and the last of the basis, W: each replaced by a neighbour.
        for at in [4 + 32 * 5, 4 + 32 * 1030, last, last + 32] {
            let mut damaged = bytes.clone();
            damaged.copy_within(at - 32..at, at);
            std::fs::write(&path, damaged).expect("written");
            assert!(read(10, &path).is_none(), "{at}");
        }
        std::fs::write(&path, [bytes, vec![0]].concat()).expect("written");
        assert!(read(10, &path).is_none(), "longer");
    }

    #[test]
    fn there_are_no_generators_beyond_the_chains_largest_circuit() {
        let error = load(MAX_K + 1, &Progress::silent()).expect_err("out of range");
        assert!(error.to_string().contains("at most 15"), "{error}");
    }
}
