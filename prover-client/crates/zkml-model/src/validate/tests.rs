use proptest::prelude::*;

use super::*;
use crate::{
    graph::{Rescale, Scaling, Window},
    random,
};

/// A 1×4×4 input, a 2×2 convolution to two channels, flattened, three classes.
fn small() -> QuantizedModel {
    let conv = Conv {
        out_channels: 2,
        in_channels: 1,
        group: 1,
        kernel: [2, 2],
        strides: [1, 1],
        pads: [0; 4],
        dilations: [1, 1],
        weights: vec![1; 8],
        bias: vec![0; 2],
    };
    let gemm = Gemm { outputs: 3, inputs: 18, weights: vec![1; 54], bias: vec![0; 3] };
    let node = |name: &str, op, from, shape: &[usize]| Node {
        name: name.into(),
        op,
        inputs: vec![from],
        shape: shape.to_vec(),
    };
    QuantizedModel {
        input: InputSpec { shape: vec![1, 4, 4], min: 0, bits: 4 },
        nodes: vec![
            node("conv", Operation::Conv(conv), Operand::Input, &[2, 3, 3]),
            node("flat", Operation::Reshape, Operand::Node(0), &[18]),
            node("fc", Operation::Gemm(gemm), Operand::Node(1), &[3]),
            node("class", Operation::ArgMax, Operand::Node(2), &[1]),
        ],
    }
}

fn conv(model: &mut QuantizedModel) -> &mut Conv {
    match &mut model.nodes[0].op {
        Operation::Conv(conv) => conv,
        _ => unreachable!("node 0 is the convolution"),
    }
}

/// The fault of the small model after `change`.
fn fault(change: impl FnOnce(&mut QuantizedModel)) -> (usize, Fault) {
    let mut model = small();
    change(&mut model);
    match model.validate() {
        Err(ModelError::Node { node, fault, .. }) => (node, fault),
        other => panic!("expected a node's fault, got {other:?}"),
    }
}

#[test]
fn a_well_formed_model_is_valid() {
    assert_eq!(small().validate(), Ok(()));
    assert!(small().is_classifier());
}

#[test]
fn a_fault_names_node_operation_and_remedy() {
    let mut model = small();
    model.nodes[2].inputs = vec![Operand::Node(2)];
    let message = model.validate().expect_err("reads itself").to_string();
    assert_eq!(
        message,
        "node 2 (`fc`, Gemm) reads node 2, a node may only read nodes before it; import the model again"
    );
}

#[test]
fn an_operand_out_of_order_or_missing_is_refused() {
    assert_eq!(
        fault(|m| m.nodes[1].inputs = vec![Operand::Node(3)]),
        (1, Fault::Order { operand: 3 })
    );
    assert_eq!(fault(|m| m.nodes[1].inputs = vec![Operand::Node(usize::MAX)]).0, 1);
    assert_eq!(fault(|m| m.nodes[1].inputs.clear()), (1, Fault::Operands { expected: 1, got: 0 }));
    assert_eq!(
        fault(|m| m.nodes[1].inputs.push(Operand::Input)),
        (1, Fault::Operands { expected: 1, got: 2 })
    );
}

#[test]
fn wrong_counts_of_weights_and_biases_are_refused() {
    let expect = |what, expected, got| (0, Fault::Count { what, expected, got });
    assert_eq!(fault(|m| conv(m).weights.truncate(7)), expect("weights", 8, 7));
    assert_eq!(fault(|m| conv(m).bias.push(1)), expect("biases", 2, 3));
}

#[test]
fn impossible_convolutions_are_refused() {
    assert!(matches!(fault(|m| conv(m).group = 0), (0, Fault::Size { got: 0, .. })));
    assert!(matches!(fault(|m| conv(m).strides[1] = 0), (0, Fault::Size { got: 0, .. })));
    assert!(matches!(fault(|m| conv(m).dilations[0] = 0), (0, Fault::Size { got: 0, .. })));
    assert!(matches!(fault(|m| conv(m).kernel[0] = usize::MAX), (0, Fault::Size { .. })));
    assert!(matches!(fault(|m| conv(m).pads[3] = usize::MAX), (0, Fault::Size { .. })));
    assert!(matches!(
        fault(|m| conv(m).kernel[1] = 5),
        (0, Fault::Kernel { span: 5, padded: 4, .. })
    ));
    assert!(matches!(fault(|m| conv(m).in_channels = 2), (0, Fault::OperandShape { .. })));
    assert!(matches!(fault(|m| conv(m).out_channels = usize::MAX), (0, Fault::Size { .. })));
}

