//! The treasurer confirms claims of payment, the secretary bindings. Sums are told in private only (law 12).

use super::approve_said::{self, Said};
use super::report;
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::dialogue::namesakes;
use crate::action::dialogue::question::Body;
use crate::action::members::bindings::{self, Care, Pending};
use crate::action::queries::reading::{self, Found, Scope};
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Entry, Line, Post, Subject, Verdict};
use crate::domain::record::{Evidence, Record};
use crate::domain::role::Permission;
use crate::domain::roster::BindingRequest;
use crate::error::{Error, Fault, Mistake};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Members whose claims one list counts, and one yes confirms.
const MOST: usize = 1_000;
/// Of these, named in it.
const SHOWN: usize = 60;
/// How often a post is tried again because the roster changed under it.
const STALE_TRIES: usize = 4;

/// Whose claims of which duties are to be confirmed, in one branch.
pub(in crate::action) type Wanted = BTreeMap<String, Vec<PersonId>>;

/// `确认张三的团费`, `确认 张三`, `全部确认`.
pub async fn approve(cx: &Context, duty: Option<&str>, names: &[String], said: Said<'_>) -> Result<Reply, Error> {
    cx.speaker()?;
    if !names.is_empty() {
        return by_name(cx, duty, names, said).await;
    }
    // an account is meant, and no money
    let accounts = duty.is_none() && about_accounts(cx);
    let taken = cx.take_question().await?;
    match taken.map(|t| (t.body, t.question)) {
        // a list of another unit is not the one that is named
        Some((Body::Bindings { branch, .. } | Body::Claims { branch, .. }, _)) if cx.named.as_ref().is_some_and(|n| n.unit.id != branch) => {}
        Some((Body::Bindings { accounts, branch }, _)) if duty.is_none() => return bindings::approve_shown(cx, branch, &accounts).await,
        Some((Body::Claims { .. }, _)) if accounts => {}
        Some((Body::Claims { duty: shown, branch, people }, question)) if duty.is_none_or(|d| d == shown) => {
            let told = confirm_said(cx, &shown, branch, &people, said).await;
            if told.is_err() {
                cx.ask_again(&question).await?;
            }
            return told;
        }
        // what else was asked is no question any more
        _ => {}
    }
    waiting(cx, duty, accounts).await
}

fn about_accounts(cx: &Context) -> bool {
    ["绑定", "綁定", "账号", "帐号"].iter().any(|w| cx.text.contains(w))
}

/// The duties whose reports are claims; only this one where one is said.
pub fn claimed<'a>(cx: &'a Context, duty: Option<&'a str>) -> impl Iterator<Item = &'a Duty> {
    cx.bot.config.duties.iter().filter(move |d| d.confirm && duty.is_none_or(|key| key == d.key))
}

/// The branches here whose dues the speaker confirms.
fn treasury(cx: &Context, scope: &Scope) -> Vec<Arc<Branch>> {
    scope.branches.iter().filter(|b| cx.may(Permission::ApproveDues, &b.roster.org)).cloned().collect()
}

