//! When things are said, and in which order they are heard: the day of a message is its own, and nobody waits for another's
//! answer to leave.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM};
use libtest_mimic::Trial;
use zhibu::domain::message::{ChatKey, Event, Incoming};

pub fn tests() -> Vec<Trial> {
    [
        on_both("order: a mistake is told while the next message begins", mistakes_overlap),
        on_both("order: what was said on Sunday counts for Sunday's week", said_on_sunday),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

async fn mistakes_overlap(db: Db) {
    let house = House::of_three(db, BRANCH, 0).await;
    let unbound = ChatKey::group(PLATFORM, "95555");
    let message = house.message(&unbound, "张三", "小支 谁没交团费", true);
    let rest = house.bot.begin(Event::Message(Box::new(message))).await;
    assert_eq!(house.read(&unbound), "", "the lane goes on before it is sent");
    rest.expect("there is something to say").await;
    assert_eq!(house.read(&unbound), "这个群还没绑定团支部，请团支书在群里说“绑定本群”。");
    house.ends().await;
}

/// It is a Sunday noon; the messages come on Monday.
async fn said_on_sunday(db: Db) {
    let house = House::of_three(db, BRANCH, 0).await;
    let group = house.group("90000", BRANCH).await;
    let sunday = house.message(&group.chat, "张三", "青年大学习 已完成", false);
    house.clock().advance(13 * 3_600_000);
    house.hear(sunday.clone()).await;
    // a clock that is ahead, one that was never set, and what is older than anything a platform keeps
    let now = house.message(&group.chat, "李四", "青年大学习 已完成", false);
    house.hear(Incoming { sent_at: now.sent_at + 30 * 86_400_000, ..now.clone() }).await;
    house.hear(Incoming { sent_at: 0, ..house.message(&group.chat, "王五", "青年大学习 已完成", false) }).await;
    house.read(&group.chat);
    assert_eq!(house.db.column("SELECT period FROM record ORDER BY id").await, ["2026-W47", "2026-W48", "2026-W48"]);
    // a change belongs to the day of its message
    let changed = Incoming { message_id: format!("{}:1", sunday.message_id), segments: now.segments.clone(), ..sunday };
    house.bot.handle(Event::Edited(Box::new(changed))).await;
    house.read(&group.chat);
    assert_eq!(house.db.column("SELECT period FROM record WHERE kind <> 'reverse' ORDER BY id").await, ["2026-W47", "2026-W48", "2026-W48", "2026-W47"]);
    house.ends().await;
}
