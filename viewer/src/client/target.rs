//! Where a program is to be found.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use super::Credentials;
use crate::words::plain::plain;

/// A program with the taskmon layer: its address, and what to show to be let in.
#[derive(Clone, Debug)]
pub struct Target {
    address: Address,
    credentials: Arc<Credentials>,
}

/// Where a program listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A TCP port: `host:port`, `http://host:port`, `https://host:port`.
    Tcp {
        /// A name or an address; an IPv6 address without its brackets.
        host: String,
        /// The port.
        port: u16,
        /// Whether to speak TLS.
        tls: bool,
    },
    /// A Unix socket: `unix:/path`.
    Unix(PathBuf),
}

impl Target {
    /// The port on which taskmon-subscriber listens if it is not told otherwise.
    pub const DEFAULT_PORT: u16 = 6669;

    /// The program at `address`, to which nothing is shown.
    pub fn new(address: Address) -> Self {
        Target {
            address,
            credentials: Arc::default(),
        }
    }

    /// The program at the Unix socket at `path`, to which nothing is shown.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Target::new(Address::Unix(path.into()))
    }

    /// The same with these credentials, which are for it and for no other.
    pub fn with(&self, credentials: &Arc<Credentials>) -> Self {
        Target {
            address: self.address.clone(),
            credentials: Arc::clone(credentials),
        }
    }

    /// The same program at one of the addresses of its name. With TLS its certificate
    /// is for the name still.
    pub(super) fn at(&self, ip: IpAddr) -> Self {
        let Address::Tcp { host, port, tls } = &self.address else {
            return self.clone();
        };
        let mut credentials = Arc::clone(&self.credentials);
        if *tls && credentials.tls.server_name.is_none() {
            Arc::make_mut(&mut credentials).tls.server_name = Some(host.clone());
        }
        Target {
            address: Address::Tcp {
                host: ip.to_string(),
                port: *port,
                tls: *tls,
            },
            credentials,
        }
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What is shown to it.
    pub(super) fn credentials(&self) -> &Credentials {
        &self.credentials
    }
}

/// The same address is the same program, whatever is shown to it.
impl PartialEq for Target {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl Eq for Target {}

impl Hash for Target {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address.hash(state);
    }
}

/// The program on this host at the default port.
impl Default for Target {
    fn default() -> Self {
        Target::new(Address::Tcp {
            host: "127.0.0.1".to_owned(),
            port: Target::DEFAULT_PORT,
            tls: false,
        })
    }
}

/// `http://127.0.0.1:6669`, `unix:/run/shop.sock`: harmless for a terminal, and
/// what [`FromStr`] reads.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.address {
            Address::Tcp { host, port, tls } => {
                let scheme = if *tls { "https" } else { "http" };
                match host.contains(':') {
                    true => write!(f, "{scheme}://[{}]:{port}", plain(host)),
                    false => write!(f, "{scheme}://{}:{port}", plain(host)),
                }
            }
            Address::Unix(path) => write!(f, "unix:{}", plain(&path.to_string_lossy())),
        }
    }
}

/// Why a text is not a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message of each says what it is")]
pub enum TargetError {
    #[error("a port is missing: try {0}:{port}", port = Target::DEFAULT_PORT)]
    NoPort(String),
    #[error("'{0}' is not a port: it is a number from 1 to 65535")]
    BadPort(String),
    #[error("a host is missing: try 127.0.0.1:{port}", port = Target::DEFAULT_PORT)]
    NoHost,
    #[error("'{0}' is not a host name or an address")]
    BadHost(String),
    #[error("a path is missing: try unix:/path/to/socket")]
    NoPath,
    #[error(
        "'{0}://' is not supported: use host:port, http://host:port, https://host:port or unix:/path"
    )]
    Scheme(String),
    #[error("nothing may follow the port: leave out '{0}'")]
    Trailing(String),
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        if let Some(path) = text.strip_prefix("unix:") {
            // `unix:///path` as others write it.
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(TargetError::NoPath);
            }
            return Ok(Target::unix(path));
        }
        let (authority, tls) = match text.split_once("://") {
            None => (text, false),
            Some(("http", rest)) => (rest, false),
            Some(("https", rest)) => (rest, true),
            Some((scheme, _)) => return Err(TargetError::Scheme(plain(scheme).into_owned())),
        };
        let (authority, trailing) = match authority.find('/') {
            Some(slash) => authority.split_at(slash),
            None => (authority, ""),
        };
        if !matches!(trailing, "" | "/") {
            return Err(TargetError::Trailing(plain(trailing).into_owned()));
        }
        let (host, port) = host_and_port(authority)?;
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = match port.parse() {
            Ok(port) if port != 0 && is_port => port,
            _ => return Err(TargetError::BadPort(plain(port).into_owned())),
        };
        let host = host.to_owned();
        Ok(Target::new(Address::Tcp { host, port, tls }))
    }
}

