//! Amounts of the chain's token, as people write them.
//!
//! | text | meaning on a chain with `UNIT` and 12 decimals |
//! |---|---|
//! | `5` | 5 UNIT |
//! | `2.5 UNIT`, `2.5UNIT` | 2.5 UNIT |
//! | `100 mUNIT` | 0.1 UNIT |
//! | `7 uUNIT` or `7 µUNIT` | 0.000007 UNIT |
//! | `5000000 planck` | 5,000,000 of the smallest unit |
//!
//! A bare number counts whole tokens; one so large that it was surely meant in planck is refused
//! rather than guessed at. Underscores may group digits; a comma may not, since half of the world
//! writes 2.5 as `2,5`.

use std::{fmt, str::FromStr};

/// A bare number from here on is refused: nobody pays a billion tokens by hand.
const SUSPICIOUS_TOKENS: u128 = 1_000_000_000;
/// More decimals than any chain has; keeps powers of ten within `u128`.
const MAX_DECIMALS: u32 = 30;

/// The chain's token: its symbol, and how many decimals one of it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Symbol, such as `UNIT`.
    pub symbol: String,
    /// Decimals: one token is `10^decimals` planck.
    pub decimals: u32,
}

/// An amount as typed. It becomes planck when the chain's token is known: [`Amount::planck`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    text: String,
    digits: u128,
    decimals: u32,
    unit: Option<String>,
}

/// The reason why an amount was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a number with an optional unit.
    #[error(
        "'{text}' is not an amount; write for example 5, \"2.5 UNIT\", \"100 mUNIT\" or \"5000000 planck\""
    )]
    Syntax {
        /// The text as given.
        text: String,
    },
    /// The number does not fit in 128 bits.
    #[error("the amount '{text}' is larger than any balance")]
    TooLarge {
        /// The text as given.
        text: String,
    },
    /// The unit is not this chain's.
    #[error(
        "'{unit}' in '{text}' is not a unit of this chain; its token is {symbol} (also m{symbol}, u{symbol} and planck)"
    )]
    Unit {
        /// The text as given.
        text: String,
        /// Its unit.
        unit: String,
        /// The chain's symbol.
        symbol: String,
    },
    /// More decimals than the unit has.
    #[error("'{text}' has more decimals than the unit can hold: the smallest amount is 1 planck")]
    TooFine {
        /// The text as given.
        text: String,
    },
    /// A bare number that looks like planck.
    #[error(
        "'{text}' without a unit would mean {text} {symbol}; write \"{text} planck\" or \"{text} {symbol}\""
    )]
    Ambiguous {
        /// The text as given.
        text: String,
        /// The chain's symbol.
        symbol: String,
    },
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let text = text.trim();
        let syntax = || AmountError::Syntax { text: text.into() };
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')))
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let number: String = number.chars().filter(|c| *c != '_').collect();
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        if whole.is_empty()
            || fraction.contains('.')
            || (number.contains('.') && fraction.is_empty())
        {
            return Err(syntax());
        }
        let unit = unit.trim();
        if unit.chars().any(|c| !c.is_alphanumeric()) {
            return Err(syntax());
        }
        let fraction = fraction.trim_end_matches('0');
        let decimals = u32::try_from(fraction.len())
            .map_err(|_too_long| AmountError::TooFine { text: text.into() })?;
        let digits = format!("{whole}{fraction}")
            .parse::<u128>()
            .map_err(|_overflow| AmountError::TooLarge { text: text.into() })?;
        let unit = (!unit.is_empty()).then(|| unit.to_owned());
        Ok(Self { text: text.to_owned(), digits, decimals, unit })
    }
}

impl Amount {
    /// The amount in planck on a chain with this token.
    ///
    /// # Errors
    /// When the unit is not the chain's, when it has too many decimals, when it does not fit, and
    /// when a bare number is so large that planck may have been meant.
    pub fn planck(&self, token: &Token) -> Result<u128, AmountError> {
        let exponent = self.exponent(token)?;
        let text = || self.text.clone();
        if self.unit.is_none() && self.decimals == 0 && self.digits >= SUSPICIOUS_TOKENS {
            return Err(AmountError::Ambiguous { text: text(), symbol: token.symbol.clone() });
        }
        let Some(exponent) = exponent.checked_sub(self.decimals) else {
            return Err(AmountError::TooFine { text: text() });
        };
        10u128
            .checked_pow(exponent)
            .and_then(|scale| self.digits.checked_mul(scale))
            .ok_or_else(|| AmountError::TooLarge { text: text() })
    }

