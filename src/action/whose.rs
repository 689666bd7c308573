//! A report that begins with a mention of another member (`@张三 交了团费`): told to them, or said of them? That is not plain,
//! so nothing is recorded (law 10). Whoever keeps records is often called so by somebody who reports their own.

use super::bot::Bot;
use super::context::{Context, Reply};
use super::show;
use crate::domain::message::{Incoming, Segment};
use crate::domain::role::{Permission, Role};
use crate::error::Fault;
use crate::language::Intent;

/// The answer to such a report, or silence; none where it is plain whose it is.
///
/// # Errors
/// Where the database fails.
pub async fn unclear(cx: &Context, intents: &[Intent]) -> Result<Option<Reply>, Fault> {
    let nobody_named = intents.iter().any(|i| {
        matches!(i, Intent::Report { names, .. } | Intent::CheckIn { names, .. } | Intent::Leave { names, .. } | Intent::Voluntary { names, .. } if names.is_empty())
    });
    if cx.private() || !nobody_named || cx.text.contains('我') || cx.text.contains("本人") {
        return Ok(None);
    }
    let mut first = cx.incoming.segments.iter().filter_map(|s| match s {
        Segment::Text(text) if text.trim().is_empty() => None,
        Segment::At(account) => Some(Some(account)),
        _ => Some(None),
    });
    let Some(account) = first.next().flatten() else { return Ok(None) };
    let Some(known) = cx.bot.cache.known(account).await? else { return Ok(None) };
    if cx.speaker.as_ref().is_some_and(|s| s.known.person == known.person) || known.grants.iter().any(|g| g.role != Role::Member) {
        return Ok(None);
    }
    let others = cx.place.as_ref().is_some_and(|p| cx.may(Permission::ReportOthers, p.org()));
    if !others && !cx.addressed {
        return Ok(Some(Reply::silence()));
    }
    let name = match known.branches.first() {
        Some(branch) => cx.bot.cache.branch(*branch).await?.and_then(|b| b.roster.member(known.person).map(|m| show::name(&m.name))),
        None => None,
    };
    Ok(Some(cx.reply(cx.say("whose-report", &[("name", name.unwrap_or_default().into())]))))
}

/// Words behind which a mention is whom one speaks for.
const FOR: [&str; 5] = ["替", "帮", "代", "给", "为"];

/// `替 @张三 交了团费`: with the name in place of the mention. None where there is no such mention of somebody known.
pub async fn spelled_out(bot: &Bot, incoming: &Incoming) -> Option<Incoming> {
    let behind = |n: usize| match (n.checked_sub(1).map(|before| &incoming.segments[before]), &incoming.segments[n]) {
        (Some(Segment::Text(before)), Segment::At(account)) => FOR.iter().any(|w| before.trim_end().ends_with(w)).then_some(account),
        _ => None,
    };
    let at = (0..incoming.segments.len()).find(|n| behind(*n).is_some())?;
    let known = bot.cache.known(behind(at)?).await.ok()??;
    let branch = bot.cache.branch(*known.branches.first()?).await.ok()??;
    let name = branch.roster.member(known.person)?.name.clone();
    let mut spelled = incoming.clone();
    spelled.segments[at] = Segment::Text(name);
    Some(spelled)
}
