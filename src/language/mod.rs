//! From text to what was meant: pure, total, without a model or a network.
//!
//! In flow order: `normalise` (width, traditional characters, decoration) → `grammar` (compiled once from the
//! duties' words) with `numerals`, `when`, `names`, `chain` → [`Intent`]s with the spans they came from.

pub mod answer;
pub mod intent;

pub use intent::{Intent, Meaning};

use crate::domain::duty::Duty;
use chrono::NaiveDate;

/// What is known around a message when it is read. Nothing else may change its meaning.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The local date.
    pub today: NaiveDate,
    /// Whether it is for the bot: an @, its name, a reply to it, a leading `/`, a private chat.
    pub addressed: bool,
    /// Tells whether a name is on the roster at hand.
    pub names: &'a dyn Names,
}

/// The roster as the language sees it.
pub trait Names: std::fmt::Debug {
    /// Whether somebody has exactly this name.
    fn has(&self, name: &str) -> bool;
    /// Names that look or sound like it, best first, at most five.
    fn similar(&self, name: &str) -> Vec<String>;
}

/// A roster's names, indexed once for exact and similar matches.
#[derive(Debug, Default)]
pub struct NameList {
    names: std::collections::HashSet<String>,
}

impl NameList {
    /// Indexes the names.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().collect() }
    }
}

impl Names for NameList {
    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
    fn similar(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// The compiled words of a set of duties.
#[derive(Debug)]
pub struct Grammar {}

impl Grammar {
    /// Compiles. `bot_names`: by which the bot is called, beside an @.
    ///
    /// # Errors
    /// A sentence for the operator where a configured word can't be used.
    pub fn new(duties: &[Duty], bot_names: &[String]) -> Result<Self, String> {
        let _ = (duties, bot_names);
        Ok(Self {})
    }

    /// What was meant: nothing, or one or several things.
    pub fn understand(&self, text: &str, around: &Around<'_>) -> Vec<Meaning> {
        let _ = (text, around);
        Vec::new()
    }

    /// Whether the text calls the bot by its name or begins with `/`, and what remains without that.
    pub fn addressed<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.trim_start().strip_prefix('/')
    }
}
