//! The real binary on real sockets, killed and stopped under load. Whoever was answered is in the ledger, once; whoever
//! was not says the same again, and then is. And the commands that are run beside a running bot.

use crate::support::db::{Db, on_both};
use crate::support::house::{House, account};
use crate::support::onebot::{Format, Implementation, PATIENCE, Sent, at, text};
use crate::support::process::{Program, Running};
use crate::support::story;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use zhibu::domain::calendar::{Cadence, Period};
use zhibu::domain::ids::SessionId;
use zhibu::domain::record::Session;
use zhibu::domain::role::Role;
use zhibu::domain::roster::{MemberFields, NewMember, RosterChange};
use zhibu::effects::{Effects, Random, SeededRandom};
use zhibu::store::Store;

pub fn tests() -> Vec<Trial> {
    let mut all = on_both("crash: killed at any moment, what was answered is kept once", killed);
    all.extend(on_both("crash: asked to stop, it answers what it took and leaves", stopped));
    all.extend(on_both("crash: commands beside a running bot are seen at once", beside));
    all.extend(on_both("crash: the name of somebody imported meanwhile is understood", understood));
    all.push(story("crash: exit codes, a busy port, health and metrics", codes));
    all
}

/// The bot's account.
const BOT: &str = "10000";
const TOWN: &str = "余庆县团委/白泥镇团委";
const BRANCHES: [&str; 4] = ["第一团支部", "第二团支部", "第三团支部", "第四团支部"];
const FIRST_USER: usize = 20_000;
const FIRST_GROUP: usize = 90_000;
/// What everybody says, one after the other.
const TEXTS: [&str; 3] = ["交了团费 0.2元", "青年大学习 已完成", "签到"];
/// Unanswered messages at once.
const WINDOW: usize = 64;
const KILLS: usize = 20;
const MEMBERS: usize = 500;

/// A roster, its chats, and a check-in for the whole town, as an operator sets them up.
async fn prepare(db: &Db, members: usize) -> Program {
    let program = Program::new(db).with("ZHIBU_ANSWERS_ACK", "each");
    let row = |n: usize| format!("成员{0},{0},{TOWN}/{1}\n", FIRST_USER + n, BRANCHES[n % BRANCHES.len()]);
    let file = db.dir().join("roster.csv");
    std::fs::write(&file, format!("姓名,QQ,所在团支部\n{}", (0..members).map(row).collect::<String>())).unwrap();
    let said = program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    assert!(said.contains("imported"), "{said}");
    for (n, branch) in BRANCHES.iter().enumerate() {
        program.does(&["bind", &format!("onebot:{}", FIRST_GROUP + n), &format!("{TOWN}/{branch}")]).await.well();
    }
    let effects = Effects::system();
    let store = Store::open(&db.options(), &effects).await.unwrap();
    let town = store.org_by_path(TOWN).await.unwrap().unwrap();
    let opened_at = effects.clock.now();
    let today = zhibu::domain::calendar::Zone::default().date(opened_at);
    let session = Session {
        id: SessionId(effects.ids.next()),
        org: town.id,
        duty: "theme_day".into(),
        period: Period::containing(Cadence::Month, today),
        topic: None,
        team: None,
        code: None,
        opened_at,
        closes_at: None,
        closed_at: None,
        opened_by: None,
        rolls: None,
    };
    assert!(store.open_session(&session, None).await.unwrap().1);
    store.close().await;
    program
}

/// The chat's side: every message, which were answered, and with what.
struct Client {
    fake: Implementation,
    time: i64,
    total: usize,
    /// The first so many were sent at least once.
    sent: usize,
    answered: BTreeMap<usize, String>,
    /// Answered earlier, and sent again to this process.
    again: BTreeSet<usize>,
}

impl Client {
    fn new(total: usize) -> Self {
        let time = Effects::system().clock.now() / 1000;
        Self { fake: Implementation::new(BOT, Format::Array), time, total, sent: 0, answered: BTreeMap::new(), again: BTreeSet::new() }
    }

    /// The nth message: the same frame whenever it is sent.
    fn frame(&self, n: usize) -> Message {
        let user = FIRST_USER + n / TEXTS.len();
        let group = FIRST_GROUP + (user - FIRST_USER) % BRANCHES.len();
        Message::text(group_message(n + 1, self.time, group, user, &[text(TEXTS[n % TEXTS.len()])]).to_string())
    }

    /// As the ledger calls it.
    fn source(&self, n: usize) -> String {
        let group = FIRST_GROUP + (n / TEXTS.len()) % BRANCHES.len();
        format!("onebot:{group}/{}:{}", n + 1, self.time)
    }

    fn sources(&self, messages: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
        messages.into_iter().map(|n| self.source(n)).collect()
    }

    fn unanswered(&self) -> Vec<usize> {
        (0..self.sent).filter(|n| !self.answered.contains_key(n)).collect()
    }

