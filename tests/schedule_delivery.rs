//! Letters on their way: every way a platform can fail, and what is then sent again, waited for, or given up.

use crate::schedule_world::{Branch, World, at};
use crate::support::courier::Fate;
use crate::support::db::{self, Db, PLATFORMS};
use libtest_mimic::Trial;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use zhibu::domain::message::{AccountKey, ChatKey, Outgoing, SendError};
use zhibu::domain::record::Session;
use zhibu::schedule::{Deliverer, Parts, Sending};
use zhibu::store::sending::brakes::Brake;
use zhibu::store::sending::outbox::Letter;

pub fn tests() -> Vec<Trial> {
    let mut all = Vec::new();
    macro_rules! on_both {
        ($($story:ident),* $(,)?) => { $( all.extend(db::on_both(concat!("schedule_delivery::", stringify!($story)), $story)); )* };
    }
    on_both!(
        later_waits_longer_each_time,
        a_retry_after_is_honoured,
        unknown_is_sent_again_a_few_times,
        a_courier_that_hangs_is_unknown,
        refused_is_the_end,
        a_throttled_account_rests_and_the_others_go_on,
        a_rest_is_known_to_whoever_comes_next,
        one_letter_of_an_account_at_a_time,
        offline_waits_without_counting,
        nothing_is_sent_after_its_time,
        a_chat_reads_in_order,
        one_letter_is_claimed_once,
        nothing_more_is_sent_before_the_last_is_written_down,
        a_period_that_closes_is_frozen_once,
        overdue_sessions_are_handed_out,
        a_shutdown_does_not_wait_for_a_courier_that_hangs,
    );
    all
}

const NOON: &str = "2026-11-22 12:00";

/// A letter to a group that is good for six hours.
fn letter(chat: &ChatKey, n: usize) -> Letter {
    Letter { dedupe_key: format!("test/{chat}/{n}"), message: Outgoing::text(chat.clone(), format!("第{n}条")), expires_at: at("2026-11-22 18:00") }
}

fn group(id: &str) -> ChatKey {
    ChatKey::group("onebot", id)
}

async fn one_letter(db: Db) -> (World, Deliverer) {
    let w = World::new(db, NOON).await;
    w.store.queue_letters(&[letter(&group("1"), 1)], w.now()).await.unwrap();
    let d = w.deliverer();
    (w, d)
}

/// Moves on second by second until something is tried again; how many seconds that took.
async fn until_tried(w: &World, d: &mut Deliverer) -> i64 {
    w.courier.take_attempts();
    for seconds in 1..=30_000 {
        w.clock.advance(1000);
        d.step(w.now()).await.unwrap();
        if w.courier.take_attempts() > 0 {
            return seconds;
        }
    }
    panic!("nothing was tried again");
}

