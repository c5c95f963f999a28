//! The input's range, where the type that the file gives it says one.

use super::{InputKind, Options, QuantizeError, bad};
use zkml_model::manifest::Image;
use zkml_onnx::{InputType, OnnxModel};

/// Most integers of a type whose whole range is taken: those of eight bits. Of a wider one a model
/// uses a part.
const MOST: i64 = 1 << 8;

/// The options, with the range of the input's type if none is given and nothing else says one.
///
/// # Errors
/// The type is wider than what a range can be guessed for.
pub(super) fn of_type(onnx: &OnnxModel, options: &Options) -> Result<Options, QuantizeError> {
    let InputType::Integers { min, max } = onnx.input_type else { return Ok(options.clone()) };
    let normalised = matches!(
        options.preprocessing,
        InputKind::Normalised(_) | InputKind::Image(Image { normalise: Some(_), .. })
    );
    // A graph that is quantised already has a grid of its own.
    let given = options.input_range.is_some() || !options.input_ranges.is_empty();
    if given || normalised || onnx.is_quantized() {
        return Ok(options.clone());
    }
    match max.checked_sub(min) {
        Some(span) if span < MOST => {
            Ok(Options { input_range: Some((min as f64, max as f64)), ..options.clone() })
        }
        _ => {
            let got = format!("left out for an input of integers from {min} to {max}");
            Err(bad(
                "--input-range",
                got,
                "the lowest and the highest that the model is given, such as 0:255",
            ))
        }
    }
}
