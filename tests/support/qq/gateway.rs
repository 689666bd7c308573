//! The fake's gateway: sessions that can be gone on with, signs of life, and every way to break off.

use super::{NAME, Push, Qq};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

impl Qq {
    pub(super) async fn socket(&self, stream: tokio::net::TcpStream) {
        let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
        let (push, mut pushed) = tokio::sync::mpsc::unbounded_channel();
        let interval = self.change(|s| {
            s.connected += 1;
            s.interval
        });
        if socket.send(Message::text(json!({"op": 10, "d": {"heartbeat_interval": interval}}).to_string())).await.is_err() {
            return;
        }
        // from where on events are brought; none: nobody said who they are
        let mut at: Option<usize> = None;
        let mut changed = self.watched.changes();
        self.change(|s| s.sockets.push(push));
        loop {
            let events: Vec<Value> = at.map(|from| self.state().events[from..].to_vec()).unwrap_or_default();
            for event in events {
                at = at.map(|n| n + 1);
                if socket.send(Message::text(event.to_string())).await.is_err() {
                    return;
                }
            }
            let said = tokio::select! {
                said = socket.next() => said,
                _ = changed.changed() => continue,
                push = pushed.recv() => {
                    let sent = match push {
                        Some(Push::Frame(frame)) => socket.send(Message::text(frame.to_string())).await,
                        Some(Push::Text(text)) => socket.send(Message::text(text)).await,
                        Some(Push::Close(code)) => {
                            drop(socket.close(Some(CloseFrame { code: code.into(), reason: "".into() })).await);
                            return;
                        }
                        Some(Push::Cut) => {
                            use tokio::io::AsyncWriteExt;
                            // a text frame of 100 bytes, of which 6 come
                            drop(socket.get_mut().write_all(&[0x81, 100, b'{', b'"', b'o', b'p', b'"', b':']).await);
                            return;
                        }
                        None => return,
                    };
                    if sent.is_err() {
                        return;
                    }
                    continue;
                }
            };
            let Some(Ok(Message::Text(text))) = said else { return };
            let frame: Value = serde_json::from_str(&text).unwrap();
            let (op, d) = (frame["op"].as_i64(), &frame["d"]);
            let answers = match op {
                Some(1) => {
                    let deaf = self.change(|s| {
                        s.beats.push(d.clone());
                        s.deaf
                    });
                    if deaf { Vec::new() } else { vec![json!({"op": 11})] }
                }
                Some(2 | 6) if !self.knows_token(d["token"].as_str()) => {
                    self.change(|s| s.hellos.push(frame.clone()));
                    drop(socket.close(Some(CloseFrame { code: 4004.into(), reason: "".into() })).await);
                    return;
                }
                Some(2) => self.change(|s| {
                    s.hellos.push(frame.clone());
                    s.next += 1;
                    s.session = Some(format!("session-{}", s.next));
                    at = Some(s.events.len());
                    vec![json!({"op": 0, "t": "READY", "s": s.next, "d": {"version": 1, "session_id": s.session, "user": {"id": "1", "username": NAME, "bot": true}}})]
                }),
                Some(6) => self.change(|s| {
                    s.hellos.push(frame.clone());
                    if s.session.as_deref() != d["session_id"].as_str() {
                        return vec![json!({"op": 9, "d": false})];
                    }
                    let from = s.events.iter().position(|e| e["s"].as_i64() > d["seq"].as_i64()).unwrap_or(s.events.len());
                    let mut all = s.events[from..].to_vec();
                    at = Some(s.events.len());
                    all.push(json!({"op": 0, "t": "RESUMED", "s": s.next, "d": ""}));
                    all
                }),
                _ => Vec::new(),
            };
            for answer in answers {
                if socket.send(Message::text(answer.to_string())).await.is_err() {
                    return;
                }
            }
        }
    }
}
