//! Each gadget's only solutions are the right ones: all assignments of small numbers are tried.

use std::{collections::BTreeSet, ops::Range};

use zkml_model::{
    graph::{Gemm, InputSpec, QuantizedModel, Scaling, Window},
    random,
};

use ff::Field;
use halo2_proofs::pasta::Fp;

use super::*;

/// Returns `true` if equations and slots of these rows hold. A cell that is not assigned is zero:
/// what it could be is no use to a prover, since it is not weighed and leaves the slot's other cell
/// in range or zero.
fn holds(program: &RowProgram<Fp>, values: &[Fp], rows: Range<usize>) -> bool {
    let of = |var: &Option<Var>| var.map_or(Fp::ZERO, |var| values[var as usize]);
    let mut acc = Fp::ZERO;
    for row in program.rows.iter().take(rows.end + 1).skip(rows.start) {
        if row.boundary && acc != Fp::ZERO {
            return false;
        }
        if row.linear {
            acc += row.constant;
            acc += row
                .cells
                .iter()
                .zip(&row.weights)
                .map(|(var, weight)| of(var) * weight)
                .sum::<Fp>();
        }
        let slots =
            row.cells.chunks(2).take(program.shape.slots).map(|pair| (of(&pair[0]), of(&pair[1])));
        for (y, n) in slots {
            if row.product && y * n != Fp::ZERO {
                return false;
            }
            if row.bits > 0 && !program.numbers(row.bits).into_iter().any(|v| y + n == Fp::from(v))
            {
                return false;
            }
        }
    }
    true
}

/// Returns the program that `build` makes, with lookups of `bits` bits.
fn gadget(
    bits: u8,
    build: impl FnOnce(&mut Compiler<Fp>) -> Result<(), TooManyRows>,
) -> RowProgram<Fp> {
    let model = random::model(1);
    let model = AnalyzedModel::new(&model).unwrap();
    let shape = Shape { slots: 2, extras: 3, gather: false };
    let params = CircuitParams { slots: 2, extras: 3, bits, tile: 1 };
    let machine = Builder::new(shape, 1000, false);
    let mut compiler = Compiler {
        machine,
        model: &model,
        params,
        results: Vec::new(),
        target: None,
        gathered: None,
    };
    build(&mut compiler).unwrap();
    let program = compiler.machine.end(Vec::new()).unwrap();
    assert_eq!(program.unbalanced, None);
    program
}

/// All assignments of the candidates to the variables for which the program holds.
fn solutions(program: &RowProgram<Fp>, candidates: &[Vec<i64>]) -> Vec<Vec<i64>> {
    assert_eq!(program.values.len(), candidates.len());
    let mut found = Vec::new();
    let count: usize = candidates.iter().map(Vec::len).product();
    for mut index in 0..count {
        let pick = |of: &Vec<i64>| {
            let value = of[index % of.len()];
            index /= of.len();
            value
        };
        let choice: Vec<i64> = candidates.iter().map(pick).collect();
        let values: Vec<Fp> = choice.iter().map(|v| fp(*v)).collect();
        if holds(program, &values, 0..program.count) {
            found.push(choice);
        }
    }
    found
}

fn wire(compiler: &mut Compiler<Fp>, value: i64) -> Wire {
    let var = compiler.machine.variable(fp(value));
    Wire::variable(var, 0, value)
}

#[test]
fn the_only_result_of_a_relu_is_the_right_one() {
    for x in -6..=7i64 {
        let program = gadget(4, |compiler| {
            let x = wire(compiler, x);
            compiler.relu(&[x], &[Interval { lo: -6, hi: 7 }]).map(drop)
        });
        let found = solutions(&program, &[vec![x], (-9..=9).collect(), (-9..=9).collect()]);
        assert_eq!(found, [[x, x.max(0), (-x).max(0)]]);
    }
}

#[test]
fn the_only_result_of_a_relu_in_pieces_is_the_right_one() {
    for x in -6..=7i64 {
        let program = gadget(2, |compiler| {
            let x = wire(compiler, x);
            compiler.relu(&[x], &[Interval { lo: -6, hi: 7 }]).map(drop)
        });
        let (y, n): (Vec<i64>, Vec<i64>) = ((-9..=9).collect(), (-9..=9).collect());
        let found = solutions(&program, &[vec![x], y, n, (-1..=4).collect(), (-1..=2).collect()]);
        assert_eq!(found, [[x, x.max(0), (-x).max(0), x.abs() & 3, x.abs() >> 2]]);
    }
}

