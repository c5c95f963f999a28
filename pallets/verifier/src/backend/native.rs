//! Plain Rust.

use alloc::vec::Vec;

use bls12_381::{G1Affine, G1Projective, G2Affine, G2Prepared, Gt, multi_miller_loop};

use super::{Backend, BackendError, G1Bytes, G2Bytes};
use crate::scalar;

/// Plain Rust, by the crate `bls12_381`.
#[derive(Clone, Copy, Debug)]
pub enum Native {}

impl Backend for Native {
    fn input_point(
        points: &[G1Bytes; 4],
        scalars: &[[u8; 32]; 3],
    ) -> Result<G1Bytes, BackendError> {
        let [constant, points @ ..] = points;
        let mut sum = G1Projective::from(g1(constant)?);
        for (point, bytes) in points.iter().zip(scalars) {
            let scalar = scalar::decode(bytes).ok_or(BackendError)?;
            sum += g1(point)? * scalar;
        }
        Ok(G1Affine::from(sum).to_uncompressed())
    }

    fn combination(points: &[G1Bytes], scalars: &[[u8; 32]]) -> Result<G1Bytes, BackendError> {
        if points.len() != scalars.len() {
            return Err(BackendError);
        }
        let mut sum = G1Projective::identity();
        for (point, bytes) in points.iter().zip(scalars) {
            let scalar = scalar::decode(bytes).ok_or(BackendError)?;
            sum += g1(point)? * scalar;
        }
        Ok(G1Affine::from(sum).to_uncompressed())
    }

    fn pairings_cancel(p: &[&G1Bytes], q: &[&G2Bytes]) -> Result<bool, BackendError> {
        if p.len() != q.len() {
            return Err(BackendError);
        }
        let p = p.iter().map(|point| g1(point)).collect::<Result<Vec<_>, _>>()?;
        let q =
            q.iter().map(|point| g2(point).map(G2Prepared::from)).collect::<Result<Vec<_>, _>>()?;
        let pairs: Vec<_> = p.iter().zip(&q).collect();
        Ok(multi_miller_loop(&pairs).final_exponentiation() == Gt::identity())
    }
}

// Validated before they were encoded: curve and subgroup are not checked again.
fn g1(bytes: &G1Bytes) -> Result<G1Affine, BackendError> {
    Option::from(G1Affine::from_uncompressed_unchecked(bytes)).ok_or(BackendError)
}

fn g2(bytes: &G2Bytes) -> Result<G2Affine, BackendError> {
    Option::from(G2Affine::from_uncompressed_unchecked(bytes)).ok_or(BackendError)
}
