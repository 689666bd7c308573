//! Whether the platforms that are switched on can be reached, and know the bot.

use crate::app;
use crate::config::Config;
use crate::effects::{Effects, out};
use crate::platform;
use secrecy::ExposeSecret;

/// Looks at each; what is `wrong` goes there.
pub async fn look(config: &Config, effects: &Effects, wrong: &mut Vec<String>) {
    let onebot = &config.bot.onebot;
    if onebot.token.expose_secret().is_empty() {
        out!("onebot: the reverse door is shut: set [onebot] token to open ws://{}/onebot/v11/ws", config.bot.web_bind);
    } else {
        out!("onebot: reverse door at ws://{}/onebot/v11/ws", config.bot.web_bind);
    }
    for forward in &onebot.forward {
        match app::reachable(&forward.url).await {
            Ok(()) => out!("onebot: {} answers", forward.url),
            Err(why) => wrong.push(format!("onebot: {} can't be reached: {why}", forward.url)),
        }
    }
    let telegram = &config.bot.telegram;
    if telegram.token.expose_secret().is_empty() {
        out!("telegram: off: set [telegram] token to switch it on");
    } else {
        match platform::telegram::look(telegram).await {
            Ok(said) => out!("telegram: {said}"),
            Err(why) => wrong.push(format!("telegram: {why}")),
        }
    }
    let qq = &config.bot.qq;
    if qq.app_id.is_empty() {
        out!("qq: off: set [qq] app_id and secret to switch it on");
    } else {
        match platform::qq::look(qq, effects).await {
            Ok(said) => out!("qq: {said}"),
            Err(why) => wrong.push(format!("qq: {why}")),
        }
    }
    let wecom = &config.bot.wecom;
    if wecom.bot_id.is_empty() {
        out!("wecom: off: set [wecom] bot_id and secret to switch it on");
    } else if !wecom.callback_url.is_empty() {
        out!("wecom: callbacks come to {} at http://{}{}", wecom.callback_url, config.bot.web_bind, platform::wecom::PATH);
    } else {
        // to subscribe would shut out the bot that runs
        match app::reachable(&wecom.url).await {
            Ok(()) => out!("wecom: {} answers", wecom.url),
            Err(why) => wrong.push(format!("wecom: {} can't be reached: {why}", wecom.url)),
        }
    }
    let official = &config.bot.official;
    if official.app_id.is_empty() {
        out!("official: off: set [official] app_id, callback_url and token to switch it on");
    } else {
        out!("official: callbacks come to {} at http://{}{}", official.callback_url, config.bot.web_bind, platform::official::PATH);
        if official.secret.expose_secret().is_empty() {
            out!("official: it only answers: set [official] secret for customer-service messages");
        } else {
            match platform::official::look(official, effects).await {
                Ok(()) => out!("official: WeChat knows the account"),
                Err(why) => wrong.push(format!("official: {why}")),
            }
        }
    }
}
