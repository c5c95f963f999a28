use super::*;
use crate::{infer, random};

fn interval(lo: i64, hi: i64) -> Interval {
    Interval { lo, hi }
}

#[test]
fn widths_are_the_least_that_hold_both_ends() {
    for (lo, hi, width) in [
        (0, 0, 1),
        (-128, 127, 1),
        (0, 128, 2),
        (-129, 0, 2),
        (-32768, 32767, 2),
        (0, 32768, 3),
        (-(1 << 31), (1 << 31) - 1, 4),
        (0, 1 << 31, 5),
        (-(1 << 31) - 1, 0, 5),
        (-(1 << 60), 1 << 60, 8),
    ] {
        assert_eq!(width_of(interval(lo, hi)), width, "{lo} {hi}");
    }
    let widths: Vec<_> = [1, 7, 8, 10, 11, 15, 16, 30, 31].map(widest).into();
    let expected = [4, 4, 3, 3, 2, 2, 1, 1, 0].map(|w| (w > 0).then_some(w));
    assert_eq!((widths, widest(0)), (expected.into(), None));
}

#[test]
fn values_that_do_not_fit_are_named() {
    let kind = |count, lo, hi| OutputKind::of_values(&vec![interval(lo, hi); count]);
    assert_eq!(kind(10, -5, 1 << 20), Ok(OutputKind::Values { count: 10, width: 3 }));
    let error = kind(11, -5, 1 << 20).unwrap_err();
    assert_eq!(error, OutputError::TooWide { count: 11, lo: -5, hi: 1 << 20, need: 33 });
    let error = kind(1, 0, 1 << 40).unwrap_err();
    assert_eq!(error, OutputError::TooWide { count: 1, lo: 0, hi: 1 << 40, need: 6 });
    let error = kind(31, 0, 1).unwrap_err();
    assert_eq!(error, OutputError::TooMany { count: 31 });
    assert!(error.to_string().contains("31 values") && error.to_string().contains("top-k"));
}

/// Reads `tests/vectors/statement/v1.json` without its other parts.
fn vectors() -> serde_json::Value {
    let file = include_str!("../../../../../tests/vectors/statement/v1.json");
    serde_json::from_str(file).unwrap()
}

#[test]
fn answers_have_the_public_input_of_the_chains_vectors() {
    let vectors = vectors();
    for case in vectors["outputs"].as_array().unwrap() {
        let list = |list: &serde_json::Value| -> Vec<i64> {
            list.as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect()
        };
        let answer = if let Some(classes) = case.get("top_classes") {
            Answer::TopClasses(list(classes).into_iter().map(|c| c as u32).collect())
        } else if let Some(fields) = case.get("values") {
            let width = (fields["bits"].as_u64().unwrap() / 8) as u8;
            Answer::Values {
                width,
                values: list(&fields["values"]).into_iter().map(|v| v as i32).collect(),
            }
        } else {
            Answer::Class(case["class"].as_u64().unwrap() as u32)
        };
        assert_eq!(hex::encode(answer.element()), case["public_input"].as_str().unwrap());
        assert_eq!(Answer::read(&answer.element()), Some(answer));
    }
}

#[test]
fn numbers_that_are_no_answer_are_read_as_none() {
    let with = |lanes: &[u8], header: u8, last: u8| {
        let mut out = [0; 32];
        out[..lanes.len()].copy_from_slice(lanes);
        (out[30], out[31]) = (header, last);
        Answer::read(&out)
    };
    assert_eq!(with(&[5], 0, 0), Some(Answer::Class(5)));
    assert_eq!(with(&[5, 0, 0, 0, 1], 0, 0), None);
    assert_eq!(with(&[5], 0, 1), None);
    for header in [0x01, 0x3f, 0x40, 0x48, 0x7f, 0x80, 0xa0, 0xc0, 0xe0] {
        assert_eq!(with(&[], header, 0), None, "{header:x}");
    }
    // Twice the same class, a lane too many, and too many values.
    assert_eq!(with(&[5, 0, 0, 0, 5], 0x42, 0), None);
    assert_eq!(with(&[5, 0, 0, 0, 6], 0x41, 0), None);
    assert_eq!(with(&[1, 2], 0x81, 0), None);
    assert_eq!(with(&[], 0xe8, 0), None);
    assert_eq!(with(&[1, 2], 0x82, 0), Some(Answer::Values { width: 1, values: vec![-127, -126] }));
}

#[test]
fn a_random_models_kind_gives_its_answers() {
    let mut kinds = [0; 3];
    for seed in 0..120 {
        let model = random::outputs(seed);
        let kind = model.output_kind().unwrap();
        let last = crate::intervals::analyse(&model).unwrap().pop().unwrap();
        assert_eq!(OutputKind::of(&model, &last), Ok(kind));
        let trace = infer::run(&model, &random::input(&model, seed)).unwrap();
        let answer = kind.answer(&trace).unwrap();
        assert!(kind.gives(&answer), "{seed}");
        let element = answer.element();
        assert_eq!(
            (Answer::read(&element), element[LANE_BYTES]),
            (Some(answer), kind.header()),
            "{seed}"
        );
        kinds[match kind {
            OutputKind::Class { .. } => 0,
            OutputKind::TopClasses { .. } => 1,
            OutputKind::Values { .. } => 2,
        }] += 1;
    }
    assert!(kinds.iter().all(|count| *count > 20), "{kinds:?}");
}

#[test]
fn another_kind_does_not_give_an_answer() {
    let values = Answer::Values { width: 2, values: vec![1, 2] };
    assert!(OutputKind::Values { count: 2, width: 2 }.gives(&values));
    for kind in [
        OutputKind::Values { count: 2, width: 1 },
        OutputKind::Values { count: 3, width: 2 },
        OutputKind::TopClasses { k: 2, classes: 3 },
        OutputKind::Class { classes: 3 },
    ] {
        assert!(!kind.gives(&values), "{kind}");
    }
    assert!(!OutputKind::Class { classes: 3 }.gives(&Answer::Class(3)));
    assert!(!OutputKind::TopClasses { k: 2, classes: 3 }.gives(&Answer::TopClasses(vec![0, 3])));
}
