//! A fake OneBot v11 *implementation* (the QQ side, as NapCat behaves) on real sockets: it connects to the bot's door
//! or listens for the bot, speaks either message format, answers actions from its state, and can misbehave.

use super::watched::{Said, Watched};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::MutexGuard;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async, connect_async_with_config};

/// How long a test waits for what must come.
/// What a process that died had claimed passes on within 25 seconds.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// The time of the fake's first event, UTC seconds; each event is a second later.
pub const EPOCH: i64 = 1_800_000_000;

/// `messagePostFormat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Array,
    Text,
}

/// What the bot said, as a member's client shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// `90000` or `@20001`.
    pub chat: String,
    /// The quoted message's id, empty where none.
    pub quote: String,
    /// Texts, with mentions as `@id`.
    pub text: String,
    /// The id that the fake gave it.
    pub id: i64,
    /// The action's parameters.
    pub params: Value,
}

/// What an action does instead of its work.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Fails with this retcode and message.
    Fails(i64, &'static str),
    /// Says nothing.
    Silence,
    /// Does its work, and says nothing.
    Unsaid,
    /// Gives this.
    Gives(Value),
    /// The connection ends within a frame.
    Cut,
}

/// What NapCat says where the platform throttles.
pub const TIMEOUT: Answer = Answer::Fails(
    1200,
    "Timeout: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg ListenerName:NodeIKernelMsgListener/onMsgInfoListUpdate EventRet:\n{\n    \"result\": 0,\n    \"errMsg\": \"\"\n}\n",
);

/// What NapCat says where the bot was removed from the group.
pub const REMOVED: Answer = Answer::Fails(
    1200,
    "EventChecker Failed: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg ListenerName:NodeIKernelMsgListener/onMsgInfoListUpdate EventRet:\n{\n    \"result\": 110,\n    \"errMsg\": \"发送失败，你已被移出该群，请重新加群。\"\n}\n",
);

#[derive(Default)]
struct State {
    next: i64,
    out: Option<mpsc::UnboundedSender<Message>>,
    connections: usize,
    closed: Option<(u16, String)>,
    deaf: bool,
    sent: Said<Sent>,
    actions: Vec<(String, Value)>,
    groups: BTreeMap<String, Vec<Value>>,
    /// Everything said in groups, as the implementation keeps it.
    history: Vec<Value>,
    private: Vec<Value>,
    answers: HashMap<String, Answer>,
}

/// The fake: one account of QQ's.
#[derive(Clone)]
pub struct Implementation {
    id: String,
    format: Format,
    ids_as_text: bool,
    watched: Watched<State>,
}

/// A text segment.
pub fn text(t: &str) -> Value {
    json!({"type": "text", "data": {"text": t}})
}
/// A mention.
pub fn at(qq: &str) -> Value {
    json!({"type": "at", "data": {"qq": qq}})
}
/// A quote.
pub fn reply(id: i64) -> Value {
    json!({"type": "reply", "data": {"id": id.to_string()}})
}

/// Segments as a string of CQ codes, by the standard's escaping.
pub fn cq(segments: &[Value]) -> String {
    let escape = |t: &str| t.replace('&', "&amp;").replace('[', "&#91;").replace(']', "&#93;");
    let code = |s: &Value| {
        let (kind, data) = (s["type"].as_str().unwrap_or("text"), &s["data"]);
        if kind == "text" {
            return escape(data["text"].as_str().unwrap_or(""));
        }
        let mut code = format!("[CQ:{kind}");
        for (key, value) in data.as_object().into_iter().flatten() {
            code.extend([",", key, "=", &escape(&word(value)).replace(',', "&#44;")]);
        }
        code + "]"
    };
    segments.iter().map(code).collect()
}

impl Implementation {
    /// The account `id`, not connected yet.
    pub fn new(id: &str, format: Format) -> Self {
        let state = State { next: 1, ..State::default() };
        Self { id: id.into(), format, ids_as_text: false, watched: Watched::new(state) }
    }

    /// The same, with every id as a string.
    pub fn with_text_ids(mut self) -> Self {
        self.ids_as_text = true;
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.watched.state()
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        self.watched.change(change)
    }

    async fn until<T>(&self, what: &str, look: impl FnMut(&mut State) -> Option<T>) -> T {
        self.watched.until(what, look, |s| s.actions.iter().map(|(a, p)| format!("{a} {p}")).collect()).await
    }

    // ---- connecting ----

    /// Connects to a bot's reverse door with NapCat's headers; the HTTP status where it is turned away.
    pub async fn connect(&self, door: &str, token: Option<&str>) -> Result<(), (u16, String)> {
        let mut headers = vec![("X-Self-ID", self.id.clone()), ("X-Client-Role", "Universal".into()), ("User-Agent", "OneBot/11".into())];
        headers.extend(token.map(|t| ("Authorization", format!("Bearer {t}"))));
        let headers: Vec<_> = headers.iter().map(|(k, v)| (*k, v.as_str())).collect();
        self.connect_with(door, &headers).await
    }

