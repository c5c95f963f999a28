//! Halo2's generators: uploaded once, by anybody, and only the right ones.

use frame_support::{BoundedVec, assert_noop, assert_ok, traits::Get};

use zkinfer_primitives::{ManifestHash, ModelHash};

use crate::{
    Error, Event, GeneratorChunks, LagrangeGenerators, Pallet,
    benchmarking::fixture,
    mock::{prover::Setup, *},
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
        GeneratorsPart::Lagrange { k } => {
            Generators::Lagrange { k, points: points(fixture::lagrange(k)) }
        }
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

/// Otherwise an honest claimant could not submit its proof, and would lose its lock to the
/// requester.
#[test]
fn no_halo2_key_is_registered_before_its_generators_are_there() {
    let register = |key: &Setup| {
        let (trust, visibility) = key.trust();
        let (model, manifest) = (ModelHash([1; 32]), ManifestHash([2; 32]));
        let key = Box::new(key.key());
        Inference::register_model(
            signed(owner()),
            model,
            manifest,
            key,
            trust,
            visibility,
            PRICE,
            None,
        )
    };
    let add = |key: &Setup| {
        let (trust, visibility) = key.trust();
        let (model, manifest) = (ModelHash([1; 32]), ManifestHash([2; 32]));
        let key = Box::new(key.key());
        Inference::add_version(
            signed(owner()),
            0,
            model,
            manifest,
            key,
            trust,
            visibility,
            PRICE,
            None,
        )
    };
    run(|| {
        let missing = GeneratorsPart::Lagrange { k: K + 1 };
        assert_ok!(register(&HALO2));
        assert_noop!(register(&HALO2_LARGER), Error::<Test>::GeneratorsMissing);
        assert_noop!(add(&HALO2_LARGER), Error::<Test>::GeneratorsMissing);
        upload(missing);
        assert_ok!(register(&HALO2_LARGER));
        assert_ok!(add(&HALO2_LARGER));
        // Nor is one that others have registered already.
        LagrangeGenerators::<Test>::remove(K + 1);
        assert_noop!(register(&HALO2_LARGER), Error::<Test>::GeneratorsMissing);
        assert_noop!(add(&HALO2_LARGER), Error::<Test>::GeneratorsMissing);
        upload(missing);
        GeneratorChunks::<Test>::remove(0);
        assert_noop!(add(&HALO2), Error::<Test>::GeneratorsMissing);
        upload(GeneratorsPart::Chunk { index: 0 });
        // Groth16 needs none.
        let _ =
            (GeneratorChunks::<Test>::clear(9, None), LagrangeGenerators::<Test>::clear(9, None));
        assert_ok!(register(&SETUP));
    });
}

/// Of versions from before that rule: the claim fails, and nothing is locked.
#[test]
fn no_job_is_claimed_before_the_generators_of_its_key_are_there() {
    run(|| {
        upload(GeneratorsPart::Lagrange { k: K + 1 });
        register_for(owner(), &HALO2_LARGER, PRICE, None);
        LagrangeGenerators::<Test>::remove(K + 1);
        bond(prover());
        let job = Ask::default().job();
        let claim = || Inference::claim(signed(prover()), job, terms(job));
        assert_noop!(claim(), Error::<Test>::GeneratorsMissing);
        assert_eq!(Pallet::<Test>::prover(prover()).unwrap().free, MIN_BOND);
        upload(GeneratorsPart::Lagrange { k: K + 1 });
        assert_ok!(claim());
        assert_ok!(submit(prover(), job, proof(job, prover())));
        assert_eq!(total(&prover()), START + REWARD - PRICE);
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
