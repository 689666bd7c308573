//! What becomes of messages and chats afterwards: a message is taken back or changed by its sender, a chat gets another id.
//!
//! A changed message says something else: what it had entered is reversed and what it says now is entered, in one
//! transaction, or nothing changes; the answer says so. Leave that it told for days to come goes with it. What the treasurer confirmed is only asked about, and leave that
//! needs a word is asked anew. A change that asks or commands something does nothing: nobody expects that to be heard
//! twice; nor does one of a message whose entry was taken back, or that is long past.

use super::lanes;
use super::router::{Rest, is_report};
use super::voices::Answers;
use crate::action::bot::Bot;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::meetings::leave_back::{self, Told};
use crate::action::meetings::{leave, leave_ahead};
use crate::action::records::{report, screenshot, undo};
use crate::domain::ledger::{Entry, Line, Outcome, Post, Refusal, Verdict};
use crate::domain::meeting::LeaveAhead;
use crate::domain::message::{ChatKey, Event, Incoming, Outgoing};
use crate::domain::record::Kind;
use crate::domain::role::Permission;
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;
use std::sync::Arc;

/// For so long a change of a message counts, milliseconds: platforms allow no more.
const CHANGES: i64 = 2 * 86_400_000;

impl Bot {
    /// A message was taken back.
    pub(in crate::action) async fn recall(self: &Arc<Self>, event: Event) {
        let Event::Recall { chat, bot, sender, operator, message, at } = event else { return };
        if sender != operator {
            return;
        }
        let incoming = Arc::new(Incoming {
            chat,
            bot,
            sender,
            sender_name: String::new(),
            message_id: format!("recall-{message}"),
            quote_id: message,
            sent_at: at,
            segments: Vec::new(),
            mentions_bot: false,
            replies_to: None,
            replies_to_bot: false,
            missed: false,
        });
        let done = async {
            if !matches!(
                self.voices.answers(&incoming.chat, &incoming.bot, lanes::heard_at().unwrap_or_else(|| self.now())).await?,
                Answers::We | Answers::WeNow
            ) {
                return Ok(Reply::silence());
            }
            self.store.settled().await?;
            let cx = Context::read(self, incoming.clone(), String::new(), false).await?;
            undo::recalled(&cx, &incoming.chat, &incoming.sender, &incoming.quote_id).await
        };
        match done.await {
            Ok(mut reply) => {
                self.with_choices(&incoming, &mut reply);
                // the recalled message can't be quoted any more
                drop(self.send_all(&incoming.source(), Outgoing { chat: incoming.chat.clone(), quote: None, parts: reply.parts }, reply.private).await);
            }
            Err(fault) => {
                self.failed();
                tracing::error!(%fault, "a recall could not be looked up");
            }
        }
    }

    /// A chat goes on under another id.
    pub(in crate::action) async fn moved(&self, from: &ChatKey, to: &ChatKey) {
        let moved = async {
            self.store.move_chat(from, to).await?;
            self.cache.forget_all();
            // open questions are known under the new id
            self.resume().await
        };
        match moved.await {
            Ok(()) => {
                tracing::info!(%from, %to, "a chat has a new id: what it was bound to goes on");
            }
            Err(fault) => {
                self.failed();
                tracing::error!(%from, %to, %fault, "a chat has a new id, and its binding could not follow: bind it again");
            }
        }
    }

    /// A message was changed.
    pub(in crate::action) async fn edited(self: &Arc<Self>, incoming: Arc<Incoming>) -> Option<Rest> {
        let done: Result<Option<Reply>, Error> = async {
            if !self.answers_here(&incoming, Event::Edited).await? {
                return Ok(None);
            }
            self.store.settled().await?;
            self.cache.freshen(&incoming.chat, &incoming.sender).await?;
            let (text, addressed, intents) = self.heard_again(&incoming).await?;
            let cx = Context::read(self, incoming.clone(), text, addressed).await?;
            if (cx.place.is_none() && !cx.private()) || cx.speaker.is_none() {
                return Ok(None);
            }
            let source = incoming.source();
            if !self.recent.first_time(&source) {
                return Ok(self.recent.lost(&source));
            }
            let reply = changed(&cx, &intents).await;
            if reply.is_err() {
                self.recent.forget(&source);
            }
            reply.map(Some)
        }
        .await;
        match done {
            Ok(None) => None,
            Ok(Some(reply)) => self.later(&incoming, reply),
            Err(error) => {
                let reply = self.excuse(&incoming.source(), error);
                self.later(&incoming, reply)
            }
        }
    }
}

