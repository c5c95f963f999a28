use proptest::prelude::*;

use super::*;
use crate::graph::Window;
use crate::{
    graph::{Move, Rescale, Scaling, Table},
    random,
};

fn chain(shape: &[usize], min: i32, bits: u8, ops: Vec<(Operation, Vec<usize>)>) -> QuantizedModel {
    let nodes = ops.into_iter().enumerate().map(|(i, (op, shape))| Node {
        name: op.name().into(),
        op,
        inputs: vec![if i == 0 { Operand::Input } else { Operand::Node(i - 1) }],
        shape,
    });
    QuantizedModel { input: InputSpec { shape: shape.to_vec(), min, bits }, nodes: nodes.collect() }
}

#[test]
fn a_top_k_is_the_best_in_order_of_equals_the_lowest_first() {
    assert_eq!(top_k(&[3, 9, 9, -1, 3], 4), [1, 2, 0, 4]);
    assert_eq!(top_k(&[5], 1), [0]);
    assert_eq!(top_k(&[0, 0, 0], 2), [0, 1]);
    let model = chain(&[4], 0, 8, vec![(Operation::TopK { k: 2 }, vec![2])]);
    let trace = run(&model, &[7, 200, 9, 200]).expect("fits");
    assert_eq!((trace.tensors, trace.class), (vec![vec![1, 3]], Some(1)));
}

#[test]
fn a_fully_connected_layer_gives_the_sums_by_hand() {
    let gemm =
        Gemm { outputs: 2, inputs: 3, weights: vec![1, -2, 3, 0, 127, -128], bias: vec![5, -7] };
    let model =
        chain(&[3], 0, 8, vec![(Operation::Gemm(gemm), vec![2]), (Operation::ArgMax, vec![1])]);
    let trace = run(&model, &[10, 20, 30]).expect("fits");
    assert_eq!(trace.tensors[0], [10 - 40 + 90 + 5, 127 * 20 - 128 * 30 - 7]);
    assert_eq!(trace.class, Some(0));
}

#[test]
fn a_strided_padded_dilated_convolution_gives_the_sums_by_hand() {
    let conv = Conv {
        out_channels: 1,
        in_channels: 1,
        group: 1,
        kernel: [2, 2],
        strides: [2, 1],
        pads: [1, 0, 0, 1],
        dilations: [1, 2],
        weights: vec![1, 2, 3, 4],
        bias: vec![100],
    };
    // Rows of the padded 4×4 input: zeros; 1 2 3 0; 4 5 6 0; 7 8 9 0. Columns 0 and 2, then 1 and
    // 3.
    let model = chain(&[1, 3, 3], 0, 4, vec![(Operation::Conv(conv), vec![1, 2, 2])]);
    let trace = run(&model, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).expect("fits");
    assert_eq!(
        trace.tensors[0],
        [100 + 3 + 12, 100 + 6, 100 + 4 + 2 * 6 + 3 * 7 + 4 * 9, 100 + 5 + 3 * 8]
    );
    assert_eq!(trace.class, None);
}

#[test]
fn groups_of_a_convolution_see_only_their_channels() {
    let conv = Conv {
        out_channels: 4,
        in_channels: 2,
        group: 2,
        kernel: [1, 1],
        strides: [1, 1],
        pads: [0; 4],
        dilations: [1, 1],
        weights: vec![1, 2, 3, 4],
        bias: vec![0; 4],
    };
    let model = chain(&[2, 1, 1], 0, 4, vec![(Operation::Conv(conv), vec![4, 1, 1])]);
    assert_eq!(run(&model, &[10, 1]).expect("fits").tensors[0], [10, 20, 3, 4]);
}

#[test]
fn requantisation_rounds_half_up_on_both_sides_of_zero() {
    let rounded: Vec<_> = (-6..=6).map(|x| requantize(x, 2).expect("fits")).collect();
    assert_eq!(rounded, [-1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1, 2]);
    assert_eq!(requantize(i64::MAX, 1), None);
    assert_eq!(requantize(1, 0), None);
}

/// The result of one operation on the inputs, each read `times` times.
fn one(shape: &[usize], input: &[i32], op: Operation, times: usize, to: &[usize]) -> Vec<i64> {
    let node =
        Node { name: "n".into(), op, inputs: vec![Operand::Input; times], shape: to.to_vec() };
    let model = QuantizedModel {
        input: InputSpec { shape: shape.to_vec(), min: -16, bits: 6 },
        nodes: vec![node],
    };
    run(&model, input).expect("fits").tensors.remove(0)
}

