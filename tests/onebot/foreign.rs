//! A conversation with an implementation side that is not ours: PyPI's `euler-onebot`, whose OneBot half checks every
//! action strictly. It is told on request only, as that package is young and under another licence:
//!
//! `python3 -m venv V; V/bin/pip install euler-onebot; ZHIBU_FOREIGN_PYTHON=V/bin/python cargo test --test stories -- onebot::foreign`

use super::{Bot, config};
use crate::support::onebot::PATIENCE;
use crate::support::story;
use libtest_mimic::Trial;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use zhibu::config::bot::{Forward, OneBot};
use zhibu::domain::message::{Event, Outgoing, Part, SendError};

/// Nothing, where no such Python is named.
pub fn tests() -> Vec<Trial> {
    let python = std::env::var("ZHIBU_FOREIGN_PYTHON");
    python.into_iter().map(|python| story("onebot::foreign::euler_and_we_understand_each_other", move || euler(python))).collect()
}

struct Foreign(Child);

impl Drop for Foreign {
    fn drop(&mut self) {
        let _gone = self.0.kill();
    }
}

async fn euler(python: String) {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/onebot/foreign.py");
    let mut child = Command::new(python).args([script, &port.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
    let (seen, mut calls) = tokio::sync::mpsc::unbounded_channel();
    let out = child.stdout.take().unwrap();
    let _foreign = Foreign(child);
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines() {
            let Ok(call) = line.map(|l| serde_json::from_str::<Value>(&l).expect("a call")) else { break };
            if seen.send(call).is_err() {
                break;
            }
        }
    });
    let forward = vec![Forward { url: format!("ws://127.0.0.1:{port}/"), token: SecretString::from("") }];
    let mut bot = Bot::start(OneBot { forward, action_timeout_ms: 2000, ..config() }).await;

    bot.expect_online("10000", true).await;
    let first = bot.message().await;
    assert_eq!((first.text().as_str(), first.sender_name.as_str(), first.message_id.as_str()), ("交了团费 0.2元", "张三", "1:1800000001"));
    let second = bot.message().await;
    assert_eq!((second.text().as_str(), second.mentions_bot, second.replies_to.as_deref()), ("谁没交[CQ:at,qq=all]", true, Some("1")));
    let third = bot.message().await;
    assert_eq!((third.text().as_str(), third.chat.private, third.sender_name.as_str()), ("我的记录", true, "三"));
    assert_eq!(bot.message().await.file().map(|f| f.name.clone()), Some("名单.xlsx".into()));
    assert!(matches!(bot.event().await, Event::Recall { message, .. } if message == "1"));

    let parts = vec![Part::Text("记下了[CQ:at,qq=all] ".into()), Part::Mention { id: "20001".into(), name: "张三".into() }];
    let answer = Outgoing { chat: first.chat.clone(), quote: Some(first.quote_id), parts };
    assert_eq!(bot.courier.send(&answer).await.as_deref(), Ok("701"));
    assert_eq!(bot.courier.send(&Outgoing::text(third.chat, "你的记录")).await.as_deref(), Ok("702"));
    let listed = bot.courier.members(&first.chat).await.unwrap();
    assert_eq!(listed.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["电信2101-张三"]);
    // it has no such action, and says nothing: we do not wait for ever
    assert!(matches!(bot.courier.react(&first.chat, "2").await, Err(SendError::Unknown(_))));

    let mut heard = Vec::new();
    while heard.len() < 5 {
        heard.push(tokio::time::timeout(PATIENCE, calls.recv()).await.unwrap().unwrap());
    }
    let sent = heard.iter().find(|c| c["action"] == "send_group_msg").unwrap();
    let message =
        json!([{"type": "reply", "data": {"id": "1"}}, {"type": "text", "data": {"text": "记下了[CQ:at,qq=all] "}}, {"type": "at", "data": {"qq": "20001"}}]);
    assert_eq!(sent["params"], json!({"group_id": 90000, "message": message}));
    for action in ["get_login_info", "get_group_list", "send_private_msg", "get_group_member_list"] {
        assert!(heard.iter().any(|c| c["action"] == action), "{action} is missing in {heard:?}");
    }
}
