//! `zhibu export ledger --branch PATH --period P`: the ledger of a branch as csv. `zhibu export person NAME`: all that is
//! kept of somebody, as json. `zhibu export return`: what is filed above when a period is over.

use super::{open, told};
use crate::action::members::privacy::json;
use crate::action::queries::export::{lines, parts};
use crate::action::study::filing;
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::effects::Effects;
use crate::report::ledger_sheet::{csv, is_open};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What can be exported.
#[derive(clap::Subcommand, Debug)]
pub enum Export {
    /// Who owed what, what was reported, confirmed, given beside, and by whose word: csv, a line for each member and period
    Ledger(Args),
    /// What is filed above when a period is over (汇总备案): a line for each branch, who was expected with its parts, and who is missing: csv
    Return(ReturnArgs),
    /// Everything that is kept of one person: json
    Person(PersonArgs),
}

/// Whose, and where to.
#[derive(clap::Args, Debug)]
pub struct PersonArgs {
    /// The person's name on the roster, now or before they left
    name: String,
    /// The unit at or below which to look for them: needed where several have the name
    #[arg(long, value_name = "PATH")]
    branch: Option<String>,
    /// Which of several of that name: the end of the league number, or what else the list says
    #[arg(long, value_name = "WHICH")]
    number: Option<String>,
    /// Where to; else it is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Of what, and where to.
#[derive(clap::Args, Debug)]
pub struct ReturnArgs {
    /// The path of the branch, or of a unit above branches, from the top
    #[arg(long, value_name = "PATH")]
    branch: String,
    /// One period of the duty: 2026-W47
    #[arg(long, value_name = "PERIOD")]
    period: Period,
    /// The duty, by its key
    #[arg(long, value_name = "KEY", default_value = "study")]
    duty: String,
    /// Where to; else it is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The branch's path from the top
    #[arg(long, value_name = "PATH")]
    branch: String,
    /// 2026-11, 2026-W47, 2026-Q3, 2026-H2 or 2026
    #[arg(long, value_name = "PERIOD")]
    period: Period,
    /// Only this duty's lines, by its key
    #[arg(long, value_name = "KEY")]
    duty: Option<String>,
    /// Where to; else it is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes the table.
pub async fn run(config: &Config, export: &Export) -> Result<(), String> {
    let args = match export {
        Export::Ledger(args) => args,
        Export::Return(args) => return filed(config, args).await,
        Export::Person(args) => return person(config, args).await,
    };
    if let Some(key) = &args.duty
        && config.duty(key).is_none()
    {
        return Err(format!("there is no duty {key:?}"));
    }
    let effects = Effects::system();
    let store = open(config, &effects).await?;
    let unit = store.org_by_path(&args.branch).await.map_err(told)?.ok_or_else(|| format!("there is no unit {:?}", args.branch))?;
    let mut all = lines(&store, config, unit.id, args.duty.as_deref(), |duty| parts(duty, args.period)).await.map_err(told)?;
    store.close().await;
    // nobody is behind with what has not begun
    let today = config.zone().date(effects.clock.now());
    all.retain(|line| !is_open(line) || line[4].parse::<Period>().is_ok_and(|p| p.first_day() <= today));
    write(args.out.as_deref(), &csv(&all))
}

/// Writes what is filed above.
async fn filed(config: &Config, args: &ReturnArgs) -> Result<(), String> {
    let duty = config.duty(&args.duty).filter(|d| d.measure != Measure::Money);
    let duty = duty.ok_or_else(|| format!("there is no duty {:?} that is filed: of money there is `export ledger`", args.duty))?;
    let periods = parts(duty, args.period);
    let [period] = periods[..] else {
        return Err(format!("{} is several periods of {}: one at a time, such as {}", args.period, duty.key, periods[0]));
    };
    let store = open(config, &Effects::system()).await?;
    let unit = store.org_by_path(&args.branch).await.map_err(told)?.ok_or_else(|| format!("there is no unit {:?}", args.branch))?;
    let units = store.subtree(&unit.path).await.map_err(told)?;
    let all = filing::lines(&store, config, &units, duty, period).await.map_err(told)?;
    store.close().await;
    write(args.out.as_deref(), &filing::table(config, &unit, duty, period, &all))
}

/// Writes all that is kept of somebody.
async fn person(config: &Config, args: &PersonArgs) -> Result<(), String> {
    let store = open(config, &Effects::system()).await?;
    let person = super::erase::find(&store, &args.name, args.branch.as_deref(), args.number.as_deref()).await?;
    let dossier = store.dossier(person).await.map_err(told)?.ok_or("the person is gone")?;
    store.close().await;
    write(args.out.as_deref(), &(json(&dossier).map_err(told)? + "\n"))
}

fn write(file: Option<&Path>, text: &str) -> Result<(), String> {
    match file {
        Some(file) => std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display())),
        None => std::io::stdout().write_all(text.as_bytes()).map_err(|e| e.to_string()),
    }
}
