//! The proving key's file.
//!
//! | bytes | content |
//! |---|---|
//! | 0 .. 8 | `"zkinferK"` |
//! | 8 .. 10 | version, 1 |
//! | 10 .. 12 | proof system, 0 (Groth16 over BLS12-381) |
//! | 12 .. 44 | hash of the model's file |
//! | 44 .. 76 | digest of the circuit |
//! | 76 .. 604 | verifying key |
//! | 604 .. 652 | public variables, private variables, constraints, domain, points of A, points of B |
//! | 652 .. 684 | Blake2b-256 of all before |
//! | | `β`, `δ` in G1; A; B in G1; B in G2; L; H |
//! | last 32 | Blake2b-256 of all before |
//!
//! Numbers are little-endian, eight bytes for each count and two for version and system. Points are
//! uncompressed in the zcash encoding: square roots for some 300,000 compressed points would take
//! longer than a proof. Each is checked to be on the curve; the checksum covers damage. That points
//! are in their subgroup and right is a question of trust in who made the key, which
//! [`audit`](super::audit()) answers and no reader pays for every time.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use bls12_381::Scalar;

use super::{
    codec::{Access, CHECKSUM_LEN, Decoder, Encoder, Identity, checksum, write_new},
    curve::{G1, G1Affine, G2},
    domain::Domain,
    error::KeyError,
    keys::{PUBLIC_INPUTS, Part, Parts, Points, ProvingKey, VK_LEN, VerifyingKey},
    msm::Sum,
};
use crate::groth16::circuit::ModelCircuit;
use crate::progress::{Phase, ProgressFn, report};

const WHAT: &str = "proving key";
const MAGIC: [u8; 8] = *b"zkinferK";
/// Version of the proving key's file.
pub const VERSION: u16 = 1;
const HEADER_LEN: usize = 684;
const COUNTS: [&str; 6] = [
    "public variables",
    "private variables",
    "constraints",
    "domain",
    "points of A",
    "points of B",
];
/// Parts that a reader or writer tells of.
const PARTS: usize = 5;

/// The circuit of a proving key, and its sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvingKeyHeader {
    /// Hash of the model's file.
    pub model_hash: [u8; 32],
    /// Digest of the circuit.
    pub circuit_digest: [u8; 32],
    /// The verifying key's bytes.
    pub verifying_key: [u8; VK_LEN],
    /// Constraints, with those for the public inputs.
    pub constraints: u64,
    /// Private variables.
    pub variables: u64,
    /// Size of the evaluation domain.
    pub domain: u64,
    /// Points of A.
    pub a_points: u64,
    /// Points of B, in either group.
    pub b_points: u64,
}

impl ProvingKeyHeader {
    /// `points` are those of A and of B.
    pub(crate) fn new(
        circuit: &ModelCircuit,
        vk: &VerifyingKey,
        domain: &Domain,
        points: [usize; 2],
    ) -> Self {
        let [a_points, b_points] = points.map(|count| count as u64);
        Self {
            model_hash: *circuit.model_hash(),
            circuit_digest: *circuit.digest(),
            verifying_key: vk.to_bytes(),
            constraints: circuit.matrices().rows() as u64,
            variables: circuit.matrices().shape.private as u64,
            domain: domain.size() as u64,
            a_points,
            b_points,
        }
    }

