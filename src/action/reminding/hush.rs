//! `暂停提醒 一周`, `恢复提醒`, and the branch's own words at the end of its reminders (`大学习提醒语：记得截图`).

use super::reminders;
use crate::action::context::{Context, Reply};
use crate::action::show;
use crate::action::study::issues;
use crate::config::messages::Value;
use crate::domain::role::Permission;
use crate::domain::roster::covers;
use crate::error::{Error, Mistake};
use crate::store::sending::reminders::Hush;
use chrono::NaiveDate;

/// The end of a pause of which no end was said: far enough to be none.
const FOR_GOOD: i64 = 4_000_000_000_000;

/// No reminders in the unit and below, from a day (now) up to and with another.
pub async fn hush(cx: &Context, duty: Option<&str>, from: Option<NaiveDate>, until: Option<NaiveDate>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    if until.is_some_and(|day| day < cx.today) {
        return Err(Mistake::new("hush-past").into());
    }
    let from = from.filter(|day| *day > cx.today);
    let from_at = from.map_or(cx.now, |day| cx.zone().start_of(day));
    let until_at = until.and_then(|day| day.succ_opt()).map_or(FOR_GOOD, |day| cx.zone().start_of(day));
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    cx.bot.store.hush(unit.id, duty, (from_at, until_at), actor, cx.now).await?;
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "none".to_owned(), |day| issues::day(cx, day));
    let args = [("unit", Value::from(show::name(&unit.name))), ("duty", name(cx, duty)?.into()), ("from", day(from).into()), ("until", day(until).into())];
    Ok(cx.reply(cx.say("hushed", &args)))
}

/// Reminders are sent again; where a unit above paused them, that is said.
pub async fn unhush(cx: &Context, duty: Option<&str>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let others: Vec<&str> = cx.bot.config.duties.iter().map(|d| d.key.as_str()).collect();
    let ended = cx.bot.store.unhush(unit.id, duty, &others, cx.now).await?;
    let left = cx.bot.store.hushes_ahead(cx.now).await?;
    let about = |h: &&Hush| covers(&h.path, &unit.path) && (h.duty.is_none() || duty.is_none_or(|d| h.duty.as_deref() == Some(d)));
    let day = |at: i64| issues::day(cx, cx.zone().date(at));
    let mut lines = Vec::new();
    let above = left.iter().filter(about).find(|h| h.path != unit.path && h.from <= cx.now);
    if ended.any || above.is_none() {
        let key = match (ended.any, ended.others) {
            (false, _) => "not-hushed",
            (true, true) => "unhushed-one",
            (true, false) => "unhushed",
        };
        lines.push(cx.say(key, &[("unit", Value::from(show::name(&unit.name))), ("duty", name(cx, duty)?.into())]));
    }
    if let Some(hush) = above {
        let until = if hush.until == FOR_GOOD { "none".to_owned() } else { day(hush.until - 1) };
        let who = hush.path.rsplit('/').next().unwrap_or_default();
        lines.push(cx.say("hushed-above", &[("unit", show::name(who).into()), ("duty", name(cx, hush.duty.as_deref())?.into()), ("until", until.into())]));
    }
    if let Some(later) = left.iter().filter(about).find(|h| h.path == unit.path && h.from > cx.now) {
        lines.push(cx.say("hushed-later", &[("from", day(later.from).into()), ("duty", name(cx, later.duty.as_deref())?.into())]));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// The unit's own sentence for reminders of a duty; an empty one: the usual one again.
pub async fn wording(cx: &Context, duty: Option<&str>, text: &str) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let Some(key) = duty else { return Err(reminders::which_duty(cx)) };
    let duty = cx.duty(key)?;
    let text = show::line(text);
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    cx.bot.store.set_wording(unit.id, key, &text, actor, cx.now).await?;
    let args = [("duty", Value::from(&duty.name)), ("text", text.as_str().into())];
    Ok(cx.reply(cx.say(if text.is_empty() { "wording-usual" } else { "wording-set" }, &args)))
}

/// The duty's name; `none` for all duties.
fn name(cx: &Context, duty: Option<&str>) -> Result<String, Error> {
    Ok(match duty {
        Some(key) => cx.duty(key)?.name.clone(),
        None => "none".to_owned(),
    })
}
