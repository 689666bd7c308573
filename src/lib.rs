//! Zhibu (支部): a chat bot that keeps what the members of a branch owe and do. This page is the map of the house.
//!
//! # One idea
//! Everything that a branch chases is the same thing: **somebody owes a measure of a duty in each period.** Dues,
//! Youth Study, theme day are rows of configuration over one engine:
//! `Duty × Period × Subject → append-only Records → a Standing`. One question (谁没…), one reminder and one ledger
//! serve all of them; code knows no duty by name.
//!
//! # Two flows, each one way
//! ```text
//! platform → Incoming → language (what was meant) → action (what to do) → store (what is true) → answer → platform
//! clock → schedule (what is due, who is missing) → outbox → deliver → platform
//! ```
//!
//! # The floors, from the top
//! Imports point down only; `tests/laws.rs` fails on anything else.
//!
//! | floor | what it is |
//! |---|---|
//! | [`cli`] | one file a command |
//! | [`app`] | the only file that knows everything: builds, spawns, shuts down |
//! | [`platform`], [`schedule`], [`web`] | chat networks (they see neither store nor language); reminders and delivery; the one listener |
//! | [`action`] | one file for each thing people ask; permission in one place |
//! | [`language`], [`report`], [`store`], [`intake`] | text → intents, pure; figures, pure; the only SQL; files people bring, pure |
//! | [`config`] | `bot-config/`, strictly typed |
//! | [`domain`] | plain types and the pure rules: money, periods, duties, [`domain::decide`] what a claim does to the ledger |
//! | [`error`], [`effects`], [`metrics`], [`hosts`] | leaves: a person's mistake and a fault; clock, ids, randomness; counters; Host names |
//!
//! # Laws
//! 1. Thinking is pure: `domain`, `language`, `report`, `intake` do no I/O and read no clock.
//! 2. Time, ids and randomness come from [`effects`]. Instants are UTC milliseconds, local dates and periods are text
//!    in the configured zone, money is whole fen.
//! 3. One SQL text for SQLite and PostgreSQL.
//! 4. One writer commits in groups; nothing is acknowledged before it is durable; a chat's messages keep their order.
//! 5. Records are append-only; undo is a record that names another. Standings and tallies are derived in the same
//!    transaction and `zhibu check --records` proves them.
//! 6. Once only by source (a message that comes twice) and by meaning (a payment that was made).
//! 7. A person is not a membership: transfers, posts and bands have dates, facts keep the branch of their time.
//! 8. What the bot starts is a row, unique by (reminder, unit, time), sent at least once.
//! 9. It records only what was plainly said; unsure and not addressed, it is silent.
//! 10. A group hears no sums, no arrears by name, no kind of leave.
//! 11. Least data: a message that was not acted on leaves nothing; one that was leaves its id and what was entered.
//! 12. Of all our accounts in a chat, on however many processes, one answers ([`action::flow::voices`]): an account keeps its
//!     chats while the lease of its process lasts, and what was said while nobody answered is answered by its heir.
//!
//! # How to
//! - add a duty: a file in `bot-config/duties/` (or your own `duties/`);
//! - add an action: [`action`]; a platform: [`platform`]; a command: a file in [`cli`].

pub mod action;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod effects;
pub mod error;
pub mod hosts;
pub mod intake;
pub mod language;
pub mod metrics;
pub mod platform;
pub mod report;
pub mod schedule;
pub mod store;
pub mod web;