    /// Connects with these headers and no other of OneBot's.
    pub async fn connect_with(&self, door: &str, headers: &[(&'static str, &str)]) -> Result<(), (u16, String)> {
        let mut request = door.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        match connect_async_with_config(request, Some(config), true).await {
            Ok((socket, _)) => {
                self.pump(socket);
                Ok(())
            }
            Err(Error::Http(r)) => Err((r.status().as_u16(), r.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned())),
            Err(e) => panic!("the door did not answer: {e}"),
        }
    }

    /// Listens for the bot, as NapCat does: a wrong token is told after the upgrade (`polite`: before it, by HTTP 403).
    pub async fn listen(&self, token: &str, polite: bool) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (fake, token) = (self.clone(), token.to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                fake.accept(stream, &token, polite).await;
            }
        });
        address
    }

    async fn accept(&self, stream: TcpStream, token: &str, polite: bool) {
        let mut welcome = false;
        #[expect(clippy::result_large_err, reason = "the handshake callback's own type")]
        let look = |request: &Request, response: Response| {
            let shown = request.headers().get("authorization").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
            welcome = token.is_empty() || shown == format!("Bearer {token}");
            if !welcome && polite {
                let mut refusal = ErrorResponse::new(None);
                *refusal.status_mut() = StatusCode::FORBIDDEN;
                return Err(refusal);
            }
            Ok(response)
        };
        let accepted = accept_hdr_async(stream, look).await;
        match accepted {
            Ok(socket) if welcome => {
                self.pump(socket);
                self.lifecycle();
            }
            Ok(mut socket) => {
                self.change(|s| s.connections += 1);
                let refusal = json!({"status": "failed", "retcode": 1403, "data": null, "message": "token验证失败", "wording": "token验证失败", "echo": null});
                let _gone = socket.send(Message::text(refusal.to_string())).await;
                let _gone = socket.close(None).await;
            }
            Err(_) => self.change(|s| s.connections += 1),
        }
    }

    fn pump<S>(&self, socket: WebSocketStream<S>)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let (out, mut queue) = mpsc::unbounded_channel::<Message>();
        self.change(|s| {
            s.out = Some(out);
            s.closed = None;
            s.deaf = false;
            s.connections += 1;
        });
        let fake = self.clone();
        tokio::spawn(async move {
            let (mut sink, mut stream) = socket.split();
            let mut end = (1006, String::new());
            loop {
                tokio::select! {
                    // what happened before an action came is told before its answer
                    biased;
                    next = queue.recv() => {
                        let Some(message) = next else { break };
                        if sink.send(message).await.is_err() { break }
                    }
                    heard = stream.next(), if !fake.state().deaf => match heard {
                        Some(Ok(Message::Text(t))) => {
                            let action: Value = serde_json::from_str(&t).expect("the bot sends JSON");
                            let answer = match fake.act(&action) {
                                Some(Ok(answer)) => Message::text(answer.to_string()),
                                Some(Err(())) => break,
                                None => continue,
                            };
                            if sink.send(answer).await.is_err() { break }
                        }
                        Some(Ok(Message::Close(frame))) => {
                            if let Some(f) = frame { end = (f.code.into(), f.reason.to_string()) }
                            break;
                        }
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => break,
                    },
                }
            }
            fake.change(|s| s.closed = Some(end));
        });
    }

    // ---- what it does when asked ----

    /// `None`: says nothing. `Err`: the connection ends.
    fn act(&self, action: &Value) -> Option<Result<Value, ()>> {
        let name = action["action"].as_str().expect("an action has a name").to_owned();
        let params = action["params"].clone();
        let answer = self.change(|s| {
            s.actions.push((name.clone(), params.clone()));
            s.answers.get(&name).cloned()
        });
        let echo = &action["echo"];
        let ok = |data: Value| Some(Ok(json!({"status": "ok", "retcode": 0, "data": data, "message": "", "wording": "", "echo": echo})));
        let failed = |code: i64, m: &str| Some(Ok(json!({"status": "failed", "retcode": code, "data": null, "message": m, "wording": m, "echo": echo})));
        match answer {
            Some(Answer::Fails(code, message)) => return failed(code, message),
            Some(Answer::Silence) => return None,
            Some(Answer::Cut) => return Some(Err(())),
            Some(Answer::Gives(data)) => return ok(data),
            Some(Answer::Unsaid) => {
                if name.starts_with("send_") {
                    self.keep(&name, &params);
                }
                return None;
            }
            None => {}
        }
        match name.as_str() {
            "send_group_msg" | "send_private_msg" => {
                let id = self.keep(&name, &params);
                ok(json!({"message_id": self.id_value(&id.to_string())}))
            }
            "get_login_info" => ok(json!({"user_id": self.id_value(&self.id), "nickname": "机器人"})),
            "get_status" => ok(json!({"online": true, "good": true})),
            "get_group_list" => ok(self.state().groups.keys().map(|g| json!({"group_id": self.id_value(g), "group_name": "群"})).collect()),
            "get_group_member_list" => {
                let group = word(&params["group_id"]);
                match self.state().groups.get(&group) {
                    Some(members) => ok(members.clone().into()),
                    None => failed(1200, "群不存在"),
                }
            }
            "upload_group_file" | "upload_private_file" => ok(json!({"file_id": "/f1"})),
            "get_group_msg_history" => {
                let group = word(&params["group_id"]);
                let all: Vec<Value> = self.state().history.iter().filter(|m| word(&m["group_id"]) == group).cloned().collect();
                let count = usize::try_from(params["count"].as_u64().unwrap_or(20)).unwrap();
                ok(json!({"messages": all[all.len().saturating_sub(count)..]}))
            }
            "get_friend_msg_history" => {
                let user = word(&params["user_id"]);
                let all: Vec<Value> = self.state().private.iter().filter(|m| word(&m["user_id"]) == user).cloned().collect();
                let count = usize::try_from(params["count"].as_u64().unwrap_or(20)).unwrap();
                ok(json!({"messages": all[all.len().saturating_sub(count)..]}))
            }
            "get_recent_contact" => {
                let contact = |m: &Value| json!({"peerUin": word(&m["user_id"]), "chatType": 1, "msgTime": word(&m["time"]), "lastestMsg": m});
                ok(self.state().private.iter().map(contact).collect())
            }
            "set_msg_emoji_like" => ok(json!({"result": 0, "errMsg": ""})),
            _ => failed(1404, "不支持的Api"),
        }
    }

    fn keep(&self, action: &str, params: &Value) -> i64 {
        let private = action == "send_private_msg";
        let message = params["message"].as_array().expect("the bot sends segments, never CQ codes").clone();
        let quote = message.iter().find(|s| s["type"] == "reply").map_or(String::new(), |s| word(&s["data"]["id"]));
        let text = message.iter().map(|s| match s["type"].as_str() {
            Some("text") => s["data"]["text"].as_str().expect("a text has text").to_owned(),
            Some("at") => format!("@{}", word(&s["data"]["qq"])),
            _ => String::new(),
        });
        let (text, chat) = (text.collect(), if private { format!("@{}", word(&params["user_id"])) } else { word(&params["group_id"]) });
        let params = params.clone();
        self.change(|s| {
            let id = 700_000 + s.next;
            s.next += 1;
            s.sent.push(Sent { chat, quote, text, id, params });
            id
        })
    }

    fn id_value(&self, id: &str) -> Value {
        match id.parse::<i64>() {
            Ok(n) if !self.ids_as_text => n.into(),
            _ => id.into(),
        }
    }

    // ---- what tests tell it ----

    /// From now on, this action does that.
    pub fn answers(&self, action: &str, answer: Answer) {
        self.change(|s| s.answers.insert(action.into(), answer));
    }

    /// This action works again.
    pub fn recovers(&self, action: &str) {
        self.change(|s| s.answers.remove(action));
    }

    /// From now on what it is sent has ids from this one on.
    pub fn ids_from(&self, first: i64) {
        self.change(|s| s.next = first - 700_000);
    }

    /// Somebody is in a group.
    pub fn member(&self, group: &str, user: &str, card: &str, nickname: &str) {
        let member = json!({"group_id": self.id_value(group), "user_id": self.id_value(user), "card": card, "nickname": nickname, "role": "member"});
        self.change(|s| s.groups.entry(group.into()).or_default().push(member));
    }

    /// Puts any frame on the wire.
    pub fn raw(&self, frame: Message) {
        let out = self.state().out.clone().expect("connected");
        let _gone = out.send(frame);
    }

    /// Puts an event on the wire; the account, and the time where it has none, are filled in.
    pub fn event(&self, event: Value) {
        let event = self.filled(event);
        self.raw(Message::text(event.to_string()));
    }

    fn filled(&self, mut event: Value) -> Value {
        let time = self.change(|s| {
            s.next += 1;
            EPOCH + s.next
        });
        let e = event.as_object_mut().unwrap();
        e.entry("self_id").or_insert_with(|| self.id_value(&self.id));
        e.entry("time").or_insert(time.into());
        match event["message_type"].as_str() {
            Some("group") => self.change(|s| s.history.push(event.clone())),
            Some("private") => self.change(|s| s.private.push(event.clone())),
            _ => {}
        }
        event
    }

    /// Somebody speaks in a group while the bot does not listen; the time is UTC seconds. The message's id.
    pub fn said_meanwhile(&self, group: &str, user: &str, card: &str, segments: &[Value], time: i64) -> i64 {
        let mut event = json!({"message_type": "group", "sub_type": "normal", "group_id": self.id_value(group), "time": time});
        let id = self.said(&mut event, user, card, segments);
        self.filled(event);
        id
    }

    /// Somebody writes to the bot in private while it does not listen; the time is UTC seconds.
    pub fn told_meanwhile(&self, user: &str, segments: &[Value], time: i64) {
        let mut event = json!({"message_type": "private", "sub_type": "friend", "time": time});
        self.said(&mut event, user, "", segments);
        self.filled(event);
    }

    /// The first event of a connection.
    pub fn lifecycle(&self) {
        self.event(json!({"post_type": "meta_event", "meta_event_type": "lifecycle", "sub_type": "connect"}));
    }

    /// A heartbeat, the next promised in so many milliseconds.
    pub fn heartbeat(&self, interval: u64, online: bool) {
        self.event(json!({"post_type": "meta_event", "meta_event_type": "heartbeat", "interval": interval, "status": {"online": online, "good": true}}));
    }

    /// Somebody speaks in a group; the message's id.
    pub fn says(&self, group: &str, user: &str, card: &str, segments: &[Value]) -> i64 {
        self.message(json!({"message_type": "group", "sub_type": "normal", "group_id": self.id_value(group)}), user, card, segments)
    }

    /// Somebody speaks to the bot in private; the message's id.
    pub fn tells(&self, user: &str, segments: &[Value]) -> i64 {
        self.message(json!({"message_type": "private", "sub_type": "friend"}), user, "", segments)
    }

    fn message(&self, mut event: Value, user: &str, card: &str, segments: &[Value]) -> i64 {
        let id = self.said(&mut event, user, card, segments);
        self.event(event);
        id
    }

    fn said(&self, event: &mut Value, user: &str, card: &str, segments: &[Value]) -> i64 {
        let id = self.change(|s| {
            s.next += 1;
            s.next
        });
        let message = if self.format == Format::Array { Value::from(segments) } else { cq(segments).into() };
        let more = json!({
            "post_type": "message", "user_id": self.id_value(user), "message_id": self.id_value(&id.to_string()), "message_seq": id, "real_id": id,
            "sender": {"user_id": self.id_value(user), "nickname": format!("n{user}"), "card": card, "role": "member"},
            "raw_message": cq(segments), "font": 14, "message": message,
            "message_format": if self.format == Format::Array { "array" } else { "string" },
        });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        id
    }

    /// Reads nothing more on this connection (and so answers no ping), until the next one.
    pub fn stop_reading(&self) {
        self.state().deaf = true;
    }

    /// Ends the connection without a goodbye.
    pub fn hang_up(&self) {
        self.state().out = None;
    }

    /// Ends the connection in the middle of a message.
    pub fn half_a_frame(&self) {
        self.raw(Message::Frame(Frame::message(r#"{"post_type":"mess"#, OpCode::Data(Data::Text), false)));
        self.hang_up();
    }

    // ---- what tests ask it ----

    /// The next thing that the bot says.
    pub async fn next(&self) -> Sent {
        self.until("say anything more", |s| s.sent.read()).await
    }

    /// Everything that the bot ever said.
    pub fn all_sent(&self) -> Vec<Sent> {
        self.state().sent.to_vec()
    }

    /// Waits until the bot has said so many things in all.
    pub async fn has_sent(&self, count: usize) {
        self.until("say so much", |s| (s.sent.len() >= count).then_some(())).await;
    }

    /// Everything that the bot said and nobody looked at.
    pub fn unread(&self) -> Vec<Sent> {
        self.state().sent.unread()
    }

    /// Every action so far, by name and parameters.
    pub fn actions(&self) -> Vec<(String, Value)> {
        self.state().actions.clone()
    }

    /// How often an action was asked for.
    pub fn count(&self, action: &str) -> usize {
        self.state().actions.iter().filter(|(a, _)| a == action).count()
    }

    /// Waits until an action was asked for so often.
    pub async fn asked(&self, action: &str, times: usize) {
        self.until(action, |s| (s.actions.iter().filter(|(a, _)| a == action).count() >= times).then_some(())).await;
    }

    /// Waits until there were so many connections.
    pub async fn connected(&self, times: usize) {
        self.until("connect", |s| (s.connections >= times).then_some(())).await;
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// Waits for the end of the connection: the close code and reason that the bot gave (1006: none).
    pub async fn closed(&self) -> (u16, String) {
        self.until("close", |s| s.closed.clone()).await
    }
}

fn word(v: &Value) -> String {
    v.as_str().map_or_else(|| v.to_string(), str::to_owned)
}
