//! `zhibu check`: whether configuration, database and reminders are as they should be. It only looks.

use super::told;
use crate::action::branch::checkup;
use crate::app;
use crate::config::{Config, Problem};
use crate::domain::duty::Reminder;
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

mod platforms;

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
    platforms::look(&config, &effects, &mut wrong).await;
    if let Some(store) = &store {
        made_in_chat(store, &config, effects.clock.now()).await?;
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
    let all = config.duties.iter().flat_map(|duty| duty.reminders.iter().map(move |reminder| (duty.key.as_str(), reminder)));
    let mut unknown = BTreeSet::new();
    for (duty, reminder) in all {
        unknown.extend(show(config, &format!("{duty}/{}", reminder.key), duty, reminder, now));
    }
    for year in unknown {
        out!("holidays: {year} is not known, its weekdays count as workdays: add holidays/{year}.toml");
    }
}

/// Those of the database, each with the unit that it was made for.
async fn made_in_chat(store: &Store, config: &Config, now: i64) -> Result<(), String> {
    for own in store.own_reminders().await.map_err(told)? {
        let name = format!("of {}, made in chat, {}", own.path, own.duty);
        if config.duty(&own.duty).is_none() {
            out!("reminder {name}: its duty is gone, so it never comes; whoever made it can delete it in chat");
            continue;
        }
        show(config, &name, &own.duty, &Reminder::own(own.id, &own.cron, config.zone()), now);
    }
    Ok(())
}

/// Prints when a reminder comes next; the years of these times whose holidays it needs and nobody knows.
fn show(config: &Config, name: &str, duty: &str, reminder: &Reminder, now: i64) -> Vec<i32> {
    let Ok(runs) = next_runs(config, duty, reminder, now, 3) else { return Vec::new() };
    let next: Vec<String> = runs.iter().map(|run| reminder.zone.show(*run)).collect();
    let zone = if reminder.zone == config.zone() { String::new() } else { format!(" ({})", reminder.zone.0) };
    let next = if next.is_empty() { "it never comes again".to_owned() } else { next.join(", ") };
    out!("reminder {name}: {next}{zone}");
    if !Timing::of(reminder).is_ok_and(|t| t.needs_holidays()) {
        return Vec::new();
    }
    runs.iter().map(|run| reminder.zone.date(*run).year()).filter(|year| !config.holidays.knows(*year)).collect()
}
