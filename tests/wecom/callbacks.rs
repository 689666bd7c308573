//! Callbacks at our own door: their seal, what is turned away, and the one answer that each message has.

use super::{Bot, Duration, Event, Fake, START, SecretString, Settings, Timing, Trial, group, person};
use crate::support::wecom::{AES_KEY, GROUP, TOKEN, encrypt_with, sealed, signature};
use crate::support::{plain, story};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use zhibu::domain::message::{Outgoing, SendError};
use zhibu::platform::Platform as _;
use zhibu::platform::seal::{Keys, key};

pub fn tests() -> Vec<Trial> {
    vec![
        plain("wecom::callbacks::the_published_vectors", vectors),
        plain("wecom::callbacks::what_is_not_sealed_as_it_should_be_stays_shut", shut),
        plain("wecom::callbacks::settings_that_open_the_door_to_anybody_are_told", settings_told),
        story("wecom::callbacks::the_door_says_that_it_is_ours", echo),
        story("wecom::callbacks::a_message_is_heard_and_answered_once", heard),
        story("wecom::callbacks::bad_ones_are_turned_away", bad),
        story("wecom::callbacks::it_is_acknowledged_when_it_is_durable", durable),
        story("wecom::callbacks::what_waits_takes_an_answer_that_was_not_needed", waits),
        story("wecom::callbacks::files_are_under_the_key_of_callbacks", files),
    ]
}

/// A message of that sample.
pub const SAMPLE: &str = "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==";

/// WeCom's own sample (WXBizMsgCrypt), for this receiver: signature, time, nonce, cipher text, and what is in it.
const RECEIVER: &str = "wx5823bf96d3bd56c7";
const VECTORS: [[&str; 5]; 2] = [
    [
        "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        "1409659589",
        "263014780",
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
        "1616140317555161061",
    ],
    ["477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", SAMPLE, "<Content><![CDATA[hello]]></Content>"],
];

fn keys(token: &str, aes_key: &str, receiver: &str) -> Option<Keys> {
    Keys::new(&SecretString::from(token), &SecretString::from(aes_key), receiver)
}

fn vectors() {
    let ours = keys(TOKEN, AES_KEY, RECEIVER).unwrap();
    for [sign, timestamp, nonce, cipher, inside] in VECTORS {
        assert!(ours.signed(timestamp, nonce, cipher, sign) && ours.signed(timestamp, nonce, cipher, &sign.to_uppercase()));
        let message = ours.open(cipher).unwrap();
        assert!(message == inside || message.starts_with("<xml>") && message.contains(inside), "{message}");
        assert!(keys(TOKEN, AES_KEY, "wx5823bf96d3bd56c8").unwrap().open(cipher).is_none(), "for somebody else");
        assert!(!keys("QDG6eL", AES_KEY, RECEIVER).unwrap().signed(timestamp, nonce, cipher, sign), "another token");
        for (timestamp, nonce, cipher, sign) in [
            ("1409659590", nonce, cipher, sign),
            (timestamp, "1", cipher, sign),
            (timestamp, nonce, "P9nA", sign),
            (timestamp, nonce, cipher, &sign[1..]),
            (timestamp, nonce, cipher, ""),
        ] {
            assert!(!ours.signed(timestamp, nonce, cipher, sign), "{timestamp} {nonce} {sign}");
        }
    }
    assert!(VECTORS.iter().any(|v| ours.open(v[3]).unwrap().contains("<MsgId>4561255354251345929</MsgId>")));
    for none in ["", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2", "短"] {
        assert!(keys(TOKEN, none, RECEIVER).is_none(), "{none}");
    }
}

fn shut() {
    let ours = keys(TOKEN, AES_KEY, "").unwrap();
    let text = "{\"msgid\":\"1\"}";
    assert_eq!(ours.open(&sealed(text, "", text.len())).as_deref(), Some(text));
    // its length within, at, and beyond the end
    for (long, opens) in [(0, false), (text.len() - 1, false), (text.len() + 1, false), (u32::MAX as usize, false)] {
        assert_eq!(ours.open(&sealed(text, "", long)).is_some(), opens, "{long}");
    }
    assert!(ours.open(&sealed(text, "somebody", text.len())).is_none());
    assert!(ours.open(&sealed("", "", 0)).is_some_and(|t| t.is_empty()));
    let good = sealed(text, "", text.len());
    for broken in [String::new(), "****".into(), good[..good.len() - 4].into(), format!("AAAA{}", &good[4..good.len() - 4]), good.replace('=', "") + "AA"] {
        assert!(ours.open(&broken).is_none(), "{broken}");
    }
    // another key, and what is too short to be anything
    let other = keys(TOKEN, &AES_KEY.replace('j', "k"), "").unwrap();
    assert!(other.open(&good).is_none());
    let short = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, encrypt_with(&key(AES_KEY).unwrap(), b"0123456789"));
    assert!(ours.open(&short).is_none());
}

