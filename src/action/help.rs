//! What the bot can do, by what the speaker may do; and what it says to what it does not understand.
//! Every intent has its line here or none: a new one does not compile without deciding.

use crate::action::cache::Nobody;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::permission;
use crate::action::queries::missing::measure;
use crate::action::show;
use crate::action::study::issues;
use crate::domain::duty::{Duty, Measure};
use crate::domain::role::Permission;
use crate::error::Error;
use crate::language::{Around, Intent, Unread};

/// Where a topic stands in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// What anybody just says.
    Tell,
    /// What is asked of the bot.
    Ask,
    /// What runs a branch.
    Manage,
}

/// Something to be helped with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    Report,
    CheckIn,
    Leave,
    Chain,
    Missing,
    Stats,
    Unbound,
    Own,
    Undo,
    Bind,
    BindCode,
    Unbind,
    Appoint,
    Approve,
    Open,
    Minutes,
    GrantLeave,
    Setup,
    Settings,
    Receipt,
    CashBook,
    Issues,
    Checkup,
    Ranking,
    Export,
    Coverage,
    Reminders,
}

impl Topic {
    const ALL: [Self; 27] = [
        Self::Report,
        Self::CheckIn,
        Self::Leave,
        Self::Chain,
        Self::Missing,
        Self::Stats,
        Self::Unbound,
        Self::Own,
        Self::Undo,
        Self::Bind,
        Self::BindCode,
        Self::Unbind,
        Self::Appoint,
        Self::Approve,
        Self::Open,
        Self::Minutes,
        Self::GrantLeave,
        Self::Setup,
        Self::Settings,
        Self::Receipt,
        Self::CashBook,
        Self::Issues,
        Self::Checkup,
        Self::Ranking,
        Self::Export,
        Self::Coverage,
        Self::Reminders,
    ];

    /// The topic that tells of an intent; none where it goes without saying, or can't be done yet.
    #[cfg_attr(not(test), expect(dead_code, reason = "a new intent does not compile before it has its place in help, or none"))]
    fn of(intent: &Intent) -> Option<Self> {
        Some(match intent {
            Intent::Report { .. } | Intent::Voluntary { .. } => Self::Report,
            Intent::CheckIn { .. } => Self::CheckIn,
            Intent::Leave { .. } => Self::Leave,
            Intent::Chain { .. } | Intent::ApproveChain { .. } => Self::Chain,
            Intent::Missing { .. } => Self::Missing,
            Intent::Stats { .. } => Self::Stats,
            Intent::Unbound => Self::Unbound,
            Intent::Pause { .. } | Intent::Resume { .. } => Self::Issues,
            Intent::Remind { .. }
            | Intent::RemindAt { .. }
            | Intent::Reminders
            | Intent::DropReminder { .. }
            | Intent::DropRemindAt { .. }
            | Intent::RemindHow { .. }
            | Intent::WhoNext { .. }
            | Intent::Hush { .. }
            | Intent::Unhush { .. }
            | Intent::Wording { .. }
            | Intent::ReminderLog
            | Intent::Resend
            | Intent::Notice { .. }
            | Intent::Receipts
            | Intent::ChaseReceipts
            | Intent::Pushes
            | Intent::DropPush { .. }
            | Intent::ResumeSending => Self::Reminders,
            Intent::Own | Intent::MyData | Intent::Erase => Self::Own,
            Intent::Receipt { .. } => Self::Receipt,
            Intent::CashBook { .. } => Self::CashBook,
            Intent::Ranking { .. } | Intent::Differences { .. } => Self::Ranking,
            Intent::Export { .. } | Intent::Return { .. } => Self::Export,
            Intent::Coverage => Self::Coverage,
            Intent::Undo => Self::Undo,
            Intent::Bind { .. } => Self::Bind,
            Intent::BindCode { .. } => Self::BindCode,
            Intent::Approve { .. } => Self::Approve,
            Intent::Open { .. } | Intent::Close { .. } | Intent::Code => Self::Open,
            Intent::Note { .. } | Intent::EditNote { .. } | Intent::Items | Intent::Page { .. } => Self::Minutes,
            Intent::GrantLeave { .. } => Self::GrantLeave,
            Intent::Checkup => Self::Checkup,
            Intent::Setup { .. } => Self::Setup,
            Intent::Unbind { .. } => Self::Unbind,
            Intent::Appoint { .. } => Self::Appoint,
            Intent::Settings { .. } => Self::Settings,
            Intent::Help
            | Intent::Activate { .. }
            | Intent::Yes
            | Intent::No
            | Intent::Choose { .. }
            | Intent::Unclear { .. }
            | Intent::Correct { .. }
            | Intent::Exempt { .. }
            | Intent::Reduce { .. }
            | Intent::GrantRelief { .. }
            | Intent::Reliefs
            | Intent::Band { .. }
            | Intent::Rate { .. }
            | Intent::OpenFrom { .. }
            | Intent::Opening { .. }
            | Intent::Refund { .. }
            | Intent::Reject { .. }
            | Intent::HandUp { .. }
            | Intent::Returned { .. }
            | Intent::Carried { .. }
            | Intent::Moved { .. } => return None,
        })
    }

