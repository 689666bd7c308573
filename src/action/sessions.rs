//! `开始签到`, `结束签到`: a meeting's check-in, and the sheet that ends it.

use super::bot::Bot;
use super::context::{Context, Reply};
use crate::config::messages::Value;
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::{OrgId, SessionId};
use crate::domain::message::Outgoing;
use crate::domain::record::{Kind, Session, State};
use crate::domain::role::Permission;
use crate::domain::roster::{Chat, Org, OrgKind};
use crate::error::{Error, Fault, Mistake};
use crate::report::tally::Attendance;
use crate::store::outbox::Letter;
use chrono::NaiveTime;

/// Names shown for each part of a sheet.
const SHEET_NAMES: usize = 40;
/// A sheet that nobody asked for is worthless after this, milliseconds.
const SHEET_GOOD_FOR: i64 = 60 * 60_000;

/// Opens check-in.
pub async fn open(cx: &Context, duty: &str, code: Option<&str>, until: Option<&str>) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageSessions, &unit)?;
    let duty = meeting(cx, duty)?;
    let closes_at = closing(cx, until)?;
    let session = Session {
        id: SessionId(cx.bot.effects.ids.next()),
        org: unit.id,
        duty: duty.key.clone(),
        period: Period::containing(duty.cadence, cx.today),
        topic: None,
        code: code.map(str::to_owned),
        opened_at: cx.now,
        closes_at: Some(closes_at),
        closed_at: None,
    };
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    // one whose time is over but that nobody has closed yet makes room
    for old in cx.bot.store.open_sessions(&[unit.id]).await?.into_iter().filter(|s| s.duty == duty.key && !s.open_at(cx.now)) {
        cx.bot.store.close_session(old.id, old.closes_at.unwrap_or(cx.now)).await?;
    }
    let (session, fresh) = cx.bot.store.open_session(&session, actor).await?;
    let time = session.closes_at.map(|t| cx.zone().local(t).format("%H:%M").to_string()).unwrap_or_default();
    let at = cx.zone().local(session.opened_at).format("%H:%M").to_string();
    let args = [("duty", Value::from(&duty.name)), ("until", time.into()), ("at", at.into())];
    if !fresh {
        return Ok(cx.reply(cx.say("session-already-open", &args)));
    }
    let key = if session.code.is_some() { "session-opened-code" } else { "session-opened" };
    let mut reply = cx.reply(cx.say(key, &args));
    if cx.private() {
        for chat in cx.bot.store.chats_of(unit.id).await? {
            reply.private.push(Outgoing::text(chat.key, cx.say(key, &args)));
        }
    }
    Ok(reply)
}

/// Ends it; the answer is the sheet.
pub async fn close(cx: &Context, duty: &str) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::ManageSessions, &unit)?;
    let duty = meeting(cx, duty)?;
    let open = cx.bot.store.open_sessions(&[unit.id]).await?;
    let Some(session) = open.into_iter().find(|s| s.duty == duty.key) else {
        return Err(Mistake::new("no-session-duty").with("duty", &duty.name).into());
    };
    // answers that were taken before this are in the sheet
    cx.bot.store.settled().await?;
    cx.bot.store.close_session(session.id, cx.now).await?;
    let sheet = sheet(&cx.bot, &session, &unit).await?;
    let mut reply = cx.reply(sheet.clone());
    if cx.private() {
        for chat in cx.bot.store.chats_of(unit.id).await? {
            reply.private.push(Outgoing::text(chat.key, sheet.clone()));
        }
    }
    Ok(reply)
}

/// Closes a session whose time is over; its sheet goes to the unit's chats.
pub async fn end_overdue(bot: &Bot, session: &Session) -> Result<(), Fault> {
    let at = session.closes_at.unwrap_or_else(|| bot.now());
    let Some(unit) = bot.store.org(session.org).await? else { return Ok(()) };
    // check-ins that were taken in time are in the sheet
    bot.store.settled().await?;
    if bot.store.close_session(session.id, at).await? {
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

/// Who was there, as everybody may read it: present, late, on leave (not which), absent by name.
pub async fn sheet(bot: &Bot, session: &Session, unit: &Org) -> Result<String, Fault> {
    let Some(duty) = bot.config.duty(&session.duty) else { return Err(Fault::Corrupt(format!("a session of the unknown duty {:?}", session.duty))) };
    let branches: Vec<OrgId> = bot.store.subtree(&unit.path).await?.into_iter().filter(|o| o.kind == OrgKind::Branch).map(|o| o.id).collect();
    let given = bot.store.session_records(session.id).await?;
    let (mut expected, mut there) = (0, 0);
    let [mut late, mut left, mut leave, mut absent]: [Vec<String>; 4] = Default::default();
    for id in branches {
        let Some(branch) = bot.cache.branch(id).await? else { continue };
        let mut standings = bot.store.standings(id, &duty.key, session.period).await?;
        // who was at another meeting of the period was not at this one
        for (person, standing) in &mut standings {
            let here = given.iter().rev().find(|r| r.kind == Kind::Attend && r.key.branch == id && r.key.person == *person);
            (standing.got, standing.state) = here.map_or((0, standing.state.filter(|_| standing.excused)), |r| (1, r.state));
        }
        let a = Attendance::read(&branch.roster, duty, session.period, &standings, bot.config.zone());
        expected += a.expected.len();
        there += a.done.len();
        let name = |m: &crate::domain::roster::Member| m.name.clone();
        let state = |m: &crate::domain::roster::Member| standings.iter().find(|(p, _)| *p == m.person).and_then(|(_, s)| s.state);
        late.extend(a.done.iter().filter(|m| state(m) == Some(State::Late)).map(|m| name(m)));
        left.extend(a.done.iter().filter(|m| state(m) == Some(State::LeftEarly)).map(|m| name(m)));
        leave.extend(a.excused.iter().map(|m| name(m)));
        absent.extend(a.missing.iter().map(|m| name(m)));
    }
    let head = [
        ("duty", Value::from(&duty.name)),
        ("expected", expected.into()),
        ("done", there.into()),
        ("late", late.len().into()),
        ("left_early", left.len().into()),
        ("excused", leave.len().into()),
        ("missing", absent.len().into()),
    ];
    let mut lines = vec![bot.say("session-closed", &head)];
    for (key, names) in
        [("session-closed-late", late), ("session-closed-left-early", left), ("session-closed-leave", leave), ("session-closed-missing", absent)]
    {
        if !names.is_empty() {
            lines.push(bot.say(key, &[("names", bot.names(&names, SHEET_NAMES).into())]));
        }
    }
    if expected > 0 && there == expected {
        lines.push(bot.say("session-closed-all", &[]));
    }
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
    let Some(text) = until else { return Ok(cx.zone().start_of(cx.today + chrono::Days::new(1)) - 60_000) };
    let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| Mistake::new("time-unclear").with("time", text))?;
    let at = cx.zone().instant(cx.today.and_time(time));
    if at <= cx.now {
        return Err(Mistake::new("session-time-past").with("until", text).into());
    }
    Ok(at)
}
