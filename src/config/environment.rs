//! The environment's share: `ZHIBU_<SECTION>_<KEY>` overrides a setting of `bot.toml`, `…_FILE` brings a secret.

use super::reader::{At, Node, Problems, Raw, Table, did_you_mean};
use std::collections::BTreeMap;

/// Environment variables: the process's own, or a test's.
#[derive(Clone, Debug, Default)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// Those of this process that begin with `ZHIBU_`.
    pub fn process() -> Self {
        let text = |s: std::ffi::OsString| s.to_string_lossy().into_owned();
        Self(std::env::vars_os().map(|(k, v)| (text(k), text(v))).filter(|(k, _)| k.starts_with("ZHIBU_")).collect())
    }
    /// Just these.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(variables.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
    }
}

/// What an environment variable may set: section, key, and whether it is a secret that may come from a file.
pub(super) const SETTINGS: &[(&str, &str, bool)] = &[
    ("bot", "names", false),
    ("bot", "zone", false),
    ("bot", "language", false),
    ("database", "url", true),
    ("web", "bind", false),
    ("web", "hosts", false),
    ("web", "public", false),
    ("web", "link_hours", false),
    ("web", "link_group_uses", false),
    ("answers", "ack", false),
    ("answers", "gather_seconds", false),
    ("answers", "crowd", false),
    ("answers", "crowd_seconds", false),
    ("answers", "gather_names", false),
    ("answers", "question_minutes", false),
    ("answers", "undo_days", false),
    ("reminders", "quiet_from", false),
    ("reminders", "quiet_until", false),
    ("reminders", "group_cap", false),
    ("reminders", "private_cap", false),
    ("reminders", "teams_from", false),
    ("reminders", "praise", false),
    ("reminders", "chase_hours", false),
    ("operator", "chats", false),
    ("operator", "command", false),
    ("operator", "offline_minutes", false),
    ("operator", "throttled_minutes", false),
    ("operator", "throttled_longest_minutes", false),
    ("operator", "deaf_minutes", false),
    ("operator", "history", false),
    ("retention", "inbox_days", false),
    ("retention", "code_days", false),
    ("retention", "question_days", false),
    ("retention", "sent_days", false),
    ("retention", "list_days", false),
    ("retention", "request_days", false),
    ("retention", "screenshot_days", false),
    ("retention", "link_days", false),
    ("membership", "min_age", false),
    ("membership", "max_age", false),
    ("membership", "min_members", false),
    ("membership", "max_members", false),
    ("membership", "numbered_since", false),
    ("membership", "block", false),
    ("screenshots", "pictures", false),
    ("screenshots", "max_bytes", false),
    ("screenshots", "min_side", false),
    ("screenshots", "max_side", false),
    ("screenshots", "max_pixels", false),
    ("screenshots", "timeout_ms", false),
    ("screenshots", "fetching", false),
    ("screenshots", "decoding", false),
    ("screenshots", "crop_top_percent", false),
    ("screenshots", "near_bits", false),
    ("screenshots", "same_page", false),
    ("onebot", "token", true),
    ("onebot", "send_interval_ms", false),
    ("onebot", "send_jitter_ms", false),
    ("onebot", "push_interval_ms", false),
    ("onebot", "push_jitter_ms", false),
    ("onebot", "chat_interval_ms", false),
    ("onebot", "group_per_minute", false),
    ("onebot", "mentions", false),
    ("onebot", "action_timeout_ms", false),
    ("onebot", "max_frame_bytes", false),
    ("onebot", "text_bytes", false),
    ("onebot", "max_file_bytes", false),
    ("onebot", "file_hosts", false),
    ("onebot", "max_connections", false),
    ("telegram", "token", true),
    ("telegram", "api_url", false),
    ("telegram", "webhook_url", false),
    ("telegram", "webhook_secret", true),
    ("telegram", "poll_seconds", false),
    ("telegram", "request_timeout_ms", false),
    ("telegram", "text_units", false),
    ("telegram", "mentions", false),
    ("telegram", "chat_interval_ms", false),
    ("telegram", "group_per_minute", false),
    ("telegram", "per_second", false),
    ("telegram", "max_file_bytes", false),
    ("telegram", "max_photo_bytes", false),
    ("qq", "app_id", false),
    ("qq", "secret", true),
    ("qq", "api_url", false),
    ("qq", "token_url", false),
    ("qq", "gateway_url", false),
    ("qq", "webhook_url", false),
    ("qq", "replay_seconds", false),
    ("qq", "request_timeout_ms", false),
    ("qq", "text_bytes", false),
    ("qq", "mentions", false),
    ("qq", "markdown", false),
    ("qq", "buttons", false),
    ("qq", "push", false),
    ("qq", "group_replies", false),
    ("qq", "group_window_seconds", false),
    ("qq", "private_replies", false),
    ("qq", "private_window_seconds", false),
    ("qq", "push_group_per_minute", false),
    ("qq", "push_group_per_day", false),
    ("qq", "push_per_minute", false),
    ("qq", "max_file_bytes", false),
    ("qq", "max_upload_bytes", false),
    ("qq", "links", false),
    ("qq", "max_large_bytes", false),
    ("qq", "upload_hosts", false),
    ("qq", "file_hosts", false),
    ("wecom", "bot_id", false),
    ("wecom", "secret", true),
    ("wecom", "name", false),
    ("wecom", "url", false),
    ("wecom", "request_timeout_ms", false),
    ("wecom", "ping_seconds", false),
    ("wecom", "text_bytes", false),
    ("wecom", "answer_seconds", false),
    ("wecom", "chat_per_minute", false),
    ("wecom", "chat_per_hour", false),
    ("wecom", "max_frame_bytes", false),
    ("wecom", "max_file_bytes", false),
    ("wecom", "max_upload_bytes", false),
    ("wecom", "max_image_bytes", false),
    ("wecom", "chunk_bytes", false),
    ("wecom", "file_hosts", false),
    ("wecom", "callback_url", false),
    ("wecom", "token", true),
    ("wecom", "aes_key", true),
    ("wecom", "receive_id", false),
    ("wecom", "replay_seconds", false),
    ("wecom", "callback_answer_seconds", false),
    ("wecom", "callback_answer_bytes", false),
    ("wecom", "answer_hosts", false),
    ("wecom", "webhook_url", false),
    ("wecom", "webhook_text_bytes", false),
    ("wecom", "webhook_markdown_bytes", false),
    ("wecom", "webhook_mentions", false),
    ("wecom", "webhook_image_bytes", false),
    ("wecom", "webhook_per_minute", false),
    ("official", "app_id", false),
    ("official", "secret", true),
    ("official", "callback_url", false),
    ("official", "token", true),
    ("official", "aes_key", true),
    ("official", "replay_seconds", false),
    ("official", "answer_ms", false),
    ("official", "deliveries", false),
    ("official", "text_bytes", false),
    ("official", "api_url", false),
    ("official", "request_timeout_ms", false),
    ("official", "service_seconds", false),
    ("official", "service_messages", false),
    ("official", "max_file_bytes", false),
    ("official", "file_hosts", false),
    ("log", "format", false),
    ("log", "level", false),
];

