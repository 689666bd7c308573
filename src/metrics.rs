//! What the operator's Prometheus reads at `/metrics`. A leaf: anybody above `domain` may count here; only `web` reads.
//!
//! To add one: a field, its registration in [`Metrics::new`], a method that says in our words what happened.

use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram};
use prometheus_client::registry::{Registry, Unit};
use std::borrow::Cow;
use std::sync::Arc;

type Name = Cow<'static, str>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Platform {
    platform: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PlatformKind {
    platform: Name,
    kind: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Account {
    platform: Name,
    account: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    queue: Name,
}

/// Every figure that is kept. No label holds a text or a name; accounts are the bot's own.
pub struct Metrics {
    registry: Registry,
    heard: Family<Platform, Counter>,
    strange: Family<PlatformKind, Counter>,
    sent: Family<Platform, Counter>,
    unsent: Family<PlatformKind, Counter>,
    up: Family<Account, Gauge>,
    records: Family<Outcome, Counter>,
    faults: Counter,
    answers: Histogram,
    queues: Family<Queue, Gauge>,
    alarms: Family<Kind, Counter>,
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Arc<Self> {
        // 0.1 ms to 26 s
        let answers = Histogram::new((0..19).map(|n| 0.0001 * f64::from(1 << n)));
        let mut m = Self {
            registry: Registry::with_prefix("zhibu"),
            heard: Family::default(),
            strange: Family::default(),
            sent: Family::default(),
            unsent: Family::default(),
            up: Family::default(),
            records: Family::default(),
            faults: Counter::default(),
            answers,
            queues: Family::default(),
            alarms: Family::default(),
        };
        let r = &mut m.registry;
        r.register("messages_heard", "Messages that platforms handed over", m.heard.clone());
        r.register("frames_refused", "What came from a platform and could not be understood, by kind", m.strange.clone());
        r.register("messages_sent", "Messages that platforms took", m.sent.clone());
        r.register("messages_unsent", "Messages that could not be sent, by kind", m.unsent.clone());
        r.register("platform_up", "1 where the bot's account can hear and send", m.up.clone());
        r.register("records", "Reports put to the ledger, by outcome: new, known, refused", m.records.clone());
        r.register("faults", "Failures that were nobody's mistake but ours or the machine's", m.faults.clone());
        r.register_with_unit("answer", "From hearing a message to its answer taken by the platform", Unit::Seconds, m.answers.clone());
        r.register("queue_depth", "Entries waiting, by queue", m.queues.clone());
        r.register("alarms", "What the operator was told, by kind: offline, online, throttled, failed, holidays", m.alarms.clone());
        Arc::new(m)
    }

    /// A platform handed a message over.
    pub fn heard(&self, platform: &'static str) {
        self.heard.get_or_create(&Platform { platform: platform.into() }).inc();
    }

    /// A platform said something that can't be understood; `kind` is one of a few fixed words.
    pub fn strange(&self, platform: &'static str, kind: &'static str) {
        self.strange.get_or_create(&PlatformKind { platform: platform.into(), kind: kind.into() }).inc();
    }

    /// A platform took a message of ours.
    pub fn sent(&self, platform: &'static str) {
        self.sent.get_or_create(&Platform { platform: platform.into() }).inc();
    }

    /// A message of ours did not go; `kind` is one of a few fixed words.
    pub fn unsent(&self, platform: &'static str, kind: &'static str) {
        self.unsent.get_or_create(&PlatformKind { platform: platform.into(), kind: kind.into() }).inc();
    }

    /// Whether an account of ours can hear and send.
    pub fn up(&self, platform: &'static str, account: &str, up: bool) {
        self.up.get_or_create(&Account { platform: platform.into(), account: account.to_owned().into() }).set(i64::from(up));
    }

    /// Reports went to the ledger; `outcome` is `new`, `known` or `refused`.
    pub fn records(&self, outcome: &'static str, count: u64) {
        self.records.get_or_create(&Outcome { outcome: outcome.into() }).inc_by(count);
    }

    /// A fault happened.
    pub fn fault(&self) {
        self.faults.inc();
    }

    /// An answer took so many seconds from hearing to sent.
    pub fn answered(&self, seconds: f64) {
        self.answers.observe(seconds);
    }

    /// So many entries wait in a queue (`inbox`, `writer`, `outbox` …).
    pub fn queue(&self, queue: &'static str, depth: usize) {
        self.queues.get_or_create(&Queue { queue: queue.into() }).set(i64::try_from(depth).unwrap_or(i64::MAX));
    }

    /// The operator is told of something; `kind` is one of a few fixed words.
    pub fn alarm(&self, kind: &'static str) {
        self.alarms.get_or_create(&Kind { kind: kind.into() }).inc();
    }

    /// All of it in OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(e) => format!("# {e}\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_holds_every_figure() {
        let m = Metrics::new();
        m.heard("onebot");
        m.strange("onebot", "malformed");
        m.sent("onebot");
        m.unsent("onebot", "offline");
        m.up("onebot", "10000", true);
        m.records("new", 3);
        m.fault();
        m.answered(0.003);
        m.queue("inbox", 7);
        m.alarm("offline");
        let text = m.text();
        for line in [
            "zhibu_messages_heard_total{platform=\"onebot\"} 1",
            "zhibu_frames_refused_total{platform=\"onebot\",kind=\"malformed\"} 1",
            "zhibu_messages_sent_total{platform=\"onebot\"} 1",
            "zhibu_messages_unsent_total{platform=\"onebot\",kind=\"offline\"} 1",
            "zhibu_platform_up{platform=\"onebot\",account=\"10000\"} 1",
            "zhibu_records_total{outcome=\"new\"} 3",
            "zhibu_faults_total 1",
            "zhibu_answer_seconds_bucket{le=\"0.0032\"} 1",
            "zhibu_answer_seconds_count 1",
            "zhibu_queue_depth{queue=\"inbox\"} 7",
            "zhibu_alarms_total{kind=\"offline\"} 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is missing in\n{text}");
        }
    }
}
