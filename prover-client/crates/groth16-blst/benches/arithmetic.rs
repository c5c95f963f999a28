//! Times of the three large operations of a Groth16 prover, by size.
//!
//! ```sh
//! cargo bench -p groth16-blst
//! ```

use std::{hint::black_box, time::Instant};

use bls12_381::Scalar;
use groth16_blst::{
    curve::{Curve, G1},
    domain::Domain,
    fixed_base::FixedBase,
    msm::multi_scalar,
};

const RUNS: usize = 5;

fn main() {
    println!("| size | multiples of one point | sum of multiples | Fourier transform |");
    println!("|---|---|---|---|");
    for log in [10, 12, 14, 16] {
        let size = 1usize << log;
        let scalars: Vec<Scalar> =
            (0..size as u64).map(|i| Scalar::from(i + 3).pow_vartime(&[5, i, 0, 0])).collect();
        let base = FixedBase::new(&G1::generator(), size);
        let points = base.times_all(&scalars, &|_| {});
        let domain = Domain::new(size).expect("within the field's two-adicity");
        let multiples = median(|| drop(base.times_all(black_box(&scalars), &|_| {})));
        let sum = median(|| {
            black_box(multi_scalar::<G1>(black_box(&points), scalars.iter()));
        });
        let transform = median(|| domain.interpolate(black_box(&mut scalars.clone())));
        println!("| 2^{log} | {multiples:.1} ms | {sum:.1} ms | {transform:.1} ms |");
    }
}

/// The median time of an operation in milliseconds.
fn median(mut operation: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            operation();
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}
