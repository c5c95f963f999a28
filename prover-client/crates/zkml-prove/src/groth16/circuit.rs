//! A quantised model as a rank-1 constraint system for the statement, version 1.
//!
//! ```text
//! public:   commitment, output, context
//! private:  values, blinder, and what the gadgets add
//! layers:   Input       every value in its range
//!           Commitment  commitment = Poseidon(tag; blinder, values)
//!           one for each node of the model; an ArgMax ends with output = its result
//!           Output      output = the packed result of the last node, unless that is an ArgMax
//!           Binding     context · context = aux;  digest · 1 · 0 = 0
//! ```
//!
//! The context takes part in the relation only by its own square: whoever proves chooses it, and
//! the proof is then of that context alone (see [`crate::groth16::r1cs`] on malleability). The last
//! row is true for every assignment. It writes a digest of all other rows, weights included, into
//! the constant's polynomial and so into the verifying key, where an audit of an open model finds
//! it.

mod binding;
mod input;
mod nodes;
mod output;
mod wires;

pub(crate) use self::{
    nodes::{Fusion, fusion_of},
    wires::LONGEST_SUM,
};

use std::sync::Arc;

use bellman::{Circuit, ConstraintSystem, SynthesisError};
use bls12_381::Scalar;
use ff::Field;
use zeroize::Zeroize;
use zkml_model::{
    graph::{InputSpec, QuantizedModel},
    output::OutputKind,
};

use super::Opening;
use crate::groth16::{
    linear_combination::LinearCombination,
    r1cs::{Assignment, Matrices, assign_fallible},
    report::Report,
};
use crate::{
    commitment::{canonical, check_values, value_count},
    error::CircuitError,
};

/// A model's circuit: its constraints, synthesised once.
#[derive(Clone, Debug)]
pub struct ModelCircuit {
    model: Arc<QuantizedModel>,
    output: OutputKind,
    matrices: Arc<Matrices>,
    report: Report,
    digest: [u8; 32],
    model_hash: [u8; 32],
}

/// The witness of a proof. The private part is zeroised when dropped.
#[derive(Clone)]
struct Witness {
    values: Vec<i32>,
    blinder: Scalar,
    commitment: Scalar,
    context: Scalar,
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.values.zeroize();
        self.blinder.zeroize();
    }
}

/// A circuit with or without a witness, for any of bellman's constraint systems.
#[derive(Clone)]
pub struct Instance {
    model: Arc<QuantizedModel>,
    output: OutputKind,
    digest: Scalar,
    witness: Option<Witness>,
}

impl ModelCircuit {
    /// The circuit of `model`.
    ///
    /// # Errors
    /// The model is not valid, a value can get too wide, or what it ends with does not fit into an
    /// answer.
    pub fn new(model: Arc<QuantizedModel>) -> Result<Self, CircuitError> {
        model.validate()?;
        let output = model.output_kind()?;
        let model_hash = zkml_model::file::hash(&zkml_model::file::encode(&model));
        let unbound = Instance { model: model.clone(), output, digest: Scalar::ONE, witness: None };
        let mut matrices = Matrices::of_fallible(|cs| unbound.build(cs, None))?;
        let digest = binding::digest(&matrices);
        matrices.scale_left(matrices.constraints - 1, binding::coefficient(&digest));
        let report = Report::of(&matrices);
        Ok(Self { model, output, matrices: Arc::new(matrices), report, digest, model_hash })
    }

    /// The model.
    pub fn model(&self) -> &Arc<QuantizedModel> {
        &self.model
    }

    /// The model's answer.
    pub fn output(&self) -> OutputKind {
        self.output
    }

    /// Blake2b-256 of the model's file.
    pub fn model_hash(&self) -> &[u8; 32] {
        &self.model_hash
    }

    /// The model's input.
    pub fn input(&self) -> &InputSpec {
        &self.model.input
    }

    /// Constraints by layer.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The constraints.
    pub fn matrices(&self) -> &Matrices {
        &self.matrices
    }

