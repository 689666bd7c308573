//! What the stories share: how a test runs, databases, fakes of the platforms' servers.

pub mod backstage;
pub mod browser;
pub mod db;
pub mod lacking;
pub mod postgres;
pub mod source;
