//! Every output has a public input of its own, and nothing else has one.

use std::collections::BTreeMap;

use codec::{DecodeAll, MaxEncodedLen};

use super::*;

fn top(classes: &[u32]) -> Output {
    Output::TopClasses(classes.to_vec().try_into().unwrap())
}

fn values(width: Width, values: &[i32]) -> Output {
    Output::Values { width, values: values.to_vec().try_into().unwrap() }
}

fn bytes(lanes: &[u8], header: u8) -> [u8; 32] {
    let mut out = [0; 32];
    out[..lanes.len()].copy_from_slice(lanes);
    out[30] = header;
    out
}

#[test]
fn outputs_are_lanes_and_a_header() {
    let cases = [
        (Output::Class(0x0403_0201), bytes(&[1, 2, 3, 4], 0)),
        (top(&[5]), bytes(&[5], 0x41)),
        (top(&[1, 0x0807_0605]), bytes(&[1, 0, 0, 0, 5, 6, 7, 8], 0x42)),
        (values(Width::Bits8, &[-128, 0, 127]), bytes(&[0, 128, 255], 0x83)),
        (values(Width::Bits16, &[-32768, 1]), bytes(&[0, 0, 1, 128], 0xa2)),
        (values(Width::Bits24, &[8_388_607]), bytes(&[255, 255, 255], 0xc1)),
        (
            values(Width::Bits32, &[i32::MIN, i32::MAX]),
            bytes(&[0, 0, 0, 0, 255, 255, 255, 255], 0xe2),
        ),
    ];
    for (output, expected) in cases {
        assert_eq!(output.to_public_input(), Ok(expected), "{output:?}");
    }
}

#[test]
fn the_greatest_outputs_stay_below_every_modulus() {
    let longest = [
        top(&[u32::MAX, u32::MAX - 1, 9, 8, 7, 6, 5]),
        values(Width::Bits8, &[127; 30]),
        values(Width::Bits16, &[i32::from(i16::MAX); 15]),
        values(Width::Bits24, &[(1 << 23) - 1; 10]),
        values(Width::Bits32, &[i32::MAX; 7]),
    ];
    for output in longest {
        let input = output.to_public_input().unwrap();
        assert_eq!(input[31], 0);
        assert!(output.encode().len() <= Output::max_encoded_len());
        assert_eq!(Output::decode_all(&mut output.encode().as_slice()).unwrap(), output);
    }
    assert_eq!(Output::max_encoded_len(), 1 + 1 + 1 + 4 * 30);
}

#[test]
fn what_is_no_output_has_no_public_input() {
    let width = Width::Bits16;
    let cases = [
        (top(&[]), OutputError::Empty),
        (values(width, &[]), OutputError::Empty),
        (top(&[3, 4, 3]), OutputError::RepeatedClass { class: 3 }),
        (values(width, &[0; 16]), OutputError::TooManyValues { count: 16, width }),
        (
            values(Width::Bits24, &[0; 11]),
            OutputError::TooManyValues { count: 11, width: Width::Bits24 },
        ),
        (
            values(Width::Bits32, &[0; 8]),
            OutputError::TooManyValues { count: 8, width: Width::Bits32 },
        ),
        (values(width, &[0, 32768]), OutputError::BeyondWidth { index: 1, value: 32768, width }),
        (values(width, &[-32769, 0]), OutputError::BeyondWidth { index: 0, value: -32769, width }),
    ];
    for (output, error) in cases {
        assert_eq!(output.to_public_input(), Err(error), "{output:?}");
        assert!(!error.to_string().is_empty());
    }
    for width in Width::ALL {
        let end = i32::try_from(width.offset() - 1).unwrap();
        for (value, fits) in
            [(end, true), (-end - 1, true), (end.wrapping_add(1), width == Width::Bits32)]
        {
            assert_eq!(
                values(width, &[value]).to_public_input().is_ok(),
                fits,
                "{width:?} {value}"
            );
        }
    }
}

/// Outputs of every kind over few numbers, with all counts.
fn many() -> Vec<Output> {
    let numbers = [0, 1, 2, 5, 128, 255, 256, 32768, 65536, 0x0041_0000, u32::MAX];
    let mut all: Vec<Output> = numbers.map(Output::Class).into();
    let mut lists: Vec<Vec<u32>> = vec![vec![]];
    for _ in 0..3 {
        let longer: Vec<Vec<u32>> = lists
            .iter()
            .flat_map(|list| numbers.map(|n| [list.as_slice(), &[n]].concat()))
            .collect();
        all.extend(longer.iter().map(|list| top(list)));
        lists = longer;
    }
    for width in Width::ALL {
        let end = i32::try_from(width.offset() - 1).unwrap();
        for count in 1..=width.most() {
            for value in [0, 1, -1, end, -end - 1] {
                all.push(values(width, &vec![value; count]));
                let mut one = vec![0; count];
                one[count / 2] = value;
                all.push(values(width, &one));
            }
        }
    }
    all.push(top(&[1, 2, 3, 4, 5, 6, 7]));
    all
}

#[test]
fn no_two_outputs_have_one_public_input() {
    let mut seen: BTreeMap<[u8; 32], Output> = BTreeMap::new();
    let mut canonical = 0;
    for output in many() {
        let Ok(input) = output.to_public_input() else { continue };
        canonical += 1;
        if let Some(other) = seen.insert(input, output.clone()) {
            assert_eq!(other, output, "two outputs have one public input");
        }
    }
    assert!(canonical > 1000, "{canonical}");
}

#[test]
fn a_public_input_tells_its_output() {
    for output in many() {
        let Ok(input) = output.to_public_input() else { continue };
        let word = |at: usize| u32::from_le_bytes(input[at..at + 4].try_into().unwrap());
        let read = match input[30] {
            0 => Output::Class(word(0)),
            header if header < 0x80 => {
                top(&(0..usize::from(header & 0x3f)).map(|i| word(4 * i)).collect::<Vec<_>>())
            }
            header => {
                let width = Width::of_bytes(usize::from(header >> 5 & 3) + 1).unwrap();
                let lane = |i: usize| {
                    let lane = &input[i * width.bytes()..(i + 1) * width.bytes()];
                    lane.iter().rev().fold(0i64, |all, byte| all << 8 | i64::from(*byte))
                };
                let numbers: Vec<i32> = (0..usize::from(header & 0x1f))
                    .map(|i| i32::try_from(lane(i) - width.offset()).unwrap())
                    .collect();
                values(width, &numbers)
            }
        };
        assert_eq!(read, output);
    }
}

#[test]
fn lists_beyond_their_bound_and_unknown_kinds_do_not_decode() {
    let decode = |bytes: &[u8]| Output::decode_all(&mut &bytes[..]);
    assert!(decode(&[&[1, 8 << 2][..], &[0; 32]].concat()).is_err());
    assert!(decode(&[&[2, 0, 31 << 2][..], &[0; 124]].concat()).is_err());
    assert!(decode(&[2, 4, 4, 0, 0, 0, 0]).is_err());
    for index in 3..=255 {
        assert!(decode(&[&[index][..], &[0; 8]].concat()).is_err());
    }
}

#[test]
fn codec_indices_are_frozen() {
    assert_eq!(top(&[2, 1]).encode(), [1, 8, 2, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(values(Width::Bits24, &[-1]).encode(), [2, 2, 4, 255, 255, 255, 255]);
    assert_eq!(Width::ALL.encode(), [0, 1, 2, 3]);
}
