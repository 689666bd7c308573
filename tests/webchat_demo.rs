//! `zhibu demo` itself, as a visitor meets it: the real binary, the real bot and sample county, a real Chromium.

use crate::support::browser::{Browser, Page, chromium};
use crate::support::{lacking, story};
use crate::webchat_page::{become_, no_overflow, picture, say};
use libtest_mimic::Trial;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

pub fn tests() -> Vec<Trial> {
    let walked = story("webchat_demo/a_visitor_walks_through_it", walks_through).with_ignored_flag(lacking::ignore("Chromium", chromium().is_some()));
    vec![walked, story("webchat_demo/its_clock_jumps_and_it_is_there_all_the_time", there_all_the_time)]
}

/// The running demo; it ends with this value, if it has not ended before.
struct Demo {
    child: Child,
    url: String,
    log: tempfile::NamedTempFile,
}

impl Demo {
    async fn start() -> Self {
        Self::start_with(&[]).await
    }

    async fn start_with(more: &[&str]) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_zhibu"))
            .args(["demo", "--bind", "127.0.0.1:0"])
            .args(more)
            .env("ZHIBU_LOG_LEVEL", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let url = tokio::task::spawn_blocking(move || {
            stdout.lines().map_while(Result::ok).find_map(|l| l.split_whitespace().find(|w| w.starts_with("http://")).map(str::to_owned))
        });
        let url = url.await.unwrap().expect("the demo says where it listens");
        Self { child, url, log }
    }

    /// Asks it to end; how it did, and what it logged.
    async fn end(mut self) -> (std::process::ExitStatus, String) {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
        tokio::task::spawn_blocking(move || (self.child.wait().unwrap(), std::fs::read_to_string(self.log.path()).unwrap())).await.unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // it may have ended long ago
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says it and waits for one more message of the bot's in this chat; that.
async fn answer(page: &Page<'_>, text: &str) -> String {
    page.until("!document.querySelector('#log').ariaBusy").await;
    let before = page.eval("document.querySelectorAll('.from-bot').length").await.as_i64().unwrap();
    page.click("#input").await;
    say(page, text).await;
    page.until(&format!("document.querySelectorAll('.from-bot').length > {before}")).await;
    page.eval("[...document.querySelectorAll('.from-bot .bubble')].at(-1).innerText").await.as_str().unwrap().to_owned()
}

/// Asserts that an answer holds these pieces.
fn holds(answer: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(answer.contains(piece), "{piece:?} is not in: {answer}");
    }
}

async fn walks_through() {
    let demo = Demo::start().await;
    let browser = Browser::start().await;
    let page = browser.open(&demo.url, 1280, 800).await;
    page.shows("#me", "团支书").await;
    page.shows("#rooms", "青茶团支部").await;
    page.until("document.querySelectorAll('#ledger tbody tr').length > 20").await;

    // a member, found by the initials, pays; chatter gets silence; what was entered is taken back
    become_(&page, "lym", "骆一鸣").await;
    holds(&answer(&page, "交了团费 0.2元").await, &["骆一鸣", "团费"]);
    page.shows("#ledger tbody tr:first-child", "骆一鸣").await;
    page.shows("#ledger tbody tr:first-child", "0.2 元").await;
    page.click("#tab-heard").await;
    page.shows("#heard .card", "团费").await;
    picture(&page, "demo-member").await;
    page.click("#input").await;
    say(&page, "今天食堂的红烧肉真不错").await;
    page.shows(".message.mine", "红烧肉").await;
    page.shows("#heard", "机器人不出声").await;
    let silent = page.eval("document.querySelectorAll('.from-bot').length").await.as_i64().unwrap();
    holds(&answer(&page, "@小支 撤销").await, &["撤"]);
    assert_eq!(page.eval("document.querySelectorAll('.from-bot').length").await, silent + 1, "one answer, and it is not to the chatter");
    page.click("#tab-ledger").await;
    page.shows("#ledger tr.reversed", "已撤销").await;
    holds(&answer(&page, "@小支 谁没交团费").await, &["团费"]);
    let names = page.eval("[...document.querySelectorAll('.from-bot .bubble')].at(-1).innerText").await;
    assert!(!names.as_str().unwrap().contains("罗文博"), "arrears are named in a group: {names}");

    // the secretary asks, opens and closes a meeting, and reads names in private
    become_(&page, "weichunxiao", "韦春晓").await;
    holds(&answer(&page, "@小支 谁没看大学习").await, &["大学习"]);
    holds(&answer(&page, "@小支 开始签到").await, &["签到"]);
    holds(&answer(&page, "签到").await, &["韦春晓"]);
    holds(&answer(&page, "@小支 结束签到").await, &["应到 30", "实到 1"]);
    page.shows("#ledger tbody tr:first-child", "实到").await;
    picture(&page, "demo-secretary").await;
    page.click("#rooms [data-chat='webchat:@a01']").await;
    page.shows("#room-name", "与小支私聊").await;
    holds(&answer(&page, "谁没交团费").await, &["骆一鸣"]);
    holds(&answer(&page, "我的记录").await, &["韦春晓"]);
    let folder = tempfile::tempdir().unwrap();
    let roster = folder.path().join("名册.csv");
    std::fs::write(&roster, "姓名,所在团支部\n韦春晓,河滨团支部\n钱新来,河滨团支部\n").unwrap();
    page.drop_file("#log", &roster).await;
    page.shows("#attached", "名册.csv").await;
    holds(&answer(&page, "").await, &["钱新来"]);
    picture(&page, "demo-private").await;

    // the next reminder comes, wherever it goes
    let before = page.text("#clock").await;
    page.click("#next").await;
    page.shows("#toast", "时间到了").await;
    page.until("document.querySelector('#rooms .badge') || document.querySelectorAll('.day').length > 1").await;
    assert!(page.text("#clock").await > before);
    picture(&page, "demo-reminder").await;
    page.size(390, 844).await;
    for to in ["talk", "ledger", "side"] {
        page.click(&format!(".bottom [data-to={to}]")).await;
        no_overflow(&page, to).await;
        picture(&page, &format!("demo-phone-{to}")).await;
    }
    assert_eq!(page.complaints(), Vec::<String>::new());
    let (status, log) = demo.end().await;
    assert!(status.success());
    assert!(!log.contains("operator is told"), "its clock's own jumps alarm nobody: {log}");
}

/// Else what comes due would wait for the secretary's word: as far as the lease tells, the bot would have been away.
async fn there_all_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demo.db");
    let demo = Demo::start_with(&["--file", file.to_str().unwrap()]).await;
    let url = demo.url.trim_end_matches('/');
    let db = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    // it has come online
    while sqlx::query("SELECT 1 FROM presence").fetch_optional(&db).await.unwrap().is_none() {}
    for _ in 0..3 {
        let next = reqwest::Client::new().post(format!("{url}/api/clock/next")).header("origin", url).send().await.unwrap();
        let next: serde_json::Value = serde_json::from_str(&next.text().await.unwrap()).unwrap();
        let (until,): (i64,) = sqlx::query_as("SELECT lease_until FROM presence WHERE platform = 'webchat'").fetch_one(&db).await.unwrap();
        assert!(until > next["at"].as_i64().unwrap(), "{next} {until}");
    }
    db.close().await;
    assert!(demo.end().await.0.success());
}
