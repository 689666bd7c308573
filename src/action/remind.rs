//! `提醒一下没交团费的`: reminds those who are missing, now, as the duty's own reminders would (law 12 holds).

use super::context::{Context, Reply};
use super::people::find;
use super::reminders;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::role::Permission;
use crate::domain::roster::{Member, OrgKind};
use crate::error::{Error, Mistake};
use crate::report::reminder::{Notice, own_words};
use crate::report::tally::Attendance;
use crate::store::outbox::Letter;
use crate::store::reminders::Told;

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
        let one = drafted(cx, duty, period, id, &wordings, Whom { spared: &[], only: &only }).await?;
        all.letters.extend(one.letters);
        all.told.extend(one.told);
        all.missing += one.missing;
        all.unreached += one.unreached;
    }
    let about = [("period", cx.period(period).into()), ("duty", Value::from(&duty.name)), ("count", all.unreached.into())];
    let nowhere = (all.unreached > 0).then(|| cx.say("remind-nowhere", &about));
    if all.letters.is_empty() {
        return Ok(cx.reply(nowhere.unwrap_or_else(|| cx.say("remind-nobody", &about))));
    }
    cx.bot.store.queue_asked(&all.letters, &all.told, &cx.today.to_string(), cx.now).await?;
    let sent = cx.say("remind-sent", &[("count", all.missing.into())]);
    Ok(cx.reply([Some(sent), nowhere].into_iter().flatten().collect::<Vec<_>>().join("\n")))
}

/// What one who asks has branches told.
#[derive(Default)]
pub(super) struct Drafted {
    /// The letters.
    pub letters: Vec<Letter>,
    /// Whom they name, each with the letter's key.
    pub told: Vec<(Told, String)>,
    /// Who is missing in branches that can be told.
    missing: usize,
    /// Who is missing in branches that can't.
    unreached: usize,
}

/// What a branch's group is told now; `spared` are not named.
pub(super) async fn draft(
    cx: &Context,
    duty: &Duty,
    period: Period,
    id: OrgId,
    wordings: &[(String, String, String)],
    spared: &[PersonId],
) -> Result<Drafted, Error> {
    drafted(cx, duty, period, id, wordings, Whom { spared, only: &[] }).await
}

/// Who of those who are missing.
struct Whom<'a> {
    /// These are not named.
    spared: &'a [PersonId],
    /// Only these, where there are some.
    only: &'a [PersonId],
}

async fn drafted(
    cx: &Context,
    duty: &Duty,
    period: Period,
    id: OrgId,
    wordings: &[(String, String, String)],
    Whom { spared, only }: Whom<'_>,
) -> Result<Drafted, Error> {
    let mut drafted = Drafted::default();
    let Some(branch) = cx.bot.cache.branch(id).await? else { return Ok(drafted) };
    let standings = cx.bot.store.standings(id, &duty.key, period).await?;
    let mut attendance = Attendance::read(&branch.roster, duty, period, &standings, cx.zone());
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
        attendance: &attendance,
        ending: own_words(wordings, &duty.key, &branch.roster.org.path),
        teams_from: cx.bot.config.bot.reminders.teams_from,
    };
    let chats = cx.bot.store.chats_of(id).await?;
    let couriers = || chats.iter().filter_map(|c| cx.bot.courier(&c.key.platform).map(|k| (c, k)));
    // where nothing can go by itself it waits there until somebody speaks
    let Some((chat, courier)) = couriers().find(|(c, k)| k.can(&c.key).push).or_else(|| couriers().next()) else {
        drafted.unreached = attendance.missing.len();
        return Ok(drafted);
    };
    drafted.missing = attendance.missing.len();
    let whom: Vec<&Member> = attendance.missing.iter().copied().filter(|m| !spared.contains(&m.person)).collect();
    for (part, (message, names)) in notice.to_group(chat, &courier.can(&chat.key), &whom).into_iter().enumerate() {
        let dedupe_key = format!("asked/{}/{period}/{id}/{}/{}/{part}", duty.key, cx.incoming.source(), message.chat);
        drafted.told.extend(names.into_iter().map(|person| (Told { branch: id, person, private: false }, dedupe_key.clone())));
        drafted.letters.push(Letter { dedupe_key, message, expires_at: cx.now + GOOD_FOR });
    }
    Ok(drafted)
}
