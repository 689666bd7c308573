//! A fake of WeCom's long connection on a real socket, with its memory: one subscriber for each bot (a newer one shuts the
//! older one out), messages that can be answered once, chats that take nothing before somebody spoke, uploads in pieces,
//! encrypted files, and every way to fail.

use super::watched::{Said, Watched};
use aes::Aes256;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::Encryptor;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use futures_util::{SinkExt, StreamExt};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use sha1::Sha1;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::MutexGuard;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

/// The bot's id.
pub const BOT: &str = "aibFAKE-1";
/// Its secret.
pub const SECRET: &str = "secret-of-the-fake-wecom";
/// What it is called.
pub const NAME: &str = "小支";
/// The group that everybody is in.
pub const GROUP: &str = "wrGROUP0001";

/// The longest text of one message, bytes.
const TEXT: usize = 20_480;
/// The same of a webhook's text and markdown.
const HOOK_TEXT: usize = 2048;
const HOOK_MARKDOWN: usize = 4096;
/// The key of the group's webhook.
pub const HOOK: &str = "693a91f6-7a8b-4bc4-97a0-0ec2cifa5aaa";
/// The token of callbacks, and their EncodingAESKey: those of WeCom's own sample.
pub const TOKEN: &str = "QDG6eK";
/// See [`TOKEN`].
pub const AES_KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
/// What files are encrypted with.
const KEY: [u8; 32] = *b"0123456789abcdef0123456789abcdef";

/// What the bot sent, as a member's app shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The group's id, or `@USERID`.
    pub chat: String,
    /// The message that it answers; empty: none.
    pub answers: String,
    /// Its text.
    pub text: String,
    /// A file: its kind, name and bytes.
    pub file: Option<(String, String, Vec<u8>)>,
    /// Who is notified.
    pub mentions: Vec<String>,
    /// By what: `line`, `webhook`, `callback`.
    pub by: &'static str,
}

/// What a command meets instead of its work.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This error.
    Code(i64, &'static str),
    /// An HTTP status, and a proxy's page.
    Status(u16),
    /// The work is done, and nobody says so.
    Silence,
    /// The work is done, and the connection ends within the acknowledgement's frame.
    Cut,
}

#[derive(Clone, Default)]
struct Upload {
    name: String,
    kind: String,
    size: usize,
    pieces: usize,
    md5: String,
    bytes: Vec<u8>,
    next: usize,
}

#[derive(Default)]
struct State {
    connections: usize,
    /// The subscriber: its connection's number and what is written to it.
    subscriber: Option<(usize, mpsc::UnboundedSender<Out>)>,
    next_id: usize,
    /// By `req_id`: the message and chat that can be answered, and whether it was.
    open: HashMap<String, (String, String, bool)>,
    /// Chats where somebody spoke.
    spoken: BTreeSet<String>,
    sent: Said<Sent>,
    calls: Vec<(String, Value)>,
    faults: HashMap<String, VecDeque<Fault>>,
    uploads: BTreeMap<String, Upload>,
    media: BTreeMap<String, Upload>,
    files: BTreeMap<String, Vec<u8>>,
    deaf: bool,
}

enum Out {
    Text(String),
    /// Half a frame, and the end.
    Half,
    Close,
}

/// The fake.
#[derive(Clone)]
pub struct Wecom {
    watched: Watched<State>,
    address: SocketAddr,
    files: SocketAddr,
}

