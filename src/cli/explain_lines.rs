//! `zhibu explain`: the command around `explain`: which date, whose names, and which lines.

use super::explain::{Options, explain};
use super::{open, told};
use crate::config::Config;
use crate::domain::roster::OrgKind;
use crate::effects::{Clock, Effects, SystemClock};
use crate::language::{Grammar, NameList};
use chrono::NaiveDate;
use std::path::PathBuf;

/// Its arguments.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Each line gives {\"text\":…,\"intents\":[…]}; an empty list means: not for the bot, nothing recorded.")]
pub struct Args {
    /// Read as on this day (else today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,
    /// The roster's names, one a line (else those of the database, where there is one)
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// Lines are ADDRESSED<tab>JSON-string: 0 or 1, then the text in quotes; lines with # are passed over
    #[arg(long)]
    tsv: bool,
    /// Also show which words gave what
    #[arg(long)]
    why: bool,
    /// Read plain lines as said in passing, not to the bot
    #[arg(long)]
    aside: bool,
    /// What to read (else the lines of the standard input)
    text: Vec<String>,
}

/// Explains.
pub async fn run(config: &Config, args: &Args) -> Result<(), String> {
    let names = match &args.names {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            text.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect()
        }
        None => known_names(config).await?,
    };
    let today = args.today.unwrap_or_else(|| config.zone().date(SystemClock.now()));
    let grammar = Grammar::new(&config.duties, &config.bot.names)?;
    let options = Options { today, names: NameList::new(names), tsv: args.tsv, why: args.why, addressed: !args.aside };
    let out = std::io::stdout().lock();
    let done = if args.text.is_empty() {
        explain(std::io::stdin().lock(), out, &grammar, &options)
    } else {
        explain(args.text.join("\n").as_bytes(), out, &grammar, &options)
    };
    match done {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e.to_string()),
        _ => Ok(()),
    }
}

/// Everybody's names, where there is a database already: explaining makes none.
async fn known_names(config: &Config) -> Result<Vec<String>, String> {
    use secrecy::ExposeSecret;
    let url = config.bot.database_url.expose_secret();
    let file = url.strip_prefix("sqlite:").map(|p| p.trim_start_matches("//").split('?').next().unwrap_or_default());
    if file.is_some_and(|f| !std::path::Path::new(f).exists()) {
        return Ok(Vec::new());
    }
    let store = open(config, &Effects::system()).await?;
    let mut names = Vec::new();
    for org in store.subtree("").await.map_err(told)?.into_iter().filter(|o| o.kind == OrgKind::Branch) {
        if let Some(roster) = store.roster(org.id).await.map_err(told)? {
            names.extend(roster.members.into_iter().map(|m| m.name));
        }
    }
    store.close().await;
    Ok(names)
}
