//! Keys of the statement of three public inputs, small enough that a verification's cost is known
//! beforehand.
//!
//! A call with a proof is charged for by k and by the proof's length, before the key is read. So
//! whatever else decides what a verification costs is bounded here, once, when a key is registered:
//!
//! | what grows | bounded by |
//! |---|---|
//! | points and scalars that are read, columns, queries, lookups, products, pieces of the quotient | the proof's length: reading stops where it ends |
//! | the multiplication of 2^k points | k |
//! | expressions that are evaluated | [`MAX_NODES`] |
//! | points at which one commitment is opened, whose square multi-opening costs | [`MAX_ROTATION`] |
//! | bytes of the key that are decoded | the key's own length, where it is stored |

use core::fmt;

use ff::PrimeField;
use pasta_curves::Fp;

use super::{
    error::KeyError,
    expression::{Expression, Node},
    key::VerifyingKey,
    layout::{ColumnKind, Description, Layout},
};

/// Rows of the one instance column: input commitment, output, context.
pub const ROWS: u16 = 3;
/// Most nodes of all expressions together.
pub const MAX_NODES: usize = 4_096;
/// Furthest rotation, in rows.
pub const MAX_ROTATION: i32 = 7;
/// Longest proof, in bytes.
pub const MAX_PROOF_LEN: usize = 8_192;

/// The reason why a verifying key is not one for the statement, or costs too much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatementError {
    /// No key at all.
    Key(KeyError),
    /// Not one instance column with [`ROWS`] rows.
    PublicInputs,
    /// No constraint ties the instance column to an advice column, so that a proof says nothing
    /// about its public inputs.
    UnreadPublicInputs,
    /// k is above the limit.
    K {
        /// The key's.
        found: u8,
        /// The limit.
        max: u8,
    },
    /// More than [`MAX_NODES`].
    Nodes {
        /// The number.
        found: usize,
    },
    /// Further than [`MAX_ROTATION`].
    Rotation {
        /// The distance.
        found: i32,
    },
    /// A proof has at least this number of bytes, more than [`MAX_PROOF_LEN`].
    ProofLength {
        /// The number.
        found: usize,
    },
}

/// Returns `true` if `bytes`, little-endian, are below the modulus of the scalar field: the one
/// encoding of a public input.
pub fn is_canonical(bytes: &[u8; 32]) -> bool {
    Fp::from_repr(*bytes).is_some().into()
}

impl From<KeyError> for StatementError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// A key for the statement, within the bounds, and with at most 2^`max_k` rows.
///
/// # Errors
/// [`StatementError::Key`] when the bytes are no key; otherwise the first bound that it exceeds,
/// before any commitment is decoded.
pub fn decode(bytes: &[u8], max_k: u8) -> Result<VerifyingKey, StatementError> {
    VerifyingKey::decode_if(bytes, |layout| check_layout(layout, max_k))
}

/// Checks that a key is one for the statement, within the bounds, and with at most 2^`max_k` rows.
///
/// # Errors
/// The first bound that it exceeds.
pub fn check(key: &VerifyingKey, max_k: u8) -> Result<(), StatementError> {
    check_layout(key.layout(), max_k)
}

/// As [`check`], of a layout alone: no other part of a key matters to it.
///
/// # Errors
/// The first bound that it exceeds.
pub fn check_layout(checked: &Layout<Fp>, max_k: u8) -> Result<(), StatementError> {
    let layout = checked.description();
    if layout.instance_rows != [ROWS] {
        return Err(StatementError::PublicInputs);
    }
    if !reads_public_inputs(layout) {
        return Err(StatementError::UnreadPublicInputs);
    }
    if layout.k > max_k {
        return Err(StatementError::K { found: layout.k, max: max_k });
    }
    let of_lookups =
        layout.lookups.iter().flat_map(|lookup| lookup.inputs.iter().chain(&lookup.tables));
    let found =
        layout.gates.iter().chain(of_lookups).map(|expression| expression.nodes().len()).sum();
    if found > MAX_NODES {
        return Err(StatementError::Nodes { found });
    }
    let queries = layout.advice_queries.iter().chain(&layout.instance_queries);
    let found = queries.map(|query| query.rotation.saturating_abs()).max().unwrap_or(0);
    if found > MAX_ROTATION {
        return Err(StatementError::Rotation { found });
    }
    let found = least_proof_len(checked);
    if found > MAX_PROOF_LEN { Err(StatementError::ProofLength { found }) } else { Ok(()) }
}

