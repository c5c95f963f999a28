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
    /// The values under the window at channel `channel`, row `y`, column `x` of the result, in a
    /// tensor of `height` × `width` planes. Padding is left out. The window must be
    /// [valid](crate::validate).
    pub fn taps(&self, [height, width]: [usize; 2], [channel, y, x]: [usize; 3]) -> Taps {
        let plane = channel * height * width;
        let (rows, columns) = (self.steps(0, y, height), self.steps(1, x, width));
        Taps { plane, width, rows, columns }
    }

    /// [`Window::taps`] of value `index` of a result of shape `to`, for an operand of shape `from`;
    /// none for a tensor that is not a picture.
    pub fn taps_of(&self, from: &[usize], to: &[usize], index: usize) -> Taps {
        let (&[_, height, width], &[_, rows, columns]) = (from, to) else { return Taps::default() };
        let position = [index / (rows * columns), index / columns % rows, index % columns];
        self.taps([height, width], position)
    }

    /// The greatest value under each window, by what `greater` says of two; `none` for a window
    /// without a value, which a [valid](crate::validate) model does not have.
    ///
    /// # Complexity
    /// The kernel's height *plus* its width for each value, or less: first over rows, then over
    /// columns. Beside the result, one row is kept.
    pub fn pool<T: Copy>(
        &self,
        x: &[T],
        from: &[usize],
        to: &[usize],
        none: T,
        greater: impl Fn(T, T) -> T,
    ) -> Vec<T> {
        let (&[_, height, width], &[channels, rows, columns]) = (from, to) else {
            return Vec::new();
        };
        let across: Vec<Steps> = (0..columns).map(|column| self.steps(1, column, width)).collect();
        // Columns that no window reads are not looked at: `places[i]` is where column `i` stands
        // among the others.
        let mut places = vec![usize::MAX; width];
        across.iter().flat_map(Steps::iter).for_each(|at| places[at] = 0);
        let read: Vec<usize> = (0..width).filter(|at| places[*at] == 0).collect();
        read.iter().enumerate().for_each(|(place, at)| places[*at] = place);
        let mut out = Vec::with_capacity(channels * rows * columns);
        for plane in x.chunks_exact(height * width).take(channels) {
            for row in 0..rows {
                let lines = self
                    .steps(0, row, height)
                    .iter()
                    .map(|at| &plane[at * width..(at + 1) * width]);
                let mut down: Vec<T> = Vec::with_capacity(read.len());
                for line in lines {
                    if down.is_empty() {
                        down.extend(read.iter().map(|at| line[*at]));
                    } else {
                        down.iter_mut()
                            .zip(&read)
                            .for_each(|(kept, at)| *kept = greater(*kept, line[*at]));
                    }
                }
                out.extend(across.iter().map(|steps| {
                    let under = steps.iter().filter_map(|at| down.get(places[at]).copied());
                    under.reduce(&greater).unwrap_or(none)
                }));
            }
        }
        out
    }

    /// Positions under the window at `o` on an axis of length `n`.
    fn steps(&self, axis: usize, o: usize, n: usize) -> Steps {
        let (kernel, step, pad) = (self.kernel[axis], self.dilations[axis], self.pads[axis]);
        let start = o * self.strides[axis];
        // The first element of the kernel that is not in the padding before the axis.
        let skipped = pad.saturating_sub(start).div_ceil(step);
        let first = (start + skipped * step).saturating_sub(pad);
        let inside = n.saturating_sub(first).div_ceil(step);
        Steps { first, step, count: kernel.saturating_sub(skipped).min(inside) }
    }

    /// Returns `true` if the window at `o` has a value under it on an axis of length `n`.
    pub(crate) fn touches(&self, axis: usize, o: usize, n: usize) -> bool {
        self.steps(axis, o, n).count > 0
    }
}

/// Positions on an axis, at equal distances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Steps {
    first: usize,
    step: usize,
    count: usize,
}

impl Steps {
    fn get(&self, i: usize) -> Option<usize> {
        (i < self.count).then_some(self.first + i * self.step)
    }

    fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        let steps = *self;
        (0..steps.count).map(move |i| steps.first + i * steps.step)
    }
}

/// Indices of the values under a window, row by row. They are computed when asked for: a window may
/// have millions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taps {
    plane: usize,
    width: usize,
    rows: Steps,
    columns: Steps,
}

