//! What the stories share: how a test runs, databases, fakes of the platforms' servers.

pub mod above;
pub mod asking;
pub mod backstage;
pub mod browser;
pub mod courier;
pub mod db;
pub mod faults;
pub mod house;
pub mod lacking;
pub mod official;
pub mod onebot;
pub mod pictures;
pub mod postgres;
pub mod process;
pub mod qq;
pub mod sheets;
pub mod source;
pub mod telegram;
pub mod town;
pub mod watched;
pub mod wecom;

use libtest_mimic::{Failed, Trial};
use std::future::Future;
use std::time::Duration;

/// A test on a runtime of its own.
pub fn story<F>(name: impl Into<String>, test: impl FnOnce() -> F + Send + 'static) -> Trial
where
    F: Future<Output = ()>,
{
    Trial::test(name, move || run(test()))
}

/// A test that waits for nothing.
pub fn plain(name: impl Into<String>, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// After this a story hangs: it fails by its name, instead of holding up the whole run. Where more kills or branches are asked for
/// than usual it has an hour.
fn hangs() -> Duration {
    let more = ["ZHIBU_KILLS", "ZHIBU_YEAR"].iter().any(|name| std::env::var_os(name).is_some());
    Duration::from_mins(if more { 60 } else { 10 })
}

/// Runs a future to its end; a panic is the test's failure.
pub fn run(test: impl Future<Output = ()>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async { tokio::time::timeout(hangs(), test).await.unwrap_or_else(|_| panic!("hangs: not done in {:?}", hangs())) });
    runtime.shutdown_timeout(Duration::from_secs(2));
    Ok(())
}