#[test]
fn sums_and_moves_give_the_values_by_hand() {
    let x = [1, 2, 3, 4, 5, 6];
    assert_eq!(one(&[2, 3], &x, Operation::Add, 2, &[2, 3]), [2, 4, 6, 8, 10, 12]);
    let moved = |moved, times, to: &[usize]| one(&[2, 3], &x, Operation::Move(moved), times, to);
    assert_eq!(moved(Move::Concat { axis: 0 }, 2, &[4, 3]), [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
    assert_eq!(moved(Move::Concat { axis: 1 }, 2, &[2, 6]), [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    assert_eq!(moved(Move::Transpose { permutation: vec![1, 0] }, 1, &[3, 2]), [1, 4, 2, 5, 3, 6]);
    let pad = Move::Pad { before: vec![1, 0], after: vec![0, 1] };
    assert_eq!(moved(pad, 1, &[3, 4]), [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0]);
    let cube: Vec<i32> = (0..12).collect();
    let transposed = Operation::Move(Move::Transpose { permutation: vec![2, 0, 1] });
    // Axis 0 of the result is axis 2 of the operand.
    assert_eq!(
        one(&[2, 3, 2], &cube, transposed, 1, &[2, 2, 3]),
        [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]
    );
}

#[test]
fn padding_is_never_the_greatest_under_a_window() {
    let window = Window { kernel: [2, 2], strides: [2, 2], pads: [1, 1, 0, 0], dilations: [1, 1] };
    let x = [-9, -8, -7, -6, -5, -4, -3, -2, -1];
    assert_eq!(one(&[1, 3, 3], &x, Operation::MaxPool(window), 1, &[1, 2, 2]), [-9, -7, -3, -1]);
    let window = Window { kernel: [1, 2], strides: [1, 1], pads: [0; 4], dilations: [1, 2] };
    assert_eq!(one(&[1, 3, 3], &x, Operation::MaxPool(window), 1, &[1, 3, 1]), [-7, -4, -1]);
}

#[test]
fn bounds_slopes_and_tables_saturate_as_written() {
    let x = [-5, -1, 0, 1, 7];
    assert_eq!(one(&[5], &x, Operation::Clip { min: -2, max: 6 }, 1, &[5]), [-2, -1, 0, 1, 6]);
    let slopes = Operation::LeakyRelu { positive: 10, negative: -3 };
    assert_eq!(one(&[5], &x, slopes, 1, &[5]), [15, 3, 0, 10, 70]);
    let table = Table { first: -1, values: vec![100, 200, -300] };
    assert_eq!(one(&[5], &x, Operation::Table(table), 1, &[5]), [100, 100, 200, -300, -300]);
}

#[test]
fn scalings_round_down_on_both_sides_of_zero_and_go_by_the_first_axis() {
    let scaling = |multiplier, offset, shift| Scaling { multiplier, offset, shift };
    let rescale = |channels| Operation::Rescale(Rescale { channels });
    let x = [-3, -2, -1, 0, 1, 2];
    // (3x + 1) / 4, below zero as well.
    assert_eq!(
        one(&[2, 3], &x, rescale(vec![scaling(3, 1, 2)]), 1, &[2, 3]),
        [-2, -2, -1, 0, 1, 1]
    );
    let two = vec![scaling(-5, 0, 0), scaling(1, 100, 3)];
    assert_eq!(one(&[2, 3], &x, rescale(two), 1, &[2, 3]), [15, 10, 5, 12, 12, 12]);
    assert_eq!(scaling(1 << 40, 0, 0).at(1 << 30), None);
    assert_eq!(scaling(1 << 40, 0, 48).at(1 << 30), Some(1 << 22));
}

#[test]
fn of_equal_scores_the_lowest_index_wins() {
    assert_eq!(arg_max(&[1, 3, 3, 2]), 1);
    assert_eq!(arg_max(&[-5]), 0);
    assert_eq!(arg_max(&[0, 0, 0]), 0);
}

#[test]
fn an_input_of_another_length_or_range_is_refused() {
    let model = chain(&[2], -8, 4, vec![(Operation::Relu, vec![2])]);
    assert!(run(&model, &[-8, 7]).is_ok());
    assert_eq!(run(&model, &[1]), Err(InferError::InputCount { expected: 2, got: 1 }));
    assert_eq!(run(&model, &[1, 2, 3]), Err(InferError::InputCount { expected: 2, got: 3 }));
    assert_eq!(
        run(&model, &[0, 8]),
        Err(InferError::InputRange { index: 1, value: 8, min: -8, max: 7 })
    );
    assert_eq!(
        run(&model, &[-9, 8]),
        Err(InferError::InputRange { index: 0, value: -9, min: -8, max: 7 })
    );
}

#[test]
fn a_sum_beyond_64_bits_is_an_error() {
    let double =
        || Operation::Gemm(Gemm { outputs: 1, inputs: 1, weights: vec![127], bias: vec![0] });
    let model = chain(&[1], 0, 16, (0..8).map(|_| (double(), vec![1])).collect());
    assert_eq!(run(&model, &[65535]), Err(InferError::Overflow { node: 6, name: "Gemm".into() }));
    assert!(run(&model, &[0]).is_ok());
}

#[test]
fn an_invalid_model_is_an_error() {
    let model = chain(&[2], 0, 4, vec![(Operation::Relu, vec![3])]);
    assert!(matches!(run(&model, &[0, 0]), Err(InferError::Model(_))));
}

proptest! {
    #[test]
    fn a_random_model_classifies_every_input(seed: u64, branches: bool, other: u64) {
        let model = if branches { random::graph(seed) } else { random::model(seed) };
        let trace = run(&model, &random::input(&model, other)).expect("small values");
        let scores = &trace.tensors[trace.tensors.len() - 2];
        let class = trace.class.expect("ends with an arg-max") as usize;
        prop_assert!(scores.iter().enumerate().all(|(i, s)| *s < scores[class] || (*s == scores[class] && class <= i)));
    }
}
