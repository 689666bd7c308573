//! `开始签到`, `结束签到`: a meeting's check-in, and the sheet that ends it.

use super::leave_ahead;
use crate::action::bot::Bot;
use crate::action::context::{Context, Reply};
use crate::action::show;
use crate::action::study::issues::around;
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::decide::free_of;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, PersonId, SessionId};
use crate::domain::meeting::NoteKind;
use crate::domain::message::{ChatKey, Outgoing};
use crate::domain::record::{Kind, Record, Session, Standing, State};
use crate::domain::role::Permission;
use crate::domain::roster::{Chat, Member, Org, OrgKind, Roster};
use crate::domain::treasury::standing_records;
use crate::error::{Error, Fault, Mistake};
use crate::language::Till;
use crate::report::namesakes::spread;
use crate::report::tally::{Attendance, owing};
use crate::store::sending::outbox::Letter;
use chrono::NaiveTime;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Names shown for each part of a sheet.
const SHEET_NAMES: usize = 300;
/// One that is opened late in the evening without an end lasts as long as this all the same, milliseconds.
const SHORTEST: i64 = 30 * 60_000;
/// Minutes for which a check-in may be opened by a length.
const LONGEST: i64 = 24 * 60;
/// A sheet that nobody asked for is worthless after this, milliseconds.
const SHEET_GOOD_FOR: i64 = 60 * 60_000;

/// Words by which the one that ended goes on.
const GOES_ON: &[&str] = &["重新开", "重开", "继续", "接着", "恢复签到"];

/// How a session is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening<'a> {
    /// What must be said to check in.
    pub code: Option<&'a str>,
    /// Until when, local time.
    pub until: Option<&'a str>,
    /// What it is about.
    pub topic: Option<&'a str>,
    /// The code is another one after so many minutes.
    pub rolls: Option<i64>,
}

/// Opens check-in.
pub async fn open(cx: &Context, duty: &str, how: Opening<'_>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageSessions, &unit)?;
    let duty = meeting(cx, duty)?;
    let named = cx.bot.grammar.named(&cx.text, &around(cx));
    if let Some((day, time)) = named.starts
        && (day.is_some_and(|d| d != cx.today) || time.is_some_and(|t| cx.zone().instant(cx.today.and_time(t)) > cx.now))
    {
        return Err(Mistake::new("session-starts-now").into());
    }
    match named.till {
        Some(Till::Day(day)) if day != cx.today => return Err(Mistake::new("session-only-today").into()),
        Some(Till::Unread(time)) if how.until.is_none() => return Err(Mistake::new("time-unclear").with("time", time).into()),
        _ => {}
    }
    let lasts = if how.until.is_none() && how.rolls.is_none() { named.minutes } else { None };
    let closes_at = match lasts.filter(|minutes| (1..=LONGEST).contains(minutes)) {
        Some(minutes) => cx.now + minutes * 60_000,
        None => closing(cx, how.until)?,
    };
    // 半小时 is how long it lasts, not what it is about
    let topic = how.topic.filter(|t| lasts.is_none() || !["分钟", "小时", "钟头"].iter().any(|w| t.contains(w)));
    let team = team(cx, duty, &unit).await?;
    unknown_team(cx, duty, team.as_deref())?;
    if GOES_ON.iter().any(|w| cx.text.contains(w)) {
        return reopen(cx, duty, &unit, (team.as_deref(), closes_at)).await;
    }
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    let effects = &cx.bot.effects;
    let session = Session {
        id: SessionId(effects.ids.next()),
        org: unit.id,
        duty: duty.key.clone(),
        period: Period::containing(duty.cadence, cx.today),
        topic: topic.or(team.as_deref()).map(str::to_owned),
        team: team.clone(),
        code: if how.rolls.is_some() { Some(format!("{:016x}", effects.random.below(u64::MAX))) } else { how.code.map(str::to_owned) },
        rolls: how.rolls,
        opened_at: cx.now,
        closes_at: Some(closes_at),
        closed_at: None,
        opened_by: actor,
    };
    // one whose time is over but that nobody has closed yet makes room
    for old in cx.bot.store.open_sessions(&[unit.id]).await?.into_iter().filter(|s| s.duty == duty.key && s.team == team && !s.open_at(cx.now)) {
        end(&cx.bot, &old, &unit, old.closes_at.unwrap_or(cx.now)).await?;
    }
    let (session, fresh) = cx.bot.store.open_session(&session, actor).await?;
    let time = session.closes_at.map(|t| cx.zone().local(t).format("%H:%M").to_string()).unwrap_or_default();
    let at = cx.zone().local(session.opened_at).format("%H:%M").to_string();
    let args = [("duty", Value::from(title(&cx.bot, duty, &session))), ("until", time.into()), ("at", at.into())];
    if !fresh {
        let mut lines = vec![cx.say("session-already-open", &args)];
        if how.code.is_some_and(|code| session.code.as_deref() != Some(code)) || how.rolls.is_some_and(|_| session.rolls.is_none()) {
            lines.push(cx.say("session-code-kept", &[]));
        }
        return Ok(cx.reply(lines.join("\n")));
    }
    let key = if session.code.is_some() { "session-opened-code" } else { "session-opened" };
    let mut text = cx.say(key, &args);
    leave_ahead::enter(&cx.bot, &session).await?;
    let mut private = Vec::new();
    if elsewhere(cx) {
        for chat in cx.bot.store.chats_of(unit.id).await? {
            private.push(Outgoing::text(chat.key, text.clone()));
        }
    }
    // a code that rolls is for the eyes of whoever opened it
    if let Some(code) = code_now(&cx.bot, &session, cx.now) {
        if cx.private() {
            text = format!("{text}\n{code}");
        } else {
            private.push(Outgoing::text(ChatKey::private(&cx.incoming.sender), code));
        }
    }
    Ok(Reply { private, ..cx.reply(text) })
}