#[test]
fn a_magnitude_out_of_range_is_refused() {
    for (x, bits) in [(8, 4), (-8, 4), (8, 2), (-9, 2)] {
        let program = gadget(bits, |compiler| {
            let range = Interval { lo: -6, hi: 7 };
            let x = Wire { value: 1, ..wire(compiler, 1) };
            compiler.relu(&[x], &[range]).map(drop)
        });
        let mut candidates = vec![vec![x], (-9..=9).collect(), (-9..=9).collect()];
        candidates.extend(vec![(0..=4).collect(); program.values.len() - 3]);
        assert!(solutions(&program, &candidates).is_empty(), "{x}");
    }
}

#[test]
fn the_only_quotient_is_the_right_one() {
    for (lo, hi, shift, bits) in [(-13, 12, 2, 4), (-13, 12, 2, 2), (5, 30, 1, 4), (-40, -9, 3, 3)]
    {
        for x in (lo..=hi).step_by(5) {
            let mut result = Vec::new();
            let program = gadget(bits, |compiler| {
                let x = wire(compiler, x);
                result =
                    compiler.requantize(sums_of(&[x]), &[Interval { lo, hi }], shift, false)?;
                Ok(())
            });
            let inner = program.values.len() - 1;
            let mut candidates = vec![vec![x]];
            candidates.extend(vec![(-2..=12).collect::<Vec<_>>(); inner]);
            let right = (x + (1 << (shift - 1))) >> shift;
            let found = solutions(&program, &candidates);
            assert_eq!(found.len(), 1, "{x}: {found:?}");
            let quotient = found[0][result[0].var.unwrap() as usize] + result[0].offset;
            assert_eq!((quotient, result[0].value), (right, right), "{x} in {lo}..={hi}");
        }
    }
}

#[test]
fn the_only_quotient_of_a_relu_is_the_right_one() {
    // On both sides of zero, in one lookup or in pieces; above it alone; below it alone.
    for (lo, hi, shift, bits) in
        [(-13, 12, 2, 4), (-12, 13, 1, 2), (1, 12, 2, 4), (-9, -1, 2, 4), (-2, 3, 3, 4)]
    {
        for x in (lo..=hi).step_by(if bits == 2 { 6 } else { 1 }) {
            let right = (x.max(0) + (1 << (shift - 1))) >> shift;
            gives_only(&[x], bits, &[right], |compiler, x| {
                compiler.requantize(sums_of(x), &[Interval { lo, hi }], shift, true)
            });
        }
    }
}

#[test]
fn quotients_of_one_equation_cannot_be_taken_for_others() {
    let ranges = [Interval { lo: -3, hi: 4 }, Interval { lo: -5, hi: 2 }];
    for positive in [false, true] {
        for x in [[-3, -5], [4, 2], [-1, 2], [3, -4], [0, 0]] {
            let mut wires = Vec::new();
            let program = gadget(4, |compiler| {
                let x = x.map(|x| wire(compiler, x));
                wires = compiler.requantize(sums_of(&x), &ranges, 1, positive)?;
                Ok(())
            });
            let mut candidates = x.map(|x| vec![x]).to_vec();
            candidates.extend(vec![(-3..=4).collect::<Vec<_>>(); program.values.len() - 2]);
            let found = solutions(&program, &candidates);
            assert_eq!(found.len(), 1, "{x:?}: {found:?}");
            let right = x.map(|x| ((if positive { x.max(0) } else { x }) + 1) >> 1);
            assert_eq!(results(&wires, &found[0]), right, "{x:?}");
        }
    }
}

#[test]
fn the_only_result_of_a_scaling_is_the_right_one() {
    let scaling = |multiplier, offset, shift| Scaling { multiplier, offset, shift };
    // In one lookup for remainder and quotient each, and in pieces.
    let cases = [
        (scaling(3, 2, 2), 5, 1, 18),
        (scaling(-3, 2, 2), 5, 1, 18),
        (scaling(5, -9, 3), 5, 1, 18),
        (scaling(1, 0, 1), 5, 1, 18),
        (scaling(7, 3, 4), 5, 1, 18),
        (scaling(3, 2, 2), 2, 6, 10),
        (scaling(1, 5, 3), 2, 6, 8),
    ];
    for (scaling, bits, step, most) in cases {
        for x in (-6..=7).step_by(step) {
            let mut wires = Vec::new();
            let program = gadget(bits, |compiler| {
                let x = wire(compiler, x);
                let range = Interval { lo: -6, hi: 7 };
                wires = compiler.rescale(&[x], &[range], [scaling].into_iter())?;
                Ok(())
            });
            let mut candidates = vec![vec![x]];
            candidates.extend(vec![(-2..=most).collect::<Vec<_>>(); program.values.len() - 1]);
            let found = solutions(&program, &candidates);
            assert_eq!(found.len(), 1, "{x} by {scaling:?}: {found:?}");
            let right = scaling.at(x).unwrap();
            assert_eq!(
                (results(&wires, &found[0])[0], wires[0].value),
                (right, right),
                "{x} by {scaling:?}"
            );
        }
    }
}