/// Returns `true` if some constraint holds cells of the instance column and of an advice column:
/// the permutation, a gate or a lookup.
///
/// This refuses circuits whose author forgot to bind the public inputs. It cannot show that all
/// three rows are bound, nor that the constraint means anything: which cells a permutation copies,
/// and in which rows a selector turns a gate on, is hidden in commitments that a verifier cannot
/// open. Whoever pays for answers under a key has to know its circuit; for the circuits of this
/// project, a key is made again from the published model and compared.
fn reads_public_inputs(layout: &Description<Fp>) -> bool {
    let permuted = |kind| layout.permutation.iter().any(|column| column.kind == kind);
    let copied = permuted(ColumnKind::Instance) && permuted(ColumnKind::Advice);
    let in_gate = layout.gates.iter().any(|gate| ties(&mut gate.nodes().iter()));
    let looked_up = layout.lookups.iter().any(|lookup| {
        ties(&mut lookup.inputs.iter().chain(&lookup.tables).flat_map(Expression::nodes))
    });
    copied || in_gate || looked_up
}

/// Returns `true` if both an instance column and an advice column are read.
fn ties(nodes: &mut dyn Iterator<Item = &Node<Fp>>) -> bool {
    let (mut instance, mut advice) = (false, false);
    for node in nodes {
        instance |= matches!(node, Node::Instance(_));
        advice |= matches!(node, Node::Advice(_));
    }
    instance && advice
}

/// The bytes of a proof, without the scalar for each set of points that the multi-opening groups:
/// at least one more.
///
/// | | points | scalars |
/// |---|---|---|
/// | columns | advice | queries |
/// | lookup | 3 | 5 |
/// | permutation | a product for each chunk of columns | a column; 3 for a product, less 1 |
/// | vanishing | 1, and the pieces of the quotient | 1 |
/// | multi-opening | 1 | |
/// | inner product | 1 and 2k | 2 |
pub fn least_proof_len<F>(layout: &Layout<F>) -> usize {
    let parts = layout.description();
    let products = parts.permutation.len().div_ceil(layout.permutation_chunk());
    let queries = [&parts.advice_queries, &parts.instance_queries, &parts.fixed_queries];
    [
        usize::from(parts.advice),
        queries.iter().map(|queries| queries.len()).sum(),
        parts.lookups.len().saturating_mul(8),
        parts.permutation.len(),
        products.saturating_mul(4).saturating_sub(1),
        layout.quotient_pieces().saturating_add(2),
        usize::from(parts.k).saturating_mul(2).saturating_add(4),
    ]
    .into_iter()
    .fold(0, usize::saturating_add)
    .saturating_mul(32)
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) => error.fmt(f),
            Self::PublicInputs => {
                write!(f, "a verifying key has one instance column, with {ROWS} rows; this one has others")
            }
            Self::UnreadPublicInputs => f.write_str(
                "no constraint of the verifying key ties the public inputs to the witness: a proof would hold for any \
                 commitment, output and context; copy each public input from an advice cell",
            ),
            Self::K { found, max } => {
                write!(f, "the verifying key's k is {found}; at most {max} is allowed: use a smaller model")
            }
            Self::Nodes { found } => {
                write!(
                    f,
                    "the verifying key's expressions have {found} nodes; at most {MAX_NODES} are allowed"
                )
            }
            Self::Rotation { found } => {
                write!(f, "the verifying key reads {found} rows away; at most {MAX_ROTATION} is allowed")
            }
            Self::ProofLength { found } => {
                write!(
                    f,
                    "proofs under the key have {found} bytes or more; at most {MAX_PROOF_LEN} are allowed"
                )
            }
        }
    }
}

impl core::error::Error for StatementError {}
