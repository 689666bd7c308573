//! OneBot v11 over real sockets: the bot's door, its forward connections, its courier, against a fake implementation.

mod courier;
mod door;
mod events;
mod files;
mod foreign;
mod forward;
mod history;
mod listener;
mod samples;

use crate::support::onebot::{Format, Implementation, PATIENCE};
use libtest_mimic::Trial;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zhibu::config::bot;
use zhibu::domain::message::Courier;
use zhibu::domain::message::{Event, Incoming};
use zhibu::effects::{Effects, ManualClock};
use zhibu::hosts::Hosts;
use zhibu::metrics::Metrics;
use zhibu::platform::Platform;
use zhibu::platform::onebot::{OneBot, Timing};
use zhibu::web::{self, Health, Parts};

pub fn tests() -> Vec<Trial> {
    [
        samples::tests(),
        events::tests(),
        door::tests(),
        courier::tests(),
        files::tests(),
        foreign::tests(),
        history::tests(),
        forward::tests(),
        listener::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const TOKEN: &str = "gut-geheim";

/// `[onebot]` with its limits low enough to be reached.
fn config() -> bot::OneBot {
    bot::OneBot {
        token: SecretString::from(TOKEN),
        forward: Vec::new(),
        send_interval_ms: 0,
        send_jitter_ms: 0,
        push_interval_ms: 0,
        push_jitter_ms: 0,
        chat_interval_ms: 0,
        group_per_minute: 0,
        mentions: 20,
        action_timeout_ms: 10_000,
        max_frame_bytes: 8 << 20,
        text_bytes: 4500,
        max_file_bytes: 1 << 20,
        file_hosts: vec!["127.0.0.1".into()],
        max_connections: 8,
    }
}

/// The waits, short.
fn timing() -> Timing {
    let ms = Duration::from_millis;
    Timing { first_retry: ms(2), longest_retry: ms(20), refused_retry: Duration::from_hours(1), strikes: 2, ..Timing::default() }
}

/// The platform on the web listener; the test is what is above it.
struct Bot {
    onebot: OneBot,
    courier: Arc<dyn Courier>,
    address: SocketAddr,
    door: String,
    events: mpsc::Receiver<Event>,
    clock: Arc<ManualClock>,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
}

impl Bot {
    async fn start(config: bot::OneBot) -> Self {
        Self::start_with(config, timing(), 64).await
    }

    async fn start_with(config: bot::OneBot, timing: Timing, inbox: usize) -> Self {
        let (clock, metrics, stop) = (ManualClock::at(1_800_000_000_000), Metrics::new(), CancellationToken::new());
        let (events_in, events) = mpsc::channel(inbox);
        let onebot = OneBot::start(&config, timing, &Effects::fixed(clock.clone(), 1), metrics.clone(), events_in).unwrap();
        let listener = web::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = web::router(Parts {
            routes: onebot.routes(),
            hosts: Hosts::new(address, &["bot.example".into()]),
            health: Arc::new(|| Box::pin(async { Health { well: true, detail: serde_json::json!({}) } })),
            metrics: metrics.clone(),
            body_bytes: 1 << 20,
            timeout: Duration::from_secs(20),
        });
        tokio::spawn(web::serve(listener, site, stop.clone()));
        let door = format!("ws://{address}/onebot/v11/ws");
        Self { courier: onebot.courier(), onebot, address, door, events, clock, metrics, stop }
    }

    /// A bot and one connected account, 10000, whose coming online was told.
    async fn with_qq(config: bot::OneBot, format: Format) -> (Self, Implementation) {
        let mut bot = Self::start(config).await;
        let qq = bot.join("10000", format).await;
        (bot, qq)
    }

    /// The same with waits of the story's own.
    async fn with_qq_and(config: bot::OneBot, timing: Timing, format: Format) -> (Self, Implementation) {
        let mut bot = Self::start_with(config, timing, 64).await;
        let qq = bot.join("10000", format).await;
        (bot, qq)
    }

    /// Another account connects.
    async fn join(&mut self, id: &str, format: Format) -> Implementation {
        let qq = Implementation::new(id, format);
        qq.connect(&self.door, Some(TOKEN)).await.unwrap();
        qq.lifecycle();
        self.expect_online(id, true).await;
        qq
    }

    async fn event(&mut self) -> Event {
        tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("an event comes").expect("the platform runs")
    }

    /// The next event, which must be a message.
    async fn message(&mut self) -> Incoming {
        match self.event().await {
            Event::Message(m) => *m,
            other => panic!("a message was expected, not {other:?}"),
        }
    }

    async fn expect_online(&mut self, account: &str, expected: bool) {
        match self.event().await {
            Event::Account { bot, online } => assert_eq!((bot.to_string(), online), (format!("onebot:{account}"), expected)),
            other => panic!("news of {account} were expected, not {other:?}"),
        }
    }
}
