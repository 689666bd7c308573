//! One bot on one SQLite file: two would both answer and both keep their own picture of who said what. PostgreSQL is
//! shared by any number. Commands beside a running bot (`say`, `import`, `bind`, `grant`) hold nothing.

use crate::store::sqlite_file;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// Takes the hold on the database at `url`: until the file is dropped, or the process ends in whatever way. It is a
/// lock on a file beside the database (`….run`), so that SQLite's own locks are left alone. Nothing, where there is
/// nothing to hold.
///
/// # Errors
/// A sentence for the operator where another bot holds it.
pub fn alone(url: &str) -> Result<Option<File>, String> {
    let Some(path) = sqlite_file(url) else { return Ok(None) };
    let beside = format!("{path}.run");
    // without its folder, or where nothing may be written, opening the database says it better
    let Ok(mut file) = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(Path::new(&beside)) else {
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => {
            // only for the other's sentence: that it can't be written harms nobody
            let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
            Ok(Some(file))
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = file.read_to_string(&mut holder);
            let holder = holder.parse::<u32>().map_or_else(|_| String::new(), |pid| format!(" (process {pid})"));
            Err(format!(
                "another bot{holder} already runs on {path}: stop that one first, or use PostgreSQL, which several may share; say, import, bind and grant work beside it"
            ))
        }
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "this file system has no locks: take care that only one bot runs on {path}");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/z.db?busy_timeout=5", dir.path().display());
        let first = alone(&url).unwrap();
        assert!(first.is_some());
        let why = alone(&url).unwrap_err();
        assert!(why.contains(&format!("process {}", std::process::id())) && why.contains("z.db:"), "{why}");
        drop(first);
        assert!(alone(&url).unwrap().is_some());
        for url in ["sqlite::memory:", "postgres://a@b/c", "sqlite:/no/such/folder/z.db"] {
            assert!(alone(url).unwrap().is_none(), "{url}");
        }
    }
}
