//! Reminders: who is told what, when, and that neither a restart nor a clock loses or repeats one.

use crate::schedule_world::{Branch, World, ZONE, at, config, reminder};
use crate::support::courier::FakeCourier;
use crate::support::db::{self, Db, PLATFORMS};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::domain::calendar::Zone;
use zhibu::domain::message::{AccountKey, ChatKey, Courier, Part};
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, RosterChange};
use zhibu::schedule::{next_due, next_runs};
use zhibu::store::Store;

pub fn tests() -> Vec<Trial> {
    let mut all = Vec::new();
    macro_rules! on_both {
        ($($story:ident),* $(,)?) => { $( all.extend(db::on_both(concat!("schedule_due::", stringify!($story)), $story)); )* };
    }
    on_both!(
        study_names_the_missing_and_only_them,
        nobody_missing_nothing_said,
        dues_are_a_count_in_the_group_and_names_for_the_secretary,
        a_branch_may_switch_names_on,
        names_with_markup_stay_text,
        three_hundred_members_are_cut_to_the_limits,
        a_chat_that_nobody_can_reach_is_left_aside,
        a_restart_neither_loses_nor_repeats,
        after_a_long_night_only_the_latest_is_sent,
        too_late_is_skipped,
        a_fresh_branch_hears_nothing_of_the_past_and_misses_nothing_after,
        the_clock_may_jump,
        summer_time_in_berlin,
        two_schedulers_enter_it_once,
        many_branches_one_evening,
        one_bad_branch_stops_nobody,
        the_loops_run_and_end,
    );
    all
}

const NAMES_END: &str = "\n记得完成，弄好了在群里说一声就行。";

async fn one_branch(db: Db, now: &str, members: &[&str]) -> (World, Branch) {
    let w = World::new(db, now).await;
    let b = w.branch("余庆县团委/白泥镇/电信支部", members, "90000").await;
    w.scheduler().step(w.now()).await.unwrap();
    (w, b)
}

async fn study_names_the_missing_and_only_them(db: Db) {
    let (w, b) = one_branch(db, "2026-11-16 09:00", &["张三@101", "李四@102", "王五", "赵六@104", "钱七@105", "孙八@106"]).await;
    w.join(&b.org, &["周九@107"], "2026-11-23").await; // not yet here
    w.change(&[RosterChange::Leave { person: b.people[5], branch: b.org.id, to: "2026-11-18".parse().unwrap() }]).await;
    w.done(b.org.id, b.people[0], "study", "2026-W47").await;
    w.excused(b.org.id, b.people[3], "study", "2026-W47").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    w.go_to("2026-11-22 17:59");
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.go_to("2026-11-22 18:00");
    s.step(w.now()).await.unwrap();
    d.step(w.now()).await.unwrap();
    let sent = w.courier.take_messages();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].plain(), format!("青年大学习（本周）今天 20:00截止，还差 3 位：@李四 @钱七 王五{NAMES_END}"));
    let mentions: Vec<_> = sent[0].parts.iter().filter_map(|p| if let Part::Mention { id, .. } = p { Some(id.as_str()) } else { None }).collect();
    assert_eq!(mentions, ["102", "105"]);
    assert_eq!(sent[0].chat, ChatKey::group("onebot", "90000"));
    // next week everybody owes again, and the one who came
    w.go_to("2026-11-29 18:00");
    assert_eq!(
        w.tick(&mut s, &mut d).await,
        [format!("onebot:90000: 青年大学习（本周）今天 20:00截止，还差 6 位：@张三 @李四 @赵六 @钱七 @周九 王五{NAMES_END}")]
    );
    w.end().await;
}

