//! Who sends which letter: chats take turns, and a claim that passed on is no longer the first one's to end.

use crate::support::db::{Db, NOON, on_both};
use libtest_mimic::Trial;
use zhibu::domain::message::{AccountKey, Outgoing};
use zhibu::store::Store;
use zhibu::store::claims::{Claimed, Reaches};
use zhibu::store::outbox::{Attempt, Letter};

pub fn tests() -> Vec<Trial> {
    [
        on_both("store::chats_take_turns", chats_take_turns),
        on_both("store::chats_out_of_reach_keep_no_other_waiting", out_of_reach),
        on_both("store::a_claim_that_passed_on_is_the_next_ones", passed_on),
        on_both("store::who_claims_and_dies_before_it_says_that_it_is_there", unannounced),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const ANY: Reaches<'static> = &|_, _| true;

fn letter(key: &str, chat: &str) -> Letter {
    Letter { dedupe_key: key.into(), message: Outgoing::text(chat.parse().unwrap(), "好"), expires_at: NOON + 100_000 }
}

fn keys(claimed: &[Claimed]) -> Vec<&str> {
    claimed.iter().map(|c| c.letter.dedupe_key.as_str()).collect()
}

async fn send(store: &Store, all: &[Claimed]) {
    for c in all {
        store.end_attempt(c.id, &Attempt::Sent { sent_as: String::new() }, NOON).await.unwrap();
    }
}

async fn chats_take_turns(db: Db) {
    let store = db.open().await;
    // one chat with many letters, two with one
    let letters: Vec<Letter> = (0..5).map(|n| letter(&format!("a{n}"), "onebot:1")).chain([letter("b", "onebot:2"), letter("c", "onebot:3")]).collect();
    store.queue_letters(&letters, NOON).await.unwrap();
    let mut order = Vec::new();
    for _ in 0..5 {
        let two = store.claim_letters(NOON, NOON + 10, 2, ANY).await.unwrap();
        order.push(keys(&two).join(" "));
        send(&store, &two).await;
    }
    assert_eq!(order, ["a0 b", "c", "a1", "a2", "a3"]);
    store.close().await;
}

async fn out_of_reach(db: Db) {
    let store = db.open().await;
    let letters: Vec<Letter> = (0..4_500).map(|n| letter(&format!("k{n}"), &format!("onebot:{n}"))).chain([letter("mine", "webchat:1")]).collect();
    store.queue_letters(&letters, NOON).await.unwrap();
    let webchat: Reaches<'_> = &|chat, _| &*chat.platform == "webchat";
    let (first, second) = (store.claim_letters(NOON, NOON + 10, 16, webchat).await.unwrap(), store.claim_letters(NOON, NOON + 10, 16, webchat).await.unwrap());
    assert_eq!((keys(&first), keys(&second)), (vec![], vec!["mine"]), "a look goes on where the last one ended");
    send(&store, &second).await;
    assert_eq!(store.outbox_depth().await.unwrap(), (4_500, 0));
    store.close().await;
}

async fn passed_on(db: Db) {
    let (one, two) = (db.open().await, Store::open(&db.options(), &db.effects(2)).await.unwrap());
    one.queue_letters(&[letter("a", "onebot:1"), letter("b", "onebot:2")], NOON).await.unwrap();
    let slow = one.claim_letters(NOON, NOON + 10, 10, ANY).await.unwrap();
    let taken = two.claim_letters(NOON + 10, NOON + 50, 10, ANY).await.unwrap();
    assert_eq!((keys(&slow), keys(&taken)), (vec!["a", "b"], vec!["a", "b"]));
    // what the first one thinks of it says nothing of the second one's attempt, but where it is out
    let (a, b) = (slow[0].id, slow[1].id);
    one.end_attempt(a, &Attempt::Failed { error: "muted".into() }, NOON + 11).await.unwrap();
    one.end_attempt(b, &Attempt::Again { at: NOON, error: "429".into() }, NOON + 11).await.unwrap();
    assert_eq!(one.claim_letters(NOON + 12, NOON + 50, 10, ANY).await.unwrap(), [], "they are under way");
    assert_eq!(one.outbox_depth().await.unwrap(), (2, 0));
    two.end_attempt(a, &Attempt::Failed { error: "muted".into() }, NOON + 13).await.unwrap();
    one.end_attempt(a, &Attempt::Sent { sent_as: "m1".into() }, NOON + 14).await.unwrap();
    two.end_attempt(b, &Attempt::Sent { sent_as: "m2".into() }, NOON + 14).await.unwrap();
    assert_eq!(one.outbox_depth().await.unwrap(), (0, 0));
    one.close().await;
    two.close().await;
}

/// A process claims as soon as it is connected; the one that comes after it need not wait for the end of its claims.
async fn unannounced(db: Db) {
    let (gone, next) = (db.open().await, Store::open(&db.options(), &db.effects(2)).await.unwrap());
    gone.queue_letters(&[letter("a", "onebot:1")], NOON).await.unwrap();
    assert_eq!(keys(&gone.claim_letters(NOON, NOON + 90_000, 10, ANY).await.unwrap()), ["a"]);
    next.appear(&AccountKey::new("onebot", "10001"), NOON + 1, NOON + 20_000).await.unwrap();
    let at_once = next.claim_letters(NOON + 2, NOON + 90_000, 10, ANY).await.unwrap();
    let soon = next.claim_letters(NOON + 20_000, NOON + 90_000, 10, ANY).await.unwrap();
    // SQLite has one process at a time; on PostgreSQL it may be alive, and not yet have said so
    let expected = if db.engine == "sqlite" { (vec!["a"], vec![]) } else { (vec![], vec!["a"]) };
    assert_eq!((keys(&at_once), keys(&soon)), expected);
    // what is one's own stays so, however often its accounts appear
    next.appear(&AccountKey::new("onebot", "10002"), NOON + 20_001, NOON + 40_000).await.unwrap();
    assert_eq!(gone.claim_letters(NOON + 41_000, NOON + 90_000, 10, ANY).await.unwrap(), []);
    gone.close().await;
    next.close().await;
}
