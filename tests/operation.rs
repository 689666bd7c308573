//! What an operator meets: one bot on one file, logs that show nobody, a demo that leaves nothing, the first words.

use crate::support::db::Db;
use crate::support::house::House;
use crate::support::onebot::{Answer, Format, Implementation, PATIENCE, at, text};
use crate::support::process::{Program, Running, TOKEN};
use crate::support::source::root;
use crate::support::story;
use libtest_mimic::Trial;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use zhibu::domain::roster::Ack;

pub fn tests() -> Vec<Trial> {
    vec![
        story("operation: a second bot on one SQLite file is refused", second_bot),
        story("operation: when reminders come next, in local time", next_runs),
        story("operation: not even the most talkative log shows texts, names or secrets", silent_log),
        story("operation: a demo that is ended while it loads leaves nothing", short_demo),
        story("operation: asked to stop, the bot does not wait for an implementation that answers nothing", silent_end),
        story("operation: a chat that chose reactions gets those for reports", reactions),
        story("operation: a code without the rest is answered with how to say it", half_a_code),
    ]
}

const BRANCH: &str = "余庆县团委/白泥镇团委/第一团支部";

async fn enter(bot: &Running) -> Implementation {
    let fake = Implementation::new("10000", Format::Array);
    fake.connect(&bot.door(), Some(TOKEN)).await.unwrap();
    fake.lifecycle();
    fake
}

async fn second_bot() {
    let db = Db::sqlite();
    let program = Program::new(&db);
    let first = program.runs().await;
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let second = program.does_at(Some(free), &["run"]).await;
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.err.contains("already runs on") && second.err.contains("zhibu.db"), "{second:?}");
    assert_eq!(second.out, "", "no second code for the first secretary");
    program.does(&["bind", "onebot:90000", BRANCH, "--create"]).await.well();
    let wrong = program.does(&["bind", "icq:90000", BRANCH]).await;
    assert!(wrong.code == Some(2) && wrong.err.contains("write one of onebot, telegram, qq, wecom, official, webchat"), "{wrong:?}");
    let wrong = program.does(&["bind", "onebot:@10001", BRANCH]).await;
    assert!(wrong.code == Some(2) && wrong.err.contains("private chat"), "{wrong:?}");
    let wrong = program.does(&["say", "--chat", "icq:90000", "--as", "张三", "帮助"]).await;
    assert!(wrong.code == Some(2) && wrong.err.contains("write one of onebot, telegram, qq, wecom, official, webchat"), "{wrong:?}");
    let wrong = program.does(&["--database", "sqlite:no/such/x.db", "check"]).await;
    assert!(wrong.code == Some(1) && wrong.err.contains("there is no folder no/such") && !wrong.out.contains("zhibu run"), "{wrong:?}");
    let none = program.does(&["--database", "sqlite:typo.db", "check"]).await.well();
    assert!(none.contains("there is none yet: `zhibu run` makes it"), "{none}");
    let nowhere = program.does(&["--database", "sqlite:typo.db", "say", "--chat", "onebot:90000", "--as", "张三", "帮助"]).await;
    assert!(nowhere.code == Some(1) && nowhere.err.contains("there is no database at typo.db") && !db.dir().join("typo.db").exists(), "{nowhere:?}");
    let looked = program.does(&["check", "--records"]).await.well();
    assert!(looked.contains("database: well") && looked.contains("the audit chain agree"), "{looked}");
    // however the first one ended, the next may start
    first.dies();
    let next = program.runs().await;
    next.asked_to_stop();
    assert!(next.ends().await.0.success());
}

/// The command line knows the real day only: these come in years that are far off.
async fn next_runs() {
    let db = Db::sqlite();
    let duties = db.dir().join("conf/duties");
    std::fs::create_dir_all(&duties).unwrap();
    let study = std::fs::read_to_string(root().join("bot-config/duties/study.toml")).unwrap();
    let (study, _) = study.split_once("[[reminder]]").unwrap();
    let reminder = |key: &str, cron: &str, zone: &str| format!("[[reminder]]\nkey = \"{key}\"\ncron = \"{cron}\"\nzone = \"{zone}\"\naudience = [\"group\"]\n");
    let all = [
        reminder("eve", "0 30 18 24 12 * 2090-2093", "Asia/Shanghai"),
        reminder("summer", "0 0 9 1 7 * 2090,2091", "Europe/Berlin"),
        reminder("workday", "0 0 19 1W 5 * 2090", "Asia/Shanghai"),
        reminder("gone", "0 0 9 1 7 * 2020", "Asia/Shanghai"),
    ];
    std::fs::write(duties.join("study.toml"), format!("{study}{}", all.concat())).unwrap();
    let checked = Program::new(&db).configured(db.dir().join("conf")).does(&["check"]).await.well();
    let study: Vec<&str> = checked.lines().filter(|l| l.starts_with("reminder study/")).collect();
    let expected = [
        "reminder study/eve: 2090-12-24 18:30, 2091-12-24 18:30, 2092-12-24 18:30",
        "reminder study/summer: 2090-07-01 09:00, 2091-07-01 09:00 (Europe/Berlin)",
        "reminder study/workday: 2090-05-01 19:00",
        "reminder study/gone: it never comes again",
    ];
    assert_eq!(study, expected);
    assert!(checked.contains("holidays: 2090 is not known, its weekdays count as workdays: add holidays/2090.toml"), "{checked}");
    // those of the other duties' files come within a month, each with its next three times
    let dues = checked.lines().find(|l| l.starts_with("reminder dues/month_end: ")).unwrap();
    assert_eq!(dues.matches("-28 19:00").count(), 3, "{dues}");
    // and those that were made in chat
    let program = Program::new(&db);
    std::fs::write(db.dir().join("roster.csv"), "姓名,QQ\n李四,20001\n").unwrap();
    program.does(&["import", "roster", "roster.csv", "--branch", BRANCH, "--apply"]).await.well();
    program.does(&["bind", "onebot:90000", BRANCH]).await.well();
    program.does(&["grant", "李四", "secretary", BRANCH]).await.well();
    program.does(&["say", "--chat", "onebot:@20001", "--as", "李四", "每周四20点提醒大学习"]).await.well();
    let checked = program.does(&["check"]).await.well();
    let own = checked.lines().find(|l| l.starts_with(&format!("reminder of {BRANCH}, made in chat, study: "))).unwrap_or_else(|| panic!("{checked}"));
    assert_eq!(own.matches(" 20:00").count(), 3, "{own}");
}

