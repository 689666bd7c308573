//! `duties/*.toml`: one file a duty with all of it.

use super::bot::zone;
use super::meeting;
use super::money;
use super::reader::{At, Problems, Table};
use super::reminder;
use crate::domain::calendar::{Cadence, Period, Zone};
use crate::domain::cron::Schedule;
use crate::domain::duty::{AutoIssues, Band, Deadline, Duty, Measure, Words};
use crate::domain::money::Fen;
use crate::domain::roster::Ack;
use chrono::{NaiveDate, NaiveTime};
use std::collections::{BTreeMap, HashMap};

/// One file, read.
pub(super) struct Read {
    pub duty: Duty,
    pub order: i64,
    /// The file's `enabled`: a folder switches a default duty off with it.
    pub enabled: bool,
    /// Where its names are written, for clashes with other files'.
    calls: Vec<(At, String)>,
}

/// A duty from its file; `key` is the file's name. None where something that must be there is not; then it was noted.
pub(super) fn read(key: &str, mut t: Table, house: Zone, p: &mut Problems) -> Option<Read> {
    let measures =
        [("done", Measure::Done), ("money", Measure::Money), ("count", Measure::Count), ("minutes", Measure::Minutes), ("attendance", Measure::Attendance)];
    let cadences = [("week", Cadence::Week), ("month", Cadence::Month), ("quarter", Cadence::Quarter), ("half", Cadence::Half), ("year", Cadence::Year)];
    let acks = [("each", Ack::Each), ("gathered", Ack::Gathered), ("reaction", Ack::Reaction)];
    if !key.starts_with(|c: char| c.is_ascii_lowercase()) || !key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        p.add(t.place(), "the file's name is the duty's key: small letters, digits and _, beginning with a letter".to_owned());
    }
    let enabled = t.flag("enabled", p).unwrap_or(true);
    let order = t.number("order", -1000..=1000, p).unwrap_or(100);
    let name_line = t.at("name");
    let name = t.need_text("name", "\"团费\"", p);
    let aliases = t.texts("aliases", p);
    let calls: Vec<(At, String)> = name.iter().map(|name| (name_line.clone(), name.clone())).chain(aliases.iter().cloned()).collect();
    let measure = needed(&mut t, "measure", "\"done\"", &measures, p);
    let cadence = needed(&mut t, "cadence", "\"week\"", &cadences, p);
    let due = deadline(&mut t, "due", p).unwrap_or(Deadline { days: 0, time: None });
    let closes_at = t.at("closes");
    let closes = deadline(&mut t, "closes", p).unwrap_or(Deadline { days: due.days + 7, time: due.time });
    let order_of = |d: Deadline| (d.days, d.time.unwrap_or(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()));
    if order_of(closes) < order_of(due) {
        p.add(&closes_at, "it closes before it is due: make `closes` later than `due`");
    }
    let arrears = t.flag("arrears", p).unwrap_or(false);
    let confirm = t.flag("confirm", p).unwrap_or(false);
    let names_in_group = t.flag("names_in_group", p).unwrap_or(false);
    let screenshots_at = t.at("screenshots");
    let screenshots = t.flag("screenshots", p).unwrap_or(false);
    if screenshots && measure.is_some_and(|m| m != Measure::Done) {
        p.add(&screenshots_at, "`screenshots`: only a duty with measure = \"done\" takes pictures as evidence");
    }
    let warn_months = t.number("warn_months", 1..=120, p).unwrap_or(6);
    let ack = t.word("ack", &acks, p).unwrap_or_default();
    let target = target(&mut t, measure, p);
    let (bands, default_band) = bands(&mut t, measure, cadence, p);
    let money = money::read(&mut t, cadence, &bands, p);
    let meeting = meeting::read(&mut t, measure, p);
    let pauses = pauses(&mut t, p);
    let issues = auto_issues(&mut t, house, p);
    let words = t.table("words", p).map_or_else(Words::default, |w| words(w, &calls, p));
    let reminders = reminder::read(&mut t, measure, house, p);
    t.finish(p);

    for (at, alias) in &calls {
        if alias.trim() != alias || alias.is_empty() || alias.chars().any(char::is_control) {
            p.add(at, format!("{alias:?} can't be a name: write it without spaces around it"));
        }
    }
    let mut aliases: Vec<String> = aliases.into_iter().map(|(_, a)| a).collect();
    aliases.sort_by_key(|a| std::cmp::Reverse(a.chars().count()));
    let duty = Duty {
        key: key.to_owned(),
        name: name?,
        aliases,
        measure: measure?,
        cadence: cadence?,
        target,
        due,
        closes,
        arrears,
        confirm,
        names_in_group,
        screenshots,
        bands,
        default_band,
        warn_months: usize::try_from(warn_months).unwrap_or(6),
        money,
        meeting,
        ack,
        pauses,
        issues,
        words,
        reminders,
    };
    Some(Read { duty, order, enabled, calls })
}

