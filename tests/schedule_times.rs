//! When reminders come due: month ends, workdays, quarters, deadlines, holidays, summer time, quiet hours; and which of
//! the times that were missed are sent.

use crate::schedule_world::{at, reminder};
use libtest_mimic::Trial;
use zhibu::config::{Config, Env};
use zhibu::domain::calendar::Zone;
use zhibu::domain::duty::{Missed, Reminder};
use zhibu::domain::timing::{Off, Quiet, Shift, Timing};
use zhibu::effects::{Random, SeededRandom};
use zhibu::schedule::next_runs;
use zhibu::schedule::times::{Past, outlasting};
use zhibu::schedule::watch::Watched;

pub fn tests() -> Vec<Trial> {
    macro_rules! plain {
        ($($story:ident),* $(,)?) => { vec![$( Trial::test(concat!("schedule_times::", stringify!($story)), || { $story(); Ok(()) }) ),*] };
    }
    plain!(
        tricky_days,
        holidays_move_or_skip,
        an_unknown_year_has_plain_weekdays,
        before_the_deadline,
        summer_time,
        quiet_hours,
        mistakes_say_what_to_write,
        files_say_when,
        policies_for_missed_times,
        quiet_hours_do_not_use_up_a_grace,
        a_moved_run_asks_about_its_own_period,
        a_year_of_minutes_costs_little,
    )
}

const ONLY_HOLIDAYS: (Off, Shift) = (Off::Holidays, Shift::Skip);

fn house() -> Config {
    Config::load(None, &Env::default()).unwrap()
}

/// The next runs of a reminder of a duty after a local time of the reminder's zone, as `Sun 2026-11-22 19:00`.
fn runs_of(duty: &str, r: &Reminder, after: &str, n: usize) -> Vec<String> {
    let after = r.zone.instant(chrono::NaiveDateTime::parse_from_str(after, "%Y-%m-%d %H:%M").unwrap());
    let show = |t: i64| format!("{} {}", r.zone.local(t).format("%a"), r.zone.show(t));
    next_runs(&house(), duty, r, after, n).unwrap().into_iter().map(show).collect()
}

fn runs(r: &Reminder, after: &str, n: usize) -> Vec<String> {
    runs_of("study", r, after, n)
}

fn tricky_days() {
    for (line, after, expected) in [
        // month ends, and a leap year
        ("0 19 L * *", "2026-01-30 00:00", "Sat 2026-01-31 19:00, Sat 2026-02-28 19:00, Tue 2026-03-31 19:00"),
        ("0 19 L 2 *", "2027-03-01 00:00", "Tue 2028-02-29 19:00, Wed 2029-02-28 19:00"),
        ("0 19 L-3 * *", "2026-02-25 19:00", "Sat 2026-03-28 19:00, Mon 2026-04-27 19:00"),
        ("0 19 l-27 2 *", "2026-01-01 00:00", "Sun 2026-02-01 19:00, Mon 2027-02-01 19:00, Wed 2028-02-02 19:00"),
        // quarters and half-years
        ("0 19 L Q *", "2026-01-01 00:00", "Tue 2026-03-31 19:00, Tue 2026-06-30 19:00, Wed 2026-09-30 19:00, Thu 2026-12-31 19:00"),
        ("30 8 L-7 H *", "2026-06-23 08:30", "Thu 2026-12-24 08:30, Wed 2027-06-23 08:30"),
        // workdays: new year to the 3rd, a made-up Sunday on the 4th
        ("0 9 1W * *", "2026-01-01 00:00", "Sun 2026-01-04 09:00, Mon 2026-02-02 09:00"),
        ("0 9 3W 10 *", "2026-01-01 00:00", "Sat 2026-10-10 09:00"),
        ("0 9 LW 2 *", "2026-01-01 00:00", "Sat 2026-02-28 09:00"),
        ("0 9 LW-1 2 *", "2026-01-01 00:00", "Fri 2026-02-27 09:00"),
        ("0 9 LW 5 *", "2026-01-01 00:00", "Fri 2026-05-29 09:00"),
        // both must hold in six fields: the month's end, where it is a Friday
        ("0 0 19 L * FRI", "2026-01-01 00:00", "Fri 2026-07-31 19:00, Fri 2027-04-30 19:00"),
        ("0,30 19 L * *", "2026-01-31 19:00", "Sat 2026-01-31 19:30, Sat 2026-02-28 19:00"),
        ("0 0 19 L Q ? 2027", "2026-01-01 00:00", "Wed 2027-03-31 19:00, Wed 2027-06-30 19:00, Thu 2027-09-30 19:00, Fri 2027-12-31 19:00"),
    ] {
        let expected: Vec<&str> = expected.split(", ").collect();
        assert_eq!(runs(&reminder("r", line), after, expected.len()), expected, "{line}");
    }
    assert!(runs(&reminder("r", "0 0 19 L * * 2020"), "2026-01-01 00:00", 1).is_empty(), "never again");
}

