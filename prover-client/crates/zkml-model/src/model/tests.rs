use proptest::prelude::*;

use super::*;
use crate::{
    ModelError,
    graph::{Gemm, Operand, Operation},
    random,
};

/// A fully connected layer of `outputs` sums of one value, each with `weight`.
fn layer(outputs: usize, weight: i8, bits: u8) -> QuantizedModel {
    let gemm = Gemm { outputs, inputs: 1, weights: vec![weight; outputs], bias: vec![0; outputs] };
    let node = Node {
        name: "layer".into(),
        op: Operation::Gemm(gemm),
        inputs: vec![Operand::Input],
        shape: vec![outputs],
    };
    QuantizedModel { input: InputSpec { shape: vec![1], min: 0, bits }, nodes: vec![node] }
}

/// `graph` with `count` nodes behind it that each multiply by 127.
fn multiplied(mut graph: QuantizedModel, count: usize) -> QuantizedModel {
    for _ in 0..count {
        let mut node = layer(1, 127, 8).nodes.remove(0);
        node.inputs = vec![Operand::Node(graph.nodes.len() - 1)];
        graph.nodes.push(node);
    }
    graph
}

#[test]
fn a_graph_with_a_wrong_shape_is_not_a_model() {
    let mut graph = layer(2, 1, 8);
    graph.nodes[0].shape = vec![3];
    let expected = graph.validate().expect_err("the shape is wrong");
    assert!(matches!(expected, ModelError::Node { node: 0, .. }), "{expected}");
    let wrapped = OutputError::Intervals(IntervalError::Model(expected.clone()));
    assert_eq!(Model::new(graph.clone()), Err(wrapped));
    // The same fault is found in a file before anything is analysed.
    let error = Model::decode(&file::encode(&graph));
    assert_eq!(error, Err(DecodeError::File(FileError::Model(expected))));
}

#[test]
fn a_graph_whose_values_reach_the_limit_is_not_a_model() {
    let graph = multiplied(layer(1, 127, 8), 8);
    graph.validate().expect("the shapes fit");
    let expected = intervals::analyse(&graph).expect_err("2^8 times 127^9 is above 2^61");
    assert!(matches!(expected, IntervalError::TooWide { .. }), "{expected}");
    let expected = OutputError::Intervals(expected);
    assert_eq!(Model::new(graph.clone()), Err(expected.clone()));
    assert_eq!(Model::decode(&file::encode(&graph)), Err(DecodeError::Output(expected)));
}

#[test]
fn a_graph_whose_answer_does_not_fit_is_not_a_model() {
    let many = layer(31, 1, 8);
    assert_eq!(Model::new(many.clone()), Err(OutputError::TooMany { count: 31 }));
    let error = Model::decode(&file::encode(&many));
    assert_eq!(error, Err(DecodeError::Output(OutputError::TooMany { count: 31 })));
    let wide = Model::new(multiplied(layer(1, 127, 8), 5));
    assert!(matches!(wide, Err(OutputError::TooWide { count: 1, .. })), "{wide:?}");
}

#[test]
fn a_fault_of_shapes_is_named_before_one_of_ranges_and_answers() {
    let mut graph = multiplied(layer(1, 127, 8), 8);
    graph.nodes[8].shape = vec![40];
    let error = Model::new(graph);
    assert!(
        matches!(
            error,
            Err(OutputError::Intervals(IntervalError::Model(ModelError::Node { node: 8, .. })))
        ),
        "{error:?}"
    );
}

#[test]
fn a_file_with_a_byte_behind_it_is_not_a_model() {
    let mut bytes = Model::new(layer(2, 3, 8)).expect("valid").encode();
    bytes.push(0);
    let error = Model::decode(&bytes);
    assert!(matches!(error, Err(DecodeError::File(FileError::Trailing { count: 1, .. }))));
}

proptest! {
    /// A model holds what the functions over graphs compute, and its file gives it again.
    #[test]
    fn a_model_holds_what_its_graph_gives(seed: u64) {
        let graph = random::outputs(seed);
        let model = Model::new(graph.clone()).expect("random models are valid");
        prop_assert_eq!(model.ranges(), &intervals::analyse(&graph).expect("valid")[..]);
        prop_assert_eq!(model.output(), graph.output_kind().expect("valid"));
        prop_assert_eq!(model.operations(), graph.operations());
        prop_assert_eq!((model.input(), model.nodes()), (&graph.input, &graph.nodes[..]));
        let bytes = model.encode();
        prop_assert_eq!(&bytes, &file::encode(&graph));
        prop_assert_eq!(model.hash(), file::hash(&bytes));
        prop_assert_eq!(Model::decode(&bytes), Ok(model.clone()));

        let input = random::input(&graph, seed);
        let trace = model.run(&input).expect("the input fits");
        prop_assert_eq!(infer::run(&graph, &input), Ok(trace.clone()));
        let within = |(ranges, values): (&Vec<Interval>, &Vec<i64>)| {
            ranges.len() == values.len()
                && ranges.iter().zip(values).all(|(range, value)| range.contains(*value))
        };
        prop_assert!(model.ranges().iter().zip(&trace.tensors).all(within));
        prop_assert!(model.run(&input[1..]).is_err());
        prop_assert_eq!(model.into_graph(), graph);
    }
}
