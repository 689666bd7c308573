//! Requests that an account be a member's: the list that a secretary sees, and approving it. Two kinds are never
//! approved along with the rest, because a stranger may have made them: a further account for somebody who has one,
//! and several accounts that all want to be the same person.

use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::Body;
use crate::action::queries::reading::{self, Scope};
use crate::action::show;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::message::AccountKey;
use crate::domain::role::Permission;
use crate::domain::roster::{BindingRequest, OrgKind};
use crate::error::{Error, Fault};
use std::collections::HashSet;
use std::sync::Arc;

/// Requests that one list shows, and one yes approves.
const SHOWN: usize = 60;

/// What to mind about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Nothing.
    Plain,
    /// The person has an account on this platform already: only by name.
    Second,
    /// Another account there wants to be the same person: only by a code.
    Rivals,
}

/// A request, as judged.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The request.
    pub request: BindingRequest,
    /// What to mind.
    pub care: Care,
}

/// The branches of a scope in which requests may wait, and how many requests wait in others that one list has no room
/// for. Of a unit with many branches only those are read that have some, the longest waiting first.
pub async fn places(cx: &Context, scope: &Scope) -> Result<(Vec<Arc<Branch>>, usize), Fault> {
    if !scope.branches.is_empty() {
        return Ok((scope.branches.clone(), 0));
    }
    let all: Vec<OrgId> = scope.units.iter().filter(|o| o.kind == OrgKind::Branch && cx.may(Permission::ApproveAccounts, o)).map(|o| o.id).collect();
    let (mut here, mut beyond) = (Vec::new(), 0);
    if !all.is_empty() {
        for request in cx.bot.store.binding_requests(&all).await? {
            if here.contains(&request.branch) {
                continue;
            }
            if here.len() < SHOWN {
                here.push(request.branch);
            } else {
                beyond += 1;
            }
        }
    }
    Ok((reading::fresh(cx, &here).await?, beyond))
}

/// Every request for these branches, oldest first.
pub async fn requests_of(cx: &Context, branches: &[Arc<Branch>]) -> Result<Vec<BindingRequest>, Fault> {
    let ids: Vec<OrgId> = branches.iter().map(|b| b.roster.org.id).collect();
    if ids.is_empty() { Ok(Vec::new()) } else { cx.bot.store.binding_requests(&ids).await }
}

/// The requests that the speaker may decide, oldest first.
pub async fn pending(cx: &Context, branches: &[Arc<Branch>]) -> Result<Vec<Pending>, Fault> {
    let mine: Vec<Arc<Branch>> = branches.iter().filter(|b| cx.may(Permission::ApproveAccounts, &b.roster.org)).cloned().collect();
    let requests = requests_of(cx, &mine).await?;
    Ok(judge(&mine, &requests))
}

fn judge(branches: &[Arc<Branch>], requests: &[BindingRequest]) -> Vec<Pending> {
    let rival = |r: &BindingRequest| requests.iter().any(|o| o.person == r.person && o.account != r.account && o.account.platform == r.account.platform);
    let has_one = |r: &BindingRequest| {
        let member = branches.iter().filter(|b| b.roster.org.id == r.branch).find_map(|b| b.roster.member(r.person));
        member.is_some_and(|m| m.accounts.iter().any(|a| a.platform == r.account.platform))
    };
    let care = |r: &BindingRequest| match (rival(r), has_one(r)) {
        (true, _) => Care::Rivals,
        (_, true) => Care::Second,
        _ => Care::Plain,
    };
    requests.iter().map(|r| Pending { request: r.clone(), care: care(r) }).collect()
}

/// A request as `Body::Bindings` keeps it: who wants to be whom, so that one that changed since is not approved.
fn token(r: &BindingRequest) -> String {
    format!("{}={}", r.account, r.person)
}

/// The list of what the speaker may decide, and the question whether to approve it. Nothing where nothing waits.
pub async fn show(cx: &Context, scope: &Scope) -> Result<Vec<String>, Error> {
    let (branches, beyond) = places(cx, scope).await?;
    let all = pending(cx, &branches).await?;
    let (plain, minded): (Vec<Pending>, Vec<Pending>) = all.into_iter().partition(|p| p.care == Care::Plain);
    let mut lines = Vec::new();
    if !plain.is_empty() {
        let shown = &plain[..plain.len().min(SHOWN)];
        let pieces: Vec<String> = shown.iter().enumerate().map(|(n, p)| piece(cx, n + 1, &p.request, &branches)).collect();
        let rest = plain.len() - shown.len() + beyond;
        lines.push(cx.say("bindings-pending", &[("count", (plain.len() + beyond).into()), ("list", show::join(cx, &pieces).into()), ("rest", rest.into())]));
        let accounts = shown.iter().map(|p| token(&p.request)).collect();
        cx.ask(&Body::Bindings { accounts, branch: scope.unit.id }).await?;
        lines.push(cx.say("bindings-ask", &[("count", shown.len().into())]));
    }
    lines.extend(minded_lines(cx, &minded));
    Ok(lines)
}