fn holidays_move_or_skip() {
    // National Day 2026: 10-01 (Thursday) to 10-07; made up for on Sunday 09-20 and Saturday 10-10
    for (line, off, after, expected) in [
        ("0 18 * * SAT", (Off::Holidays, Shift::Skip), "2026-09-25 00:00", "Sat 2026-10-10 18:00, Sat 2026-10-17 18:00"),
        ("0 18 * * SUN", (Off::Holidays, Shift::Before), "2026-09-28 00:00", "Wed 2026-09-30 18:00, Sun 2026-10-11 18:00"),
        ("0 18 * * SUN", (Off::Holidays, Shift::After), "2026-09-26 00:00", "Mon 2026-09-28 18:00, Thu 2026-10-08 18:00, Sun 2026-10-11 18:00"),
        ("0 18 1 * *", (Off::Rest, Shift::Before), "2026-09-29 00:00", "Wed 2026-09-30 18:00, Fri 2026-10-30 18:00, Tue 2026-12-01 18:00"),
        ("0 18 1 * *", (Off::Rest, Shift::After), "2026-09-29 00:00", "Thu 2026-10-08 18:00, Mon 2026-11-02 18:00"),
        ("0 9 * * *", (Off::Rest, Shift::Skip), "2026-09-30 10:00", "Thu 2026-10-08 09:00, Fri 2026-10-09 09:00, Sat 2026-10-10 09:00, Mon 2026-10-12 09:00"),
        // several that move to one day are one
        ("0 9 * * *", (Off::Rest, Shift::After), "2026-10-02 00:00", "Thu 2026-10-08 09:00, Fri 2026-10-09 09:00"),
        // what moves back may come before what stays: none is lost, none out of order
        ("0 9,20 * * *", (Off::Rest, Shift::Before), "2026-10-10 12:00", "Sat 2026-10-10 20:00, Mon 2026-10-12 09:00"),
    ] {
        let expected: Vec<&str> = expected.split(", ").collect();
        assert_eq!(runs(&Reminder { off: Some(off), ..reminder("r", line) }, after, expected.len()), expected, "{line} {off:?}");
    }
}

fn an_unknown_year_has_plain_weekdays() {
    let first = Reminder { off: Some((Off::Rest, Shift::After)), ..reminder("r", "0 9 1 * *") };
    assert!(Timing::of(&first).unwrap().needs_holidays());
    assert!(!Timing::of(&reminder("r", "0 9 L * *")).unwrap().needs_holidays());
    // 2033-01-01 is a Saturday, 2033-10-01 too: weekends count, holidays are not known
    assert_eq!(runs(&first, "2032-12-31 00:00", 2), ["Mon 2033-01-03 09:00", "Tue 2033-02-01 09:00"]);
    assert_eq!(runs(&Reminder { off: Some(ONLY_HOLIDAYS), ..first }, "2032-12-31 00:00", 1), ["Sat 2033-01-01 09:00"]);
}

