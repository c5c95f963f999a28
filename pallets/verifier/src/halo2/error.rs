//! Errors: the fault of an input, and the party to blame.

use core::fmt;

use super::{
    bounds::{MAX_BATCH, MAX_K, MAX_KEY_LEN, MAX_TEXT_LEN, MIN_K},
    layout::{Column, ColumnKind},
};
use crate::error::PointFault;

/// A dimension of a key that is bounded, see [`bounds`](super::bounds).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dimension {
    /// Columns of one kind.
    Columns,
    /// Instance columns.
    InstanceColumns,
    /// Rows of an instance column.
    InstanceRows,
    /// Selectors.
    Selectors,
    /// Gate polynomials.
    Gates,
    /// Nodes of all expressions.
    Nodes,
    /// Queries of one kind of column.
    Queries,
    /// Lookups.
    Lookups,
    /// Expressions in a lookup's input or table.
    LookupWidth,
    /// Columns of the permutation.
    PermutationColumns,
    /// Columns of constants.
    Constants,
    /// Degree of a constraint.
    Degree,
}

/// A commitment of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyPoint {
    /// To the fixed column with this index.
    Fixed(usize),
    /// To the permutation polynomial with this index.
    Permutation(usize),
}

/// The reason why bytes are no verifying key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyError {
    /// Longer than [`MAX_KEY_LEN`].
    TooLong {
        /// The length found.
        found: usize,
    },
    /// The bytes end too early.
    Truncated,
    /// Bytes are left over.
    Trailing {
        /// The number.
        found: usize,
    },
    /// A format version that this verifier does not know.
    Version {
        /// The version found.
        found: u8,
    },
    /// A tag that stands for nothing.
    Tag {
        /// The tag found.
        found: u8,
        /// Its place.
        offset: usize,
    },
    /// A scalar that is not its shortest encoding, or not below the modulus.
    Scalar {
        /// Its place.
        offset: usize,
    },
    /// k is out of range.
    K {
        /// The k found.
        found: u8,
    },
    /// More of something than its bound.
    TooMany {
        /// Of what.
        dimension: Dimension,
        /// The number found.
        found: usize,
        /// The bound.
        max: usize,
    },
    /// A column that does not exist.
    Column {
        /// The column.
        column: Column,
        /// The number of its kind.
        columns: usize,
    },
    /// A column that comes twice where it may come once.
    ColumnTwice {
        /// The column.
        column: Column,
    },
    /// A column of the permutation that no query reads in the current row.
    NotQueried {
        /// The column.
        column: Column,
    },
    /// A column of constants that is not in the permutation.
    NotPermuted {
        /// The column.
        column: Column,
    },
    /// An expression reads a query that does not exist.
    Query {
        /// The kind of column.
        kind: ColumnKind,
        /// The query's index.
        index: u16,
        /// The number of them.
        queries: usize,
    },
    /// A query reads the same row of the same column as one before it.
    QueryTwice {
        /// The kind of column.
        kind: ColumnKind,
        /// The query's index.
        index: usize,
    },
    /// A query reaches too far, or another row of a fixed column.
    Rotation {
        /// The kind of column.
        kind: ColumnKind,
        /// The query's index.
        index: usize,
        /// The rotation found.
        rotation: i32,
    },
    /// A lookup without inputs, or with another number of tables.
    LookupShape {
        /// Index of the lookup.
        index: usize,
    },
    /// The rows are too few for the blinding rows.
    Rows {
        /// The number of rows that hold blinding values.
        blinding: usize,
    },
    /// The number of commitments is not that of the columns.
    Commitments {
        /// The number found.
        found: usize,
        /// The number of columns.
        expected: usize,
    },
    /// A commitment is not usable.
    Point {
        /// Its index.
        element: KeyPoint,
        /// The fault in it.
        fault: PointFault,
    },
}

/// Faults of a proof's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProofFault {
    /// They end too early.
    Truncated,
    /// Bytes are left over.
    Trailing,
    /// 32 bytes are no usable point.
    Point(PointFault),
    /// 32 bytes are no scalar below the modulus.
    Scalar,
}

/// The reason why bytes are no proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProofError {
    /// Its offset in the proof, in bytes.
    pub offset: usize,
    /// The fault at this place.
    pub fault: ProofFault,
}

