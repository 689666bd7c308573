//! Units, rosters, accounts, grants, chats.

use super::sample::{Sample, account, day, everybody, new_member, period};
use crate::support::db::{Db, NOON, on_both};
use libtest_mimic::Trial;
use zhibu::domain::chats::ChatReminders;
use zhibu::domain::ids::{OrgId, PersonId};
use zhibu::domain::message::ChatKey;
use zhibu::domain::role::Role;
use zhibu::domain::roster::{Ack, BindingRequest, Chat, MemberFields, NewMember, OrgKind, RosterChange};
use zhibu::error::Fault;
use zhibu::store::members::accounts::CodeFor;

pub fn tests() -> Vec<Trial> {
    [
        on_both("store::units", units),
        on_both("store::units_stand_as_people_count", units_stand_as_people_count),
        on_both("store::roster_reads_back", roster_reads_back),
        on_both("store::roster_changes_keep_the_past", roster_changes_keep_the_past),
        on_both("store::roster_is_stale", roster_is_stale),
        on_both("store::roster_recounts_open_periods", roster_recounts_open_periods),
        on_both("store::hostile_names", hostile_names),
        on_both("store::accounts", accounts),
        on_both("store::binding_requests", binding_requests),
        on_both("store::codes", codes),
        on_both("store::grants", grants),
        on_both("store::chats", chats),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn units(db: Db) {
    let store = db.open().await;
    let branch = store.create_path(" 县 /镇/一支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    assert_eq!((branch.path.as_str(), branch.name.as_str(), branch.kind, branch.since), ("县/镇/一支部", "一支部", OrgKind::Branch, day("2026-09-01")));
    // a unit that is there keeps its kind and its day
    let again = store.create_path("县/镇/一支部", OrgKind::Committee, day("2030-01-01")).await.unwrap();
    assert_eq!(again, branch);
    let other = store.create_path("县/镇/二支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    let neighbour = store.create_path("县/镇二", OrgKind::Committee, day("2026-09-01")).await.unwrap();
    assert_eq!(store.org_by_path("县/镇/一支部").await.unwrap(), Some(branch.clone()));
    assert_eq!(store.org(branch.id).await.unwrap(), Some(branch.clone()));
    assert_eq!(store.org(OrgId(1)).await.unwrap(), None);
    assert_eq!(store.org_by_path("县/村").await.unwrap(), None);

    let names = |orgs: Vec<zhibu::domain::roster::Org>| orgs.into_iter().map(|o| o.name).collect::<Vec<_>>();
    assert_eq!(names(store.line(branch.id).await.unwrap()), ["一支部", "镇", "县"]);
    assert_eq!(store.line(OrgId(1)).await.unwrap(), []);
    let town = store.org_by_path("县/镇").await.unwrap().unwrap();
    assert_eq!((branch.parent, town.kind), (Some(town.id), OrgKind::Committee));
    // the neighbour's name begins with the town's and is not below it
    assert_eq!(store.subtree("县/镇").await.unwrap().len(), 3);
    assert_eq!(store.subtree("").await.unwrap().len(), 5);
    assert_eq!(store.subtree("县/镇二").await.unwrap(), [neighbour]);
    assert_eq!(store.epochs(&[other.id, OrgId(1)]).await.unwrap(), [(other.id, 1)]);
    for path in ["", "/", "县//支部", "县/", "\u{0}"] {
        assert!(matches!(store.create_path(path, OrgKind::Branch, day("2026-09-01")).await, Err(Fault::Other(_))), "{path:?}");
    }
    store.healthy().await.unwrap();
    store.close().await;
}

/// Whatever collation the database has: a subtree is a range, and each unit stands before those below it.
async fn units_stand_as_people_count(db: Db) {
    let store = db.open().await;
    for path in ["b/一", "B", "b", "a", "b-c", "b/二", "b0", "ä"] {
        store.create_path(path, OrgKind::Branch, day("2026-09-01")).await.unwrap();
    }
    let paths = |orgs: Vec<zhibu::domain::roster::Org>| orgs.into_iter().map(|o| o.path).collect::<Vec<_>>();
    assert_eq!(paths(store.subtree("").await.unwrap()), ["B", "a", "b", "b/一", "b/二", "b0", "b-c", "ä"]);
    assert_eq!(paths(store.subtree("b").await.unwrap()), ["b", "b/一", "b/二"]);
    store.close().await;
}

async fn roster_reads_back(db: Db) {
    let store = db.open().await;
    let branch = store.create_path("县/一支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    let fields = MemberFields {
        league_number: Some("440000000001".into()),
        born: Some(day("2006-01-02")),
        joined: Some(day("2020-05-01")),
        group: Some("第一小组".into()),
        post: Some("团支书".into()),
        band: Some((period("2026-09"), "student".into())),
        accounts: vec![account("1"), account("2")],
    };
    let changes = [
        RosterChange::Add(NewMember { branch: branch.id, name: "张三".into(), from: day("2026-09-01"), known: None, fields }),
        new_member(branch.id, "李四", "2"),
    ];
    let ids = store.change_roster(&changes, &[(branch.id, 1)], None, &everybody).await.unwrap();
    let roster = store.roster(branch.id).await.unwrap().unwrap();
    assert_eq!(roster.org.epoch, 2);
    assert_eq!(roster.members.iter().map(|m| m.person).collect::<Vec<_>>(), ids);
    let m = roster.member(ids[0]).unwrap();
    assert_eq!(
        (m.name.as_str(), m.league_number.as_deref(), m.group.as_deref(), m.post.as_deref()),
        ("张三", Some("440000000001"), Some("第一小组"), Some("团支书"))
    );
    assert_eq!((m.from, m.to, m.band(period("2026-11"))), (day("2026-09-01"), None, Some("student")));
    assert_eq!(m.accounts, [account("1"), account("2")]);
    // the account that was taken a row earlier stays where it is
    assert_eq!(roster.member(ids[1]).unwrap().accounts, []);
    assert_eq!(roster.by_account(&account("2")).unwrap().person, ids[0]);
    assert!(store.roster(OrgId(1)).await.unwrap().is_none());
    assert_eq!(store.people_named("张三", "县").await.unwrap(), [(ids[0], branch.id)]);
    assert_eq!(store.people_named("张三", "县/二支部").await.unwrap(), []);
    assert_eq!(store.people_named("张三", "").await.unwrap().len(), 1);
    assert_eq!(store.change_roster(&[], &[(branch.id, 99)], None, &everybody).await.unwrap(), []);
    let nowhere = store.change_roster(&[new_member(OrgId(5), "王五", "3")], &[], None, &everybody).await;
    assert!(nowhere.is_err_and(|e| e.to_string().contains("no unit 5")));
    store.close().await;
}

async fn roster_changes_keep_the_past(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let other = store.create_path("县/镇/二支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    let fields = MemberFields {
        band: Some((period("2026-11"), "worker".into())),
        post: Some("组织委员".into()),
        accounts: vec![account("777")],
        ..MemberFields::default()
    };
    let changes = [
        RosterChange::Update { person: s.people[0], branch: s.branch.id, fields },
        RosterChange::Leave { person: s.people[1], branch: s.branch.id, to: day("2026-10-31") },
        RosterChange::Transfer { person: s.people[2], from: s.branch.id, to: other.id, on: day("2026-11-15"), fields: MemberFields::default() },
    ];
    assert_eq!(store.change_roster(&changes, &[(s.branch.id, s.branch.epoch), (other.id, 1)], Some(s.people[0]), &everybody).await.unwrap(), []);
    let old = store.roster(s.branch.id).await.unwrap().unwrap();
    let new = store.roster(other.id).await.unwrap().unwrap();
    assert_eq!((old.org.epoch, new.org.epoch), (s.branch.epoch + 1, 2));
    let zhang = old.member(s.people[0]).unwrap();
    assert_eq!((zhang.band(period("2026-10")), zhang.band(period("2026-11")), zhang.post.as_deref()), (Some("student"), Some("worker"), Some("组织委员")));
    assert_eq!(zhang.accounts.len(), 2);
    assert_eq!(old.member(s.people[1]).unwrap().to, Some(day("2026-10-31")));
    assert_eq!(old.member(s.people[2]).unwrap().to, Some(day("2026-11-14")));
    let wang = new.member(s.people[2]).unwrap();
    // what was owed before goes along, and so does the account
    assert_eq!(
        (wang.from, wang.to, wang.band(period("2026-12")), wang.accounts.as_slice()),
        (day("2026-11-15"), None, Some("student"), [account("20003")].as_slice())
    );
    assert_eq!(store.branches_of(s.people[2]).await.unwrap(), [other.id, s.branch.id]);
    assert_eq!(store.people_named("李四", "县").await.unwrap(), []);
    assert_eq!(store.people_named("王五", "县").await.unwrap(), [(s.people[2], other.id)]);

    // and back again: the later of two memberships counts, both are kept
    let back = [RosterChange::Transfer { person: s.people[2], from: other.id, to: s.branch.id, on: day("2026-11-20"), fields: MemberFields::default() }];
    store.change_roster(&back, &[], None, &everybody).await.unwrap();
    let old = store.roster(s.branch.id).await.unwrap().unwrap();
    assert_eq!(old.members.iter().filter(|m| m.person == s.people[2]).count(), 2);
    assert_eq!((old.member(s.people[2]).unwrap().from, old.member(s.people[2]).unwrap().to), (day("2026-11-20"), None));
    assert_eq!(store.branches_of(s.people[2]).await.unwrap(), [s.branch.id, other.id]);
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn roster_is_stale(db: Db) {
    let s = Sample::new(&db).await;
    let late = s.store.change_roster(&[new_member(s.branch.id, "赵六", "9")], &[(s.branch.id, s.branch.epoch - 1)], None, &everybody).await;
    assert!(matches!(late, Err(Fault::Stale)));
    assert_eq!(s.store.roster(s.branch.id).await.unwrap().unwrap().members.len(), 3);
    s.store.close().await;
}

async fn roster_recounts_open_periods(db: Db) {
    let s = Sample::new(&db).await;
    s.post(s.says(0, "a", vec![s.done(0, "2026-W47"), s.pay(0, None, None)])).await.unwrap();
    s.store.freeze(s.branch.id, "dues", period("2026-09"), &s.people).await.unwrap();
    let count = |roster: &zhibu::domain::roster::Roster, duty: &str, _: zhibu::domain::calendar::Period| {
        let all = roster.members.iter().map(|m| m.person);
        if duty == "dues" { all.take(1).collect() } else { all.collect::<Vec<_>>() }
    };
    s.store.change_roster(&[new_member(s.branch.id, "赵六", "9")], &[], None, &count).await.unwrap();
    let expected = async |duty: &str, p: &str| s.store.tallies("县", duty, period(p)).await.unwrap()[0].1.expected;
    assert_eq!(expected("study", "2026-W47").await, 4);
    // closed: who was expected then stays
    assert_eq!(expected("dues", "2026-09").await, 3);
    s.store.close().await;
}

async fn hostile_names(db: Db) {
    let store = db.open().await;
    let branch = store.create_path("县/一\u{0}支\u{7}部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    assert_eq!(branch.path, "县/一支部");
    let name = "a\u{0}b\u{1b}'; DROP TABLE org; --\"\\\u{1F600}";
    let ids = store.change_roster(&[new_member(branch.id, name, "\u{0}1\u{0}")], &[], None, &everybody).await.unwrap();
    let roster = store.roster(branch.id).await.unwrap().unwrap();
    assert_eq!(roster.member(ids[0]).unwrap().name, "ab'; DROP TABLE org; --\"\\\u{1F600}");
    assert_eq!(store.person_of(&account("\u{0}1")).await.unwrap(), Some(ids[0]));
    store.close().await;
}

async fn accounts(db: Db) {
    let s = Sample::new(&db).await;
    let (store, new) = (&s.store, account("555"));
    assert_eq!(store.person_of(&account("20001")).await.unwrap(), Some(s.people[0]));
    assert_eq!(store.person_of(&new).await.unwrap(), None);
    assert!(store.bind_account(&new, s.people[0], Some(s.people[1])).await.unwrap());
    assert_eq!(store.epochs(&[s.branch.id]).await.unwrap(), [(s.branch.id, s.branch.epoch + 1)]);
    // again: nothing new; by somebody else: left alone
    assert!(store.bind_account(&new, s.people[0], None).await.unwrap());
    assert!(!store.bind_account(&new, s.people[1], None).await.unwrap());
    assert_eq!(store.epochs(&[s.branch.id]).await.unwrap(), [(s.branch.id, s.branch.epoch + 1)]);
    assert_eq!(store.accounts_of(s.people[0]).await.unwrap(), [account("20001"), new.clone()]);
    assert_eq!(store.person_of(&new).await.unwrap(), Some(s.people[0]));
    store.close().await;
}

async fn binding_requests(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let ask = |id: &str, n: usize, at: i64| BindingRequest {
        account: account(id),
        person: s.people[n],
        name: ["张三", "李四", "王五"][n].into(),
        branch: s.branch.id,
        card: format!("card {id}"),
        at,
    };
    store.request_binding(&ask("1", 0, 30)).await.unwrap();
    store.request_binding(&ask("2", 1, 10)).await.unwrap();
    store.request_binding(&ask("1", 2, 20)).await.unwrap();
    store.request_binding(&ask("3", 2, 40)).await.unwrap();
    let waiting = store.binding_requests(&[s.branch.id, s.branch.id]).await.unwrap();
    assert_eq!(waiting, [ask("2", 1, 10), ask("1", 2, 20), ask("3", 2, 40)]);
    assert_eq!(store.binding_requests(&[OrgId(1)]).await.unwrap(), []);
    // meanwhile somebody else got account 2
    assert!(store.bind_account(&account("2"), s.people[0], None).await.unwrap());
    assert_eq!(store.approve_bindings(&waiting[..2], Some(s.people[0])).await.unwrap(), [ask("2", 1, 10)]);
    assert_eq!(store.person_of(&account("1")).await.unwrap(), Some(s.people[2]));
    store.drop_bindings(&waiting[2..]).await.unwrap();
    assert_eq!(store.binding_requests(&[s.branch.id]).await.unwrap(), []);
    assert_eq!(store.person_of(&account("3")).await.unwrap(), None);
    store.close().await;
}

async fn codes(db: Db) {
    let s = Sample::new(&db).await;
    let (store, bind) = (&s.store, CodeFor::Bind(s.people[0]));
    store.keep_code("aa", &CodeFor::Activate, NOON + 10).await.unwrap();
    store.keep_code("bb", &CodeFor::Activate, NOON + 10).await.unwrap();
    store.keep_code("cc", &bind, NOON + 10).await.unwrap();
    store.keep_code("dd", &bind, NOON + 10).await.unwrap();
    assert!(!store.take_code("aa", &CodeFor::Activate, NOON).await.unwrap(), "replaced");
    assert!(!store.take_code("bb", &bind, NOON).await.unwrap(), "another purpose");
    assert!(!store.take_code("bb", &CodeFor::Activate, NOON + 11).await.unwrap(), "past");
    assert!(store.take_code("bb", &CodeFor::Activate, NOON + 10).await.unwrap());
    assert!(!store.take_code("bb", &CodeFor::Activate, NOON).await.unwrap(), "used up");
    assert!(!store.take_code("cc", &CodeFor::Bind(s.people[1]), NOON).await.unwrap(), "another person");
    assert!(store.take_code("cc", &bind, NOON).await.unwrap());
    assert!(store.take_code("dd", &bind, NOON).await.unwrap());
    store.close().await;
}

async fn grants(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let town = store.org_by_path("县/镇").await.unwrap().unwrap();
    assert!(!store.anybody_in_charge().await.unwrap());
    assert!(store.grant(s.people[0], town.id, Role::Auditor, None).await.unwrap());
    assert!(!store.anybody_in_charge().await.unwrap());
    assert!(store.grant(s.people[0], s.branch.id, Role::Secretary, Some(s.people[1])).await.unwrap());
    assert!(!store.grant(s.people[0], s.branch.id, Role::Secretary, None).await.unwrap());
    assert!(store.anybody_in_charge().await.unwrap());
    let grants: Vec<_> = store.grants(s.people[0]).await.unwrap().into_iter().map(|g| (g.org, g.path, g.role)).collect();
    assert_eq!(grants, [(town.id, "县/镇".to_owned(), Role::Auditor), (s.branch.id, "县/镇/一支部".to_owned(), Role::Secretary)]);
    assert_eq!(store.holders(s.branch.id, Role::Secretary).await.unwrap(), [s.people[0]]);
    assert_eq!(store.holders(town.id, Role::Secretary).await.unwrap(), Vec::<PersonId>::new());
    // the town's by its own grant, the branch's by both
    assert_eq!(store.epochs(&[town.id]).await.unwrap(), [(town.id, 2)]);
    assert_eq!(store.epochs(&[s.branch.id]).await.unwrap(), [(s.branch.id, s.branch.epoch + 2)]);
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn chats(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let other = store.create_path("县/二支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    let key = ChatKey::group("onebot", "90000");
    assert_eq!(store.chat(&key).await.unwrap(), None);
    let fresh = Chat { key: key.clone(), org: s.branch.id, ack: None, names: false, reminders: ChatReminders::Yes };
    assert_eq!(store.bind_chat(&key, s.branch.id).await.unwrap(), fresh);
    let set = Chat { ack: Some(Ack::Gathered), names: true, ..fresh };
    store.set_chat(&set).await.unwrap();
    // bound to another unit: its settings stay, both units notice
    let before = store.epochs(&[s.branch.id]).await.unwrap()[0].1;
    let moved = Chat { org: other.id, ..set };
    assert_eq!(store.bind_chat(&key, other.id).await.unwrap(), moved);
    assert_eq!(store.chat(&key).await.unwrap(), Some(moved.clone()));
    assert_eq!((store.epochs(&[s.branch.id]).await.unwrap()[0].1, store.epochs(&[other.id]).await.unwrap()[0].1), (before + 1, 2));
    // a private chat with the same id is another chat
    let private = ChatKey::private(&account("90000"));
    store.bind_chat(&private, other.id).await.unwrap();
    assert_eq!(store.chats_of(other.id).await.unwrap().len(), 2);
    assert_eq!(store.chats_of(s.branch.id).await.unwrap(), []);
    assert_eq!(store.chats_on("onebot").await.unwrap().iter().map(|c| c.key.clone()).collect::<Vec<_>>(), [key, private]);
    assert_eq!(store.chats_on("webchat").await.unwrap(), []);
    store.close().await;
}
