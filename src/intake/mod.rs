//! Spreadsheets that people send, read into typed rows, and what would change by them. Pure: bytes and what is known
//! go in, a plan comes out; nothing is asked of the store, the clock or the network.
//!
//! In flow order: `sheet` (bytes → tables: `delimited` for csv, `workbook` for xlsx and xls behind `guard` and
//! `compound`, which refuse what would exhaust the machine) → `header` (which column is what) → `value` (dates,
//! numbers, names) → `rows` (typed rows, problems by line and column) → `place` (which branch a row means) →
//! `planner` (rows beside the rosters → a `plan` of changes and questions; `fate` says who a row means, `fitness` which rules it breaks) → `preview`
//! (what a person reads before it is applied). Apart from that: `bill`, what wallets and the fee export say was paid;
//! `picture`, what a screenshot looks like.

pub mod bill;
pub mod compound;
pub mod delimited;
mod fate;
pub mod fitness;
pub mod guard;
pub mod header;
pub mod picture;
pub mod place;
pub mod plan;
pub mod planner;
pub mod preview;
pub mod rows;
pub mod sheet;
pub mod study;
pub mod value;
pub mod workbook;

use crate::config::messages::{Lang, Messages, Value};

/// Something to say: a key of `bot-config/messages` and its arguments, turned into words only when it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The message's key.
    pub key: &'static str,
    /// Its arguments, by name.
    pub args: Vec<(&'static str, Arg)>,
}

/// An argument of a [`Phrase`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// As it is.
    Text(String),
    /// A number.
    Number(usize),
    /// Several phrases, said one after the other.
    List(Vec<Phrase>),
}

impl Phrase {
    /// A phrase without arguments.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }
    /// With one more text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, Arg::Text(value.into())));
        self
    }
    /// With one more number.
    #[must_use]
    pub fn count(mut self, name: &'static str, n: usize) -> Self {
        self.args.push((name, Arg::Number(n)));
        self
    }
    /// With one more list.
    #[must_use]
    pub fn list(mut self, name: &'static str, phrases: Vec<Self>) -> Self {
        self.args.push((name, Arg::List(phrases)));
        self
    }
    /// In words.
    pub fn say(&self, messages: &Messages, lang: Lang) -> String {
        let comma = if lang == Lang::Zh { "，" } else { ", " };
        let args: Vec<(&str, Value<'_>)> = self
            .args
            .iter()
            .map(|(name, arg)| {
                let value = match arg {
                    Arg::Text(text) => Value::from(text),
                    Arg::Number(n) => Value::from(*n),
                    Arg::List(list) => Value::from(list.iter().map(|p| p.say(messages, lang)).collect::<Vec<_>>().join(comma)),
                };
                (*name, value)
            })
            .collect();
        messages.say(lang, self.key, &args)
    }
}
