//! Remarks on an input: unexpected changes, and signs that it is wrong.

use std::fmt;

use zkml_model::manifest::{Input, Manifest, Rounding};

/// Share of its range below which an input's numbers are said to waste it.
const NARROW: f64 = 1.0 / 16.0;
/// Numbers below which an input's span tells nothing.
const FEW: usize = 4;

/// Black or white, or what is nearer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Black.
    Black,
    /// White.
    White,
}

impl Shade {
    /// The nearer one.
    pub(super) fn of(pixel: u8) -> Self {
        if pixel > 127 { Self::White } else { Self::Black }
    }
}

impl fmt::Display for Shade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::White { "light" } else { "dark" })
    }
}

/// Something that a requester should know of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The picture was turned by the orientation in its EXIF data.
    Turned {
        /// The orientation, 2 to 8.
        orientation: u8,
    },
    /// The picture is transparent.
    Transparent {
        /// The ground it was put on.
        ground: Shade,
    },
    /// The manifest says that such a picture is inverted.
    Inverted {
        /// Its border.
        border: Shade,
    },
    /// The picture's border is not what the model's ground is.
    LooksInverted {
        /// Its border, before it was inverted.
        border: Shade,
        /// `true` if it was inverted.
        inverted: bool,
    },
    /// Numbers beyond the model's grid, which saturates.
    Saturated {
        /// The number.
        count: usize,
        /// The index of the first.
        first: usize,
    },
    /// The numbers use a small part of the range.
    Narrow {
        /// Levels from the lowest to the highest.
        used: u32,
        /// Levels that there are.
        levels: u32,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Turned { orientation } => {
                write!(
                    f,
                    "the picture was turned as its EXIF orientation ({orientation}) says, as it is seen in viewers"
                )
            }
            Self::Transparent { ground } => {
                write!(
                    f,
                    "the picture is transparent: it was put on a {ground} ground; save it without transparency to choose another"
                )
            }
            Self::Inverted { border } => write!(
                f,
                "the picture is {border} at its border: it was inverted, as the manifest's `polarity` says; look at it with --preview"
            ),
            Self::LooksInverted { border, inverted: false } => write!(
                f,
                "the picture is {border} at its border, and the model was trained on the opposite: if it is a drawing, invert it with --invert (--preview shows what the model sees)"
            ),
            Self::LooksInverted { border, inverted: true } => write!(
                f,
                "the picture is {border} at its border, as the model was trained on, and was inverted: leave --invert out if that is not meant (--preview shows what the model sees)"
            ),
            Self::Saturated { count, first } => write!(
                f,
                "{count} of the numbers, the first at {first}, lie beyond the model's grid and count as its nearer end, as the model itself says"
            ),
            Self::Narrow { used, levels } => write!(
                f,
                "the numbers use {used} of the {levels} levels of the model's input: they may be scaled in another way than the model was trained with, or the model was imported with too wide an --input-range"
            ),
        }
    }
}

/// Returns remarks on the input `values` that were made of numbers. The model takes `reals`.
pub fn notes_on_numbers(
    manifest: &Manifest,
    reals: impl Iterator<Item = f64>,
    values: &[i32],
) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(saturated(&manifest.input, reals));
    notes.extend(narrow(&manifest.input, values));
    notes
}

fn saturated(input: &Input, reals: impl Iterator<Item = f64>) -> Option<Note> {
    let Rounding::QuantizeLinear { scale } = input.rounding else { return None };
    let (min, max) = (f64::from(input.min), f64::from(input.min) + input.levels());
    let beyond = |real: f64| {
        !(min..=max).contains(&f64::from((real as f32 / scale as f32).round_ties_even()))
    };
    let mut beyond = reals.enumerate().filter(|(_, real)| beyond(*real)).map(|(index, _)| index);
    let first = beyond.next()?;
    Some(Note::Saturated { count: 1 + beyond.count(), first })
}

fn narrow(input: &Input, values: &[i32]) -> Option<Note> {
    let (low, high) = (values.iter().min()?, values.iter().max()?);
    let (used, levels) = (high.abs_diff(*low) + 1, 1u32 << input.bits.min(16));
    // Features with ranges of their own may well have one level in common.
    let tells = values.len() >= FEW && input.ranges.is_none() && levels >= 16;
    (tells && f64::from(used) < f64::from(levels) * NARROW).then_some(Note::Narrow { used, levels })
}
