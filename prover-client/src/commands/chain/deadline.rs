//! Deadlines as people write them: a block number, or `+N` blocks from now.

use std::str::FromStr;

/// A job's last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// A number of blocks after the best one.
    After(u32),
    /// The block with this number.
    At(u32),
}

impl FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |error| {
            format!(
                "'{text}' is no deadline ({error}); give +50 (blocks from now) or a block number"
            )
        };
        match text.strip_prefix('+') {
            // `u32` itself would take another sign.
            Some(blocks) if !blocks.starts_with('+') => {
                blocks.parse().map(Self::After).map_err(wrong)
            }
            Some(_) => Err(format!(
                "'{text}' is no deadline; give +50 (blocks from now) or a block number"
            )),
            None => text.parse().map(Self::At).map_err(wrong),
        }
    }
}

impl Deadline {
    /// The number of the last block, `best` being the best block's. `None` when there is no such
    /// block.
    pub fn block(self, best: u64) -> Option<u32> {
        match self {
            Self::After(blocks) => u32::try_from(best).ok()?.checked_add(blocks),
            Self::At(block) => Some(block),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_are_relative_or_absolute() {
        assert_eq!("+50".parse::<Deadline>().map(|d| d.block(7)), Ok(Some(57)));
        assert_eq!("50".parse::<Deadline>().map(|d| d.block(7)), Ok(Some(50)));
        assert_eq!(Deadline::After(u32::MAX).block(1), None);
        assert_eq!(Deadline::After(1).block(u64::from(u32::MAX) + 1), None);
    }

    #[test]
    fn what_is_no_deadline_is_refused_with_the_text() {
        for text in ["", "+", "-5", "++5", "+-5", "soon", "4294967296"] {
            assert!(text.parse::<Deadline>().expect_err(text).contains(&format!("'{text}'")));
        }
    }
}
