//! `[wecom]` of `bot.toml`. Every limit of the platform's is a setting: they change.

use super::bot::{hosts, size, web_socket};
use super::reader::{Problems, Table};
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
}

impl Wecom {
    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        const MIB: i64 = 1 << 20;
        let bot_id = t.parsed("bot_id", bot_id, p);
        let secret = t.parsed("secret", secret, p);
        if let (Some(id), Some(secret)) = (&bot_id, &secret)
            && id.is_empty() != secret.expose_secret().is_empty()
        {
            p.add(t.place(), "`bot_id` and `secret` belong together: set both, or neither");
        }
        let name = t.text("name", p);
        let url = t.parsed("url", web_socket, p);
        let request_timeout_ms = t.number("request_timeout_ms", 100..=600_000, p);
        let ping_seconds = t.number("ping_seconds", 1..=600, p);
        let text_bytes = t.number("text_bytes", 200..=100_000, p);
        let answer_seconds = t.number("answer_seconds", 10..=7 * 86_400, p);
        let chat_per_minute = t.number("chat_per_minute", 0..=10_000, p);
        let max_frame_bytes = t.number("max_frame_bytes", 65_536..=64 * MIB, p);
        let max_file_bytes = t.number("max_file_bytes", 1024..=256 * MIB, p);
        let max_upload_bytes = t.number("max_upload_bytes", 1024..=256 * MIB, p);
        let max_image_bytes = t.number("max_image_bytes", 1024..=256 * MIB, p);
        let chunk_bytes = t.number("chunk_bytes", 1024..=8 * MIB, p);
        let file_hosts = hosts(t, "file_hosts", true, p);
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
            max_frame_bytes: size(max_frame_bytes?),
            max_file_bytes: size(max_file_bytes?),
            max_upload_bytes: size(max_upload_bytes?),
            max_image_bytes: size(max_image_bytes?),
            chunk_bytes: size(chunk_bytes?),
            file_hosts,
        })
    }
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
