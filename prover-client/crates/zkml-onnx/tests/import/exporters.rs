//! Models as PyTorch's exporters write them, and as Keras and tf2onnx do: `tests/vectors/exporters`
//! and `tests/vectors/keras`.

use super::*;
use zkml_model::infer;

const FOLDERS: [&str; 2] = ["exporters", "keras"];

fn file(folder: &str, name: &str) -> Vec<u8> {
    fs::read(vectors().join("..").join(folder).join(name)).expect("committed")
}

/// The models of a folder with their inputs and scores.
fn cases(folder: &str) -> serde_json::Map<String, serde_json::Value> {
    serde_json::from_slice(&file(folder, "scores.json")).expect("JSON")
}

fn list(case: &serde_json::Value, key: &str) -> Vec<f32> {
    let list = case[key].as_array().expect("a list");
    list.iter().map(|v| v.as_f64().expect("a number") as f32).collect()
}

/// Returns the expected operations of a model of these names: as few as there are.
fn most_nodes(name: &str) -> usize {
    match name.split(['.']).next().unwrap_or_default() {
        "mlp" => 5,
        "steps" | "places" => 24,
        "mlp-silu" | "mlp-gelu" | "mlp-gelu-tanh" | "mlp-mish" | "mlp-softplus" | "mlp-elu" => 9,
        "mlp-relu6" | "mlp-hardtanh" | "mlp-leaky" => 5,
        _ => 60,
    }
}

#[test]
fn exported_models_have_the_scores_of_onnxruntime() {
    let mut faults = Vec::new();
    for folder in FOLDERS {
        let cases = cases(folder);
        assert!(cases.len() >= 60, "{folder}: {}", cases.len());
        for (name, case) in cases {
            if let Err(fault) = check(&file(folder, &format!("{name}.onnx")), &name, &case) {
                faults.push(format!("{folder}/{name}: {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn check(bytes: &[u8], name: &str, case: &serde_json::Value) -> Result<(), String> {
    let model = OnnxModel::decode(bytes).map_err(|error| error.to_string())?;
    if model.nodes.len() > most_nodes(name) {
        return Err(format!("{} operations", model.nodes.len()));
    }
    // Biases and normalisations of rows and places are parts of their layers, too.
    let layers = model
        .nodes
        .iter()
        .filter(|node| matches!(node.op, FloatOp::Conv(_) | FloatOp::Gemm(_)))
        .count();
    let expected = [("steps", 3), ("places", 3), ("sequence", 4), ("residual", 6), ("mobile", 6)];
    if let Some((_, most)) =
        expected.iter().find(|(model, most)| name.starts_with(model) && layers > *most)
    {
        return Err(format!("{layers} layers, not {most}"));
    }
    let scores = float::run(&model, &list(case, "input")).expect("right length");
    let mut expected = list(case, "scores");
    // Of a softmax the order is left, and the distances of the logarithms.
    let ends = case["ends"].as_str();
    if ends == Some("Softmax") {
        expected.iter_mut().for_each(|score| *score = score.ln());
    }
    let softmax =
        ends == Some("Softmax") || name.starts_with("sequence") || name.starts_with("lenet");
    let shift = if softmax { scores[0] - expected[0] } else { 0.0 };
    let near = |(a, b): (&f32, &f32)| (a - shift - b).abs() <= 2e-4 * b.abs().max(1.0);
    if scores.len() != expected.len() || !scores.iter().zip(&expected).all(near) {
        return Err(format!("{scores:?} for {expected:?}"));
    }
    Ok(())
}

#[test]
fn exported_models_are_quantised() {
    for folder in FOLDERS {
        let kinds = ["dynamo", "opset13", "export", "nchw"];
        let cases = cases(folder).into_iter();
        for (name, case) in cases.filter(|(name, _)| kinds.iter().any(|kind| name.contains(kind))) {
            let model = OnnxModel::decode(&file(folder, &format!("{name}.onnx")))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            quantised(&model, &name, &case);
        }
    }
}

fn quantised(model: &OnnxModel, name: &str, case: &serde_json::Value) {
    let input: Vec<f64> = list(case, "input").into_iter().map(f64::from).collect();
    // Some models take 0 to 255.
    let range = input.iter().any(|value| *value > 1.0).then_some((0.0, 255.0));
    let preprocessing = quantize::InputKind::Values;
    let options = quantize::Options {
        input_bits: 8,
        preprocessing,
        input_range: range,
        ..Default::default()
    };
    let imported =
        quantize::quantize(model, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
    imported.model.validate().unwrap_or_else(|error| panic!("{name}: {error}"));
    let input = zkml_data::preprocess::values(&imported.manifest, &input).expect("in range");
    let answer = infer::run(&imported.model, &input).expect("an answer");
    // A single score is a value, and has no class.
    let Some(class) = answer.class else { return };
    // The class may be another only where the scores are close.
    let scores = list(case, "scores");
    let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    assert!(best - scores[class as usize] <= 0.1, "{name}: class {class} of {scores:?}");
}
