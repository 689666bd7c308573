//! The table of what each platform can do (`src/platform/README.md`), as the code says it.

use crate::support::source::root;
use crate::support::{plain, story};
use libtest_mimic::Trial;
use std::sync::Arc;
use tokio::sync::mpsc;
use zhibu::config::messages::{Lang, Messages};
use zhibu::config::{Config, Env};
use zhibu::domain::message::{Capabilities, Courier};
use zhibu::effects::{Effects, ManualClock};
use zhibu::metrics::Metrics;
use zhibu::platform::Platform as _;
use zhibu::platform::official::{self, Official};
use zhibu::platform::onebot::{self, OneBot};
use zhibu::platform::qq::{self, Qq};
use zhibu::platform::telegram::{self, Telegram};
use zhibu::platform::wecom::{self, Wecom};

pub fn tests() -> Vec<Trial> {
    vec![
        story("capabilities: the table of platforms is the code's", table_is_true),
        plain("capabilities: how to be heard without an @ is said by platform", heard_without_at),
    ]
}

async fn couriers() -> Vec<(&'static str, Arc<dyn Courier>)> {
    let nowhere = "http://127.0.0.1:9";
    let variables = [
        ("ZHIBU_TELEGRAM_TOKEN", telegram_token()),
        ("ZHIBU_TELEGRAM_API_URL", nowhere),
        ("ZHIBU_QQ_APP_ID", "1"),
        ("ZHIBU_QQ_SECRET", "secret"),
        ("ZHIBU_QQ_API_URL", nowhere),
        ("ZHIBU_QQ_TOKEN_URL", nowhere),
        ("ZHIBU_QQ_GATEWAY_URL", "ws://127.0.0.1:9"),
        ("ZHIBU_WECOM_BOT_ID", "1"),
        ("ZHIBU_WECOM_SECRET", "secret"),
        ("ZHIBU_WECOM_URL", "ws://127.0.0.1:9"),
        ("ZHIBU_OFFICIAL_APP_ID", "wx1"),
        ("ZHIBU_OFFICIAL_TOKEN", "token"),
        ("ZHIBU_OFFICIAL_CALLBACK_URL", "https://bot.example/official"),
    ];
    let config = Config::load(None, &Env::of(variables)).unwrap();
    let effects = Effects::fixed(ManualClock::at(0), 1);
    let (inbox, _) = mpsc::channel(1);
    let onebot = OneBot::start(&config.bot.onebot, onebot::Timing::default(), &effects, Metrics::new(), inbox.clone()).unwrap();
    let start = telegram::Start {
        config: &config.bot.telegram,
        timing: telegram::Timing::default(),
        metrics: Metrics::new(),
        inbox: inbox.clone(),
        commands: Vec::new(),
        not_yours: String::new(),
    };
    let telegram = Telegram::start(start).unwrap();
    telegram.quiet().await;
    let qq = Qq::start(&config.bot.qq, qq::Timing::default(), &effects, Metrics::new(), inbox.clone()).unwrap();
    qq.quiet().await;
    let wecom = Wecom::start(&config.bot.wecom, wecom::Timing::default(), &effects, Metrics::new(), inbox.clone()).unwrap();
    wecom.quiet().await;
    let start = Official::start(&config.bot.official, official::Timing::default(), official::Words::default(), &effects, Metrics::new(), inbox);
    let official = start.unwrap();
    vec![
        ("QQ (OneBot v11)", onebot.courier()),
        ("Telegram", telegram.courier()),
        ("QQ (official bot)", qq.courier()),
        ("WeCom (smart bot)", wecom.courier()),
        ("WeChat (official account)", official.courier()),
    ]
}

fn telegram_token() -> &'static str {
    crate::support::telegram::TOKEN
}

fn row(name: &str, can: &Capabilities) -> String {
    let yes = |can: bool| if can { "yes" } else { "–" };
    let Capabilities { groups, mention, reaction, push, hears_all, members, files, sends_files, pictures, links, choices, edits, text_bytes, mentions } = *can;
    let flags: Vec<&str> = [groups, mention, reaction, push, hears_all, members, files, sends_files, pictures, links, choices, edits].map(yes).into();
    format!("| {name} | {} | {text_bytes} | {mentions} |", flags.join(" | "))
}

/// No platform's members are sent to another one's settings.
fn heard_without_at() {
    let messages = Messages::embedded();
    let hints = [("qq", "接收全部消息"), ("telegram", "/setprivacy"), ("wecom", "没有开关"), ("onebot", "")];
    for (platform, hint) in hints {
        let said = messages.say(Lang::Zh, "setup-at-only", &[("platform", platform.into())]);
        assert!(said.starts_with("我在本群只听得到@我的话：大家报告时请@我。"), "{said}");
        for (other, theirs) in hints.iter().filter(|(_, h)| !h.is_empty()) {
            assert_eq!(said.contains(theirs), *other == platform, "{platform}: {said}");
        }
        assert!(said.ends_with(if hint.is_empty() { "请@我。" } else { "。" }), "{said}");
    }
}

async fn table_is_true() {
    let head = "| | groups | mentions | reactions | sends first | hears all | member list | files in | files out | pictures | links | buttons | hears of changes | bytes a message | mentions a message |";
    let rule = "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";
    let mut lines = vec![head.to_owned(), rule.to_owned()];
    lines.extend(couriers().await.iter().map(|(name, courier)| row(name, &courier.capabilities())));
    let table = lines.join("\n");
    let page = std::fs::read_to_string(root().join("src/platform/README.md")).unwrap();
    assert!(page.contains(&table), "its table should be\n\n{table}\n");
}
