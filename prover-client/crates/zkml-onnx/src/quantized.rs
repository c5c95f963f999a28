//! Parts of pre-quantised graphs beside floats: grids of activations, and layers with integer
//! weights.
//!
//! ```text
//! QuantizeLinear     q = saturate(round(real / scale) + zero point)       halves to even
//! DequantizeLinear   real = scale · (q - zero point)
//! ```
//! A tensor stands for its reals here, on either side of these two:
//! [`FloatOp::Quantize`](super::FloatOp) puts them on a grid, and
//! [`FloatOp::Dequantize`](super::FloatOp) only says which grid they are on.

use zkml_model::graph::{Conv, Gemm};

/// The numbers of eight bits that stand for reals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The scale: the real number of one step, normal and above zero.
    pub scale: f32,
    /// The number that stands for zero.
    pub zero_point: i32,
    /// The lowest number: 0 or -128.
    pub min: i32,
}

impl Grid {
    /// Lowest and highest integer, less the zero point.
    pub fn bounds(&self) -> [i64; 2] {
        [self.min, self.min + 255].map(|q| i64::from(q - self.zero_point))
    }

    /// The real number on the grid that `QuantizeLinear` and `DequantizeLinear` make of one.
    pub fn round(&self, real: f32) -> f32 {
        let [lo, hi] = self.bounds().map(|q| q as f32);
        (real / self.scale).round_ties_even().clamp(lo, hi) * self.scale
    }
}

/// A layer with integer weights.
#[derive(Clone, Debug, PartialEq)]
pub struct IntegerLayer {
    /// Integer weights, less their zero points, and biases.
    pub layer: Layer,
    /// The scales of weights: one for all output channels, or one for each.
    pub scales: Vec<f32>,
    /// The scales of the biases.
    pub bias: Bias,
}

/// A layer's sizes, weights and biases.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// `Conv`, `QLinearConv`.
    Conv(Conv<i16, i32>),
    /// `Gemm`, `MatMul`, `QGemm`, `QLinearMatMul`.
    Gemm(Gemm<i16, i32>),
}

/// Scales of a layer's biases.
#[derive(Clone, Debug, PartialEq)]
pub enum Bias {
    /// Integers, a step of which stands for these: one for all, or one for each.
    Scaled(Vec<f32>),
    /// They are no integers but these reals.
    Real(Vec<f32>),
}

impl Layer {
    /// Output channels.
    pub fn channels(&self) -> usize {
        match self {
            Layer::Conv(conv) => conv.out_channels,
            Layer::Gemm(gemm) => gemm.outputs,
        }
    }

    /// The weights.
    pub fn weights(&self) -> &[i16] {
        match self {
            Layer::Conv(conv) => &conv.weights,
            Layer::Gemm(gemm) => &gemm.weights,
        }
    }

    /// The biases.
    pub fn bias(&self) -> &[i32] {
        match self {
            Layer::Conv(conv) => &conv.bias,
            Layer::Gemm(gemm) => &gemm.bias,
        }
    }

    /// The same layer with other weights and biases.
    pub fn with<W, B>(&self, weights: Vec<W>, bias: Vec<B>) -> Layered<W, B> {
        match self {
            Layer::Conv(conv) => Layered::Conv(Conv {
                out_channels: conv.out_channels,
                in_channels: conv.in_channels,
                group: conv.group,
                kernel: conv.kernel,
                strides: conv.strides,
                pads: conv.pads,
                dilations: conv.dilations,
                weights,
                bias,
            }),
            Layer::Gemm(gemm) => {
                Layered::Gemm(Gemm { outputs: gemm.outputs, inputs: gemm.inputs, weights, bias })
            }
        }
    }
}

/// A layer with weights and biases of any type.
pub enum Layered<W, B> {
    /// `Conv`
    Conv(Conv<W, B>),
    /// `Gemm`
    Gemm(Gemm<W, B>),
}

impl IntegerLayer {
    /// Returns the scale of the weights of an output channel.
    pub fn scale(&self, channel: usize) -> f32 {
        of(&self.scales, channel)
    }

    /// The layer in floats.
    pub fn real(&self) -> Layered<f32, f32> {
        let per = self.layer.weights().len() / self.layer.channels().max(1);
        let weights = self.layer.weights().iter().enumerate();
        let weights = weights.map(|(i, w)| f32::from(*w) * self.scale(i / per.max(1))).collect();
        let bias = self.layer.bias().iter().enumerate().map(|(channel, b)| match &self.bias {
            Bias::Scaled(scales) => *b as f32 * of(scales, channel),
            Bias::Real(reals) => of(reals, channel),
        });
        self.layer.with(weights, bias.collect())
    }
}

/// One of a list, or the only one.
pub fn of(list: &[f32], index: usize) -> f32 {
    list.get(index).or(list.first()).copied().unwrap_or_default()
}
