//! What this machine lacks for some tests. On CI that is a failure; elsewhere the tests are ignored and it is said.

use std::collections::BTreeMap;
use std::sync::Mutex;

static LACKING: Mutex<BTreeMap<&'static str, usize>> = Mutex::new(BTreeMap::new());

/// Whether tests that need `what` shall be ignored: it is absent, and this is not CI. Counts them for the report.
pub fn ignore(what: &'static str, present: bool) -> bool {
    if !present {
        *LACKING.lock().unwrap().entry(what).or_default() += 1;
    }
    !present && std::env::var_os("CI").is_none()
}

/// Says at the end what did not run.
pub fn report() {
    for (what, tests) in LACKING.lock().unwrap().iter() {
        println!("NOT RUN: {tests} tests need {what}, which this machine lacks (`.ci/run` installs it)");
    }
}
