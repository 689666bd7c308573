//! Requests to WeChat's API, with the access token that they need, and what refusals mean. The token is part of every address:
//! no address is logged, nor what WeChat says in its own words.

use crate::config::official::Official;
use crate::domain::message::SendError;
use crate::effects::Clock;
use crate::platform::http::{self, Cut, Lost};
use reqwest::{Client, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of one answer at most.
const ANSWER: usize = 64 << 10;
/// A token is renewed so long before its end, milliseconds.
const BEFORE: i64 = 60_000;
/// A token that says nothing of its end, seconds.
const LASTS: i64 = 7200;
/// To wait where WeChat says that too much was asked, milliseconds.
const RATE: i64 = 60_000;

/// Why there is no result.
pub type Failure = http::Failure<Reason>;

/// What WeChat alone says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The access token is none, or no longer.
    #[error("WeChat does not know the access token")]
    Token,
    /// AppID and AppSecret are none, or this machine may not ask.
    #[error("{0}")]
    Unauthorized(String),
    /// The account may send no customer-service messages.
    #[error("the account may not send customer-service messages")]
    NotAllowed,
    /// Nobody wrote lately, or so many went that no more go.
    #[error("nothing more goes before somebody writes")]
    Closed,
}

impl From<Reason> for SendError {
    fn from(reason: Reason) -> Self {
        let text = reason.to_string();
        match reason {
            Reason::Token | Reason::Unauthorized(_) | Reason::NotAllowed | Reason::Closed => Self::Waits(text),
        }
    }
}

struct Token {
    value: SecretString,
    until: i64,
}

/// The API of one account.
pub struct Api {
    client: Client,
    timeout: Duration,
    base: String,
    app_id: String,
    secret: SecretString,
    clock: Arc<dyn Clock>,
    token: tokio::sync::Mutex<Option<Token>>,
}

impl Api {
    /// As it is configured.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(config: &Official, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let timeout = Duration::from_millis(config.request_timeout_ms);
        Ok(Self {
            client: http::client(timeout)?,
            timeout,
            base: config.api_url.clone(),
            app_id: config.app_id.clone(),
            secret: config.secret.clone(),
            clock,
            token: tokio::sync::Mutex::default(),
        })
    }

    /// Whether there are keys to ask with.
    pub fn can_ask(&self) -> bool {
        !self.secret.expose_secret().is_empty()
    }

    /// The access token; a new one where it ends soon, or where it is the one that was just `refused`.
    pub async fn token(&self, refused: Option<&str>) -> Result<SecretString, Failure> {
        let mut kept = self.token.lock().await;
        let now = self.clock.now();
        if let Some(token) = kept.as_ref().filter(|t| now < t.until - BEFORE && refused != Some(t.value.expose_secret())) {
            return Ok(token.value.clone());
        }
        // one that is refused before its end would be given again
        let force = kept.as_ref().is_some_and(|t| now < t.until - BEFORE);
        let body = json!({"grant_type": "client_credential", "appid": self.app_id, "secret": self.secret.expose_secret(), "force_refresh": force});
        *kept = None;
        let said = self.once(self.client.post(format!("{}/cgi-bin/stable_token", self.base)).json(&body)).await;
        // nothing is done by asking: it can be asked again
        let said = said.map_err(|f| match f {
            Failure::Unknown(reason) => Failure::Later { after: None, reason },
            Failure::Own(Reason::Token) => {
                Failure::Own(Reason::Unauthorized("WeChat does not know the account: are [official] app_id and secret right?".into()))
            }
            other => other,
        })?;
        let given = said["access_token"].as_str().filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic()));
        let Some(given) = given else { return Err(Failure::Later { after: None, reason: "no access token was given".into() }) };
        let seconds = said["expires_in"].as_i64().unwrap_or(LASTS).clamp(0, 7 * 86_400);
        let token = Token { value: given.into(), until: now + seconds * 1000 };
        let value = token.value.clone();
        *kept = Some(token);
        Ok(value)
    }

    /// Sends a body; a token that is refused is renewed once.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let ask = |token: &SecretString| self.client.post(format!("{}{path}", self.base)).query(&[("access_token", token.expose_secret())]).json(body);
        let token = self.token(None).await?;
        match self.once(ask(&token)).await {
            Err(Failure::Own(Reason::Token)) => {
                let token = self.token(Some(token.expose_secret())).await?;
                self.once(ask(&token)).await
            }
            result => result,
        }
    }

    /// The bytes of something that somebody sent, at most so many.
    pub async fn media(&self, id: &str, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut token = self.token(None).await?;
        for renewed in [false, true] {
            let query = [("access_token", token.expose_secret()), ("media_id", id)];
            let response = self.client.get(format!("{}/cgi-bin/media/get", self.base)).query(&query).timeout(self.timeout).send().await.map_err(not_sent)?;
            let json = response.headers().get("content-type").is_some_and(|t| t.to_str().is_ok_and(|t| t.contains("json") || t.contains("text/plain")));
            if !json && response.status().is_success() {
                return http::body(response, limit).await.map_err(|cut| match cut {
                    Cut::TooBig => Failure::Refused(format!("the picture is larger than {limit} bytes")),
                    Cut::Broken => Failure::Later { after: None, reason: "the picture did not come whole".into() },
                });
            }
            match judged(response).await {
                Err(Failure::Own(Reason::Token)) if !renewed => token = self.token(Some(token.expose_secret())).await?,
                Err(failure) => return Err(failure),
                Ok(_) => break,
            }
        }
        Err(Failure::Refused("WeChat does not give the picture".into()))
    }

    async fn once(&self, request: RequestBuilder) -> Result<Value, Failure> {
        judged(request.timeout(self.timeout).send().await.map_err(not_sent)?).await
    }
}

