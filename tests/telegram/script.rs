//! One conversation through each platform's fake server, over real sockets and with the real program: the same is said, the
//! same is answered, and the same stands in the ledger at the end.

use crate::support::db::{Db, on_both};
use crate::support::official::{self, Official as Account};
use crate::support::onebot::{self, Format, Implementation};
use crate::support::pictures::png;
use crate::support::process::{Program, Running, TOKEN};
use crate::support::qq::{self, Qq as Official};
use crate::support::story;
use crate::support::telegram::{self, NAME, Telegram as Fake};
use crate::support::wecom::{self, Wecom};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libtest_mimic::Trial;
use serde_json::json;
use zhibu::effects::SystemClock;

pub fn tests() -> Vec<Trial> {
    let mut all = on_both("telegram::script::the_same_conversation_as_in_qq", conversation);
    all.push(story("telegram::script::a_webhook_behind_a_proxy", proxied));
    all.push(story("telegram::script::privacy_mode_and_a_bad_token_are_explained", operator));
    all
}

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";
const GROUP: i64 = -100_900;

/// What somebody reads: where, and what, mentions as `@name`.
type Read = (String, String);

/// One platform's side of the conversation.
enum Wire {
    Qq(Implementation),
    Telegram(Fake),
    Official(Official),
    Wecom(Wecom),
    /// WeChat's official account: it has no groups, so all is said in private.
    Account(Account),
}

/// The same, before it runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Platform {
    Qq,
    Telegram,
    /// QQ's official bot, by the gateway.
    Gateway,
    /// The same by callbacks.
    Callbacks,
    /// WeCom's smart bot by its long connection, and the group's webhook.
    Wecom,
    /// WeChat's official account in safe mode, which only answers.
    Account,
}

