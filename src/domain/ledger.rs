//! What is asked of the ledger and what it answers: the language between `action` and the store's writer.

use super::calendar::Period;
use super::document::Growth;
use super::ids::{OrgId, PersonId, RecordId, SessionId};
use super::message::{AccountKey, ChatKey};
use super::record::{Evidence, Key, Kind, Record, Session, Standing, State};
use super::screenshot::Look;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

mod needs;

pub use needs::Span;

/// A member as the ledger needs one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The branch that the record goes to.
    pub branch: OrgId,
    /// Who.
    pub person: PersonId,
}

/// What one member owes a money duty, month by month: from the first that is owed to some way ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owing {
    /// Who.
    pub subject: Subject,
    /// Months with the fen owed, oldest first.
    pub months: Vec<(Period, i64)>,
}

/// One thing to enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A completion or a count for one period.
    Done {
        /// Who did it.
        subject: Subject,
        /// The duty's key.
        duty: String,
        /// For which period.
        period: Period,
        /// In the duty's unit.
        value: i64,
        /// What is owed, in the same unit.
        owed: i64,
        /// Whether a further report adds to the first (counts) or says nothing new (done or not).
        adds: bool,
    },
    /// Something beside a claim of the same message: a picture that came with its words. Counts as long as the claim stands.
    Vouch {
        /// Whose claim.
        subject: Subject,
        /// The duty's key.
        duty: String,
        /// For which period.
        period: Period,
        /// In the duty's unit.
        value: i64,
        /// What is owed, in the same unit.
        owed: i64,
        /// The claim's record.
        claim: RecordId,
    },
    /// What the pictures looked like that came with the message: kept beside every record of the post.
    Looks(Vec<Look>),
    /// Why the rest of the post is entered: kept beside every record of it.
    Because(String),
    /// A payment for one or several members.
    Pay {
        /// Who it is for, each with what they owe.
        people: Vec<Owing>,
        /// The duty's key.
        duty: String,
        /// The months that were named; none: the oldest unpaid.
        months: Option<Vec<Period>>,
        /// The sum that was said, for all together.
        amount: Option<i64>,
        /// The month that it is now.
        current: Period,
        /// When this local day began, UTC milliseconds: a second payment on one day is asked about.
        day_start: i64,
        /// The person has already been asked and said yes; with months named, to more than they cost as well.
        sure: bool,
        /// Said to be for what is not due yet (预交): also where nothing is.
        ahead: bool,
        /// More months than this, ahead or behind, are worth a word.
        warn_months: usize,
    },
    /// A check-in at an open session.
    Attend {
        /// Who is there.
        subject: Subject,
        /// The branch and the units above it: whose sessions count. First the chat's, which is meant where several are open.
        units: Vec<OrgId>,
        /// The duty, where said.
        duty: Option<String>,
        /// The code, where said.
        code: Option<String>,
        /// In what way.
        state: State,
        /// The person who has the word may record for others without the code.
        trusted: bool,
        /// The group that this person is in.
        team: Option<String>,
        /// Meetings that this person is not expected at: duty and period.
        beside: Vec<(String, Period)>,
    },
    /// Leave or exemption for some periods.
    Excuse {
        /// Who.
        subject: Subject,
        /// The duty's key.
        duty: String,
        /// Which periods, each with what is owed.
        periods: Vec<(Period, i64)>,
        /// Leave with its kind, or an exemption.
        state: Option<State>,
        /// The one meeting that the leave is of; none: of the whole period.
        session: Option<SessionId>,
    },
    /// Owes less for some periods.
    Reduce {
        /// Who.
        subject: Subject,
        /// The duty's key.
        duty: String,
        /// Which periods, each with what is owed from now on.
        periods: Vec<(Period, i64)>,
    },
    /// These periods were settled elsewhere, before the bot.
    Opening {
        /// Whose, each with what they owe in just these periods.
        people: Vec<Owing>,
        /// The duty's key.
        duty: String,
    },
    /// Money given of one's own will.
    Give {
        /// Who.
        subject: Subject,
        /// The duty's key.
        duty: String,
        /// The period in which.
        period: Period,
        /// Fen.
        amount: i64,
        /// When the local day began, UTC milliseconds: a second gift on one day is asked about.
        day_start: i64,
        /// Asked, and meant.
        sure: bool,
    },
    /// A payment that a bill vouches for: confirms the claim that it fits, else is claim and confirmation in one.
    Banked {
        /// Who, with what they owe.
        person: Owing,
        /// The duty's key.
        duty: String,
        /// The months that the bill names; none: the oldest unpaid.
        months: Option<Vec<Period>>,
        /// Fen.
        amount: i64,
        /// Fen that the bill tells apart as given of one's own will.
        extra: i64,
        /// The month that it is now.
        current: Period,
        /// When it was paid, UTC milliseconds: the bill says so, and comes later.
        at: i64,
        /// As in `Pay`.
        warn_months: usize,
    },
    /// Gives confirmed money back: gifts first, then the newest months.
    Refund {
        /// To whom.
        subject: Subject,
        /// The duty's key.
        duty: String,
        /// Only of these periods; none: of any.
        months: Option<Vec<Period>>,
        /// Fen; none: all of the named months.
        amount: Option<i64>,
    },
    /// The branch's own money goes up, or comes back.
    Hand {
        /// The branch.
        branch: OrgId,
        /// The duty's key.
        duty: String,
        /// The period that it is for.
        period: Period,
        /// `HandUp`, `Returned` or `Carried`: of the last `amount` is all that there was, whatever was said of it before.
        kind: Kind,
        /// Fen.
        amount: i64,
    },
    /// Confirms what these members claim, wherever it is not confirmed yet.
    Confirm {
        /// Whose claims.
        subjects: Vec<Subject>,
        /// The duty's key.
        duty: String,
        /// Only these periods; none: all.
        periods: Option<Vec<Period>>,
    },
    /// Takes records back.
    Reverse {
        /// Their branch.
        branch: OrgId,
        /// Which.
        records: Vec<RecordId>,
    },
    /// Enters again what these reversals took, each once: undoing what replaced something.
    BringBack {
        /// Their branch.
        branch: OrgId,
        /// The reversals.
        records: Vec<RecordId>,
        /// Whether it adds to what stands; else it is brought back only where nothing does.
        adds: bool,
    },
    /// All of these or none; first, where records are named, those are taken back: what was said before is replaced.
    /// Where anything of it is asked about or refused, or it was all there before, nothing changes.
    Instead {
        /// Their branch.
        branch: OrgId,
        /// What is taken back.
        records: Vec<RecordId>,
        /// What stands instead.
        with: Vec<Entry>,
    },
    /// The chain list that other entries of the post come from.
    Grow(Box<Growth>),
}