fn not_sent(e: reqwest::Error) -> Failure {
    match http::lost("WeChat", e) {
        Lost::Later(reason) => Failure::Later { after: None, reason },
        Lost::Unknown(why) => Failure::Unknown(why),
        Lost::Refused(why) => Failure::Refused(why),
    }
}

async fn judged(response: Response) -> Result<Value, Failure> {
    let status = response.status();
    let http = status.as_u16();
    if status.is_server_error() || http == 429 {
        return Err(Failure::Later { after: None, reason: format!("WeChat answered {http}") });
    }
    if !status.is_success() {
        return Err(Failure::Refused(format!("WeChat answered {http}: is [official] api_url right?")));
    }
    let said = http::body(response, ANSWER).await.ok().and_then(|b| serde_json::from_slice::<Value>(&b).ok());
    let said = said.ok_or_else(|| Failure::Unknown("WeChat's answer did not come whole".into()))?;
    match said["errcode"].as_i64().unwrap_or(0) {
        0 => Ok(said),
        code => Err(failed(code)),
    }
}

/// What an error of WeChat's means.
fn failed(code: i64) -> Failure {
    let said = |what: &str| format!("{what} (WeChat says {code})");
    match code {
        -1 => Failure::Later { after: None, reason: said("WeChat is busy") },
        40_001 | 40_014 | 42_001 => Failure::Own(Reason::Token),
        40_013 | 40_125 | 41_002 | 41_004 => {
            Failure::Own(Reason::Unauthorized(said("WeChat does not know the account: are [official] app_id and secret right?")))
        }
        40_164 => Failure::Own(Reason::Unauthorized(said("this machine's address is not in the account's IP 白名单"))),
        48_001 | 50_001 => Failure::Own(Reason::NotAllowed),
        45_015 | 45_047 | 43_004 => Failure::Own(Reason::Closed),
        45_009 | 45_011 => Failure::Later { after: Some(RATE), reason: said("WeChat takes no more for a while") },
        45_002 => Failure::Refused(said("that is too long for WeChat")),
        40_003 => Failure::Refused(said("WeChat does not know whom it is for")),
        _ => Failure::Refused(said("WeChat does not take it")),
    }
}
