//! Units and the people in them, as one consistent reading.

use super::calendar::{Period, Zone};
use super::chats::ChatReminders;
use super::course::Course;
use super::duty::{Duty, Measure};
use super::ids::{OrgId, PersonId};
use super::message::{AccountKey, ChatKey};
use super::role::Role;
use chrono::{Days, NaiveDate};
use std::collections::{HashMap, HashSet};

/// A unit of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// The unit above.
    pub parent: Option<OrgId>,
    /// Names from the top, joined by `/`: unique, and a subtree is a range of paths.
    pub path: String,
    /// Its own name.
    pub name: String,
    /// County, town, branch …
    pub kind: OrgKind,
    /// The day from which the unit keeps its records here: nothing is owed for periods that ended before it.
    pub since: NaiveDate,
    /// Rises with every change of its roster, accounts, grants, chats or settings; caches hold it and the writer checks it.
    pub epoch: i64,
}

/// Whether a path is that of the unit itself or of one below it; the empty one covers all.
pub fn covers(above: &str, path: &str) -> bool {
    above.is_empty() || path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What kind of unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrgKind {
    /// 团委, of any level: holds units, no members of its own.
    Committee,
    /// 团支部: holds members.
    Branch,
}

impl OrgKind {
    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Committee => "committee",
            Self::Branch => "branch",
        }
    }
    /// As read back.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "committee" => Some(Self::Committee),
            "branch" => Some(Self::Branch),
            _ => None,
        }
    }
}

/// Somebody's time in one branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// The name on the roster.
    pub name: String,
    /// 12 digits, where known.
    pub league_number: Option<String>,
    /// 团小组 within the branch.
    pub group: Option<String>,
    /// The post on the roster: 团支书, 组织委员 …
    pub post: Option<String>,
    /// The first day here: duties are owed from the period that holds it.
    pub from: NaiveDate,
    /// The day from which the bot knows of them, where that is later than `from`: of earlier periods only money is owed.
    pub known: Option<NaiveDate>,
    /// The last day here, where it is over.
    pub to: Option<NaiveDate>,
    /// Dues bands, each from a month on, oldest first.
    pub bands: Vec<(Period, String)>,
    /// Chat accounts bound to the person.
    pub accounts: Vec<AccountKey>,
}

impl Member {
    /// Whether the member is here on that day.
    pub fn present_on(&self, date: NaiveDate) -> bool {
        self.from <= date && self.to.is_none_or(|to| to >= date)
    }
    /// The dues band in force in that month.
    pub fn band(&self, month: Period) -> Option<&str> {
        self.bands.iter().rev().find(|(from, _)| *from <= month).or(self.bands.first()).map(|(_, b)| b.as_str())
    }
}

/// How long before the first day a period may have ended that is still told of.
const BESIDE_DAYS: u64 = 31;

/// The name of somebody who was erased: nobody is found by it.
pub const ERASED: &str = "（已删除）";

/// One branch with its members: a consistent reading at `org.epoch`.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The branch.
    pub org: Org,
    /// Everybody who ever belonged here, by name order of the roster; those who left have `to`.
    pub members: Vec<Member>,
    /// Issues and pauses that hold here.
    pub course: Course,
    /// Whether anybody here is in a group (团小组).
    grouped: bool,
    /// Names that several people here have or had.
    shared: HashSet<String>,
    by_person: HashMap<PersonId, usize>,
    by_account: HashMap<AccountKey, usize>,
    opened: Opened,
    /// What somebody of here has met, or was freed from, as a member of another branch, or has done a part of.
    elsewhere: HashMap<PersonId, Vec<Elsewhere>>,
}

/// What somebody did of a duty in another branch: they owe it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The duty's key.
    pub duty: String,
    /// For which period.
    pub period: Period,
    /// How much was done of it, in the duty's unit; none: all of it, or they were freed.
    pub part: Option<i64>,
}

/// What the secretary opened before the unit's first day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Duties with the first day from which they are owed here.
    pub since: Vec<(String, NaiveDate)>,
    /// Members of whom no admission is known, and who were in no other branch: they are taken to have been here all along.
    pub undated: HashSet<PersonId>,
}

