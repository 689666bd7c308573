//! What is said about a copy. To whoever may record for others: what is new, what was left alone and why, whom a name may
//! mean, and who is missing, ready to paste back. To anybody else: one gathered line at most. Law 12 holds.

use super::copy::{Copy, People, Unknown};
use super::known::Known;
use super::{kept, meant};
use crate::action::context::{Context, Reply};
use crate::action::dialogue::question::{AskedName, Body};
use crate::action::queries::missing::{measure, named, readers};
use crate::action::queries::reading::{self, Found};
use crate::action::show;
use crate::config::messages::Value;
use crate::domain::document::{Row, State};
use crate::domain::duty::Duty;
use crate::domain::ids::PersonId;
use crate::domain::role::Permission;
use crate::error::{Error, Fault};
use crate::language::Entry;
use crate::report::tally::Attendance;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Names in one line.
const NAMES: usize = 20;
/// Lines of names to paste back.
const PASTE: usize = 80;
/// Names asked about in one message.
const ASKED: usize = 10;

/// The answer to a copy.
pub(super) async fn copy(cx: &Context, duty: &Duty, known: &Known, copy: &Copy, people: &People) -> Result<Reply, Error> {
    let source = cx.incoming.source();
    if !people.authorised(cx) {
        return to_member(cx, duty, known, &source);
    }
    let mut lines = grown(cx, duty, known, &source).await?;
    if lines.is_empty() {
        lines.push(cx.say("chain-nothing-new", &about(cx, duty, known)));
    }
    let list = |names: &[String]| show::names(cx, names.iter().map(String::as_str), NAMES);
    if !copy.twice.is_empty() {
        lines.push(cx.say("chain-twice", &[("names", list(&copy.twice).into())]));
    }
    let latest = known.latest();
    let gone: Vec<PersonId> = latest
        .iter()
        .filter(|(person, row)| !copy.has(**person) && (row.state == State::Waiting || row.state == State::Entered && row.live))
        .map(|(person, _)| *person)
        .collect();
    if !gone.is_empty() {
        lines.push(cx.say("chain-gone", &[("names", list(&names_of(cx, &latest, &gone).await?).into())]));
    }
    let mut older = Vec::new();
    let before = known.by_person();
    for item in &copy.items {
        let said = kept(&item.said)?;
        let rows = before.get(&item.person.member.person).map_or(&[][..], Vec::as_slice);
        if rows.last().is_some_and(|r| r.said != said) && rows.iter().any(|r| r.said == said) {
            older.push(item.person.member.name.clone());
        }
    }
    if !older.is_empty() {
        lines.push(cx.say("chain-older", &[("names", list(&older).into())]));
    }
    lines.extend(ask(cx, known, copy, &source).await?);
    lines.extend(missing(cx, duty, known, copy, people).await?);
    Ok(cx.reply(lines.join("\n")))
}

fn about<'d>(cx: &Context, duty: &'d Duty, known: &Known) -> Vec<(&'static str, Value<'d>)> {
    vec![("period", cx.periods(&known.document.periods).into()), ("duty", duty.name.as_str().into())]
}

/// The lines about what a message added to a list.
pub(super) async fn grown(cx: &Context, duty: &Duty, known: &Known, source: &str) -> Result<Vec<String>, Error> {
    let mut of: BTreeMap<&'static str, Vec<PersonId>> = BTreeMap::new();
    let before = known.by_person();
    let mut latest: BTreeMap<PersonId, &Row> = BTreeMap::new();
    let mut order: Vec<PersonId> = Vec::new();
    for row in known.rows.iter().filter(|r| r.source == source) {
        if let Some(subject) = &row.subject
            && latest.insert(subject.person, row).is_none()
        {
            order.push(subject.person);
        }
    }
    for person in &order {
        let row = latest[person];
        let earlier = before.get(person).into_iter().flatten().filter(|r| r.version < row.version);
        let changed = earlier.clone().any(|r| matches!(r.state, State::Entered) && r.said != row.said);
        let what = match (row.state, meant(&row.said)) {
            (State::Entered, _) | (State::Noted, Entry::NotDone) if changed => "changed",
            (State::Entered, Entry::Leave) => "leave",
            (State::Entered, _) => "recorded",
            (State::Noted, Entry::NotDone) => continue,
            (State::Already, _) => "already",
            (State::Doubt, _) => "doubt",
            (State::Refused, _) => "refused",
            (State::Kept, _) => "kept",
            (State::Waiting, _) => "waiting",
            (State::Noted | State::Asked, _) => "unclear",
        };
        of.entry(what).or_default().push(*person);
    }
    let tell_names = tells_names(cx, duty).await?;
    let mut lines = Vec::new();
    // the first line says which list it is
    let all = of.get("recorded").map_or(&[][..], Vec::as_slice);
    let claim = if duty.confirm { "claim" } else { "done" };
    if !all.is_empty() {
        let mut args = about(cx, duty, known);
        let names = names_of(cx, &latest, all).await?;
        args.extend([("count", all.len().into()), ("claim", claim.into()), ("names", show::names(cx, names.iter().map(String::as_str), NAMES).into())]);
        lines.push(cx.say("chain-recorded", &args));
    } else if !of.is_empty() {
        lines.push(cx.say("chain-head", &about(cx, duty, known)));
    }
    for (what, key, counted) in [
        ("leave", "chain-leave", None),
        ("changed", "chain-changed", None),
        ("already", "chain-already", None),
        ("doubt", "chain-doubt", Some("chain-doubt-count")),
        ("refused", "chain-refused", Some("chain-refused-count")),
        ("kept", "chain-kept", Some("chain-kept-count")),
        ("unclear", "chain-unclear", Some("chain-unclear-count")),
        ("waiting", "chain-waiting", None),
    ] {
        let Some(all) = of.get(what) else { continue };
        let names = names_of(cx, &latest, all).await?;
        let key = counted.filter(|_| !tell_names).unwrap_or(key);
        let args = [
            ("count", Value::from(all.len())),
            ("names", show::names(cx, names.iter().map(String::as_str), NAMES).into()),
            ("who", cx.bot.who_may(Permission::ReportOthers).into()),
        ];
        lines.push(cx.say(key, &args));
    }
    Ok(lines)
}

