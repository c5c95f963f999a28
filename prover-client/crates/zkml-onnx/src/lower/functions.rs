//! Activations.

use super::{
    Builder, Call, Computed, Tensor,
    elementwise::UnaryOp,
    layers::{floats, shape},
};
use crate::{Fault, FloatOp, Function};

impl<'a> Builder<'a> {
    pub(super) fn activation(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let dims = self.computed(call, 0)?;
        let attribute = |name, default| call.attributes.float(name, default);
        let op = match call.node.op_type {
            "Relu" => FloatOp::Relu,
            "LeakyRelu" => leaky_relu(attribute("alpha", 0.01)?)?,
            "PRelu" => leaky_relu(self.one(call, 1, "a slope")?)?,
            "Clip" => self.clip(call)?,
            "Sigmoid" => FloatOp::Function(Function::Sigmoid),
            "Tanh" => FloatOp::Function(Function::Tanh),
            "Erf" => FloatOp::Function(Function::Erf),
            "Abs" => FloatOp::LeakyRelu { slope: -1.0 },
            "HardSigmoid" => {
                let x = self.operand_at(call, 0)?.clone();
                let step = UnaryOp::HardSigmoid(attribute("alpha", 0.2)?, attribute("beta", 0.5)?);
                return self.step(call, &x, step).map(Tensor::Computed);
            }
            "Neg" => {
                let x = self.operand_at(call, 0)?.clone();
                let minus = UnaryOp::Affine { factor: -1.0, summand: 0.0 };
                return self.step(call, &x, minus).map(Tensor::Computed);
            }
            "Mish" => return self.relu_and(call, Function::Mish),
            "Swish" => {
                let alpha = attribute("alpha", 1.0)?;
                if !(0.25..=8.0).contains(&alpha) {
                    let expected = "0.25 to 8";
                    return Err(Fault::Attribute {
                        attribute: "alpha",
                        got: alpha.to_string(),
                        expected,
                    });
                }
                return self.relu_and(call, Function::Silu { alpha });
            }
            "HardSwish" => return self.relu_and(call, Function::HardSwish),
            "Elu" => return self.relu_and(call, Function::Elu { alpha: attribute("alpha", 1.0)? }),
            "Softplus" => return self.relu_and(call, Function::Softplus),
            _ => match call.attributes.text("approximate") {
                b"" | b"none" => return self.relu_and(call, Function::Gelu { tanh: false }),
                b"tanh" => return self.relu_and(call, Function::Gelu { tanh: true }),
                other => {
                    let got = String::from_utf8_lossy(
                        other.get(..other.len().min(32)).unwrap_or_default(),
                    );
                    let expected = "none or tanh";
                    return Err(Fault::Attribute {
                        attribute: "approximate",
                        got: got.into_owned(),
                        expected,
                    });
                }
            },
        };
        self.append(call, op, dims)
    }

    /// The sum of a ReLU and a function that vanishes, or is constant, far from zero.
    fn relu_and(&mut self, call: &Call<'_, 'a>, function: Function) -> Result<Tensor, Fault> {
        let x = self.operand_at(call, 0)?.clone();
        self.beside_relu(call, &x, function).map(Tensor::Computed)
    }

    /// The sum of a ReLU of a tensor and such a function.
    pub(super) fn beside_relu(
        &mut self,
        call: &Call<'_, 'a>,
        x: &Computed,
        function: Function,
    ) -> Result<Computed, Fault> {
        let relu = self.append_to(call, FloatOp::Relu, vec![x.at], x.dims.clone())?;
        let rest = self.append_to(call, FloatOp::Function(function), vec![x.at], x.dims.clone())?;
        self.append_to(call, FloatOp::Add, vec![relu.at, rest.at], x.dims.clone())
    }

    pub(super) fn clip(&self, call: &Call<'_, 'a>) -> Result<FloatOp, Fault> {
        // Before operator set 11 the bounds were attributes.
        let bound = |index: usize, name, none: f32| match call.node.inputs.get(index) {
            None | Some(&"") => call.attributes.bound(name, none),
            // An infinite one is none.
            Some(_) => Ok(self.one(call, index, "a bound")?.clamp(f32::MIN, f32::MAX)),
        };
        let (min, max) = (bound(1, "min", f32::MIN)?, bound(2, "max", f32::MAX)?);
        if min > max {
            let expected = "at least the lower bound";
            return Err(Fault::Attribute { attribute: "max", got: max.to_string(), expected });
        }
        Ok(FloatOp::Clip { min, max })
    }

    /// A constant operand of one number.
    fn one(&self, call: &Call<'_, 'a>, index: usize, what: &'static str) -> Result<f32, Fault> {
        let constant = self.constant(call, index)?;
        match floats(constant, what)? {
            [value] => Ok(*value),
            _ => Err(shape(what, "one number for all channels", &constant.dims)),
        }
    }
}

/// Slopes are quotients of numbers of eight bits, so there are none beyond 127.
pub(super) fn leaky_relu(slope: f32) -> Result<FloatOp, Fault> {
    if slope.abs() <= 64.0 {
        return Ok(FloatOp::LeakyRelu { slope });
    }
    Err(Fault::Attribute { attribute: "alpha", got: slope.to_string(), expected: "-64 to 64" })
}
