//! A WeChat official account over real sockets, against a fake WeChat with a memory: messages in, the one answer that each has,
//! customer-service messages, and everything that goes wrong.

mod answers;
mod door;
mod service;

use crate::support::above::{Above, stands_above};
use crate::support::official::{APP, Official as Fake, SECRET};
use crate::support::wecom::{AES_KEY, TOKEN};
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use zhibu::config::official::Official as Settings;
use zhibu::domain::message::{AccountKey, ChatKey, Courier, Event, Outgoing, SendError};
use zhibu::effects::{Effects, ManualClock};
use zhibu::metrics::Metrics;
use zhibu::platform::Platform;
use zhibu::platform::official::{Official, Timing, Words};

pub fn tests() -> Vec<Trial> {
    [door::tests(), answers::tests(), service::tests()].into_iter().flatten().collect()
}

/// Where the stories' clock begins: 2026-11-22T12:00:00Z.
const START: i64 = 1_795_348_800_000;
/// A message of ours has at most so many bytes here.
const TEXT: usize = 300;

/// `[official]` for a fake; it only answers.
fn settings(fake: &Fake) -> Settings {
    Settings {
        app_id: APP.into(),
        secret: SecretString::default(),
        callback_url: "https://bot.example/official".into(),
        token: SecretString::from(TOKEN),
        aes_key: SecretString::from(if fake.safe { AES_KEY } else { "" }),
        replay_seconds: 300,
        answer_ms: 20_000,
        deliveries: 3,
        text_bytes: TEXT,
        api_url: fake.url(),
        request_timeout_ms: 10_000,
        service_seconds: 172_800,
        service_messages: 5,
        max_file_bytes: 1 << 20,
        file_hosts: vec!["127.0.0.1".into()],
    }
}

/// The waits: long where a story waits for something, so that a busy machine changes nothing.
fn timing() -> Timing {
    let (ms, long) = (Duration::from_millis, Duration::from_secs(20));
    Timing { hold: long, again: long, gather: ms(10), linger: long, grace: long, send_retries: vec![ms(2), ms(2)], file: long }
}

/// The platform; the test is what is above it.
struct Bot {
    fake: Fake,
    clock: Arc<ManualClock>,
    official: Official,
    courier: Arc<dyn Courier>,
    above: Above,
    metrics: Arc<Metrics>,
}

impl Bot {
    async fn with(safe: bool, set: impl FnOnce(&mut Settings, &mut Timing)) -> Self {
        let clock = ManualClock::at(START);
        let fake = Fake::start(clock.clone(), safe).await;
        let (mut settings, mut timing) = (settings(&fake), timing());
        set(&mut settings, &mut timing);
        let (inbox, events) = mpsc::channel(64);
        let words = Words { welcome: "你好，发“绑定 姓名”".into(), more: "（没完）".into(), rest: "（接着）".into() };
        let metrics = Metrics::new();
        let official = Official::start(&settings, timing, words, &Effects::fixed(clock.clone(), 7), metrics.clone(), inbox).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        fake.comes_to(&format!("http://{}/official", listener.local_addr().unwrap()));
        let routes = official.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let above = Above::new(official.courier(), events);
        let mut bot = Self { fake, clock, courier: official.courier(), official, above, metrics };
        bot.above.expect_account(&format!("official:{APP}"), true).await;
        bot
    }

    /// One that only answers.
    async fn open() -> Self {
        Self::with(false, |_, _| {}).await
    }

    /// One that may send customer-service messages.
    async fn serving() -> Self {
        Self::with(false, |s, _| s.secret = SecretString::from(SECRET)).await
    }

    /// Somebody writes, and it is heard and durable; the message's id.
    async fn hears(&mut self, openid: &str, text: &str) -> String {
        let id = self.fake.says(openid, text);
        let heard = self.message().await;
        assert_eq!((heard.text().as_str(), &*heard.quote_id), (text, &*id));
        let (account, mark) = self.mark().await;
        self.courier.kept(&account, mark);
        id
    }

    /// Answers a message.
    async fn answers(&self, openid: &str, id: &str, text: &str) -> Result<String, SendError> {
        self.courier.send(&Outgoing { quote: Some(id.to_owned()), ..Outgoing::text(person(openid), text) }).await
    }

    /// Says something that answers nothing.
    async fn tells(&self, openid: &str, text: &str) -> Result<String, SendError> {
        self.courier.send(&Outgoing::text(person(openid), text)).await
    }

    /// The next that somebody reads: what it answers, and what it says.
    async fn read(&self) -> (String, String) {
        let sent = self.fake.next().await;
        (sent.answers, sent.text)
    }

    /// Ends it: nothing was handed over that no story looked at.
    async fn ends(mut self) {
        let fake = self.fake.clone();
        self.above.ends(&self.official, |e| matches!(e, Event::Mark { .. }), || fake.unread()).await;
    }
}

stands_above!(Bot);

fn person(openid: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new("official", openid))
}

fn waits(sent: &Result<String, SendError>) -> bool {
    matches!(sent, Err(SendError::Waits(_)))
}
