//! Sums of multiples of points against single multiplications.

use halo2_proofs::pasta::Fp;
use pasta_curves::{
    group::{Group, ff::Field},
    vesta,
};
use rand10::{RngExt, SeedableRng, rngs::StdRng};
use zkinfer_verifier::{
    backend::Native,
    halo2::{
        backend::{Backend, Sum},
        point::Point,
    },
};

fn expected(terms: &[(vesta::Affine, Fp)]) -> Point {
    let sum =
        terms.iter().fold(vesta::Point::identity(), |sum, (point, scalar)| sum + *point * *scalar);
    Point::from_affine(&vesta::Affine::from(sum))
}

fn check(terms: &[(vesta::Affine, Fp)]) {
    let mut sum = Sum::new();
    terms.iter().for_each(|(point, scalar)| sum.add(Point::from_affine(point).as_bytes(), scalar));
    assert_eq!(sum.len(), terms.len());
    assert_eq!(Native::sum(sum.clone()), Ok(expected(terms)));
    #[cfg(feature = "host-functions")]
    assert_eq!(zkinfer_verifier::backend::Host::sum(sum), Ok(expected(terms)));
}

fn random(rng: &mut StdRng, count: usize) -> Vec<(vesta::Affine, Fp)> {
    (0..count).map(|_| (vesta::Affine::from(vesta::Point::random(rng)), Fp::random(rng))).collect()
}

#[test]
fn sums_of_every_size_are_right() {
    let mut rng = StdRng::seed_from_u64(1);
    for count in (0..40).chain([127, 128, 129, 511, 512, 2047, 2048]) {
        check(&random(&mut rng, count));
    }
}

#[test]
fn sums_with_scalars_and_points_at_the_edges_are_right() {
    let mut rng = StdRng::seed_from_u64(2);
    let generator = vesta::Affine::from(vesta::Point::generator());
    let identity = vesta::Affine::from(vesta::Point::identity());
    let edges = [
        Fp::zero(),
        Fp::one(),
        -Fp::one(),
        Fp::from(2).pow([254]),
        Fp::from(u64::MAX),
        Fp::from(2).invert().unwrap(),
    ];
    for count in [1, 2, 5, 33, 200] {
        for scalar in edges {
            check(&vec![(generator, scalar); count]);
            let alternating = |i: usize| {
                if i.is_multiple_of(2) { (generator, scalar) } else { (-generator, scalar) }
            };
            check(&(0..count).map(alternating).collect::<Vec<_>>());
            check(&vec![(identity, scalar); count]);
            let mut mixed = random(&mut rng, count);
            mixed.iter_mut().for_each(|term| {
                if rng.random() {
                    term.1 = scalar;
                }
            });
            check(&mixed);
        }
    }
}

#[test]
fn a_point_that_is_none_is_an_error_not_an_answer() {
    let mut sum = Sum::new();
    sum.add(Point::from_trusted_coordinates(&[1; 64]).as_bytes(), &Fp::one());
    assert!(Native::sum(sum).is_err());
}
