//! What a secretary makes of reminders: a new one (`每周四20点提醒大学习`), the list with when each comes next, who would be
//! reminded (`明天会提醒谁`). What became of them is `reminder_log`'s, what goes again `reminders_less`'s, pauses and own words `hush`'s, a reminder at once `remind`'s.

use crate::action::context::{Context, Reply};
use crate::action::queries::missing;
use crate::action::show;
use crate::config::messages::Value;
use crate::config::reminder::Reminders;
use crate::domain::calendar::Zone;
use crate::domain::chats::reminded;
use crate::domain::course::Course;
use crate::domain::duty::{Audience, Duty, Measure, Reminder};
use crate::domain::ids::OrgId;
use crate::domain::role::Permission;
use crate::domain::roster::{Member, Org, OrgKind, covers};
use crate::domain::timing::{Almanac, Run, Timing};
use crate::error::{Error, Mistake};
use crate::report::tally::Attendance;
use crate::report::unpaid::{in_a_row, looked_at};
use crate::store::sending::reminders::{Hush, OwnReminder, Told};
use chrono::NaiveDate;
use std::collections::HashMap;

/// Runs that are told of a reminder that was just made.
const TOLD: usize = 3;
/// Reminders of a unit's own, at most.
const MOST: usize = 20;
/// Lines of the list: each branch may have reminders of its own.
const LISTED: usize = 20;
/// Runs of one reminder on one day that a preview looks at.
const A_DAY: usize = 24;

/// One reminder as it holds in a unit.
pub(in crate::action) struct Held<'a> {
    pub duty: &'a Duty,
    reminder: Reminder,
    timing: Timing,
    /// Where it was made in chat.
    pub own: Option<OwnReminder>,
}

impl Held<'_> {
    /// The next time, told the unit's course: issues may have deadlines of their own.
    fn next(&self, cx: &Context, course: &Course, after: i64) -> Option<Run> {
        let dues = if self.timing.needs_deadlines() { course.dues(&self.duty.key) } else { Vec::new() };
        self.timing.next_after(after, &Almanac { dues: &dues, ..cx.bot.config.almanac(self.duty) })
    }
}

/// Every reminder that holds in a unit: those of the files, then those that were made here, above or below, in the order of
/// their numbers.
pub(in crate::action) async fn all<'a>(cx: &'a Context, unit: &Org) -> Result<Vec<Held<'a>>, Error> {
    let config = &cx.bot.config;
    let mut found: Vec<Held<'a>> = Vec::new();
    for duty in &config.duties {
        for reminder in &duty.reminders {
            if let Ok(timing) = Timing::of(reminder) {
                found.push(Held { duty, reminder: reminder.clone(), timing, own: None });
            }
        }
    }
    for own in cx.bot.store.own_reminders().await? {
        let here = covers(&own.path, &unit.path) || covers(&unit.path, &own.path);
        let reminder = Reminder::own(own.id, &own.cron, cx.zone());
        if let (true, Some(duty), Ok(timing)) = (here, config.duty(&own.duty), Timing::of(&reminder)) {
            found.push(Held { duty, reminder, timing, own: Some(own) });
        }
    }
    Ok(found)
}

/// `每周四20点提醒大学习`.
pub async fn make(cx: &Context, duty: Option<&str>, cron: &str) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let duty = duty.ok_or_else(|| which_duty(cx)).and_then(|key| cx.duty(key).map_err(Error::from))?;
    let reminder = Reminder::own(0, cron, cx.zone());
    let timing = Timing::of(&reminder).map_err(|_| Mistake::new("reminders-never"))?;
    let almanac = cx.bot.config.almanac(duty);
    let after = |at: i64| timing.next_after(at, &almanac).map(|run| run.at);
    let runs: Vec<i64> = std::iter::successors(after(cx.now), |at| after(*at)).take(TOLD).collect();
    if runs.is_empty() {
        return Err(Mistake::new("reminders-never").into());
    }
    let mine = cx.bot.store.own_reminders().await?.into_iter().filter(|o| o.org == unit.id).count();
    if mine >= MOST {
        return Err(Mistake::new("reminders-full").with("count", MOST.to_string()).into());
    }
    let actor = cx.speaker.as_ref().map(|s| s.known.person);
    let fresh = cx.bot.store.make_reminder(unit.id, &duty.key, cron, actor, cx.now).await?;
    let times: Vec<String> = runs.iter().map(|at| time(cx, *at, cx.zone())).collect();
    let key = if fresh { "reminders-made" } else { "reminders-there" };
    let args = [("duty", Value::from(&duty.name)), ("times", times.join("、").into()), ("unit", show::name(&unit.name).into())];
    Ok(cx.reply(cx.say(key, &args)))
}