fn before_the_deadline() {
    let before = |minutes| Reminder { before: Some(minutes), cron: String::new(), ..reminder("r", "") };
    // study is due on Sunday at 20:00, dues at the end of the month's last day
    assert_eq!(runs_of("study", &before(180), "2026-11-22 17:00", 2), ["Sun 2026-11-29 17:00", "Sun 2026-12-06 17:00"]);
    let eve = Reminder { quiet: false, ..before(24 * 60) };
    assert_eq!(runs_of("dues", &eve, "2026-01-30 00:00", 3), ["Sat 2026-01-31 00:00", "Sat 2026-02-28 00:00", "Tue 2026-03-31 00:00"]);
    // in quiet hours it comes at their end
    assert_eq!(runs_of("dues", &before(24 * 60), "2026-01-30 00:00", 2), ["Sat 2026-01-31 08:00", "Sat 2026-02-28 08:00"]);
    // longer before than a period lasts
    assert_eq!(runs_of("study", &before(10 * 1440), "2026-11-22 17:00", 2), ["Thu 2026-11-26 20:00", "Thu 2026-12-03 20:00"]);
}

fn summer_time() {
    let berlin = Zone(chrono_tz::Europe::Berlin);
    let of = |line: &str, quiet| Reminder { zone: berlin, quiet, ..reminder("r", line) };
    // the hour that does not exist: at its end; the hour that comes twice: the first time
    assert_eq!(runs(&of("30 2 L-2 3 *", false), "2026-03-01 00:00", 1), ["Sun 2026-03-29 03:00"]);
    assert_eq!(runs(&of("30 2 L-6 10 *", false), "2026-10-01 00:00", 2), ["Sun 2026-10-25 02:30", "Mon 2027-10-25 02:30"]);
    assert_eq!(runs(&of("0 9 LW 3 *", true), "2026-03-01 00:00", 1), ["Tue 2026-03-31 09:00"]);
    for (before, line, run) in [("2026-03-28 12:00", "30 2 * * *", "2026-03-29 03:00"), ("2026-10-24 12:00", "30 2 * * *", "2026-10-25 02:30")] {
        let config = house();
        let watched = watched(&config, &of(line, false));
        let start = berlin.instant(chrono::NaiveDateTime::parse_from_str(before, "%Y-%m-%d %H:%M").unwrap());
        let (mut handled, mut seen) = (start, Vec::new());
        for minute in 0..1440 {
            for one in Past::new(&watched, &config, Vec::new(), start + minute * 60_000).owed(handled).send {
                seen.push(berlin.show(one.at));
                handled = one.at;
            }
        }
        assert_eq!(seen, [run]);
    }
    // quiet hours end by the clock on the wall, whatever it did in the night
    assert_eq!(runs(&of("30 2 * * *", true), "2026-03-28 12:00", 2), ["Sun 2026-03-29 08:00", "Mon 2026-03-30 08:00"]);
}

fn quiet_hours() {
    for (line, expected) in [
        ("30 22 * * SUN", "Mon 2026-11-23 08:00"),
        ("0 22 * * SUN", "Mon 2026-11-23 08:00"),
        ("59 21 * * SUN", "Sun 2026-11-22 21:59"),
        ("59 7 * * MON", "Mon 2026-11-23 08:00"),
        ("0 8 * * MON", "Mon 2026-11-23 08:00"),
        // many that come in the night are one in the morning
        ("*/10 * * * *", "Sun 2026-11-22 12:10"),
    ] {
        assert_eq!(runs(&reminder("r", line), "2026-11-22 12:00", 1), [expected], "{line}");
    }
    assert_eq!(runs(&reminder("r", "*/10 * * * *"), "2026-11-22 21:40", 3), ["Sun 2026-11-22 21:50", "Mon 2026-11-23 08:00", "Mon 2026-11-23 08:10"]);
    let loud = Reminder { quiet: false, ..reminder("r", "30 22 * * SUN") };
    assert_eq!(runs(&loud, "2026-11-22 12:00", 1), ["Sun 2026-11-22 22:30"]);
}

fn mistakes_say_what_to_write() {
    for (line, part) in [
        ("0 19 L-28 * *", "L-3 (three days before it)"),
        ("0 19 0W * *", "3W (the third workday)"),
        ("0 19 16W * *", "3W (the third workday)"),
        ("0 19 L,15 * *", "write L (the last day)"),
        ("0 19 W * *", "write L (the last day)"),
        ("0 19 L * FRI", "where both must hold"),
        ("0 0 19 L * 6", "Quartz"),
        ("0 19 * X *", "no cron expression"),
        ("0 19 L", "has 3 fields"),
    ] {
        let error = Timing::cron_line(line).unwrap_err();
        assert!(error.contains(part), "{line}: {error}");
    }
}