async fn later_waits_longer_each_time(db: Db) {
    let (w, mut d) = one_letter(db).await;
    let busy = || Fate::Fails(SendError::Later { after: None, reason: "busy".into() });
    w.courier.next((0..4).map(|_| busy()));
    d.step(w.now()).await.unwrap();
    for longest in [5, 10, 20, 40] {
        let waited = until_tried(&w, &mut d).await;
        assert!(waited * 2 >= longest && waited <= longest + 1, "{waited} s of at most {longest} s");
    }
    assert_eq!(w.courier.take(), ["onebot:1: 第1条"]);
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

async fn a_retry_after_is_honoured(db: Db) {
    let (w, mut d) = one_letter(db).await;
    w.courier.next([Fate::Fails(SendError::Later { after: Some(90_000), reason: "429".into() })]);
    let step = d.step(w.now()).await.unwrap();
    assert_eq!((step.claimed, step.sent, step.again, step.failed), (1, 0, 1, 0));
    let waited = until_tried(&w, &mut d).await;
    assert!((90..=91).contains(&waited), "{waited} s");
    assert_eq!(w.courier.take().len(), 1);
    w.end().await;
}

async fn unknown_is_sent_again_a_few_times(db: Db) {
    let (w, mut d) = one_letter(db).await;
    // it had arrived: at least once is twice here
    w.courier.next([Fate::ArrivesUnheard]);
    d.step(w.now()).await.unwrap();
    assert!(until_tried(&w, &mut d).await >= 30);
    assert_eq!(w.courier.take().len(), 2);
    assert_eq!(w.outbox().await, (0, 0));
    // and one that is never heard of is given up, as what may have been sent
    w.store.queue_letters(&[letter(&group("1"), 2)], w.now()).await.unwrap();
    w.courier.always(Fate::ArrivesUnheard);
    d.step(w.now()).await.unwrap();
    until_tried(&w, &mut d).await;
    assert_eq!(w.courier.take().len(), 2, "never a third time");
    assert_eq!(w.outbox().await, (0, 1));
    w.end().await;
}

async fn a_courier_that_hangs_is_unknown(db: Db) {
    let (w, mut d) = one_letter(db).await;
    w.courier.next([Fate::Hangs]);
    let step = d.step(w.now()).await.unwrap();
    assert_eq!((step.claimed, step.again), (1, 1));
    until_tried(&w, &mut d).await;
    assert_eq!(w.courier.take().len(), 1);
    w.end().await;
}

/// What went is written down, what hangs is left to its claim, what was not begun is free at once.
async fn a_shutdown_does_not_wait_for_a_courier_that_hangs(db: Db) {
    let w = World::new(db, NOON).await;
    let letters: Vec<Letter> = ["1", "2", "3"].iter().map(|chat| letter(&group(chat), 1)).collect();
    w.store.queue_letters(&letters, w.now()).await.unwrap();
    w.courier.next([Fate::Arrives, Fate::Hangs]);
    let sending = Sending { timeout: 600_000, goodbye: 50, ..Sending::default() };
    let stop = CancellationToken::new();
    let running = tokio::spawn(zhibu::schedule::run(Parts { sending, ..w.parts.clone() }, stop.clone()));
    w.courier.tried().await;
    while w.courier.attempts() < 2 {
        w.courier.tried().await;
    }
    stop.cancel();
    tokio::time::timeout(crate::support::onebot::PATIENCE, running).await.expect("it waits for a courier that hangs").unwrap().unwrap();
    assert_eq!((w.courier.take(), w.outbox().await), (vec!["onebot:1: 第1条".to_owned()], (2, 0)));
    let claimed = w.store.claim_letters(PLATFORMS, w.now(), w.now() + 1, 10, &|_, _| true).await.unwrap();
    assert_eq!(claimed.iter().map(|c| c.letter.dedupe_key.as_str()).collect::<Vec<_>>(), ["test/onebot:3/1"]);
    w.clock.advance(1_800_000);
    let claimed = w.store.claim_letters(PLATFORMS, w.now(), w.now() + 1, 10, &|_, _| true).await.unwrap();
    assert_eq!(claimed.iter().map(|c| c.letter.dedupe_key.as_str()).collect::<Vec<_>>(), ["test/onebot:2/1", "test/onebot:3/1"]);
    w.end().await;
}

async fn refused_is_the_end(db: Db) {
    let (w, mut d) = one_letter(db).await;
    w.courier.next([Fate::Fails(SendError::Refused("muted".into()))]);
    assert_eq!(d.step(w.now()).await.unwrap().failed, 1);
    assert_eq!(w.outbox().await, (0, 1));
    w.clock.advance(3_600_000);
    assert!(d.step(w.now()).await.unwrap().is_empty());
    w.end().await;
}

async fn a_throttled_account_rests_and_the_others_go_on(db: Db) {
    let w = World::new(db, NOON).await;
    let b: Branch = w.branch("县/甲支部", &["张三"], "1").await;
    let (tired, fresh) = (AccountKey::new("onebot", "20001"), AccountKey::new("onebot", "20002"));
    for chat in ["2", "3", "4"] {
        w.store.bind_chat(&group(chat), b.org.id).await.unwrap();
    }
    for (chat, account) in [("1", &tired), ("2", &tired), ("3", &fresh), ("4", &fresh)] {
        w.store.appear(account, w.now(), i64::MAX).await.unwrap();
        w.store.take_voice(&group(chat), account, w.now()).await.unwrap();
    }
    let mut d = w.deliverer();
    w.store.queue_letters(&[letter(&group("1"), 1)], w.now()).await.unwrap();
    w.courier.next([Fate::Fails(SendError::Throttled("1200".into()))]);
    assert_eq!(d.step(w.now()).await.unwrap().again, 1);
    let more: Vec<Letter> = ["2", "3", "4"].iter().map(|c| letter(&group(c), 1)).collect();
    w.store.queue_letters(&more, w.now()).await.unwrap();
    while !d.step(w.now()).await.unwrap().is_empty() {}
    let mut said = w.courier.take();
    said.sort();
    assert_eq!(said, ["onebot:3: 第1条", "onebot:4: 第1条"], "the other account's groups");
    // it is throttled again after its rest, and rests twice as long
    w.courier.next([Fate::Fails(SendError::Throttled("1200".into()))]);
    let first = until_tried(&w, &mut d).await;
    assert!((600..=601).contains(&first), "{first} s");
    let second = until_tried(&w, &mut d).await;
    assert!((1200..=1201).contains(&second), "{second} s");
    // one goes first, the other when it is out
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.outbox().await, (1, 0));
    w.clock.advance(16_000);
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take().len(), 2);
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

