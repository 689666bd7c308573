//! Whom reminders spare: who was reminded today, quiet hours, units whose secretary paused them; and how long lists, words
//! in private and praise read.

use crate::schedule_world::{World, at, config, reminder};
use crate::support::courier::Fate;
use crate::support::db::{self, Db};
use libtest_mimic::Trial;
use zhibu::config::Config;
use zhibu::domain::duty::{Audience, Missed, Reminder};
use zhibu::domain::message::{ChatKey, Outgoing, SendError};
use zhibu::domain::roster::{MemberFields, RosterChange};
use zhibu::store::sending::outbox::Letter;
use zhibu::store::sending::reminders::Outcome;

pub fn tests() -> Vec<Trial> {
    let mut all = Vec::new();
    macro_rules! on_both {
        ($($story:ident),* $(,)?) => { $( all.extend(db::on_both(concat!("schedule_spared::", stringify!($story)), $story)); )* };
    }
    on_both!(
        nobody_is_named_twice_a_day,
        what_never_arrived_does_not_count,
        in_private_first,
        the_night_is_quiet,
        answers_pass_what_waits_for_the_morning,
        the_morning_comes_first,
        what_was_released_sleeps_until_the_morning,
        a_pause_is_kept,
        made_in_chat,
        long_lists_go_by_team,
        praise_once,
        nowhere_to_write_to,
    );
    all
}

/// Study's reminders are these, nobody else has any.
fn study(reminders: &[Reminder]) -> Config {
    let mut config = config();
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "study" { reminders.to_vec() } else { vec![] };
    }
    config
}

async fn nobody_is_named_twice_a_day(db: Db) {
    let w = World::with(db, "2026-11-16 09:00", study(&[reminder("noon", "0 12 * * SUN"), reminder("six", "0 18 * * SUN"), reminder("eight", "0 20 * * SUN")]))
        .await;
    let b = w.branch("县/甲支部", &["张三@101", "李四@102"], "90000").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 12:00");
    assert!(w.tick(&mut s, &mut d).await[0].contains("@张三 @李四"));
    // by six somebody has come who was not told yet; another process looks
    w.join(&b.org, &["王五@103"], "2026-11-20").await;
    w.go_to("2026-11-22 18:00");
    let said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("@王五") && !said[0].contains("张三") && said[0].contains("另有 2 位今天已经提醒过"), "{said:?}");
    w.go_to("2026-11-22 20:00");
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    let log = w.store.reminder_log(b.org.id, 5).await.unwrap();
    assert_eq!(log.iter().map(|l| (l.outcome, l.told.len())).collect::<Vec<_>>(), [(Outcome::Spared, 0), (Outcome::Sent, 1), (Outcome::Sent, 2)]);
    assert_eq!(log[1].letters, (1, 0, 0));
    // another day, everybody again
    w.go_to("2026-11-29 12:00");
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await[0].contains("还差 3 位"));
    w.end().await;
}

async fn what_never_arrived_does_not_count(db: Db) {
    let w = World::with(db, "2026-11-16 09:00", study(&[reminder("noon", "0 12 * * SUN"), reminder("six", "0 18 * * SUN"), reminder("eight", "0 20 * * SUN")]))
        .await;
    w.branch("县/甲支部", &["张三@101", "李四@102", "王五@103"], "90000").await;
    w.courier.can(|c| c.mentions = 2);
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    // the first of two messages arrives, the other is refused
    w.go_to("2026-11-22 12:00");
    w.courier.next([Fate::Arrives, Fate::Fails(SendError::Refused("muted".into()))]);
    assert!(w.tick(&mut s, &mut d).await[0].contains("@张三 @李四"));
    // who stood in the other is named at six; that one gets lost on the way, as far as anybody knows
    w.courier.always(Fate::ArrivesUnheard);
    w.go_to("2026-11-22 18:00");
    assert!(w.tick(&mut s, &mut d).await[0].contains("@王五 \n（另有 2 位今天已经提醒过"));
    for _ in 0..20 {
        w.clock.advance(60_000);
        d.step(w.now()).await.unwrap();
    }
    assert_eq!((w.courier.take().len(), w.outbox().await), (1, (0, 2)));
    w.courier.always(Fate::Arrives);
    w.go_to("2026-11-22 20:00");
    assert!(w.tick(&mut s, &mut d).await.is_empty(), "it may have arrived");
    w.end().await;
}