fn load(reminder: &str) -> Result<Reminder, Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("duties")).unwrap();
    let text = format!("name = \"读书\"\nmeasure = \"done\"\ncadence = \"month\"\n[[reminder]]\nkey = \"r\"\naudience = [\"group\"]\n{reminder}\n");
    std::fs::write(dir.path().join("duties/reading.toml"), text).unwrap();
    let config = Config::load(Some(dir.path()), &Env::default()).map_err(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    Ok(config.duty("reading").unwrap().reminders[0].clone())
}

fn files_say_when() {
    let r = load("before = \"36h\"\non_holiday = \"before\"\nmissed = \"all\"\nquiet = false").unwrap();
    assert_eq!((r.before, r.off, r.missed, r.quiet), (Some(36 * 60), Some((Off::Holidays, Shift::Before)), Missed::All, false));
    let r = load("cron = \"0  19 LW Q *\"\non_rest_day = \"after\"").unwrap();
    assert_eq!((r.cron.as_str(), r.off, r.quiet), ("0 19 LW Q *", Some((Off::Rest, Shift::After)), true));
    for (text, said) in [
        ("cron = \"0 19 * * SUN\"\nbefore = \"3h\"", "`before` and `cron` both say when: keep one"),
        ("before = \"soon\"", "write 90m, 24h or 3d"),
        ("", "`cron` is missing"),
        ("cron = \"0 19 L * *\"\non_holiday = \"skip\"\non_rest_day = \"skip\"", "holidays are rest days, so keep one"),
        ("cron = \"0 19 L * *\"\nmissed = \"both\"", "once"),
        ("cron = \"0 0 19 * * 1\"", "Quartz"),
    ] {
        let problems = load(text).unwrap_err().join("\n");
        assert!(problems.contains(said), "{text}: {problems}");
    }
}

fn watched(config: &Config, r: &Reminder) -> Watched {
    let mut config = Config { duties: config.duties.clone(), ..house() };
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "study" { vec![r.clone()] } else { vec![] };
    }
    Watched::configured(&config).unwrap().remove(0)
}

/// What is (sent, noted) of a daily reminder at 20:00 with two hours of grace, found at a time, handled up to 11-18.
fn found(missed: Missed, grace_minutes: i64, now: &str) -> (Vec<String>, Vec<String>) {
    let config = house();
    let watched = watched(&config, &Reminder { missed, grace_minutes, ..reminder("r", "0 20 * * *") });
    let owed = Past::new(&watched, &config, Vec::new(), at(now)).owed(at("2026-11-18 20:00"));
    let show = |t: i64| watched.reminder.zone.local(t).format("%m-%d").to_string();
    (owed.send.iter().map(|r| show(r.at)).collect(), owed.noted.iter().map(|t| show(*t)).collect())
}

