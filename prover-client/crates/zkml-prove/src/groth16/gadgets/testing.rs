//! One gadget alone, whose private variables a test sets as a cheating prover would.

use std::sync::Arc;

use bellman::{ConstraintSystem, SynthesisError};
use bls12_381::Scalar;

use zkml_model::random;

use crate::error::CircuitError;
use crate::groth16::{
    ModelCircuit,
    linear_combination::{Wire, alloc, scalar},
    r1cs::{Assignment, Builder, Matrices},
};

/// A gadget's constraints. Its variables are numbered in the order in which it allocates them.
pub struct Gadget(pub Matrices);

impl Gadget {
    /// The constraints that `build` writes.
    pub fn new(build: impl FnOnce(&mut Builder) -> Result<Vec<Wire>, CircuitError>) -> Self {
        Self(Matrices::of_fallible(|cs| build(cs).map(drop)).unwrap())
    }

    /// Returns `true` if the private variables may have these values.
    pub fn accepts(&self, private: &[i64]) -> bool {
        self.accepts_with(&[], private)
    }

    /// Returns `true` if the public and the private variables may have these values.
    pub fn accepts_with(&self, public: &[i64], private: &[i64]) -> bool {
        assert_eq!((public.len() + 1, private.len()), (self.0.shape.public, self.0.shape.private));
        let public = core::iter::once(1).chain(public.iter().copied());
        let assignment = Assignment {
            public: public.map(scalar).collect(),
            private: private.iter().copied().map(scalar).collect(),
        };
        self.0.is_satisfied(&assignment)
    }

    /// All choices of one candidate for each private variable that satisfy the constraints.
    pub fn satisfying(&self, candidates: &[Vec<i64>]) -> Vec<Vec<i64>> {
        choices(candidates).into_iter().filter(|choice| self.accepts(choice)).collect()
    }
}

/// All ways to take one of each.
pub fn choices(candidates: &[Vec<i64>]) -> Vec<Vec<i64>> {
    candidates.iter().fold(vec![vec![]], |partial, next| {
        let extend = |p: &Vec<i64>| {
            let p = p.clone();
            next.iter().map(move |n| [p.as_slice(), &[*n]].concat()).collect::<Vec<_>>()
        };
        partial.iter().flat_map(extend).collect()
    })
}

/// A wire of one variable.
pub fn wire<CS: ConstraintSystem<Scalar>>(
    cs: &mut CS,
    range: core::ops::RangeInclusive<i64>,
    value: Option<i64>,
) -> Result<Wire, SynthesisError> {
    let lin = alloc(cs, "x", value.map(scalar))?;
    Ok(Wire { lin, lo: *range.start(), hi: *range.end(), value })
}

/// A random model with a small circuit that has constraints of every kind: a ReLU, a requantisation
/// and an arg-max.
pub fn small_circuit() -> ModelCircuit {
    let suits = |circuit: &ModelCircuit| {
        let costs = |op: &str| {
            circuit.report().layers.iter().any(|l| l.op.contains(op) && l.constraints > 0)
        };
        circuit.report().domain <= 1024 && costs("Relu") && costs("Requantize") && costs("ArgMax")
    };
    let circuits = (0..2000).map(|seed| ModelCircuit::new(Arc::new(random::model(seed))).unwrap());
    circuits.into_iter().find(suits).expect("a small circuit among the first seeds")
}