fn settings_told() {
    for (toml, told) in [
        ("bot_id = \"b\"", "`bot_id` and `secret` belong together"),
        ("callback_url = \"https://bot.example/wecom\"\nbot_id = \"b\"\ntoken = \"T\"", "`callback_url` needs"),
        ("callback_url = \"http://bot.example/wecom\"", "no public address"),
        ("aes_key = \"short\"", "43 letters and digits"),
        ("token = \"a b\"", "at most 32 letters and digits"),
        ("bot_id = \"a:b\"\nsecret = \"s\"", "no bot id"),
        ("[[wecom.webhook]]\nchat = \"wr1\"\nkey = \"k\"", "needs `bot_id`"),
        ("bot_id = \"b\"\nsecret = \"s\"\n[[wecom.webhook]]\nchat = \"wr1\"", "key"),
        ("bot_id = \"b\"\nsecret = \"s\"\n[[wecom.webhook]]\nchat = \"wr1\"\nkey = \"https://qyapi.weixin.qq.com/x?key=1\"", "only what stands behind"),
    ] {
        let all = crate::config::problems(&[("bot.toml", &format!("[wecom]\n{toml}\n"))]);
        assert!(all.iter().any(|p| p.contains(told)), "{toml}: {all:?}");
    }
}

/// A bot behind its door.
struct Door {
    bot: Bot,
    url: String,
    client: reqwest::Client,
    nonces: AtomicU64,
}

impl Door {
    async fn open(set: impl FnOnce(&mut Settings, &mut Timing)) -> Self {
        let mut bot = Bot::with(Fake::start().await, |s, t| {
            s.callback_url = "https://bot.example/wecom".into();
            (s.token, s.aes_key) = (SecretString::from(TOKEN), SecretString::from(AES_KEY));
            set(s, t);
        });
        bot.expect_online(true).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/wecom", listener.local_addr().unwrap());
        let routes = bot.wecom.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { bot, url, client, nonces: AtomicU64::new(1) }
    }

    /// A callback signed at this time (seconds).
    fn signed(&self, sealed: &str, at: i64) -> reqwest::RequestBuilder {
        let (at, nonce) = (at.to_string(), self.nonces.fetch_add(1, Ordering::SeqCst).to_string());
        let sign = signature(&at, &nonce, sealed);
        self.client.post(&self.url).query(&[("msg_signature", &sign), ("timestamp", &at), ("nonce", &nonce)]).body(json!({"encrypt": sealed}).to_string())
    }

    /// The status that this message's callback gets.
    async fn brings(&self, message: &str) -> StatusCode {
        self.signed(&sealed(message, "", message.len()), START / 1000).send().await.unwrap().status()
    }

    /// Somebody says something, and it is heard; the message's id.
    async fn says(&mut self, chat: &str, user: &str, text: &str) -> String {
        let (id, body) = self.bot.fake.callback(chat, user, text);
        let request = self.signed(&seal(&body), START / 1000).send();
        let sent = tokio::spawn(request);
        self.bot.message().await;
        // its mark
        match self.bot.any().await {
            Event::Mark { bot, mark } => self.bot.courier.kept(&bot, mark),
            other => panic!("a mark was expected, not {other:?}"),
        }
        assert_eq!(sent.await.unwrap().unwrap().status(), StatusCode::OK);
        id
    }
}

fn seal(body: &Value) -> String {
    let message = body.to_string();
    sealed(&message, "", message.len())
}