/// `重新开始签到`, `继续签到`: the one that ended today is on again, with all who were there.
async fn reopen(cx: &Context, duty: &Duty, unit: &Org, (team, closes_at): (Option<&str>, i64)) -> Result<Reply, Error> {
    let today = (cx.zone().start_of(cx.today), cx.now + 1);
    let of = cx.bot.store.sessions_between(&[unit.id], &duty.key, today).await?;
    let last = of.into_iter().rfind(|s| team.is_none() || s.team.as_deref() == team);
    let nothing = || Mistake::new("session-nothing-to-reopen").with("duty", &duty.name);
    let session = last.ok_or_else(nothing)?;
    if !session.open_at(cx.now) && !cx.bot.store.reopen_session(session.id, closes_at).await? {
        return Err(nothing().into());
    }
    let closes_at = if session.open_at(cx.now) { session.closes_at.unwrap_or(closes_at) } else { closes_at };
    let until = cx.zone().local(closes_at).format("%H:%M").to_string();
    Ok(cx.reply(cx.say("session-reopened", &[("duty", title(&cx.bot, duty, &session).into()), ("until", until.into())])))
}

/// 开始第四小组团小组会签到, where the roster has no fourth.
fn unknown_team(cx: &Context, duty: &Duty, team: Option<&str>) -> Result<(), Mistake> {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"第[一二三四五六七八九十0-9]{1,3}(?:团小组|小组|组)").expect("a fixed pattern"));
    match NAMED.find(&cx.text) {
        Some(named) if duty.meeting.groups && team.is_none_or(|t| !cx.text.contains(t)) => {
            Err(Mistake::new("session-team-unknown").with("team", named.as_str()))
        }
        _ => Ok(()),
    }
}

/// Whether this is said elsewhere than among those whose meeting it is.
pub(in crate::action) fn elsewhere(cx: &Context) -> bool {
    cx.private() || cx.named.as_ref().is_some_and(|n| n.other)
}

/// The group of the branch that a meeting of groups is of: the one that is named, else the speaker's own. None: of all together.
async fn team(cx: &Context, duty: &Duty, unit: &Org) -> Result<Option<String>, Error> {
    if !duty.meeting.groups || unit.kind != OrgKind::Branch {
        return Ok(None);
    }
    let own = || cx.member().ok().filter(|(b, _)| b.roster.org.id == unit.id).and_then(|(_, m)| m.group.clone());
    Ok(named_team(cx, duty, unit).await?.or_else(own))
}

