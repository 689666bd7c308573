//! `[wecom]` of `bot.toml`. Every limit of the platform's is a setting: they change.

use super::bot::{hosts, size, web_socket};
use super::reader::{Problems, Table};
use super::telegram::{api_url, webhook_host, webhook_url};
use secrecy::{ExposeSecret, SecretString};

/// `[wecom]`.
#[derive(Clone, Debug)]
pub struct Wecom {
    /// The smart bot's id; empty: off.
    pub bot_id: String,
    /// The secret of its long connection.
    pub secret: SecretString,
    /// What it is called in groups; empty: not known.
    pub name: String,
    /// Where we connect to.
    pub url: String,
    /// Milliseconds to wait for an acknowledgement.
    pub request_timeout_ms: u64,
    /// Seconds between two pings.
    pub ping_seconds: u64,
    /// Longest text of one message, bytes.
    pub text_bytes: usize,
    /// Seconds for which a message can be answered.
    pub answer_seconds: i64,
    /// Messages to one chat in a minute; 0 is off.
    pub chat_per_minute: usize,
    /// Messages to one chat in an hour; 0 is off.
    pub chat_per_hour: usize,
    /// Largest frame taken, bytes.
    pub max_frame_bytes: usize,
    /// Largest file fetched, bytes.
    pub max_file_bytes: usize,
    /// Largest file sent, bytes.
    pub max_upload_bytes: usize,
    /// Largest picture sent as one rather than as a file, bytes.
    pub max_image_bytes: usize,
    /// Bytes of one piece of a file that is sent.
    pub chunk_bytes: usize,
    /// Hosts that files may be fetched from; `*.example.com` matches below it.
    pub file_hosts: Vec<String>,
    /// The public https address of our listener for callbacks; empty: we connect.
    pub callback_url: String,
    /// What callbacks are signed with.
    pub token: SecretString,
    /// What callbacks are encrypted with: the EncodingAESKey.
    pub aes_key: SecretString,
    /// Whom callbacks are for; of a smart bot: empty.
    pub receive_id: String,
    /// Seconds by which a callback's time may differ from ours.
    pub replay_seconds: i64,
    /// Seconds for which a callback's message can be answered.
    pub callback_answer_seconds: i64,
    /// Longest answer to a callback's message, bytes.
    pub callback_answer_bytes: usize,
    /// Hosts at which a callback's message may be answered.
    pub answer_hosts: Vec<String>,
    /// `[[wecom.webhook]]`.
    pub webhooks: Vec<Webhook>,
    /// Where webhooks are.
    pub webhook_url: String,
    /// Longest text of one message of a webhook's, bytes.
    pub webhook_text_bytes: usize,
    /// The same of markdown, which mentions nobody.
    pub webhook_markdown_bytes: usize,
    /// Mentions in one message of a webhook's.
    pub webhook_mentions: usize,
    /// Largest picture that a webhook shows as one, bytes.
    pub webhook_image_bytes: usize,
    /// Messages of one webhook in a minute; 0 is off.
    pub webhook_per_minute: usize,
}

/// One `[[wecom.webhook]]`: a group where what the bot starts itself is said by a webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The group's id.
    pub chat: String,
    /// The webhook's key.
    pub key: SecretString,
}