    /// Reads the header alone, and checks that the file has the length that it says.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        open(path).map(|(header, ..)| header)
    }

    /// The checksum at the end of a key's file: which key it is, before it is read.
    ///
    /// What was audited or tried can be remembered by it, and is worth as much for every file that
    /// says so: whoever reads all of a file, as a proof does, compares the checksum with what was
    /// read. [`verifying_key`](Self::verifying_key) tells less, for a proving key with a changed
    /// point has the verifying key of the good one.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read_checksum(path: &Path) -> Result<[u8; CHECKSUM_LEN], KeyError> {
        let (_, mut file, _) = open(path)?;
        let mut sum = [0u8; CHECKSUM_LEN];
        io::Seek::seek(&mut file, io::SeekFrom::End(-(CHECKSUM_LEN as i64)))
            .map_err(KeyError::io(path))?;
        file.read_exact(&mut sum).map_err(KeyError::io(path))?;
        Ok(sum)
    }

    /// Length of the whole file in bytes; `None` beyond 2^64.
    pub fn file_len(&self) -> Option<u64> {
        let g1 = [self.a_points, self.b_points, self.variables, self.domain];
        let g1 = g1.iter().try_fold(2u64, |sum, n| sum.checked_add(*n))?;
        let points = g1.checked_mul(96)?.checked_add(self.b_points.checked_mul(192)?)?;
        points.checked_add((HEADER_LEN + CHECKSUM_LEN) as u64)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        out.extend([0, 0]);
        out.extend(self.model_hash);
        out.extend(self.circuit_digest);
        out.extend(self.verifying_key);
        let public = (PUBLIC_INPUTS + 1) as u64;
        let counts =
            [public, self.variables, self.constraints, self.domain, self.a_points, self.b_points];
        out.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
        out.extend(checksum(&out));
        out
    }

    fn from_bytes(bytes: &[u8; HEADER_LEN]) -> Result<Self, KeyError> {
        let mut fields = Fields(bytes);
        if fields.take::<8>() != MAGIC {
            return Err(KeyError::Magic { what: WHAT });
        }
        let version = u16::from_le_bytes(fields.take());
        if version != VERSION {
            return Err(KeyError::Version { what: WHAT, got: version, known: VERSION });
        }
        let (body, sum) = bytes.split_at(HEADER_LEN - CHECKSUM_LEN);
        if checksum(body) != sum {
            return Err(KeyError::Checksum { what: WHAT, part: "header" });
        }
        let system = u16::from_le_bytes(fields.take());
        let impossible = |field, got| Err(KeyError::Header { what: WHAT, field, got });
        if system != 0 {
            return impossible("proof system", system.into());
        }
        let (model_hash, circuit_digest, verifying_key) =
            (fields.take(), fields.take(), fields.take());
        let counts: [u64; 6] = core::array::from_fn(|_| u64::from_le_bytes(fields.take()));
        let [public, variables, constraints, domain, a_points, b_points] = counts;
        let limits = [
            4,
            1 << 31,
            1 << 32,
            1 << 32,
            variables.saturating_add(4),
            variables.saturating_add(4),
        ];
        for ((field, count), limit) in COUNTS.iter().zip(counts).zip(limits) {
            if count > limit {
                return impossible(field, count);
            }
        }
        if public != (PUBLIC_INPUTS + 1) as u64 {
            return impossible(COUNTS[0], public);
        }
        if !domain.is_power_of_two() || domain < constraints {
            return impossible(COUNTS[3], domain);
        }
        Ok(Self {
            model_hash,
            circuit_digest,
            verifying_key,
            constraints,
            variables,
            domain,
            a_points,
            b_points,
        })
    }
}

/// Fields of fixed size, one after the other. Beyond the end there are zeros.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) =
            self.0.split_first_chunk::<N>().map_or(([0; N], [].as_slice()), |(f, r)| (*f, r));
        self.0 = rest;
        field
    }
}

/// The points of a key's file, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    A,
    BG1,
    BG2,
    L,
    H,
}

/// Writes a key's file, whose sections `write` writes one after the other.
pub(crate) fn write_sections<W: Write>(
    out: W,
    header: &ProvingKeyHeader,
    blinding: [G1Affine; 2],
    write: impl Fn(Section, &mut Encoder<W>) -> io::Result<()>,
) -> io::Result<()> {
    let mut encoder = Encoder::new(out);
    encoder.bytes(&header.to_bytes())?;
    encoder.points::<G1>(&blinding)?;
    for section in [Section::A, Section::BG1, Section::BG2, Section::L, Section::H] {
        write(section, &mut encoder)?;
    }
    encoder.finish()
}

impl ProvingKey {
    /// Writes the key to a new file that only its owner can read.
    ///
    /// # Errors
    /// [`KeyError::Exists`] when there is a file already, [`KeyError::Io`].
    pub fn write(&self, path: &Path, on: ProgressFn) -> Result<(), KeyError> {
        write_new(path, Access::Owner, |out| self.write_to(out, on))
    }

