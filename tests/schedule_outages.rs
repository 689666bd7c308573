//! Weeks of reminders with outages of random length at random times: each due time is handled exactly as its grace
//! says, none lost, none twice. `ZHIBU_SEEDS` runs more seeds than the few of every day.

use crate::schedule_world::{World, at, config, reminder};
use crate::support::db::{self, Db};
use libtest_mimic::Trial;
use std::collections::BTreeMap;
use zhibu::domain::duty::Reminder;
use zhibu::effects::{Random, SeededRandom};
use zhibu::schedule::next_runs;

pub fn tests() -> Vec<Trial> {
    let seeds = std::env::var("ZHIBU_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    (1..=seeds).flat_map(|seed| db::on_both(&format!("schedule_outages::seed_{seed}"), move |db| six_weeks(db, seed))).collect()
}

const MINUTE: i64 = 60_000;

async fn six_weeks(db: Db, seed: i64) {
    let random = SeededRandom::new(seed);
    let below = |n: u64| i64::try_from(random.below(n)).unwrap();
    let reminders = vec![
        Reminder { grace_minutes: 30 + below(600), ..reminder("sunday", "0 18 * * SUN") },
        Reminder { grace_minutes: below(3000), ..reminder("daily", "30 9 * * *") },
        Reminder { grace_minutes: 60 * 24 * 3, ..reminder("fridays", "0,20 12 * * FRI") },
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
        for (i, due) in dues.iter().enumerate() {
            let up = *ups.iter().find(|t| *t >= due).unwrap();
            let overtaken = dues.get(i + 1).is_some_and(|next| *next <= up);
            if up - due <= r.grace_minutes * MINUTE && !overtaken {
                *expected.entry(up).or_default() += 1;
            }
        }
    }
    assert!(expected.len() > 15, "the weeks hold enough to tell");
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
            assert_eq!(n, expected.get(up).copied().unwrap_or(0), "seed {seed}, chat {chat}, at {}", crate::schedule_world::ZONE.show(*up));
        }
    }
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}
