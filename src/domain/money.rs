//! Money: whole fen, never a float.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in fen (0.01 yuan); negative in compensating entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// Reads decimal yuan with at most two places: `0.2`, `12`, `1,200.00`, `-3.5`. None where it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let whole: String = whole.chars().filter(|c| *c != ',').collect();
        if (whole.is_empty() && part.is_empty()) || part.len() > 2 || whole.len() > 12 {
            return None;
        }
        if !whole.chars().chain(part.chars()).all(|c| c.is_ascii_digit()) {
            return None;
        }
        let yuan: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let fen: i64 = format!("{part:0<2}").parse().ok()?;
        let total = yuan.checked_mul(100)?.checked_add(fen)?;
        Some(Self(if negative { -total } else { total }))
    }
}

impl fmt::Display for Fen {
    /// Yuan without needless zeros: `0.2`, `3`, `1.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, n) = if self.0 < 0 { ("-", self.0.unsigned_abs()) } else { ("", self.0.unsigned_abs()) };
        match n % 100 {
            0 => write!(f, "{sign}{}", n / 100),
            p if p % 10 == 0 => write!(f, "{sign}{}.{}", n / 100, p / 10),
            p => write!(f, "{sign}{}.{p:02}", n / 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_and_back() {
        for (text, fen) in [("0.2", 20), ("3", 300), ("1.25", 125), (".5", 50), ("-3.5", -350), ("1,200.00", 120_000)] {
            assert_eq!(Fen::parse(text), Some(Fen(fen)), "{text}");
        }
        for text in ["", ".", "1.234", "0x1", "1e3", "二", "9999999999999", "１"] {
            assert_eq!(Fen::parse(text), None, "{text}");
        }
        assert_eq!(Fen(20).to_string(), "0.2");
        assert_eq!(Fen(-5).to_string(), "-0.05");
        assert_eq!(Fen(300).to_string(), "3");
    }
}
