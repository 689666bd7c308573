//! The ledger's rows: records (append-only), and what is derived from them, standings and tallies.

use super::calendar::Period;
use super::ids::{OrgId, PersonId, RecordId, SessionId};
use super::meeting::rolled;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),* }
        impl $name {
            /// As stored.
            pub fn key(self) -> &'static str { match self { $(Self::$variant => $text),* } }
            /// As read back.
            pub fn parse(text: &str) -> Option<Self> { match text { $($text => Some(Self::$variant),)* _ => None } }
        }
    };
}

words! {
    /// What a record says.
    Kind {
        /// So much was done: a completion, a payment, a count.
        Done = "done",
        /// The same was said again by another source: stands beside the claim, counts once. One that names a claim (the
        /// picture that came with it) falls with it.
        Attest = "attest",
        /// Present at a session, in `state`.
        Attend = "attend",
        /// Away with leave, in `state`.
        Leave = "leave",
        /// Freed of the duty for the period.
        Exempt = "exempt",
        /// A claim was confirmed: `value` of it.
        Confirm = "confirm",
        /// Given of one's own will, beside what is owed: never part of a standing.
        Extra = "extra",
        /// Such a gift was confirmed.
        ConfirmExtra = "confirm_extra",
        /// Owes less for the period: `owed`.
        Reduce = "reduce",
        /// Was settled elsewhere before the bot: counts as met and confirmed, and is no money of ours.
        Opening = "opening",
        /// So much was in the treasurer's hands before the book began.
        Carried = "carried",
        /// So much of a confirmed payment was given back.
        Refund = "refund",
        /// So much of a confirmed gift was given back.
        RefundExtra = "refund_extra",
        /// The branch handed so much to the unit above.
        HandUp = "hand_up",
        /// So much of that came back.
        Returned = "returned",
        /// Takes back the record that `reverses` names.
        Reverse = "reverse",
    }
}

impl Kind {
    /// Whether a record of this kind falls with the one that it names.
    pub fn rests_on_another(self) -> bool {
        matches!(self, Self::Attest | Self::Confirm | Self::ConfirmExtra | Self::Refund | Self::RefundExtra)
    }
    /// Whether it says that money was paid, which somebody may confirm.
    pub fn claims(self) -> bool {
        matches!(self, Self::Done | Self::Extra)
    }
    /// Whether it confirms.
    pub fn confirms(self) -> bool {
        matches!(self, Self::Confirm | Self::ConfirmExtra)
    }
    /// Whether it says that less is owed, or nothing.
    pub fn relieves(self) -> bool {
        matches!(self, Self::Exempt | Self::Reduce)
    }
    /// Whether it gives back.
    pub fn refunds(self) -> bool {
        matches!(self, Self::Refund | Self::RefundExtra)
    }
}

words! {
    /// How somebody was there, or why not.
    State {
        /// There, in time.
        Present = "present",
        /// There, late.
        Late = "late",
        /// There, left before the end.
        LeftEarly = "left_early",
        /// Away for something of one's own (事假).
        Personal = "personal",
        /// Away sick (病假); no reason is kept.
        Sick = "sick",
    }
}

words! {
    /// What a record rests on, weakest first.
    Evidence {
        /// The member's own word.
        Own = "own",
        /// Another member's word.
        Proxy = "proxy",
        /// A screenshot's hash.
        Screenshot = "screenshot",
        /// The secretary's word.
        Secretary = "secretary",
        /// An official export or a bill.
        Official = "official",
    }
}

/// Whose standing: facts lead with the branch of their time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The branch.
    pub branch: OrgId,
    /// The duty's key.
    pub duty: String,
    /// Who.
    pub person: PersonId,
    /// Which period.
    pub period: Period,
}

/// Why somebody's records of a period were corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Whose records.
    pub person: PersonId,
    /// Of which period.
    pub period: Period,
    /// As whoever corrected them said it.
    pub body: String,
}