/// What waits: a list to say yes to.
async fn waiting(cx: &Context, duty: Option<&str>, accounts: bool) -> Result<Reply, Error> {
    let scope = Scope::read(cx).await?;
    let decides = cx.may(Permission::ApproveAccounts, &scope.unit) || scope.branches.iter().any(|b| cx.may(Permission::ApproveAccounts, &b.roster.org));
    let treasury = treasury(cx, &scope);
    if treasury.is_empty() && (duty.is_some() || !decides) {
        cx.demand(Permission::ApproveDues, &scope.unit)?;
    }
    let mut lines = Vec::new();
    if duty.is_none() && decides {
        lines.extend(bindings::show(cx, &scope).await?);
    }
    let asked = !lines.is_empty();
    for duty in claimed(cx, duty).filter(|_| !accounts) {
        for branch in &treasury {
            let claims = cx.bot.store.unconfirmed(branch.roster.org.id, &duty.key).await?;
            if claims.is_empty() {
                continue;
            }
            // one question at a time: the next list comes when it is asked for
            let may_ask = !asked && lines.is_empty();
            lines.push(if may_ask { list_claims(cx, duty, branch, &claims).await? } else { count_claims(cx, duty, &claims) });
        }
    }
    if lines.is_empty() {
        lines.push(cx.say("approve-none", &[]));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// Claims by member, in the roster's order.
fn by_member<'a>(branch: &'a Branch, claims: &'a [Record]) -> Vec<(PersonId, &'a str, i64, Vec<Period>)> {
    let mut seen = HashSet::new();
    let people = branch.roster.members.iter().filter(|m| seen.insert(m.person));
    let of = |person: PersonId| claims.iter().filter(move |r| r.key.person == person);
    people
        .filter(|m| of(m.person).next().is_some())
        .map(|m| (m.person, m.name.as_str(), of(m.person).map(|r| r.value).sum(), of(m.person).map(|r| r.key.period).collect()))
        .collect()
}

async fn list_claims(cx: &Context, duty: &Duty, branch: &Arc<Branch>, claims: &[Record]) -> Result<String, Error> {
    if !cx.private() {
        return Ok(count_claims(cx, duty, claims));
    }
    let all = by_member(branch, claims);
    let asked = &all[..all.len().min(MOST)];
    let shown = &asked[..asked.len().min(SHOWN)];
    let people = asked.iter().map(|(person, ..)| *person).collect();
    cx.ask(&Body::Claims { duty: duty.key.clone(), branch: branch.roster.org.id, people }).await?;
    let one = |(person, name, sum, periods): &(PersonId, &str, i64, Vec<Period>)| {
        let name = branch.roster.member(*person).map_or_else(|| show::name(name), |m| cx.called(branch, m));
        cx.say("approve-one", &[("name", name.into()), ("period", cx.periods(periods).into()), ("amount", show::yuan(*sum).into())])
    };
    let names: Vec<String> = shown.iter().map(one).collect();
    let sum: i64 = asked.iter().map(|(_, _, sum, _)| sum).sum();
    let args = [
        ("unit", Value::from(show::name(&branch.roster.org.name))),
        ("duty", duty.name.as_str().into()),
        ("count", asked.len().into()),
        ("amount", show::yuan(sum).into()),
        ("names", show::join(cx, &names).into()),
        ("rest", (asked.len() - shown.len()).into()),
    ];
    Ok(cx.say("approve-claims-private", &args))
}

fn count_claims(cx: &Context, duty: &Duty, claims: &[Record]) -> String {
    let people: HashSet<PersonId> = claims.iter().map(|r| r.key.person).collect();
    let key = if cx.private() { "approve-claims-more" } else { "approve-claims-group" };
    cx.say(key, &[("duty", duty.name.as_str().into()), ("count", people.len().into())])
}

/// Confirms the claims that were shown to the speaker.
pub async fn confirm_shown(cx: &Context, duty: &str, branch: OrgId, people: &[PersonId]) -> Result<Reply, Error> {
    confirm_said(cx, duty, branch, people, Said::default()).await
}

async fn confirm_said(cx: &Context, duty: &str, branch: OrgId, people: &[PersonId], said: Said<'_>) -> Result<Reply, Error> {
    cx.speaker()?;
    let Some(branch) = reading::fresh(cx, &[branch]).await?.pop() else { return Ok(cx.reply(cx.say("approve-none", &[]))) };
    cx.demand(Permission::ApproveDues, &branch.roster.org)?;
    let wanted = BTreeMap::from([(duty.to_owned(), people.to_vec())]);
    let id = branch.roster.org.id;
    approve_said::fits(cx, &branch, &wanted, said, false).await?;
    let mut text = confirm(cx, branch, &wanted, said).await?.unwrap_or_else(|| cx.say("approve-none", &[]));
    // a list counts no more than so many: whoever was not on it still waits
    let rest = cx.bot.store.unconfirmed(id, duty).await?;
    if people.len() == MOST && !rest.is_empty() {
        text = format!("{text}\n{}", count_claims(cx, cx.duty(duty)?, &rest));
    }
    Ok(cx.reply(text))
}

/// `确认 张三`: the binding where one waits, else the claims.
async fn by_name(cx: &Context, duty: Option<&str>, names: &[String], said: Said<'_>) -> Result<Reply, Error> {
    let mut accounts: Vec<BindingRequest> = Vec::new();
    let mut dues: BTreeMap<OrgId, (Arc<Branch>, Wanted)> = BTreeMap::new();
    let (mut lines, mut nothing) = (Vec::new(), Vec::new());
    for name in names {
        let found = reading::people_ever(cx, name, Permission::ApproveDues).await?;
        if found.is_empty() {
            lines.push(cx.say("no-such-name", &[("name", show::name(name).into())]));
            continue;
        }
        let may = |p: Permission| found.iter().filter(|f| cx.may(p, &f.branch.roster.org)).cloned().collect::<Vec<_>>();
        let (decided, mut kept) = (may(Permission::ApproveAccounts), may(Permission::ApproveDues));
        if duty.is_none() && about_accounts(cx) {
            // an account is meant, and no money
            kept.clear();
        }
        if kept.is_empty() && (duty.is_some() || decided.is_empty()) {
            cx.demand(Permission::ApproveDues, &found[0].branch.roster.org)?;
        }
        let mut done = false;
        if duty.is_none() {
            let branches: Vec<Arc<Branch>> = decided.iter().map(|f| f.branch.clone()).collect();
            let waits = bindings::pending(cx, &branches).await?;
            let (rivals, mine): (Vec<Pending>, Vec<Pending>) =
                waits.into_iter().filter(|p| decided.iter().any(|f| f.person == p.request.person)).partition(|p| p.care == Care::Rivals);
            if !rivals.is_empty() {
                lines.push(cx.say("bindings-rivals", &[("names", show::name(name).into())]));
            }
            done = !mine.is_empty() || !rivals.is_empty();
            accounts.extend(mine.into_iter().map(|p| p.request));
        }
        let mut claimants: Vec<Found> = Vec::new();
        for found in &kept {
            for duty in claimed(cx, duty) {
                if claims_of(cx, found, duty).await?.is_empty() {
                    continue;
                }
                if done {
                    lines.push(cx.say("approve-also", &[("name", show::name(name).into()), ("duty", duty.name.as_str().into())]));
                    continue;
                }
                if claimants.last().is_none_or(|c| c.person != found.person) {
                    claimants.push(found.clone());
                }
                let (_, wanted) = dues.entry(found.branch.roster.org.id).or_insert_with(|| (found.branch.clone(), Wanted::new()));
                wanted.entry(duty.key.clone()).or_default().push(found.person);
            }
        }
        if claimants.len() > 1 {
            return match names.len() {
                1 => Err(namesakes::claimants(cx, name, duty, false, &claimants).await?.into()),
                _ => Err(Mistake::new("approve-namesakes").with("name", show::name(name)).into()),
            };
        }
        if !done && !dues.values().any(|(_, w)| w.values().flatten().any(|p| kept.iter().any(|f| f.person == *p))) {
            nothing.push(show::name(name));
        }
    }
    for (branch, wanted) in dues.values() {
        approve_said::fits(cx, branch, wanted, said, true).await?;
    }
    if !accounts.is_empty() {
        lines.insert(0, bindings::approve(cx, &accounts).await?);
    }
    for (branch, wanted) in dues.into_values() {
        lines.extend(confirm(cx, branch, &wanted, said).await?);
    }
    if !nothing.is_empty() {
        lines.push(cx.say("approve-not-waiting", &[("names", cx.bot.names(&nothing, show::NAMES).into())]));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// What somebody claims of a duty and is not confirmed.
pub(in crate::action) async fn claims_of(cx: &Context, found: &Found, duty: &Duty) -> Result<Vec<Record>, Error> {
    let claims = cx.bot.store.unconfirmed(found.branch.roster.org.id, &duty.key).await?;
    Ok(claims.into_iter().filter(|r| r.key.person == found.person).collect())
}

/// Confirms what this one claims. The caller has checked that the speaker may.
pub(in crate::action) async fn of(cx: &Context, duty: Option<&str>, one: &Found) -> Result<Reply, Error> {
    let wanted: Wanted = claimed(cx, duty).map(|d| (d.key.clone(), vec![one.person])).collect();
    let text = confirm(cx, one.branch.clone(), &wanted, Said::default()).await?;
    Ok(cx.reply(text.unwrap_or_else(|| cx.say("approve-none", &[]))))
}

/// Confirms claims of one branch in one post, and says whose; none where nothing waited.
async fn confirm(cx: &Context, mut branch: Arc<Branch>, wanted: &Wanted, said: Said<'_>) -> Result<Option<String>, Error> {
    for _ in 0..STALE_TRIES {
        let post = post(cx, &branch, wanted, said).await?;
        match report::enter(cx, &post).await {
            Err(Fault::Stale) => {
                let id = branch.roster.org.id;
                cx.bot.cache.forget(&[id]);
                branch = cx.bot.cache.branch(id).await?.ok_or(Fault::Stale)?;
            }
            Err(fault) => return Err(fault.into()),
            Ok(outcome) => {
                let told: Vec<String> =
                    outcome.verdicts.iter().filter_map(|v| if let Verdict::Recorded { lines, .. } = v { tell(cx, &branch, lines) } else { None }).collect();
                return Ok(if told.is_empty() { None } else { Some(told.join("\n")) });
            }
        }
    }
    Err(Fault::Stale.into())
}

async fn post(cx: &Context, branch: &Branch, wanted: &Wanted, said: Said<'_>) -> Result<Post, Error> {
    let org = &branch.roster.org;
    let (mut entries, mut expected) = (Vec::new(), Vec::new());
    for (duty, people) in wanted {
        let known = cx.duty(duty)?;
        let claims = cx.bot.store.unconfirmed(org.id, duty).await?;
        let months = said.months(known);
        let meant = |r: &&Record| people.contains(&r.key.person) && months.as_ref().is_none_or(|m| m.contains(&r.key.period));
        let periods: HashSet<Period> = claims.iter().filter(meant).map(|r| r.key.period).collect();
        expected.extend(periods.into_iter().map(|p| (org.id, duty.clone(), p, branch.expected(known, p))));
        let subjects = people.iter().map(|person| Subject { branch: org.id, person: *person }).collect();
        entries.push(Entry::Confirm { subjects, duty: duty.clone(), periods: months });
    }
    Ok(Post {
        branch: org.id,
        source: cx.incoming.source(),
        chat: cx.incoming.chat.clone(),
        account: cx.incoming.sender.clone(),
        actor: cx.speaker.as_ref().map(|s| s.known.person),
        evidence: Evidence::Secretary,
        at: cx.incoming.sent_at,
        relies: vec![(org.id, org.epoch)],
        expected,
        over: Vec::new(),
        entries,
    })
}

fn tell(cx: &Context, branch: &Branch, lines: &[Line]) -> Option<String> {
    let duty = cx.bot.config.duty(&lines.first()?.key.duty)?;
    let mut people: Vec<PersonId> = lines.iter().map(|l| l.key.person).collect();
    let mut seen = HashSet::new();
    people.retain(|p| seen.insert(*p));
    let sum = |person: PersonId| lines.iter().filter(|l| l.key.person == person).map(|l| l.value).sum::<i64>();
    let periods = |person: PersonId| lines.iter().filter(|l| l.key.person == person).map(|l| l.key.period).collect::<Vec<_>>();
    let name = |person: PersonId| branch.roster.member(person).map(|m| cx.called(branch, m)).unwrap_or_default();
    let one = |person: &PersonId| {
        let args = [("name", name(*person).into()), ("period", cx.periods(&periods(*person)).into()), ("amount", show::yuan(sum(*person)).into())];
        if cx.private() { cx.say("approve-one", &args) } else { name(*person) }
    };
    let names: Vec<String> = people.iter().map(one).collect();
    let total = lines.iter().map(|l| l.value).sum::<i64>();
    let args = [
        ("duty", Value::from(duty.name.as_str())),
        ("count", people.len().into()),
        ("names", cx.bot.names(&names, show::NAMES).into()),
        ("amount", show::yuan(total).into()),
    ];
    Some(cx.say(if cx.private() { "approve-done-private" } else { "approve-done" }, &args))
}
