//! Networks of other shapes than MNIST's, with random weights: what the cost model makes of them.

use std::sync::Arc;

use ff::Field;
use halo2_proofs::pasta::Fp;
use zkml_model::{
    QuantizedModel,
    graph::{Conv, Gemm, InputSpec, Node, Operand, Operation},
    infer,
    random::{self, Rng},
};
use zkml_onnx::OnnxModel;
use zkml_quantize::{Options, quantize};

use super::satisfaction::{public, satisfied};
use crate::Opening;
use crate::halo2::{circuit::ModelCircuit, plan::PROOF_LIMIT, synthesis::ProgramCircuit};

/// A chain of layers on an input of four bits, ended by an arg-max.
struct Network {
    rng: Rng,
    shape: Vec<usize>,
    model: QuantizedModel,
}

impl Network {
    fn new(shape: &[usize]) -> Self {
        let input = InputSpec { shape: shape.to_vec(), min: 0, bits: 4 };
        let model = QuantizedModel { input, nodes: Vec::new() };
        Self { rng: Rng::new(7), shape: shape.to_vec(), model }
    }

    fn push(mut self, op: Operation, shape: Vec<usize>) -> Self {
        let at = self.model.nodes.len();
        let from = at.checked_sub(1).map_or(Operand::Input, Operand::Node);
        self.shape = shape.clone();
        self.model.nodes.push(Node { name: format!("n{at}"), op, inputs: vec![from], shape });
        self
    }

    fn weights(&mut self, count: usize, greatest: i64) -> Vec<i8> {
        (0..count).map(|_| self.rng.range(-greatest, greatest) as i8).collect()
    }

    fn gemm(mut self, outputs: usize) -> Self {
        let inputs = self.shape[0];
        let weights = self.weights(inputs * outputs, 100);
        self.push(
            Operation::Gemm(Gemm { outputs, inputs, weights, bias: vec![1; outputs] }),
            vec![outputs],
        )
    }

    fn conv(mut self, out_channels: usize, kernel: usize, stride: usize, greatest: i64) -> Self {
        let [in_channels, height, width] = self.shape[..] else { panic!("{:?}", self.shape) };
        let weights = self.weights(out_channels * in_channels * kernel * kernel, greatest);
        let size = |n: usize| (n - kernel) / stride + 1;
        let conv = Conv {
            out_channels,
            in_channels,
            group: 1,
            kernel: [kernel; 2],
            strides: [stride; 2],
            pads: [0; 4],
            dilations: [1; 2],
            weights,
            bias: vec![3; out_channels],
        };
        self.push(Operation::Conv(conv), vec![out_channels, size(height), size(width)])
    }

    fn relu(self) -> Self {
        let shape = self.shape.clone();
        self.push(Operation::Relu, shape)
    }

    fn shift(self, shift: u8) -> Self {
        let shape = self.shape.clone();
        self.push(Operation::Requantize { shift }, shape)
    }

    fn flat(self) -> Self {
        let count = self.shape.iter().product();
        self.push(Operation::Reshape, vec![count])
    }

    fn end(self) -> Arc<QuantizedModel> {
        Arc::new(self.push(Operation::ArgMax, vec![1]).model)
    }
}

#[test]
fn networks_of_other_shapes_fit_and_answer_as_the_reference_does() {
    let flat = || Network::new(&[784]);
    let picture = || Network::new(&[1, 28, 28]);
    let deep = flat().gemm(64).relu().shift(9).gemm(64).relu().shift(9).gemm(64).relu();
    let strided = picture().conv(6, 5, 2, 50).relu().conv(16, 5, 2, 50).relu().shift(11);
    let wide = picture().conv(8, 3, 1, 8).relu().conv(8, 3, 2, 50).relu();
    let networks = [
        ("784-56-10", 10, flat().gemm(56).relu().gemm(10).end()),
        ("784-64-64-64-10", 11, deep.gemm(10).end()),
        (
            "conv 6 5x5 /2, conv 16 5x5 /2, 64, 10",
            12,
            strided.flat().gemm(64).relu().gemm(10).end(),
        ),
        ("conv 8 3x3, conv 8 3x3 /2, 10", 13, wide.flat().gemm(10).end()),
    ];
    for (name, k, model) in networks {
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let plan = circuit.plan();
        assert!(plan.k == k && plan.proof_bytes <= PROOF_LIMIT, "{name}: {plan:?}");
        let values = random::input(&model, 3);
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let program = circuit.assign(&opening, &[1; 32]).unwrap();
        let mut public = public(&program);
        assert_eq!((program.unbalanced, public[1]), (None, Fp::from(u64::from(class))), "{name}");
        let filled = ProgramCircuit::new(Arc::new(program));
        assert!(satisfied(plan, &filled, &public), "{name}");
        public[1] += Fp::ONE;
        assert!(!satisfied(plan, &filled, &public), "{name}");
    }
}

#[test]
fn every_small_onnx_model_is_answered_as_the_reference_does() {
    answered("onnx", |_| true);
}

#[test]
fn small_quantised_models_are_answered_as_the_reference_does() {
    let some = [
        "qlinear-matmul-u8",
        "qlinear-matmul-nine-bits",
        "qlinear-mean-i8",
        "cnn-qdq-u8-channels",
        "residual-qdq-i8-channels",
    ];
    answered("onnx-quantized", |stem| some.contains(&stem));
}

fn answered(folder: &str, wanted: impl Fn(&str) -> bool) {
    let vectors = format!("{}/../../../tests/vectors/{folder}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(vectors).unwrap().map(|file| file.unwrap().path());
    let wanted = |path: &std::path::PathBuf| {
        path.extension().is_some_and(|e| e == "onnx")
            && path.file_stem().and_then(|stem| stem.to_str()).is_some_and(&wanted)
    };
    for path in files.filter(wanted) {
        let name = path.display();
        let onnx = OnnxModel::decode(&std::fs::read(&path).unwrap()).unwrap();
        let model = Arc::new(quantize(&onnx, &Options::default()).unwrap().model);
        let circuit = ModelCircuit::new(model.clone()).unwrap();
        let values = random::input(&model, 5);
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let opening = Opening::random(&model.input, values).unwrap();
        let program = circuit.assign(&opening, &[1; 32]).unwrap();
        let mut public = public(&program);
        assert_eq!((program.unbalanced, public[1]), (None, Fp::from(u64::from(class))), "{name}");
        let filled = ProgramCircuit::new(Arc::new(program));
        assert!(satisfied(circuit.plan(), &filled, &public), "{name}");
        public[1] += Fp::ONE;
        assert!(!satisfied(circuit.plan(), &filled, &public), "{name}");
    }
}