impl Taps {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.rows.count * self.columns.count
    }

    /// Returns `true` if there is no value under the window.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Index of value `i`.
    pub fn get(&self, i: usize) -> Option<usize> {
        let row = self.rows.get(i.checked_div(self.columns.count)?)?;
        let column = self.columns.get(i.checked_rem(self.columns.count)?)?;
        Some(self.plane + row * self.width + column)
    }

    /// All indices.
    pub fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        let taps = *self;
        let rows = taps.rows.iter();
        rows.flat_map(move |row| {
            taps.columns.iter().map(move |column| taps.plane + row * taps.width + column)
        })
    }
}

/// Returns the position of kernel element `k` of output `o` on an axis of length `n`; `None` in the
/// padding.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Rng;

    fn windows() -> impl Iterator<Item = (Window, [usize; 3], [usize; 3])> {
        (0..400).filter_map(|seed| {
            let mut rng = Rng::new(seed);
            let mut size = |from: i64, to: i64| rng.range(from, to) as usize;
            let from = [size(1, 2), size(1, 7), size(1, 7)];
            let window = Window {
                kernel: [size(1, 4), size(1, 4)],
                strides: [size(1, 3), size(1, 3)],
                pads: [size(0, 2), size(0, 2), size(0, 2), size(0, 2)],
                dilations: [size(1, 3), size(1, 3)],
            };
            let length = |axis: usize| {
                let span = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
                let padded = from[axis + 1] + window.pads[axis] + window.pads[axis + 2];
                Some(padded.checked_sub(span)? / window.strides[axis] + 1)
            };
            Some((window, from, [from[0], length(0)?, length(1)?]))
        })
    }

    /// As the operators' definition says it: each element of the kernel that does not fall into
    /// padding.
    fn by_definition(
        window: &Window,
        [_, height, width]: [usize; 3],
        at: [usize; 3],
    ) -> Vec<usize> {
        let place = |axis: usize, k: usize, n| {
            position(
                at[axis + 1],
                window.strides[axis],
                k,
                window.dilations[axis],
                window.pads[axis],
                n,
            )
        };
        let rows = (0..window.kernel[0]).filter_map(|k| place(0, k, height));
        let columns: Vec<usize> =
            (0..window.kernel[1]).filter_map(|k| place(1, k, width)).collect();
        rows.flat_map(|row| {
            columns.iter().map(move |column| (at[0] * height + row) * width + column)
        })
        .collect()
    }

    #[test]
    fn taps_are_those_of_the_definition_one_by_one_and_all_together() {
        let mut seen = 0;
        for (window, from, to) in windows() {
            for index in 0..to.iter().product() {
                let at = [index / (to[1] * to[2]), index / to[2] % to[1], index % to[2]];
                let expected = by_definition(&window, from, at);
                let taps = window.taps_of(&from, &to, index);
                assert_eq!(taps.iter().collect::<Vec<_>>(), expected, "{window:?} {from:?} {at:?}");
                assert_eq!(
                    (0..taps.len()).map(|i| taps.get(i).unwrap()).collect::<Vec<_>>(),
                    expected
                );
                assert_eq!((taps.get(taps.len()), taps.is_empty()), (None, expected.is_empty()));
                assert_eq!(
                    window.touches(0, at[1], from[1]) && window.touches(1, at[2], from[2]),
                    !taps.is_empty()
                );
                seen += expected.len();
            }
        }
        assert!(seen > 5_000, "{seen}");
    }

    #[test]
    fn pooling_by_rows_and_columns_is_pooling_by_windows() {
        for (seed, (window, from, to)) in windows().enumerate() {
            let mut rng = Rng::new(seed as u64 ^ 0x55);
            let x: Vec<i64> = (0..from.iter().product()).map(|_| rng.range(-9, 9)).collect();
            let greatest =
                |i| window.taps_of(&from, &to, i).iter().map(|at| x[at]).max().unwrap_or(-77);
            let expected: Vec<i64> = (0..to.iter().product()).map(greatest).collect();
            assert_eq!(window.pool(&x, &from, &to, -77, i64::max), expected, "{window:?} {from:?}");
        }
    }

    /// The number of comparisons, counted: a window of 127 × 127 values over 128 × 128 has 2^28
    /// under it.
    #[test]
    fn pooling_compares_as_often_as_the_kernel_is_high_and_wide() {
        let window = Window { kernel: [127; 2], strides: [1; 2], pads: [63; 4], dilations: [1; 2] };
        let shape = [1usize, 128, 128];
        let compared = core::cell::Cell::new(0u64);
        let greater = |a: i64, b: i64| {
            compared.set(compared.get() + 1);
            a.max(b)
        };
        let values = vec![0; 128 * 128];
        assert_eq!(window.pool(&values, &shape, &shape, 0, greater).len(), values.len());
        assert!(compared.get() <= 128 * 128 * (127 + 127), "{}", compared.get());
    }
}
