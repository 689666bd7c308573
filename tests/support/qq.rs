//! A fake of QQ's API and gateway on real sockets, with their memory: access tokens that end, windows in which a message
//! can be answered so often under rising numbers, groups that take nothing by itself, sessions that can be gone on with,
//! and every way to fail. It keeps time by the bot's clock.

use super::watched::Watched;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, MutexGuard};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use zhibu::effects::Clock;

/// The bot's AppID.
pub const APP: &str = "102000001";
/// Its AppSecret.
pub const SECRET: &str = "DG5g3B4j9X2KOErGabcdef";
/// Its name.
pub const NAME: &str = "小支";
/// The group that everybody is in.
pub const GROUP: &str = "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4";

/// Answers to a message in a group, in private; and for how long, milliseconds.
const GROUP_WINDOW: (usize, i64) = (5, 300_000);
const PRIVATE_WINDOW: (usize, i64) = (4, 3_600_000);
/// What a group takes by itself in a minute.
const PUSHED: usize = 20;
/// The longest text of one message, bytes.
const TEXT: usize = 4000;
/// How long an access token lasts, seconds.
const LASTS: i64 = 7200;

/// What the bot sent, as a member's app shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The group's openid, or `@OPENID`.
    pub chat: String,
    /// What it answers; empty: nothing.
    pub answers: String,
    /// Its number.
    pub seq: i64,
    /// Its text or markdown.
    pub text: String,
    /// Whether it is markdown.
    pub marked: bool,
    /// Buttons: (label, data, who may press).
    pub buttons: Vec<(String, String, String)>,
    /// A file: its name and bytes.
    pub file: Option<(String, Vec<u8>)>,
    /// The id by which it is quoted.
    pub id: String,
}

/// What a path does instead of its work.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An HTTP status with this body.
    Status(u16, Value),
    /// A page of a proxy's.
    Page(u16),
    /// The work is done, and the connection ends within the answer.
    Cut,
    /// The work is done, and nothing comes back.
    Silence,
}

/// A refusal by its code.
pub fn refusal(http: u16, code: i64) -> Fault {
    Fault::Status(http, json!({"code": code, "err_code": code, "message": "张三 交了团费", "trace_id": "t"}))
}

/// What the gateway does.
#[derive(Clone, Debug)]
pub enum Push {
    /// A frame.
    Frame(Value),
    /// Text that is none.
    Text(String),
    /// Closes with a code.
    Close(u16),
    /// The connection ends within a frame.
    Cut,
}

struct Window {
    chat: String,
    until: i64,
    seqs: BTreeSet<i64>,
}

#[derive(Default)]
struct State {
    tokens: Vec<(String, i64)>,
    issued: usize,

    windows: HashMap<String, Window>,
    pushes: BTreeMap<String, Vec<i64>>,
    /// Groups and people (`@…`) that take nothing by itself.
    no_push: BTreeSet<String>,
    hears_all: BTreeSet<String>,
    tells_state: bool,
    marks: bool,
    next: i64,
    sent: Vec<Sent>,
    taken: usize,
    calls: Vec<(String, Value)>,
    faults: HashMap<String, VecDeque<Fault>>,
    uploads: HashMap<String, (String, Vec<u8>)>,
    files: BTreeMap<String, Vec<u8>>,
    // the gateway
    session: Option<String>,
    events: Vec<Value>,
    connected: usize,
    hellos: Vec<Value>,
    beats: Vec<Value>,
    sockets: Vec<tokio::sync::mpsc::UnboundedSender<Push>>,
    interval: u64,
    deaf: bool,
    door: Option<String>,
}

/// The fake.
#[derive(Clone)]
pub struct Qq {
    watched: Watched<State>,
    clock: Arc<dyn Clock>,
    key: Arc<SigningKey>,
    /// Where the API listens.
    pub address: SocketAddr,
    gateway: SocketAddr,
}