    /// Power of ten of the unit.
    fn exponent(&self, token: &Token) -> Result<u32, AmountError> {
        let decimals = token.decimals.min(MAX_DECIMALS);
        let Some(unit) = &self.unit else { return Ok(decimals) };
        let lower = unit.to_lowercase();
        let symbol = token.symbol.to_lowercase();
        let smaller_by = match lower.strip_suffix(&symbol) {
            _ if lower == "planck" => return Ok(0),
            Some("") => Some(0),
            Some("m") => Some(3),
            Some("u" | "µ" | "μ") => Some(6),
            Some("n") => Some(9),
            _ => None,
        };
        smaller_by.and_then(|smaller| decimals.checked_sub(smaller)).ok_or_else(|| {
            AmountError::Unit {
                text: self.text.clone(),
                unit: unit.clone(),
                symbol: token.symbol.clone(),
            }
        })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Token {
    /// `planck` in whole tokens, exact, without trailing zeros: `2.5 UNIT`.
    pub fn format(&self, planck: u128) -> String {
        let decimals = self.decimals.min(MAX_DECIMALS);
        let scale = 10u128.checked_pow(decimals).unwrap_or(1);
        let (whole, rest) =
            (planck.checked_div(scale).unwrap_or(planck), planck.checked_rem(scale).unwrap_or(0));
        if rest == 0 {
            return format!("{whole} {}", self.symbol);
        }
        let fraction = format!("{rest:0width$}", width = usize::try_from(decimals).unwrap_or(0));
        format!("{whole}.{} {}", fraction.trim_end_matches('0'), self.symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> Token {
        Token { symbol: "UNIT".into(), decimals: 12 }
    }

    fn planck(text: &str) -> Result<u128, AmountError> {
        text.parse::<Amount>()?.planck(&unit())
    }

    #[test]
    fn amounts_are_read_with_and_without_units() {
        for (text, expected) in [
            ("5", 5_000_000_000_000),
            ("0", 0),
            ("2.5 UNIT", 2_500_000_000_000),
            ("2.5UNIT", 2_500_000_000_000),
            ("2.5 unit", 2_500_000_000_000),
            ("100 mUNIT", 100_000_000_000),
            ("7 µUNIT", 7_000_000),
            ("7 uUNIT", 7_000_000),
            ("1 nUNIT", 1_000),
            ("0.5 nUNIT", 500),
            ("5_000_000 planck", 5_000_000),
            ("1_000", 1_000_000_000_000_000),
            ("0.000000000001", 1),
            (" 1.50 ", 1_500_000_000_000),
            ("340282366920938463463374607431768211455 planck", u128::MAX),
        ] {
            assert_eq!(planck(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused_with_the_text() {
        for text in [
            "",
            "UNIT",
            "-5",
            "1.",
            ".5",
            "1.2.3",
            "5 %",
            "1e3 UNIT!",
            "five",
            "2,5",
            "2,5 UNIT",
            "1,000",
        ] {
            assert_eq!(planck(text), Err(AmountError::Syntax { text: text.into() }), "{text}");
        }
    }

    #[test]
    fn a_foreign_unit_is_refused() {
        for (text, foreign) in [("5 DOT", "DOT"), ("5 kUNIT", "kUNIT"), ("1e3", "e3")] {
            let expected = AmountError::Unit {
                text: text.into(),
                unit: foreign.into(),
                symbol: "UNIT".into(),
            };
            assert_eq!(planck(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn an_amount_finer_than_a_planck_is_refused() {
        assert_eq!(
            planck("0.0000000000001"),
            Err(AmountError::TooFine { text: "0.0000000000001".into() })
        );
        assert_eq!(planck("1.5 planck"), Err(AmountError::TooFine { text: "1.5 planck".into() }));
    }

    #[test]
    fn an_amount_beyond_128_bits_is_refused() {
        let text = "340282366920938463463374607431768211456 planck";
        assert_eq!(planck(text), Err(AmountError::TooLarge { text: text.into() }));
        assert_eq!(
            planck("3402823669209384634633746070 UNIT"),
            Err(AmountError::TooLarge { text: "3402823669209384634633746070 UNIT".into() })
        );
    }

    #[test]
    fn a_bare_number_that_looks_like_planck_is_not_guessed_at() {
        let text = "5000000000000";
        assert_eq!(
            planck(text),
            Err(AmountError::Ambiguous { text: text.into(), symbol: "UNIT".into() })
        );
        assert_eq!(planck("5000000000000 planck"), Ok(5_000_000_000_000));
    }

    #[test]
    fn amounts_are_shown_exactly() {
        for (planck, expected) in [
            (0, "0 UNIT"),
            (1, "0.000000000001 UNIT"),
            (2_500_000_000_000, "2.5 UNIT"),
            (10_000_000_000_000, "10 UNIT"),
        ] {
            assert_eq!(unit().format(planck), expected);
        }
        assert_eq!(Token { symbol: "X".into(), decimals: 0 }.format(7), "7 X");
    }
}