    /// Its message, its place, and what one must be allowed to do for it to be told.
    fn told(self) -> (&'static str, Part, Option<Permission>) {
        match self {
            Self::Report => ("help-report", Part::Tell, None),
            Self::CheckIn => ("help-check-in", Part::Tell, None),
            Self::Leave => ("help-leave", Part::Tell, None),
            Self::Chain => ("help-chain", Part::Tell, None),
            Self::Missing => ("help-missing", Part::Ask, Some(Permission::ReadUnit)),
            Self::Stats => ("help-stats", Part::Ask, Some(Permission::ReadUnit)),
            Self::Own => ("help-own", Part::Ask, None),
            Self::Undo => ("help-undo", Part::Ask, None),
            Self::Bind => ("help-bind", Part::Ask, None),
            Self::Unbound => ("help-unbound", Part::Manage, Some(Permission::ApproveAccounts)),
            Self::BindCode => ("help-bind-code", Part::Manage, Some(Permission::ApproveAccounts)),
            Self::Unbind => ("help-unbind", Part::Manage, Some(Permission::ApproveAccounts)),
            Self::Appoint => ("help-appoint", Part::Manage, Some(Permission::Grant)),
            Self::Approve => ("help-approve", Part::Manage, Some(Permission::ApproveDues)),
            Self::Open => ("help-open", Part::Manage, Some(Permission::ManageSessions)),
            Self::Minutes => ("help-minutes", Part::Manage, Some(Permission::TakeMinutes)),
            Self::GrantLeave => ("help-grant-leave", Part::Manage, Some(Permission::GrantLeave)),
            Self::Receipt => ("help-receipt", Part::Ask, Some(Permission::ReadOwn)),
            Self::CashBook => ("help-cash-book", Part::Manage, Some(Permission::KeepCash)),
            Self::Issues => ("help-issues", Part::Manage, Some(Permission::ManageIssues)),
            Self::Ranking => ("help-ranking", Part::Manage, Some(Permission::Rank)),
            Self::Export => ("help-export", Part::Manage, Some(Permission::Export)),
            Self::Coverage => ("help-coverage", Part::Manage, Some(Permission::ReadPrivate)),
            Self::Reminders => ("help-reminders", Part::Manage, Some(Permission::Remind)),
            Self::Setup => ("help-setup", Part::Manage, Some(Permission::ManageRoster)),
            Self::Checkup => ("help-checkup", Part::Manage, Some(Permission::ManageRoster)),
            Self::Settings => ("help-settings", Part::Manage, Some(Permission::ManageRoster)),
        }
    }
}

/// `帮助`.
pub async fn help(cx: &Context) -> Result<Reply, Error> {
    let unit = cx.unit().await.ok();
    // of something that a role at any unit gives, it is told wherever one is
    let may = |p: Permission| {
        let here = unit.as_ref().is_some_and(|u| cx.may(p, u));
        here || cx
            .speaker
            .as_ref()
            .is_some_and(|s| permission::holds_office(s) && s.known.grants.iter().any(|g| cx.bot.config.roles.get(&g.role).is_some_and(|all| all.contains(&p))))
    };
    let mut lines = Vec::new();
    for (part, key) in [(Part::Tell, "help-tell"), (Part::Ask, "help-ask"), (Part::Manage, "help-manage")] {
        let mut pieces = Vec::new();
        for topic in Topic::ALL {
            let (message, place, needs) = topic.told();
            if place != part || !needs.is_none_or(may) || (topic == Topic::Bind && cx.speaker.is_some()) {
                continue;
            }
            pieces.extend(examples(cx, topic, message));
        }
        if !pieces.is_empty() {
            lines.push(
                cx.say(key, &[("examples", pieces.join(&cx.say("help-between", &[])).into()), ("chat", if cx.private() { "private" } else { "group" }.into())]),
            );
        }
    }
    Ok(cx.reply(lines.join("\n")))
}

