//! Alarms: what whoever runs the bot has to know, told once, by the log, a metric, chats and a program of the operator's.
//! What is told once is a row, so that a restart or another process does not tell it again.

use crate::config::Config;
use crate::config::messages::Value;
use crate::domain::message::{AccountKey, Outgoing};
use crate::effects::Clock;
use crate::error::Fault;
use crate::metrics::Metrics;
use crate::store::Store;
use crate::store::sending::outbox::Letter;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// An alarm is worth telling for so long, milliseconds.
const WORTH: i64 = 6 * 3_600_000;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// An account neither hears nor sends since an instant (UTC ms).
    Offline(AccountKey, i64),
    /// It is back, after having been offline from that instant.
    Online(AccountKey, i64),
    /// The platform throttles an account: since when, and until when it rests (UTC ms).
    Throttled(AccountKey, i64, i64),
    /// So many letters never went out; the first one's row, and why.
    Failed(usize, i64, String),
    /// The holidays of a year are not known.
    Holidays(i32),
    /// The clock leapt ahead by more than a day, to this instant (UTC ms).
    Clock(i64),
    /// No account of a platform that is configured ever connected.
    Absent(String),
}

impl Alarm {
    /// The word under which it is counted.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Offline(..) => "offline",
            Self::Online(..) => "online",
            Self::Throttled(..) => "throttled",
            Self::Failed(..) => "failed",
            Self::Holidays(_) => "holidays",
            Self::Clock(_) => "clock",
            Self::Absent(_) => "absent",
        }
    }

    /// What makes it the same alarm.
    pub fn about(&self) -> String {
        let about = match self {
            Self::Offline(account, since) | Self::Online(account, since) | Self::Throttled(account, since, _) => format!("{account}/{since}"),
            Self::Failed(_, first, _) => first.to_string(),
            Self::Holidays(year) => year.to_string(),
            Self::Clock(now) => (now / 86_400_000).to_string(),
            Self::Absent(platform) => platform.clone(),
        };
        format!("{}/{about}", self.kind())
    }
}

/// Tells the operator.
#[derive(Clone)]
pub struct Alarms {
    store: Store,
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
}

impl Alarms {
    /// Over an open store.
    pub fn new(store: Store, config: Arc<Config>, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        Self { store, config, clock, metrics }
    }

    /// Tells it, unless that was done.
    ///
    /// # Errors
    /// Where the database fails: it is told when it is noticed again.
    pub async fn raise(&self, alarm: &Alarm) -> Result<(), Fault> {
        let (now, about, text) = (self.clock.now(), alarm.about(), self.text(alarm));
        let letters: Vec<Letter> = self
            .config
            .bot
            .operator
            .chats
            .iter()
            .map(|chat| Letter { dedupe_key: format!("operator/{about}/{chat}"), message: Outgoing::text(chat.clone(), text.clone()), expires_at: now + WORTH })
            .collect();
        if self.store.raise_alarm(&about, &letters, now).await? {
            self.metrics.alarm(alarm.kind());
            tracing::error!(kind = alarm.kind(), %about, "the operator is told");
            self.run(alarm, &about, &text);
        }
        Ok(())
    }

    fn text(&self, alarm: &Alarm) -> String {
        let zone = self.config.zone();
        let today = zone.date(self.clock.now());
        let time = |at: i64| self.config.messages.time(self.config.bot.language, at, zone, today);
        let say = |key: &str, args: &[(&str, Value<'_>)]| self.config.messages.say(self.config.bot.language, key, args);
        match alarm {
            Alarm::Offline(account, since) => say("alarm-offline", &[("account", account.to_string().into()), ("since", time(*since).into())]),
            Alarm::Online(account, since) => say("alarm-online", &[("account", account.to_string().into()), ("since", time(*since).into())]),
            Alarm::Throttled(account, since, until) => {
                let for_good = until - since > 366 * 86_400_000;
                let until = if for_good { "none".to_owned() } else { time(*until) };
                say("alarm-throttled", &[("account", account.to_string().into()), ("until", until.into())])
            }
            Alarm::Failed(count, _, why) => {
                say("alarm-failed", &[("count", (*count).into()), ("why", say("failed-why", &[("why", why.as_str().into())]).into())])
            }
            Alarm::Holidays(year) => say("alarm-holidays", &[("year", year.to_string().into())]),
            Alarm::Clock(now) => say("alarm-clock", &[("date", zone.date(*now).to_string().into())]),
            Alarm::Absent(platform) => say("alarm-absent", &[("platform", platform.as_str().into())]),
        }
    }

    /// The operator's program: not waited for, given nothing of our own settings.
    fn run(&self, alarm: &Alarm, about: &str, text: &str) {
        let Some((program, args)) = self.config.bot.operator.command.split_first() else { return };
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ZHIBU_")) {
            command.env_remove(name);
        }
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("ZHIBU_ALARM_KIND", alarm.kind()).env("ZHIBU_ALARM_ABOUT", about).env("ZHIBU_ALARM_TEXT", text);
        std::thread::spawn(move || match command.status() {
            Ok(status) if status.success() => {}
            Ok(status) => tracing::warn!(%status, "the operator's program ([operator] command) failed"),
            Err(error) => tracing::warn!(%error, "the operator's program ([operator] command) can't be run"),
        });
    }
}