/// The group that the message names.
async fn named_team(cx: &Context, duty: &Duty, unit: &Org) -> Result<Option<String>, Error> {
    if !duty.meeting.groups || unit.kind != OrgKind::Branch {
        return Ok(None);
    }
    let Some(branch) = cx.bot.cache.branch(unit.id).await? else { return Ok(None) };
    let groups = branch.roster.on(cx.today).filter_map(|m| m.group.as_deref());
    Ok(groups.filter(|g| !g.is_empty() && cx.text.contains(*g)).max_by_key(|g| g.len()).map(str::to_owned))
}

/// The code of a session whose code rolls, in words; none of others.
fn code_now(bot: &Bot, session: &Session, now: i64) -> Option<String> {
    let (minutes, code) = (session.rolls?, session.code_at(now)?);
    let next = (now.div_euclid(minutes * 60_000) + 1) * minutes * 60_000;
    let until = bot.config.zone().local(next).format("%H:%M").to_string();
    Some(bot.say("session-code-now", &[("code", code.into()), ("until", until.into())]))
}

/// `口令`: what must be said right now, in private, to those who may open sessions.
pub async fn code(cx: &Context) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageSessions, &unit)?;
    if !cx.private() {
        return Err(Mistake::new("private-only").into());
    }
    let open = cx.bot.store.open_sessions(&[unit.id]).await?;
    let Some(session) = open.into_iter().rev().find(|s| s.open_at(cx.now)) else { return Err(Mistake::new("no-session").into()) };
    let text = match (code_now(&cx.bot, &session, cx.now), session.code) {
        (Some(rolling), _) => rolling,
        (None, Some(code)) => cx.say("session-code", &[("code", code.into())]),
        (None, None) => cx.say("session-code-none", &[]),
    };
    Ok(cx.reply(text))
}

/// What time does to a session: it ends when it is over; a code that rolls is told to whoever opened it.
pub async fn tend(bot: &Bot, session: &Session) -> Result<(), Fault> {
    leave_ahead::enter(bot, session).await?;
    let now = bot.now();
    if !session.open_at(now) {
        return end_overdue(bot, session).await;
    }
    let (Some(minutes), Some(person), Some(code)) = (session.rolls, session.opened_by, code_now(bot, session, now)) else { return Ok(()) };
    let window = now.div_euclid(minutes * 60_000);
    if session.opened_at.div_euclid(minutes * 60_000) == window {
        // the first was told when it opened
        return Ok(());
    }
    let accounts = bot.store.accounts_of(person).await?;
    let letter = |account| Letter {
        dedupe_key: format!("code/{}/{window}", session.id),
        message: Outgoing::text(ChatKey::private(account), code.clone()),
        expires_at: (window + 1) * minutes * 60_000,
    };
    let letters: Vec<Letter> = accounts.first().map(letter).into_iter().collect();
    bot.store.queue_letters(&letters, now).await
}

/// What a session is called: the duty, and what it is about.
pub fn title(bot: &Bot, duty: &Duty, session: &Session) -> String {
    match &session.topic {
        Some(topic) => bot.say("session-title", &[("duty", duty.name.as_str().into()), ("topic", topic.as_str().into())]),
        None => duty.name.clone(),
    }
}

/// Ends it; the answer is the sheet.
pub async fn close(cx: &Context, duty: &str) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageSessions, &unit)?;
    let duty = meeting(cx, duty)?;
    let open = cx.bot.store.open_sessions(&[unit.id]).await?;
    // a bare 结束签到 ends the one that is on, whatever it is of
    let named = duty.names().any(|name| cx.text.contains(name));
    let only = if named || open.len() != 1 { None } else { open.first() };
    let session = which(cx, duty, &unit, &open).await?.or(only).cloned();
    let Some(session) = session else { return Err(Mistake::new("no-session-duty").with("duty", &duty.name).into()) };
    // answers that were taken before this are in the sheet
    cx.bot.store.settled().await?;
    end(&cx.bot, &session, &unit, cx.now).await?;
    let sheet = sheet(&cx.bot, &session, &unit).await?;
    let mut reply = cx.reply(sheet.clone());
    if elsewhere(cx) {
        for chat in cx.bot.store.chats_of(unit.id).await? {
            reply.private.push(Outgoing::text(chat.key, sheet.clone()));
        }
    }
    Ok(reply)
}

