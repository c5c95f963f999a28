use crate::{
    oracle::{Case, point},
};
use pasta_curves::{
    arithmetic::CurveExt,
    group::{CurveAffine, GroupEncoding},
};
use zkinfer_verifier::halo2::{
    generators::{U, W},
    point::Point,
};

#[test]
fn the_constants_are_the_generators_of_halo2() {
    let hasher = pasta_curves::vesta::Point::hash_to_curve("Halo2-Parameters");
    for (ours, message) in [(W, 1), (U, 2)] {
        let point = pasta_curves::vesta::Affine::from(hasher(&[message]));
        assert_eq!(ours.as_bytes(), Point::from_affine(&point).as_bytes());
    }
}
