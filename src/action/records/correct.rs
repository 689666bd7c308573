//! `更正`: what was entered should have been something else. The old records are reversed and the right ones entered in
//! one transaction, or nothing changes; which message said so is their source, and why is kept beside them where it was said. What is right is said in the intent; what it is
//! said of is the message that is quoted, or a record that is named (更正：张三11月团费是12月的), or the speaker's last.

use super::draft::{Draft, How};
use super::report;
use super::undo;
use crate::action::context::{Context, Reply};
use crate::action::members::people::{Person, find};
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId};
use crate::domain::ledger::{Entry, Line, Verdict};
use crate::domain::record::{Kind, Record};
use crate::domain::role::Permission;
use crate::domain::treasury::standing_records;
use crate::error::{Error, Fault, Mistake};
use crate::language::Intent;
use crate::language::intent::Was;
use crate::store::records::ledger::Entered;

/// Periods looked through for a sum that is for several.
const FAR: i32 = 24;

/// What is right.
struct Right<'i> {
    duty: Option<&'i str>,
    periods: &'i [Period],
    amount: Option<i64>,
    value: Option<i64>,
    names: &'i [String],
    /// What the record holds and should not.
    was: &'i Was,
}

/// Corrects.
pub async fn correct(cx: &Context, intent: &Intent) -> Result<Reply, Error> {
    let Intent::Correct { duty, periods, amount_fen, count, minutes, names, was, reason } = intent else {
        return Err(Fault::Other("only a correction corrects".into()).into());
    };
    let right = Right { duty: duty.as_deref(), periods, amount: *amount_fen, value: minutes.or(*count), names, was };
    cx.speaker()?;
    if right.periods.is_empty() && right.amount.is_none() && right.value.is_none() && right.names.is_empty() {
        return Err(Mistake::new("correct-how").into());
    }
    let entered = meant(cx, &right).await?.ok_or_else(|| Mistake::new("correct-nothing"))?;
    let records: Vec<Record> = entered.records.iter().filter(|r| r.kind != Kind::Reverse && right.duty.is_none_or(|d| d == r.key.duty)).cloned().collect();
    let Some(first) = records.first() else { return Err(Mistake::new("correct-nothing").into()) };
    let one_thing = records.iter().all(|r| r.key.duty == first.key.duty && r.key.branch == first.key.branch);
    if records.iter().any(|r| matches!(r.kind, Kind::Attend | Kind::Leave)) {
        return Err(Mistake::new("correct-session").into());
    }
    if !one_thing || records.iter().any(|r| !matches!(r.kind, Kind::Done | Kind::Extra)) {
        return Err(Mistake::new("correct-apart").into());
    }
    allowed(cx, &entered, &records).await?;
    undo::confirmed_stays(cx, &entered).await?;
    let branch = first.key.branch;
    let duty = cx.duty(&first.key.duty)?;
    let mut draft = Draft::new(cx)?;
    let (people, owner) = whose(&mut draft, &right, &records, duty).await?;
    if !owner {
        draft.rest_on_whom(&people);
    }
    let mut was: Vec<Period> = records.iter().map(|r| r.key.period).collect();
    was.sort_unstable();
    was.dedup();
    let sum: i64 = records.iter().map(|r| r.value).sum();
    if duty.measure == Measure::Money {
        let (months, amount) = months(duty, &people, &right, &was, sum);
        // more than is owed would be a gift that nobody spoke of
        let owed: i64 = people.iter().flat_map(|p| months.iter().filter_map(|m| duty.owed(p.path(), p.member.band(*m), *m))).sum();
        if right.periods.is_empty() && right.amount.is_some_and(|sum| sum > owed) {
            return Err(Mistake::new("correct-unfit").into());
        }
        draft.pay(duty, &people, &months, amount, How { sure: true, ..How::default() });
    } else {
        let months = if right.periods.is_empty() { &was } else { right.periods };
        let value = right.value.unwrap_or_else(|| records.first().map_or(1, |r| r.value));
        draft.done(duty, &people, months, value)?;
    }
    draft.in_place_of(branch, records.iter().map(|r| r.id).collect());
    if let Some(reason) = reason {
        draft.push(Entry::Because(reason.clone()));
    }
    let post = draft.finish();
    let outcome = report::enter(cx, &post).await?;
    match outcome.verdicts.first() {
        Some(Verdict::Recorded { lines, .. }) => told(cx, duty, &records, lines, reason.is_some()).await,
        Some(Verdict::Already { lines }) => {
            let what = in_words(cx, duty, &lines.iter().map(|l| (l.key.branch, l.key.person, l.key.period)).collect::<Vec<_>>(), None).await;
            Err(Mistake::new("correct-already").with("what", what).into())
        }
        Some(Verdict::Ask(_)) => Err(Mistake::new("correct-unfit").into()),
        _ => Err(Mistake::new("correct-nothing").into()),
    }
}