fn policies_for_missed_times() {
    const THREE_DAYS: i64 = 3 * 1440;
    for (missed, grace, now, sent, noted) in [
        (Missed::Once, 120, "2026-11-19 19:59", "", ""),
        (Missed::Once, 120, "2026-11-19 20:00", "11-19", ""),
        (Missed::Once, 120, "2026-11-19 22:00", "11-19", ""),
        (Missed::Once, 120, "2026-11-19 22:01", "", "11-19"),
        (Missed::Once, 0, "2026-11-19 20:01", "", "11-19"),
        // three days off: once, and only what is not too old
        (Missed::Once, 120, "2026-11-21 21:00", "11-21", ""),
        (Missed::Once, 120, "2027-11-21 19:00", "", "11-20"),
        (Missed::Once, THREE_DAYS, "2026-11-21 21:00", "11-21", "11-19,11-20"),
        (Missed::All, THREE_DAYS, "2026-11-21 21:00", "11-19,11-20,11-21", ""),
        (Missed::All, 120, "2026-11-21 21:00", "11-21", ""),
        (Missed::All, 120, "2026-11-21 23:00", "", "11-21"),
        (Missed::Skip, THREE_DAYS, "2026-11-19 20:05", "11-19", ""),
        (Missed::Skip, THREE_DAYS, "2026-11-21 21:00", "", "11-21"),
        (Missed::Skip, 2, "2026-11-19 20:03", "", "11-19"),
    ] {
        let list = |text: &str| text.split(',').filter(|t| !t.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(found(missed, grace, now), (list(sent), list(noted)), "{missed:?} {grace} {now}");
    }
}

/// What is owed at any instant is what a look at all the days before it says.
fn quiet_hours_do_not_use_up_a_grace() {
    let random = SeededRandom::new(9);
    let below = |n: u64| i64::try_from(random.below(n)).unwrap();
    let (mut config, mut waited) = (house(), 0);
    for round in 0..3000 {
        let (from, until) = [("22:00:00", "08:00:00"), ("12:00:00", "14:30:00"), ("20:00:00", "19:00:00"), ("09:00:00", "09:00:00")][round % 4];
        let quiet = Quiet { from: from.parse().unwrap(), until: until.parse().unwrap() };
        config.bot.reminders.quiet = Some(quiet);
        let zone = if below(2) == 0 { crate::schedule_world::ZONE } else { Zone(chrono_tz::Europe::Berlin) };
        let line = format!("{} {},{} * * *", below(60), below(12), 12 + below(12));
        let r = Reminder { grace_minutes: 1 + below(2880), zone, missed: if below(3) == 0 { Missed::All } else { Missed::Once }, ..reminder("r", &line) };
        for duty in &mut config.duties {
            duty.reminders = if duty.key == "study" { vec![r.clone()] } else { vec![] };
        }
        let watched = Watched::configured(&config).unwrap().remove(0);
        let now = quiet.instant_after(at("2026-10-20 00:00") + below(10 * 1440) * 60_000 + below(2), zone);
        let long_ago = now - 9 * 86_400_000;
        let next = |at: i64| watched.next_after(&config, at).filter(|run| run.at <= now);
        let runs: Vec<i64> = std::iter::successors(next(long_ago), |run| next(run.at)).map(|run| run.at).collect();
        let grace = r.grace_minutes * 60_000;
        let first = runs.iter().position(|at| outlasting(at + grace, grace, Some(quiet), zone) >= now).unwrap_or(runs.len());
        waited += usize::from(runs.get(first).is_some_and(|at| at + grace < now));
        let expected = if r.missed == Missed::All { &runs[first..] } else { &runs[first.max(runs.len().saturating_sub(1))..] };
        let owed = Past::new(&watched, &config, Vec::new(), now).owed(long_ago);
        assert_eq!(owed.send.iter().map(|run| run.at).collect::<Vec<_>>(), expected, "round {round}: {line} in {zone:?}, quiet {from}, at {}", zone.show(now));
    }
    assert!(waited > 100, "{waited}");
}

fn a_moved_run_asks_about_its_own_period() {
    // the 31st of October 2026 is a Saturday: moved to Monday it is still October's
    let mut config = house();
    let r = Reminder { off: Some((Off::Rest, Shift::After)), ..reminder("r", "0 20 L * *") };
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "dues" { vec![r.clone()] } else { vec![] };
    }
    let watched = Watched::configured(&config).unwrap().remove(0);
    let run = watched.next_after(&config, at("2026-10-20 00:00")).unwrap();
    assert_eq!((run.at, run.period.to_string()), (at("2026-11-02 20:00"), "2026-10".to_owned()));
    let early = Reminder { before: Some(3 * 1440), cron: String::new(), ..reminder("r", "") };
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "dues" { vec![early.clone()] } else { vec![] };
    }
    let watched = Watched::configured(&config).unwrap().remove(0);
    assert_eq!(watched.next_after(&config, at("2026-11-20 00:00")).unwrap().period.to_string(), "2026-11");
}

fn a_year_of_minutes_costs_little() {
    let config = house();
    let watched = watched(&config, &Reminder { grace_minutes: 600, quiet: false, ..reminder("r", "* * * * *") });
    let now = at("2026-11-19 20:00");
    let owed = Past::new(&watched, &config, Vec::new(), now).owed(now - 366 * 86_400_000);
    assert_eq!((owed.noted.len(), owed.send.iter().map(|r| r.at).collect::<Vec<_>>()), (49, vec![now]));
}