fn host_and_port(authority: &str) -> Result<(&str, &str), TargetError> {
    let bad_host = || TargetError::BadHost(plain(authority).into_owned());
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or_else(bad_host)?;
        if host.parse::<std::net::Ipv6Addr>().is_err() {
            return Err(bad_host());
        }
        let port = rest.strip_prefix(':').ok_or_else(|| no_port(authority))?;
        return Ok((host, port));
    }
    let Some((host, port)) = authority.rsplit_once(':') else {
        return Err(no_port(authority));
    };
    if host.is_empty() {
        return Err(TargetError::NoHost);
    }
    let is_allowed = |c: char| c.is_alphanumeric() || "-._".contains(c);
    if !host.chars().all(is_allowed) {
        return Err(bad_host());
    }
    Ok((host, port))
}

fn no_port(authority: &str) -> TargetError {
    match authority {
        "" => TargetError::NoHost,
        host => TargetError::NoPort(plain(host).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(text: &str) -> (String, u16) {
        let target: Target = text.parse().unwrap();
        match target.address() {
            Address::Tcp { host, port, .. } => (host.clone(), *port),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn refused(text: &str) -> String {
        text.parse::<Target>().unwrap_err().to_string()
    }

    #[test]
    fn a_host_with_a_port_is_a_target() {
        assert_eq!(tcp("shop.internal:80"), ("shop.internal".into(), 80));
        assert_eq!(tcp("http://10.0.0.7:6669"), ("10.0.0.7".into(), 6669));
        assert_eq!(tcp("http://localhost:6669/"), ("localhost".into(), 6669));
        assert_eq!(tcp("[::1]:6669"), ("::1".into(), 6669));
    }

    #[test]
    fn a_unix_socket_is_a_target() {
        let run = Target::unix("/run/a b.sock");
        assert_eq!("unix:/run/a b.sock".parse(), Ok(run.clone()));
        assert_eq!("unix:///run/a b.sock".parse(), Ok(run));
    }

    #[test]
    fn what_is_shown_is_what_is_read() {
        for text in [
            "http://127.0.0.1:6669",
            "http://[::1]:80",
            "https://shop:6669",
            "https://[::1]:80",
            "unix:/run/shop.sock",
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        assert_eq!(Target::default().to_string(), "http://127.0.0.1:6669");
    }

    #[test]
    fn a_refusal_says_what_to_try() {
        assert_eq!(refused("shop"), "a port is missing: try shop:6669");
        assert_eq!(refused("[::1]"), "a port is missing: try [::1]:6669");
        assert!(refused("ftp://shop:1").contains("'ftp://' is not supported"));
        assert!(refused("unix:").contains("a path is missing"));
        assert!(refused("").contains("a host is missing"));
        assert!(refused(":6669").contains("a host is missing"));
        assert!(refused("http://shop:1/tasks").contains("leave out '/tasks'"));
        for port in ["0", "65536", "+1", "", "x"] {
            assert!(refused(&format!("shop:{port}")).contains("is not a port"));
        }
    }

    #[test]
    fn a_refusal_is_harmless_for_a_terminal() {
        for text in ["\u{1b}[2J:1", "\u{1b}://x", "x:\u{1b}", "\u{1b}", "x:1/\n"] {
            assert!(!refused(text).contains(char::is_control));
        }
    }
}