/// The reason why public inputs are not what the key asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InstanceError {
    /// Another number of instance columns.
    Columns {
        /// The number found.
        found: usize,
        /// The key's.
        expected: usize,
    },
    /// Another number of rows in a column.
    Rows {
        /// The column.
        column: usize,
        /// The number found.
        found: usize,
        /// The key's.
        expected: usize,
    },
    /// A value that is not below the modulus.
    Value {
        /// The column.
        column: usize,
        /// The row.
        row: usize,
    },
}

/// The reason why the generators are not at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GeneratorsError {
    /// A chunk of the table is missing: somebody must upload it.
    Missing {
        /// The chunk's index.
        chunk: u32,
    },
    /// The Lagrange generators for this k are missing: somebody must upload them.
    MissingLagrange {
        /// k.
        k: u8,
    },
    /// A chunk has a wrong length.
    Length {
        /// The chunk's index, or none for Lagrange generators.
        chunk: Option<u32>,
        /// The length found.
        found: usize,
        /// The length expected, in bytes.
        expected: usize,
    },
}

/// The reason why a proof, or a batch of proofs, was not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerifyError {
    /// The bytes of the proof with this index in the batch, 0 outside a batch, are no proof.
    Proof {
        /// The proof.
        index: usize,
        /// The reason.
        error: ProofError,
    },
    /// The proofs are well formed, and at least one does not hold for its inputs under its key.
    Rejected,
    /// The public inputs of the proof with this index do not fit its key.
    Instance {
        /// The proof.
        index: usize,
        /// The reason.
        error: InstanceError,
    },
    /// A batch of none, or of more than [`MAX_BATCH`].
    Batch {
        /// The number of its proofs.
        found: usize,
    },
    /// The stored key is damaged. The verifier's storage is to blame, not the proof.
    Key(KeyError),
    /// Generators are missing. Nobody is to blame; upload them and try again.
    Generators(GeneratorsError),
    /// The arithmetic failed on points that had been checked: host and runtime do not fit. Not the
    /// proof's fault.
    Backend,
}

impl VerifyError {
    /// Returns `true` if the fault is the proof's. Otherwise it lies with the verifier's own
    /// storage, inputs or host.
    pub fn blames_proof(&self) -> bool {
        matches!(self, Self::Proof { .. } | Self::Rejected)
    }
}

/// The reason why a text is not the pinned text of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextError {
    /// Longer than [`MAX_TEXT_LEN`].
    TooLong {
        /// The length found.
        found: usize,
    },
    /// Something else stands where this was expected.
    Expected {
        /// The expected text.
        what: &'static str,
        /// Offset in bytes.
        offset: usize,
    },
    /// A number that is too large, a scalar that is not below the modulus, or a point that is not
    /// on the curve.
    Value {
        /// Offset in bytes.
        offset: usize,
    },
    /// An expression in which a virtual selector is left over.
    Selector {
        /// Offset in bytes.
        offset: usize,
    },
    /// The text describes a key that is not usable.
    Key(KeyError),
    /// The key's own text is another: the text contradicts itself.
    Inconsistent,
}

impl From<KeyError> for TextError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<KeyError> for VerifyError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl From<GeneratorsError> for VerifyError {
    fn from(error: GeneratorsError) -> Self {
        Self::Generators(error)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Columns => "columns of one kind",
            Self::InstanceColumns => "instance columns",
            Self::InstanceRows => "rows of an instance column",
            Self::Selectors => "selectors",
            Self::Gates => "gate polynomials",
            Self::Nodes => "nodes of all expressions",
            Self::Queries => "queries of one kind of column",
            Self::Lookups => "lookups",
            Self::LookupWidth => "expressions of a lookup",
            Self::PermutationColumns => "columns of the permutation",
            Self::Constants => "columns of constants",
            Self::Degree => "the degree of a constraint",
        })
    }
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed => "fixed",
            Self::Advice => "advice",
            Self::Instance => "instance",
        })
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} column {}", self.kind, self.index)
    }
}

