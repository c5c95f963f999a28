//! The Poseidon permutation over the scalar field of BLS12-381.
//!
//! Grassi, Khovratovich, Rechberger, Roy, Schofnegger: *Poseidon: A New Hash Function for
//! Zero-Knowledge Proof Systems* (USENIX Security 2021), section 2.3 and appendix E (generation of
//! the constants by the Grain LFSR).
//!
//! | symbol | here |
//! |---|---|
//! | `t` | [`Parameters::width`]: 5, rate 4 and capacity 1 |
//! | `α` | 5 |
//! | `R_F`, `R_P` | 8 full rounds, 60 partial rounds (128-bit security, table 2's rule for a field of 255 bits) |
//!
//! One round adds constants, raises to the fifth power (all lanes, or lane 0 in a partial round)
//! and multiplies by the MDS matrix. The instance is the one published as `poseidonperm_x5_255_5`;
//! its vector is in `tests/vectors/poseidon`.

pub mod grain;

use std::sync::OnceLock;

use bls12_381::Scalar;
use ff::Field;
use zeroize::Zeroizing;

/// Lanes of the permutation in use: one of capacity and four of rate.
pub const WIDTH: usize = 5;
/// Lanes that absorb.
pub const RATE: usize = WIDTH - 1;

/// Constants of one instance.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// Lanes of the state.
    pub width: usize,
    /// Full rounds, half of them before the partial ones and half after.
    pub full_rounds: usize,
    /// Partial rounds.
    pub partial_rounds: usize,
    /// `width` constants for each round.
    pub round_constants: Vec<Scalar>,
    /// Rows of the MDS matrix.
    pub mds: Vec<Vec<Scalar>>,
}

impl Parameters {
    /// The instance of width [`WIDTH`], generated once.
    pub fn standard() -> &'static Parameters {
        static STANDARD: OnceLock<Parameters> = OnceLock::new();
        STANDARD.get_or_init(|| Parameters::generate(WIDTH, 8, 60))
    }

    /// Generates an instance as the paper's reference script does.
    pub fn generate(width: usize, full_rounds: usize, partial_rounds: usize) -> Self {
        let mut grain = grain::Grain::new(width, full_rounds, partial_rounds);
        let rounds = full_rounds + partial_rounds;
        let round_constants = (0..rounds * width).map(|_| grain.element_by_rejection()).collect();
        Self { width, full_rounds, partial_rounds, round_constants, mds: grain.mds(width) }
    }

    /// The rounds in order: their constants, and whether all lanes pass the S-box.
    pub fn rounds(&self) -> impl Iterator<Item = (&[Scalar], bool)> {
        let half = self.full_rounds / 2;
        let partial = half..half + self.partial_rounds;
        self.round_constants
            .chunks(self.width)
            .enumerate()
            .map(move |(i, c)| (c, !partial.contains(&i)))
    }

    /// The permutation, in place. `state` has `width` lanes.
    pub fn permute(&self, state: &mut [Scalar]) {
        let mut next = Zeroizing::new(vec![Scalar::ZERO; state.len()]);
        for (constants, full) in self.rounds() {
            for (lane, (value, constant)) in state.iter_mut().zip(constants).enumerate() {
                *value += constant;
                if full || lane == 0 {
                    *value = value.square().square() * *value;
                }
            }
            next.iter_mut().zip(&self.mds).for_each(|(lane, row)| *lane = dot(row, state));
            state.copy_from_slice(&next);
        }
    }
}

fn dot(row: &[Scalar], state: &[Scalar]) -> Scalar {
    row.iter().zip(state).fold(Scalar::ZERO, |sum, (m, s)| sum + m * s)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `tests/vectors/poseidon/hadeshash.txt`: for each instance its rounds, and input and
    /// output.
    fn vectors() -> Vec<(usize, usize, Vec<Scalar>)> {
        let text = include_str!("../../../../../tests/vectors/poseidon/hadeshash.txt");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines
            .map(|line| {
                let mut fields = line.split_whitespace();
                let mut number = || fields.next().unwrap().parse::<usize>().unwrap();
                let (full, partial) = (number(), number());
                (full, partial, fields.map(big_endian_hex).collect())
            })
            .collect()
    }

    fn big_endian_hex(text: &str) -> Scalar {
        let mut bytes: [u8; 32] =
            hex::decode(text.trim_start_matches("0x")).unwrap().try_into().unwrap();
        bytes.reverse();
        Scalar::from_bytes(&bytes).unwrap()
    }

    #[test]
    fn the_permutation_of_counting_numbers_is_the_published_one() {
        let vectors = vectors();
        assert_eq!(vectors.len(), 2);
        for (full, partial, expected) in vectors {
            let parameters = Parameters::generate(expected.len(), full, partial);
            let mut state: Vec<Scalar> = (0..expected.len() as u64).map(Scalar::from).collect();
            parameters.permute(&mut state);
            assert_eq!(state, expected);
        }
    }

    #[test]
    fn one_wrong_round_constant_changes_the_permutation() {
        let mut wrong = Parameters::standard().clone();
        wrong.round_constants[17] += Scalar::ONE;
        let (mut a, mut b) = (vec![Scalar::ZERO; WIDTH], vec![Scalar::ZERO; WIDTH]);
        Parameters::standard().permute(&mut a);
        wrong.permute(&mut b);
        assert_ne!(a, b);
    }
}
