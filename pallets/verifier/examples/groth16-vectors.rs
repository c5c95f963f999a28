//! Writes the test vectors of `tests/vectors/groth16` to stdout.
//!
//! ```text
//! cargo run -p zkinfer-verifier --example groth16-vectors -- small > tests/vectors/groth16/small-models.json
//! cargo run -p zkinfer-verifier --example groth16-vectors -- mnist > tests/vectors/groth16/mnist.json
//! ```
//!
//! Keys and proofs come from the real circuit and prover, with fresh randomness: each run writes
//! other vectors. What each case must come to is said here, by how it is made, and not by asking
//! the verifier.

use std::{fs, path::PathBuf, sync::Arc};

use bls12_381::{G1Affine, G2Affine, Scalar};
use serde_json::{Value, json};
use zkinfer_primitives::{
    InputCommitment, ModelVersionId, Output, Purpose, TermsHash, VerifyingKey, blake2b_256,
    statement::{Context, public_inputs},
};
use zkml_data::preprocess;
use zkml_model::{graph::QuantizedModel, output::Answer, random};
use zkml_onnx::OnnxModel;
use zkml_prove::{
    groth16::{self, ModelCircuit, Opening, ProofWithStatement, Setup},
    progress::no_progress,
};
use zkml_quantize as quantize;

/// Seeds of the random models, of which one has a convolution and a requantisation.
const SEEDS: [u64; 2] = [3, 8];
/// Inputs for each random model.
const INPUTS: u64 = 2;

fn main() {
    let vectors = match std::env::args().nth(1).as_deref() {
        Some("small") => small(),
        Some("mnist") => mnist(),
        _ => {
            eprintln!("usage: groth16-vectors small|mnist");
            std::process::exit(2);
        }
    };
    println!("{}", serde_json::to_string_pretty(&vectors).expect("JSON"));
}

fn small() -> Value {
    let mut vectors = Vectors::default();
    for seed in SEEDS {
        let model = Arc::new(random::model(seed));
        let inputs =
            (0..INPUTS).map(|i| (format!("input {i}"), random::input(&model, i))).collect();
        vectors.model(format!("random model, seed {seed}"), model, inputs);
    }
    vectors.exchange_keys();
    vectors.finish("Random small models of zkml_model::random")
}

fn mnist() -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/mnist");
    let onnx = OnnxModel::decode(&fs::read(folder.join("mnist-cnn.onnx")).expect("the model"))
        .expect("ONNX");
    let imported =
        quantize::quantize(&onnx, &quantize::Options::default()).expect("a quantised model");
    let digit = |digit: u32| {
        let png = fs::read(folder.join(format!("digit-{digit}.png"))).expect("a picture");
        (format!("digit-{digit}.png"), preprocess::png(&imported.manifest, &png).expect("an input"))
    };
    let mut vectors = Vectors::default();
    let inputs = vec![digit(7), digit(2)];
    vectors.model(
        "mnist-cnn.onnx, imported with the default options".into(),
        Arc::new(imported.model),
        inputs,
    );
    vectors.finish("The MNIST network of tests/vectors/mnist")
}

#[derive(Default)]
struct Vectors {
    keys: Vec<Value>,
    honest: Vec<(usize, ProofWithStatement)>,
    proofs: Vec<Value>,
    refused_keys: Vec<Value>,
}

impl Vectors {
    fn model(&mut self, name: String, model: Arc<QuantizedModel>, inputs: Vec<(String, Vec<i32>)>) {
        let circuit = ModelCircuit::new(model.clone()).expect("a circuit");
        let setup = groth16::setup(&circuit, &no_progress).expect("keys");
        let key_bytes = setup.key.verifying_key().to_bytes();
        let vk_hash = VerifyingKey::Groth16(key_bytes).hash();
        let key = self.keys.len();
        self.keys.push(json!({
            "name": name, "constraints": circuit.matrices().rows(),
            "verifying_key": hex::encode(key_bytes), "vk_hash": vk_hash.to_string(),
        }));
        for (input, values) in inputs {
            let proven = self.prove(&circuit, &setup, &vk_hash.0, values);
            let Answer::Class(class) = proven.answer else { panic!("a classifier") };
            let name = format!("{name}, {input}, class {class}");
            self.proof(&name, key, &proven.proof, &proven.public_inputs, "accepted", None);
            self.changes(&name, key, &proven);
            self.honest.push((key, proven));
        }
        self.broken_keys(&name, &key_bytes);
    }