impl Wecom {
    /// Starts it.
    pub async fn start() -> Self {
        let (door, files) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
        let fake = Self { watched: Watched::new(State::default()), address: door.local_addr().unwrap(), files: files.local_addr().unwrap() };
        let routes =
            Router::new().route("/files/{id}", get(file)).route("/hook/{what}", post(hook)).route("/answers/{id}", post(answered)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(files, routes).await });
        let taker = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = door.accept().await {
                tokio::spawn(taker.clone().serve(stream));
            }
        });
        fake
    }

    /// For `[wecom] url`.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// For `[wecom] webhook_url`.
    pub fn hook_url(&self) -> String {
        format!("http://{}/hook", self.files)
    }

    /// What a callback brings of somebody who speaks to the bot; its message's id.
    pub fn callback(&self, chat: &str, user: &str, text: &str) -> (String, Value) {
        let id = self.change(|s| {
            s.next_id += 1;
            let id = format!("MSG{}", s.next_id);
            s.open.insert(id.clone(), (id.clone(), chat.to_owned(), false));
            id
        });
        let text = if chat.starts_with('@') { text.to_owned() } else { format!("@{NAME} {text}") };
        let mut body = json!({"msgid": id, "aibotid": BOT, "from": {"userid": user}, "msgtype": "text", "text": {"content": text}});
        body["chattype"] = json!(if chat.starts_with('@') { "single" } else { "group" });
        body["response_url"] = json!(format!("http://{}/answers/{id}", self.files));
        if !chat.starts_with('@') {
            body["chatid"] = json!(chat);
        }
        (id, body)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.watched.state()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.watched.change(change)
    }

    async fn until<T>(&self, what: &str, look: impl FnMut(&mut State) -> Option<T>) -> T {
        self.watched.until(what, look, |s| s.calls.iter().map(|(c, _)| c.clone()).collect()).await
    }

    // ---- people ----

    fn write(&self, out: Out) {
        let s = self.state();
        let (_, subscriber) = s.subscriber.as_ref().expect("a bot is connected");
        // it may have gone just now
        let _gone = subscriber.send(out);
    }

    /// A frame as it is.
    pub fn raw(&self, frame: &str) {
        self.write(Out::Text(frame.to_owned()));
    }

    /// A message with these fields, of this chat (`@USERID`: in private); its id.
    pub fn says_with(&self, chat: &str, user: &str, more: &Value) -> String {
        let (id, req_id) = self.change(|s| {
            s.next_id += 1;
            let (id, req_id) = (format!("MSG{}", s.next_id), format!("REQ{}", s.next_id));
            s.open.insert(req_id.clone(), (id.clone(), chat.to_owned(), false));
            s.spoken.insert(chat.to_owned());
            (id, req_id)
        });
        self.brings(&id, &req_id, chat, user, more);
        id
    }

    /// The same message again.
    pub fn brings(&self, id: &str, req_id: &str, chat: &str, user: &str, more: &Value) {
        let mut body = json!({"msgid": id, "aibotid": BOT, "from": {"userid": user}, "chattype": if chat.starts_with('@') { "single" } else { "group" }});
        if !chat.starts_with('@') {
            body["chatid"] = json!(chat);
        }
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.raw(&json!({"cmd": "aibot_msg_callback", "headers": {"req_id": req_id}, "body": body}).to_string());
    }

    /// Somebody speaks to the bot.
    pub fn says(&self, chat: &str, user: &str, text: &str) -> String {
        let text = if chat.starts_with('@') { text.to_owned() } else { format!("@{NAME} {text}") };
        self.says_with(chat, user, &json!({"msgtype": "text", "text": {"content": text}}))
    }

    /// A file that can be fetched, encrypted: what a message says of it.
    pub fn keeps(&self, id: &str, bytes: &[u8]) -> Value {
        self.change(|s| s.files.insert(id.to_owned(), encrypt(bytes)));
        json!({"url": format!("http://{}/files/{id}", self.files), "aeskey": STANDARD.encode(KEY)})
    }

    /// The file's bytes as they are given are these.
    pub fn spoils(&self, id: &str, bytes: Vec<u8>) {
        self.change(|s| s.files.insert(id.to_owned(), bytes));
    }

    // ---- what the bot did ----

    /// The next message of the bot's.
    pub async fn next(&self) -> Sent {
        self.until("say anything more", |s| s.sent.read()).await
    }

    /// Messages that nobody looked at.
    pub fn unread(&self) -> Vec<Sent> {
        self.state().sent.unread()
    }

    /// Waits until a command was given so often.
    pub async fn asked(&self, cmd: &str, times: usize) {
        self.until(&format!("ask for {cmd} {times} times"), |s| (s.calls.iter().filter(|(c, _)| c == cmd).count() >= times).then_some(())).await;
    }

    /// The bodies of all commands of this kind.
    pub fn bodies(&self, cmd: &str) -> Vec<Value> {
        self.state().calls.iter().filter(|(c, _)| c == cmd).map(|(_, f)| f["body"].clone()).collect()
    }

    /// Waits until a bot is subscribed, by its n-th connection or a later one.
    pub async fn subscribed(&self, nth: usize) {
        self.until("subscribe", |s| s.subscriber.as_ref().is_some_and(|(n, _)| *n >= nth).then_some(())).await;
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// The next so many commands of this kind fare like this.
    pub fn fails(&self, cmd: &str, fault: &Fault, times: usize) {
        let mut s = self.state();
        let all = s.faults.entry(cmd.to_owned()).or_default();
        all.clear();
        all.extend(std::iter::repeat_n(fault.clone(), times));
    }

    /// Nobody answers pings, or somebody does again.
    pub fn deaf(&self, deaf: bool) {
        self.state().deaf = deaf;
    }

    /// Ends the connection: within a frame, or well.
    pub fn hangs_up(&self, within: bool) {
        self.write(if within { Out::Half } else { Out::Close });
    }

    async fn serve(self, stream: TcpStream) {
        let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
        let number = self.change(|s| {
            s.connections += 1;
            s.connections
        });
        let (out, mut queue) = mpsc::unbounded_channel();
        loop {
            tokio::select! {
                heard = socket.next() => match heard {
                    Some(Ok(Message::Text(text))) => self.work(number, &out, &serde_json::from_str(&text).expect("the bot writes JSON")),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                    Some(Ok(_)) => {}
                },
                Some(next) = queue.recv() => match next {
                    Out::Text(text) => {
                        if socket.send(Message::text(text)).await.is_err() {
                            break;
                        }
                    }
                    Out::Half => {
                        // a text frame of 100 bytes, of which ten come
                        let _gone = socket.get_mut().write_all(b"\x81\x64{\"headers\"").await;
                        break;
                    }
                    Out::Close => {
                        let _gone = socket.close(None).await;
                        break;
                    }
                },
            }
        }
        self.change(|s| s.subscriber.take_if(|(n, _)| *n == number));
    }

    fn work(&self, number: usize, out: &mpsc::UnboundedSender<Out>, frame: &Value) {
        let (cmd, req_id) = (frame["cmd"].as_str().unwrap_or(""), frame["headers"]["req_id"].as_str().unwrap_or("").to_owned());
        let answer = self.change(|s| {
            s.calls.push((cmd.to_owned(), frame.clone()));
            let fault = s.faults.get_mut(cmd).and_then(VecDeque::pop_front);
            if let Some(Fault::Code(code, words)) = fault {
                return Some(Out::Text(json!({"headers": {"req_id": req_id}, "errcode": code, "errmsg": words}).to_string()));
            }
            let done = if cmd == "aibot_subscribe" { s.subscribe(number, out, &frame["body"]) } else { s.act(cmd, &req_id, &frame["body"]) };
            if s.deaf && cmd == "ping" {
                return None;
            }
            match fault {
                Some(Fault::Silence | Fault::Status(_)) => None,
                Some(_) => Some(Out::Half),
                None => Some(Out::Text(match done {
                    Ok(body) => json!({"headers": {"req_id": req_id}, "errcode": 0, "errmsg": "ok", "body": body}).to_string(),
                    Err((code, words)) => json!({"headers": {"req_id": req_id}, "errcode": code, "errmsg": words}).to_string(),
                })),
            }
        });
        if let Some(answer) = answer {
            let _gone = out.send(answer);
        }
    }
}

