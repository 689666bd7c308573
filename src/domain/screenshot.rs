//! What a picture looked like, so that a later one can be told to look the same. The picture itself is never kept.

use super::calendar::Period;
use super::ids::{PersonId, RecordId};
use serde::{Deserialize, Serialize};

/// A perceptual hash: 64 bits, of which pictures that look alike share most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// How it was made, with whatever it depends on; only hashes made the same way can be compared.
    pub algorithm: String,
    /// The bits, as 16 hex digits.
    pub hash: String,
}

impl Look {
    /// Of these bits.
    pub fn new(algorithm: impl Into<String>, bits: u64) -> Self {
        Self { algorithm: algorithm.into(), hash: format!("{bits:016x}") }
    }
    /// How many bits differ; none where the two were made in different ways.
    pub fn distance(&self, other: &Self) -> Option<u32> {
        let bits = |look: &Self| u64::from_str_radix(&look.hash, 16).ok();
        (self.algorithm == other.algorithm).then(|| Some((bits(self)? ^ bits(other)?).count_ones())).flatten()
    }
}

/// A picture's look, kept beside the record that rests on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The record.
    pub record: RecordId,
    /// Whose.
    pub person: PersonId,
    /// Of which period.
    pub period: Period,
    /// What it looked like.
    pub look: Look,
    /// When it was sent, UTC milliseconds.
    pub at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_looks_of_one_making_are_compared() {
        let one = Look::new("a", 0b1011);
        assert_eq!(one.hash, "000000000000000b");
        assert_eq!(one.distance(&one), Some(0));
        assert_eq!(one.distance(&Look::new("a", 0b0001)), Some(2));
        assert_eq!(one.distance(&Look::new("a", !0)), Some(61));
        assert_eq!(one.distance(&Look::new("b", 0b1011)), None);
        assert_eq!(one.distance(&Look { algorithm: "a".into(), hash: "broken".into() }), None);
    }
}
