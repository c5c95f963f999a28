//! Free memory, and work that would take more: it is refused before it starts, with
//! the estimate.
//!
//! What is free is what the system says (`MemAvailable`), or less where this process is in a
//! control group with a bound of its own, or has a bound on its address space. A limit that the
//! user sets wins over all of it, in both directions.

mod free;

use std::fmt;

pub use self::free::available;

/// A limit on the memory of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    bytes: u64,
    source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    System,
    Option,
}

/// Work that takes memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The circuit alone.
    Circuit,
    /// Keys.
    Setup,
    /// A proof.
    Prove,
    /// A proof, with its keys in memory.
    Serve,
    /// An audit of keys.
    Audit,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Circuit => "its circuit",
            Self::Setup => "the setup of its keys",
            Self::Prove => "a proof",
            Self::Serve => "a proof with its keys",
            Self::Audit => "an audit of its keys",
        })
    }
}

/// Work would take more memory than there is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{work} would take about {} of memory ({size}), and {} {}; use a smaller model (`zkinfer model calibrate` finds fewer bits), a larger machine, or let it try all the same with option `max_memory` {}",
    format(*.needed), format(limit.bytes), limit.source, argument(*.needed)
)]
pub struct MemoryError {
    /// Its purpose.
    pub work: Work,
    /// The circuit's size, for people.
    pub size: String,
    /// Bytes that it takes, estimated.
    pub needed: u64,
    limit: Limit,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "are free",
            Self::Option => "are allowed by option `max_memory`",
        })
    }
}

impl Limit {
    /// Returns a limit that a user has set.
    pub fn given(bytes: u64) -> Self {
        Self { bytes, source: Source::Option }
    }

    /// Returns the free memory as a limit.
    pub fn free() -> Self {
        Self { bytes: available(), source: Source::System }
    }

    /// The bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Checks that work fits in. `size` says how large the circuit is, for people.
    ///
    /// # Errors
    /// [`MemoryError`].
    pub fn check(
        self,
        work: Work,
        needed: u64,
        size: impl FnOnce() -> String,
    ) -> Result<(), MemoryError> {
        if needed <= self.bytes {
            return Ok(());
        }
        Err(MemoryError { work, size: size(), needed, limit: self })
    }
}

/// An amount of memory as people write it: `512M`, `2G`, `2GiB`, or bytes.
///
/// # Errors
/// Says what is wrong.
pub fn parse(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let shift = match unit.trim().to_ascii_lowercase().trim_end_matches("ib") {
        "" | "b" => 0,
        "k" | "kb" => 10,
        "m" | "mb" => 20,
        "g" | "gb" => 30,
        "t" | "tb" => 40,
        _ => return Err(format!("'{text}' is no amount of memory; write for example 512M or 4G")),
    };
    let number: u64 = digits.parse().map_err(|error| {
        format!("'{text}' is no amount of memory ({error}); write for example 512M or 4G")
    })?;
    number.checked_mul(1 << shift).ok_or_else(|| format!("'{text}' is more than any machine has"))
}

/// An amount of memory for people.
pub fn format(bytes: u64) -> String {
    match bytes {
        0..=0x3f_ffff => format!("{} KiB", bytes >> 10),
        0x40_0000..=0x2_7fff_ffff => format!("{} MiB", bytes >> 20),
        _ => format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30)),
    }
}

/// An amount of memory that [`parse`] reads, not less than this one.
fn argument(bytes: u64) -> String {
    if bytes > 4 << 30 {
        format!("{}G", bytes.div_ceil(1 << 30))
    } else {
        format!("{}M", bytes.div_ceil(1 << 20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_people_write_it() {
        for (text, bytes) in [
            ("1024", 1024),
            ("2k", 2048),
            ("512M", 512 << 20),
            ("4GiB", 4 << 30),
            ("1 gb", 1 << 30),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "-1", "1.5G", "4 apples", "99999999999T"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_suggested_is_enough() {
        for bytes in [1, 1 << 20, (1 << 20) + 1, (5 << 30) + 1, 900 << 30] {
            let suggested = parse(&argument(bytes)).expect("an amount");
            assert!((bytes..bytes + (1 << 30)).contains(&suggested), "{bytes}");
        }
    }

    #[test]
    fn work_beyond_the_limit_is_refused_with_both_numbers_and_the_way_out() {
        let limit = Limit { bytes: 2 << 30, source: Source::System };
        assert_eq!(limit.check(Work::Prove, 2 << 30, String::new), Ok(()));
        let error =
            limit.check(Work::Setup, 40 << 30, || "9 constraints".into()).expect_err("too much");
        let text = error.to_string();
        assert!(
            text.starts_with(
                "the setup of its keys would take about 40.0 GiB of memory (9 constraints), and 2048 MiB are free; "
            ),
            "{text}"
        );
        assert!(text.ends_with("option `max_memory` 40G"), "{text}");
        let own = Limit::given(41 << 30);
        assert_eq!(own.check(Work::Setup, 40 << 30, String::new), Ok(()));
    }
}
