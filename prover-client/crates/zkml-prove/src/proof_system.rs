//! The interface that every proof system implements, and what the callers may rely on.
//!
//! ```text
//! model ──compile──▶ Circuit ──setup──▶ Keys ──prove(opening, context)──▶ ProofWithStatement
//!                                        └────verify(proof)──▶ Ok or VerifyError
//! ```
//!
//! The relation is the same in all systems: the public inputs are the commitment to the input, the
//! packed output and the context, in this order, each a canonical little-endian element of
//! [`ProofSystem::Field`]. A system differs from another in its field, its constraints and its
//! trust assumption alone.

use core::fmt::Debug;
use std::{error::Error, sync::Arc};

use zkml_model::{graph::QuantizedModel, output::Answer};

use crate::{
    commitment::CommitmentField,
    error::{CircuitError, VerifyError},
    opening::Opening,
    progress::ProgressFn,
};

/// Number of public inputs of a statement: input commitment, output, context.
pub const PUBLIC_INPUTS: usize = 3;

/// A proof with its statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofWithStatement<P> {
    /// The proof in the chain's encoding.
    pub proof: P,
    /// Input commitment, output, context: canonical little-endian field elements.
    pub public_inputs: [[u8; 32]; PUBLIC_INPUTS],
    /// The answer that is proved.
    pub answer: Answer,
}

/// A proof system.
///
/// # Soundness
/// Implementations answer for their relation: a proof that [`ProofSystem::verify`] accepts shows
/// that the prover knows an opening of the input commitment for which the model's answer is the
/// output. `prove` verifies each finished proof.
pub trait ProofSystem: Copy + Eq + Debug + 'static {
    /// Name in files: proof system and curve, such as `groth16-bls12-381`.
    const NAME: &'static str;
    /// Version byte of this system's openings. No two systems share one.
    const OPENING_VERSION: u8;
    /// Domain that separates the randomness of blinders.
    const BLINDER_PURPOSE: &'static str;

    /// The field of public inputs and of the input commitment.
    type Field: CommitmentField;
    /// A model's circuit.
    type Circuit: Clone + Debug;
    /// A circuit with the keys to prove with.
    type Keys;
    /// A proof in the chain's encoding.
    type Proof: AsRef<[u8]> + Clone + Debug + Eq;
    /// Errors of the setup.
    type SetupError: Error + Send + Sync + 'static;
    /// Errors of the prover.
    type ProveError: Error + Send + Sync + 'static;

    /// Returns the circuit of a model.
    ///
    /// # Errors
    /// The model is not valid, a value can get too wide, or the circuit would be too large.
    fn compile(model: Arc<QuantizedModel>) -> Result<Self::Circuit, CircuitError>;

    /// Makes keys for a circuit.
    ///
    /// # Errors
    /// No randomness, or a circuit out of the system's bounds.
    fn setup(circuit: &Self::Circuit, progress: ProgressFn)
    -> Result<Self::Keys, Self::SetupError>;

    /// Proves the model's answer to an opened input, for a context: the statement's third public
    /// input. The finished proof is verified.
    ///
    /// # Errors
    /// The opening is not of the model's input, the context is not canonical, no randomness, or
    /// corrupt keys.
    fn prove(
        keys: &Self::Keys,
        opening: &Opening<Self>,
        context: &[u8; 32],
        progress: ProgressFn,
    ) -> Result<ProofWithStatement<Self::Proof>, Self::ProveError>;

    /// Verifies a proof of a statement.
    ///
    /// # Errors
    /// [`VerifyError`] for a proof that is not one of this statement.
    fn verify(
        keys: &Self::Keys,
        proof: &Self::Proof,
        public_inputs: &[[u8; 32]; PUBLIC_INPUTS],
    ) -> Result<(), VerifyError>;
}
