//! The host functions of Polkadot's RFC-0163, by `sp-crypto-ec-utils`.
//!
//! The host takes and gives arkworks' encoding without compression and without validation: points
//! as in [`serialization`](crate::notes::serialization), a sequence as its length in eight
//! little-endian bytes and its items. We call the functions themselves rather than arkworks' hooks
//! over them, which panic where these return an error.

use alloc::vec::Vec;

use sp_crypto_ec_utils::bls12_381::host_calls;

use super::{Backend, BackendError, G1Bytes, G2Bytes};
use crate::point::G1_UNCOMPRESSED;

/// Bytes of an element of the target field: twelve of 48.
const TARGET_LEN: usize = 12 * 48;
/// The scalar 1.
const ONE: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};

/// The host functions of RFC-0163. Outside a runtime they run arkworks in place.
#[derive(Clone, Copy, Debug)]
pub enum Host {}

impl Backend for Host {
    fn input_point(
        points: &[G1Bytes; 4],
        scalars: &[[u8; 32]; 3],
    ) -> Result<G1Bytes, BackendError> {
        let [x1, x2, x3] = *scalars;
        Self::combination(points, &[ONE, x1, x2, x3])
    }

    fn combination(points: &[G1Bytes], scalars: &[[u8; 32]]) -> Result<G1Bytes, BackendError> {
        if points.len() != scalars.len() {
            return Err(BackendError);
        }
        let mut out = [0u8; G1_UNCOMPRESSED];
        host_calls::bls12_381_msm_g1(
            &sequence(points.iter().map(|point| &point[..])),
            &sequence(scalars.iter().map(|scalar| &scalar[..])),
            &mut out,
        )
        .or(Err(BackendError))?;
        Ok(out)
    }

    fn pairings_cancel(p: &[&G1Bytes], q: &[&G2Bytes]) -> Result<bool, BackendError> {
        if p.len() != q.len() {
            return Err(BackendError);
        }
        let mut product = [0u8; TARGET_LEN];
        host_calls::bls12_381_multi_miller_loop(
            &sequence(p.iter().map(|point| &point[..])),
            &sequence(q.iter().map(|point| &point[..])),
            &mut product,
        )
        .or(Err(BackendError))?;
        host_calls::bls12_381_final_exponentiation(&mut product).or(Err(BackendError))?;
        Ok(is_one(&product))
    }
}

/// One of the target field: the first of its twelve coordinates, little-endian, is 1 and all others
/// are 0.
fn is_one(bytes: &[u8; TARGET_LEN]) -> bool {
    let [first, rest @ ..] = bytes;
    *first == 1 && rest.iter().all(|byte| *byte == 0)
}

fn sequence<'a>(items: impl ExactSizeIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&(items.len() as u64).to_le_bytes());
    items.for_each(|item| out.extend_from_slice(item));
    out
}