/// Whether this chat may hear whose sum does not fit, and the like.
async fn tells_names(cx: &Context, duty: &Duty) -> Result<bool, Error> {
    Ok(named(cx, duty, &cx.unit().await?) || cx.private())
}

async fn names_of(cx: &Context, rows: &BTreeMap<PersonId, &Row>, people: &[PersonId]) -> Result<Vec<String>, Fault> {
    let mut names = Vec::with_capacity(people.len());
    for person in people {
        let Some(subject) = rows.get(person).and_then(|r| r.subject.as_ref()) else { continue };
        if let Some(branch) = cx.bot.cache.branch(subject.branch).await? {
            names.extend(branch.roster.member(*person).map(|m| cx.called(&branch, m)));
        }
    }
    Ok(names)
}

/// To somebody who speaks for themselves: their own entry in the gathered line, and once that the others' wait.
fn to_member(cx: &Context, duty: &Duty, known: &Known, source: &str) -> Result<Reply, Error> {
    let me = cx.speaker()?.known.person;
    let mine: Vec<&Row> = known.rows.iter().filter(|r| r.source == source).collect();
    let waits = mine.iter().filter(|r| r.state == State::Waiting).count();
    let version = mine.iter().map(|r| r.version).min().unwrap_or(i64::MAX);
    let mut earlier: HashMap<PersonId, State> = HashMap::new();
    for row in known.rows.iter().filter(|r| r.version < version) {
        if let Some(subject) = &row.subject {
            earlier.insert(subject.person, row.state);
        }
    }
    let waited = earlier.values().any(|s| *s == State::Waiting);
    let says_waits = waits > 0 && !waited && (cx.private() || cx.bot.memory.may_tell_of_waiting(known.document.id, cx.now));
    let own = mine.iter().find(|r| r.subject.as_ref().is_some_and(|s| s.person == me));
    let name = show::name(cx.speaker()?.name());
    let mut lines = Vec::new();
    match own.map(|r| r.state) {
        Some(State::Entered) if cx.private() || says_waits || cx.addressed => {
            let mut args = about(cx, duty, known);
            args.extend([("count", 1.into()), ("claim", if duty.confirm { "claim" } else { "done" }.into()), ("names", name.clone().into())]);
            lines.push(cx.say("chain-recorded", &args));
        }
        Some(State::Entered) => {
            let due = cx.now + cx.bot.config.bot.answers.gather_seconds * 1000;
            if !known.document.periods.is_empty() {
                cx.bot.gather.add(&cx.incoming, &duty.key, me, &name, due);
            }
        }
        Some(State::Doubt) => lines.push(cx.say("chain-own-doubt", &[("name", name.clone().into()), ("duty", duty.name.as_str().into())])),
        Some(State::Refused) => lines.push(cx.say("chain-refused", &[("names", name.clone().into())])),
        Some(State::Kept) => lines.push(cx.say("chain-kept", &[("names", name.clone().into())])),
        _ => {}
    }
    if says_waits {
        let args = [("count", Value::from(waits)), ("who", cx.bot.who_may(Permission::ReportOthers).into())];
        lines.push(cx.say("chain-waiting", &args));
    }
    if lines.is_empty() && (cx.private() || cx.addressed) && !matches!(own.map(|r| r.state), Some(State::Entered)) {
        lines.push(cx.say("chain-nothing-new", &about(cx, duty, known)));
    }
    Ok(if lines.is_empty() { Reply::silence() } else { cx.reply(lines.join("\n")) })
}