/// Names and aliases that two duties share, or one has twice: nobody could tell which is meant.
pub(super) fn clashes(all: &[Read], p: &mut Problems) {
    let mut taken: HashMap<String, &str> = HashMap::new();
    for read in all {
        for (at, name) in &read.calls {
            match taken.insert(name.to_lowercase(), &read.duty.key) {
                Some(other) if other == read.duty.key => p.add(at, format!("{name:?} is there twice: keep one")),
                Some(other) => p.add(at, format!("{name:?} is also a name of the duty `{other}`: each name belongs to one duty")),
                None => {}
            }
        }
    }
}

fn needed<T: Copy>(t: &mut Table, key: &'static str, example: &str, words: &[(&'static str, T)], p: &mut Problems) -> Option<T> {
    if !t.has(key) {
        t.missing(key, example, p);
    }
    t.word(key, words, p)
}

fn deadline(t: &mut Table, key: &'static str, p: &mut Problems) -> Option<Deadline> {
    let mut d = t.table(key, p)?;
    let days = d.number("days", -366..=3660, p).unwrap_or(0);
    let time = d.parsed("time", |text| NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| format!("{text:?} is no time: write for example \"20:00\"")), p);
    d.finish(p);
    Some(Deadline { days, time })
}

fn target(t: &mut Table, measure: Option<Measure>, p: &mut Problems) -> i64 {
    let at = t.at("target");
    let said = t.number("target", 1..=1_000_000, p);
    match (measure, said) {
        (Some(Measure::Money), Some(_)) => p.add(&at, "`target`: with measure = \"money\" the bands say how much; take it out"),
        (Some(Measure::Done | Measure::Attendance), Some(n)) if n != 1 => {
            p.add(&at, "`target`: done and attendance are 1; take it out, or choose count or minutes");
        }
        _ => {}
    }
    said.unwrap_or(1)
}

fn bands(t: &mut Table, measure: Option<Measure>, cadence: Option<Cadence>, p: &mut Problems) -> (Vec<Band>, Option<String>) {
    let (at, default_at) = (t.at("bands"), t.at("default_band"));
    let default = t.text("default_band", p);
    let tables = t.tables("bands", p);
    let money = measure == Some(Measure::Money);
    match (measure.is_some(), money, tables.is_empty()) {
        (true, true, true) => t.missing("bands", "[{ key = \"student\", name = \"学生\", rates = { \"2016-01\" = \"0.2\" } }]", p),
        (true, false, false) => p.add(&at, "`bands`: only a duty with measure = \"money\" has bands"),
        _ => {}
    }
    let some = !tables.is_empty();
    let mut bands: Vec<Band> = Vec::new();
    for mut b in tables {
        let place = b.place().clone();
        let key = b.need_text("key", "\"student\"", p);
        let name = b.need_text("name", "\"学生\"", p);
        let group = b.text("group", p);
        let rates = rates(&mut b, cadence, p);
        b.finish(p);
        let (Some(key), Some(name)) = (key, name) else { continue };
        if let Some(other) = bands.iter().find(|o| o.key == key || o.name == name) {
            p.add(&place, format!("the band `{key}` ({name}) has the key or the name of `{}` ({})", other.key, other.name));
        }
        bands.push(Band { key, name, group, rates });
    }
    if let Some(key) = default.as_ref().filter(|key| !bands.iter().any(|b| b.key == **key)) {
        let like = super::reader::did_you_mean(key, bands.iter().map(|b| b.key.as_str()));
        p.add(&default_at, format!("`default_band`: there is no band {key:?}{like}"));
    }
    if default.is_none() && money && some {
        t.missing("default_band", "\"student\"", p);
    }
    (bands, default)
}

