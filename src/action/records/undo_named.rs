//! `撤销张三10月的团费`: takes back what is named, and nothing else. Of one's own messages first; of others whoever may record for
//! them, at any time.

use super::undo;
use crate::action::context::{Context, Reply};
use crate::action::dues::bill_import::BILL;
use crate::action::members::people::{Person, find_ever};
use crate::action::permission::to_undo;
use crate::action::study::issues::around;
use crate::action::study::study_import::EXPORT;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::domain::record::{Kind, Record};
use crate::domain::treasury::standing_records;
use crate::error::{Error, Fault, Mistake};
use crate::language::{Named, TakenBack, Thing};
use crate::store::records::ledger::Entered;
use chrono::Days;
use std::collections::BTreeSet;

/// Takes back what is named; none where the message names nothing.
pub async fn undo_named(cx: &Context, said: &TakenBack, since: i64) -> Result<Option<Reply>, Error> {
    if cx.text.contains("接龙") || cx.text.contains("接龍") {
        return Ok(None);
    }
    let plain = cx.bot.grammar.plainly_named(&cx.text, cx.names());
    let named = cx.bot.grammar.named(&plain, &around(cx));
    match said.thing {
        None if named.is_empty() => return Ok(None),
        Some(Thing::Band) => return Err(Mistake::new("undo-band").into()),
        Some(Thing::Months) => return Err(Mistake::new("undo-months").into()),
        _ => {}
    }
    let mut people = Vec::new();
    for name in &named.names {
        people.push(find_ever(cx, name).await?);
    }
    let meant = Meant { said, named, people };
    cx.bot.store.settled().await?;
    let found = match meant.of_the_unit() {
        Some(kind) => in_book(cx, &meant, kind).await?,
        None => of_people(cx, &meant, since).await?,
    };
    let found = match found {
        Some(entered) => of_days(cx, &meant.named, entered).await?,
        None => None,
    };
    match found {
        Some(entered) if meant.sum_fits(&entered) => undo::take_back(cx, &entered).await.map(Some),
        _ => Err(Mistake::new("undo-no-such").into()),
    }
}

/// What is named, put together.
struct Meant<'a> {
    said: &'a TakenBack,
    named: Named,
    people: Vec<Person>,
}

impl Meant<'_> {
    /// Money of the unit itself, which is nobody's record.
    fn of_the_unit(&self) -> Option<Kind> {
        match self.said.thing {
            Some(Thing::HandUp) => Some(Kind::HandUp),
            Some(Thing::Returned) => Some(Kind::Returned),
            Some(Thing::Carried) => Some(Kind::Carried),
            _ => None,
        }
    }

    /// What officers enter they take back at any time.
    fn any_time(&self) -> bool {
        matches!(self.said.thing, Some(Thing::Refund | Thing::Opening { .. } | Thing::Extra | Thing::Relief | Thing::Import)) || self.named.confirmation
    }

    fn is_kind(&self, r: &Record) -> bool {
        match &self.said.thing {
            Some(Thing::Refund) => r.kind.refunds(),
            Some(Thing::Opening { .. }) => r.kind == Kind::Opening,
            Some(Thing::Extra) => r.kind == Kind::Extra,
            Some(Thing::Relief) => r.kind.relieves(),
            Some(Thing::CheckIn { .. }) => r.kind == Kind::Attend,
            Some(Thing::Import) => from_file(&r.source),
            Some(_) => self.of_the_unit() == Some(r.kind),
            None => match r.kind {
                Kind::Leave => self.named.leave || self.named.duty.is_some(),
                kind if kind.confirms() => self.named.confirmation,
                Kind::Done | Kind::Attest | Kind::Attend | Kind::Extra => !self.named.leave && !self.named.confirmation,
                // each of those has a word of its own
                _ => false,
            },
        }
    }

    /// Whether this record is one of those.
    fn means(&self, cx: &Context, r: &Record) -> bool {
        let named = &self.named;
        let duty = named.duty.as_ref().is_none_or(|d| *d == r.key.duty);
        let within = |p: &Period| p.first_day() <= r.key.period.last_day() && r.key.period.first_day() <= p.last_day();
        let cadence = cx.bot.config.duty(&r.key.duty).map(|d| d.cadence);
        let until = self.said.thing == Some(Thing::Opening { until: true });
        let in_one = |p: &Period| match () {
            // 12月前都交清了
            () if until => r.key.period.first_day() < p.first_day(),
            // a week belongs to the month of its Sunday, as everywhere
            () if Some(p.cadence()) > cadence => p.expand(r.key.period.cadence()).contains(&r.key.period),
            () => within(p),
        };
        let period = named.periods.is_empty() || named.periods.iter().any(in_one);
        let person = self.people.is_empty() || self.people.iter().any(|p| p.member.person == r.key.person);
        self.is_kind(r) && duty && period && person
    }

    /// Where a sum is named, it is the sum of what is taken back.
    fn sum_fits(&self, entered: &Entered) -> bool {
        let sum = |own: bool| entered.records.iter().filter(|r| own || !r.kind.confirms()).map(|r| r.value).sum::<i64>();
        self.said.sum.is_none_or(|fen| sum(self.named.confirmation) == fen)
    }

    /// Whether everybody who is named is in it.
    fn whole(&self, entered: &Entered) -> bool {
        self.people.iter().all(|p| entered.records.iter().any(|r| r.key.person == p.member.person))
    }
}

fn from_file(source: &str) -> bool {
    source.starts_with(BILL) || source.starts_with(EXPORT)
}