async fn answers_pass_what_waits_for_the_morning(db: Db) {
    let late = Reminder { grace_minutes: 24 * 60, ..reminder("late", "0 21 * * SUN") };
    let later = Reminder { grace_minutes: 24 * 60, ..reminder("later", "30 21 * * SUN") };
    let mut config = study(&[late, later]);
    config.bot.reminders.group_cap = 0;
    let w = World::with(db, "2026-11-16 09:00", config).await;
    let chat = ChatKey::group("onebot", "90000");
    w.branch("县/甲支部", &["张三@101"], "90000").await;
    let mut s = w.scheduler();
    s.step(w.now()).await.unwrap();
    for time in ["2026-11-22 21:00", "2026-11-22 21:30"] {
        w.go_to(time);
        assert_eq!(s.step(w.now()).await.unwrap().letters, 1);
    }
    w.go_to("2026-11-22 23:00");
    let answer =
        |n: usize| Letter { dedupe_key: format!("answer/{n}"), message: Outgoing::text(chat.clone(), format!("第{n}条")), expires_at: w.now() + 3_600_000 };
    w.store.queue_letters(&[answer(1), answer(2)], w.now()).await.unwrap();
    let mut d = w.deliverer();
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take(), ["onebot:90000: 第1条", "onebot:90000: 第2条"]);
    // what waited so long is written anew
    w.go_to("2026-11-23 08:00");
    for _ in 0..2 {
        while !d.step(w.now()).await.unwrap().is_empty() {}
        s.step(w.now()).await.unwrap();
    }
    while !d.step(w.now()).await.unwrap().is_empty() {}
    assert_eq!(w.courier.take().len(), 2);
    let order =
        w.db.column("SELECT dedupe_key FROM outbox WHERE dedupe_key LIKE 'reminder/%' AND state = 'sent' ORDER BY CAST(substr(sent_as, 2) AS INTEGER)").await;
    assert!(order[0].starts_with("reminder/study/late/") && order[1].starts_with("reminder/study/later/"), "{order:?}");
    w.end().await;
}

/// A grace that would end in quiet hours is counted from their end; one that ended before them is over.
async fn the_morning_comes_first(db: Db) {
    let nine = reminder("nine", "0 21 * * SUN");
    let half_past = Reminder { grace_minutes: 60, ..reminder("half_past", "30 21 * * SUN") };
    let over = Reminder { grace_minutes: 30, ..reminder("over", "15 21 * * SUN") };
    let skipped = Reminder { missed: Missed::Skip, ..reminder("skipped", "58 21 * * SUN") };
    let mut config = study(&[nine, half_past, over, skipped]);
    config.bot.reminders.group_cap = 0;
    let w = World::with(db, "2026-11-16 09:00", config).await;
    let b = w.branch("县/甲支部", &["张三@101"], "90000").await;
    w.scheduler().step(w.now()).await.unwrap();
    let outcomes = async || {
        let log = w.store.reminder_log(b.org.id, 20).await.unwrap();
        let mut all: Vec<(String, Outcome)> = log.into_iter().map(|l| (l.reminder.strip_prefix("study/").unwrap().to_owned(), l.outcome)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    // down from before nine until the night
    w.go_to("2026-11-22 23:30");
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    assert_eq!(outcomes().await, []);
    w.go_to("2026-11-23 08:00");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 2);
    let found = [("half_past", Outcome::Sent), ("nine", Outcome::Sent), ("over", Outcome::Skipped), ("skipped", Outcome::Skipped)];
    assert_eq!(outcomes().await, found.map(|(key, outcome)| (key.to_owned(), outcome)));
    // entered in time, and the account is away until the night
    w.courier.connected(&ChatKey::group("onebot", "90000"), false);
    for time in ["2026-11-29 21:00", "2026-11-29 21:15", "2026-11-29 21:30"] {
        w.go_to(time);
        assert!(w.tick(&mut s, &mut d).await.is_empty());
    }
    w.courier.connected(&ChatKey::group("onebot", "90000"), true);
    for time in ["2026-11-29 22:00", "2026-11-29 23:30", "2026-11-30 07:59"] {
        w.go_to(time);
        assert!(w.tick(&mut s, &mut d).await.is_empty());
    }
    w.go_to("2026-11-30 08:00");
    // what waited so long is written anew first
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 2, "what was good until a quarter to ten is late");
    assert_eq!(w.outbox().await, (0, 1));
    // nor does it wait for ever: two hours after the night, as it would have two hours after nine
    w.go_to("2026-12-07 10:01");
    assert!(w.tick(&mut w.scheduler(), &mut d).await.is_empty());
    w.end().await;
}

