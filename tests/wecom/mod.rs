//! WeCom over real sockets, against a fake long connection with a memory: messages in, answers out, and everything that goes
//! wrong.

mod callbacks;
mod courier;
mod hearing;
mod webhook;

pub use callbacks::SAMPLE;

use crate::support::above::{Above, stands_above};
use crate::support::wecom::{BOT, SECRET, Wecom as Fake};
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use zhibu::config::wecom::Wecom as Settings;
use zhibu::domain::message::Courier;
use zhibu::domain::message::{AccountKey, ChatKey, Event};
use zhibu::effects::{Effects, ManualClock};
use zhibu::metrics::Metrics;
use zhibu::platform::Platform;
use zhibu::platform::wecom::{Timing, Wecom};

pub fn tests() -> Vec<Trial> {
    [hearing::tests(), courier::tests(), callbacks::tests(), webhook::tests()].into_iter().flatten().collect()
}

/// Where the stories' clock begins: 2026-11-22T12:00:00Z.
const START: i64 = 1_795_348_800_000;

/// `[wecom]` for a fake.
fn settings(fake: &Fake) -> Settings {
    Settings {
        bot_id: BOT.into(),
        secret: SecretString::from(SECRET),
        name: String::new(),
        url: fake.url(),
        request_timeout_ms: 10_000,
        ping_seconds: 30,
        text_bytes: 4096,
        answer_seconds: 86_400,
        chat_per_minute: 0,
        chat_per_hour: 0,
        max_frame_bytes: 1 << 20,
        max_file_bytes: 2 << 20,
        max_upload_bytes: 1 << 20,
        max_image_bytes: 1 << 10,
        chunk_bytes: 1000,
        file_hosts: vec!["127.0.0.1".into()],
        callback_url: String::new(),
        token: SecretString::default(),
        aes_key: SecretString::default(),
        receive_id: String::new(),
        replay_seconds: 300,
        callback_answer_seconds: 3600,
        callback_answer_bytes: 20_480,
        answer_hosts: vec!["127.0.0.1".into()],
        webhooks: Vec::new(),
        webhook_url: fake.hook_url(),
        webhook_text_bytes: 2048,
        webhook_markdown_bytes: 4096,
        webhook_mentions: 20,
        webhook_image_bytes: 1 << 10,
        webhook_per_minute: 0,
    }
}

/// The waits, short.
fn timing() -> Timing {
    let ms = Duration::from_millis;
    Timing {
        first_retry: ms(2),
        longest_retry: ms(10),
        refused_retry: ms(2),
        kept: Duration::from_mins(2),
        send_retries: vec![ms(2), ms(2)],
        ..Timing::default()
    }
}

/// The platform; the test is what is above it.
struct Bot {
    fake: Fake,
    clock: Arc<ManualClock>,
    wecom: Wecom,
    courier: Arc<dyn Courier>,
    above: Above,
    metrics: Arc<Metrics>,
}

impl Bot {
    fn with(fake: Fake, set: impl FnOnce(&mut Settings, &mut Timing)) -> Self {
        let (mut settings, mut timing) = (settings(&fake), timing());
        set(&mut settings, &mut timing);
        let (inbox, events) = mpsc::channel(64);
        let (metrics, clock) = (Metrics::new(), ManualClock::at(START));
        let wecom = Wecom::start(&settings, timing, &Effects::fixed(clock.clone(), 7), metrics.clone(), inbox).unwrap();
        let above = Above::new(wecom.courier(), events);
        Self { fake, clock, courier: wecom.courier(), wecom, above, metrics }
    }

    /// One whose coming online was told.
    async fn online() -> Self {
        Self::online_with(|_, _| {}).await
    }

    async fn online_with(set: impl FnOnce(&mut Settings, &mut Timing)) -> Self {
        let mut bot = Self::with(Fake::start().await, set);
        bot.expect_online(true).await;
        bot
    }

    async fn expect_online(&mut self, expected: bool) {
        self.above.expect_account(&format!("wecom:{BOT}"), expected).await;
    }

    /// Ends it: nothing was handed over that no story looked at.
    async fn ends(mut self) {
        let fake = self.fake.clone();
        self.above.ends(&self.wecom, |e| matches!(e, Event::Account { .. }), || fake.unread()).await;
    }
}

stands_above!(Bot);

fn group(id: &str) -> ChatKey {
    ChatKey::group("wecom", id)
}

fn person(id: &str) -> ChatKey {
    ChatKey::private(&AccountKey::new("wecom", id))
}
