//! Meetings beyond who was there: what is said for the record, how many must be there for a decision, and codes that roll.
//! Pure; who was there is the ledger's.

use super::calendar::Period;
use super::ids::{OrgId, PersonId, SessionId};
use super::message::AccountKey;
use super::record::{Evidence, State};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a line of a meeting's record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Who hosts it (主持).
    Host,
    /// Who keeps the record (记录人): may take minutes of this meeting.
    Recorder,
    /// Where it is.
    Place,
    /// In which form: 报告会, 课堂 …
    Form,
    /// What is to be done, in order.
    Agenda,
    /// Something that was said or decided.
    Minutes,
    /// What came of it.
    Summary,
    /// Who is there without being one of those expected (列席).
    Observer,
    /// An item of the branch's own (自选动作), beside those of the duty's file.
    OwnItem,
    /// An item that was done.
    Item,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [Self; 10] =
        [Self::Host, Self::Recorder, Self::Place, Self::Form, Self::Agenda, Self::Minutes, Self::Summary, Self::Observer, Self::OwnItem, Self::Item];
    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Recorder => "recorder",
            Self::Place => "place",
            Self::Form => "form",
            Self::Agenda => "agenda",
            Self::Minutes => "minutes",
            Self::Summary => "summary",
            Self::Observer => "observer",
            Self::OwnItem => "own_item",
            Self::Item => "item",
        }
    }
    /// As read back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == text)
    }
    /// Whether what is said last stands alone (one host), rather than being added.
    pub fn single(self) -> bool {
        matches!(self, Self::Host | Self::Recorder | Self::Place | Self::Form | Self::Summary)
    }
}

/// A line of a meeting's record. Never changed: another one takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its id, rising with time.
    pub id: i64,
    /// Which meeting's.
    pub session: SessionId,
    /// What it is.
    pub kind: NoteKind,
    /// What was said; empty where it only takes away the one it replaces.
    pub text: String,
    /// Who said it; of a line that replaces another, who said the first.
    pub by: Option<PersonId>,
    /// The line in whose place it stands.
    pub replaces: Option<i64>,
    /// When it was said, UTC milliseconds. A line that replaces another keeps the time of the first.
    pub at: i64,
}

/// How many must be there for what is to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// What is decided: 民主评议.
    pub name: String,
    /// Words in a session's topic that mean it; none: every session of the duty.
    pub words: Vec<String>,
    /// The fraction of those expected.
    pub of: (i64, i64),
    /// More than the fraction, rather than at least so many.
    pub more: bool,
}

impl Quorum {
    /// Whether so many are enough of so many.
    pub fn met(&self, present: i64, expected: i64) -> bool {
        let (there, needed) = (i128::from(present) * i128::from(self.of.1), i128::from(expected) * i128::from(self.of.0));
        expected > 0 && if self.more { there > needed } else { there >= needed }
    }
}

/// What only a duty with sessions has in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// Only those who have a post on the roster are expected.
    pub posts: bool,
    /// Each group (团小组) meets by itself: whoever is in one is expected at its own.
    pub groups: bool,
    /// Leave that is asked is a request until somebody grants it.
    pub leave_asked: bool,
    /// The items that are ticked off in a session (七事联动), in order.
    pub items: Vec<String>,
    /// The forms that it may have; empty: no form is noted.
    pub forms: Vec<String>,
    /// Quorums, the most particular first.
    pub quorums: Vec<Quorum>,
}

impl Meeting {
    /// The quorum that holds for a session about this.
    pub fn quorum(&self, topic: Option<&str>) -> Option<&Quorum> {
        self.quorums.iter().find(|q| q.words.is_empty() || topic.is_some_and(|t| q.words.iter().any(|w| t.contains(w.as_str()))))
    }
}

/// A leave that waits for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveRequest {
    /// Of which branch.
    pub branch: OrgId,
    /// Who asks.
    pub person: PersonId,
    /// From which duty.
    pub duty: String,
    /// For which whole periods.
    pub periods: Vec<Period>,
    /// From which one meeting of which period, where it is from one.
    pub meeting: Option<(Period, SessionId)>,
    /// Of which other days, first and last: no meeting on them is known yet.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Of which kind.
    pub state: State,
    /// The message that asked; empty: of before that was kept.
    pub source: String,
    /// The account that asked; empty likewise.
    pub account: String,
    /// When it was asked, UTC milliseconds.
    pub asked_at: i64,
}

/// Leave of days on which no meeting is known yet: whichever is opened on one of them enters it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveAhead {
    /// Of which branch.
    pub branch: OrgId,
    /// Who is away.
    pub person: PersonId,
    /// From which duty.
    pub duty: String,
    /// The first and the last day.
    pub days: (NaiveDate, NaiveDate),
    /// Of which kind.
    pub state: State,
    /// The message that said so.
    pub source: String,
    /// The account that said so.
    pub account: AccountKey,
    /// Who said so.
    pub actor: Option<PersonId>,
    /// On whose word.
    pub evidence: Evidence,
    /// When, UTC milliseconds.
    pub said_at: i64,
}

/// The digits of a code that rolls: four, the same for everybody who knows the seed, others in the next window.
pub fn rolled(seed: &str, minutes: i64, at: i64) -> String {
    let window = at.div_euclid(minutes.max(1) * 60_000);
    let digest = Sha256::digest(format!("{seed}/{window}"));
    let n = digest.iter().take(8).fold(0_u64, |n, b| n << 8 | u64::from(*b));
    format!("{:04}", n % 10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_is_counted_to_the_person() {
        let quorum = |of, more| Quorum { name: String::new(), words: Vec::new(), of, more };
        assert!(!quorum((1, 2), true).met(15, 30), "half is not more than half");
        assert!(quorum((1, 2), true).met(16, 30));
        assert!(!quorum((2, 3), true).met(20, 30));
        assert!(quorum((2, 3), true).met(21, 30));
        assert!(quorum((4, 5), false).met(24, 30) && !quorum((4, 5), false).met(23, 30));
        assert!(!quorum((1, 2), false).met(0, 0), "nobody decides nothing");
    }

    #[test]
    fn a_code_rolls_with_its_window() {
        let (first, same, next) = (rolled("s", 5, 0), rolled("s", 5, 299_999), rolled("s", 5, 300_000));
        assert_eq!((first.len(), &first), (4, &same));
        assert_ne!(first, next);
        assert_ne!(first, rolled("t", 5, 0));
    }
}
