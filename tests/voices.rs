//! Several accounts of the bot's in one group, on processes that share a database: exactly one answers, another takes
//! over where that one is gone, and nothing that was said in between is lost.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, PLATFORM};
use crate::support::onebot::{Format, Implementation, at, text};
use crate::support::process::{Program, TOKEN};
use crate::support::{lacking, postgres, run};
use libtest_mimic::Trial;
use zhibu::action::flow::voices::Answers;
use zhibu::domain::message::{AccountKey, ChatKey, Event, Incoming, Outgoing, Segment};
use zhibu::domain::role::Role;
use zhibu::schedule::{Deliverer, Parts, Sending};
use zhibu::store::sending::outbox::Letter;

pub fn tests() -> Vec<Trial> {
    let mut all: Vec<Trial> = [
        on_both("voices: one of two accounts answers", one_answers),
        on_both("voices: a process that dies loses its chats, and nothing that was said", taken_over),
        on_both("voices: what was changed or pressed while nobody answered is heard as that", changed_meanwhile),
        on_both("voices: what the other account answered is not answered again", lived_on),
        on_both("voices: an account that goes offline loses its chats to the next", offline),
        on_both("voices: one that stood still too long asks before it speaks", stood_still),
        on_both("voices: the same account on two processes is the later one's", same_account),
        on_both("voices: a goodbye is heard at once", goodbye),
        on_both("voices: what lay in a lane while the other said goodbye is not answered again", late),
        on_both("voices: whoever calls any of the accounts is answered by the one that speaks", called),
        on_both("voices: a group that is bound to nothing has one voice too", unbound),
        on_both("voices: in private the account that is spoken to answers", private),
        on_both("voices: a recalled message is asked about once", recalled),
        on_both("voices: letters leave through the account that speaks", letters),
        on_both("voices: a message costs no query while the leases last", at_hand),
    ]
    .into_iter()
    .flatten()
    .collect();
    let real = Trial::test("voices: two real processes on one PostgreSQL", || run(processes(Db::postgres())));
    all.push(real.with_ignored_flag(lacking::ignore("PostgreSQL", postgres::present())));
    all
}

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const PAID: &str = "收到：张三11月团费记上了，等确认。";
const STUDIED: &str = "记好啦：张三，本周青年大学习已完成。";
/// How long a process counts as alive without a sign, and how often it gives one, milliseconds.
const LEASE: i64 = 20_000;
const RENEW: i64 = 5_000;

/// Two processes, each with an account in the group; the first has spoken there.
struct Two {
    a: House,
    b: House,
    chat: ChatKey,
}

impl Two {
    async fn new(db: Db) -> Self {
        let a = House::new(db).await;
        a.branch(BRANCH, &["张三", "李四", "王五"], 0).await;
        a.grant("李四", Role::Secretary, BRANCH).await;
        a.group("90000", BRANCH).await;
        let b = a.beside("10001").await;
        let two = Self { a, b, chat: ChatKey::group(PLATFORM, "90000") };
        assert_eq!(two.said("王五", "青年大学习 已完成").await, ["记好啦：王五，本周青年大学习已完成。", ""]);
        two.pass(RENEW);
        ticks(&two.a).await;
        ticks(&two.b).await;
        two
    }

    /// Something is said that both hear, the first process first; what each answers.
    async fn said(&self, name: &str, words: &str) -> [String; 2] {
        let message = self.a.message(&self.chat, name, words, false);
        let other = self.for_b(&message);
        self.a.hear(message).await;
        self.b.hear(other).await;
        self.read()
    }

    /// The same message as the second account hears it: with an id of its own.
    fn for_b(&self, message: &Incoming) -> Incoming {
        Incoming { bot: self.b.me.clone(), message_id: format!("b{}", message.message_id), quote_id: format!("b{}", message.quote_id), ..message.clone() }
    }

    fn read(&self) -> [String; 2] {
        [self.a.read(&self.chat), self.b.read(&self.chat)]
    }

    /// Said while only the second process runs.
    async fn said_to_b(&self, name: &str, words: &str) -> String {
        let message = self.for_b(&self.a.message(&self.chat, name, words, false));
        self.b.hear(message).await;
        self.b.read(&self.chat)
    }

