//! Units, rosters, accounts, chats.

use super::sample::{Sample, day, period};
use crate::support::db::{Db, on_both};
use libtest_mimic::Trial;
use zhibu::domain::roster::OrgKind;

pub fn tests() -> Vec<Trial> {
    [on_both("store::units", units), on_both("store::first_posts", first_posts)].into_iter().flatten().collect()
}

async fn units(db: Db) {
    let store = db.open().await;
    let branch = store.create_path("县/镇/一支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    assert_eq!((branch.path.as_str(), branch.name.as_str(), branch.kind), ("县/镇/一支部", "一支部", OrgKind::Branch));
    store.close().await;
}

async fn first_posts(db: Db) {
    let s = Sample::new(&db).await;
    let outcome = s.post(s.says(0, "a", vec![s.done(0, "2026-W47"), s.pay(0, None, Some(40))])).await.unwrap();
    assert!(!outcome.replayed);
    let again = s.post(s.says(0, "a", vec![s.done(0, "2026-W47")])).await.unwrap();
    assert_eq!((again.verdicts, again.replayed), (outcome.verdicts, true));
    assert_eq!(s.store.standings(s.branch.id, "dues", period("2026-10")).await.unwrap().len(), 1);
    assert_eq!(s.store.prove().await.unwrap(), Vec::<String>::new());
    s.store.close().await;
}
