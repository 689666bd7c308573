//! `待批减免`, `同意张三的免交`, `驳回张三的减免`: the word from above that exempt and reduced dues of a branch take. Yes enters them, no
//! drops them; whoever asked is told in private. A role of the branch itself is not above it.

use super::relief::{What, account, enter};
use super::treasury::distinct;
use crate::action::branch::units;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::members::people::{self, Person};
use crate::action::permission::covers;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::ids::OrgId;
use crate::domain::message::{AccountKey, ChatKey, Outgoing};
use crate::domain::relief::{Outcome, Relief};
use crate::domain::role::{Permission, Role};
use crate::domain::roster::OrgKind;
use crate::error::{Error, Mistake};
use crate::store::records::ledger::Entered;

/// What one list shows, and one yes approves.
const SHOWN: usize = 30;

/// What waits, with whose it is.
struct Waits {
    relief: Relief,
    person: Person,
}

impl Waits {
    fn what<'a>(&self, cx: &'a Context) -> Result<What<'a>, Error> {
        Ok(What { duty: cx.duty(&self.relief.duty)?, span: self.relief.span, left: self.relief.left })
    }

    /// In words: 第一团支部的张三11月、12月免交团费，李四定的（原因：…）.
    async fn said(&self, cx: &Context) -> Result<String, Error> {
        let what = self.what(cx)?;
        let who = match self.relief.actor {
            Some(actor) => cx.bot.store.name_of(actor).await?,
            None => None,
        };
        let args = [
            ("unit", Value::from(show::name(&self.person.branch.roster.org.name))),
            ("name", show::name(&self.person.member.name).into()),
            ("period", cx.periods(&what.periods()).into()),
            ("what", what.said(cx, cx.private()).into()),
            ("who", who.map_or_else(|| "none".to_owned(), |w| show::name(&w)).into()),
            ("reason", if self.relief.reason.is_empty() || !cx.private() { "none".to_owned() } else { self.relief.reason.clone() }.into()),
        ];
        Ok(cx.say("relief-one", &args))
    }
}

/// What waits for the speaker's word.
///
/// # Errors
/// A mistake for who has no role above a branch that gives it.
async fn waiting(cx: &Context) -> Result<Vec<Waits>, Error> {
    let ids: Vec<OrgId> = people::scope(cx).await?;
    let mut all = Vec::new();
    for relief in cx.bot.store.reliefs_waiting(&ids).await? {
        let Some(branch) = cx.bot.cache.branch(relief.branch).await? else { continue };
        let above = branch.units.get(1).is_some_and(|above| cx.may(Permission::ApproveRelief, above));
        let meant = cx.named.as_ref().is_none_or(|n| covers(&n.unit.path, &branch.roster.org.path));
        let Some(member) = branch.roster.member(relief.person).cloned().filter(|_| above && meant) else { continue };
        all.push(Waits { relief, person: Person { branch, member } });
    }
    if all.is_empty() && !stands_above(cx).await? {
        return Err(Mistake::new("relief-not-yours").into());
    }
    Ok(all)
}

