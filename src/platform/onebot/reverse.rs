//! The reverse door: implementations connect to us at `/onebot/v11/ws`. Who may enter is decided before the upgrade.

use super::connection::{self, Heard, Peer};
use super::hub::Hub;
use super::link::Out;
use super::meaning;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::{SinkExt, StreamExt};
use secrecy::ExposeSecret;
use serde::Deserialize;
use std::future::ready;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite;

/// Where implementations connect to.
pub const PATH: &str = "/onebot/v11/ws";

#[derive(Clone)]
struct Door {
    hub: Arc<Hub>,
    places: Arc<Semaphore>,
}

/// The door's route.
pub fn routes(hub: Arc<Hub>) -> Router {
    let places = Arc::new(Semaphore::new(hub.settings.connections));
    let door = Door { hub, places };
    Router::new().route(PATH, any(enter)).route(&format!("{PATH}/"), any(enter)).with_state(door)
}

#[derive(Deserialize)]
struct Credentials {
    access_token: Option<String>,
}

/// Why somebody may not enter.
struct Turned(StatusCode, &'static str);

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        let mut response = (self.0, format!("{}\n", self.1)).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
        }
        response
    }
}

async fn enter(
    State(door): State<Door>,
    query: Result<Query<Credentials>, QueryRejection>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let token = query.ok().and_then(|Query(c)| c.access_token);
    let turned = |t: Turned| {
        door.hub.metrics.strange(super::PLATFORM, "turned_away");
        tracing::warn!(status = t.0.as_u16(), why = t.1, "somebody was turned away at the OneBot door");
        t.into_response()
    };
    if let Err(t) = admit(door.hub.settings.token.expose_secret(), &headers, token.as_deref()) {
        return turned(t);
    }
    let peer = match peer(&headers) {
        Ok(peer) => peer,
        Err(t) => return turned(t),
    };
    if door.hub.quiet.is_cancelled() || door.hub.close.is_cancelled() {
        return turned(Turned(StatusCode::SERVICE_UNAVAILABLE, "the bot is shutting down"));
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let Ok(place) = door.places.clone().try_acquire_owned() else {
        return turned(Turned(StatusCode::SERVICE_UNAVAILABLE, "too many connections: see [onebot] max_connections"));
    };
    let hub = door.hub.clone();
    let most = connection::taken(hub.settings.frame_bytes);
    upgrade.max_message_size(most).max_frame_size(most).on_upgrade(move |socket| async move {
        hub.tasks.track_future(serve(hub.clone(), peer, socket)).await;
        drop(place);
    })
}

/// Whether somebody may enter: no page of any site, and only with the token.
fn admit(token: &str, headers: &HeaderMap, in_query: Option<&str>) -> Result<(), Turned> {
    if headers.contains_key(header::ORIGIN) {
        return Err(Turned(StatusCode::FORBIDDEN, "this door is not for web pages (an Origin was sent)"));
    }
    if token.is_empty() {
        return Err(Turned(
            StatusCode::FORBIDDEN,
            "the door is shut: no token is configured; set [onebot] token (ZHIBU_ONEBOT_TOKEN), and the same in the implementation",
        ));
    }
    let in_header = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(bearer);
    match in_header.or(in_query).map(str::trim).filter(|t| !t.is_empty()) {
        None => Err(Turned(StatusCode::UNAUTHORIZED, "a token is needed: Authorization: Bearer TOKEN, or ?access_token=TOKEN")),
        Some(shown) if bool::from(shown.as_bytes().ct_eq(token.as_bytes())) => Ok(()),
        Some(_) => Err(Turned(StatusCode::FORBIDDEN, "the token is wrong: it must be the one of [onebot] token")),
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    (known && !token.trim().is_empty()).then_some(token)
}

fn peer(headers: &HeaderMap) -> Result<Peer, Turned> {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim).filter(|v| !v.is_empty());
    let account = match header("x-self-id") {
        None => None,
        Some(id) => Some(meaning::id(id).ok_or(Turned(StatusCode::BAD_REQUEST, "X-Self-ID is no account"))?.to_owned()),
    };
    let actions = match header("x-client-role").unwrap_or("universal").to_ascii_lowercase().as_str() {
        "universal" | "api" => true,
        "event" => false,
        _ => return Err(Turned(StatusCode::BAD_REQUEST, "X-Client-Role must be Universal, Event or API")),
    };
    Ok(Peer { account, actions, name: "reverse".into() })
}

async fn serve(hub: Arc<Hub>, peer: Peer, socket: WebSocket) {
    let (sink, stream) = socket.split();
    let most = hub.settings.frame_bytes;
    let stream = stream.map(move |heard| match heard {
        Ok(Message::Text(text)) => connection::text(&text, most),
        Ok(Message::Binary(_)) => Heard::Binary,
        Ok(Message::Ping(_) | Message::Pong(_)) => Heard::Alive,
        Ok(Message::Close(_)) => Heard::Closed,
        Err(e) => broken(&e),
    });
    let sink = sink.with(|out| {
        ready(Ok::<_, axum::Error>(match out {
            Out::Text(text) => Message::Text(text.into()),
            Out::Ping => Message::Ping(Vec::new().into()),
            Out::Close(code, reason) => Message::Close(Some(CloseFrame { code, reason: reason.into() })),
        }))
    });
    connection::run(hub, peer, stream, sink).await;
}

fn broken(e: &axum::Error) -> Heard {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(e) = source {
        match e.downcast_ref::<tungstenite::Error>() {
            Some(tungstenite::Error::Capacity(_)) => return Heard::TooBig,
            Some(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => return Heard::Closed,
            _ => source = e.source(),
        }
    }
    Heard::Broken(e.to_string())
}
