//! Constants with what their integers stand for, and the layers made of them.

use crate::{
    Fault, FloatOp,
    lower::layers::{self, matrix},
    quantized::{Bias, IntegerLayer, Layer},
    tensor::{Constant, Data, Dequantized, Kind},
};
use zkml_model::graph::{Conv, Gemm};

/// The scale of each value of a tensor, among some.
pub(super) struct Channels {
    count: usize,
    /// Values behind an index on the axis.
    inner: usize,
    axis: usize,
}

impl Channels {
    pub fn of(&self, index: usize) -> usize {
        index / self.inner.max(1) % self.count.max(1)
    }
}

pub(super) fn channels(dims: &[usize], scales: usize, axis: i64) -> Result<Channels, Fault> {
    if scales == 1 {
        return Ok(Channels { count: 1, inner: 1, axis: 0 });
    }
    let at = if axis < 0 { axis.saturating_add(dims.len() as i64) } else { axis };
    let at = usize::try_from(at).ok().filter(|at| dims.get(*at) == Some(&scales));
    let Some(axis) = at else {
        let expected = "one scale, or one for each index on the axis of its output channels";
        return Err(Fault::Scales {
            expected,
            got: scales,
            axis,
            dims: dims.iter().copied().take(9).collect(),
        });
    };
    let inner = dims.iter().skip(axis + 1).product();
    Ok(Channels { count: scales, inner, axis })
}

pub(super) fn one_of<T: Copy + Default>(list: &[T], index: usize) -> T {
    list.get(index).or(list.first()).copied().unwrap_or_default()
}

pub(super) fn zero_point_count(got: usize) -> Fault {
    let expected = "one number, or one for each scale";
    Fault::ZeroPoint { expected, got: format!("{got} numbers") }
}

/// `DequantizeLinear` of a constant.
pub(super) fn dequantized(
    constant: &Constant,
    scales: &Constant,
    zero_points: Option<&Constant>,
    axis: i64,
) -> Result<Constant, Fault> {
    let Data::Quantized(values, kind) = &constant.data else {
        return Err(layers::shape(
            "a constant",
            "numbers of type uint8, int8 or int32",
            &constant.dims,
        ));
    };
    let scales = scales.floats().unwrap_or_default();
    let channel = channels(&constant.dims, scales.len(), axis)?;
    let zeros = match zero_points.map(|constant| &constant.data) {
        None => vec![0],
        Some(Data::Quantized(zeros, of)) if of == kind => zeros.clone(),
        Some(_) => {
            let expected = "of the type of what it belongs to";
            return Err(Fault::ZeroPoint { expected, got: "of another type".into() });
        }
    };
    if ![1, scales.len()].contains(&zeros.len()) {
        return Err(zero_point_count(zeros.len()));
    }
    if let (Kind::I32, Some(got)) = (kind, zeros.iter().find(|zero| **zero != 0)) {
        return Err(Fault::ZeroPoint { expected: "0 for int32", got: got.to_string() });
    }
    // Numbers of eight bits, or of 32 less zero: no overflow.
    let integers: Vec<i32> =
        values.iter().enumerate().map(|(i, q)| q - one_of(&zeros, channel.of(i))).collect();
    let data = Dequantized::new(integers, scales.to_vec(), channel.axis, &constant.dims);
    Ok(Constant { dims: constant.dims.clone(), data: Data::Dequantized(data) })
}

/// A bias of a `QLinear…` operator, in products of steps of its input and of its weights.
pub(super) fn in_products(
    bias: &Constant,
    input: f32,
    weights: &Constant,
) -> Result<Constant, Fault> {
    let (Data::Quantized(values, Kind::I32), Data::Dequantized(weights)) =
        (&bias.data, &weights.data)
    else {
        return Err(layers::shape("a bias", "numbers of type int32", &bias.dims));
    };
    let scales: Vec<f32> = weights.scales.iter().map(|scale| input * scale).collect();
    let floats = values.iter().enumerate().map(|(i, b)| *b as f32 * one_of(&scales, i)).collect();
    let data = Dequantized { integers: values.clone(), scales, axis: 0, floats };
    Ok(Constant { dims: bias.dims.clone(), data: Data::Dequantized(data) })
}