#[test]
fn wrong_shapes_are_refused() {
    assert!(matches!(fault(|m| m.nodes[0].shape = vec![2, 3, 4]), (0, Fault::ResultShape { .. })));
    assert!(matches!(fault(|m| m.nodes[1].shape = vec![17]), (1, Fault::Reshape { .. })));
    assert!(matches!(fault(|m| m.nodes[1].shape = vec![]), (1, Fault::Shape { .. })));
    assert!(matches!(fault(|m| m.nodes[1].shape = vec![0]), (1, Fault::Shape { .. })));
    assert!(matches!(fault(|m| m.nodes[1].shape = vec![usize::MAX, 2]), (1, Fault::Shape { .. })));
}

#[test]
fn an_arg_max_before_the_end_and_a_shift_out_of_range_are_refused() {
    assert_eq!(fault(|m| m.nodes[1].op = Operation::ArgMax), (1, Fault::EndInside));
    assert_eq!(fault(|m| m.nodes[1].op = Operation::TopK { k: 1 }), (1, Fault::EndInside));
    for shift in [0, 32, 255] {
        let got = fault(|m| m.nodes[1].op = Operation::Requantize { shift });
        assert!(matches!(got, (1, Fault::Size { .. })), "{got:?}");
    }
}

#[test]
fn an_input_out_of_bounds_is_refused() {
    let change = |change: fn(&mut InputSpec)| {
        let mut model = small();
        change(&mut model.input);
        model.validate().expect_err("out of bounds")
    };
    assert_eq!(change(|i| i.bits = 0), ModelError::Input { fault: Fault::Bits { got: 0 } });
    assert_eq!(change(|i| i.bits = 17), ModelError::Input { fault: Fault::Bits { got: 17 } });
    assert!(matches!(
        change(|i| i.min = i32::MAX),
        ModelError::Input { fault: Fault::Range { .. } }
    ));
    assert!(matches!(
        change(|i| i.shape = vec![]),
        ModelError::Input { fault: Fault::Shape { .. } }
    ));
}

#[test]
fn a_model_without_nodes_is_refused() {
    let model = QuantizedModel { nodes: Vec::new(), ..small() };
    assert_eq!(model.validate(), Err(ModelError::NodeCount { got: 0 }));
}

#[test]
fn a_small_file_cannot_ask_for_much_memory() {
    let node = |i: usize| Node {
        name: String::new(),
        op: Operation::Relu,
        inputs: vec![if i == 0 { Operand::Input } else { Operand::Node(i - 1) }],
        shape: vec![MAX_VALUES],
    };
    let input = InputSpec { shape: vec![MAX_VALUES], min: 0, bits: 1 };
    let model = QuantizedModel { input, nodes: (0..MAX_NODES).map(node).collect() };
    assert!(matches!(model.validate(), Err(ModelError::Node { fault: Fault::Total, .. })));
}

/// Poolings of this kernel over a square of this side, so many of them.
fn poolings(kernel: usize, side: usize, count: usize) -> QuantizedModel {
    let window =
        Window { kernel: [kernel; 2], strides: [1; 2], pads: [kernel / 2; 4], dilations: [1; 2] };
    let node = |i: usize| Node {
        name: String::new(),
        op: Operation::MaxPool(window),
        inputs: vec![if i == 0 { Operand::Input } else { Operand::Node(i - 1) }],
        shape: vec![1, side, side],
    };
    let input = InputSpec { shape: vec![1, side, side], min: 0, bits: 1 };
    QuantizedModel { input, nodes: (0..count).map(node).collect() }
}