async fn a_rest_is_known_to_whoever_comes_next(db: Db) {
    let w = World::new(db, NOON).await;
    let account = AccountKey::new("onebot", "20001");
    w.store.appear(&account, w.now(), i64::MAX).await.unwrap();
    w.store.take_voice(&group("1"), &account, w.now()).await.unwrap();
    w.store.queue_letters(&[letter(&group("1"), 1)], w.now()).await.unwrap();
    let throttled = || Fate::Fails(SendError::Throttled("1200".into()));
    w.courier.next([throttled(), throttled()]);
    w.deliverer().step(w.now()).await.unwrap();
    // a restart during the rest and one after it: it goes on, and the next one is twice as long
    assert_eq!(until_tried(&w, &mut w.deliverer()).await, 600);
    let mut d = w.deliverer();
    w.clock.advance(1_000_000);
    d.step(w.now()).await.unwrap();
    // another process is throttled meanwhile: its word is the newer one
    let since = w.now();
    w.store.brake(&Brake { account: account.clone(), since, until: since + 900_000 }).await.unwrap();
    w.clock.advance(5_000);
    let waited = until_tried(&w, &mut d).await;
    assert_eq!(waited, 895, "not the 200 s that were left");
    assert_eq!(w.courier.take().len(), 1);
    assert!(w.store.brakes().await.unwrap().is_empty(), "it goes again");
    // one that nothing was sent after is forgotten in a day
    w.store.brake(&Brake { account: account.clone(), since: w.now(), until: w.now() + 1000 }).await.unwrap();
    w.clock.advance(86_300_000);
    w.deliverer().step(w.now()).await.unwrap();
    assert_eq!(w.store.brakes().await.unwrap().len(), 1);
    w.clock.advance(200_000);
    w.deliverer().step(w.now()).await.unwrap();
    assert!(w.store.brakes().await.unwrap().is_empty());
    w.end().await;
}

/// Where nobody knows who speaks in a chat, the account that does elsewhere may be the one that carries the letter.
async fn one_letter_of_an_account_at_a_time(db: Db) {
    let mut w = World::new(db, NOON).await;
    w.parts.sending.timeout = 60_000;
    let account = AccountKey::new("onebot", "20001");
    w.store.appear(&account, w.now(), i64::MAX).await.unwrap();
    w.store.take_voice(&group("1"), &account, w.now()).await.unwrap();
    w.store.queue_letters(&[letter(&group("1"), 1), letter(&group("2"), 1), letter(&group("3"), 1)], w.now()).await.unwrap();
    let (mut d, word) = (w.deliverer(), Arc::new(Notify::new()));
    w.courier.next([Fate::Waits(word.clone()), Fate::Fails(SendError::Throttled("1200".into()))]);
    let (step, under_way) = tokio::join!(d.step(w.now()), async {
        w.courier.tried().await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let under_way = w.courier.attempts();
        word.notify_one();
        under_way
    });
    assert_eq!((under_way, step.unwrap().claimed), (1, 3));
    assert_eq!(w.courier.take_attempts(), 2, "and none that is throttled is asked for more");
    w.end().await;
}

