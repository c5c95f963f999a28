use std::convert::Infallible;

use hpke::rand_core::{TryCryptoRng, TryRng};
use proptest::prelude::*;
use zkml_model::graph::InputSpec;

use super::*;

/// Bytes of a counter: for vectors that everybody can make again, and for nothing else.
struct Counter(u8);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Counter {}

fn spec(bits: u8) -> InputSpec {
    InputSpec { shape: vec![1, 6, 6], min: 0, bits }
}

fn secret(byte: u8) -> EncryptionSecret {
    EncryptionSecret::from_bytes(Zeroizing::new([byte; 32])).expect("a key")
}

fn account(byte: u8) -> AccountId32 {
    AccountId32([byte; 32])
}

const BOB: u8 = 2;
const DAVE: u8 = 4;
const LIMIT: usize = 1024;

fn opening() -> Opening {
    let values = (0..36).map(|index| index % 16).collect();
    Opening::random(ProofSystem::Groth16, &spec(4), values).expect("an input")
}

fn binding(opening: &Opening) -> Binding {
    Binding {
        genesis_hash: [7; 32],
        requester: account(1),
        version: ModelVersionId { model: 3, version: 1 },
        input_commitment: InputCommitment(opening.commitment()),
    }
}

fn addressees() -> Vec<Addressee> {
    [BOB, DAVE].map(|who| (account(who), secret(who).public())).to_vec()
}

fn sealed(opening: &Opening) -> Sealed {
    seal(opening, &binding(opening), &addressees(), LIMIT).expect("sealed")
}

fn open_as(sealed: &Sealed, binding: &Binding, who: u8) -> Result<Opening, PrivacyError> {
    open(sealed, binding, &account(who), &[secret(who)], (ProofSystem::Groth16, &spec(4)))
}

#[test]
fn an_opening_for_another_proof_system_than_the_versions_is_refused() {
    let values = (0..36).map(|index| index % 16).collect();
    let halo2 = Opening::random(ProofSystem::Halo2, &spec(4), values).expect("an input");
    let sealed = sealed(&halo2);
    let open =
        |system| open(&sealed, &binding(&halo2), &account(BOB), &[secret(BOB)], (system, &spec(4)));
    assert_eq!(open(ProofSystem::Halo2).as_ref(), Ok(&halo2));
    let error = open(ProofSystem::Groth16).expect_err("of another field");
    assert_eq!(error, PrivacyError::NotAnInput(OpeningError::Version { expected: 1, got: 2 }));
}

#[test]
fn every_recipient_reads_it_and_nobody_else() {
    let opening = opening();
    let sealed = sealed(&opening);
    for who in [BOB, DAVE] {
        assert_eq!(open_as(&sealed, &binding(&opening), who).as_ref(), Ok(&opening));
    }
    let stranger = open_as(&sealed, &binding(&opening), 9);
    assert_eq!(stranger, Err(PrivacyError::NotForUs { recipients: 2, own: 1 }));
    // The right key in another account's hands.
    let thief = open(
        &sealed,
        &binding(&opening),
        &account(9),
        &[secret(BOB)],
        (ProofSystem::Groth16, &spec(4)),
    );
    assert_eq!(thief, Err(PrivacyError::Wrapped));
}

#[test]
fn a_replaced_key_still_opens_what_was_sealed_to_it() {
    let opening = opening();
    let keys = [EncryptionSecret::generate(), EncryptionSecret::generate(), secret(BOB)];
    let result = open(
        &sealed(&opening),
        &binding(&opening),
        &account(BOB),
        &keys,
        (ProofSystem::Groth16, &spec(4)),
    );
    assert_eq!(result, Ok(opening));
}

#[test]
fn one_key_of_two_accounts_opens_for_both() {
    let opening = opening();
    let both = [(account(5), secret(BOB).public()), (account(BOB), secret(BOB).public())];
    let sealed = seal(&opening, &binding(&opening), &both, LIMIT).expect("sealed");
    for who in [5, BOB] {
        let result = open(
            &sealed,
            &binding(&opening),
            &account(who),
            &[secret(BOB)],
            (ProofSystem::Groth16, &spec(4)),
        );
        assert_eq!(result.as_ref(), Ok(&opening));
    }
}

#[test]
fn a_copy_in_another_job_cannot_be_opened() {
    let opening = opening();
    let (sealed, right) = (sealed(&opening), binding(&opening));
    let mut other_commitment = right;
    other_commitment.input_commitment.0[0] ^= 1;
    for wrong in [
        Binding { genesis_hash: [8; 32], ..right },
        Binding { requester: account(6), ..right },
        Binding { version: ModelVersionId { model: 3, version: 2 }, ..right },
        Binding { version: ModelVersionId { model: 4, version: 1 }, ..right },
        other_commitment,
    ] {
        assert_eq!(open_as(&sealed, &wrong, BOB), Err(PrivacyError::Wrapped), "{wrong:?}");
    }
}

