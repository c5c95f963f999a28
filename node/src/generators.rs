//! Halo2's generators for the genesis of development chains, from the files that the verifier
//! crate's example `halo2-generators` writes. The runtime compares them with the hashes in its code
//! when it builds the genesis.

use serde_json::{Value, json};
use sp_core::Bytes;
use zkinfer_verifier::halo2::{
    bounds::MIN_K,
    generators::{CHUNK_LEN, chunks, lagrange_rows},
    point::POINT_LEN,
};

/// Largest circuit of the development chains from their start: 2^12 rows. For larger ones the rest
/// is uploaded.
const K: u8 = 12;

const TABLE: &[u8] = include_bytes!("../../pallets/verifier/generators/table.bin");
const LAGRANGE: &[u8] = include_bytes!("../../pallets/verifier/generators/lagrange.bin");

/// The chunks of the table for 2^[`K`] rows.
fn table() -> Vec<Bytes> {
    TABLE.chunks(CHUNK_LEN).take(chunks(K) as usize).map(|chunk| Bytes(chunk.to_vec())).collect()
}

/// The Lagrange generators of each k up to [`K`].
fn lagrange() -> Vec<(u8, Bytes)> {
    let mut rest = LAGRANGE;
    (MIN_K..=K)
        .map_while(|k| {
            let (points, others) = rest.split_at_checked(lagrange_rows(k) * POINT_LEN)?;
            rest = others;
            Some((k, Bytes(points.to_vec())))
        })
        .collect()
}

/// The genesis of the inference pallet.
pub fn patch() -> Value {
    json!({ "generatorChunks": table(), "lagrangeGenerators": lagrange() })
}

#[cfg(test)]
mod tests {
    use zkinfer_verifier::halo2::{
        bounds::MAX_K,
        generators::{is_chunk, is_lagrange},
    };

    use super::*;

    #[test]
    fn the_files_hold_the_generators_that_the_code_knows() {
        assert_eq!(TABLE.len(), CHUNK_LEN * chunks(MAX_K) as usize);
        assert!((0..).zip(TABLE.chunks(CHUNK_LEN)).all(|(index, chunk)| is_chunk(index, chunk)));
        assert_eq!(table().len(), 4);
        assert_eq!(
            LAGRANGE.len(),
            (MIN_K..=MAX_K).map(|k| lagrange_rows(k) * POINT_LEN).sum::<usize>()
        );
        assert_eq!(lagrange().len(), 10);
        assert!(lagrange().iter().all(|(k, points)| is_lagrange(*k, points)));
    }
}
