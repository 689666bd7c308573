//! How messages leave: [`Courier`] over the connections of all our accounts.

use super::account::{Account, Barred};
use super::files::given;
use super::hub::{Hub, Route};
use super::link::{Answer, Unanswered};
use super::meaning::{self, Handle};
use super::wire::{self, Frame, Piece, Sender};
use super::{PLATFORM, history, outgoing, roster};
use crate::domain::attachment::Attachment;
use crate::domain::message::{AccountKey, Capabilities, ChatKey, ChatMember, Courier, FileRef, History, Outgoing, SendError};
use crate::platform::fetch::{Fetcher, is_http, too_big};
use crate::platform::parts::{self, Parts};
use crate::platform::text::shown_name;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The emoji that says "noted": QQ's 👌.
const NOTED: &str = "124";
/// Bytes of a file of ours at most: it travels as base64 within one frame, of which NapCat takes 50 MB.
const FILE_BYTES: usize = 16 << 20;
const DAY: Duration = Duration::from_hours(24);

/// The courier of OneBot v11.
pub struct OneBotCourier {
    hub: Arc<Hub>,
    fetcher: Fetcher,
}

#[derive(Serialize)]
struct ToGroup<'a> {
    group_id: Value,
    message: &'a [Piece],
}

#[derive(Serialize)]
struct ToPerson<'a> {
    user_id: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<Value>,
    message: &'a [Piece],
}

/// Why an answer is no success.
enum Failure {
    /// The platform did not take it in time: the sign of throttling.
    Timeout,
    /// Never.
    Refused(String),
    /// Not now.
    Later(String),
}

/// What an implementation says when it fails, as far as it tells. NapCat hands the platform's own result on:
/// `Timeout: NTEvent … sendMsg …`, `EventChecker Failed: NTEvent … "result": 110 …`.
fn failure(answer: &Answer) -> Failure {
    let (code, words) = (answer.retcode, answer.words.as_str());
    let result = words.split_once("\"result\":").and_then(|(_, rest)| rest.split([',', '}', '\n']).next()?.trim().parse::<i64>().ok());
    if words.contains("Timeout") && words.contains("sendMsg") {
        return Failure::Timeout;
    }
    match (code, result) {
        (Frame::TOO_BIG, _) => Failure::Refused("its answer is larger than [onebot] max_frame_bytes".into()),
        (_, Some(110)) => Failure::Refused("the bot is no longer in that group".into()),
        (_, Some(120)) => Failure::Refused("the bot is muted in that group".into()),
        (1400 | 1404 | 100 | 404, _) => Failure::Refused(format!("the implementation does not know or take this action (retcode {code})")),
        // what the platform says may quote the message: the number must do
        (_, Some(result)) => Failure::Later(format!("the implementation failed (retcode {code}, result {result})")),
        _ => Failure::Later(format!("the implementation failed (retcode {code})")),
    }
}

impl From<Unanswered> for SendError {
    fn from(u: Unanswered) -> Self {
        match u {
            Unanswered::Gone => Self::Offline,
            Unanswered::Stuck => Self::Later { after: None, reason: "the implementation takes nothing".into() },
            Unanswered::Cut => Self::Unknown("the connection ended before the answer".into()),
            Unanswered::Silent => Self::Unknown("the implementation did not answer in time".into()),
        }
    }
}

