//! Requests to QQ's API, with the access token that they need, and what refusals mean.
//!
//! No address is logged that names a chat, nor what QQ says in its own words: it may quote ours.

use crate::config::qq::Qq;
use crate::domain::message::SendError;
use crate::effects::Clock;
use crate::platform::http::{self, client, lost};
use reqwest::{Client, Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of one answer at most.
const ANSWER: usize = 4 << 20;
/// A token is renewed so long before its end, milliseconds.
const BEFORE: i64 = 60_000;
/// A token that says nothing of its end, milliseconds.
const LASTS: i64 = 7_200_000;

/// Why there is no result.
pub type Failure = http::Failure<Reason>;

/// What QQ alone says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// AppID and AppSecret are none, or no longer.
    #[error("QQ does not know the bot: are app_id and secret right?")]
    Unauthorized,
    /// The chat takes nothing that answers no message.
    #[error("the chat takes only answers")]
    NoPush,
    /// The message can't be answered any more.
    #[error("its time for answers is over")]
    Closed,
    /// This number was used for an answer to the same message.
    #[error("it was sent before")]
    Duplicate,
    /// The bot may not send markdown or buttons.
    #[error("the bot may not send markdown or buttons")]
    Plain,
}

impl From<Reason> for SendError {
    fn from(reason: Reason) -> Self {
        let text = reason.to_string();
        match reason {
            Reason::Unauthorized => Self::Offline,
            Reason::NoPush | Reason::Closed => Self::Waits(text),
            Reason::Duplicate | Reason::Plain => Self::Refused(text),
        }
    }
}

struct Token {
    value: SecretString,
    until: i64,
}

/// The API of one bot.
pub struct Api {
    client: Client,
    base: String,
    token_base: String,
    app_id: String,
    secret: SecretString,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    token: tokio::sync::Mutex<Option<Token>>,
}

impl Api {
    /// As it is configured.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(config: &Qq, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let timeout = Duration::from_millis(config.request_timeout_ms);
        Ok(Self {
            client: client(timeout)?,
            base: config.api_url.clone(),
            token_base: config.token_url.clone(),
            app_id: config.app_id.clone(),
            secret: config.secret.clone(),
            timeout,
            clock,
            token: tokio::sync::Mutex::default(),
        })
    }

    /// The access token; a new one where it ends soon, or where it is the one that was just `refused`.
    pub async fn token(&self, refused: Option<&str>) -> Result<SecretString, Failure> {
        let mut kept = self.token.lock().await;
        let now = self.clock.now();
        if let Some(token) = kept.as_ref().filter(|t| now < t.until - BEFORE && refused != Some(t.value.expose_secret())) {
            return Ok(token.value.clone());
        }
        let body = json!({"appId": self.app_id, "clientSecret": self.secret.expose_secret()});
        let asked = self.client.post(format!("{}/app/getAppAccessToken", self.token_base)).json(&body).timeout(self.timeout).send().await;
        // nothing is done by asking: it can be asked again
        let later = |reason: String| Failure::Later { after: None, reason };
        let response = asked.map_err(|_| later("the place that gives access tokens can't be reached".into()))?;
        let status = response.status();
        let said: Value = http::body(response, ANSWER).await.ok().and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_default();
        let given = said["access_token"].as_str().filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic()));
        let Some(given) = given.filter(|_| status.is_success()) else {
            *kept = None;
            return Err(match code_of(&said) {
                _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => later(format!("no access token was given ({})", status.as_u16())),
                0 if status.is_success() => later("no access token was given".into()),
                _ => Failure::Own(Reason::Unauthorized),
            });
        };
        let seconds = said["expires_in"].as_i64().or_else(|| said["expires_in"].as_str()?.trim().parse().ok());
        let lasts = seconds.map_or(LASTS, |s| s.clamp(0, 7 * 86_400) * 1000);
        let token = Token { value: given.into(), until: now + lasts };
        let value = token.value.clone();
        *kept = Some(token);
        Ok(value)
    }

    /// The next question needs a new token.
    pub async fn forget(&self) {
        *self.token.lock().await = None;
    }

    /// Asks; a token that is refused is renewed once.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        self.call_within(method, path, body, self.timeout).await
    }

    /// The same, and waits so long.
    pub async fn call_within(&self, method: Method, path: &str, body: Option<&Value>, timeout: Duration) -> Result<Value, Failure> {
        let token = self.token(None).await?;
        match self.once(&token, method.clone(), path, body, timeout).await {
            Err(Failure::Own(Reason::Unauthorized)) => {
                let token = self.token(Some(token.expose_secret())).await?;
                self.once(&token, method, path, body, timeout).await
            }
            result => result,
        }
    }

    async fn once(&self, token: &SecretString, method: Method, path: &str, body: Option<&Value>, timeout: Duration) -> Result<Value, Failure> {
        let mut request = self.client.request(method, format!("{}{path}", self.base)).timeout(timeout);
        request = request.header("authorization", format!("QQBot {}", token.expose_secret())).header("x-union-appid", &self.app_id);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|e| lost("QQ", e))?;
        let status = response.status();
        let wait = response.headers().get("retry-after").and_then(|v| v.to_str().ok()?.parse::<i64>().ok());
        let bytes = http::body(response, ANSWER).await;
        let said: Option<Value> = match bytes {
            Ok(b) if b.is_empty() && status.is_success() => Some(Value::Null),
            Ok(b) => serde_json::from_slice(&b).ok(),
            Err(_) => None,
        };
        result(status, said, wait)
    }
}

