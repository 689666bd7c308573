//! WeCom brings callbacks to our door. What is not signed by WeCom, or was signed long ago, is not even opened; and a callback
//! is acknowledged only when everything that it led to is durable, else WeCom brings it again.

use super::hub::Hub;
use super::wire::{EVENT, Frame, MESSAGE, word};
use super::{PATH, PLATFORM};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Our door for WeCom; none by the long connection.
pub fn routes(hub: Arc<Hub>) -> Router {
    if hub.keys.is_none() {
        return Router::new();
    }
    Router::new().route(PATH, get(asked).post(brought)).with_state(hub)
}

/// What stands in the address.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Seal {
    msg_signature: String,
    timestamp: String,
    nonce: String,
    echostr: String,
}

fn turned(hub: &Hub, status: StatusCode, why: &'static str) -> Response {
    hub.metrics.strange(PLATFORM, "turned_away");
    tracing::warn!(status = status.as_u16(), why, "somebody was turned away at the WeCom door");
    (status, format!("{why}\n")).into_response()
}

/// What is sealed, where it is WeCom's and fresh.
fn opened(hub: &Hub, seal: &Seal, sealed: &str) -> Result<String, (StatusCode, &'static str)> {
    let Some(keys) = &hub.keys else { return Err((StatusCode::NOT_FOUND, "there is no such door")) };
    if seal.msg_signature.is_empty() || seal.timestamp.is_empty() {
        return Err((StatusCode::UNAUTHORIZED, "the signature or its time is missing"));
    }
    if !keys.signed(&seal.timestamp, &seal.nonce, sealed, &seal.msg_signature) {
        return Err((StatusCode::UNAUTHORIZED, "the signature is wrong"));
    }
    let off = seal.timestamp.parse::<i64>().ok().map(|at| at.saturating_mul(1000).abs_diff(hub.now()) / 1000);
    if off.is_none_or(|off| off > hub.config.replay_seconds.unsigned_abs()) {
        return Err((StatusCode::UNAUTHORIZED, "it was signed too long ago, or a clock is wrong"));
    }
    keys.open(sealed).ok_or((StatusCode::BAD_REQUEST, "it can't be opened: is [wecom] aes_key right, and is it for this bot?"))
}

/// The question whether the door is ours: what was sealed comes back as it is.
async fn asked(State(hub): State<Arc<Hub>>, Query(seal): Query<Seal>) -> Response {
    // a plus that was not escaped
    let echo = seal.echostr.replace(' ', "+");
    match opened(&hub, &seal, &echo) {
        Ok(echo) => {
            tracing::info!("WeCom asked whether the door is ours, and was answered");
            echo.into_response()
        }
        Err((status, why)) => turned(&hub, status, why),
    }
}

async fn brought(State(hub): State<Arc<Hub>>, Query(seal): Query<Seal>, body: Bytes) -> Response {
    // garbage after the JSON makes it none, here and within
    let body = serde_json::from_slice::<Value>(&body).ok();
    let Some(sealed) = body.as_ref().map(|b| word(b, &["encrypt"])).filter(|s| !s.is_empty()) else {
        return turned(&hub, StatusCode::BAD_REQUEST, "that is no callback");
    };
    let message = match opened(&hub, &seal, sealed) {
        Ok(message) => message,
        Err((status, why)) => return turned(&hub, status, why),
    };
    let Some(body) = serde_json::from_str::<Value>(&message).ok().filter(Value::is_object) else {
        return turned(&hub, StatusCode::BAD_REQUEST, "what is sealed is no message");
    };
    // who comes again later is heard by whoever runs then
    if hub.life.quiet.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the bot is stopping\n").into_response();
    }
    let cmd = if word(&body, &["msgtype"]) == "event" { EVENT } else { MESSAGE };
    let frame = Frame { cmd: cmd.to_owned(), body, ..Frame::default() };
    let heard = {
        let hub = hub.clone();
        async move { hub.kept(&frame).await }
    };
    // worked on also where WeCom hangs up meanwhile
    match hub.life.hearing.spawn(heard).await {
        Ok(true) => StatusCode::OK.into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not yet\n").into_response(),
    }
}