/// Of the open ones the one of this duty that is meant: of the group that is named, and of no other; else of the speaker's own, or
/// the only one.
async fn which<'s>(cx: &Context, duty: &Duty, unit: &Org, open: &'s [Session]) -> Result<Option<&'s Session>, Error> {
    let of: Vec<&Session> = open.iter().filter(|s| s.duty == duty.key).collect();
    if let Some(team) = named_team(cx, duty, unit).await? {
        let found = of.into_iter().find(|s| s.team.as_ref() == Some(&team));
        return found.map(Some).ok_or_else(|| Mistake::new("no-session-duty").with("duty", format!("{}{}", show::name(&team), duty.name)).into());
    }
    // 结束第三小组团小组会, where there is no third
    let rest = duty.names().fold(cx.text.clone(), |text, name| text.replace(name, ""));
    if duty.meeting.groups && rest.contains("小组") {
        return Err(Mistake::new("no-session-duty").with("duty", &duty.name).into());
    }
    let team = team(cx, duty, unit).await?;
    match (of.iter().find(|s| s.team == team), &of[..]) {
        (Some(own), _) => Ok(Some(own)),
        (None, [_, _, ..]) => {
            let teams: Vec<String> = of.iter().filter_map(|s| s.team.as_deref().map(show::name)).collect();
            Err(Mistake::new("session-which").with("duty", &duty.name).with("teams", cx.bot.names(&teams, SHEET_NAMES)).into())
        }
        (None, few) => Ok(few.first().copied()),
    }
}

/// Closes a session whose time is over; its sheet goes to the unit's chats.
pub async fn end_overdue(bot: &Bot, session: &Session) -> Result<(), Fault> {
    let at = session.closes_at.unwrap_or_else(|| bot.now());
    let Some(unit) = bot.store.org(session.org).await? else { return Ok(()) };
    // check-ins that were taken in time are in the sheet
    bot.store.settled().await?;
    if end(bot, session, &unit, at).await? {
        let text = sheet(bot, session, &unit).await?;
        let expires_at = bot.now() + SHEET_GOOD_FOR;
        // through the outbox: whichever process closes it, the account that speaks in a chat says so there
        let letter =
            |chat: Chat| Letter { dedupe_key: format!("session/{}/{}", session.id, chat.key), message: Outgoing::text(chat.key, text.clone()), expires_at };
        let letters: Vec<Letter> = bot.store.chats_of(unit.id).await?.into_iter().map(letter).collect();
        bot.store.queue_letters(&letters, bot.now()).await?;
    }
    Ok(())
}

/// Ends it, and writes down who was expected; true where it was on.
async fn end(bot: &Bot, session: &Session, unit: &Org, at: i64) -> Result<bool, Fault> {
    let mut expected = Vec::new();
    if let Some(duty) = bot.config.duty(&session.duty) {
        for org in bot.store.subtree(&unit.path).await?.into_iter().filter(|o| o.kind == OrgKind::Branch) {
            let Some(branch) = bot.cache.branch(org.id).await? else { continue };
            let asked = owing(duty, &branch.roster, session.period);
            let own = |m: &&&Member| session.team.is_none() || m.group == session.team;
            expected.extend(asked.iter().filter(own).map(|m| (org.id, m.person)));
        }
    }
    bot.store.close_session(session.id, at, &expected).await
}

/// When somebody checked in, of the records of a session.
fn attended(given: &[Record], branch: OrgId, person: PersonId) -> Option<&Record> {
    given.iter().rev().find(|r| r.kind == Kind::Attend && r.key.branch == branch && r.key.person == person)
}

