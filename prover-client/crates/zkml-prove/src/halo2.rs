//! Halo2 over Pasta with the inner-product argument: the same statement without a trusted setup.
//!
//! The relation is that of [`crate::groth16::circuit`], bit for bit: public inputs are the input
//! commitment, the output and the context, in three rows of one instance column, each equal to a
//! cell of the circuit. The commitment is over another field ([`crate::commitment`]) and so
//! differs. Weights stand in fixed columns, which every proof opens at a fresh point: for open
//! models only.
//!
//! # Layout
//!
//! A model becomes a list of rows ([`layout`]): equations, slots and Poseidon's
//! permutation. The columns, for `L` slots and `A` extra cells:
//!
//! ```text
//!          slot 0      slot L-1    extras             sums
//!         ┌─────────┬─┬─────────┬───────────────────┬─────┬────────┐
//! advice  │ y₀   n₀ │…│ y    n  │ x₀    …    x_{A-1}│ acc │ gather │
//!         ├─────────┼─┼─────────┼───────────────────┼─────┴────────┤
//! fixed   │ w₀   w₁ │…│         │           w_{2L+A-1} c  q  b     │  q·(acc + c + Σ w·cell - acc') = 0,  b·acc = 0
//!         │ h₀      │…│ h_{L-1} │                      g           │  g·(gather + Σ h·y - gather') = 0
//!         │         │ │         │                      p           │  p·y·n = 0 in every slot
//!         │         │ │         │                      f           │  (f, f·(y + n)) in the table, for every slot
//!         │ a₀ a₁ a₂  b₀ b₁ b₂ (in the columns w)      s_F  s_P    │  Poseidon: a full round, or two partial ones
//!         ├─────────┴─┴─────────┴───────────────────┬──────────────┘
//! table   │ (0, 0), (bits, bits·v) for v < 2^bits   │   one section for each width that the model needs, and for each set
//!         └─────────────────────────────────────────┘
//! copies  y, x, gather and the instance column are in the permutation argument; n and acc are not
//! ```
//!
//! A prime is the next row's cell. Five things keep it small:
//!
//! - *Lanes.* Outputs that read the same values are lanes of one number, so that one weight serves
//!   them all: the eight filters at three neighbouring positions are one equation of fifteen terms,
//!   ten scores of 5,408 terms one sum ([`compile`]). Range checks keep lanes apart.
//! - *ReLU in one lookup.* `x = y - n`, `y·n = 0` and `y + n` in range make `y = max(x, 0)`; `x`
//!   itself has no cell.
//! - *In place.* A fully connected layer weighs the ReLUs' cells where they stand, in the columns
//!   `h` and `gather`.
//! - *One row kind.* Every linear thing is the same gate, of degree 3; the system's degree is 5, by
//!   the lookups.
//! - *Two rotations.* Only `acc`, `gather` and Poseidon's state are opened at a second point.
//!
//! # Rows
//!
//! The committed MNIST network: `L = 4`, `A = 3`, lookups of up to 8 bits, `k = 11`.
//!
//! | layer | rows |
//! |---|---|
//! | input: 784 values of 4 bits, four to a row, summed up to 13 elements on the way | 199 |
//! | commitment: 7 permutations of 37 rows, 12 absorptions, two constants | 273 |
//! | Conv and ReLU: 5,408 values, four to a row, windows in the extra cells; one row | 1,353 |
//! | Gemm: the sum taken apart, ten scores checked in pieces | 22 |
//! | ArgMax | 43 |
//! | context, and the end of the last equation | 2 |
//! | all, of 2,042 | 1,892 |
//!
//! The table has 467 rows: 1 + 2^8 + 2^7 + … as the widths are. [`plan`] chooses `L`, `A`, the
//! lookups' width and the tile.
//!
//! # Secrets
//!
//! `halo2_proofs` blinds the last six rows of each column, which no gate, lookup or copy of ours
//! reaches. Nothing here runs in constant time.
//!
//! # Modules
//!
//! - [`circuit`]: a model's circuit
//! - [`keys`]: generators and keys
//! - [`prove`](mod@prove): a proof; [`verify`](mod@verify): its check by `halo2_proofs`
//! - [`system`]: the implementation of [`ProofSystem`]
//! - [`commitment`]: the sponge of input commitments
//! - [`plan`]: the cost model
//! - [`compile`]: from a model to a program
//! - [`layout`]: rows, equations and slots
//! - [`columns`]: columns, gates and lookups
//! - [`synthesis`]: a program as a circuit of `halo2_proofs`
//! - [`poseidon`]: the permutation
//! - [`field`]: what the layout needs to know of its field
//! - [`error`], in this module: reasons of failure

pub mod circuit;
pub mod columns;
pub mod commitment;
pub mod compile;
pub mod error;
pub mod field;
pub mod keys;
pub mod layout;
pub mod plan;
pub mod poseidon;
pub mod prove;
pub mod synthesis;
pub mod system;
pub mod verify;

pub use circuit::ModelCircuit;
pub use error::{ProveError, SetupError};
pub use keys::{Generators, Keys, setup, setup_with, verifying_key};
pub use prove::prove;
pub use system::Halo2;
pub use verify::verify;

#[cfg(doc)]
use crate::ProofSystem;

/// A proof with its statement.
pub type ProofWithStatement = crate::ProofWithStatement<Vec<u8>>;
/// An opening for proofs with Halo2.
pub type Opening = crate::Opening<Halo2>;

#[cfg(test)]
mod tests;
