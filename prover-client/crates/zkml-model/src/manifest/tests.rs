use proptest::prelude::*;

use super::*;

pub(crate) fn mnist() -> Manifest {
    Manifest {
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        input: Input {
            bits: 4,
            high: 1.0,
            low: 0.0,
            min: 0,
            ranges: None,
            rounding: Default::default(),
            shape: vec![1, 28, 28],
        },
        name: "mnist-cnn".into(),
        output: Output::class(),
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
    assert_eq!(
        json,
        MNIST.replace("\"version\"", "\"proof_system\":\"halo2-ipa-pasta\",\"version\"")
    );
    assert_eq!(Manifest::from_json(json.as_bytes()).expect("canonical"), manifest);
    assert_ne!(manifest.hash(), mnist().hash());
    assert!(
        fault(&json.replace("halo2-ipa-pasta", "groth16-bls12-381")).contains("canonical form")
    );
    assert!(fault(&json.replace("halo2-ipa-pasta", "magic")).contains("unknown variant `magic`"));
}

#[test]
fn best_classes_and_values_have_these_bytes() {
    let output = |output: Output| {
        String::from_utf8(Manifest { output, ..mnist() }.to_json()).expect("UTF-8")
    };
    let with =
        |json: &str| MNIST.replace(r#"{"encoding":"class-index-u32","ties":"lowest-index"}"#, json);
    let top = with(r#"{"encoding":{"top-class-indices-u32":{"k":3}},"ties":"lowest-index"}"#);
    assert_eq!(output(Output::top_classes(3)), top);
    let values = Output { encoding: Encoding::Values { bits: 24, scale: 0.001 }, ties: None };
    let json = with(r#"{"encoding":{"values":{"bits":24,"scale":"0.001"}}}"#);
    assert_eq!(output(values), json);
    for (json, kind) in [
        (&top, OutputKind::TopClasses { k: 3, classes: 10 }),
        (&json, OutputKind::Values { count: 10, width: 3 }),
    ] {
        let manifest = Manifest::from_json(json.as_bytes()).expect("canonical");
        assert_eq!((manifest.output_kind(), manifest.to_json()), (kind, json.clone().into_bytes()));
    }
    assert_eq!(
        Manifest::from_json(json.as_bytes()).expect("canonical").output_scale(),
        Some(0.001)
    );
    assert_eq!(mnist().output_kind(), OutputKind::Class { classes: 10 });
    for (from, to, what) in [
        (&top, r#"{"k":0}"#, "the 0 best of 10 classes"),
        (&top, r#"{"k":8}"#, "1 to 7"),
        (&top, r#"{"k":3,"x":1}"#, "unknown field `x`"),
    ] {
        assert!(fault(&from.replace(r#"{"k":3}"#, to)).contains(what), "{to}");
    }
    for (from, to, what) in [
        (r#""bits":24"#, r#""bits":32"#, "10 values of 32 bits"),
        (r#""bits":24"#, r#""bits":12"#, "10 values of 12 bits"),
        (r#""scale":"0.001""#, r#""scale":"0""#, "the scale 0"),
        (r#""scale":"0.001""#, r#""scale":"-1""#, "the scale -1"),
        (r#""scale":"0.001""#, r#""scale":"1e-3""#, "canonical form"),
        (r#""scale":"0.001"}}"#, r#""scale":"0.001"}},"ties":"lowest-index""#, "`ties`"),
    ] {
        assert!(fault(&json.replace(from, to)).contains(what), "{to}");
    }
    assert!(fault(&top.replace(r#","ties":"lowest-index""#, "")).contains("`ties`"));
    assert!(fault(&MNIST.replace(r#","ties":"lowest-index""#, "")).contains("`ties`"));
}

#[test]
fn values_need_no_picture() {
    let manifest = Manifest { preprocessing: Preprocessing::Values {}, ..mnist() };
    assert_eq!(Manifest::from_json(&manifest.to_json()).expect("canonical"), manifest);
}

#[test]
fn a_change_of_white_space_order_or_number_is_refused() {
    assert!(
        fault(&MNIST.replace(",\"name\"", ", \"name\""))
            .contains("differs from its canonical form at byte")
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
    assert!(
        fault(&MNIST.replace("\"width\":28", "\"width\":28,\"x\":1")).contains("unknown field `x`")
    );
    assert!(
        fault(&MNIST.replace("\"bits\":4", "\"bits\":4,\"bits\":4"))
            .contains("duplicate field `bits`")
    );
    assert!(fault(&MNIST.replace("\"bits\":4,", "")).contains("missing field `bits`"));
}

#[test]
fn another_version_is_named_even_with_other_fields() {
    let message = fault("{\"version\":3,\"novel\":true}");
    assert!(
        message.starts_with("the manifest's `version` is 3, this program reads versions 1 to 2"),
        "{message}"
    );
}

/// A manifest for two numbers, with these fields of its input before `shape`.
fn numbers(more: &str, version: u32) -> String {
    MNIST
        .replace(r#""shape":[1,28,28]"#, &format!(r#"{more}"shape":[2]"#))
        .replace(r#""high":"1","low":"0""#, r#""high":"9","low":"-1""#)
        .replace(
            r#"{"image":{"channels":"grayscale","height":28,"ink":"light-on-dark","polarity":"auto-by-border","resize":"area-average","width":28}}"#,
            r#"{"values":{}}"#,
        )
        .replace(r#""version":1"#, &format!(r#""version":{version}"#))
}

#[test]
fn ranges_and_rounding_are_of_the_second_version() {
    let ranges = r#""ranges":{"high":["1","9"],"low":["-1","2"]},"#;
    let manifest = Manifest::from_json(numbers(ranges, 2).as_bytes()).expect("canonical");
    assert_eq!(String::from_utf8(manifest.to_json()).expect("UTF-8"), numbers(ranges, 2));
    assert_eq!([manifest.input.range(0), manifest.input.range(1)], [(-1.0, 1.0), (2.0, 9.0)]);
    assert_eq!([manifest.input.level(0, 1.0), manifest.input.level(1, 2.0)], [Some(15), Some(0)]);
    assert_eq!(manifest.input.level(1, 1.0), None);
    let rounding = r#""rounding":{"quantize-linear":{"scale":"0.5"}},"#;
    let manifest = Manifest::from_json(numbers(rounding, 2).as_bytes()).expect("canonical");
    assert_eq!(String::from_utf8(manifest.to_json()).expect("UTF-8"), numbers(rounding, 2));
    assert_eq!(manifest.input.rounding, Rounding::QuantizeLinear { scale: 0.5 });
    assert_eq!(Manifest::from_json(numbers("", 1).as_bytes()).expect("canonical").version, VERSION);
    for (more, version, what) in [
        (ranges, 1, "`version` is 1, for this input it must be 2"),
        ("", 2, "`version` is 2, for this input it must be 1"),
        (r#""ranges":{"high":["1"],"low":["-1","2"]},"#, 2, "2 lows and 1 highs"),
        (
            r#""ranges":{"high":["1","9","9"],"low":["-1","2","2"]},"#,
            2,
            "there may be 2 or 2 of each",
        ),
        (r#""ranges":{"high":["1","9"],"low":["-1","9"]},"#, 2, "has at 1 the range"),
        (r#""ranges":{"high":["1","8"],"low":["-1","2"]},"#, 2, "its `ranges` from -1 to 8"),
        (r#""rounding":{"quantize-linear":{"scale":"0"}},"#, 2, "the scale 0"),
        (r#""rounding":"nearest","#, 1, "canonical form"),
        (&format!("{ranges}{}", rounding), 2, "`ranges` beside the one scale"),
    ] {
        let fault = fault(&numbers(more, version));
        assert!(fault.contains(what), "{more}: {fault}");
    }
}

#[test]
fn the_ends_of_a_range_are_compared_as_32_bit_floats() {
    let input = Input {
        bits: 8,
        high: 0.1,
        low: -0.7,
        min: 0,
        ranges: None,
        rounding: Rounding::Nearest,
        shape: vec![1],
    };
    for end in [0.1f32, -0.7] {
        let real = f64::from(end);
        assert_ne!(real, if end > 0.0 { 0.1 } else { -0.7 });
        let admitted = input.admit(0, real).expect("the end");
        assert_eq!(input.level(0, admitted), Some(if end > 0.0 { 255 } else { 0 }));
    }
    for beyond in
        [f64::from(0.1f32.next_up()), f64::from((-0.7f32).next_down()), f64::NAN, f64::INFINITY]
    {
        assert_eq!(input.admit(0, beyond), None, "{beyond}");
    }
    // Where a step is less than a 32-bit float tells apart, more than half of one is another
    // number.
    let fine = Input { low: 1e8, high: 1e8 + 1.0, ..input };
    assert_eq!(fine.admit(0, 1e8 + 2.0), None);
}

#[test]
fn fields_out_of_bounds_are_refused() {
    assert!(fault(&MNIST.replace("\"bits\":4", "\"bits\":17")).contains("`input` is 17 bits wide"));
    assert!(
        fault(&MNIST.replace("\"height\":28", "\"height\":27")).contains("do not make 784 values")
    );
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
