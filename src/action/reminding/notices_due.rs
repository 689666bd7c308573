//! Notices by the clock: what is pushed regularly, and the naming of those who did not read what they were sent long ago. Neither
//! in quiet hours, nor by a clock that leapt ahead; what a notice says and how it goes is `notices`'.

use super::notices::{WORTH, chasing, push, title};
use crate::action::bot::Bot;
use crate::action::permission::granted;
use crate::domain::duty::Reminder;
use crate::domain::ids::OrgId;
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::role::{Permission, Role};
use crate::domain::roster::Org;
use crate::domain::timing::Timing;
use crate::error::Fault;
use crate::store::sending::notices::{Carried, Notice, Plan};
use crate::store::sending::outbox::{Letter, is_for};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What was to be pushed and was missed still goes for so long, milliseconds.
const GRACE: i64 = 12 * 3_600_000;
/// How often it is looked whether a notice has gone out that waits, milliseconds.
const LOOK_AGAIN: i64 = 10 * 60_000;

/// How a notice stands in one of its chats.
enum Stands {
    /// It is out, since then (UTC ms).
    Out(i64),
    /// It may still go.
    Waits,
    /// It never will.
    Lost,
    /// Who did not read it was named.
    Named,
}

fn stands(notice: &Notice, all: &[Carried], org: OrgId, chat: &ChatKey, now: i64) -> Stands {
    let (own, chases) = (format!("notice/{}/{org}/{chat}", notice.id), format!("notice/{}/{org}/chase/", notice.id));
    if all.iter().any(|l| l.key.starts_with(&chases) && is_for(&l.key, chat)) {
        return Stands::Named;
    }
    match all.iter().find(|l| l.key == own) {
        Some(l) if l.state == "sent" => Stands::Out(l.ended_at.unwrap_or(notice.made_at)),
        // what failed may be sent again by hand
        Some(l) if matches!(&*l.state, "waiting" | "failed") && now < notice.made_at.saturating_add(WORTH) => Stands::Waits,
        Some(_) => Stands::Lost,
        // what is no longer kept went long ago
        None => Stands::Out(notice.made_at),
    }
}

/// The chats, with their units, in which a notice is out and nobody was named yet.
pub(in crate::action) async fn chats_out(bot: &Bot, notice: &Notice) -> Result<HashSet<(OrgId, ChatKey)>, Fault> {
    let letters = bot.store.notice_letters(notice.id).await?;
    let mut all = bot.store.notice_targets(notice.id).await?;
    all.retain(|(org, chat)| matches!(stands(notice, &letters, *org, chat, bot.now()), Stands::Out(_)));
    Ok(all.into_iter().collect())
}

/// Names those who did not read it where it is out for so many hours; the rest when it is.
async fn name_silent(bot: &Bot, notice: &Notice) -> Result<(), Fault> {
    let (now, hours) = (bot.now(), bot.config.bot.reminders.chase_hours * 3_600_000);
    let letters = bot.store.notice_letters(notice.id).await?;
    let (mut due, mut again) = (HashSet::new(), None::<i64>);
    for (org, chat) in bot.store.notice_targets(notice.id).await? {
        let later = match stands(notice, &letters, org, &chat, now) {
            Stands::Out(at) if at.saturating_add(hours) <= now => {
                due.insert((org, chat));
                continue;
            }
            Stands::Out(at) => at.saturating_add(hours),
            Stands::Waits => now.saturating_add(LOOK_AGAIN),
            Stands::Lost | Stands::Named => continue,
        };
        again = Some(again.map_or(later, |first| first.min(later)));
    }
    let (letters, _) = chasing(bot, notice, &|org, chat| due.contains(&(org, chat.clone())), "chase").await?;
    bot.store.chase(notice.id, &letters, again, now).await?;
    Ok(())
}

