//! Shapes of the circuit, each with a proof.

use crate::{
    circuits::{INSTANCE_GATE, NO_COPIES, POWERS, Toy, WIDE_SETS},
    oracle::Case,
};

macro_rules! circuits {
    ($($name:ident: $w:literal, $l:literal, $i:literal, $s:expr, $k:literal;)*) => {$(
        pub fn $name() -> Case {
            Case::new(Toy::<$w, $l, $i, { $s }>::new(SEED), $k, SEED)
        }
    )*};
}

circuits! {
    plain: 2, 0, 1, 0, 4;
    without_copies: 2, 0, 1, NO_COPIES | INSTANCE_GATE, 4;
    with_lookup: 2, 1, 1, 0, 5;
    with_everything: 3, 2, 3, POWERS | INSTANCE_GATE | WIDE_SETS, 6;
    with_powers: 3, 1, 2, POWERS, 6;
    large: 8, 2, 2, POWERS | INSTANCE_GATE, 8;
}

/// The seed of the cases' proofs.
pub const SEED: u64 = 3;

/// All of them.
pub fn all() -> Vec<Case> {
    vec![plain(), without_copies(), with_lookup(), with_everything(), with_powers(), large()]
}