    fn pass(&self, ms: i64) {
        self.a.clock().advance(ms);
    }

    async fn end(self) {
        assert_eq!(self.a.wire.take(), [], "messages that the story did not read");
        self.b.ends().await;
        self.a.store().close().await;
    }
}

/// What a running process does every now and then.
async fn ticks(house: &House) {
    house.bot.voices.keep().await.unwrap();
    for event in house.bot.voices.unanswered(None) {
        house.bot.handle(event).await;
    }
}

async fn one_answers(db: Db) {
    let two = Two::new(db).await;
    assert_eq!(two.said("张三", "交了团费").await, [PAID, ""]);
    // the other hears it first
    let message = two.a.message(&two.chat, "张三", "青年大学习 已完成", false);
    two.b.hear(two.for_b(&message)).await;
    two.a.hear(message).await;
    assert_eq!(two.read(), [STUDIED, ""]);
    assert_eq!(two.said("张三", "小支 谁没完成青年大学习").await, ["本周青年大学习还没完成的有 1 位：李四（应完成 3，已完成 2）", ""]);
    for _ in 0..10 {
        two.pass(RENEW);
        ticks(&two.b).await;
        ticks(&two.a).await;
    }
    assert_eq!(two.said("李四", "交了团费").await, ["收到：李四11月团费记上了，等确认。", ""]);
    // both at once, in a chat that nobody has spoken in
    let org = two.a.store().org_by_path(BRANCH).await.unwrap().unwrap();
    let chat = ChatKey::group(PLATFORM, "90001");
    two.a.store().bind_chat(&chat, org.id).await.unwrap();
    let message = two.a.message(&chat, "王五", "交了团费", false);
    tokio::join!(two.b.hear(two.for_b(&message)), two.a.hear(message));
    let mut answers = [two.a.read(&chat), two.b.read(&chat)];
    answers.sort();
    assert_eq!(answers, ["", "收到：王五11月团费记上了，等确认。"]);
    two.end().await;
}

async fn taken_over(db: Db) {
    let two = Two::new(db).await;
    // the first process dies now
    two.pass(3_000);
    assert_eq!(two.said_to_b("张三", "交了团费").await, "", "the other may still live");
    two.pass(LEASE - 3_001);
    ticks(&two.b).await;
    assert_eq!(two.b.read(&two.chat), "", "its lease still lasts");
    two.pass(1);
    ticks(&two.b).await;
    assert_eq!(two.b.read(&two.chat), PAID, "what was said in between");
    assert_eq!(two.said_to_b("张三", "青年大学习 已完成").await, STUDIED);
    // it comes back: the chat is another's now
    let mut two = two;
    two.a.restart().await;
    assert_eq!(two.said("李四", "交了团费").await, ["", "收到：李四11月团费记上了，等确认。"]);
    assert_eq!(two.a.db.column("SELECT source FROM record").await.len(), 4);
    two.end().await;
}

async fn changed_meanwhile(db: Db) {
    let two = Two::new(db).await;
    let message = two.a.message(&two.chat, "张三", "交了团费", false);
    two.a.hear(message.clone()).await;
    assert_eq!(two.read(), [PAID, ""]);
    // the first process dies; as on platforms that tell of changes, messages have one id for all who hear them
    two.pass(3_000);
    let message = Incoming { bot: two.b.me.clone(), ..message };
    let changed =
        Incoming { message_id: format!("{}:1", message.message_id), segments: vec![Segment::Text("青年大学习 已完成".into())], ..message.clone() };
    two.b.bot.handle(Event::Edited(Box::new(changed))).await;
    let pressed = vec![Segment::Choice { question: "0123456789abcdef".into(), says: "是".into() }];
    two.b.hear(Incoming { message_id: "b1:button".into(), segments: pressed, ..message }).await;
    assert_eq!(two.read(), ["", ""]);
    two.pass(LEASE);
    ticks(&two.b).await;
    assert_eq!(two.b.read(&two.chat), "按你改过的消息更新了：11月团费 → 本周青年大学习。\n---\n这个问题已经过去了，要办的话再说一次就好。");
    two.end().await;
}