/// `下次提醒`: each with its next time; those that were made in chat have numbers, by which they go.
pub async fn list(cx: &Context) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let (hushes, course) = (cx.bot.store.hushes_ahead(cx.now).await?, cx.bot.store.course(&unit).await?);
    let (mut lines, mut own) = (Vec::new(), 0);
    for held in all(cx, &unit).await? {
        let mut n = String::new();
        if held.own.is_some() {
            own += 1;
            n = own.to_string();
        }
        let Some(run) = held.next(cx, &course, cx.now) else { continue };
        let mut args = about(cx, &held, run.at);
        args.push(("n", if n.is_empty() { "none".into() } else { n.into() }));
        // of a unit above or below: whose it is
        let elsewhere = held.own.as_ref().filter(|o| o.org != unit.id).and_then(|o| o.path.rsplit('/').next());
        args.push(("unit", elsewhere.map_or_else(|| "none".to_owned(), show::name).into()));
        args.push(("hushed", if hushed(&hushes, &unit, held.duty, run.at) { "yes" } else { "no" }.into()));
        lines.push((run.at, cx.say("reminders-line", &args)));
    }
    if lines.is_empty() {
        return Ok(cx.reply(cx.say("reminders-none", &[])));
    }
    lines.sort();
    let mut text: Vec<String> = vec![cx.say("reminders-head", &[("unit", show::name(&unit.name).into())])];
    let more = lines.len().saturating_sub(LISTED);
    text.extend(lines.into_iter().take(LISTED).map(|(_, line)| line));
    if more > 0 {
        text.push(cx.say("reminders-more", &[("count", more.into())]));
    }
    if own > 0 {
        text.push(cx.say("reminders-how-to-drop", &[]));
    }
    Ok(cx.reply(text.join("\n")))
}

/// `明天会提醒谁`: as things stand now, of the unit's branches.
pub async fn preview(cx: &Context, day: NaiveDate) -> Result<Reply, Error> {
    let unit = cx.unit().await?;
    cx.demand(Permission::Remind, &unit)?;
    let (zone, hushes) = (cx.zone(), cx.bot.store.hushes_ahead(cx.now).await?);
    let start = (zone.start_of(day) - 1).max(cx.now);
    let end = zone.start_of(day.succ_opt().unwrap_or(day));
    let branches: Vec<Org> = cx.bot.store.subtree(&unit.path).await?.into_iter().filter(|o| o.kind == OrgKind::Branch).collect();
    let ids: Vec<OrgId> = branches.iter().map(|b| b.id).collect();
    let zone_day = cx.bot.config.zone().date(end - 1).to_string();
    let mut spared = Spared { told: cx.bot.store.reminded(&ids, &zone_day).await?, caps: &cx.bot.config.bot.reminders };
    let held_here = all(cx, &unit).await?;
    // one that comes before a deadline comes to each branch by its own issues
    let mut runs: Vec<(Run, &Held<'_>, Option<OrgId>)> = Vec::new();
    for held in &held_here {
        let mut courses = vec![(Course::default(), None)];
        if held.timing.needs_deadlines() {
            courses.clear();
            for branch in &branches {
                courses.push((cx.bot.store.course(branch).await?, Some(branch.id)));
            }
        }
        for (course, only) in &courses {
            let all = std::iter::successors(held.next(cx, course, start), |r| held.next(cx, course, r.at));
            runs.extend(all.take(A_DAY).take_while(|r| r.at < end).map(|r| (r, held, *only)));
        }
    }
    // in the order in which they come: who is told by one may be spared by the next
    runs.sort_by_key(|(run, ..)| run.at);
    let mut lines = Vec::new();
    for (run, held, only) in runs {
        let period = run.period.shift(held.reminder.period);
        let standings = cx.bot.store.standings_in(&ids, &held.duty.key, period).await?;
        let met = match held.duty.measure {
            Measure::Attendance => Some(cx.bot.store.met_in(&branches.iter().collect::<Vec<_>>(), &held.duty.key, period).await?),
            _ => None,
        };
        let concerned = |b: &&Org| only.is_none_or(|id| id == b.id) && held.own.as_ref().is_none_or(|o| covers(&o.path, &b.path));
        for branch in branches.iter().filter(concerned) {
            let Some(known) = cx.bot.cache.branch(branch.id).await? else { continue };
            let mut args = about(cx, held, run.at);
            args.push(("unit", if branches.len() > 1 { show::name(&branch.name) } else { "none".to_owned() }.into()));
            let quiet = hushed(&hushes, branch, held.duty, run.at);
            args.push(("hushed", if quiet { "yes" } else { "no" }.into()));
            if held.reminder.filing {
                // it reminds nobody
                continue;
            }
            if held.reminder.check_in.is_some() {
                lines.push(cx.say("preview-check-in", &args));
                continue;
            }
            let of = standings.get(&branch.id).map_or(&[][..], Vec::as_slice);
            let attendance = Attendance::read(&known.roster, held.duty, period, of, zone);
            let missing = match held.reminder.unpaid {
                Some(n) => {
                    let first = looked_at(period, n)[0];
                    let all = cx.bot.store.standings_between(branch.id, &held.duty.key, first, period).await?;
                    in_a_row(held.duty, &known.roster, period, n, &all).into_iter().map(|o| o.member).collect()
                }
                None => attendance.missing.clone(),
            };
            if !missing.is_empty() && met.as_ref().is_some_and(|met| !met.contains(&branch.id)) {
                lines.push(cx.say("preview-unopened", &args));
                continue;
            }
            let chats = cx.bot.store.chats_of(branch.id).await?;
            let group = !reminded(&chats).is_empty() || chats.iter().all(|c| c.key.private);
            if !group && held.reminder.audience == [Audience::Group] {
                continue;
            }
            let whom = if quiet { missing } else { spared.told_by(held, branch.id, group, &missing) };
            if whom.is_empty() {
                continue;
            }
            let names: Vec<&str> = whom.iter().map(|m| m.name.as_str()).collect();
            let names = if missing::named(cx, held.duty, &unit) { cx.bot.names(&names, show::NAMES) } else { "none".to_owned() };
            args.push(("count", whom.len().into()));
            args.push(("names", names.into()));
            lines.push(cx.say("preview-line", &args));
        }
    }
    let day = crate::action::study::issues::day(cx, day);
    if lines.is_empty() {
        return Ok(cx.reply(cx.say("preview-none", &[("day", day.into())])));
    }
    let more = lines.len().saturating_sub(show::NAMES);
    let mut text = vec![cx.say("preview-head", &[("day", day.into())])];
    text.extend(lines.into_iter().take(show::NAMES));
    if more > 0 {
        text.push(cx.say("preview-more", &[("count", more.into())]));
    }
    Ok(cx.reply(text.join("\n")))
}

/// Who was told how often, as a day goes on.
struct Spared<'a> {
    told: HashMap<Told, usize>,
    caps: &'a Reminders,
}

