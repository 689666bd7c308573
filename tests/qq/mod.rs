//! QQ's official bots over real sockets, against a fake API and gateway with a memory: events in by callback and by
//! gateway, answers out within their windows, and everything that goes wrong.

mod courier;
mod files;
mod gateway;
mod webhook;

use crate::support::above::{Above, stands_above};
use crate::support::qq::{APP, Qq as Fake, SECRET};
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use zhibu::config::qq::Qq as Settings;
use zhibu::domain::message::Courier;
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::effects::{Effects, ManualClock};
use zhibu::metrics::Metrics;
use zhibu::platform::Platform;
use zhibu::platform::qq::{Qq, Timing};

pub fn tests() -> Vec<Trial> {
    [webhook::tests(), gateway::tests(), courier::tests(), files::tests()].into_iter().flatten().collect()
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
        links: false,
        max_large_bytes: 4 << 20,
        upload_hosts: vec!["127.0.0.1".into()],
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
    courier: Arc<dyn Courier>,
    above: Above,
    metrics: Arc<Metrics>,
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
        let above = Above::new(qq.courier(), events);
        Self { fake, clock, courier: qq.courier(), qq, above, metrics }
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

    async fn expect_online(&mut self, expected: bool) {
        self.above.expect_account(&format!("qq:{APP}"), expected).await;
    }
}

stands_above!(Bot);

fn group(id: &str) -> ChatKey {
    ChatKey::group("qq", id)
}

fn person(id: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new("qq", id))
}
