//! A fake of Telegram's Bot API on a real socket, with its memory: updates that stay until a later question confirms them,
//! messages with entities and buttons, files, and every way to fail.

pub use super::faults::Fault;
use super::faults::{cut, garbage};
use super::onebot::EPOCH;
use super::watched::{Said, Watched};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::MutexGuard;
use std::time::Duration;

/// The token that it knows, and whose it is.
pub const TOKEN: &str = "1234567:AAfake_token-of_stories";
/// The bot's id.
pub const BOT: i64 = 1_234_567;
/// The bot's name.
pub const NAME: &str = "zhibu_story_bot";

/// What the bot said, as a member's app shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The chat's id.
    pub chat: i64,
    /// The topic; 0: none.
    pub topic: i64,
    /// The message that it answers; 0: none.
    pub quote: i64,
    /// Its text.
    pub text: String,
    /// Who is notified: (id, what stands there).
    pub mentions: Vec<(i64, String)>,
    /// Buttons: (label, data).
    pub buttons: Vec<(String, String)>,
    /// The id that the fake gave it.
    pub id: i64,
    /// The whole request.
    pub request: Value,
}

/// `429`, to come again in so many seconds.
pub fn too_many(seconds: i64) -> Fault {
    Fault::Status(
        429,
        json!({"ok": false, "error_code": 429, "description": format!("Too Many Requests: retry after {seconds}"), "parameters": {"retry_after": seconds}}),
    )
}

/// The group is a supergroup with this id now.
pub fn migrated(to: i64) -> Fault {
    let description = "Bad Request: group chat was upgraded to a supergroup chat";
    Fault::Status(400, json!({"ok": false, "error_code": 400, "description": description, "parameters": {"migrate_to_chat_id": to}}))
}

/// A refusal in Telegram's words.
pub fn refusal(code: u16, description: &str) -> Fault {
    Fault::Status(code, json!({"ok": false, "error_code": code, "description": description}))
}

#[derive(Default)]
struct State {
    updates: VecDeque<(i64, Value)>,
    next_update: i64,
    next_message: i64,
    confirmed: i64,
    sent: Said<Sent>,
    calls: Vec<(String, Value)>,
    faults: HashMap<String, VecDeque<Fault>>,
    files: BTreeMap<String, Vec<u8>>,
    privacy: bool,
}

