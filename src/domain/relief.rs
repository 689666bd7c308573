//! Dues that a branch exempts or reduces for some time, and the word from above that this takes. What holds is in the ledger; this is
//! who decided it, who approved it, until when and why.

use super::calendar::Period;
use super::ids::{OrgId, PersonId};

/// Whose word it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approval {
    /// The branch's alone.
    Branch,
    /// An officer's above as well; the branch's alone where nobody above who may has an account here.
    #[default]
    AboveOrBranch,
    /// An officer's above as well, always.
    Above,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody above said yes.
    Approved,
    /// Somebody above said no.
    Refused,
    /// The branch's word was enough.
    Branch,
}

impl Outcome {
    /// Its key in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Branch => "branch",
        }
    }

    /// By its key.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Approved, Self::Refused, Self::Branch].into_iter().find(|o| o.key() == text)
    }
}

/// What is left to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// So many fen each period; 0: nothing.
    Fen(i64),
    /// So many hundredths of what is owed; 0: nothing.
    Percent(i64),
}

impl Left {
    /// Whether nothing is.
    pub fn nothing(self) -> bool {
        matches!(self, Self::Fen(0) | Self::Percent(0))
    }
}

/// One member's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relief {
    /// Of which branch.
    pub branch: OrgId,
    /// Its id, rising with time.
    pub id: i64,
    /// Whose dues.
    pub person: PersonId,
    /// The duty's key.
    pub duty: String,
    /// The first and the last period.
    pub span: (Period, Period),
    /// What is left to pay.
    pub left: Left,
    /// Why, as it was said; empty where nothing was.
    pub reason: String,
    /// The message that said so.
    pub source: String,
    /// The account that said so, as text; empty once it is erased.
    pub account: String,
    /// Who decided in the branch.
    pub actor: Option<PersonId>,
    /// When, UTC milliseconds.
    pub asked_at: i64,
    /// What became of it; none: it waits.
    pub outcome: Option<Outcome>,
    /// Who above decided.
    pub approver: Option<PersonId>,
    /// The message that entered it in the ledger.
    pub entered: Option<String>,
}

impl Relief {
    /// Whether the other asks for the same; one without a reason leaves the one that was given.
    pub fn same(&self, other: &Self) -> bool {
        (self.branch, self.person, self.span, self.left) == (other.branch, other.person, other.span, other.left)
            && self.duty == other.duty
            && (other.reason.is_empty() || self.reason == other.reason)
    }
}