/// Until the morning nothing is read for it but that it is there; then it goes.
async fn what_was_released_sleeps_until_the_morning(db: Db) {
    let w = World::with(db, "2026-11-16 09:00", study(&[reminder("nine", "0 21 * * SUN")])).await;
    w.branch("县/甲支部", &["张三@101"], "90000").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 21:00");
    w.courier.next([Fate::Fails(SendError::Refused("muted".into()))]);
    w.tick(&mut s, &mut d).await;
    w.go_to("2026-11-22 23:00");
    let failed = w.store.failed_since(0, None).await.unwrap();
    assert_eq!(w.store.resend(&failed, &[], "2026-11-22", w.now(), w.now() + 12 * 3_600_000).await.unwrap(), 1);
    s.step(w.now()).await.unwrap();
    // whoever reads the tree now finds that it can't be read
    w.db.sql("UPDATE org SET since = 'long ago'").await;
    for _ in 0..20 {
        w.clock.advance(60_000);
        s.step(w.now()).await.unwrap();
    }
    w.go_to("2026-11-23 08:00");
    assert_eq!(s.step(w.now()).await.unwrap().failed, 1, "it is read now");
    w.db.sql("UPDATE org SET since = '2026-09-01'").await;
    w.clock.advance(30_000);
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1);
    w.end().await;
}

async fn nowhere_to_write_to(db: Db) {
    let only_private = Reminder { audience: vec![Audience::Member], ..reminder("six", "0 18 * * SUN") };
    let w = World::with(db, "2026-11-16 09:00", study(&[only_private])).await;
    let a = w.branch("县/甲支部", &["张三", "李四"], "90000").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    assert_eq!(w.store.reminder_log(a.org.id, 1).await.unwrap()[0].outcome, Outcome::Unreached);
    w.end().await;
}

async fn in_private_first(db: Db) {
    let mut config = config();
    for duty in &mut config.duties {
        let audience = vec![Audience::Member, Audience::Group];
        let both = vec![Reminder { audience: audience.clone(), ..reminder("seven", "0 19 28 * *") }, Reminder { audience, ..reminder("eight", "0 20 28 * *") }];
        duty.reminders = if duty.key == "dues" { both } else { vec![] };
    }
    let w = World::with(db, "2026-11-16 09:00", config).await;
    w.branch("县/甲支部", &["张三@101", "李四"], "90000").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-28 19:00");
    let mut said = w.tick(&mut s, &mut d).await;
    said.sort();
    assert_eq!(
        said,
        [
            "onebot:90000: 11月团费还有 2 位没交，方便的时候处理一下，弄好了跟我说一声。",
            "onebot:@101: 张三，11月团费还没交，11月30日周一 23:59截止。弄好了跟我说一声就行。",
        ]
    );
    w.go_to("2026-11-28 20:00");
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(said.len(), 1, "the count again, nobody in private twice a day: {said:?}");
    w.end().await;
}

async fn the_night_is_quiet(db: Db) {
    let late = Reminder { grace_minutes: 720, ..reminder("late", "30 23 * * SAT") };
    let evening = Reminder { grace_minutes: 720, ..reminder("evening", "0 20 * * SUN") };
    let mut config = study(&[late, evening]);
    config.bot.reminders.group_cap = 0;
    let w = World::with(db, "2026-11-16 09:00", config).await;
    w.branch("县/甲支部", &["张三@101"], "90000").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    for quiet in ["2026-11-21 23:30", "2026-11-22 00:10", "2026-11-22 07:59"] {
        w.go_to(quiet);
        assert!(w.tick(&mut s, &mut d).await.is_empty(), "{quiet}");
    }
    w.go_to("2026-11-22 08:00");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1);
    // down in the evening, up in the night: it waits for the morning, within its grace
    w.go_to("2026-11-22 23:00");
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    let mut s = w.scheduler();
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-23 08:00");
    let said = w.tick(&mut s, &mut w.deliverer()).await;
    assert_eq!(said.len(), 1, "{said:?}");
    // entered in the evening, but the platform was away until the night
    w.go_to("2026-11-29 20:00");
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-29 22:30");
    let mut d = w.deliverer();
    while d.step(w.now()).await.unwrap().more() {}
    assert_eq!(w.courier.take_attempts(), 2, "only those of before");
    w.go_to("2026-11-30 08:00");
    d.step(w.now()).await.unwrap();
    s.step(w.now()).await.unwrap();
    while d.step(w.now()).await.unwrap().more() {}
    assert_eq!(w.courier.take().len(), 1, "Sunday's; Saturday's was worthless by then");
    w.end().await;
}

