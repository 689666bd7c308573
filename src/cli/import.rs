//! `zhibu import roster FILE [--branch PATH] [--apply]`: a preview unless `--apply`.

use super::{import_dues as dues, import_study as study, open, told};
use crate::action::branch::roster_import::{Import as Roster, Outcome, apply, preview};
use crate::config::Config;
use crate::domain::roster::Org;
use crate::effects::Effects;
use crate::effects::out;
use crate::error::Error;
use crate::intake::plan::{Elsewhere, Plan};
use crate::intake::preview as words;
use std::path::PathBuf;
use std::sync::Arc;

/// What can be imported.
#[derive(clap::Subcommand, Debug)]
pub enum Import {
    /// A roster: xlsx, xls or csv (UTF-8, GBK); columns are found by their names (姓名, 团员编号, 所在团支部, QQ …)
    Roster(Args),
    /// Dues: a bill of WeChat Pay or Alipay (csv, xlsx), or the fee export of a month (团员姓名 … 当月交纳状态)
    Dues(dues::Args),
    /// An official export of who has done a lecture (xlsx, xls, csv in UTF-8 or GBK)
    Study(study::Args),
}

/// Its arguments.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The file
    file: PathBuf,
    /// The branch of rows that name none (or the unit above those that are named)
    #[arg(long, value_name = "PATH")]
    branch: Option<String>,
    /// Make the branch of `--branch` though a unit of that name is below another one
    #[arg(long)]
    new: bool,
    /// Make the changes; without it they are only shown
    #[arg(long)]
    apply: bool,
    /// Take people who are known in another branch for transferred
    #[arg(long)]
    transfer: bool,
    /// Show at most so many lines
    #[arg(long, default_value_t = 200)]
    lines: usize,
}

/// The path that was meant, where one begins with the name of a unit that stands below another and none of that name is at the top.
fn meant(units: &[Org], path: &str) -> Option<String> {
    let first = path.split('/').next().filter(|first| !first.is_empty())?;
    if units.iter().any(|o| o.path == first) {
        return None;
    }
    // of several, the one where all of it is there already
    let below = units.iter().filter(|o| o.name == first).map(|o| format!("{}{}", o.path, &path[first.len()..]));
    let there = |path: &String| units.iter().any(|o| o.path == *path);
    let all: Vec<String> = below.collect();
    all.iter().find(|p| there(p)).or(all.first()).cloned()
}

/// Shows, or imports and shows.
pub async fn run(config: Arc<Config>, import: &Import) -> Result<(), String> {
    let args = match import {
        Import::Roster(args) => args,
        Import::Dues(args) => return dues::run(config, args).await,
        Import::Study(args) => return study::run(config, args).await,
    };
    let bytes = std::fs::read(&args.file).map_err(|e| format!("{}: {e}", args.file.display()))?;
    let effects = Effects::system();
    let store = open(&config, &effects).await?;
    if let Some(path) = args.branch.as_deref().filter(|_| !args.new)
        && let Some(there) = meant(&store.subtree("").await.map_err(told)?, path)
    {
        store.close().await;
        return Err(format!("there is no unit {path:?} at the top: did you mean --branch {there}? (--new makes it there)"));
    }
    let everywhere = [String::new()];
    let roster = Roster {
        store: &store,
        config: &config,
        today: config.zone().date(effects.clock.now()),
        bytes: Arc::new(bytes),
        branch: args.branch.as_deref(),
        scope: &everywhere,
        elsewhere: if args.transfer { Elsewhere::Transfer } else { Elsewhere::Ask },
        may_grant: true,
        actor: None,
    };
    let show = |plan: &Plan| out!("{}", words::text(plan, &config.messages, config.bot.language, args.lines));
    let done = if args.apply {
        apply(&roster, None).await.map(|outcome| match outcome {
            Outcome::Applied(plan) => {
                show(&plan);
                let left = plan.counts.errors + plan.counts.questions;
                match (plan.is_empty(), left) {
                    (false, 0) => out!("imported"),
                    (false, _) => out!("imported; {left} rows were left out"),
                    (true, 0) => out!("nothing to import: all of it is there"),
                    (true, _) => return Err("nothing was imported: every row that says something new is wrong or must be asked about".to_owned()),
                }
                Ok(())
            }
            Outcome::Changed(plan) => {
                show(&plan);
                Err("nothing was imported: the roster changed meanwhile; look and run it again".to_owned())
            }
        })
    } else {
        preview(&roster).await.map(|plan| {
            show(&plan);
            out!("nothing was changed: add --apply to import");
            Ok(())
        })
    };
    store.close().await;
    done.map_err(|error| match error {
        Error::Mistake(mistake) => config.messages.mistake(config.bot.language, &mistake),
        Error::Fault(fault) => told(fault),
    })?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::OrgId;
    use crate::domain::roster::OrgKind;

    #[test]
    fn a_unit_below_another_is_meant() {
        let unit = |n: i64, path: &str| Org {
            id: OrgId(n),
            parent: None,
            path: path.into(),
            name: path.rsplit('/').next().unwrap().into(),
            kind: OrgKind::Branch,
            since: chrono::NaiveDate::MIN,
            epoch: 0,
        };
        let units = [unit(1, "县团委"), unit(2, "县团委/镇团委"), unit(3, "县团委/镇团委/第一团支部"), unit(4, "县团委/乡团委/第二团支部")];
        for (said, there) in [
            ("第一团支部", Some("县团委/镇团委/第一团支部")),
            ("镇团委/第一团支部", Some("县团委/镇团委/第一团支部")),
            ("镇团委/第九团支部", Some("县团委/镇团委/第九团支部")),
            ("县团委/镇团委/第一团支部", None),
            ("县团委/新团支部", None),
            ("市团委/第一团支部", None),
            ("第九团支部", None),
        ] {
            assert_eq!(meant(&units, said).as_deref(), there, "{said}");
        }
    }
}