/// Whether the speaker has a role that approves, above any branch.
async fn stands_above(cx: &Context) -> Result<bool, Error> {
    let may = |r: Role| cx.bot.config.roles.get(&r).is_some_and(|p| p.contains(&Permission::ApproveRelief));
    for grant in cx.speaker()?.known.grants.iter().filter(|g| may(g.role)) {
        if cx.bot.store.org(grant.org).await?.is_some_and(|org| org.kind != OrgKind::Branch) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `待批减免`: a list, in private to say yes to.
pub async fn list(cx: &Context) -> Result<Reply, Error> {
    cx.speaker()?;
    let all = waiting(cx).await?;
    if all.is_empty() {
        return Ok(cx.reply(cx.say("relief-none", &[])));
    }
    if !cx.private() {
        return Ok(cx.reply(cx.say("relief-count", &[("count", all.len().into())])));
    }
    let shown = &all[..all.len().min(SHOWN)];
    let mut lines = vec![cx.say("relief-list", &[("count", all.len().into())])];
    for one in shown {
        lines.push(one.said(cx).await?);
    }
    lines.push(cx.say("relief-list-how", &[("name", show::name(&shown[0].person.member.name).into()), ("rest", (all.len() - shown.len()).into())]));
    cx.ask(&Body::Reliefs { all: shown.iter().map(|w| (w.relief.branch, w.relief.id)).collect() }).await?;
    Ok(cx.reply(lines.join("\n")))
}

/// The yes to that list: just what was shown and still waits.
pub(in crate::action) async fn shown(cx: &Context, ids: &[(OrgId, i64)]) -> Result<Reply, Error> {
    let all: Vec<Waits> = waiting(cx).await?.into_iter().filter(|w| ids.contains(&(w.relief.branch, w.relief.id))).collect();
    if all.is_empty() { Err(Mistake::new("relief-none").into()) } else { decide(cx, true, all).await }
}

/// `同意张三的免交`, `驳回张三的减免`; without a name: the only one that waits, or all of them where that is said.
pub async fn answer(cx: &Context, granted: bool, names: &[String]) -> Result<Reply, Error> {
    cx.speaker()?;
    let all = waiting(cx).await?;
    if all.is_empty() {
        return Err(Mistake::new("relief-none").into());
    }
    if names.is_empty() {
        let every = ["全部", "都", "所有"].iter().any(|w| cx.text.contains(w));
        if all.len() > 1 && !every {
            let names: Vec<String> = all.iter().map(|w| show::name(&w.person.member.name)).collect();
            return Err(Mistake::new("relief-which").with("names", cx.bot.names(&names, show::NAMES)).into());
        }
        return decide(cx, granted, all).await;
    }
    let mut meant: Vec<Waits> = Vec::new();
    let mut rest = all;
    for name in names {
        let (of, others): (Vec<Waits>, Vec<Waits>) = rest.into_iter().partition(|w| w.person.member.name == *name);
        rest = others;
        let of = units::narrowed(cx, name, of, |w| Some((&w.person.branch.roster.org, &w.person.member))).await?;
        let mut who: Vec<_> = of.iter().map(|w| w.relief.person).collect();
        who.dedup();
        match who.len() {
            0 => return Err(Mistake::new("relief-none-of").with("name", show::name(name)).into()),
            1 => meant.extend(of),
            _ => {
                let unit = show::name(&of[0].person.branch.roster.org.name);
                return Err(Mistake::new("relief-namesakes").with("name", show::name(name)).with("unit", unit).into());
            }
        }
    }
    decide(cx, granted, meant).await
}

async fn decide(cx: &Context, granted: bool, all: Vec<Waits>) -> Result<Reply, Error> {
    let me = cx.speaker()?;
    let source = cx.incoming.source();
    let by = cx.bot.store.name_of(me.known.person).await?.map(|n| show::name(&n)).unwrap_or_default();
    let mut lines = Vec::new();
    if granted {
        let whats: Vec<What<'_>> = all.iter().map(|w| w.what(cx)).collect::<Result<_, _>>()?;
        let them: Vec<(&Person, &What<'_>)> = all.iter().map(|w| &w.person).zip(&whats).collect();
        lines = enter(cx, &them).await?.0;
    }
    let mut reply = Reply::default();
    let mut texts = Vec::new();
    for waits in &all {
        let what = waits.what(cx)?;
        let periods = distinct(lines.iter().filter(|l| l.key.person == waits.person.member.person && l.key.duty == what.duty.key).map(|l| l.key.period));
        let outcome = if granted { Outcome::Approved } else { Outcome::Refused };
        let entered = Some(source.as_str()).filter(|_| !periods.is_empty());
        if !cx.bot.store.decide_relief(&waits.relief, outcome, me.known.person, entered).await? && periods.is_empty() {
            // somebody else was quicker
            continue;
        }
        let asker = account_of(cx, waits).await?;
        let outcome = match (granted, periods.is_empty()) {
            (true, false) => "yes",
            (true, true) => "paid",
            (false, _) => "no",
        };
        let args = |sums: bool| {
            [
                ("unit", Value::from(show::name(&waits.person.branch.roster.org.name))),
                ("name", show::name(&waits.person.member.name).into()),
                ("period", cx.periods(&if periods.is_empty() { what.periods() } else { periods.clone() }).into()),
                ("what", what.said(cx, sums).into()),
                ("until", cx.period(what.span.1).into()),
                ("outcome", outcome.into()),
                ("by", by.as_str().into()),
                ("told", if asker.is_some() { "yes" } else { "no" }.into()),
            ]
        };
        texts.push(cx.say("relief-decided", &args(cx.private())));
        reply.private.extend(asker.as_ref().map(|a| Outgoing::text(ChatKey::private(a), cx.say("relief-decided-branch", &args(true)))));
    }
    if texts.is_empty() {
        return Err(Mistake::new("relief-none").into());
    }
    Ok(Reply { private: reply.private, ..cx.reply(texts.join("\n")) })
}

/// Who is told: whoever asked; where that account is gone, somebody who runs the branch.
async fn account_of(cx: &Context, waits: &Waits) -> Result<Option<AccountKey>, Error> {
    if let Some((platform, id)) = waits.relief.account.split_once(':') {
        return Ok(Some(AccountKey::new(platform, id)));
    }
    for holder in cx.bot.store.holders(waits.relief.branch, Role::Secretary).await? {
        if let Some(found) = account(cx, holder).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What the speaker had approved was taken back: it waits again. What is said of that.
pub(in crate::action) async fn taken_back(cx: &Context, entered: &Entered) -> Result<Option<String>, Error> {
    if !entered.records.iter().any(|r| r.kind.relieves()) {
        return Ok(None);
    }
    let again = cx.bot.store.relief_waits_again(&entered.source, cx.speaker()?.known.person).await?;
    Ok((again > 0).then(|| cx.say("relief-waits-again", &[])))
}
