//! Operations value by value, and windows.

use super::Plan;
use crate::QuantizeError;
use zkml_model::graph::{Operand, Operation, Table, Window};
use zkml_onnx::{FloatNode, Function};

/// Bounds of a clip stay below this magnitude, which no value reaches.
const MOST: f64 = (1u64 << 60) as f64;
/// Levels of a table's values, and of its arguments on each side.
const LEVELS: f64 = 255.0;
const ARGUMENTS: f64 = 127.0;

impl Plan<'_> {
    pub(super) fn max_pool(
        &mut self,
        node: &FloatNode,
        window: &Window,
        x: Operand,
    ) -> Result<Operand, QuantizeError> {
        let x = self.by_planes(&node.name, x)?;
        let tensor = self.tensor(x);
        let plane = |shape: &[usize]| shape.iter().skip(1).product::<usize>();
        let channels = tensor.scales.iter().step_by(plane(&tensor.shape));
        let count = plane(&node.shape);
        let scales = channels.flat_map(|scale| std::iter::repeat_n(*scale, count)).collect();
        self.push(&node.name, Operation::MaxPool(*window), vec![x], node.shape.clone(), scales)
    }

    pub(super) fn clip(
        &mut self,
        name: &str,
        x: Operand,
        bounds: [f32; 2],
    ) -> Result<Operand, QuantizeError> {
        let x = self.uniform(name, x)?;
        let scale = self.scale(x);
        let [min, max] =
            bounds.map(|bound| (f64::from(bound) / scale).round().clamp(-MOST, MOST) as i64);
        self.same(name, Operation::Clip { min, max }, x)
    }

    pub(super) fn leaky_relu(
        &mut self,
        name: &str,
        x: Operand,
        slope: f32,
    ) -> Result<Operand, QuantizeError> {
        let (positive, negative) = slopes(f64::from(slope));
        let leaky = Operation::LeakyRelu { positive, negative };
        let tensor = self.tensor(x);
        let scales = tensor.scales.iter().map(|scale| scale / f64::from(positive)).collect();
        let shape = tensor.shape.clone();
        self.push(name, leaky, vec![x], shape, scales)
    }

    /// A table of a function, with arguments of eight bits.
    pub(super) fn function(
        &mut self,
        name: &str,
        x: Operand,
        function: Function,
    ) -> Result<Operand, QuantizeError> {
        let mut x = self.uniform(name, x)?;
        let before = self.scale(x);
        let limits = &self.options.table_limits;
        let limit = limits.get(self.functions).or(limits.last()).copied().unwrap_or(f64::INFINITY);
        self.functions += 1;
        let (lo, hi) = function.domain();
        let (lo, hi) = (lo.max(-limit), hi.min(limit));
        let widest = lo.abs().max(hi.abs());
        let shift = (widest / (ARGUMENTS * before)).log2().ceil().clamp(0.0, 31.0) as u8;
        let mut scale = before;
        if shift > 0 {
            // Others go on to read the finer one.
            scale *= f64::from(1u32 << shift);
            let shape = self.tensor(x).shape.clone();
            let scales = vec![scale; self.tensor(x).scales.len()];
            let name = Self::helper(name, "requantize");
            x = self.push(&name, Operation::Requantize { shift }, vec![x], shape, scales)?;
        }
        let first = (lo / scale).floor().clamp(-128.0, 127.0) as i32;
        let last = (hi / scale).ceil().clamp(-128.0, 127.0) as i32;
        let values: Vec<f64> = (first..=last).map(|i| function.at(f64::from(i) * scale)).collect();
        let top = values.iter().fold(f64::MIN_POSITIVE, |top, v| top.max(v.abs()));
        // What is added to a ReLU of the argument has its scale, where that is fine enough.
        let same = function.is_beside_relu() && (64.0..1e6).contains(&(top / before));
        let step = if same { before } else { top / LEVELS };
        let values = values.iter().map(|v| (v / step).round() as i32).collect();
        let shape = self.tensor(x).shape.clone();
        let scales = vec![step; self.tensor(x).scales.len()];
        self.push(name, Operation::Table(Table { first, values }), vec![x], shape, scales)
    }

    /// The one scale of a uniform tensor.
    fn scale(&self, x: Operand) -> f64 {
        self.tensor(x).scales.first().copied().unwrap_or(1.0)
    }
}

/// Small integers whose quotient, the second by the first, is a slope.
fn slopes(slope: f64) -> (i8, i8) {
    let negative = |positive: f64| (slope * positive).round().clamp(-128.0, 127.0);
    let error = |positive: f64| (negative(positive) / positive - slope).abs();
    let near = (1..=127i8).find(|p| error(f64::from(*p)) <= slope.abs() / 512.0);
    let best = || (1..=127i8).min_by(|a, b| error(f64::from(*a)).total_cmp(&error(f64::from(*b))));
    let positive = near.or_else(best).unwrap_or(1);
    (positive, negative(f64::from(positive)) as i8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_small_numbers() {
        assert_eq!(slopes(0.01f32.into()), (100, 1));
        assert_eq!(slopes(0.1f32.into()), (10, 1));
        assert_eq!(slopes(0.25), (4, 1));
        assert_eq!(slopes(0.0), (1, 0));
        assert_eq!(slopes(-0.5), (2, -1));
        let (positive, negative) = slopes(0.001);
        assert!((f64::from(negative) / f64::from(positive)).abs() <= 0.01);
    }
}
