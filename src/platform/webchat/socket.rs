//! A page's WebSocket: its frames in, everybody's news out.

use super::hub::json;
use super::say::{Frame, Refused};
use super::{BOT, FILE_BYTES, FRAME_BYTES, TEXT_CHARS, Webchat};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

/// Seconds between two pings: a page that is gone without a word is noticed by the failing write.
const PING: Duration = Duration::from_secs(30);

/// Opens a page's socket, where there is room for one more.
pub(super) async fn open(State(web): State<Arc<Webchat>>, upgrade: WebSocketUpgrade) -> Response {
    let Ok(place) = web.pages.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Too many pages are open: close one.\n").into_response();
    };
    upgrade.max_message_size(FRAME_BYTES).max_frame_size(FRAME_BYTES).on_upgrade(async move |socket| {
        serve(&web, socket).await;
        drop(place);
    })
}

async fn serve(web: &Webchat, socket: WebSocket) {
    let mut news = web.subscribe();
    let (mut out, mut frames) = socket.split();
    let (at, local) = web.now_shown();
    let hello = serde_json::json!({
        "type": "hello", "bot": { "id": BOT, "name": web.bot_name }, "at": at, "local": local,
        "limits": { "text": TEXT_CHARS, "file": FILE_BYTES },
    });
    if out.send(Message::Text(hello.to_string().into())).await.is_err() {
        return;
    }
    let mut ping = tokio::time::interval_at(tokio::time::Instant::now() + PING, PING);
    loop {
        let message = tokio::select! {
            () = web.stop.cancelled() => break,
            _ = ping.tick() => Message::Ping(Vec::new().into()),
            told = news.recv() => match told {
                Ok(text) => Message::Text((&*text).into()),
                // the page was too slow: it reads everything again
                Err(RecvError::Lagged(_)) => Message::Text(r#"{"type":"resync"}"#.into()),
                Err(RecvError::Closed) => break,
            },
            frame = frames.next() => match frame {
                Some(Ok(Message::Text(text))) => match refusal(web, &text).await {
                    Some(answer) => Message::Text(answer.into()),
                    None => continue,
                },
                Some(Ok(Message::Binary(_))) => Message::Text(refused(None, Refused::BadFrame).into()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
        };
        if out.send(message).await.is_err() {
            break;
        }
    }
    // the other side may be gone already
    let _ = out.close().await;
}

/// Takes a frame; what to answer where it is refused.
async fn refusal(web: &Webchat, text: &str) -> Option<String> {
    match serde_json::from_str::<Frame>(text) {
        Ok(frame) => {
            let r = match &frame {
                Frame::Say { r, .. } | Frame::Recall { r, .. } => *r,
            };
            web.take(frame).await.err().map(|why| refused(Some(r), why))
        }
        Err(_) => Some(refused(None, Refused::BadFrame)),
    }
}

fn refused(r: Option<i64>, why: Refused) -> String {
    json(&serde_json::json!({ "type": "refused", "r": r, "why": why }))
}
