//! The only output of some values is their answer's number.

use super::*;
use crate::groth16::gadgets::testing::{Gadget, wire};
use zkml_model::output::Answer;

fn gadget(kind: OutputKind, ranges: &[(i64, i64)]) -> Result<Gadget, CircuitError> {
    let mut error = None;
    let gadget = Gadget::new(|cs| {
        let values = ranges
            .iter()
            .map(|(lo, hi)| wire(cs, *lo..=*hi, None))
            .collect::<Result<Vec<_>, _>>()?;
        error = publish(cs, &kind, &values).err();
        Ok(vec![])
    });
    error.map_or(Ok(gadget), Err)
}

fn accepts(gadget: &Gadget, output: &[u8; 32], values: &[i64]) -> bool {
    let assignment = crate::groth16::r1cs::Assignment {
        public: vec![Scalar::ONE, Option::<Scalar>::from(Scalar::from_bytes(output)).unwrap()],
        private: values.iter().copied().map(scalar).collect(),
    };
    gadget.0.is_satisfied(&assignment)
}

#[test]
fn values_have_their_answers_number_and_no_other() {
    let kind = OutputKind::Values { count: 3, width: 2 };
    let gadget = gadget(kind, &[(-32768, 32767), (-5, 5), (0, 9)]).unwrap();
    assert_eq!(gadget.0.constraints, 1);
    let values = [-300, 5, 7];
    let right = Answer::Values { width: 2, values: vec![-300, 5, 7] }.element();
    assert!(accepts(&gadget, &right, &values));
    for byte in 0..31 {
        let mut wrong = right;
        wrong[byte] = wrong[byte].wrapping_add(1);
        assert!(!accepts(&gadget, &wrong, &values), "byte {byte}");
    }
    // The same numbers in other lanes, in another width, and as classes.
    for wrong in [
        Answer::Values { width: 2, values: vec![5, -300, 7] },
        Answer::Values { width: 2, values: vec![-300, 5] },
        Answer::Values { width: 3, values: vec![-300, 5, 7] },
        Answer::TopClasses(vec![5, 7]),
        Answer::Class(7),
    ] {
        assert!(!accepts(&gadget, &wrong.element(), &values), "{wrong:?}");
    }
}

#[test]
fn classes_stand_in_their_order() {
    let kind = OutputKind::TopClasses { k: 3, classes: 10 };
    let gadget = gadget(kind, &[(0, 9); 3]).unwrap();
    assert!(accepts(&gadget, &Answer::TopClasses(vec![4, 0, 9]).element(), &[4, 0, 9]));
    for wrong in [vec![0, 4, 9], vec![4, 0], vec![4, 0, 9, 0], vec![4, 9, 0]] {
        assert!(
            !accepts(&gadget, &Answer::TopClasses(wrong.clone()).element(), &[4, 0, 9]),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_value_that_could_reach_the_next_lane_has_no_circuit() {
    for (range, width) in
        [((-129, 0), 1), ((0, 128), 1), ((0, 1 << 15), 2), ((-(1 << 31) - 1, 0), 4)]
    {
        let kind = OutputKind::Values { count: 1, width };
        let error = gadget(kind, &[range]).err();
        assert!(matches!(error, Some(CircuitError::Lane { lane: 0, .. })), "{range:?} {error:?}");
    }
    let kind = OutputKind::Values { count: 8, width: 4 };
    let error = gadget(kind, &[(0, 1); 8]).err();
    assert!(matches!(error, Some(CircuitError::Lane { lane: 7, bytes: 4, .. })), "{error:?}");
    for (range, width) in [((-128, 127), 1), ((-(1 << 31), (1 << 31) - 1), 4)] {
        assert!(gadget(OutputKind::Values { count: 1, width }, &[range]).is_ok());
    }
}
