//! Layers with integer weights, and what is a layer of ones or of factors.

use std::rc::Rc;

use super::{Fault, Kind, LayerReport, One, Origin, Plan, Real, Stop, expression::Expression};
use zkml_model::{
    graph::{Conv, Operand, Operation, Shape},
    intervals::Interval,
};
use zkml_onnx::quantized::{Bias, IntegerLayer, Layered, of};

/// A bias whose steps are those of the products but for a rounding is taken as it is.
const SAME_STEP: f64 = 1e-4;

impl Plan<'_> {
    /// A layer with integer weights: those beyond eight bits are sums of such.
    pub(super) fn layer(
        &mut self,
        name: &str,
        x: Real,
        layer: &IntegerLayer,
        to: &Shape,
    ) -> Result<Real, Stop> {
        let (at, scale, _) = self.settled(name, x)?;
        let channels = layer.layer.channels();
        let products: Vec<f32> =
            (0..channels).map(|channel| scale * layer.scale(channel)).collect();
        let mut bias = biases(layer, &products)?;
        let mut rest = layer.layer.weights().to_vec();
        let mut sum: Option<Operand> = None;
        loop {
            let part: Vec<i8> = rest.iter().map(|w| (*w).clamp(-128, 127) as i8).collect();
            rest.iter_mut().zip(&part).for_each(|(w, part)| *w -= i16::from(*part));
            let op = match layer.layer.with(part, std::mem::replace(&mut bias, vec![0; channels])) {
                Layered::Conv(conv) => Operation::Conv(conv),
                Layered::Gemm(gemm) => Operation::Gemm(gemm),
            };
            let part = self.push(name, op, vec![at], to)?;
            sum = Some(match sum {
                None => part,
                Some(sum) => self.push(name, Operation::Add, vec![sum, part], to)?,
            });
            if rest.iter().all(|w| *w == 0) {
                break;
            }
        }
        let at = sum.unwrap_or(at);
        self.report_layer(name, layer, at);
        let plane = to.iter().skip(1).product::<usize>();
        let scales = products.iter().flat_map(|scale| std::iter::repeat_n(*scale, plane)).collect();
        let function = Rc::new(Expression::X);
        let one = One { at, scales, origin: Origin::Product, function };
        Ok(Real { kind: Kind::One(one), shape: to.clone() })
    }

    fn report_layer(&mut self, name: &str, layer: &IntegerLayer, at: Operand) {
        let Operand::Node(node) = at else { return };
        let weights = layer.layer.weights();
        let magnitude =
            weights.iter().map(|w| if *w < 0 { -(*w + 1) } else { *w }).max().unwrap_or(0);
        let accumulator_bits = self.ranges_of(at).iter().map(Interval::bits).max().unwrap_or(0);
        self.report.layers.push(LayerReport {
            node,
            name: name.into(),
            op: self.model.nodes.get(node).map_or("Conv", |node| node.op.name()),
            weights: weights.len(),
            weight_bits: 17 - magnitude.leading_zeros(),
            weight_error: 0.0,
            accumulator_bits,
            shift: 0,
            costly: false,
        });
    }

    /// A convolution in floats: a mean, or factors and summands for channels. All else has weights
    /// that are not quantised.
    pub(super) fn float_conv(
        &mut self,
        name: &str,
        x: Real,
        conv: &Conv<f32, f32>,
        to: &Shape,
    ) -> Result<Real, Stop> {
        let by_channel = conv.group == conv.in_channels && conv.group == conv.out_channels;
        let taps = conv.kernel[0] * conv.kernel[1];
        let still = taps == 1 && conv.strides == [1, 1] && conv.pads == [0; 4];
        if by_channel && still {
            let plane = to.iter().skip(1).product::<usize>();
            let each = |list: &[f32]| -> Vec<f32> {
                if list.iter().all(|value| Some(value) == list.first()) {
                    return list.first().copied().into_iter().collect();
                }
                list.iter().flat_map(|value| std::iter::repeat_n(*value, plane)).collect()
            };
            let (factors, summands) = (each(&conv.weights), each(&conv.bias));
            let Kind::One(_) = x.kind else { return Err(Fault::OffGrid.into()) };
            let affine =
                |x| Expression::Affine { x, factors: factors.clone(), summands: summands.clone() };
            return Ok(x.then(&affine));
        }
        let mean = 1.0 / taps as f32;
        let is_mean =
            conv.weights.iter().all(|w| *w == mean) && conv.bias.iter().all(|b| *b == 0.0);
        if !(by_channel && is_mean) {
            return Err(Fault::FloatWeights.into());
        }
        let (at, scale, _) = self.settled(name, x)?;
        let ones = Conv {
            out_channels: conv.out_channels,
            in_channels: conv.in_channels,
            group: conv.group,
            kernel: conv.kernel,
            strides: conv.strides,
            pads: conv.pads,
            dilations: conv.dilations,
            weights: vec![1; conv.weights.len()],
            bias: vec![0; conv.bias.len()],
        };
        let at = self.push(name, Operation::Conv(ones), vec![at], to)?;
        let function = Rc::new(Expression::X);
        let one = One { at, scales: vec![scale], origin: Origin::Mean(taps), function };
        Ok(Real { kind: Kind::One(one), shape: to.clone() })
    }
}

/// Biases in products of steps.
fn biases(layer: &IntegerLayer, products: &[f32]) -> Result<Vec<i32>, Fault> {
    let each = layer.layer.bias().iter().zip(products).enumerate();
    each.map(|(channel, (bias, product))| {
        let real = match &layer.bias {
            Bias::Scaled(scales) => {
                let scale = f64::from(of(scales, channel));
                if *bias == 0 || (scale / f64::from(*product) - 1.0).abs() < SAME_STEP {
                    return Ok(*bias);
                }
                f64::from(*bias) * scale
            }
            Bias::Real(reals) => f64::from(of(reals, channel)),
        };
        if real == 0.0 {
            return Ok(0);
        }
        let steps = (real / f64::from(*product)).round_ties_even();
        if steps.abs() <= f64::from(i32::MAX) {
            Ok(steps as i32)
        } else {
            Err(Fault::Bias { channel, magnitude: steps.abs() })
        }
    })
    .collect()
}
