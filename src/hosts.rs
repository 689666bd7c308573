//! Which `Host` headers the web listener answers to. A page of another site that resolves its own name to this
//! machine (DNS rebinding) sends that name, and is turned away.

use std::net::{IpAddr, SocketAddr};

/// The hosts that are ours: the bound address, the names of loopback, and those of the configuration.
#[derive(Clone, Debug)]
pub struct Hosts {
    bound: IpAddr,
    names: Vec<String>,
}

impl Hosts {
    /// For a listener bound to `bound`, with `[web] hosts` beside it (a port there is ignored).
    pub fn new(bound: SocketAddr, names: &[String]) -> Self {
        Self { bound: bound.ip(), names: names.iter().map(|n| without_port(n).to_ascii_lowercase()).collect() }
    }

    /// Whether a `Host` header (or a URL's authority) names this listener. Ports are not compared: a container or a
    /// proxy may map them. A listener on every address (`0.0.0.0`) is named by any literal address.
    pub fn allow(&self, host: &str) -> bool {
        let name = without_port(host.trim()).to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        if name == "localhost" || self.names.iter().any(|n| n == name) {
            return true;
        }
        let literal = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
        literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip == self.bound || self.bound.is_unspecified())
    }
}

/// `example.org:80` → `example.org`, `[::1]:80` → `[::1]`.
fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(at)
            if !host.ends_with(']') && host[at + 1..].bytes().all(|b| b.is_ascii_digit()) && host[..at].find(':').is_none_or(|_| host.starts_with('[')) =>
        {
            &host[..at]
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_answered() {
        let local = Hosts::new("127.0.0.1:8770".parse().unwrap(), &["Bot.example:443".into()]);
        for host in ["127.0.0.1:8770", "localhost", "LOCALHOST:1", "[::1]:8770", "127.0.0.1", "bot.example", "bot.example:8770", "bot.example."] {
            assert!(local.allow(host), "{host}");
        }
        for host in ["", "evil.example", "evil.example:8770", "10.0.0.1", "localhost.evil.example", "127.0.0.1.evil.example", "bot.example@evil", ":8770"] {
            assert!(!local.allow(host), "{host}");
        }
        let lan = Hosts::new("10.0.0.5:80".parse().unwrap(), &[]);
        assert!(lan.allow("10.0.0.5:80") && !lan.allow("10.0.0.6"));
        let all = Hosts::new("0.0.0.0:80".parse().unwrap(), &[]);
        assert!(all.allow("10.0.0.6:80") && all.allow("[fe80::1]:80") && !all.allow("evil.example"));
    }
}
