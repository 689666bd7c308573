//! `zhibu import study FILE [--branch PATH] [--issue N] [--columns 姓名=A,时间=C] [--apply]`: a preview unless `--apply`.

use super::{open, told};
use crate::action::cache::Cache;
use crate::action::study::study_import::{Import, run as import};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::roster::OrgKind;
use crate::effects::Effects;
use crate::error::Error;
use crate::intake::study::{Column, heading};
use std::path::PathBuf;
use std::sync::Arc;

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The file
    file: PathBuf,
    /// The branch, or a unit above several; else everything
    #[arg(long, value_name = "PATH")]
    branch: Option<String>,
    /// The week it is of, like 2026-W47; else it is found in the file (课程, 学习时间, its name)
    #[arg(long, value_name = "WEEK")]
    period: Option<Period>,
    /// What an unknown heading means, like 人员=姓名,打卡=时间; remembered
    #[arg(long, value_name = "HEADING=WHAT", value_delimiter = ',')]
    columns: Vec<String>,
    /// Enter what is sure; without it that is only shown
    #[arg(long)]
    apply: bool,
    /// Show at most so many lines
    #[arg(long, default_value_t = 200)]
    lines: usize,
}

/// Shows, or enters and shows.
pub async fn run(config: Arc<Config>, args: &Args) -> Result<(), String> {
    let bytes = std::fs::read(&args.file).map_err(|e| format!("{}: {e}", args.file.display()))?;
    let mut columns = Vec::new();
    for said in &args.columns {
        let what = said.split_once('=').and_then(|(top, what)| Some((heading(top), Column::parse(what.trim())?)));
        columns.push(what.ok_or_else(|| format!("{said:?}: write HEADING=WHAT, where WHAT is 姓名, 课程, 时间, 状态 or 班级"))?);
    }
    let effects = Effects::system();
    let store = open(&config, &effects).await?;
    let path = args.branch.as_deref().unwrap_or_default();
    let units = store.subtree(path).await.map_err(told)?;
    let unit = units.iter().min_by_key(|o| o.path.len()).ok_or_else(|| format!("there is no unit {path:?}"))?.clone();
    let cache = Cache::new(store.clone());
    let mut branches = Vec::new();
    for org in units.iter().filter(|o| o.kind == OrgKind::Branch) {
        branches.extend(cache.branch(org.id).await.map_err(told)?);
    }
    for (top, column) in columns {
        store.remember_import(unit.id, "column", &top, column.key()).await.map_err(told)?;
    }
    let now = effects.clock.now();
    let name = args.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let account = AccountKey::new("cli", "import");
    let what = Import {
        store: &store,
        config: &config,
        today: config.zone().date(now),
        now,
        bytes: Arc::new(bytes),
        name: &name,
        unit,
        branches,
        period: args.period,
        said: (ChatKey::private(&account), account.clone()),
        actor: None,
    };
    let done = import(&what, args.apply).await;
    store.close().await;
    match done {
        Ok(plan) => {
            println!("{}", plan.text(&config, config.bot.language, args.lines));
            println!("{}", if args.apply { "imported" } else { "nothing was changed: add --apply to import" });
            Ok(())
        }
        Err(Error::Mistake(mistake)) => Err(config.messages.mistake(config.bot.language, &mistake)),
        Err(Error::Fault(fault)) => Err(told(fault)),
    }
}