/// Keys, each with whether it is a secret.
type Keys = &'static [(&'static str, bool)];

/// Lists of tables: section, list, and the keys of one entry.
const LISTS: &[(&str, &str, Keys)] = &[("onebot", "forward", &[("url", false), ("token", true)]), ("wecom", "webhook", &[("chat", false), ("key", true)])];

fn name(section: &str, key: &str) -> String {
    format!("ZHIBU_{}_{}", section.to_uppercase(), key.to_uppercase())
}

/// Puts the variables into `bot.toml`'s table. One that sets nothing is a mistake.
pub(super) fn apply(env: &Env, bot: &mut Table, problems: &mut Problems) {
    let mut rest: BTreeMap<&str, &str> = env.0.iter().filter(|(k, _)| k.starts_with("ZHIBU_")).map(|(k, v)| (k.as_str(), v.as_str())).collect();
    for (section, key, secret) in SETTINGS {
        if let Some(node) = value(&mut rest, &name(section, key), *secret, problems)
            && let Some(table) = bot.table_mut(section)
        {
            table.set(key, node);
        }
    }
    for (section, key, keys) in LISTS {
        list(&mut rest, bot, (section, key), keys, problems);
    }
    let known: Vec<String> = SETTINGS
        .iter()
        .flat_map(|(section, key, secret)| std::iter::once(name(section, key)).chain(secret.then(|| name(section, key) + "_FILE")))
        .chain(LISTS.iter().flat_map(|(section, list, keys)| {
            let of = move |key: &str| name(section, &format!("{list}_0_{key}"));
            keys.iter().flat_map(move |(key, secret)| std::iter::once(of(key)).chain(secret.then(|| of(key) + "_FILE")))
        }))
        .collect();
    for variable in rest.keys() {
        problems.add(&at(variable), format!("no setting has this name{}", did_you_mean(variable, known.iter().map(String::as_str))));
    }
}

