//! A chain list (接龙) as it is known: one growing document, posted whole by everyone who joins it. Copies of it are
//! compared with it, and only the difference becomes records.

use super::calendar::Period;
use super::ids::PersonId;
use super::ledger::{Subject, Verdict};
use super::message::ChatKey;

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: i64,
    /// Where it grows.
    pub chat: ChatKey,
    /// The duty's key.
    pub duty: String,
    /// The periods that it is about.
    pub periods: Vec<Period>,
    /// Whether the title names none, and they are those in which it began.
    pub implied: bool,
    /// A digest of its title, so that it is known again.
    pub title: String,
    /// How often it grew; 0: it is not there yet.
    pub version: i64,
    /// When it last grew, UTC milliseconds.
    pub changed_at: i64,
}

/// What became of one entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// In the ledger.
    Entered,
    /// It was in the ledger before, from elsewhere.
    Already,
    /// Its sum fits nothing that is owed.
    Doubt,
    /// The ledger can't take it: nothing is owed.
    Refused,
    /// Written otherwise than before, and left as it was.
    Kept,
    /// Waits for somebody who may record for others.
    Waiting,
    /// Nothing to be entered: not done yet, or not understood.
    Noted,
    /// Nobody has this name: it was asked about.
    Asked,
}

impl State {
    const WORDS: [(Self, &'static str); 8] = [
        (Self::Entered, "entered"),
        (Self::Already, "already"),
        (Self::Doubt, "doubt"),
        (Self::Refused, "refused"),
        (Self::Kept, "kept"),
        (Self::Waiting, "waiting"),
        (Self::Noted, "noted"),
        (Self::Asked, "asked"),
    ];
    /// As stored.
    pub fn key(self) -> &'static str {
        Self::WORDS.iter().find(|(s, _)| *s == self).map_or("noted", |(_, word)| word)
    }
    /// As read back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, word)| *word == text).map(|(s, _)| *s)
    }
    /// What a verdict of the ledger makes of an entry.
    pub fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Recorded { .. } => Self::Entered,
            Verdict::Already { .. } => Self::Already,
            Verdict::Ask(_) => Self::Doubt,
            Verdict::Refused(_) => Self::Refused,
        }
    }
}

/// One entry of a list, as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The document's version that brought it.
    pub version: i64,
    /// Whose it is; none where nobody has the name.
    pub subject: Option<Subject>,
    /// A digest of the name as it is written, where that is not the roster's.
    pub name: Option<String>,
    /// What it says: `language::Entry` in JSON.
    pub said: String,
    /// What became of it.
    pub state: State,
    /// The message that brought it.
    pub source: String,
    /// Who sent that.
    pub by: Option<PersonId>,
    /// Whether a record that it made still stands.
    pub live: bool,
}

/// What one copy adds to a document: entered together with the records that come of it, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The document, at the version at which it was compared; at another one nothing is entered (`Fault::Stale`).
    pub document: Document,
    /// The new rows, each with its entry's place in the post where the ledger decides what becomes of it.
    pub rows: Vec<(Row, Option<usize>)>,
}
