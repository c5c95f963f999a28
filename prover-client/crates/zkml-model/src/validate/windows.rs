//! Shapes of what windows give.

use super::{Fault, MAX_WINDOW, size, values};
use crate::graph::{Shape, Window};

/// Shape of a pooling's result. Every window has a value under it.
pub fn window_shape(window: &Window, from: &Shape) -> Result<Shape, Fault> {
    let &[channels, height, width] = from.as_slice() else {
        return Err(Fault::OperandShape {
            expected: "[channels, height, width]".into(),
            got: from.clone(),
        });
    };
    let rows = axis_length(window, 0, height)?;
    let columns = axis_length(window, 1, width)?;
    let shape = vec![channels, rows, columns];
    values(&shape)?;
    super::work(&[channels, rows, columns, window.kernel[0], window.kernel[1]])?;
    for (axis, what, length, result) in [(0, "row", height, rows), (1, "column", width, columns)] {
        if let Some(at) = (0..result).find(|at| !window.touches(axis, *at, length)) {
            return Err(Fault::Padding { axis: what, at });
        }
    }
    Ok(shape)
}

/// Length of a result on an axis: 0 is vertical, 1 horizontal.
pub fn axis_length(window: &Window, axis: usize, length: usize) -> Result<usize, Fault> {
    let (kernel, stride, dilation) =
        (window.kernel[axis], window.strides[axis], window.dilations[axis]);
    let (before, after) = (window.pads[axis], window.pads[axis + 2]);
    size("a kernel size of", kernel, 1, MAX_WINDOW)?;
    size("a stride of", stride, 1, MAX_WINDOW)?;
    size("a dilation of", dilation, 1, MAX_WINDOW)?;
    size("a padding of", before, 0, MAX_WINDOW)?;
    size("a padding of", after, 0, MAX_WINDOW)?;
    // Bounded above, and lengths by `MAX_VALUES`: nothing here overflows.
    let span = dilation * (kernel - 1) + 1;
    let padded = length + before + after;
    if span > padded {
        let axis = if axis == 0 { "rows" } else { "columns" };
        return Err(Fault::Kernel { axis, span, padded });
    }
    Ok((padded - span) / stride + 1)
}
