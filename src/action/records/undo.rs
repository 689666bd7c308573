//! `撤销`: takes back what the speaker's last message entered, or what a recalled message had entered. The records
//! stay; reversals that name them are added.

use super::chain;
use super::draft::Draft;
use super::report;
use super::undo_may::{DAY, allowed};
pub use super::undo_may::{confirmed, confirmed_stays};
use super::undo_named::{forget_official, undo_named};
use super::undo_still;
use super::withdraw;
use super::{undo_meeting, undo_moved};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::dues::bill_import::BILL;
use crate::action::dues::relief::HEALTH;
use crate::action::dues::{relief_above, relief_back};
use crate::action::meetings::leave_back;
use crate::action::study::issues;
use crate::action::study::issues::around;
use crate::action::study::study_import::EXPORT;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::domain::ids::OrgId;
use crate::domain::ledger::{Entry, Line, Post, Refusal, Verdict};
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::record::{Key, Kind, Record};
use crate::domain::relief::Relief;
use crate::domain::role::Permission;
use crate::domain::roster::Org;
use crate::error::{Error, Fault, Mistake};
use crate::language::Thing;
use crate::store::records::ledger::Entered;
use std::collections::{BTreeMap, BTreeSet};

/// Takes back what is named, and nothing else; where nothing is, what the speaker did last.
pub async fn undo(cx: &Context) -> Result<Reply, Error> {
    cx.speaker()?;
    let said = cx.bot.grammar.taken_back(&cx.text, &around(cx));
    let nothing_named = said.bare && cx.bot.grammar.named(&said.what, &around(cx)).is_empty();
    // 撤销,发错了 gives no reason that anybody would look for
    let because = said.reason.clone().filter(|why| !nothing_named && !HEALTH.iter().any(|w| why.contains(w)));
    let cx = &Context { text: said.what.clone(), because, ..cx.clone() };
    let since = cx.now - window(cx);
    let quotes = cx.incoming.replies_to.as_ref().filter(|_| !cx.incoming.replies_to_bot);
    let list = cx.text.contains("接龙") || cx.text.contains("接龍");
    if quotes.is_none()
        && !list
        && let Some(reply) = undo_meeting::undo(cx, &said, since).await?
    {
        return Ok(reply);
    }
    if let Some(reply) = undo_moved::undo_moved(cx, &said, since).await? {
        return Ok(reply);
    }
    if let Some(message) = quotes {
        return quoted(cx, message).await;
    }
    // a refund, a hand-up, a check-in, a file: none of those is an issue, leave or what waits above
    if matches!(said.thing, None | Some(Thing::Relief)) {
        if let Some(reply) = withdraw::withdraw(cx).await? {
            return Ok(reply);
        }
        let unknown = !said.bare && said.thing.is_none() && !list && !cx.text.contains('假');
        if unknown && cx.bot.grammar.named(&cx.text, &around(cx)).is_empty() {
            return Err(Mistake::new("undo-no-such").into());
        }
        if let Some(reply) = relief_back::take_back(cx).await? {
            return Ok(reply);
        }
        if let Some(reply) = leave_back::take_back(cx).await? {
            return Ok(reply);
        }
    }
    if let Some(reply) = undo_named(cx, &said, since).await? {
        return Ok(reply);
    }
    match meant(cx, since).await? {
        Some(entered) => take_back(cx, &whole(cx, entered).await?).await,
        None => Err(nothing(cx).await?.into()),
    }
}

/// For so long one takes back what one entered oneself, milliseconds.
pub(in crate::action) fn window(cx: &Context) -> i64 {
    cx.bot.config.bot.answers.undo_days * DAY
}