fn code_of(said: &Value) -> i64 {
    let number = |key: &str| said[key].as_i64().or_else(|| said[key].as_str()?.parse().ok()).filter(|n| *n != 0);
    number("code").or_else(|| number("err_code")).or_else(|| number("ret")).unwrap_or(0)
}

/// A success may carry an error in its body.
fn result(status: StatusCode, said: Option<Value>, wait: Option<i64>) -> Result<Value, Failure> {
    let http = status.as_u16();
    let Some(said) = said else {
        return Err(match http {
            401 => Failure::Own(Reason::Unauthorized),
            429 => later(wait, 10, "QQ asks to send less"),
            500..=599 => Failure::Later { after: None, reason: format!("QQ answered {http}") },
            200..=299 => Failure::Unknown("QQ's answer did not come whole".into()),
            _ => Failure::Refused(format!("QQ answered {http}: is api_url right?")),
        });
    };
    match code_of(&said) {
        0 if status.is_success() => Ok(said),
        // it is looked at by people first, and shown then
        304_023 | 304_024 => Ok(said),
        11_241..=11_245 => Err(Failure::Own(Reason::Unauthorized)),
        40_034_105 | 40_054_004 | 40_054_013 => Err(Failure::Own(Reason::NoPush)),
        40_034_005 | 40_034_024..=40_034_027 | 40_034_128 | 304_027 | 304_103 => Err(Failure::Own(Reason::Closed)),
        40_054_005 => Err(Failure::Own(Reason::Duplicate)),
        40_034_124 | 40_034_127 | 304_036 | 304_057 | 304_061 => Err(Failure::Own(Reason::Plain)),
        40_034_100 => Err(later(wait, 30, "QQ asks to send less")),
        22_009 => Err(later(wait, 600, "QQ takes no more from the bot for a while")),
        50_055_002 => Err(Failure::Later { after: None, reason: "QQ could not send it".into() }),
        40_054_007 | 40_054_018 => Err(Failure::Refused("that is too long for QQ".into())),
        code => Err(match http {
            401 => Failure::Own(Reason::Unauthorized),
            429 => later(wait, 10, "QQ asks to send less"),
            500..=599 => Failure::Later { after: None, reason: format!("QQ answered {http} ({code})") },
            413 => Failure::Refused("that is too large for QQ".into()),
            _ => Failure::Refused(format!("QQ does not take it ({http}, {code})")),
        }),
    }
}

fn later(wait: Option<i64>, usual: i64, reason: &str) -> Failure {
    Failure::Later { after: Some(wait.unwrap_or(usual).clamp(1, 86_400) * 1000), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_understood() {
        let say = |code: i64| Some(json!({"code": code, "message": "…"}));
        let of = |http: u16, said| result(StatusCode::from_u16(http).unwrap(), said, None);
        assert_eq!(of(200, Some(json!({"id": "x"}))), Ok(json!({"id": "x"})));
        for (http, code, expected) in [
            (401, 11_244, Failure::Own(Reason::Unauthorized)),
            (200, 11_243, Failure::Own(Reason::Unauthorized)),
            (400, 40_034_105, Failure::Own(Reason::NoPush)),
            (200, 40_034_105, Failure::Own(Reason::NoPush)),
            (400, 40_034_005, Failure::Own(Reason::Closed)),
            (400, 40_034_128, Failure::Own(Reason::Closed)),
            (400, 40_054_005, Failure::Own(Reason::Duplicate)),
            (400, 40_034_127, Failure::Own(Reason::Plain)),
            (400, 40_034_100, later(None, 30, "QQ asks to send less")),
            (400, 22_009, later(None, 600, "QQ takes no more from the bot for a while")),
            (429, 7, later(None, 10, "QQ asks to send less")),
            (503, 7, Failure::Later { after: None, reason: "QQ answered 503 (7)".into() }),
            (400, 7, Failure::Refused("QQ does not take it (400, 7)".into())),
        ] {
            assert_eq!(of(http, say(code)), Err(expected), "{http} {code}");
        }
        assert!(matches!(of(200, None), Err(Failure::Unknown(_))) && matches!(of(502, None), Err(Failure::Later { .. })));
        assert!(matches!(result(StatusCode::TOO_MANY_REQUESTS, None, Some(7)), Err(Failure::Later { after: Some(7000), .. })));
        assert!(of(202, say(304_023)).is_ok());
    }
}
