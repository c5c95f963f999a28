//! ONNX `Conv`, two-dimensional, with groups, strides, dilations and zero padding. No constraints:
//! weights are constants.

use zkml_model::graph::Conv;

use crate::groth16::linear_combination::Wire;

/// Weights and operands of output `[channel][row][column]`, by its number; padding reads nothing.
/// `from` and `to` are the shapes of operand and result. The caller has checked shapes and counts.
pub fn terms<'w>(
    conv: &Conv,
    from: &[usize],
    to: &[usize],
    output: usize,
    x: &'w [Wire],
) -> Vec<(i64, &'w Wire)> {
    let (&[_, height, width], &[_, rows, columns]) = (from, to) else { return Vec::new() };
    let position = [output / (rows * columns), output / columns % rows, output % columns];
    let mut out =
        Vec::with_capacity(conv.in_channels / conv.group * conv.kernel[0] * conv.kernel[1]);
    conv.for_each_tap([height, width], position, |weight, input| {
        out.extend(conv.weights.get(weight).map(|w| i64::from(*w)).zip(x.get(input)));
    });
    out
}
