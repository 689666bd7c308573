//! Pictures as evidence that something was done. Looked at are only those that come with the words of a report, in reply to
//! the bot, or in private, of a duty whose file says so; no other is fetched. What is kept is a hash beside the record
//! (`eyes` makes it), and likeness to another is told to the secretary (`alike`). A report counts whatever becomes of its
//! picture.

mod alike;
mod eyes;

pub use eyes::Eyes;

use super::draft::Draft;
use super::report;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::bare;
use crate::action::dialogue::question::Body;
use crate::action::help;
use crate::action::members::accounts;
use crate::action::study::issues;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ledger::{Entry, Outcome, Post, Verdict};
use crate::domain::message::Incoming;
use crate::domain::record::{Evidence, Record};
use crate::domain::screenshot::Look;
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;
use eyes::{Unseen, look_at_all};

/// Whether the message is a picture for the bot in which nothing is said that it understands.
pub fn is_alone(incoming: &Incoming, intents: &[Intent]) -> bool {
    let meant = incoming.chat.private || incoming.replies_to_bot;
    meant && incoming.pictures().next().is_some() && intents.iter().all(|i| matches!(i, Intent::Unclear { .. }))
}

fn claims<'p>(cx: &Context, post: &'p Post, outcome: &Outcome) -> Vec<&'p Entry> {
    let takes = |e: &Entry| matches!(e, Entry::Done { duty, .. } if cx.bot.config.duty(duty).is_some_and(|d| d.screenshots));
    let stands = |v: &Verdict| matches!(v, Verdict::Recorded { .. } | Verdict::Already { .. });
    post.entries.iter().zip(&outcome.verdicts).filter(|(e, v)| takes(e) && stands(v)).map(|(e, _)| e).collect()
}

/// The pictures that came with what was just reported: looked at, and entered beside it. What there is to say of them is in
/// the context that comes back.
pub async fn beside(mut cx: Context, post: &Post, outcome: &Outcome) -> Context {
    let claims = claims(&cx, post, outcome);
    if claims.is_empty() || cx.incoming.pictures().next().is_none() {
        return cx;
    }
    let (looks, unseen) = look_at_all(&cx).await;
    if looks.is_empty() {
        cx.left_out.extend(unseen.map(|why| Mistake::new("screenshot-unseen").with("why", why.key())));
        return cx;
    }
    match vouch(&cx, post, &claims, looks).await {
        Ok(true) => cx.beside.push(cx.say("screenshot-beside", &[])),
        Ok(false) => {}
        Err(fault) => {
            tracing::error!(%fault, "what a picture looked like could not be kept");
            cx.left_out.push(Mistake::new("screenshot-unseen").with("why", Unseen::Gone.key()));
        }
    }
    cx
}

/// Whether anything was entered.
async fn vouch(cx: &Context, post: &Post, claims: &[&Entry], looks: Vec<Look>) -> Result<bool, Fault> {
    let made: Vec<Record> = cx.bot.store.entered(&post.source).await?.map(|e| e.records).unwrap_or_default();
    let mut entries: Vec<Entry> = claims
        .iter()
        .map(|entry| {
            let Entry::Done { subject, duty, period, value, owed, .. } = entry else { return (*entry).clone() };
            let of = |r: &&Record| (r.key.branch, r.key.person, r.key.period) == (subject.branch, subject.person, *period) && r.key.duty == *duty;
            match made.iter().find(of) {
                Some(r) => Entry::Vouch { subject: subject.clone(), duty: duty.clone(), period: *period, value: *value, owed: *owed, claim: r.id },
                // it was reported before: the picture is all that is new
                None => (*entry).clone(),
            }
        })
        .collect();
    entries.push(Entry::Looks(looks.clone()));
    let picture = Post { source: format!("{}/picture", post.source), evidence: Evidence::Screenshot, entries, ..post.clone() };
    enter(cx, &picture, &looks).await.map(|outcome| outcome.verdicts.iter().any(|v| matches!(v, Verdict::Recorded { .. })))
}

/// Enters a post that rests on pictures, and tells of likeness.
async fn enter(cx: &Context, post: &Post, looks: &[Look]) -> Result<Outcome, Fault> {
    let outcome = report::enter(cx, post).await?;
    for verdict in outcome.verdicts.iter().filter(|_| !outcome.replayed) {
        if let Verdict::Recorded { lines, .. } = verdict {
            alike::tell(cx, lines, looks).await?;
        }
    }
    Ok(outcome)
}

