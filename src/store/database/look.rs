//! Looking at a database without changing it: no file is made, nothing is migrated, no number is leased.

use super::engine::Pool;
use super::migrate;
use super::node::Lease;
use crate::effects::Effects;
use crate::error::Fault;
use crate::store::{Options, Store, sqlite_file};
use std::path::Path;

/// What is where a database should be.
pub enum Look {
    /// No file.
    Missing,
    /// One of an older program: opening it will migrate it.
    Older {
        /// Its version; 0: an empty one.
        version: i64,
        /// This program's.
        newest: i64,
    },
    /// One of this program's version, to be read from; nothing may be written to it.
    Ready(Store),
}

impl Store {
    /// Looks. A store that comes back is closed like any other.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub async fn look(options: &Options, effects: &Effects) -> Result<Look, Fault> {
        if sqlite_file(&options.url).is_some_and(|path| !Path::new(path).exists()) {
            return Ok(Look::Missing);
        }
        let mut options = options.clone();
        if options.url.starts_with("sqlite:") && !options.url.contains("mode=") {
            options.url.push_str(if options.url.contains('?') { "&mode=rw" } else { "?mode=rw" });
        }
        let pool = Pool::open(&options).await?;
        let (version, newest) = (migrate::version(&pool).await?, migrate::newest());
        if version < newest {
            pool.close().await;
            return Ok(Look::Older { version, newest });
        }
        Ok(Look::Ready(Self::over(pool, effects, Lease::none(effects), &options)))
    }
}