async fn changed(cx: &Context, intents: &[Intent]) -> Result<Reply, Error> {
    let reports = !intents.is_empty() && intents.iter().all(is_report);
    let (chat, message) = (&cx.incoming.chat, &cx.incoming.quote_id);
    let mut told = leave_back::under(cx, &format!("{chat}/{message}")).await?;
    told.retain(|t| t.source() != cx.incoming.source() && t.by_sender(cx) && t.at() >= cx.now - CHANGES);
    let waiting: Vec<&Intent> = intents.iter().filter(|i| leave::waits(cx, i)).collect();
    let Some(old) = undo::entered_by(cx, chat, message, i64::MIN).await? else {
        // what it had entered was taken back: that was the last word
        if told.is_empty() && (!reports || undo::had_entered(cx, chat, message).await?) {
            return Ok(Reply::silence());
        }
        if !reports {
            return offer(cx, told[0].source().to_owned(), String::new(), &told).await;
        }
        // what was asked about the earlier words is no question any more; other questions are
        if cx.bot.asked.is_about(&cx.incoming) {
            cx.take_question().await?;
        }
        // what it says now has to be right before what it told is gone
        if waiting.is_empty() {
            if !told.is_empty() {
                let (_, left_out, _) = report::put_together(cx, intents).await?;
                wrong(&left_out)?;
                leave_back::forget(cx, &told).await?;
            }
            return cx.bot.work(cx, intents).await;
        }
        let reply = cx.bot.work(cx, intents).await?;
        leave_back::forget(cx, &told).await?;
        return Ok(reply);
    };
    if old.at < cx.now - CHANGES {
        return Ok(Reply::silence());
    }
    if old.account != cx.incoming.sender.to_string() {
        return Ok(Reply::silence());
    }
    let what = undo::what(cx, &old.records).await;
    if let Some(branch) = undo::confirmed(cx, &old).await? {
        let Some(branch) = cx.bot.cache.branch(branch).await? else { return Ok(Reply::silence()) };
        if cx.may(Permission::ApproveDues, &branch.roster.org) {
            cx.ask(&Body::Undo { source: old.source }).await?;
            return Ok(cx.reply(cx.say("edited-confirmed-ask", &[("what", what.into())])));
        }
        let who = cx.who_may_at(Permission::ApproveDues, &branch.roster.org);
        return Ok(cx.reply(cx.say("edited-confirmed", &[("what", what.into()), ("who", who.into())])));
    }
    let branch = old.records.first().map(|r| r.key.branch);
    let one_branch = old.records.iter().all(|r| Some(r.key.branch) == branch && r.kind != Kind::Reverse);
    match branch {
        Some(branch) if reports && waiting.is_empty() && one_branch => {
            let (mut post, left_out, ahead) = report::put_together(cx, intents).await?;
            wrong(&left_out)?;
            let with = leave_back::in_place(&mut post, branch, old.records.iter().map(|r| r.id).collect());
            replace(cx, &post, with, &what, Leaves { told: &told, ahead: &ahead, said: &left_out }).await
        }
        // it says nothing that can be entered in its place; leave is asked
        _ => {
            let mut reply = offer(cx, old.source, what, &told).await?;
            for intent in waiting {
                reply = reply.and(leave::ask(cx, intent).await?);
            }
            Ok(reply)
        }
    }
}

/// The first thing that can't be entered; leave that is kept is none.
fn wrong(left_out: &[Mistake]) -> Result<(), Mistake> {
    left_out.iter().find(|m| m.key != leave_ahead::KEPT).map_or(Ok(()), |m| Err(m.clone()))
}

async fn offer(cx: &Context, source: String, what: String, told: &[Told]) -> Result<Reply, Error> {
    let what = leave_back::joined(cx, what, leave_back::in_words(cx, told).await);
    cx.ask(&Body::Undo { source }).await?;
    Ok(cx.reply(cx.say("edited-offer", &[("what", what.into())])))
}

/// Leave of days to come: what the message had told, what it tells now, and what is said of that.
struct Leaves<'a> {
    told: &'a [Told],
    ahead: &'a [LeaveAhead],
    said: &'a [Mistake],
}

async fn replace(cx: &Context, post: &Post, with: Vec<Entry>, was: &str, leaves: Leaves<'_>) -> Result<Reply, Error> {
    let outcome = match report::enter(cx, post).await {
        // the roster changed meanwhile: whoever changes the message again is heard with what is true then
        Err(Fault::Stale) => return Err(Mistake::new("edited-again").into()),
        outcome => outcome?,
    };
    let lines = |lines: &[Line]| -> Vec<Line> { lines.to_vec() };
    match outcome.verdicts.first() {
        Some(verdict @ Verdict::Recorded { lines: new, .. }) => {
            leave_back::forget(cx, leaves.told).await?;
            leave_ahead::keep(cx, leaves.ahead).await?;
            let mut texts = if with.is_empty() {
                vec![cx.say("undone", &[("what", was.into())])]
            } else {
                let now = undo::lines_in_words(cx, &lines(new)).await;
                let key = if now == was { "corrected-same" } else { "edited" };
                vec![cx.say(key, &[("was", was.into()), ("now", now.into())])]
            };
            texts.extend(leaves.said.iter().map(|m| cx.bot.config.messages.mistake(cx.bot.lang(), m)));
            // its pictures vouch for what stands now
            let each = Outcome { verdicts: vec![verdict.clone(); with.len()], replayed: outcome.replayed };
            let told = screenshot::beside(cx.clone(), &Post { entries: with, ..post.clone() }, &each).await;
            texts.extend(told.beside);
            texts.extend(told.left_out.iter().map(|m| cx.bot.config.messages.mistake(cx.bot.lang(), m)));
            Ok(cx.reply(texts.join("\n")))
        }
        Some(Verdict::Already { lines: old }) => {
            let what = undo::lines_in_words(cx, &lines(old)).await;
            Err(Mistake::new("edited-already").with("what", what).with("was", was).into())
        }
        Some(Verdict::Refused(Refusal::Refunded)) => Ok(cx.reply(cx.say("undo-refunded", &[]))),
        _ => Err(Mistake::new("edited-unfit").with("was", was).into()),
    }
}
