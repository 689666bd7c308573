//! QQ's official bots (q.qq.com): events by signed callbacks at our own listener, or by the gateway; answers by the API.
//!
//! In flow order: `webhook` (with `sign`) or `gateway` gets frames, `wire` reads them, `meaning` says what they mean, `hub`
//! adds what needs a memory and hands the event over; a callback is acknowledged, and the gateway's place is moved on, when
//! everything that it led to is durable. Back: `courier` takes an answer, `outgoing` makes messages of it (`upload` brings its files), `windows` says
//! whether it may go as an answer, by itself or not now, `api` asks.
//!
//! People are known by their openid, which holds for this bot only and says no QQ number: they bind themselves. Where
//! an openid of a group and one of a private chat differ, they are two accounts of one person.

mod api;
mod courier;
mod gateway;
mod hub;
mod meaning;
mod outgoing;
mod sign;
mod upload;
mod webhook;
mod windows;
mod wire;

use courier::QqCourier;

use crate::config::qq::Qq as Config;
use crate::domain::message::{AccountKey, Courier};
use crate::effects::Effects;
use crate::error::Fault;
use crate::metrics::Metrics;
use crate::platform::{Inbox, Platform};
use api::{Api, Failure, Reason};
use axum::Router;
use futures_util::future::BoxFuture;
use hub::Hub;
use reqwest::Method;
use std::sync::Arc;
use std::time::Duration;

/// The platform's name in chat and account keys.
pub const PLATFORM: &str = "qq";
/// Where QQ brings events, with a webhook.
pub const PATH: &str = "/qq";

/// `[qq]`.
pub struct Settings {
    config: Config,
}

/// The waits that nobody needs to configure; tests shorten them.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Before the first new try; doubles.
    pub first_retry: Duration,
    /// It doubles no further.
    pub longest_retry: Duration,
    /// After refused keys.
    pub refused_retry: Duration,
    /// Failures in a row that mean offline.
    pub strikes: u32,
    /// A connection that lasted so long starts the counting afresh.
    pub stable: Duration,
    /// For a connection and its hello.
    pub handshake: Duration,
    /// For a last word.
    pub goodbye: Duration,
    /// For what a callback brought to become durable: then QQ is asked to bring it again.
    pub kept: Duration,
    /// How often it is looked whether we still have an access token, where QQ comes to us.
    pub look: Duration,
    /// Before each new try of a message that a 5xx refused.
    pub send_retries: Vec<Duration>,
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
            strikes: 3,
            stable: s(30),
            handshake: s(10),
            goodbye: s(2),
            kept: s(4),
            look: s(60),
            send_retries: vec![s(1), s(3)],
            file: s(60),
        }
    }
}

/// Who answers to AppID and AppSecret: for `zhibu check`.
///
/// # Errors
/// Why QQ does not say so.
pub async fn look(config: &Config, effects: &Effects) -> Result<String, String> {
    let api = Api::new(config, effects.clock.clone())?;
    let me = api.call(Method::GET, "/users/@me", None).await.map_err(|f| f.to_string())?;
    let by = if config.webhook_url.is_empty() { "its gateway" } else { "callbacks" };
    Ok(format!("{} answers; events come by {by}", me["username"].as_str().unwrap_or("the bot")))
}

/// The platform, running.
pub struct Qq {
    hub: Arc<Hub>,
    courier: Arc<QqCourier>,
}

impl Qq {
    /// Starts it; its AppID and AppSecret are set.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn start(config: &Config, timing: Timing, effects: &Effects, metrics: Arc<Metrics>, inbox: Inbox) -> Result<Self, Fault> {
        let api = Api::new(config, effects.clock.clone()).map_err(Fault::Other)?;
        let settings = Settings { config: config.clone() };
        let hub = Hub::new(settings, timing, api, effects.clone(), metrics, inbox).ok_or_else(|| Fault::Other("[qq] secret is empty".into()))?;
        let courier = QqCourier::new(hub.clone()).map_err(Fault::Other)?;
        hub.life.hearing.spawn(hear(hub.clone()));
        Ok(Self { courier: Arc::new(courier), hub })
    }
}

impl Platform for Qq {
    fn routes(&self) -> Router {
        webhook::routes(self.hub.clone())
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

/// Until the end: connects to the gateway, or, where QQ comes to us, sees to it that we can answer.
async fn hear(hub: Arc<Hub>) {
    if hub.settings.config.webhook_url.is_empty() {
        return gateway::keep(hub).await;
    }
    let (mut failures, mut told, mut named) = (0, None, false);
    loop {
        // the token of the next question is renewed in time
        let asked = async {
            if !named {
                let me = hub.api.call(Method::GET, "/users/@me", None).await?;
                hub.is_called(me["username"].as_str().unwrap_or_default());
                named = true;
            }
            hub.api.token(None).await.map(drop)
        };
        let asked = tokio::select! {
            asked = asked => asked,
            () = hub.life.quiet.cancelled() => return,
        };
        let wait = match asked {
            Ok(()) => {
                (failures, told) = (0, None);
                hub.set_online(true).await;
                hub.timing.look
            }
            Err(failure) => {
                failures += 1;
                if failures >= hub.timing.strikes || failure == Failure::Own(Reason::Unauthorized) {
                    hub.set_online(false).await;
                }
                if told.as_ref() != Some(&failure) {
                    tracing::error!(%failure, "QQ can't be asked: trying again");
                    told = Some(failure.clone());
                }
                let doubled = hub.timing.first_retry.saturating_mul(1 << (failures - 1).min(16)).min(hub.timing.longest_retry);
                if failure == Failure::Own(Reason::Unauthorized) { hub.timing.refused_retry } else { doubled }
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = hub.life.quiet.cancelled() => return,
        }
    }
}
