use proptest::prelude::*;

use super::*;
use crate::{graph::InputSpec, infer, random};

fn single(shape: &[usize], min: i32, bits: u8, op: Operation, to: &[usize]) -> QuantizedModel {
    let node = Node { name: "n".into(), op, inputs: vec![Operand::Input], shape: to.to_vec() };
    QuantizedModel { input: InputSpec { shape: shape.to_vec(), min, bits }, nodes: vec![node] }
}

#[test]
fn a_top_k_whose_keys_are_too_many_is_refused() {
    let wide = |hi: i64, count: usize| top_k_span(&vec![Interval { lo: 0, hi }; count]);
    assert_eq!(wide(9, 3), Ok(30));
    assert_eq!(wide((1 << 59) - 2, 4), Ok(((1 << 59) - 1) * 4));
    assert_eq!(wide((1 << 59) - 1, 4), Err((0, 1 << 61)));
}

#[test]
fn ends_of_a_sum_come_from_the_signs_of_the_weights() {
    let gemm = Gemm { outputs: 1, inputs: 2, weights: vec![3, -5], bias: vec![10] };
    let model = single(&[2], -8, 4, Operation::Gemm(gemm), &[1]);
    assert_eq!(
        analyse(&model).expect("narrow"),
        [[Interval { lo: 10 - 24 - 35, hi: 10 + 21 + 40 }]]
    );
}

#[test]
fn padding_counts_as_the_constant_zero_not_as_an_input() {
    let conv = Conv {
        out_channels: 1,
        in_channels: 1,
        group: 1,
        kernel: [1, 2],
        strides: [1, 1],
        pads: [0, 1, 0, 0],
        dilations: [1, 1],
        weights: vec![100, 1],
        bias: vec![0],
    };
    // Inputs are 5 to 20: the first output sees padding and one input, the second two inputs.
    let model = single(&[1, 1, 2], 5, 4, Operation::Conv(conv), &[1, 1, 2]);
    let got = analyse(&model).expect("narrow");
    assert_eq!(got, [[Interval { lo: 5, hi: 20 }, Interval { lo: 505, hi: 2020 }]]);
}

#[test]
fn a_value_that_can_reach_the_limit_is_refused_with_its_place() {
    let gemm = |weights: Vec<i8>| {
        Operation::Gemm(Gemm {
            outputs: weights.len(),
            inputs: 1,
            bias: vec![0; weights.len()],
            weights,
        })
    };
    let mut model = single(&[1], 0, 16, gemm(vec![1]), &[1]);
    for _ in 0..8 {
        let from = Operand::Node(model.nodes.len() - 1);
        model.nodes.push(Node {
            name: "deep".into(),
            op: gemm(vec![127]),
            inputs: vec![from],
            shape: vec![1],
        });
    }
    let error = analyse(&model).expect_err("127^7 · 65535 is beyond 2^61");
    assert!(matches!(error, IntervalError::TooWide { node: 7, element: 0, .. }), "{error}");
    assert!(
        error.to_string().starts_with("node 7 (`deep`, Gemm): value 0 can reach 34922"),
        "{error}"
    );
}

#[test]
fn a_bound_just_below_the_limit_is_accepted_and_the_limit_is_not() {
    let sum = Sum { lo: 0, hi: i128::from(MAX_MAGNITUDE) - 1 };
    assert!(sum.finish(0).is_ok());
    let sum = Sum { lo: -i128::from(MAX_MAGNITUDE), hi: 0 };
    assert_eq!(sum.finish(3), Err((3, -i128::from(MAX_MAGNITUDE))));
}

#[test]
fn ranges_of_scalings_are_tight_and_their_numerators_bounded() {
    let one = |multiplier, offset, shift| {
        let channels = vec![Scaling { multiplier, offset, shift }];
        analyse(&single(&[1], -4, 3, Operation::Rescale(Rescale { channels }), &[1]))
    };
    assert_eq!(one(3, 1, 1).expect("narrow"), [[Interval { lo: -6, hi: 5 }]]);
    assert_eq!(one(-3, 1, 1).expect("narrow"), [[Interval { lo: -4, hi: 6 }]]);
    // The quotient is small, but what is divided reaches the limit.
    let error = one(1, MAX_MAGNITUDE - 3, 48).expect_err("2^61");
    let limit = i128::from(MAX_MAGNITUDE);
    assert!(
        matches!(error, IntervalError::TooWide { element: 0, bound, .. } if bound == limit),
        "{error}"
    );
    assert!(one(1, MAX_MAGNITUDE - 4, 48).is_ok());
}

