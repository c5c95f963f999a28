//! Common scales: where tensors meet, and where an operation is not homogeneous.
//!
//! A tensor is brought to another scale by a convolution, value by value, with small integer
//! weights. It costs no constraint.

use super::{Plan, Tensor};
use crate::QuantizeError;
use zkml_model::graph::{Conv, Move, Operand, Operation};
use zkml_onnx::FloatNode;

/// Greatest weight of a change of scale.
const MOST: i64 = 127;
/// Relative error of a scale that is good enough.
const TOLERANCE: f64 = 1.0 / 256.0;
/// The factor by which a summand may be finer than the other before it is divided.
const FINER: f64 = 64.0;
/// Bits by which it then stays finer.
const SPARE_BITS: u32 = 3;

impl Tensor {
    /// Values that have one scale: whole planes of a picture if that is so, else single ones.
    fn group(&self) -> usize {
        let plane = match self.shape.as_slice() {
            [_, height, width] => height * width,
            _ => 1,
        };
        let same = |plane: &[f64]| plane.iter().all(|scale| Some(scale) == plane.first());
        if self.scales.chunks(plane).all(same) { plane } else { 1 }
    }

    /// Returns `true` if the zero of a value stands for a number that is steps away from the real
    /// zero.
    fn is_far(&self) -> bool {
        self.residues.iter().zip(&self.scales).any(|(residue, scale)| residue.abs() > 0.75 * scale)
    }
}

/// Integers that are to each other as the scales are, nearly, and the scale that they leave.
pub(super) fn common(scales: &[f64]) -> (Vec<i8>, f64) {
    let top = scales.iter().copied().fold(0.0, f64::max);
    let factors = |most: i64| -> Vec<f64> {
        scales.iter().map(|scale| (scale / top * most as f64).round()).collect()
    };
    let near = |most: &i64| {
        let wanted = scales.iter().map(|scale| scale / top * *most as f64);
        wanted
            .zip(factors(*most))
            .all(|(wanted, factor)| (wanted - factor).abs() <= TOLERANCE * wanted)
    };
    let most = (1..=MOST).find(near).unwrap_or(MOST);
    (factors(most).into_iter().map(|factor| factor as i8).collect(), top / most as f64)
}