    /// Blake2b-256 of the constraints, weights included: two models with one digest have the same
    /// relation.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// This circuit's constraints under the digest of `other`, as a dishonest setup would make
    /// them.
    #[cfg(test)]
    pub(crate) fn posing_as(&self, other: &ModelCircuit) -> Self {
        let mut matrices = (*self.matrices).clone();
        let own =
            Option::<Scalar>::from(binding::coefficient(&self.digest).invert()).unwrap_or_default();
        matrices.scale_left(matrices.constraints - 1, own * binding::coefficient(&other.digest));
        Self { matrices: Arc::new(matrices), digest: other.digest, ..self.clone() }
    }

    /// The circuit without a witness, for a setup.
    pub fn instance(&self) -> Instance {
        let digest = binding::coefficient(&self.digest);
        Instance { model: self.model.clone(), output: self.output, digest, witness: None }
    }

    /// The circuit with a witness. `context` is the statement's third public input, 32
    /// little-endian bytes.
    ///
    /// # Errors
    /// The opening is of another kind of input, or the context is not below the field's modulus.
    pub fn with_witness(
        &self,
        opening: &Opening,
        context: &[u8; 32],
    ) -> Result<Instance, CircuitError> {
        if opening.input() != self.input() {
            return Err(CircuitError::OtherInput);
        }
        check_values(self.input(), opening.values())?;
        let witness = Witness {
            values: opening.values().to_vec(),
            blinder: *opening.blinder(),
            commitment: canonical("input commitment", &opening.commitment())?,
            context: canonical("context", context)?,
        };
        Ok(Instance { witness: Some(witness), ..self.instance() })
    }

    /// Values of all variables for an input and a context.
    ///
    /// # Errors
    /// As [`ModelCircuit::with_witness`].
    pub fn assign(
        &self,
        opening: &Opening,
        context: &[u8; 32],
    ) -> Result<Assignment, CircuitError> {
        let instance = self.with_witness(opening, context)?;
        let private = self.matrices.shape.private;
        assign_fallible(private, |cs| instance.build(cs, None)).map(|(assignment, ())| assignment)
    }
}

impl Instance {
    /// Writes the circuit into `cs`, and the values of each node's result into `trace` where there
    /// is a witness.
    pub(crate) fn build<CS: ConstraintSystem<Scalar>>(
        &self,
        cs: &mut CS,
        trace: Option<&mut nodes::Trace>,
    ) -> Result<(), CircuitError> {
        let count = value_count(&self.model.input)?;
        let witness = self.witness.as_ref();
        let missing = || SynthesisError::AssignmentMissing;
        let commitment =
            cs.alloc_input(|| "commitment", || Ok(witness.ok_or_else(missing)?.commitment))?;
        let values = witness.map(|w| w.values.as_slice());
        let wires = input::values(cs, &self.model.input, count, values)?;
        let blinder = witness.map(|w| w.blinder);
        input::commitment(
            cs,
            &self.model.input,
            &wires,
            blinder,
            &LinearCombination::variable(commitment),
        )?;
        nodes::synthesize(cs, &self.model, &self.output, wires, trace)?;
        Ok(binding::synthesize(cs, witness.map(|w| w.context), self.digest)?)
    }
}

impl Circuit<Scalar> for Instance {
    fn synthesize<CS: ConstraintSystem<Scalar>>(self, cs: &mut CS) -> Result<(), SynthesisError> {
        // `ModelCircuit::new` has built the same constraints once, so only the constraint system
        // can fail here.
        self.build(cs, None).map_err(|error| match error {
            CircuitError::Synthesis(error) => error,
            other => SynthesisError::IoError(std::io::Error::other(other)),
        })
    }
}

impl Circuit<Scalar> for ModelCircuit {
    fn synthesize<CS: ConstraintSystem<Scalar>>(self, cs: &mut CS) -> Result<(), SynthesisError> {
        self.instance().synthesize(cs)
    }
}

#[cfg(test)]
mod tests;
