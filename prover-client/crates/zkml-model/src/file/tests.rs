use proptest::prelude::*;

use super::*;
use crate::random;

fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&body);
    body.extend_from_slice(&sum);
    body
}

#[test]
fn the_smallest_model_has_the_documented_bytes() {
    let model = QuantizedModel {
        input: InputSpec { shape: vec![2], min: -3, bits: 4 },
        nodes: vec![Node {
            name: "r".into(),
            op: Operation::Requantize { shift: 7 },
            inputs: vec![Operand::Input],
            shape: vec![2],
        }],
    };
    let mut expected = b"zkmodel\0\x01\0".to_vec();
    expected.extend_from_slice(&[1, 2, 0, 0, 0, 0xfd, 0xff, 0xff, 0xff, 4, 1, 0, 0, 0]);
    expected.extend_from_slice(&[1, 0, b'r', 0, 0, 0, 0, 1, 2, 0, 0, 0, 3, 7]);
    assert_eq!(encode(&model), sealed(expected));
}

#[test]
fn a_model_with_a_later_operation_has_the_documented_bytes_of_version_2() {
    let node = |op, inputs| Node { name: String::new(), op, inputs, shape: vec![2] };
    let table = Table { first: -1, values: vec![3, -4] };
    let model = QuantizedModel {
        input: InputSpec { shape: vec![2], min: 0, bits: 1 },
        nodes: vec![
            node(Operation::Clip { min: -2, max: 5 }, vec![Operand::Input]),
            node(Operation::Add, vec![Operand::Input, Operand::Node(0)]),
            node(Operation::LeakyRelu { positive: 7, negative: -1 }, vec![Operand::Node(1)]),
            node(Operation::Table(table), vec![Operand::Node(2)]),
        ],
    };
    let mut expected = b"zkmodel\0\x02\0".to_vec();
    expected.extend_from_slice(&[1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0]);
    expected.extend_from_slice(&[0, 0, 1, 0, 0, 0, 0, 1, 2, 0, 0, 0, 11, 0xfe]);
    expected.extend_from_slice(&[0xff; 7]);
    expected.extend_from_slice(&[5, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend_from_slice(&[0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0, 6]);
    expected.extend_from_slice(&[0, 0, 1, 2, 0, 0, 0, 1, 2, 0, 0, 0, 12, 7, 0xff]);
    expected
        .extend_from_slice(&[0, 0, 1, 3, 0, 0, 0, 1, 2, 0, 0, 0, 13, 0xff, 0xff, 0xff, 0xff, 2, 0]);
    expected.extend_from_slice(&[3, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff]);
    assert_eq!(encode(&model), sealed(expected));
    assert_eq!(decode(&encode(&model)), Ok(model));
}

#[test]
fn a_scaling_has_the_documented_bytes() {
    let channels = vec![Scaling { multiplier: -2, offset: 258, shift: 9 }];
    let op = Operation::Rescale(Rescale { channels });
    let node = Node { name: String::new(), op, inputs: vec![Operand::Input], shape: vec![2] };
    let input = InputSpec { shape: vec![2], min: 0, bits: 1 };
    let model = QuantizedModel { input, nodes: vec![node] };
    let mut expected = b"zkmodel\0\x02\0".to_vec();
    expected.extend_from_slice(&[1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
    expected.extend_from_slice(&[0, 0, 1, 0, 0, 0, 0, 1, 2, 0, 0, 0, 14, 1, 0, 0, 0, 0xfe]);
    expected.extend_from_slice(&[0xff; 7]);
    expected.extend_from_slice(&[2, 1, 0, 0, 0, 0, 0, 0, 9]);
    assert_eq!(encode(&model), sealed(expected.clone()));
    assert_eq!(decode(&encode(&model)), Ok(model));
    // A number of scalings that the file does not have.
    expected.truncate(expected.len() - 21);
    expected.extend_from_slice(&[0xff; 4]);
    assert!(matches!(decode(&sealed(expected)), Err(FileError::Truncated { .. })));
}

#[test]
fn a_top_k_has_the_documented_bytes() {
    let model = QuantizedModel {
        input: InputSpec { shape: vec![9], min: 0, bits: 4 },
        nodes: vec![Node {
            name: "t".into(),
            op: Operation::TopK { k: 3 },
            inputs: vec![Operand::Input],
            shape: vec![3],
        }],
    };
    let mut expected = b"zkmodel\0\x02\0".to_vec();
    expected.extend_from_slice(&[1, 9, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0]);
    expected.extend_from_slice(&[1, 0, b't', 1, 0, 0, 0, 0, 1, 3, 0, 0, 0, 15, 3]);
    assert_eq!(encode(&model), sealed(expected.clone()));
    assert_eq!(decode(&encode(&model)), Ok(model));
    // Eight places, and none.
    for k in [0, 8] {
        *expected.last_mut().expect("bytes") = k;
        assert!(matches!(decode(&sealed(expected.clone())), Err(FileError::Model(_))), "{k}");
    }
}

#[test]
fn random_models_of_every_answer_come_back() {
    for seed in 0..60 {
        let model = random::outputs(seed);
        assert_eq!(decode(&encode(&model)), Ok(model));
    }
}

#[test]
fn an_early_model_in_a_later_version_and_a_later_operation_in_an_early_one_are_refused() {
    // One node, a ReLU, in version 2.
    let mut body = b"zkmodel\0\x02\0\x01\x01\0\0\0\0\0\0\0\x04\x01\0\0\0".to_vec();
    body.extend_from_slice(&[0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 2]);
    assert!(matches!(decode(&sealed(body)), Err(FileError::Field { field: "version", at: 8, .. })));
    let mut body = b"zkmodel\0\x01\0\x01\x01\0\0\0\0\0\0\0\x04\x01\0\0\0".to_vec();
    body.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 6]);
    assert!(matches!(decode(&sealed(body)), Err(FileError::Field { field: "operation", .. })));
}

#[test]
fn the_hash_is_blake2b_256() {
    assert_eq!(
        hex::encode(hash(b"abc")),
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
    );
}

#[test]
fn every_truncation_is_refused() {
    for model in [random::model(3)].into_iter().chain((0..20).map(random::graph)) {
        let file = encode(&model);
        for end in 0..file.len() {
            match decode(&file[..end]) {
                Err(FileError::Truncated { at, len, .. }) => assert!(at <= end && len == end),
                Err(FileError::Magic) => assert!(end < MAGIC.len()),
                other => panic!("cut at {end}: {other:?}"),
            }
        }
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    for seed in 0..8 {
        let file = encode(&random::model(seed));
        for bit in 0..file.len() * 8 {
            let mut bad = file.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&bad).is_err(), "seed {seed}, bit {bit}");
        }
    }
}

#[test]
fn trailing_bytes_other_magics_and_versions_are_refused() {
    let file = encode(&random::model(5));
    let longer = [&file[..], &[0]].concat();
    assert_eq!(decode(&longer), Err(FileError::Trailing { at: file.len(), count: 1 }));
    assert_eq!(decode(b"PK\x03\x04 something else"), Err(FileError::Magic));
    let mut later = file;
    later[8] = 3;
    assert_eq!(decode(&later), Err(FileError::Version { got: 3 }));
}

#[test]
fn a_size_beyond_the_file_is_refused_before_anything_is_allocated() {
    let mut body = b"zkmodel\0\x01\0\x01\x01\0\0\0\0\0\0\0\x04\x01\0\0\0".to_vec();
    body.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1]);
    body.extend_from_slice(&[0xff; 8]);
    let error = decode(&sealed(body)).expect_err("has no weights");
    let need = 0xffff_ffff_u64 * 0xffff_ffff;
    assert!(
        matches!(error, FileError::Truncated { field: "weights", need: n, .. } if n == need),
        "{error}"
    );
    assert!(error.to_string().contains("inside `weights`"));
}

