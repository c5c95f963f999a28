//! The two constraint systems that a circuit is written into: one keeps the constraints, one the
//! values.

use bellman::{Circuit, ConstraintSystem, Index, LinearCombination, SynthesisError, Variable};
use bls12_381::Scalar;
use ff::Field;

use std::sync::Arc;

use crate::secret;

use super::{Assignment, Layer, Matrices, Matrix, PRIVATE, Shape, coefficients::Interner};

/// Collects matrices; does not ask for values.
#[derive(Default)]
pub(crate) struct Builder {
    a: Matrix,
    b: Matrix,
    c: Matrix,
    coefficients: Interner,
    /// `true` if there was no room for a row.
    full: bool,
    public: usize,
    private: usize,
    layers: Vec<Layer>,
    depth: usize,
}

impl Builder {
    fn rows(&self) -> usize {
        self.a.rows()
    }

    pub(super) fn finish(mut self) -> Result<Matrices, SynthesisError> {
        let constraints = self.rows();
        // The constant is there before anything is allocated.
        let public = self.public + 1;
        for i in 0..public {
            self.push([&[(Variable::new_unchecked(Index::Input(i)), Scalar::ONE)], &[], &[]]);
        }
        if self.full {
            return Err(SynthesisError::PolynomialDegreeTooLarge);
        }
        let coefficients = Arc::new(self.coefficients.finish());
        [&mut self.a, &mut self.b, &mut self.c]
            .into_iter()
            .for_each(|matrix| matrix.finish(&coefficients));
        let shape = Shape { public, private: self.private };
        Ok(Matrices { a: self.a, b: self.b, c: self.c, shape, layers: self.layers, constraints })
    }

    fn push(&mut self, [a, b, c]: [&[(Variable, Scalar)]; 3]) {
        for (matrix, row) in [(&mut self.a, a), (&mut self.b, b), (&mut self.c, c)] {
            self.full |= !matrix.push(row, &mut self.coefficients);
        }
    }

    fn check(count: usize) -> Result<(), SynthesisError> {
        if count >= PRIVATE as usize {
            Err(SynthesisError::PolynomialDegreeTooLarge)
        } else {
            Ok(())
        }
    }
}

impl ConstraintSystem<Scalar> for Builder {
    type Root = Self;

    fn alloc<F, A, AR>(&mut self, _: A, _: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        Self::check(self.private)?;
        self.private += 1;
        Ok(Variable::new_unchecked(Index::Aux(self.private - 1)))
    }

    fn alloc_input<F, A, AR>(&mut self, _: A, _: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        Self::check(self.public)?;
        self.public += 1;
        Ok(Variable::new_unchecked(Index::Input(self.public)))
    }

    fn enforce<A, AR, LA, LB, LC>(&mut self, _: A, a: LA, b: LB, c: LC)
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
        LA: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LB: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LC: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
    {
        let zero = LinearCombination::zero;
        self.push([a(zero()).as_ref(), b(zero()).as_ref(), c(zero()).as_ref()]);
    }

    fn push_namespace<NR, N>(&mut self, name: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
        if self.depth == 0 {
            let start = self.rows();
            self.layers.push(Layer { label: name().into(), start, end: start });
        }
        self.depth += 1;
    }

    fn pop_namespace(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        let end = self.rows();
        if let (0, Some(layer)) = (self.depth, self.layers.last_mut()) {
            layer.end = end;
        }
    }

    fn get_root(&mut self) -> &mut Self::Root {
        self
    }
}

/// Collects values; does not ask for constraints.
pub(crate) struct WitnessBuilder(Assignment);

/// Values of all variables of `circuit`, which must have a witness.
///
/// # Errors
/// The circuit's own.
pub fn assign(circuit: impl Circuit<Scalar>) -> Result<Assignment, SynthesisError> {
    assign_fallible(0, |builder| circuit.synthesize(builder)).map(|(assignment, ())| assignment)
}

/// Values that `build` assigns, and its result. With room for `capacity` private values they are
/// not moved.
///
/// # Errors
/// Those of `build`.
pub(crate) fn assign_fallible<T, E>(
    capacity: usize,
    build: impl FnOnce(&mut WitnessBuilder) -> Result<T, E>,
) -> Result<(Assignment, T), E> {
    let mut builder = WitnessBuilder(Assignment {
        public: vec![Scalar::ONE],
        private: Vec::with_capacity(capacity),
    });
    let result = build(&mut builder)?;
    Ok((builder.0, result))
}

impl ConstraintSystem<Scalar> for WitnessBuilder {
    type Root = Self;

    fn alloc<F, A, AR>(&mut self, _: A, f: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        secret::push(&mut self.0.private, f()?);
        Ok(Variable::new_unchecked(Index::Aux(self.0.private.len() - 1)))
    }

    fn alloc_input<F, A, AR>(&mut self, _: A, f: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        self.0.public.push(f()?);
        Ok(Variable::new_unchecked(Index::Input(self.0.public.len() - 1)))
    }

    fn enforce<A, AR, LA, LB, LC>(&mut self, _: A, _: LA, _: LB, _: LC)
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
        LA: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LB: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LC: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
    {
    }

    fn push_namespace<NR, N>(&mut self, _: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
    }

    fn pop_namespace(&mut self) {}

    fn get_root(&mut self) -> &mut Self::Root {
        self
    }
}
