use std::sync::Arc;

use ff::Field;
use halo2_proofs::{dev::MockProver, pasta::Fp};
use zkml_model::{infer, random};

use super::{
    columns::with_shape,
    commitment::commit,
    compile::{Analysed, Private, compile},
    machine::Program,
    plan::Plan,
    synthesis::ProgramCircuit,
};

fn program(model: &zkml_model::QuantizedModel, values: &[i32]) -> (Plan, Program) {
    let analysed = Analysed::new(model).unwrap();
    let plan = Plan::cheapest(&analysed).unwrap();
    let private = Private { values, blinder: Fp::from(77), context: Fp::from(5) };
    let program = compile(&analysed, plan.knobs, plan.rows + 2, false, Some(&private)).unwrap();
    assert_eq!(program.count, plan.rows);
    (plan, program)
}

fn satisfied(plan: &Plan, circuit: &ProgramCircuit, public: &[Fp]) -> bool {
    with_shape(plan.shape, || {
        let prover = MockProver::run(plan.k, circuit, vec![public.to_vec()]).unwrap();
        prover.verify().is_ok()
    })
}

#[test]
fn random_models_are_satisfied_with_the_reference_class_and_no_other() {
    for seed in 0..40 {
        let model = random::model(seed);
        let values = random::input(&model, seed);
        let (plan, program) = program(&model, &values);
        assert_eq!(program.unbalanced, None, "{seed}");
        let class = infer::run(&model, &values).unwrap().class.unwrap();
        let commitment = commit(&model.input, &values, &Fp::from(77)).unwrap();
        let circuit = ProgramCircuit::new(Arc::new(program));
        let public = [commitment, Fp::from(u64::from(class)), Fp::from(5)];
        assert!(satisfied(&plan, &circuit, &public), "{seed}");
        for i in 0..3 {
            let mut other = public;
            other[i] += Fp::ONE;
            assert!(!satisfied(&plan, &circuit, &other), "{seed} {i}");
        }
    }
}

#[test]
fn mnist_plan() {
    let onnx = include_bytes!("../../../../../tests/vectors/mnist/mnist-cnn.onnx");
    let onnx = zkml_model::OnnxModel::decode(onnx).unwrap();
    let model = zkml_model::quantize::quantize(&onnx, &Default::default()).unwrap().model;
    let t = std::time::Instant::now();
    let values = random::input(&model, 3);
    let (plan, program) = program(&model, &values);
    eprintln!("{plan:?} {:?} {:?}", t.elapsed(), program.layers);
    let class = infer::run(&model, &values).unwrap().class.unwrap();
    let commitment = commit(&model.input, &values, &Fp::from(77)).unwrap();
    let circuit = ProgramCircuit::new(Arc::new(program));
    let public = [commitment, Fp::from(u64::from(class)), Fp::from(5)];
    assert!(satisfied(&plan, &circuit, &public));
    use halo2_proofs::{pasta::EqAffine, plonk::*, poly::commitment::Params, transcript::*};
    with_shape(plan.shape, || {
        let t = std::time::Instant::now();
        let params = Params::<EqAffine>::new(plan.k);
        eprintln!("params {:?}", t.elapsed());
        let t = std::time::Instant::now();
        let vk = keygen_vk(&params, &circuit).unwrap();
        let pk = keygen_pk(&params, vk, &circuit).unwrap();
        eprintln!("keys {:?} text {}", t.elapsed(), format!("{:?}", pk.get_vk().pinned()).len());
        for _ in 0..3 {
            let t = std::time::Instant::now();
            let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(vec![]);
            use chacha20::rand_core::SeedableRng;
            let rng = chacha20::ChaCha20Rng::from_seed([7; 32]);
            create_proof(&params, &pk, &[circuit.clone()], &[&[&public]], rng, &mut transcript).unwrap();
            let proof = transcript.finalize();
            eprintln!("prove {:?} bytes {} expected {}", t.elapsed(), proof.len(), plan.proof_bytes);
            let t = std::time::Instant::now();
            let mut transcript = Blake2bRead::<_, EqAffine, Challenge255<_>>::init(&proof[..]);
            verify_proof(&params, pk.get_vk(), SingleVerifier::new(&params), &[&[&public]], &mut transcript)
                .unwrap();
            eprintln!("verify {:?}", t.elapsed());
        }
    });
}