fn rates(b: &mut Table, cadence: Option<Cadence>, p: &mut Problems) -> Vec<(Period, Fen)> {
    let example = "{ \"2016-01\" = \"0.2\" }";
    if !b.has("rates") {
        b.missing("rates", example, p);
    }
    let Some(table) = b.table("rates", p) else { return Vec::new() };
    rates_of(table, cadence, p)
}

/// Amounts by the period from which they hold.
pub(super) fn rates_of(mut table: Table, cadence: Option<Cadence>, p: &mut Problems) -> Vec<(Period, Fen)> {
    let example = "{ \"2016-01\" = \"0.2\" }";
    let mut rates = BTreeMap::new();
    let place = table.place().clone();
    let entries = table.drain();
    if entries.is_empty() {
        p.add(&place, format!("`rates` is empty: write {example}"));
    }
    for (from, node) in entries {
        let at = node.at.clone();
        let period = match from.parse::<Period>() {
            Ok(period) if cadence.is_none_or(|c| c == period.cadence()) => Some(period),
            Ok(_) => {
                p.add(&at, format!("`rates`: {from:?} is not of the duty's cadence: write the period from which the rate holds"));
                None
            }
            Err(e) => {
                p.add(&at, format!("`rates`: {e}"));
                None
            }
        };
        let Some(text) = node.digits("rates", p) else { continue };
        let fen = Fen::parse(&text).filter(|f| f.0 >= 0);
        if fen.is_none() {
            p.add(&at, format!("`rates`: {text:?} is no amount: write yuan with at most two decimals, \"0.2\""));
        }
        if let (Some(period), Some(fen)) = (period, fen) {
            rates.insert(period, fen);
        }
    }
    rates.into_iter().collect()
}

fn pauses(t: &mut Table, p: &mut Problems) -> Vec<(NaiveDate, NaiveDate)> {
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| format!("{text:?} is no day: write for example \"2026-01-19\""));
    let mut all = Vec::new();
    for mut one in t.tables("pause", p) {
        let at = one.at("to");
        let _name = one.text("name", p);
        for key in ["from", "to"] {
            if !one.has(key) {
                one.missing(key, "\"2026-01-19\"", p);
            }
        }
        let days = (one.parsed("from", day, p), one.parsed("to", day, p));
        one.finish(p);
        match days {
            (Some(from), Some(to)) if from > to => p.add(&at, "a pause ends before it begins: make `to` later than `from`"),
            (Some(from), Some(to)) => all.push((from, to)),
            _ => {}
        }
    }
    all
}

fn auto_issues(t: &mut Table, house: Zone, p: &mut Problems) -> Option<AutoIssues> {
    let mut i = t.table("issues", p)?;
    if !i.has("cron") {
        i.missing("cron", "\"0 8 * * MON\"", p);
    }
    let cron = i.parsed("cron", |text| Schedule::parse(text).map(|s| s.text().to_owned()), p);
    let zone = if i.has("zone") { i.parsed("zone", zone, p) } else { Some(house) };
    let name = i.parsed("name", |text| if text.contains("{n}") { Ok(text.to_owned()) } else { Err(format!("{text:?} has no {{n}} for the number")) }, p);
    i.finish(p);
    Some(AutoIssues { cron: cron?, zone: zone?, name: name.unwrap_or_else(|| "{year}年第{n}期".to_owned()) })
}

fn words(mut w: Table, names: &[(At, String)], p: &mut Problems) -> Words {
    let not_at = w.at("not");
    let mut list = |key| w.texts(key, p).into_iter().map(|(_, text)| text).filter(|text: &String| !text.trim().is_empty()).collect::<Vec<_>>();
    let (verbs, done, not, beside, units) = (list("verbs"), list("done"), list("not"), list("beside"), list("units"));
    let slips = w.table("slips", p).map_or_else(BTreeMap::new, |mut t| {
        let all = t.drain();
        all.into_iter().filter_map(|(wrong, node)| Some((wrong, node.digits("slips", p)?))).collect()
    });
    w.finish(p);
    for word in not.iter().filter(|word| names.iter().any(|(_, name)| name == *word)) {
        p.add(&not_at, format!("`not`: {word:?} is a name of this very duty: take it out of one of the two"));
    }
    Words { verbs, done, not, slips, beside, units }
}