#[test]
fn a_scaling_without_a_division_is_a_sum() {
    // The factor is small enough for the variable that is there, and then it is not.
    for (multiplier, rows) in [(-9, 0), (1 << 40, 1)] {
        let scaling = Scaling { multiplier, offset: 5, shift: 0 };
        let mut wires = Vec::new();
        let program = gadget(4, |compiler| {
            let x = wire(compiler, 3);
            wires = compiler.rescale(&[x], &[Interval { lo: -6, hi: 7 }], [scaling].into_iter())?;
            Ok(())
        });
        assert_eq!((program.count, wires[0].value), (rows + 1, 3 * multiplier + 5));
        let values: Vec<Vec<i64>> = [vec![3], vec![3 * multiplier + 5, 3 * multiplier + 4]].into();
        let found = solutions(&program, &values[..program.values.len()]);
        assert_eq!(found.len(), 1);
        assert_eq!(results(&wires, &found[0]), [3 * multiplier + 5]);
    }
}

/// The results of a gadget on one assignment of its variables.
fn results(wires: &[Wire], values: &[i64]) -> Vec<i64> {
    let of =
        |wire: &Wire| wire.var.map_or(0, |var| wire.factor * values[var as usize]) + wire.offset;
    wires.iter().map(of).collect()
}

/// Asserts that every assignment of small numbers to the variables of `build`, beyond those of its
/// operands, that holds gives `right` and that there is one.
fn gives_only(
    x: &[i64],
    bits: u8,
    right: &[i64],
    build: impl Fn(&mut Compiler<Fp>, &[Wire]) -> Result<Vec<Wire>, TooManyRows>,
) {
    let mut wires = Vec::new();
    let program = gadget(bits, |compiler| {
        let x: Vec<Wire> = x.iter().map(|x| wire(compiler, *x)).collect();
        wires = build(compiler, &x)?;
        Ok(())
    });
    let mut candidates: Vec<Vec<i64>> = x.iter().map(|x| vec![*x]).collect();
    candidates.extend(vec![(-7..=9).collect::<Vec<_>>(); program.values.len() - x.len()]);
    let found: BTreeSet<Vec<i64>> =
        solutions(&program, &candidates).iter().map(|values| results(&wires, values)).collect();
    assert_eq!(found, BTreeSet::from([right.to_vec()]), "{x:?}");
    let honest: Vec<i64> = wires.iter().map(|wire| wire.value).collect();
    assert_eq!(honest, right, "{x:?}");
}

#[test]
fn the_only_result_of_a_window_is_the_greatest_under_it() {
    // The first window is over both values, the second over the last and padding.
    let window = Window { kernel: [1, 2], strides: [1; 2], pads: [0, 0, 0, 1], dilations: [1; 2] };
    let windows = [0, 1].map(|x| window.taps([1, 2], [0, 0, x]));
    let ranges = [Interval { lo: -1, hi: 2 }, Interval { lo: 0, hi: 3 }];
    for x in [[-1, 0], [-1, 3], [2, 0], [2, 3], [1, 1], [2, 1]] {
        let right = [x[0].max(x[1]), x[1]];
        gives_only(&x, 4, &right, |compiler, x| compiler.max_pool(x, &ranges, &windows));
    }
    // Values that cannot be the greatest cost nothing.
    let ranges = [Interval { lo: -1, hi: 2 }, Interval { lo: 2, hi: 5 }];
    gives_only(&[1, 4], 4, &[4], |compiler, x| compiler.max_pool(x, &ranges, &windows[..1]));
}

#[test]
fn the_only_result_between_bounds_is_the_right_one() {
    let range = [Interval { lo: -5, hi: 6 }];
    for x in -5..=6i64 {
        for (min, max) in [(-2, 3), (-5, 1), (0, 6), (7, 9), (-9, -6), (1, 1)] {
            gives_only(&[x], 4, &[x.clamp(min, max)], |compiler, x| {
                compiler.clip(x, &range, [min, max])
            });
        }
    }
}