#[test]
fn a_small_file_cannot_ask_for_much_work() {
    for (kernel, side, count) in [(127, 128, 4_090), (511, 512, 255), (511, 512, 1)] {
        let model = poolings(kernel, side, count);
        let first_beyond = 1 + (MAX_OPERATIONS / (kernel * kernel * side * side) as u64) as usize;
        match model.validate() {
            Err(ModelError::Node { node, fault: Fault::Work, .. }) => assert!(node < first_beyond),
            other => panic!("{kernel} over {side}, {count} times: {other:?}"),
        }
        assert!(crate::file::encode(&model).len() < 260_000);
    }
    let message = poolings(127, 128, 4_090).validate().expect_err("too much work").to_string();
    assert!(message.contains("above 17179869184 multiplications"), "{message}");
}

#[test]
fn operations_are_counted_node_by_node() {
    // 16 values; 18 sums of 4 products; a reshape of 18 values; 3 sums of 18 products; one class.
    assert_eq!(small().operations(), 16 + (18 + 18 * 4) + 18 + (3 + 54) + 1);
    assert_eq!(poolings(3, 5, 2).operations(), 25 + 2 * (25 + 25 * 9));
    let mut table = small();
    table.nodes[1].op = Operation::Table(Table { first: 0, values: vec![0; 7] });
    assert_eq!(table.operations() - small().operations(), 18 * 7);
    // Sizes that no valid model has do not overflow.
    let mut huge = poolings(usize::MAX, 5, 1);
    huge.nodes[0].shape = vec![usize::MAX; 3];
    assert_eq!(huge.operations(), u64::MAX);
}

#[test]
fn all_the_operations_that_are_allowed_are_allowed() {
    let most = |operations: u64| {
        let mut total = Total { values: 0, operations };
        let model = small();
        model.check_node(1, &model.nodes[1], &mut total)
    };
    assert_eq!(most(MAX_OPERATIONS - 18), Ok(()));
    assert_eq!(most(MAX_OPERATIONS - 17), Err(Fault::Work));
}

/// The fault of a model that is one operation on an input of shape `[1, 4, 4]`, with a result of
/// shape `to`.
fn fault_of(op: Operation, inputs: usize, to: &[usize]) -> Fault {
    let node =
        Node { name: "n".into(), op, inputs: vec![Operand::Input; inputs], shape: to.to_vec() };
    let model = QuantizedModel { nodes: vec![node], ..small() };
    match model.validate() {
        Err(ModelError::Node { fault, .. }) => fault,
        other => panic!("expected a node's fault, got {other:?}"),
    }
}

#[test]
fn sums_and_moves_that_do_not_fit_are_refused() {
    assert_eq!(fault_of(Operation::Add, 1, &[1, 4, 4]), Fault::Operands { expected: 2, got: 1 });
    assert!(matches!(fault_of(Operation::Add, 2, &[1, 4, 3]), Fault::ResultShape { .. }));
    let joined = |change: fn(&mut QuantizedModel)| {
        let mut model = small();
        model.nodes.truncate(1);
        let node = |op| Node {
            name: "n".into(),
            op,
            inputs: vec![Operand::Input, Operand::Node(0)],
            shape: vec![3, 3, 3],
        };
        model.nodes.push(node(Operation::Move(Move::Concat { axis: 0 })));
        change(&mut model);
        model.validate().expect_err("does not fit").to_string()
    };
    assert!(joined(|_| {}).contains("joins tensors of shapes [[1, 4, 4], [2, 3, 3]]"));
    assert!(joined(|m| m.nodes[1].op = Operation::Add).contains("it takes two of one shape"));
    assert!(joined(|m| m.nodes[1].inputs = vec![Operand::Input; 65]).contains("has 65 operands"));
    assert!(joined(|m| m.nodes[1].inputs.clear()).contains("has 0 operands"));
    let concat = |axis| fault_of(Operation::Move(Move::Concat { axis }), 1, &[1, 4, 4]);
    assert_eq!(concat(3), Fault::Axis { axis: 3, rank: 3 });
    for permutation in [vec![0, 1], vec![0, 1, 1], vec![0, 1, 3], vec![]] {
        let got = fault_of(Operation::Move(Move::Transpose { permutation }), 1, &[1, 4, 4]);
        assert!(matches!(got, Fault::Permutation { rank: 3, .. }), "{got:?}");
    }
    let pad = |before: &[usize], after: &[usize]| {
        let moved = Move::Pad { before: before.to_vec(), after: after.to_vec() };
        fault_of(Operation::Move(moved), 1, &[1, 4, 4])
    };
    assert!(matches!(pad(&[0, 0], &[0, 0, 0]), Fault::Count { expected: 3, got: 2, .. }));
    assert!(matches!(pad(&[0, 0, 0], &[0, 0, MAX_WINDOW + 1]), Fault::Size { .. }));
    assert!(matches!(pad(&[0, 0, 0], &[MAX_WINDOW, MAX_WINDOW, 0]), Fault::Shape { .. }));
    assert!(matches!(pad(&[0, 0, 1], &[0, 0, 0]), Fault::ResultShape { .. }));
}

