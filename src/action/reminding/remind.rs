//! `提醒一下没交团费的`: reminds those who are missing, now, as the duty's own reminders would (law 12 holds).

use super::reminders;
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::meetings::sessions;
use crate::action::members::people::find;
use crate::action::queries::missing;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::chats::reminded;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::ChatKey;
use crate::domain::record::Session;
use crate::domain::role::Permission;
use crate::domain::roster::{Chat, Member, OrgKind};
use crate::error::{Error, Mistake};
use crate::report::reminder::{Notice, own_words};
use crate::report::tally::Attendance;
use crate::store::sending::outbox::{Letter, is_for};
use crate::store::sending::reminders::Told;

/// Worthless after this, milliseconds.
const GOOD_FOR: i64 = 60 * 60_000;

/// Queues the reminders of every branch at or below the unit, or of those who are named; the outbox sends them, once.
pub async fn remind(cx: &Context, duty: Option<&str>, names: &[String]) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let Some(key) = duty else { return Err(reminders::which_duty(cx)) };
    let duty = cx.duty(key)?;
    let period = Period::containing(duty.cadence, cx.today);
    let mut whom = Vec::new();
    for name in names {
        let person = find(cx, name).await?;
        let branch = &person.branch.roster.org;
        cx.demand(Permission::Remind, branch)?;
        let told = cx.bot.store.chats_of(branch.id).await?.iter().any(|c| c.names);
        if !duty.names_in_group && !told {
            return Err(Mistake::new("remind-not-by-name").with("duty", &duty.name).with("name", name).into());
        }
        whom.push((branch.id, person.member.person));
    }
    let branches: Vec<OrgId> = cx.bot.store.subtree(&unit.path).await?.into_iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
    let wordings = cx.bot.store.wordings().await?;
    let mut all = Drafted::default();
    for id in branches {
        let only: Vec<PersonId> = whom.iter().filter(|(branch, _)| *branch == id).map(|(_, person)| *person).collect();
        if only.is_empty() && !whom.is_empty() {
            continue;
        }
        let one = drafted(cx, duty, period, id, &wordings, Whom { failed: &[], named: &[], only: &only }).await?;
        all.letters.extend(one.letters);
        all.told.extend(one.told);
        all.missing += one.missing;
        all.unreached += one.unreached;
        all.unwanted += one.unwanted;
        all.unopened += one.unopened;
    }
    let say = |key: &str, count: usize| cx.say(key, &[("period", cx.period(period).into()), ("duty", Value::from(&duty.name)), ("count", count.into())]);
    let mut lines = Vec::new();
    if !all.letters.is_empty() {
        cx.bot.store.queue_asked(&all.letters, &all.told, &cx.today.to_string(), cx.now).await?;
        lines.push(cx.say("remind-sent", &[("count", all.missing.into())]));
    }
    for (key, count) in [("remind-nowhere", all.unreached), ("remind-unwanted", all.unwanted), ("remind-no-session", all.unopened)] {
        if count > 0 {
            lines.push(say(key, count));
        }
    }
    if lines.is_empty() {
        lines.push(say("remind-nobody", 0));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// What one who asks has branches told.
#[derive(Default)]
pub(in crate::action) struct Drafted {
    /// The letters.
    pub letters: Vec<Letter>,
    /// Whom they name, each with the letter's key.
    pub told: Vec<(Told, String)>,
    /// Who is missing in branches that can be told.
    missing: usize,
    /// Who is missing in branches that can't.
    unreached: usize,
    /// Who is missing in branches none of whose groups is to get reminders.
    unwanted: usize,
    /// Branches of which nobody is missing, since nobody opened the meeting yet.
    unopened: usize,
}

/// What a branch's groups in which letters `failed` are told now; whom other letters have `named` in one is not named there.
pub(in crate::action) async fn draft(
    cx: &Context,
    duty: &Duty,
    period: Period,
    id: OrgId,
    wordings: &[(String, String, String)],
    failed: &[ChatKey],
    named: &[(PersonId, String)],
) -> Result<Drafted, Error> {
    drafted(cx, duty, period, id, wordings, Whom { failed, named, only: &[] }).await
}

/// Who of those who are missing, and where.
struct Whom<'a> {
    /// Only in these groups, where there are some that are still bound.
    failed: &'a [ChatKey],
    /// Whom letters named today, each with its key: not named again in that group.
    named: &'a [(PersonId, String)],
    /// Only these, where there are some.
    only: &'a [PersonId],
}