async fn nobody_missing_nothing_said(db: Db) {
    let (w, b) = one_branch(db, "2026-11-16 09:00", &["张三@101", "李四"]).await;
    w.done(b.org.id, b.people[0], "study", "2026-W47").await;
    w.done(b.org.id, b.people[1], "study", "2026-W47").await;
    w.go_to("2026-11-22 18:00");
    let step = w.scheduler().step(w.now()).await.unwrap();
    assert_eq!((step.entered, step.letters), (1, 0));
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

/// Grants somebody of another branch the secretary's role here.
async fn secretary(w: &World, b: &Branch) {
    let desk = w.branch("余庆县团委/白泥镇/机关支部", &["支书@900"], "91000").await;
    w.done(desk.org.id, desk.people[0], "study", "2026-W47").await;
    w.done(desk.org.id, desk.people[0], "dues", "2026-11").await;
    w.store.grant(desk.people[0], b.org.id, Role::Secretary, None).await.unwrap();
}

async fn dues_are_a_count_in_the_group_and_names_for_the_secretary(db: Db) {
    let (w, b) = one_branch(db, "2026-11-02 09:00", &["张三@101", "李四@102", "王五"]).await;
    secretary(&w, &b).await;
    w.done(b.org.id, b.people[0], "dues", "2026-11").await;
    w.go_to("2026-11-28 19:00");
    let mut said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    said.sort();
    assert_eq!(
        said,
        [
            "onebot:90000: 11月团费还有 2 位没交，方便的时候处理一下，弄好了跟我说一声。",
            "onebot:@900: 电信支部 11月团费还差 2 位：李四、王五\n（其中 1 位还没绑定账号）",
        ]
    );
    w.end().await;
}

async fn a_branch_may_switch_names_on(db: Db) {
    let (w, b) = one_branch(db, "2026-11-02 09:00", &["张三@101", "李四@102"]).await;
    let mut chat = w.store.chats_of(b.org.id).await.unwrap().remove(0);
    chat.names = true;
    w.store.set_chat(&chat).await.unwrap();
    w.go_to("2026-11-28 19:00");
    let said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    assert_eq!(said, ["onebot:90000: 团费（11月）11月30日周一 23:59截止，还差 2 位：@张三 @李四 \n记得交，弄好了在群里说一声就行。"]);
    w.end().await;
}

async fn names_with_markup_stay_text(db: Db) {
    let (w, _) = one_branch(db, "2026-11-16 09:00", &["[CQ:at,qq=all]", "=cmd|' /C calc'!A0", "{ $names }@103"]).await;
    w.go_to("2026-11-22 18:00");
    w.scheduler().step(w.now()).await.unwrap();
    w.deliverer().step(w.now()).await.unwrap();
    let sent = w.courier.take_messages();
    let mention = Part::Mention { id: "103".into(), name: "{ $names }".into() };
    let expected =
        [Part::Text("青年大学习（本周）今天 20:00截止，还差 3 位：".into()), mention, Part::Text(format!("[CQ:at,qq=all]、=cmd|' /C calc'!A0{NAMES_END}"))];
    assert_eq!(sent[0].parts, expected);
    w.end().await;
}

async fn three_hundred_members_are_cut_to_the_limits(db: Db) {
    let members: Vec<String> = (0..300).map(|n| format!("团员{n}@{}", 1000 + n)).collect();
    let (w, _) = one_branch(db, "2026-11-16 09:00", &members.iter().map(String::as_str).collect::<Vec<_>>()).await;
    w.courier.can(|c| c.mentions = 20);
    w.go_to("2026-11-22 18:00");
    w.scheduler().step(w.now()).await.unwrap();
    let mut d = w.deliverer();
    while !d.step(w.now()).await.unwrap().is_empty() {}
    let sent = w.courier.take_messages();
    assert_eq!(sent.len(), 15);
    let ids = |m: &zhibu::domain::message::Outgoing| -> Vec<String> {
        m.parts.iter().filter_map(|p| if let Part::Mention { id, .. } = p { Some(id.clone()) } else { None }).collect()
    };
    assert!(sent.iter().all(|m| ids(m).len() == 20));
    let mut all: Vec<u32> = sent.iter().flat_map(ids).map(|id| id.parse().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, (1000..1300).collect::<Vec<u32>>());
    assert!(sent[0].plain().starts_with("青年大学习（本周）今天 20:00截止，还差 300 位：@"), "they arrive in order");
    assert!(sent[1..].iter().all(|m| m.plain().starts_with("青年大学习（本周）接上条：@")));
    assert!(sent[14].plain().ends_with(NAMES_END) && sent[..14].iter().all(|m| !m.plain().contains("记得")));
    w.end().await;
}

/// A chat of a platform that is not configured any more is left aside while there is another; of a branch whose chat is another
/// unit's by now, the rest.
async fn a_chat_that_nobody_can_reach_is_left_aside(db: Db) {
    let (w, b) = one_branch(db, "2026-11-16 09:00", &["张三@101"]).await;
    w.clock.advance(1000);
    w.store.bind_chat(&ChatKey::group("onebot", "10000"), b.org.id).await.unwrap();
    w.store.bind_chat(&ChatKey::group("nowhere", "1"), b.org.id).await.unwrap();
    w.store.bind_chat(&b_chat(), b.org.id).await.unwrap(); // binding again changes nothing
    w.go_to("2026-11-22 18:00");
    let mut said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    said.sort();
    assert!(said.len() == 2 && said[0].starts_with("onebot:10000: ") && said[1].starts_with("onebot:90000: "), "{said:?}");
    let other = w.branch("余庆县团委/白泥镇/机关支部", &[], "90000").await;
    assert_eq!(w.store.chats_of(other.org.id).await.unwrap().len(), 1);
    w.go_to("2026-11-29 18:00");
    let said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    assert!(said.len() == 1 && said[0].starts_with("onebot:10000: "), "{said:?}");
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

fn b_chat() -> ChatKey {
    ChatKey::group("onebot", "90000")
}

async fn a_restart_neither_loses_nor_repeats(db: Db) {
    let (w, _) = one_branch(db, "2026-11-16 09:00", &["张三@101"]).await;
    w.go_to("2026-11-22 18:00");
    // entered, and the process dies before it sends
    assert_eq!(w.scheduler().step(w.now()).await.unwrap().letters, 1);
    w.clock.advance(60_000);
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1, "the letter waited");
    for _ in 0..3 {
        w.clock.advance(60_000);
        assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    }
    // claimed, and the process dies before it sends: the claim passes on when it runs out
    w.go_to("2026-11-29 18:00");
    s.step(w.now()).await.unwrap();
    let now = w.now();
    assert_eq!(w.store.claim_letters(PLATFORMS, now, now + 1000, 10, &|_, _| true).await.unwrap().len(), 1);
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    w.clock.advance(1001);
    assert_eq!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.len(), 1);
    w.end().await;
}

