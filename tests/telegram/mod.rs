//! Telegram over real sockets, against a fake Bot API with a memory: updates in, answers out, and everything that goes wrong; and
//! against a stranger's.

mod courier;
mod hearing;
mod script;
mod teremock;
mod updates;

use crate::support::above::{Above, stands_above};
use crate::support::telegram::{TOKEN, Telegram as Fake};
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use zhibu::config::messages::Messages;
use zhibu::config::telegram::Telegram as Settings;
use zhibu::domain::message::Courier;
use zhibu::domain::message::{AccountKey, ChatKey};
use zhibu::metrics::Metrics;
use zhibu::platform::Platform;
use zhibu::platform::telegram::{Start, Telegram, Timing};

pub fn tests() -> Vec<Trial> {
    [updates::tests(), hearing::tests(), courier::tests(), script::tests(), teremock::tests()].into_iter().flatten().collect()
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
        max_photo_bytes: 1 << 10,
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
    courier: Arc<dyn Courier>,
    above: Above,
    metrics: Arc<Metrics>,
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
        let above = Above::new(telegram.courier(), events);
        Self { fake, courier: telegram.courier(), telegram, above, metrics }
    }

    /// A bot whose coming online was told.
    async fn online() -> Self {
        let mut bot = Self::start().await;
        bot.expect_online(true).await;
        bot
    }

    async fn expect_online(&mut self, expected: bool) {
        self.above.expect_account("telegram:1234567", expected).await;
    }
}

stands_above!(Bot);

fn group(id: &str) -> ChatKey {
    ChatKey::group("telegram", id)
}

fn person(id: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new("telegram", id))
}
