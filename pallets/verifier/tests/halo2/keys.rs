//! Keys: text, encoding, digest.

use halo2_proofs::{
    pasta::{EqAffine, Fp},
    transcript::{Challenge255, EncodedChallenge, Transcript},
};
use pasta_curves::{arithmetic::CurveExt, vesta};
use zkinfer_verifier::halo2::{
    error::{KeyError, TextError},
    generators::{U, W},
    key::{PreparedVerifyingKey, VerifyingKey},
    pinned,
    point::Point,
};

use crate::cases;

/// Catches the scalar by which halo2_proofs represents a key.
struct Catch(Option<Fp>);

impl Transcript<EqAffine, Challenge255<EqAffine>> for Catch {
    fn squeeze_challenge(&mut self) -> Challenge255<EqAffine> {
        Challenge255::new(&[0; 64])
    }

    fn common_point(&mut self, _: EqAffine) -> std::io::Result<()> {
        panic!("a key is a scalar")
    }

    fn common_scalar(&mut self, scalar: Fp) -> std::io::Result<()> {
        assert!(self.0.replace(scalar).is_none());
        Ok(())
    }
}

#[test]
fn the_constants_are_the_generators_of_halo2() {
    let hasher = vesta::Point::hash_to_curve("Halo2-Parameters");
    for (ours, message) in [(W, 1), (U, 2)] {
        let point = vesta::Affine::from(hasher(&[message]));
        assert_eq!(ours.as_bytes(), Point::from_affine(&point).as_bytes());
    }
}

#[test]
fn a_decoded_key_prints_the_text_of_halo2_and_has_its_digest() {
    for case in cases::all() {
        let key = VerifyingKey::decode(&case.key.key().encode()).unwrap();
        let mut text = String::new();
        pinned::write(&key, &mut text).unwrap();
        assert_eq!(text, case.text);
        let mut catch = Catch(None);
        case.pk.get_vk().hash_into(&mut catch).unwrap();
        assert_eq!(Some(*PreparedVerifyingKey::prepare(key).digest()), catch.0);
    }
}

#[test]
fn keys_survive_encoding_and_storage() {
    for case in cases::all() {
        let key = case.key.key();
        let bytes = key.encode();
        assert_eq!(VerifyingKey::decode(&bytes).as_ref(), Ok(key));
        let stored = case.key.to_bytes();
        assert_eq!(PreparedVerifyingKey::from_trusted_bytes(&stored).as_ref(), Ok(&case.key));
        let points = key.fixed().len() + key.permutation().len();
        assert_eq!(stored.len(), bytes.len() + 32 + 32 * points);
    }
}

#[test]
fn a_key_ends_where_it_ends() {
    let case = cases::with_everything();
    let bytes = case.key.key().encode();
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(VerifyingKey::decode(&longer), Err(KeyError::Trailing { found: 1 }));
    for len in 0..bytes.len() {
        assert_eq!(VerifyingKey::decode(&bytes[..len]), Err(KeyError::Truncated), "{len}");
    }
    let stored = case.key.to_bytes();
    for len in 0..stored.len() {
        assert!(PreparedVerifyingKey::from_trusted_bytes(&stored[..len]).is_err(), "{len}");
    }
    let longer = [&stored[..], &[0]].concat();
    assert_eq!(
        PreparedVerifyingKey::from_trusted_bytes(&longer),
        Err(KeyError::Trailing { found: 1 })
    );
}

#[test]
fn a_changed_byte_makes_another_key_or_none() {
    for case in [cases::without_copies(), cases::with_everything()] {
        let bytes = case.key.key().encode();
        let mut others = 0;
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let Ok(key) = VerifyingKey::decode(&changed) else { continue };
                assert_eq!(key.encode(), changed, "one key has one encoding");
                others += 1;
                // The rows of instance columns are in the encoding alone, and checked by
                // themselves.
                let rows = |key: &VerifyingKey| key.layout().description().instance_rows.clone();
                if rows(&key) == rows(case.key.key()) {
                    assert_ne!(pinned::digest(&key), *case.key.digest(), "byte {at}");
                }
            }
        }
        assert!(others > 100, "{others}");
    }
}