/// Takes back what the message that is quoted entered or told, and nothing else.
async fn quoted(cx: &Context, message: &str) -> Result<Reply, Error> {
    cx.bot.store.settled().await?;
    let entered = entered_by(cx, &cx.incoming.chat, message, i64::MIN).await?;
    let source = format!("{}/{message}", cx.incoming.chat);
    match all_of(cx, &source, entered).await? {
        Some(reply) => Ok(reply),
        None => Err(Mistake::new("undo-quoted-nothing").into()),
    }
}

/// Takes back all that one message did: what it entered, leave that is no record yet, what it asked above and waits there. None where
/// that is nothing.
async fn all_of(cx: &Context, source: &str, entered: Option<Entered>) -> Result<Option<Reply>, Error> {
    let told = leave_back::under(cx, source).await?;
    let asked = relief_back::under(cx, source).await?;
    if entered.is_none() && told.is_empty() && asked.is_empty() {
        return Ok(None);
    }
    let told = leave_back::allowed(cx, told).await?;
    let mut reply = match entered {
        Some(entered) => take_back(cx, &whole(cx, entered).await?).await?,
        None => Reply::silence(),
    };
    reply = reply.and(leave_back::drop_all(cx, &told).await?);
    if !asked.is_empty() {
        reply = reply.and(relief_back::drop_all(cx, &asked).await?);
    }
    Ok(Some(reply))
}

/// What is to be taken back where nothing is quoted or named: of the list last pasted here (撤销接龙), else of the speaker's last
/// message.
async fn meant(cx: &Context, since: i64) -> Result<Option<Entered>, Error> {
    if cx.text.contains("接龙") || cx.text.contains("接龍") {
        return match chain::last_paste(cx).await? {
            Some(source) => Ok(cx.bot.store.entered(&source).await?),
            None => Ok(None),
        };
    }
    Ok(cx.bot.store.last_entered(&cx.incoming.sender, since).await?)
}

/// Why there is nothing to be taken back: what the speaker entered is too old for a bare word.
async fn nothing(cx: &Context) -> Result<Mistake, Error> {
    let last = cx.bot.store.last_entered(&cx.incoming.sender, i64::MIN).await?;
    let branch = match last.as_ref().and_then(|e| e.records.first()) {
        Some(r) => cx.bot.cache.branch(r.key.branch).await?,
        None => None,
    };
    let Some(branch) = branch else { return Ok(Mistake::new("undo-nothing")) };
    let org = &branch.roster.org;
    Ok(if cx.may(Permission::ReportOthers, org) { Mistake::new("undo-which").with("days", days(cx)) } else { too_old(cx, "undo-too-old", org) })
}

/// That this is too old for whoever entered it, and who may change it.
pub(in crate::action) fn too_old(cx: &Context, key: &'static str, org: &Org) -> Mistake {
    Mistake::new(key).with("days", days(cx)).with("who", cx.who_may_at(Permission::ReportOthers, org))
}

fn days(cx: &Context) -> String {
    cx.bot.config.bot.answers.undo_days.to_string()
}

/// A pasted list with what was answered about its names, a bill or an export with all its rows: they are taken back together.
pub(in crate::action) async fn whole(cx: &Context, entered: Entered) -> Result<Entered, Error> {
    let file = [BILL, EXPORT].into_iter().find(|kind| entered.source.starts_with(kind));
    let mut all = if let Some(kind) = file {
        cx.bot.store.entered_together(&entered, kind).await?
    } else {
        let paste = chain::paste(&entered.source).to_owned();
        cx.bot.store.entered_with(&paste, &chain::answers(&paste)).await?
    };
    let mut known = BTreeSet::new();
    all.extend(entered.records);
    all.retain(|r| known.insert(r.id));
    all.sort_by_key(|r| r.id);
    Ok(Entered { records: all, ..entered })
}

/// Takes back what the message of this source entered, told or asked.
pub async fn undo_source(cx: &Context, source: &str) -> Result<Reply, Error> {
    let entered = cx.bot.store.entered_under(source, i64::MIN).await?;
    Ok(all_of(cx, source, entered).await?.unwrap_or_else(|| cx.reply(cx.say("undo-nothing", &[]))))
}

