//! A meeting's record in chat: host, agenda, minutes, items that are ticked off, and the page (台账) of all of it. Only
//! what was said for the record is kept. Who was there is `sessions`'.

use super::sessions::{self, Sheet};
use crate::action::context::{Context, Reply};
use crate::action::show;
use crate::action::study::issues;
use crate::config::messages::Value;
use crate::domain::duty::{Duty, Measure};
use crate::domain::meeting::{Note, NoteKind};
use crate::domain::record::{Session, State};
use crate::domain::role::Permission;
use crate::domain::roster::Org;
use crate::error::{Error, Fault, Mistake};
use crate::report::tally::owing;
use chrono::{Days, NaiveDate};
use regex::Regex;
use std::sync::LazyLock;

/// Characters of one line of a record.
const LONGEST: usize = 5_000;
/// Lines of one record.
const MOST: usize = 500;
/// Names shown for each part of a page.
const NAMES: usize = 60;
/// Names shown for each part of who was there: the page is the record, so all of them.
const ATTENDED: usize = 2_000;
/// After it closed, what is missing in a session's record may be added for so long, milliseconds.
pub(in crate::action) const ADDED_FOR: i64 = 30 * 24 * 3_600_000;

/// A meeting that is spoken of.
pub(in crate::action) struct Spoken {
    pub(in crate::action) unit: Org,
    pub(in crate::action) session: Session,
    pub(in crate::action) notes: Vec<Note>,
}

impl Spoken {
    /// The session that is on in this unit; where `after`, else the last one.
    pub(in crate::action) async fn read(cx: &Context, after: bool) -> Result<Self, Error> {
        let unit = cx.unit().await?;
        let open = cx.bot.store.open_sessions(&[unit.id]).await?.into_iter().rev().find(|s| s.open_at(cx.now));
        let session = match open {
            Some(session) => session,
            None if after => {
                cx.bot.store.last_session(unit.id, None).await?.filter(|s| s.opened_at + ADDED_FOR > cx.now).ok_or_else(|| Mistake::new("meeting-none"))?
            }
            None => return Err(Mistake::new("meeting-not-on").into()),
        };
        let notes = cx.bot.store.notes(session.id).await?;
        Ok(Self { unit, session, notes })
    }

    pub(in crate::action) fn of(&self, kind: NoteKind) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |n| n.kind == kind)
    }

    /// Those who have the right, and whoever is named the recorder of this meeting.
    pub(in crate::action) fn demand(&self, cx: &Context) -> Result<(), Mistake> {
        let name = cx.speaker.as_ref().map_or("", |s| s.name());
        let below = cx.speaker.as_ref().and_then(|s| s.branch.as_ref()).is_some_and(|b| crate::action::permission::covers(&self.unit.path, &b.roster.org.path));
        let recorder = !name.is_empty() && below && self.of(NoteKind::Recorder).any(|n| pieces(&n.text).iter().any(|p| p == name));
        if recorder { Ok(()) } else { cx.demand(Permission::TakeMinutes, &self.unit) }
    }

    fn duty<'c>(&self, cx: &'c Context) -> Result<&'c Duty, Fault> {
        cx.duty(&self.session.duty)
    }

    /// The items to tick off: those of the duty's file, then the branch's own.
    fn all_items(&self, duty: &Duty) -> Vec<String> {
        duty.meeting.items.iter().cloned().chain(self.of(NoteKind::OwnItem).map(|n| n.text.clone())).collect()
    }

    fn is_done(&self, item: &str) -> bool {
        self.of(NoteKind::Item).any(|n| n.text == item)
    }
}

