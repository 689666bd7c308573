//! QQ through OneBot v11 (NapCat, LLOneBot, Lagrange v1, go-cqhttp …), by reverse and forward WebSocket.
//!
//! In flow order: `reverse` and `forward` open connections; `connection` runs one, whichever side opened it; `wire` (`lenient`)
//! (with `cq`) reads a frame, `meaning` says what it means, `account` and `hub` add what needs a memory, and the event
//! is handed over. Back: `courier` takes an answer, `outgoing` makes segments of it, `hub` says through which
//! account, `link` sends it and waits for the echo. Milky can join with a `wire` and a `meaning` of its own.

pub mod cq;
pub mod meaning;
pub mod wire;

mod account;
mod connection;
mod courier;
mod files;
mod forward;
mod history;
mod hub;
mod lenient;
mod link;
mod outgoing;
mod reverse;
mod roster;

use courier::OneBotCourier;
pub use forward::Standing;
pub use reverse::PATH;

use crate::config::bot;
use crate::domain::message::{AccountKey, Courier};
use crate::effects::Effects;
use crate::error::Fault;
use crate::metrics::Metrics;
use crate::platform::pace::Limits;
use crate::platform::{Inbox, Platform};
use axum::Router;
use forward::Line;
use futures_util::future::BoxFuture;
use hub::Hub;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// The platform's name in chat and account keys.
pub const PLATFORM: &str = "onebot";

/// `[onebot]`, in the types that are worked with.
pub struct Settings {
    token: SecretString,
    interval: Duration,
    jitter: Duration,
    push_interval: Duration,
    push_jitter: Duration,
    chat_interval: Duration,
    group_per_minute: usize,
    mentions: usize,
    action_timeout: Duration,
    frame_bytes: usize,
    text_bytes: usize,
    file_bytes: usize,
    file_hosts: Vec<String>,
    connections: usize,
}

impl Settings {
    /// How fast one account may speak.
    fn limits(&self) -> Limits {
        // chance alone keeps messages apart as well
        let window = if self.interval.is_zero() && !self.jitter.is_zero() { Duration::from_millis(1) } else { self.interval };
        Limits {
            chat_interval: self.chat_interval,
            group_per_minute: self.group_per_minute,
            chat_per_hour: 0,
            window,
            per_window: usize::from(!window.is_zero()),
        }
    }

    /// How fast it may ask what was said in chats: for one after the other, as it speaks where it begins.
    fn asking(&self) -> Limits {
        Limits { chat_interval: self.push_interval, ..Limits::default() }
    }
}

impl From<&bot::OneBot> for Settings {
    fn from(c: &bot::OneBot) -> Self {
        Self {
            token: c.token.clone(),
            interval: Duration::from_millis(c.send_interval_ms),
            jitter: Duration::from_millis(c.send_jitter_ms),
            push_interval: Duration::from_millis(c.push_interval_ms),
            push_jitter: Duration::from_millis(c.push_jitter_ms),
            chat_interval: Duration::from_millis(c.chat_interval_ms),
            group_per_minute: c.group_per_minute,
            mentions: c.mentions,
            action_timeout: Duration::from_millis(c.action_timeout_ms),
            frame_bytes: c.max_frame_bytes,
            text_bytes: c.text_bytes,
            file_bytes: c.max_file_bytes,
            file_hosts: c.file_hosts.clone(),
            connections: c.max_connections,
        }
    }
}

/// The waits that nobody needs to configure; tests shorten them.
#[derive(Clone, Debug)]
pub struct Timing {
    /// A forward handshake's.
    pub handshake: Duration,
    /// Before the first new try of a forward connection; doubles.
    pub first_retry: Duration,
    /// It doubles no further.
    pub longest_retry: Duration,
    /// After a refused token.
    pub refused_retry: Duration,
    /// A connection that lasted so long starts the doubling afresh.
    pub stable: Duration,
    /// Silence after which we ask whether the other side lives; three times that is its end.
    pub ping: Duration,
    /// One file's.
    pub file: Duration,
    /// A message whose turn is farther away than this is sent later.
    pub patience: Duration,
    /// Timeouts of the platform's in a row that mean throttling.
    pub strikes: u32,
    /// Milliseconds for which a throttled account stops, the first time; doubles.
    pub throttled: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            first_retry: Duration::from_secs(1),
            longest_retry: Duration::from_mins(1),
            refused_retry: Duration::from_mins(5),
            stable: Duration::from_secs(30),
            ping: Duration::from_secs(30),
            file: Duration::from_mins(1),
            patience: Duration::from_secs(30),
            strikes: 3,
            throttled: 600_000,
        }
    }
}

/// The platform, running.
pub struct OneBot {
    hub: Arc<Hub>,
    courier: Arc<OneBotCourier>,
    lines: Vec<Arc<Line>>,
}

impl OneBot {
    /// Starts it: connects to each `[[onebot.forward]]`, and is ready for those who come to [`OneBot::routes`].
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn start(config: &bot::OneBot, timing: Timing, effects: &Effects, metrics: Arc<Metrics>, inbox: Inbox) -> Result<Self, Fault> {
        let hub = Hub::new(config.into(), timing, effects.clock.clone(), effects.random.clone(), metrics, inbox);
        let courier = Arc::new(OneBotCourier::new(hub.clone()).map_err(Fault::Other)?);
        let lines: Vec<_> = config
            .forward
            .iter()
            .map(|forward| {
                let line = Line::new(forward);
                hub.tasks.spawn(forward::keep(hub.clone(), forward.clone(), line.clone()));
                line
            })
            .collect();
        Ok(Self { hub, courier, lines })
    }

    /// The forward connections (host and port), and how they stand.
    pub fn forward(&self) -> Vec<(String, Standing)> {
        self.lines.iter().map(|l| (l.name.clone(), l.standing())).collect()
    }
}

impl Platform for OneBot {
    fn routes(&self) -> Router {
        reverse::routes(self.hub.clone())
    }

    fn courier(&self) -> Arc<dyn Courier> {
        self.courier.clone()
    }

    fn accounts(&self) -> Vec<(AccountKey, bool)> {
        self.hub.accounts().iter().map(|a| (a.key.clone(), a.online())).collect()
    }

    fn lines(&self) -> Vec<(String, bool)> {
        self.forward().into_iter().map(|(host, standing)| (format!("onebot forward {host}"), standing == Standing::Connected)).collect()
    }

    fn quiet(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.hub.quiet.cancel();
            self.hub.in_hand.empty().await;
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.hub.quiet.cancel();
            self.hub.close.cancel();
            self.hub.tasks.close();
            self.hub.tasks.wait().await;
        })
    }
}
