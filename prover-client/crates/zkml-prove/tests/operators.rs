//! Small ONNX models with every operator: from the file to the circuit.

use std::{fs, path::Path, sync::Arc};

use bls12_381::Scalar;
use zkml_model::{infer, random};
use zkml_onnx::OnnxModel;
use zkml_prove::groth16::{ModelCircuit, Opening};
use zkml_quantize::{Options, quantize};

#[test]
fn every_small_onnx_model_is_answered_as_the_reference_does_and_in_no_other_way() {
    answered("onnx");
}

#[test]
fn every_small_quantised_model_is_answered_as_the_reference_does_and_in_no_other_way() {
    answered("onnx-quantized");
}

fn answered(folder: &str) {
    let vectors =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors")).join(folder);
    let mut files: Vec<_> =
        fs::read_dir(vectors).unwrap().map(|file| file.unwrap().path()).collect();
    let is_small = |path: &Path| fs::metadata(path).unwrap().len() < 50_000;
    files.retain(|path| path.extension().is_some_and(|e| e == "onnx") && is_small(path));
    for path in files {
        let name = path.display();
        let onnx = OnnxModel::decode(&fs::read(&path).unwrap()).unwrap();
        let model = Arc::new(quantize(&onnx, &Options::default()).unwrap().model);
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        for seed in 0..2 {
            let values = random::input(&model, seed);
            let class = infer::run(&model, &values).unwrap().class.unwrap();
            let opening = Opening::random(&model.input, values).unwrap();
            let mut assignment = circuit.assign(&opening, &[1; 32]).unwrap();
            assert_eq!(assignment.public[2], Scalar::from(u64::from(class)), "{name}");
            assert!(circuit.matrices().is_satisfied(&assignment), "{name}");
            for other in (0..6).filter(|other| *other != class) {
                assignment.public[2] = Scalar::from(u64::from(other));
                assert!(!circuit.matrices().is_satisfied(&assignment), "{name}");
            }
        }
    }
}