/// How a topic is said: for those that speak of a duty, with the configured ones.
fn examples(cx: &Context, topic: Topic, message: &str) -> Vec<String> {
    let duties = &cx.bot.config.duties;
    let of = |duty: &Duty| cx.say(message, &[("duty", duty.name.as_str().into()), ("measure", measure(duty).into())]);
    match topic {
        Topic::Report => duties.iter().filter(|d| d.measure != Measure::Attendance).take(3).map(of).collect(),
        Topic::Leave => duties.iter().filter(|d| d.measure == Measure::Attendance).take(1).map(of).collect(),
        Topic::GrantLeave if !duties.iter().any(|d| d.meeting.leave_asked) => Vec::new(),
        Topic::CheckIn if !duties.iter().any(|d| d.measure == Measure::Attendance) => Vec::new(),
        Topic::Missing | Topic::Stats => duties.iter().take(1).map(of).collect(),
        _ => vec![cx.say(message, &[])],
    }
}

/// Addressed, but not enough said: one short question with choices.
pub async fn unclear(cx: &Context, duty: Option<&str>) -> Result<Reply, Error> {
    let duty = duty.map(|d| cx.duty(d)).transpose()?;
    let paid = duty.is_none_or(|d| d.measure == Measure::Money);
    // what could not be read of it is told, rather than how a report is made
    match cx.bot.grammar.unread(&cx.text, &issues::around(cx)) {
        Some(Unread::Sum(fault)) if paid => return Ok(cx.reply(cx.say("sum-unread", &[("fault", fault.key().into())]))),
        Some(Unread::Time(said)) => return Ok(cx.reply(cx.say("time-unread", &[("said", show::name(&said).into())]))),
        _ => {}
    }
    // the words of a command about money, and something beside it
    if let Some(what) = cx.bot.grammar.money_command(&cx.text, &Around { today: cx.today, addressed: true, names: cx.names() }) {
        return Ok(cx.reply(cx.say("unclear-command", &[("what", what.into())])));
    }
    let Some(duty) = duty else { return Ok(puzzled(cx)) };
    // 团费0.2: paid, or what it costs?
    if duty.measure == Measure::Money
        && let Ok((branch, member)) = cx.member()
        && let Some(amount) = sum_named(cx)
    {
        cx.ask(&Body::Meant { duty: duty.key.clone(), people: vec![(branch.roster.org.id, member.person)], amount }).await?;
        let key = if cx.private() { "ask-meant-private" } else { "ask-meant-group" };
        return Ok(cx.reply(cx.say(key, &[("duty", duty.name.as_str().into()), ("amount", show::yuan(amount).into())])));
    }
    Ok(cx.reply(cx.say("unclear-duty", &[("duty", duty.name.as_str().into()), ("measure", measure(duty).into())])))
}

fn sum_named(cx: &Context) -> Option<i64> {
    cx.bot.grammar.sum_named(&cx.text, &Around { today: cx.today, addressed: true, names: &Nobody })
}

/// Addressed, and nothing understood.
pub fn puzzled(cx: &Context) -> Reply {
    if let Some(off) = cx.bot.config.off(&cx.text) {
        return cx.reply(cx.say("duty-off", &[("name", off.name.as_str().into()), ("key", off.key.as_str().into())]));
    }
    if let Some(what) = cx.bot.grammar.foreign(&cx.text) {
        return cx.reply(cx.say("not-ours", &[("what", show::name(&what).into())]));
    }
    let said = cx.text.trim().trim_end_matches(|c: char| !c.is_alphanumeric()).trim_end_matches(['啊', '呀', '哦', '啦', '哈']).to_lowercase();
    let key = match said.as_str() {
        s if s.is_empty() || GREETINGS.contains(&s) => "hello",
        s if s.chars().count() < 8 && (s.contains("谢") || s.contains("辛苦") || s.contains("thank")) => "thanks",
        s if s.contains("名册") || s.contains("导入") => "roster-how",
        _ => "unclear",
    };
    cx.reply(cx.say(key, &[]))
}

/// What people say when they only want to see whether the bot is there.
const GREETINGS: [&str; 14] = ["你好", "您好", "在", "在吗", "在么", "在不在", "嗨", "哈喽", "早", "早上好", "晚上好", "hi", "hello", "你是谁"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::messages::{Lang, Messages};

    #[test]
    fn every_topic_has_words_in_both_languages() {
        let messages = Messages::embedded();
        for lang in Lang::ALL {
            for topic in Topic::ALL {
                let (key, ..) = topic.told();
                let said = messages.say(lang, key, &[("duty", "团费".into()), ("measure", "money".into())]);
                assert!(said != key && !said.is_empty(), "{key}");
            }
        }
        assert_eq!(Topic::of(&Intent::Own), Some(Topic::Own));
        assert_eq!(Topic::of(&Intent::Help), None);
    }
}