impl fmt::Display for KeyPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(index) => write!(f, "commitment to fixed column {index}"),
            Self::Permutation(index) => write!(f, "commitment {index} of the permutation"),
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found } => {
                write!(f, "a verifying key has at most {MAX_KEY_LEN} bytes, this one {found}")
            }
            Self::Truncated => f.write_str("the verifying key ends too early"),
            Self::Trailing { found } => write!(f, "{found} bytes follow the verifying key"),
            Self::Version { found } => {
                write!(f, "the verifying key's format version {found} is not known")
            }
            Self::Tag { found, offset } => {
                write!(f, "the verifying key has an unknown tag {found} at byte {offset}")
            }
            Self::Scalar { offset } => {
                write!(
                    f,
                    "the verifying key's scalar at byte {offset} is not its canonical encoding"
                )
            }
            Self::K { found } => {
                write!(f, "the verifying key's k is {found}, outside {MIN_K}..={MAX_K}")
            }
            Self::TooMany { dimension, found, max } => {
                write!(f, "the verifying key exceeds a bound: {dimension}: {found}, at most {max}")
            }
            Self::Column { column, columns } => {
                write!(f, "the verifying key reads {column}, of which there are {columns}")
            }
            Self::ColumnTwice { column } => write!(f, "the verifying key names {column} twice"),
            Self::NotQueried { column } => {
                write!(f, "no query reads {column} of the permutation in the current row")
            }
            Self::NotPermuted { column } => {
                write!(f, "{column} holds constants, but is not in the permutation")
            }
            Self::Query { kind, index, queries } => {
                write!(f, "an expression reads {kind} query {index}, of which there are {queries}")
            }
            Self::QueryTwice { kind, index } => {
                write!(f, "{kind} query {index} repeats one before it")
            }
            Self::Rotation { kind, index, rotation } => {
                write!(f, "{kind} query {index} has rotation {rotation}, which is out of range")
            }
            Self::LookupShape { index } => {
                write!(f, "lookup {index} has no inputs, or not as many tables as inputs")
            }
            Self::Rows { blinding } => {
                write!(f, "the rows do not hold {blinding} blinding rows and three more")
            }
            Self::Commitments { found, expected } => {
                write!(f, "the verifying key has {found} commitments where {expected} are due")
            }
            Self::Point { element, fault } => write!(f, "the verifying key's {element} {fault}"),
        }
    }
}

impl fmt::Display for ProofFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the proof ends too early"),
            Self::Trailing => f.write_str("bytes follow the proof"),
            Self::Point(fault) => write!(f, "a point {fault}"),
            Self::Scalar => f.write_str("a scalar is not below the modulus"),
        }
    }
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}", self.fault, self.offset)
    }
}

impl fmt::Display for InstanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { found, expected } => {
                write!(f, "{found} instance columns where the key has {expected}")
            }
            Self::Rows { column, found, expected } => {
                write!(
                    f,
                    "{found} public inputs in instance column {column} where the key has {expected}"
                )
            }
            Self::Value { column, row } => {
                write!(
                    f,
                    "public input {row} of instance column {column} is not below the scalar field's modulus"
                )
            }
        }
    }
}

impl fmt::Display for GeneratorsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { chunk } => {
                write!(f, "chunk {chunk} of the generators is missing: upload it")
            }
            Self::MissingLagrange { k } => {
                write!(f, "the Lagrange generators for k = {k} are missing: upload them")
            }
            Self::Length { chunk: Some(chunk), found, expected } => {
                write!(f, "chunk {chunk} of the generators has {found} bytes instead of {expected}")
            }
            Self::Length { chunk: None, found, expected } => {
                write!(f, "the Lagrange generators have {found} bytes instead of {expected}")
            }
        }
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proof { index, error } => write!(f, "proof {index}: {error}"),
            Self::Rejected => {
                f.write_str("the proof does not hold for this statement under this key")
            }
            Self::Instance { index, error } => write!(f, "proof {index}: {error}"),
            Self::Batch { found } => {
                write!(f, "a batch has 1 to {MAX_BATCH} proofs, this one {found}")
            }
            Self::Key(error) => error.fmt(f),
            Self::Generators(error) => error.fmt(f),
            Self::Backend => f.write_str(
                "the curve arithmetic failed on valid points: host and runtime do not fit",
            ),
        }
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found } => {
                write!(f, "a key's pinned text has at most {MAX_TEXT_LEN} bytes, this one {found}")
            }
            Self::Expected { what, offset } => {
                write!(f, "the pinned text lacks {what} at byte {offset}")
            }
            Self::Value { offset } => {
                write!(f, "the pinned text's value at byte {offset} is out of range")
            }
            Self::Selector { offset } => {
                write!(
                    f,
                    "the pinned text has a virtual selector at byte {offset}: compress selectors first"
                )
            }
            Self::Key(error) => error.fmt(f),
            Self::Inconsistent => f.write_str("the pinned text contradicts itself"),
        }
    }
}

impl core::error::Error for KeyError {}
impl core::error::Error for ProofError {}
impl core::error::Error for InstanceError {}
impl core::error::Error for GeneratorsError {}
impl core::error::Error for VerifyError {}
impl core::error::Error for TextError {}
