//! WeCom (企业微信): a smart bot (智能机器人) by its long connection, which needs no public address, or by callbacks to our own
//! listener; and webhooks of groups (群机器人), which only send.
//!
//! In flow order: `connection` keeps one WebSocket, or `door` (with `seal` beside the platforms) takes callbacks; `wire` reads frames, `meaning`
//! says what they mean, `hub` adds what needs a memory, and hands the event over. Back: `courier` takes an answer, `outgoing`
//! makes messages of it, `line` sends commands over the connection and brings their acknowledgements, `webhook` (with `http`)
//! sends by a group's webhook, `files` opens what people sent and cuts up what is sent.
//!
//! In groups only what mentions the bot is heard, and its markdown mentions nobody: names stand there, but in a group with a
//! webhook. A message is answered once as its answer; everything else goes by the webhook, or by itself where somebody spoke
//! before, else it waits. By callbacks nothing goes by itself.

pub mod files;
pub mod meaning;
pub mod outgoing;
pub mod wire;

mod connection;
mod courier;
mod door;
mod failure;
mod http;
mod hub;
mod line;
mod webhook;

use courier::WecomCourier;

use crate::config::wecom::Wecom as Config;
use crate::domain::message::{AccountKey, Courier};
use crate::effects::Effects;
use crate::error::Fault;
use crate::metrics::Metrics;
use crate::platform::{Inbox, Platform};
use axum::Router;
use futures_util::future::BoxFuture;
use hub::Hub;
use std::sync::Arc;
use std::time::Duration;

/// The platform's name in chat and account keys.
pub const PLATFORM: &str = "wecom";
/// Where WeCom brings callbacks.
pub const PATH: &str = "/wecom";

/// The waits that nobody needs to configure; tests shorten them.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Before the first new try; doubles.
    pub first_retry: Duration,
    /// It doubles no further.
    pub longest_retry: Duration,
    /// After refused keys.
    pub refused_retry: Duration,
    /// A connection that lasted so long starts the counting afresh.
    pub stable: Duration,
    /// For a connection, and for the answer to the subscription.
    pub handshake: Duration,
    /// Between two pings, where it is not the configured time.
    pub ping: Option<Duration>,
    /// For a last word.
    pub goodbye: Duration,
    /// Before each new try of a message that WeCom was too busy for.
    pub send_retries: Vec<Duration>,
    /// To wait where WeCom says that too much was said.
    pub rate: Duration,
    /// For what a callback brought to become durable: then WeCom is told to bring it again.
    pub kept: Duration,
    /// The longest that a message waits for its turn.
    pub patience: Duration,
    /// One file's.
    pub file: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            first_retry: s(1),
            longest_retry: s(60),
            refused_retry: s(300),
            stable: s(30),
            handshake: s(10),
            ping: None,
            goodbye: s(2),
            send_retries: vec![s(1), s(3)],
            rate: s(60),
            kept: s(4),
            patience: s(30),
            file: s(60),
        }
    }
}

/// The platform, running.
pub struct Wecom {
    hub: Arc<Hub>,
    courier: Arc<WecomCourier>,
}

impl Wecom {
    /// Starts it; its bot's id and secret are set.
    ///
    /// # Errors
    /// Where its keys are none or the machine's TLS can't be set up.
    pub fn start(config: &Config, timing: Timing, effects: &Effects, metrics: Arc<Metrics>, inbox: Inbox) -> Result<Self, Fault> {
        let (hub, queue) = Hub::new(config.clone(), timing, effects.clone(), metrics).map_err(Fault::Other)?;
        let courier = WecomCourier::new(hub.clone()).map_err(Fault::Other)?;
        hub.life.hearing.spawn(hub::forward(hub.clone(), queue, inbox));
        if hub.keys.is_none() {
            hub.life.tasks.spawn(connection::keep(hub.clone()));
        } else {
            let called = hub.clone();
            hub.life.tasks.spawn(async move { called.is_called().await });
        }
        Ok(Self { courier: Arc::new(courier), hub })
    }
}

impl Platform for Wecom {
    fn routes(&self) -> Router {
        door::routes(self.hub.clone())
    }

    fn courier(&self) -> Arc<dyn Courier> {
        self.courier.clone()
    }

    fn accounts(&self) -> Vec<(AccountKey, bool)> {
        vec![(self.hub.me.clone(), self.hub.online())]
    }

    fn quiet(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.hub.life.quiet())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.hub.life.close())
    }
}