impl OneBotCourier {
    /// Over the hub's connections.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(hub: Arc<Hub>) -> Result<Self, String> {
        let fetcher = Fetcher::new(&hub.settings.file_hosts, "[onebot] file_hosts", hub.timing.file)?;
        Ok(Self { hub, fetcher })
    }

    fn route(&self, chat: &ChatKey, quote: Option<&str>) -> Result<Route, SendError> {
        if &*chat.platform != PLATFORM {
            return Err(SendError::Refused(format!("{} is no chat of OneBot's", chat.platform)));
        }
        self.hub.route(chat, quote).ok_or(SendError::Offline)
    }

    /// Asks; what comes back is the data of a success.
    async fn ask(&self, account: &Account, action: &str, params: &(impl Serialize + Sync)) -> Result<Value, SendError> {
        let link = account.link().ok_or(SendError::Offline)?;
        let answer = link.call(action, params, self.hub.settings.action_timeout).await?;
        if matches!(answer.retcode, 0 | 1) {
            return Ok(answer.data);
        }
        Err(match failure(&answer) {
            Failure::Timeout => SendError::Later { after: None, reason: format!("{action} took the platform too long") },
            Failure::Refused(why) => SendError::Refused(why),
            Failure::Later(reason) => SendError::Later { after: None, reason },
        })
    }

    /// Whether the account may send there now.
    async fn permitted(&self, account: &Account, chat: &ChatKey) -> Result<(), SendError> {
        let group = (!chat.private).then_some(&*chat.id);
        let mut barred = account.may_send(group, self.hub.clock.now());
        if let (Err(Barred::Whole), Some(group)) = (barred, group) {
            let params = json!({"group_id": wire::id(group), "user_id": wire::id(&account.key.id), "no_cache": true});
            let data = self.ask(account, "get_group_member_info", &params).await?;
            account.admin_there(group, matches!(data["role"].as_str(), Some("admin" | "owner")));
            barred = account.may_send(Some(group), self.hub.clock.now());
        }
        match barred {
            Ok(()) => Ok(()),
            Err(Barred::Throttled(ms)) => Err(SendError::Throttled(format!("sending stopped for another {} s", ms / 1000 + 1))),
            Err(Barred::Muted(Some(ms))) => Err(SendError::Later { after: Some(ms), reason: "the bot is muted in that group".into() }),
            Err(Barred::Muted(None) | Barred::Whole) => Err(SendError::Refused("the bot is muted in that group".into())),
        }
    }

    /// Up to so much time.
    fn by_chance(&self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        if most == 0 { Duration::ZERO } else { Duration::from_millis(self.hub.random.below(most.saturating_add(1))) }
    }

    /// Waits until the account's and the chat's limits allow one more message.
    async fn turn(&self, account: &Account, chat: &ChatKey) -> Result<(), SendError> {
        let (extra, timing) = (self.by_chance(self.hub.settings.jitter), &self.hub.timing);
        let key = (chat.id.to_string(), chat.private);
        let turn = tokio::select! {
            turn = account.pace.turn(&key, !chat.private, extra, timing.patience) => turn,
            // what has not begun at the end is kept for later
            () = self.hub.close.cancelled() => return Err(SendError::Offline),
        };
        turn.map_err(|ms| SendError::Later { after: Some(ms), reason: "it is not this chat's turn yet".into() })
    }

    /// One message; its id.
    async fn send_one(&self, route: &Route, chat: &ChatKey, message: &[Piece], timeout: Duration) -> Result<String, SendError> {
        let account = &route.account;
        self.permitted(account, chat).await?;
        self.turn(account, chat).await?;
        // it may have come to a stop while we waited for our turn
        self.permitted(account, chat).await?;
        let link = account.link().ok_or(SendError::Offline)?;
        let answer = if chat.private {
            let params = ToPerson { user_id: wire::id(&chat.id), group_id: route.via_group.as_deref().map(wire::id), message };
            link.call("send_private_msg", &params, timeout).await?
        } else {
            link.call("send_group_msg", &ToGroup { group_id: wire::id(&chat.id), message }, timeout).await?
        };
        if matches!(answer.retcode, 0 | 1) {
            account.went();
            let id = roster::id_of(&answer.data, "message_id").unwrap_or_default();
            if !id.is_empty() {
                account.wrote(&id);
            }
            return Ok(id);
        }
        match failure(&answer) {
            Failure::Refused(why) => Err(SendError::Refused(why)),
            Failure::Later(reason) => Err(SendError::Later { after: None, reason }),
            Failure::Timeout => match account.struck(&self.hub.timing, self.hub.clock.now()) {
                None => Err(SendError::Unknown("the platform did not confirm it in time".into())),
                Some(pause) => {
                    tracing::error!(account = %account.key, minutes = pause / 60_000, "the platform is throttling this account (risk control): sending stops for a while; sign in by hand and see whether it can speak");
                    Err(SendError::Throttled(format!("timeouts in a row: sending stopped for {} s", pause / 1000)))
                }
            },
        }
    }

    /// One picture, as a message of its own; where the implementation does not take it, as a file.
    async fn send_picture(&self, route: &Route, chat: &ChatKey, file: &Attachment) -> Result<String, SendError> {
        if file.bytes.len() <= FILE_BYTES {
            let picture = [Piece::Image { file: format!("base64://{}", STANDARD.encode(&file.bytes)) }];
            match self.send_one(route, chat, &picture, self.hub.settings.action_timeout.max(self.hub.timing.file)).await {
                // a turn that is far away is no less far for a file
                Err(SendError::Refused(_) | SendError::Later { after: None, .. }) => {}
                result => return result,
            }
        }
        self.send_file(route, chat, file).await
    }

    /// One file, in an action of its own. Its bytes go along: the implementation may run on another host. Whatever fails but the
    /// connection is a refusal, so that the person is told: implementations differ in what they take.
    async fn send_file(&self, route: &Route, chat: &ChatKey, file: &Attachment) -> Result<String, SendError> {
        if file.bytes.len() > FILE_BYTES {
            return Err(too_big(FILE_BYTES));
        }
        let (account, settings) = (&route.account, &self.hub.settings);
        self.turn(account, chat).await?;
        self.permitted(account, chat).await?;
        let link = account.link().ok_or(SendError::Offline)?;
        let (action, whom) = if chat.private { ("upload_private_file", "user_id") } else { ("upload_group_file", "group_id") };
        let mut params = json!({"file": format!("base64://{}", STANDARD.encode(&file.bytes)), "name": file.name});
        params[whom] = wire::id(&chat.id);
        let answer = link.call(action, &params, settings.action_timeout.max(self.hub.timing.file)).await?;
        if matches!(answer.retcode, 0 | 1) {
            account.went();
            return Ok(roster::id_of(&answer.data, "message_id").unwrap_or_default());
        }
        Err(SendError::Refused(match failure(&answer) {
            Failure::Timeout => format!("{action} took the platform too long"),
            Failure::Refused(why) | Failure::Later(why) => why,
        }))
    }

    async fn send_all(&self, outgoing: &Outgoing) -> Result<String, SendError> {
        let messages = outgoing::messages(outgoing, self.hub.settings.text_bytes, self.hub.settings.mentions);
        if messages.is_empty() && outgoing.files().next().is_none() {
            return Err(SendError::Refused("there is nothing to say".into()));
        }
        let route = self.route(&outgoing.chat, outgoing.quote.as_deref())?;
        let mut parts = Parts::default();
        for message in &messages {
            parts.text(self.send_one(&route, &outgoing.chat, message, self.hub.settings.action_timeout).await, messages.len())?;
        }
        for (picture, file) in outgoing.shown() {
            let sent = if picture { self.send_picture(&route, &outgoing.chat, file).await } else { self.send_file(&route, &outgoing.chat, file).await };
            parts.file(sent)?;
        }
        Ok(parts.done())
    }

    async fn list_members(&self, chat: &ChatKey) -> Result<Vec<ChatMember>, SendError> {
        if chat.private {
            return Err(SendError::Refused("a private chat has no list of members".into()));
        }
        let account = self.route(chat, None)?.account;
        let data = self.ask(&account, "get_group_member_list", &json!({"group_id": wire::id(&chat.id), "no_cache": true})).await?;
        let Some(all) = data.as_array() else { return Err(SendError::Later { after: None, reason: "the implementation gave no list".into() }) };
        let member = |m: &Value| {
            let m = Sender::deserialize(m).ok()?;
            let id = meaning::id(&m.user_id).filter(|id| *id != &*account.key.id)?;
            Some(ChatMember { account: meaning::account(id), name: shown_name(&m.card, &m.nickname, id) })
        };
        Ok(all.iter().filter_map(member).collect())
    }

    async fn read_history(&self, chat: &ChatKey, account: &AccountKey, since: i64, most: usize) -> Result<History, SendError> {
        let (action, whom) = if chat.private { ("get_friend_msg_history", "user_id") } else { ("get_group_msg_history", "group_id") };
        let account = self.hub.account(&account.id).filter(|a| a.online()).ok_or(SendError::Offline)?;
        let turn = tokio::select! {
            turn = account.asking.turn(&(), false, self.by_chance(self.hub.settings.push_jitter), DAY) => turn,
            () = self.hub.close.cancelled() => return Err(SendError::Offline),
        };
        turn.map_err(|ms| SendError::Later { after: Some(ms), reason: "it is not this chat's turn yet".into() })?;
        let (mut count, mut had) = (history::FIRST.min(most), 0);
        loop {
            let data = self.ask(&account, action, &json!({whom: wire::id(&chat.id), "count": count})).await?;
            let no_list = || SendError::Refused("the implementation gave no list of messages".into());
            let history::Answer { mut messages, older: whole, length } = history::read(&data, &account.key, chat.private, since).ok_or_else(no_list)?;
            // fewer than were asked for says nothing: some give twenty at most, some what they heard since they run; but where more
            // were asked for and none came, none will
            if whole || count >= most || length <= had {
                for message in &mut messages {
                    message.replies_to_bot = message.replies_to.as_deref().is_some_and(|id| account.is_own(id));
                    self.hub.heard(&account, message, None);
                }
                return Ok(History { messages, whole });
            }
            (count, had) = ((count * 4).min(most), length);
        }
    }

    async fn read_people(&self, account: &AccountKey, since: i64, most: usize) -> Result<Vec<ChatKey>, SendError> {
        let account = self.hub.account(&account.id).filter(|a| a.online()).ok_or(SendError::Offline)?;
        let data = self.ask(&account, "get_recent_contact", &json!({"count": most})).await?;
        let mut people = history::people(&data, since).ok_or_else(|| SendError::Refused("the implementation gave no list of contacts".into()))?;
        people.truncate(most);
        Ok(people)
    }

    async fn fetch_file(&self, chat: &ChatKey, file: &FileRef, limit: usize) -> Result<Vec<u8>, SendError> {
        let limit = limit.min(self.hub.settings.file_bytes);
        if file.size.is_some_and(|n| n > limit as u64) {
            return Err(too_big(limit));
        }
        let handle: Handle = serde_json::from_str(&file.handle).map_err(|_| SendError::Refused("this is no file of OneBot's".into()))?;
        let account = match self.hub.account(&handle.bot).filter(|a| a.online()) {
            Some(account) => account,
            None => self.route(chat, None)?.account,
        };
        let mut failed = None;
        if !handle.image && !handle.file_id.is_empty() {
            let asked = if chat.private {
                self.ask(&account, "get_private_file_url", &json!({"user_id": wire::id(&chat.id), "file_id": handle.file_id})).await
            } else {
                let mut params = json!({"group_id": wire::id(&chat.id), "file_id": handle.file_id});
                if !handle.busid.is_empty() {
                    params["busid"] = wire::id(&handle.busid);
                }
                self.ask(&account, "get_group_file_url", &params).await
            };
            match asked.map(|data| data["url"].as_str().unwrap_or("").to_owned()) {
                Ok(url) if is_http(&url) => match self.fetcher.url(&url, limit).await {
                    Ok(bytes) => return Ok(bytes),
                    Err(e) => failed = Some(e),
                },
                Ok(_) => {}
                Err(SendError::Offline) => return Err(SendError::Offline),
                Err(e) => tracing::debug!(reason = %e, "no address for a file: asking for the file itself"),
            }
        }
        if failed.is_none() && is_http(&handle.url) {
            match self.fetcher.url(&handle.url, limit).await {
                Ok(bytes) => return Ok(bytes),
                Err(e) => failed = Some(e),
            }
        }
        // a file that is too big or forbidden stays so
        if let Some(e @ SendError::Refused(_)) = failed {
            return Err(e);
        }
        let name = if handle.file_id.is_empty() { &handle.file } else { &handle.file_id };
        let data = if handle.image {
            self.ask(&account, "get_image", &json!({"file": handle.file})).await
        } else {
            self.ask(&account, "get_file", &json!({"file_id": name, "file": name})).await
        };
        match (data, failed) {
            (Ok(data), _) => given(&self.fetcher, &data, limit).await,
            (Err(_), Some(e)) | (Err(e), None) => Err(e),
        }
    }
}