fn pieces(text: &str) -> Vec<String> {
    text.split(['、', ',', '，', ';', '；', '\n']).map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// `主持:张三`, `议程:…`, `记录:…`, `完成:民主议事`, `列席`.
pub async fn note(cx: &Context, kind: NoteKind, text: &str) -> Result<Reply, Error> {
    let speaker = cx.speaker()?;
    // whoever sits there says so while it is on; the rest may be written up afterwards
    let on = Spoken::read(cx, kind != NoteKind::Observer || !text.is_empty()).await?;
    let by = Some(speaker.known.person);
    if !(kind == NoteKind::Observer && text.is_empty()) {
        on.demand(cx)?;
    }
    if text.chars().count() > LONGEST || on.notes.len() >= MOST {
        return Err(Mistake::new("note-long").with("limit", LONGEST.to_string()).into());
    }
    let duty = on.duty(cx)?;
    let texts = match kind {
        NoteKind::Observer if text.is_empty() => match speaker.name() {
            "" => vec![show::name(&cx.incoming.sender_name)],
            name => vec![name.to_owned()],
        },
        NoteKind::Observer | NoteKind::OwnItem => pieces(text),
        NoteKind::Agenda => points(text),
        NoteKind::Item => found(cx, &on.all_items(duty), text)?,
        NoteKind::Form if !duty.meeting.forms.is_empty() && !duty.meeting.forms.iter().any(|f| f == text) => {
            return Err(Mistake::new("form-unknown").with("forms", cx.bot.names(&duty.meeting.forms, NAMES)).into());
        }
        _ => vec![text.to_owned()],
    };
    if kind == NoteKind::Observer {
        observes(cx, &on, duty, &texts).await?;
    }
    let known = |t: &&String| kind.single() || kind == NoteKind::Minutes || !on.of(kind).any(|n| n.text == **t);
    let fresh: Vec<String> = texts.iter().filter(known).cloned().collect();
    cx.bot.store.add_notes(on.session.id, kind, &fresh, by, None, cx.now).await?;
    if kind == NoteKind::Item || kind == NoteKind::OwnItem {
        return items(cx).await;
    }
    let args = [
        ("kind", Value::from(kind.key())),
        ("text", cx.bot.names(&texts.iter().map(|t| short(t)).collect::<Vec<_>>(), NAMES).into()),
        ("n", (on.of(kind).count() + fresh.len()).into()),
    ];
    let said = cx.say(if kind == NoteKind::Minutes { "note-taken" } else { "note-kept" }, &args);
    if on.session.open_at(cx.now) {
        return Ok(cx.reply(said));
    }
    let opened = cx.zone().local(on.session.opened_at);
    let which = [
        ("day", Value::from(issues::day(cx, opened.date()))),
        ("at", opened.format("%H:%M").to_string().into()),
        ("duty", sessions::title(&cx.bot, duty, &on.session).into()),
    ];
    Ok(cx.reply(format!("{said}{}", cx.say("note-over", &which))))
}

/// An agenda's points: by line, or as they are numbered in one (1.学习文件 2.讨论).
fn points(text: &str) -> Vec<String> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|\s)[(（]?\d{1,2}[.、．)）]\s*").expect("a fixed pattern"));
    let lines = text.split(['\n', ';', '；']).flat_map(|line| NUMBER.split(line));
    lines.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

/// Nobody observes a meeting at which they are expected.
async fn observes(cx: &Context, on: &Spoken, duty: &Duty, names: &[String]) -> Result<(), Error> {
    let Some(branch) = cx.bot.cache.branch(on.unit.id).await? else { return Ok(()) };
    let mut expected = owing(duty, &branch.roster, on.session.period);
    expected.retain(|m| on.session.team.is_none() || m.group == on.session.team);
    match names.iter().find(|name| expected.iter().any(|m| m.name == **name)) {
        Some(name) => Err(Mistake::new("observer-expected").with("name", show::name(name)).into()),
        None => Ok(()),
    }
}

