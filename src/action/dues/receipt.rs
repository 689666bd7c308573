//! `收据`: a receipt for what the treasurer confirmed, in private: to the member, or for one by whoever may read it.

use super::treasury::{distinct, money};
use crate::action::cache::Branch;
use crate::action::context::{Context, Reply};
use crate::action::members::people::find_ever;
use crate::action::queries::reading;
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::record::{Kind, Record};
use crate::domain::role::Permission;
use crate::domain::treasury::standing_records;
use crate::error::{Error, Mistake};
use std::collections::HashMap;
use std::sync::Arc;

/// Receipts that one answer shows, the newest.
const MOST: usize = 12;

/// Receipts, one for each confirmation.
pub async fn receipt(cx: &Context, duty: &str, periods: &[Period], names: &[String]) -> Result<Reply, Error> {
    let duty = money(cx, Some(duty))?;
    let speaker = cx.speaker()?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let me = speaker.known.person;
    let mut people: Vec<(Arc<Branch>, PersonId)> = Vec::new();
    for name in names {
        let person = find_ever(cx, name).await?;
        if person.member.person != me {
            cx.demand(Permission::ReadPrivate, &person.branch.roster.org)?;
        }
        people.push((person.branch.clone(), person.member.person));
    }
    if names.is_empty() {
        people.extend(reading::fresh(cx, &speaker.known.branches).await?.into_iter().map(|b| (b, me)));
    }
    let wanted = distinct(periods.iter().flat_map(|p| p.expand(duty.cadence)));
    let mut lines = Vec::new();
    for (branch, person) in people {
        let records = cx.bot.store.records_of(branch.roster.org.id, &duty.key, Some(person)).await?;
        lines.extend(written(cx, duty, &branch, person, &records, &wanted));
    }
    if lines.is_empty() {
        return Ok(cx.reply(cx.say("receipt-none", &[("duty", duty.name.as_str().into())])));
    }
    let from = lines.len().saturating_sub(MOST);
    Ok(cx.reply(lines.split_off(from).join("\n")))
}

fn written(cx: &Context, duty: &Duty, branch: &Branch, person: PersonId, records: &[Record], wanted: &[Period]) -> Vec<String> {
    let all = standing_records(records);
    let mut back: HashMap<_, i64> = HashMap::new();
    for r in all.iter().filter(|r| r.kind.refunds()) {
        *back.entry(r.refers).or_default() += r.value;
    }
    // one confirmation may be of several months: they are one receipt
    let mut receipts: Vec<(&str, Vec<&Record>)> = Vec::new();
    for r in all.iter().filter(|r| r.kind.confirms() && (wanted.is_empty() || wanted.contains(&r.key.period))) {
        match receipts.iter_mut().find(|(source, _)| *source == r.source) {
            Some((_, of)) => of.push(r),
            None => receipts.push((&r.source, vec![r])),
        }
    }
    let name = |person: PersonId| branch.roster.member(person).map(|m| show::name(&m.name)).unwrap_or_default();
    let one = |(_, of): (&str, Vec<&Record>)| {
        let first = of.first()?;
        let extra: i64 = of.iter().filter(|r| r.kind == Kind::ConfirmExtra).map(|r| r.value).sum();
        let sum: i64 = of.iter().map(|r| r.value).sum();
        let refunded: i64 = of.iter().map(|r| back.get(&r.refers).copied().unwrap_or(0)).sum();
        let args = [
            ("number", Value::from(base36(first.id.0))),
            ("unit", show::name(&branch.roster.org.name).into()),
            ("name", name(person).into()),
            ("duty", duty.name.as_str().into()),
            ("period", cx.periods(&distinct(of.iter().map(|r| r.key.period))).into()),
            ("amount", show::yuan(sum).into()),
            ("extra", if extra == 0 { "none".to_owned() } else { show::yuan(extra) }.into()),
            ("refunded", if refunded == 0 { "none".to_owned() } else { show::yuan(refunded) }.into()),
            ("at", cx.zone().date(first.at).to_string().into()),
            ("who", first.actor.map(name).filter(|n| !n.is_empty()).unwrap_or_else(|| "none".to_owned()).into()),
        ];
        Some(cx.say("receipt-line", &args))
    };
    receipts.into_iter().filter_map(one).collect()
}

/// A record's number, short enough to be read aloud.
fn base36(id: i64) -> String {
    let mut n = id.unsigned_abs();
    let mut digits = Vec::new();
    while n > 0 || digits.is_empty() {
        digits.push(char::from_digit(u32::try_from(n % 36).unwrap_or(0), 36).unwrap_or('0').to_ascii_uppercase());
        n /= 36;
    }
    digits.iter().rev().collect()
}
