//! `zhibu export ledger --branch PATH --period P`: the ledger of a branch as csv.

use super::{open, told};
use crate::action::export::{lines, parts};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::effects::Effects;
use crate::report::ledger_sheet::csv;
use std::io::Write;
use std::path::PathBuf;

/// What can be exported.
#[derive(clap::Subcommand, Debug)]
pub enum Export {
    /// Who owed what, what was reported, confirmed, given beside, and by whose word: csv, a line for each member and period
    Ledger(Args),
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
    let Export::Ledger(args) = export;
    if let Some(key) = &args.duty
        && config.duty(key).is_none()
    {
        return Err(format!("there is no duty {key:?}"));
    }
    let store = open(config, &Effects::system()).await?;
    let unit = store.org_by_path(&args.branch).await.map_err(told)?.ok_or_else(|| format!("there is no unit {:?}", args.branch))?;
    let all = lines(&store, config, unit.id, args.duty.as_deref(), |duty| parts(duty, args.period)).await.map_err(told)?;
    store.close().await;
    let text = csv(&all);
    match &args.out {
        Some(file) => std::fs::write(file, text).map_err(|e| format!("{}: {e}", file.display())),
        None => std::io::stdout().write_all(text.as_bytes()).map_err(|e| e.to_string()),
    }
}