async fn after_a_long_night_only_the_latest_is_sent(db: Db) {
    let mut config = config();
    let study = config.duties.iter_mut().find(|d| d.key == "study").unwrap();
    study.reminders = vec![zhibu::domain::duty::Reminder { grace_minutes: 5 * 24 * 60, ..reminder("daily", "0 18 * * *") }];
    let w = World::with(db, "2026-11-16 09:00", config).await;
    w.branch("县/甲支部", &["张三@101"], "90000").await;
    w.scheduler().step(w.now()).await.unwrap();
    w.go_to("2026-11-20 09:00");
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    let step = s.step(w.now()).await.unwrap();
    assert_eq!((step.entered, step.letters, step.skipped), (1, 1, 3), "four evenings were missed");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1);
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    w.end().await;
}

async fn too_late_is_skipped(db: Db) {
    let (w, _) = one_branch(db, "2026-11-16 09:00", &["张三@101"]).await;
    w.go_to("2026-11-22 20:01");
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    assert_eq!(s.step(w.now()).await.unwrap().skipped, 1);
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    assert_eq!(w.scheduler().step(w.now()).await.unwrap().skipped, 0, "it is noted");
    w.go_to("2026-11-29 20:00");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1, "the end of the grace is within it");
    w.end().await;
}

async fn a_fresh_branch_hears_nothing_of_the_past_and_misses_nothing_after(db: Db) {
    let w = World::new(db, "2026-11-16 09:00").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:30");
    let late = w.branch("县/晚来支部", &["张三@101"], "90000").await;
    assert!(w.tick(&mut s, &mut d).await.is_empty(), "it was made after six");
    w.go_to("2026-11-24 09:00");
    w.branch("县/新支部", &["李四@102"], "90001").await;
    // the bot was down when the reminder came due, and never looked at the new branch before
    w.go_to("2026-11-29 18:45");
    w.done(late.org.id, late.people[0], "study", "2026-W48").await;
    let said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    assert_eq!(said, [format!("onebot:90001: 青年大学习（本周）今天 20:00截止，还差 1 位：@李四 {NAMES_END}")]);
    w.end().await;
}

