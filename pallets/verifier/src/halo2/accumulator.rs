//! The final check of one proof or of many: one sum over the generators and the proofs' own points.

use alloc::{collections::BTreeMap, vec::Vec};

use ff::Field;
use pasta_curves::Fp;

use super::{
    backend::{Backend, Sum},
    error::VerifyError,
    generators::{CHUNK, Generators, U, W, chunk},
    ipa::{self, Terms},
    point::Point,
};

/// Points that go to the backend at once.
pub const PIECE: usize = 8 * CHUNK;

/// A sum of multiples of points that must be the identity.
#[derive(Clone, Default, Debug)]
pub struct Accumulator {
    /// Scalars of G₀, G₁, …
    g: Vec<Fp>,
    u: Fp,
    w: Fp,
    /// Equal points meet, as those of the key do in a batch.
    points: BTreeMap<Point, Fp>,
}

impl Accumulator {
    /// The empty sum, which is the identity.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `weight` times the terms of one proof.
    ///
    /// # Complexity
    /// 2^k multiplications of scalars.
    pub fn add(&mut self, terms: &Terms, weight: Fp) {
        let s = ipa::coefficients(&terms.challenges, terms.minus_c * weight);
        if self.g.len() < s.len() {
            self.g.resize(s.len(), Fp::ZERO);
        }
        self.g.iter_mut().zip(&s).for_each(|(sum, scalar)| *sum += scalar);
        if let Some(first) = self.g.first_mut() {
            *first += terms.g0 * weight;
        }
        self.u += terms.u * weight;
        self.w += terms.w * weight;
        for (scalar, point) in &terms.points {
            *self.points.entry(*point).or_insert(Fp::ZERO) += *scalar * weight;
        }
    }

    /// Returns `true` if the sum is the identity.
    ///
    /// # Errors
    /// When generators are missing, or the arithmetic fails.
    ///
    /// # Complexity
    /// One multi-scalar multiplication of 2^k points, and one of the proofs' points, in pieces of
    /// [`PIECE`].
    pub fn is_identity<B: Backend, G: Generators>(
        self,
        generators: &G,
    ) -> Result<bool, VerifyError> {
        let mut sum = Partial::<B>::new();
        sum.add(&W, &self.w)?;
        sum.add(&U, &self.u)?;
        for (point, scalar) in &self.points {
            sum.add(point, scalar)?;
        }
        for (index, scalars) in (0u32..).zip(self.g.chunks(CHUNK)) {
            let bases = chunk(generators, index, scalars.len())?;
            sum.add_all(&bases, scalars)?;
        }
        Ok(sum.finish()?.is_identity())
    }
}

/// A sum that is handed to the backend whenever it has grown to a piece.
struct Partial<B> {
    pending: Sum,
    backend: core::marker::PhantomData<B>,
}

impl<B: Backend> Partial<B> {
    fn new() -> Self {
        Self { pending: Sum::new(), backend: core::marker::PhantomData }
    }

    fn add(&mut self, point: &Point, scalar: &Fp) -> Result<(), VerifyError> {
        self.pending.add(point.as_bytes(), scalar);
        self.flush(PIECE)
    }

    fn add_all(&mut self, bases: &[u8], scalars: &[Fp]) -> Result<(), VerifyError> {
        self.pending.add_all(bases, scalars);
        self.flush(PIECE)
    }

    fn flush(&mut self, least: usize) -> Result<(), VerifyError> {
        if self.pending.len() < least {
            return Ok(());
        }
        let sum = B::sum(core::mem::take(&mut self.pending)).or(Err(VerifyError::Backend))?;
        self.pending.add(sum.as_bytes(), &Fp::ONE);
        Ok(())
    }

    fn finish(self) -> Result<Point, VerifyError> {
        B::sum(self.pending).or(Err(VerifyError::Backend))
    }
}