#[test]
fn a_changed_letter_makes_another_key_or_none() {
    let case = cases::without_copies();
    let text = case.text.as_bytes();
    let mut others = 0;
    for at in 0..text.len() {
        for letter in [b'0', b'1', b'7', b' ', b')', b'a'] {
            let mut changed = text.to_vec();
            changed[at] = letter;
            let changed = String::from_utf8(changed).unwrap();
            match VerifyingKey::from_pinned(&changed, &case.rows) {
                Ok(key) => {
                    others += usize::from(changed != case.text);
                    assert_eq!(&key == case.key.key(), changed == case.text, "letter {at}");
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
    assert!(others > 0);
}

#[test]
fn a_text_is_read_to_the_letter() {
    let case = cases::with_everything();
    let read = |text: &str| VerifyingKey::from_pinned(text, &case.rows);
    for len in (0..case.text.len()).step_by(7) {
        assert!(read(&case.text[..len]).is_err());
    }
    let end = case.text.len();
    let error = TextError::Expected { what: "the end", offset: end };
    assert_eq!(read(&format!("{} ", case.text)), Err(error));
    let edits = [
        ("extended_k: 9", "extended_k: 10"),
        ("num_instance_columns: 3", "num_instance_columns: 2"),
        ("query_index: 1, column_index: 1,", "query_index: 1, column_index: 0,"),
        (
            "query_index: 1, column_index: 1, rotation: Rotation(0)",
            "query_index: 1, column_index: 1, rotation: Rotation(1)",
        ),
        ("omega: 0x", "omega: 0x0"),
        ("k: 6", "k: 06"),
        ("k: 6", "k: +6"),
    ];
    for (from, to) in edits {
        let changed = case.text.replacen(from, to, 1);
        assert_ne!(changed, case.text, "{from}");
        assert!(read(&changed).is_err(), "{from} -> {to}");
    }
    let omega = case.text.split("omega: ").nth(1).unwrap()[..66].to_owned();
    let changed = case.text.replace(&omega, &format!("0x{}", "0".repeat(64)));
    assert_eq!(read(&changed), Err(TextError::Inconsistent));
}

#[test]
fn a_text_with_a_virtual_selector_or_a_point_off_the_curve_is_refused() {
    let case = cases::without_copies();
    let read = |text: &str| VerifyingKey::from_pinned(text, &case.rows);
    let gate = case.text.find("gates: [").unwrap() + "gates: [".len();
    let mut text = case.text.clone();
    text.insert_str(gate, "Selector(Selector(0, true)), ");
    assert_eq!(read(&text), Err(TextError::Selector { offset: gate }));
    let point = case.text.find("fixed_commitments: [").unwrap() + "fixed_commitments: [".len();
    let mut text = case.text.clone();
    let digit = point + "(0x".len() + 63;
    let other = if &text[digit..=digit] == "1" { "2" } else { "1" };
    text.replace_range(digit..=digit, other);
    assert_eq!(read(&text), Err(TextError::Value { offset: point }));
    let end = case.text[point..].find(')').unwrap() + point;
    let mut text = case.text.clone();
    text.replace_range(point..=end, "Infinity");
    assert!(matches!(read(&text), Err(TextError::Expected { .. })));
}

#[test]
fn instance_rows_that_do_not_fit_the_text_are_refused() {
    let case = cases::with_everything();
    for rows in [&[][..], &[1, 2], &[1, 2, 3, 4]] {
        assert!(VerifyingKey::from_pinned(&case.text, rows).is_err());
    }
    // 64 rows, of which 7 blind and one is the last; but never more than are kept.
    for (rows, good) in [(0, true), (32, true), (33, false), (u16::MAX, false)] {
        assert_eq!(VerifyingKey::from_pinned(&case.text, &[rows, 2, 3]).is_ok(), good, "{rows}");
    }
}
