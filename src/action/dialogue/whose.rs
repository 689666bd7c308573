//! A report that begins with a mention of another member (`@张三 交了团费`): told to them, or said of them? That is not plain,
//! so nothing is recorded (law 10). Whoever keeps records is often called so by somebody who reports their own.

use crate::action::bot::Bot;
use crate::action::context::{Context, Reply};
use crate::action::show;
use crate::domain::message::{Incoming, Segment};
use crate::domain::role::{Permission, Role};
use crate::error::Fault;
use crate::language::Intent;
use std::ops::Range;

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

/// Words behind which a mention is whom one speaks for, or with.
const FOR: [&str; 9] = ["替", "帮", "代", "给", "为", "我和", "我跟", "我与", "我、"];
/// The same, where the bot is told to do something.
const TOLD: [&str; 2] = ["提醒", "催"];
/// What may stand between those who are mentioned together.
const BETWEEN: [&str; 11] = ["", "和", "跟", "与", "及", "、", ",", "，", "/", "&", "+"];
/// What the mentioned are told to have done together with the speaker.
const WITH_ME: [&str; 4] = ["和我", "跟我", "与我", "、我"];

/// `替 @张三、@李四 交了团费`: with the names in place of the mentions. None where there is no such mention of somebody known here: a
/// name that somebody else has here would be theirs. Where one of several is not, none of them is spelled out, so that nothing is
/// taken for whole that is not.
pub async fn spelled_out(bot: &Bot, incoming: &Incoming) -> Option<Incoming> {
    let all = &incoming.segments;
    let meant = |run: &Range<usize>| {
        let before = run.start.checked_sub(1).and_then(|n| text_of(&all[n])).unwrap_or_default().trim_end();
        let after = all.get(run.end).and_then(text_of).unwrap_or_default().trim_start();
        let told = || incoming.mentions_bot || bot.grammar.addressed(&incoming.text()).is_some();
        FOR.iter().any(|w| before.ends_with(w)) || TOLD.iter().any(|w| before.ends_with(w)) && told() || WITH_ME.iter().any(|w| after.starts_with(w))
    };
    let runs: Vec<Range<usize>> = runs(all).into_iter().filter(meant).collect();
    if runs.is_empty() {
        return None;
    }
    let place = if incoming.chat.private { None } else { bot.cache.place(&incoming.chat).await.ok()? };
    let today = bot.config.zone().date(bot.now());
    let mut spelled = incoming.clone();
    for run in runs.iter().rev() {
        let mut names = Vec::new();
        for segment in &all[run.clone()] {
            let Segment::At(account) = segment else { continue };
            if bot.voices.is_own(account) {
                continue;
            }
            let known = bot.cache.known(account).await.ok()??;
            let here = known.branches.iter().find(|b| place.as_ref().is_none_or(|p| p.branches.contains(b)))?;
            let branch = bot.cache.branch(*here).await.ok()??;
            names.push(branch.roster.member(known.person).filter(|m| m.present_on(today))?.name.clone());
        }
        spelled.segments.splice(run.clone(), [Segment::Text(names.join("、"))]);
    }
    Some(spelled)
}

/// Where mentions stand together, with what joins them.
fn runs(all: &[Segment]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (n, _) in all.iter().enumerate().filter(|(_, s)| matches!(s, Segment::At(_))) {
        match runs.last_mut() {
            Some(run) if all[run.end..n].iter().all(|s| text_of(s).is_some_and(|t| BETWEEN.contains(&t.trim()))) => run.end = n + 1,
            _ => runs.push(n..n + 1),
        }
    }
    runs
}

fn text_of(segment: &Segment) -> Option<&str> {
    if let Segment::Text(text) = segment { Some(text) } else { None }
}