impl Wire {
    fn names() -> [(&'static str, i64, i64); 3] {
        [("张三", 20001, 700_201), ("李四", 20002, 700_202), ("王五", 20003, 700_203)]
    }

    fn id(&self, name: &str) -> i64 {
        let (_, qq, telegram) = Self::names().into_iter().find(|(n, ..)| *n == name).unwrap();
        if matches!(self, Self::Qq(_)) { qq } else { telegram }
    }

    /// The openid of somebody.
    fn openid(name: &str) -> String {
        let (_, qq, _) = Self::names().into_iter().find(|(n, ..)| *n == name).unwrap();
        format!("OPENID{qq}")
    }

    /// Somebody speaks in the group, to the bot where `asks`.
    async fn says(&self, name: &str, text: &str, asks: bool) {
        match self {
            Self::Official(fake) => fake.says(qq::GROUP, &Self::openid(name), name, text, asks).await,
            Self::Account(fake) => drop(fake.says(&Self::openid(name), text)),
            // only what mentions the bot is heard at all
            Self::Wecom(fake) => drop(fake.says(wecom::GROUP, &Self::openid(name), text)),
            Self::Qq(qq) => {
                let mut all = if asks { vec![onebot::at("10000")] } else { Vec::new() };
                all.push(onebot::text(text));
                qq.says("90000", &self.id(name).to_string(), name, &all);
            }
            Self::Telegram(fake) => {
                let text = if asks { format!("@{NAME} {text}") } else { text.to_owned() };
                fake.says(GROUP, self.id(name), name, &text);
            }
        }
    }

    /// Somebody sends a picture to the group, with words.
    async fn shows(&self, name: &str, words: &str) {
        match self {
            // a picture has no words there: they come first
            Self::Account(fake) => {
                fake.says(&Self::openid(name), words);
                let said = self.next().await;
                assert!(said.1.contains("青年大学习"), "{said:?}");
                let picture = fake.keeps("shot", &png(7, 3));
                fake.says_with(&Self::openid(name), &picture);
            }
            Self::Official(fake) => fake.drops(qq::GROUP, &Self::openid(name), name, words, ("shot.png", "image/png", png(7, 3))).await,
            Self::Wecom(fake) => {
                let words = json!({"msgtype": "text", "text": {"content": format!("@{} {words}", wecom::NAME)}});
                let picture = json!({"msgtype": "image", "image": fake.keeps("shot", &png(7, 3))});
                fake.says_with(wecom::GROUP, &Self::openid(name), &json!({"msgtype": "mixed", "mixed": {"msg_item": [picture, words]}}));
            }
            Self::Qq(qq) => {
                qq.answers("get_image", onebot::Answer::Gives(json!({"base64": STANDARD.encode(png(7, 3))})));
                let picture = json!({"type": "image", "data": {"file": "shot.jpg"}});
                qq.says("90000", &self.id(name).to_string(), name, &[picture, onebot::text(words)]);
            }
            Self::Telegram(fake) => {
                fake.keeps("shot", png(7, 3));
                let sizes = json!([{"file_id": "shot", "width": 1280, "file_size": 1000}]);
                fake.says_with(GROUP, self.id(name), name, "", &json!({"photo": sizes, "caption": words}));
            }
        }
    }

    async fn whispers(&self, name: &str, text: &str) {
        match self {
            Self::Wecom(fake) => drop(fake.says(&format!("@{}", Self::openid(name)), &Self::openid(name), text)),
            Self::Account(fake) => drop(fake.says(&Self::openid(name), text)),
            Self::Official(fake) => fake.whispers(&Self::openid(name), name, text).await,
            Self::Qq(qq) => drop(qq.tells(&self.id(name).to_string(), &[onebot::text(text)])),
            Self::Telegram(fake) => drop(fake.says(self.id(name), self.id(name), name, text)),
        }
    }

    async fn drops(&self, name: &str, file: &str, bytes: &[u8]) {
        match self {
            Self::Account(_) => unreachable!("an official account takes no files: see src/platform/README.md"),
            Self::Official(fake) => {
                let openid = Self::openid(name);
                fake.drops(&format!("@{openid}"), &openid, name, "", (file, "text/csv", bytes.to_vec())).await;
            }
            Self::Wecom(fake) => {
                let mut given = fake.keeps("roster", bytes);
                given["filename"] = json!(file);
                fake.says_with(&format!("@{}", Self::openid(name)), &Self::openid(name), &json!({"msgtype": "file", "file": given}));
            }
            Self::Qq(qq) => {
                qq.answers("get_private_file_url", onebot::Answer::Fails(1404, "不支持的Api"));
                qq.answers("get_file", onebot::Answer::Gives(json!({"base64": STANDARD.encode(bytes)})));
                let segment = json!({"type": "file", "data": {"file": file, "file_id": "F1", "file_size": bytes.len()}});
                qq.tells(&self.id(name).to_string(), &[segment]);
            }
            Self::Telegram(fake) => drop(fake.drops(self.id(name), self.id(name), name, file, bytes.to_vec())),
        }
    }

    /// The bot's next message; answers a yes-or-no question in Telegram by its button.
    async fn next(&self) -> Read {
        match self {
            Self::Qq(qq) => {
                let sent = qq.next().await;
                let mut text = sent.text;
                for (name, id, _) in Self::names() {
                    text = text.replace(&format!("@{id}"), &format!("@{name}"));
                }
                (if sent.chat.starts_with('@') { "private" } else { "group" }.into(), text)
            }
            Self::Telegram(fake) => {
                let sent = fake.next().await;
                for (id, shown) in &sent.mentions {
                    let (name, ..) = Self::names().into_iter().find(|(_, _, t)| t == id).unwrap();
                    assert_eq!(*shown, format!("@{name}"));
                }
                (if sent.chat > 0 { "private" } else { "group" }.into(), sent.text)
            }
            Self::Wecom(fake) => {
                let sent = fake.next().await;
                for (name, ..) in Self::names() {
                    // who is named with an @ by the webhook is notified, and nobody else
                    let named = sent.text.contains(&format!("@{name}"));
                    assert_eq!(sent.mentions.contains(&Self::openid(name)), named && sent.by == "webhook", "{sent:?}");
                }
                (if sent.chat.starts_with('@') { "private" } else { "group" }.into(), sent.text)
            }
            Self::Account(fake) => ("private".into(), fake.next().await.text),
            Self::Official(fake) => {
                let sent = fake.next().await;
                let mut text = sent.text;
                for (name, ..) in Self::names() {
                    text = text.replace(&format!("<@{}>", Self::openid(name)), &format!("@{name}"));
                }
                (if sent.chat.starts_with('@') { "private" } else { "group" }.into(), text)
            }
        }
    }

    /// The table that came last: its name and its lines, without when things were entered.
    async fn table(&self) -> (String, Vec<String>) {
        let (name, bytes) = match self {
            Self::Qq(qq) => {
                qq.asked("upload_private_file", 1).await;
                let (_, params) = qq.actions().into_iter().rfind(|(name, _)| name == "upload_private_file").unwrap();
                let bytes = STANDARD.decode(params["file"].as_str().unwrap().strip_prefix("base64://").unwrap()).unwrap();
                (params["name"].as_str().unwrap().to_owned(), bytes)
            }
            Self::Telegram(fake) => {
                let asked = fake.asked("sendDocument", 1).await;
                (asked["file_name"].as_str().unwrap().to_owned(), asked["document"].as_str().unwrap().as_bytes().to_vec())
            }
            Self::Official(fake) => fake.next().await.file.expect("a file"),
            Self::Account(_) => unreachable!("an official account sends no files: see src/platform/README.md"),
            Self::Wecom(fake) => {
                let (_, name, bytes) = fake.next().await.file.expect("a file");
                (name, bytes)
            }
        };
        let text = String::from_utf8(bytes).unwrap();
        // when it was entered is another moment on each platform
        let line = |l: &str| l.split(',').enumerate().filter(|(n, _)| *n != 12).map(|(_, v)| v).collect::<Vec<_>>().join(",");
        (name, text.lines().filter(|l| !l.is_empty()).map(line).collect())
    }

    /// Says yes: by the button, where there is one.
    async fn yes(&self, name: &str) -> Read {
        match self {
            Self::Qq(_) | Self::Wecom(_) | Self::Account(_) => self.whispers(name, "是").await,
            Self::Official(fake) => {
                let asked = fake.last().expect("the bot asked");
                let (label, data, of) = asked.buttons.first().expect("with buttons").clone();
                assert_eq!((label.as_str(), of), ("是", Self::openid(name)));
                fake.presses(&Self::openid(name), &asked, &data).await;
            }
            Self::Telegram(fake) => {
                let asked = fake.last().expect("the bot asked");
                let (label, data) = asked.buttons.first().expect("with buttons").clone();
                assert_eq!(label, "是");
                fake.presses(self.id(name), name, &asked, &data);
            }
        }
        self.next().await
    }
}

/// A roster and a bound group; the program runs and its platform is connected.
async fn prepare(db: &Db, platform: Platform) -> (Wire, Running) {
    let fake = Fake::start().await;
    let program = Program::new(db);
    let file = db.dir().join("roster.csv");
    let rows: String = Wire::names().iter().fold(String::new(), |rows, (name, qq, tg)| rows + &format!("{name},{qq},{tg},OPENID{qq},{BRANCH}\n"));
    // members of both of WeChat's have the same ids here
    let wechat = if platform == Platform::Account { "公众号" } else { "企业微信" };
    std::fs::write(&file, format!("姓名,QQ,Telegram,{wechat},所在团支部\n{rows}")).unwrap();
    program.does(&["import", "roster", file.to_str().unwrap(), "--apply"]).await.well();
    let chat = match platform {
        Platform::Qq => "onebot:90000".into(),
        Platform::Telegram => format!("telegram:{GROUP}"),
        Platform::Gateway | Platform::Callbacks => format!("qq:{}", qq::GROUP),
        Platform::Wecom => format!("wecom:{}", wecom::GROUP),
        // none is there
        Platform::Account => "official:GROUP".into(),
    };
    let bound = program.does(&["bind", &chat, BRANCH]).await;
    if platform == Platform::Account {
        assert!(bound.code == Some(2) && bound.err.contains("has no groups"), "{bound:?}");
    } else {
        bound.well();
    }
    program.does(&["grant", "李四", "secretary", BRANCH]).await.well();
    if matches!(platform, Platform::Gateway | Platform::Callbacks) {
        return official(db, program, platform).await;
    }
    if platform == Platform::Wecom {
        return in_wecom(db, program).await;
    }
    if platform == Platform::Account {
        return by_account(program).await;
    }
    let url = fake.url();
    let program = if platform == Platform::Telegram { with_telegram(program, &url) } else { program };
    let running = program.runs().await;
    if platform == Platform::Telegram {
        return (Wire::Telegram(fake), running);
    }
    let qq = Implementation::new("10000", Format::Array);
    qq.connect(&running.door(), Some(TOKEN)).await.unwrap();
    qq.lifecycle();
    (Wire::Qq(qq), running)
}

fn with_telegram(program: Program, url: &str) -> Program {
    program.with("ZHIBU_TELEGRAM_TOKEN", telegram::TOKEN).with("ZHIBU_TELEGRAM_API_URL", url).with("ZHIBU_TELEGRAM_CHAT_INTERVAL_MS", "0")
}

async fn in_wecom(db: &Db, program: Program) -> (Wire, Running) {
    let fake = Wecom::start().await;
    let dir = db.dir().join("configuration");
    std::fs::create_dir_all(&dir).unwrap();
    let all = format!("[wecom]\nbot_id = \"{}\"\nurl = \"{}\"\nwebhook_url = \"{}\"\nfile_hosts = [\"127.0.0.1\"]\n", wecom::BOT, fake.url(), fake.hook_url());
    std::fs::write(dir.join("bot.toml"), all).unwrap();
    let program = program.configured(dir).with("ZHIBU_WECOM_SECRET", wecom::SECRET);
    let program = program.with("ZHIBU_WECOM_WEBHOOK_0_CHAT", wecom::GROUP).with("ZHIBU_WECOM_WEBHOOK_0_KEY", wecom::HOOK);
    let running = program.runs().await;
    fake.subscribed(1).await;
    (Wire::Wecom(fake), running)
}

async fn by_account(program: Program) -> (Wire, Running) {
    let fake = Account::start(std::sync::Arc::new(SystemClock), true).await;
    let program = program.with("ZHIBU_OFFICIAL_APP_ID", official::APP).with("ZHIBU_OFFICIAL_TOKEN", official::TOKEN);
    let program = program.with("ZHIBU_OFFICIAL_AES_KEY", wecom::AES_KEY).with("ZHIBU_OFFICIAL_API_URL", &fake.url());
    let program = program.with("ZHIBU_OFFICIAL_CALLBACK_URL", "https://bot.example/official").with("ZHIBU_OFFICIAL_FILE_HOSTS", "127.0.0.1");
    let checked = program.does(&["check"]).await.well();
    assert!(checked.contains("official: callbacks come to https://bot.example/official") && checked.contains("it only answers"), "{checked}");
    let running = program.runs().await;
    fake.comes_to(&running.door().replace("ws://", "http://").replace("/onebot/v11/ws", "/official"));
    (Wire::Account(fake), running)
}

/// QQ's official bot, whose members bind themselves by their names; the secretary's account was bound before.
async fn official(db: &Db, program: Program, platform: Platform) -> (Wire, Running) {
    let fake = Official::start(std::sync::Arc::new(SystemClock)).await;
    fake.hears_all(qq::GROUP);
    fake.takes_answers_only(qq::GROUP);
    fake.lets_mark();
    let (url, gateway) = (fake.url(), fake.gateway_url());
    let program = program.with("ZHIBU_QQ_APP_ID", qq::APP).with("ZHIBU_QQ_SECRET", qq::SECRET).with("ZHIBU_QQ_API_URL", &url);
    let program = program.with("ZHIBU_QQ_TOKEN_URL", &url).with("ZHIBU_QQ_GATEWAY_URL", &gateway).with("ZHIBU_QQ_FILE_HOSTS", "127.0.0.1");
    let program = program.with("ZHIBU_QQ_MARKDOWN", "true").with("ZHIBU_QQ_BUTTONS", "true");
    let program = if platform == Platform::Callbacks { program.with("ZHIBU_QQ_WEBHOOK_URL", "https://bot.example/qq") } else { program };
    db.sql(&format!(
        "INSERT INTO account (platform, account_id, person_id, bound_at) SELECT 'qq', '{}', id, 0 FROM person WHERE name = '李四'",
        Wire::openid("李四")
    ))
    .await;
    let wire = Wire::Official(fake.clone());
    let starts = async |nth: usize| {
        let running = program.runs().await;
        if platform == Platform::Callbacks {
            fake.comes_to(&running.door().replace("ws://", "http://").replace("/onebot/v11/ws", "/qq"));
            fake.asked("@me", nth).await;
        } else {
            fake.hello(nth).await;
        }
        running
    };
    let running = starts(1).await;
    for (name, said, told) in
        [("张三", "绑定 张三", "等支书确认"), ("王五", "绑定 王五", "等支书确认"), ("李四", "全部确认", "这 2 个就绑好了"), ("李四", "全部确认", "绑好了 2 位")]
    {
        wire.says(name, said, true).await;
        // the secretary hears of it in private as well
        while !wire.next().await.1.contains(told) {}
    }
    running.asked_to_stop();
    let (status, log) = running.ends().await;
    assert!(status.success(), "{log}");
    fake.read_all();
    let running = starts(2).await;
    (wire, running)
}

async fn conversation(db: Db) {
    let engine = db.engine;
    let another = || if engine == "sqlite" { Db::sqlite() } else { Db::postgres() };
    let (in_qq, qq_records) = talk(db, Platform::Qq).await;
    assert!(qq_records.len() >= 5, "{qq_records:?}");
    for platform in [Platform::Telegram, Platform::Gateway, Platform::Callbacks] {
        let (read, records) = talk(another(), platform).await;
        assert_eq!(read, in_qq);
        assert_eq!(records, qq_records);
    }
    let (read, records) = talk(another(), Platform::Wecom).await;
    assert_eq!(records, qq_records);
    // what is said there differs by one line: who has done it is to say so to the bot
    let alike = |(place, text): &Read| (place.clone(), text.lines().filter(|l| !l.contains("只听得到@我")).map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(read.iter().map(alike).collect::<Vec<_>>(), in_qq.iter().map(alike).collect::<Vec<_>>());
    // and where there is no group
    assert_eq!(by_account_alone(another()).await, qq_records);
}

/// The same where nobody but the bot hears it: what a group would read is read by whom it answers.
async fn by_account_alone(db: Db) -> Vec<String> {
    let (wire, running) = prepare(&db, Platform::Account).await;
    for (name, text, answer) in [
        ("张三", "交了团费 0.2元", "团费"),
        ("张三", "交了团费", "团费"),
        ("李四", "谁没交团费", "王五"),
        ("张三", "青年大学习 已完成", "青年大学习"),
        ("张三", "撤销", "青年大学习"),
    ] {
        wire.says(name, text, true).await;
        let read = wire.next().await;
        assert!(read.1.contains(answer), "{text}: {read:?}");
    }
    wire.shows("王五", "青年大学习看完了").await;
    let shown = wire.next().await;
    assert_eq!(shown.1, "截图收到，本周青年大学习记好啦；只记指纹，图不留。");
    // a reminder has no group to go to, and people are written to when they write
    wire.says("李四", "提醒青年大学习", true).await;
    let reminded = wire.next().await;
    assert!(!reminded.1.is_empty(), "{reminded:?}");
    // a roster comes as a file, which people can't send there: by the command line, of which the bot hears within moments
    let file = db.dir().join("more.csv");
    std::fs::write(&file, "姓名,团员编号\n赵六,\n").unwrap();
    Program::new(&db).does(&["import", "roster", file.to_str().unwrap(), "--branch", BRANCH, "--apply"]).await.well();
    wire.says("李四", "替赵六交了团费", false).await;
    let read = wire.next().await;
    assert!(read.1.contains("赵六"), "{read:?}");
    // a table goes as words, where nothing is set up for links
    wire.says("李四", "导出台账", false).await;
    let table = wire.next().await;
    assert!(table.1.contains("张三") && table.1.contains("赵六"), "{table:?}");
    running.asked_to_stop();
    let (status, log) = running.ends().await;
    assert!(status.success(), "{log}");
    assert!(!log.contains(official::TOKEN) && !log.contains(wecom::AES_KEY) && !log.contains("张三"), "no secret and no name in the log: {log}");
    records(&db).await
}

async fn records(db: &Db) -> Vec<String> {
    db.column(
        "SELECT p.name || ' ' || r.duty || ' ' || r.period || ' ' || r.kind || ' ' || r.value || ' ' || r.evidence FROM record AS r \
         JOIN person AS p ON p.id = r.person_id ORDER BY r.id",
    )
    .await
}

/// Everything that was read, and what stands in the ledger.
async fn talk(db: Db, platform: Platform) -> (Vec<Read>, Vec<String>) {
    let (wire, running) = prepare(&db, platform).await;
    let mut read = Vec::new();
    // a report, the same again, a question, a study and its undo
    for (name, text, asks) in [
        ("张三", "交了团费 0.2元", false),
        ("张三", "交了团费", false),
        ("李四", "谁没交团费", true),
        ("张三", "青年大学习 已完成", false),
        ("张三", "撤销", true),
    ] {
        wire.says(name, text, asks).await;
        read.push(wire.next().await);
    }
    // a picture with a report
    wire.shows("王五", "青年大学习看完了").await;
    read.push(wire.next().await);
    // a reminder with mentions: its answer, and itself
    wire.says("李四", "提醒青年大学习", true).await;
    let mut reminded = [wire.next().await, wire.next().await];
    reminded.sort();
    let mentions = |r: &Read| r.1.contains("@张三") && r.1.contains("@李四") && !r.1.contains("@王五");
    assert_eq!(reminded.iter().filter(|r| mentions(r)).count(), 1, "{reminded:?}");
    read.extend(reminded);
    // a roster in, previewed and applied
    wire.drops("李四", "名册.csv", "姓名,团员编号\n赵六,\n".as_bytes()).await;
    let preview = wire.next().await;
    assert!(preview.1.contains("新增 1") && preview.1.contains("“是”"), "{preview:?}");
    read.push(preview);
    let applied = wire.yes("李四").await;
    assert!(applied.1.contains("新增 1"), "{applied:?}");
    read.push(applied);
    wire.says("李四", "替赵六交了团费", false).await;
    read.push(wire.next().await);
    // the ledger out, as a table
    wire.whispers("李四", "导出团费台账").await;
    let told = wire.next().await;
    let (name, lines) = wire.table().await;
    assert!(told.0 == "private" && told.1.contains("台账") && name.strip_suffix(".csv").is_some() && lines.len() > 4, "{told:?} {name} {lines:?}");
    assert!(lines.iter().any(|l| l.contains("张三") && l.contains("0.2")) && lines.iter().any(|l| l.contains("赵六")), "{lines:?}");
    read.extend([told, (name, lines.join("\n"))]);
    running.asked_to_stop();
    let (status, log) = running.ends().await;
    assert!(status.success(), "{log}");
    assert!(
        !log.contains("AAfake")
            && !log.contains(qq::SECRET)
            && !log.contains(wecom::SECRET)
            && !log.contains(wecom::HOOK)
            && !log.contains("token-1")
            && !log.contains("张三"),
        "no secret and no name in the log: {log}"
    );
    if let Wire::Telegram(fake) = &wire {
        assert!(fake.unread().is_empty(), "{:?}", fake.unread());
        assert!(fake.all_confirmed(), "everything that was worked on is confirmed to Telegram");
    }
    if let Wire::Official(fake) = &wire {
        assert!(fake.unread().is_empty(), "{:?}", fake.unread());
    }
    if let Wire::Wecom(fake) = &wire {
        assert!(fake.unread().is_empty(), "{:?}", fake.unread());
    }
    (read, records(&db).await)
}

/// A proxy leads Telegram's requests here under the public name: nobody has to name that twice.
async fn proxied() {
    let db = Db::sqlite();
    let fake = Fake::start().await;
    let program = with_telegram(Program::new(&db), &fake.url());
    let program = program.with("ZHIBU_TELEGRAM_WEBHOOK_URL", "https://bot.example:8443/telegram").with("ZHIBU_TELEGRAM_WEBHOOK_SECRET", "a-long_secret-1");
    let running = program.runs().await;
    fake.asked("setWebhook", 1).await;
    let url = running.door().replace("ws://", "http://").replace("/onebot/v11/ws", "/telegram");
    let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let brings = async |host: &str| client.post(&url).header("host", host).body("{}").send().await.unwrap();
    let told = brings("bot.example").await;
    assert_eq!((told.status().as_u16(), told.text().await.unwrap().trim()), (401, "the secret token is missing"));
    assert_eq!(brings("evil.example").await.status().as_u16(), 403);
    running.asked_to_stop();
    let (status, log) = running.ends().await;
    assert!(status.success(), "{log}");
}

async fn operator() {
    let db = Db::sqlite();
    let fake = Fake::start().await;
    fake.private_mode();
    let program = with_telegram(Program::new(&db), &fake.url());
    let running = program.runs().await;
    fake.asked("getUpdates", 1).await;
    running.asked_to_stop();
    let (status, log) = running.ends().await;
    assert!(status.success(), "{log}");
    let explained = log.lines().filter(|l| l.contains("privacy mode is on") && l.contains("/setprivacy")).count();
    assert_eq!(explained, 1, "{log}");
    // a token that is none is a mistake of the configuration; one that Telegram does not know is told
    let said = Program::new(&db).with("ZHIBU_TELEGRAM_TOKEN", "not a token").does(&["check"]).await;
    assert!(said.err.contains("as @BotFather gave it") && !said.err.contains("not a token"), "{said:?}");
    let running = with_telegram(Program::new(&db), &fake.url()).with("ZHIBU_TELEGRAM_TOKEN", "1234567:AAwrong").runs().await;
    fake.asked("getMe", 2).await;
    running.asked_to_stop();
    let (status, log) = running.ends().await;
    assert!(status.success() && log.contains("Telegram does not know the token") && !log.contains("AAwrong"), "{log}");
}