/// One line of the ledger. Never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id, rising with time.
    pub id: RecordId,
    /// Whose, of what, when.
    pub key: Key,
    /// What it says.
    pub kind: Kind,
    /// In the duty's unit: fen, a count, minutes, 1.
    pub value: i64,
    /// What was owed for the period when it was written, in the same unit.
    pub owed: i64,
    /// Attendance or leave.
    pub state: Option<State>,
    /// The session it was given at.
    pub session: Option<SessionId>,
    /// What it rests on.
    pub evidence: Evidence,
    /// Who said it, where that is somebody of ours (else an import or the operator).
    pub actor: Option<PersonId>,
    /// The message or row that it came from.
    pub source: String,
    /// Which part of that message: unique with `branch` and `source`.
    pub part: i64,
    /// The record that it takes back or confirms.
    pub refers: Option<RecordId>,
    /// When it was said, UTC milliseconds.
    pub at: i64,
}

/// How somebody stands with a duty in a period: folded from its records, kept beside them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What is owed, in the duty's unit.
    pub owed: i64,
    /// What was reported.
    pub got: i64,
    /// What of it is confirmed.
    pub confirmed: i64,
    /// Freed: leave or exemption.
    pub excused: bool,
    /// The last attendance or leave state.
    pub state: Option<State>,
    /// The strongest evidence.
    pub evidence: Option<Evidence>,
    /// When it was first met, UTC milliseconds.
    pub done_at: Option<i64>,
    /// When anything last changed, UTC milliseconds.
    pub last_at: Option<i64>,
    /// Whether this person was expected: set when the period closes; before that only of somebody who is not, and has reported all
    /// the same.
    pub expected: Option<bool>,
}

impl Standing {
    /// Whether the duty is met.
    pub fn done(&self) -> bool {
        self.got > 0 && self.got >= self.owed
    }
    /// Whether nothing is owed any more: met, or excused.
    pub fn settled(&self) -> bool {
        self.done() || self.excused
    }

    /// Whether it stands for somebody who is expected, and so counts in rates: unless it says otherwise.
    pub fn counts(&self) -> bool {
        self.expected != Some(false)
    }

    /// The same, marked as of nobody who is expected where nothing is owed and something was reported all the same.
    #[must_use]
    pub fn unless_beside(self) -> Self {
        let beside = self.owed == 0 && (self.got > 0 || self.excused);
        Self { expected: if beside { Some(false) } else { self.expected }, ..self }
    }

    /// Adds a record that is not a reversal.
    pub fn add(&mut self, r: &Record) {
        self.last_at = Some(self.last_at.map_or(r.at, |t| t.max(r.at)));
        match r.kind {
            Kind::Done | Kind::Attend => {
                // who was expected at one meeting of the period does not owe less for having been at another
                self.owed = if r.kind == Kind::Attend { self.owed.max(r.owed) } else { r.owed };
                self.got = if r.kind == Kind::Attend { 1 } else { self.got.saturating_add(r.value) };
                self.evidence = self.evidence.max(Some(r.evidence));
                self.state = r.state.or(self.state);
                if self.done() && self.done_at.is_none() {
                    self.done_at = Some(r.at);
                }
            }
            Kind::Attest => {
                self.owed = r.owed;
                self.got = self.got.max(r.value);
                self.evidence = self.evidence.max(Some(r.evidence));
                if self.done() && self.done_at.is_none() {
                    self.done_at = Some(r.at);
                }
            }
            Kind::Leave | Kind::Exempt => {
                self.owed = r.owed;
                self.excused = true;
                // who was at one meeting of the period was there, whichever other they are on leave from
                if self.got == 0 {
                    self.state = r.state.or(self.state);
                }
            }
            Kind::Confirm => self.confirmed = self.confirmed.saturating_add(r.value),
            Kind::Reduce => self.owed = r.owed,
            Kind::Opening => {
                self.owed = r.owed;
                self.got = self.got.saturating_add(r.value);
                self.confirmed = self.confirmed.saturating_add(r.value);
                self.evidence = self.evidence.max(Some(r.evidence));
            }
            Kind::Refund => {
                self.got = self.got.saturating_sub(r.value);
                self.confirmed = self.confirmed.saturating_sub(r.value);
            }
            Kind::Extra | Kind::ConfirmExtra | Kind::RefundExtra | Kind::HandUp | Kind::Returned | Kind::Carried | Kind::Reverse => {}
        }
        match r.kind {
            Kind::Reduce | Kind::Opening if self.done() && self.done_at.is_none() => self.done_at = Some(r.at),
            Kind::Refund if !self.done() => self.done_at = None,
            _ => {}
        }
    }