/// How a branch stands at one meeting, whatever others of the period there were, with what was `given` at it; and its standings
/// as they are there. Of one that is over, `asked` says who was expected at it.
pub(in crate::action) async fn at_meeting<'r>(
    bot: &Bot,
    session: &Session,
    duty: &Duty,
    roster: &'r Roster,
    (given, asked): (&[Record], Option<&HashSet<PersonId>>),
) -> Result<(Attendance<'r>, Vec<(PersonId, Standing)>), Fault> {
    let id = roster.org.id;
    let mut standings = bot.store.standings(id, &duty.key, session.period).await?;
    for (person, standing) in &mut standings {
        let here = attended(given, id, *person);
        if standing.excused && here.is_none() {
            let all = bot.store.records_of(id, &duty.key, Some(*person)).await?;
            let of = |r: &&Record| r.key.period == session.period;
            let frees = free_of(standing_records(&all).into_iter().filter(of), session.id);
            (standing.excused, standing.state) = (frees.is_some(), frees.and_then(|r| r.state));
        }
        // who was at another meeting of the period was not at this one
        (standing.got, standing.state) = here.map_or((0, standing.state.filter(|_| standing.excused)), |r| (1, r.state));
    }
    let mut a = Attendance::among(roster, duty, session.period, (&standings, asked), bot.config.zone());
    if let Some(team) = session.team.as_ref().filter(|_| asked.is_none()) {
        a.keep(|m| m.group.as_ref() == Some(team));
    }
    Ok((a, standings))
}

/// Who was at a session, by name, in the order of the roster.
#[derive(Debug, Default)]
pub struct Sheet {
    /// How many were expected.
    pub expected: usize,
    /// Who of them was there.
    pub there: Vec<String>,
    /// Of those, who came late.
    pub late: Vec<String>,
    /// Of those, who left early.
    pub left: Vec<String>,
    /// Of those, who was checked in by another.
    pub proxied: Vec<String>,
    /// Who was on leave, and of which kind: for few eyes.
    pub leave: Vec<(String, Option<State>)>,
    /// Who was not.
    pub absent: Vec<String>,
    /// Who was there without being expected (列席): by check-in, then as noted.
    pub observers: Vec<String>,
    /// Of those, whose leave waits for a word.
    pub waiting: Vec<String>,
    /// Of those expected, how many have no account bound.
    pub unregistered: usize,
}

impl Sheet {
    /// Reads it.
    pub async fn read(bot: &Bot, session: &Session, duty: &Duty, unit: &Org) -> Result<Self, Fault> {
        let branches: Vec<OrgId> = bot.store.subtree(&unit.path).await?.into_iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
        let given = bot.store.session_records(session.id).await?;
        let asked = bot.store.session_expected(session.id).await?;
        let mut sheet = Self::default();
        let mut known = Vec::with_capacity(branches.len());
        for id in branches {
            known.extend(bot.cache.branch(id).await?);
        }
        let today = bot.config.zone().date(session.opened_at);
        let ids: Vec<OrgId> = known.iter().map(|b| b.roster.org.id).collect();
        let mut requests = if duty.meeting.leave_asked { bot.store.leave_requests(&ids).await? } else { Vec::new() };
        requests.retain(|r| {
            let then = r.periods.contains(&session.period) || r.meeting.is_some_and(|(_, s)| s == session.id);
            r.duty == duty.key && (then || r.days.is_some_and(|(first, last)| (first..=last).contains(&today)))
        });
        let shared = spread(known.iter().map(|b| &b.roster), today);
        for branch in &known {
            let id = branch.roster.org.id;
            let here = |person| attended(&given, id, person);
            let name = |m: &Member| bot.called_among(&branch.roster, m, today, shared.contains(m.name.as_str()));
            let (a, standings) = at_meeting(bot, session, duty, &branch.roster, (&given, asked.get(&id))).await?;
            let asked: HashSet<PersonId> = a.expected.iter().map(|m| m.person).collect();
            let mut beside: Vec<PersonId> = given.iter().filter(|r| r.kind == Kind::Attend && r.key.branch == id).map(|r| r.key.person).collect();
            beside.retain(|person| !asked.contains(person));
            sheet.observers.extend(branch.roster.members.iter().filter(|m| beside.contains(&m.person) && m.present_on(today)).map(name));
            let state = |m: &Member| standings.iter().find(|(p, _)| *p == m.person).and_then(|(_, s)| s.state);
            sheet.expected += a.expected.len();
            sheet.unregistered += a.unregistered.len();
            for m in a.done {
                sheet.there.push(name(m));
                match state(m) {
                    Some(State::Late) => sheet.late.push(name(m)),
                    Some(State::LeftEarly) => sheet.left.push(name(m)),
                    _ => {}
                }
                if here(m.person).is_some_and(|r| r.actor.is_some_and(|by| by != m.person)) {
                    sheet.proxied.push(name(m));
                }
            }
            sheet.leave.extend(a.excused.iter().map(|m| (name(m), state(m))));
            sheet.absent.extend(a.missing.iter().map(|m| name(m)));
            let waits = |m: &&&Member| requests.iter().any(|r| r.branch == id && r.person == m.person);
            sheet.waiting.extend(a.missing.iter().filter(waits).map(|m| name(m)));
        }
        let noted = bot.store.notes(session.id).await?.into_iter().filter(|n| n.kind == NoteKind::Observer).map(|n| n.text);
        for name in noted {
            if !sheet.observers.contains(&name) {
                sheet.observers.push(name);
            }
        }
        Ok(sheet)
    }

