//! Reminders that come so long before a deadline: the duty's, or the one that an issue was opened with.

use crate::schedule_world::{at, config, reminder};
use crate::support::db::{Db, on_both};
use crate::support::house::House;
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::domain::duty::Reminder;
use zhibu::domain::role::Role;
use zhibu::schedule::Scheduler;

const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("reminders_before::an_issue_with_a_deadline_of_its_own", own_deadline),
        on_both("reminders_before::the_nearest_unit_decides", nearest),
        on_both("reminders_before::opened_too_late_or_taken_back", taken_back),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Study is reminded of three hours before it is due: on Sundays at 20:00. It is Monday, eight o'clock.
async fn house(db: Db) -> House {
    let mut config = config();
    config.bot.answers.crowd = 0;
    config.bot.reminders.group_cap = 0;
    for duty in &mut config.duties {
        duty.reminders = if duty.key == "study" { vec![Reminder { before: Some(180), grace_minutes: 60, ..reminder("last_call", "") }] } else { vec![] };
    }
    let house = House::with(db, Arc::new(config)).await;
    for (branch, names, group) in [(BRANCH, ["张三", "李四"], "90000"), (OTHER, ["周八", "吴九"], "90001")] {
        house.branch(branch, &names, 0).await;
        house.group(group, branch).await;
    }
    house.grant("李四", Role::Secretary, BRANCH).await;
    house.grant("周八", Role::Secretary, TOWN).await;
    go_to(&house, "2026-11-23 08:00").await;
    house
}

async fn go_to(house: &House, time: &str) {
    house.db.clock.set(at(time));
    house.bot.voices.keep().await.unwrap();
}

/// Which groups are reminded at that time.
async fn reminded(house: &House, scheduler: &mut Scheduler, time: &str) -> Vec<String> {
    go_to(house, time).await;
    assert_eq!(scheduler.step(house.bot.now()).await.unwrap().failed, 0);
    house.delivered().await;
    let mut said: Vec<String> = house.wire.take().iter().map(|m| format!("{} {}", m.chat.id, m.plain().lines().next().unwrap_or_default())).collect();
    said.sort();
    said
}

async fn own_deadline(db: Db) {
    let house = house(db).await;
    let mut s = Scheduler::new(&house.schedule()).unwrap();
    assert_eq!(reminded(&house, &mut s, "2026-11-23 08:00").await, Vec::<String>::new());
    let secretary = "李四";
    assert!(house.whispers(secretary, "下次提醒").await.contains("11月29日周日 17:00 青年大学习"), "{}", house.whispers(secretary, "下次提醒").await);
    let group = house.unbound_group("90000");
    let said = group.asks(secretary, "开始大学习 第十三季第5期 到周六18点").await;
    assert!(said.contains("第十三季第5期") && said.contains("11月28日周六 18:00"), "{said}");
    let next = house.whispers(secretary, "下次提醒").await;
    assert!(next.contains("11月28日周六 15:00 青年大学习"), "{next}");
    // while the reminder sleeps until Sunday, it learns of the issue
    assert_eq!(reminded(&house, &mut s, "2026-11-28 14:59").await, Vec::<String>::new());
    let preview = house.whispers(secretary, "今天会提醒谁").await;
    assert!(preview.contains("15:00") && preview.contains("张三、李四"), "{preview}");
    let preview = house.whispers("周八", "明天会提醒谁").await;
    assert!(preview.contains("17:00 第二团支部") && !preview.contains("第一团支部"), "{preview}");
    assert_eq!(reminded(&house, &mut s, "2026-11-28 15:00").await, ["90000 青年大学习（第十三季第5期）今天 18:00截止，还差 2 位：@张三 @李四 "]);
    assert_eq!(reminded(&house, &mut s, "2026-11-28 17:00").await, Vec::<String>::new());
    assert_eq!(reminded(&house, &mut s, "2026-11-29 17:00").await, ["90001 青年大学习（本周）今天 20:00截止，还差 2 位：@周八 @吴九 "]);
    // the week after, which no issue was opened for, is due when it always is
    assert_eq!(reminded(&house, &mut s, "2026-12-06 16:59").await, Vec::<String>::new());
    assert_eq!(reminded(&house, &mut Scheduler::new(&house.schedule()).unwrap(), "2026-12-06 17:00").await.len(), 2);
    house.ends().await;
}

async fn nearest(db: Db) {
    let house = house(db).await;
    let mut s = Scheduler::new(&house.schedule()).unwrap();
    reminded(&house, &mut s, "2026-11-23 08:00").await;
    // the town's issue ends on Friday; one branch opened its own, with the usual deadline, and keeps that
    assert!(house.unbound_group("90000").asks("李四", "开始大学习 第十三季第5期").await.contains("第十三季第5期"));
    let said = house.whispers("周八", "开始大学习 第十三季第6期 到周五20点").await;
    assert!(said.contains("11月27日周五 20:00"), "{said}");
    house.wire.take();
    let friday = reminded(&house, &mut s, "2026-11-27 17:00").await;
    assert_eq!((friday.len(), friday[0].contains("第十三季第6期")), (1, true), "{friday:?}");
    let sunday = reminded(&house, &mut s, "2026-11-29 17:00").await;
    assert_eq!((sunday.len(), sunday[0].contains("第十三季第5期")), (1, true), "{sunday:?}");
    house.ends().await;
}

async fn taken_back(db: Db) {
    let house = house(db).await;
    let mut s = Scheduler::new(&house.schedule()).unwrap();
    reminded(&house, &mut s, "2026-11-23 08:00").await;
    let group = house.unbound_group("90000");
    // two hours before its deadline it is too late for three hours before, but within the hour of grace
    go_to(&house, "2026-11-24 09:30").await;
    group.asks("李四", "开始大学习 第十三季第5期 到今天12点").await;
    let said = reminded(&house, &mut s, "2026-11-24 09:31").await;
    assert!(said.len() == 1 && said[0].contains("今天 12:00截止"), "{said:?}");
    // it was opened by mistake: the usual deadline holds again, and it is reminded of that
    let org = house.store().org_by_path(BRANCH).await.unwrap().unwrap();
    let issue = house.store().course(&org).await.unwrap().issues[0].clone();
    assert!(house.store().withdraw_issue(&org, &issue, None, house.bot.now(), &|_, _, _| Vec::new()).await.unwrap());
    assert_eq!(reminded(&house, &mut s, "2026-11-29 17:00").await.len(), 2);
    house.ends().await;
}
