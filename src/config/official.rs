//! `[official]` of `bot.toml`: a WeChat official account (公众号). Every limit of the platform's is a setting: they change.

use super::bot::{hosts, size};
use super::reader::{Problems, Table};
use super::telegram::{api_url, webhook_host, webhook_url};
use super::wecom::{aes_key, callback_token};
use secrecy::{ExposeSecret, SecretString};

/// `[official]`.
#[derive(Clone, Debug)]
pub struct Official {
    /// The AppID; empty: off.
    pub app_id: String,
    /// The AppSecret: with it, what answers nothing goes as customer-service messages; empty: only answers go.
    pub secret: SecretString,
    /// The public https address of our listener.
    pub callback_url: String,
    /// What callbacks are signed with.
    pub token: SecretString,
    /// What callbacks are encrypted with: the EncodingAESKey; empty: they come in the clear.
    pub aes_key: SecretString,
    /// Seconds by which a callback's time may differ from ours.
    pub replay_seconds: i64,
    /// Milliseconds after which WeChat no longer waits for an answer.
    pub answer_ms: u64,
    /// How often WeChat brings a message that was not answered, in all.
    pub deliveries: u32,
    /// Longest text of one message, bytes.
    pub text_bytes: usize,
    /// Where the API is. No slash at its end.
    pub api_url: String,
    /// Milliseconds to wait for an answer of the API's.
    pub request_timeout_ms: u64,
    /// Seconds after a message for which customer-service messages go to whom wrote it.
    pub service_seconds: i64,
    /// How many go in that time; 0: as many as WeChat takes.
    pub service_messages: usize,
    /// Largest picture fetched, bytes.
    pub max_file_bytes: usize,
    /// Hosts that pictures may be fetched from; `*.example.com` matches below it.
    pub file_hosts: Vec<String>,
}

impl Official {
    /// The host of `callback_url`, perhaps with a port: by this name a proxy leads WeChat to our listener.
    pub fn callback_host(&self) -> Option<&str> {
        webhook_host(&self.callback_url)
    }

    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        const MIB: i64 = 1 << 20;
        let app_id = t.parsed("app_id", app_id, p);
        let secret = t.parsed("secret", secret, p);
        let callback_url = t.parsed("callback_url", webhook_url, p);
        let token = t.parsed("token", callback_token, p);
        let aes_key = t.parsed("aes_key", aes_key, p);
        if let (Some(id), Some(url), Some(token)) = (&app_id, &callback_url, &token) {
            let set = [!id.is_empty(), !url.is_empty(), !token.expose_secret().is_empty()];
            if set.contains(&true) && set.contains(&false) {
                p.add(t.place(), "`app_id`, `callback_url` and `token` belong together: without them nobody, or anybody, could bring messages");
            }
        }
        let replay_seconds = t.number("replay_seconds", 5..=3600, p);
        let answer_ms = t.number("answer_ms", 100..=60_000, p);
        let deliveries = t.number("deliveries", 1..=10, p);
        let text_bytes = t.number("text_bytes", 200..=100_000, p);
        let api = t.parsed("api_url", api_url, p);
        let request_timeout_ms = t.number("request_timeout_ms", 100..=600_000, p);
        let service_seconds = t.number("service_seconds", 10..=7 * 86_400, p);
        let service_messages = t.number("service_messages", 0..=10_000, p);
        let max_file_bytes = t.number("max_file_bytes", 1024..=256 * MIB, p);
        let file_hosts = hosts(t, "file_hosts", true, p);
        Some(Self {
            app_id: app_id?,
            secret: secret?,
            callback_url: callback_url?,
            token: token?,
            aes_key: aes_key?,
            replay_seconds: replay_seconds?,
            answer_ms: answer_ms?.unsigned_abs(),
            deliveries: u32::try_from(deliveries?).unwrap_or(u32::MAX),
            text_bytes: size(text_bytes?),
            api_url: api?,
            request_timeout_ms: request_timeout_ms?.unsigned_abs(),
            service_seconds: service_seconds?,
            service_messages: size(service_messages?),
            max_file_bytes: size(max_file_bytes?),
            file_hosts,
        })
    }
}

// it stands in the keys of accounts
fn app_id(text: &str) -> Result<String, String> {
    let sound = text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if sound { Ok(text.to_owned()) } else { Err(format!("{text:?} is no AppID: write it as the account's page shows it, wx and 16 letters and digits")) }
}

// no message repeats a secret
fn secret(text: &str) -> Result<SecretString, &'static str> {
    if text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        Ok(text.into())
    } else {
        Err("write the AppSecret as the account's page shows it: letters and digits")
    }
}