async fn a_pause_is_kept(db: Db) {
    let w = World::new(db, "2026-11-16 09:00").await;
    let a = w.branch("县/甲镇/甲支部", &["张三@101"], "90000").await;
    w.branch("县/乙镇/乙支部", &["李四@102"], "90001").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    let town = w.store.org_by_path("县/甲镇").await.unwrap().unwrap();
    w.store.hush(town.id, None, (w.now(), at("2026-11-23 00:00")), None, w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("onebot:90001: "));
    assert_eq!(w.store.reminder_log(a.org.id, 1).await.unwrap()[0].outcome, Outcome::Paused);
    // what was paused does not come later; what comes later is not paused
    w.go_to("2026-11-23 09:00");
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.store.hush(town.id, Some("dues"), (w.now(), at("2027-01-01 00:00")), None, w.now()).await.unwrap();
    w.go_to("2026-11-29 18:00");
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 2, "another duty's pause");
    assert!(w.store.unhush(town.id, None, &[], w.now()).await.unwrap().any);
    assert!(!w.store.unhush(town.id, None, &[], w.now()).await.unwrap().any);
    w.end().await;
}

async fn made_in_chat(db: Db) {
    let w = World::with(db, "2026-11-16 09:00", study(&[])).await;
    let a = w.branch("县/甲支部", &["张三@101"], "90000").await;
    w.branch("县/乙支部", &["李四@102"], "90001").await;
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-19 20:30");
    assert!(w.store.make_reminder(a.org.id, "study", "0 20 * * THU", None, w.now()).await.unwrap());
    assert!(!w.store.make_reminder(a.org.id, "study", "0 20 * * THU", None, w.now()).await.unwrap());
    assert!(w.tick(&mut s, &mut d).await.is_empty(), "nothing of the past");
    w.go_to("2026-11-26 20:00");
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("onebot:90000: 青年大学习"), "{said:?}");
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    let id = w.store.own_reminders().await.unwrap()[0].id;
    assert!(w.store.drop_reminder(id).await.unwrap());
    w.go_to("2026-12-03 20:00");
    assert!(w.tick(&mut s, &mut d).await.is_empty(), "it is gone");
    w.end().await;
}

async fn long_lists_go_by_team(db: Db) {
    let mut config = study(&[reminder("six", "0 18 * * SUN")]);
    config.bot.reminders.teams_from = 4;
    let w = World::with(db, "2026-11-16 09:00", config).await;
    let b = w.branch("县/甲支部", &["张三@101", "李四@102", "王五", "赵六"], "90000").await;
    for (n, team) in [(0, "第三组"), (1, "第一组"), (2, "第二组")] {
        let fields = MemberFields { group: Some(team.into()), ..MemberFields::default() };
        w.change(&[RosterChange::Update { person: b.people[n], branch: b.org.id, fields }]).await;
    }
    w.scheduler().step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    let said = w.tick(&mut w.scheduler(), &mut w.deliverer()).await;
    assert_eq!(
        said,
        [
            "onebot:90000: 青年大学习（本周）今天 20:00截止，还差 4 位：\n第一组：@李四 \n第二组：王五\n第三组：@张三 \n其他：赵六\n记得完成，弄好了在群里说一声就行。"
        ]
    );
    w.end().await;
}

async fn praise_once(db: Db) {
    let mut config = study(&[reminder("five", "0 17 * * SUN"), reminder("six", "0 18 * * SUN")]);
    config.bot.reminders.praise = true;
    let w = World::with(db, "2026-11-16 09:00", config).await;
    let b = w.branch("县/甲支部", &["张三@101"], "90000").await;
    w.scheduler().step(w.now()).await.unwrap();
    w.done(b.org.id, b.people[0], "study", "2026-W47").await;
    w.go_to("2026-11-22 17:00");
    assert_eq!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await, ["onebot:90000: 本周青年大学习 1 位都完成了，给大家点个赞！"]);
    w.go_to("2026-11-22 18:00");
    assert!(w.tick(&mut w.scheduler(), &mut w.deliverer()).await.is_empty());
    w.end().await;
}
