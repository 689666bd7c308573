//! QQ at our door: what is signed is heard once, and nothing else is.

use super::{Bot, Fake, Settings, Timing, group};
use crate::support::qq::GROUP;
use crate::support::story;
use libtest_mimic::Trial;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use zhibu::domain::message::{Event, Outgoing};
use zhibu::hosts::Hosts;
use zhibu::platform::Platform as _;
use zhibu::web::{self, Health, Parts};

pub fn tests() -> Vec<Trial> {
    vec![
        story("qq::webhook::a_signed_event_is_heard_and_answered", heard),
        story("qq::webhook::wrong_signatures_are_turned_away", unsigned),
        story("qq::webhook::what_is_signed_and_broken_is_no_event", broken),
        story("qq::webhook::stale_and_repeated_callbacks_do_nothing", replayed),
        story("qq::webhook::qq_asks_who_we_are", validation),
        story("qq::webhook::it_is_acknowledged_when_it_is_durable", durable),
        story("qq::webhook::what_is_brought_in_vain_is_passed_over", in_vain),
    ]
}

struct Door {
    bot: Bot,
    url: String,
    stop: CancellationToken,
    client: reqwest::Client,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Door {
    async fn open() -> Self {
        Self::with(|_, _, _| {}).await
    }

    async fn with(set: impl FnOnce(&Fake, &mut Settings, &mut Timing)) -> Self {
        let mut bot = Bot::start(|fake, settings, timing| {
            settings.webhook_url = "https://bot.example/qq".into();
            set(fake, settings, timing);
        })
        .await;
        let (listener, stop) = (web::bind("127.0.0.1:0".parse().unwrap()).await.unwrap(), CancellationToken::new());
        let address = listener.local_addr().unwrap();
        let site = web::router(Parts {
            routes: bot.qq.routes(),
            hosts: Hosts::new(address, &["bot.example".into()]),
            health: std::sync::Arc::new(|| Box::pin(async { Health { well: true, detail: json!({}) } })),
            metrics: bot.metrics.clone(),
            body_bytes: 1 << 20,
            timeout: Duration::from_mins(2),
        });
        tokio::spawn(web::serve(listener, site, stop.clone()));
        bot.expect_online(true).await;
        Self { bot, url: format!("http://{address}/qq"), stop, client: reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap() }
    }

    /// A request with these headers; its status and answer.
    async fn brings(&self, timestamp: Option<&str>, signature: Option<&str>, body: &str) -> (u16, Value) {
        let mut request = self.client.post(&self.url).header("content-type", "application/json").body(body.to_owned());
        if let Some(timestamp) = timestamp {
            request = request.header("X-Signature-Timestamp", timestamp);
        }
        if let Some(signature) = signature {
            request = request.header("X-Signature-Ed25519", signature);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// The same in the background: the story has to say what is durable before it is answered.
    fn asks(&self, timestamp: &str, signature: &str, body: &str) -> JoinHandle<Value> {
        let request = self.client.post(&self.url).header("X-Signature-Timestamp", timestamp).header("X-Signature-Ed25519", signature).body(body.to_owned());
        tokio::spawn(async move { request.send().await.unwrap().json().await.unwrap() })
    }

    /// The same, well signed.
    async fn signed(&self, body: &str) -> (u16, Value) {
        let (timestamp, signature, body) = self.bot.fake.signed(body);
        self.brings(Some(&timestamp), Some(&signature), &body).await
    }

    fn event(&self, text: &str) -> String {
        let (kind, d) = self.bot.fake.message(GROUP, "M1", "张三", text, &json!({}));
        self.bot.fake.frame(&kind, &d).to_string()
    }

    /// Nothing was heard so far.
    fn silent(&mut self) {
        assert!(self.bot.events.try_recv().is_err(), "none of that was heard");
    }
}

/// Taken, and to be brought again.
fn taken() -> (u16, Value) {
    (200, json!({"op": 12, "d": 0}))
}
fn again() -> (u16, Value) {
    (200, json!({"op": 12, "d": 1}))
}

async fn heard() {
    let mut door = Door::open().await;
    let event = door.event(" 交了团费");
    let (timestamp, signature, body) = door.bot.fake.signed(&event);
    let asked = door.asks(&timestamp, &signature, &body);
    let message = door.bot.message().await;
    let (account, mark) = door.bot.mark().await;
    door.bot.courier.kept(&account, mark);
    assert_eq!(asked.await.unwrap(), taken().1);
    assert_eq!((message.text().as_str(), message.mentions_bot, message.chat.to_string()), ("交了团费", true, format!("qq:{GROUP}")));
    assert_eq!((message.sender.to_string(), message.sender_name.as_str()), ("qq:M1".to_owned(), "张三"));
    door.bot.courier.send(&Outgoing { quote: Some(message.quote_id.clone()), ..Outgoing::text(group(GROUP), "收到") }).await.unwrap();
    let sent = door.bot.fake.next().await;
    assert_eq!((sent.text.as_str(), sent.answers, sent.seq), ("收到", message.quote_id, 1));
}

async fn unsigned() {
    let mut door = Door::open().await;
    let (timestamp, good, body) = door.bot.fake.signed(&door.event("交了团费"));
    let other = (timestamp.parse::<i64>().unwrap() + 1).to_string();
    let swapped = good.replacen(&good[..2], if &good[..2] == "00" { "01" } else { "00" }, 1);
    let tampered = body.replace("交了团费", "交了团费 100元");
    for (timestamp, signature, body) in [
        (None, None, &*body),
        (Some(&*timestamp), None, &*body),
        (None, Some(&*good), &*body),
        (Some(&*timestamp), Some(""), &*body),
        (Some(&*timestamp), Some("zz"), &*body),
        (Some(&*timestamp), Some(&good[..126]), &*body),
        (Some(&*timestamp), Some(&*swapped), &*body),
        (Some(&*other), Some(&*good), &*body),
        (Some(&*timestamp), Some(&*good), &*tampered),
        (Some(&*timestamp), Some(&*good), &body[..body.len() - 1]),
    ] {
        assert_eq!(door.brings(timestamp, signature, body).await.0, 401, "{timestamp:?} {signature:?}");
    }
    door.silent();
    assert!(door.bot.metrics.text().contains("zhibu_frames_refused_total{platform=\"qq\",kind=\"turned_away\"} 10"), "{}", door.bot.metrics.text());
}

async fn broken() {
    let mut door = Door::open().await;
    let good = door.event("交了团费");
    for body in ["", "null", "[]", "{", "{}", "{}x", &format!("{good} {{}}"), &format!("{good}garbage"), &good[..good.len() / 2], "{\"op\":\"0\"}"] {
        assert_eq!(door.signed(body).await.0, 400, "{body}");
    }
    // signed, well formed, and nothing that is known
    for body in [r#"{"op":99,"d":{}}"#, r#"{"op":10,"d":{"heartbeat_interval":1}}"#] {
        assert_eq!(door.signed(body).await, taken(), "{body}");
    }
    door.bot.keeps = true;
    for body in [r#"{"op":0,"t":"SOMETHING_NEW","id":"1","d":{}}"#, r#"{"op":0,"t":"GROUP_AT_MESSAGE_CREATE","id":"2","d":"text"}"#, r#"{"op":0,"d":null}"#] {
        let (timestamp, signature, body) = door.bot.fake.signed(body);
        let asked = door.asks(&timestamp, &signature, &body);
        let (account, mark) = door.bot.mark().await;
        door.bot.courier.kept(&account, mark);
        assert_eq!(asked.await.unwrap(), taken().1);
    }
    door.silent();
}

async fn replayed() {
    let mut door = Door::open().await;
    let event = door.event("交了团费");
    let (timestamp, signature, body) = door.bot.fake.signed(&event);
    // long past, and long to come
    for ms in [301_000, -602_000] {
        door.bot.clock.advance(ms);
        assert_eq!(door.brings(Some(&timestamp), Some(&signature), &body).await.0, 401);
    }
    door.bot.clock.advance(301_000);
    for odd in ["", "x", "99999999999999999999999", " 1"] {
        let signature = door.bot.fake.signature(odd, &body);
        assert_eq!(door.brings(Some(odd), Some(&signature), &body).await.0, 401, "{odd:?}");
    }
    door.silent();
    let asked = door.asks(&timestamp, &signature, &body);
    assert_eq!(door.bot.message().await.text(), "交了团费");
    let (account, mark) = door.bot.mark().await;
    // while nobody knows whether it is durable, the same again waits
    assert_eq!(door.brings(Some(&timestamp), Some(&signature), &body).await, again());
    door.bot.courier.kept(&account, mark);
    assert_eq!(asked.await.unwrap(), taken().1);
    // replayed: acknowledged, and not heard
    for signature in [signature.clone(), signature.to_uppercase()] {
        assert_eq!(door.brings(Some(&timestamp), Some(&signature), &body).await, taken());
    }
    door.silent();
    // signed anew, a moment later: the same message all the same; nor does it count that it came by the other event
    door.bot.clock.advance(2_000);
    for body in [event.clone(), event.replace("GROUP_AT_MESSAGE_CREATE", "GROUP_MESSAGE_CREATE")] {
        let (timestamp, signature, body) = door.bot.fake.signed(&body);
        let asked = door.asks(&timestamp, &signature, &body);
        let (account, mark) = door.bot.mark().await;
        door.bot.courier.kept(&account, mark);
        assert_eq!(asked.await.unwrap(), taken().1);
    }
    door.silent();
}

async fn validation() {
    let mut door = Door::open().await;
    let ask = r#"{"op":13,"d":{"plain_token":"Arq0D5A61EgUu4OxUvOp","event_ts":"1725442341"}}"#;
    let expected = json!({"plain_token": "Arq0D5A61EgUu4OxUvOp", "signature": door.bot.fake.signature("1725442341", "Arq0D5A61EgUu4OxUvOp")});
    assert_eq!(door.signed(ask).await, (200, expected.clone()));
    assert_eq!(door.brings(None, None, ask).await, (200, expected), "QQ may ask before it signs");
    // nobody gets an event signed by asking
    let event = door.event("交了团费");
    let trick = json!({"op": 13, "d": {"plain_token": event, "event_ts": (super::START / 1000).to_string()}}).to_string();
    assert_eq!(door.brings(None, None, &trick).await.0, 401);
    assert_eq!(door.signed(&trick).await, taken(), "it is passed over");
    assert_eq!(door.brings(Some("1"), Some("00"), ask).await.0, 401, "what is badly signed is not even read");
    door.silent();
}

async fn durable() {
    let mut door = Door::open().await;
    let (timestamp, signature, body) = door.bot.fake.signed(&door.event("交了团费"));
    for durable in [false, true] {
        let asked = door.asks(&timestamp, &signature, &body);
        assert_eq!(door.bot.message().await.text(), "交了团费", "what could not be worked on is heard when it comes again");
        let (account, mark) = door.bot.mark().await;
        assert!(!asked.is_finished(), "it is in the inbox, and no more than that");
        if durable {
            door.bot.courier.kept(&account, mark);
        } else {
            door.bot.courier.unkept(&account, mark);
        }
        assert_eq!(asked.await.unwrap(), if durable { taken().1 } else { again().1 });
    }
    // what is not known in time is asked for again, and known then
    let mut door = Door::with(|_, _, timing| timing.kept = Duration::from_millis(30)).await;
    let (timestamp, signature, body) = door.bot.fake.signed(&door.event("交了团费"));
    assert_eq!(door.brings(Some(&timestamp), Some(&signature), &body).await, again());
    assert_eq!(door.bot.message().await.text(), "交了团费");
    let (account, mark) = door.bot.mark().await;
    assert_eq!(door.brings(Some(&timestamp), Some(&signature), &body).await, again());
    door.bot.courier.kept(&account, mark);
    assert_eq!(door.brings(Some(&timestamp), Some(&signature), &body).await, taken());
    // at the end nothing more is taken
    door.bot.qq.quiet().await;
    assert_eq!(door.signed(&door.event("再见")).await, again());
    door.silent();
    door.bot.qq.close().await;
}

async fn in_vain() {
    let mut door = Door::open().await;
    let event = door.event("毒");
    let mut answers = Vec::new();
    for _ in 0..6 {
        door.bot.clock.advance(1_000);
        let (timestamp, signature, body) = door.bot.fake.signed(&event);
        let asked = door.asks(&timestamp, &signature, &body);
        assert!(matches!(door.bot.event().await, Event::Message(_)));
        let (account, mark) = door.bot.mark().await;
        door.bot.courier.unkept(&account, mark);
        answers.push(asked.await.unwrap()["d"] == json!(0));
    }
    assert_eq!(answers, [false, false, false, false, false, true]);
}
