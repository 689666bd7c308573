//! Reminders that are to go, by their number in the list (`删除第1个提醒`) or by their time (`取消每周四20点提醒大学习`); and what is said
//! where something about reminders can't be done as it was said: a short sentence that tells how.

use super::reminders::{Held, all};
use crate::action::context::{Context, Reply};
use crate::action::queries::missing;
use crate::action::{help, show};
use crate::config::messages::Value;
use crate::domain::duty::Measure;
use crate::domain::role::Permission;
use crate::error::{Error, Mistake};
use crate::language::RemindDoubt;
use crate::report::reminder::own_words;
use crate::store::sending::reminders::OwnReminder;

/// `删除第2个提醒`.
pub async fn remove(cx: &Context, n: u32) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let own: Vec<Held<'_>> = all(cx, &unit).await?.into_iter().filter(|h| h.own.is_some()).collect();
    let place = usize::try_from(n).ok().and_then(|n| n.checked_sub(1));
    let Some((held, made)) = place.and_then(|at| own.get(at)).and_then(|h| Some((h, h.own.as_ref()?))) else {
        return Err(Mistake::new("reminders-no-such").with("count", own.len().to_string()).into());
    };
    if made.org != unit.id {
        let above = cx.bot.store.org(made.org).await?.ok_or_else(|| Mistake::new("reminders-no-such").with("count", own.len().to_string()))?;
        cx.demand(Permission::Remind, &above)?;
    }
    cx.bot.store.drop_reminder(made.id).await?;
    let elsewhere = made.path.rsplit('/').next().filter(|_| made.org != unit.id);
    Ok(cx.reply(
        cx.say("reminders-dropped", &[("duty", Value::from(&held.duty.name)), ("unit", elsewhere.map_or_else(|| "none".to_owned(), show::name).into())]),
    ))
}

/// `取消每周四20点提醒大学习`: the one of the unit's own that comes then; of several, or where there is none, the list has to say which.
pub async fn remove_at(cx: &Context, duty: Option<&str>, pattern: &str) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let held = all(cx, &unit).await?;
    let fits = |own: &OwnReminder| own.org == unit.id && duty.is_none_or(|d| own.duty == d) && comes_then(&own.cron, pattern);
    let own: Vec<(&Held<'_>, &OwnReminder)> = held.iter().filter_map(|h| Some((h, h.own.as_ref().filter(|o| fits(o))?))).collect();
    let key = match own[..] {
        [(held, made)] => {
            cx.bot.store.drop_reminder(made.id).await?;
            return Ok(cx.reply(cx.say("reminders-dropped", &[("duty", Value::from(&held.duty.name)), ("unit", "none".into())])));
        }
        [] => "reminders-not-that",
        _ => "reminders-which",
    };
    Err(Mistake::new(key).with("count", own.len().to_string()).into())
}

/// Whether a cron line is of this pattern: `*` as the minute and the hour stands for any.
fn comes_then(cron: &str, pattern: &str) -> bool {
    let (fields, wanted): (Vec<&str>, Vec<&str>) = (cron.split_whitespace().collect(), pattern.split_whitespace().collect());
    fields.len() == wanted.len() && fields.iter().zip(&wanted).enumerate().all(|(at, (field, wanted))| field == wanted || at < 2 && *wanted == "*")
}

/// How it is said.
pub async fn how(cx: &Context, duty: Option<&str>, about: RemindDoubt) -> Result<Reply, Error> {
    let unit = match cx.unit().await {
        // 老师又催了: nobody who could have it done says so
        Ok(unit) if about == RemindDoubt::Now && !cx.may(Permission::Remind, &unit) => return help::unclear(cx, duty).await,
        Err(_) if about == RemindDoubt::Now => return help::unclear(cx, duty).await,
        unit => unit?,
    };
    cx.demand(Permission::Remind, &unit)?;
    let duties = &cx.bot.config.duties;
    let said = duty.map(|key| cx.duty(key)).transpose()?;
    let example = said.or_else(|| duties.iter().find(|d| d.measure == Measure::Done)).or_else(|| duties.first());
    let Some(example) = example else { return help::unclear(cx, None).await };
    let wordings = cx.bot.store.wordings().await?;
    let words = said.and_then(|d| own_words(&wordings, &d.key, &unit.path)).filter(|_| about == RemindDoubt::Words);
    let args = [("duty", Value::from(&example.name)), ("measure", missing::measure(example).into()), ("words", words.unwrap_or("none").into())];
    let key = match about {
        RemindDoubt::Once => "remind-how-once",
        RemindDoubt::Before => "remind-how-before",
        RemindDoubt::Cycle => "remind-how-cycle",
        RemindDoubt::One => "remind-how-one",
        RemindDoubt::Time => "remind-how-time",
        RemindDoubt::Name => "remind-how-name",
        RemindDoubt::Period => "remind-how-period",
        RemindDoubt::Day => "remind-how-day",
        RemindDoubt::Now => "remind-how-now",
        RemindDoubt::Stop => "remind-how-stop",
        RemindDoubt::Pause => "remind-how-pause",
        RemindDoubt::Words => "remind-how-words",
    };
    Ok(cx.reply(cx.say(key, &args)))
}