    fn prove(
        &self,
        circuit: &ModelCircuit,
        setup: &Setup,
        vk_hash: &[u8; 32],
        values: Vec<i32>,
    ) -> ProofWithStatement {
        let opening = Opening::random(circuit.input(), values).expect("an opening");
        let context = Context {
            genesis_hash: blake2b_256(b"genesis of the test vectors"),
            vk_hash: (*vk_hash).into(),
            version: ModelVersionId { model: 0, version: 0 },
            purpose: Purpose::Job(TermsHash(blake2b_256(b"terms of the test vectors"))),
            prover: [0x50; 32],
        };
        let proven =
            groth16::prove(circuit, &setup.key, &opening, &context.to_public_input(), &no_progress)
                .expect("a proof");
        let commitment = InputCommitment(opening.commitment());
        let Answer::Class(class) = proven.answer else { panic!("a classifier") };
        let expected = public_inputs(&commitment, &Output::Class(class), &context);
        assert_eq!(Ok(proven.public_inputs), expected, "circuit and statement disagree");
        proven
    }

    /// Neighbours of an honest proof: rejected, malformed, or another proof of the same statement.
    fn changes(&mut self, name: &str, key: usize, proven: &ProofWithStatement) {
        let ProofWithStatement { proof, public_inputs, .. } = proven;
        for (i, what) in ["input commitment", "class", "context"].into_iter().enumerate() {
            let mut inputs = *public_inputs;
            inputs[i] = (scalar(&inputs[i]) + Scalar::one()).to_bytes();
            let name = format!("{name}: {what} one higher");
            self.proof(&name, key, proof, &inputs, "rejected", None);
        }
        let mut inputs = *public_inputs;
        inputs.swap(0, 2);
        self.proof(
            &format!("{name}: first and last input exchanged"),
            key,
            proof,
            &inputs,
            "rejected",
            None,
        );
        let mut inputs = *public_inputs;
        inputs[1] = plus_modulus(&inputs[1]);
        let reason = "public input 1 is not below the scalar field's modulus";
        self.proof(
            &format!("{name}: class plus the modulus"),
            key,
            proof,
            &inputs,
            "refused input",
            Some(reason),
        );

        let (a, b, c) = points(proof);
        let r = Scalar::from(0x7a6b);
        let again = join(&(a * r).into(), &(b * r.invert().expect("not zero")).into(), &c);
        self.proof(&format!("{name}: re-randomised"), key, &again, public_inputs, "accepted", None);
        let again = join(&-a, &-b, &c);
        self.proof(
            &format!("{name}: A and B negated"),
            key,
            &again,
            public_inputs,
            "accepted",
            None,
        );
        let other = join(&-a, &b, &c);
        self.proof(&format!("{name}: A negated"), key, &other, public_inputs, "rejected", None);
        let other = join(&c, &b, &a);
        self.proof(
            &format!("{name}: A and C exchanged"),
            key,
            &other,
            public_inputs,
            "rejected",
            None,
        );
        for (part, at, len) in [
            ("A (bytes 0..48)", 0, 48),
            ("B (bytes 48..144)", 48, 96),
            ("C (bytes 144..192)", 144, 48),
        ] {
            let identity = with_identity(proof, at, len);
            let reason = format!("the proof's point {part} is the identity");
            self.proof(
                &format!("{name}: {part} the identity"),
                key,
                &identity,
                public_inputs,
                "malformed",
                Some(&reason),
            );
            let mut plain = *proof;
            plain[at] &= 0x7f;
            let reason = format!("the proof's point {part} {NOT_CANONICAL}");
            self.proof(
                &format!("{name}: {part} without its flag"),
                key,
                &plain,
                public_inputs,
                "malformed",
                Some(&reason),
            );
        }
        let mut three = *proof;
        three[..48].fill(0);
        three[0] = 0x80;
        let reason = "the proof's point A (bytes 0..48) is outside the subgroup of prime order";
        self.proof(
            &format!("{name}: A of order 3"),
            key,
            &three,
            public_inputs,
            "malformed",
            Some(reason),
        );
    }