/// Takes back one report, and nothing else of its message.
pub(in crate::action) async fn undo_report(cx: &Context, report: &Record) -> Result<Reply, Error> {
    let Some(mut entered) = cx.bot.store.entered(&report.source).await? else { return Err(Mistake::new("undo-nothing").into()) };
    entered.records.retain(|r| r.key == report.key);
    take_back(cx, &entered).await
}

pub(in crate::action) async fn take_back(cx: &Context, entered: &Entered) -> Result<Reply, Error> {
    allowed(cx, entered).await?;
    confirmed_stays(cx, entered).await?;
    let mut draft = Draft::new(cx)?;
    let mut branches: BTreeMap<OrgId, Vec<_>> = BTreeMap::new();
    let (replaced, made): (Vec<&Record>, Vec<&Record>) = entered.records.iter().partition(|r| r.kind == Kind::Reverse);
    for r in made {
        branches.entry(r.key.branch).or_default().push(r.id);
    }
    for (branch, records) in branches {
        draft.push(Entry::Reverse { branch, records });
    }
    for r in replaced {
        let adds = cx.bot.config.duty(&r.key.duty).is_some_and(|d| matches!(d.measure, Measure::Count | Measure::Minutes));
        draft.push(Entry::BringBack { branch: r.key.branch, records: vec![r.id], adds });
    }
    if let Some(reason) = &cx.because {
        draft.push(Entry::Because(reason.clone()));
    }
    let post: Post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    if outcome.verdicts.iter().any(|v| matches!(v, Verdict::Refused(Refusal::Refunded))) {
        return Ok(cx.reply(cx.say("undo-refunded", &[])));
    }
    if !outcome.verdicts.iter().any(|v| matches!(v, Verdict::Recorded { .. })) {
        return Ok(cx.reply(cx.say("undo-nothing", &[])));
    }
    forget_official(cx, entered).await?;
    let mut text = cx.say("undone", &[("what", what(cx, &entered.records).await.into())]);
    if cx.because.is_some() {
        text.push_str(&cx.say("correct-reason", &[]));
    }
    text.extend(undo_still::told(cx, entered).await?.map(|still| format!("\n{still}")));
    if let Some(again) = relief_above::taken_back(cx, entered).await? {
        text = format!("{text}\n{again}");
    }
    Ok(cx.reply(text))
}

/// Records in words: 8月至10月团费; with the name where they are another's, and as a confirmation where they are one.
pub async fn what(cx: &Context, records: &[Record]) -> String {
    // what brings back an earlier entry is told with the one that it replaces
    let replaced = |r: &Record| r.kind == Kind::Reverse && records.iter().any(|o| o.kind != Kind::Reverse && o.key.person == r.key.person);
    // a bill's payment that nobody had claimed is claimed and confirmed in one
    let confirmed = |r: &Record| r.kind.confirms() && records.iter().any(|o| o.kind.claims() && o.key == r.key);
    let told = |r: &&Record| !replaced(r) && !confirmed(r);
    in_words(cx, records.iter().filter(told).map(|r| (&r.key, r.kind)).collect()).await
}

/// The same of lines that were just entered.
pub async fn lines_in_words(cx: &Context, lines: &[Line]) -> String {
    in_words(cx, lines.iter().map(|l| (&l.key, l.kind)).collect()).await
}