impl Roster {
    /// Indexes the members. Of two memberships of one person in a branch the later one counts.
    pub fn new(org: Org, members: Vec<Member>) -> Self {
        let by_person = members.iter().enumerate().map(|(i, m)| (m.person, i)).collect();
        let by_account = members.iter().enumerate().flat_map(|(i, m)| m.accounts.iter().map(move |a| (a.clone(), i))).collect();
        let grouped = members.iter().any(|m| m.group.is_some());
        let mut first: HashMap<&str, PersonId> = HashMap::new();
        let mut shared = HashSet::new();
        for member in members.iter().filter(|m| m.name != ERASED) {
            if *first.entry(&member.name).or_insert(member.person) != member.person {
                shared.insert(member.name.clone());
            }
        }
        let (course, opened, elsewhere) = (Course::default(), Opened::default(), HashMap::new());
        Self { org, members, course, grouped, shared, by_person, by_account, opened, elsewhere }
    }
    /// Whether several people here have or had this name.
    pub(super) fn shares(&self, name: &str) -> bool {
        self.shared.contains(name)
    }
    /// With what was opened before the unit's first day.
    #[must_use]
    pub fn with_opened(mut self, opened: Opened) -> Self {
        self.opened = opened;
        self
    }
    /// With what its members have done in other branches: nothing is owed twice by going from one to another.
    #[must_use]
    pub fn with_elsewhere(mut self, elsewhere: HashMap<PersonId, Vec<Elsewhere>>) -> Self {
        self.elsewhere = elsewhere;
        self
    }
    /// Whether somebody has met the duty for this period as a member of another branch.
    pub fn met_elsewhere(&self, duty: &str, person: PersonId, period: Period) -> bool {
        self.elsewhere.get(&person).is_some_and(|all| all.iter().any(|e| e.period == period && e.duty == duty && e.part.is_none()))
    }
    /// How much of it they did as a member of another branch, where that was not all, in the duty's unit.
    pub fn part_elsewhere(&self, duty: &str, person: PersonId, period: Period) -> i64 {
        let of = |e: &&Elsewhere| e.period == period && e.duty == duty;
        self.elsewhere.get(&person).map_or(0, |all| all.iter().filter(of).filter_map(|e| e.part).fold(0, i64::saturating_add))
    }
    /// What this member owes of the duty for the period, in its unit: what the band says, less what was done elsewhere.
    pub fn owed(&self, duty: &Duty, member: &Member, period: Period) -> Option<i64> {
        let owed = duty.owed(&self.org.path, member.band(period), period)?;
        Some(owed.saturating_sub(self.part_elsewhere(&duty.key, member.person, period)).max(0))
    }
    /// The same unit with this member alone.
    #[must_use]
    pub fn only(&self, member: &Member) -> Self {
        let alone = Self::new(self.org.clone(), vec![member.clone()]).with_opened(self.opened.clone()).with_elsewhere(self.elsewhere.clone());
        Self { course: self.course.clone(), grouped: self.grouped, ..alone }
    }
    /// The first day from which a duty is kept here: the unit's own, or an earlier one that the secretary opened.
    pub fn since(&self, duty: &str) -> NaiveDate {
        let opened = self.opened.since.iter().find(|(d, _)| d == duty).map(|(_, day)| *day);
        opened.map_or(self.org.since, |day| day.min(self.org.since))
    }
    /// The first day from which a member owes a duty here: admission or the unit's first day, whichever is later.
    pub fn first_day(&self, duty: &str, member: &Member) -> NaiveDate {
        let since = self.since(duty);
        if since < self.org.since && self.opened.undated.contains(&member.person) { since } else { member.from.max(since) }
    }
    /// The first day from which a member is asked about a duty: for money as [`Self::first_day`] says, for anything else not before
    /// the bot knew of them.
    fn asked_from(&self, duty: &Duty, member: &Member) -> NaiveDate {
        let first = self.first_day(&duty.key, member);
        if duty.measure == Measure::Money { first } else { member.known.map_or(first, |known| known.max(first)) }
    }
    /// Whether a member owes the duty for this period: here for at least one day of it, and still on its last; nothing that was met
    /// in the branch that they came from.
    pub fn owes(&self, duty: &Duty, member: &Member, period: Period) -> bool {
        let last = period.last_day();
        self.asked_from(duty, member) <= last && member.to.is_none_or(|to| to >= last) && !self.met_elsewhere(&duty.key, member.person, period)
    }
    /// Whether the duty is for this member: for all, for those with a post, for those in a group where there are groups.
    pub fn concerns(&self, duty: &Duty, member: &Member) -> bool {
        duty.concerns(member.post.as_deref()) && (!duty.meeting.groups || !self.grouped || member.group.is_some())
    }
    /// Whether a member's report is taken for a period of which they owe nothing, since it was over before the unit or the
    /// member was with the bot: last week's, of a roster that came today. It is kept and counts for nobody's rate. Never of money:
    /// earlier months are for the secretary to open.
    pub fn beside(&self, duty: &Duty, member: &Member, period: Period) -> bool {
        let last = period.last_day();
        let since = self.since(&duty.key).max(member.known.unwrap_or(NaiveDate::MIN));
        duty.measure != Measure::Money
            && last < since
            && last + Days::new(BESIDE_DAYS) >= since
            && member.to.is_none_or(|to| to >= last)
            && self.concerns(duty, member)
            && !self.course.paused(duty, period)
    }
    /// The member of this id.
    pub fn member(&self, person: PersonId) -> Option<&Member> {
        self.by_person.get(&person).map(|i| &self.members[*i])
    }
    /// The member to whom the account is bound.
    pub fn by_account(&self, account: &AccountKey) -> Option<&Member> {
        self.by_account.get(account).map(|i| &self.members[*i])
    }
    /// Members on that day.
    pub fn on(&self, date: NaiveDate) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |m| m.present_on(date))
    }
    /// Who owes duties of the period: nobody for one that ended before the unit began.
    pub fn owing<'a>(&'a self, duty: &'a Duty, period: Period) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(move |m| self.owes(duty, m, period))
    }
    /// Who is expected to meet this duty in the period: those who owe something for it; nobody in a pause.
    pub fn expected<'a>(&'a self, duty: &'a Duty, period: Period) -> impl Iterator<Item = &'a Member> {
        let paused = self.course.paused(duty, period);
        self.members.iter().filter(move |m| !paused && self.asks(duty, m, period))
    }
    /// Whether this member is one of them.
    pub fn expects(&self, duty: &Duty, member: &Member, period: Period) -> bool {
        self.asks(duty, member, period) && !self.course.paused(duty, period)
    }
    fn asks(&self, duty: &Duty, member: &Member, period: Period) -> bool {
        let owed = || self.owed(duty, member, period);
        self.owes(duty, member, period) && self.concerns(duty, member) && owed().is_some_and(|owed| owed > 0)
    }
    /// Present members of exactly this name.
    pub fn named<'a>(&'a self, name: &'a str, today: NaiveDate) -> impl Iterator<Item = &'a Member> {
        self.on(today).filter(move |m| m.name == name)
    }
}

