//! Which account speaks where, and where it is connected, as two processes write it down.

use super::sample::account;
use crate::support::db::{Db, NOON, PLATFORMS, on_both};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Outgoing};
use zhibu::store::sending::outbox::Letter;
use zhibu::store::sending::voices::{Presence, Speaks};
use zhibu::store::{Look, Options, Store};

pub fn tests() -> Vec<Trial> {
    let all = [
        on_both("store::voices_are_taken_from_the_absent", taken),
        on_both("store::letters_are_for_whoever_speaks", letters),
        on_both("store::looking_changes_nothing", looking),
    ];
    all.into_iter().flatten().collect()
}

async fn taken(db: Db) {
    let (one, two) = (db.open().await, Store::open(&db.options(), &db.effects(2)).await.unwrap());
    let (a, b, chat) = (account("1"), account("2"), ChatKey::group("onebot", "90000"));
    assert_eq!(one.voice(&chat).await.unwrap(), None);
    one.appear(&a, NOON, NOON + 100).await.unwrap();
    two.appear(&b, NOON + 1, NOON + 101).await.unwrap();
    assert_eq!(one.take_voice(&chat, &a, NOON).await.unwrap(), a);
    assert_eq!(two.take_voice(&chat, &b, NOON + 99).await.unwrap(), a);
    let private = ChatKey::private(&account("90000"));
    assert_eq!((one.take_voice(&private, &a, NOON).await.unwrap(), two.take_voice(&private, &b, NOON).await.unwrap()), (a.clone(), b.clone()));
    // only its own process renews it, or says goodbye for it
    two.stay(&[a.clone(), b.clone()], NOON + 50, NOON + 500).await.unwrap();
    two.leave(std::slice::from_ref(&a), NOON + 50).await.unwrap();
    let there = |account: &zhibu::domain::message::AccountKey, here, seen_at, lease_until| Presence { account: account.clone(), here, seen_at, lease_until };
    assert_eq!(two.presences().await.unwrap(), [there(&a, false, NOON, NOON + 100), there(&b, true, NOON + 50, NOON + 500)]);
    // its lease is over: taken, and by one only
    assert_eq!(two.take_voice(&chat, &b, NOON + 100).await.unwrap(), b);
    assert_eq!(one.take_voice(&chat, &a, NOON + 100).await.unwrap(), b);
    two.leave(std::slice::from_ref(&b), NOON + 150).await.unwrap();
    assert_eq!(one.take_voice(&chat, &a, NOON + 150).await.unwrap(), a);
    // an account that comes to another process is that one's
    two.appear(&a, NOON + 160, NOON + 260).await.unwrap();
    one.stay(std::slice::from_ref(&a), NOON + 170, NOON + 999).await.unwrap();
    assert_eq!(one.presences().await.unwrap()[0], there(&a, false, NOON + 160, NOON + 260));
    assert_eq!(one.voices_on("onebot").await.unwrap(), [(chat, a), (private, b)]);
    // many at once: one gets it
    let chat = ChatKey::group("onebot", "90001");
    for n in 0..20_i64 {
        let store = if n % 2 == 0 { &one } else { &two };
        store.appear(&account(&format!("x{n}")), NOON, NOON + 1000).await.unwrap();
    }
    let accounts: Vec<_> = (0..20).map(|n| account(&format!("x{n}"))).collect();
    let takes = accounts.iter().enumerate().map(|(n, a)| if n % 2 == 0 { one.take_voice(&chat, a, NOON) } else { two.take_voice(&chat, a, NOON) });
    let mut got: Vec<_> = futures_util::future::join_all(takes).await.into_iter().map(|t| t.unwrap().to_string()).collect();
    got.dedup();
    assert_eq!(got.len(), 1, "{got:?}");
    one.close().await;
    two.close().await;
}

