//! The host function of Polkadot's RFC-0163, by `sp-crypto-ec-utils`, called directly: arkworks'
//! hook over it panics where it returns an error.

use sp_crypto_ec_utils::vesta::host_calls;

use super::{Backend, Sum};
use crate::{
    backend::{BackendError, Host},
    halo2::point::{POINT_LEN, Point},
};

impl Backend for Host {
    fn sum(sum: Sum) -> Result<Point, BackendError> {
        if sum.is_empty() {
            return Ok(Point::IDENTITY);
        }
        let (points, scalars) = sum.into_sequences();
        let mut out = [0; POINT_LEN];
        host_calls::vesta_msm(&points, &scalars, &mut out).or(Err(BackendError))?;
        Ok(Point::from_host(&out))
    }
}