#[test]
fn the_only_result_of_slopes_is_the_right_one() {
    for slopes in [[2, -1], [1, 0], [-1, 2]] {
        for x in -3..=4i64 {
            let right = x * i64::from(slopes[usize::from(x <= 0)]);
            let range = [Interval { lo: -3, hi: 4 }];
            gives_only(&[x], 4, &[right], |compiler, x| compiler.leaky_relu(x, &range, slopes));
        }
    }
}

#[test]
fn lanes_of_relus_cannot_be_taken_for_others() {
    let ranges = [Interval { lo: -2, hi: 3 }, Interval { lo: -3, hi: 1 }];
    for x in [[-2, -3], [3, 1], [-1, 1], [2, -2], [0, 0]] {
        gives_only(&x, 4, &[x[0].max(0), x[1].max(0)], |compiler, x| compiler.relu(x, &ranges));
    }
}

#[test]
fn the_only_value_of_a_table_is_the_one_at_its_argument() {
    // Values above the lowest have three bits, in one lookup or in two.
    let table = zkml_model::graph::Table { first: -1, values: vec![4, 3, 9, 3, 10] };
    for bits in [4, 2] {
        for x in -1..=3i64 {
            let mut wires = Vec::new();
            let program = gadget(bits, |compiler| {
                let x = wire(compiler, x);
                wires = compiler.table(&[x], &[Interval { lo: -1, hi: 3 }], &table)?;
                Ok(())
            });
            // Argument and value, the value, and pieces of it.
            let mut candidates =
                vec![vec![x], (-1..=6).flat_map(|i| (-1..=8).map(move |v| i + 512 * v)).collect()];
            candidates.extend(vec![(-1..=8).collect::<Vec<_>>(); program.values.len() - 2]);
            let found = solutions(&program, &candidates);
            assert_eq!(found.len(), 1, "{x}: {found:?}");
            assert_eq!(results(&wires, &found[0]), [table.at(x)], "{x}");
        }
    }
}

/// Flags, chosen value and answer as a prover likes, all else as the equations then want it.
fn claim(z: &[i64], flags: &[i64], greatest: i64, answer: i64) -> bool {
    let range = Interval { lo: 0, hi: 3 };
    let program = gadget(4, |compiler| {
        let wires: Vec<Wire> = z.iter().map(|z| wire(compiler, *z)).collect();
        compiler.arg_max(&wires, &vec![range; z.len()]).map(drop)
    });
    // Values, maximum, flags, answer; then for each from the last: gap, difference, and a sum of
    // flags for those between.
    let mut values: Vec<i64> = z.to_vec();
    values.push(greatest);
    values.extend(flags);
    values.push(answer);
    for i in (0..z.len()).rev() {
        values.push(greatest - z[i]);
        values.push(greatest - z[i] - flags[i + 1..].iter().sum::<i64>());
        if i > 0 && i + 1 < z.len() {
            values.push(flags[i..].iter().sum());
        }
    }
    assert_eq!(values.len(), program.values.len());
    let values: Vec<Fp> = values.iter().map(|v| fp(*v)).collect();
    holds(&program, &values, 0..program.count)
}

#[test]
fn the_only_class_is_the_lowest_index_of_the_greatest_value() {
    for code in 0..64i64 {
        let z = [code & 3, code >> 2 & 3, code >> 4];
        let right = zkml_model::infer::arg_max(&z) as i64;
        for chosen in 0..27i64 {
            let flags = [chosen % 3 - 1, chosen / 3 % 3 - 1, chosen / 9 - 1];
            for answer in 0..3 {
                for greatest in 0..=3 {
                    let one_hot = (0..3).all(|i| flags[i as usize] == i64::from(i == right));
                    let expected = one_hot && answer == right && greatest == z[right as usize];
                    assert_eq!(
                        claim(&z, &flags, greatest, answer),
                        expected,
                        "{z:?} {flags:?} {answer}"
                    );
                }
            }
        }
    }
}