async fn offline_waits_without_counting(db: Db) {
    let (w, mut d) = one_letter(db).await;
    // not connected: not even claimed
    w.courier.connected(&group("1"), false);
    assert!(d.step(w.now()).await.unwrap().is_empty());
    w.courier.connected(&group("1"), true);
    // the connection goes as it is sent, many times
    w.courier.always(Fate::Fails(SendError::Offline));
    for _ in 0..30 {
        d.step(w.now()).await.unwrap();
        w.clock.advance(15_000);
    }
    w.courier.always(Fate::Arrives);
    let now = w.now();
    let claimed = w.store.claim_letters(PLATFORMS, now, now + 1, 1, &|_, _| true).await.unwrap();
    assert_eq!(claimed.iter().map(|c| c.attempts).collect::<Vec<_>>(), [1]);
    w.clock.advance(2);
    d.step(w.now()).await.unwrap();
    assert_eq!(w.courier.take().len(), 1);
    w.end().await;
}

async fn nothing_is_sent_after_its_time(db: Db) {
    let (w, mut d) = one_letter(db).await;
    w.courier.connected(&group("1"), false);
    d.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:01");
    w.courier.connected(&group("1"), true);
    d.step(w.now()).await.unwrap();
    assert_eq!(w.courier.take_attempts(), 0);
    assert_eq!(w.outbox().await, (0, 1));
    // one whose next try would be too late is given up at once
    let late = Letter { expires_at: w.now() + 60_000, ..letter(&group("1"), 2) };
    w.store.queue_letters(&[late], w.now()).await.unwrap();
    w.courier.next([Fate::Fails(SendError::Later { after: Some(90_000), reason: "429".into() })]);
    assert_eq!(d.step(w.now()).await.unwrap().failed, 1);
    assert_eq!(w.outbox().await, (0, 2));
    // nor does one wait for ever whose platform is gone
    let lost = Letter { expires_at: w.now() + 60_000, ..letter(&ChatKey::group("nowhere", "1"), 3) };
    w.store.queue_letters(&[lost], w.now()).await.unwrap();
    d.step(w.now()).await.unwrap();
    assert_eq!(w.outbox().await, (1, 2));
    w.clock.advance(60_001);
    d.step(w.now()).await.unwrap();
    assert_eq!(w.outbox().await, (0, 3));
    w.end().await;
}

async fn a_chat_reads_in_order(db: Db) {
    let w = World::new(db, NOON).await;
    let letters: Vec<Letter> = (1..=5).flat_map(|n| ["1", "2"].map(|c| letter(&group(c), n))).collect();
    w.store.queue_letters(&letters, w.now()).await.unwrap();
    w.store.queue_letters(&letters, w.now()).await.unwrap(); // known ones are left alone
    w.courier.next([Fate::Fails(SendError::Later { after: None, reason: "busy".into() })]);
    let mut d = w.deliverer();
    for _ in 0..60 {
        d.step(w.now()).await.unwrap();
        w.clock.advance(1000);
    }
    let said = w.courier.take();
    for chat in ["1", "2"] {
        let of: Vec<&String> = said.iter().filter(|s| s.starts_with(&format!("onebot:{chat}:"))).collect();
        assert_eq!(of, [1, 2, 3, 4, 5].map(|n| format!("onebot:{chat}: 第{n}条")).iter().collect::<Vec<_>>());
    }
    w.end().await;
}

async fn one_letter_is_claimed_once(db: Db) {
    // a slow platform has it, and a second process looks for work
    let (w, mut d) = one_letter(db).await;
    let mut other = w.deliverer();
    w.courier.next([Fate::Hangs]);
    let now = w.now();
    let (one, two) = tokio::join!(d.step(now), other.step(now));
    assert_eq!(one.unwrap().claimed + two.unwrap().claimed, 1);
    w.end().await;
}

