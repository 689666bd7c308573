//! QQ brings events to our door. What is not signed by QQ, or was signed long ago, is not even read; what was heard before
//! is not heard again; and an event is acknowledged only when everything that it led to is durable, else it is asked for
//! again.

use super::hub::{Fate, Hub};
use super::wire::{ACK, DISPATCH, Frame, VALIDATE};
use super::{PATH, PLATFORM};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

const SIGNATURE: &str = "x-signature-ed25519";
const TIMESTAMP: &str = "x-signature-timestamp";

/// Our door for QQ.
pub fn routes(hub: Arc<Hub>) -> Router {
    if hub.settings.config.webhook_url.is_empty() {
        return Router::new();
    }
    Router::new().route(PATH, post(brought)).with_state(hub)
}

/// The one value of a header; none where it is missing or there are several.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

fn ack(again: bool) -> Response {
    axum::Json(json!({"op": ACK, "d": i32::from(again)})).into_response()
}

async fn brought(State(hub): State<Arc<Hub>>, headers: HeaderMap, body: Bytes) -> Response {
    let turned = |status: StatusCode, why: &'static str| {
        hub.metrics.strange(PLATFORM, "turned_away");
        tracing::warn!(status = status.as_u16(), why, "somebody was turned away at the QQ door");
        (status, format!("{why}\n")).into_response()
    };
    if !headers.contains_key(SIGNATURE) && !headers.contains_key(TIMESTAMP) {
        // QQ may ask who we are before it signs; the answer is of no use to anybody else
        return match validation(&hub, &body) {
            Some(answer) => answer,
            None => turned(StatusCode::UNAUTHORIZED, "the signature is missing"),
        };
    }
    let (Some(signature), Some(timestamp)) = (one(&headers, SIGNATURE), one(&headers, TIMESTAMP)) else {
        return turned(StatusCode::UNAUTHORIZED, "one signature and its time are needed");
    };
    if !hub.keys.signed(timestamp, &body, signature) {
        return turned(StatusCode::UNAUTHORIZED, "the signature is wrong");
    }
    let off = timestamp.parse::<i64>().ok().map(|at| at.saturating_mul(1000).abs_diff(hub.now()) / 1000);
    if off.is_none_or(|off| off > hub.settings.config.replay_seconds.unsigned_abs()) {
        return turned(StatusCode::UNAUTHORIZED, "it was signed too long ago, or a clock is wrong");
    }
    if let Some(answer) = validation(&hub, &body) {
        return answer;
    }
    // garbage after the JSON makes it none
    let Some(frame) = serde_json::from_slice::<Value>(&body).ok().filter(Value::is_object).and_then(|v| Frame::deserialize(v).ok()) else {
        return turned(StatusCode::BAD_REQUEST, "that is no event");
    };
    match frame.op {
        Some(DISPATCH) => {}
        Some(_) => {
            hub.metrics.strange(PLATFORM, "passed_over");
            tracing::debug!(op = ?frame.op, "a callback of a kind that is not used was passed over");
            return ack(false);
        }
        None => return turned(StatusCode::BAD_REQUEST, "that is no event"),
    }
    // who asks again later is heard by whoever runs then
    if hub.life.quiet.is_cancelled() {
        return ack(true);
    }
    // what is signed alike is the same
    let callback = format!("callback {}", signature.to_ascii_lowercase());
    match hub.fate(&callback) {
        Some(Fate::Kept) => {
            hub.metrics.strange(PLATFORM, "repeated");
            return ack(false);
        }
        Some(Fate::Pending) => return ack(true),
        Some(Fate::Failed(_)) | None => {}
    }
    let heard = {
        let hub = hub.clone();
        async move {
            let kept = hub.kept(&frame, callback).await;
            let event = if frame.id.is_empty() { frame.d["id"].as_str().unwrap_or_default() } else { &frame.id };
            let passed_over = kept == Some(false) && hub.in_vain(event);
            if passed_over {
                tracing::error!("an event could not be worked on, several times: it is passed over, see the faults above");
            }
            kept == Some(true) || passed_over
        }
    };
    // worked on also where QQ hangs up meanwhile
    let done = hub.life.hearing.spawn(heard).await;
    ack(!matches!(done, Ok(true)))
}

/// The answer to the question who we are; none where it is another.
fn validation(hub: &Hub, body: &[u8]) -> Option<Response> {
    let frame = Frame::deserialize(serde_json::from_slice::<Value>(body).ok()?).ok().filter(|f| f.op == Some(VALIDATE))?;
    let (token, ts) = (frame.d["plain_token"].as_str()?, frame.d["event_ts"].as_str()?);
    let signature = hub.keys.answer(ts, token)?;
    tracing::info!("QQ asked who we are, and was answered");
    Some(axum::Json(json!({"plain_token": token, "signature": signature})).into_response())
}