/// Keys of the chosen and flags as a prover likes, all else as the equations then want it.
fn top_claim(z: &[i64], chosen: &[(i64, Vec<i64>, i64)]) -> bool {
    let range = Interval { lo: 0, hi: 1 };
    let program = gadget(3, |compiler| {
        let wires: Vec<Wire> = z.iter().map(|z| wire(compiler, *z)).collect();
        compiler.top_k(&wires, &vec![range; z.len()], chosen.len()).map(drop)
    });
    let count = z.len() as i64;
    let key = |i: usize| count * z[i] + count - 1 - i as i64;
    let span = 2 * count;
    let mut values: Vec<i64> = z.to_vec();
    for (greatest, flags, answer) in chosen {
        values.push(*greatest);
        values.extend(flags);
        values.push(*answer);
        values.extend((0..z.len()).map(|i| greatest - key(i)));
    }
    // One lookup holds each number of a range check.
    values.extend(chosen.windows(2).map(|pair| pair[0].0 - pair[1].0 - 1));
    let last = chosen.last().map_or(0, |(greatest, ..)| *greatest);
    values.extend((0..z.len()).map(|i| {
        let flags: i64 = chosen.iter().map(|(_, flags, _)| flags[i]).sum();
        last - key(i) - 1 + span * flags
    }));
    assert_eq!(values.len(), program.values.len());
    let values: Vec<Fp> = values.iter().map(|v| fp(*v)).collect();
    holds(&program, &values, 0..program.count)
}

#[test]
fn the_only_answer_of_a_top_k_is_the_best_in_order() {
    for code in 0..8i64 {
        let z = [code & 1, code >> 1 & 1, code >> 2];
        let key = |i: i64| 3 * z[i as usize] + 2 - i;
        let flags = |i: i64| (0..3).map(|j| i64::from(i == j)).collect::<Vec<_>>();
        let honest = |i: i64| (key(i), flags(i), i);
        for k in 1..=3u32 {
            let right = zkml_model::infer::top_k(&z, k as usize);
            for picks in 0..3i64.pow(k) {
                let picks: Vec<i64> = (0..k).map(|place| picks / 3i64.pow(place) % 3).collect();
                let chosen: Vec<_> = picks.iter().map(|i| honest(*i)).collect();
                let expected = picks.iter().map(|i| *i as usize).eq(right.iter().copied());
                assert_eq!(top_claim(&z, &chosen), expected, "{z:?} {picks:?}");
            }
        }
        // Another key, other flags or another answer than the chosen value's.
        let right: Vec<_> =
            zkml_model::infer::top_k(&z, 2).into_iter().map(|i| honest(i as i64)).collect();
        for place in 0..2 {
            for by in [-2, -1, 1, 2] {
                let mut wrong = right.clone();
                wrong[place].0 += by;
                assert!(!top_claim(&z, &wrong), "{z:?}: key {by}");
                let mut wrong = right.clone();
                wrong[place].2 += by;
                assert!(!top_claim(&z, &wrong), "{z:?}: answer {by}");
            }
            for all in 0..27i64 {
                let mut wrong = right.clone();
                wrong[place].1 = vec![all % 3 - 1, all / 3 % 3 - 1, all / 9 - 1];
                let same = wrong[place].1 == right[place].1;
                assert_eq!(top_claim(&z, &wrong), same, "{z:?}: flags {:?}", wrong[place].1);
            }
        }
    }
}

#[test]
fn the_only_output_of_values_is_their_answers_number() {
    use zkml_model::output::{Answer, OutputKind};
    let kind = OutputKind::Values { count: 2, width: 1 };
    let values = [-128i64, 5];
    let program = gadget(4, |compiler| {
        let wires = values.map(|value| wire(compiler, value));
        compiler.packed(&kind, &wires).map(drop)
    });
    let answer =
        |a: i64, b: i64| Answer::Values { width: 1, values: vec![a as i32, b as i32] }.element();
    let accepts = |element: [u8; 32]| {
        let output = <Fp as ff::PrimeField>::from_repr(element).unwrap();
        let all: Vec<Fp> = values.iter().map(|v| fp(*v)).chain([output]).collect();
        holds(&program, &all, 0..program.count)
    };
    assert!(accepts(answer(-128, 5)));
    for other in [answer(5, -128), answer(-127, 5), answer(-128, 6)] {
        assert!(!accepts(other));
    }
    for other in [
        Answer::Class(5),
        Answer::TopClasses(vec![5]),
        Answer::Values { width: 1, values: vec![-128] },
        Answer::Values { width: 1, values: vec![-128, 5, 0] },
        Answer::Values { width: 2, values: vec![-128, 5] },
    ] {
        assert!(!accepts(other.element()), "{other:?}");
    }
}

