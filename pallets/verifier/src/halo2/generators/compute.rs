//! Making the generators: for whoever uploads them, and for a chain's genesis. A runtime never
//! does.

use alloc::vec::Vec;
use core::ops::Range;

use ff::{Field, PrimeField};
use pasta_curves::{Fp, arithmetic::CurveExt, vesta};

use super::lagrange_rows;
use crate::{
    backend::{BackendError, Native},
    halo2::{
        backend::{Backend, Sum},
        bounds::MAX_K,
        domain::Domain,
        point::Point,
    },
};

/// The name under which halo2_proofs hashes its generators.
const DOMAIN: &str = "Halo2-Parameters";

/// The points with these indices of the table.
///
/// # Complexity
/// One hash to the curve for each, some 150 µs.
pub fn table(indices: Range<u32>) -> Vec<u8> {
    let hasher = vesta::Point::hash_to_curve(DOMAIN);
    let mut out = Vec::new();
    for index in indices {
        let [a, b, c, d] = index.to_le_bytes();
        let point = vesta::Affine::from(hasher(&[0, a, b, c, d]));
        out.extend_from_slice(Point::from_affine(&point).as_bytes());
    }
    out
}

/// The Lagrange generators of 2^k rows from the first 2^k points of the table: Lᵢ = Σⱼ (ω^(−ij) /
/// n) Gⱼ.
///
/// # Errors
/// When k is above [`MAX_K`], or the table has too few points or one that is none.
///
/// # Complexity
/// [`lagrange_rows`] multi-scalar multiplications of 2^k points.
pub fn lagrange(k: u8, table: &[u8]) -> Result<Vec<u8>, BackendError> {
    let domain = Domain::<Fp>::new(k).filter(|_| k <= MAX_K).ok_or(BackendError)?;
    let n = usize::try_from(domain.n()).or(Err(BackendError))?;
    let inverse = Fp::TWO_INV.pow_vartime([u64::from(k)]);
    let mut out = Vec::new();
    for row in (0..domain.n()).take(lagrange_rows(k)) {
        let step = domain.omega().pow_vartime([domain.n().saturating_sub(row)]);
        let scalars: Vec<Fp> =
            core::iter::successors(Some(inverse), |scalar| Some(*scalar * step)).take(n).collect();
        let mut sum = Sum::new();
        sum.add_all(table, &scalars);
        if sum.len() != n {
            return Err(BackendError);
        }
        out.extend_from_slice(Native::sum(sum)?.as_bytes());
    }
    Ok(out)
}