pub(in crate::action) fn short(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

/// The items that are meant: each by its name or a part of it that only one has.
fn found(cx: &Context, items: &[String], said: &str) -> Result<Vec<String>, Mistake> {
    let unknown = |what: &str| Mistake::new("item-unknown").with("item", short(what)).with("items", cx.bot.names(items, NAMES));
    if let Some(whole) = items.iter().find(|i| *i == said) {
        return Ok(vec![whole.clone()]);
    }
    let one = |what: &String| {
        let of: Vec<&String> = items.iter().filter(|i| i.contains(what.as_str())).collect();
        match (items.iter().find(|i| *i == what), &of[..]) {
            (Some(exact), _) => Ok(exact.clone()),
            (None, [only]) => Ok((*only).clone()),
            _ => Err(unknown(what)),
        }
    };
    pieces(said).iter().map(one).collect()
}

/// `改记录2:…`, `删记录2`: another line takes its place.
pub async fn edit(cx: &Context, n: u32, text: &str) -> Result<Reply, Error> {
    let speaker = cx.speaker()?;
    let on = Spoken::read(cx, true).await?;
    on.demand(cx)?;
    if text.chars().count() > LONGEST {
        return Err(Mistake::new("note-long").with("limit", LONGEST.to_string()).into());
    }
    let index = usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
    let old = on.of(NoteKind::Minutes).nth(index).ok_or_else(|| Mistake::new("note-no-such").with("n", n.to_string()))?;
    // an empty line takes the old one away
    cx.bot.store.add_notes(on.session.id, NoteKind::Minutes, &[text.to_owned()], Some(speaker.known.person), Some(old.id), old.at).await?;
    Ok(cx.reply(cx.say(if text.is_empty() { "note-gone" } else { "note-changed" }, &[("n", i64::from(n).into())])))
}

/// `七事`: what is done of a meeting's items.
pub async fn items(cx: &Context) -> Result<Reply, Error> {
    let on = Spoken::read(cx, true).await?;
    cx.demand(Permission::ReadUnit, &on.unit)?;
    let duty = on.duty(cx)?;
    match items_said(cx, &on, duty) {
        Some(text) => Ok(cx.reply(text)),
        None => Err(Mistake::new("items-none").with("duty", &duty.name).into()),
    }
}

fn items_said(cx: &Context, on: &Spoken, duty: &Duty) -> Option<String> {
    let all = on.all_items(duty);
    let (done, open): (Vec<&String>, Vec<&String>) = all.iter().partition(|i| on.is_done(i));
    let list = |items: &[&String]| if items.is_empty() { "none".to_owned() } else { cx.bot.names(items, NAMES) };
    let args = [("done", Value::from(list(&done))), ("open", list(&open).into()), ("count", done.len().into()), ("total", all.len().into())];
    (!all.is_empty()).then(|| cx.say("items-done", &args))
}

/// `本次台账`, `上次主题团日台账`: the page of a meeting. In a group no kind of leave (law 12).
pub async fn page(cx: &Context, duty: Option<&str>, last: bool) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ReadUnit, &unit)?;
    cx.bot.store.settled().await?;
    let on = cx.bot.store.open_sessions(&[unit.id]).await?.into_iter().rev().find(|s| s.open_at(cx.now) && duty.is_none_or(|d| d == s.duty));
    let session = match on {
        Some(session) if !last => session,
        Some(session) => before(cx, &unit, duty, &session).await?,
        None => {
            let latest = cx.bot.store.last_session(unit.id, duty).await?.ok_or_else(|| Mistake::new("meeting-none"))?;
            // 上次 is not the one that has just ended
            let today = cx.zone().date(latest.opened_at) == cx.today;
            if last && today { cx.bot.store.session_before(unit.id, duty, latest.opened_at).await?.unwrap_or(latest) } else { latest }
        }
    };
    shown(cx, unit, session).await
}

async fn shown(cx: &Context, unit: Org, session: Session) -> Result<Reply, Error> {
    let notes = cx.bot.store.notes(session.id).await?;
    let spoken = Spoken { unit, session, notes };
    let duty = spoken.duty(cx)?;
    let sheet = Sheet::read(&cx.bot, &spoken.session, duty, &spoken.unit).await?;
    let mut lines = head(cx, &spoken, duty);
    let kinds = cx.private() && cx.may(Permission::ReadPrivate, &spoken.unit);
    lines.extend(attendance(cx, &sheet, kinds));
    lines.extend(sheet.quorum(&cx.bot, duty, &spoken.session));
    lines.extend(items_said(cx, &spoken, duty));
    lines.extend(minutes(cx, &spoken).await?);
    Ok(cx.reply(lines.join("\n")))
}

/// `9月10日主题团日台账`: the day of the meeting whose page is meant, where the message names one and no more.
pub fn day_of(cx: &Context, duty: Option<&str>) -> Option<NaiveDate> {
    let meetings = duty.is_some_and(|d| cx.bot.config.duty(d).is_some_and(|d| d.measure == Measure::Attendance));
    let (first, last) = cx.bot.grammar.named(&cx.text, &issues::around(cx)).days?;
    (meetings && first == last && first <= cx.today && !cx.text.contains("导出")).then_some(first)
}

/// The page of the meeting of that day; of several the last.
pub async fn page_of(cx: &Context, duty: &str, day: NaiveDate) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ReadUnit, &unit)?;
    cx.bot.store.settled().await?;
    let between = (cx.zone().start_of(day), cx.zone().start_of(day + Days::new(1)));
    let found = cx.bot.store.sessions_between(&[unit.id], duty, between).await?.pop();
    let session = found.ok_or_else(|| Mistake::new("meeting-none-then").with("day", issues::day(cx, day)))?;
    shown(cx, unit, session).await
}

/// The session before the one that is on.
async fn before(cx: &Context, unit: &Org, duty: Option<&str>, on: &Session) -> Result<Session, Error> {
    let found = cx.bot.store.session_before(unit.id, duty, on.opened_at).await?;
    found.ok_or_else(|| Mistake::new("meeting-none").into())
}

