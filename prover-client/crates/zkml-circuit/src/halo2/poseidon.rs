//! Poseidon's permutation over the base field of Pallas: three lanes, `x^5`, 8 full and 56 partial rounds
//! (`P128Pow5T3` of `halo2_poseidon`, the constants of Orchard).
//!
//! In the circuit a row is one full round or two partial rounds, as in `halo2_gadgets`' `Pow5Chip`. Here the squares
//! are cells of their own, which brings the gates' degree from six to four, and round constants share their columns
//! with the weights.
//!
//! ```text
//! full     u_i = (s_i + a_i)²                s' = M · (u_i² · (s_i + a_i))_i
//! partial  u = (s_0 + a_0)²                  m = u² · (s_0 + a_0)
//!          t = M · (m, s_1 + a_1, s_2 + a_2) + b
//!          v = t_0²                          s' = M · (v² · t_0, t_1, t_2)
//! ```

use std::sync::LazyLock;

use ff::Field;
use halo2_poseidon::{Mds, P128Pow5T3, Spec};
use halo2_proofs::pasta::Fp;

/// Lanes of the state.
pub const WIDTH: usize = 3;
/// Lanes that absorb.
pub const RATE: usize = 2;
/// Rows of a permutation in the circuit; the last holds the result.
pub const PERMUTATION_ROWS: usize = 8 + 56 / 2 + 1;

/// Constants of the permutation.
pub struct Parameters {
    rounds: Vec<[Fp; WIDTH]>,
    /// The mixing matrix.
    pub mds: Mds<Fp, WIDTH>,
    /// Its inverse.
    pub inverse: Mds<Fp, WIDTH>,
}

/// The constants of `P128Pow5T3`.
pub fn parameters() -> &'static Parameters {
    static PARAMETERS: LazyLock<Parameters> = LazyLock::new(|| {
        let (rounds, mds, inverse) = <P128Pow5T3 as Spec<Fp, WIDTH, RATE>>::constants();
        Parameters { rounds, mds, inverse }
    });
    &PARAMETERS
}

/// A row of a permutation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    /// The state before the row's rounds.
    pub state: [Fp; WIDTH],
    /// `u_0, u_1, u_2`, or `u, m, v`.
    pub squares: [Fp; 3],
    /// `a_0, a_1, a_2, b_0, b_1, b_2`.
    pub constants: [Fp; 6],
    /// One full round.
    pub full: bool,
    /// Two partial rounds.
    pub partial: bool,
}

fn times(matrix: &Mds<Fp, WIDTH>, x: [Fp; WIDTH]) -> [Fp; WIDTH] {
    matrix.map(|row| row.iter().zip(x).map(|(m, x)| *m * x).sum())
}

fn plus(x: [Fp; WIDTH], y: [Fp; WIDTH]) -> [Fp; WIDTH] {
    let mut sum = x;
    sum.iter_mut().zip(y).for_each(|(to, from)| *to += from);
    sum
}

/// The rows of a permutation of `state`; the last row's state is the result.
pub fn permutation_rows(mut state: [Fp; WIDTH]) -> Vec<Step> {
    let Parameters { rounds, mds, .. } = parameters();
    let mut out = Vec::with_capacity(PERMUTATION_ROWS);
    let mut rounds = rounds.iter().copied();
    let mut round = 0;
    while let Some(a) = rounds.next() {
        let mut step = Step { state, ..Step::default() };
        let t = plus(state, a);
        if (4..32).contains(&round) {
            let b = rounds.next().unwrap_or_default();
            let [t_0, t_1, t_2] = t;
            let u = t_0.square();
            let m = u.square() * t_0;
            let [r_0, r_1, r_2] = plus(times(mds, [m, t_1, t_2]), b);
            let v = r_0.square();
            state = times(mds, [v.square() * r_0, r_1, r_2]);
            (step.squares, step.partial) = ([u, m, v], true);
            step.constants = [a[0], a[1], a[2], b[0], b[1], b[2]];
        } else {
            let u = t.map(|t| t.square());
            state = times(mds, [u[0].square() * t[0], u[1].square() * t[1], u[2].square() * t[2]]);
            (step.squares, step.full) = (u, true);
            step.constants = [a[0], a[1], a[2], Fp::ZERO, Fp::ZERO, Fp::ZERO];
        }
        out.push(step);
        round += 1;
    }
    out.push(Step { state, ..Step::default() });
    out
}

/// The permutation.
pub fn permute(state: [Fp; WIDTH]) -> [Fp; WIDTH] {
    permutation_rows(state).last().map(|step| step.state).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use halo2_poseidon::{ConstantLength, Hash};

    use super::*;

    #[test]
    fn the_permutation_is_that_of_an_independent_implementation() {
        for seed in 0..5u64 {
            let message = [Fp::from(seed), -Fp::from(3 + seed * seed)];
            let hash = Hash::<Fp, P128Pow5T3, ConstantLength<2>, WIDTH, RATE>::init().hash(message);
            // The capacity of that sponge is the message's length times 2^64.
            let capacity = Fp::from(2) * Fp::from(1 << 32).square();
            assert_eq!(permute([message[0], message[1], capacity])[0], hash);
        }
    }

    #[test]
    fn a_permutation_has_as_many_rows_as_it_says() {
        let rows = permutation_rows([Fp::ONE; 3]);
        assert_eq!(rows.len(), PERMUTATION_ROWS);
        assert_eq!(rows.iter().filter(|row| row.full).count(), 8);
        assert_eq!(rows.iter().filter(|row| row.partial).count(), 28);
    }
}