/// `ZHIBU_<SECTION>_<LIST>_<n>_<KEY>`, such as `ZHIBU_ONEBOT_FORWARD_0_URL`: entry n of the list, from 0, or the next one.
fn list(rest: &mut BTreeMap<&str, &str>, bot: &mut Table, (section, key): (&str, &str), keys: Keys, problems: &mut Problems) {
    let Some(list) = bot.table_mut(section).and_then(|t| t.list_mut(key)) else { return };
    let prefix = name(section, key) + "_";
    let number = |variable: &str| variable.strip_prefix(&prefix)?.split_once('_')?.0.parse::<usize>().ok();
    let mut numbers: Vec<usize> = rest.keys().filter_map(|v| number(v)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    for n in numbers {
        let place = at(&format!("{prefix}{n}_{}", keys[0].0.to_uppercase()));
        let values: Vec<_> =
            keys.iter().filter_map(|(key, secret)| Some((*key, value(rest, &format!("{prefix}{n}_{}", key.to_uppercase()), *secret, problems)?))).collect();
        if values.is_empty() {
            continue;
        }
        if n > list.len() {
            problems.add(&place, format!("number {n} is set, but there is no number {}: they count from 0 without gaps", list.len()));
            continue;
        }
        if n == list.len() {
            list.push(Node { raw: Raw::Table(Table::empty(place.clone())), at: place });
        }
        if let Raw::Table(entry) = &mut list[n].raw {
            for (key, node) in values {
                entry.set(key, node);
            }
        }
    }
}

/// The value of one variable, or of the file that `…_FILE` names.
fn value(rest: &mut BTreeMap<&str, &str>, variable: &str, secret: bool, problems: &mut Problems) -> Option<Node> {
    let direct = rest.remove(variable).map(|text| Node { at: at(variable), raw: Raw::Variable(text.to_owned()) });
    let by_file = format!("{variable}_FILE");
    let Some(path) = secret.then(|| rest.remove(by_file.as_str())).flatten() else { return direct };
    if direct.is_some() {
        problems.add(&at(&by_file), format!("{variable} is set as well: keep one of the two"));
        return direct;
    }
    match std::fs::read_to_string(path) {
        Ok(text) => Some(Node { at: at(&by_file), raw: Raw::Variable(text.trim().to_owned()) }),
        Err(e) => {
            problems.add(&at(&by_file), format!("the file {path:?} can't be read: {e}"));
            None
        }
    }
}

fn at(variable: &str) -> At {
    At { place: variable.into(), line: 0 }
}
