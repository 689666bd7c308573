//! `[qq]` of `bot.toml`: QQ's official bots. Every limit of the platform's is a setting: they change monthly.

use super::bot::{hosts, size, web_socket};
use super::reader::{Problems, Table};
use super::telegram::{api_url, webhook_host, webhook_url};
use secrecy::{ExposeSecret, SecretString};

/// `[qq]`.
#[derive(Clone, Debug)]
pub struct Qq {
    /// The AppID; empty: no official QQ.
    pub app_id: String,
    /// The AppSecret: it gets tokens and signs.
    pub secret: SecretString,
    /// Where the API is. No slash at its end.
    pub api_url: String,
    /// Who gives access tokens. No slash at its end.
    pub token_url: String,
    /// Where events come from: `wss://…`.
    pub gateway_url: String,
    /// The public https address of our listener for events; empty: the gateway.
    pub webhook_url: String,
    /// Seconds that the time of a signed callback may be off.
    pub replay_seconds: i64,
    /// Milliseconds to wait for an answer of the API.
    pub request_timeout_ms: u64,
    /// Longest text of one message, bytes.
    pub text_bytes: usize,
    /// Mentions in one message.
    pub mentions: usize,
    /// Whether markdown, and so mentions, may be sent.
    pub markdown: bool,
    /// Whether buttons may be.
    pub buttons: bool,
    /// Whether to send what answers no message.
    pub push: bool,
    /// Answers to one message in a group.
    pub group_replies: u32,
    /// Seconds for which a message in a group can be answered.
    pub group_window_seconds: i64,
    /// Answers to one private message.
    pub private_replies: u32,
    /// Seconds for which a private message can be answered.
    pub private_window_seconds: i64,
    /// What answers nothing: to one group in a minute; 0 is off.
    pub push_group_per_minute: usize,
    /// To one group in a day; 0 is off.
    pub push_group_per_day: usize,
    /// To all chats in a minute; 0 is off.
    pub push_per_minute: usize,
    /// Largest file fetched, bytes.
    pub max_file_bytes: usize,
    /// Largest file sent, bytes.
    pub max_upload_bytes: usize,
    /// Addresses in a text are taken: the domain is registered.
    pub links: bool,
    /// Largest file sent in parts, bytes.
    pub max_large_bytes: usize,
    /// Hosts at which parts may be left.
    pub upload_hosts: Vec<String>,
    /// Hosts that files may be fetched from; `*.example.com` matches below it.
    pub file_hosts: Vec<String>,
}

impl Qq {
    /// The host of `webhook_url`, perhaps with a port: by this name a proxy leads QQ to our listener.
    pub fn webhook_host(&self) -> Option<&str> {
        webhook_host(&self.webhook_url)
    }

    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        const MIB: i64 = 1 << 20;
        let app_id = t.parsed("app_id", app_id, p);
        let secret = t.parsed("secret", secret, p);
        if let (Some(id), Some(secret)) = (&app_id, &secret)
            && id.is_empty() != secret.expose_secret().is_empty()
        {
            p.add(t.place(), "`app_id` and `secret` belong together: set both, or neither");
        }
        let api = t.parsed("api_url", api_url, p);
        let token_url = t.parsed("token_url", api_url, p);
        let gateway_url = t.parsed("gateway_url", web_socket, p);
        let webhook_url = t.parsed("webhook_url", webhook_url, p);
        let replay_seconds = t.number("replay_seconds", 5..=3600, p);
        let request_timeout_ms = t.number("request_timeout_ms", 100..=600_000, p);
        let text_bytes = t.number("text_bytes", 200..=100_000, p);
        let mentions = t.number("mentions", 1..=100, p);
        let (markdown, buttons, push) = (t.flag("markdown", p), t.flag("buttons", p), t.flag("push", p));
        if (markdown, buttons) == (Some(false), Some(true)) {
            p.add(t.place(), "`buttons` need `markdown = true`");
        }
        let group_replies = t.number("group_replies", 1..=1000, p);
        let group_window_seconds = t.number("group_window_seconds", 10..=86_400, p);
        let private_replies = t.number("private_replies", 1..=1000, p);
        let private_window_seconds = t.number("private_window_seconds", 10..=7 * 86_400, p);
        let push_group_per_minute = t.number("push_group_per_minute", 0..=10_000, p);
        let push_group_per_day = t.number("push_group_per_day", 0..=100_000, p);
        let push_per_minute = t.number("push_per_minute", 0..=100_000, p);
        let max_file_bytes = t.number("max_file_bytes", 1024..=256 * MIB, p);
        let max_upload_bytes = t.number("max_upload_bytes", 1024..=64 * MIB, p);
        let links = t.flag("links", p);
        let max_large_bytes = t.number("max_large_bytes", 0..=512 * MIB, p);
        let upload_hosts = hosts(t, "upload_hosts", true, p);
        let file_hosts = hosts(t, "file_hosts", true, p);
        let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        Some(Self {
            app_id: app_id?,
            secret: secret?,
            api_url: api?,
            token_url: token_url?,
            gateway_url: gateway_url?,
            webhook_url: webhook_url?,
            replay_seconds: replay_seconds?,
            request_timeout_ms: request_timeout_ms?.unsigned_abs(),
            text_bytes: size(text_bytes?),
            mentions: size(mentions?),
            markdown: markdown?,
            buttons: buttons?,
            push: push?,
            group_replies: count(group_replies?),
            group_window_seconds: group_window_seconds?,
            private_replies: count(private_replies?),
            private_window_seconds: private_window_seconds?,
            push_group_per_minute: size(push_group_per_minute?),
            push_group_per_day: size(push_group_per_day?),
            push_per_minute: size(push_per_minute?),
            max_file_bytes: size(max_file_bytes?),
            max_upload_bytes: size(max_upload_bytes?),
            links: links?,
            max_large_bytes: size(max_large_bytes?),
            upload_hosts,
            file_hosts,
        })
    }
}

fn app_id(text: &str) -> Result<String, String> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is no AppID: write its digits, as the bot's console shows them"))
    }
}

// no message repeats a secret
fn secret(text: &str) -> Result<SecretString, &'static str> {
    if text.bytes().all(|b| b.is_ascii_graphic()) { Ok(text.into()) } else { Err("write the AppSecret as the bot's console shows it: letters and digits") }
}
