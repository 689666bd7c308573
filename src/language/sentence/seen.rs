//! What is kept of one clause after `clause` has read it; `statement`, `report` and `session` go by it.

use crate::domain::calendar::Period;
use crate::language::intent::Issue;
use crate::language::text::lex::{Is, Token};
use crate::language::text::lexicon::{Fits, Kind};
use std::ops::Range;

/// How far a clause says that something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::language) enum Done {
    /// It does not.
    #[default]
    No,
    /// A verb is said, which with a sum makes a claim: 交0.2元.
    Claim(Fits),
    /// By a verb and a mark: 交了, 已看.
    Verb(Fits),
    /// Whatever it was: ✓, 打卡, 搞定.
    Whole,
}

/// What a clause tells beside its verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::language) struct Details {
    pub periods: Vec<Period>,
    pub issues: Vec<Issue>,
    pub sum: Option<i64>,
    pub count: Option<i64>,
    pub minutes: Option<i64>,
    /// So many months, where which ones was not said: 三个月, 半年.
    pub months: Option<i64>,
    pub names: Vec<Range<usize>>,
    /// The speaker too, beside those named: 我和张三的.
    pub and_me: bool,
    /// All that is open: 全交了, 交清了.
    pub all: bool,
    /// For what is not due yet: 预交.
    pub ahead: bool,
}

impl Details {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
    /// Takes over what it lacks.
    pub fn fill(&mut self, from: &Self) {
        let Self { periods, issues, sum, count, minutes, months, names, and_me, all, ahead } = self;
        if periods.is_empty() {
            periods.clone_from(&from.periods);
        }
        if issues.is_empty() {
            issues.clone_from(&from.issues);
        }
        *sum = sum.or(from.sum);
        *count = count.or(from.count);
        *minutes = minutes.or(from.minutes);
        *months = months.or(from.months);
        (*all, *ahead) = (*all || from.all, *ahead || from.ahead);
        if names.is_empty() {
            names.clone_from(&from.names);
            *and_me |= from.and_me;
        }
    }
}

/// A clause as it was seen.
#[derive(Clone, Debug, Default)]
pub(in crate::language) struct Seen {
    pub tokens: Vec<Token>,
    pub duty: Option<u8>,
    /// It is about another fee or thing.
    pub other: bool,
    pub details: Details,
    pub done: Done,
    pub me: bool,
    /// Somebody else is the subject.
    pub them: bool,
    /// Denied, planned, in part.
    pub blocked: bool,
    /// Denied: 忘了, 没.
    pub denied: bool,
    /// Its verb makes up for something: 补上.
    pub makes_up: bool,
    pub verb: bool,
    /// For how long one has been at it: 看了半年.
    pub lasting: bool,
    /// Words that nobody knows, in a place where they may change the meaning.
    pub unknown: bool,
    pub also: bool,
    /// 都, 全: what was named before is meant too.
    pub all: bool,
    /// Joined to the clause before by 和 or 、.
    pub joined: bool,
    pub why: Vec<(&'static str, Range<usize>)>,
}

impl Seen {
    /// Nothing in it but periods, sums and the like.
    pub fn details_only(&self) -> bool {
        self.duty.is_none() && !self.other && !self.blocked && !self.them && !self.unknown && !self.verb && self.done == Done::No && !self.details.is_empty()
    }
    /// Nothing but a question mark.
    pub fn bare_question(&self) -> bool {
        self.tokens.iter().all(|t| matches!(t.is, Is::Gap | Is::Word(Kind::Ask)))
    }
    /// Nothing in it that says anything.
    pub fn hollow(&self) -> bool {
        self.duty.is_none() && !self.other && !self.blocked && !self.them && !self.unknown && !self.verb && self.done == Done::No && self.details.is_empty()
    }
}
