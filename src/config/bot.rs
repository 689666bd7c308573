//! `bot.toml`: where the bot listens, keeps its records, and connects to.
//!
//! To add a setting: a field here, its line in `read`, in `bot-config/bot.toml` with a comment, and in
//! `environment::SETTINGS`; a test holds the last two together.

use super::links::Links;
use super::membership;
use super::messages::Lang;
use super::official::Official;
use super::operator::Operator;
use super::qq::Qq;
use super::reader::{Problems, Table, did_you_mean};
use super::reminder::Reminders;
use super::screenshots::Screenshots;
use super::telegram::Telegram;
use super::wecom::Wecom;
use crate::domain::calendar::Zone;
use crate::domain::membership::Rules;
use crate::domain::roster::Ack;
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
    pub language: Lang,
    /// `[database] url`: `sqlite:PATH` or `postgres://…`. May hold a password.
    pub database_url: SecretString,
    /// `[web] bind`.
    pub web_bind: SocketAddr,
    /// `[web] hosts`: the Host headers that bots' sockets accept beside the bound address and loopback.
    pub web_hosts: Vec<String>,
    /// `[web]`: links to files.
    pub links: Links,
    /// `[answers]`.
    pub answers: Answers,
    /// `[reminders]`.
    pub reminders: Reminders,
    /// `[operator]`.
    pub operator: Operator,
    /// `[retention]`.
    pub retention: Retention,
    /// `[membership]`.
    pub membership: Rules,
    /// `[screenshots]`.
    pub screenshots: Screenshots,
    /// `[onebot]`.
    pub onebot: OneBot,
    /// `[telegram]`.
    pub telegram: Telegram,
    /// `[qq]`.
    pub qq: Qq,
    /// `[wecom]`.
    pub wecom: Wecom,
    /// `[official]`.
    pub official: Official,
    /// `[log] format` is `json` rather than text.
    pub log_json: bool,
    /// `[log] level`: as `RUST_LOG`.
    pub log_level: String,
}

/// `[answers]`.
#[derive(Clone, Debug)]
pub struct Answers {
    /// How reports are acknowledged where a chat does not say; none: as the duty says.
    pub ack: Option<Ack>,
    /// Seconds for which reports are gathered into one answer, where a chat is set so.
    pub gather_seconds: i64,
    /// Above so many reports within `crowd_seconds` in a chat that did not choose they are gathered; 0: never.
    pub crowd: usize,
    /// See `crowd`.
    pub crowd_seconds: i64,
    /// Names listed in a gathered answer before it counts the rest.
    pub gather_names: usize,
    /// Minutes for which a question of the bot's stays open.
    pub question_minutes: i64,
    /// Days within which one may undo or correct what one reported oneself.
    pub undo_days: i64,
}

/// `[retention]`: for how many days what has served is kept.
#[derive(Clone, Debug)]
pub struct Retention {
    /// What was understood of a message that entered nothing.
    pub inbox_days: i64,
    /// One-time codes past their time.
    pub code_days: i64,
    /// Questions past their time.
    pub question_days: i64,
    /// Reminders that were sent or failed.
    pub sent_days: i64,
    /// Chain lists since they last grew.
    pub list_days: i64,
    /// Requests for binding that nobody decided.
    pub request_days: i64,
    /// What pictures sent as evidence looked like.
    pub screenshot_days: i64,
    /// That there was a link, after its time.
    pub link_days: i64,
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
    /// Milliseconds between two messages that an account starts itself, at least; 0 is off.
    pub push_interval_ms: u64,
    /// Milliseconds of jitter added to that, at most.
    pub push_jitter_ms: u64,
    /// Milliseconds between two messages to one chat, at least; 0 is off.
    pub chat_interval_ms: u64,
    /// Messages to one group in a minute; 0 is off.
    pub group_per_minute: usize,
    /// Mentions in one message.
    pub mentions: usize,
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

impl Bot {
    /// Reads the merged table. None where something that must be there is not; then it was noted.
    pub(super) fn read(mut t: Table, p: &mut Problems) -> Option<Self> {
        let (names, zone, language) = section(&mut t, "bot", p, |t, p| {
            let names = t.texts("names", p);
            for (at, name) in &names {
                if name.trim().is_empty() || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
                    p.add(at, format!("{name:?} can't be a name of the bot's: write it without spaces"));
                }
            }
            let zone = t.parsed("zone", zone, p);
            let language = t.word("language", &[("zh-CN", Lang::Zh), ("en", Lang::En)], p);
            (names.into_iter().map(|(_, n)| n).collect(), zone, language)
        });
        let database_url = section(&mut t, "database", p, |t, p| t.parsed("url", database, p));
        let (web_bind, web_hosts, links) = section(&mut t, "web", p, |t, p| {
            let bind = t.parsed("bind", |text| text.parse().map_err(|_| format!("{text:?} is no address: write ADDRESS:PORT, such as 127.0.0.1:8765")), p);
            (bind, hosts(t, "hosts", false, p), Links::read(t, p))
        });
        let answers = section(&mut t, "answers", p, Answers::read);
        let reminders = section(&mut t, "reminders", p, Reminders::read);
        let operator = section(&mut t, "operator", p, Operator::read);
        let retention = section(&mut t, "retention", p, Retention::read);
        let membership = section(&mut t, "membership", p, membership::read);
        let screenshots = section(&mut t, "screenshots", p, Screenshots::read);
        let onebot = section(&mut t, "onebot", p, OneBot::read);
        let telegram = section(&mut t, "telegram", p, Telegram::read);
        let qq = section(&mut t, "qq", p, Qq::read);
        let wecom = section(&mut t, "wecom", p, Wecom::read);
        let official = section(&mut t, "official", p, Official::read);
        let (log_json, log_level) = section(&mut t, "log", p, |t, p| {
            let format = t.word("format", &[("text", false), ("json", true)], p);
            (format, t.parsed("level", log_level, p))
        });
        t.finish(p);
        Some(Self {
            names,
            zone: zone?,
            language: language?,
            database_url: database_url?,
            web_bind: web_bind?,
            web_hosts,
            links: links?,
            answers: answers?,
            reminders: reminders?,
            operator: operator?,
            retention: retention?,
            membership: membership?,
            screenshots: screenshots?,
            onebot: onebot?,
            telegram: telegram?,
            qq: qq?,
            wecom: wecom?,
            official: official?,
            log_json: log_json?,
            log_level: log_level?,
        })
    }
}

