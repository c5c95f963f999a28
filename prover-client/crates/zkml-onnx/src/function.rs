//! Bounded functions of one number, which become tables.

/// A function that is constant, or nearly, outside its [domain](Function::domain).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    /// `1 / (1 + e^-x)`
    Sigmoid,
    /// `tanh x`
    Tanh,
    /// The error function.
    Erf,
    /// `Gelu(x) - Relu(x)`, by the error function, or by its approximation with `tanh`.
    Gelu {
        /// `true` if it is the approximation.
        tanh: bool,
    },
    /// `HardSwish(x) - Relu(x)`
    HardSwish,
    /// `Elu(x) - Relu(x)`
    Elu {
        /// The limit of the negative side, negated.
        alpha: f32,
    },
    /// `Softplus(x) - Relu(x)`
    Softplus,
    /// `x · Sigmoid(alpha · x) - Relu(x)`, with `alpha` above 0.
    Silu {
        /// The steepness; 1 for SiLU itself.
        alpha: f32,
    },
    /// `x · tanh(Softplus(x)) - Relu(x)`
    Mish,
}

impl Function {
    /// The value at `x`.
    pub fn at(self, x: f64) -> f64 {
        match self {
            Function::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Function::Tanh => x.tanh(),
            Function::Erf => erf(x),
            Function::Gelu { tanh } => {
                let normal = if tanh {
                    let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
                    0.5 * (1.0 + inner.tanh())
                } else {
                    0.5 * (1.0 + erf(x / std::f64::consts::SQRT_2))
                };
                x * normal - x.max(0.0)
            }
            Function::HardSwish => x * (x / 6.0 + 0.5).clamp(0.0, 1.0) - x.max(0.0),
            Function::Elu { alpha } => f64::from(alpha) * x.min(0.0).exp_m1(),
            Function::Softplus => (-x.abs()).exp().ln_1p(),
            Function::Silu { alpha } => x / (1.0 + (-f64::from(alpha) * x).exp()) - x.max(0.0),
            Function::Mish => {
                let softplus = x.max(0.0) + (-x.abs()).exp().ln_1p();
                x * softplus.tanh() - x.max(0.0)
            }
        }
    }

    /// Returns `true` if it is what is left of a function when a ReLU is taken off.
    pub fn is_beside_relu(self) -> bool {
        !matches!(self, Function::Sigmoid | Function::Tanh | Function::Erf)
    }

    /// The range outside which the function is within half a percent of its limits.
    pub fn domain(self) -> (f64, f64) {
        match self {
            Function::Sigmoid => (-6.0, 6.0),
            Function::Tanh => (-3.0, 3.0),
            Function::Gelu { .. } => (-3.5, 3.5),
            Function::HardSwish => (-3.0, 3.0),
            Function::Elu { .. } => (-6.0, 0.0),
            Function::Softplus => (-6.0, 6.0),
            Function::Erf => (-2.25, 2.25),
            Function::Silu { alpha } => (-7.5 / f64::from(alpha), 7.5 / f64::from(alpha)),
            Function::Mish => (-7.5, 4.0),
        }
    }
}

/// The error function, to 1.5e-7: Abramowitz and Stegun, "Handbook of Mathematical Functions",
/// 7.1.26.
fn erf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let series = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    let sum = series.iter().rev().fold(0.0, |sum, c| (sum + c) * t);
    (1.0 - sum * (-x * x).exp()).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_is_right() {
        for (x, expected) in
            [(0.0, 0.0), (0.5, 0.520_499_877_8), (1.0, 0.842_700_792_9), (-2.0, -0.995_322_265_0)]
        {
            assert!((erf(x) - expected).abs() < 2e-7, "{x}");
        }
    }

    #[test]
    fn functions_are_flat_outside_their_domains() {
        let all = [
            Function::Sigmoid,
            Function::Tanh,
            Function::Gelu { tanh: false },
            Function::Gelu { tanh: true },
            Function::HardSwish,
            Function::Elu { alpha: 1.0 },
            Function::Softplus,
            Function::Erf,
            Function::Silu { alpha: 1.0 },
            Function::Silu { alpha: 1.702 },
            Function::Mish,
        ];
        for function in all {
            let (lo, hi) = function.domain();
            for (end, far) in [(lo, -40.0), (hi, 40.0)] {
                assert!(
                    (function.at(end) - function.at(far)).abs() < 0.005,
                    "{function:?} at {end}"
                );
            }
        }
    }
}