/// A picture by itself: of the duty and issue that the message replied to is about, else of the only duty that takes pictures
/// and its issue of now. Vouches for what was reported; else it is asked about.
///
/// # Errors
/// A mistake where nothing of the kind is owed.
pub async fn alone(cx: &Context, intents: &[Intent]) -> Result<Reply, Error> {
    if cx.speaker.is_none() {
        return accounts::stranger(cx).await;
    }
    let quoted = if cx.private() { None } else { bare::quoted(cx).await? };
    let named = intents.iter().find_map(|i| if let Intent::Unclear { duty: Some(duty) } = i { Some(duty.as_str()) } else { None });
    let duty: Option<&Duty> = match quoted.as_ref().map(|(duty, _)| duty.as_str()).or(named) {
        Some(key) => Some(cx.duty(key)?),
        None => cx.bot.config.duties.iter().find(|d| d.screenshots),
    };
    let Some(duty) = duty else { return Ok(help::puzzled(cx)) };
    if !duty.screenshots {
        return Ok(cx.reply(cx.say("screenshot-not-needed", &[("duty", duty.name.as_str().into())])));
    }
    let (branch, _) = cx.member()?;
    let said: Vec<Period> = quoted.map(|(_, period)| period).into_iter().collect();
    let periods = issues::reported(cx, &branch.roster.course, duty, &said, None)?;
    let mut draft = drafted(cx, duty, &periods).await?;
    let (looks, unseen) = look_at_all(cx).await;
    if looks.is_empty() {
        let args = [("why", Value::from(unseen.unwrap_or(Unseen::Gone).key())), ("duty", duty.name.as_str().into())];
        return Ok(cx.reply(cx.say("screenshot-unseen-alone", &args)));
    }
    let entries = draft.drain();
    let periods: Vec<Period> = entries.iter().filter_map(|e| if let Entry::Done { period, .. } = e { Some(*period) } else { None }).collect();
    let (branch, member) = cx.member()?;
    let known = cx.bot.store.standings_of(branch.roster.org.id, member.person, Some(&duty.key)).await?;
    if periods.iter().all(|p| known.iter().any(|(k, s)| k.period == *p && s.got > 0)) {
        return kept(cx, duty, &periods, looks).await;
    }
    let words = issues::said(cx, Some(&branch.roster.course), duty, &periods);
    cx.ask(&Body::Screenshot { duty: duty.key.clone(), periods, looks }).await?;
    Ok(cx.reply(cx.say("screenshot-ask", &[("period", words.into()), ("duty", duty.name.as_str().into())])))
}

async fn drafted<'a>(cx: &'a Context, duty: &Duty, periods: &[Period]) -> Result<Draft<'a>, Error> {
    let mut draft = Draft::new(cx)?;
    let people = draft.people(&[], duty).await?;
    draft.done(duty, &people, periods, 1)?;
    draft.rest_on(Evidence::Screenshot);
    Ok(draft)
}

/// Another issue than [`alone`] asked about is said to be what it is of: 第4期的. None where the text names none, or says more.
///
/// # Errors
/// As for a report.
pub async fn of_issue(cx: &Context, duty: &str, looks: &[Look]) -> Result<Option<Reply>, Error> {
    let duty = cx.duty(duty)?;
    let (branch, _) = cx.member()?;
    let course = &branch.roster.course;
    let Some(named) = issues::alone(cx, course, duty) else { return Ok(None) };
    let periods = issues::reported(cx, course, duty, &[], named.as_deref())?;
    kept(cx, duty, &periods, looks.to_vec()).await.map(Some)
}

/// The yes to what [`alone`] asked, or no need to ask: enters it.
///
/// # Errors
/// As for a report.
pub async fn kept(cx: &Context, duty: &Duty, periods: &[Period], looks: Vec<Look>) -> Result<Reply, Error> {
    let mut draft = drafted(cx, duty, periods).await?;
    draft.push(Entry::Looks(looks.clone()));
    let outcome = enter(cx, &draft.finish(), &looks).await?;
    let branch = cx.member()?.0;
    let new = outcome.verdicts.iter().any(|v| matches!(v, Verdict::Recorded { .. }));
    let args = [("period", Value::from(issues::said(cx, Some(&branch.roster.course), duty, periods))), ("duty", duty.name.as_str().into())];
    Ok(cx.reply(cx.say(if new { "screenshot-kept" } else { "screenshot-known" }, &args)))
}
