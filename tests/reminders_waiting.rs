//! Chats that take only answers: what the bot starts itself waits for the next one, the secretary is told, and another group of
//! the branch does not wait for it.

use crate::schedule_world::{World, config, reminder};
use crate::support::courier::{FakeCourier, Fate};
use crate::support::db::{Db, on_both};
use libtest_mimic::Trial;
use std::sync::Arc;
use zhibu::domain::duty::{Audience, Reminder};
use zhibu::domain::message::{AccountKey, ChatKey, Courier, SendError};
use zhibu::domain::role::Role;
use zhibu::schedule::Teller;

const NOON: &str = "2026-11-22 12:00";

pub fn tests() -> Vec<Trial> {
    [
        on_both("reminders_waiting::it_goes_with_the_next_answer_and_the_secretary_is_told", told_and_carried),
        on_both("reminders_waiting::what_nobody_came_for_has_failed", nobody_came),
        on_both("reminders_waiting::another_group_does_not_wait", elsewhere),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A branch whose one group takes only answers, with 李四 as its secretary; reminded at 18:00, for two hours.
async fn world(db: Db) -> (World, ChatKey, ChatKey) {
    let mut config = config();
    for duty in &mut config.duties {
        let evening = Reminder { audience: vec![Audience::Group], grace_minutes: 120, ..reminder("sunday", "0 18 * * SUN") };
        duty.reminders = if duty.key == "study" { vec![evening] } else { vec![] };
    }
    let w = World::with(db, NOON, config).await;
    let b = w.branch("县/甲支部", &["张三@101", "李四@102"], "1").await;
    w.store.grant(b.people[1], b.org.id, Role::Secretary, None).await.unwrap();
    w.courier.can(|c| (c.push, c.hears_all) = (false, false));
    let group = ChatKey::group("onebot", "1");
    w.courier.connected(&group, false);
    (w, group, ChatKey::private(&AccountKey::new("onebot", "102")))
}

async fn told_and_carried(db: Db) {
    let (w, group, secretary) = world(db).await;
    let (mut s, mut d, mut teller) = (w.scheduler(), w.deliverer(), Teller::new(&w.parts));
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    assert_eq!((w.courier.attempts(), teller.step(w.now()).await.unwrap()), (0, 0), "what passes soon is not told");
    w.go_to("2026-11-22 18:03");
    assert_eq!(teller.step(w.now()).await.unwrap(), 1);
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(
        said,
        [format!(
            "{secretary}: 甲支部有 1 条提醒在等，那边要先有人说话我才能发：\n青年大学习（群里），等到 今天 20:00\n有人在那里@我说句话，就会一起带上；急的话请先转告大家。"
        )]
    );
    // once
    w.go_to("2026-11-22 18:30");
    assert_eq!(Teller::new(&w.parts).step(w.now()).await.unwrap(), 0);
    // the window closes again between two looks
    w.courier.connected(&group, true);
    // what waited so long is written anew first
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.courier.next([Fate::Fails(SendError::Waits("its time for answers is over".into()))]);
    assert!(w.tick(&mut s, &mut d).await.is_empty());
    w.go_to("2026-11-22 18:31");
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("onebot:1: ") && said[0].contains("@张三 @李四") && said[0].ends_with("（我在本群只听得到@我的话，报告时请@我）"), "{said:?}");
    assert_eq!(w.outbox().await, (0, 0));
    w.end().await;
}

async fn nobody_came(db: Db) {
    let (w, _, secretary) = world(db).await;
    let (mut s, mut d, mut teller) = (w.scheduler(), w.deliverer(), Teller::new(&w.parts));
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    w.tick(&mut s, &mut d).await;
    w.go_to("2026-11-22 18:03");
    teller.step(w.now()).await.unwrap();
    assert_eq!(w.tick(&mut s, &mut d).await.len(), 1);
    w.go_to("2026-11-22 20:01");
    w.tick(&mut s, &mut d).await;
    w.go_to("2026-11-22 20:03");
    teller.step(w.now()).await.unwrap();
    let said = w.tick(&mut s, &mut d).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with(&format!("{secretary}: 甲支部有 1 条提醒没发出去：")), "{said:?}");
    w.end().await;
}

async fn elsewhere(db: Db) {
    let (mut w, group, _) = world(db).await;
    let telegram = FakeCourier::new("telegram");
    let couriers: Vec<Arc<dyn Courier>> = vec![w.courier.clone(), telegram.clone()];
    w.parts.couriers = couriers.into();
    let org = w.store.org_by_path("县/甲支部").await.unwrap().unwrap();
    w.store.bind_chat(&ChatKey::group("telegram", "-7"), org.id).await.unwrap();
    let (mut s, mut d) = (w.scheduler(), w.deliverer());
    s.step(w.now()).await.unwrap();
    w.go_to("2026-11-22 18:00");
    w.tick(&mut s, &mut d).await;
    let said = telegram.take();
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("telegram:-7: ") && !said[0].contains("只听得到"), "{said:?}");
    assert_eq!(w.outbox().await, (1, 0));
    w.courier.connected(&group, true);
    w.go_to("2026-11-22 18:20");
    assert!(w.tick(&mut s, &mut d).await.is_empty(), "what waited so long is written anew first");
    let said = w.tick(&mut s, &mut d).await;
    assert!(said.len() == 1 && said[0].starts_with("onebot:1: ") && said[0].ends_with("（我在本群只听得到@我的话，报告时请@我）"), "{said:?}");
    w.end().await;
}