    /// Writes the key as a file's bytes.
    ///
    /// # Errors
    /// The writer's.
    pub fn write_to(&self, out: impl Write, on: ProgressFn) -> io::Result<()> {
        let points = &self.points;
        write_sections(out, &self.header, [points.beta, points.delta], |section, encoder| {
            report(on, Phase::File, section as usize, PARTS);
            match section {
                Section::A => encoder.points::<G1>(&points.a),
                Section::BG1 => encoder.points::<G1>(&points.b_g1),
                Section::BG2 => encoder.points::<G2>(&points.b_g2),
                Section::L => encoder.points::<G1>(&points.l),
                Section::H => encoder.points::<G1>(&points.h),
            }
        })?;
        report(on, Phase::File, PARTS, PARTS);
        Ok(())
    }

    /// The checksum that the key's file ends with: what says which key this is (see
    /// [`ProvingKeyHeader::read_checksum`]).
    ///
    /// # Complexity
    /// That of writing the file.
    pub fn checksum(&self) -> [u8; CHECKSUM_LEN] {
        let mut end = End([0; CHECKSUM_LEN]);
        // Nothing is written that could fail.
        let _ = self.write_to(&mut end, &|_| ());
        end.0
    }

    /// Reads a key from its file.
    ///
    /// # Errors
    /// [`KeyError`]: a file of another kind, version or length, a wrong checksum, an invalid point.
    pub fn read(path: &Path, on: ProgressFn) -> Result<Self, KeyError> {
        let (_, file, len) = open(path)?;
        let input = Start(path).reopen(file)?;
        Self::read_from(BufReader::with_capacity(1 << 20, input), len, on)
            .map_err(|error| at(path, error))
    }

    /// Reads a key from `len` bytes of a file.
    ///
    /// # Errors
    /// As [`ProvingKey::read`].
    pub fn read_from(input: impl Read, len: u64, on: ProgressFn) -> Result<Self, KeyError> {
        let mut stream = KeyStream::new(input, len)?;
        report(on, Phase::File, 0, PARTS);
        let a = stream.points(Part::A)?;
        report(on, Phase::File, 1, PARTS);
        let b_g1 = stream.points(Part::B)?;
        report(on, Phase::File, 2, PARTS);
        let count = stream.header.b_points as usize;
        let b_g2 = stream.decoder.points::<G2>(B_G2, count, Identity::Refused)?;
        report(on, Phase::File, 3, PARTS);
        let l = stream.points(Part::L)?;
        report(on, Phase::File, 4, PARTS);
        let h = stream.points(Part::H)?;
        let KeyStream { header, vk, blinding: [beta, delta], decoder } = stream;
        decoder.finish()?;
        report(on, Phase::File, PARTS, PARTS);
        Ok(Self { header, vk, points: Points { beta, delta, a, b_g1, b_g2, l, h } })
    }
}

/// Keeps the last bytes that were written.
struct End([u8; CHECKSUM_LEN]);

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(last) = bytes.last_chunk() {
            self.0 = *last;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const B_G2: &str = "B in G2";

/// A proving key's file whose points are read while a proof is made, and not kept: for a single
/// proof, whose memory is then that of the circuit alone.
///
/// A point is checked as [`ProvingKey::read`] checks it, and the checksum at the end: a damaged
/// file makes no proof.
pub struct KeyStream<R: Read> {
    header: ProvingKeyHeader,
    vk: VerifyingKey,
    blinding: [G1Affine; 2],
    decoder: Decoder<R>,
}

impl KeyStream<BufReader<File>> {
    /// Opens a key's file.
    ///
    /// # Errors
    /// As [`ProvingKey::read`], for the part before the points.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        let (_, file, len) = open(path)?;
        let input = Start(path).reopen(file)?;
        Self::new(BufReader::with_capacity(1 << 20, input), len).map_err(|error| at(path, error))
    }
}

impl<R: Read> KeyStream<R> {
    /// A key from `len` bytes of a file.
    ///
    /// # Errors
    /// As [`ProvingKey::read`], for the part before the points.
    pub fn new(input: R, len: u64) -> Result<Self, KeyError> {
        let mut decoder = Decoder::new(input, WHAT);
        check_min_length(len)?;
        let mut bytes = [0u8; HEADER_LEN];
        decoder.bytes(&mut bytes)?;
        let header = ProvingKeyHeader::from_bytes(&bytes)?;
        check_length(&header, len)?;
        let vk = VerifyingKey::from_bytes(&header.verifying_key)?;
        let blinding = decoder.points::<G1>("beta and delta", 2, Identity::Refused)?;
        let blinding = *blinding.first_chunk().unwrap_or(&[Default::default(); 2]);
        Ok(Self { header, vk, blinding, decoder })
    }

