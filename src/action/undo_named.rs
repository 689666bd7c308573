//! `撤销张三10月的团费`: takes back what is named, and nothing else. Of one's own messages first; of others whoever may record for
//! them, at any time.

use super::context::{Context, Reply};
use super::issues::around;
use super::people::{Person, find};
use super::undo;
use crate::domain::calendar::Period;
use crate::domain::record::{Kind, Record};
use crate::domain::role::Permission;
use crate::domain::treasury::standing_records;
use crate::error::{Error, Mistake};
use crate::language::Named;
use crate::store::ledger::Entered;
use chrono::Days;

/// Takes back what is named; none where the message names nothing.
pub async fn undo_named(cx: &Context, since: i64) -> Result<Option<Reply>, Error> {
    if cx.text.contains("接龙") || cx.text.contains("接龍") {
        return Ok(None);
    }
    let plain = cx.bot.grammar.plainly_named(&cx.text, cx.names());
    let named = cx.bot.grammar.named(&plain, &around(cx));
    if named.is_empty() {
        return Ok(None);
    }
    let mut people = Vec::new();
    for name in &named.names {
        people.push(find(cx, name).await?);
    }
    cx.bot.store.settled().await?;
    let meant = |r: &Record| means(cx, &named, &people, r);
    let found = match cx.bot.store.last_entered_of(&cx.incoming.sender, since, &meant).await? {
        None if people.is_empty() => long_ago(cx, &named).await?,
        None => of_others(cx, &named, &people).await?,
        own => own,
    };
    let found = match found {
        Some(entered) => of_days(cx, &named, entered).await?,
        None => None,
    };
    match found {
        Some(entered) => undo::take_back(cx, &entered).await.map(Some),
        None => Err(Mistake::new("undo-no-such").into()),
    }
}

/// Whether this record is one of those.
fn means(cx: &Context, named: &Named, people: &[Person], r: &Record) -> bool {
    let kind = match r.kind {
        Kind::Leave => named.leave || named.duty.is_some(),
        kind if kind.confirms() => named.confirmation,
        _ => !named.leave && !named.confirmation,
    };
    let duty = named.duty.as_ref().is_none_or(|d| *d == r.key.duty);
    let within = |p: &Period| p.first_day() <= r.key.period.last_day() && r.key.period.first_day() <= p.last_day();
    let cadence = cx.bot.config.duty(&r.key.duty).map(|d| d.cadence);
    // a week belongs to the month of its Sunday, as everywhere
    let period = named.periods.is_empty()
        || named.periods.iter().any(|p| if Some(p.cadence()) > cadence { p.expand(r.key.period.cadence()).contains(&r.key.period) } else { within(p) });
    let person = people.is_empty() || people.iter().any(|p| p.member.person == r.key.person);
    kind && duty && period && person
}

/// Where days are named, only leave of a meeting on one of them, or of a whole period that holds one.
async fn of_days(cx: &Context, named: &Named, mut entered: Entered) -> Result<Option<Entered>, Error> {
    let Some((first, last)) = named.days.filter(|_| named.leave) else { return Ok(Some(entered)) };
    let mut kept = Vec::new();
    for r in entered.records {
        let on = match r.session {
            Some(id) => {
                let Some(branch) = cx.bot.cache.branch(r.key.branch).await? else { continue };
                let units: Vec<_> = branch.units.iter().map(|u| u.id).collect();
                let between = (cx.zone().start_of(first), cx.zone().start_of(last + Days::new(1)));
                cx.bot.store.sessions_between(&units, &r.key.duty, between).await?.iter().any(|s| s.id == id)
            }
            None => r.key.period.first_day() <= last && first <= r.key.period.last_day(),
        };
        if r.kind != Kind::Leave || on {
            kept.push(r);
        }
    }
    entered.records = kept;
    Ok(Some(entered).filter(|e| !e.records.is_empty()))
}

/// What an older message of the speaker's entered of themselves: whether that may still be taken back is asked of whoever does.
async fn long_ago(cx: &Context, named: &Named) -> Result<Option<Entered>, Error> {
    let Ok((branch, member)) = cx.member() else { return Ok(None) };
    let me = Person { branch: branch.clone(), member: member.clone() };
    let entered = last_of(cx, named, &[me]).await?;
    Ok(entered.filter(|e| e.account == cx.incoming.sender.to_string()))
}

/// What somebody else's message, or an old one, entered of these people, where the speaker may record for them.
async fn of_others(cx: &Context, named: &Named, people: &[Person]) -> Result<Option<Entered>, Error> {
    let me = cx.speaker()?.known.person;
    for person in people.iter().filter(|p| p.member.person != me) {
        cx.demand(Permission::ReportOthers, &person.branch.roster.org)?;
    }
    last_of(cx, named, people).await
}

/// The last standing record of these people that is meant, with all of its message that is meant as well.
async fn last_of(cx: &Context, named: &Named, people: &[Person]) -> Result<Option<Entered>, Error> {
    let mut last: Option<Record> = None;
    for person in people {
        let org = &person.branch.roster.org;
        for duty in cx.bot.config.duties.iter().filter(|d| named.duty.as_ref().is_none_or(|key| *key == d.key)) {
            let records = cx.bot.store.records_of(org.id, &duty.key, Some(person.member.person)).await?;
            let live = standing_records(&records).into_iter().rfind(|r| means(cx, named, people, r)).cloned();
            last = last.into_iter().chain(live).max_by_key(|r| r.id);
        }
    }
    let Some(record) = last else { return Ok(None) };
    let Some(mut entered) = cx.bot.store.entered(&record.source).await? else { return Ok(None) };
    entered.records.retain(|r| means(cx, named, people, r));
    Ok(Some(entered).filter(|e| !e.records.is_empty()))
}
