//! The length of a key's proofs: every proof of one key has the same length.

use alloc::vec;

use ff::{Field, PrimeField};
use pasta_curves::Fp;

use super::{
    error::ProofError,
    key::VerifyingKey,
    plonk::{self, Known},
    point::FIELD_LEN,
    transcript::TranscriptRead,
};

impl VerifyingKey {
    /// The number of bytes of every proof under this key; none of another length is worth reading.
    ///
    /// # Complexity
    /// As for a proof without its points: evaluations of the constraints, and the multi-opening's
    /// sets.
    pub fn proof_len(&self) -> usize {
        let layout = self.layout();
        let description = layout.description();
        let fixed = vec![(); self.fixed().len()];
        let permutation = vec![(); self.permutation().len()];
        let instance = vec![(); description.instance_rows.len()];
        let known = Known {
            layout,
            digest: &Fp::ZERO,
            fixed: &fixed,
            permutation: &permutation,
            instance: &instance,
        };
        let mut counter = Counter { items: 0, challenge: Fp::MULTIPLICATIVE_GENERATOR };
        // Neither fails: everything can be read, and no challenge is a root of unity.
        if let Ok(Some(claims)) = plonk::claims(&known, &mut counter) {
            let _ = claims.reduce(&mut counter);
        }
        // The inner product: S, the rounds, c and f.
        let rounds = usize::from(description.k).saturating_mul(2);
        counter.items.saturating_add(rounds).saturating_add(3).saturating_mul(FIELD_LEN)
    }
}

/// Counts what is read. Points and scalars are equally long.
struct Counter {
    items: usize,
    challenge: Fp,
}

impl Counter {
    fn count(&mut self) {
        self.items = self.items.saturating_add(1);
    }
}

impl TranscriptRead for Counter {
    type Scalar = Fp;
    type Commitment = ();

    fn common_scalar(&mut self, _: &Fp) {}

    fn common_point(&mut self, (): &()) {}

    fn read_point(&mut self) -> Result<(), ProofError> {
        self.count();
        Ok(())
    }

    fn read_scalar(&mut self) -> Result<Fp, ProofError> {
        self.count();
        Ok(Fp::ZERO)
    }

    /// Different each time: a repeated one would make points of the multi-opening meet.
    fn squeeze_challenge(&mut self) -> Fp {
        self.challenge += Fp::ONE;
        self.challenge
    }
}
