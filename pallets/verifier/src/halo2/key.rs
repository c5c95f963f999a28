//! The verifying key: a [`Layout`] and the commitments to its fixed columns and permutation
//! polynomials.
//!
//! # Encoding
//! Numbers are little-endian. One key has one encoding: every count is followed by exactly so many
//! items, scalars have no leading zeros, points are canonical, nothing follows.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | format version, 1 |
//! | 1 | k |
//! | 2, 2, 2 | fixed columns, advice columns, selectors |
//! | 1 | instance columns, then for each of them 2 bytes: its rows that hold public inputs |
//! | 2 | advice queries, then for each of them 2 bytes: column, and 1 byte: rotation, signed |
//! | 2 | instance queries, likewise |
//! | 2 | fixed queries, then for each of them 2 bytes: column |
//! | 2 | columns of the permutation, then for each of them 1 byte: 0 fixed, 1 advice, 2 instance, and 2 bytes: index |
//! | 2 | columns of constants, then for each of them 2 bytes: index |
//! | 1 | minimum degree: 0 for none, else the degree plus 1 |
//! | 2 | gate polynomials, then each of them as an expression |
//! | 1 | lookups, then for each of them 1 byte: its width, its inputs, its tables, each an expression |
//! | 32 each | commitments to the fixed columns, compressed |
//! | 32 each | commitments to the permutation polynomials, one for each column of the permutation |
//!
//! An expression is its nodes in prefix order, with no count before it: it ends where no operand is
//! missing.
//!
//! | tag | node | then |
//! |---|---|---|
//! | 0 | constant | a scalar |
//! | 1, 2, 3 | query: fixed, advice, instance | 2 bytes: the query's index |
//! | 4, 5, 6 | negated, sum, product | one, two, two operands |
//! | 7 | scaled | a scalar, one operand |
//!
//! A scalar is 1 byte, its length, at most 32, and as many bytes, the last of which is not 0.
//!
//! # What is not in it
//! The transcript's digest is computed from all this ([`pinned`]), never read. The rows of the
//! instance columns are not part of that digest, since halo2_proofs does not know them; the key's
//! hash covers them.

mod decode;
mod encode;

use alloc::vec::Vec;

use pasta_curves::Fp;

use super::{error::KeyError, layout::Layout, pinned, point::Point};

/// The format version of the encoding.
const VERSION: u8 = 1;

/// The k in a key's encoding; none when it is shorter. Whether the rest is a key is for
/// [`VerifyingKey::decode`] to say.
pub fn encoded_k(bytes: &[u8]) -> Option<u8> {
    bytes.get(1).copied()
}

/// A verifying key with valid commitments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyingKey {
    layout: Layout<Fp>,
    fixed: Vec<Point>,
    permutation: Vec<Point>,
}

impl VerifyingKey {
    /// A key from its parts.
    ///
    /// # Errors
    /// [`KeyError::Commitments`] when their numbers are not those of the columns.
    pub fn new(
        layout: Layout<Fp>,
        fixed: Vec<Point>,
        permutation: Vec<Point>,
    ) -> Result<Self, KeyError> {
        let description = layout.description();
        for (found, expected) in [
            (fixed.len(), usize::from(description.fixed)),
            (permutation.len(), description.permutation.len()),
        ] {
            if found != expected {
                return Err(KeyError::Commitments { found, expected });
            }
        }
        Ok(Self { layout, fixed, permutation })
    }

    /// The circuit's layout.
    pub fn layout(&self) -> &Layout<Fp> {
        &self.layout
    }

    /// k: the circuit has 2^k rows.
    pub fn k(&self) -> u8 {
        self.layout.description().k
    }

    /// Commitments to the fixed columns.
    pub fn fixed(&self) -> &[Point] {
        &self.fixed
    }

    /// Commitments to the permutation polynomials.
    pub fn permutation(&self) -> &[Point] {
        &self.permutation
    }
}

/// A key with its digest, ready for verification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreparedVerifyingKey {
    key: VerifyingKey,
    digest: Fp,
}

impl PreparedVerifyingKey {
    /// Computes the digest.
    ///
    /// # Complexity
    /// One Blake2b over the key's text, some 250 bytes for each node, query and commitment.
    pub fn prepare(key: VerifyingKey) -> Self {
        let digest = pinned::digest(&key);
        Self { key, digest }
    }

    /// The key.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The key's representative in transcripts.
    pub fn digest(&self) -> &Fp {
        &self.digest
    }
}
