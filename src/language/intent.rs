//! What can be meant. The shapes that `zhibu explain` prints: they never change, only grow.

use crate::domain::calendar::Period;
use crate::domain::chats::ChatReminders;
use crate::domain::meeting::NoteKind;
use crate::domain::role::Role;
use crate::domain::roster::Ack;
pub use crate::language::meaning::{ChainEntry, Issue, LeaveKind, Meaning, RemindDoubt};
use chrono::NaiveDate;
use serde::Serialize;

/// What a correction says that a record holds and should not: it tells which one is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Was {
    /// The periods.
    pub periods: Vec<Period>,
    /// The sum, fen.
    pub amount_fen: Option<i64>,
    /// Whether the names say whose record it is, 张三的是0.4元, rather than whose it should be, 是张三的.
    pub named: bool,
}

/// Something meant. Keys that were not said are absent in JSON (`None`, empty).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "intent", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the keys are explained once, in the table of `zhibu explain --help`")]
pub enum Intent {
    /// Something done, by the speaker or by `names`.
    Report {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        issue: Option<Issue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_fen: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        minutes: Option<i64>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
        /// Everything that is open (全交了, 交清了). Not told by `explain`.
        #[serde(skip)]
        all: bool,
        /// For what is not due yet (预交). Not told by `explain`.
        #[serde(skip)]
        ahead: bool,
        /// So many months the sum is said to be for (半年, 两个季度). Not told by `explain`.
        #[serde(skip)]
        months: Option<i64>,
    },
    /// Present at a session.
    CheckIn {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        late: bool,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        left_early: bool,
    },
    /// Asks leave.
    Leave {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<NaiveDate>,
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<NaiveDate>,
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<LeaveKind>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// A pasted 接龙.
    Chain {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        issue: Option<Issue>,
        entries: Vec<ChainEntry>,
    },
    /// The waiting entries of a chain list are right.
    ApproveChain {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
    },
    /// Who has not.
    Missing {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
    },
    /// Rates and sums; of one person where `name`.
    Stats {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Who has no bound account.
    Unbound,
    /// My own records and what I owe.
    Own,
    /// Everything kept about me.
    MyData,
    /// Everything kept about me is to go.
    Erase,
    /// How to use the bot.
    Help,
    /// This account is that person's.
    Bind {
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// This account is nobody's any more; those of these members, where `names`.
    Unbind {
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// These get a role (`treasurer`, `secretary` …), or, not `given`, have it no more.
    Appoint { names: Vec<String>, role: Role, given: bool },
    /// How a chat is answered (`each`, `gathered`, `reaction`), whether its reminders name who is in arrears, come there, or go `everywhere`.
    Settings {
        #[serde(skip_serializing_if = "Option::is_none")]
        ack: Option<Ack>,
        #[serde(skip_serializing_if = "Option::is_none")]
        names: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reminders: Option<ChatReminders>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        everywhere: bool,
    },
    /// The first secretary's one-use code (`激活 CODE 姓名 支部路径`).
    Activate { code: String, name: String, path: String },
    /// A one-time binding code for these members, from the secretary (`绑定码 张三`).
    BindCode { names: Vec<String> },
    /// Take back what I said last.
    Undo,
    /// What I said last should have been this.
    Correct {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_fen: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        count: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        minutes: Option<i64>,
        /// Whose it is rather than the one it was entered for; or whose record is meant.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
        /// What was said to be wrong.
        #[serde(skip)]
        was: Was,
        /// Why, as it was said.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Confirms claims (treasurer) or bindings (secretary); no names: the list last shown. Periods and a sum have to fit what waits.
    Approve {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_fen: Option<i64>,
    },
    /// An answer to the bot's question.
    Yes,
    /// The other answer.
    No,
    /// The number of a choice.
    Choose { n: u32 },
    /// Remind those who are missing, or of them `names`, now.
    Remind {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// Remind of a duty from now on, by a cron line as in the duties' files.
    RemindAt {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        cron: String,
    },
    /// A reminder that was made in chat goes, by its duty and its time (`*`: any hour, where none was said).
    DropRemindAt {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        cron: String,
    },
    /// Something about reminders that can't be done as it was said: how it is said is told.
    RemindHow {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        about: RemindDoubt,
    },
    /// Which reminders there are, and when each comes next.
    Reminders,
    /// A reminder that was made in chat goes, by its number in the list.
    DropReminder { n: u32 },
    /// Who would be reminded on a day.
    WhoNext { day: NaiveDate },
    /// No reminders (of a duty) from a day (now) up to and with another; without one until they are resumed.
    Hush {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<NaiveDate>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// Reminders are sent again.
    Unhush {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
    },
    /// A sentence of the unit's own that ends its reminders; an empty one: the usual one again.
    Wording {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        text: String,
    },
    /// What was sent to whom, and what became of it.
    ReminderLog,
    /// A text goes to these units' chats (none: the speaker's unit and all below), at once or regularly by a cron line.
    Notice {
        #[serde(skip_serializing_if = "Vec::is_empty")]
        units: Vec<String>,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        cron: Option<String>,
    },
    /// Who did not say that they read the last notice.
    Receipts,
    /// Those are named, once.
    ChaseReceipts,
    /// What is pushed regularly.
    Pushes,
    /// Something that is pushed regularly goes, by its number in the list.
    DropPush { n: u32 },
    /// What could not be sent is sent again.
    Resend,
    /// An account that its platform had stopped sends again.
    ResumeSending,
    /// Opens check-in, or an issue.
    Open {
        duty: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// Local time, `20:00`.
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<String>,
        /// What it is about, or what is to be decided.
        #[serde(skip_serializing_if = "Option::is_none")]
        topic: Option<String>,
        /// The code is another one after so many minutes.
        #[serde(skip_serializing_if = "Option::is_none")]
        rolls: Option<i64>,
    },
    /// Said for the record of a meeting: host, agenda, minutes, an item that was done.
    Note { kind: NoteKind, text: String },
    /// A line of the minutes, by its number, is to read otherwise; without a text it goes.
    EditNote {
        n: u32,
        #[serde(skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// Which items of the meeting are done.
    Items,
    /// The page of a meeting: the one that is on, or (`last`) the one before.
    Page {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        last: bool,
    },
    /// What must be said to check in right now.
    Code,
    /// Leave that was asked is granted or not; no names: of whoever waits.
    GrantLeave {
        granted: bool,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// Ends check-in, or an issue.
    Close { duty: String },
    /// Nothing is owed of a duty from a day (today) to a day.
    Pause {
        duty: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<NaiveDate>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// The pause is over.
    Resume { duty: String },
    /// Members or units by their rates, the tie broken by the worst period, the next worst …
    Ranking {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
    },
    /// Where an official export and what members said differ.
    Differences {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
    },
    /// Take a table away.
    Export {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
    },
    /// Frees of a duty, from a period until one (inclusive).
    Exempt {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        names: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Period>,
        /// Why, as it was said.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Owes less from a period on, until one (inclusive): a sum each period, or so many hundredths.
    Reduce {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        names: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_fen: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        percent: Option<i64>,
        /// Why, as it was said.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Exempt or reduced dues that a unit below decided are approved or refused above; no names: what was shown last, or the only ones.
    GrantRelief {
        granted: bool,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// Which exempt and reduced dues wait for that.
    Reliefs,
    /// What is filed above when a period of a duty is over (汇总备案): who was expected, who did it, who did not.
    Return {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
    },
    /// Is in another band from a period on (`band`: its name, or that of several; `pay_fen`: monthly pay, never kept).
    Band {
        duty: String,
        names: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        band: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pay_fen: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Period>,
    },
    /// What a pay makes a month.
    Rate { duty: String, pay_fen: i64 },
    /// The branch's months from this one on are owed, though it began here later.
    OpenFrom { duty: String, from: Period },
    /// Everything before a period, or only what is of one on (`from`), was settled elsewhere; of these, or of everybody.
    Opening {
        duty: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Period>,
        before: Period,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// Money given back to a member.
    Refund {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_fen: Option<i64>,
        names: Vec<String>,
    },
    /// Money given of one's own will, beside what is owed.
    Voluntary {
        duty: String,
        amount_fen: i64,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// Money handed to the unit above.
    HandUp {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        amount_fen: i64,
    },
    /// Money that came back from above.
    Returned {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        amount_fen: i64,
    },
    /// What was in the treasurer's hands before the book began.
    Carried { duty: String, amount_fen: i64 },
    /// The treasurer's cash book.
    CashBook {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
    },
    /// No money came for what these members claim.
    Reject { duty: String, names: Vec<String> },
    /// How many members and branches the bot reaches.
    Coverage,
    /// Looks the roster over by the league's rules.
    Checkup,
    /// A receipt for what was confirmed; of the speaker where no names.
    Receipt {
        duty: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        periods: Vec<Period>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
    },
    /// Left or transferred.
    Moved { names: Vec<String> },
    /// Bind this chat to a unit; to which, where said (`绑定本群 余庆县团委/白泥镇团委`).
    Setup {
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
    },
    /// Addressed, but not enough said.
    Unclear {
        #[serde(skip_serializing_if = "Option::is_none")]
        duty: Option<String>,
    },
}
