//! Who sends which letter: chats take turns, groups and people each among themselves, and a claim that passed on is no longer the first one's to end.

use crate::support::db::{Db, NOON, PLATFORMS, on_both};
use libtest_mimic::Trial;
use zhibu::domain::message::{AccountKey, Outgoing};
use zhibu::store::Store;
use zhibu::store::sending::claims::{Claimed, Reaches};
use zhibu::store::sending::outbox::{Attempt, Letter};

pub fn tests() -> Vec<Trial> {
    [
        on_both("store::chats_take_turns", chats_take_turns),
        on_both("store::groups_and_people_have_a_share_each", shares),
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
        let two = store.claim_letters(PLATFORMS, NOON, NOON + 10, 2, ANY).await.unwrap();
        order.push(keys(&two).join(" "));
        send(&store, &two).await;
    }
    assert_eq!(order, ["a0 b", "c", "a1", "a2", "a3"]);
    store.close().await;
}

/// However many people are written to, a group need not wait until all were, nor the other way round; and whoever is left out is
/// next.
async fn shares(db: Db) {
    let store = db.open().await;
    let people = (0..20).map(|n| format!("onebot:@{}", 100 + n));
    let groups = (0..6).map(|n| format!("onebot:{}", ["7", "8", "9", "A1", "b2", "c3"][n]));
    let letters: Vec<Letter> = people.chain(groups).map(|chat| letter(&chat[7..], &chat)).collect();
    store.queue_letters(&letters, NOON).await.unwrap();
    let mut order = Vec::new();
    for _ in 0..4 {
        let some = store.claim_letters(PLATFORMS, NOON, NOON + 10, 8, ANY).await.unwrap();
        order.push(keys(&some).join(" "));
        send(&store, &some).await;
    }
    assert_eq!(order, ["@100 @101 @102 7 8 9 A1 b2", "@103 @104 @105 @106 @107 @108 @109 c3", "@110 @111 @112 @113 @114 @115 @116 @117", "@118 @119"]);
    // what came to nothing keeps its turn
    store.queue_letters(&[letter("x1", "onebot:1"), letter("x2", "onebot:2"), letter("x3", "onebot:3")], NOON).await.unwrap();
    let one = store.claim_letters(PLATFORMS, NOON, NOON + 10, 1, ANY).await.unwrap();
    assert_eq!(keys(&one), ["x1"]);
    store.keep_turns(PLATFORMS);
    store.end_attempt(one[0].id, &Attempt::Held { at: NOON, error: "later".into() }, NOON).await.unwrap();
    assert_eq!(keys(&store.claim_letters(PLATFORMS, NOON, NOON + 10, 1, ANY).await.unwrap()), ["x1"]);
    assert_eq!(keys(&store.claim_letters(PLATFORMS, NOON, NOON + 10, 1, ANY).await.unwrap()), ["x2"]);
    store.close().await;
}

async fn out_of_reach(db: Db) {
    let store = db.open().await;
    let letters: Vec<Letter> = (0..4_500).map(|n| letter(&format!("k{n}"), &format!("onebot:{n}"))).chain([letter("mine", "onebot:9999999")]).collect();
    store.queue_letters(&letters, NOON).await.unwrap();
    let mine: Reaches<'_> = &|chat, _| &*chat.id == "9999999";
    let (first, second) =
        (store.claim_letters(PLATFORMS, NOON, NOON + 10, 16, mine).await.unwrap(), store.claim_letters(PLATFORMS, NOON, NOON + 10, 16, mine).await.unwrap());
    assert_eq!((keys(&first), keys(&second)), (vec![], vec!["mine"]), "a look goes on where the last one ended");
    send(&store, &second).await;
    assert_eq!(store.outbox_depth().await.unwrap(), (4_500, 0));
    store.close().await;
}

async fn passed_on(db: Db) {
    let (one, two) = (db.open().await, Store::open(&db.options(), &db.effects(2)).await.unwrap());
    one.queue_letters(&[letter("a", "onebot:1"), letter("b", "onebot:2")], NOON).await.unwrap();
    let slow = one.claim_letters(PLATFORMS, NOON, NOON + 10, 10, ANY).await.unwrap();
    let taken = two.claim_letters(PLATFORMS, NOON + 10, NOON + 50, 10, ANY).await.unwrap();
    assert_eq!((keys(&slow), keys(&taken)), (vec!["a", "b"], vec!["a", "b"]));
    // what the first one thinks of it says nothing of the second one's attempt, but where it is out
    let (a, b) = (slow[0].id, slow[1].id);
    one.end_attempt(a, &Attempt::Failed { error: "muted".into() }, NOON + 11).await.unwrap();
    one.end_attempt(b, &Attempt::Again { at: NOON, error: "429".into() }, NOON + 11).await.unwrap();
    assert_eq!(one.claim_letters(PLATFORMS, NOON + 12, NOON + 50, 10, ANY).await.unwrap(), [], "they are under way");
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
    assert_eq!(keys(&gone.claim_letters(PLATFORMS, NOON, NOON + 90_000, 10, ANY).await.unwrap()), ["a"]);
    next.appear(&AccountKey::new("onebot", "10001"), NOON + 1, NOON + 20_000).await.unwrap();
    let at_once = next.claim_letters(PLATFORMS, NOON + 2, NOON + 90_000, 10, ANY).await.unwrap();
    let soon = next.claim_letters(PLATFORMS, NOON + 20_000, NOON + 90_000, 10, ANY).await.unwrap();
    // SQLite has one process at a time; on PostgreSQL it may be alive, and not yet have said so
    let expected = if db.engine == "sqlite" { (vec!["a"], vec![]) } else { (vec![], vec!["a"]) };
    assert_eq!((keys(&at_once), keys(&soon)), expected);
    // what is one's own stays so, however often its accounts appear
    next.appear(&AccountKey::new("onebot", "10002"), NOON + 20_001, NOON + 40_000).await.unwrap();
    assert_eq!(gone.claim_letters(PLATFORMS, NOON + 41_000, NOON + 90_000, 10, ANY).await.unwrap(), []);
    gone.close().await;
    next.close().await;
}
