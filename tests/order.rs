//! When things are said, and in which order they are heard: the day of a message is its own, and nobody waits for another's
//! answer to leave.

use crate::support::db::{Db, on_both};
use crate::support::house::{GATED, House, PLATFORM, account};
use crate::support::onebot::PATIENCE;
use crate::support::pictures::png;
use libtest_mimic::Trial;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use zhibu::action::flow::lanes;
use zhibu::domain::message::{ChatKey, Event, Incoming};

pub fn tests() -> Vec<Trial> {
    [
        on_both("order: a mistake is told while the next message begins", mistakes_overlap),
        on_both("order: a mark waits for what is still to be written", marks_wait),
        on_both("order: a mark says that something failed, and it counts when it comes again", marks_fail),
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

/// The lanes of a running bot.
struct Lanes {
    inbox: mpsc::Sender<Event>,
    stop: CancellationToken,
    running: JoinHandle<()>,
    _again: mpsc::Sender<Event>,
}

impl Lanes {
    fn start(house: &House) -> Self {
        let ((inbox, events), (again, held), stop) = (mpsc::channel(16), mpsc::channel(16), CancellationToken::new());
        let running = tokio::spawn(lanes::run(house.bot.clone(), events, held, stop.clone()));
        Self { inbox, stop, running, _again: again }
    }
    async fn hears(&self, message: Incoming) {
        self.inbox.send(Event::Message(Box::new(message))).await.unwrap();
    }
    async fn mark(&self, house: &House, mark: i64) {
        self.inbox.send(Event::Mark { bot: house.me.clone(), mark }).await.unwrap();
    }
    async fn end(self) {
        self.stop.cancel();
        self.running.await.unwrap();
    }
}

async fn until(what: &str, is: impl Fn() -> bool) {
    let waits = async {
        while !is() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waits).await.unwrap_or_else(|_| panic!("not: {what}"));
}

async fn marks_wait(db: Db) {
    let house = House::of_three(db, BRANCH, 0).await;
    house.group("90000", BRANCH).await;
    let lanes = Lanes::start(&house);
    let group = ChatKey::group(PLATFORM, "90000");
    lanes.hears(house.shows(&group, "张三", "大学习看完了", &[(GATED, Some(&png(1, 10)))])).await;
    lanes.mark(&house, 1).await;
    lanes.mark(&house, 2).await;
    // others go on, and are answered
    let private = ChatKey::private(&account("李四"));
    lanes.hears(house.message(&private, "李四", "我的记录", false)).await;
    until("an answer", || house.wire.has_sent()).await;
    assert!(!house.read(&private).is_empty());
    assert_eq!(house.wire.marks(), [], "the picture is not looked at yet");
    house.wire.opens();
    until("both marks", || house.wire.marks().len() == 2).await;
    let mut marks = house.wire.marks();
    marks.sort_unstable();
    assert_eq!(marks, [(1, true), (2, true)]);
    lanes.end().await;
    assert!(house.read(&group).contains("截图也收到了"));
    house.ends().await;
}

async fn marks_fail(db: Db) {
    let house = House::of_three(db, BRANCH, 0).await;
    house.group("90000", BRANCH).await;
    let group = ChatKey::group(PLATFORM, "90000");
    let lanes = Lanes::start(&house);
    lanes.hears(house.message(&group, "李四", "青年大学习 已完成", false)).await;
    lanes.mark(&house, 1).await;
    until("the first mark", || house.wire.marks() == [(1, true)]).await;
    until("its answer", || house.wire.has_sent()).await;
    assert_eq!(house.read(&group), "记好啦：李四，本周青年大学习已完成。");
    // the database refuses to write for a while
    house.db.sql("ALTER TABLE inbox RENAME TO inbox_away").await;
    let said = house.message(&group, "张三", "青年大学习 已完成", false);
    lanes.hears(said.clone()).await;
    lanes.mark(&house, 2).await;
    until("the second mark", || house.wire.marks().len() == 2).await;
    // what comes again in vain is not apologised for again
    lanes.hears(said.clone()).await;
    lanes.mark(&house, 3).await;
    // and a mark answers for what came since the one before
    lanes.mark(&house, 4).await;
    until("the fourth mark", || house.wire.marks().len() == 4).await;
    house.db.sql("ALTER TABLE inbox_away RENAME TO inbox").await;
    lanes.hears(said).await;
    lanes.mark(&house, 5).await;
    until("the fifth mark", || house.wire.marks().len() == 5).await;
    let mut marks = house.wire.marks();
    marks.sort_unstable();
    assert_eq!(marks, [(1, true), (2, false), (3, false), (4, true), (5, true)]);
    lanes.end().await;
    let told = house.read(&group);
    assert!(told.ends_with("记好啦：张三，本周青年大学习已完成。") && told.matches("出了点问题").count() == 1, "{told}");
    assert_eq!(house.db.column("SELECT duty FROM record").await.len(), 2);
    house.ends().await;
}