/// The records that are meant: of the message that is quoted; of whoever is named before what is right, or of the period that is named; else
/// of the speaker's last message, but never where somebody is named with a period.
async fn meant(cx: &Context, right: &Right<'_>) -> Result<Option<Entered>, Error> {
    if let Some(quoted) = cx.incoming.replies_to.as_deref().filter(|_| !cx.incoming.replies_to_bot) {
        return Ok(cx.bot.store.entered_under(&format!("{}/{quoted}", cx.incoming.chat), i64::MIN).await?);
    }
    let last = cx.bot.store.last_entered(&cx.incoming.sender, i64::MIN).await?;
    // 11月的是12月的, 更正:上个月团费是0.4 name the record; 改成11月的 what it should have been
    let period = match (&right.was.periods[..], right.periods) {
        ([was], _) => Some(*was),
        ([], [one]) if right.amount.is_some() || right.value.is_some() => Some(*one),
        _ => None,
    };
    let whose = right.was.named && (right.amount.is_some() || right.value.is_some() || !right.periods.is_empty());
    if period.is_none() && !whose {
        return Ok(last);
    }
    let fits = |e: &Entered| e.records.iter().any(|r| period == Some(r.key.period) && right.duty.is_none_or(|d| d == r.key.duty));
    let who: Option<(OrgId, PersonId)> = match right.names {
        [] if last.as_ref().is_some_and(fits) => return Ok(last),
        [] => cx.member().ok().map(|(b, m)| (b.roster.org.id, m.person)),
        [name] => {
            let person = find(cx, name).await?;
            Some((person.branch.roster.org.id, person.member.person))
        }
        // of several people at once no one record is named
        _ => return Ok(None),
    };
    let Some((branch, person)) = who else { return Ok(last) };
    let money = || cx.bot.config.duties.iter().find(|d| d.measure == Measure::Money).map(|d| d.key.as_str());
    let Some(duty) = right.duty.or_else(money) else { return Ok(last) };
    let mut found = match period {
        Some(period) => cx.bot.store.done_records(branch, duty, person, period).await?,
        None => last_of(cx, branch, duty, person).await?,
    };
    // what was said to be wrong is not there: another record is meant
    if right.was.amount_fen.is_some_and(|fen| fen != found.iter().map(|r| r.value).sum::<i64>()) {
        found.clear();
    }
    Ok(match found.first() {
        Some(first) => Some(Entered {
            source: first.source.clone(),
            account: cx.incoming.sender.to_string(),
            at: found.iter().map(|r| r.at).min().unwrap_or(first.at),
            records: found,
        }),
        None if right.names.is_empty() && right.was.periods.is_empty() => last,
        None => None,
    })
}

/// What somebody reported last of a duty, with all of its message that is theirs.
async fn last_of(cx: &Context, branch: OrgId, duty: &str, person: PersonId) -> Result<Vec<Record>, Fault> {
    let records = cx.bot.store.records_of(branch, duty, Some(person)).await?;
    let live: Vec<&Record> = standing_records(&records).into_iter().filter(|r| matches!(r.kind, Kind::Done | Kind::Extra)).collect();
    let Some(last) = live.last() else { return Ok(Vec::new()) };
    Ok(live.iter().filter(|r| r.source == last.source).map(|r| (*r).clone()).collect())
}

