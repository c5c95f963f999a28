//! The generators are those of halo2_proofs, and every chunk is known by its hash.

use halo2_proofs::{pasta::EqAffine, poly::commitment::Params};
use zkinfer_verifier::halo2::{
    bounds::{MAX_K, MIN_K},
    generators::{CHUNK, CHUNK_LEN, chunks, compute, is_chunk, is_lagrange},
    point::POINT_LEN,
};

use crate::oracle::Table;

#[test]
fn generators_are_those_of_halo2() {
    for k in [3, 5, 8] {
        let theirs = Table::new(&Params::<EqAffine>::new(k));
        let ours = compute::table(0..1 << k);
        assert_eq!(ours, theirs.g);
        assert_eq!(compute::lagrange(k as u8, &ours).unwrap(), theirs.lagrange[&(k as u8)]);
    }
}

#[test]
fn chunks_are_known_by_their_hashes_and_every_byte_counts() {
    for index in [0, 1, chunks(MAX_K) - 1] {
        let from = index * CHUNK as u32;
        let mut chunk = compute::table(from..from + CHUNK as u32);
        assert!(is_chunk(index, &chunk));
        assert!(!is_chunk(index + 1, &chunk), "another chunk's place");
        assert!(!is_chunk(index, &chunk[1..]));
        for at in (0..CHUNK_LEN).step_by(9973).chain([CHUNK_LEN - 1]) {
            chunk[at] ^= 1;
            assert!(!is_chunk(index, &chunk));
            chunk[at] ^= 1;
        }
    }
    assert!(!is_chunk(chunks(MAX_K), &[0; CHUNK_LEN]));
    assert!(!is_chunk(u32::MAX, &[0; CHUNK_LEN]));
}

#[test]
fn lagrange_generators_are_known_by_their_hashes() {
    let table = compute::table(0..1 << 8);
    for k in MIN_K..=8 {
        let mut points = compute::lagrange(k, &table[..POINT_LEN << k]).unwrap();
        assert!(is_lagrange(k, &points));
        assert!(!is_lagrange(k + 1, &points));
        points[7] ^= 1;
        assert!(!is_lagrange(k, &points));
    }
    for k in [0, 2, MAX_K + 1, 255] {
        assert!(!is_lagrange(k, &[]));
    }
}

#[test]
fn lagrange_generators_need_the_whole_table() {
    let table = compute::table(0..7);
    assert!(compute::lagrange(3, &table).is_err());
    assert!(compute::lagrange(MAX_K + 1, &table).is_err());
}

#[test]
fn small_circuits_need_one_chunk_and_large_ones_more() {
    assert_eq!([3, 10, 11, 13, 15].map(chunks), [1, 1, 2, 8, 32]);
}
