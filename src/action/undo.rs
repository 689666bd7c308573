//! `撤销`: takes back what the speaker's last message entered, or what a recalled message had entered. The records
//! stay; reversals that name them are added.

use super::context::{Context, Reply};
use super::question::Body;
use super::report::{self, Draft};
use crate::domain::ids::OrgId;
use crate::domain::ledger::{Entry, Post, Verdict};
use crate::domain::message::{AccountKey, ChatKey};
use crate::error::{Error, Fault, Mistake};
use crate::store::ledger::Entered;
use std::collections::BTreeMap;

/// Takes back what the speaker's last message entered.
pub async fn undo(cx: &Context) -> Result<Reply, Error> {
    cx.speaker()?;
    let since = cx.now - cx.bot.config.bot.answers.undo_days * 86_400_000;
    match cx.bot.store.last_entered(&cx.incoming.sender, since).await? {
        Some(entered) => take_back(cx, &entered).await,
        None => Err(Mistake::new("undo-nothing").into()),
    }
}

/// Takes back what the message of this source entered.
pub async fn undo_source(cx: &Context, source: &str) -> Result<Reply, Error> {
    match cx.bot.store.entered(source).await? {
        Some(entered) => take_back(cx, &entered).await,
        None => Ok(cx.reply(cx.say("undo-nothing", &[]))),
    }
}

async fn take_back(cx: &Context, entered: &Entered) -> Result<Reply, Error> {
    let mut draft = Draft::new(cx)?;
    let mut branches: BTreeMap<OrgId, Vec<_>> = BTreeMap::new();
    for r in &entered.records {
        branches.entry(r.key.branch).or_default().push(r.id);
    }
    for (branch, records) in branches {
        draft.push(Entry::Reverse { branch, records });
    }
    let post: Post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    let mut parts = Vec::new();
    for verdict in &outcome.verdicts {
        if let Verdict::Recorded { lines, .. } = verdict {
            for line in lines {
                let duty = cx.bot.config.duty(&line.key.duty).map_or(line.key.duty.as_str(), |d| d.name.as_str());
                parts.push(format!("{}{duty}", cx.period(line.key.period)));
            }
        }
    }
    parts.dedup();
    if parts.is_empty() {
        return Ok(cx.reply(cx.say("undo-nothing", &[])));
    }
    Ok(cx.reply(cx.say("undone", &[("what", cx.bot.names(&parts, 12).into())])))
}

/// A message was recalled by its sender: where it had entered something, offers to take that back.
pub async fn recalled(cx: &Context, chat: &ChatKey, sender: &AccountKey, message: &str) -> Result<Reply, Fault> {
    let Some(entered) = entered_by(cx, chat, message).await? else { return Ok(Reply::silence()) };
    cx.ask_in(chat, sender, &Body::Undo { source: entered.source.clone() }).await?;
    let what: Vec<String> = entered
        .records
        .iter()
        .map(|r| {
            let duty = cx.bot.config.duty(&r.key.duty).map_or(r.key.duty.as_str(), |d| d.name.as_str());
            format!("{}{duty}", cx.period(r.key.period))
        })
        .collect();
    Ok(cx.reply(cx.say("recall-offer", &[("what", cx.bot.names(&what, 12).into())])))
}

/// What a message known only by the id that answers quote had entered.
async fn entered_by(cx: &Context, chat: &ChatKey, message: &str) -> Result<Option<Entered>, Fault> {
    let since = cx.now - 2 * 86_400_000;
    let prefix = format!("{chat}/{message}");
    let last = cx.bot.store.entered_under(&prefix, since).await?;
    Ok(last.filter(|e| !e.records.is_empty()))
}
