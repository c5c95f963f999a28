//! The Grain LFSR in self-shrinking mode, from which Poseidon's constants come (the paper's
//! appendix E).
//!
//! The 80-bit state starts as the description of the instance, each number with its highest bit
//! first:
//!
//! | bits | value |
//! |---|---|
//! | 2 | 1: a prime field |
//! | 4 | 0: the S-box is `x^α` |
//! | 12 | 255: bits of the modulus |
//! | 12 | `t` |
//! | 10 | `R_F` |
//! | 10 | `R_P` |
//! | 30 | all ones |

use std::collections::VecDeque;

use bls12_381::Scalar;
use ff::PrimeField;

/// The generator.
pub struct Grain {
    state: VecDeque<bool>,
}

impl Grain {
    /// The generator of an instance, with its first 160 bits thrown away.
    pub fn new(width: usize, full_rounds: usize, partial_rounds: usize) -> Self {
        let fields = [
            (1, 2),
            (0, 4),
            (Scalar::NUM_BITS as usize, 12),
            (width, 12),
            (full_rounds, 10),
            (partial_rounds, 10),
            ((1 << 30) - 1, 30),
        ];
        let bits =
            |(value, count): (usize, u32)| (0..count).rev().map(move |i| value >> i & 1 == 1);
        let mut grain = Self { state: fields.into_iter().flat_map(bits).collect() };
        for _ in 0..160 {
            grain.step();
        }
        grain
    }

    /// `b_{i+80} = b_{i+62} ⊕ b_{i+51} ⊕ b_{i+38} ⊕ b_{i+23} ⊕ b_{i+13} ⊕ b_i`.
    fn step(&mut self) -> bool {
        let taps = [62, 51, 38, 23, 13, 0];
        let new = taps
            .iter()
            .fold(false, |sum, tap| sum ^ self.state.get(*tap).copied().unwrap_or(false));
        self.state.pop_front();
        self.state.push_back(new);
        new
    }

    /// Of each pair of bits, the second one where the first is one.
    fn bit(&mut self) -> bool {
        loop {
            let keep = self.step();
            let bit = self.step();
            if keep {
                return bit;
            }
        }
    }

    /// 255 bits, highest first, as little-endian bytes.
    fn bytes(&mut self) -> [u8; 32] {
        let mut out = [0u8; 32];
        for i in (0..Scalar::NUM_BITS as usize).rev() {
            let bit = u8::from(self.bit());
            if let Some(byte) = out.get_mut(i / 8) {
                *byte |= bit << (i % 8);
            }
        }
        out
    }

    /// The next number below the modulus.
    pub fn element_by_rejection(&mut self) -> Scalar {
        loop {
            let element = Option::<Scalar>::from(Scalar::from_bytes(&self.bytes()));
            if let Some(element) = element {
                return element;
            }
        }
    }

    /// The next number, reduced by the modulus.
    pub fn element_by_reduction(&mut self) -> Scalar {
        let mut wide = [0u8; 64];
        wide.iter_mut().zip(self.bytes()).for_each(|(to, from)| *to = from);
        Scalar::from_bytes_wide(&wide)
    }

    /// The Cauchy matrix `1 / (x_i + y_j)` of `2t` distinct elements.
    pub fn mds(&mut self, width: usize) -> Vec<Vec<Scalar>> {
        loop {
            let elements: Vec<Scalar> =
                (0..2 * width).map(|_| self.element_by_reduction()).collect();
            let distinct =
                elements.iter().enumerate().all(|(i, x)| !elements.iter().take(i).any(|y| x == y));
            let (xs, ys) = elements.split_at(width);
            let invert =
                |x: &Scalar| ys.iter().map(|y| Option::<Scalar>::from((x + y).invert())).collect();
            let matrix: Option<Vec<Vec<Scalar>>> = xs.iter().map(invert).collect();
            if let (true, Some(matrix)) = (distinct, matrix) {
                return matrix;
            }
        }
    }
}
