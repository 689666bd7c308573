//! The real binary: one command run to its end, or `run` as a child process that is asked to stop, or killed.

use super::db::Db;
use super::onebot::PATIENCE;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use tokio::sync::watch;

/// What OneBot implementations must show.
pub const TOKEN: &str = "a-token-for-stories";

/// The binary, set up by its environment for one database.
pub struct Program {
    url: String,
    dir: PathBuf,
    settings: Vec<(&'static str, String)>,
    config: Option<PathBuf>,
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: Option<i32>,
    /// Stdout.
    pub out: String,
    /// Stderr.
    pub err: String,
}

impl Ran {
    /// Stdout of a command that went well.
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, Some(0), "stdout: {}\nstderr: {}", self.out, self.err);
        self.out
    }
}

impl Program {
    /// For this database.
    pub fn new(db: &Db) -> Self {
        Self { url: db.url.clone(), dir: db.dir().to_owned(), settings: Vec::new(), config: None }
    }

    /// With this variable in its environment.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.settings.push((name, value.to_owned()));
        self
    }

    /// With a folder of its own configuration.
    pub fn configured(mut self, dir: PathBuf) -> Self {
        self.config = Some(dir);
        self
    }

    /// The command, with nothing of this process's own settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhibu"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ZHIBU_")) {
            command.env_remove(name);
        }
        if let Some(dir) = &self.config {
            command.arg("--config").arg(dir);
        }
        command.args(args).current_dir(&self.dir).stdin(Stdio::null());
        command
            .env("ZHIBU_DATABASE_URL", &self.url)
            .env("ZHIBU_ONEBOT_TOKEN", TOKEN)
            .env("NO_COLOR", "1")
            .env("ZHIBU_ONEBOT_PUSH_INTERVAL_MS", "0")
            .env("ZHIBU_ONEBOT_PUSH_JITTER_MS", "0");
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub async fn does(&self, args: &[&str]) -> Ran {
        self.does_at(None, args).await
    }

    /// The same, `run` listening on this port.
    pub async fn does_at(&self, bind: Option<SocketAddr>, args: &[&str]) -> Ran {
        let mut command = self.command(args);
        command.envs(bind.map(|b| ("ZHIBU_WEB_BIND", b.to_string())));
        let ended = tokio::task::spawn_blocking(move || command.output());
        let output = tokio::time::timeout(PATIENCE, ended).await.unwrap_or_else(|_| panic!("{args:?} did not end")).unwrap().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Starts `run` and waits until it listens.
    pub async fn runs(&self) -> Running {
        // between choosing a port and taking it, somebody else may
        for _ in 0..5 {
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let mut running = Running::start(self.command(&["run"]).env("ZHIBU_WEB_BIND", address.to_string()), address);
            if running.listens().await {
                return running;
            }
            let log = running.log();
            assert!(log.contains("is taken by another program"), "run did not start:\n{log}");
        }
        panic!("no port is free");
    }
}

#[derive(Default)]
struct Log {
    lines: Vec<String>,
    ended: bool,
}

/// A `run` that is up. Killed when it is dropped.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    log: watch::Receiver<Log>,
}

impl Running {
    fn start(command: &mut Command, address: SocketAddr) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (said, log) = watch::channel(Log::default());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                said.send_modify(|log| log.lines.push(line));
            }
            said.send_modify(|log| log.ended = true);
        });
        Self { address, child, log }
    }

    /// Whether it came so far as to listen.
    async fn listens(&mut self) -> bool {
        let listening = |log: &Log| log.lines.iter().any(|l| l.contains("listening on http://"));
        let wait = self.log.wait_for(|log| log.ended || listening(log));
        let log = tokio::time::timeout(PATIENCE, wait).await.expect("run neither listens nor ends").unwrap();
        listening(&log)
    }

    /// The door of OneBot implementations.
    pub fn door(&self) -> String {
        format!("ws://{}/onebot/v11/ws", self.address)
    }

    /// What it logged.
    pub fn log(&self) -> String {
        self.log.borrow().lines.join("\n")
    }

    /// `kill -9`: nothing runs after it, no line is logged.
    pub fn dies(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub fn asked_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", r#"kill -TERM "$0""#, &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub async fn ends(mut self) -> (ExitStatus, String) {
        let ended = tokio::time::timeout(PATIENCE, self.log.wait_for(|log| log.ended)).await.is_ok();
        assert!(ended, "it did not end; its log:\n{}", self.log());
        (self.child.wait().unwrap(), self.log())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // it may have ended already
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