/// The meeting of a branch, or of a unit above it, whose check-in is on: who is missing is who is missing there.
async fn meeting(cx: &Context, duty: &Duty, period: Period, branch: &Branch) -> Result<Option<Session>, Error> {
    if duty.measure != Measure::Attendance {
        return Ok(None);
    }
    let units: Vec<OrgId> = branch.units.iter().map(|o| o.id).collect();
    let on = |s: &Session| s.duty == duty.key && s.period == period && s.open_at(cx.now);
    Ok(cx.bot.store.open_sessions(&units).await?.into_iter().rfind(on))
}

async fn drafted(
    cx: &Context,
    duty: &Duty,
    period: Period,
    id: OrgId,
    wordings: &[(String, String, String)],
    Whom { failed, named, only }: Whom<'_>,
) -> Result<Drafted, Error> {
    let mut drafted = Drafted::default();
    let Some(branch) = cx.bot.cache.branch(id).await? else { return Ok(drafted) };
    let mut attendance = match meeting(cx, duty, period, &branch).await? {
        Some(session) => {
            let given = cx.bot.store.session_records(session.id).await?;
            sessions::at_meeting(&cx.bot, &session, duty, &branch.roster, (&given, None)).await?.0
        }
        None => Attendance::read(&branch.roster, duty, period, &cx.bot.store.standings(id, &duty.key, period).await?, cx.zone()),
    };
    if !only.is_empty() {
        attendance.keep(|m| only.contains(&m.person));
    }
    let notice = Notice {
        messages: &cx.bot.config.messages,
        lang: cx.bot.lang(),
        zone: cx.zone(),
        now: cx.now,
        duty,
        period,
        roster: &branch.roster,
        attendance: &attendance,
        ending: own_words(wordings, &duty.key, &branch.roster.org.path),
        teams_from: cx.bot.config.bot.reminders.teams_from,
    };
    if attendance.missing.is_empty() {
        return Ok(drafted);
    }
    if missing::met(cx, &branch, duty).await?.is_some_and(|met| !met.contains(&period)) {
        drafted.unopened = 1;
        return Ok(drafted);
    }
    let chats = cx.bot.store.chats_of(id).await?;
    let mut places: Vec<&Chat> = reminded(&chats);
    if places.is_empty() && chats.iter().any(|c| !c.key.private) {
        drafted.unwanted = attendance.missing.len();
        return Ok(drafted);
    }
    places.retain(|c| cx.bot.courier(&c.key.platform).is_some());
    if places.iter().any(|c| failed.contains(&c.key)) {
        places.retain(|c| failed.contains(&c.key));
    }
    if places.is_empty() {
        drafted.unreached = attendance.missing.len();
        return Ok(drafted);
    }
    drafted.missing = attendance.missing.len();
    for chat in places {
        let Some(courier) = cx.bot.courier(&chat.key.platform) else { continue };
        let there = |m: &&Member| named.iter().any(|(person, letter)| *person == m.person && is_for(letter, &chat.key));
        let whom: Vec<&Member> = attendance.missing.iter().copied().filter(|m| !there(m)).collect();
        for (part, (message, names)) in notice.to_group(chat, &courier.can(&chat.key), &whom).into_iter().enumerate() {
            let dedupe_key = format!("asked/{}/{period}/{id}/{}/{}/{part}", duty.key, cx.incoming.source(), message.chat);
            drafted.told.extend(names.into_iter().map(|person| (Told { branch: id, person, private: false }, dedupe_key.clone())));
            drafted.letters.push(Letter { dedupe_key, message, expires_at: cx.now + GOOD_FOR });
        }
    }
    Ok(drafted)
}
