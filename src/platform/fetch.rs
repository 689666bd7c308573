//! Fetching what people sent: only over http(s), only from allowed hosts, never more than the limit.

use crate::domain::message::SendError;
use futures_util::StreamExt;
use reqwest::{Client, Url, redirect};
use std::time::Duration;

const REDIRECTS: usize = 3;

/// Fetches files.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    hosts: Vec<String>,
    setting: &'static str,
}

/// Whether a host is among the allowed: itself, or below a `*.name`.
fn allowed(hosts: &[String], host: &str) -> bool {
    hosts.iter().any(|h| match h.strip_prefix("*.") {
        Some(parent) => host.len() > parent.len() && host.to_ascii_lowercase().ends_with(&format!(".{}", parent.to_ascii_lowercase())),
        None => h.eq_ignore_ascii_case(host),
    })
}

/// In a file's URL, what may be said in a log: never its path or query, which are keys to it.
fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or("").to_owned()
}

impl Fetcher {
    /// Fetches from these hosts, which `setting` names, giving up on one file after `timeout`.
    ///
    /// # Errors
    /// Where the machine's TLS can't be set up.
    pub fn new(hosts: &[String], setting: &'static str, timeout: Duration) -> Result<Self, String> {
        // another host may be reached only by name in the configuration, never because a server says so
        let same_host = redirect::Policy::custom(|attempt| {
            let first = attempt.previous().first().and_then(|u| u.host_str());
            if attempt.url().host_str() != first {
                attempt.error("it leads to another host")
            } else if attempt.previous().len() > REDIRECTS {
                attempt.error("it leads on and on")
            } else {
                attempt.follow()
            }
        });
        let client = Client::builder().redirect(same_host).timeout(timeout).connect_timeout(timeout.min(Duration::from_secs(10))).no_proxy().build();
        Ok(Self { client: client.map_err(|e| e.to_string())?, hosts: hosts.to_vec(), setting })
    }

    /// Whether it is at one of its hosts.
    pub fn allows(&self, url: &str) -> bool {
        Url::parse(url)
            .is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.username().is_empty() && u.password().is_none() && allowed(&self.hosts, &host_of(&u)))
    }

    /// The bytes at a URL.
    pub async fn url(&self, url: &str, limit: usize) -> Result<Vec<u8>, SendError> {
        let url = Url::parse(url).map_err(|_| SendError::Refused("the file's address is no URL".into()))?;
        let host = host_of(&url);
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(SendError::Refused("the file's address is no plain http(s) address".into()));
        }
        if !allowed(&self.hosts, &host) {
            return Err(SendError::Refused(format!("files may not be fetched from {host}: add it to {} if it belongs to the platform", self.setting)));
        }
        let later = |e: reqwest::Error| {
            let e = e.without_url();
            if e.is_redirect() {
                SendError::Refused(format!("{host} wanted to send us elsewhere"))
            } else {
                SendError::Later { after: None, reason: format!("{host}: {e}") }
            }
        };
        let response = self.client.get(url).send().await.map_err(later)?;
        let status = response.status();
        if !status.is_success() {
            let reason = format!("{host} answered {status}");
            return Err(if status.is_server_error() { SendError::Later { after: None, reason } } else { SendError::Refused(reason) });
        }
        if response.content_length().is_some_and(|n| n > limit as u64) {
            return Err(too_big(limit));
        }
        let mut bytes = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(later)?;
            if bytes.len() + chunk.len() > limit {
                return Err(too_big(limit));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// Whether it is an address that can be fetched.
pub fn is_http(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// The refusal of a file beyond the limit.
pub fn too_big(limit: usize) -> SendError {
    SendError::Refused(format!("the file is larger than {limit} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_hosts_are_allowed() {
        let hosts = ["*.qq.com".to_owned(), "files.example".into(), "127.0.0.1".into()];
        for (host, ok) in [
            ("multimedia.nt.qq.com", true),
            ("A.QQ.COM", true),
            ("files.example", true),
            ("127.0.0.1", true),
            ("qq.com", false),
            ("evilqq.com", false),
            ("qq.com.evil.example", false),
            ("x.files.example", false),
            ("", false),
        ] {
            assert_eq!(allowed(&hosts, host), ok, "{host}");
        }
    }
}
