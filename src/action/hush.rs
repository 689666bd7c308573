//! `暂停提醒 一周`, `恢复提醒`, and the branch's own words at the end of its reminders (`大学习提醒语：记得截图`).

use super::context::{Context, Reply};
use super::{issues, reminders, show};
use crate::config::messages::Value;
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use chrono::NaiveDate;

/// The end of a pause of which no end was said: far enough to be none.
const FOR_GOOD: i64 = 4_000_000_000_000;

/// No reminders in the unit and below, up to and with that day.
pub async fn hush(cx: &Context, duty: Option<&str>, until: Option<NaiveDate>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    if until.is_some_and(|day| day < cx.today) {
        return Err(Mistake::new("hush-past").into());
    }
    let until_at = until.and_then(|day| day.succ_opt()).map_or(FOR_GOOD, |day| cx.zone().start_of(day));
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    cx.bot.store.hush(unit.id, duty, until_at, actor, cx.now).await?;
    let args = [
        ("unit", Value::from(show::name(&unit.name))),
        ("duty", name(cx, duty)?.into()),
        ("until", until.map_or_else(|| "none".to_owned(), |day| issues::day(cx, day)).into()),
    ];
    Ok(cx.reply(cx.say("hushed", &args)))
}

/// Reminders are sent again.
pub async fn unhush(cx: &Context, duty: Option<&str>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let any = cx.bot.store.unhush(unit.id, duty, cx.now).await?;
    let args = [("unit", Value::from(show::name(&unit.name))), ("duty", name(cx, duty)?.into())];
    Ok(cx.reply(cx.say(if any { "unhushed" } else { "not-hushed" }, &args)))
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
