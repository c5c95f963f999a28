//! Errors while a circuit is built, and of verification.

use bellman::SynthesisError;

/// The reason why a model has no circuit, or an input no witness.
#[derive(Debug, thiserror::Error)]
pub enum CircuitError {
    /// The model's output does not fit into an answer.
    #[error(transparent)]
    Output(Box<zkml_model::output::OutputError>),
    /// A value of the answer could reach its neighbour's bytes.
    #[error(
        "value {lane} of the answer goes from {lo} to {hi}, beyond its {bytes} bytes or those of all; import the model again"
    )]
    Lane {
        /// Index of the value.
        lane: u64,
        /// Smallest value.
        lo: i64,
        /// Greatest value.
        hi: i64,
        /// Bytes of its lane.
        bytes: u64,
    },
    /// The model is not valid.
    #[error(transparent)]
    Model(#[from] zkml_model::ModelError),
    /// A value of the model has no bounds.
    #[error(transparent)]
    Intervals(#[from] zkml_model::intervals::IntervalError),
    /// The input's specification is out of bounds.
    #[error("the model's input: {what}; import the model again")]
    MalformedInput {
        /// The part that does not fit.
        what: String,
    },
    /// A value can leave the range in which circuit and integers agree.
    #[error(
        "node {node} (`{name}`): a value can reach {magnitude}, beyond 2^61; use smaller weights or requantise earlier"
    )]
    TooWide {
        /// Index of the node.
        node: usize,
        /// ONNX name of the node.
        name: String,
        /// The bound that was reached.
        magnitude: i128,
    },
    /// The input has another number of values than the model takes.
    #[error(
        "the input has {got} values, the model takes {expected}; prepare it with the model's manifest"
    )]
    InputCount {
        /// Values the model takes.
        expected: usize,
        /// Values given.
        got: usize,
    },
    /// A value of the input is out of range.
    #[error(
        "input value {index} is {value}, outside {min} ..= {max}; prepare it with the model's manifest"
    )]
    InputRange {
        /// Index of the value.
        index: usize,
        /// The value.
        value: i32,
        /// Smallest value allowed.
        min: i64,
        /// Greatest value allowed.
        max: i64,
    },
    /// The model needs more rows than the largest circuit has.
    #[error(
        "the model needs {needed} rows or more and the largest circuit has {most}; use a smaller model, or Groth16"
    )]
    TooManyRows {
        /// Rows that it needs at least.
        needed: usize,
        /// Rows of the largest circuit.
        most: usize,
    },
    /// The model is too much work for the search of a layout.
    #[error(
        "one inference of the model takes {operations} operations, and a circuit of Halo2 is laid out for at most {most}; use a smaller model, or Groth16"
    )]
    TooMuchWork {
        /// Its operations.
        operations: u64,
        /// The bound.
        most: u64,
    },
    /// The blinder, commitment or context is not below the field's modulus.
    #[error(
        "the {what} is not a canonical field element; it must be 32 little-endian bytes below the modulus of the proof system's scalar field"
    )]
    NotCanonical {
        /// The name of the element.
        what: &'static str,
    },
    /// The opening was made for another kind of input.
    #[error(
        "the opening is of another shape or range than the model's input; prepare it with the model's manifest"
    )]
    OtherInput,
    /// The operating system's generator of random numbers failed.
    #[error(
        "no randomness from the operating system: {0}; try again when the system's generator is ready"
    )]
    Random(rand_core::Error),
    /// The constraint system refused.
    #[error("constraint synthesis failed: {0}")]
    Synthesis(#[from] SynthesisError),
}

/// Reason why a proof does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A public input is not below the field's modulus.
    #[error("public input {index} is not a canonical field element")]
    PublicInput {
        /// Its index: 0 the input commitment, 1 the output, 2 the context.
        index: usize,
    },
    /// The bytes are not the encoding of a proof under this key.
    #[error("the bytes are not the encoding of a proof under this key")]
    Malformed,
    /// The proof is not one of this statement under this key.
    #[error("the proof does not hold for this statement under this key")]
    NotValid,
}

impl From<zkml_model::output::OutputError> for CircuitError {
    fn from(error: zkml_model::output::OutputError) -> Self {
        // Boxed, for it is rare and large.
        Self::Output(Box::new(error))
    }
}