impl Wecom {
    /// The host of `callback_url`, perhaps with a port: by this name a proxy leads WeCom to our listener.
    pub fn callback_host(&self) -> Option<&str> {
        webhook_host(&self.callback_url)
    }

    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        const MIB: i64 = 1 << 20;
        let bot_id = t.parsed("bot_id", bot_id, p);
        let secret = t.parsed("secret", secret, p);
        let callback_url = t.parsed("callback_url", webhook_url, p);
        let token = t.parsed("token", callback_token, p);
        let aes_key = t.parsed("aes_key", aes_key, p);
        let webhooks = t.tables("webhook", p).into_iter().map(|entry| Webhook::read(entry, p)).collect::<Vec<_>>();
        if let (Some(id), Some(secret), Some(url), Some(token), Some(key)) = (&bot_id, &secret, &callback_url, &token, &aes_key) {
            let empty = |s: &SecretString| s.expose_secret().is_empty();
            if url.is_empty() && id.is_empty() != empty(secret) {
                p.add(t.place(), "`bot_id` and `secret` belong together: set both, or neither");
            }
            if !url.is_empty() && (id.is_empty() || empty(token) || empty(key)) {
                p.add(t.place(), "`callback_url` needs `bot_id`, `token` and `aes_key`: without them anybody could bring messages");
            }
            if id.is_empty() && !webhooks.is_empty() {
                p.add(t.place(), "[[wecom.webhook]] needs `bot_id`: a webhook only sends, it is the bot that hears");
            }
        }
        let name = t.text("name", p);
        let url = t.parsed("url", web_socket, p);
        let request_timeout_ms = t.number("request_timeout_ms", 100..=600_000, p);
        let ping_seconds = t.number("ping_seconds", 1..=600, p);
        let text_bytes = t.number("text_bytes", 200..=100_000, p);
        let answer_seconds = t.number("answer_seconds", 10..=7 * 86_400, p);
        let chat_per_minute = t.number("chat_per_minute", 0..=10_000, p);
        let chat_per_hour = t.number("chat_per_hour", 0..=100_000, p);
        let max_frame_bytes = t.number("max_frame_bytes", 65_536..=64 * MIB, p);
        let max_file_bytes = t.number("max_file_bytes", 1024..=256 * MIB, p);
        let max_upload_bytes = t.number("max_upload_bytes", 1024..=256 * MIB, p);
        let max_image_bytes = t.number("max_image_bytes", 1024..=256 * MIB, p);
        let chunk_bytes = t.number("chunk_bytes", 1024..=8 * MIB, p);
        let file_hosts = hosts(t, "file_hosts", true, p);
        let receive_id = t.text("receive_id", p);
        let replay_seconds = t.number("replay_seconds", 5..=3600, p);
        let callback_answer_seconds = t.number("callback_answer_seconds", 10..=86_400, p);
        let callback_answer_bytes = t.number("callback_answer_bytes", 200..=100_000, p);
        let answer_hosts = hosts(t, "answer_hosts", true, p);
        let webhook_url = t.parsed("webhook_url", api_url, p);
        let webhook_text_bytes = t.number("webhook_text_bytes", 200..=100_000, p);
        let webhook_markdown_bytes = t.number("webhook_markdown_bytes", 200..=100_000, p);
        let webhook_mentions = t.number("webhook_mentions", 1..=100, p);
        let webhook_image_bytes = t.number("webhook_image_bytes", 1024..=256 * MIB, p);
        let webhook_per_minute = t.number("webhook_per_minute", 0..=10_000, p);
        Some(Self {
            bot_id: bot_id?,
            secret: secret?,
            name: name?.trim().trim_start_matches('@').to_owned(),
            url: url?,
            request_timeout_ms: request_timeout_ms?.unsigned_abs(),
            ping_seconds: ping_seconds?.unsigned_abs(),
            text_bytes: size(text_bytes?),
            answer_seconds: answer_seconds?,
            chat_per_minute: size(chat_per_minute?),
            chat_per_hour: size(chat_per_hour?),
            max_frame_bytes: size(max_frame_bytes?),
            max_file_bytes: size(max_file_bytes?),
            max_upload_bytes: size(max_upload_bytes?),
            max_image_bytes: size(max_image_bytes?),
            chunk_bytes: size(chunk_bytes?),
            file_hosts,
            callback_url: callback_url?,
            token: token?,
            aes_key: aes_key?,
            receive_id: receive_id?,
            replay_seconds: replay_seconds?,
            callback_answer_seconds: callback_answer_seconds?,
            callback_answer_bytes: size(callback_answer_bytes?),
            answer_hosts,
            webhooks: webhooks.into_iter().collect::<Option<_>>()?,
            webhook_url: webhook_url?,
            webhook_text_bytes: size(webhook_text_bytes?),
            webhook_markdown_bytes: size(webhook_markdown_bytes?),
            webhook_mentions: size(webhook_mentions?),
            webhook_image_bytes: size(webhook_image_bytes?),
            webhook_per_minute: size(webhook_per_minute?),
        })
    }
}

impl Webhook {
    fn read(mut t: Table, p: &mut Problems) -> Option<Self> {
        let chat = t.need_text("chat", "\"wrOgQhDgAAabcdef\"", p);
        let key = if t.has("key") {
            t.parsed("key", webhook_key, p)
        } else {
            t.missing("key", "\"693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa\"", p);
            None
        };
        t.asked(&["chat", "key"]);
        t.finish(p);
        Some(Self { chat: chat?, key: key? })
    }
}

fn webhook_key(text: &str) -> Result<SecretString, &'static str> {
    let sound = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if sound { Ok(text.into()) } else { Err("write only what stands behind `key=` in the webhook's address") }
}

pub(super) fn callback_token(text: &str) -> Result<SecretString, &'static str> {
    let sound = text.len() <= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if sound { Ok(text.into()) } else { Err("a callback's token holds at most 32 letters and digits") }
}

pub(super) fn aes_key(text: &str) -> Result<SecretString, &'static str> {
    let sound = text.is_empty() || text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
    if sound { Ok(text.into()) } else { Err("an EncodingAESKey holds 43 letters and digits: write it as WeCom shows it") }
}

// it stands in the keys of accounts
fn bot_id(text: &str) -> Result<String, String> {
    let sound = text.len() <= 128 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if sound { Ok(text.to_owned()) } else { Err(format!("{text:?} is no bot id: write it as WeCom shows it, letters, digits, _ and -")) }
}

// no message repeats a secret
fn secret(text: &str) -> Result<SecretString, &'static str> {
    if text.bytes().all(|b| b.is_ascii_graphic()) { Ok(text.into()) } else { Err("write the secret as WeCom shows it: letters, digits and signs, no spaces") }
}