    /// Whether there are enough for what is to be decided; none where nothing is.
    pub fn quorum(&self, bot: &Bot, duty: &Duty, session: &Session) -> Option<String> {
        let q = duty.meeting.quorum(session.topic.as_deref())?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let args = [
            ("what", Value::from(q.name.as_str())),
            ("rule", if q.more { "more" } else { "least" }.into()),
            ("fraction", format!("{}/{}", q.of.0, q.of.1).into()),
            ("done", self.there.len().into()),
            ("expected", self.expected.into()),
            ("met", if q.met(count(self.there.len()), count(self.expected)) { "yes" } else { "no" }.into()),
        ];
        Some(bot.say("session-quorum", &args))
    }

    /// In words that everybody may read: of leave not the kind.
    pub fn say(&self, bot: &Bot, what: &str) -> Vec<String> {
        let head = [
            ("duty", Value::from(what)),
            ("expected", self.expected.into()),
            ("done", self.there.len().into()),
            ("late", self.late.len().into()),
            ("left_early", self.left.len().into()),
            ("excused", self.leave.len().into()),
            ("missing", self.absent.len().into()),
        ];
        let mut lines = vec![bot.say("session-closed", &head)];
        let leave: Vec<String> = self.leave.iter().map(|(name, _)| name.clone()).collect();
        for (key, names) in [
            ("session-closed-late", &self.late),
            ("session-closed-left-early", &self.left),
            ("session-closed-proxied", &self.proxied),
            ("session-closed-leave", &leave),
            ("session-closed-missing", &self.absent),
            ("session-closed-waiting", &self.waiting),
        ] {
            if !names.is_empty() {
                lines.push(bot.say(key, &[("names", bot.names(names, SHEET_NAMES).into())]));
            }
        }
        if self.expected > 0 && self.there.len() == self.expected {
            lines.push(bot.say("session-closed-all", &[]));
        }
        lines
    }
}

/// The sheet that ends a session: who was there, who observed, whether they were enough.
pub async fn sheet(bot: &Bot, session: &Session, unit: &Org) -> Result<String, Fault> {
    let Some(duty) = bot.config.duty(&session.duty) else { return Err(Fault::Corrupt(format!("a session of the unknown duty {:?}", session.duty))) };
    let read = Sheet::read(bot, session, duty, unit).await?;
    let mut lines = read.say(bot, &title(bot, duty, session));
    if !read.observers.is_empty() {
        lines.push(bot.say("session-observers", &[("names", bot.names(&read.observers, SHEET_NAMES).into())]));
    }
    lines.extend(read.quorum(bot, duty, session));
    Ok(lines.join("\n"))
}

fn meeting<'a>(cx: &'a Context, key: &str) -> Result<&'a Duty, Error> {
    let duty = cx.duty(key)?;
    if duty.measure != Measure::Attendance {
        return Err(Mistake::new("no-check-in-for").with("duty", &duty.name).into());
    }
    Ok(duty)
}

/// When check-in ends: today at the time said, else with the day.
fn closing(cx: &Context, until: Option<&str>) -> Result<i64, Error> {
    let Some(text) = until else { return Ok((cx.zone().start_of(cx.today + chrono::Days::new(1)) - 60_000).max(cx.now + SHORTEST)) };
    let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| Mistake::new("time-unclear").with("time", text))?;
    let at = cx.zone().instant(cx.today.and_time(time));
    if at <= cx.now {
        return Err(Mistake::new("session-time-past").with("until", text).into());
    }
    Ok(at)
}