    /// Each honest proof under the key of another model.
    fn exchange_keys(&mut self) {
        for (key, proven) in std::mem::take(&mut self.honest) {
            let other = (key + 1) % self.keys.len();
            let name = format!("a proof of model {key} under the key of model {other}");
            self.proof(&name, other, &proven.proof, &proven.public_inputs, "rejected", None);
        }
    }

    fn broken_keys(&mut self, name: &str, key: &[u8; 528]) {
        let mut refused = |what: &str, key: [u8; 528], reason: &str| {
            let name = format!("{name}: {what}");
            self.refused_keys
                .push(json!({ "name": name, "verifying_key": hex::encode(key), "reason": reason }));
        };
        let mut same = *key;
        same.copy_within(240..336, 144);
        refused(
            "gamma = delta",
            same,
            &degenerate("gamma (bytes 144..240)", "delta (bytes 240..336)"),
        );
        same[144] ^= 0x20;
        refused(
            "gamma = -delta",
            same,
            &degenerate("gamma (bytes 144..240)", "delta (bytes 240..336)"),
        );
        let mut same = *key;
        same.copy_within(48..144, 240);
        refused(
            "beta = delta",
            same,
            &degenerate("beta (bytes 48..144)", "delta (bytes 240..336)"),
        );
        let mut same = *key;
        same.copy_within(48..144, 144);
        refused(
            "beta = gamma",
            same,
            &degenerate("beta (bytes 48..144)", "gamma (bytes 144..240)"),
        );
        for (what, at, len) in [("alpha (bytes 0..48)", 0, 48), ("gamma (bytes 144..240)", 144, 96)]
        {
            let reason = format!("the verifying key's point {what} is the identity");
            refused(&format!("{what} the identity"), with_identity(key, at, len), &reason);
        }
        let reason = "the verifying key's point input point 3 (48 bytes each, from byte 336) is the identity";
        refused("input point 3 the identity", with_identity(key, 480, 48), reason);
    }

    fn proof(
        &mut self,
        name: &str,
        key: usize,
        proof: &[u8; 192],
        inputs: &[[u8; 32]; 3],
        verdict: &str,
        reason: Option<&str>,
    ) {
        let inputs = inputs.map(hex::encode);
        let mut case = json!({
            "name": name, "key": key, "proof": hex::encode(proof), "public_inputs": inputs, "verdict": verdict,
        });
        if let Some(reason) = reason {
            case["reason"] = reason.into();
        }
        self.proofs.push(case);
    }

    fn finish(self, about: &str) -> Value {
        json!({
            "about": about,
            "encoding": "pallets/verifier/src/notes/serialization.rs; hexadecimal",
            "keys": self.keys, "proofs": self.proofs, "refused_keys": self.refused_keys,
        })
    }
}

const NOT_CANONICAL: &str = "is not the canonical compressed encoding of a point on the curve";

fn degenerate(first: &str, second: &str) -> String {
    format!(
        "the verifying key's points {first} and {second} are equal or opposite: anybody could forge under it"
    )
}

fn scalar(bytes: &[u8; 32]) -> Scalar {
    Scalar::from_bytes(bytes).expect("canonical")
}

/// The same number plus the modulus: −1 + 1, by bytes.
fn plus_modulus(bytes: &[u8; 32]) -> [u8; 32] {
    let minus_one = (-Scalar::one()).to_bytes();
    let mut carry = 1u16;
    let mut out = [0; 32];
    for (i, byte) in out.iter_mut().enumerate() {
        carry += u16::from(bytes[i]) + u16::from(minus_one[i]);
        *byte = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    out
}

fn points(proof: &[u8; 192]) -> (G1Affine, G2Affine, G1Affine) {
    let g1 = |at: usize| {
        G1Affine::from_compressed(proof[at..at + 48].try_into().expect("48")).expect("a point")
    };
    let b = G2Affine::from_compressed(proof[48..144].try_into().expect("96")).expect("a point");
    (g1(0), b, g1(144))
}

fn join(a: &G1Affine, b: &G2Affine, c: &G1Affine) -> [u8; 192] {
    let parts = [&a.to_compressed()[..], &b.to_compressed(), &c.to_compressed()];
    parts.concat().try_into().expect("192 bytes")
}

fn with_identity<const N: usize>(bytes: &[u8; N], at: usize, len: usize) -> [u8; N] {
    let mut out = *bytes;
    out[at..at + len].fill(0);
    out[at] = 0xc0;
    out
}