    /// The purpose of the key, and its sizes.
    pub fn header(&self) -> &ProvingKeyHeader {
        &self.header
    }

    /// Name of a part, its number of points, and whether they may be at infinity. The counts are
    /// bounded by the length that was compared.
    fn part(&self, part: Part) -> (&'static str, usize, Identity) {
        let header = &self.header;
        match part {
            Part::A => ("A", header.a_points as usize, Identity::Refused),
            Part::B => ("B in G1", header.b_points as usize, Identity::Refused),
            Part::L => ("L", header.variables as usize, Identity::Allowed),
            Part::H => ("H", header.domain as usize, Identity::Refused),
        }
    }

    fn points(&mut self, part: Part) -> Result<Vec<G1Affine>, KeyError> {
        let (name, count, identity) = self.part(part);
        self.decoder.points::<G1>(name, count, identity)
    }
}

impl<R: Read> Parts for KeyStream<R> {
    fn header(&self) -> &ProvingKeyHeader {
        &self.header
    }

    fn verifying_key(&self) -> &VerifyingKey {
        &self.vk
    }

    fn lengths(&self) -> [usize; 5] {
        let ProvingKeyHeader { a_points, b_points, variables, domain, .. } = self.header;
        [a_points, b_points, b_points, variables, domain].map(|n| n as usize)
    }

    fn blinding(&self) -> [G1Affine; 2] {
        self.blinding
    }

    fn sum<'a>(
        &mut self,
        part: Part,
        mut scalars: impl Iterator<Item = &'a Scalar>,
    ) -> Result<G1, KeyError> {
        let (name, count, identity) = self.part(part);
        let mut sum = Sum::<G1>::default();
        let each = |point| scalars.next().into_iter().for_each(|scalar| sum.add(&point, scalar));
        self.decoder.each_point::<G1>(name, count, identity, each)?;
        Ok(sum.finish())
    }

    fn sum_b_g2<'a>(
        &mut self,
        mut scalars: impl Iterator<Item = &'a Scalar>,
    ) -> Result<G2, KeyError> {
        let mut sum = Sum::<G2>::default();
        let each = |point| scalars.next().into_iter().for_each(|scalar| sum.add(&point, scalar));
        self.decoder.each_point::<G2>(
            B_G2,
            self.header.b_points as usize,
            Identity::Refused,
            each,
        )?;
        Ok(sum.finish())
    }

    fn end(&mut self) -> Result<(), KeyError> {
        self.decoder.check()
    }
}

/// Rewinds a file whose header has been read.
struct Start<'a>(&'a Path);

impl Start<'_> {
    fn reopen(&self, mut file: File) -> Result<File, KeyError> {
        io::Seek::rewind(&mut file).map_err(KeyError::io(self.0))?;
        Ok(file)
    }
}

fn open(path: &Path) -> Result<(ProvingKeyHeader, File, u64), KeyError> {
    let mut file = File::open(path).map_err(KeyError::io(path))?;
    let len = file.metadata().map_err(KeyError::io(path))?.len();
    check_min_length(len)?;
    let mut bytes = [0u8; HEADER_LEN];
    file.read_exact(&mut bytes).map_err(KeyError::io(path))?;
    let header = ProvingKeyHeader::from_bytes(&bytes)?;
    check_length(&header, len)?;
    Ok((header, file, len))
}

fn check_min_length(got: u64) -> Result<(), KeyError> {
    let expected = (HEADER_LEN + CHECKSUM_LEN) as u64;
    if got < expected { Err(KeyError::Length { what: WHAT, expected, got }) } else { Ok(()) }
}

fn check_length(header: &ProvingKeyHeader, got: u64) -> Result<(), KeyError> {
    let expected = header.file_len().ok_or(KeyError::Header {
        what: WHAT,
        field: COUNTS[1],
        got: header.variables,
    })?;
    if got == expected { Ok(()) } else { Err(KeyError::Length { what: WHAT, expected, got }) }
}

/// Puts the file's path into an error of reading it.
fn at(path: &Path, error: KeyError) -> KeyError {
    match error {
        KeyError::Io { source, .. } => KeyError::Io { path: path.to_owned(), source },
        other => other,
    }
}
