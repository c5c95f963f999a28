//! ONNX `Conv`, two-dimensional, with groups, strides, dilations and zero padding. No constraints: weights
//! are constants.

use zkml_model::graph::Conv;

use crate::{
    error::CircuitError,
    lin::{Wire, weighted_sum},
};

/// The outputs of the layer `[channel][row][column]`, as linear combinations of its inputs. `from` and `to` are rows and
/// columns of operand and result.
///
/// # Errors
/// A sum that can get too wide. The caller has checked shapes and counts.
pub fn conv(
    node: usize,
    name: &str,
    conv: &Conv,
    from: [usize; 2],
    to: [usize; 2],
    x: &[Wire],
) -> Result<Vec<Wire>, CircuitError> {
    let [rows, columns] = to;
    let mut out = Vec::with_capacity(conv.out_channels * rows * columns);
    for (channel, bias) in conv.bias.iter().enumerate() {
        for row in 0..rows {
            for column in 0..columns {
                let terms = taps(conv, channel, [row, column], from)
                    .filter_map(|(w, i)| Some((i64::from(*conv.weights.get(w)?), x.get(i)?)));
                out.push(weighted_sum(node, name, i64::from(*bias), terms)?);
            }
        }
    }
    Ok(out)
}

/// Pairs of weight index and input index that one output reads; padding reads nothing.
fn taps(
    conv: &Conv,
    channel: usize,
    [row, column]: [usize; 2],
    [height, width]: [usize; 2],
) -> impl Iterator<Item = (usize, usize)> + '_ {
    let per_group = conv.in_channels / conv.group;
    let group = channel / (conv.out_channels / conv.group);
    let [kernel_height, kernel_width] = conv.kernel;
    let kernel = kernel_height * kernel_width;
    (0..per_group * kernel).filter_map(move |tap| {
        let (inner, within) = (tap / kernel, tap % kernel);
        let y =
            (row * conv.strides[0] + within / kernel_width * conv.dilations[0]).checked_sub(conv.pads[0])?;
        let x = (column * conv.strides[1] + within % kernel_width * conv.dilations[1])
            .checked_sub(conv.pads[1])?;
        let inside = y < height && x < width;
        let plane = group * per_group + inner;
        inside.then_some((channel * per_group * kernel + tap, (plane * height + y) * width + x))
    })
}