impl Plan<'_> {
    /// Brings the zero of each value to the real zero, up to half a step, where it is farther away:
    /// by a sum of one value and a constant each. Whoever reads the tensor later reads the result.
    pub(super) fn settle(&mut self, name: &str, x: Operand) -> Result<Operand, QuantizeError> {
        let tensor = self.tensor(x);
        if !tensor.is_far() {
            return Ok(x);
        }
        let pairs = || tensor.residues.iter().zip(&tensor.scales);
        let left =
            pairs().map(|(residue, scale)| residue - (residue / scale).round() * scale).collect();
        let group = tensor.group();
        let same = |plane: &[f64]| plane.iter().all(|residue| Some(residue) == plane.first());
        let group = if tensor.residues.chunks(group).all(same) { group } else { 1 };
        let steps = pairs().step_by(group).enumerate().map(|(channel, (residue, scale))| {
            let steps = (residue / scale).round();
            let fits = steps.abs() <= f64::from(i32::MAX);
            let (name, magnitude) = (name.into(), steps.abs());
            if fits {
                Ok(steps as i32)
            } else {
                Err(QuantizeError::Bias { layer: 0, name, channel, magnitude })
            }
        });
        let bias = steps.collect::<Result<Vec<i32>, _>>()?;
        let scales: Vec<f64> = tensor.scales.iter().step_by(group).copied().collect();
        let (factors, name) = (vec![1; bias.len()], Self::helper(name, "offset"));
        let settled = self.by_group(&name, x, group, factors, bias, &scales)?;
        if let Operand::Node(index) = settled
            && let Some(result) = self.results.get_mut(index)
        {
            result.residues = left;
        }
        self.replace(x, settled);
        Ok(settled)
    }

    /// The tensor with one scale for all values.
    pub(crate) fn uniform(&mut self, name: &str, x: Operand) -> Result<Operand, QuantizeError> {
        let tensor = self.tensor(x);
        if tensor.scales.iter().all(|scale| Some(scale) == tensor.scales.first()) {
            return Ok(x);
        }
        let x = self.settle(name, x)?;
        let tensor = self.tensor(x);
        let group = tensor.group();
        let scales: Vec<f64> = tensor.scales.iter().step_by(group).copied().collect();
        let (factors, scale) = common(&scales);
        let scales = vec![scale; factors.len()];
        self.rescale(name, x, group, factors, &scales)
    }

    /// The tensor with one scale for each plane, if it is a picture.
    pub(super) fn by_planes(&mut self, name: &str, x: Operand) -> Result<Operand, QuantizeError> {
        let tensor = self.tensor(x);
        let plane: usize = tensor.shape.iter().skip(1).product();
        if tensor.group() == plane { Ok(x) } else { self.uniform(name, x) }
    }

    /// `Add`, with both operands brought to the same scales.
    pub(super) fn add(&mut self, node: &FloatNode) -> Result<Operand, QuantizeError> {
        let place =
            |plan: &Self, i: usize| node.inputs.get(i).map_or(Operand::Input, |x| plan.place(*x));
        let (a, b) = (place(self, 0), place(self, 1));
        self.coarsen(&node.name, a, b)?;
        self.coarsen(&node.name, place(self, 1), place(self, 0))?;
        let (a, b) = (place(self, 0), place(self, 1));
        let group = self.tensor(a).group().min(self.tensor(b).group());
        let pairs = |plan: &Self| -> Vec<[f64; 2]> {
            let (a, b) = (&plan.tensor(a).scales, &plan.tensor(b).scales);
            a.iter().zip(b).step_by(group).map(|(a, b)| [*a, *b]).collect()
        };
        let (mut left, mut right, mut scales) = (Vec::new(), Vec::new(), Vec::new());
        for pair in pairs(self) {
            let (factors, scale) = common(&pair);
            left.push(factors[0]);
            right.push(factors[1]);
            scales.push(scale);
        }
        let a = self.rescale(&node.name, a, group, left, &scales)?;
        let b = self.rescale(&node.name, b, group, right, &scales)?;
        let scales = scales.iter().flat_map(|scale| std::iter::repeat_n(*scale, group)).collect();
        self.push(&node.name, Operation::Add, vec![a, b], node.shape.clone(), scales)
    }

    /// Divides `fine` by a power of two if it is much finer than what it is added to.
    fn coarsen(&mut self, name: &str, fine: Operand, coarse: Operand) -> Result<(), QuantizeError> {
        let pairs = self.tensor(fine).scales.iter().zip(&self.tensor(coarse).scales);
        let least = pairs.map(|(fine, coarse)| coarse / fine).fold(f64::INFINITY, f64::min);
        if least <= FINER {
            return Ok(());
        }
        let shift = (least.log2() as u32).saturating_sub(SPARE_BITS).clamp(1, 31);
        self.requantize(name, fine, shift as u8).map(drop)
    }

    /// `Concat`, `Transpose` and `Pad`. Operands that a plane is made of together get one scale
    /// first.
    pub(super) fn moved(
        &mut self,
        node: &FloatNode,
        moved: &Move,
    ) -> Result<Operand, QuantizeError> {
        let mut inputs: Vec<Operand> = node.inputs.iter().map(|x| self.place(*x)).collect();
        if matches!(moved, Move::Concat { axis } if *axis > 0) {
            for x in &mut inputs {
                *x = self.uniform(&node.name, *x)?;
            }
            let scales: Vec<f64> =
                inputs.iter().filter_map(|x| self.tensor(*x).scales.first().copied()).collect();
            let (factors, scale) = common(&scales);
            for (x, factor) in inputs.iter_mut().zip(factors) {
                let group = self.tensor(*x).group();
                let count = self.tensor(*x).scales.len() / group;
                *x =
                    self.rescale(&node.name, *x, group, vec![factor; count], &vec![scale; count])?;
            }
        }
        let operands: Vec<&Tensor> = inputs.iter().map(|x| self.tensor(*x)).collect();
        let shapes: Vec<_> = operands.iter().map(|x| &x.shape).collect();
        let scales: Vec<&[f64]> = operands.iter().map(|x| x.scales.as_slice()).collect();
        let mut scales = moved.apply(&shapes, &scales, &node.shape, &0.0);
        // A zero has any scale: that of its plane, or of any other value.
        let plane = node.shape.iter().skip(1).product();
        let known = |scales: &[f64]| scales.iter().copied().find(|scale| *scale > 0.0);
        let any = known(&scales).unwrap_or(1.0);
        for plane in scales.chunks_mut(plane) {
            let own = known(plane).unwrap_or(any);
            plane.iter_mut().filter(|scale| **scale == 0.0).for_each(|scale| *scale = own);
        }
        self.push(&node.name, Operation::Move(moved.clone()), inputs, node.shape.clone(), scales)
    }

    /// The tensor times a factor for each group of values; what it then is by scale.
    pub(super) fn rescale(
        &mut self,
        name: &str,
        x: Operand,
        group: usize,
        factors: Vec<i8>,
        scales: &[f64],
    ) -> Result<Operand, QuantizeError> {
        if factors.iter().all(|factor| *factor == 1) {
            return Ok(x);
        }
        let bias = vec![0; factors.len()];
        self.by_group(&Self::helper(name, "scale"), x, group, factors, bias, scales)
    }

    /// The tensor times a factor, and a summand added, for each group of values; what it then is by
    /// scale.
    fn by_group(
        &mut self,
        name: &str,
        x: Operand,
        group: usize,
        factors: Vec<i8>,
        bias: Vec<i32>,
        scales: &[f64],
    ) -> Result<Operand, QuantizeError> {
        let shape = self.tensor(x).shape.clone();
        let count = factors.len();
        let scales: Vec<f64> =
            scales.iter().flat_map(|scale| std::iter::repeat_n(*scale, group)).collect();
        let picture = vec![count, group, 1];
        let fits = matches!(shape.as_slice(), [channels, _, _] if *channels == count);
        let conv = Conv {
            out_channels: count,
            in_channels: count,
            group: count,
            kernel: [1, 1],
            strides: [1, 1],
            pads: [0; 4],
            dilations: [1, 1],
            weights: factors,
            bias,
        };
        if fits {
            return self.push(name, Operation::Conv(conv), vec![x], shape, scales);
        }
        let flat = self.push(name, Operation::Reshape, vec![x], picture.clone(), scales.clone())?;
        let result = self.push(name, Operation::Conv(conv), vec![flat], picture, scales.clone())?;
        self.push(name, Operation::Reshape, vec![result], shape, scales)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_scales_are_found_in_small_numbers() {
        assert_eq!(common(&[0.5, 0.5]), (vec![1, 1], 0.5));
        assert_eq!(common(&[0.75, 0.5]), (vec![3, 2], 0.25));
        assert_eq!(common(&[1.0, 0.1]), (vec![10, 1], 0.1));
        let (factors, scale) = common(&[1.0, std::f64::consts::FRAC_1_PI]);
        assert_eq!(factors, [22, 7]);
        assert!((scale * 22.0 - 1.0).abs() < 1e-12);
    }
}
