//! `提醒一下没交团费的`: reminds those who are missing, now, as the duty's own reminders would (law 12 holds).

use super::context::{Context, Reply};
use super::reminders;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::ids::OrgId;
use crate::domain::role::Permission;
use crate::domain::roster::OrgKind;
use crate::error::Error;
use crate::report::reminder::{Notice, own_words};
use crate::report::tally::Attendance;
use crate::store::outbox::Letter;
use crate::store::reminders::Told;

/// Worthless after this, milliseconds.
const GOOD_FOR: i64 = 60 * 60_000;

/// Queues the reminders of every branch at or below the unit; the outbox sends them, once.
pub async fn remind(cx: &Context, duty: Option<&str>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let Some(key) = duty else { return Err(reminders::which_duty(cx)) };
    let duty = cx.duty(key)?;
    let period = Period::containing(duty.cadence, cx.today);
    let branches: Vec<OrgId> = cx.bot.store.subtree(&unit.path).await?.into_iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
    let wordings = cx.bot.store.wordings().await?;
    let (mut letters, mut told, mut missing, mut unreached) = (Vec::new(), Vec::new(), 0, 0);
    for id in branches {
        let Some(branch) = cx.bot.cache.branch(id).await? else { continue };
        let standings = cx.bot.store.standings(id, &duty.key, period).await?;
        let attendance = Attendance::read(&branch.roster, duty, period, &standings, cx.zone());
        let notice = Notice {
            messages: &cx.bot.config.messages,
            lang: cx.bot.lang(),
            zone: cx.zone(),
            now: cx.now,
            duty,
            period,
            attendance: &attendance,
            ending: own_words(&wordings, &duty.key, &branch.roster.org.path),
            teams_from: cx.bot.config.bot.reminders.teams_from,
        };
        let chats = cx.bot.store.chats_of(id).await?;
        let chat = chats.iter().find_map(|c| cx.bot.courier(&c.key.platform).filter(|k| k.capabilities().push).map(|k| (c, k)));
        let Some((chat, courier)) = chat else {
            unreached += attendance.missing.len();
            continue;
        };
        missing += attendance.missing.len();
        if notice.names(chat) {
            told.extend(attendance.missing.iter().map(|m| Told { branch: id, person: m.person, private: false }));
        }
        for (part, message) in notice.to_group(chat, &courier.capabilities(), &attendance.missing).into_iter().enumerate() {
            let dedupe_key = format!("asked/{}/{period}/{id}/{}/{}/{part}", duty.key, cx.incoming.source(), message.chat);
            letters.push(Letter { dedupe_key, message, expires_at: cx.now + GOOD_FOR });
        }
    }
    let about = [("period", cx.period(period).into()), ("duty", Value::from(&duty.name)), ("count", unreached.into())];
    let nowhere = (unreached > 0).then(|| cx.say("remind-nowhere", &about));
    if letters.is_empty() {
        return Ok(cx.reply(nowhere.unwrap_or_else(|| cx.say("remind-nobody", &about))));
    }
    cx.bot.store.queue_asked(&letters, &told, &cx.incoming.source(), &cx.today.to_string(), cx.now).await?;
    let sent = cx.say("remind-sent", &[("count", missing.into())]);
    Ok(cx.reply([Some(sent), nowhere].into_iter().flatten().collect::<Vec<_>>().join("\n")))
}