    /// Connects, and says again whatever was not answered.
    async fn connect(&mut self, bot: &Running) {
        enter(&self.fake, bot).await;
        for n in self.unanswered() {
            self.fake.raw(self.frame(n));
        }
    }

    /// New messages, as many as the window has room for.
    fn fill(&mut self, window: usize) {
        while self.sent < self.total && self.sent - self.answered.len() < window {
            self.fake.raw(self.frame(self.sent));
            self.sent += 1;
        }
    }

    /// Says something again that was answered before.
    fn repeat(&mut self, n: usize) {
        self.again.insert(n);
        self.fake.raw(self.frame(n));
    }

    /// The next answer. None comes twice, but where the message did; then it says the same.
    async fn hear(&mut self) {
        let Sent { quote, text, .. } = self.fake.next().await;
        let n = quote.parse::<usize>().unwrap_or_else(|_| panic!("an answer that quotes nothing: {text}")) - 1;
        match self.answered.get(&n) {
            None => drop(self.answered.insert(n, text)),
            Some(before) => {
                assert!(self.again.remove(&n), "message {n} is answered twice: {before} / {text}");
                assert_eq!(*before, text, "the answer to the same message");
            }
        }
    }

    /// After the connection ended: what came before that.
    async fn hear_the_rest(&mut self) {
        for _ in 0..self.fake.unread().len() {
            self.hear().await;
        }
        // whatever was repeated and not answered again is answered all the same
        self.again.clear();
    }

    /// Everything is answered, by this process or an earlier one.
    async fn finish(&mut self) {
        self.fill(WINDOW);
        while self.answered.len() < self.total || !self.again.is_empty() {
            self.hear().await;
            self.fill(WINDOW);
        }
    }

    /// Each message is in the ledger once, and the ledger agrees with itself.
    async fn prove(&self, db: &Db) {
        let recorded = recorded(db).await;
        let once: BTreeSet<String> = recorded.iter().cloned().collect();
        assert_eq!(once, self.sources(0..self.total), "every message is recorded");
        assert_eq!(recorded.len(), self.total, "each once");
        prove(db).await;
        assert_eq!(self.fake.unread(), [], "nothing else was said");
    }
}

/// A group message as NapCat tells it.
fn group_message(id: usize, time: i64, group: usize, user: usize, message: &[Value]) -> Value {
    json!({
        "self_id": 10000, "user_id": user, "time": time, "message_id": id, "message_seq": id, "real_id": id, "message_type": "group",
        "sub_type": "normal", "post_type": "message", "group_id": group, "font": 14, "raw_message": "", "message": message, "message_format": "array",
        "sender": {"user_id": user, "nickname": format!("n{user}"), "card": format!("成员{user}"), "role": "member"},
    })
}

async fn enter(fake: &Implementation, bot: &Running) {
    fake.connect(&bot.door(), Some(crate::support::process::TOKEN)).await.unwrap();
    fake.lifecycle();
}

/// The source of every record.
async fn recorded(db: &Db) -> Vec<String> {
    db.column("SELECT source FROM record ORDER BY id").await
}

async fn prove(db: &Db) {
    let store = Store::open(&db.options(), &Effects::system()).await.unwrap();
    assert_eq!(store.prove().await.unwrap(), Vec::<String>::new(), "the books agree");
    store.close().await;
}

async fn killed(db: Db) {
    let program = prepare(&db, MEMBERS).await;
    let mut client = Client::new(MEMBERS * TEXTS.len());
    let random = SeededRandom::new(if db.engine == "sqlite" { 17 } else { 18 });
    let below = |n: usize| usize::try_from(random.below(n as u64)).unwrap();
    let (mut under_load, mut unheard) = (0, 0);
    for life in 0..KILLS {
        let bot = program.runs().await;
        client.connect(&bot).await;
        let known: Vec<usize> = client.answered.keys().copied().collect();
        for _ in 0..known.len().min(3) {
            client.repeat(known[below(known.len())]);
        }
        client.fill(WINDOW);
        let enough = client.answered.len() + below(WINDOW / 2);
        while client.answered.len() < enough {
            client.hear().await;
            client.fill(WINDOW);
        }
        // a moment within whatever it does just then
        let moment = Duration::from_micros(random.below(15_000));
        let listen = async {
            loop {
                client.hear().await;
            }
        };
        let _never: Result<(), _> = tokio::time::timeout(moment, listen).await;
        bot.dies();
        client.fake.closed().await;
        client.hear_the_rest().await;

        let recorded = recorded(&db).await;
        let once: BTreeSet<String> = recorded.iter().cloned().collect();
        assert_eq!(once.len(), recorded.len(), "after kill {life} no message is recorded twice");
        let answered = client.sources(client.answered.keys().copied());
        assert!(answered.is_subset(&once), "after kill {life} these were answered, but are not in the ledger: {:?}", answered.difference(&once));
        under_load += usize::from(!client.unanswered().is_empty());
        unheard += once.len() - answered.len();
    }
    assert!(under_load > KILLS / 2, "only {under_load} of {KILLS} kills came under load");
    assert!(unheard > 0, "no kill came between a commit and its answer");
    prove(&db).await;

    let bot = program.runs().await;
    client.connect(&bot).await;
    client.finish().await;
    bot.asked_to_stop();
    assert!(bot.ends().await.0.success());
    let bot = program.runs().await;
    client.connect(&bot).await;
    // once more, to a process that never heard them
    for n in (0..client.total).step_by(7) {
        client.repeat(n);
    }
    client.finish().await;
    bot.asked_to_stop();
    assert!(bot.ends().await.0.success());
    client.prove(&db).await;
}