/// The next message, rather than the clock, finds that the other is gone: what came before it is answered before it.
async fn lived_on(db: Db) {
    let two = Two::new(db).await;
    assert_eq!(two.said("张三", "交了团费").await, [PAID, ""]);
    two.pass(RENEW);
    ticks(&two.a).await;
    two.pass(3_000);
    assert_eq!(two.said_to_b("张三", "青年大学习 已完成").await, "");
    two.pass(LEASE);
    let both = two.said_to_b("李四", "青年大学习 已完成").await;
    assert_eq!(both, format!("{STUDIED}\n---\n记好啦：李四，本周青年大学习已完成。"), "not what the other had answered before its last sign");
    two.pass(LEASE);
    ticks(&two.b).await;
    two.end().await;
}

async fn offline(db: Db) {
    let two = Two::new(db).await;
    let account = |online| Event::Account { bot: two.a.me.clone(), online };
    two.a.bot.handle(account(false)).await;
    // what it had heard before is still its own to answer
    assert_eq!(two.said("张三", "交了团费").await, [PAID, ""]);
    ticks(&two.b).await;
    assert_eq!(two.said_to_b("张三", "青年大学习 已完成").await, STUDIED);
    two.a.bot.handle(account(true)).await;
    assert_eq!(two.said("李四", "交了团费").await, ["", "收到：李四11月团费记上了，等确认。"]);
    // and the other way round, within one process's lease
    two.b.bot.handle(Event::Account { bot: two.b.me.clone(), online: false }).await;
    ticks(&two.a).await;
    assert_eq!(two.said("李四", "青年大学习 已完成").await[0], "记好啦：李四，本周青年大学习已完成。");
    two.end().await;
}

/// A machine that slept, or lost its database: it wakes up and believes that the chat is its own.
async fn stood_still(db: Db) {
    let two = Two::new(db).await;
    two.pass(LEASE);
    ticks(&two.b).await;
    assert_eq!(two.said_to_b("张三", "交了团费").await, PAID);
    assert_eq!(two.said("张三", "青年大学习 已完成").await, ["", STUDIED]);
    ticks(&two.a).await;
    assert_eq!(two.said("李四", "交了团费").await, ["", "收到：李四11月团费记上了，等确认。"]);
    two.end().await;
}

async fn same_account(db: Db) {
    let mut two = Two::new(db).await;
    let twin = two.a.beside("10000").await;
    two.b.store().close().await;
    two.b = twin;
    ticks(&two.a).await;
    assert_eq!(two.said("张三", "交了团费").await, ["", PAID]);
    two.pass(RENEW);
    ticks(&two.b).await;
    ticks(&two.a).await;
    assert_eq!(two.said("张三", "青年大学习 已完成").await, ["", STUDIED]);
    two.pass(RENEW);
    ticks(&two.b).await;
    ticks(&two.a).await;
    // the later one dies
    two.pass(LEASE);
    ticks(&two.a).await;
    let message = two.a.message(&two.chat, "李四", "交了团费", false);
    two.a.hear(message).await;
    assert_eq!(two.a.read(&two.chat), "收到：李四11月团费记上了，等确认。");
    two.end().await;
}

async fn goodbye(db: Db) {
    let two = Two::new(db).await;
    let message = two.a.message(&two.chat, "张三", "交了团费", false);
    two.b.hear(two.for_b(&message)).await;
    two.pass(1);
    two.a.bot.voices.leave(two.a.bot.now()).await.unwrap();
    // heard before it left, worked on after
    two.a.hear(message).await;
    two.pass(1);
    let later = two.said_to_b("张三", "青年大学习 已完成").await;
    assert_eq!(later, "", "it does not know yet");
    ticks(&two.b).await;
    assert_eq!(two.read(), [PAID, STUDIED]);
    two.end().await;
}

/// What lay in a lane of the second while the first said goodbye was answered by the first; what came after it was not.
async fn late(db: Db) {
    let two = Two::new(db).await;
    two.said("张三", "交了团费").await;
    // B was started anew and remembers nothing of the chat
    let (b, me) = (&two.b.bot, &two.b.me);
    b.handle(Event::Account { bot: me.clone(), online: true }).await;
    let heard_at = b.now();
    two.pass(2);
    two.a.bot.voices.leave(two.a.bot.now()).await.unwrap();
    two.pass(1);
    assert_eq!(b.voices.answers(&two.chat, me, heard_at).await.unwrap(), Answers::WeNext);
    assert_eq!(b.voices.answers(&two.chat, me, heard_at + 1).await.unwrap(), Answers::Answered);
    assert_eq!(b.voices.answers(&two.chat, me, heard_at + 2).await.unwrap(), Answers::We);
    assert_eq!(two.said_to_b("李四", "交了团费").await, "收到：李四11月团费记上了，等确认。");
    two.end().await;
}

