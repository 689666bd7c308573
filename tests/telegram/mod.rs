//! Telegram over real sockets, against a fake Bot API with a memory: updates in, answers out, and everything that goes wrong.

mod courier;
mod hearing;
mod script;
mod updates;

use crate::support::onebot::PATIENCE;
use crate::support::telegram::{TOKEN, Telegram as Fake};
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use zhibu::config::messages::Messages;
use zhibu::config::telegram::Telegram as Settings;
use zhibu::domain::message::{AccountKey, ChatKey, Courier, Event, Incoming};
use zhibu::metrics::Metrics;
use zhibu::platform::telegram::{Start, Telegram, TelegramCourier, Timing};

pub fn tests() -> Vec<Trial> {
    [updates::tests(), hearing::tests(), courier::tests(), script::tests()].into_iter().flatten().collect()
}

/// `[telegram]`, with limits low enough to be reached.
fn settings(url: &str) -> Settings {
    Settings {
        token: SecretString::from(TOKEN),
        api_url: url.to_owned(),
        webhook_url: String::new(),
        webhook_secret: SecretString::default(),
        poll_seconds: 50,
        request_timeout_ms: 10_000,
        text_units: 4096,
        mentions: 50,
        chat_interval_ms: 0,
        group_per_minute: 0,
        per_second: 0,
        max_file_bytes: 2 << 20,
    }
}

/// The waits, short.
fn timing() -> Timing {
    let ms = Duration::from_millis;
    Timing {
        first_retry: ms(2),
        longest_retry: ms(10),
        refused_retry: ms(20),
        conflict_retry: ms(20),
        kept: Duration::from_mins(2),
        send_retries: vec![ms(2), ms(2)],
        ..Timing::default()
    }
}

/// The platform; the test is what is above it, and says what is durable.
struct Bot {
    fake: Fake,
    telegram: Telegram,
    courier: Arc<TelegramCourier>,
    events: mpsc::Receiver<Event>,
    metrics: Arc<Metrics>,
    /// Whether marks are answered at once.
    keeps: bool,
}

impl Bot {
    async fn start() -> Self {
        let fake = Fake::start().await;
        let url = fake.url();
        Self::with(fake, &settings(&url), timing())
    }

    fn with(fake: Fake, settings: &Settings, timing: Timing) -> Self {
        let (inbox, events) = mpsc::channel(64);
        let metrics = Metrics::new();
        let commands = zhibu::action::menu::menu(&Messages::embedded());
        let start = Start { config: settings, timing, metrics: metrics.clone(), inbox, commands, not_yours: "不是问你的".into() };
        let telegram = Telegram::start(start).unwrap();
        Self { fake, courier: telegram.courier(), telegram, events, metrics, keeps: true }
    }

    /// A bot whose coming online was told.
    async fn online() -> Self {
        let mut bot = Self::start().await;
        bot.expect_online(true).await;
        bot
    }

    /// The next event, marks aside.
    async fn event(&mut self) -> Event {
        loop {
            match tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("an event comes").expect("the platform runs") {
                Event::Mark { bot, mark } => {
                    if self.keeps {
                        self.courier.kept(&bot, mark);
                    }
                }
                event => return event,
            }
        }
    }

    /// The next event, which must be a message.
    async fn message(&mut self) -> Incoming {
        match self.event().await {
            Event::Message(m) => *m,
            other => panic!("a message was expected, not {other:?}"),
        }
    }

    /// The next mark, not answered.
    async fn mark(&mut self) -> (AccountKey, i64) {
        match tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("an event comes").expect("the platform runs") {
            Event::Mark { bot, mark } => (bot, mark),
            other => panic!("a mark was expected, not {other:?}"),
        }
    }

    async fn expect_online(&mut self, expected: bool) {
        match self.event().await {
            Event::Account { bot, online } => assert_eq!((bot.to_string(), online), ("telegram:1234567".to_owned(), expected)),
            other => panic!("news of the account were expected, not {other:?}"),
        }
    }
}

fn group(id: &str) -> ChatKey {
    ChatKey::group("telegram", id)
}

fn person(id: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new("telegram", id))
}
