//! Zhibu: the branch's chat bot.

pub mod action;
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
