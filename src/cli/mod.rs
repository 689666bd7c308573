//! The command line: one file a command. Exit codes: 0 done, 1 failed, 2 wrong usage.

mod alone;
mod backstage;
mod bind;
mod check;
mod demo;
mod erase;
pub mod explain;
mod explain_lines;
mod export;
mod grant;
mod import;
mod import_dues;
mod import_study;
mod resume;
mod run;
pub mod sample;
mod say;

use crate::app;
use crate::config::{Config, Env};
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::Store;
use clap::{Parser, Subcommand};
use secrecy::ExposeSecret;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// 支部: a chat bot that keeps a branch's dues, Youth Study and theme-day records, answers who is missing, and reminds.
#[derive(Parser, Debug)]
#[command(
    name = "zhibu",
    version,
    max_term_width = 110,
    after_help = "Begin with `zhibu demo`: it needs nothing and opens a web chat. For a real group: the README, \"The first real group\"."
)]
pub struct Cli {
    /// A folder with your own bot.toml, roles.toml, duties/, messages/, holidays/: what is there replaces the defaults
    #[arg(long, global = true, value_name = "DIR")]
    config: Option<PathBuf>,
    /// The database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (else [database] url)
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Runs the bot: connects to the chat platforms, answers, reminds; until Ctrl-C or SIGTERM
    Run,
    /// Shows the bot with a sample county and a web chat on this machine; touches nothing of yours
    Demo(demo::Args),
    /// Checks configuration, database and reminders, and says what is wrong
    Check(check::Args),
    /// Says one message through the whole pipeline and prints the answer
    Say(say::Args),
    /// Shows what lines are understood as: a JSON object each
    Explain(explain_lines::Args),
    /// Imports files: a preview unless --apply
    #[command(subcommand)]
    Import(import::Import),
    /// Takes tables away
    #[command(subcommand)]
    Export(export::Export),
    /// Ties a chat to a unit: zhibu bind onebot:90000 余庆县团委/白泥镇团委/第一团支部
    Bind(bind::Args),
    /// Gives somebody a role at a unit and everything below it: zhibu grant 张三 secretary 余庆县团委/白泥镇团委/第一团支部
    Grant(grant::Args),
    /// Lets an account send again that was stopped because its platform throttles it: zhibu resume onebot:10000
    Resume(resume::Args),
    /// Forgets a person; a preview unless --apply: zhibu erase 张三
    Erase(erase::Args),
}

/// Parses the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // a batch passes between its task and SQLite's thread several times, and comes back by the shared queue: looked at
    // as seldom as by default, each turn waits for all those who are being answered
    let runtime = match tokio::runtime::Builder::new_multi_thread().global_queue_interval(31).event_interval(31).enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("zhibu: the system gives no threads: {e}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("zhibu: {text}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    async fn run(self) -> Result<(), String> {
        let config = || self.load();
        match &self.command {
            Command::Run => run::run(config()?).await,
            Command::Demo(args) => demo::run(config()?, args).await,
            Command::Check(args) => check::run(self.load_problems(), args).await,
            Command::Say(args) => say::run(config()?, args).await,
            Command::Explain(args) => explain_lines::run(&*config()?, args).await,
            Command::Import(what) => import::run(config()?, what).await,
            Command::Export(what) => export::run(&*config()?, what).await,
            Command::Bind(args) => bind::run(&*config()?, args).await,
            Command::Grant(args) => grant::run(&*config()?, args).await,
            Command::Resume(args) => resume::run(&*config()?, args).await,
            Command::Erase(args) => erase::run(&*config()?, args).await,
        }
    }

    fn load_problems(&self) -> Result<Arc<Config>, Vec<crate::config::Problem>> {
        let mut config = Config::load(self.config.as_deref(), &Env::process())?;
        if let Some(url) = &self.database {
            config.bot.database_url = url.clone().into();
        }
        Ok(Arc::new(config))
    }

    fn load(&self) -> Result<Arc<Config>, String> {
        self.load_problems().map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
            format!("the configuration can't be used:\n{}", lines.join("\n"))
        })
    }
}

/// Opens the configured database.
async fn open(config: &Config, effects: &Effects) -> Result<Store, String> {
    Store::open(&app::options(config.bot.database_url.expose_secret()), effects).await.map_err(told)
}

/// Refuses a file that is not there, where a command makes sense only on what is kept already: a slip of the pen would make
/// a new one.
fn there(config: &Config) -> Result<(), String> {
    let url = config.bot.database_url.expose_secret();
    match url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//").split('?').next().unwrap_or_default()) {
        Some(path) if path != ":memory:" && !std::path::Path::new(path).exists() => {
            Err(format!("there is no database at {path}: check --database (or [database] url); zhibu run or an import makes one"))
        }
        _ => Ok(()),
    }
}

/// A fault in words for the operator.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err, which gives it away")]
fn told(fault: Fault) -> String {
    fault.to_string()
}
