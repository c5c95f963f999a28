use proptest::prelude::*;

use super::*;

pub(crate) fn mnist() -> Manifest {
    Manifest {
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        input: Input { bits: 4, high: 1.0, low: 0.0, min: 0, shape: vec![1, 28, 28] },
        name: "mnist-cnn".into(),
        output: Output { encoding: Encoding::ClassIndexU32, ties: Ties::LowestIndex },
        preprocessing: Preprocessing::Image(Image {
            channels: Channels::Grayscale,
            height: 28,
            ink: Ink::LightOnDark,
            layout: Layout::Nchw,
            normalise: None,
            polarity: Polarity::AutoByBorder,
            resize: Resize::AreaAverage,
            width: 28,
        }),
        proof_system: ProofSystem::Groth16Bls12381,
        version: VERSION,
    }
}

const MNIST: &str = r#"{"classes":["0","1","2","3","4","5","6","7","8","9"],"input":{"bits":4,"high":"1","low":"0","min":0,"shape":[1,28,28]},"name":"mnist-cnn","output":{"encoding":"class-index-u32","ties":"lowest-index"},"preprocessing":{"image":{"channels":"grayscale","height":28,"ink":"light-on-dark","polarity":"auto-by-border","resize":"area-average","width":28}},"version":1}"#;

fn fault(json: &str) -> String {
    Manifest::from_json(json.as_bytes()).expect_err("not canonical").to_string()
}

#[test]
fn the_mnist_manifest_has_these_bytes() {
    assert_eq!(String::from_utf8(mnist().to_json()).expect("UTF-8"), MNIST);
    assert_eq!(Manifest::from_json(MNIST.as_bytes()).expect("canonical"), mnist());
}

#[test]
fn another_proof_system_is_named_and_groth16_never_is() {
    let manifest = Manifest { proof_system: ProofSystem::Halo2IpaPasta, ..mnist() };
    let json = String::from_utf8(manifest.to_json()).expect("UTF-8");
    assert_eq!(json, MNIST.replace("\"version\"", "\"proof_system\":\"halo2-ipa-pasta\",\"version\""));
    assert_eq!(Manifest::from_json(json.as_bytes()).expect("canonical"), manifest);
    assert_ne!(manifest.hash(), mnist().hash());
    assert!(fault(&json.replace("halo2-ipa-pasta", "groth16-bls12-381")).contains("canonical form"));
    assert!(fault(&json.replace("halo2-ipa-pasta", "magic")).contains("unknown variant `magic`"));
}

#[test]
fn values_need_no_picture() {
    let manifest = Manifest { preprocessing: Preprocessing::Values {}, ..mnist() };
    assert_eq!(Manifest::from_json(&manifest.to_json()).expect("canonical"), manifest);
}

#[test]
fn a_change_of_white_space_order_or_number_is_refused() {
    assert!(
        fault(&MNIST.replace(",\"name\"", ", \"name\"")).contains("differs from its canonical form at byte")
    );
    assert!(fault(&format!("{MNIST}\n")).contains("canonical form"));
    assert!(fault(&MNIST.replace("\"1\",\"low", "\"1.0\",\"low")).contains("canonical form"));
    let swapped = MNIST.replace("\"bits\":4,\"high\":\"1\"", "\"high\":\"1\",\"bits\":4");
    assert!(fault(&swapped).contains("canonical form"));
}

#[test]
fn unknown_doubled_and_missing_fields_are_refused() {
    assert!(
        fault(&MNIST.replace("\"version\"", "\"weights\":[],\"version\""))
            .contains("unknown field `weights`")
    );
    assert!(fault(&MNIST.replace("\"width\":28", "\"width\":28,\"x\":1")).contains("unknown field `x`"));
    assert!(fault(&MNIST.replace("\"bits\":4", "\"bits\":4,\"bits\":4")).contains("duplicate field `bits`"));
    assert!(fault(&MNIST.replace("\"bits\":4,", "")).contains("missing field `bits`"));
}

#[test]
fn another_version_is_named_even_with_other_fields() {
    let message = fault("{\"version\":2,\"novel\":true}");
    assert!(message.starts_with("the manifest's `version` is 2, this program reads version 1"), "{message}");
}

#[test]
fn fields_out_of_bounds_are_refused() {
    assert!(fault(&MNIST.replace("\"bits\":4", "\"bits\":17")).contains("`input` is 17 bits wide"));
    assert!(fault(&MNIST.replace("\"height\":28", "\"height\":27")).contains("do not make 784 values"));
    let huge = MNIST.replace("\"height\":28", "\"height\":18446744073709551615");
    assert!(fault(&huge).contains("do not make 784 values"));
    assert!(fault(&MNIST.replace("[1,28,28]", "[]")).contains("`input` has shape []"));
    assert!(fault(&MNIST.replace("\"low\":\"0\"", "\"low\":\"1\"")).contains("no range"));
    assert!(fault(&MNIST.replace("mnist-cnn", "")).contains("`name` has 0 bytes"));
}

#[test]
fn every_truncation_is_refused() {
    for end in 0..MNIST.len() {
        assert!(Manifest::from_json(&MNIST.as_bytes()[..end]).is_err(), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn a_changed_byte_is_refused_or_gives_another_hash(at in 0..MNIST.len(), byte: u8) {
        let mut bytes = MNIST.as_bytes().to_vec();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        if let Ok(other) = Manifest::from_json(&bytes) {
            prop_assert_ne!(other.hash(), mnist().hash());
            prop_assert_eq!(other.to_json(), bytes);
        }
    }

    #[test]
    fn scales_survive_exactly(low in -1e6f64..0.0, width in 1e-6f64..1e6) {
        let mut manifest = mnist();
        manifest.input.low = low;
        manifest.input.high = low + width;
        prop_assert_eq!(Manifest::from_json(&manifest.to_json()).expect("canonical"), manifest);
    }
}