/// Somebody known, wherever they are: found by a league number, an account or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their branch and its path: the present one, else the last; none where they never were in one.
    pub branch: Option<(OrgId, String)>,
    /// 12 digits.
    pub league_number: Option<String>,
    /// Their accounts.
    pub accounts: Vec<AccountKey>,
    /// Whether they are in that branch now; otherwise they left.
    pub here: bool,
    /// Whether they left, or do so with the end of this day: no branch has them any longer.
    pub left: bool,
}

/// A role held over a unit and everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The unit.
    pub org: OrgId,
    /// Its path at the time of reading.
    pub path: String,
    /// The role.
    pub role: Role,
}

/// A chat that is bound to a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Which.
    pub key: ChatKey,
    /// The unit.
    pub org: OrgId,
    /// How reports are acknowledged; none: as the duty says.
    pub ack: Option<Ack>,
    /// Whether arrears may be named here (law 12).
    pub names: bool,
    /// Whether it gets its unit's reminders.
    pub reminders: ChatReminders,
}

/// Somebody asks that an account be theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingRequest {
    /// The account.
    pub account: AccountKey,
    /// Whose it would be.
    pub person: PersonId,
    /// The name on the roster.
    pub name: String,
    /// The branch whose secretary decides.
    pub branch: OrgId,
    /// The card or nickname that it went by.
    pub card: String,
    /// When it was asked, UTC milliseconds.
    pub at: i64,
}

/// One change to a branch's roster, as an import or a secretary makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterChange {
    /// A person who is in no branch of ours yet.
    Add(NewMember),
    /// Fields that differ; absent ones stay.
    Update {
        /// Who.
        person: PersonId,
        /// The branch.
        branch: OrgId,
        /// New values.
        fields: MemberFields,
    },
    /// A duty is owed here from an earlier day on than the unit's first.
    Open {
        /// The branch.
        branch: OrgId,
        /// The duty's key.
        duty: String,
        /// The first day.
        since: NaiveDate,
    },
    /// A membership that ended goes on as if it had not.
    Stay {
        /// Who.
        person: PersonId,
        /// The branch.
        branch: OrgId,
    },
    /// A membership ends on that day.
    Leave {
        /// Who.
        person: PersonId,
        /// The branch.
        branch: OrgId,
        /// The last day.
        to: NaiveDate,
    },
    /// Somebody known comes to another branch; an open membership elsewhere ends the day before.
    Transfer {
        /// Who.
        person: PersonId,
        /// From where.
        from: OrgId,
        /// To where.
        to: OrgId,
        /// The first day there.
        on: NaiveDate,
        /// New values.
        fields: MemberFields,
    },
}

/// Somebody new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMember {
    /// The branch.
    pub branch: OrgId,
    /// The name.
    pub name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The day from which the bot knows of them, where that is later.
    pub known: Option<NaiveDate>,
    /// The rest.
    pub fields: MemberFields,
}

/// What a roster row can say beside the name; absent where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberFields {
    /// 12 digits.
    pub league_number: Option<String>,
    /// Day of birth.
    pub born: Option<NaiveDate>,
    /// Month of admission, its first day.
    pub joined: Option<NaiveDate>,
    /// 团小组.
    pub group: Option<String>,
    /// Post.
    pub post: Option<String>,
    /// Dues band, from this month on.
    pub band: Option<(Period, String)>,
    /// Accounts to bind at once.
    pub accounts: Vec<AccountKey>,
}

/// How the bot acknowledges reports in a chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ack {
    /// A quoted answer to each, at once.
    #[default]
    Each,
    /// One line for all who reported within some seconds.
    Gathered,
    /// An emoji on the message where the platform can, else `Each`.
    Reaction,
}

/// Local-date helper: the period of a cadence that holds an instant.
pub fn period_at(zone: Zone, cadence: super::calendar::Cadence, instant: i64) -> Period {
    Period::containing(cadence, zone.date(instant))
}
