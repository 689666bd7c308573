//! The two kinds of failure, apart by type.
//!
//! [`Mistake`] is a person's: its text is shown to them and says what to do. [`Fault`] is ours or the
//! machine's: the person reads an apology with a short code, the log line carries the same code.

use std::fmt;

/// What a person did that can't be done, as a message key and its arguments (see `bot-config/messages`).
///
/// Arguments are plain values: they are escaped where they leave (platform, spreadsheet), not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// A key of `bot-config/messages/*.ftl`.
    pub key: &'static str,
    /// The message's arguments, by name.
    pub args: Vec<(&'static str, String)>,
}

impl Mistake {
    /// A mistake whose message takes no argument.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

/// Something outside a person's doing: the database, the network, a bug.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database refused or could not be reached; `hint` says what an operator can do.
    #[error("database: {source} ({hint})")]
    Database {
        /// What sqlx said.
        source: sqlx::Error,
        /// What to do about it, in plain English.
        hint: &'static str,
    },
    /// What the store holds does not make sense: a row that no version of ours wrote.
    #[error("the database holds what it should not: {0}")]
    Corrupt(String),
    /// The roster changed between reading and writing; read again and retry.
    #[error("the roster changed meanwhile")]
    Stale,
    /// The process is shutting down and takes no more work.
    #[error("shutting down")]
    Closed,
    /// Anything else, in words for the operator.
    #[error("{0}")]
    Other(String),
}

impl Fault {
    /// Whether it is nobody's in particular: the database is gone, or the process ends. What else is tried now fails as well.
    pub fn is_everywhere(&self) -> bool {
        match self {
            Self::Database { source, hint } => {
                *hint != UNHINTED || matches!(source, sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Tls(_))
            }
            Self::Closed => true,
            Self::Corrupt(_) | Self::Stale | Self::Other(_) => false,
        }
    }
}

/// Where a database's error says all that there is to be said.
const UNHINTED: &str = "see the message";

impl From<sqlx::Error> for Fault {
    fn from(source: sqlx::Error) -> Self {
        let hint = match &source {
            sqlx::Error::PoolTimedOut => "no connection was to be had: is the database running, and is it overloaded or locked by another program?",
            sqlx::Error::Io(_) => "the database can't be reached: is it running, and is the address right?",
            sqlx::Error::Database(e) => database_hint(e.code().as_deref().unwrap_or(""), e.message()),
            _ => UNHINTED,
        };
        Self::Database { source, hint }
    }
}

/// What an operator can do about a database's error code (SQLite's extended code or a SQLSTATE).
fn database_hint(code: &str, message: &str) -> &'static str {
    match code {
        "5" | "261" | "517" => "another program holds the file locked: close it, or wait and try again",
        "8" | "264" | "520" | "776" | "1032" | "1288" | "1544" => "the file or its folder is read-only: check its permissions",
        "14" | "270" | "526" | "782" | "1038" => "the file can't be opened: does its folder exist, and may this user write there?",
        "13" => "the disk is full: free some space",
        "11" | "26" | "267" => "the file is not a sound SQLite database: restore a backup",
        "28P01" | "28000" => "user or password is wrong",
        "3D000" => "that database does not exist: create it first",
        "53300" => "PostgreSQL has too many connections: raise max_connections or lower ours",
        _ if message.contains("readonly") => "the file or its folder is read-only: check its permissions",
        // administrator shutdown, crash shutdown, cannot connect now; connection exceptions
        _ if code.starts_with("57P") || code.starts_with("08") => "the database is stopping or starting: is it running?",
        _ => UNHINTED,
    }
}

/// Either kind, where both can happen.
#[derive(Debug)]
pub enum Error {
    /// A person's: show it.
    Mistake(Mistake),
    /// Not a person's: apologise and log.
    Fault(Fault),
}

impl From<Mistake> for Error {
    fn from(m: Mistake) -> Self {
        Self::Mistake(m)
    }
}

impl From<Fault> for Error {
    fn from(f: Fault) -> Self {
        Self::Fault(f)
    }
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        Self::Fault(e.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistake(m) => write!(f, "{}", m.key),
            Self::Fault(e) => write!(f, "{e}"),
        }
    }
}
