//! `提醒记录`: what became of a unit's reminders, of those that somebody asked for, and of notices.

use super::{notices, reminders};
use crate::action::context::{Context, Reply};
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::role::Permission;
use crate::domain::roster::{Org, OrgKind};
use crate::error::Error;
use crate::store::sending::delivery::reason;
use crate::store::sending::reminders::Outcome;
use crate::store::sending::words_log::What;

/// Lines of one answer.
const LINES: usize = 10;

/// A line before it is said.
struct Line {
    at: i64,
    unit: String,
    what: String,
    outcome: Outcome,
    told: Vec<PersonId>,
    letters: (i64, i64, i64),
    error: Option<String>,
}

/// The last of them, newest first; of one branch, in private, with the names of those who were reminded.
///
/// # Errors
/// A mistake where the speaker may not have members reminded.
pub async fn log(cx: &Context) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let branches: Vec<Org> = cx.bot.store.subtree(&unit.path).await?.into_iter().filter(|o| o.kind == OrgKind::Branch).collect();
    let roster = match &branches[..] {
        [one] if cx.private() && cx.may(Permission::ReadPrivate, one) => cx.bot.cache.branch(one.id).await?,
        _ => None,
    };
    let mut found: Vec<Line> = Vec::new();
    let ids: Vec<OrgId> = branches.iter().map(|b| b.id).collect();
    let several = branches.len() > 1;
    let unit = |id: OrgId| branches.iter().find(|b| b.id == id && several).map_or_else(|| "none".to_owned(), |b| show::name(&b.name));
    for l in cx.bot.store.reminders_log(&ids, i64::try_from(LINES).unwrap_or(10)).await? {
        let what = duty(cx, l.reminder.split('/').next().unwrap_or_default());
        found.push(Line { at: l.at, unit: unit(l.org), what, outcome: l.outcome, told: l.told, letters: l.letters, error: l.error });
    }
    for w in cx.bot.store.words_log(&ids, LINES).await? {
        let title = show::name(&notices::title(w.body.as_deref().unwrap_or_default()));
        let what = match &w.what {
            What::Asked(key) => cx.say("log-asked", &[("duty", duty(cx, key).into())]),
            What::Notice(_) => cx.say("log-notice", &[("title", title.into())]),
            What::Chase(_) => cx.say("log-chase", &[("title", title.into())]),
        };
        found.push(Line { at: w.at, unit: unit(w.org), what, outcome: Outcome::Sent, told: w.told, letters: w.letters, error: w.error });
    }
    found.sort_by_key(|l| std::cmp::Reverse(l.at));
    found.truncate(LINES);
    if found.is_empty() {
        return Ok(cx.reply(cx.say("reminder-log-none", &[])));
    }
    let mut lines = vec![cx.say("reminder-log-head", &[])];
    for line in found {
        let (sent, waiting, failed) = line.letters;
        let outcome = match line.outcome {
            Outcome::Sent if failed > 0 => "failed",
            Outcome::Sent if waiting > 0 => "waiting",
            other => other.key(),
        };
        let members = roster.iter().flat_map(|known| &known.roster.members);
        let told = members.filter(|m| line.told.contains(&m.person));
        let mut names: Vec<String> = roster.iter().flat_map(|b| told.clone().map(|m| cx.called(b, m))).collect();
        names.dedup();
        let args = [
            ("time", Value::from(reminders::time(cx, line.at, cx.zone()))),
            ("unit", line.unit.into()),
            ("duty", line.what.into()),
            ("outcome", outcome.into()),
            ("count", line.told.len().into()),
            ("names", if names.is_empty() { "none".to_owned() } else { cx.bot.names(&names, show::NAMES) }.into()),
            ("sent", sent.into()),
            ("failed", failed.into()),
            ("why", line.error.as_deref().map_or("refused", reason).into()),
        ];
        lines.push(cx.say("reminder-log-line", &args));
    }
    Ok(cx.reply(lines.join("\n")))
}

fn duty(cx: &Context, key: &str) -> String {
    cx.bot.config.duty(key).map_or(key, |d| d.name.as_str()).to_owned()
}
