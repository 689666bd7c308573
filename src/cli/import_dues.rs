//! `zhibu import dues FILE [--branch PATH] [--period MONTH] [--apply]`: a preview unless `--apply`.

use super::{open, told};
use crate::action::cache::Cache;
use crate::action::dues::bill_drop::month_of;
use crate::action::dues::bill_import::{Import, apply, preview};
use crate::config::Config;
use crate::domain::calendar::Period;
use crate::domain::duty::Measure;
use crate::domain::message::{AccountKey, ChatKey};
use crate::domain::roster::OrgKind;
use crate::effects::Effects;
use crate::effects::out;
use crate::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The file
    file: PathBuf,
    /// The branch that was paid; may be left out where there is only one
    #[arg(long, value_name = "PATH")]
    branch: Option<String>,
    /// The month of a fee export, like 2026-10; else it is taken from the file's name
    #[arg(long, value_name = "MONTH")]
    period: Option<Period>,
    /// The duty's key; else the first that is paid in money
    #[arg(long, value_name = "KEY")]
    duty: Option<String>,
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
    let duty = match &args.duty {
        Some(key) => config.duty(key).ok_or_else(|| format!("there is no duty {key:?}"))?,
        None => config.duties.iter().find(|d| d.measure == Measure::Money).ok_or("no duty is paid in money")?,
    };
    let effects = Effects::system();
    let store = open(&config, &effects).await?;
    let branches: Vec<_> = store.subtree("").await.map_err(told)?.into_iter().filter(|o| o.kind == OrgKind::Branch).collect();
    let unit = match (&args.branch, &branches[..]) {
        (Some(path), all) => all.iter().find(|o| o.path == *path).ok_or_else(|| format!("there is no branch {path:?}"))?,
        (None, [only]) => only,
        (None, _) => return Err(format!("there are {} branches: say which with --branch PATH", branches.len())),
    };
    let cache = Cache::new(store.clone());
    let branch = cache.branch(unit.id).await.map_err(told)?.ok_or("the branch is gone")?;
    let now = effects.clock.now();
    let name = args.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let account = AccountKey::new("cli", "import");
    let import = Import {
        store: &store,
        config: &config,
        today: config.zone().date(now),
        now,
        bytes: Arc::new(bytes),
        branch,
        duty,
        month: args.period.or_else(|| month_of(&name)),
        said: (ChatKey::private(&account), account.clone()),
        actor: None,
    };
    let done = if args.apply { apply(&import).await } else { preview(&import).await };
    store.close().await;
    match done {
        Ok(plan) => {
            out!("{}", plan.text(&config.messages, config.bot.language, args.lines));
            out!("{}", if args.apply { "imported" } else { "nothing was changed: add --apply to import" });
            Ok(())
        }
        Err(Error::Mistake(mistake)) => Err(config.messages.mistake(config.bot.language, &mistake)),
        Err(Error::Fault(fault)) => Err(told(fault)),
    }
}
