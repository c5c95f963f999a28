//! Pooling.

use super::{Builder, Call, Tensor, layers::shape};
use crate::{Fault, FloatOp};
use zkml_model::{
    graph::{Conv, Window},
    validate,
};

impl<'a> Builder<'a> {
    pub(super) fn max_pool(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let Some(border) = self.border(call)? else {
            let dims = self.computed(call, 0)?;
            let (window, channels, size) = self.window(call, &dims)?;
            return self.max_pool_by(call, window, channels, size);
        };
        let (window, channels, _) = self.window(call, &border.dims)?;
        let size = border.x.dims.get(2..).unwrap_or_default();
        let to = validate::window_shape(&border.widened(window), &[&[channels], size].concat())?;
        let dims = [&[1], to.as_slice()].concat();
        let op = FloatOp::MaxPool(border.widened(window));
        self.append_to(call, op, vec![border.x.at], dims).map(Tensor::Computed)
    }

    fn max_pool_by(
        &mut self,
        call: &Call<'_, 'a>,
        window: Window,
        channels: usize,
        [height, width]: [usize; 2],
    ) -> Result<Tensor, Fault> {
        let to = validate::window_shape(&window, &vec![channels, height, width])?;
        self.append(call, FloatOp::MaxPool(window), [&[1], to.as_slice()].concat())
    }

    pub(super) fn average_pool(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        let dims = self.computed(call, 0)?;
        let (window, channels, size) = self.window(call, &dims)?;
        // What is padded for the sake of `ceil_mode` never counts.
        let pads = if call.attributes.int("count_include_pad", 0) == 0 {
            [0; 4]
        } else {
            self.given_pads(call, &window, size)?
        };
        let Tensor::Computed(pooled) = self.average_pool_by(call, window, channels, size)? else {
            return Err(Fault::NotComputed { index: 0 });
        };
        self.uncounted(call, pooled, &window, size, [[pads[0], pads[2]], [pads[1], pads[3]]])
    }

    fn average_pool_by(
        &mut self,
        call: &Call<'_, 'a>,
        window: Window,
        channels: usize,
        [height, width]: [usize; 2],
    ) -> Result<Tensor, Fault> {
        // Bounds the number of weights before they are made.
        let to = validate::window_shape(&window, &vec![channels, height, width])?;
        let taps = window.kernel[0] * window.kernel[1];
        validate::values(&[channels, taps])?;
        let conv = Conv {
            out_channels: channels,
            in_channels: channels,
            group: channels,
            kernel: window.kernel,
            strides: window.strides,
            pads: window.pads,
            dilations: window.dilations,
            weights: vec![1.0 / taps as f32; channels * taps],
            bias: vec![0.0; channels],
        };
        self.append(call, FloatOp::Conv(conv), [&[1], to.as_slice()].concat())
    }

    pub(super) fn global_pool(&mut self, call: &Call<'_, 'a>) -> Result<Tensor, Fault> {
        if let [1, channels, length] = *self.computed(call, 0)? {
            return self.global_pool_of_line(call, channels, length);
        }
        let (channels, size) = picture(&self.computed(call, 0)?)?;
        let window = Window { kernel: size, strides: [1, 1], pads: [0; 4], dilations: [1, 1] };
        if call.node.op_type == "GlobalMaxPool" {
            self.max_pool_by(call, window, channels, size)
        } else {
            self.average_pool_by(call, window, channels, size)
        }
    }

    /// The window of a pooling over a tensor of these dimensions, with the channels and the size of
    /// it.
    fn window(
        &self,
        call: &Call<'_, 'a>,
        dims: &[usize],
    ) -> Result<(Window, usize, [usize; 2]), Fault> {
        let (channels, size) = picture(dims)?;
        let kernel = call.attributes.sizes("kernel_shape", [0, 0], "two sizes")?;
        let strides = call.attributes.sizes("strides", [1, 1], "two sizes")?;
        let dilations = call.attributes.sizes("dilations", [1, 1], "two sizes")?;
        let mut window = Window { kernel, strides, pads: [0; 4], dilations };
        window.pads = self.given_pads(call, &window, size)?;
        if call.attributes.int("ceil_mode", 0) != 0 {
            for axis in [0, 1] {
                window.pads[axis + 2] += self.rest(&window, axis, size[axis])?;
            }
        }
        Ok((window, channels, size))
    }

    fn given_pads(
        &self,
        call: &Call<'_, 'a>,
        window: &Window,
        size: [usize; 2],
    ) -> Result<[usize; 4], Fault> {
        let Window { kernel, strides, dilations, .. } = window;
        self.pads(
            call,
            [0, 1].map(|axis| (size[axis], kernel[axis], strides[axis], dilations[axis])),
        )
    }

    /// Padding after an axis that makes a last window of what is left over, if that window starts
    /// before the padding.
    fn rest(&self, window: &Window, axis: usize, length: usize) -> Result<usize, Fault> {
        let count = validate::axis_length(window, axis, length)?;
        let (stride, pads) = (window.strides[axis], [window.pads[axis], window.pads[axis + 2]]);
        let span = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
        let padded = length + pads[0] + pads[1];
        let next = count * stride;
        let rest = next + span - padded;
        Ok(if rest < stride && next < length + pads[0] { rest } else { 0 })
    }
}

/// Channels and size of a tensor `[1, channels, height, width]`.
fn picture(dims: &[usize]) -> Result<(usize, [usize; 2]), Fault> {
    match dims {
        [1, channels, height, width] => Ok((*channels, [*height, *width])),
        _ => Err(shape("an input", "[1, channels, height, width] (2-D pooling)", dims)),
    }
}
