//! The committed MNIST network: its circuit on real digits.

use std::sync::Arc;

use bls12_381::Scalar;
use zkml_data::{dataset::Images, preprocess};
use zkml_model::infer;
use zkml_onnx::OnnxModel;
use zkml_prove::groth16::{ModelCircuit, Opening};
use zkml_quantize::{Imported, Options, quantize};

const CONTEXT: [u8; 32] = [1; 32];

fn imported() -> Imported {
    let onnx = include_bytes!("../../../../tests/vectors/mnist/mnist-cnn.onnx");
    quantize(&OnnxModel::decode(onnx).unwrap(), &Options::default()).unwrap()
}

#[test]
fn the_circuit_answers_as_the_reference_does_and_in_no_other_way() {
    let Imported { model, manifest, .. } = imported();
    let model = Arc::new(model);
    let circuit = ModelCircuit::new(model.clone()).unwrap();
    let images = include_bytes!("../../../../tests/vectors/mnist/t10k-first-500-images.idx3.gz");
    let images = Images::read(images).unwrap();
    for pixels in images.iter().take(6) {
        let values = preprocess::gray(&manifest, images.height, images.width, pixels).unwrap();
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let mut assignment = circuit.assign(&opening, &CONTEXT).unwrap();
        assert_eq!(assignment.public[2], Scalar::from(u64::from(class)));
        assert!(circuit.matrices().is_satisfied(&assignment));
        for other in (0..10).filter(|other| *other != class) {
            assignment.public[2] = Scalar::from(u64::from(other));
            assert!(!circuit.matrices().is_satisfied(&assignment));
        }
    }
}

#[test]
fn the_network_as_onnxruntime_quantises_it_is_proved_as_it_is() {
    let onnx = include_bytes!("../../../../tests/vectors/onnx-quantized/mnist-cnn-qdq.onnx");
    let Imported { model, manifest, .. } =
        quantize(&OnnxModel::decode(onnx).unwrap(), &Options::default()).unwrap();
    let model = Arc::new(model);
    let circuit = ModelCircuit::new(model.clone()).unwrap();
    let report = circuit.report();
    println!("{report:?}");
    let halo2 = zkml_prove::halo2::ModelCircuit::new(model.clone()).map(|circuit| *circuit.plan());
    println!("{halo2:?}");
    // Eight bits a value and exact scaling cost 39 constraints for each of 5,408 results.
    assert!(report.constraints <= 220_608 && report.domain <= 1 << 18, "{report:?}");
    let images = include_bytes!("../../../../tests/vectors/mnist/t10k-first-500-images.idx3.gz");
    let images = Images::read(images).unwrap();
    for pixels in images.iter().take(2) {
        let values = preprocess::gray(&manifest, images.height, images.width, pixels).unwrap();
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let mut assignment = circuit.assign(&opening, &CONTEXT).unwrap();
        assert_eq!(assignment.public[2], Scalar::from(u64::from(class)));
        assert!(circuit.matrices().is_satisfied(&assignment));
        assignment.public[2] = Scalar::from(u64::from((class + 1) % 10));
        assert!(!circuit.matrices().is_satisfied(&assignment));
    }
}

#[test]
fn the_constraints_of_each_layer_are_known() {
    let circuit = ModelCircuit::new(Arc::new(imported().model)).unwrap();
    let layers: Vec<(&str, usize)> = circuit
        .report()
        .layers
        .iter()
        .map(|layer| (layer.op.as_str(), layer.constraints))
        .collect();
    // 784 pixels of four bits; 14 elements and the blinder in four permutations of 300.
    assert_eq!(&layers[..2], [("Input", 784 * 4), ("Commitment", 4 * 300 + 1)]);
    assert_eq!(layers[2], ("Conv", 0));
    // One for each of ten sums of 5,408 terms.
    assert!(layers.contains(&("Gemm", 10)));
    // The domain is the next power of two: beyond 2^16 a proof would take twice as long.
    assert!(circuit.report().domain <= 1 << 16, "{:?}", circuit.report());
}