/// What one message asks to enter. Entered once, whatever comes twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The branch under which the message is remembered.
    pub branch: OrgId,
    /// What makes it the same message: `Incoming::source`, or the key of an imported row.
    pub source: String,
    /// Where it was said.
    pub chat: ChatKey,
    /// The account that said it.
    pub account: AccountKey,
    /// The member who said it.
    pub actor: Option<PersonId>,
    /// What the entries rest on.
    pub evidence: Evidence,
    /// When it was said, UTC milliseconds.
    pub at: i64,
    /// The units whose roster was read for this, with the epoch it was read at; a changed one gives `Fault::Stale`.
    pub relies: Vec<(OrgId, i64)>,
    /// How many are expected, for each (branch, duty, period) that a tally may be opened for.
    pub expected: Vec<(OrgId, String, Period, i64)>,
    /// Check-ins that are over now and were open when it was said, where it was heard later; those that are open now need no mention.
    pub over: Vec<Session>,
    /// What to enter. Each stands alone: one may be entered while the next is asked about.
    pub entries: Vec<Entry>,
}

/// A line of the ledger as an answer tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Whose, of what, when.
    pub key: Key,
    /// What kind of record it is; `done` where an older version wrote it.
    #[serde(default = "Line::done")]
    pub kind: Kind,
    /// In the duty's unit.
    pub value: i64,
    /// What the period's records amount to with it, in the same unit.
    pub got: i64,
    /// What is owed, in the same unit.
    pub owed: i64,
    /// Attendance or leave.
    pub state: Option<State>,
    /// Whether it came after the duty's deadline is the reader's to tell; this is when it was first met.
    pub at: i64,
}

impl Line {
    fn done() -> Kind {
        Kind::Done
    }
}

/// Why an entry was not made and the person is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "doubt")]
pub enum Doubt {
    /// The sum fits no run of the months that are owed.
    Amount {
        /// What was said, in fen.
        amount: i64,
        /// What the named months, or the oldest unpaid one, cost.
        due: i64,
        /// The months that were named.
        named: Vec<Period>,
        /// A run of months from the first named one (or the oldest unpaid) that the sum does pay.
        fits: Vec<Period>,
    },
    /// Something was already paid today and months remain.
    SecondToday {
        /// What today's payment covers.
        paid: Vec<Period>,
        /// What this one would cover.
        next: Vec<Period>,
    },
    /// Something was already given today.
    GiftToday {
        /// How much, fen.
        given: i64,
    },
    /// Several sessions are open.
    WhichSession {
        /// Their topics or duties.
        sessions: Vec<String>,
    },
}

/// Why an entry can't be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No check-in is open.
    NoSession,
    /// The code is missing or wrong.
    WrongCode,
    /// The member owes nothing for that period: not yet admitted, or before the unit began.
    NotOwed,
    /// Nothing waits to be confirmed or taken back.
    Nothing,
    /// More is asked back than was confirmed.
    TooMuch,
    /// Part of it was given back: that has to be taken back first.
    Refunded,
}

/// What became of one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is in the ledger, durably.
    Recorded {
        /// The new lines.
        lines: Vec<Line>,
        /// More months ahead or behind than is usual.
        many_months: bool,
    },
    /// It was there before; nothing was entered.
    Already {
        /// The lines that say so.
        lines: Vec<Line>,
    },
    /// Nothing was entered; ask.
    Ask(Doubt),
    /// Nothing was entered; say why.
    Refused(Refusal),
}

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// One verdict for each entry, in order.
    pub verdicts: Vec<Verdict>,
    /// Whether the message had been entered before, and these are the verdicts of then.
    pub replayed: bool,
}

/// What the writer read for a batch; `decide` reads and changes it, so that the next post sees the last one's effect.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Standings by key. A key that was looked for and is absent has no records.
    pub standings: HashMap<Key, Standing>,
    /// Sessions without an end.
    pub sessions: Vec<Session>,
    /// For confirming and reversing: every record of the keys concerned, oldest first.
    pub records: HashMap<Key, Vec<Record>>,
}