impl Courier for OneBotCourier {
    fn platform(&self) -> &str {
        PLATFORM
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mention: true,
            reaction: true,
            members: true,
            files: true,
            sends_files: true,
            pictures: true,
            text_bytes: self.hub.settings.text_bytes,
            mentions: self.hub.settings.mentions,
            ..Capabilities::WORDS
        }
    }

    fn reaches(&self, chat: &ChatKey) -> bool {
        &*chat.platform == PLATFORM && self.hub.route(chat, None).is_some()
    }

    fn knows(&self, chat: &ChatKey) -> bool {
        &*chat.platform == PLATFORM && self.hub.knows(chat)
    }

    fn speaks(&self, chat: &ChatKey, account: &AccountKey) {
        self.hub.speaks(chat, &account.id);
    }

    fn history<'a>(&'a self, chat: &'a ChatKey, account: &'a AccountKey, since: i64, most: usize) -> BoxFuture<'a, Result<History, SendError>> {
        Box::pin(self.read_history(chat, account, since, most))
    }

    fn written_to<'a>(&'a self, account: &'a AccountKey, since: i64, most: usize) -> BoxFuture<'a, Result<Vec<ChatKey>, SendError>> {
        Box::pin(self.read_people(account, since, most))
    }

    fn resume(&self, account: &AccountKey) {
        if let Some(account) = self.hub.account(&account.id) {
            account.resumed();
        }
    }

    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<String, SendError>> {
        parts::counted(&self.hub.metrics, PLATFORM, message, self.send_all(message))
    }

    fn spacing(&self) -> Duration {
        self.hub.settings.push_interval + self.by_chance(self.hub.settings.push_jitter)
    }

    fn react<'a>(&'a self, chat: &'a ChatKey, message: &'a str) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            if message.is_empty() {
                return Err(SendError::Refused("that message has no id".into()));
            }
            let account = self.route(chat, Some(message))?.account;
            self.permitted(&account, chat).await?;
            self.turn(&account, chat).await?;
            let params = json!({"message_id": wire::id(message), "emoji_id": NOTED, "set": true});
            self.ask(&account, "set_msg_emoji_like", &params).await.map(|_| ())
        })
    }

    fn members<'a>(&'a self, chat: &'a ChatKey) -> BoxFuture<'a, Result<Vec<ChatMember>, SendError>> {
        Box::pin(self.list_members(chat))
    }

    fn fetch<'a>(&'a self, chat: &'a ChatKey, file: &'a FileRef, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, SendError>> {
        Box::pin(self.fetch_file(chat, file, limit))
    }
}
