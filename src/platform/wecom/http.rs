//! Questions over HTTP, beside the long connection: to a group's webhook, and to the address under which a callback's message
//! is answered. No address is ever logged: it is a key.

use super::failure::{Failure, failed};
use super::wire::number;
use crate::platform::http::{Cut, body, builder, lost};
use crate::platform::pace::Pace;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

/// The largest answer that is read, bytes.
const ANSWER: usize = 64 << 10;

/// Asks.
pub struct Http {
    client: Client,
    /// Before each new try where WeCom was too busy.
    retries: Vec<Duration>,
    /// The longest that a message waits for its turn.
    patience: Duration,
    /// To wait where WeCom says that too much was said, milliseconds.
    rate: i64,
}

impl Http {
    /// Nothing was asked yet.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(timing: &super::Timing, timeout: Duration) -> Result<Self, String> {
        let client = builder(timeout).timeout(timeout).no_proxy().build();
        let rate = i64::try_from(timing.rate.as_millis()).unwrap_or(i64::MAX);
        Ok(Self { client: client.map_err(|e| e.to_string())?, retries: timing.send_retries.clone(), patience: timing.patience, rate })
    }

    /// A question to this address.
    pub fn post(&self, url: &str) -> RequestBuilder {
        self.client.post(url)
    }

    /// Asks when the turn of `whom` has come, again where WeCom was too busy; what it answers.
    pub async fn ask(&self, pace: &Pace<String>, whom: &str, ask: impl Fn() -> RequestBuilder) -> Result<Value, Failure> {
        let mut waits = self.retries.iter();
        let until = Instant::now() + self.patience;
        loop {
            if let Err(ms) = pace.turn(&whom.to_owned(), true, Duration::ZERO, until.saturating_duration_since(Instant::now())).await {
                return Err(Failure::Later(Some(ms), "it is not this group's turn yet".into()));
            }
            match self.once(ask()).await {
                Err(Failure::Later(None, reason)) => match waits.next() {
                    Some(wait) => tokio::time::sleep(*wait).await,
                    None => return Err(Failure::Later(None, reason)),
                },
                Err(Failure::Later(Some(ms), reason)) => {
                    pace.bar(&whom.to_owned(), ms);
                    return Err(Failure::Later(Some(ms), reason));
                }
                result => return result,
            }
        }
    }

    async fn once(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let response = request.send().await.map_err(|e| lost("WeCom", e))?;
        let status = response.status();
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(Failure::Later(None, format!("WeCom answered {}", status.as_u16())));
        }
        if !status.is_success() {
            return Err(Failure::Refused(format!("WeCom answered {}", status.as_u16())));
        }
        let bytes = body(response, ANSWER).await.map_err(|cut| match cut {
            Cut::Broken => Failure::Unknown("WeCom's answer did not come whole".into()),
            Cut::TooBig => Failure::Unknown("WeCom's answer is endless".into()),
        })?;
        let said: Value = serde_json::from_slice(&bytes).map_err(|_| Failure::Unknown("WeCom's answer is none".into()))?;
        match number(&said["errcode"]) {
            0 => Ok(said),
            code => Err(failed(code, said["errmsg"].as_str().unwrap_or_default(), self.rate)),
        }
    }
}
