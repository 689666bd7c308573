//! Reminders wait where the records may lack something: the secretary is told why, and they go after one yes, by themselves
//! once nothing is missing any more, or never where nobody says anything in time.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use libtest_mimic::Trial;
use zhibu::domain::message::{AccountKey, ChatKey, Outgoing};
use zhibu::domain::role::Role;
use zhibu::schedule::{Scheduler, Teller};
use zhibu::store::sending::deaf::Deaf;
use zhibu::store::sending::outbox::Letter;
use zhibu::store::sending::reminders::Outcome;

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const OTHER: &str = "余庆县团委/白泥镇团委/第二团支部";

pub fn tests() -> Vec<Trial> {
    [
        on_both("reminders_held::after_a_time_that_was_not_heard_a_yes_sends", a_yes_sends),
        on_both("reminders_held::a_no_drops_and_silence_lapses", a_no_drops),
        on_both("reminders_held::offline_now_waits_until_it_is_back", offline_now),
        on_both("reminders_held::a_group_of_which_only_chatter_was_heard", only_chatter),
        on_both("reminders_held::a_file_that_was_previewed", a_file),
        on_both("reminders_held::a_list_that_is_not_confirmed", a_list),
        on_both("reminders_held::nothing_lapses_unheard", nothing_lapses_unheard),
        on_both("reminders_held::held_into_the_night", held_into_the_night),
        on_both("reminders_held::who_was_told_may_say_a_bare_word", who_was_told),
        on_both("reminders_held::a_secretary_who_cannot_be_written_to", unreached),
        on_both("reminders_held::nobody_can_be_written_to", nobody_reached),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// It is Sunday noon; at 18:00 study reminds the group and its secretary 李四.
struct Story {
    house: House,
    group: ChatKey,
    secretary: ChatKey,
    scheduler: Scheduler,
    teller: Teller,
}

impl Story {
    async fn new(db: Db) -> Self {
        let house = House::of_two(db, BRANCH, OTHER).await;
        let (scheduler, teller) = (Scheduler::new(&house.schedule()).unwrap(), Teller::new(&house.schedule()));
        let group = ChatKey::group("onebot", "90000");
        let mut story = Self { house, group, secretary: ChatKey::private(&account("李四")), scheduler, teller };
        // somebody speaks, so that the account is known to hear the group
        assert_eq!(story.says("王五", "青年大学习 已完成").await, "记好啦：王五，本周青年大学习已完成。");
        story.step().await;
        story
    }
    async fn says(&self, name: &str, text: &str) -> String {
        self.house.unbound_group("90000").says(name, text).await
    }
    async fn step(&mut self) {
        self.scheduler.step(self.house.bot.now()).await.unwrap();
        self.teller.step(self.house.bot.now()).await.unwrap();
        self.house.delivered().await;
    }
    /// So many minutes later, our account being there.
    async fn later(&mut self, minutes: i64) {
        self.house.later(minutes).await;
        self.step().await;
    }
    fn read(&self) -> (String, String) {
        (self.house.read(&self.group), self.house.read(&self.secretary))
    }
    /// The group was not heard for the last hour, and what was said can't be had.
    async fn was_deaf(&self) {
        let now = self.house.bot.now();
        self.house.store().deafened(&self.house.me, now - 3_600_000, now).await.unwrap();
        let of = Deaf { chat: self.group.clone(), from: now - 3_600_000, until: now, lost: false };
        // private chats stand under the account's own id; nobody wrote there
        let private = Deaf { chat: ChatKey::private(&self.house.me), ..of.clone() };
        assert_eq!(self.house.store().to_fetch(&self.house.me).await.unwrap(), [of.clone(), private.clone()]);
        self.house.store().fetched(&private).await.unwrap();
        self.house.store().lost(&of, now).await.unwrap();
        // that is another story
        self.house.store().tell_lost(&[of], &[], now).await.unwrap();
    }
    /// 18:00 comes, and what is known may lack something: it is told to whom it concerns.
    async fn held(&mut self) {
        self.house.later(5 * 60 + 50).await;
        self.was_deaf().await;
        self.later(10).await;
        self.later(3).await;
        assert_eq!(self.outcome().await, Outcome::Held);
    }
    async fn outcome_of(&self, reminder: &str) -> Outcome {
        let org = self.house.store().org_by_path(BRANCH).await.unwrap().unwrap();
        self.house.store().reminder_log(org.id, 5).await.unwrap().into_iter().find(|l| l.reminder == reminder).unwrap().outcome
    }
    async fn outcome(&self) -> Outcome {
        let org = self.house.store().org_by_path(BRANCH).await.unwrap().unwrap();
        self.house.store().reminder_log(org.id, 1).await.unwrap()[0].outcome
    }
}

fn nothing() -> (String, String) {
    (String::new(), String::new())
}

async fn a_yes_sends(db: Db) {
    let mut s = Story::new(db).await;
    s.house.later(5 * 60 + 50).await;
    s.was_deaf().await;
    s.later(10).await;
    assert_eq!(s.read(), nothing());
    assert_eq!(s.outcome().await, Outcome::Held);
    s.later(3).await;
    let (group, told) = s.read();
    assert_eq!(group, "");
    assert_eq!(
        told,
        "第一团支部有 1 条提醒先没发，记录可能不全：\n今天 18:00 青年大学习：今天 16:50 到 今天 17:50 我没听到群里的消息（今天 19:30前有效）\n照现在的记录发就回“是”，不发回“不是”。"
    );
    s.later(3).await;
    assert_eq!(s.read(), nothing(), "told once");
    // only who may have members reminded can say so
    assert_eq!(s.house.whispers("张三", "是").await, s.house.whispers("张三", "不是").await);
    assert_eq!(s.says("张三", "青年大学习 已完成").await, "记好啦：张三，本周青年大学习已完成。");
    assert_eq!(s.house.whispers("李四", "是").await, "好的，第一团支部的青年大学习提醒这就发。");
    s.later(1).await;
    let (group, told) = s.read();
    assert!(group.contains("还差 1 位") && group.contains("李四"), "{group}");
    assert_eq!(told, "第一团支部 本周青年大学习还差 1 位：李四");
    assert_eq!(s.outcome().await, Outcome::Sent);
    // what she waved through holds nothing else up
    assert!(s.house.store().deaf_since(0).await.unwrap().is_empty());
    s.later(5).await;
    s.house.ends().await;
}

/// Of those who were told a bare word is understood while that is the last thing they were told; else they say which is meant.
async fn who_was_told(db: Db) {
    let mut s = Story::new(db).await;
    s.house.grant("周八", Role::Secretary, "余庆县团委").await;
    s.held().await;
    let asked = s.house.wire.last_id();
    assert!(s.read().1.contains("照现在的记录发就回“是”"));
    // she may, but was told nothing
    for word in ["好的", "没", "是"] {
        assert_eq!(s.house.whispers("周八", word).await, s.house.whispers("王五", word).await);
    }
    let other = Letter { dedupe_key: "other/1".into(), message: Outgoing::text(s.secretary.clone(), "别的事"), expires_at: i64::MAX };
    s.house.store().queue_letters(&[other], s.house.bot.now()).await.unwrap();
    s.later(1).await;
    assert_eq!(s.read().1, "别的事");
    let which = "第一团支部的青年大学习提醒还没发，等你一句话。照现在的记录发回“是”，不发回“不是”。";
    assert_eq!(s.house.whispers("李四", "好的").await, which);
    assert_eq!(s.house.whispers("李四", "算了").await, "好，照旧不动。");
    assert_eq!(s.outcome().await, Outcome::Held);
    // what she quotes is what she means
    let mut quoting = s.house.message(&s.secretary, "李四", "是", true);
    (quoting.replies_to, quoting.replies_to_bot) = (Some(asked), true);
    s.house.hear(quoting).await;
    assert_eq!(s.read().1, "好的，第一团支部的青年大学习提醒这就发。");
    s.later(1).await;
    assert_eq!(s.outcome().await, Outcome::Sent);
    assert!(s.read().0.contains("还差 2 位"));
    s.house.ends().await;
}

/// The secretary can't be written to: whoever stands above hears what is held, and may say the word.
async fn unreached(db: Db) {
    let mut s = Story::new(db).await;
    s.house.grant("周八", Role::Secretary, "余庆县团委").await;
    s.house.wire.mutes(&s.secretary, true);
    s.held().await;
    s.later(1).await;
    let above = ChatKey::private(&account("周八"));
    assert!(s.house.read(&above).starts_with("第一团支部有 1 条提醒先没发，记录可能不全：\n今天 18:00 青年大学习："));
    s.later(5).await;
    assert_eq!((s.read(), s.house.read(&above)), (nothing(), String::new()), "told once");
    assert_eq!(s.house.whispers("周八", "不是").await, "好的，第一团支部的青年大学习提醒这次不发。");
    s.later(1).await;
    assert_eq!(s.outcome().await, Outcome::Declined);
    s.house.ends().await;
}

/// Nobody can be written to: the group hears that there is something, and the secretary who then writes is asked.
async fn nobody_reached(db: Db) {
    let mut s = Story::new(db).await;
    s.house.wire.mutes(&s.secretary, true);
    s.held().await;
    s.later(1).await;
    assert_eq!(s.read(), ("有几句话要私下告诉团支书，可私聊发不过去。请团支书加我好友，再私聊我说“提醒记录”。".to_owned(), String::new()));
    s.house.wire.mutes(&s.secretary, false);
    assert_eq!(s.house.whispers("李四", "提醒记录").await, "最近的提醒：\n今天 18:00 青年大学习：记录可能不全，等团支书确认");
    assert_eq!(s.house.whispers("李四", "是").await, "第一团支部的青年大学习提醒还没发，等你一句话。照现在的记录发回“是”，不发回“不是”。");
    assert_eq!(s.house.whispers("李四", "是").await, "好的，第一团支部的青年大学习提醒这就发。");
    s.later(1).await;
    assert_eq!(s.outcome().await, Outcome::Sent);
    assert!(s.read().0.contains("还差 2 位"));
    s.house.ends().await;
}

async fn a_no_drops(db: Db) {
    let mut s = Story::new(db).await;
    s.house.later(5 * 60 + 50).await;
    s.was_deaf().await;
    s.later(10).await;
    s.later(3).await;
    assert!(s.read().1.contains("照现在的记录发就回“是”"));
    assert_eq!(s.house.whispers("李四", "不是").await, "好的，第一团支部的青年大学习提醒这次不发。");
    s.later(1).await;
    assert_eq!(s.outcome().await, Outcome::Declined);
    // the next one, on Thursday evening to the secretary, is about a new week: nothing of that was missed
    s.house.later(4 * 1440 - 4).await;
    s.step().await;
    assert_eq!(s.read().1, "第一团支部 本周青年大学习还差 3 位：张三、李四、王五");
    // and one of which nobody says anything lapses
    s.house.later(2 * 1440).await;
    s.was_deaf().await;
    s.later(60).await;
    assert_eq!(s.outcome_of("study/saturday_chase").await, Outcome::Held);
    s.later(3).await;
    assert!(s.read().1.contains("有 2 条提醒先没发"), "and that of dues, for the month's end");
    s.later(180).await;
    assert_eq!((s.outcome_of("study/saturday_chase").await, s.read()), (Outcome::Lapsed, nothing()));
    assert!(s.house.read(&ChatKey::private(&account("周八"))).contains("团费还没交"), "another branch's are not held");
    assert_eq!(s.outcome_of("dues/month_end").await, Outcome::Held, "it has twelve hours");
    s.house.ends().await;
}

async fn offline_now(db: Db) {
    let mut s = Story::new(db).await;
    let me = s.house.me.clone();
    s.house.later(5 * 60 + 58).await;
    s.house.bot.account_state(&me, false).await;
    s.house.clock().advance(120_000);
    s.step().await;
    assert_eq!((s.outcome().await, s.read()), (Outcome::Held, nothing()));
    // back within two minutes: it goes by itself, and nobody was bothered
    s.house.clock().advance(60_000);
    s.house.bot.account_state(&me, true).await;
    for deaf in s.house.store().to_fetch(&me).await.unwrap() {
        s.house.store().fetched(&deaf).await.unwrap();
    }
    s.later(1).await;
    let (group, told) = s.read();
    assert!(group.contains("还差 2 位") && told.contains("还差 2 位"), "{group} {told}");
    // an account that has been gone for days is no reason any more, nor where another of ours hears the group
    s.house.store().leave(std::slice::from_ref(&me), s.house.bot.now()).await.unwrap();
    let other = AccountKey::new("onebot", "20000");
    s.house.store().appear(&other, s.house.bot.now(), i64::MAX).await.unwrap();
    s.house.clock().advance(4 * 86_400_000);
    s.step().await;
    assert!(s.read().1.contains("还差 3 位"));
    s.house.ends().await;
}

/// Bound from the command line, and nobody there ever spoke to the bot.
async fn only_chatter(db: Db) {
    let mut s = Story::new(db).await;
    let me = s.house.me.clone();
    let quiet = s.house.group("90001", OTHER).await;
    assert_eq!(quiet.says("周八", "今天天气不错").await, "");
    let chat = quiet.chat.clone();
    assert_eq!(s.house.store().voice(&chat).await.unwrap(), Some(me.clone()));
    s.house.later(5 * 60 + 58).await;
    s.house.bot.account_state(&me, false).await;
    s.house.clock().advance(120_000);
    s.step().await;
    let org = s.house.store().org_by_path(OTHER).await.unwrap().unwrap();
    assert_eq!(s.house.store().reminder_log(org.id, 1).await.unwrap()[0].outcome, Outcome::Held);
    s.house.clock().advance(33 * 3_600_000);
    s.house.bot.account_state(&me, true).await;
    let deaf = s.house.store().to_fetch(&me).await.unwrap();
    assert!(deaf.iter().any(|d| d.chat == chat), "{deaf:?}");
    s.house.ends().await;
}

/// Held, and the bot is down before it could tell anybody, until its time is over.
async fn nothing_lapses_unheard(db: Db) {
    let mut s = Story::new(db).await;
    s.house.later(5 * 60 + 50).await;
    s.was_deaf().await;
    s.later(10).await;
    assert_eq!((s.outcome().await, s.read()), (Outcome::Held, nothing()));
    s.house.later(120).await;
    s.scheduler = Scheduler::new(&s.house.schedule()).unwrap();
    s.step().await;
    assert!(s.read().1.ends_with("（今天 21:00前有效）\n照现在的记录发就回“是”，不发回“不是”。"));
    assert_eq!(s.outcome().await, Outcome::Held);
    assert_eq!(s.house.whispers("李四", "是").await, "好的，第一团支部的青年大学习提醒这就发。");
    s.later(1).await;
    assert_eq!(s.outcome().await, Outcome::Sent);
    let (group, told) = s.read();
    assert!(group.contains("还差 2 位") && told.contains("还差 2 位"), "{group} {told}");
    // the same, and by then nothing is missing any more: it is too late, that is all
    s.later(4 * 1440 - 1).await;
    s.later(2 * 1440 - 70).await;
    s.was_deaf().await;
    s.house.later(10).await;
    s.scheduler.step(s.house.bot.now()).await.unwrap();
    assert_eq!(s.outcome_of("study/saturday_chase").await, Outcome::Held);
    s.house.db.sql("DELETE FROM deaf").await;
    s.house.later(14 * 60).await;
    s.scheduler.step(s.house.bot.now()).await.unwrap();
    assert_eq!(s.outcome_of("study/saturday_chase").await, Outcome::Skipped);
    s.house.wire.take();
    s.house.ends().await;
}

/// A minute before the quiet hours: the secretary hears of it in the morning, and it is still hers to say.
async fn held_into_the_night(db: Db) {
    let mut s = Story::new(db).await;
    s.house
        .store()
        .make_reminder(s.house.store().org_by_path(BRANCH).await.unwrap().unwrap().id, "study", "59 21 * * SUN", None, s.house.bot.now())
        .await
        .unwrap();
    s.later(6 * 60).await;
    s.house.wire.take();
    s.house.later(3 * 60 + 49).await;
    s.was_deaf().await;
    s.later(10).await;
    assert_eq!((s.outcome().await, s.read()), (Outcome::Held, nothing()));
    for _ in 0..9 {
        s.later(60).await;
        assert_eq!((s.outcome().await, s.read()), (Outcome::Held, nothing()));
    }
    s.later(61).await;
    let told = s.read().1;
    assert!(told.contains("11月22日周日 21:59 青年大学习：11月22日周日 20:49 到 11月22日周日 21:49 我没听到群里的消息（今天 11:00前有效）"), "{told}");
    assert_eq!(s.house.whispers("李四", "是").await, "好的，第一团支部的青年大学习提醒这就发。");
    s.later(1).await;
    assert!(s.read().0.contains("还差 2 位"));
    s.house.ends().await;
}

async fn a_file(db: Db) {
    let mut s = Story::new(db).await;
    s.house.later(5 * 60 + 55).await;
    let preview = s
        .house
        .drops("李四", "名册.csv", "姓名,所在团支部\n张三,余庆县团委/白泥镇团委/第一团支部\n赵六,余庆县团委/白泥镇团委/第一团支部\n".as_bytes().to_vec())
        .await;
    assert!(preview.contains("要导入吗"), "{preview}");
    s.later(5).await;
    assert_eq!((s.outcome().await, s.read()), (Outcome::Held, nothing()));
    let done = s.house.whispers("李四", "是").await;
    assert!(!done.contains("提醒"), "the file comes first: {done}");
    s.later(1).await;
    let (group, told) = s.read();
    assert!(group.contains("还差 3 位") && told.contains("赵六"), "{group} {told}");
    s.house.ends().await;
}

async fn a_list(db: Db) {
    let mut s = Story::new(db).await;
    s.house.later(5 * 60 + 55).await;
    let list = "#接龙 青年大学习\n1. 张三 已完成\n2. 李四 已完成";
    let said = s.says("张三", list).await;
    assert!(said.contains("确认接龙"), "{said}");
    s.later(5).await;
    assert_eq!((s.outcome().await, s.read().0), (Outcome::Held, String::new()));
    s.later(3).await;
    assert!(s.read().1.contains("今天 18:00 青年大学习：接龙里有人还没确认（今天 19:30前有效）"));
    let said = s.house.unbound_group("90000").asks("李四", "确认接龙").await;
    assert!(!said.is_empty());
    s.later(1).await;
    // everybody has done it: nobody is named
    assert_eq!((s.outcome().await, s.read()), (Outcome::Nobody, nothing()));
    s.house.ends().await;
}
