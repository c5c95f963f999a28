//! Bounds of scalings.

use super::{Fault, MAX_MULTIPLIER, MAX_RESCALE_SHIFT, count, size};
use crate::{
    graph::{Rescale, Shape},
    validate::MAX_MAGNITUDE,
};

/// Shape of a scaled tensor.
pub(super) fn shape(rescale: &Rescale, from: &Shape) -> Result<Shape, Fault> {
    let channels = from.first().copied();
    if rescale.channels.len() != 1 {
        count("scalings", channels, rescale.channels.len())?;
    }
    for (channel, scaling) in rescale.channels.iter().enumerate() {
        let (multiplier, offset) = (scaling.multiplier, scaling.offset);
        if multiplier == 0 || multiplier.unsigned_abs() > MAX_MULTIPLIER {
            let expected = "1 to 2^40 in magnitude";
            return Err(Fault::Scaling {
                what: "the multiplier",
                got: multiplier,
                channel,
                expected,
            });
        }
        if offset.unsigned_abs() >= MAX_MAGNITUDE.unsigned_abs() {
            let expected = "below 2^61 in magnitude";
            return Err(Fault::Scaling { what: "the offset", got: offset, channel, expected });
        }
        size("a shift of", scaling.shift.into(), 0, MAX_RESCALE_SHIFT.into())?;
    }
    Ok(from.clone())
}