/// `2.张三(名片「小张」)`: the card only where it does not hold the name.
fn piece(cx: &Context, n: usize, r: &BindingRequest, branches: &[Arc<Branch>]) -> String {
    let known = branches.iter().find(|b| b.roster.org.id == r.branch).and_then(|b| b.roster.member(r.person).map(|m| cx.called(b, m)));
    let name = known.unwrap_or_else(|| show::name(&r.name));
    let card = if r.card.contains(&r.name) { String::new() } else { show::name(&r.card) };
    let key = if card.trim().is_empty() { "bindings-one" } else { "bindings-one-card" };
    cx.say(key, &[("n", n.to_string().into()), ("name", name.into()), ("card", card.into())])
}

fn minded_lines(cx: &Context, minded: &[Pending]) -> Vec<String> {
    let of = |care: Care| {
        let mut seen = HashSet::new();
        let each = minded.iter().filter(|p| p.care == care && seen.insert(p.request.person));
        each.map(|p| if care == Care::Second { with_account(cx, &p.request) } else { show::name(&p.request.name) }).collect::<Vec<_>>()
    };
    [(Care::Second, "bindings-second"), (Care::Rivals, "bindings-rivals")]
        .into_iter()
        .filter(|(care, _)| !of(*care).is_empty())
        .map(|(care, key)| cx.say(key, &[("names", cx.bot.names(&of(care), show::NAMES).into())]))
        .collect()
}

/// Whoever has an account already has to see which other one asks.
fn with_account(cx: &Context, r: &BindingRequest) -> String {
    cx.say("bindings-one-account", &[("name", show::name(&r.name).into()), ("account", show::name(&r.account.id).into())])
}

/// Approves what the speaker was shown: of it, what still waits unchanged.
pub async fn approve_shown(cx: &Context, unit: OrgId, shown: &[String]) -> Result<Reply, Error> {
    let Some(unit) = cx.bot.store.org(unit).await? else { return Ok(cx.reply(cx.say("bindings-none", &[]))) };
    let scope = Scope::of(cx, unit).await?;
    cx.speaker()?;
    let (branches, _) = places(cx, &scope).await?;
    let waiting = pending(cx, &branches).await?;
    let chosen: Vec<BindingRequest> = waiting.into_iter().filter(|p| p.care == Care::Plain && shown.contains(&token(&p.request))).map(|p| p.request).collect();
    if chosen.is_empty() {
        return Ok(cx.reply(cx.say("bindings-none", &[])));
    }
    Ok(cx.reply(approve(cx, &chosen).await?))
}

/// Binds these accounts and says who is bound now. The caller has checked that the speaker may.
pub async fn approve(cx: &Context, requests: &[BindingRequest]) -> Result<String, Error> {
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    let mut branches = Vec::new();
    for id in requests.iter().map(|r| r.branch).collect::<HashSet<_>>() {
        branches.extend(cx.bot.cache.branch(id).await?);
    }
    let judged = judge(&branches, requests);
    let taken = cx.bot.store.approve_bindings(requests, actor).await?;
    forget(cx, requests.iter().map(|r| r.branch));
    let gone: HashSet<&AccountKey> = taken.iter().map(|r| &r.account).collect();
    let second = |r: &BindingRequest| judged.iter().any(|p| p.request.account == r.account && p.care == Care::Second);
    let said = |r: &BindingRequest| if second(r) { with_account(cx, r) } else { show::name(&r.name) };
    let mut seen = HashSet::new();
    let bound: Vec<String> = requests.iter().filter(|r| !gone.contains(&r.account) && seen.insert(r.person)).map(said).collect();
    let mut lines = Vec::new();
    if !bound.is_empty() {
        lines.push(cx.say("bindings-done", &[("count", bound.len().into()), ("names", cx.bot.names(&bound, show::NAMES).into())]));
    }
    if !taken.is_empty() {
        let names = show::names(cx, taken.iter().map(|r| r.name.as_str()), show::NAMES);
        lines.push(cx.say("bindings-taken", &[("names", names.into())]));
    }
    Ok(lines.join("\n"))
}

/// Drops every request that this account made or that wants to be this person, now that it is settled.
pub async fn settle(cx: &Context, account: &AccountKey, person: PersonId, branch: OrgId) -> Result<(), Fault> {
    let all = cx.bot.store.binding_requests(&[branch]).await?;
    let over: Vec<BindingRequest> =
        all.into_iter().filter(|r| r.account == *account || (r.person == person && r.account.platform == account.platform)).collect();
    if !over.is_empty() {
        cx.bot.store.drop_bindings(&over).await?;
    }
    forget(cx, [branch]);
    Ok(())
}

/// What was read of these branches is old.
fn forget(cx: &Context, branches: impl IntoIterator<Item = OrgId>) {
    let ids: HashSet<OrgId> = branches.into_iter().collect();
    cx.bot.cache.forget(&ids.into_iter().collect::<Vec<_>>());
}
