//! QQ's official bots over real sockets, against a fake API and gateway with a memory: events in by callback and by
//! gateway, answers out within their windows, and everything that goes wrong.

mod courier;
mod gateway;
mod webhook;

use crate::support::onebot::PATIENCE;
use crate::support::qq::{APP, Qq as Fake, SECRET};
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use zhibu::config::qq::Qq as Settings;
use zhibu::domain::message::{AccountKey, ChatKey, Courier, Event, Incoming};
use zhibu::effects::{Effects, ManualClock};
use zhibu::metrics::Metrics;
use zhibu::platform::qq::{Qq, QqCourier, Timing};

pub fn tests() -> Vec<Trial> {
    [webhook::tests(), gateway::tests(), courier::tests()].into_iter().flatten().collect()
}

/// Where the stories' clock begins: 2026-11-22T12:00:00Z.
const START: i64 = 1_795_348_800_000;

/// `[qq]` for a fake.
fn settings(fake: &Fake) -> Settings {
    Settings {
        app_id: APP.into(),
        secret: SecretString::from(SECRET),
        api_url: fake.url(),
        token_url: fake.url(),
        gateway_url: fake.gateway_url(),
        webhook_url: String::new(),
        replay_seconds: 300,
        request_timeout_ms: 10_000,
        text_bytes: 3000,
        mentions: 20,
        markdown: false,
        buttons: false,
        push: true,
        group_replies: 5,
        group_window_seconds: 300,
        private_replies: 4,
        private_window_seconds: 3600,
        push_group_per_minute: 20,
        push_group_per_day: 1000,
        push_per_minute: 30,
        max_file_bytes: 2 << 20,
        max_upload_bytes: 1 << 20,
        file_hosts: vec!["127.0.0.1".into()],
    }
}

/// The waits, short.
fn timing() -> Timing {
    let ms = Duration::from_millis;
    Timing {
        first_retry: ms(2),
        longest_retry: ms(10),
        refused_retry: ms(20),
        kept: Duration::from_mins(2),
        look: ms(20),
        send_retries: vec![ms(2), ms(2)],
        ..Timing::default()
    }
}

/// The platform; the test is what is above it, and says what is durable.
struct Bot {
    fake: Fake,
    clock: Arc<ManualClock>,
    qq: Qq,
    courier: Arc<QqCourier>,
    events: mpsc::Receiver<Event>,
    metrics: Arc<Metrics>,
    /// Whether marks are answered at once.
    keeps: bool,
}

impl Bot {
    /// By the gateway, set up as the story wants it.
    async fn start(set: impl FnOnce(&Fake, &mut Settings, &mut Timing)) -> Self {
        let clock = ManualClock::at(START);
        let fake = Fake::start(clock.clone()).await;
        let (mut settings, mut timing) = (settings(&fake), timing());
        set(&fake, &mut settings, &mut timing);
        Self::with(fake, clock, &settings, timing)
    }

    /// Another process of the same bot, which remembers nothing.
    async fn beside(other: &Self) -> Self {
        let mut bot = Self::with(other.fake.clone(), other.clock.clone(), &settings(&other.fake), timing());
        bot.expect_online(true).await;
        bot
    }

    fn with(fake: Fake, clock: Arc<ManualClock>, settings: &Settings, timing: Timing) -> Self {
        let (inbox, events) = mpsc::channel(64);
        let metrics = Metrics::new();
        let qq = Qq::start(settings, timing, &Effects::fixed(clock.clone(), 7), metrics.clone(), inbox).unwrap();
        Self { fake, clock, courier: qq.courier(), qq, events, metrics, keeps: true }
    }

    /// One whose coming online was told.
    async fn online() -> Self {
        Self::online_with(|_, _, _| {}).await
    }

    async fn online_with(set: impl FnOnce(&Fake, &mut Settings, &mut Timing)) -> Self {
        let mut bot = Self::start(set).await;
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

    /// Answers the marks that came so far; there is no other event.
    fn keep_all(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Mark { bot, mark } => self.courier.kept(&bot, mark),
                other => panic!("nothing was expected, not {other:?}"),
            }
        }
    }

    async fn expect_online(&mut self, expected: bool) {
        match self.event().await {
            Event::Account { bot, online } => assert_eq!((bot.to_string(), online), (format!("qq:{APP}"), expected)),
            other => panic!("news of the account were expected, not {other:?}"),
        }
    }
}

fn group(id: &str) -> ChatKey {
    ChatKey::group("qq", id)
}

fn person(id: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new("qq", id))
}