#[test]
fn a_well_formed_file_of_an_invalid_model_is_refused() {
    let mut model = random::model(1);
    model.input.bits = 17;
    assert!(matches!(decode(&encode(&model)), Err(FileError::Model(_))));
    let mut model = random::model(1);
    model.nodes[0].inputs = vec![Operand::Node(0)];
    assert!(matches!(decode(&encode(&model)), Err(FileError::Field { field: "operand", .. })));
}

proptest! {
    #[test]
    fn a_model_survives_its_file_and_the_file_is_canonical(seed: u64, branches: bool) {
        let model = if branches { random::graph(seed) } else { random::model(seed) };
        let file = encode(&model);
        let back = decode(&file).expect("just written");
        prop_assert_eq!(&back, &model);
        prop_assert_eq!(encode(&back), file);
    }

    #[test]
    fn what_decodes_under_a_right_checksum_encodes_to_itself(
        seed in 0u64..64,
        branches: bool,
        at: usize,
        byte: u8,
    ) {
        let mut body = encode(&if branches { random::graph(seed) } else { random::model(seed) });
        body.truncate(body.len() - CHECKSUM);
        let at = at % body.len();
        body[at] = byte;
        let file = sealed(body);
        if let Ok(model) = decode(&file) {
            prop_assert_eq!(encode(&model), file);
        }
    }

    #[test]
    fn no_bytes_make_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for version in [1, 2] {
            let file = [b"zkmodel\0".as_slice(), &[version, 0], &bytes].concat();
            prop_assert!(decode(&file).is_err());
        }
    }
}