async fn the_clock_may_jump(db: Db) {
    let (w, _) = one_branch(db, "2026-11-16 09:00", &["张三@101"]).await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    w.go_to("2026-11-22 18:00");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1);
    // back by an hour, by a week, and slowly on
    for time in ["2026-11-22 17:00", "2026-11-22 18:00", "2026-11-15 18:00", "2026-11-22 18:01"] {
        w.go_to(time);
        assert!(w.tick(&mut s, &mut d).await.is_empty(), "{time}");
        assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty(), "{time}");
    }
    // far ahead by mistake, where one is sent; then right again: the weeks between are not lost, none comes twice
    w.go_to("2030-06-02 18:00");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1);
    w.go_to("2026-11-22 18:30");
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.go_to("2026-11-29 18:00");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1);
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    w.end().await;
}

async fn summer_time_in_berlin(db: Db) {
    let mut config = config();
    let berlin = Zone(chrono_tz::Europe::Berlin);
    let study = config.duties.iter_mut().find(|d| d.key == "study").unwrap();
    study.reminders = vec![zhibu::domain::duty::Reminder { zone: berlin, quiet: false, ..reminder("night", "30 2 * * *") }];
    config.bot.zone = berlin;
    let w = World::with(db, "2026-03-20 00:00", config).await;
    w.branch("县/甲支部", &["张三@101"], "90000").await;
    // the branch keeps records from September on only, so the roster's past is made longer by hand
    let org = w.store.org_by_path("县/甲支部").await.unwrap().unwrap();
    assert_eq!(org.since.to_string(), "2026-09-01");
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    let mut entered = Vec::new();
    let mut sent = 0;
    for day in ["2026-03-29", "2026-10-25"] {
        let midnight = berlin.start_of(day.parse().unwrap());
        w.clock.set(midnight - 3_600_000);
        let mut fresh = w.scheduler();
        fresh.step(w.now()).await.unwrap();
        for minute in (0..360).step_by(5) {
            w.clock.set(midnight + minute * 60_000);
            let step = s.step(w.now()).await.unwrap();
            if step.entered > 0 {
                entered.push((berlin.show(w.now()), step.entered));
            }
            while !d.step(w.now()).await.unwrap().is_empty() {}
            sent += w.courier.take().len();
        }
    }
    // the hour that does not exist: at its end; the hour that comes twice: once. In March the branch owed nothing yet.
    assert_eq!(entered, [("2026-03-29 03:00".to_owned(), 1), ("2026-10-25 02:30".to_owned(), 1)]);
    assert_eq!(sent, 1);
    w.end().await;
}

async fn two_schedulers_enter_it_once(db: Db) {
    let (w, _) = one_branch(db, "2026-11-16 09:00", &["张三@101"]).await;
    for n in 0..20 {
        w.branch(&format!("县/支部{n}"), &["李四"], &format!("{n}")).await;
    }
    // a second process on the same database, with a node number and a store of its own
    let other_effects = w.db.effects(8);
    let other_store = Store::open(&w.db.options(), &other_effects).await.unwrap();
    let mut parts = w.parts.clone();
    (parts.store, parts.effects) = (other_store.clone(), other_effects);
    let (mut mine, mut theirs) = (w.scheduler(), zhibu::schedule::Scheduler::new(&parts).unwrap());
    w.go_to("2026-11-22 18:00");
    let now = w.now();
    let (one, two) = tokio::join!(mine.step(now), theirs.step(now));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.entered + two.entered, one.letters + two.letters, one.failed + two.failed), (21, 21, 0));
    let (mut mine, mut theirs) = (w.deliverer(), zhibu::schedule::Deliverer::new(&parts));
    loop {
        let (one, two) = tokio::join!(mine.step(now), theirs.step(now));
        if one.unwrap().is_empty() && two.unwrap().is_empty() {
            break;
        }
    }
    let said = w.courier.take();
    assert_eq!(said.len(), 21);
    assert_eq!(said.iter().collect::<std::collections::HashSet<_>>().len(), 21);
    other_store.close().await;
    w.end().await;
}

