//! Opening: what an operator reads when it can't be, and that nothing is lost when it can.

use crate::support::db::{Db, on_both};
use crate::support::story;
use libtest_mimic::Trial;
use zhibu::store::{Options, Store};

pub fn tests() -> Vec<Trial> {
    let one = vec![
        story("store::missing_folder", missing_folder),
        story("store::not_a_database", not_a_database),
        story("store::locked", locked),
        story("store::read_only", read_only),
        story("store::bad_addresses", bad_addresses),
        story("store::in_memory", in_memory),
        story("store::no_server", no_server),
    ];
    [one, on_both("store::newer_version", newer_version), on_both("store::opened_together", opened_together)].into_iter().flatten().collect()
}

async fn refused(db: &Db, url: &str) -> String {
    let options = Options { url: url.into(), ..db.options() };
    match Store::open(&options, &db.effects(1)).await {
        Ok(_) => panic!("{url} was opened"),
        Err(fault) => fault.to_string(),
    }
}

async fn missing_folder() {
    let db = Db::sqlite();
    let said = refused(&db, &format!("sqlite:{}/no/such/zhibu.db", db.dir().display())).await;
    assert!(said.contains("does its folder exist"), "{said}");
}

async fn not_a_database() {
    let db = Db::sqlite();
    let path = db.dir().join("notes.txt");
    std::fs::write(&path, "these are notes and no database\n".repeat(200)).unwrap();
    let said = refused(&db, &format!("sqlite:{}", path.display())).await;
    assert!(said.contains("not a sound SQLite database"), "{said}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("these are notes"));
}

async fn locked() {
    let db = Db::sqlite();
    db.open().await.close().await;
    let hold = db.hold().await;
    let said = refused(&db, &format!("{}?busy_timeout=50", db.url)).await;
    assert!(said.contains("another program holds the file locked"), "{said}");
    drop(hold);
    db.open().await.close().await;
}

async fn read_only() {
    let db = Db::sqlite();
    db.open().await.close().await;
    let said = refused(&db, &format!("{}?mode=ro", db.url)).await;
    assert!(said.contains("read-only"), "{said}");
}

async fn bad_addresses() {
    let db = Db::sqlite();
    for (url, says) in [
        ("mysql://x", "no database that Zhibu knows"),
        ("zhibu.db", "no database that Zhibu knows"),
        ("", "no database that Zhibu knows"),
        ("sqlite:", "names no file"),
        ("sqlite:a.db?cache=shared", "is unknown"),
        ("postgres://a:secret@host:notaport/x", "malformed"),
    ] {
        let said = refused(&db, url).await;
        assert!(said.contains(says) && !said.contains("secret"), "{url}: {said}");
    }
}

async fn no_server() {
    let db = Db::sqlite();
    let said = refused(&db, &format!("postgres://a@localhost/x?host={}", db.dir().display())).await;
    assert!(said.contains("is it running"), "{said}");
    // a port where nobody listens
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let said = refused(&db, &format!("postgres://a:b@127.0.0.1:{port}/x")).await;
    assert!(said.contains("is it running"), "{said}");
}

async fn in_memory() {
    let db = Db::sqlite();
    let options = Options { url: "sqlite::memory:".into(), ..db.options() };
    let store = Store::open(&options, &db.effects(1)).await.unwrap();
    let since = "2026-09-01".parse().unwrap();
    let unit = store.create_path("县", zhibu::domain::roster::OrgKind::Branch, since).await.unwrap();
    let (read, written) = tokio::join!(store.roster(unit.id), store.create_path("县/镇", zhibu::domain::roster::OrgKind::Branch, since));
    assert_eq!((read.unwrap().unwrap().org, written.unwrap().parent), (unit.clone(), Some(unit.id)));
    store.close().await;
}

async fn newer_version(db: Db) {
    db.open().await.close().await;
    db.sql("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) SELECT 9000, 'future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1").await;
    let said = refused(&db, &db.url).await;
    assert!(said.contains("newer Zhibu") && said.contains("9000"), "{said}");
    db.sql("DELETE FROM _sqlx_migrations WHERE version = 9000").await;
    db.sql("UPDATE _sqlx_migrations SET checksum = CAST('x' AS BLOB)".replace("BLOB", if db.engine == "sqlite" { "BLOB" } else { "BYTEA" }).as_str()).await;
    let said = refused(&db, &db.url).await;
    assert!(said.contains("not those of this program"), "{said}");
}

/// Several processes that start at the same moment on an empty database.
async fn opened_together(db: Db) {
    let mut opening = tokio::task::JoinSet::new();
    for seed in 0..5 {
        let (options, effects) = (db.options(), db.effects(seed));
        opening.spawn(async move { (Store::open(&options, &effects).await.unwrap(), effects.ids.node()) });
    }
    let opened = opening.join_all().await;
    let mut nodes: Vec<i64> = opened.iter().map(|(_, node)| *node).collect();
    nodes.sort_unstable();
    assert_eq!(nodes, [0, 1, 2, 3, 4]);
    for (store, _) in opened {
        store.close().await;
    }
    // given back: the lowest is free again
    let effects = db.effects(9);
    let store = Store::open(&db.options(), &effects).await.unwrap();
    assert_eq!(effects.ids.node(), 0);
    store.close().await;
}
