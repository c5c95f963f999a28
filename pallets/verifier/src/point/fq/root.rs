//! Square roots and inverses by one exponentiation.

use super::{super::field::Field, Fq};

/// (p − 3)/4 after its leading digit, in windows of at most four bits: bits to shift by, odd digit
/// to add. A last shift by one completes it.
#[rustfmt::skip]
const WINDOWS: [(u8, u8); 78] = [
    (9, 1), (4, 1), (7, 15), (4, 5), (6, 7), (6, 11), (4, 15), (4, 15), (6, 13), (6, 13), (6, 9), (3, 3), (7, 13),
    (4, 13), (6, 15), (5, 13), (4, 9), (8, 13), (6, 11), (3, 5), (3, 3), (6, 13), (4, 7), (3, 3), (3, 1), (6, 7),
    (4, 7), (5, 9), (4, 7), (8, 9), (3, 7), (5, 7), (7, 5), (7, 9), (5, 11), (4, 15), (3, 3), (5, 7), (4, 3),
    (8, 13), (5, 5), (2, 1), (9, 15), (5, 13), (3, 3), (8, 15), (3, 3), (7, 9), (9, 15), (4, 5), (5, 11), (4, 15),
    (4, 15), (4, 15), (3, 7), (5, 11), (6, 5), (5, 9), (4, 15), (4, 15), (4, 15), (4, 15), (4, 13), (2, 3), (6, 15),
    (4, 15), (5, 15), (4, 15), (4, 15), (4, 15), (4, 15), (4, 15), (4, 15), (4, 15), (3, 5), (4, 5), (4, 5), (2, 1),
];
/// The digit before [`WINDOWS`].
const LEADING: u8 = 13;

impl Fq {
    /// `a^((p − 3)/4)`: for a square a = s² ≠ 0 one of ±1/s, as p ≡ 3 modulo 4. Takes sizes of `m ≤
    /// 2`, `k ≤ 20`, gives `(1, 2)`.
    ///
    /// # Complexity
    /// 376 squarings, 85 multiplications.
    // Indices into eight powers: 1 to 7, and halves of odd digits below 16.
    #[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]
    pub fn inverse_root(&self) -> Self {
        // a, a³, a⁵, …, a¹⁵
        let mut odd = [*self; 8];
        let square = self.square();
        for i in 1..odd.len() {
            odd[i] = odd[i - 1].mul(&square);
        }
        let mut power = odd[usize::from(LEADING >> 1)];
        for (squarings, digit) in WINDOWS {
            for _ in 0..squarings {
                power = power.square();
            }
            power = power.mul(&odd[usize::from(digit >> 1)]);
        }
        power.square()
    }

    /// A square root of a square; for any other element a root of its negative. Sizes as in
    /// [`inverse_root`](Self::inverse_root).
    pub fn root(&self) -> Self {
        self.inverse_root().mul(self)
    }
}
