//! The long connection: we connect, say who we are, show that we live, and come back when it goes. Where another program
//! connects as the same bot, WeCom shuts this one out: it stays out, since two that fight for one bot hear half each.

use super::PLATFORM;
use super::hub::Hub;
use super::line::Line;
use super::wire::{EVENT, Frame, KICKED, MESSAGE, PING, SUBSCRIBE, command, word};
use crate::platform::pace::jittered;
use futures_util::{SinkExt, StreamExt};
use secrecy::ExposeSecret;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Pings without an answer that mean that the connection is dead.
const UNHEARD: u32 = 2;

/// Why a connection ended.
enum Ending {
    /// We are shutting down.
    Shutdown,
    /// A newer connection took our place.
    Kicked,
    /// WeCom does not take our keys.
    Refused(String),
    /// It is gone.
    Lost(&'static str),
}

/// Keeps a connection until shutdown, or until another program takes its place.
pub async fn keep(hub: Arc<Hub>) {
    let mut wait = hub.timing.first_retry;
    loop {
        let since = Instant::now();
        let ending = once(&hub).await;
        hub.connected(None).await;
        if since.elapsed() >= hub.timing.stable {
            wait = hub.timing.first_retry;
        }
        let pause = match ending {
            Ending::Shutdown => return,
            Ending::Kicked => {
                tracing::error!(
                    account = %hub.me,
                    "another program connected as the same WeCom bot and shut this one out: it stays out until it is started again; let one only use [wecom] bot_id and secret"
                );
                return;
            }
            Ending::Refused(why) => {
                tracing::error!(why, "WeCom does not take the bot's keys: [wecom] bot_id and secret must be what it shows; trying again now and then");
                hub.timing.refused_retry
            }
            Ending::Lost(why) => {
                tracing::warn!(why, "the connection to WeCom is gone: trying again");
                jittered(wait, &*hub.effects.random)
            }
        };
        wait = (wait * 2).min(hub.timing.longest_retry);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = hub.life.close.cancelled() => return,
        }
    }
}

async fn once(hub: &Arc<Hub>) -> Ending {
    let most = hub.config.max_frame_bytes;
    let config = WebSocketConfig::default().max_message_size(Some(most)).max_frame_size(Some(most));
    let connecting = connect_async_with_config(hub.config.url.as_str(), Some(config), true);
    let mut socket = tokio::select! {
        connected = tokio::time::timeout(hub.timing.handshake, connecting) => match connected {
            Ok(Ok((socket, _))) => socket,
            Ok(Err(tungstenite::Error::Http(_))) => return Ending::Lost("it answered, but is no WebSocket: is [wecom] url right?"),
            Ok(Err(_)) => return Ending::Lost("no connection"),
            Err(_) => return Ending::Lost("no connection in time"),
        },
        () = hub.life.close.cancelled() => return Ending::Shutdown,
    };
    let (line, queue) = Line::new();
    let line = Arc::new(line);
    let ending = live(hub, &mut socket, &line, queue).await.unwrap_or_else(|ending| ending);
    line.end();
    let bye = async { drop(socket.close(None).await) };
    // it may have gone long ago
    let _late = tokio::time::timeout(hub.timing.goodbye, bye).await;
    ending
}

async fn live(hub: &Arc<Hub>, socket: &mut Socket, line: &Arc<Line>, mut queue: mpsc::Receiver<String>) -> Result<Ending, Ending> {
    let subscription = hub.fresh(SUBSCRIBE);
    let who = json!({"bot_id": hub.config.bot_id, "secret": hub.config.secret.expose_secret()});
    say(hub, socket, command(SUBSCRIBE, &subscription, Some(&who))).await?;
    let until = Instant::now() + hub.timing.handshake;
    let beat = hub.timing.ping.unwrap_or(Duration::from_secs(hub.config.ping_seconds)).max(Duration::from_millis(1));
    let mut beats = tokio::time::interval_at(Instant::now() + beat, beat);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut subscribed, mut unheard) = (false, 0);
    loop {
        let frame = tokio::select! {
            () = hub.life.close.cancelled() => return Ok(Ending::Shutdown),
            heard = next(hub, socket) => heard?,
            Some(out) = queue.recv() => {
                say(hub, socket, out).await?;
                continue;
            }
            () = tokio::time::sleep_until(until), if !subscribed => return Ok(Ending::Lost("the subscription was not answered in time")),
            _ = beats.tick(), if subscribed => {
                if unheard >= UNHEARD {
                    return Ok(Ending::Lost("it does not answer our pings"));
                }
                unheard += 1;
                say(hub, socket, command(PING, &hub.fresh(PING), None)).await?;
                continue;
            }
        };
        match &*frame.cmd {
            EVENT if word(&frame.body, &["event", "eventtype"]) == KICKED => return Ok(Ending::Kicked),
            MESSAGE | EVENT => drop(hub.brought(&frame).await),
            "" if frame.req_id == subscription && !subscribed => match frame.errcode {
                0 => {
                    subscribed = true;
                    hub.connected(Some(line.clone())).await;
                }
                -1 => return Ok(Ending::Lost("WeCom is too busy for the subscription")),
                code => return Ok(Ending::Refused(format!("{code}: {}", frame.errmsg.chars().take(100).collect::<String>()))),
            },
            "" if frame.req_id.starts_with(PING) => unheard = 0,
            "" => {
                if !line.answered(frame) {
                    tracing::debug!("an acknowledgement that nobody waits for any more");
                }
            }
            _ => {
                hub.metrics.strange(PLATFORM, "passed_over");
                tracing::debug!("a frame of a kind that is not used was passed over");
            }
        }
    }
}

async fn say(hub: &Hub, socket: &mut Socket, frame: String) -> Result<(), Ending> {
    let said = tokio::time::timeout(hub.timing.handshake, socket.send(Message::text(frame))).await;
    if matches!(said, Ok(Ok(()))) { Ok(()) } else { Err(Ending::Lost("it takes nothing")) }
}

/// The next frame; what is none is passed over.
async fn next(hub: &Hub, socket: &mut Socket) -> Result<Frame, Ending> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                if let Some(frame) = Frame::read(&text) {
                    return Ok(frame);
                }
                hub.metrics.strange(PLATFORM, "broken");
                tracing::warn!("a frame that is none was passed over");
            }
            Some(Ok(Message::Close(_))) | None => return Err(Ending::Lost("it was closed")),
            Some(Ok(_)) => {}
            Some(Err(tungstenite::Error::Capacity(_))) => return Err(Ending::Lost("a frame was larger than [wecom] max_frame_bytes")),
            Some(Err(_)) => return Err(Ending::Lost("it broke off")),
        }
    }
}
