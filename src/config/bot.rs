//! `bot.toml`: where the bot listens, keeps its records, and connects to.

use crate::domain::calendar::Zone;
use secrecy::SecretString;
use std::net::SocketAddr;

/// `bot.toml`.
#[derive(Debug)]
pub struct Bot {
    /// `[bot] names`: what people may call it beside an @ ("小支").
    pub names: Vec<String>,
    /// `[bot] zone`.
    pub zone: Zone,
    /// `[bot] language`: `zh-CN` or `en`.
    pub language: super::messages::Lang,
    /// `[database] url`: `sqlite:PATH` or `postgres://…`. May hold a password.
    pub database_url: SecretString,
    /// `[web] bind`.
    pub web_bind: SocketAddr,
    /// `[web] hosts`: the Host headers that bots' sockets accept beside the bound address and loopback.
    pub web_hosts: Vec<String>,
    /// `[answers]`.
    pub answers: Answers,
    /// `[onebot]`.
    pub onebot: OneBot,
    /// `[log] format` is `json` rather than text.
    pub log_json: bool,
    /// `[log] level`: as `RUST_LOG`.
    pub log_level: String,
}

/// `[answers]`.
#[derive(Clone, Debug)]
pub struct Answers {
    /// How reports are acknowledged where a chat does not say; none: as the duty says.
    pub ack: Option<crate::domain::roster::Ack>,
    /// Seconds for which reports are gathered into one answer, where a chat is set so.
    pub gather_seconds: i64,
    /// Names listed in a gathered answer before it counts the rest.
    pub gather_names: usize,
    /// Minutes for which a question of the bot's stays open.
    pub question_minutes: i64,
    /// Days within which members may undo.
    pub undo_days: i64,
}

/// `[onebot]`.
#[derive(Debug)]
pub struct OneBot {
    /// The token that implementations must show on the reverse WebSocket; empty: the door stays shut.
    pub token: SecretString,
    /// `[[onebot.forward]]`: implementations that we connect to.
    pub forward: Vec<Forward>,
    /// Milliseconds between two sends of one account, at least; 0 is off.
    pub send_interval_ms: u64,
    /// Milliseconds of jitter added to that, at most.
    pub send_jitter_ms: u64,
    /// Milliseconds to wait for an action's answer.
    pub action_timeout_ms: u64,
    /// Largest frame taken, bytes.
    pub max_frame_bytes: usize,
    /// Longest text of one message, bytes.
    pub text_bytes: usize,
    /// Largest file fetched, bytes.
    pub max_file_bytes: usize,
    /// Hosts that files may be fetched from; `*.example.com` matches below it.
    pub file_hosts: Vec<String>,
    /// Connections taken at once on the reverse door.
    pub max_connections: usize,
}

/// One `[[onebot.forward]]`.
#[derive(Clone, Debug)]
pub struct Forward {
    /// `ws://…` or `wss://…`.
    pub url: String,
    /// Its token.
    pub token: SecretString,
}
