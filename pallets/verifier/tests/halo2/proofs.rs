use crate::{
    circuits::{INSTANCE_GATE, NO_COPIES, POWERS, Toy, WIDE_SETS},
    oracle::Case,
};

macro_rules! circuits {
    ($($name:ident: $w:literal, $l:literal, $i:literal, $s:expr, $k:literal;)*) => {$(
        fn $name() -> Case {
            Case::new(Toy::<$w, $l, $i, { $s }>::new(0), $k, 3)
        }
    )*};
}

circuits! {
    plain: 2, 0, 1, 0, 4;
    without_copies: 2, 0, 1, NO_COPIES | INSTANCE_GATE, 4;
    with_lookup: 2, 1, 1, 0, 5;
    with_everything: 5, 2, 3, POWERS | INSTANCE_GATE | WIDE_SETS, 6;
    with_powers: 3, 1, 2, POWERS, 6;
    large: 8, 2, 2, POWERS | INSTANCE_GATE, 8;
}

#[test]
fn honest_proofs_are_accepted() {
    for case in [plain(), without_copies(), with_lookup(), with_everything(), with_powers(), large()] {
        assert_eq!(case.both(&case.instances, &case.proof), Ok(()));
    }
}
