//! Models as PyTorch's exporters write them: `tests/vectors/exporters`.

use super::*;
use crate::infer;

fn exporters() -> PathBuf {
    vectors().join("../exporters")
}

fn cases() -> serde_json::Map<String, serde_json::Value> {
    let text = fs::read(exporters().join("scores.json")).expect("committed");
    serde_json::from_slice(&text).expect("JSON")
}

fn list(case: &serde_json::Value, key: &str) -> Vec<f32> {
    let list = case[key].as_array().expect("a list");
    list.iter().map(|v| v.as_f64().expect("a number") as f32).collect()
}

/// How a model of these names must be built: as few operations as there are.
fn most_nodes(name: &str) -> usize {
    match name.split(['.']).next().unwrap_or_default() {
        "mlp" => 5,
        "mlp-silu" | "mlp-gelu" | "mlp-gelu-tanh" | "mlp-mish" | "mlp-softplus" | "mlp-elu" => 9,
        "mlp-relu6" | "mlp-hardtanh" | "mlp-leaky" => 5,
        _ => 60,
    }
}

#[test]
fn exported_models_have_the_scores_of_onnxruntime() {
    let mut faults = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    for (name, case) in cases {
        let bytes = fs::read(exporters().join(format!("{name}.onnx"))).expect("committed");
        let model = match OnnxModel::decode(&bytes) {
            Ok(model) => model,
            Err(error) => {
                faults.push(format!("{name}: {error}"));
                continue;
            }
        };
        if model.nodes.len() > most_nodes(&name) {
            faults.push(format!("{name}: {} operations", model.nodes.len()));
        }
        let scores = float::run(&model, &list(&case, "input")).expect("right length");
        let expected = list(&case, "scores");
        let near = |(a, b): (&f32, &f32)| (a - b).abs() <= 2e-4 * b.abs().max(1.0);
        // Of a LogSoftmax the order is left, and the distances.
        let shift = if name.starts_with("sequence") || name.starts_with("lenet") {
            scores[0] - expected[0]
        } else {
            0.0
        };
        let scores: Vec<f32> = scores.iter().map(|score| score - shift).collect();
        if scores.len() != expected.len() || !scores.iter().zip(&expected).all(near) {
            faults.push(format!("{name}: {scores:?} for {expected:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn exported_models_are_quantised() {
    for (name, case) in
        cases().into_iter().filter(|(name, _)| name.ends_with("dynamo") || name.contains("opset13"))
    {
        let bytes = fs::read(exporters().join(format!("{name}.onnx"))).expect("committed");
        let model = OnnxModel::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let options = quantize::Options {
            input_bits: 8,
            preprocessing: quantize::InputKind::Values,
            ..Default::default()
        };
        let imported = quantize::quantize(&model, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
        imported.model.validate().unwrap_or_else(|error| panic!("{name}: {error}"));
        let input: Vec<f64> = list(&case, "input").into_iter().map(f64::from).collect();
        let input = crate::preprocess::values(&imported.manifest, &input).expect("in range");
        let class = infer::run(&imported.model, &input).expect("an answer").class.expect("a class") as usize;
        // The class may be another only where the scores are close.
        let scores = list(&case, "scores");
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        assert!(best - scores[class] <= 0.1, "{name}: class {class} of {scores:?}");
    }
}