/// What the speaker entered of these people, else what anybody did, where the speaker may take that back.
async fn of_people(cx: &Context, meant: &Meant<'_>, since: i64) -> Result<Option<Entered>, Error> {
    let since = if meant.any_time() { i64::MIN } else { since };
    let own = cx.bot.store.last_entered_of(&cx.incoming.sender, since, &|r| meant.means(cx, r)).await?;
    match own {
        // 撤销大学习, after a file of several: what one word entered goes by one
        Some(own) if from_file(&own.source) && meant.people.is_empty() => {
            let mut all = undo::whole(cx, own).await?;
            all.records.retain(|r| meant.means(cx, r) || r.kind.confirms());
            Ok(Some(all))
        }
        Some(own) if meant.whole(&own) => Ok(Some(own)),
        _ if meant.said.thing == Some(Thing::Import) => Ok(None),
        _ if meant.people.is_empty() => long_ago(cx, meant).await,
        _ => of_others(cx, meant).await,
    }
}

/// Money of the unit that is spoken of: the last of that kind, whoever entered it, and of that sum where one is named.
async fn in_book(cx: &Context, meant: &Meant<'_>, kind: Kind) -> Result<Option<Entered>, Error> {
    let unit = cx.unit().await?;
    cx.demand(to_undo(kind, false), &unit)?;
    for duty in cx.bot.config.duties.iter().filter(|d| d.measure == Measure::Money && meant.named.duty.as_ref().is_none_or(|key| *key == d.key)) {
        let records = cx.bot.store.records_of(unit.id, &duty.key, None).await?;
        let fits = |r: &&Record| r.kind == kind && meant.means(cx, r) && meant.said.sum.is_none_or(|fen| fen == r.value);
        let Some(last) = standing_records(&records).into_iter().rfind(fits) else { continue };
        let Some(mut entered) = cx.bot.store.entered(&last.source).await? else { continue };
        entered.records.retain(|r| r.id == last.id);
        return Ok(Some(entered).filter(|e| !e.records.is_empty()));
    }
    Ok(None)
}

/// A file that was taken back says nothing any more of what it was read for, where nothing else of the kind stands.
pub(in crate::action) async fn forget_official(cx: &Context, entered: &Entered) -> Result<(), Fault> {
    if entered.source.starts_with(EXPORT) {
        let keys: BTreeSet<_> = entered.records.iter().map(|r| (r.key.branch, r.key.duty.clone(), r.key.period)).collect();
        for (branch, duty, period) in keys {
            cx.bot.store.forget_official(branch, &duty, period).await?;
        }
    }
    Ok(())
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
async fn long_ago(cx: &Context, meant: &Meant<'_>) -> Result<Option<Entered>, Error> {
    let Ok((branch, member)) = cx.member() else { return Ok(None) };
    let me = Person { branch: branch.clone(), member: member.clone() };
    let entered = last_of(cx, meant, &me).await?;
    Ok(entered.filter(|e| e.account == cx.incoming.sender.to_string()))
}

/// What somebody else's message, or an old one, entered of these people, where the speaker may take that back; of each of them, or
/// nothing.
async fn of_others(cx: &Context, meant: &Meant<'_>) -> Result<Option<Entered>, Error> {
    let me = cx.speaker()?.known.person;
    let needed = match &meant.said.thing {
        Some(Thing::Refund) => to_undo(Kind::Refund, false),
        Some(Thing::Opening { .. }) => to_undo(Kind::Opening, false),
        Some(Thing::Relief) => to_undo(Kind::Exempt, false),
        _ if meant.named.confirmation => to_undo(Kind::Confirm, false),
        _ => to_undo(Kind::Done, false),
    };
    for person in meant.people.iter().filter(|p| p.member.person != me) {
        cx.demand(needed, &person.branch.roster.org)?;
    }
    let mut all: Option<Entered> = None;
    for person in &meant.people {
        let Some(entered) = last_of(cx, meant, person).await? else { return Ok(None) };
        match &mut all {
            None => all = Some(entered),
            // one message may have entered several of them
            Some(all) => {
                let fresh: Vec<Record> = entered.records.into_iter().filter(|r| all.records.iter().all(|o| o.id != r.id)).collect();
                if entered.account != all.account {
                    all.account.clear();
                }
                all.at = all.at.min(entered.at);
                all.records.extend(fresh);
            }
        }
    }
    Ok(all)
}

/// The last standing record of somebody that is meant, with all of its message that is meant as well.
async fn last_of(cx: &Context, meant: &Meant<'_>, person: &Person) -> Result<Option<Entered>, Error> {
    let mut last: Option<Record> = None;
    let org = &person.branch.roster.org;
    for duty in cx.bot.config.duties.iter().filter(|d| meant.named.duty.as_ref().is_none_or(|key| *key == d.key)) {
        let records = cx.bot.store.records_of(org.id, &duty.key, Some(person.member.person)).await?;
        let live = standing_records(&records).into_iter().rfind(|r| meant.means(cx, r)).cloned();
        last = last.into_iter().chain(live).max_by_key(|r| r.id);
    }
    let Some(record) = last else { return Ok(None) };
    let Some(mut entered) = cx.bot.store.entered(&record.source).await? else { return Ok(None) };
    entered.records.retain(|r| meant.means(cx, r) && (!meant.people.is_empty() || r.key.person == person.member.person));
    Ok(Some(entered).filter(|e| !e.records.is_empty()))
}