#[test]
fn a_ciphertext_under_other_recipients_cannot_be_opened() {
    let (one, other) = (opening(), opening());
    let mixed = Sealed { ciphertext: sealed(&other).ciphertext, ..sealed(&one) };
    assert_eq!(open_as(&mixed, &binding(&one), BOB), Err(PrivacyError::Ciphertext));
}

#[test]
fn a_payload_that_does_not_open_the_commitment_is_refused() {
    let (asked, sent) = (opening(), opening());
    let binding = binding(&asked);
    let sealed = seal(&sent, &binding, &addressees(), LIMIT).expect("sealed");
    let opened = InputCommitment(sent.commitment());
    let refused = PrivacyError::Commitment { opened, committed: binding.input_commitment };
    assert_eq!(open_as(&sealed, &binding, BOB), Err(refused));
}

#[test]
fn an_input_out_of_the_models_range_is_refused() {
    let values = (0..36).map(|index| 200 + index % 16).collect();
    let wide =
        Opening::random(ProofSystem::Groth16, &spec(8), values).expect("an input of another model");
    let result = open_as(&sealed(&wide), &binding(&wide), BOB);
    assert!(matches!(result, Err(PrivacyError::NotAnInput(_))), "{result:?}");
}

#[test]
fn every_flipped_bit_is_noticed() {
    let opening = opening();
    let (good, binding) = (sealed(&opening), binding(&opening));
    let refused = |bad: &Sealed, what: &str, position: usize| {
        assert!(open_as(bad, &binding, BOB).is_err(), "{what}, byte {position}");
    };
    for position in 0..good.ciphertext.len() {
        let mut bad = good.clone();
        bad.ciphertext[position] ^= 1 << (position % 8);
        refused(&bad, "ciphertext", position);
    }
    for position in 0..WRAPPED_LEN {
        let mut bad = good.clone();
        bad.recipients[0].wrapped_key[position] ^= 1 << (position % 8);
        refused(&bad, "wrapped key", position);
    }
    for position in 0..32 {
        let mut bad = good.clone();
        bad.recipients[0].encapsulated[position] ^= 1 << (position % 8);
        refused(&bad, "encapsulated key", position);
        let mut bad = good.clone();
        bad.recipients[0].encryption_key.0[position] ^= 1 << (position % 8);
        refused(&bad, "encryption key", position);
    }
}

#[test]
fn every_truncation_and_extension_of_the_ciphertext_is_noticed() {
    let opening = opening();
    let (good, binding) = (sealed(&opening), binding(&opening));
    for length in 0..good.ciphertext.len() {
        let mut bad = good.clone();
        bad.ciphertext.truncate(length);
        assert_eq!(open_as(&bad, &binding, BOB), Err(PrivacyError::Ciphertext), "{length}");
    }
    let mut bad = good;
    bad.ciphertext.push(0);
    assert_eq!(open_as(&bad, &binding, BOB), Err(PrivacyError::Ciphertext));
}

#[test]
fn the_length_tells_nothing_of_the_input() {
    let blank = Opening::random(ProofSystem::Groth16, &spec(4), vec![0; 36]).expect("an input");
    assert!(blank.encode().len() < opening().encode().len());
    assert_eq!(sealed(&blank).ciphertext.len(), sealed(&opening()).ciphertext.len());
}

#[test]
fn what_does_not_fit_is_refused_before_anything_is_encrypted() {
    let opening = opening();
    let len = opening.encode().len();
    let seal = |limit| seal(&opening, &binding(&opening), &addressees(), limit);
    assert_eq!(
        seal(len + TAG_LEN + 1).map(|sealed| sealed.ciphertext.len()),
        Ok(len + TAG_LEN + 1)
    );
    assert_eq!(seal(len + TAG_LEN), Err(PrivacyError::TooLong { len, limit: len - 1 }));
    assert_eq!(seal(0), Err(PrivacyError::TooLong { len, limit: 0 }));
}

#[test]
fn nothing_is_sealed_to_nobody_or_to_a_key_of_small_order() {
    let opening = opening();
    let seal = |provers: &[Addressee]| seal(&opening, &binding(&opening), provers, LIMIT);
    assert_eq!(seal(&[]), Err(PrivacyError::NoRecipients));
    let weak = seal(&[(account(BOB), EncryptionKey([0; 32]))]);
    assert!(
        matches!(weak, Err(PrivacyError::BadKey { prover, .. }) if prover == account(BOB)),
        "{weak:?}"
    );
}

