//! `zhibu check`: whether configuration, database and reminders are as they should be. It only looks.

use super::told;
use crate::action::checkup;
use crate::app;
use crate::config::{Config, Problem};
use crate::domain::timing::Timing;
use crate::effects::Effects;
use crate::effects::out;
use crate::schedule::next_runs;
use crate::store::{Look, Store, sqlite_file};
use chrono::Datelike;
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Also prove that records, standings, tallies and the audit chain agree (reads the whole ledger)
    #[arg(long)]
    records: bool,
    /// Also look the rosters over by the league's rules ([membership] of bot.toml): ages, numbers, sizes of branches
    #[arg(long)]
    roster: bool,
    /// With --records: first make standings and tallies anew from the records, and say what differed
    #[arg(long, requires = "records")]
    rebuild: bool,
}

/// Prints what was looked at.
///
/// # Errors
/// Everything that is wrong, a line each.
pub async fn run(config: Result<Arc<Config>, Vec<Problem>>, args: &Args) -> Result<(), String> {
    let config = config.map_err(|all| format!("the configuration can't be used:\n{}", all.iter().map(|p| format!("  {p}")).collect::<Vec<_>>().join("\n")))?;
    out!("configuration: {} duties, well", config.duties.len());
    let effects = Effects::system();
    reminders(&config, effects.clock.now());
    let mut wrong = Vec::new();
    let url = config.bot.database_url.expose_secret();
    let store = match Store::look(&app::options(url), &effects).await.map_err(told)? {
        Look::Missing => {
            let folder = sqlite_file(url).and_then(|file| Path::new(file).parent()).filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
            if let Some(folder) = folder {
                wrong.push(format!("database: there is no folder {}: make it, or check --database (or [database] url)", folder.display()));
            } else {
                out!("database: there is none yet: `zhibu run` makes it");
            }
            None
        }
        Look::Older { version: 0, .. } => {
            out!("database: empty: `zhibu run` makes its tables");
            None
        }
        Look::Older { version, newest } => {
            out!("database: of version {version}: `zhibu run` brings it to {newest}; make a backup first");
            None
        }
        Look::Ready(store) => {
            store.healthy().await.map_err(told)?;
            out!("database: well, {} units", store.subtree("").await.map_err(told)?.len());
            Some(store)
        }
    };
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
        match crate::platform::telegram::look(telegram).await {
            Ok(said) => out!("telegram: {said}"),
            Err(why) => wrong.push(format!("telegram: {why}")),
        }
    }
    let qq = &config.bot.qq;
    if qq.app_id.is_empty() {
        out!("qq: off: set [qq] app_id and secret to switch it on");
    } else {
        match crate::platform::qq::look(qq, &effects).await {
            Ok(said) => out!("qq: {said}"),
            Err(why) => wrong.push(format!("qq: {why}")),
        }
    }
    let wecom = &config.bot.wecom;
    if wecom.bot_id.is_empty() {
        out!("wecom: off: set [wecom] bot_id and secret to switch it on");
    } else if !wecom.callback_url.is_empty() {
        out!("wecom: callbacks come to {} at http://{}{}", wecom.callback_url, config.bot.web_bind, crate::platform::wecom::PATH);
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
        out!("official: callbacks come to {} at http://{}{}", official.callback_url, config.bot.web_bind, crate::platform::official::PATH);
        if official.secret.expose_secret().is_empty() {
            out!("official: it only answers: set [official] secret for customer-service messages");
        } else {
            match crate::platform::official::look(official, &effects).await {
                Ok(()) => out!("official: WeChat knows the account"),
                Err(why) => wrong.push(format!("official: {why}")),
            }
        }
    }
    if args.rebuild && store.is_some() {
        // looking is not enough: this writes
        let writes = Store::open(&app::options(config.bot.database_url.expose_secret()), &effects).await.map_err(told)?;
        let differed = writes.rebuild().await.map_err(told)?;
        out!("rebuild: {} differences", differed.len());
        for difference in &differed {
            out!("  {difference}");
        }
        writes.close().await;
    }
    if let Some(store) = store.as_ref().filter(|_| args.records) {
        let differences = store.prove().await.map_err(told)?;
        if differences.is_empty() {
            out!("records: records, standings, tallies, cash books and the audit chain agree");
        }
        wrong.extend(differences);
    }
    if let Some(store) = store.as_ref().filter(|_| args.roster) {
        let units = store.subtree("").await.map_err(told)?;
        let today = config.zone().date(effects.clock.now());
        let found = checkup::look_over(store, &config, &units, today).await.map_err(told)?;
        out!("{}", checkup::words(&config, &found, usize::MAX));
    }
    if let Some(store) = store {
        store.close().await;
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn reminders(config: &Config, now: i64) {
    let mut unknown = BTreeSet::new();
    for duty in &config.duties {
        for reminder in &duty.reminders {
            let Ok(runs) = next_runs(config, &duty.key, reminder, now, 3) else { continue };
            let next: Vec<String> = runs.iter().map(|run| reminder.zone.show(*run)).collect();
            let zone = if reminder.zone == config.zone() { String::new() } else { format!(" ({})", reminder.zone.0) };
            let next = if next.is_empty() { "it never comes again".to_owned() } else { next.join(", ") };
            out!("reminder {}/{}: {next}{zone}", duty.key, reminder.key);
            if Timing::of(reminder).is_ok_and(|t| t.needs_holidays()) {
                unknown.extend(runs.iter().map(|run| reminder.zone.date(*run).year()).filter(|year| !config.holidays.knows(*year)));
            }
        }
    }
    for year in unknown {
        out!("holidays: {year} is not known, its weekdays count as workdays: add holidays/{year}.toml");
    }
}
