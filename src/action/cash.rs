//! The treasurer's money: what is given back, handed up, comes back, and the book of all of it. Sums in private only.

use super::context::{Context, Reply};
use super::draft::Draft;
use super::people::find_ever;
use super::reading::Scope;
use super::report;
use super::show;
use super::treasury::{branch, distinct, money, recorded};
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, hundredths};
use crate::domain::ledger::{Entry, Refusal, Verdict};
use crate::domain::record::{Evidence, Kind, Record};
use crate::domain::role::Permission;
use crate::domain::roster::Org;
use crate::domain::treasury::{Book, net_by_period};
use crate::error::{Error, Mistake};

/// `退还张三10月团费`, `退给张三0.4元`.
pub async fn refund(cx: &Context, duty: &str, periods: &[Period], amount: Option<i64>, names: &[String]) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    cx.speaker()?;
    let [name] = names else { return Err(Mistake::new("refund-one").into()) };
    let person = find_ever(cx, name).await?;
    cx.demand(Permission::KeepCash, &person.branch.roster.org)?;
    if amount.is_none() && periods.is_empty() {
        return Err(Mistake::new("refund-how-much").with("name", show::name(name)).into());
    }
    let months = (!periods.is_empty()).then(|| distinct(periods.iter().flat_map(|p| p.expand(duty.cadence))));
    let mut draft = Draft::new(cx)?;
    draft.rest_on(Evidence::Secretary);
    draft.rely(&person.branch);
    draft.push(Entry::Refund { subject: person.subject(), duty: duty.key.clone(), months, amount });
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    match &outcome.verdicts[..] {
        [Verdict::Refused(Refusal::TooMuch)] => return Err(Mistake::new("refund-too-much").into()),
        [Verdict::Recorded { .. }] => {}
        _ => return Err(Mistake::new("refund-nothing").with("name", show::name(name)).into()),
    }
    let lines = recorded(&outcome);
    let args = [
        ("name", Value::from(show::name(name))),
        ("duty", duty.name.as_str().into()),
        ("period", cx.periods(&distinct(lines.iter().map(|l| l.key.period))).into()),
        ("amount", show::yuan(lines.iter().map(|l| l.value).sum()).into()),
    ];
    Ok(cx.reply(cx.say(if cx.private() { "refund-done-private" } else { "refund-done-group" }, &args)))
}

/// `上缴上级团委0.8元`, `返还0.4元`.
pub async fn hand(cx: &Context, duty: &str, periods: &[Period], amount: i64, kind: Kind) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let branch = branch(cx, Permission::KeepCash).await?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let now = Period::containing(duty.cadence, cx.today);
    let period = periods.iter().flat_map(|p| p.expand(duty.cadence)).filter(|p| *p <= now).max().unwrap_or(now);
    let mut draft = Draft::new(cx)?;
    draft.rest_on(Evidence::Secretary);
    draft.rely(&branch);
    draft.expect_in(&branch, duty, period);
    draft.push(Entry::Hand { branch: branch.roster.org.id, duty: duty.key.clone(), period, kind, amount });
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    if recorded(&outcome).is_empty() {
        return Err(Mistake::new("hand-how-much").into());
    }
    let records = cx.bot.store.records_of(branch.roster.org.id, &duty.key, None).await?;
    let in_hand = Book::of(&records).in_hand();
    let args = [
        ("duty", Value::from(duty.name.as_str())),
        ("amount", show::yuan(amount).into()),
        ("hand", show::yuan(in_hand).into()),
        ("short", if in_hand < 0 { "yes" } else { "no" }.into()),
    ];
    Ok(cx.reply(cx.say(if kind == Kind::HandUp { "hand-up-done" } else { "returned-done" }, &args)))
}

/// `账本`: what was claimed, confirmed, given back, handed up, and what must be in hand; of a branch, or of each below.
pub async fn book(cx: &Context, duty: &str, periods: &[Period]) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let scope = Scope::read(cx).await?;
    cx.demand(Permission::ReadPrivate, &scope.unit)?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    if scope.branches.is_empty() {
        return Err(Mistake::new("money-which-branch").into());
    }
    let wanted = distinct(periods.iter().flat_map(|p| p.expand(duty.cadence)));
    let mut lines = Vec::new();
    for branch in &scope.branches {
        let org = &branch.roster.org;
        let all = cx.bot.store.records_of(org.id, &duty.key, None).await?;
        let of: Vec<Record> = all.iter().filter(|r| wanted.is_empty() || wanted.contains(&r.key.period)).cloned().collect();
        lines.push(told(cx, duty, org, &wanted, &Book::of(&of), Book::of(&all).in_hand()));
        lines.extend(share(cx, duty, org, &of));
    }
    Ok(cx.reply(lines.join("\n")))
}

fn told(cx: &Context, duty: &Duty, org: &Org, periods: &[Period], book: &Book, in_hand: i64) -> String {
    let args = [
        ("unit", Value::from(show::name(&org.name))),
        ("duty", duty.name.as_str().into()),
        ("period", if periods.is_empty() { "none".to_owned() } else { cx.periods(periods) }.into()),
        ("claimed", show::yuan(book.claimed + book.claimed_extra).into()),
        ("confirmed", show::yuan(book.came_in()).into()),
        ("extra", if book.confirmed_extra == 0 { "none".to_owned() } else { show::yuan(book.confirmed_extra) }.into()),
        ("waiting", show::yuan(book.waiting()).into()),
        ("refunded", show::yuan(book.given_back()).into()),
        ("up", show::yuan(book.handed_up).into()),
        ("returned", show::yuan(book.returned).into()),
        ("hand", show::yuan(in_hand).into()),
    ];
    cx.say("cash-book", &args)
}

/// What should have gone up of what was confirmed as owed, and come back: where a share is configured.
fn share(cx: &Context, duty: &Duty, org: &Org, records: &[Record]) -> Vec<String> {
    let net = net_by_period(records);
    let Some(percent) = net.keys().rev().find_map(|p| duty.money.share(&org.path, *p)) else { return Vec::new() };
    let up: i64 = net.iter().map(|(p, fen)| duty.money.upward(&org.path, *p, *fen)).sum();
    let back: i64 = net.iter().map(|(p, fen)| hundredths(duty.money.upward(&org.path, *p, *fen), duty.money.returned(&org.path, *p).unwrap_or(0))).sum();
    let book = Book::of(records);
    let mut lines = vec![cx.say(
        "cash-share",
        &[
            ("percent", percent.into()),
            ("due", show::yuan(up).into()),
            ("up", show::yuan(book.handed_up).into()),
            ("left", show::yuan((up - book.handed_up).max(0)).into()),
        ],
    )];
    if back > 0 || book.returned > 0 {
        let args = [
            ("due", Value::from(show::yuan(back))),
            ("returned", show::yuan(book.returned).into()),
            ("left", show::yuan((back - book.returned).max(0)).into()),
        ];
        lines.push(cx.say("cash-returned", &args));
    }
    lines
}