impl Qq {
    /// Starts it.
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let (listener, gateway) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let state = State { next: 100, tells_state: true, interval: 600_000, ..State::default() };
        let seed: Vec<u8> = SECRET.bytes().cycle().take(32).collect();
        let fake = Self {
            watched: Watched::new(state),
            clock,
            key: Arc::new(SigningKey::from_bytes(&seed.try_into().unwrap())),
            address: listener.local_addr().unwrap(),
            gateway: gateway.local_addr().unwrap(),
        };
        let routes = Router::new().route("/{*path}", any(asked)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let doors = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = gateway.accept().await {
                let fake = doors.clone();
                tokio::spawn(async move { fake.socket(stream).await });
            }
        });
        fake
    }

    /// For `[qq] api_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// For `[qq] gateway_url`.
    pub fn gateway_url(&self) -> String {
        format!("ws://{}/websocket/", self.gateway)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.watched.state()
    }
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.watched.change(change)
    }
    async fn until<T>(&self, what: &str, look: impl FnMut(&mut State) -> Option<T>) -> T {
        self.watched.until(what, look, |s| s.calls.iter().map(|(m, _)| m.clone()).collect()).await
    }

    // ---- people ----

    /// An event's frame, not sent yet.
    pub fn frame(&self, kind: &str, d: &Value) -> Value {
        self.change(|s| {
            s.next += 1;
            json!({"id": format!("{kind}:{}", s.next), "op": 0, "t": kind, "s": s.next, "d": d})
        })
    }

    /// A message; one of a group comes by the event that the group's owner chose. From now on it can be answered.
    pub fn message(&self, chat: &str, who: &str, name: &str, text: &str, more: &Value) -> (String, Value) {
        let (id, all) = self.change(|s| {
            s.next += 1;
            (format!("ROBOT1.0_m.{}!", s.next), s.hears_all.contains(chat))
        });
        self.opens(&id, chat);
        let at = chrono::DateTime::from_timestamp_millis(self.clock.now()).unwrap();
        let at = at.with_timezone(&chrono::FixedOffset::east_opt(8 * 3600).unwrap()).to_rfc3339();
        let mut d = json!({"id": id, "content": text, "timestamp": at, "author": {"id": who, "username": name, "bot": false}});
        let kind = if chat.starts_with('@') {
            d["author"]["user_openid"] = json!(who);
            "C2C_MESSAGE_CREATE"
        } else {
            d["group_openid"] = json!(chat);
            d["group_id"] = json!(chat);
            d["author"]["member_openid"] = json!(who);
            if all { "GROUP_MESSAGE_CREATE" } else { "GROUP_AT_MESSAGE_CREATE" }
        };
        for (key, value) in more.as_object().into_iter().flatten() {
            d[key] = value.clone();
        }
        (kind.into(), d)
    }

    /// Somebody speaks in a group, to the bot where `asks`; unless all is heard there, nothing else comes.
    pub async fn says(&self, chat: &str, who: &str, name: &str, text: &str, asks: bool) {
        let all = self.state().hears_all.contains(chat);
        let (text, more) = match (asks, all) {
            (true, true) => (
                format!("<@BOTOPENID> {text}"),
                json!({"mentions": [{"scope": "single", "id": "BOTOPENID", "member_openid": "BOTOPENID", "is_you": true, "bot": true, "username": NAME}]}),
            ),
            (true, false) => (format!(" {text}"), json!({})),
            (false, true) => (text.to_owned(), json!({})),
            (false, false) => return,
        };
        let (kind, d) = self.message(chat, who, name, &text, &more);
        self.dispatch(&kind, &d).await;
    }

    /// Somebody writes in private.
    pub async fn whispers(&self, who: &str, name: &str, text: &str) {
        let (kind, d) = self.message(&format!("@{who}"), who, name, text, &json!({}));
        self.dispatch(&kind, &d).await;
    }

    /// Somebody sends a file or a picture, with words.
    pub async fn drops(&self, chat: &str, who: &str, name: &str, words: &str, file: (&str, &str, Vec<u8>)) {
        let (file_name, kind, bytes) = file;
        let url = self.keeps(file_name, bytes.clone());
        let attached = json!([{"content_type": kind, "filename": file_name, "size": bytes.len(), "url": url}]);
        let (kind, d) = self.message(chat, who, name, words, &json!({"attachments": attached}));
        self.dispatch(&kind, &d).await;
    }

    /// A file can be fetched; where.
    pub fn keeps(&self, name: &str, bytes: Vec<u8>) -> String {
        self.change(|s| s.files.insert(name.to_owned(), bytes));
        format!("{}/download/{name}", self.url())
    }

    /// Somebody presses a button.
    pub async fn presses(&self, who: &str, sent: &Sent, data: &str) {
        let group = !sent.chat.starts_with('@');
        let mut frame =
            self.frame("INTERACTION_CREATE", &json!({"chat_type": if group { 1 } else { 2 }, "data": {"resolved": {"button_data": data, "button_id": "0"}}}));
        let event = frame["id"].as_str().unwrap().to_owned();
        frame["d"]["id"] = json!("interaction-1");
        frame["d"]["timestamp"] = json!("2026-11-22T20:00:00+08:00");
        if group {
            frame["d"]["group_openid"] = json!(sent.chat);
            frame["d"]["group_member_openid"] = json!(who);
        } else {
            frame["d"]["user_openid"] = json!(who);
        }
        self.opens(&event, &sent.chat);
        self.brings(frame).await;
    }

    fn opens(&self, id: &str, chat: &str) {
        let (_, lasts) = if chat.starts_with('@') { PRIVATE_WINDOW } else { GROUP_WINDOW };
        let until = self.clock.now() + lasts;
        self.change(|s| s.windows.insert(id.to_owned(), Window { chat: chat.to_owned(), until, seqs: BTreeSet::new() }));
    }

    /// An event, to the bot's door or by the gateway.
    pub async fn dispatch(&self, kind: &str, d: &Value) {
        let frame = self.frame(kind, d);
        self.brings(frame).await;
    }

    /// A frame, the same way; by the door it is brought again until it is taken.
    pub async fn brings(&self, frame: Value) {
        let door = self.state().door.clone();
        let Some(door) = door else {
            self.change(|s| s.events.push(frame));
            return;
        };
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        for _ in 0..20 {
            let (timestamp, signature, body) = self.signed(&frame.to_string());
            let request = client.post(&door).header("x-signature-timestamp", timestamp).header("x-signature-ed25519", signature).header("host", "bot.example");
            let answer = request.body(body).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200);
            if answer.json::<Value>().await.unwrap() == json!({"op": 12, "d": 0}) {
                return;
            }
        }
        panic!("the bot did not take {frame}");
    }

    /// A body with its time and signature.
    pub fn signed(&self, body: &str) -> (String, String, String) {
        let timestamp = (self.clock.now() / 1000).to_string();
        (timestamp.clone(), self.signature(&timestamp, body), body.to_owned())
    }

    /// The signature of a body at a time.
    pub fn signature(&self, timestamp: &str, body: &str) -> String {
        self.key.sign(format!("{timestamp}{body}").as_bytes()).to_bytes().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// From now on events are brought to this address.
    pub fn comes_to(&self, door: &str) {
        self.change(|s| s.door = Some(door.to_owned()));
    }

    // ---- how it is set up ----

    /// The group's owner lets the bot hear all.
    pub fn hears_all(&self, chat: &str) {
        self.change(|s| s.hears_all.insert(chat.to_owned()));
    }
    /// A chat takes nothing that answers no message.
    pub fn takes_answers_only(&self, chat: &str) {
        self.change(|s| s.no_push.insert(chat.to_owned()));
    }
    /// The bot may send markdown and buttons.
    pub fn lets_mark(&self) {
        self.change(|s| s.marks = true);
    }
    /// This bot is not told how groups stand to it.
    pub fn tells_no_state(&self) {
        self.change(|s| s.tells_state = false);
    }
    /// Every access token is refused from now on.
    pub fn drops_tokens(&self) {
        self.change(|s| s.tokens.clear());
    }
    /// The gateway wants a sign of life so often, and does not answer it where `deaf`.
    pub fn beats(&self, millis: u64, deaf: bool) {
        self.change(|s| (s.interval, s.deaf) = (millis, deaf));
    }
    /// The gateway knows no session any more.
    pub fn forgets_sessions(&self) {
        self.change(|s| s.session = None);
    }
    /// The next so many requests of a kind (`messages`, `files`, `getAppAccessToken` …) fail so.
    pub fn fails(&self, kind: &str, fault: &Fault, times: usize) {
        self.change(|s| s.faults.entry(kind.to_owned()).or_default().extend(std::iter::repeat_n(fault.clone(), times)));
    }
    /// The gateway does this on every open connection.
    pub fn pushes(&self, push: &Push) {
        self.change(|s| s.sockets.retain(|socket| socket.send(push.clone()).is_ok()));
    }

    // ---- what the bot did ----

    /// The next message that the bot sent.
    pub async fn next(&self) -> Sent {
        self.until("send a message", |s| {
            let sent = s.sent.get(s.taken).cloned();
            s.taken += usize::from(sent.is_some());
            sent
        })
        .await
    }
    /// What it sent and no story read.
    pub fn unread(&self) -> Vec<Sent> {
        let s = self.state();
        s.sent[s.taken..].to_vec()
    }
    /// The last message that the bot sent.
    pub fn last(&self) -> Option<Sent> {
        self.state().sent.last().cloned()
    }
    /// How often a kind of request came.
    pub fn count(&self, kind: &str) -> usize {
        self.state().calls.iter().filter(|(k, _)| k == kind).count()
    }
    /// The nth request of a kind.
    pub async fn asked(&self, kind: &str, nth: usize) -> Value {
        self.until(&format!("ask {kind}, {nth} times"), |s| s.calls.iter().filter(|(k, _)| k == kind).nth(nth - 1).map(|(_, ask)| ask.clone())).await
    }
    /// The nth identify or resume.
    pub async fn hello(&self, nth: usize) -> Value {
        self.until(&format!("say hello, {nth} times"), |s| s.hellos.get(nth - 1).cloned()).await
    }
    /// The nth sign of life.
    pub async fn beat(&self, nth: usize) -> Value {
        self.until("show that it lives", |s| s.beats.get(nth - 1).cloned()).await
    }
    /// Access tokens given.
    pub fn issued(&self) -> usize {
        self.state().issued
    }

    // ---- the API ----

    fn work(&self, method: &Method, path: &str, ask: &Value) -> Result<Value, (u16, i64)> {
        let parts: Vec<&str> = path.split('/').collect();
        match (method.as_str(), &parts[..]) {
            ("GET", ["users", "@me"]) => Ok(json!({"id": "1", "username": NAME})),
            ("GET", ["v2", "groups", id, "bot_state"]) => {
                let s = self.state();
                if !s.tells_state {
                    return Err((400, 11_253));
                }
                let setting = if s.hears_all.contains(*id) { "all" } else { "only_mention" };
                Ok(json!({"member_openid": "BOTOPENID", "allow_proactive_msg": !s.no_push.contains(*id), "recv_msg_setting": setting, "member_role": "member"}))
            }
            ("POST", ["v2", kind @ ("groups" | "users"), id, what]) => {
                let chat = if *kind == "groups" { (*id).to_owned() } else { format!("@{id}") };
                match *what {
                    "messages" => self.take(&chat, ask),
                    "files" => self.upload(ask),
                    _ => Err((404, 11_000)),
                }
            }
            ("PUT", ["interactions", _]) => Ok(Value::Null),
            _ => Err((404, 11_000)),
        }
    }

    fn upload(&self, ask: &Value) -> Result<Value, (u16, i64)> {
        if ask["srv_send_msg"] != json!(false) || !matches!(ask["file_type"].as_i64(), Some(1 | 4)) {
            return Err((400, 40_034_002));
        }
        let bytes = ask["file_data"].as_str().and_then(|t| STANDARD.decode(t).ok()).ok_or((400, 40_034_002))?;
        Ok(self.change(|s| {
            s.next += 1;
            let info = format!("info-{}", s.next);
            s.uploads.insert(info.clone(), (ask["file_name"].as_str().unwrap_or_default().to_owned(), bytes));
            json!({"file_uuid": "u", "file_info": info, "ttl": 3600})
        }))
    }

    fn take(&self, chat: &str, ask: &Value) -> Result<Value, (u16, i64)> {
        let now = self.clock.now();
        self.change(|s| {
            let answers = ask["msg_id"].as_str().or(ask["event_id"].as_str()).unwrap_or_default().to_owned();
            let seq = ask["msg_seq"].as_i64().unwrap_or(1);
            let mut sent = Sent {
                chat: chat.to_owned(),
                answers: answers.clone(),
                seq,
                text: String::new(),
                marked: false,
                buttons: Vec::new(),
                file: None,
                id: format!("REFIDX_{}", s.next + 1),
            };
            match ask["msg_type"].as_i64() {
                Some(0) => ask["content"].as_str().unwrap_or_default().clone_into(&mut sent.text),
                Some(2) if !s.marks => return Err((400, 40_034_127)),
                Some(2) => {
                    sent.marked = true;
                    ask["markdown"]["content"].as_str().unwrap_or_default().clone_into(&mut sent.text);
                    sent.buttons = buttons(&ask["keyboard"]);
                }
                Some(7) => sent.file = Some(s.uploads.get(ask["media"]["file_info"].as_str().unwrap_or_default()).cloned().ok_or((400, 40_034_004))?),
                _ => return Err((400, 40_034_002)),
            }
            if sent.text.len() > TEXT {
                return Err((400, 40_054_007));
            }
            if sent.text.trim().is_empty() && sent.file.is_none() {
                return Err((400, 40_034_003));
            }
            if answers.is_empty() {
                if s.no_push.contains(chat) {
                    return Err(if chat.starts_with('@') { (400, 40_054_013) } else { (400, 40_034_105) });
                }
                let pushed = s.pushes.entry(chat.to_owned()).or_default();
                pushed.retain(|t| *t > now - 60_000);
                if pushed.len() >= PUSHED {
                    return Err((400, 40_034_100));
                }
                pushed.push(now);
            } else {
                let (most, _) = if chat.starts_with('@') { PRIVATE_WINDOW } else { GROUP_WINDOW };
                let window = s.windows.get_mut(&answers).filter(|w| w.chat == chat).ok_or((400, 40_034_024))?;
                if now >= window.until {
                    return Err((400, 40_034_005));
                }
                if window.seqs.contains(&seq) {
                    return Err((400, 40_054_005));
                }
                if window.seqs.len() >= most {
                    return Err((400, 40_034_128));
                }
                window.seqs.insert(seq);
            }
            s.next += 1;
            s.sent.push(sent.clone());
            Ok(json!({"id": format!("ROBOT1.0_s.{}", s.next), "timestamp": now / 1000, "ext_info": {"ref_idx": sent.id}}))
        })
    }

    fn token(&self, ask: &Value) -> Response {
        if (ask["appId"].as_str(), ask["clientSecret"].as_str()) != (Some(APP), Some(SECRET)) {
            return axum::Json(json!({"code": 100_016, "message": "invalid appid or secret"})).into_response();
        }
        let now = self.clock.now();
        axum::Json(self.change(|s| {
            s.issued += 1;
            let token = format!("token-{}", s.issued);
            s.tokens.push((token.clone(), now + LASTS * 1000));
            json!({"access_token": token, "expires_in": LASTS.to_string()})
        }))
        .into_response()
    }

    fn knows_token(&self, shown: Option<&str>) -> bool {
        let now = self.clock.now();
        let s = self.state();
        shown.and_then(|t| t.strip_prefix("QQBot ")).is_some_and(|t| s.tokens.iter().any(|(known, until)| known == t && *until > now))
    }

    // ---- the gateway ----

    async fn socket(&self, stream: tokio::net::TcpStream) {
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

fn buttons(keyboard: &Value) -> Vec<(String, String, String)> {
    let rows = keyboard["content"]["rows"].as_array().into_iter().flatten();
    let all = rows.flat_map(|row| row["buttons"].as_array().into_iter().flatten());
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    all.map(|b| (text(&b["render_data"]["label"]), text(&b["action"]["data"]), text(&b["action"]["permission"]["specify_user_ids"][0]))).collect()
}

fn cut(whole: &str) -> Response {
    let half = Bytes::copy_from_slice(&whole.as_bytes()[..whole.len() / 2]);
    Response::new(Body::from_stream(futures_util::stream::iter([Ok(half), Err(std::io::Error::other("cut"))])))
}

async fn asked(Shared(fake): Shared<Qq>, Path(path): Path<String>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let ask: Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = path.rsplit('/').next().unwrap_or_default().to_owned();
    if let Some(name) = path.strip_prefix("download/") {
        let bytes = fake.state().files.get(name).cloned();
        return bytes.map_or_else(|| StatusCode::NOT_FOUND.into_response(), IntoResponse::into_response);
    }
    let fault = fake.change(|s| {
        s.calls.push((kind.clone(), ask.clone()));
        s.faults.get_mut(&kind).and_then(VecDeque::pop_front)
    });
    match &fault {
        Some(Fault::Status(code, body)) => return (StatusCode::from_u16(*code).unwrap(), axum::Json(body.clone())).into_response(),
        Some(Fault::Page(code)) => return (StatusCode::from_u16(*code).unwrap(), "<html>bad gateway</html>").into_response(),
        _ => {}
    }
    if path == "app/getAppAccessToken" {
        return fake.token(&ask);
    }
    if !fake.knows_token(headers.get("authorization").and_then(|v| v.to_str().ok())) {
        return (StatusCode::UNAUTHORIZED, axum::Json(json!({"code": 11_244, "message": "token not exist or expire"}))).into_response();
    }
    let result = fake.work(&method, &path, &ask);
    match (fault, result) {
        (Some(Fault::Silence), _) => std::future::pending().await,
        (Some(_), Ok(done)) => cut(&done.to_string()),
        (None, Ok(Value::Null)) => StatusCode::NO_CONTENT.into_response(),
        (None, Ok(done)) => axum::Json(done).into_response(),
        (_, Err((http, code))) => (StatusCode::from_u16(http).unwrap(), axum::Json(json!({"code": code, "err_code": code, "message": "…"}))).into_response(),
    }
}