async fn called(db: Db) {
    let two = Two::new(db).await;
    ticks(&two.a).await;
    let question = |house: &House| two.a.message(&two.chat, "张三", "谁没完成青年大学习", house.me == two.b.me);
    // he calls the second account: to the first it is somebody who is mentioned
    let mut heard_by_a = question(&two.a);
    heard_by_a.segments.insert(0, Segment::At(two.b.me.clone()));
    let heard_by_b = two.for_b(&question(&two.b));
    two.b.hear(heard_by_b).await;
    two.a.hear(heard_by_a).await;
    assert_eq!(two.read(), ["本周青年大学习还没完成的有 2 位：张三、李四（应完成 3，已完成 1）", ""]);
    two.end().await;
}

async fn unbound(db: Db) {
    let mut two = Two::new(db).await;
    two.chat = ChatKey::group(PLATFORM, "95555");
    let told = "这个群还没绑定团支部，请团支书在群里说“绑定本群”。";
    assert_eq!(two.said("张三", "小支 谁没交团费").await, [told, ""]);
    let message = two.a.message(&two.chat, "张三", "小支 谁没交团费", false);
    two.b.hear(two.for_b(&message)).await;
    two.a.hear(message).await;
    assert_eq!(two.read(), [told, ""]);
    two.end().await;
}

async fn private(db: Db) {
    let two = Two::new(db).await;
    let own = "我的记录";
    let first = two.a.whispers("张三", own).await;
    assert!(!first.is_empty());
    assert_eq!(two.b.whispers("张三", own).await, first);
    assert_eq!(two.a.whispers("张三", own).await, first);
    let voice = two.a.store().voice(&ChatKey::private(&crate::support::house::account("张三"))).await.unwrap();
    assert_eq!(voice, Some(two.b.me.clone()), "a letter to them leaves through one that they spoke to");
    two.end().await;
}

async fn recalled(db: Db) {
    let two = Two::new(db).await;
    let message = two.a.message(&two.chat, "张三", "交了团费", false);
    let other = two.for_b(&message);
    two.a.hear(message.clone()).await;
    two.b.hear(other.clone()).await;
    assert_eq!(two.read(), [PAID, ""]);
    for (house, m) in [(&two.b, &other), (&two.a, &message)] {
        let recall = Event::Recall {
            chat: two.chat.clone(),
            bot: house.me.clone(),
            sender: m.sender.clone(),
            operator: m.sender.clone(),
            message: m.quote_id.clone(),
            at: m.sent_at,
        };
        house.bot.handle(recall).await;
    }
    let [a, b] = two.read();
    assert!(a.contains("11月团费") && b.is_empty(), "{a} / {b}");
    assert_eq!(two.said("张三", "是").await[1], "");
    two.end().await;
}

fn deliverer(house: &House) -> Deliverer {
    let courier: std::sync::Arc<dyn zhibu::domain::message::Courier> = house.wire.clone();
    Deliverer::new(&Parts {
        effects: house.bot.effects.clone(),
        store: house.store().clone(),
        config: house.bot.config.clone(),
        couriers: vec![courier].into(),
        close_session: std::sync::Arc::new(|_| Box::pin(async { Ok(()) })),
        sending: Sending::default(),
        counts: std::sync::Arc::default(),
        alarms: house.bot.alarms.clone(),
    })
}

