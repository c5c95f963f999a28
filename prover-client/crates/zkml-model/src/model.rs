//! A valid model as a type: [`Model`] is a graph that passed every check, with what the checks
//! computed.
//!
//! [`QuantizedModel`] is the builder: its fields are public and any value of it can be written. A
//! [`Model`] can only be made by [`Model::new`] and [`Model::decode`], and cannot be changed
//! afterwards, so a function that takes one neither validates nor analyses it again.
//!
//! | step | refuses | bound on its work |
//! |---|---|---|
//! | [`QuantizedModel::validate`] | shapes, lengths, operands, total work | one pass over nodes |
//! | [`intervals`] | values that can reach 2^61 | two inferences |
//! | [`OutputKind::of`] | answers that do not fit into 30 bytes | the last node |
//!
//! The steps run in this order, so a later step relies on the earlier ones.

use crate::{
    file::{self, FileError},
    graph::{InputSpec, Node, QuantizedModel},
    infer::{self, InferError, Trace},
    intervals::{self, Interval, IntervalError},
    output::{OutputError, OutputKind},
};

/// A valid model, with its ranges, the kind of its answers and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    graph: QuantizedModel,
    ranges: Vec<Vec<Interval>>,
    output: OutputKind,
    hash: [u8; 32],
}

/// The reason why the bytes of a file are not a [`Model`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The file is not the file of a valid graph.
    #[error(transparent)]
    File(#[from] FileError),
    /// The values of the graph have no bounds, or its answer does not fit.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl Model {
    /// Checks `graph` and computes its ranges, the kind of its answers and its hash.
    ///
    /// # Errors
    /// [`OutputError`]: the first fault, in the order of the table above.
    ///
    /// # Complexity
    /// Two inferences, and one hash of the model's file.
    pub fn new(graph: QuantizedModel) -> Result<Self, OutputError> {
        graph.validate().map_err(IntervalError::from)?;
        let hash = |graph: &QuantizedModel| file::hash(&file::encode(graph));
        Self::of_valid(graph, hash)
    }

    /// Decodes a model's file.
    ///
    /// # Errors
    /// [`DecodeError`]: the bytes are not the file of a valid model.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        // Decoding validates the graph, and accepts no two files of one model.
        let graph = file::decode(bytes)?;
        Ok(Self::of_valid(graph, |_| file::hash(bytes))?)
    }

    fn of_valid(
        graph: QuantizedModel,
        hash: impl FnOnce(&QuantizedModel) -> [u8; 32],
    ) -> Result<Self, OutputError> {
        let ranges = intervals::of_valid(&graph)?;
        let output = OutputKind::of(&graph, ranges.last().map_or(&[], Vec::as_slice))?;
        let hash = hash(&graph);
        Ok(Self { graph, ranges, output, hash })
    }

    /// The model's input.
    pub fn input(&self) -> &InputSpec {
        &self.graph.input
    }

    /// The operations in topological order.
    pub fn nodes(&self) -> &[Node] {
        &self.graph.nodes
    }

    /// The interval of each value of each node's result, in the order of [`Self::nodes`].
    pub fn ranges(&self) -> &[Vec<Interval>] {
        &self.ranges
    }

    /// The kind of the model's answers.
    pub fn output(&self) -> OutputKind {
        self.output
    }

    /// The hash of the model's file.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The number of operations of one inference; see [`QuantizedModel::operations`].
    pub fn operations(&self) -> u64 {
        self.graph.operations()
    }

    /// The graph, for reading.
    pub fn graph(&self) -> &QuantizedModel {
        &self.graph
    }

    /// Gives the graph up, to change it. A changed graph is a model again after [`Self::new`].
    pub fn into_graph(self) -> QuantizedModel {
        self.graph
    }

    /// Encodes the model's file.
    pub fn encode(&self) -> Vec<u8> {
        file::encode(&self.graph)
    }

    /// Runs the model on `input`, row-major by the input's shape.
    ///
    /// # Errors
    /// [`InferError::InputCount`] and [`InferError::InputRange`]: the input does not fit the model.
    pub fn run(&self, input: &[i32]) -> Result<Trace, InferError> {
        infer::run_valid(&self.graph, input)
    }
}

impl TryFrom<QuantizedModel> for Model {
    type Error = OutputError;

    fn try_from(graph: QuantizedModel) -> Result<Self, OutputError> {
        Self::new(graph)
    }
}

#[cfg(test)]
mod tests;
