//! Plain Rust.

use bls12_381::{G1Affine, G1Projective, G2Affine, G2Prepared, Gt, multi_miller_loop};

use super::{Backend, BackendError, G1Bytes, G2Bytes};
use crate::scalar;

/// Plain Rust, by the crate `bls12_381`.
#[derive(Clone, Copy, Debug)]
pub enum Native {}

impl Backend for Native {
    fn input_point(points: &[G1Bytes; 4], scalars: &[[u8; 32]; 3]) -> Result<G1Bytes, BackendError> {
        let [constant, points @ ..] = points;
        let mut sum = G1Projective::from(g1(constant)?);
        for (point, bytes) in points.iter().zip(scalars) {
            let scalar = scalar::decode(bytes).ok_or(BackendError)?;
            sum += g1(point)? * scalar;
        }
        Ok(G1Affine::from(sum).to_uncompressed())
    }

    fn pairings_cancel(p: [&G1Bytes; 4], q: [&G2Bytes; 4]) -> Result<bool, BackendError> {
        let [p0, p1, p2, p3] = p;
        let p = [g1(p0)?, g1(p1)?, g1(p2)?, g1(p3)?];
        let [q0, q1, q2, q3] = q;
        let q = [g2(q0)?, g2(q1)?, g2(q2)?, g2(q3)?].map(G2Prepared::from);
        let ([p0, p1, p2, p3], [q0, q1, q2, q3]) = (&p, &q);
        let product = multi_miller_loop(&[(p0, q0), (p1, q1), (p2, q2), (p3, q3)]).final_exponentiation();
        Ok(product == Gt::identity())
    }
}

// Validated before they were encoded: curve and subgroup are not checked again.
fn g1(bytes: &G1Bytes) -> Result<G1Affine, BackendError> {
    Option::from(G1Affine::from_uncompressed_unchecked(bytes)).ok_or(BackendError)
}

fn g2(bytes: &G2Bytes) -> Result<G2Affine, BackendError> {
    Option::from(G2Affine::from_uncompressed_unchecked(bytes)).ok_or(BackendError)
}