    /// The standing that these records (of one key, oldest first) amount to; what a reversal names does not count,
    /// nor does the confirmation of it.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record> + Clone, expected: Option<bool>) -> Self {
        let gone: std::collections::HashSet<RecordId> = records.clone().into_iter().filter(|r| r.kind == Kind::Reverse).filter_map(|r| r.refers).collect();
        let mut s = Self { expected, ..Self::default() };
        for r in records {
            let refers_to_gone = r.kind.rests_on_another() && r.refers.is_some_and(|id| gone.contains(&id));
            if r.kind == Kind::Reverse {
                s.last_at = s.last_at.max(Some(r.at));
            } else if !gone.contains(&r.id) && !refers_to_gone {
                s.add(r);
            }
        }
        s
    }
}

/// A branch's sums for a duty and period: what roll-ups read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many are expected.
    pub expected: i64,
    /// How many of them have met it.
    pub done: i64,
    /// How many of them are excused and have not met it.
    pub excused: i64,
    /// The sum of what was reported.
    pub got: i64,
    /// The sum of what is confirmed.
    pub confirmed: i64,
}

impl Tally {
    /// Takes one standing out and another in. Of those who are not expected only what they reported is summed.
    pub fn shift(&mut self, old: &Standing, new: &Standing) {
        let done = |s: &Standing| i64::from(s.counts() && s.done());
        let excused = |s: &Standing| i64::from(s.counts() && s.excused && !s.done());
        self.done += done(new) - done(old);
        self.excused += excused(new) - excused(old);
        self.got += new.got - old.got;
        self.confirmed += new.confirmed - old.confirmed;
    }
}

/// A meeting with check-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is; members of every branch below may check in.
    pub org: OrgId,
    /// The duty that it serves.
    pub duty: String,
    /// The period that it counts for.
    pub period: Period,
    /// What it is about.
    pub topic: Option<String>,
    /// The group (团小组) whose it is: only its members are expected. None: everybody's whom the duty concerns.
    pub team: Option<String>,
    /// What must be said to check in, where one was set; of a code that rolls, its seed.
    pub code: Option<String>,
    /// After how many minutes the code is another one.
    pub rolls: Option<i64>,
    /// When check-in began, UTC milliseconds.
    pub opened_at: i64,
    /// When it ends by itself.
    pub closes_at: Option<i64>,
    /// When it ended.
    pub closed_at: Option<i64>,
    /// Who opened it, where somebody did.
    pub opened_by: Option<PersonId>,
}

impl Session {
    /// What must be said to check in at that instant.
    pub fn code_at(&self, at: i64) -> Option<String> {
        let code = self.code.as_ref()?;
        Some(self.rolls.map_or_else(|| code.clone(), |minutes| rolled(code, minutes, at)))
    }
    /// Whether these words let somebody in at that instant; of a code that rolls the last one still does.
    pub fn takes(&self, said: Option<&str>, at: i64) -> bool {
        let before = || self.rolls.and_then(|minutes| self.code_at(at - minutes * 60_000));
        self.code.is_none() || said.is_some() && (self.code_at(at).as_deref() == said || before().as_deref() == said)
    }
    /// Whether check-in is on at that instant; of one that is over, whether it was.
    pub fn open_at(&self, at: i64) -> bool {
        self.closes_at.is_none_or(|t| at <= t) && self.closed_at.is_none_or(|closed| (self.opened_at..closed).contains(&at))
    }
}
