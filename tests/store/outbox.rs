//! Reminders, letters, questions.

use super::sample::{Sample, account};
use crate::support::db::{Db, NOON, PLATFORMS, on_both};
use libtest_mimic::Trial;
use zhibu::domain::ids::OrgId;
use zhibu::domain::message::{ChatKey, Outgoing, Part};
use zhibu::store::questions::Question;
use zhibu::store::sending::claims::Reaches;
use zhibu::store::sending::held::{Which, Why};
use zhibu::store::sending::outbox::{Attempt, Letter};
use zhibu::store::sending::reminders::{Due, Outcome};

pub fn tests() -> Vec<Trial> {
    [
        on_both("store::reminders_are_entered_once", reminders_are_entered_once),
        on_both("store::letters_of_a_chat_keep_their_order", letters_keep_their_order),
        on_both("store::letters_are_claimed_by_one", letters_are_claimed_by_one),
        on_both("store::letters_expire", letters_expire),
        on_both("store::one_letter_that_is_broken_stops_no_other", broken),
        on_both("store::reminders_are_made_once", reminders_are_made_once),
        on_both("store::resent_and_settled_at_once", resent_and_settled_at_once),
        on_both("store::told_and_settled_at_once", told_and_settled_at_once),
        on_both("store::questions", questions),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn letter(key: &str, chat: &str) -> Letter {
    let mut message = Outgoing::text(chat.parse().unwrap(), format!("text of {key}\u{0}\n\"'"));
    message.parts.push(Part::Mention { id: "20001".into(), name: "张三".into() });
    Letter { dedupe_key: key.into(), message, expires_at: NOON + 100_000 }
}

const ANY: Reaches<'static> = &|_, _| true;

async fn reminders_are_entered_once(db: Db) {
    let s = Sample::new(&db).await;
    let (store, org) = (&s.store, s.branch.id);
    let letters = [letter("r/1", "onebot:90000"), letter("r/2", "onebot:@20001")];
    assert_eq!(store.handled_until("study/sunday", org, NOON).await.unwrap(), None);
    let due = |org, at, letters: &[Letter]| Due {
        reminder: "study/sunday".into(),
        org,
        at,
        outcome: Outcome::Sent,
        letters: letters.to_vec(),
        told: vec![],
        held: None,
    };
    let enter = async |all: &[Due], now| store.enter_all(all, "2026-11-22", now).await.unwrap();
    assert_eq!(enter(&[due(org, NOON, &letters)], NOON + 5).await, [true]);
    let again = [due(org, NOON, &[letter("r/3", "onebot:1")]), due(org, NOON - 50, &[])];
    assert_eq!(enter(&again, NOON + 6).await, [false, true]);
    assert_eq!(enter(&[due(OrgId(7), NOON + 9, &[])], NOON + 9).await, [true]);
    assert_eq!(store.handled_until("study/sunday", org, NOON).await.unwrap(), Some(NOON));
    let mut handled = store.handled("study/sunday", &[org, OrgId(7), OrgId(8)]).await.unwrap();
    handled.sort();
    assert_eq!(handled, [(OrgId(7), NOON + 9), (org, NOON)]);
    assert_eq!(store.handled("dues/monday", &[org]).await.unwrap(), []);
    assert_eq!(store.outbox_depth().await.unwrap(), (2, 0));
    let claimed = store.claim_letters(PLATFORMS, NOON + 5, NOON + 1000, 10, ANY).await.unwrap();
    assert_eq!(claimed.iter().map(|c| (&c.letter, c.attempts)).collect::<Vec<_>>(), [(&letters[0], 1), (&letters[1], 1)]);
    store.close().await;
}

async fn letters_keep_their_order(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let letters = [letter("a1", "onebot:1"), letter("b1", "onebot:2"), letter("a2", "onebot:1"), letter("c1", "webchat:1")];
    store.queue_letters(&letters, NOON).await.unwrap();
    store.queue_letters(&letters[..1], NOON).await.unwrap();
    assert_eq!(store.outbox_depth().await.unwrap(), (4, 0));
    let keys = |claimed: &[zhibu::store::sending::claims::Claimed]| claimed.iter().map(|c| c.letter.dedupe_key.clone()).collect::<Vec<_>>();
    assert_eq!(store.claim_letters(PLATFORMS, NOON - 1, NOON, 10, ANY).await.unwrap(), []);
    let onebot: Reaches<'_> = &|c, _| &*c.platform == "onebot";
    let one = store.claim_letters(PLATFORMS, NOON, NOON + 1000, 1, onebot).await.unwrap();
    assert_eq!(keys(&one), ["a1"]);
    let two = store.claim_letters(PLATFORMS, NOON, NOON + 1000, 10, onebot).await.unwrap();
    assert_eq!(keys(&two), ["b1"], "a2 waits for a1, c1 is somebody else's");
    // not before its time, and until then the next of that chat waits
    store.end_attempt(one[0].id, &Attempt::Again { at: NOON + 50, error: "429".into() }, NOON + 1).await.unwrap();
    store.end_attempt(two[0].id, &Attempt::Failed { error: "muted".into() }, NOON + 1).await.unwrap();
    assert_eq!(store.outbox_depth().await.unwrap(), (3, 1));
    assert_eq!(store.claim_letters(PLATFORMS, NOON + 49, NOON + 1000, 10, onebot).await.unwrap(), []);
    let again = store.claim_letters(PLATFORMS, NOON + 50, NOON + 1000, 10, onebot).await.unwrap();
    assert_eq!((keys(&again), again[0].attempts), (vec!["a1".to_owned()], 2));
    // not tried at all: the attempt does not count
    store.end_attempt(again[0].id, &Attempt::Held { at: NOON + 60, error: "offline".into() }, NOON + 51).await.unwrap();
    let held = store.claim_letters(PLATFORMS, NOON + 60, NOON + 1000, 10, onebot).await.unwrap();
    assert_eq!((keys(&held), held[0].attempts), (vec!["a1".to_owned()], 2));
    store.end_attempt(held[0].id, &Attempt::Sent { sent_as: "m1".into() }, NOON + 61).await.unwrap();
    // what ended stays ended
    store.end_attempt(held[0].id, &Attempt::Failed { error: "late answer".into() }, NOON + 62).await.unwrap();
    assert_eq!(keys(&store.claim_letters(PLATFORMS, NOON + 61, NOON + 1000, 10, onebot).await.unwrap()), ["a2"]);
    assert_eq!(store.outbox_depth().await.unwrap(), (2, 1));
    store.close().await;
}

async fn letters_are_claimed_by_one(db: Db) {
    let (one, two) = (db.open().await, db.open().await);
    let letters: Vec<Letter> = (0..60).map(|n| letter(&format!("k{n}"), &format!("onebot:{n}"))).collect();
    one.queue_letters(&letters, NOON).await.unwrap();
    let mut all = Vec::new();
    for _ in 0..4 {
        let (a, b) = tokio::join!(one.claim_letters(PLATFORMS, NOON, NOON + 10, 20, ANY), two.claim_letters(PLATFORMS, NOON, NOON + 10, 20, ANY));
        all.extend(a.unwrap().into_iter().chain(b.unwrap()).map(|c| c.letter.dedupe_key));
    }
    let claimed = all.len();
    all.sort();
    all.dedup();
    assert_eq!((claimed, all.len()), (60, 60));
    // the one who claimed them is gone: after the lease they are anybody's
    assert_eq!(two.claim_letters(PLATFORMS, NOON + 9, NOON + 20, 100, ANY).await.unwrap(), []);
    let again = two.claim_letters(PLATFORMS, NOON + 10, NOON + 20, 100, ANY).await.unwrap();
    assert_eq!((again.len(), again[0].attempts), (60, 2));
    one.close().await;
    two.close().await;
}

async fn letters_expire(db: Db) {
    let store = db.open().await;
    let mut stale = letter("old", "onebot:1");
    stale.expires_at = NOON + 5;
    store.queue_letters(&[stale, letter("new", "onebot:1")], NOON).await.unwrap();
    let claimed = store.claim_letters(PLATFORMS, NOON + 6, NOON + 100, 10, ANY).await.unwrap();
    assert_eq!(claimed.iter().map(|c| c.letter.dedupe_key.as_str()).collect::<Vec<_>>(), ["new"]);
    assert_eq!(store.outbox_depth().await.unwrap(), (1, 1));
    store.close().await;
}

async fn reminders_are_made_once(db: Db) {
    let s = Sample::new(&db).await;
    let (store, org) = (&s.store, s.branch.id);
    for minute in 0..10 {
        let cron = format!("{minute} 20 * * THU");
        let all = futures_util::future::join_all((0..4).map(|_| store.make_reminder(org, "study", &cron, None, NOON))).await;
        assert_eq!(all.into_iter().filter(|made| *made.as_ref().unwrap()).count(), 1);
    }
    assert_eq!(store.own_reminders().await.unwrap().len(), 10);
    store.close().await;
}

/// A due time does not lapse at the moment at which the secretary is told that there is time for a word.
async fn told_and_settled_at_once(db: Db) {
    let s = Sample::new(&db).await;
    let (store, org) = (&s.store, s.branch.id);
    let held = Some((Why::List, NOON + 1));
    let due = Due { reminder: "study/sunday".into(), org, at: NOON, outcome: Outcome::Held, letters: vec![], told: vec![], held };
    store.enter_all(std::slice::from_ref(&due), "2026-11-22", NOON).await.unwrap();
    let seen = store.open_runs(Which::All).await.unwrap().remove(0);
    store.tell_held(&[&seen], &[letter("held/1", "onebot:1")], NOON + 2, NOON + 1000).await.unwrap();
    let lapsed = Due { outcome: Outcome::Lapsed, held: None, ..due };
    assert!(!store.settle_run(&seen, &lapsed, &[], "2026-11-22", NOON + 2).await.unwrap());
    let seen = store.open_runs(Which::All).await.unwrap().remove(0);
    assert!((seen.told, seen.good_until) == (true, NOON + 1000));
    assert!(store.settle_run(&seen, &lapsed, &[], "2026-11-22", NOON + 1001).await.unwrap());
    assert!(store.open_runs(Which::All).await.unwrap().is_empty());
    store.close().await;
}

/// Whoever sends again and whoever settles what waits take due times and letters in one order: neither waits for the other for ever.
async fn resent_and_settled_at_once(db: Db) {
    let s = Sample::new(&db).await;
    let (store, org, other) = (&s.store, s.branch.id, db.open().await);
    for round in 0..10 {
        let at = NOON + round;
        let letters: Vec<Letter> = (0..4).map(|n| letter(&format!("reminder/study/sunday/{org}/{at}/onebot:{n}/0"), &format!("onebot:{n}"))).collect();
        let due = Due { reminder: "study/sunday".into(), org, at, outcome: Outcome::Sent, letters, told: vec![], held: None };
        store.enter_all(std::slice::from_ref(&due), "2026-11-22", NOON).await.unwrap();
        for claimed in store.claim_letters(PLATFORMS, NOON, NOON + 1, 10, ANY).await.unwrap() {
            store.end_attempt(claimed.id, &Attempt::Failed { error: "muted".into() }, NOON).await.unwrap();
        }
        let failed: Vec<_> = store.failed_since(0, None).await.unwrap();
        assert_eq!(failed.len(), 4);
        assert_eq!(store.resend(&failed[..1], &[], "2026-11-22", NOON, NOON + 1000).await.unwrap(), 1);
        let open = store.open_runs(Which::All).await.unwrap().remove(0);
        let (again, settled) =
            tokio::join!(other.resend(&failed[1..], &[], "2026-11-22", NOON, NOON + 1000), store.settle_run(&open, &due, &[], "2026-11-22", NOON));
        assert_eq!((again.unwrap(), settled.unwrap()), (3, true));
        // whatever came first: what failed is written anew, once
        for open in store.open_runs(Which::All).await.unwrap() {
            assert!(store.settle_run(&open, &due, &[], "2026-11-22", NOON).await.unwrap());
        }
        let claimed = store.claim_letters(PLATFORMS, NOON, NOON + 1, 10, ANY).await.unwrap();
        assert_eq!(claimed.len(), 4);
        for claimed in claimed {
            store.end_attempt(claimed.id, &Attempt::Sent { sent_as: String::new() }, NOON).await.unwrap();
        }
    }
    store.close().await;
    other.close().await;
}

async fn questions(db: Db) {
    let store = db.open().await;
    let (group, private) = (ChatKey::group("onebot", "1"), ChatKey::private(&account("1")));
    let ask = |chat: &ChatKey, body: &str, until| Question { chat: chat.clone(), account: account("1"), body: body.into(), until };
    store.ask(&ask(&group, "{\"old\":1}", NOON + 5)).await.unwrap();
    store.ask(&ask(&group, "{\"new\":1}", NOON + 10)).await.unwrap();
    store.ask(&ask(&private, "[]", NOON + 20)).await.unwrap();
    assert_eq!(store.questions(NOON).await.unwrap(), [ask(&group, "{\"new\":1}", NOON + 10), ask(&private, "[]", NOON + 20)]);
    assert_eq!(store.questions(NOON + 11).await.unwrap().len(), 1);
    assert_eq!(store.take_question(&group, &account("2"), NOON).await.unwrap(), None);
    assert_eq!(store.take_question(&group, &account("1"), NOON + 10).await.unwrap(), Some(ask(&group, "{\"new\":1}", NOON + 10)));
    assert_eq!(store.take_question(&group, &account("1"), NOON).await.unwrap(), None);
    assert_eq!(store.take_question(&private, &account("1"), NOON + 21).await.unwrap(), None, "too late");
    assert_eq!(store.questions(0).await.unwrap(), []);
    store.close().await;
}

/// A row that nobody can read, and a file that is gone: those letters fail, the others are claimed.
async fn broken(db: Db) {
    let store = db.open().await;
    let letter = |n: usize| {
        let mut message = Outgoing::text(format!("onebot:{n}").parse().unwrap(), "好");
        let file = zhibu::domain::attachment::Attachment::csv("a.csv", "甲,乙".to_owned());
        message.parts.push(Part::File(file));
        Letter { dedupe_key: n.to_string(), message, expires_at: NOON + 100_000 }
    };
    let letters: Vec<Letter> = (1..=4).map(letter).collect();
    store.queue_letters(&letters[..3], NOON).await.unwrap();
    store.queue_letters(&letters[3..], NOON).await.unwrap();
    db.sql("UPDATE outbox SET message = 'nonsense' WHERE dedupe_key = '2'").await;
    db.sql("DELETE FROM attachment WHERE id = (SELECT MAX(id) FROM attachment)").await;
    let claimed = store.claim_letters(PLATFORMS, NOON, NOON + 50, 10, &|_, _| true).await.unwrap();
    assert_eq!(claimed.into_iter().map(|c| c.letter).collect::<Vec<_>>(), [letters[0].clone(), letters[2].clone()]);
    assert_eq!(store.outbox_depth().await.unwrap(), (2, 2));
    store.close().await;
}
