//! What leave counts for: periods that its days cover to their end, else the meeting that was held on one of these days. Leave of
//! other days is kept for whichever meeting is opened on one of them (`leave_ahead`); no meeting outside the days that were named
//! is excused.

use crate::action::context::Context;
use crate::action::members::people::Person;
use crate::action::study::issues::{self, around};
use crate::domain::calendar::Period;
use crate::domain::duty::{Duty, Measure};
use crate::domain::ids::SessionId;
use crate::domain::record::{Kind, Session, State};
use crate::domain::role::Permission;
use crate::error::{Error, Fault, Mistake};
use crate::language::intent::LeaveKind;
use chrono::{Days, NaiveDate};

/// Periods that leave may cover, at most.
const MOST: usize = 24;

/// Days ahead that leave may be told for, at most.
const AHEAD: u64 = 366;

/// What leave counts for.
#[derive(Default)]
pub struct Counted {
    /// All of these periods.
    pub periods: Vec<Period>,
    /// The one meeting that was held on these days.
    pub meeting: Option<(Period, SessionId)>,
    /// Whichever meeting is opened on one of these days, first and last.
    pub days: Option<(NaiveDate, NaiveDate)>,
}

/// What leave of these days counts for; at least one thing.
///
/// # Errors
/// A mistake where the duty has no meetings, and for days that are past and held none, or too far ahead.
pub async fn counted(cx: &Context, duty: &Duty, person: &Person, (from, to): (Option<NaiveDate>, Option<NaiveDate>)) -> Result<Counted, Error> {
    if duty.measure != Measure::Attendance {
        return Err(Mistake::new("leave-not-from").with("duty", &duty.name).into());
    }
    let now = Period::containing(duty.cadence, cx.today);
    if from.is_none() && to.is_none() {
        // said while a meeting is on, it is leave from that one
        let on = open_meeting(cx, duty, person).await?.map(|s| (s.period, s.id));
        if on.is_none() && met_before(cx, duty, person, now, cx.today + Days::new(1)).await? {
            in_time(cx, duty, person)?;
        }
        return Ok(Counted { periods: if on.is_some() { Vec::new() } else { vec![now] }, meeting: on, days: None });
    }
    let first = from.unwrap_or(cx.today);
    let last = to.unwrap_or_else(|| Period::containing(duty.cadence, first).last_day());
    let named = cx.bot.grammar.named(&cx.text, &around(cx)).periods;
    let mut counted = Counted::default();
    // what no whole period covers: from the first of those days to the last
    let mut rest: Option<(NaiveDate, NaiveDate)> = None;
    let mut period = Period::containing(duty.cadence, first);
    while period.first_day() <= last && counted.periods.len() < MOST {
        let whole = period.last_day() <= last
            && (first <= period.first_day()
                || period == now && first <= cx.today && (named.contains(&period) || !met_before(cx, duty, person, period, first).await?));
        if whole {
            counted.periods.push(period);
        } else {
            let (begins, ends) = (first.max(period.first_day()), last.min(period.last_day()));
            rest = Some((rest.map_or(begins, |(begun, _)| begun), ends));
        }
        period = period.shift(1);
    }
    if let Some(session) = held(cx, duty, person, (first, last)).await?.into_iter().rfind(|s| !counted.periods.contains(&s.period)) {
        if !session.open_at(cx.now) {
            in_time(cx, duty, person)?;
        }
        counted.meeting = Some((session.period, session.id));
        let after = cx.zone().date(session.opened_at) + Days::new(1);
        rest = rest.map(|(begins, ends)| (begins.max(after), ends));
    }
    counted.days = rest.map(|(begins, ends)| (begins.max(cx.today), ends)).filter(|(begins, ends)| begins <= ends && *ends <= cx.today + Days::new(AHEAD));
    if !counted.periods.is_empty() || counted.meeting.is_some() || counted.days.is_some() {
        return Ok(counted);
    }
    let key = if last < cx.today { "leave-past" } else { "leave-far" };
    let period = cx.period(Period::containing(duty.cadence, first));
    Err(Mistake::new(key).with("duty", &duty.name).with("period", period).with("days", days(cx, first, last)).into())
}

