//! A fake of QQ's API and gateway on real sockets, with their memory: access tokens that end, windows in which a message
//! can be answered so often under rising numbers, groups that take nothing by itself, sessions that can be gone on with,
//! and every way to fail. It keeps time by the bot's clock.

mod api;
mod gateway;

pub use super::faults::Fault;
use super::watched::{Said, Watched};
use axum::Router;
use axum::routing::any;
use ed25519_dalek::{Signer, SigningKey};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, MutexGuard};
use tokio::net::TcpListener;
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

/// A file that comes in parts.
#[derive(Default)]
struct Pending {
    size: usize,
    md5: String,
    left: BTreeMap<u64, Vec<u8>>,
    done: BTreeSet<u64>,
}

impl Pending {
    /// The file, once all of it was left and is what it was said to be.
    fn whole(&self) -> Option<Vec<u8>> {
        let bytes: Vec<u8> = self.done.iter().flat_map(|n| self.left[n].clone()).collect();
        (bytes.len() == self.size && hex(&bytes) == self.md5).then_some(bytes)
    }
}

fn hex(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::new(), |all, b| all + &format!("{b:02x}"))
}

#[derive(Default)]
struct State {
    pending: BTreeMap<String, Pending>,
    tokens: Vec<(String, i64)>,
    issued: usize,

    windows: HashMap<String, Window>,
    pushes: BTreeMap<String, Vec<i64>>,
    /// Groups and people (`@…`) that take nothing by itself.
    no_push: BTreeSet<String>,
    hears_all: BTreeSet<String>,
    tells: bool,
    marks: bool,
    next: i64,
    sent: Said<Sent>,
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
        let state = State { next: 100, tells: true, interval: 600_000, ..State::default() };
        let seed: Vec<u8> = SECRET.bytes().cycle().take(32).collect();
        let fake = Self {
            watched: Watched::new(state),
            clock,
            key: Arc::new(SigningKey::from_bytes(&seed.try_into().unwrap())),
            address: listener.local_addr().unwrap(),
            gateway: gateway.local_addr().unwrap(),
        };
        let routes = Router::new().route("/{*path}", any(api::asked)).with_state(fake.clone());
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
        self.key
            .sign(format!("{timestamp}{body}").as_bytes())
            .to_bytes()
            .iter()
            .flat_map(|b| [b >> 4, b & 15])
            .map(|n| char::from_digit(n.into(), 16).unwrap())
            .collect()
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
        self.change(|s| s.tells = false);
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
        self.until("send a message", |s| s.sent.read()).await
    }
    /// What it sent and no story read.
    pub fn unread(&self) -> Vec<Sent> {
        self.state().sent.unread()
    }
    /// The story does not care for what was sent so far.
    pub fn read_all(&self) {
        self.change(|s| s.sent.read_all());
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
}
