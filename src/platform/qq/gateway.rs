//! Events come by the gateway: we connect, say who we are, show every while that we live, and go on where we were after a
//! break. Where we were is what became durable: what could not be worked on is brought again.

use super::api::{Failure, Reason};
use super::hub::Hub;
use super::wire::{DISPATCH, Frame, HEARD, HEARTBEAT, HELLO, IDENTIFY, INVALID, RECONNECT, RESUME};
use super::{PLATFORM, Timing};
use futures_util::{SinkExt, StreamExt};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Members of groups, groups and private chats, buttons.
const INTENTS: u64 = 1 << 24 | 1 << 25 | 1 << 26;
/// Largest frame, bytes.
const FRAME: usize = 4 << 20;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where we were.
#[derive(Clone, Debug, Default)]
struct Session {
    id: Option<String>,
    seq: i64,
    /// This connection was let in.
    welcome: bool,
}

/// Why a connection ended.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    /// We stop.
    Quiet,
    /// Go on where we were.
    Resume(&'static str),
    /// Begin anew.
    Afresh(&'static str),
    /// It does not take the token.
    Stale,
    /// There is no token for us.
    Token,
    /// The bot is not let in for a long while.
    Banned,
    /// Nobody listens any more.
    Gone,
}

/// Until the end.
pub async fn keep(hub: Arc<Hub>) {
    let mut session = Session::default();
    let (mut failures, mut in_vain, mut told) = (0, 0, String::new());
    loop {
        let since = Instant::now();
        session.welcome = false;
        let ending = match connect(&hub).await {
            Ok(Some(socket)) => live(&hub, socket, &mut session).await,
            Ok(None) => return,
            Err(Failure::Own(Reason::Unauthorized)) => Ending::Token,
            Err(why) => {
                let why = why.to_string();
                if told != why {
                    tracing::warn!(why, "the gateway can't be reached: trying again");
                    told = why;
                }
                Ending::Resume("")
            }
        };
        if since.elapsed() >= hub.timing.stable {
            failures = 0;
            told.clear();
        }
        failures += 1;
        in_vain = if session.welcome { 0 } else { in_vain + 1 };
        let timing: &Timing = &hub.timing;
        let doubled = timing.first_retry.saturating_mul(1 << (failures - 1).min(16)).min(timing.longest_retry);
        let wait = match ending {
            Ending::Quiet | Ending::Gone => return,
            Ending::Resume(why) => {
                if !why.is_empty() {
                    tracing::debug!(why, "the gateway's connection ended: going on where we were");
                }
                // in step with others' bots it would be a stampede
                doubled / 2 + doubled.mul_f64(f64::from(u16::try_from(hub.effects.random.below(1000)).unwrap_or(0)) / 2000.0)
            }
            Ending::Afresh(why) => {
                tracing::info!(why, "the gateway's session is over: beginning a new one");
                session = Session::default();
                doubled
            }
            Ending::Stale => {
                hub.api.forget().await;
                session = Session::default();
                doubled
            }
            Ending::Token => {
                tracing::error!("QQ does not know the bot: set [qq] app_id and secret to what its console shows");
                session = Session::default();
                hub.set_online(false).await;
                timing.refused_retry
            }
            Ending::Banned => {
                tracing::error!("QQ does not let the bot in: see its console (taken down, or not yet published); trying again now and then");
                session = Session::default();
                hub.set_online(false).await;
                timing.refused_retry
            }
        };
        if in_vain >= timing.strikes {
            hub.set_online(false).await;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = hub.life.quiet.cancelled() => return,
        }
    }
}

async fn connect(hub: &Hub) -> Result<Option<Socket>, Failure> {
    let later = |why: &str| Failure::Later { after: None, reason: why.to_owned() };
    let config = WebSocketConfig::default().max_message_size(Some(FRAME)).max_frame_size(Some(FRAME));
    let connecting = connect_async_with_config(hub.settings.config.gateway_url.as_str(), Some(config), true);
    tokio::select! {
        connected = tokio::time::timeout(hub.timing.handshake, connecting) => match connected {
            Ok(Ok((socket, _))) => Ok(Some(socket)),
            Ok(Err(tungstenite::Error::Http(r))) => Err(later(&format!("it answered HTTP {}", r.status().as_u16()))),
            Ok(Err(_)) => Err(later("no connection")),
            Err(_) => Err(later("no answer in time")),
        },
        () = hub.life.quiet.cancelled() => Ok(None),
    }
}

/// One connection, from its hello to its end.
async fn live(hub: &Arc<Hub>, mut socket: Socket, session: &mut Session) -> Ending {
    let ending = match greet(hub, &mut socket, session).await {
        Ok(beat) => hear(hub, &mut socket, session, beat).await,
        Err(ending) => ending,
    };
    let bye = async { drop(socket.close(None).await) };
    drop(tokio::time::timeout(hub.timing.goodbye, bye).await);
    ending
}

/// Hello, and who we are; how often we are to show that we live.
async fn greet(hub: &Hub, socket: &mut Socket, session: &mut Session) -> Result<Duration, Ending> {
    let hello = tokio::select! {
        hello = tokio::time::timeout(hub.timing.handshake, next(hub, socket)) => hello.unwrap_or(Err(Ending::Resume("no hello in time")))?,
        () = hub.life.quiet.cancelled() => return Err(Ending::Quiet),
    };
    if hello.op != Some(HELLO) {
        return Err(Ending::Resume("it said no hello"));
    }
    let beat = hello.d["heartbeat_interval"].as_u64().unwrap_or(30_000).clamp(20, 600_000);
    let token = match hub.api.token(None).await {
        Ok(token) => format!("QQBot {}", token.expose_secret()),
        Err(Failure::Own(Reason::Unauthorized)) => return Err(Ending::Token),
        Err(_) => return Err(Ending::Resume("no access token was given")),
    };
    let frame = match &session.id {
        // what did not become durable is brought again
        Some(id) => json!({"op": RESUME, "d": {"token": token, "session_id": id, "seq": hub.confirmed.load(Ordering::SeqCst)}}),
        None => {
            json!({"op": IDENTIFY, "d": {"token": token, "intents": INTENTS, "shard": [0, 1], "properties": {"$os": "linux", "$browser": "zhibu", "$device": "zhibu"}}})
        }
    };
    say(hub, socket, &frame).await?;
    Ok(Duration::from_millis(beat))
}

async fn hear(hub: &Arc<Hub>, socket: &mut Socket, session: &mut Session, beat: Duration) -> Ending {
    let mut beats = tokio::time::interval_at(Instant::now() + beat, beat);
    let mut unheard = 0;
    loop {
        let frame = tokio::select! {
            biased;
            () = hub.life.quiet.cancelled() => return Ending::Quiet,
            () = hub.rewind.notified() => return Ending::Resume("something could not be worked on"),
            frame = next(hub, socket) => match frame {
                Ok(frame) => frame,
                Err(ending) => return ending,
            },
            _ = beats.tick() => {
                if unheard >= 2 {
                    return Ending::Resume("it does not hear us");
                }
                unheard += 1;
                let frame = json!({"op": HEARTBEAT, "d": (session.seq > 0).then_some(session.seq)});
                if let Err(ending) = say(hub, socket, &frame).await {
                    return ending;
                }
                continue;
            }
        };
        match frame.op {
            Some(DISPATCH) => {
                if let Some(ending) = dispatched(hub, &frame, session).await {
                    return ending;
                }
            }
            Some(HEARD) => unheard = 0,
            Some(HEARTBEAT) => {
                if let Err(ending) = say(hub, socket, &json!({"op": HEARTBEAT, "d": (session.seq > 0).then_some(session.seq)})).await {
                    return ending;
                }
            }
            Some(RECONNECT) => return Ending::Resume("it asked us to come again"),
            Some(INVALID) if frame.d == Value::Bool(true) => return Ending::Resume("it could not go on at once"),
            Some(INVALID) => return Ending::Afresh("it knows the session no more"),
            _ => hub.metrics.strange(PLATFORM, "passed_over"),
        }
    }
}

/// An event; an ending where nobody listens any more.
async fn dispatched(hub: &Arc<Hub>, frame: &Frame, session: &mut Session) -> Option<Ending> {
    // what is brought before it says that we go on is a welcome as well
    session.welcome = true;
    match &*frame.t {
        "READY" => {
            let id = frame.d["session_id"].as_str().unwrap_or_default();
            session.id = (!id.is_empty()).then(|| id.to_owned());
            session.seq = frame.s.unwrap_or(0);
            hub.confirmed.store(session.seq, Ordering::SeqCst);
            hub.is_called(frame.d["user"]["username"].as_str().unwrap_or_default());
            hub.set_online(true).await;
            return None;
        }
        "RESUMED" => hub.set_online(true).await,
        _ => {
            let seq = frame.s.unwrap_or(session.seq);
            let listened = tokio::select! {
                listened = hub.brought(frame, seq) => listened,
                () = hub.inbox.closed() => false,
            };
            if !listened {
                return Some(Ending::Gone);
            }
        }
    }
    session.seq = session.seq.max(frame.s.unwrap_or(0));
    None
}

async fn say(hub: &Hub, socket: &mut Socket, frame: &Value) -> Result<(), Ending> {
    let said = tokio::time::timeout(hub.timing.handshake, socket.send(Message::text(frame.to_string()))).await;
    if matches!(said, Ok(Ok(()))) { Ok(()) } else { Err(Ending::Resume("it takes nothing")) }
}

/// The next frame; what is none is passed over.
async fn next(hub: &Hub, socket: &mut Socket) -> Result<Frame, Ending> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                if let Ok(frame) = serde_json::from_str::<Frame>(&text) {
                    return Ok(frame);
                }
                hub.metrics.strange(PLATFORM, "broken");
                tracing::warn!("a frame that is none was passed over");
            }
            Some(Ok(Message::Close(frame))) => return Err(closed(frame.map_or(1000, |f| f.code.into()))),
            Some(Ok(_)) => {}
            Some(Err(tungstenite::Error::Capacity(_))) => return Err(Ending::Resume("a frame was too large")),
            Some(Err(_)) => return Err(Ending::Resume("it broke off")),
            None => return Err(Ending::Resume("it ended")),
        }
    }
}

/// What a close code asks for.
fn closed(code: u16) -> Ending {
    match code {
        4004 => Ending::Stale,
        4006 | 4007 | 4900..=4913 => Ending::Afresh("it was closed"),
        4914 | 4915 => Ending::Banned,
        _ => Ending::Resume("it was closed"),
    }
}