/// Leave from a meeting that is over is entered by whoever grants it: else who was absent would make themselves excused.
fn in_time(cx: &Context, duty: &Duty, person: &Person) -> Result<(), Mistake> {
    let unit = &person.branch.roster.org;
    if cx.incoming.missed || cx.may(Permission::GrantLeave, unit) {
        return Ok(());
    }
    Err(Mistake::new("leave-after").with("duty", &duty.name).with("who", cx.who_may_at(Permission::GrantLeave, unit)))
}

/// What leave of these days counts for now that it is granted, whatever was known when it was asked: the meetings that were held on
/// them, but those where the person was, and the days that are left.
pub async fn granted(
    cx: &Context,
    duty: &Duty,
    person: &Person,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<(Vec<(Period, SessionId)>, Option<(NaiveDate, NaiveDate)>), Fault> {
    let mut meetings = Vec::new();
    let mut left = first.max(cx.today);
    for session in held(cx, duty, person, (first, last)).await? {
        left = left.max(cx.zone().date(session.opened_at) + Days::new(1));
        let given = cx.bot.store.session_records(session.id).await?;
        if !given.iter().any(|r| r.key.person == person.member.person && r.kind != Kind::Leave) {
            meetings.push((session.period, session.id));
        }
    }
    Ok((meetings, Some((left, last)).filter(|(left, last)| left <= last)))
}

/// The meetings that were opened on these days where this person is expected; the oldest first.
async fn held(cx: &Context, duty: &Duty, person: &Person, (first, last): (NaiveDate, NaiveDate)) -> Result<Vec<Session>, Fault> {
    let units: Vec<_> = person.branch.units.iter().map(|u| u.id).collect();
    let between = (cx.zone().start_of(first), cx.zone().start_of(last + Days::new(1)));
    let mut all = cx.bot.store.sessions_between(&units, &duty.key, between).await?;
    all.retain(|s| s.team.is_none() || s.team == person.member.group);
    Ok(all)
}

/// Days in words: `11月24日`, `11月24日到11月27日`.
pub fn days(cx: &Context, first: NaiveDate, last: NaiveDate) -> String {
    let day = |d| issues::day(cx, d);
    if first == last { day(first) } else { cx.say("days-range", &[("first", day(first).into()), ("last", day(last).into())]) }
}

/// Whether a meeting of the period was held before this day.
async fn met_before(cx: &Context, duty: &Duty, person: &Person, period: Period, day: NaiveDate) -> Result<bool, Fault> {
    let before = cx.zone().start_of(day);
    Ok(last_meeting(cx, duty, person, before).await?.is_some_and(|s| s.period == period))
}

/// The meeting that is on, where this person is expected; of several the one that was opened last.
async fn open_meeting(cx: &Context, duty: &Duty, person: &Person) -> Result<Option<Session>, Fault> {
    let units: Vec<_> = person.branch.units.iter().map(|u| u.id).collect();
    let own = |s: &Session| s.duty == duty.key && s.open_at(cx.now) && (s.team.is_none() || s.team == person.member.group);
    Ok(cx.bot.store.open_sessions(&units).await?.into_iter().filter(own).max_by_key(|s| s.opened_at))
}

/// The meeting that was opened last, before that instant, where this person is expected.
async fn last_meeting(cx: &Context, duty: &Duty, person: &Person, before: i64) -> Result<Option<Session>, Fault> {
    let mut last: Option<Session> = None;
    for unit in &person.branch.units {
        let session = cx.bot.store.session_before(unit.id, Some(&duty.key), before).await?;
        let own = session.filter(|s| s.team.is_none() || s.team == person.member.group);
        last = last.into_iter().chain(own).max_by_key(|s| s.opened_at);
    }
    Ok(last)
}

/// The period that holds the first day, and later ones until the last: what a list's title says.
pub fn spanned(duty: &Duty, first: NaiveDate, last: Option<NaiveDate>) -> Vec<Period> {
    let first = Period::containing(duty.cadence, first);
    let later = std::iter::successors(Some(first.shift(1)), |p| Some(p.shift(1))).take_while(|p| last.is_some_and(|to| p.last_day() <= to));
    std::iter::once(first).chain(later).take(MOST).collect()
}

/// The state of leave of this kind.
pub fn state(kind: Option<LeaveKind>) -> State {
    match kind {
        Some(LeaveKind::Sick) => State::Sick,
        Some(LeaveKind::Personal) | None => State::Personal,
    }
}