/// A model of one fully connected layer with two outputs, and an arg-max.
fn two_outputs(relu: bool) -> QuantizedModel {
    let gemm = Gemm { outputs: 2, inputs: 2, weights: vec![1, -1, 2, 1], bias: vec![-1, 1] };
    let mut ops = vec![Operation::Gemm(gemm), Operation::Relu, Operation::ArgMax];
    if !relu {
        ops.remove(1);
    }
    let node = |(i, op): (usize, Operation)| {
        let from = i.checked_sub(1).map_or(Operand::Input, Operand::Node);
        let shape = vec![if op == Operation::ArgMax { 1 } else { 2 }];
        Node { name: String::new(), op, inputs: vec![from], shape }
    };
    let nodes = ops.into_iter().enumerate().map(node).collect();
    QuantizedModel { input: InputSpec { shape: vec![2], min: 0, bits: 2 }, nodes }
}

#[test]
fn lanes_of_one_number_cannot_be_taken_for_others() {
    let model = two_outputs(true);
    let analyzed = AnalyzedModel::new(&model).unwrap();
    let params = CircuitParams { slots: 2, extras: 3, bits: 8, tile: 1 };
    let private = Private { values: &[3, 1], blinder: Fp::ONE, context: Fp::ONE };
    let program = compile(&analyzed, params, 500, false, Some(&private)).unwrap();
    // x = (3, 1): 3 - 1 - 1 = 1 and 6 + 1 + 1 = 8; ranges -4 ..= 2 and 1 ..= 10, so lanes of five
    // bits.
    let rows: Vec<usize> = (0..program.count)
        .filter(|r| program.rows[*r].cells[1].is_some() && program.rows[*r].bits > 0)
        .collect();
    let [row] = rows[..] else { panic!("{rows:?}") };
    let slots: Vec<Var> = (0..4).map(|i| program.rows[row].cells[i].unwrap()).collect();
    let all: Vec<i64> = (-2..=10).chain([15, 16, 31, 32, 33, 256, 288]).collect();
    let (mut found, mut values) = (Vec::new(), program.values.clone());
    for y_0 in &all {
        for n_0 in &all {
            for y_1 in &all {
                for n_1 in &all {
                    let choice = [*y_0, *n_0, *y_1, *n_1];
                    slots.iter().zip(choice).for_each(|(var, v)| values[*var as usize] = fp(v));
                    if holds(&program, &values, row..row + 1) {
                        found.push(choice);
                    }
                }
            }
        }
    }
    assert_eq!(found, [[1, 0, 8, 0]]);
}

#[test]
fn lanes_are_wider_than_what_they_hold_and_fit_into_the_field() {
    for seed in 0..200 {
        let model = random::model(seed);
        let analyzed = AnalyzedModel::new(&model).unwrap();
        for (index, ranges) in analyzed.nodes.iter().enumerate() {
            for (form, width) in linear::forms(ranges) {
                let lanes = linear::lanes(form, ranges.iter().copied());
                assert!(!lanes.is_empty(), "{seed} {index}");
                for (lane, (start, range)) in lanes.iter().zip(ranges).enumerate() {
                    let end = lanes.get(lane + 1).copied().unwrap_or(linear::LANE_BITS);
                    assert!(
                        width(range) < 1i128 << (end - start).min(126),
                        "{seed} {index} {lane}"
                    );
                }
            }
        }
    }
}

/// Counted: windows of 63 × 63 over 64 × 64 values have 2^24 under them, and the 2^18 slots of the
/// largest circuit are used up by fewer than a hundred windows.
#[test]
fn comparisons_are_counted_up_to_the_most_that_a_circuit_has() {
    let window = Window { kernel: [63; 2], strides: [1; 2], pads: [31; 4], dilations: [1; 2] };
    let shape = [1, 64, 64];
    let looked_at = core::cell::Cell::new(0);
    let windows = (0..64 * 64).map(|i| {
        looked_at.set(looked_at.get() + 1);
        window.taps_of(&shape, &shape, i)
    });
    let ranges = vec![Interval { lo: 0, hi: 1 }; 64 * 64];
    let most = 8 << 15;
    assert_eq!(pooling::comparisons(&ranges, windows, most), most + 1);
    assert!(looked_at.get() < 300, "{}", looked_at.get());
    // Where ranges say which is greater, nothing is compared.
    let rising: Vec<Interval> = (0..4096).map(|i| Interval { lo: i, hi: i }).collect();
    let few = (0..70).map(|i| window.taps_of(&shape, &shape, i));
    assert_eq!(pooling::comparisons(&rising, few, most), 0);
}