async fn letters(db: Db) {
    let two = Two::new(db).await;
    let mut deliverers = [deliverer(&two.a), deliverer(&two.b)];
    let letter = |n: i64| Letter {
        dedupe_key: format!("story/{n}"),
        message: Outgoing::text(two.chat.clone(), format!("第{n}次提醒")),
        expires_at: two.a.bot.now() + 3_600_000,
    };
    for (n, first) in [(1, 1), (2, 0)] {
        two.a.store().queue_letters(&[letter(n)], two.a.bot.now()).await.unwrap();
        for who in [first, 1 - first] {
            let now = two.a.bot.now();
            deliverers[who].step(now).await.unwrap();
        }
        assert_eq!(two.read(), [format!("第{n}次提醒"), String::new()]);
    }
    // the one that speaks there is gone: whoever is left may send it
    two.pass(LEASE);
    ticks(&two.b).await;
    two.a.store().queue_letters(&[letter(3)], two.a.bot.now()).await.unwrap();
    let now = two.a.bot.now();
    deliverers[1].step(now).await.unwrap();
    assert_eq!(two.read(), ["", "第3次提醒"]);
    // it speaks there itself by now
    assert_eq!(two.said_to_b("张三", "交了团费").await, PAID);
    two.a.store().queue_letters(&[letter(4)], two.a.bot.now()).await.unwrap();
    two.a.bot.handle(Event::Account { bot: two.a.me.clone(), online: true }).await;
    for mut d in deliverers {
        d.step(two.a.bot.now()).await.unwrap();
    }
    assert_eq!(two.read(), ["", "第4次提醒"]);
    two.end().await;
}

/// Whoever is asked to, decides without the database: it is gone, and both still know.
async fn at_hand(db: Db) {
    let two = Two::new(db).await;
    ticks(&two.a).await;
    ticks(&two.b).await;
    two.said("张三", "交了团费").await;
    two.a.store().close().await;
    two.b.store().close().await;
    assert_eq!(two.a.bot.voices.answers(&two.chat, &two.a.me, two.a.bot.now()).await.unwrap(), Answers::We);
    assert_eq!(two.b.bot.voices.answers(&two.chat, &two.b.me, two.b.bot.now()).await.unwrap(), Answers::Another(two.a.me.clone()));
    two.pass(LEASE);
    assert!(two.a.bot.voices.answers(&two.chat, &two.a.me, two.a.bot.now()).await.is_err(), "a lease that ran out is asked for");
}

/// The real binary: both accounts hear everything; the first process is asked to stop.
async fn processes(db: Db) {
    let program = Program::new(&db);
    let file = db.dir().join("roster.csv");
    std::fs::write(&file, format!("姓名,QQ,所在团支部\n张三,20001,{BRANCH}\n李四,20002,{BRANCH}\n")).unwrap();
    program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    program.does(&["bind", "onebot:90000", BRANCH]).await.well();
    let (first, second) = (program.runs().await, program.runs().await);
    let (a, b) = (Implementation::new("10000", Format::Array), Implementation::new("10001", Format::Array));
    for (fake, bot) in [(&a, &first), (&b, &second)] {
        fake.connect(&bot.door(), Some(TOKEN)).await.unwrap();
        fake.lifecycle();
        fake.asked("get_group_list", 1).await;
    }
    a.says("90000", "20001", "张三", &[text("青年大学习 已完成")]);
    assert_eq!(a.next().await.text, STUDIED);
    b.says("90000", "20001", "张三", &[text("青年大学习 已完成")]);
    b.says("90000", "20001", "张三", &[at("10001"), text(" 谁没完成青年大学习")]);
    a.says("90000", "20001", "张三", &[at("10000"), text(" 谁没完成青年大学习")]);
    assert_eq!(a.next().await.text, "本周青年大学习还没完成的有 1 位：李四（应完成 2，已完成 1）");
    // in its own private chat the second answers; what it would have said in the group it would have said by then
    b.tells("20001", &[text("我的记录")]);
    assert_eq!(b.next().await.chat, "@20001");
    first.asked_to_stop();
    assert!(first.ends().await.0.success());
    b.says("90000", "20002", "李四", &[text("青年大学习 已完成")]);
    assert_eq!(b.next().await.text, "记好啦：李四，本周青年大学习已完成。");
    assert_eq!(a.unread(), []);
    assert_eq!(db.column("SELECT source FROM record").await.len(), 2);
    assert_eq!(AccountKey::new("onebot", "10001").to_string(), db.column("SELECT platform || ':' || account_id FROM voice WHERE chat_id = '90000'").await[0]);
    second.asked_to_stop();
    assert!(second.ends().await.0.success());
}
