//! Poseidon's permutation over the base field of Pallas: three lanes, `x^5`, 8 full and 56 partial
//! rounds (`P128Pow5T3` of `halo2_poseidon`, the constants of Orchard).
//!
//! In the circuit a row is one full round or two partial rounds, as in `halo2_gadgets`' `Pow5Chip`.
//! Here the squares are cells of their own, which brings the gates' degree from six to four, and
//! round constants share their columns with the weights.
//!
//! ```text
//! full     u_i = (s_i + a_i)²                s' = M · (u_i² · (s_i + a_i))_i
//! partial  u = (s_0 + a_0)²                  m = u² · (s_0 + a_0)
//!          t = M · (m, s_1 + a_1, s_2 + a_2) + b
//!          v = t_0²                          s' = M · (v² · t_0, t_1, t_2)
//! ```

use halo2_poseidon::Mds;
use zeroize::{Zeroize, Zeroizing};

use super::field::CircuitField;

/// Lanes of the state.
pub const WIDTH: usize = 3;
/// Lanes that absorb.
pub const RATE: usize = 2;
/// Rows of a permutation in the circuit; the last holds the result.
pub const PERMUTATION_ROWS: usize = 8 + 56 / 2 + 1;

/// Constants of the permutation.
#[derive(Clone, Debug)]
pub struct Parameters<F> {
    /// The rounds' constants.
    pub rounds: Vec<[F; WIDTH]>,
    /// The mixing matrix.
    pub mds: Mds<F, WIDTH>,
    /// Its inverse.
    pub inverse: Mds<F, WIDTH>,
}

/// A row of a permutation, as secret as what is permuted.
#[derive(Clone, Copy)]
pub struct Step<F> {
    /// The state before the row's rounds.
    pub state: [F; WIDTH],
    /// `u_0, u_1, u_2`, or `u, m, v`.
    pub squares: [F; 3],
    /// `a_0, a_1, a_2, b_0, b_1, b_2`.
    pub constants: [F; 6],
    /// One full round.
    pub full: bool,
    /// Two partial rounds.
    pub partial: bool,
}

impl<F: CircuitField> Zeroize for Step<F> {
    fn zeroize(&mut self) {
        self.state.zeroize();
        self.squares.zeroize();
    }
}

fn empty<F: CircuitField>() -> Step<F> {
    Step {
        state: [F::ZERO; WIDTH],
        squares: [F::ZERO; 3],
        constants: [F::ZERO; 6],
        full: false,
        partial: false,
    }
}

fn times<F: CircuitField>(matrix: &Mds<F, WIDTH>, x: [F; WIDTH]) -> [F; WIDTH] {
    matrix.map(|row| row.iter().zip(x).map(|(m, x)| *m * x).sum())
}

fn plus<F: CircuitField>(x: [F; WIDTH], y: [F; WIDTH]) -> [F; WIDTH] {
    let mut sum = x;
    sum.iter_mut().zip(y).for_each(|(to, from)| *to += from);
    sum
}

/// The rows of a permutation of `state`; the last row's state is the result.
pub fn permutation_rows<F: CircuitField>(
    parameters: &Parameters<F>,
    mut state: [F; WIDTH],
) -> Zeroizing<Vec<Step<F>>> {
    let Parameters { rounds, mds, .. } = parameters;
    let mut out = Zeroizing::new(Vec::with_capacity(PERMUTATION_ROWS));
    let mut rounds = rounds.iter().copied();
    let mut round = 0;
    while let Some(a) = rounds.next() {
        let mut step = Step { state, ..empty() };
        let t = plus(state, a);
        if (4..32).contains(&round) {
            let b = rounds.next().unwrap_or([F::ZERO; WIDTH]);
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
            step.constants = [a[0], a[1], a[2], F::ZERO, F::ZERO, F::ZERO];
        }
        out.push(step);
        round += 1;
    }
    out.push(Step { state, ..empty() });
    out
}

/// The permutation.
pub fn permute<F: CircuitField>(parameters: &Parameters<F>, state: [F; WIDTH]) -> [F; WIDTH] {
    permutation_rows(parameters, state).last().map_or(state, |step| step.state)
}

#[cfg(test)]
mod tests {
    use ff::Field;
    use halo2_poseidon::{ConstantLength, Hash, P128Pow5T3};
    use halo2_proofs::pasta::Fp;

    use super::*;

    #[test]
    fn the_permutation_is_that_of_an_independent_implementation() {
        for seed in 0..5u64 {
            let message = [Fp::from(seed), -Fp::from(3 + seed * seed)];
            let hash = Hash::<Fp, P128Pow5T3, ConstantLength<2>, WIDTH, RATE>::init().hash(message);
            // The capacity of that sponge is the message's length times 2^64.
            let capacity = Fp::from(2) * Fp::from(1 << 32).square();
            assert_eq!(permute(&Fp::poseidon(), [message[0], message[1], capacity])[0], hash);
        }
    }

    #[test]
    fn a_permutation_has_as_many_rows_as_it_says() {
        let rows = permutation_rows(&Fp::poseidon(), [Fp::ONE; 3]);
        assert_eq!(rows.len(), PERMUTATION_ROWS);
        assert_eq!(rows.iter().filter(|row| row.full).count(), 8);
        assert_eq!(rows.iter().filter(|row| row.partial).count(), 28);
    }
}