/// Reads one section; its keys are there, since the defaults lie below. One that is no section was noted.
fn section<T>(t: &mut Table, key: &'static str, p: &mut Problems, read: impl FnOnce(&mut Table, &mut Problems) -> T) -> T {
    let mut section = t.table(key, p).unwrap_or_else(|| Table::empty(t.place().clone()));
    let all = read(&mut section, p);
    section.finish(p);
    all
}

impl Answers {
    fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        let ack = t.word("ack", &[("duty", None), ("each", Some(Ack::Each)), ("gathered", Some(Ack::Gathered)), ("reaction", Some(Ack::Reaction))], p);
        let gather_seconds = t.number("gather_seconds", 1..=600, p);
        let crowd = t.number("crowd", 0..=10_000, p);
        let crowd_seconds = t.number("crowd_seconds", 1..=600, p);
        let gather_names = t.number("gather_names", 1..=200, p);
        let question_minutes = t.number("question_minutes", 1..=1440, p);
        let undo_days = t.number("undo_days", 0..=3650, p);
        Some(Self {
            ack: ack?,
            gather_seconds: gather_seconds?,
            crowd: size(crowd?),
            crowd_seconds: crowd_seconds?,
            gather_names: size(gather_names?),
            question_minutes: question_minutes?,
            undo_days: undo_days?,
        })
    }
}

impl Retention {
    fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        // platforms bring messages again within days: a month is far more than they do
        let inbox_days = t.number("inbox_days", 30..=3650, p);
        let code_days = t.number("code_days", 1..=3650, p);
        let question_days = t.number("question_days", 1..=3650, p);
        let sent_days = t.number("sent_days", 7..=3650, p);
        let list_days = t.number("list_days", 30..=3650, p);
        let request_days = t.number("request_days", 7..=3650, p);
        let screenshot_days = t.number("screenshot_days", 1..=3650, p);
        let link_days = t.number("link_days", 1..=3650, p);
        Some(Self {
            inbox_days: inbox_days?,
            code_days: code_days?,
            question_days: question_days?,
            sent_days: sent_days?,
            list_days: list_days?,
            request_days: request_days?,
            screenshot_days: screenshot_days?,
            link_days: link_days?,
        })
    }
}