impl Spared<'_> {
    /// Of these those whom a reminder would still tell, in a `group` too where one gets reminders; they count as told by it.
    fn told_by<'m>(&mut self, held: &Held<'_>, branch: OrgId, group: bool, missing: &[&'m Member]) -> Vec<&'m Member> {
        let places = [(Audience::Group, false, self.caps.group_cap), (Audience::Member, true, self.caps.private_cap)];
        // a count names nobody, and a private list is about others
        let counts = |a: &Audience, private: bool| {
            held.reminder.audience.contains(a) && (private || group && held.duty.names_in_group) && held.reminder.unpaid.is_none()
        };
        if !places.iter().any(|(a, private, _)| counts(a, *private)) {
            return missing.to_vec();
        }
        let mut whom = Vec::new();
        for member in missing {
            let mut any = false;
            for (audience, private, cap) in &places {
                let had = self.told.entry(Told { branch, person: member.person, private: *private }).or_default();
                if counts(audience, *private) && (*cap == 0 || *had < *cap) {
                    *had += 1;
                    any = true;
                }
            }
            if any {
                whom.push(*member);
            }
        }
        whom
    }
}

/// Which duty is meant?
pub(in crate::action) fn which_duty(cx: &Context) -> Error {
    let all: Vec<&str> = cx.bot.config.duties.iter().map(|d| d.name.as_str()).collect();
    Mistake::new("ask-which-duty").with("duties", cx.bot.names(&all, all.len())).into()
}

fn about<'a>(cx: &Context, held: &Held<'a>, at: i64) -> Vec<(&'a str, Value<'a>)> {
    let duty = Value::from(&held.duty.name);
    let what = if held.reminder.filing { cx.say("return-reminder", &[("duty", duty)]).into() } else { duty };
    vec![("time", time(cx, at, cx.zone()).into()), ("duty", what)]
}

pub(in crate::action) fn time(cx: &Context, at: i64, zone: Zone) -> String {
    cx.bot.config.messages.time(cx.bot.lang(), at, zone, cx.today)
}

fn hushed(all: &[Hush], unit: &Org, duty: &Duty, at: i64) -> bool {
    all.iter().any(|h| h.holds(&unit.path, &duty.key) && (h.from..h.until).contains(&at))
}
