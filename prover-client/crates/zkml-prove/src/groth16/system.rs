//! Groth16 as a [`ProofSystem`].

use std::sync::Arc;

use bls12_381::Scalar;
use zkml_model::graph::QuantizedModel;

use super::{
    ModelCircuit, Opening, ProofWithStatement, ProveError, ProvingKey, SetupError, keys::PROOF_LEN,
    prove, setup, verify::verify,
};
use crate::{
    error::{CircuitError, VerifyError},
    progress::ProgressFn,
    proof_system::{PUBLIC_INPUTS, ProofSystem},
};

/// Groth16 over BLS12-381.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Groth16 {}

/// A circuit with its proving key.
pub struct Keys {
    circuit: ModelCircuit,
    proving_key: ProvingKey,
}

impl Keys {
    /// Returns the keys of a circuit. [`prove`](super::prove()) refuses a key of another circuit.
    pub fn new(circuit: ModelCircuit, proving_key: ProvingKey) -> Self {
        Self { circuit, proving_key }
    }

    /// The circuit.
    pub fn circuit(&self) -> &ModelCircuit {
        &self.circuit
    }

    /// The proving key.
    pub fn proving_key(&self) -> &ProvingKey {
        &self.proving_key
    }
}

impl ProofSystem for Groth16 {
    const NAME: &'static str = "groth16-bls12-381";
    const OPENING_VERSION: u8 = 1;
    const BLINDER_PURPOSE: &'static str = "blinder of an input, BLS12-381";

    type Field = Scalar;
    type Circuit = ModelCircuit;
    type Keys = Keys;
    type Proof = [u8; PROOF_LEN];
    type SetupError = SetupError;
    type ProveError = ProveError;

    fn compile(model: Arc<QuantizedModel>) -> Result<ModelCircuit, CircuitError> {
        ModelCircuit::new(model)
    }

    fn setup(circuit: &ModelCircuit, progress: ProgressFn) -> Result<Keys, SetupError> {
        Ok(Keys::new(circuit.clone(), setup(circuit, progress)?.key))
    }

    fn prove(
        keys: &Keys,
        opening: &Opening,
        context: &[u8; 32],
        progress: ProgressFn,
    ) -> Result<ProofWithStatement, ProveError> {
        prove(&keys.circuit, &keys.proving_key, opening, context, progress)
    }

    fn verify(
        keys: &Keys,
        proof: &[u8; PROOF_LEN],
        public_inputs: &[[u8; 32]; PUBLIC_INPUTS],
    ) -> Result<(), VerifyError> {
        verify(&keys.proving_key.vk, proof, public_inputs)
    }
}