async fn letters(db: Db) {
    let (one, two) = (db.open().await, Store::open(&db.options(), &db.effects(2)).await.unwrap());
    let (a, b) = (account("1"), account("2"));
    one.appear(&a, NOON, NOON + 100).await.unwrap();
    two.appear(&b, NOON, NOON + 100).await.unwrap();
    one.take_voice(&ChatKey::group("onebot", "1"), &a, NOON).await.unwrap();
    two.take_voice(&ChatKey::group("onebot", "2"), &b, NOON).await.unwrap();
    let letter = |chat: &str| Letter { dedupe_key: chat.into(), message: Outgoing::text(chat.parse().unwrap(), "好"), expires_at: NOON + 100_000 };
    let all: Vec<Letter> = ["onebot:1", "onebot:2", "onebot:3", "webchat:1"].map(letter).into();
    one.queue_letters(&all, NOON).await.unwrap();
    // whoever may be asked is told how it stands; nobody is asked of another's
    let asked = std::sync::Mutex::new(Vec::new());
    let none = |chat: &ChatKey, speaks: &Speaks| {
        asked.lock().unwrap().push((chat.to_string(), speaks.clone()));
        false
    };
    assert_eq!(one.claim_letters(PLATFORMS, NOON, NOON + 50, 10, &none).await.unwrap(), []);
    let told = [
        ("onebot:1".to_owned(), Speaks::Here(a.clone())),
        ("onebot:3".into(), Speaks::Nobody { others: true }),
        ("webchat:1".into(), Speaks::Nobody { others: false }),
    ];
    assert_eq!(*asked.lock().unwrap(), told);
    let claimed = |all: Vec<zhibu::store::sending::claims::Claimed>| all.into_iter().map(|c| (c.letter.dedupe_key, c.voice)).collect::<Vec<_>>();
    let mine = claimed(two.claim_letters(PLATFORMS, NOON, NOON + 50, 10, &|_, s| matches!(s, Speaks::Here(_))).await.unwrap());
    assert_eq!(mine, [("onebot:2".to_owned(), Some(b))]);
    // the one that spoke there is gone
    let rest = claimed(two.claim_letters(PLATFORMS, NOON + 100, NOON + 200, 10, &|c, _| c.to_string() == "onebot:1").await.unwrap());
    assert_eq!(rest, [("onebot:1".to_owned(), None)]);
    one.close().await;
    two.close().await;
}

async fn looking(db: Db) {
    let effects = db.effects(5);
    let options = db.options();
    if db.engine == "sqlite" {
        assert!(matches!(Store::look(&options, &effects).await.unwrap(), Look::Missing));
        assert_eq!(std::fs::read_dir(db.dir()).unwrap().count(), 0, "no file is made");
        let empty = db.dir().join("empty.db");
        std::fs::write(&empty, "").unwrap();
        let options = Options { url: format!("sqlite:{}", empty.display()), ..db.options() };
        assert!(matches!(Store::look(&options, &effects).await.unwrap(), Look::Older { version: 0, .. }));
        assert_eq!(std::fs::metadata(&empty).unwrap().len(), 0, "nothing is written to it");
    } else {
        assert!(matches!(Store::look(&options, &effects).await.unwrap(), Look::Older { version: 0, .. }));
        assert_eq!(db.column("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'").await, Vec::<String>::new());
    }
    let store = db.open().await;
    let node = "SELECT CAST(id AS TEXT) || holder || CAST(lease_until AS TEXT) FROM node";
    let before = db.column(node).await;
    let Look::Ready(looked) = Store::look(&options, &effects).await.unwrap() else { panic!("it is of this version") };
    assert_eq!((looked.subtree("").await.unwrap(), looked.prove().await.unwrap()), (vec![], vec![]));
    looked.close().await;
    assert_eq!(db.column(node).await, before);
    store.close().await;
    db.sql("DELETE FROM _sqlx_migrations WHERE version > 1").await;
    assert!(matches!(Store::look(&options, &effects).await.unwrap(), Look::Older { version: 1, .. }));
    db.sql("UPDATE _sqlx_migrations SET version = 999").await;
    let Err(newer) = Store::look(&options, &effects).await else { panic!("a newer database was read") };
    assert!(newer.to_string().contains("newer Zhibu"), "{newer}");
}