async fn silent_log() {
    let db = Db::sqlite();
    let quiet = Program::new(&db);
    std::fs::write(db.dir().join("roster.csv"), "姓名,QQ\n欧阳静默,20001\n").unwrap();
    quiet.does(&["import", "roster", "roster.csv", "--branch", BRANCH, "--apply"]).await.well();
    quiet.does(&["bind", "onebot:90000", BRANCH]).await.well();
    for format in ["text", "json"] {
        let bot = Program::new(&db).with("ZHIBU_LOG_LEVEL", "trace").with("ZHIBU_LOG_FORMAT", format).runs().await;
        let fake = enter(&bot).await;
        fake.says("90000", "20009", "mumble", &[text("mumble, mumble")]);
        fake.says("90000", "20001", "mumble-欧阳静默", &[text("大学习看完了")]);
        let told = fake.next().await.text;
        assert!(told.contains("欧阳静默"), "{told}");
        fake.tells("20001", &[text("绑定 欧阳静默 SECRETCODE")]);
        fake.next().await;
        bot.asked_to_stop();
        let (status, log) = bot.ends().await;
        assert!(status.success());
        assert!(log.contains("listening on"), "{log}");
        for shown in ["mumble", "欧阳", "\\u6b27", "大学习", "SECRETCODE", TOKEN] {
            assert!(!log.contains(shown), "{shown} is in the log:\n{log}");
        }
    }
}

async fn short_demo() {
    let scratch = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_zhibu"))
        .args(["demo", "--bind", "127.0.0.1:0"])
        .env("TMPDIR", scratch.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let files = || std::fs::read_dir(scratch.path()).unwrap().count();
    let begun = async {
        while files() == 0 {
            assert!(demo.try_wait().unwrap().is_none(), "it ended before it began");
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, begun).await.unwrap();
    assert!(Command::new("sh").args(["-c", r#"kill -TERM "$0""#, &demo.id().to_string()]).status().unwrap().success());
    let status = tokio::task::spawn_blocking(move || demo.wait().unwrap()).await.unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(files(), 0);
}

async fn reactions() {
    let house = House::new(Db::sqlite()).await;
    house.branch(BRANCH, &["张三", "李四"], 0).await;
    let group = house.group("90000", BRANCH).await;
    let mut chat = house.store().chat(&group.chat).await.unwrap().unwrap();
    chat.ack = Some(Ack::Reaction);
    house.store().set_chat(&chat).await.unwrap();
    let message = house.message(&group.chat, "张三", "大学习看完了", false);
    let quoted = message.quote_id.clone();
    house.hear(message).await;
    assert_eq!((house.read(&group.chat), house.wire.take_reactions()), (String::new(), vec![(group.chat.clone(), quoted)]));
    // only what was recorded: what needs words gets words
    assert_eq!(group.says("张三", "大学习看完了").await, "张三，本周青年大学习之前就记过啦，不用再报。");
    assert!(house.wire.take_reactions().is_empty());
    house.ends().await;
}

async fn half_a_code() {
    let db = Db::sqlite();
    let bot = Program::new(&db).runs().await;
    let fake = enter(&bot).await;
    for said in ["激活", "激活 J7WPL42A4V", "激活 J7WPL42A4V 张三"] {
        fake.tells("20001", &[text(said)]);
        let told = fake.next().await.text;
        assert!(told.starts_with("这样说：激活 激活码 姓名 支部路径"), "{said}: {told}");
        fake.says("90000", "20001", "张三", &[at("10000"), text(&format!(" {said}"))]);
        assert_eq!(fake.next().await.text, "激活码别让别人看到，请私聊我发。", "{said}");
    }
}

/// Without a bound it would wait for ten minutes here.
async fn silent_end() {
    let db = Db::sqlite();
    let program = Program::new(&db).with("ZHIBU_ONEBOT_ACTION_TIMEOUT_MS", "600000");
    program.does(&["bind", "onebot:90000", BRANCH, "--create"]).await.well();
    let bot = program.runs().await;
    let fake = enter(&bot).await;
    fake.answers("send_private_msg", Answer::Silence);
    fake.answers("send_group_msg", Answer::Silence);
    fake.tells("20001", &[text("帮助")]);
    fake.asked("send_private_msg", 1).await;
    bot.asked_to_stop();
    let (status, log) = bot.ends().await;
    assert!(status.success(), "{log}");
    assert!(log.contains("some answers do not leave in time"), "{log}");
}