#[test]
fn only_one_padding_is_taken_off() {
    assert_eq!(unpadded(&[1, 2, 0x80, 0, 0]), Some(&[1, 2][..]));
    assert_eq!(unpadded(&[1, 0x80, 0x80]), Some(&[1, 0x80][..]));
    assert_eq!(unpadded(&[0x80]), Some(&[][..]));
    for bad in [&[][..], &[0], &[1, 2, 0, 0], &[0x80, 1], &[0x81]] {
        assert_eq!(unpadded(bad), None, "{bad:?}");
    }
}

#[test]
fn two_sealings_have_nothing_in_common() {
    let opening = opening();
    let (one, other) = (sealed(&opening), sealed(&opening));
    assert_ne!(one.ciphertext, other.ciphertext);
    assert_ne!(one.recipients[0].encapsulated, other.recipients[0].encapsulated);
    assert_ne!(one.recipients[0].wrapped_key, one.recipients[1].wrapped_key);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_sealed_opens_again(values in proptest::collection::vec(0..16i32, 36), readers in 1..8u8) {
        let opening = Opening::random(ProofSystem::Groth16, &spec(4), values).expect("an input");
        let provers: Vec<_> = (1..=readers).map(|who| (account(who), secret(who).public())).collect();
        let sealed = seal(&opening, &binding(&opening), &provers, LIMIT).expect("sealed");
        for who in 1..=readers {
            prop_assert_eq!(&open_as(&sealed, &binding(&opening), who).expect("opens"), &opening);
        }
    }

    #[test]
    fn arbitrary_bytes_never_open(ciphertext in proptest::collection::vec(any::<u8>(), 0..200),
                                  encapsulated in any::<[u8; 32]>(), wrapped in proptest::collection::vec(any::<u8>(), 48)) {
        let wrapped_key = wrapped.try_into().expect("48 bytes");
        let recipient = Recipient { encryption_key: secret(BOB).public(), encapsulated, wrapped_key };
        let sealed = Sealed { recipients: vec![recipient], ciphertext };
        prop_assert_eq!(open_as(&sealed, &binding(&opening()), BOB), Err(PrivacyError::Wrapped));
    }
}

/// RFC 9180, appendix A.2.1: the suite is the one that we say it is.
#[test]
fn the_suite_is_the_rfcs() {
    let hex = |digits: &str| hex::decode(digits).expect("hex");
    let private = hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    let private = <Kem as hpke::Kem>::PrivateKey::from_bytes(&private).expect("a key");
    let encapsulated = hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a");
    let plaintext = hpke::single_shot_open::<Aead1, HkdfSha256, Kem>(
        &OpModeR::Base,
        &private,
        &<Kem as hpke::Kem>::EncappedKey::from_bytes(&encapsulated).expect("a key"),
        b"Ode on a Grecian Urn",
        &hex(
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
        ),
        b"Count-0",
    );
    assert_eq!(plaintext.as_deref(), Ok(&b"Beauty is truth, truth beauty"[..]));
}

/// `tests/vectors/privacy/v1.json`, which other implementations share. `ZKINFER_WRITE_VECTORS=1`
/// writes it again.
#[test]
fn the_vector_is_what_we_seal_and_opens() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/privacy/v1.json");
    let blinder = Option::from(bls12_381::Scalar::from_bytes(&[5; 32])).expect("below the modulus");
    let values = (0..36).map(|index| index % 16).collect();
    let opening = zkml_prove::groth16::Opening::with_blinder(&spec(4), values, blinder);
    let opening = Opening::Groth16(opening.expect("an input"));
    let sealed = seal_with(&mut Counter(0), &opening, &binding(&opening), &addressees(), LIMIT)
        .expect("sealed");
    let provers = [BOB, DAVE].map(|who| hexadecimal::text(account(who).0));
    let secrets = [BOB, DAVE].map(|who| hexadecimal::text([who; 32]));
    let vector = serde_json::json!({
        "genesis_hash": hexadecimal::text([7; 32]),
        "requester": hexadecimal::text(account(1).0),
        "version": { "model": 3, "version": 1 },
        "input_commitment": hexadecimal::text(opening.commitment()),
        "provers": provers,
        "secrets": secrets,
        "opening": hexadecimal::text(opening.encode().as_slice()),
        "payload": sealed,
        "payload_scale": hexadecimal::text((2u8, &sealed).encode()),
    });
    if std::env::var_os("ZKINFER_WRITE_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&vector).expect("JSON");
        std::fs::write(path, text + "\n").expect("written");
    }
    let pinned: serde_json::Value =
        serde_json::from_slice(&std::fs::read(path).expect("read")).expect("JSON");
    assert_eq!(vector, pinned);
    assert_eq!(open_as(&sealed, &binding(&opening), DAVE), Ok(opening));
}
