//! Secret randomness, from the operating system *and* from what it is for.
//!
//! A virtual machine that is cloned, or set back to a snapshot, can get the same bytes from its
//! operating system twice. Two proofs of different witnesses under the same blinding would then
//! tell what it hides. So secrets are not taken from the operating system as they are, but hashed
//! together with everything that they are to hide, and with the statement:
//!
//! ```text
//! seed   = Blake2b-512(personal "zkinfer/random/1"; purpose, item, item, …, 64 bytes of the system)    each behind its length
//! draw_i = Blake2b-512(personal "zkinfer/random/1"; seed, i)
//! ```
//!
//! With good bytes of the system that is as random as before. With repeated ones, different
//! witnesses, inputs, keys or contexts still have unrelated secrets. Only the same work done twice
//! has the same ones, and then gives the same proof or commitment, bit for bit: whoever sees both
//! learns that it is the same, and nothing else.

use blake2b_simd::{Params, State};
use bls12_381::Scalar;
use ff::Field;
use rand_core::{OsRng, RngCore};
use zeroize::Zeroizing;
use zkml_model::graph::InputSpec;

const PERSONAL: &[u8; 16] = b"zkinfer/random/1";

/// Fills a buffer with random bytes.
pub type Entropy<'a> = &'a mut dyn FnMut(&mut [u8]) -> Result<(), rand_core::Error>;

/// Fills `bytes` from the operating system's generator: the [`Entropy`] of everything but tests.
///
/// # Errors
/// The operating system's generator failed.
pub fn system(bytes: &mut [u8]) -> Result<(), rand_core::Error> {
    OsRng.try_fill_bytes(bytes)
}

/// A seed in the making: a hash of what it is for.
pub struct Hedge(State);

impl Hedge {
    /// For this purpose, different from every other's.
    pub fn new(purpose: &'static str) -> Self {
        Self(state()).with(purpose.as_bytes())
    }

    /// Takes in bytes, secret ones too.
    #[must_use]
    pub fn with(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Takes in field elements by their bytes.
    #[must_use]
    pub fn with_elements(mut self, elements: impl ExactSizeIterator<Item = [u8; 32]>) -> Self {
        self.0.update(&(elements.len() as u64).to_le_bytes());
        for element in elements {
            self.0.update(Zeroizing::new(element).as_slice());
        }
        self
    }

    /// Takes in an input.
    #[must_use]
    pub fn with_input(self, input: &InputSpec, values: &[i32]) -> Self {
        let mut hedge = self.with(&input.min.to_le_bytes()).with(&[input.bits]);
        for numbers in [input.shape.len(), values.len()] {
            hedge.0.update(&(numbers as u64).to_le_bytes());
        }
        input.shape.iter().for_each(|size| {
            hedge.0.update(&(*size as u64).to_le_bytes());
        });
        values.iter().for_each(|value| {
            hedge.0.update(&value.to_le_bytes());
        });
        hedge
    }

    /// The seed, with fresh bytes.
    ///
    /// # Errors
    /// The generator failed.
    pub fn seed(self, entropy: Entropy) -> Result<Seed, rand_core::Error> {
        let mut fresh = Zeroizing::new([0u8; 64]);
        entropy(fresh.as_mut_slice())?;
        let hash = self.with(fresh.as_slice()).0.finalize();
        Ok(Seed { seed: Zeroizing::new(*hash.as_array()), drawn: 0 })
    }
}

/// The source of the secrets of one purpose.
pub struct Seed {
    seed: Zeroizing<[u8; 64]>,
    drawn: u64,
}

impl Seed {
    /// The next 64 bytes.
    pub fn draw(&mut self) -> Zeroizing<[u8; 64]> {
        let mut state = state();
        state.update(self.seed.as_slice());
        state.update(&self.drawn.to_le_bytes());
        self.drawn += 1;
        Zeroizing::new(*state.finalize().as_array())
    }

    /// The next 32 bytes, for a generator.
    pub fn draw_key(&mut self) -> Zeroizing<[u8; 32]> {
        let wide = self.draw();
        let mut key = Zeroizing::new([0u8; 32]);
        key.iter_mut().zip(wide.iter()).for_each(|(to, from)| *to = *from);
        key
    }

    /// A uniformly random scalar of BLS12-381 that is not zero.
    pub fn scalar(&mut self) -> Zeroizing<Scalar> {
        loop {
            let scalar = Zeroizing::new(Scalar::from_bytes_wide(&self.draw()));
            if !bool::from(scalar.is_zero()) {
                return scalar;
            }
        }
    }
}

fn state() -> State {
    Params::new().hash_length(64).personal(PERSONAL).to_state()
}

#[cfg(test)]
pub(crate) mod testing {
    /// The generator of a machine that is cloned: it gives the same bytes for ever.
    pub fn stuck(bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        bytes.fill(7);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{testing::stuck, *};

    fn input(values: &[i32], bits: u8) -> [u8; 64] {
        let spec = InputSpec { shape: vec![values.len()], min: 0, bits };
        *Hedge::new("test").with_input(&spec, values).seed(&mut stuck).unwrap().draw()
    }

    #[test]
    fn under_a_stuck_generator_the_same_is_the_same_and_all_else_differs() {
        let draw = |hedge: Hedge| *hedge.seed(&mut stuck).unwrap().draw();
        let of = |purpose, items: &[&[u8]]| {
            draw(items.iter().fold(Hedge::new(purpose), |hedge, item| hedge.with(item)))
        };
        let element = |n: u8| draw(Hedge::new("a").with_elements([[n; 32], [0; 32]].into_iter()));
        let draws = [
            of("a", &[]),
            of("b", &[]),
            of("a", &[b""]),
            of("a", &[b"xy"]),
            of("a", &[b"x", b"y"]),
            of("a", &[b"", b"xy"]),
            element(1),
            element(2),
            input(&[1, 2], 4),
            input(&[1, 3], 4),
            input(&[1, 2], 5),
            input(&[1, 2, 0], 4),
        ];
        let different: std::collections::BTreeSet<_> = draws.iter().collect();
        assert_eq!(different.len(), draws.len());
        assert_eq!(of("a", &[b"xy"]), draws[3]);
    }

    #[test]
    fn draws_of_one_seed_differ_and_so_do_those_of_fresh_bytes() {
        let mut seed = Hedge::new("test").seed(&mut stuck).unwrap();
        let draws = [*seed.draw(), *seed.draw(), *seed.draw()];
        assert!(draws[0] != draws[1] && draws[1] != draws[2] && draws[0] != draws[2]);
        assert_ne!(*seed.draw_key(), [0; 32]);
        assert_ne!(*seed.scalar(), *seed.scalar());
        let [a, b] = [(); 2].map(|()| *Hedge::new("test").seed(&mut system).unwrap().draw());
        assert_ne!(a, b);
    }

    #[test]
    fn a_generator_that_fails_gives_no_seed() {
        let mut fails = |_: &mut [u8]| Err(rand_core::Error::from(core::num::NonZeroU32::MIN));
        assert!(Hedge::new("test").seed(&mut fails).is_err());
    }
}
