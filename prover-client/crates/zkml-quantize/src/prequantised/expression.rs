//! The function of floats between two grids, value by value.

use std::rc::Rc;

use zkml_onnx::{Function, quantized::of};

/// A function of one real.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    /// The real itself.
    X,
    /// Times a factor, plus a summand: one of each for all values, or one for each.
    Affine { x: Rc<Expression>, factors: Vec<f32>, summands: Vec<f32> },
    /// `max(x, 0)`
    Relu(Rc<Expression>),
    /// Kept between two bounds.
    Clip(Rc<Expression>, f32, f32),
    /// `x`, times a slope below zero.
    LeakyRelu(Rc<Expression>, f32),
    /// A bounded function.
    Function(Rc<Expression>, Function),
    /// The sum of two.
    Add(Rc<Expression>, Rc<Expression>),
}

impl Expression {
    /// The value at `real`, for value `index` of the tensor.
    pub fn at(&self, real: f32, index: usize) -> f32 {
        match self {
            Self::X => real,
            Self::Affine { x, factors, summands } => {
                x.at(real, index) * of(factors, index) + of(summands, index)
            }
            Self::Relu(x) => x.at(real, index).max(0.0),
            Self::Clip(x, min, max) => x.at(real, index).max(*min).min(*max),
            Self::LeakyRelu(x, slope) => {
                let x = x.at(real, index);
                if x > 0.0 { x } else { slope * x }
            }
            Self::Function(x, function) => function.at(f64::from(x.at(real, index))) as f32,
            Self::Add(a, b) => a.at(real, index) + b.at(real, index),
        }
    }

    /// Returns `true` if it is certain never to fall.
    pub fn is_monotone(&self) -> bool {
        match self {
            Self::X => true,
            Self::Affine { x, factors, .. } => factors.iter().all(|f| *f >= 0.0) && x.is_monotone(),
            Self::Relu(x) | Self::Clip(x, ..) => x.is_monotone(),
            Self::LeakyRelu(x, slope) => *slope >= 0.0 && x.is_monotone(),
            Self::Function(x, function) => {
                matches!(function, Function::Sigmoid | Function::Tanh | Function::Erf)
                    && x.is_monotone()
            }
            Self::Add(a, b) => a.is_monotone() && b.is_monotone(),
        }
    }

    /// Returns `true` if the order of reals is that of its values, up to where floats saturate.
    pub fn keeps_order(&self) -> bool {
        match self {
            Self::X => true,
            Self::Affine { x, factors, summands } => {
                factors.len() == 1
                    && summands.len() == 1
                    && factors.iter().all(|f| *f > 0.0)
                    && x.keeps_order()
            }
            Self::LeakyRelu(x, slope) => *slope > 0.0 && x.keeps_order(),
            Self::Function(x, function) => {
                matches!(function, Function::Sigmoid | Function::Tanh | Function::Erf)
                    && x.keeps_order()
            }
            Self::Relu(_) | Self::Clip(..) | Self::Add(..) => false,
        }
    }

    /// Returns `true` if it is the same for all values of the tensor.
    pub fn is_uniform(&self) -> bool {
        match self {
            Self::X => true,
            Self::Affine { x, factors, summands } => {
                factors.len() == 1 && summands.len() == 1 && x.is_uniform()
            }
            Self::Relu(x) | Self::Clip(x, ..) | Self::LeakyRelu(x, _) | Self::Function(x, _) => {
                x.is_uniform()
            }
            Self::Add(a, b) => a.is_uniform() && b.is_uniform(),
        }
    }

    /// The key that tells the functions of two values apart.
    pub fn key(&self, index: usize, out: &mut Vec<u32>) {
        match self {
            Self::X => {}
            Self::Affine { x, factors, summands } => {
                out.extend([of(factors, index).to_bits(), of(summands, index).to_bits()]);
                x.key(index, out);
            }
            Self::Relu(x) | Self::Clip(x, ..) | Self::LeakyRelu(x, _) | Self::Function(x, _) => {
                x.key(index, out);
            }
            Self::Add(a, b) => {
                a.key(index, out);
                b.key(index, out);
            }
        }
    }
}
