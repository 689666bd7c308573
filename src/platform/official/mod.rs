//! A WeChat official account (公众号): people write to it in private, by callbacks to our own listener. It has no groups.
//!
//! In flow order: `door` takes callbacks, `wire` reads their XML, `meaning` says what they mean, and `hub` hands the event over.
//! Back: `courier` takes an answer, `outgoing` makes texts of it, and `desk` gives it to whoever still waits at the door for it;
//! what is too late, too long or answers nothing goes by `api` where `windows` says that it can, else with the next answer.

mod api;
mod courier;
mod desk;
mod door;
mod hub;
mod meaning;
mod outgoing;
mod windows;
mod wire;

use courier::OfficialCourier;

use crate::config::official::Official as Config;
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
pub const PLATFORM: &str = "official";
/// Where WeChat brings callbacks.
pub const PATH: &str = "/official";

/// What it says itself, in the house's language.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// To whom follows the account.
    pub welcome: String,
    /// Behind an answer of which more is to come.
    pub more: String,
    /// Before what comes of an earlier answer.
    pub rest: String,
}

/// The waits that nobody needs to configure; tests change them.
#[derive(Clone, Debug)]
pub struct Timing {
    /// For a message that comes again anyway: longer than WeChat waits.
    pub hold: Duration,
    /// A message that was not answered comes again within this.
    pub again: Duration,
    /// For more that is to be said at once.
    pub gather: Duration,
    /// For what waits in the outbox: longer than it takes to look there.
    pub linger: Duration,
    /// For the answer to what is durable already.
    pub grace: Duration,
    /// Before each new try of a message that WeChat was too busy for.
    pub send_retries: Vec<Duration>,
    /// One picture's.
    pub file: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            hold: ms(6_000),
            again: ms(8_000),
            gather: ms(150),
            linger: ms(1_200),
            grace: ms(1_000),
            send_retries: vec![ms(1_000), ms(3_000)],
            file: ms(60_000),
        }
    }
}

/// Whether AppID and AppSecret are an account's: for `zhibu check`. It only looks.
///
/// # Errors
/// Why WeChat does not say so.
pub async fn look(config: &Config, effects: &Effects) -> Result<(), String> {
    api::Api::new(config, effects.clock.clone())?.token(None).await.map(drop).map_err(|f| f.to_string())
}

/// The platform, running.
pub struct Official {
    hub: Arc<Hub>,
    courier: Arc<OfficialCourier>,
}

impl Official {
    /// Starts it; its AppID and token are set.
    ///
    /// # Errors
    /// Where its token or key is none or the machine's TLS can't be set up.
    pub fn start(config: &Config, timing: Timing, words: Words, effects: &Effects, metrics: Arc<Metrics>, inbox: Inbox) -> Result<Self, Fault> {
        let hub = Hub::new(config.clone(), timing, words, effects.clone(), metrics, inbox).map_err(Fault::Other)?;
        let courier = OfficialCourier::new(hub.clone()).map_err(Fault::Other)?;
        let called = hub.clone();
        hub.life.hearing.spawn(async move { called.is_called().await });
        Ok(Self { courier: Arc::new(courier), hub })
    }
}

impl Platform for Official {
    fn routes(&self) -> Router {
        door::routes(self.hub.clone())
    }

    fn courier(&self) -> Arc<dyn Courier> {
        self.courier.clone()
    }

    fn accounts(&self) -> Vec<(AccountKey, bool)> {
        vec![(self.hub.me.clone(), true)]
    }

    fn quiet(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.hub.life.quiet())
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.hub.life.close())
    }
}