async fn stopped(db: Db) {
    const MEMBERS: usize = 200;
    let program = prepare(&db, MEMBERS).await;
    let mut client = Client::new(MEMBERS * TEXTS.len());
    for (answers, window) in [(10, WINDOW), (100, 400)] {
        let bot = program.runs().await;
        client.connect(&bot).await;
        client.fill(window);
        let enough = client.answered.len() + answers;
        while client.answered.len() < enough {
            client.hear().await;
            client.fill(window);
        }
        bot.asked_to_stop();
        let (status, log) = bot.ends().await;
        assert_eq!(status.code(), Some(0), "{log}");
        assert_eq!(client.fake.closed().await, (1001, "the bot is shutting down".into()));
        client.hear_the_rest().await;
        let recorded = recorded(&db).await;
        let answered = client.sources(client.answered.keys().copied());
        assert_eq!(recorded.iter().cloned().collect::<BTreeSet<_>>(), answered, "what it recorded it answered, and the other way round");
        assert_eq!(recorded.len(), answered.len(), "each once");
        prove(&db).await;
        for kind in ["ERROR", "WARN", "panicked"] {
            assert!(!log.lines().any(|l| l.contains(kind) && !l.contains("offline")), "{log}");
        }
    }
    let bot = program.runs().await;
    client.connect(&bot).await;
    client.finish().await;
    bot.asked_to_stop();
    assert!(bot.ends().await.0.success());
    client.prove(&db).await;
}

/// Somebody in groups and in private, one message after the other.
struct Talk {
    fake: Implementation,
    next: usize,
    time: i64,
}

impl Talk {
    /// Says something in a group; the answer that quotes it.
    async fn says(&mut self, group: usize, user: usize, segments: &[Value]) -> String {
        self.next += 1;
        let frame = group_message(self.next, self.time, group, user, segments);
        self.answer(frame).await
    }
    /// Says something to the bot alone.
    async fn tells(&mut self, user: usize, words: &str) -> String {
        self.next += 1;
        let mut frame = group_message(self.next, self.time, 0, user, &[text(words)]);
        let fields = frame.as_object_mut().unwrap();
        fields.remove("group_id");
        fields.extend([("message_type".to_owned(), json!("private")), ("sub_type".to_owned(), json!("friend"))]);
        self.answer(frame).await
    }
    async fn answer(&mut self, frame: Value) -> String {
        self.fake.raw(Message::text(frame.to_string()));
        let sent = self.fake.next().await;
        assert_eq!(sent.quote, self.next.to_string(), "{sent:?}");
        sent.text
    }
}

/// Whether an answer says that something was entered.
fn entered(answer: &str) -> bool {
    ["记好啦", "记上了"].iter().any(|words| answer.contains(words))
}