async fn in_words(cx: &Context, entries: Vec<(&Key, Kind)>) -> String {
    let me = cx.speaker.as_ref().map(|s| s.known.person);
    let mut all: Vec<(&Key, Kind, Vec<Period>)> = Vec::new();
    for (key, kind) in entries {
        match all.iter_mut().find(|(o, k, _)| o.person == key.person && o.duty == key.duty && *k == kind) {
            Some((_, _, periods)) => periods.push(key.period),
            None => all.push((key, kind, vec![key.period])),
        }
    }
    let mut parts = Vec::new();
    for (r, kind, periods) in all {
        let duty = cx.bot.config.duty(&r.duty);
        let branch = cx.bot.cache.branch(r.branch).await.ok().flatten();
        let course = branch.as_ref().map(|b| &b.roster.course);
        let period = duty.map_or_else(|| cx.periods(&periods), |d| issues::said(cx, course, d, &periods));
        let duty = duty.map_or(r.duty.as_str(), |d| d.name.as_str());
        let name = branch.as_ref().and_then(|b| b.roster.member(r.person).map(|m| cx.called(b, m))).filter(|_| me != Some(r.person));
        let key = match kind {
            kind if kind.confirms() => "undo-confirmation",
            Kind::Refund | Kind::RefundExtra => "undo-refund",
            Kind::HandUp => "undo-hand-up",
            Kind::Returned => "undo-returned",
            Kind::Carried => "undo-carried",
            Kind::Extra => "undo-extra",
            kind if kind.relieves() => "undo-exempt",
            Kind::Opening => "undo-opening",
            _ => "undo-what",
        };
        parts.push(cx.say(key, &[("name", name.unwrap_or_default().into()), ("period", period.into()), ("duty", duty.into())]));
    }
    cx.bot.names(&parts, 12)
}

/// A message was recalled by its sender: where it had entered or told something, offers to take that back.
pub async fn recalled(cx: &Context, chat: &ChatKey, sender: &AccountKey, message: &str) -> Result<Reply, Fault> {
    let since = cx.now - 2 * DAY;
    let entered = entered_by(cx, chat, message, since).await?;
    let mut told = leave_back::under(cx, &format!("{chat}/{message}")).await?;
    told.retain(|t| t.by_sender(cx) && t.at() >= since);
    let asked: Vec<Relief> = cx.bot.store.reliefs_under(&format!("{chat}/{message}")).await?.into_iter().filter(|r| r.asked_at >= since).collect();
    let found = entered.as_ref().map(|e| e.source.clone()).or_else(|| told.first().map(|t| t.source().to_owned()));
    let Some(source) = found.or_else(|| asked.first().map(|r| r.source.clone())) else {
        return Ok(Reply::silence());
    };
    let records = match &entered {
        Some(entered) => what(cx, &entered.records).await,
        None => String::new(),
    };
    let mut rest = leave_back::in_words(cx, &told).await;
    if !asked.is_empty() {
        rest.push(relief_back::in_words(cx, &asked).await?);
    }
    let what = leave_back::joined(cx, records, rest);
    if let Some(entered) = &entered
        && let Some(branch) = confirmed(cx, entered).await?
        && let Some(branch) = cx.bot.cache.branch(branch).await?
        && !cx.may(Permission::ApproveDues, &branch.roster.org)
    {
        let who = cx.bot.who_may(Permission::ApproveDues);
        return Ok(cx.reply(cx.say("recall-confirmed", &[("what", what.into()), ("who", who.into())])));
    }
    cx.ask_in(chat, sender, &Body::Undo { source }).await?;
    Ok(cx.reply(cx.say("recall-offer", &[("what", what.into())])))
}

/// What a message known only by the id that answers quote had entered.
pub(in crate::action) async fn entered_by(cx: &Context, chat: &ChatKey, message: &str, since: i64) -> Result<Option<Entered>, Fault> {
    let prefix = format!("{chat}/{message}");
    let last = cx.bot.store.entered_under(&prefix, since).await?;
    Ok(last.filter(|e| !e.records.is_empty()))
}

/// Whether any version of that message ever entered anything, whatever became of it.
pub(in crate::action) async fn had_entered(cx: &Context, chat: &ChatKey, message: &str) -> Result<bool, Fault> {
    cx.bot.store.had_entered_under(&format!("{chat}/{message}")).await
}
