//! `[telegram]` of `bot.toml`. Every limit of the platform's is a setting: they change.

use super::bot::size;
use super::reader::{Problems, Table};
use secrecy::{ExposeSecret, SecretString};

/// `[telegram]`.
#[derive(Debug)]
pub struct Telegram {
    /// The token that @BotFather gave; empty: no Telegram.
    pub token: SecretString,
    /// Where the Bot API is: Telegram's own, a local server or a proxy. No slash at its end.
    pub api_url: String,
    /// The public https address of our listener for updates; empty: we ask for them (long polling).
    pub webhook_url: String,
    /// What Telegram shows at that door.
    pub webhook_secret: SecretString,
    /// Seconds that one question for updates may wait.
    pub poll_seconds: u32,
    /// Milliseconds to wait for any other answer.
    pub request_timeout_ms: u64,
    /// Longest text of one message, UTF-16 units.
    pub text_units: usize,
    /// Mentions in one message.
    pub mentions: usize,
    /// Milliseconds between two messages to one chat, at least; 0 is off.
    pub chat_interval_ms: u64,
    /// Messages to one group in a minute; 0 is off.
    pub group_per_minute: usize,
    /// Messages in a second, to all chats; 0 is off.
    pub per_second: usize,
    /// Largest file fetched, bytes.
    pub max_file_bytes: usize,
    /// Largest picture sent as a photo, bytes; a larger one goes as a file.
    pub max_photo_bytes: usize,
}

impl Telegram {
    /// The host of `webhook_url`, perhaps with a port: by this name a proxy leads Telegram to our listener.
    pub fn webhook_host(&self) -> Option<&str> {
        webhook_host(&self.webhook_url)
    }

    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        const MIB: i64 = 1 << 20;
        let token = t.parsed("token", token, p);
        let api_url = t.parsed("api_url", api_url, p);
        let webhook_url = t.parsed("webhook_url", webhook_url, p);
        let secret = t.parsed("webhook_secret", secret, p);
        if let (Some(url), Some(secret)) = (&webhook_url, &secret)
            && !url.is_empty()
            && secret.expose_secret().is_empty()
        {
            p.add(t.place(), "`webhook_url` without `webhook_secret`: anybody could send updates; set a long secret");
        }
        let poll_seconds = t.number("poll_seconds", 0..=50, p);
        let request_timeout_ms = t.number("request_timeout_ms", 100..=600_000, p);
        let text_units = t.number("text_units", 100..=100_000, p);
        let mentions = t.number("mentions", 1..=100, p);
        let chat_interval_ms = t.number("chat_interval_ms", 0..=600_000, p);
        let group_per_minute = t.number("group_per_minute", 0..=10_000, p);
        let per_second = t.number("per_second", 0..=10_000, p);
        let max_file_bytes = t.number("max_file_bytes", 1024..=2048 * MIB, p);
        let max_photo_bytes = t.number("max_photo_bytes", 0..=2048 * MIB, p);
        Some(Self {
            token: token?,
            api_url: api_url?,
            webhook_url: webhook_url?,
            webhook_secret: secret?,
            poll_seconds: u32::try_from(poll_seconds?).unwrap_or_default(),
            request_timeout_ms: request_timeout_ms?.unsigned_abs(),
            text_units: size(text_units?),
            mentions: size(mentions?),
            chat_interval_ms: chat_interval_ms?.unsigned_abs(),
            group_per_minute: size(group_per_minute?),
            per_second: size(per_second?),
            max_file_bytes: size(max_file_bytes?),
            max_photo_bytes: size(max_photo_bytes?),
        })
    }
}

/// The host of a public https address.
pub(super) fn webhook_host(url: &str) -> Option<&str> {
    host_of(url).filter(|_| url.starts_with("https://"))
}

/// The host of an address, perhaps with a port.
pub(super) fn host_of(url: &str) -> Option<&str> {
    url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).filter(|host| !host.is_empty())
}

// no message repeats a secret
fn token(text: &str) -> Result<SecretString, &'static str> {
    let sound = |(id, key): (&str, &str)| {
        !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_digit())
            && !key.is_empty()
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    if text.is_empty() || text.split_once(':').is_some_and(sound) { Ok(text.into()) } else { Err("write the token as @BotFather gave it, 123456:ABC-…") }
}

fn secret(text: &str) -> Result<SecretString, &'static str> {
    let sound = text.len() <= 256 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if sound { Ok(text.into()) } else { Err("a webhook's secret holds at most 256 letters, digits, _ and -") }
}

pub(super) fn api_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let good = rest.is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && !r.contains([' ', '?', '#', '@']));
    if good { Ok(text.trim_end_matches('/').to_owned()) } else { Err(format!("{text:?} is no address: write https://HOST or http://HOST:PORT")) }
}

pub(super) fn webhook_url(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let good =
        text.strip_prefix("https://").is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric()) && r.contains('/') && !r.contains([' ', '#', '@']));
    if good { Ok(text.to_owned()) } else { Err(format!("{text:?} is no public address: write https://HOST/PATH, which your proxy leads to our listener")) }
}