type Done = Result<Value, (i64, &'static str)>;

impl State {
    /// A file in a form of one part.
    fn takes_form(&mut self, body: &[u8]) -> Done {
        let find = |what: &[u8], from: usize| body[from..].windows(what.len()).position(|w| w == what).map(|at| from + at);
        let head = find(b"\r\n\r\n", 0).ok_or((40_058, "no form"))?;
        let end = find(b"\r\n--", head + 4).ok_or((40_058, "no form"))?;
        let lines = String::from_utf8_lossy(&body[..head]).into_owned();
        let name = lines.split("filename=\"").nth(1).and_then(|n| n.split('"').next()).ok_or((40_058, "no filename"))?;
        self.next_id += 1;
        let id = format!("MEDIA{}", self.next_id);
        self.media.insert(id.clone(), Upload { name: name.to_owned(), kind: "file".into(), bytes: body[head + 4..end].to_vec(), ..Upload::default() });
        Ok(json!({"errcode": 0, "errmsg": "ok", "type": "file", "media_id": id}))
    }

    /// What a webhook says in the group.
    fn hooked(&mut self, ask: &Value) -> Done {
        let kind = ask["msgtype"].as_str().unwrap_or("");
        let content = &ask[kind];
        let text = content["content"].as_str().unwrap_or("").to_owned();
        let mut file = None;
        match kind {
            "text" | "markdown" if text.is_empty() || text.len() > if kind == "text" { HOOK_TEXT } else { HOOK_MARKDOWN } => {
                return Err((40_058, "content exceeds its limit"));
            }
            "text" | "markdown" => {}
            "image" => {
                let bytes = STANDARD.decode(content["base64"].as_str().unwrap_or("")).map_err(|_| (40_058, "invalid base64"))?;
                let md5 = Md5::digest(&bytes).iter().fold(String::new(), |all, b| all + &format!("{b:02x}"));
                if content["md5"] != md5 {
                    return Err((301_019, "media md5 not match"));
                }
                file = Some(("image".into(), String::new(), bytes));
            }
            "file" => {
                let media = self.media.get(content["media_id"].as_str().unwrap_or("")).ok_or((40_007, "invalid media_id"))?;
                file = Some(("file".into(), media.name.clone(), media.bytes.clone()));
            }
            _ => return Err((40_058, "invalid msgtype")),
        }
        let mentions = content["mentioned_list"].as_array().into_iter().flatten().map(|m| m.as_str().unwrap().to_owned()).collect();
        self.sent.push(Sent { chat: GROUP.into(), answers: String::new(), text, file, mentions, by: "webhook" });
        Ok(json!({"errcode": 0, "errmsg": "ok"}))
    }

    fn subscribe(&mut self, number: usize, out: &mpsc::UnboundedSender<Out>, body: &Value) -> Done {
        if body["bot_id"] != BOT || body["secret"] != SECRET {
            return Err((40_001, "invalid credential"));
        }
        if let Some((_, older)) = self.subscriber.replace((number, out.clone())) {
            let event = json!({"msgid": "E", "msgtype": "event", "event": {"eventtype": "disconnected_event"}});
            let _gone = older.send(Out::Text(json!({"cmd": "aibot_event_callback", "headers": {"req_id": "E"}, "body": event}).to_string()));
            let _gone = older.send(Out::Close);
        }
        Ok(Value::Null)
    }

    fn act(&mut self, cmd: &str, req_id: &str, body: &Value) -> Done {
        let word = |key: &str| body[key].as_str().unwrap_or("").to_owned();
        match cmd {
            "ping" => Ok(Value::Null),
            "aibot_respond_msg" => {
                let Some((id, chat, used)) = self.open.get_mut(req_id) else { return Err((846_605, "invalid req_id")) };
                if std::mem::replace(used, true) {
                    return Err((846_608, "stream message has expired"));
                }
                let (id, chat) = (id.clone(), chat.clone());
                self.show(chat, id, body)
            }
            "aibot_send_msg" => {
                let chat = if body["chat_type"] == 1 { format!("@{}", word("chatid")) } else { word("chatid") };
                if !self.spoken.contains(&chat) {
                    return Err((93_006, "invalid chatid"));
                }
                self.show(chat, String::new(), body)
            }
            "aibot_upload_media_init" => {
                self.next_id += 1;
                let id = format!("UP{}", self.next_id);
                let size = |key: &str| usize::try_from(body[key].as_u64().unwrap_or(0)).unwrap();
                let upload = Upload {
                    name: word("filename"),
                    kind: word("type"),
                    size: size("total_size"),
                    pieces: size("total_chunks"),
                    md5: word("md5"),
                    ..Upload::default()
                };
                self.uploads.insert(id.clone(), upload);
                Ok(json!({"upload_id": id}))
            }
            "aibot_upload_media_chunk" => {
                let Some(upload) = self.uploads.get_mut(&word("upload_id")) else { return Err((40_007, "no such upload")) };
                if body["chunk_index"] != json!(upload.next) {
                    return Err((40_058, "chunks must come in order"));
                }
                upload.next += 1;
                upload.bytes.extend(STANDARD.decode(word("base64_data")).unwrap());
                Ok(Value::Null)
            }
            "aibot_upload_media_finish" => {
                let Some(upload) = self.uploads.remove(&word("upload_id")) else { return Err((40_007, "no such upload")) };
                let md5 = Md5::digest(&upload.bytes).iter().fold(String::new(), |all, b| all + &format!("{b:02x}"));
                if upload.bytes.len() != upload.size || upload.next != upload.pieces || md5 != upload.md5 {
                    return Err((40_009, "the file is not what was announced"));
                }
                self.next_id += 1;
                let id = format!("MEDIA{}", self.next_id);
                self.media.insert(id.clone(), upload);
                Ok(json!({"media_id": id}))
            }
            _ => Err((40_058, "unknown cmd")),
        }
    }

    fn show(&mut self, chat: String, answers: String, body: &Value) -> Done {
        let kind = body["msgtype"].as_str().unwrap_or("");
        let content = &body[kind];
        let (mut text, mut file) = (String::new(), None);
        match kind {
            "stream" if answers.is_empty() || content["finish"] != true || content["id"].as_str().is_none() => return Err((40_058, "no stream here")),
            "stream" | "markdown" => content["content"].as_str().unwrap_or("").clone_into(&mut text),
            "file" | "image" => {
                let Some(media) = self.media.get(content["media_id"].as_str().unwrap_or("")).filter(|m| m.kind == kind) else {
                    return Err((40_007, "invalid media_id"));
                };
                file = Some((media.kind.clone(), media.name.clone(), media.bytes.clone()));
            }
            _ => return Err((40_058, "unknown msgtype")),
        }
        if file.is_none() && (text.is_empty() || text.len() > TEXT) {
            return Err((40_058, "content is empty or too long"));
        }
        self.sent.push(Sent { chat, answers, text, file, mentions: Vec::new(), by: "line" });
        Ok(Value::Null)
    }
}

/// AES-256-CBC under the fake's key, padded to 32 bytes.
pub fn encrypt(bytes: &[u8]) -> Vec<u8> {
    encrypt_with(&KEY, bytes)
}

/// The same under another key.
pub fn encrypt_with(key: &[u8; 32], bytes: &[u8]) -> Vec<u8> {
    let fill = 32 - bytes.len() % 32;
    let mut all = bytes.to_vec();
    all.extend(std::iter::repeat_n(u8::try_from(fill).unwrap(), fill));
    let long = all.len();
    Encryptor::<Aes256>::new_from_slices(key, &key[..16]).unwrap().encrypt_padded::<NoPadding>(&mut all, long).unwrap();
    all
}

async fn file(Shared(fake): Shared<Wecom>, Path(id): Path<String>) -> Response {
    match fake.state().files.get(&id) {
        Some(bytes) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A message sealed as callbacks are, for this receiver; `long` is what is said to be its length.
pub fn sealed(message: &str, receiver: &str, long: usize) -> String {
    let mut plain = b"0123456789abcdef".to_vec();
    plain.extend(u32::try_from(long).unwrap().to_be_bytes());
    plain.extend(message.as_bytes());
    plain.extend(receiver.as_bytes());
    STANDARD.encode(encrypt_with(&zhibu::platform::seal::key(AES_KEY).unwrap(), &plain))
}

/// The signature of something sealed.
pub fn signature(timestamp: &str, nonce: &str, sealed: &str) -> String {
    let mut all = [TOKEN, timestamp, nonce, sealed];
    all.sort_unstable();
    Sha1::digest(all.concat()).iter().fold(String::new(), |all, b| all + &format!("{b:02x}"))
}

/// A fault's answer; none where the work is to be done.
async fn faulty(fault: Option<&Fault>) -> Option<Response> {
    match fault {
        Some(Fault::Code(code, words)) => Some(axum::Json(json!({"errcode": code, "errmsg": words})).into_response()),
        Some(Fault::Status(code)) => Some((StatusCode::from_u16(*code).unwrap(), "<html>bad gateway</html>").into_response()),
        Some(Fault::Silence) => std::future::pending().await,
        Some(Fault::Cut) => {
            let pieces = [Ok(Bytes::from_static(b"{\"errcode\":")), Err(std::io::Error::other("cut"))];
            Some(Response::new(Body::from_stream(futures_util::stream::iter(pieces))))
        }
        None => None,
    }
}

fn told(done: Done) -> Response {
    let said = match done {
        Ok(body) => body,
        Err((code, words)) => json!({"errcode": code, "errmsg": words}),
    };
    axum::Json(said).into_response()
}

async fn hook(Shared(fake): Shared<Wecom>, Path(what): Path<String>, Query(query): Query<HashMap<String, String>>, body: Bytes) -> Response {
    let (done, fault) = fake.change(|s| {
        let ask: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        s.calls.push((what.clone(), json!({"body": ask})));
        let fault = s.faults.get_mut(&*what).and_then(VecDeque::pop_front);
        if matches!(fault, Some(Fault::Code(..) | Fault::Status(_))) {
            return (Ok(Value::Null), fault);
        }
        let key = query.get("key").map(String::as_str);
        let done = match (&*what, query.get("type").map(String::as_str)) {
            _ if key != Some(HOOK) => Err((93_000, "invalid webhook url")),
            ("upload_media", Some("file")) => s.takes_form(&body),
            ("send", _) => s.hooked(&ask),
            _ => Err((40_058, "invalid type")),
        };
        (done, fault)
    });
    match faulty(fault.as_ref()).await {
        Some(response) => response,
        None => told(done),
    }
}

async fn answered(Shared(fake): Shared<Wecom>, Path(id): Path<String>, body: Bytes) -> Response {
    let done = fake.change(|s| {
        let ask: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        s.calls.push(("answers".into(), json!({"body": ask})));
        let Some((_, chat, used)) = s.open.get_mut(&id) else { return Err((60_140, "invalid response_url")) };
        if std::mem::replace(used, true) {
            return Err((60_140, "response_url was used"));
        }
        let (chat, text) = (chat.clone(), ask["markdown"]["content"].as_str().unwrap_or("").to_owned());
        if ask["msgtype"] != "markdown" || text.is_empty() || text.len() > TEXT {
            return Err((40_058, "invalid content"));
        }
        s.sent.push(Sent { chat, answers: id.clone(), text, file: None, mentions: Vec::new(), by: "callback" });
        Ok(json!({"errcode": 0, "errmsg": "ok"}))
    });
    told(done)
}