impl OneBot {
    fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        const MIB: i64 = 1 << 20;
        let token = t.parsed("token", token, p);
        let forward = t.tables("forward", p).into_iter().map(|entry| Forward::read(entry, p)).collect::<Vec<_>>();
        let send_interval_ms = t.number("send_interval_ms", 0..=600_000, p);
        let send_jitter_ms = t.number("send_jitter_ms", 0..=600_000, p);
        let push_interval_ms = t.number("push_interval_ms", 0..=60_000, p);
        let push_jitter_ms = t.number("push_jitter_ms", 0..=60_000, p);
        let chat_interval_ms = t.number("chat_interval_ms", 0..=600_000, p);
        let group_per_minute = t.number("group_per_minute", 0..=10_000, p);
        let mentions = t.number("mentions", 1..=100, p);
        let action_timeout_ms = t.number("action_timeout_ms", 100..=600_000, p);
        let max_frame_bytes = t.number("max_frame_bytes", 65_536..=64 * MIB, p);
        let text_bytes = t.number("text_bytes", 200..=100_000, p);
        let max_file_bytes = t.number("max_file_bytes", 1024..=256 * MIB, p);
        let file_hosts = hosts(t, "file_hosts", true, p);
        let max_connections = t.number("max_connections", 1..=10_000, p);
        Some(Self {
            token: token?,
            forward: forward.into_iter().collect::<Option<_>>()?,
            send_interval_ms: send_interval_ms?.unsigned_abs(),
            send_jitter_ms: send_jitter_ms?.unsigned_abs(),
            push_interval_ms: push_interval_ms?.unsigned_abs(),
            push_jitter_ms: push_jitter_ms?.unsigned_abs(),
            chat_interval_ms: chat_interval_ms?.unsigned_abs(),
            group_per_minute: size(group_per_minute?),
            mentions: size(mentions?),
            action_timeout_ms: action_timeout_ms?.unsigned_abs(),
            max_frame_bytes: size(max_frame_bytes?),
            text_bytes: size(text_bytes?),
            max_file_bytes: size(max_file_bytes?),
            file_hosts,
            max_connections: size(max_connections?),
        })
    }
}

impl Forward {
    fn read(mut t: Table, p: &mut Problems) -> Option<Self> {
        let example = "\"ws://127.0.0.1:3001\"";
        let url = if t.has("url") {
            t.parsed("url", web_socket, p)
        } else {
            t.missing("url", example, p);
            None
        };
        let token = if t.has("token") { t.parsed("token", token, p) } else { Some(SecretString::default()) };
        t.asked(&["url", "token"]);
        t.finish(p);
        Some(Self { url: url?, token: token? })
    }
}

pub(super) fn size(n: i64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A zone by its IANA name.
pub(super) fn zone(text: &str) -> Result<Zone, String> {
    text.parse().map(Zone).map_err(|_| {
        let like = did_you_mean(text, chrono_tz::TZ_VARIANTS.iter().map(|z| z.name()));
        format!("there is no zone {text:?}{}", if like.is_empty() { "; write one such as Asia/Shanghai" } else { &like })
    })
}

// the text may hold a password: no message repeats it
fn database(text: &str) -> Result<SecretString, &'static str> {
    let known = ["sqlite:", "postgres://", "postgresql://"];
    let rest = known.iter().find_map(|scheme| text.strip_prefix(scheme));
    if rest.is_some_and(|rest| !rest.is_empty()) { Ok(text.into()) } else { Err("write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE") }
}

fn token(text: &str) -> Result<SecretString, &'static str> {
    // it travels in a header
    if text.bytes().all(|b| b.is_ascii_graphic()) { Ok(text.into()) } else { Err("a token holds letters, digits and signs of ASCII, no spaces") }
}

pub(super) fn web_socket(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("ws://").or_else(|| text.strip_prefix("wss://"));
    let good = rest.is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && !r.contains(char::is_whitespace));
    if good { Ok(text.to_owned()) } else { Err(format!("{text:?} is no WebSocket address: write ws://HOST:PORT or wss://HOST")) }
}

fn log_level(text: &str) -> Result<String, String> {
    let known = ["off", "error", "warn", "info", "debug", "trace"];
    let levels = text.split(',').map(|part| part.rsplit('=').next().unwrap_or_default().trim());
    for level in levels {
        if !known.contains(&level.to_lowercase().as_str()) {
            return Err(format!("there is no level {level:?}{}", did_you_mean(level, known)));
        }
    }
    Ok(text.to_owned())
}

/// Host names, without scheme, port or path; `*.` in front where allowed.
pub(super) fn hosts(t: &mut Table, key: &'static str, wild: bool, p: &mut Problems) -> Vec<String> {
    let mut all = Vec::new();
    for (at, host) in t.texts(key, p) {
        let bare = if wild { host.strip_prefix("*.").unwrap_or(&host) } else { &host };
        let good = !bare.is_empty() && bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']')) && !bare.starts_with('.');
        if good {
            all.push(host.to_lowercase());
        } else {
            p.add(&at, format!("`{key}`: {host:?} is no host: write example.com{}, without http:// and path", if wild { " or *.example.com" } else { "" }));
        }
    }
    all
}