/// Whoever said it, as long as it can be undone; whoever may report for others there, any time.
async fn allowed(cx: &Context, entered: &Entered, records: &[Record]) -> Result<(), Error> {
    let me = cx.speaker()?.known.person;
    for r in records {
        let Some(branch) = cx.bot.cache.branch(r.key.branch).await? else { continue };
        if cx.may(Permission::ReportOthers, &branch.roster.org) {
            continue;
        }
        if r.actor != Some(me) {
            cx.demand(Permission::ReportOthers, &branch.roster.org)?;
        }
        if entered.at < cx.now - undo::window(cx) {
            return Err(undo::too_old(cx, "correct-too-old", &branch.roster.org).into());
        }
    }
    Ok(())
}

/// Whose the right records are, and whether that is what was wrong.
async fn whose(draft: &mut Draft<'_>, right: &Right<'_>, records: &[Record], duty: &Duty) -> Result<(Vec<Person>, bool), Error> {
    if !right.names.is_empty() {
        return Ok((draft.people(right.names, duty).await?, true));
    }
    let mut people: Vec<Person> = Vec::new();
    for r in records {
        if !people.iter().any(|p| p.member.person == r.key.person) {
            people.push(draft.person(r.key.branch, r.key.person).await?);
        }
    }
    Ok((people, false))
}

/// The months and the sum of the right payment.
fn months(duty: &Duty, people: &[Person], right: &Right<'_>, was: &[Period], sum: i64) -> (Vec<Period>, Option<i64>) {
    if !right.periods.is_empty() {
        let months: Vec<Period> = right.periods.iter().flat_map(|p| p.expand(duty.cadence)).collect();
        let amount = right.amount.or_else(|| (months.len() == was.len()).then_some(sum));
        return (months, amount);
    }
    let (Some(amount), Some(first)) = (right.amount, was.first()) else { return (was.to_vec(), Some(sum)) };
    // as many months from the first one on as the sum pays; where it pays no whole number of them, the same as before
    let mut paid = 0;
    let mut run = Vec::new();
    for n in 0..FAR {
        let month = first.shift(n);
        paid += people.iter().filter_map(|p| duty.owed(p.path(), p.member.band(month), month)).sum::<i64>();
        run.push(month);
        if paid >= amount {
            break;
        }
    }
    if paid == amount { (run, Some(amount)) } else { (was.to_vec(), Some(amount)) }
}

async fn told(cx: &Context, duty: &Duty, old: &[Record], new: &[Line], reason: bool) -> Result<Reply, Error> {
    let sum = |all: i64| if cx.private() && duty.measure == Measure::Money { Some(all) } else { None };
    let keys: Vec<_> = old.iter().map(|r| (r.key.branch, r.key.person, r.key.period)).collect();
    let was = in_words(cx, duty, &keys, sum(old.iter().map(|r| r.value).sum())).await;
    let keys: Vec<_> = new.iter().map(|l| (l.key.branch, l.key.person, l.key.period)).collect();
    let now = in_words(cx, duty, &keys, sum(new.iter().map(|l| l.value).sum())).await;
    // a group hears no sums: then both are the same words
    let key = if was == now { "corrected-same" } else { "corrected" };
    let mut text = cx.say(key, &[("was", was.into()), ("now", now.into())]);
    if reason {
        text.push_str(&cx.say("correct-reason", &[]));
    }
    Ok(cx.reply(text))
}

/// 张三10月团费 0.4 元.
async fn in_words(cx: &Context, duty: &Duty, keys: &[(OrgId, PersonId, Period)], sum: Option<i64>) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut of = None;
    for (branch, person, _) in keys {
        if let Ok(Some(b)) = cx.bot.cache.branch(*branch).await {
            if let Some(name) = b.roster.member(*person).map(|m| cx.called(&b, m))
                && !names.contains(&name)
            {
                names.push(name);
            }
            of = Some(b);
        }
    }
    let periods: Vec<Period> = keys.iter().map(|(_, _, p)| *p).collect();
    let amount = sum.map_or_else(|| "none".to_owned(), |fen| cx.say("correct-yuan", &[("amount", show::yuan(fen).into())]));
    let args = [
        ("name", Value::from(cx.bot.names(&names, show::NAMES))),
        ("period", crate::action::study::issues::said(cx, of.as_ref().map(|b| &b.roster.course), duty, &periods).into()),
        ("duty", duty.name.as_str().into()),
        ("amount", amount.into()),
    ];
    cx.say("corrected-what", &args)
}