async fn echo() {
    let door = Door::open(|_, _| {}).await;
    let asks = async |at: i64, sealed: &str, sign: Option<&str>| {
        let at = at.to_string();
        let own = signature(&at, "7", sealed);
        let query = [("msg_signature", sign.unwrap_or(&own)), ("timestamp", &at), ("nonce", "7"), ("echostr", sealed)];
        let response = door.client.get(&door.url).query(&query).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let echo = sealed("1616140317555161061", "", 19);
    assert_eq!(asks(START / 1000, &echo, None).await, (200, "1616140317555161061".into()), "as it was, without quotes");
    for (at, echo, sign, status) in [
        (START / 1000, &*echo, Some("0000"), 401),
        (START / 1000, &*echo, Some(""), 401),
        (START / 1000 - 301, &*echo, None, 401),
        (START / 1000 + 301, &*echo, None, 401),
        (START / 1000, "AAAA", None, 400),
        (START / 1000, &*sealed("1", "another", 1), None, 400),
    ] {
        assert_eq!(asks(at, echo, sign).await.0, status, "{at} {sign:?}");
    }
    let bare = door.client.get(&door.url).send().await.unwrap();
    assert_eq!(bare.status(), StatusCode::UNAUTHORIZED);
    door.bot.ends().await;
}

async fn heard() {
    let mut door = Door::open(|_, _| {}).await;
    let id = door.says(GROUP, "ZhangSan", "谁没交团费").await;
    let answer = |text: &str| Outgoing { quote: Some(id.clone()), ..Outgoing::text(group(GROUP), text) };
    let long = "一二三四五六七八九十\n".repeat(300);
    door.bot.courier.send(&answer(&long)).await.unwrap();
    let sent = door.bot.fake.next().await;
    assert_eq!((sent.answers.as_str(), sent.by, sent.text.as_str()), (&*id, "callback", long.trim_end()), "in one piece");
    // that was the one answer
    let sent = door.bot.courier.send(&answer("还有")).await;
    assert!(matches!(sent, Err(SendError::Waits(_))), "{sent:?}");
    assert!(!door.bot.courier.can(&group(GROUP)).push && !door.bot.courier.reaches(&group(GROUP)));
    // nobody is answered at another's host
    let (id, mut body) = door.bot.fake.callback("@ZhangSan", "ZhangSan", "欠多少");
    body["response_url"] = json!("http://evil.example/answers/1");
    let request = tokio::spawn(door.signed(&seal(&body), START / 1000).send());
    door.bot.message().await;
    let sent = door.bot.courier.send(&Outgoing { quote: Some(id), ..Outgoing::text(person("ZhangSan"), "0.2 元") }).await;
    assert!(matches!(sent, Err(SendError::Refused(_))), "{sent:?}");
    if let Event::Mark { bot, mark } = door.bot.any().await {
        door.bot.courier.kept(&bot, mark);
    }
    assert_eq!(request.await.unwrap().unwrap().status(), StatusCode::OK);
    door.bot.ends().await;
}

async fn bad() {
    let mut door = Door::open(|_, _| {}).await;
    let (_, body) = door.bot.fake.callback(GROUP, "ZhangSan", "签到");
    let (good, now) = (seal(&body), START / 1000);
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    // stale, from the future, of no time
    assert_eq!(status(door.signed(&good, now - 301)).await, 401);
    assert_eq!(status(door.signed(&good, now + 301)).await, 401);
    assert_eq!(status(door.signed(&good, i64::MAX)).await, 401);
    // not signed, signed by another, tampered with
    assert_eq!(status(door.client.post(&door.url).body(json!({"encrypt": good}).to_string())).await, 401);
    let other = sealed("{}", "", 2);
    let (sign, at) = (signature(&now.to_string(), "1", &good), now.to_string());
    let query = [("msg_signature", sign.as_str()), ("timestamp", &at), ("nonce", "1")];
    assert_eq!(status(door.client.post(&door.url).query(&query).body(json!({"encrypt": other}).to_string())).await, 401);
    assert_eq!(status(door.client.post(&door.url).query(&query).query(&[("nonce", "2")]).body(json!({"encrypt": good}).to_string())).await, 400);
    // garbage after the JSON, no JSON, another's form
    for body in [format!("{}x", json!({"encrypt": good})), "{".into(), "[]".into(), "<xml><Encrypt>x</Encrypt></xml>".into(), json!({"encrypt": 7}).to_string()]
    {
        assert_eq!(status(door.client.post(&door.url).query(&query).body(body.clone())).await, 400, "{body}");
    }
    // well signed and sealed, and nothing in it
    let message = body.to_string();
    for (message, receiver) in [(format!("{message}garbage"), ""), ("[1]".into(), ""), ("<xml></xml>".into(), ""), (message.clone(), "another-bot")] {
        assert_eq!(status(door.signed(&sealed(&message, receiver, message.len()), now)).await, 400, "{message}");
    }
    let strange = door.bot.metrics.text();
    assert!(strange.contains("turned_away"), "{strange}");
    // nothing of it was heard; what is well is
    let request = tokio::spawn(door.signed(&good, now - 299).send());
    assert_eq!(door.bot.message().await.text(), "签到");
    if let Event::Mark { bot, mark } = door.bot.any().await {
        door.bot.courier.kept(&bot, mark);
    }
    assert_eq!(request.await.unwrap().unwrap().status(), StatusCode::OK);
    door.bot.ends().await;
}

async fn durable() {
    let mut door = Door::open(|_, _| {}).await;
    let (_, body) = door.bot.fake.callback(GROUP, "ZhangSan", "签到");
    let (good, mut results) = (seal(&body), Vec::new());
    // it can't be worked on, then it can; then the same comes again, and is not heard
    for (keeps, heard) in [(false, true), (true, true), (true, false)] {
        let request = tokio::spawn(door.signed(&good, START / 1000).send());
        if heard {
            let Event::Message(m) = door.bot.any().await else { panic!("a message was expected") };
            assert_eq!(m.text(), "签到");
        }
        let Event::Mark { bot, mark } = door.bot.any().await else { panic!("a mark was expected") };
        if keeps {
            door.bot.courier.kept(&bot, mark);
        } else {
            door.bot.courier.unkept(&bot, mark);
        }
        results.push(request.await.unwrap().unwrap().status().as_u16());
    }
    assert_eq!(results, [503, 200, 200]);
    door.bot.ends().await;
    // where nobody says so in time it is to come again
    let mut door = Door::open(|_, t| t.kept = Duration::from_millis(20)).await;
    let (_, body) = door.bot.fake.callback(GROUP, "ZhangSan", "签到");
    assert_eq!(door.brings(&body.to_string()).await, StatusCode::SERVICE_UNAVAILABLE);
    assert!(matches!(door.bot.any().await, Event::Message(_)));
    // a bot that stops hears nothing more
    door.bot.wecom.quiet().await;
    assert_eq!(door.brings(&body.to_string()).await, StatusCode::SERVICE_UNAVAILABLE);
}

async fn waits() {
    let mut door = Door::open(|_, _| {}).await;
    let letter = Outgoing::text(group(GROUP), "请交团费");
    assert!(matches!(door.bot.courier.send(&letter).await, Err(SendError::Waits(_))));
    let id = door.says(GROUP, "ZhangSan", "大家好").await;
    assert!(!door.bot.courier.reaches(&group(GROUP)), "that may still be answered");
    door.bot.clock.advance(10_000);
    assert!(door.bot.courier.reaches(&group(GROUP)) && !door.bot.courier.reaches(&group("wrOTHER")));
    door.bot.courier.send(&letter).await.unwrap();
    assert_eq!(door.bot.fake.next().await.answers, id);
    assert!(!door.bot.courier.reaches(&group(GROUP)));
    // an hour later there is nothing to answer
    door.bot.clock.advance(-10_000);
    door.says(GROUP, "ZhangSan", "大家好").await;
    door.bot.clock.advance(3_600_000);
    assert!(!door.bot.courier.reaches(&group(GROUP)));
    door.bot.ends().await;
}

async fn files() {
    let mut door = Door::open(|_, _| {}).await;
    let bytes = "姓名,团员编号\n".repeat(50).into_bytes();
    let given = door.bot.fake.keeps("roster", &[]);
    door.bot.fake.spoils("roster", encrypt_with(&key(AES_KEY).unwrap(), &bytes));
    let mut body = json!({"msgid": "F", "chattype": "single", "from": {"userid": "LiSi"}, "msgtype": "file"});
    body["file"] = json!({"url": given["url"]});
    let request = tokio::spawn(door.signed(&seal(&body), START / 1000).send());
    let file = door.bot.message().await.file().unwrap().clone();
    if let Event::Mark { bot, mark } = door.bot.any().await {
        door.bot.courier.kept(&bot, mark);
    }
    assert_eq!(request.await.unwrap().unwrap().status(), StatusCode::OK);
    let (chat, courier) = (person("LiSi"), door.bot.courier.clone());
    assert_eq!(courier.fetch(&chat, &file, bytes.len()).await, Ok(bytes.clone()));
    assert!(matches!(courier.fetch(&chat, &file, bytes.len() - 1).await, Err(SendError::Refused(_))));
    door.bot.fake.spoils("roster", bytes.clone());
    assert!(matches!(courier.fetch(&chat, &file, 1 << 20).await, Err(SendError::Refused(_))), "not encrypted");
    let sent = courier
        .send(&Outgoing { chat, quote: None, parts: vec![zhibu::domain::message::Part::File(zhibu::domain::attachment::Attachment::csv("a.csv", "1".into()))] })
        .await;
    assert!(matches!(sent, Err(SendError::Refused(_))), "{sent:?}");
    door.bot.ends().await;
}
