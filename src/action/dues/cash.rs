//! The treasurer's money: what was there before, is given back, handed up, comes back, and the book of all of it, of a branch and
//! of the units above. Sums in private only.

use super::treasury::{distinct, money, recorded};
use crate::action::context::{Context, Reply};
use crate::action::members::people::find_ever;
use crate::action::queries::reading::Scope;
use crate::action::records::draft::Draft;
use crate::action::records::report;
use crate::action::show;
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
    let name = cx.called(&person.branch, &person.member);
    if amount.is_none() && periods.is_empty() {
        return Err(Mistake::new("refund-how-much").with("name", name).into());
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
        _ => return Err(Mistake::new("refund-nothing").with("name", name).into()),
    }
    let lines = recorded(&outcome);
    let args = [
        ("name", Value::from(name)),
        ("duty", duty.name.as_str().into()),
        ("period", cx.periods(&distinct(lines.iter().map(|l| l.key.period))).into()),
        ("amount", show::yuan(lines.iter().map(|l| l.value).sum()).into()),
    ];
    Ok(cx.reply(cx.say(if cx.private() { "refund-done-private" } else { "refund-done-group" }, &args)))
}

/// `上缴上级团委0.8元`, `返还0.4元`.
pub async fn hand(cx: &Context, duty: &str, periods: &[Period], amount: i64, kind: Kind) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let scope = Scope::own(cx).await?;
    let unit = scope.branch().map_or(&scope.unit, |b| &b.roster.org).clone();
    cx.demand(Permission::KeepCash, &unit)?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let now = Period::containing(duty.cadence, cx.today);
    let period = periods.iter().flat_map(|p| p.expand(duty.cadence)).filter(|p| *p <= now).max().unwrap_or(now);
    let mut draft = Draft::new(cx)?;
    draft.rest_on(Evidence::Secretary);
    draft.rely_on(&unit);
    if let Some(branch) = scope.branch() {
        draft.expect_in(branch, duty, period);
    }
    draft.push(Entry::Hand { branch: unit.id, duty: duty.key.clone(), period, kind, amount });
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    let entered: i64 = recorded(&outcome).iter().map(|l| l.value).sum();
    if entered == 0 && matches!(outcome.verdicts[..], [Verdict::Already { .. }]) {
        return Err(Mistake::new("carried-already").with("duty", &duty.name).with("amount", show::yuan(amount)).into());
    }
    if entered == 0 {
        return Err(Mistake::new("hand-how-much").into());
    }
    let in_hand = above(cx, &scope, duty, &unit).await?.0.in_hand();
    let args = [
        ("duty", Value::from(duty.name.as_str())),
        ("amount", show::yuan(amount).into()),
        ("before", show::yuan(amount - entered).into()),
        ("hand", show::yuan(in_hand).into()),
        ("short", if in_hand < 0 { "yes" } else { "no" }.into()),
        ("period", if periods.is_empty() { "none".to_owned() } else { cx.period(period) }.into()),
    ];
    Ok(cx.reply(cx.say(
        match kind {
            Kind::HandUp => "hand-up-done",
            Kind::Carried if entered != amount => "carried-replaced",
            Kind::Carried => "carried-done",
            _ => "returned-done",
        },
        &args,
    )))
}

/// `账本`: what was claimed, confirmed, given back, handed up, and what must be in hand; of a branch, or of each below.
pub async fn book(cx: &Context, duty: &str, periods: &[Period]) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let scope = Scope::own(cx).await?;
    cx.demand(Permission::ReadPrivate, &scope.unit)?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let wanted = distinct(periods.iter().flat_map(|p| p.expand(duty.cadence)));
    let mut lines = Vec::new();
    if scope.branch().is_none() {
        lines.push(above_told(cx, &scope, duty, &wanted).await?);
    }
    for branch in &scope.branches {
        let org = &branch.roster.org;
        let all = cx.bot.store.records_of(org.id, &duty.key, None).await?;
        let of: Vec<Record> = all.iter().filter(|r| wanted.is_empty() || wanted.contains(&r.key.period)).cloned().collect();
        lines.push(told(cx, duty, org, &wanted, &Book::of(&of), Book::of(&all).in_hand()));
        let carried = Book::of(&all).carried;
        if carried != 0 {
            lines.push(cx.say("cash-carried", &[("amount", show::yuan(carried).into())]));
        }
        lines.extend(share(cx, duty, org, &of));
    }
    Ok(cx.reply(lines.join("\n")))
}

/// The book of a unit, and what of it went back down. A unit above branches keeps no claims of its own: what the units directly
/// below handed up is what came in, and what came back to them went out; so the sums of the tree balance.
async fn above(cx: &Context, scope: &Scope, duty: &Duty, unit: &Org) -> Result<(Book, i64), Error> {
    let own = Book::of(&cx.bot.store.records_of(unit.id, &duty.key, None).await?);
    Ok(with_below(own, &below(cx, scope, duty, unit, &[]).await?))
}

fn with_below(own: Book, below: &[Book]) -> (Book, i64) {
    let sum = |of: fn(&Book) -> i64| below.iter().map(of).sum::<i64>();
    let down = sum(|b| b.returned);
    (Book { confirmed: own.confirmed + sum(|b| b.handed_up) - down, ..own }, down)
}

/// The books of the units directly below, for these months; of a branch none.
async fn below(cx: &Context, scope: &Scope, duty: &Duty, unit: &Org, wanted: &[Period]) -> Result<Vec<Book>, Error> {
    let mut books = Vec::new();
    for org in scope.units.iter().filter(|o| o.parent == Some(unit.id)) {
        let all = cx.bot.store.records_of(org.id, &duty.key, None).await?;
        books.push(Book::of(all.iter().filter(|r| wanted.is_empty() || wanted.contains(&r.key.period))));
    }
    Ok(books)
}

/// The line of a unit above branches.
async fn above_told(cx: &Context, scope: &Scope, duty: &Duty, wanted: &[Period]) -> Result<String, Error> {
    let unit = &scope.unit;
    let all = cx.bot.store.records_of(unit.id, &duty.key, None).await?;
    let own = Book::of(all.iter().filter(|r| wanted.is_empty() || wanted.contains(&r.key.period)));
    let (book, down) = with_below(own, &below(cx, scope, duty, unit, wanted).await?);
    let args = [
        ("unit", Value::from(show::name(&unit.name))),
        ("duty", duty.name.as_str().into()),
        ("period", if wanted.is_empty() { "none".to_owned() } else { cx.periods(wanted) }.into()),
        ("received", show::yuan(book.came_in() + down).into()),
        ("down", show::yuan(down).into()),
        ("up", show::yuan(book.handed_up).into()),
        ("returned", show::yuan(book.returned).into()),
        ("hand", show::yuan(above(cx, scope, duty, unit).await?.0.in_hand()).into()),
    ];
    Ok(cx.say("cash-book-above", &args))
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
