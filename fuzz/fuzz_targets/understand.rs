//! Any bytes as a message. What must hold is in `invariants.rs`, which the stable example `fuzz_language` shares.
#![no_main]

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|data: &[u8]| invariants::hold(data));
