//! `[web] public` and beside it: how files go where a platform takes none.

use super::reader::{Problems, Table};
use super::telegram::{api_url, host_of};

/// Links to files.
#[derive(Clone, Debug)]
pub struct Links {
    /// Where members' browsers reach the web listener, without a `/` at its end; empty: there are no links.
    pub public: String,
    /// For how many hours a link is good.
    pub hours: i64,
    /// How often a link in a group can be had; one in a private chat can be once.
    pub group_uses: i64,
}

impl Links {
    /// The host of `public`, perhaps with a port.
    pub fn host(&self) -> Option<&str> {
        host_of(&self.public)
    }

    pub(super) fn read(t: &mut Table, p: &mut Problems) -> Option<Self> {
        let public = t.parsed("public", public, p);
        let hours = t.number("link_hours", 1..=720, p);
        let group_uses = t.number("link_group_uses", 1..=10_000, p);
        Some(Self { public: public?, hours: hours?, group_uses: group_uses? })
    }
}

/// It stands in messages: what a platform may take for markup would break it.
fn public(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/' | ':');
    match api_url(text) {
        Ok(url) if url.chars().all(plain) => Ok(url),
        _ => Err(format!(
            "{text:?} is no address for links: write https://HOST, perhaps with a path of letters and digits, which your proxy leads to our listener"
        )),
    }
}
