//! The demo's county: there after the first start, whole, believable, and the same after the second.

use crate::support::db::{Db, NOON};
use crate::support::story;
use libtest_mimic::Trial;
use std::collections::{BTreeMap, BTreeSet};
use zhibu::cli::sample::{Sample, load};
use zhibu::config::{Config, Env};
use zhibu::domain::calendar::Period;
use zhibu::domain::message::AccountKey;
use zhibu::domain::record::Standing;
use zhibu::domain::role::Role;
use zhibu::domain::roster::OrgKind;
use zhibu::store::Store;

pub fn tests() -> Vec<Trial> {
    vec![
        story("webchat_sample/three_months_of_two_branches", three_months),
        story("webchat_sample/a_second_start_changes_nothing", second_start),
        story("webchat_sample/a_start_that_broke_off_is_completed", broken_off),
        story("webchat_sample/on_any_day_it_is_built", any_day),
    ]
}

fn config() -> Config {
    Config::load(None, &Env::default()).unwrap()
}

async fn built(db: &Db, now: i64) -> (Store, Sample) {
    let store = db.open().await;
    db.clock.set(now);
    let sample = load(&store, &config(), &db.effects(1), now).await.unwrap();
    (store, sample)
}

fn p(text: &str) -> Period {
    text.parse().unwrap()
}

async fn three_months() {
    let db = Db::sqlite();
    let (store, sample) = built(&db, NOON).await;
    let config = config();
    assert!(sample.fresh);
    assert_eq!(sample.town.path, "余庆县团委/白泥镇团委");
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    assert_eq!(sample.branches.len(), 2);
    let mut accounts = BTreeSet::new();
    for branch in &sample.branches {
        let roster = &branch.roster;
        assert_eq!(roster.on(config.zone().date(NOON)).count(), 30);
        assert_eq!(roster.org.since.to_string(), "2026-08-01");
        for m in &roster.members {
            let [account] = &m.accounts[..] else { panic!("{} has {:?}", m.name, m.accounts) };
            assert_eq!(store.person_of(account).await.unwrap(), Some(m.person));
            assert!(accounts.insert(account.clone()));
        }
        for role in [Role::Secretary, Role::Treasurer] {
            assert_eq!(store.holders(roster.org.id, role).await.unwrap().len(), 1, "{role:?}");
        }
        assert_eq!(store.chat(&branch.chat).await.unwrap().unwrap().org, roster.org.id);

        // how many of the thirty were done, by duty and period
        let done = |all: &[(_, Standing)]| all.iter().filter(|(_, s)| s.done()).count();
        for (duty, period, least, most) in [
            ("dues", "2026-08", 24, 29),
            ("dues", "2026-10", 24, 29),
            ("dues", "2026-11", 10, 26),
            ("study", "2026-W40", 22, 30),
            ("study", "2026-W47", 12, 29),
            ("theme_day", "2026-09", 22, 30),
            ("theme_day", "2026-11", 0, 0),
        ] {
            let standings = store.standings(roster.org.id, duty, p(period)).await.unwrap();
            let n = done(&standings);
            assert!((least..=most).contains(&n), "{duty} {period}: {n}");
            let tally = store.tallies(&roster.org.path, duty, p(period)).await.unwrap();
            assert!(
                tally.iter().all(|(_, t)| t.done == i64::try_from(n).unwrap()
                    && t.expected == i64::try_from(roster.expected(config.duty(duty).unwrap(), p(period)).count()).unwrap()),
                "{tally:?}"
            );
        }
        // past months are confirmed, this month's claims wait for the treasurer
        let october = store.standings(roster.org.id, "dues", p("2026-10")).await.unwrap();
        assert!(october.iter().filter(|(_, s)| s.got > 0).filter(|(_, s)| s.confirmed < s.got).count() <= 1, "{october:?}");
        let waiting = store.unconfirmed(roster.org.id, "dues").await.unwrap();
        assert!(waiting.iter().filter(|r| r.key.period == p("2026-11")).count() >= 10);
        // nobody acted after now, and records rise with time
        let records = store.latest_records(&[roster.org.id], 5000).await.unwrap();
        assert!(records.iter().all(|r| r.at < NOON));
        assert!(records.windows(2).all(|w| w[0].at >= w[1].at && w[0].id > w[1].id));
        assert!(records.len() > 500, "{}", records.len());
        assert!(store.open_sessions(&[roster.org.id]).await.unwrap().is_empty());
    }
    // somebody has paid nothing for three months, in each branch
    for branch in &sample.branches {
        let mut paid: BTreeMap<_, i64> = branch.roster.members.iter().map(|m| (m.person, 0)).collect();
        for (key, s) in store.standings_between(branch.roster.org.id, "dues", p("2026-08"), p("2026-11")).await.unwrap() {
            *paid.entry(key.person).or_default() += s.got;
        }
        assert_eq!(paid.values().filter(|fen| **fen == 0).count(), 1, "{paid:?}");
    }
    assert_eq!(store.people_named("李婷婷", "余庆县团委").await.unwrap().len(), 2);
    let officer = store.holders(sample.town.id, Role::Committee).await.unwrap();
    assert_eq!(store.accounts_of(officer[0]).await.unwrap(), [AccountKey::new("webchat", "a03")]);
}

async fn second_start() {
    let db = Db::sqlite();
    let (store, first) = built(&db, NOON).await;
    let units: Vec<_> = first.branches.iter().map(|b| b.roster.org.id).collect();
    let before = store.latest_records(&units, 10_000).await.unwrap();
    let (again, second) = built(&db, NOON + 40 * 86_400_000).await;
    assert!(!second.fresh);
    assert_eq!(again.latest_records(&units, 10_000).await.unwrap(), before);
    assert_eq!(second.branches[0].roster.org, first.branches[0].roster.org);
    // the same day gives the same county in another database
    let other = Db::sqlite();
    let (store, twin) = built(&other, NOON).await;
    let units: Vec<_> = twin.branches.iter().map(|b| b.roster.org.id).collect();
    let told = |all: &[zhibu::domain::record::Record]| all.iter().map(|r| (r.at, r.source.clone(), r.kind, r.value, r.key.period)).collect::<Vec<_>>();
    assert_eq!(told(&store.latest_records(&units, 10_000).await.unwrap()), told(&before));
}

/// A first start that broke off early is completed by the next.
async fn broken_off() {
    let db = Db::sqlite();
    let store = db.open().await;
    let since = "2026-08-01".parse().unwrap();
    store.create_path("余庆县团委/白泥镇团委/河滨团支部", OrgKind::Branch, since).await.unwrap();
    let (store, sample) = built(&db, NOON).await;
    assert!(sample.fresh && sample.branches.iter().all(|b| b.roster.members.len() == 30));
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
}

/// Days at which calendars are odd: a leap day, the turn of a year, the first and the last of a month.
async fn any_day() {
    let zone = config().zone();
    for day in ["2024-02-29", "2026-01-01", "2026-12-31", "2027-03-01"] {
        let db = Db::sqlite();
        let now = zone.start_of(day.parse().unwrap()) + 3_600_000;
        db.clock.set(now);
        let (store, sample) = built(&db, now).await;
        assert_eq!(store.prove().await.unwrap(), Vec::<String>::new(), "{day}");
        for b in &sample.branches {
            let records = store.latest_records(&[b.roster.org.id], 5000).await.unwrap();
            assert!(records.len() > 400 && records.iter().all(|r| r.at < now), "{day}: {}", records.len());
        }
    }
}
