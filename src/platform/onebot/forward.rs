//! Forward WebSocket: we connect to an implementation that listens, and come back when it goes.

use super::connection::{self, Ending, Heard, Peer};
use super::hub::Hub;
use super::link::Out;
use crate::config::bot::Forward;
use crate::platform::pace::jittered;
use futures_util::{SinkExt, StreamExt};
use secrecy::ExposeSecret;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// How a forward connection stands, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not yet.
    Connecting,
    /// There.
    Connected,
    /// Not there; what was wrong.
    Failed(String),
    /// The other side does not take our token; we try again only now and then.
    TokenRefused,
}

/// One `[[onebot.forward]]`.
#[derive(Debug)]
pub struct Line {
    /// The URL's host and port; nothing else of it, as a token may stand in it.
    pub name: String,
    standing: Mutex<Standing>,
}

impl Line {
    /// One that was not tried yet.
    pub fn new(forward: &Forward) -> Arc<Self> {
        Arc::new(Self { name: authority(&forward.url), standing: Mutex::new(Standing::Connecting) })
    }
    /// How it stands.
    pub fn standing(&self) -> Standing {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    fn set(&self, standing: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = standing;
    }
}

/// `ws://user:x@host:3001/?access_token=y` → `host:3001`.
fn authority(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    authority.rsplit('@').next().unwrap_or("").to_owned()
}

/// Keeps one forward connection until shutdown.
pub async fn keep(hub: Arc<Hub>, forward: Forward, line: Arc<Line>) {
    let timing = hub.timing.clone();
    let mut wait = timing.first_retry;
    loop {
        let since = Instant::now();
        let result = once(&hub, &forward, &line).await;
        if since.elapsed() >= timing.stable {
            wait = timing.first_retry;
        }
        let pause = match result {
            Ok(Ending::Shutdown) => return,
            Ok(Ending::TokenRefused) => {
                line.set(Standing::TokenRefused);
                tracing::error!(host = %line.name, retry_seconds = timing.refused_retry.as_secs(), "token refused: [[onebot.forward]] token must be the one that is set in the implementation");
                timing.refused_retry
            }
            Ok(Ending::Over | Ending::Silent) => {
                line.set(Standing::Failed("the connection ended".into()));
                jittered(wait, &*hub.random)
            }
            Err(why) => {
                tracing::warn!(host = %line.name, why, "can't connect");
                line.set(Standing::Failed(why));
                jittered(wait, &*hub.random)
            }
        };
        wait = (wait * 2).min(timing.longest_retry);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = hub.close.cancelled() => return,
        }
    }
}

fn request(forward: &Forward) -> Result<Request, String> {
    let mut request = forward.url.as_str().into_client_request().map_err(|_| "[[onebot.forward]] url is no ws:// or wss:// address".to_owned())?;
    let token = forward.token.expose_secret();
    if !token.is_empty() {
        let mut value =
            HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| "[[onebot.forward]] token has characters that no header may have".to_owned())?;
        value.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    Ok(request)
}

async fn once(hub: &Arc<Hub>, forward: &Forward, line: &Line) -> Result<Ending, String> {
    let most = connection::taken(hub.settings.frame_bytes);
    let config = WebSocketConfig::default().max_message_size(Some(most)).max_frame_size(Some(most));
    let connecting = connect_async_with_config(request(forward)?, Some(config), true);
    let connected = tokio::select! {
        connected = tokio::time::timeout(hub.timing.handshake, connecting) => connected,
        () = hub.close.cancelled() => return Ok(Ending::Shutdown),
    };
    let socket = match connected {
        Ok(Ok((socket, _))) => socket,
        Ok(Err(tungstenite::Error::Http(r))) if matches!(r.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => return Ok(Ending::TokenRefused),
        Ok(Err(tungstenite::Error::Http(r))) => return Err(format!("it answered HTTP {}: is this the WebSocket address?", r.status())),
        Ok(Err(e)) => return Err(e.to_string()),
        Err(_) => return Err("no answer in time".into()),
    };
    line.set(Standing::Connected);
    let peer = Peer { account: None, actions: true, name: line.name.clone() };
    Ok(run(hub.clone(), peer, socket).await)
}

async fn run(hub: Arc<Hub>, peer: Peer, socket: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Ending {
    let (sink, stream) = socket.split();
    let most = hub.settings.frame_bytes;
    let stream = stream.map(move |heard| match heard {
        Ok(Message::Text(text)) => connection::text(&text, most),
        Ok(Message::Binary(_)) => Heard::Binary,
        Ok(Message::Close(_)) | Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => Heard::Closed,
        Ok(_) => Heard::Alive,
        Err(tungstenite::Error::Capacity(_)) => Heard::TooBig,
        Err(e) => Heard::Broken(e.to_string()),
    });
    let sink = sink.with(|out| {
        ready(Ok::<_, tungstenite::Error>(match out {
            Out::Text(text) => Message::text(text),
            Out::Ping => Message::Ping(Vec::new().into()),
            Out::Close(code, reason) => Message::Close(Some(CloseFrame { code: code.into(), reason: reason.into() })),
        }))
    });
    connection::run(hub, peer, stream, sink).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_shows_no_secret_of_an_url() {
        for (url, shown) in [
            ("ws://127.0.0.1:3001", "127.0.0.1:3001"),
            ("wss://u:p@bot.example/x?access_token=y", "bot.example"),
            ("ws://h?access_token=y@z", "h"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(authority(url), shown);
        }
    }
}
