//! What an entry touches: the facts that must be read before it is decided, and the branches that it may write.

use super::{Entry, Owing, Subject};
use crate::domain::calendar::Period;
use crate::domain::ids::{OrgId, PersonId, RecordId};
use crate::domain::record::{Kind, Session};

/// Whose standings, of what and from when to when (inclusive), an entry must see.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The branch.
    pub branch: OrgId,
    /// The duty's key.
    pub duty: String,
    /// Who.
    pub person: PersonId,
    /// The first period's key.
    pub from: String,
    /// The last period's key.
    pub to: String,
    /// Whether the records are needed too, not only what they amount to.
    pub records: bool,
}

/// Before and after every period's key.
const FIRST: &str = "0";
const LAST: &str = "9999-W99";

impl Entry {
    /// The duty that it is of; none where only the ledger knows.
    pub fn duty(&self) -> Option<&str> {
        match self {
            Self::Done { duty, .. }
            | Self::Vouch { duty, .. }
            | Self::Pay { duty, .. }
            | Self::Excuse { duty, .. }
            | Self::Reduce { duty, .. }
            | Self::Opening { duty, .. }
            | Self::Give { duty, .. }
            | Self::Banked { duty, .. }
            | Self::Refund { duty, .. }
            | Self::Hand { duty, .. }
            | Self::Confirm { duty, .. } => Some(duty),
            Self::Attend { duty, .. } => duty.as_deref(),
            Self::Reverse { .. } | Self::BringBack { .. } | Self::Instead { .. } | Self::Grow(_) | Self::Looks(_) | Self::Because(_) => None,
        }
    }

    /// What must be in `Facts` before the entry is decided. `Reverse` names records, whose keys the store finds.
    pub fn needs(&self, sessions: &[Session]) -> Vec<Span> {
        let span =
            |s: &Subject, duty: &str, from: String, to: String, records| Span { branch: s.branch, duty: duty.into(), person: s.person, from, to, records };
        let one = |s: &Subject, duty: &str, p: Period| span(s, duty, p.to_string(), p.to_string(), false);
        match self {
            Self::Done { subject, duty, period, .. } => vec![one(subject, duty, *period)],
            Self::Vouch { subject, duty, period, .. } | Self::Give { subject, duty, period, .. } => {
                vec![span(subject, duty, period.to_string(), period.to_string(), true)]
            }
            Self::Pay { people, duty, .. } => people
                .iter()
                .filter_map(|o| {
                    let (first, last) = (o.months.first()?, o.months.last()?);
                    Some(span(&o.subject, duty, first.0.to_string(), last.0.to_string(), false))
                })
                .collect(),
            Self::Attend { subject, units, .. } => sessions.iter().filter(|s| units.contains(&s.org)).map(|s| one(subject, &s.duty, s.period)).collect(),
            Self::Excuse { subject, duty, periods, .. } => periods.iter().map(|(p, _)| span(subject, duty, p.to_string(), p.to_string(), true)).collect(),
            Self::Reduce { subject, duty, periods } => periods.iter().map(|(p, _)| one(subject, duty, *p)).collect(),
            Self::Opening { people, duty } => people.iter().flat_map(|o| o.months.iter().map(|(p, _)| one(&o.subject, duty, *p)).collect::<Vec<_>>()).collect(),
            Self::Banked { person: Owing { subject, .. }, duty, .. } | Self::Refund { subject, duty, .. } => {
                vec![span(subject, duty, FIRST.into(), LAST.into(), true)]
            }
            // what is said of before replaces what was said of it, whenever that was
            Self::Hand { branch, duty, kind: Kind::Carried, .. } => {
                vec![span(&Subject { branch: *branch, person: PersonId::BRANCH }, duty, FIRST.into(), LAST.into(), true)]
            }
            Self::Hand { branch, duty, period, .. } => vec![one(&Subject { branch: *branch, person: PersonId::BRANCH }, duty, *period)],
            Self::Confirm { subjects, duty, periods } => {
                let from = periods.iter().flatten().map(ToString::to_string).min().unwrap_or_else(|| FIRST.into());
                let to = periods.iter().flatten().map(ToString::to_string).max().unwrap_or_else(|| LAST.into());
                subjects.iter().map(|s| span(s, duty, from.clone(), to.clone(), true)).collect()
            }
            Self::Instead { with, .. } => with.iter().flat_map(|e| e.needs(sessions)).collect(),
            Self::Reverse { .. } | Self::BringBack { .. } | Self::Grow(_) | Self::Looks(_) | Self::Because(_) => Vec::new(),
        }
    }

    /// The records that it names, with their branch.
    pub fn names(&self) -> Option<(OrgId, &[RecordId])> {
        match self {
            Self::Reverse { branch, records } | Self::BringBack { branch, records, .. } | Self::Instead { branch, records, .. } => Some((*branch, records)),
            _ => None,
        }
    }

    /// This one and those within it.
    pub fn all(&self) -> Vec<&Entry> {
        let inner: &[Entry] = if let Self::Instead { with, .. } = self { with } else { &[] };
        std::iter::once(self).chain(inner.iter().flat_map(Entry::all)).collect()
    }

    /// The branches whose facts it may write.
    pub fn branches(&self) -> Vec<OrgId> {
        match self {
            Self::Done { subject, .. }
            | Self::Vouch { subject, .. }
            | Self::Attend { subject, .. }
            | Self::Excuse { subject, .. }
            | Self::Reduce { subject, .. }
            | Self::Give { subject, .. }
            | Self::Refund { subject, .. }
            | Self::Banked { person: Owing { subject, .. }, .. } => vec![subject.branch],
            Self::Pay { people, .. } | Self::Opening { people, .. } => people.iter().map(|o| o.subject.branch).collect(),
            Self::Confirm { subjects, .. } => subjects.iter().map(|s| s.branch).collect(),
            Self::Reverse { branch, .. } | Self::BringBack { branch, .. } | Self::Hand { branch, .. } => vec![*branch],
            Self::Instead { branch, with, .. } => std::iter::once(*branch).chain(with.iter().flat_map(Entry::branches)).collect(),
            Self::Grow(_) | Self::Looks(_) | Self::Because(_) => Vec::new(),
        }
    }
}
