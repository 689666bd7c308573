//! Which platforms run: each that its section of `bot.toml` switches on. A new one has its line here.

use crate::action::menu;
use crate::config::Config;
use crate::effects::Effects;
use crate::error::Fault;
use crate::metrics::Metrics;
use crate::platform::official::{self, Official};
use crate::platform::onebot::{self, OneBot};
use crate::platform::qq::{self, Qq};
use crate::platform::telegram::{self, Telegram};
use crate::platform::wecom::{self, Wecom};
use crate::platform::{Inbox, Platform};
use secrecy::ExposeSecret;
use std::sync::Arc;

/// Starts them.
///
/// # Errors
/// A sentence for the operator.
pub fn start(config: &Config, effects: &Effects, metrics: &Arc<Metrics>, inbox: &Inbox) -> Result<Vec<Arc<dyn Platform>>, String> {
    let all = [
        onebot(config, effects, metrics, inbox.clone())?,
        telegram(config, metrics, inbox.clone())?,
        qq(config, effects, metrics, inbox.clone())?,
        wecom(config, effects, metrics, inbox.clone())?,
        official(config, effects, metrics, inbox.clone())?,
    ];
    Ok(all.into_iter().flatten().collect())
}

/// A platform that runs; none where its section does not switch it on.
type Started = Option<Arc<dyn Platform>>;

fn started<P: Platform + 'static>(platform: Result<P, Fault>) -> Result<Started, String> {
    platform.map(|p| Some(Arc::new(p) as Arc<dyn Platform>)).map_err(|f| f.to_string())
}

/// OneBot: its door answers, and without a token it is shut.
fn onebot(config: &Config, effects: &Effects, metrics: &Arc<Metrics>, inbox: Inbox) -> Result<Started, String> {
    let timing = onebot::Timing { throttled: config.bot.operator.rest(), ..onebot::Timing::default() };
    started(OneBot::start(&config.bot.onebot, timing, effects, metrics.clone(), inbox))
}

/// Telegram, where there is a token for it.
fn telegram(config: &Config, metrics: &Arc<Metrics>, inbox: Inbox) -> Result<Started, String> {
    let settings = &config.bot.telegram;
    if settings.token.expose_secret().is_empty() {
        return Ok(None);
    }
    let not_yours = config.messages.say(config.bot.language, "button-not-yours", &[]);
    let commands = menu::menu(&config.messages);
    let start = telegram::Start { config: settings, timing: telegram::Timing::default(), metrics: metrics.clone(), inbox, commands, not_yours };
    started(Telegram::start(start))
}

/// QQ's official bot, where there is one.
fn qq(config: &Config, effects: &Effects, metrics: &Arc<Metrics>, inbox: Inbox) -> Result<Started, String> {
    let settings = &config.bot.qq;
    if settings.app_id.is_empty() {
        return Ok(None);
    }
    started(Qq::start(settings, qq::Timing::default(), effects, metrics.clone(), inbox))
}

/// WeCom's bot, where there is one.
fn wecom(config: &Config, effects: &Effects, metrics: &Arc<Metrics>, inbox: Inbox) -> Result<Started, String> {
    let settings = &config.bot.wecom;
    if settings.bot_id.is_empty() {
        return Ok(None);
    }
    started(Wecom::start(settings, wecom::Timing::default(), effects, metrics.clone(), inbox))
}

/// WeChat's official account, where there is one.
fn official(config: &Config, effects: &Effects, metrics: &Arc<Metrics>, inbox: Inbox) -> Result<Started, String> {
    let settings = &config.bot.official;
    if settings.app_id.is_empty() {
        return Ok(None);
    }
    let (messages, lang) = (&config.messages, config.bot.language);
    let words = official::Words {
        welcome: messages.say(lang, "official-welcome", &[]),
        more: messages.say(lang, "official-more", &[]),
        rest: messages.say(lang, "official-rest", &[]),
    };
    started(Official::start(settings, official::Timing::default(), words, effects, metrics.clone(), inbox))
}
