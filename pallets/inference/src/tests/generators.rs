//! Halo2's generators: uploaded once, by anybody, and only the right ones.

use frame_support::{BoundedVec, assert_noop, assert_ok, traits::Get};

use crate::{
    Error, Event, GeneratorChunks, LagrangeGenerators, Pallet,
    benchmarking::fixture,
    mock::*,
    types::{Generators, GeneratorsPart},
};

fn points<S: Get<u32>>(bytes: &[u8]) -> BoundedVec<u8, S> {
    bytes.to_vec().try_into().unwrap()
}

/// The generators that have this name.
pub fn generators(part: GeneratorsPart) -> Generators {
    match part {
        GeneratorsPart::Chunk { index } => {
            Generators::Chunk { index, points: points(fixture::table_chunk(index)) }
        }
        GeneratorsPart::Lagrange { k } => Generators::Lagrange { k, points: points(fixture::lagrange(k)) },
    }
}

/// Uploads them, as somebody who has no other business here.
pub fn upload(part: GeneratorsPart) {
    assert_ok!(Inference::upload_generators(signed(stranger()), Box::new(generators(part))));
}

fn refused(generators: Generators) -> sp_runtime::DispatchResult {
    Inference::upload_generators(signed(stranger()), Box::new(generators))
}

#[test]
fn anybody_uploads_each_part_once() {
    run(|| {
        let had = total(&stranger());
        for part in [
            GeneratorsPart::Chunk { index: 1 },
            GeneratorsPart::Chunk { index: 31 },
            GeneratorsPart::Lagrange { k: 3 },
            GeneratorsPart::Lagrange { k: 15 },
        ] {
            upload(part);
            assert_eq!(last_event(), Event::GeneratorsUploaded { uploader: stranger(), part });
            assert_noop!(refused(generators(part)), Error::<Test>::GeneratorsPresent);
        }
        assert_eq!(GeneratorChunks::<Test>::get(1).unwrap()[..], *fixture::table_chunk(1));
        assert_eq!(LagrangeGenerators::<Test>::get(3).unwrap().len(), 8 * 65);
        // No deposit: the fee pays.
        assert_eq!((total(&stranger()), free(&stranger())), (had, had));
        // Those of the genesis are there already.
        for part in [GeneratorsPart::Chunk { index: 0 }, GeneratorsPart::Lagrange { k: K }] {
            assert_noop!(refused(generators(part)), Error::<Test>::GeneratorsPresent);
        }
    });
}

#[test]
fn other_points_are_refused() {
    run(|| {
        let chunk = fixture::table_chunk(1);
        let mut changed = chunk.to_vec();
        changed[40] ^= 1;
        let cases = [
            Generators::Chunk { index: 2, points: points(chunk) },
            Generators::Chunk { index: 1, points: points(&changed) },
            Generators::Chunk { index: 1, points: points(&chunk[..chunk.len() - 65]) },
            Generators::Chunk { index: 1, points: points(&[]) },
            Generators::Chunk { index: 32, points: points(chunk) },
            Generators::Chunk { index: u32::MAX, points: points(chunk) },
            Generators::Lagrange { k: 5, points: points(fixture::lagrange(6)) },
            Generators::Lagrange { k: 5, points: points(&[]) },
            Generators::Lagrange { k: 2, points: points(&[]) },
            Generators::Lagrange { k: 16, points: points(fixture::lagrange(15)) },
            Generators::Lagrange { k: u8::MAX, points: points(fixture::lagrange(15)) },
        ];
        for generators in cases {
            assert_noop!(refused(generators), Error::<Test>::WrongGenerators);
        }
    });
}

#[test]
fn a_view_says_what_is_missing() {
    run(|| {
        assert_eq!(Pallet::<Test>::missing_generators(K), vec![]);
        let missing = vec![
            GeneratorsPart::Chunk { index: 1 },
            GeneratorsPart::Chunk { index: 2 },
            GeneratorsPart::Chunk { index: 3 },
            GeneratorsPart::Lagrange { k: 12 },
        ];
        assert_eq!(Pallet::<Test>::missing_generators(12), missing);
        missing.into_iter().for_each(upload);
        assert_eq!(Pallet::<Test>::missing_generators(12), vec![]);
        for k in [0, 2, 16, u8::MAX] {
            assert_eq!(Pallet::<Test>::missing_generators(k), vec![]);
        }
    });
}

#[test]
#[should_panic(expected = "these are not Halo2's generators")]
fn a_chain_does_not_start_with_other_generators() {
    use sp_runtime::BuildStorage;
    let genesis = crate::GenesisConfig::<Test> {
        generator_chunks: vec![sp_core::Bytes(fixture::table_chunk(1).to_vec())],
        ..Default::default()
    };
    let _ = genesis.build_storage();
}

#[test]
fn a_genesis_is_read_from_json() {
    let genesis = crate::GenesisConfig::<Test> {
        generator_chunks: vec![sp_core::Bytes(fixture::table_chunk(0).to_vec())],
        lagrange_generators: vec![(K, sp_core::Bytes(fixture::lagrange(K).to_vec()))],
        ..Default::default()
    };
    let json = serde_json::to_value(&genesis).unwrap();
    assert!(json["generatorChunks"][0].as_str().unwrap().starts_with("0x"));
    assert_eq!(json["lagrangeGenerators"][0][0], K);
    let read: crate::GenesisConfig<Test> = serde_json::from_value(json).unwrap();
    assert_eq!(read.generator_chunks, genesis.generator_chunks);
}