#[test]
fn windows_bounds_and_tables_that_cannot_be_are_refused() {
    let pool = |kernel: usize, stride: usize, pad: usize, dilation: usize, to: &[usize]| {
        let window = Window {
            kernel: [kernel; 2],
            strides: [stride; 2],
            pads: [pad; 4],
            dilations: [dilation; 2],
        };
        fault_of(Operation::MaxPool(window), 1, to)
    };
    assert!(matches!(pool(5, 1, 0, 1, &[1, 1, 1]), Fault::Kernel { span: 5, padded: 4, .. }));
    assert!(matches!(pool(2, 0, 0, 1, &[1, 1, 1]), Fault::Size { .. }));
    assert_eq!(pool(1, 1, 1, 1, &[1, 6, 6]), Fault::Padding { axis: "row", at: 0 });
    assert_eq!(pool(2, 2, 2, 1, &[1, 4, 4]), Fault::Padding { axis: "row", at: 0 });
    // Taps at -1 and 5 miss all four rows.
    assert_eq!(pool(2, 1, 2, 6, &[1, 2, 2]), Fault::Padding { axis: "row", at: 0 });
    assert!(matches!(pool(2, 2, 0, 1, &[1, 2, 3]), Fault::ResultShape { .. }));
    let clip = |min, max| fault_of(Operation::Clip { min, max }, 1, &[1, 4, 4]);
    assert_eq!(clip(1, 0), Fault::Bounds { min: 1, max: 0 });
    assert_eq!(clip(i64::MIN, 0), Fault::Bounds { min: i64::MIN, max: 0 });
    assert_eq!(clip(0, MAX_MAGNITUDE), Fault::Bounds { min: 0, max: MAX_MAGNITUDE });
    let table = |first, values| fault_of(Operation::Table(Table { first, values }), 1, &[1, 4, 4]);
    assert!(matches!(table(0, vec![]), Fault::Size { got: 0, .. }));
    assert!(matches!(table(0, vec![0; 257]), Fault::Size { got: 257, .. }));
    assert_eq!(table(i32::MIN, vec![0]), Fault::TableValue { got: i32::MIN });
    assert_eq!(table(0, vec![1, i32::MAX]), Fault::TableValue { got: i32::MAX });
}

#[test]
fn scalings_out_of_bounds_or_of_another_number_than_the_channels_are_refused() {
    let good = Scaling { multiplier: 1, offset: 0, shift: 0 };
    let fault = |channels| fault_of(Operation::Rescale(Rescale { channels }), 1, &[1, 4, 4]);
    assert_eq!(fault(vec![]), Fault::Count { what: "scalings", expected: 1, got: 0 });
    assert_eq!(fault(vec![good; 2]), Fault::Count { what: "scalings", expected: 1, got: 2 });
    for multiplier in [0, (1 << 40) + 1, i64::MIN] {
        let got = fault(vec![Scaling { multiplier, ..good }]);
        assert!(
            matches!(got, Fault::Scaling { got, channel: 0, .. } if got == multiplier),
            "{got:?}"
        );
    }
    for offset in [MAX_MAGNITUDE, -MAX_MAGNITUDE, i64::MIN] {
        let got = fault(vec![Scaling { offset, ..good }]);
        assert!(matches!(got, Fault::Scaling { what: "the offset", .. }), "{got:?}");
    }
    assert!(matches!(
        fault(vec![Scaling { shift: 49, ..good }]),
        Fault::Size { got: 49, max: 48, .. }
    ));
}

proptest! {
    #[test]
    fn random_models_are_valid(seed: u64) {
        prop_assert_eq!(random::model(seed).validate(), Ok(()));
        prop_assert_eq!(random::graph(seed).validate(), Ok(()));
    }
}