/// The question about names, once for each; the others that nobody has are only told.
async fn ask(cx: &Context, known: &Known, copy: &Copy, source: &str) -> Result<Vec<String>, Error> {
    let new: HashSet<&str> = known.rows.iter().filter(|r| r.source == source && r.state == State::Asked).filter_map(|r| r.name.as_deref()).collect();
    let open = |u: &&Unknown| new.contains(u.digest.as_str()) && !u.choices.is_empty();
    let asked: Vec<&Unknown> = copy.unknown.iter().filter(open).take(ASKED).collect();
    let mut lines = Vec::new();
    if !asked.is_empty() {
        lines.push(cx.say("chain-ask", &[("count", asked.len().into())]));
        let mut n = 0;
        let mut first = Vec::new();
        for unknown in &asked {
            let mut choices = Vec::new();
            for (at, person) in unknown.choices.iter().enumerate() {
                n += 1;
                if at == 0 {
                    first.push(n.to_string());
                }
                let found = Found { person: person.member.person, branch: person.branch.clone() };
                // namesakes are told apart; a similar name says enough by itself
                let same = unknown.choices.iter().filter(|c| c.member.name == person.member.name).count() > 1;
                let which = if same { found.which(cx) } else { String::new() };
                choices.push(cx.say("chain-ask-choice", &[("n", n.into()), ("name", show::name(&person.member.name).into()), ("which", which.into())]));
            }
            let choices = show::join(cx, &choices);
            lines.push(cx.say("chain-ask-which", &[("name", show::name(&unknown.name).into()), ("choices", choices.into())]));
        }
        let several = if n > 1 { "yes" } else { "no" };
        lines.push(cx.say("chain-ask-how", &[("several", several.into()), ("example", first.join(" ").into())]));
        let mut names = Vec::new();
        for unknown in &asked {
            let choices = unknown.choices.iter().map(|p| (p.branch.roster.org.id, p.member.person)).collect();
            names.push(AskedName { name: unknown.name.clone(), said: kept(&unknown.said)?, bare: copy.bare, choices });
        }
        cx.ask(&Body::Names { document: known.document.id, source: source.to_owned(), names }).await?;
    }
    let names: Vec<&str> = copy.unknown.iter().filter(|u| !asked.iter().any(|a| a.digest == u.digest)).map(|u| u.name.as_str()).collect();
    if !names.is_empty() || copy.more_unknown > 0 {
        let args = [("names", Value::from(show::names(cx, names.iter().copied(), NAMES))), ("count", (names.len() + copy.more_unknown).into())];
        lines.push(cx.say("chain-unknown", &args));
    }
    Ok(lines)
}

/// Who is missing in the branches that the speaker records for: by name, numbered on, where names may be told here.
async fn missing(cx: &Context, duty: &Duty, known: &Known, copy: &Copy, people: &People) -> Result<Vec<String>, Error> {
    let mut periods: Vec<_> = known.document.periods.iter().flat_map(|p| if p.cadence() < duty.cadence { vec![*p] } else { p.expand(duty.cadence) }).collect();
    periods.retain(|p| p.first_day() <= cx.today);
    let mine = people.mine(cx);
    let mut names: Vec<String> = Vec::new();
    let (mut count, mut expected) = (0, 0);
    for branch in mine.iter().take(reading::FEW) {
        let mut seen = HashSet::new();
        for period in &periods {
            let standings = cx.bot.store.standings(branch.roster.org.id, &duty.key, *period).await?;
            let attendance = Attendance::read(&branch.roster, duty, *period, &standings, cx.zone());
            expected += attendance.expected.len();
            for member in attendance.missing {
                if seen.insert(member.person) {
                    count += 1;
                    if named(cx, duty, &branch.roster.org) {
                        names.push(show::name(&member.name));
                    }
                }
            }
        }
    }
    let mut args = about(cx, duty, known);
    args.extend([("measure", measure(duty).into()), ("count", count.into()), ("who", readers(cx).into())]);
    if expected == 0 {
        return Ok(Vec::new());
    }
    if count == 0 {
        return Ok(vec![cx.say("missing-none", &args)]);
    }
    if names.len() < count {
        return Ok(vec![cx.say(if cx.private() { "missing-number-private" } else { "missing-number" }, &args)]);
    }
    let mut lines = vec![cx.say("chain-missing", &[("count", count.into())])];
    lines.extend(names.iter().take(PASTE).zip(copy.last.saturating_add(1)..).map(|(name, n)| format!("{n}. {name}")));
    if count > PASTE {
        lines.push(cx.say("chain-missing-more", &[("count", (count - PASTE).into())]));
    }
    Ok(lines)
}