async fn beside(db: Db) {
    let program = prepare(&db, 12).await;
    let bot = program.runs().await;
    let fake = Implementation::new(BOT, Format::Array);
    enter(&fake, &bot).await;
    let mut talk = Talk { fake, next: 0, time: Effects::system().clock.now() / 1000 };
    let first = format!("{TOWN}/{}", BRANCHES[0]);
    let study = [text(TEXTS[1])];
    // everything of the first branch is in the bot's memory now
    let done = talk.says(90_000, 20_000, &study).await;
    assert!(entered(&done), "{done}");

    // a member who comes by import
    let stranger = talk.says(90_000, 20_900, &study).await;
    assert!(stranger.contains("还不认识"), "{stranger}");
    let file = db.dir().join("more.csv");
    std::fs::write(&file, format!("姓名,QQ,所在团支部\n欧阳新,20900,{first}\n李明亮,20901,{first}\n")).unwrap();
    program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    let done = talk.says(90_000, 20_900, &study).await;
    assert!(entered(&done) && done.contains("欧阳新"), "{done}");

    // a second group of the branch
    let unbound = talk.says(90_100, 20_004, &[at(BOT), text(" 青年大学习 已完成")]).await;
    assert!(unbound.contains("还没绑定"), "{unbound}");
    program.does(&["bind", "onebot:90100", &first]).await.well();
    let done = talk.says(90_100, 20_004, &study).await;
    assert!(entered(&done), "{done}");

    // a role: its holder reports for others, and reads by name what members do not
    let for_another = [at(BOT), text(" 李明亮 大学习看完了")];
    let refused = talk.says(90_000, 20_004, &for_another).await;
    assert!(!entered(&refused), "{refused}");
    let hidden = talk.tells(20_004, "谁没交团费").await;
    assert!(!hidden.contains("欧阳新"), "{hidden}");
    let refused = talk.says(90_000, 20_004, &for_another).await;
    assert!(!entered(&refused), "{refused}");
    program.does(&["grant", "成员20004", "secretary", &first]).await.well();
    let may = talk.says(90_000, 20_004, &for_another).await;
    assert!(entered(&may) && may.contains("李明亮"), "{may}; before: {refused}");
    let names = talk.tells(20_004, "谁没交团费").await;
    assert!(names.contains("欧阳新"), "{names}");

    // what is said at the command line is in the ledger
    let say = ["say", "--chat", "onebot:90000", "--as", "欧阳新", TEXTS[0]];
    let said = program.does(&say).await.well();
    assert!(entered(&said), "{said}");
    let again = talk.says(90_000, 20_900, &[text(TEXTS[0])]).await;
    assert!(again.contains("已经记过"), "{again}");
    let names = talk.tells(20_004, "谁没交团费").await;
    assert!(!names.contains("欧阳新"), "{names}");

    bot.asked_to_stop();
    assert!(bot.ends().await.0.success());
    assert_eq!(recorded(&db).await.len(), 5);
    prove(&db).await;
}

async fn understood(db: Db) {
    const PATH: &str = "余庆县团委/第一团支部";
    let house = House::new(db).await;
    house.branch(PATH, &["张三", "李四"], 1).await;
    let group = house.group("1", PATH).await;
    house.grant("张三", Role::Secretary, PATH).await;
    let done = group.asks("张三", "李四 大学习看完了").await;
    assert!(entered(&done), "{done}");
    let other = house.db.open().await;
    let org = other.org_by_path(PATH).await.unwrap().unwrap();
    let fields = MemberFields { accounts: vec![account("欧阳新")], ..MemberFields::default() };
    let add = RosterChange::Add(NewMember { branch: org.id, name: "欧阳新".into(), from: org.since, known: None, fields });
    other.change_roster(&[add], &[(org.id, org.epoch)], None, &|_, _, _| Vec::new()).await.unwrap();
    other.close().await;
    let done = group.asks("张三", "欧阳新 大学习看完了").await;
    assert!(entered(&done) && done.contains("欧阳新"), "{done}");
    house.ends().await;
}

async fn codes() {
    let db = Db::sqlite();
    let program = prepare(&db, 4).await;
    let bot = program.runs().await;
    let mut client = Client::new(4 * TEXTS.len());
    client.connect(&bot).await;
    client.finish().await;

    let second = program.does_at(Some(bot.address), &["run"]).await;
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.err.contains(&format!("{} is taken by another program", bot.address)), "{second:?}");
    let wrong: [&[&str]; 5] = [&[], &["walk"], &["bind", "90000", "x"], &["grant", "成员20000", "emperor", TOWN], &["say", "--chat", "onebot:90000"]];
    for args in wrong {
        let ran = program.does(args).await;
        assert_eq!(ran.code, Some(2), "{args:?}: {ran:?}");
        assert!(!ran.err.is_empty(), "{args:?} says what is wrong");
    }
    let failed: [(&[&str], &str); 3] = [
        (&["bind", "onebot:1", "没有/这个"], "没有/这个"),
        (&["grant", "没有人", "secretary", TOWN], "没有人"),
        (&["import", "roster", "missing.csv"], "missing.csv"),
    ];
    for (args, names) in failed {
        let ran = program.does(args).await;
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        assert!(ran.err.contains(names), "{args:?}: {ran:?}");
    }

    let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let health = http.get(format!("http://{}/healthz", bot.address)).send().await.unwrap();
    assert_eq!(health.status(), 200);
    let health: Value = health.json().await.unwrap();
    assert_eq!((&health["database"], &health["platforms"]), (&json!("well"), &json!({"onebot:10000": true})), "{health}");
    let metrics = http.get(format!("http://{}/metrics", bot.address)).send().await.unwrap().text().await.unwrap();
    for line in ["zhibu_records_total{outcome=\"new\"} 12", "zhibu_messages_heard_total{platform=\"onebot\"} 12"] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    bot.asked_to_stop();
    assert!(bot.ends().await.0.success());
    client.prove(&db).await;
}
