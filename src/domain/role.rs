//! Who may do what: the words of the permission table. The table itself is `bot-config/roles.toml`; the
//! one place that consults it is `action::permission`.

use serde::{Deserialize, Serialize};

/// What somebody is to a unit. A platform's own admin flag is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// On the roster of a branch.
    Member,
    /// Leads a group (团小组) of a branch.
    GroupLeader,
    /// Keeps a branch's dues.
    Treasurer,
    /// Runs a branch (also deputies, organisers).
    Secretary,
    /// A committee above: reads below itself.
    Committee,
    /// Reads everything in a subtree, changes nothing.
    Auditor,
    /// Runs the bot.
    Operator,
}

impl Role {
    /// Every role, weakest first.
    pub const ALL: [Self; 7] = [Self::Member, Self::GroupLeader, Self::Treasurer, Self::Secretary, Self::Committee, Self::Auditor, Self::Operator];

    /// Its name in configuration and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::GroupLeader => "group_leader",
            Self::Treasurer => "treasurer",
            Self::Secretary => "secretary",
            Self::Committee => "committee",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
        }
    }

    /// By its configuration key or the usual Chinese word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "member" | "团员" => Self::Member,
            "group_leader" | "团小组长" | "小组长" => Self::GroupLeader,
            "treasurer" | "组织委员" | "团费管理员" => Self::Treasurer,
            "secretary" | "团支书" | "支书" | "书记" | "团支部书记" | "副书记" => Self::Secretary,
            "committee" | "团委" | "上级团委" => Self::Committee,
            "auditor" | "督查" => Self::Auditor,
            "operator" | "管理员" => Self::Operator,
            _ => return None,
        })
    }
}

/// Something that needs permission. One entry for each column of `roles.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Report, check in, ask leave, undo: for oneself.
    ReportOwn,
    /// The same for other members of the unit.
    ReportOthers,
    /// See one's own records.
    ReadOwn,
    /// See who is missing and the rates of a duty whose names a group may see.
    ReadUnit,
    /// See dues by name, one member's record, kinds of leave.
    ReadPrivate,
    /// Confirm claims of payment.
    ApproveDues,
    /// Approve accounts and unbind them, hand out binding codes.
    ApproveAccounts,
    /// Import the roster, bind chats and set how the bot behaves there, move members.
    ManageRoster,
    /// Open and close check-in.
    ManageSessions,
    /// Write the record of a meeting: host, agenda, minutes, items.
    TakeMinutes,
    /// Grant or refuse leave that is asked.
    GrantLeave,
    /// Open and close issues of a duty, pause it.
    ManageIssues,
    /// Import official exports, see where they differ from what was said.
    ImportRecords,
    /// See members or units by their rates.
    Rank,
    /// Send a reminder by hand, change reminders.
    Remind,
    /// Grant roles below one's own unit.
    Grant,
    /// Exempt from dues.
    Exempt,
    /// Approve exempt and reduced dues that units below decided.
    ApproveRelief,
    /// Take a table away.
    Export,
    /// Put a member into another band.
    SetBand,
    /// Open months before the unit's first day.
    OpenMonths,
    /// Enter refunds, what goes up and comes back, opening balances.
    KeepCash,
}

impl Permission {
    /// Every permission, in the order of the table.
    pub const ALL: [Self; 22] = [
        Self::ReportOwn,
        Self::ReportOthers,
        Self::ReadOwn,
        Self::ReadUnit,
        Self::ReadPrivate,
        Self::ApproveDues,
        Self::ApproveAccounts,
        Self::ManageRoster,
        Self::ManageSessions,
        Self::TakeMinutes,
        Self::GrantLeave,
        Self::ManageIssues,
        Self::ImportRecords,
        Self::Rank,
        Self::Remind,
        Self::Grant,
        Self::Exempt,
        Self::ApproveRelief,
        Self::Export,
        Self::SetBand,
        Self::OpenMonths,
        Self::KeepCash,
    ];

    /// Its name in `roles.toml`.
    pub fn key(self) -> &'static str {
        match self {
            Self::ReportOwn => "report_own",
            Self::ReportOthers => "report_others",
            Self::ReadOwn => "read_own",
            Self::ReadUnit => "read_unit",
            Self::ReadPrivate => "read_private",
            Self::ApproveDues => "approve_dues",
            Self::ApproveAccounts => "approve_accounts",
            Self::ManageRoster => "manage_roster",
            Self::ManageSessions => "manage_sessions",
            Self::TakeMinutes => "take_minutes",
            Self::GrantLeave => "grant_leave",
            Self::ManageIssues => "manage_issues",
            Self::ImportRecords => "import_records",
            Self::Rank => "rank",
            Self::Remind => "remind",
            Self::Grant => "grant",
            Self::Exempt => "exempt",
            Self::ApproveRelief => "approve_relief",
            Self::Export => "export",
            Self::SetBand => "set_band",
            Self::OpenMonths => "open_months",
            Self::KeepCash => "keep_cash",
        }
    }
}