fn head(cx: &Context, on: &Spoken, duty: &Duty) -> Vec<String> {
    let s = &on.session;
    let clock = |at: i64| cx.zone().local(at).format("%H:%M").to_string();
    let open = s.open_at(cx.now);
    let args = [
        ("duty", Value::from(sessions::title(&cx.bot, duty, s))),
        ("unit", on.unit.name.as_str().into()),
        ("day", cx.zone().local(s.opened_at).format("%Y-%m-%d").to_string().into()),
        ("from", clock(s.opened_at).into()),
        ("to", if open { "none".to_owned() } else { s.closed_at.or(s.closes_at).map_or_else(|| "none".to_owned(), clock) }.into()),
    ];
    let mut lines = vec![cx.say("page-head", &args)];
    for kind in [NoteKind::Form, NoteKind::Place, NoteKind::Host, NoteKind::Recorder] {
        lines.extend(on.of(kind).map(|n| cx.say("page-line", &[("kind", kind.key().into()), ("text", n.text.as_str().into())])));
    }
    let agenda: Vec<String> = on.of(NoteKind::Agenda).enumerate().map(|(i, n)| format!("{}. {}", i + 1, n.text)).collect();
    if !agenda.is_empty() {
        lines.push(cx.say("page-line", &[("kind", NoteKind::Agenda.key().into()), ("text", agenda.join(" ").into())]));
    }
    lines
}

fn attendance(cx: &Context, sheet: &Sheet, kinds: bool) -> Vec<String> {
    let count = [
        ("expected", Value::from(sheet.expected)),
        ("done", sheet.there.len().into()),
        ("excused", sheet.leave.len().into()),
        ("missing", sheet.absent.len().into()),
    ];
    let mut lines = vec![cx.say("page-count", &count)];
    let leave: Vec<String> = sheet
        .leave
        .iter()
        .map(|(name, state)| match state {
            Some(State::Sick) if kinds => cx.say("page-leave", &[("name", name.as_str().into()), ("kind", "sick".into())]),
            Some(State::Personal) if kinds => cx.say("page-leave", &[("name", name.as_str().into()), ("kind", "personal".into())]),
            _ => name.clone(),
        })
        .collect();
    let parts = [
        ("there", &sheet.there),
        ("late", &sheet.late),
        ("left_early", &sheet.left),
        ("proxied", &sheet.proxied),
        ("leave", &leave),
        ("absent", &sheet.absent),
        ("observer", &sheet.observers),
    ];
    for (kind, names) in parts {
        if !names.is_empty() {
            lines.push(cx.say("page-line", &[("kind", kind.into()), ("text", cx.bot.names(names, ATTENDED).into())]));
        }
    }
    lines
}

/// 张三 and what 张三 said, of a line that begins so: somebody of the unit, or an observer.
async fn spoken<'n>(cx: &Context, on: &Spoken, text: &'n str) -> Result<Option<(&'n str, &'n str)>, Fault> {
    let Some((name, said)) = text.split_once(['：', ':']).map(|(name, said)| (name.trim(), said.trim())) else { return Ok(None) };
    if said.is_empty() || !(2..=8).contains(&name.chars().count()) {
        return Ok(None);
    }
    let known = on.of(NoteKind::Observer).any(|n| n.text == name) || !cx.bot.store.people_named(name, &on.unit.path).await?.is_empty();
    Ok(known.then_some((name, said)))
}

async fn minutes(cx: &Context, on: &Spoken) -> Result<Vec<String>, Fault> {
    let mut lines = Vec::new();
    for (i, n) in on.of(NoteKind::Minutes).enumerate() {
        let who = match n.by {
            Some(person) => cx.bot.store.name_of(person).await?.unwrap_or_default(),
            None => String::new(),
        };
        let at = cx.zone().local(n.at).format("%H:%M").to_string();
        // what somebody else said is told as theirs, and who noted it
        let (name, text, by) = match spoken(cx, on, &n.text).await? {
            Some((speaker, text)) if speaker != who => (speaker.to_owned(), text, who),
            Some((_, text)) => (who, text, "none".to_owned()),
            None => (who, n.text.as_str(), "none".to_owned()),
        };
        let args = [("n", Value::from(i + 1)), ("at", at.into()), ("name", name.into()), ("text", text.into()), ("by", by.into())];
        lines.push(cx.say("page-minutes", &args));
    }
    lines.extend(on.of(NoteKind::Summary).map(|n| cx.say("page-line", &[("kind", "summary".into()), ("text", n.text.as_str().into())])));
    Ok(lines)
}
