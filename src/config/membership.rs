//! `[membership]` of `bot.toml`: the figures of the rules about members and branches, and which of them block.

use super::reader::{Problems, Table, one_of};
use crate::domain::membership::{Rule, Rules};

pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Rules> {
    let min_age = t.number("min_age", 1..=99, p);
    let at = t.at("max_age");
    let max_age = t.number("max_age", 1..=99, p);
    let min_members = t.number("min_members", 0..=10_000, p);
    let at_members = t.at("max_members");
    let max_members = t.number("max_members", 1..=10_000, p);
    let numbered_since = t.number("numbered_since", 1900..=2200, p);
    let known: Vec<(&'static str, Rule)> = Rule::ALL.iter().filter(|r| r.of_member()).map(|r| (r.key(), *r)).collect();
    let mut block = Vec::new();
    for (at, word) in t.texts("block", p) {
        match one_of(&word, &known) {
            Ok(rule) => block.push(rule),
            Err(e) => p.add(&at, format!("`block`: {e}")),
        }
    }
    if min_age.zip(max_age).is_some_and(|(min, max)| min >= max) {
        p.add(&at, "`max_age` is not above `min_age`");
    }
    if min_members.zip(max_members).is_some_and(|(min, max)| min > max) {
        p.add(&at_members, "`max_members` is below `min_members`");
    }
    Some(Rules {
        min_age: u32::try_from(min_age?).ok()?,
        max_age: u32::try_from(max_age?).ok()?,
        min_members: usize::try_from(min_members?).ok()?,
        max_members: usize::try_from(max_members?).ok()?,
        numbered_since: i32::try_from(numbered_since?).ok()?,
        block,
    })
}