async fn nothing_more_is_sent_before_the_last_is_written_down(db: Db) {
    let (mut w, _) = one_letter(db).await;
    w.store.queue_letters(&[letter(&group("1"), 2), letter(&group("1"), 3)], w.now()).await.unwrap();
    // the database goes while a letter is on its way
    w.parts.sending.timeout = 60_000;
    let (mut d, gone) = (w.deliverer(), Arc::new(Notify::new()));
    w.courier.next([Fate::Waits(gone.clone())]);
    let (step, ()) = tokio::join!(d.step(w.now()), async {
        w.courier.tried().await;
        w.store.close().await;
        gone.notify_one();
    });
    assert!(step.is_err());
    assert_eq!(w.courier.take_attempts(), 1);
    w.clock.advance(3_600_000);
    assert!(d.step(w.now()).await.is_err());
    assert_eq!(w.courier.take_attempts(), 0);
    // with the database again, another process finds all of them, in order
    let store = w.db.open().await;
    let mut other = Deliverer::new(&Parts { store: store.clone(), ..w.parts.clone() });
    while !other.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), ["onebot:1: 第1条", "onebot:1: 第2条", "onebot:1: 第3条"]);
    store.close().await;
}

async fn a_period_that_closes_is_frozen_once(db: Db) {
    let w = World::new(db, "2026-11-16 09:00").await;
    let b = w.branch("县/甲支部", &["张三", "李四"], "1").await;
    let empty = w.branch("县/空支部", &[], "2").await;
    let mut h = w.housekeeper();
    let step = h.step(w.now()).await.unwrap();
    assert!(step.frozen > 0, "the weeks before");
    let frozen = |period: &'static str| {
        let (store, org) = (w.store.clone(), b.org.id);
        async move { store.frozen(org, "study", period.parse().unwrap()).await.unwrap() }
    };
    assert!(frozen("2026-W45").await && frozen("2026-W36").await);
    assert!(!frozen("2026-W46").await, "it closes a week after its end");
    assert_eq!(h.step(w.now()).await.unwrap().frozen, 0);
    assert_eq!(w.housekeeper().step(w.now()).await.unwrap().frozen, 0, "a restart finds it done");
    w.done(b.org.id, b.people[0], "study", "2026-W46").await;
    w.go_to("2026-11-23 00:00");
    assert_eq!(h.step(w.now()).await.unwrap().frozen, 1, "that week, of the branch that has members");
    let standings = w.store.standings(b.org.id, "study", "2026-W46".parse().unwrap()).await.unwrap();
    assert_eq!(standings.iter().filter(|(_, s)| s.expected == Some(true)).count(), 2);
    // who comes later with an earlier day changes nothing there
    w.join(&b.org, &["王五"], "2026-09-01").await;
    let standings = w.store.standings(b.org.id, "study", "2026-W46".parse().unwrap()).await.unwrap();
    let roster = w.store.roster(b.org.id).await.unwrap().unwrap();
    let duty = w.parts.config.duty("study").unwrap();
    let a = zhibu::report::tally::Attendance::read(&roster, duty, "2026-W46".parse().unwrap(), &standings, w.parts.config.zone());
    assert_eq!((a.expected.len(), a.done.len(), a.missing.len()), (2, 1, 1));
    assert!(!w.store.frozen(empty.org.id, "study", "2026-W46".parse().unwrap()).await.unwrap());
    assert_eq!(w.store.prove().await.unwrap(), Vec::<String>::new());
    w.end().await;
}

async fn overdue_sessions_are_handed_out(db: Db) {
    let w = World::new(db, "2026-11-22 19:00").await;
    let b = w.branch("县/甲支部", &["张三"], "1").await;
    let session = Session {
        id: zhibu::domain::ids::SessionId(w.parts.effects.ids.next()),
        org: b.org.id,
        duty: "theme_day".into(),
        period: "2026-11".parse().unwrap(),
        topic: None,
        team: None,
        code: None,
        opened_at: w.now(),
        closes_at: Some(at("2026-11-22 20:00")),
        closed_at: None,
        opened_by: None,
        rolls: None,
    };
    w.store.open_session(&session, None).await.unwrap();
    let mut h = w.housekeeper();
    assert!(h.step(w.now()).await.unwrap().overdue.is_empty());
    w.go_to("2026-11-22 20:01");
    assert_eq!(h.step(w.now()).await.unwrap().overdue, std::slice::from_ref(&session));
    w.store.close_session(session.id, w.now(), &[]).await.unwrap();
    assert!(h.step(w.now()).await.unwrap().overdue.is_empty());
    w.end().await;
}