#[test]
fn widths_in_bits_leave_the_sign_apart() {
    let bits = |lo, hi| Interval { lo, hi }.bits();
    assert_eq!((bits(0, 0), bits(-1, 0), bits(-255, 3), bits(-256, 3)), (0, 1, 8, 9));
}

#[test]
fn ranges_of_pools_bounds_slopes_and_tables_are_tight() {
    let one = |op| analyse(&single(&[3], -4, 3, op, &[3])).expect("narrow")[0][0];
    let interval = |lo, hi| Interval { lo, hi };
    assert_eq!(one(Operation::Clip { min: -1, max: 9 }), interval(-1, 3));
    assert_eq!(one(Operation::Clip { min: 5, max: 9 }), interval(5, 5));
    assert_eq!(one(Operation::LeakyRelu { positive: 10, negative: 1 }), interval(-4, 30));
    assert_eq!(one(Operation::LeakyRelu { positive: -2, negative: 3 }), interval(-12, 0));
    assert_eq!(one(Operation::LeakyRelu { positive: 2, negative: -3 }), interval(0, 12));
    let table = crate::graph::Table { first: -2, values: vec![7, -9, 3, 4, 100, 5] };
    assert_eq!(one(Operation::Table(table.clone())), interval(-9, 100));
    let beyond = crate::graph::Table { first: 2, ..table };
    assert_eq!(one(Operation::Table(beyond)), interval(-9, 7));
    let model = single(
        &[1, 1, 2],
        -4,
        3,
        Operation::Move(crate::graph::Move::Pad { before: vec![0, 0, 1], after: vec![0; 3] }),
        &[1, 1, 3],
    );
    assert_eq!(analyse(&model).expect("narrow")[0][0], interval(0, 0));
}

#[test]
fn an_invalid_model_is_an_error() {
    let model = single(&[2], 0, 4, Operation::Relu, &[3]);
    assert!(matches!(analyse(&model), Err(IntervalError::Model(_))));
}

/// The input that drives output `o` of a single linear layer to its lowest or highest.
fn extreme(model: &QuantizedModel, o: usize, highest: bool) -> Vec<i32> {
    let (min, max) = (model.input.min, model.input.max() as i32);
    let value = |input: &[i32]| infer::run(model, input).expect("fits").tensors[0][o];
    let mut input = vec![min; model.input.len()];
    for i in 0..input.len() {
        let low = value(&input);
        input[i] = max;
        if (value(&input) > low) != highest {
            input[i] = min;
        }
    }
    input
}

proptest! {
    #[test]
    fn every_traced_value_lies_in_its_interval(seed: u64, branches: bool, other: u64) {
        let model = if branches { random::graph(seed) } else { random::model(seed) };
        let intervals = analyse(&model).expect("small values");
        let trace = infer::run(&model, &random::input(&model, other)).expect("small values");
        prop_assert_eq!(intervals.len(), trace.tensors.len());
        for (node, (intervals, values)) in intervals.iter().zip(&trace.tensors).enumerate() {
            prop_assert_eq!(intervals.len(), values.len());
            for (interval, value) in intervals.iter().zip(values) {
                prop_assert!(interval.contains(*value), "node {}: {} not in {:?}", node, value, interval);
            }
        }
    }

    #[test]
    fn a_first_linear_layer_reaches_both_ends_of_its_interval(seed: u64) {
        let mut model = random::model(seed);
        model.nodes.truncate(1);
        if !matches!(model.nodes[0].op, Operation::Conv(_) | Operation::Gemm(_)) {
            return Ok(());
        }
        let intervals = analyse(&model).expect("small values");
        let o = (seed % intervals[0].len() as u64) as usize;
        let at = |highest| infer::run(&model, &extreme(&model, o, highest)).expect("fits").tensors[0][o];
        prop_assert_eq!(Interval { lo: at(false), hi: at(true) }, intervals[0][o]);
    }
}