/// The fake.
#[derive(Clone)]
pub struct Telegram {
    watched: Watched<State>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Telegram {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = State { next_update: 5000, next_message: 10, ..State::default() };
        let fake = Self { watched: Watched::new(state), address: listener.local_addr().unwrap() };
        let routes = Router::new().route("/{bot}/{method}", any(method)).route("/file/{bot}/{*path}", any(file)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        fake
    }

    /// For `[telegram] api_url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
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

    /// An update as it is.
    pub fn update(&self, kind: &str, content: &Value) -> i64 {
        self.change(|s| {
            let id = s.next_update;
            s.next_update += 1;
            s.updates.push_back((id, json!({"update_id": id, kind: content})));
            id
        })
    }

    /// A message, not sent yet: `more` overrides and adds fields.
    pub fn message(&self, chat: i64, user: i64, name: &str, text: &str, more: &Value) -> Value {
        let id = self.change(|s| {
            s.next_message += 1;
            s.next_message
        });
        let chat =
            if chat > 0 { json!({"id": chat, "type": "private", "first_name": name}) } else { json!({"id": chat, "type": "supergroup", "title": "支部群"}) };
        let mut message = json!({
            "message_id": id, "date": EPOCH + id, "chat": chat,
            "from": {"id": user, "is_bot": false, "first_name": name, "username": format!("user_{user}"), "language_code": "zh-hans"},
        });
        if !text.is_empty() {
            message["text"] = json!(text);
            message["entities"] = entities(text);
        }
        for (key, value) in more.as_object().into_iter().flatten() {
            message[key] = value.clone();
        }
        message
    }

    /// Somebody says something; the message's id.
    pub fn says(&self, chat: i64, user: i64, name: &str, text: &str) -> i64 {
        self.says_with(chat, user, name, text, &json!({}))
    }

    /// The same with fields of its own.
    pub fn says_with(&self, chat: i64, user: i64, name: &str, text: &str, more: &Value) -> i64 {
        let message = self.message(chat, user, name, text, more);
        let id = message["message_id"].as_i64().unwrap();
        self.update("message", &message);
        id
    }

    /// Somebody changes a message.
    pub fn edits(&self, chat: i64, user: i64, name: &str, id: i64, text: &str) {
        let at = self.change(|s| {
            s.next_message += 1;
            s.next_message
        });
        let message = self.message(chat, user, name, text, &json!({"message_id": id, "date": EPOCH + id, "edit_date": EPOCH + at}));
        self.update("edited_message", &message);
    }

    /// Somebody sends a file.
    pub fn drops(&self, chat: i64, user: i64, name: &str, file: &str, bytes: Vec<u8>) -> i64 {
        let size = bytes.len();
        self.change(|s| s.files.insert(file.to_owned(), bytes));
        self.says_with(chat, user, name, "", &json!({"document": {"file_id": file, "file_unique_id": file, "file_name": file, "file_size": size}}))
    }

    /// Somebody presses a button with this data beneath a message.
    pub fn presses(&self, user: i64, name: &str, sent: &Sent, data: &str) {
        let kind = if sent.chat > 0 { "private" } else { "supergroup" };
        let mut message = json!({
            "message_id": sent.id, "date": EPOCH + sent.id, "chat": {"id": sent.chat, "type": kind, "title": "支部群"}, "text": sent.text,
            "from": {"id": BOT, "is_bot": true, "first_name": "小支", "username": NAME},
        });
        if sent.topic != 0 {
            message["message_thread_id"] = json!(sent.topic);
            message["is_topic_message"] = json!(true);
        }
        let from = json!({"id": user, "is_bot": false, "first_name": name});
        self.update(
            "callback_query",
            &json!({"id": format!("q{}", self.count("answerCallbackQuery")), "from": from, "chat_instance": "1", "message": message, "data": data}),
        );
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

    /// The message that was looked at last.
    pub fn last(&self) -> Option<Sent> {
        self.state().sent.last_read()
    }

    /// Whether every update is confirmed.
    pub fn all_confirmed(&self) -> bool {
        let s = self.state();
        s.confirmed >= s.next_update
    }

    /// How often a method was asked for.
    pub fn count(&self, method: &str) -> usize {
        self.state().calls.iter().filter(|(m, _)| m.eq_ignore_ascii_case(method)).count()
    }

    /// Waits until a method was asked for so often; what it was asked the last time.
    pub async fn asked(&self, method: &str, times: usize) -> Value {
        self.until(&format!("ask for {method} {times} times"), |s| {
            let all: Vec<&Value> = s.calls.iter().filter(|(m, _)| m.eq_ignore_ascii_case(method)).map(|(_, v)| v).collect();
            (all.len() >= times).then(|| (*all[all.len() - 1]).clone())
        })
        .await
    }

    /// Waits until everything up to this update is confirmed.
    pub async fn confirmed(&self, update: i64) {
        self.until(&format!("confirm {update}"), |s| (s.confirmed > update).then_some(())).await;
    }

    /// Whether this update is confirmed.
    pub fn is_confirmed(&self, update: i64) -> bool {
        self.state().confirmed > update
    }

    /// The next so many requests for a method fare like this.
    pub fn fails(&self, method: &str, fault: &Fault, times: usize) {
        let mut s = self.state();
        let all = s.faults.entry(method.to_lowercase()).or_default();
        all.clear();
        all.extend(std::iter::repeat_n(fault.clone(), times));
    }

    /// Privacy mode is on.
    pub fn private_mode(&self) {
        self.state().privacy = true;
    }

    /// A file that can be fetched.
    pub fn keeps(&self, id: &str, bytes: Vec<u8>) {
        self.state().files.insert(id.to_owned(), bytes);
    }

    fn work(&self, method: &str, ask: &Value) -> Result<Value, (u16, &'static str)> {
        let true_ = Ok(json!(true));
        match method {
            "getme" => Ok(json!({
                "id": BOT, "is_bot": true, "first_name": "小支", "username": NAME, "can_join_groups": true,
                "can_read_all_group_messages": !self.state().privacy, "supports_inline_queries": false, "has_main_web_app": false,
            })),
            "sendmessage" => self.change(|s| {
                s.next_message += 1;
                let sent = sent(ask, s.next_message);
                if sent.text.is_empty() || sent.text.encode_utf16().count() > 4096 {
                    return Err((400, "Bad Request: message is too long"));
                }
                s.sent.push(sent);
                Ok(json!({"message_id": s.next_message, "date": EPOCH, "chat": {"id": ask["chat_id"], "type": "supergroup"}}))
            }),
            "senddocument" | "sendphoto" => self.change(|s| {
                s.next_message += 1;
                Ok(json!({"message_id": s.next_message, "date": EPOCH, "chat": {"id": ask["chat_id"], "type": "private"}}))
            }),
            "getfile" => {
                let id = ask["file_id"].as_str().unwrap_or("");
                match self.state().files.get(id) {
                    Some(bytes) => Ok(json!({"file_id": id, "file_unique_id": id, "file_size": bytes.len(), "file_path": format!("documents/{id}")})),
                    None => Err((400, "Bad Request: invalid file_id")),
                }
            }
            "setwebhook" | "deletewebhook" | "setmycommands" | "answercallbackquery" | "setmessagereaction" | "editmessagereplymarkup" => true_,
            _ => Err((404, "Not Found")),
        }
    }

    /// Updates from an offset on: what lies before it is confirmed and gone.
    async fn updates(&self, ask: &Value) -> Value {
        let offset = ask["offset"].as_i64().unwrap_or(0);
        let limit = usize::try_from(ask["limit"].as_i64().unwrap_or(100)).unwrap();
        let wait = Duration::from_secs(ask["timeout"].as_u64().unwrap_or(0));
        let mut changed = self.watched.changes();
        self.change(|s| {
            s.confirmed = s.confirmed.max(offset);
            s.updates.retain(|(id, _)| *id >= offset);
        });
        let found = async {
            loop {
                changed.borrow_and_update();
                let all: Vec<Value> = self.state().updates.iter().take(limit).map(|(_, u)| u.clone()).collect();
                if !all.is_empty() || changed.changed().await.is_err() {
                    return all;
                }
            }
        };
        json!(tokio::time::timeout(wait, found).await.unwrap_or_default())
    }
}

/// Mentions and a leading command, as Telegram marks them.
pub fn entities(text: &str) -> Value {
    let mut all = Vec::new();
    let unit = |at: usize| text[..at].encode_utf16().count();
    let word = |from: usize| text[from + 1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '@').map_or(text.len(), |n| from + 1 + n);
    if text.starts_with('/') && word(0) > 1 {
        all.push(json!({"type": "bot_command", "offset": 0, "length": unit(word(0))}));
    }
    for (at, _) in text.match_indices('@').filter(|(at, _)| *at == 0 || text[..*at].ends_with(char::is_whitespace)) {
        if word(at) > at + 1 {
            all.push(json!({"type": "mention", "offset": unit(at), "length": unit(word(at)) - unit(at)}));
        }
    }
    json!(all)
}

fn sent(ask: &Value, id: i64) -> Sent {
    let text = ask["text"].as_str().unwrap_or("").to_owned();
    let units: Vec<u16> = text.encode_utf16().collect();
    let mention = |e: &Value| {
        let (at, long) = (usize::try_from(e["offset"].as_u64()?).ok()?, usize::try_from(e["length"].as_u64()?).ok()?);
        (e["type"] == "text_mention").then(|| (e["user"]["id"].as_i64().unwrap(), String::from_utf16(&units[at..at + long]).unwrap()))
    };
    let buttons = ask["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten().flat_map(|row| row.as_array().into_iter().flatten());
    Sent {
        chat: ask["chat_id"].as_i64().unwrap_or(0),
        topic: ask["message_thread_id"].as_i64().unwrap_or(0),
        quote: ask["reply_parameters"]["message_id"].as_i64().unwrap_or(0),
        mentions: ask["entities"].as_array().into_iter().flatten().filter_map(mention).collect(),
        buttons: buttons.map(|b| (b["text"].as_str().unwrap().to_owned(), b["callback_data"].as_str().unwrap().to_owned())).collect(),
        text,
        id,
        request: ask.clone(),
    }
}

async fn method(Shared(fake): Shared<Telegram>, Path((bot, method)): Path<(String, String)>, body: Bytes) -> Response {
    let ask: Value = serde_json::from_slice(&body).unwrap_or_else(|_| form(&body));
    let name = method.to_lowercase();
    if bot != format!("bot{TOKEN}") {
        fake.change(|s| s.calls.push((method, ask)));
        return (StatusCode::UNAUTHORIZED, axum::Json(json!({"ok": false, "error_code": 401, "description": "Unauthorized"}))).into_response();
    }
    let fault = fake.change(|s| {
        s.calls.push((method, ask.clone()));
        s.faults.get_mut(&name).and_then(VecDeque::pop_front)
    });
    if let Some(refusal) = fault.as_ref().and_then(Fault::refusal) {
        return refusal;
    }
    if matches!(fault, Some(Fault::Silence)) {
        std::future::pending::<()>().await;
    }
    let result = if name == "getupdates" { Ok(fake.updates(&ask).await) } else { fake.work(&name, &ask) };
    match (result, fault) {
        (Ok(result), Some(Fault::Garbage)) => garbage(&json!({"ok": true, "result": result}).to_string()),
        (Ok(result), Some(Fault::Cut)) => cut(&json!({"ok": true, "result": result}).to_string()),
        (Ok(result), _) => axum::Json(json!({"ok": true, "result": result})).into_response(),
        (Err((code, why)), _) => {
            (StatusCode::from_u16(code).unwrap(), axum::Json(json!({"ok": false, "error_code": code, "description": why}))).into_response()
        }
    }
}

/// A form of several parts: its fields as text; of a file also what it is called.
fn form(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body);
    let Some((mark, _)) = text.split_once("\r\n") else { return Value::Null };
    let mut fields = json!({});
    for part in text.split(mark).filter_map(|p| p.split_once("\r\n\r\n")) {
        let quoted = |key: &str| part.0.split_once(key).and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned);
        let Some(name) = quoted(" name=\"") else { continue };
        if let Some(file) = quoted("filename=\"") {
            fields["file_name"] = json!(file);
        }
        fields[name] = json!(part.1.trim_end_matches("\r\n"));
    }
    fields
}

async fn file(Shared(fake): Shared<Telegram>, Path((bot, path)): Path<(String, String)>) -> Response {
    let fault = fake.change(|s| {
        s.calls.push(("file".into(), json!(path)));
        s.faults.get_mut("file").and_then(VecDeque::pop_front)
    });
    let bytes = fake.state().files.get(path.trim_start_matches("documents/")).cloned();
    match (bytes, fault) {
        _ if bot != format!("bot{TOKEN}") => StatusCode::UNAUTHORIZED.into_response(),
        (_, Some(Fault::Page(code) | Fault::Status(code, _))) => StatusCode::from_u16(code).unwrap().into_response(),
        (Some(bytes), Some(_)) => cut(&String::from_utf8_lossy(&bytes)),
        (Some(bytes), None) => bytes.into_response(),
        (None, _) => StatusCode::NOT_FOUND.into_response(),
    }
}