/// A bias, with what it stands for, for `count` channels.
fn biases(bias: Option<&Constant>, count: usize, factor: f32) -> Result<(Vec<i32>, Bias), Fault> {
    let Some(constant) = bias else { return Ok((vec![0; count], Bias::Real(vec![0.0]))) };
    let fits = [1, count].contains(&constant.dims.iter().product())
        && constant.dims.iter().rev().skip(1).all(|n| *n == 1);
    if !fits {
        return Err(layers::shape("a bias", format!("[{count}]"), &constant.dims));
    }
    match &constant.data {
        Data::Dequantized(bias) if factor == 1.0 => {
            let integers = (0..count).map(|i| one_of(&bias.integers, i)).collect();
            Ok((integers, Bias::Scaled(bias.scales.clone())))
        }
        _ => {
            let reals = layers::floats(constant, "a bias")?;
            let reals: Vec<f32> = (0..count).map(|i| one_of(reals, i) * factor).collect();
            layers::finite(&reals, &[])?;
            Ok((vec![0; count], Bias::Real(reals)))
        }
    }
}

fn narrow(integers: &[i32], tensor: &[usize]) -> Result<Vec<i16>, Fault> {
    let narrow: Option<Vec<i16>> = integers.iter().map(|w| i16::try_from(*w).ok()).collect();
    narrow
        .filter(|weights| weights.iter().all(|w| w.abs() <= 255))
        .ok_or_else(|| layers::shape("weights", "numbers of type uint8 or int8", tensor))
}

/// A convolution with integer weights.
pub(in crate::lower) fn integer_conv(
    sizes: &Conv<f32, f32>,
    weights: &Dequantized,
    bias: Option<&Constant>,
    dims: &[usize],
) -> Result<FloatOp, Fault> {
    if weights.scales.len() > 1 && weights.axis != 0 {
        return Err(wrong_axis(weights, dims));
    }
    let (biases, bias) = biases(bias, sizes.out_channels, 1.0)?;
    let conv = Conv {
        out_channels: sizes.out_channels,
        in_channels: sizes.in_channels,
        group: sizes.group,
        kernel: sizes.kernel,
        strides: sizes.strides,
        pads: sizes.pads,
        dilations: sizes.dilations,
        weights: narrow(&weights.integers, dims)?,
        bias: biases,
    };
    Ok(FloatOp::Integer(Box::new(IntegerLayer {
        layer: Layer::Conv(conv),
        scales: weights.scales.clone(),
        bias,
    })))
}

/// A product with integer weights.
pub(in crate::lower) fn integer_gemm(
    constant: &Constant,
    weights: &Dequantized,
    bias: Option<&Constant>,
    [inputs, outputs]: [usize; 2],
    [alpha, beta]: [f32; 2],
    transposed: bool,
) -> Result<FloatOp, Fault> {
    let axis = usize::from(!transposed);
    if weights.scales.len() > 1 && weights.axis != axis {
        return Err(wrong_axis(weights, &constant.dims));
    }
    let scales: Vec<f32> = weights.scales.iter().map(|scale| scale * alpha).collect();
    if let Some(got) = scales.iter().find(|scale| !(scale.is_normal() && **scale > 0.0)) {
        return Err(Fault::Scale { what: "a product of alpha and a scale", got: *got });
    }
    // Numbers of eight bits are floats exactly.
    let narrow = narrow(&weights.integers, &constant.dims)?;
    let floats = Data::Float(narrow.iter().map(|w| f32::from(*w)).collect());
    let (_, rows) =
        matrix(&Constant { dims: constant.dims.clone(), data: floats }, inputs, transposed)?;
    let (biases, bias) = biases(bias, outputs, beta)?;
    let gemm =
        Gemm { outputs, inputs, weights: rows.iter().map(|w| *w as i16).collect(), bias: biases };
    Ok(FloatOp::Integer(Box::new(IntegerLayer { layer: Layer::Gemm(gemm), scales, bias })))
}

fn wrong_axis(weights: &Dequantized, dims: &[usize]) -> Fault {
    Fault::Scales {
        expected: "scales on the axis of its output channels",
        got: weights.scales.len(),
        axis: weights.axis as i64,
        dims: dims.iter().copied().take(9).collect(),
    }
}
