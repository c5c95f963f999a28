//! Halo2 as a [`ProofSystem`].

use std::sync::Arc;

use halo2_proofs::pasta::Fp;
use zkml_model::graph::QuantizedModel;

use super::{
    Keys, ModelCircuit, Opening, ProofWithStatement, ProveError, SetupError, prove, setup,
    verify::verify,
};
use crate::{
    error::{CircuitError, VerifyError},
    progress::ProgressFn,
    proof_system::{PUBLIC_INPUTS, ProofSystem},
};

/// Halo2 over Pasta with the inner-product argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halo2 {}

impl ProofSystem for Halo2 {
    const NAME: &'static str = "halo2-ipa-pasta";
    const OPENING_VERSION: u8 = 2;
    const BLINDER_PURPOSE: &'static str = "blinder of an input, Pallas";

    type Field = Fp;
    type Circuit = ModelCircuit;
    type Keys = Keys;
    type Proof = Vec<u8>;
    type SetupError = SetupError;
    type ProveError = ProveError;

    fn compile(model: Arc<QuantizedModel>) -> Result<ModelCircuit, CircuitError> {
        ModelCircuit::new(model)
    }

    fn setup(circuit: &ModelCircuit, progress: ProgressFn) -> Result<Keys, SetupError> {
        setup(circuit, progress)
    }

    fn prove(
        keys: &Keys,
        opening: &Opening,
        context: &[u8; 32],
        progress: ProgressFn,
    ) -> Result<ProofWithStatement, ProveError> {
        prove(keys, opening, context, progress)
    }

    fn verify(
        keys: &Keys,
        proof: &Vec<u8>,
        public_inputs: &[[u8; 32]; PUBLIC_INPUTS],
    ) -> Result<(), VerifyError> {
        verify(keys, proof, public_inputs)
    }
}
