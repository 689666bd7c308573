//! Weeks of reminders with outages of random length at random times: each due time is handled exactly as its policy and its
//! grace say, none lost, none twice. Through the database with a few seeds (`ZHIBU_SEEDS` runs more), as arithmetic with
//! thousands. And a year of many reminders for many branches (`ZHIBU_YEAR=132` runs all of a county's).

use crate::schedule_world::{World, ZONE, at, config, reminder};
use crate::support::db::{self, Db};
use libtest_mimic::Trial;
use std::collections::BTreeMap;
use zhibu::domain::duty::{Missed, Reminder};
use zhibu::domain::timing::{Off, Run, Shift};
use zhibu::effects::{Random, SeededRandom};
use zhibu::schedule::times::Past;
use zhibu::schedule::watch::Watched;
use zhibu::schedule::{Sending, next_runs};

pub fn tests() -> Vec<Trial> {
    let seeds = std::env::var("ZHIBU_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let mut all: Vec<Trial> = (1..=seeds).flat_map(|seed| db::on_both(&format!("schedule_outages::seed_{seed}"), move |db| six_weeks(db, seed))).collect();
    all.push(Trial::test("schedule_outages::thousands_of_seeds", || {
        let (start, end) = (at("2026-09-14 08:00"), at("2026-10-26 08:00"));
        let kinds = calendar(start, end);
        (1..=3000).for_each(|seed| six_weeks_of_arithmetic(seed, &kinds, start, end));
        Ok(())
    }));
    all.extend(db::on_both("schedule_outages::a_year_of_forty_reminders", a_year));
    all.extend(db::on_both("schedule_outages::a_long_night_leaves_none_out", a_long_night));
    all
}

const MINUTE: i64 = 60_000;

fn policy(n: i64) -> Missed {
    [Missed::Once, Missed::All, Missed::Skip][usize::try_from(n).unwrap()]
}

/// At which of the instants at which the bot is up a due time is sent; none: never.
fn sent_at(r: &Reminder, dues: &[i64], due: i64, ups: &[i64]) -> Option<i64> {
    let up = *ups.iter().find(|t| **t >= due)?;
    let grace = if r.missed == Missed::Skip { r.grace_minutes.min(5) } else { r.grace_minutes };
    let overtaken = r.missed != Missed::All && dues.iter().any(|later| *later > due && *later <= up);
    (up - due <= grace * MINUTE && !overtaken).then_some(up)
}

/// The due times of reminders of every kind over the weeks, found once: (line, days off, runs).
fn calendar(start: i64, end: i64) -> Vec<(Reminder, Vec<Run>)> {
    let mut all = Vec::new();
    for line in ["0 18 * * SUN", "30 9 * * *", "0,20 12 * * FRI", "0 9 1W * *", "15 21 L * *", "0 20 * * TUE,THU", "0 23 * * *"] {
        for off in [None, Some((Off::Holidays, Shift::After)), Some((Off::Rest, Shift::Before)), Some((Off::Rest, Shift::Skip))] {
            let r = Reminder { off, ..reminder("r", line) };
            let mut config = config();
            for duty in &mut config.duties {
                duty.reminders = if duty.key == "study" { vec![r.clone()] } else { vec![] };
            }
            let watched = Watched::configured(&config).unwrap().remove(0);
            let next = |at: i64| watched.next_after(&config, at).filter(|run| run.at <= end);
            all.push((r, std::iter::successors(next(start), |run| next(run.at)).collect()));
        }
    }
    all
}

/// The same without a database: what each of four branches is owed at each instant, told what it had.
fn six_weeks_of_arithmetic(seed: i64, kinds: &[(Reminder, Vec<Run>)], start: i64, end: i64) {
    let random = SeededRandom::new(seed);
    let below = |n: u64| i64::try_from(random.below(n)).unwrap();
    let mut ups = vec![start];
    while let Some(last) = ups.last().filter(|t| **t < end) {
        ups.push((last + if below(12) == 0 { 1 + below(4 * 24 * 60) } else { 1 + below(12 * 60) } * MINUTE).min(end));
    }
    for _ in 0..3 {
        let (kind, runs) = &kinds[usize::try_from(below(kinds.len() as u64)).unwrap()];
        let r = Reminder { grace_minutes: below(4500), missed: policy(below(3)), ..kind.clone() };
        let dues: Vec<i64> = runs.iter().map(|run| run.at).collect();
        let mut expected: Vec<(i64, i64)> = dues.iter().filter_map(|d| Some((sent_at(&r, &dues, *d, &ups)?, *d))).collect();
        expected.sort_unstable();
        let (mut handled, mut sent) = ([start; 4], [const { Vec::new() }; 4]);
        for up in &ups {
            let mut past = Past::over(|t| runs.get(runs.partition_point(|run| run.at <= t)).copied(), &r, *up);
            for branch in 0..4 {
                // some branches are looked at more than once: by another process, or after a fault
                for _ in 0..=branch {
                    let owed = past.owed(handled[branch]);
                    sent[branch].extend(owed.send.iter().map(|run| (*up, run.at)));
                    handled[branch] = owed.noted.into_iter().chain(owed.send.into_iter().map(|run| run.at)).fold(handled[branch], i64::max);
                }
            }
        }
        for of in sent {
            assert_eq!(of, expected, "seed {seed}, {r:?}");
        }
    }
}

/// Forty reminders, by the week, the month and the quarter, for many branches: each branch reads each of them once.
async fn a_year(db: Db) {
    let branches: usize = std::env::var("ZHIBU_YEAR").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let line = |n: usize| match n {
        0..10 => format!("{} {} * * {}", n, 9 + n, days[n % 7]),
        10..30 => format!("{} 12 {} * *", n, n - 5),
        30..35 => format!("{n} 19 L-{} Q *", n - 30),
        _ => format!("{n} 20 {}W H *", n - 34),
    };
    let reminders: Vec<Reminder> = (0..40).map(|n| reminder(&format!("r{n}"), &line(n))).collect();
    let mut config = config();
    config.bot.reminders.group_cap = 0;
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "study" { reminders.clone() } else { vec![] };
    }
    let mut w = World::with(db, "2026-10-01 08:00", config).await;
    w.parts.sending = Sending { batch: 512, ..Sending::default() };
    for n in 0..branches {
        w.branch(&format!("县/镇{}/支部{n}", n % 11), &["张三@101", "李四"], &n.to_string()).await;
    }
    let (start, end) = (w.now(), at("2027-10-01 08:00"));
    let mut times: BTreeMap<i64, usize> = BTreeMap::new();
    for r in &reminders {
        for t in next_runs(&w.parts.config, "study", r, start, 60).unwrap().into_iter().filter(|t| *t <= end) {
            *times.entry(t).or_default() += 1;
        }
    }
    assert!(times.values().sum::<usize>() > 700);
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    for (t, n) in times {
        w.clock.set(t);
        let step = s.step(t).await.unwrap();
        assert_eq!((step.entered, step.letters, step.skipped, step.failed), (n * branches, n * branches, 0, 0), "{}", ZONE.show(t));
        while !d.step(t).await.unwrap().is_empty() {}
        let said = w.courier.take_messages();
        assert_eq!(said.len(), n * branches);
        let chats: std::collections::HashSet<_> = said.iter().map(|m| m.chat.clone()).collect();
        assert_eq!(chats.len(), branches, "each of them at {}", ZONE.show(t));
    }
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

/// Where each that was missed is sent, more than are entered at once go in pieces, however many processes take them; none is
/// left out, none comes twice.
async fn a_long_night(db: Db) {
    let mut config = config();
    (config.bot.reminders.group_cap, config.bot.reminders.quiet) = (0, None);
    let often = Reminder { grace_minutes: 36 * 60, missed: Missed::All, ..reminder("often", "*/10 * * * *") };
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "study" { vec![often.clone()] } else { vec![] };
    }
    let w = World::with(db, "2026-11-16 09:00", config).await;
    for n in 0..2 {
        w.branch(&format!("县/支部{n}"), &["张三"], &n.to_string()).await;
    }
    w.scheduler().step(w.now()).await.unwrap();
    w.go_to("2026-11-17 05:00");
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    let mut pieces = Vec::new();
    for piece in 0..5 {
        if piece == 1 {
            s = w.scheduler();
        }
        pieces.push(w.tick(&mut s, &mut d).await.len());
    }
    assert_eq!(pieces, [100, 100, 40, 0, 0], "twenty hours, six an hour, two branches");
    let runs = w.db.column("SELECT CAST(org_id AS TEXT) || '/' || CAST(scheduled_at AS TEXT) FROM reminder_run WHERE outcome = 'sent'").await;
    let each: std::collections::BTreeSet<&String> = runs.iter().collect();
    assert_eq!((runs.len(), each.len()), (240, 240));
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

async fn six_weeks(db: Db, seed: i64) {
    let random = SeededRandom::new(seed);
    let below = |n: u64| i64::try_from(random.below(n)).unwrap();
    let reminders = vec![
        Reminder { grace_minutes: 30 + below(600), missed: policy(below(3)), ..reminder("sunday", "0 18 * * SUN") },
        Reminder { grace_minutes: below(3000), missed: policy(below(3)), ..reminder("daily", "30 9 * * *") },
        Reminder { grace_minutes: 60 * 24 * 3, missed: Missed::All, ..reminder("fridays", "0,20 12 * * FRI") },
    ];
    let mut config = config();
    config.bot.reminders.group_cap = 0;
    config.bot.reminders.quiet = None;
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "study" { reminders.clone() } else { vec![] };
    }
    let (start, end) = (at("2026-10-05 08:00"), at("2026-11-16 08:00"));
    let w = World::with(db, "2026-10-05 08:00", config).await;
    for n in 0..4 {
        w.branch(&format!("县/支部{n}"), &["张三"], &n.to_string()).await;
    }
    // how many letters each instant at which the bot is up must send to every chat
    let mut ups = vec![start];
    let mut outages = Vec::new();
    while let Some(last) = ups.last().filter(|t| **t < end) {
        let out = below(40) == 0;
        outages.push(out);
        ups.push(last + if out { 1 + below(4 * 24 * 60) } else { 1 + below(90) } * MINUTE);
    }
    let mut expected: BTreeMap<i64, usize> = BTreeMap::new();
    for r in &reminders {
        let dues: Vec<i64> = next_runs(&w.parts.config, "study", r, start, 2000).unwrap().into_iter().take_while(|t| t <= ups.last().unwrap()).collect();
        for due in &dues {
            if let Some(up) = sent_at(r, &dues, *due, &ups) {
                *expected.entry(up).or_default() += 1;
            }
        }
    }
    assert!(expected.len() > 5, "the weeks hold enough to tell");
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    for (i, up) in ups.iter().enumerate() {
        w.clock.set(*up);
        if i > 0 && (outages[i - 1] || below(20) == 0) {
            // a new process; now and then the one before died between entering and sending
            (s, d) = (w.scheduler(), w.deliverer());
        }
        if below(4) == 0 {
            s.step(w.now()).await.unwrap();
            (s, d) = (w.scheduler(), w.deliverer());
        }
        let said = w.tick(&mut s, &mut d).await;
        for chat in 0..4 {
            let n = said.iter().filter(|t| t.starts_with(&format!("onebot:{chat}: "))).count();
            assert_eq!(n, expected.get(up).copied().unwrap_or(0), "seed {seed}, chat {chat}, at {}", ZONE.show(*up));
        }
    }
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}
