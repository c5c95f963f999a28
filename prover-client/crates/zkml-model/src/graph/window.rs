//! Windows that slide over pictures.

/// A two-dimensional window over each channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Height and width.
    pub kernel: [usize; 2],
    /// Strides, vertical and horizontal.
    pub strides: [usize; 2],
    /// Padding: top, left, bottom, right.
    pub pads: [usize; 4],
    /// Dilations, vertical and horizontal.
    pub dilations: [usize; 2],
}

impl Window {
    /// Indices in a tensor of `height` × `width` planes of the values under the window at channel `channel`, row `y`, column
    /// `x` of the result. Padding is left out. The window must be [valid](crate::validate).
    pub fn taps(
        &self,
        [height, width]: [usize; 2],
        [channel, y, x]: [usize; 3],
    ) -> impl Iterator<Item = usize> + '_ {
        let rows = self.axis(0, y, height);
        rows.flat_map(move |row| {
            self.axis(1, x, width).map(move |column| (channel * height + row) * width + column)
        })
    }

    /// [`Window::taps`] of value `index` of a result of shape `to`, for an operand of shape `from`; none for a tensor that is no
    /// picture.
    pub fn taps_of(&self, from: &[usize], to: &[usize], index: usize) -> Vec<usize> {
        let (&[_, height, width], &[_, rows, columns]) = (from, to) else { return Vec::new() };
        let position = [index / (rows * columns), index / columns % rows, index % columns];
        self.taps([height, width], position).collect()
    }

    fn axis(&self, axis: usize, o: usize, n: usize) -> impl Iterator<Item = usize> + use<> {
        let (stride, dilation, pad) = (self.strides[axis], self.dilations[axis], self.pads[axis]);
        (0..self.kernel[axis]).filter_map(move |k| position(o, stride, k, dilation, pad, n))
    }

    /// Whether the window at `o` has a value under it on an axis of length `n`.
    pub(crate) fn touches(&self, axis: usize, o: usize, n: usize) -> bool {
        // The first element of the kernel that is not in the padding before the axis.
        let before = self.pads[axis].saturating_sub(o * self.strides[axis]);
        let k = before.div_ceil(self.dilations[axis]);
        let at = position(o, self.strides[axis], k, self.dilations[axis], self.pads[axis], n);
        k < self.kernel[axis] && at.is_some()
    }
}

/// Where kernel element `k` of output `o` falls on an axis of length `n`; `None` in the padding.
pub(super) fn position(
    o: usize,
    stride: usize,
    k: usize,
    dilation: usize,
    pad: usize,
    n: usize,
) -> Option<usize> {
    (o * stride + k * dilation).checked_sub(pad).filter(|at| *at < n)
}