impl Bot {
    /// Pushes what is due, and names those who did not read what they were sent long ago; not in quiet hours. To be called
    /// every few seconds.
    ///
    /// # Errors
    /// Where the database fails; the next call goes on. What fails for a reason of its own keeps nothing else back.
    pub async fn tend_notices(self: &Arc<Self>) -> Result<(), Fault> {
        let now = self.now();
        if now < self.tended.swap(now, Ordering::SeqCst) {
            self.bring_plans_back(now).await?;
        }
        if self.loud_from(now) > now || !self.store.clock_holds().await? {
            return Ok(());
        }
        for plan in self.store.plans(None, now).await? {
            let done = self.push_plan(&plan, now).await;
            alone(done, "what is pushed regularly could not be pushed; it is tried again", plan.id)?;
        }
        for notice in self.store.to_chase(now).await? {
            let done = name_silent(self, &notice).await;
            alone(done, "who did not read a notice could not be named; it is tried again", notice.id)?;
        }
        Ok(())
    }

    /// Of what was missed the last goes, once, within its grace; nothing does by the word of somebody who may not send it any more.
    async fn push_plan(&self, plan: &Plan, now: i64) -> Result<(), Fault> {
        let Some(mut due) = plan.next_at else { return Ok(()) };
        if let (Some(actor), Some(org)) = (plan.actor, self.store.org(plan.org).await?)
            && !granted(&self.config, &self.store.grants(actor).await?, Permission::ManageIssues, &org)
        {
            return self.stop_plan(plan, org, now).await;
        }
        let next = loop {
            match next(self, &plan.cron, due) {
                Some(at) if at <= now => due = at,
                next => break next,
            }
        };
        if now <= self.loud_from(due).saturating_add(GRACE) {
            push(self, plan.org, &plan.units, &plan.body, None, None, Some((plan, next))).await?;
        } else if self.store.move_plan(plan, next).await? {
            tracing::warn!(plan = plan.id, "what is pushed regularly was missed; it goes when it comes next");
        }
        Ok(())
    }

    /// The secretaries of its unit, or of the next one above that has any, are told.
    async fn stop_plan(&self, plan: &Plan, org: Org, now: i64) -> Result<(), Fault> {
        let text = self.say("push-stopped", &[("title", title(&plan.body).into())]);
        let (mut letters, mut unit) = (Vec::new(), Some(org));
        while let Some(at) = unit.filter(|_| letters.is_empty()) {
            for person in self.store.holders(at.id, Role::Secretary).await? {
                let accounts = self.store.accounts_of(person).await?;
                let chat = accounts.iter().find(|a| self.courier(&a.platform).is_some()).or(accounts.first()).map(ChatKey::private);
                letters.extend(chat.map(|chat| Letter {
                    dedupe_key: format!("push/{}/{}/{chat}", plan.org, plan.id),
                    message: Outgoing::text(chat, text.clone()),
                    expires_at: now + WORTH,
                }));
            }
            unit = match at.parent {
                Some(parent) => self.store.org(parent).await?,
                None => None,
            };
        }
        if self.store.stop_plan(plan, &letters, now).await? {
            tracing::warn!(plan = plan.id, told = letters.len(), "whoever made what is pushed regularly may not any more: it stops");
        }
        Ok(())
    }

    /// The first look, or the clock stepped back: no plan waits for a time that lies behind others of its own.
    async fn bring_plans_back(&self, now: i64) -> Result<(), Fault> {
        for plan in self.store.plans_ahead(now).await? {
            let Some(first) = next(self, &plan.cron, now) else { continue };
            // one step back over its last time brings no second push
            if next(self, &plan.cron, first).is_some_and(|second| plan.next_at > Some(second)) {
                self.store.move_plan(&plan, Some(first)).await?;
                tracing::warn!(plan = plan.id, "a clock was ahead: what is pushed regularly comes next when it should");
            }
        }
        Ok(())
    }

    fn loud_from(&self, at: i64) -> i64 {
        self.config.bot.reminders.quiet.map_or(at, |q| q.instant_after(at, self.config.zone()))
    }
}

/// A fault of one is its own, unless the database fails altogether.
fn alone(done: Result<(), Fault>, what: &str, id: i64) -> Result<(), Fault> {
    match done {
        Err(fault) if !fault.is_everywhere() => {
            tracing::error!(id, %fault, "{what}");
            Ok(())
        }
        done => done,
    }
}

/// The first time of a line after an instant.
pub(in crate::action) fn next(bot: &Bot, cron: &str, after: i64) -> Option<i64> {
    let timing = Timing::of(&Reminder::own(0, cron, bot.config.zone())).ok()?;
    let duty = bot.config.duties.first()?;
    timing.next_after(after, &bot.config.almanac(duty)).map(|run| run.at)
}