async fn many_branches_one_evening(db: Db) {
    let w = World::new(db, "2026-11-16 09:00").await;
    for n in 0..132 {
        w.branch(&format!("县/镇{}/支部{n}", n % 11), &["张三", "李四"], &format!("{n}")).await;
    }
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    assert_eq!(s.step(w.now()).await.unwrap().letters, 132);
    assert_eq!(s.step(w.now()).await.unwrap().entered, 0);
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take().len(), 132);
    assert_eq!(w.parts.counts.sent.load(std::sync::atomic::Ordering::Relaxed), 132);
    w.end().await;
}

async fn one_bad_branch_stops_nobody(db: Db) {
    let (w, bad) = one_branch(db, "2026-11-16 09:00", &["张三@101"]).await;
    w.branch("县/甲支部", &["李四"], "1").await;
    w.branch("县/乙支部", &["王五"], "2").await;
    w.go_to("2026-11-22 18:00");
    assert_eq!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.len(), 3);
    // what nobody can read is in the way of a reminder that waits and of one that comes due
    let org = bad.org.id;
    w.db.sql(&format!("UPDATE reminder_run SET outcome = 'released', good_until = {} WHERE org_id = {org}", at("2026-12-22 18:00"))).await;
    w.db.sql(&format!("UPDATE membership SET from_day = 'long ago' WHERE branch_id = {org}")).await;
    w.go_to("2026-11-29 18:00");
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    let step = s.step(w.now()).await.unwrap();
    assert_eq!((step.entered, step.letters, step.failed), (2, 2, 2));
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take().len(), 2);
    assert_eq!(w.parts.counts.faults.load(std::sync::atomic::Ordering::Relaxed), 2);
    w.clock.advance(10_000);
    assert_eq!(s.step(w.now()).await.unwrap().failed, 0, "not at every step");
    w.clock.advance(20_000);
    assert_eq!(s.step(w.now()).await.unwrap().failed, 2);
    w.db.sql(&format!("UPDATE membership SET from_day = '2026-09-01' WHERE branch_id = {org}")).await;
    w.clock.advance(30_000);
    let said = w.tick(&mut s, &mut d).await;
    assert!(said.len() == 1 && said[0].contains("@张三"), "{said:?}");
    w.end().await;
}

async fn the_loops_run_and_end(db: Db) {
    let (mut w, b) = one_branch(db, "2026-11-16 09:00", &["张三@101"]).await;
    assert_eq!(next_due(&w.parts.config, w.now()), Some((at("2026-11-22 18:00"), "study/sunday".to_owned())));
    let dues = &w.parts.config.duty("dues").unwrap().reminders[0];
    let runs: Vec<String> = next_runs(&w.parts.config, "dues", dues, w.now(), 3).unwrap().into_iter().map(|t| ZONE.show(t)).collect();
    assert_eq!(runs, ["2026-11-28 19:00", "2026-12-28 19:00", "2027-01-28 19:00"]);
    // a second platform stands by; the branch's chat is on the first
    let webchat = FakeCourier::new("webchat");
    let couriers: Vec<Arc<dyn Courier>> = vec![webchat.clone(), w.courier.clone()];
    w.parts.couriers = couriers.into();
    let shutdown = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(zhibu::schedule::run(w.parts.clone(), shutdown.clone()));
    w.go_to("2026-11-22 18:00");
    tokio::time::timeout(std::time::Duration::from_secs(30), w.courier.tried()).await.expect("the reminder is sent");
    shutdown.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(30), running).await.expect("the loops end").unwrap().unwrap();
    assert_eq!(w.courier.take().len(), 1);
    assert!(webchat.take().is_empty());
    assert_eq!(w.outbox().await, (0, 0), "what was sent is written down before the end");
    // a bad expression is told, not run
    let mut config = config();
    config.duties[0].reminders = vec![reminder("odd", "every day")];
    w.parts.config = Arc::new(config);
    let told = zhibu::schedule::run(w.parts.clone(), tokio_util::sync::CancellationToken::new()).await.unwrap_err();
    assert!(told.contains(&format!("{}/odd", w.parts.config.duties[0].key)) && told.contains("every day"), "{told}");
    let fields = MemberFields { accounts: vec![AccountKey::new("onebot", "102")], ..MemberFields::default() };
    w.change(&[RosterChange::Update { person: b.people[0], branch: b.org.id, fields }]).await;
    w.end().await;
}
