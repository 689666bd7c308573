//! Posts, standings, tallies, undo, confirmation, closing a period, and the proof.

use super::sample::{Sample, account, day, everybody, new_member, period};
use crate::support::db::{Db, NOON, on_both};
use libtest_mimic::Trial;
use zhibu::domain::ids::{OrgId, RecordId, SessionId};
use zhibu::domain::ledger::{Doubt, Entry, Refusal, Subject, Verdict};
use zhibu::domain::record::{Kind, Session, State, Tally};
use zhibu::domain::roster::{OrgKind, RosterChange};
use zhibu::error::Fault;

pub fn tests() -> Vec<Trial> {
    [
        on_both("store::standings_and_tallies", standings_and_tallies),
        on_both("store::a_payment_is_entered_once", a_payment_is_entered_once),
        on_both("store::undo", undo),
        on_both("store::confirm", confirm),
        on_both("store::attend", attend),
        on_both("store::sessions", sessions),
        on_both("store::excuse_and_freeze", excuse_and_freeze),
        on_both("store::stale_alone", stale_alone),
        on_both("store::history_stays_with_its_branch", history_stays_with_its_branch),
        on_both("store::proof_finds_tampering", proof_finds_tampering),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn recorded(verdict: &Verdict) -> Vec<(String, i64)> {
    match verdict {
        Verdict::Recorded { lines, .. } => lines.iter().map(|l| (l.key.period.to_string(), l.value)).collect(),
        other => panic!("{other:?}"),
    }
}

async fn standings_and_tallies(db: Db) {
    let s = Sample::new(&db).await;
    let (store, branch) = (&s.store, s.branch.id);
    s.post(s.says(0, "a", vec![s.done(0, "2026-W47"), s.pay(0, None, Some(60))])).await.unwrap();
    s.post(s.says(1, "b", vec![s.pay(1, Some(&["2026-10"]), None)])).await.unwrap();
    let october = store.standings(branch, "dues", period("2026-10")).await.unwrap();
    assert_eq!(october.iter().map(|(p, st)| (*p, st.got, st.done())).collect::<Vec<_>>(), [(s.people[0], 20, true), (s.people[1], 20, true)]);
    let all: Vec<_> = store.standings_of(branch, s.people[0], None).await.unwrap().into_iter().map(|(k, st)| (k.duty, k.period.to_string(), st.got)).collect();
    let dues = |p: &str| ("dues".to_owned(), p.to_owned(), 20);
    assert_eq!(all, [dues("2026-09"), dues("2026-10"), dues("2026-11"), ("study".into(), "2026-W47".into(), 1)]);
    assert_eq!(store.standings_of(branch, s.people[0], Some("study")).await.unwrap().len(), 1);
    assert_eq!(store.standings_of(branch, s.people[2], None).await.unwrap(), []);
    let some = store.standings_between(branch, "dues", period("2026-10"), period("2026-12")).await.unwrap();
    assert_eq!(
        some.iter().map(|(k, _)| (k.period.to_string(), k.person)).collect::<Vec<_>>(),
        [("2026-10".to_owned(), s.people[0]), ("2026-10".to_owned(), s.people[1]), ("2026-11".to_owned(), s.people[0])]
    );
    let tally = Tally { expected: 3, done: 2, excused: 0, got: 40, confirmed: 0 };
    for path in ["", "县", "县/镇/一支部"] {
        assert_eq!(store.tallies(path, "dues", period("2026-10")).await.unwrap(), [(branch, tally.clone())], "{path}");
    }
    assert_eq!(store.tallies("县/镇二", "dues", period("2026-10")).await.unwrap(), []);
    assert_eq!(store.tallies("县", "dues", period("2027-10")).await.unwrap(), []);
    let newest = store.latest_records(&[branch, OrgId(1)], 2).await.unwrap();
    assert_eq!(newest.iter().map(|r| (r.source.as_str(), r.part, r.actor)).collect::<Vec<_>>(), [("b", 0, Some(s.people[1])), ("a", 3, Some(s.people[0]))]);
    assert_eq!(store.records(branch, &[newest[0].id, newest[0].id, RecordId(1)]).await.unwrap(), newest[..1]);
    assert_eq!(store.latest_records(&[branch], 0).await.unwrap(), []);
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn a_payment_is_entered_once(db: Db) {
    let s = Sample::new(&db).await;
    // the same message twice in one breath, and once more
    let first = s.store.post(s.says(0, "a", vec![s.pay(0, None, None)])).await;
    let second = s.store.post(s.says(0, "a", vec![s.pay(0, None, None)])).await;
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!(recorded(&first.verdicts[0]), [("2026-09".to_owned(), 20)]);
    assert_eq!(first.verdicts, second.verdicts);
    // another message of the same meaning is asked about, and the question too is given again when it comes again
    let other = s.post(s.says(0, "b", vec![s.pay(0, None, None)])).await.unwrap();
    assert!(matches!(&other.verdicts[0], Verdict::Ask(Doubt::SecondToday { .. })));
    let again = s.post(s.says(0, "b", vec![s.pay(0, None, None)])).await.unwrap();
    assert_eq!((again.verdicts, again.replayed), (other.verdicts, true));
    // by its full history: paid up is said
    s.post(s.says(0, "c", vec![s.pay(0, Some(&["2026-10", "2026-11"]), Some(40))])).await.unwrap();
    let paid = s.post(s.says(0, "d", vec![s.pay(0, None, None)])).await.unwrap();
    assert!(matches!(&paid.verdicts[0], Verdict::Already { lines } if lines[0].key.period == period("2026-11")));
    assert_eq!(s.store.latest_records(&[s.branch.id], 10).await.unwrap().len(), 3);
    assert_eq!(s.store.queued(), 0);
    s.store.close().await;
}

async fn undo(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let mut early = s.says(0, "x/1:5", vec![s.done(0, "2026-W47")]);
    early.at = NOON - 1000;
    s.post(early).await.unwrap();
    s.post(s.says(0, "x/2:6", vec![s.pay(0, None, Some(40)), s.pay(1, None, Some(99))])).await.unwrap();
    // a question enters nothing: it is not what can be undone
    s.post(s.says(0, "x/3:7", vec![s.pay(0, None, Some(7))])).await.unwrap();
    let last = store.last_entered(&account("20001"), 0).await.unwrap().unwrap();
    assert_eq!((last.source.as_str(), last.at, last.records.len()), ("x/2:6", NOON, 2));
    assert_eq!(store.last_entered(&account("20001"), NOON + 1).await.unwrap(), None);
    assert_eq!(store.last_entered(&account("20002"), 0).await.unwrap(), None);
    assert_eq!(store.entered("x/2:6").await.unwrap(), Some(last.clone()));
    assert_eq!(store.entered_under("x/2", 0).await.unwrap(), Some(last.clone()));
    assert_eq!(store.entered_under("x/2:6", 0).await.unwrap(), Some(last.clone()));
    assert_eq!(store.entered_under("x/2", NOON + 1).await.unwrap(), None);
    assert_eq!(store.entered_under("x/", 0).await.unwrap(), None);

    let ids: Vec<_> = last.records.iter().map(|r| r.id).collect();
    let reverse = || Entry::Reverse { branch: s.branch.id, records: ids.clone() };
    let outcome = s.post(s.says(0, "u", vec![reverse()])).await.unwrap();
    assert_eq!(recorded(&outcome.verdicts[0]), [("2026-09".to_owned(), -20), ("2026-10".to_owned(), -20)]);
    assert!(store.standings(s.branch.id, "dues", period("2026-09")).await.unwrap().iter().all(|(_, st)| st.got == 0 && st.done_at.is_none()));
    assert_eq!(store.tallies("", "dues", period("2026-09")).await.unwrap()[0].1, Tally { expected: 3, ..Tally::default() });
    // what is taken back can't be taken back again; the next undo finds what came before
    assert_eq!(s.post(s.says(0, "u2", vec![reverse()])).await.unwrap().verdicts, [Verdict::Refused(Refusal::Nothing)]);
    assert_eq!(store.entered("x/2:6").await.unwrap(), None);
    assert_eq!(store.last_entered(&account("20001"), 0).await.unwrap().unwrap().source, "x/1:5");
    let paid = s.post(s.says(0, "p", vec![s.pay(0, None, Some(20))])).await.unwrap();
    assert_eq!(recorded(&paid.verdicts[0]), [("2026-09".to_owned(), 20)]);
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn confirm(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    s.post(s.says(0, "a", vec![s.pay(0, None, Some(40))])).await.unwrap();
    s.post(s.says(1, "b", vec![s.pay(1, None, None)])).await.unwrap();
    let claims = store.unconfirmed(s.branch.id, "dues").await.unwrap();
    assert_eq!(
        claims.iter().map(|r| (r.key.person, r.key.period.to_string())).collect::<Vec<_>>(),
        [(s.people[0], "2026-09".into()), (s.people[0], "2026-10".into()), (s.people[1], "2026-09".into())]
    );
    let entry = |n: usize, periods: Option<&[&str]>| Entry::Confirm {
        subjects: vec![s.subject(n)],
        duty: "dues".into(),
        periods: periods.map(|all| all.iter().map(|p| period(p)).collect()),
    };
    // a claim and its confirmation may share a batch
    let pending =
        [store.post(s.says(2, "c", vec![s.pay(2, None, None)])).await, store.post(s.says(1, "k", vec![entry(2, None), entry(0, Some(&["2026-10"]))])).await];
    for p in pending {
        p.await.unwrap().unwrap();
    }
    let left: Vec<_> = store.unconfirmed(s.branch.id, "dues").await.unwrap().into_iter().map(|r| r.key.person).collect();
    assert_eq!(left, [s.people[0], s.people[1]]);
    assert_eq!(store.tallies("", "dues", period("2026-10")).await.unwrap()[0].1.confirmed, 20);
    assert_eq!(s.post(s.says(1, "k2", vec![entry(2, None)])).await.unwrap().verdicts, [Verdict::Refused(Refusal::Nothing)]);
    // the claim is taken back: its confirmation goes with it
    let october = claims[1].id;
    s.post(s.says(0, "u", vec![Entry::Reverse { branch: s.branch.id, records: vec![october] }])).await.unwrap();
    assert_eq!(store.tallies("", "dues", period("2026-10")).await.unwrap()[0].1.confirmed, 0);
    // a confirmation is taken back: the claim waits again
    let confirmation =
        store.latest_records(&[s.branch.id], 20).await.unwrap().into_iter().find(|r| r.kind == Kind::Confirm && r.key.person == s.people[2]).unwrap();
    s.post(s.says(1, "u2", vec![Entry::Reverse { branch: s.branch.id, records: vec![confirmation.id] }])).await.unwrap();
    assert!(store.unconfirmed(s.branch.id, "dues").await.unwrap().iter().any(|r| r.key.person == s.people[2]));
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

fn session(id: i64, org: OrgId, code: Option<&str>) -> Session {
    Session {
        id: SessionId(id),
        org,
        duty: "theme_day".into(),
        period: period("2026-11"),
        topic: Some("学习\u{0}".into()),
        team: None,
        code: code.map(Into::into),
        opened_at: NOON,
        closes_at: Some(NOON + 1000),
        closed_at: None,
        opened_by: None,
        rolls: None,
    }
}

fn attend_entry(s: &Sample, n: usize, code: Option<&str>, state: State) -> Entry {
    Entry::Attend {
        subject: s.subject(n),
        units: vec![s.branch.id],
        duty: None,
        code: code.map(Into::into),
        state,
        trusted: false,
        team: None,
        beside: Vec::new(),
    }
}

async fn attend(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let attend = |n, code, state| attend_entry(&s, n, code, state);
    assert_eq!(s.post(s.says(0, "a", vec![attend(0, None, State::Present)])).await.unwrap().verdicts, [Verdict::Refused(Refusal::NoSession)]);
    let (open, new) = store.open_session(&session(1, s.branch.id, Some("8341")), None).await.unwrap();
    assert!(new);
    assert_eq!(s.post(s.says(0, "b", vec![attend(0, Some("1"), State::Present)])).await.unwrap().verdicts, [Verdict::Refused(Refusal::WrongCode)]);
    s.post(s.says(0, "c", vec![attend(0, Some("8341"), State::Present)])).await.unwrap();
    s.post(s.says(1, "d", vec![attend(1, Some("8341"), State::Late)])).await.unwrap();
    assert!(matches!(&s.post(s.says(0, "e", vec![attend(0, None, State::Present)])).await.unwrap().verdicts[0], Verdict::Already { .. }));
    let mut late = s.says(2, "f", vec![attend(2, Some("8341"), State::Present)]);
    late.at = NOON + 2000;
    assert_eq!(s.post(late).await.unwrap().verdicts, [Verdict::Refused(Refusal::NoSession)]);
    let given = store.session_records(open.id).await.unwrap();
    assert_eq!(given.iter().map(|r| (r.key.person, r.state)).collect::<Vec<_>>(), [(s.people[0], Some(State::Present)), (s.people[1], Some(State::Late))]);
    s.post(s.says(1, "u", vec![Entry::Reverse { branch: s.branch.id, records: vec![given[1].id] }])).await.unwrap();
    assert_eq!(store.session_records(open.id).await.unwrap(), given[..1]);
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn sessions(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let town = store.org_by_path("县/镇").await.unwrap().unwrap();
    let (first, new) = store.open_session(&session(1, s.branch.id, None), Some(s.people[0])).await.unwrap();
    assert!(new);
    let (same, new) = store.open_session(&session(2, s.branch.id, None), None).await.unwrap();
    assert_eq!((same.id, new), (first.id, false));
    let (other, new) = store.open_session(&session(3, town.id, None), None).await.unwrap();
    assert!(new);
    let open = store.open_sessions(&[s.branch.id, town.id, s.branch.id]).await.unwrap();
    assert_eq!(open.iter().map(|x| x.id).collect::<Vec<_>>(), [first.id, other.id]);
    assert_eq!((open[0].topic.as_deref(), open[0].closes_at, open[0].period), (Some("学习"), Some(NOON + 1000), period("2026-11")));
    assert_eq!(store.overdue_sessions(NOON + 1000).await.unwrap(), []);
    assert_eq!(store.overdue_sessions(NOON + 1001).await.unwrap().len(), 2);
    assert!(store.close_session(first.id, NOON + 5, &[]).await.unwrap());
    assert!(!store.close_session(first.id, NOON + 6, &[]).await.unwrap());
    assert!(!store.close_session(SessionId(99), NOON, &[]).await.unwrap());
    assert_eq!(store.overdue_sessions(NOON + 1001).await.unwrap().len(), 1);
    // over, though nobody closed it: another may begin
    let mut next = session(4, town.id, None);
    (next.opened_at, next.closes_at) = (NOON + 5000, None);
    assert!(store.open_session(&next, None).await.unwrap().1);
    store.close().await;
}

async fn excuse_and_freeze(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let week = period("2026-W47");
    let excuse = Entry::Excuse { subject: s.subject(1), duty: "study".into(), periods: vec![(week, 1)], state: Some(State::Sick), session: None };
    s.post(s.says(0, "a", vec![s.done(0, "2026-W47")])).await.unwrap();
    s.post(s.says(1, "b", vec![excuse])).await.unwrap();
    assert_eq!(store.tallies("", "study", week).await.unwrap()[0].1, Tally { expected: 3, done: 1, excused: 1, got: 1, confirmed: 0 });
    assert!(!store.frozen(s.branch.id, "study", week).await.unwrap());
    // only two of them were expected in the end; the third has no record and is written down too
    store.freeze(s.branch.id, "study", week, &[s.people[0], s.people[2], s.people[2]]).await.unwrap();
    store.freeze(s.branch.id, "study", week, &[]).await.unwrap();
    assert!(store.frozen(s.branch.id, "study", week).await.unwrap());
    let expected: Vec<_> = store.standings(s.branch.id, "study", week).await.unwrap().into_iter().map(|(p, st)| (p, st.expected)).collect();
    assert_eq!(expected, [(s.people[0], Some(true)), (s.people[1], Some(false)), (s.people[2], Some(true))]);
    assert_eq!(store.tallies("", "study", week).await.unwrap()[0].1.expected, 2);
    // whoever was not expected is in no part of the rate; a late report counts, and does not change who was expected
    s.post(s.says(2, "c", vec![s.done(2, "2026-W47")])).await.unwrap();
    assert_eq!(store.tallies("", "study", week).await.unwrap()[0].1, Tally { expected: 2, done: 2, excused: 0, got: 2, confirmed: 0 });
    assert_eq!(store.standings(s.branch.id, "study", week).await.unwrap()[2].1.expected, Some(true));
    // a period in which nobody did anything
    store.freeze(s.branch.id, "dues", period("2026-08"), &[]).await.unwrap();
    assert!(store.frozen(s.branch.id, "dues", period("2026-08")).await.unwrap());
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn stale_alone(db: Db) {
    let s = Sample::new(&db).await;
    let (mut stale, mut gone) = (s.says(0, "a", vec![s.done(0, "2026-W47")]), s.says(2, "c", vec![s.done(2, "2026-W47")]));
    stale.relies = vec![(s.branch.id, s.branch.epoch - 1)];
    gone.entries = vec![Entry::Done {
        subject: Subject { branch: OrgId(5), person: s.people[2] },
        duty: "study".into(),
        period: period("2026-W47"),
        value: 1,
        owed: 1,
        adds: false,
    }];
    let pending = [s.store.post(stale.clone()).await, s.store.post(s.says(1, "b", vec![s.done(1, "2026-W47")])).await, s.store.post(gone).await];
    let [first, second, third] = pending;
    assert!(matches!(first.await.unwrap(), Err(Fault::Stale)));
    assert!(!second.await.unwrap().unwrap().replayed);
    assert!(third.await.unwrap().unwrap_err().to_string().contains("no unit 5"));
    // it was not remembered: read again, it is entered
    stale.relies = vec![(s.branch.id, s.branch.epoch)];
    assert!(!s.post(stale).await.unwrap().replayed);
    assert_eq!(s.store.standings(s.branch.id, "study", period("2026-W47")).await.unwrap().len(), 2);
    s.store.close().await;
}

/// Records stay where they were made when the member goes to another branch.
async fn history_stays_with_its_branch(db: Db) {
    let s = Sample::new(&db).await;
    let store = &s.store;
    let other = store.create_path("县/镇/二支部", OrgKind::Branch, day("2026-09-01")).await.unwrap();
    s.post(s.says(0, "a", vec![s.pay(0, None, None)])).await.unwrap();
    let moved = RosterChange::Transfer {
        person: s.people[0],
        from: s.branch.id,
        to: other.id,
        on: day("2026-11-01"),
        fields: zhibu::domain::roster::MemberFields::default(),
    };
    store.change_roster(&[moved, new_member(other.id, "赵六", "8")], &[], None, &everybody).await.unwrap();
    // remembered under the chat's branch, entered in the member's own
    let mut post = s.says(
        0,
        "b",
        vec![Entry::Done {
            subject: Subject { branch: other.id, person: s.people[0] },
            duty: "study".into(),
            period: period("2026-W47"),
            value: 1,
            owed: 1,
            adds: false,
        }],
    );
    post.relies = store.epochs(&[s.branch.id, other.id]).await.unwrap();
    s.post(post).await.unwrap();
    assert_eq!(store.standings_of(s.branch.id, s.people[0], None).await.unwrap().len(), 1);
    assert_eq!(store.standings_of(other.id, s.people[0], None).await.unwrap().len(), 1);
    assert_eq!(store.entered("b").await.unwrap().unwrap().records[0].key.branch, other.id);
    assert_eq!(store.last_entered(&account("20001"), 0).await.unwrap().unwrap().source, "b");
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new());
    store.close().await;
}

async fn proof_finds_tampering(db: Db) {
    let s = Sample::new(&db).await;
    for (n, source) in ["a", "b", "c"].into_iter().enumerate() {
        s.post(s.says(n, source, vec![s.done(n, "2026-W47"), s.pay(n, None, None)])).await.unwrap();
    }
    let proof = async || s.store.prove().await.unwrap().join("\n");
    assert_eq!(proof().await, "");
    // each undone by its second half
    for (tamper, mend, found) in [
        ("UPDATE standing SET got = 19 WHERE duty = 'dues'", "UPDATE standing SET got = 20 WHERE duty = 'dues'", "is not what the records add up to"),
        ("UPDATE tally SET done = 1 WHERE duty = 'dues'", "UPDATE tally SET done = 3 WHERE duty = 'dues'", "is not what the standings add up to"),
        (
            "UPDATE record SET value = 19 WHERE source = 'a' AND duty = 'dues'",
            "UPDATE record SET value = 20 WHERE source = 'a' AND duty = 'dues'",
            "is not what it was when link",
        ),
        ("UPDATE audit SET body = '[]' || body WHERE seq = 3", "UPDATE audit SET body = substr(body, 3) WHERE seq = 3", "does not follow from the one before"),
        ("UPDATE node SET seq = seq + 1", "UPDATE node SET seq = seq - 1", "but its head is link"),
        ("UPDATE audit SET seq = 99 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 99", "does not follow from the one before"),
    ] {
        db.sql(tamper).await;
        assert!(proof().await.contains(found), "{tamper}: {}", proof().await);
        db.sql(mend).await;
        assert_eq!(proof().await, "", "{mend}");
    }
    // a person is erased: name and key go, every sum and every link stays true
    db.sql("UPDATE person SET name = '', audit_key = ''").await;
    assert_eq!(proof().await, "");
    db.sql("DELETE FROM record WHERE source = 'a'").await;
    assert!(proof().await.contains("of which 2 are gone"), "{}", proof().await);
    s.store.close().await;
}
