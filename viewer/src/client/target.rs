//! What a user names a program by.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a program's telemetry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `host:port`, without the `http://` that may stand before it.
    Tcp(String),
    /// The path of a unix socket.
    Unix(PathBuf),
}

/// Why a text names no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// TLS is not spoken yet.
    #[error("https is not supported yet; use http:// or a unix: socket")]
    Tls,
    /// There is no port.
    #[error("{0:?} has no port: a target is host:port, http://host:port or unix:/path")]
    NoPort(String),
    /// Anything else.
    #[error("{0:?} is no target: a target is host:port, http://host:port or unix:/path")]
    Nonsense(String),
}

impl Target {
    /// Where a program listens that was told nothing else.
    pub const DEFAULT: &'static str = "http://127.0.0.1:6669";
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let nonsense = || TargetError::Nonsense(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(nonsense())
            } else {
                Ok(Target::Unix(path.into()))
            };
        }
        if text.starts_with("https://") {
            return Err(TargetError::Tls);
        }
        let authority = text.strip_prefix("http://").unwrap_or(text);
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if authority.is_empty()
            || authority.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control())
        {
            return Err(nonsense());
        }
        let Some((host, port)) = authority.rsplit_once(':') else {
            return Err(TargetError::NoPort(text.to_owned()));
        };
        // Colons in a host are those of an address of IPv6, in brackets.
        if host.ends_with(':') || host.contains(':') && !host.starts_with('[') {
            return Err(nonsense());
        }
        match port.parse::<u16>() {
            Ok(1..) if !host.is_empty() => Ok(Target::Tcp(authority.to_owned())),
            _ => Err(nonsense()),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Tcp(authority) => f.write_str(authority),
            Target::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_an_address_with_a_port_or_a_socket() {
        for (text, target) in [
            ("127.0.0.1:6669", "127.0.0.1:6669"),
            ("http://shop.example:6669/", "shop.example:6669"),
            ("[::1]:6669", "[::1]:6669"),
            ("unix:/run/shop.sock", "unix:/run/shop.sock"),
            ("unix:///run/shop.sock", "unix:/run/shop.sock"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), target);
        }
    }

    #[test]
    fn what_is_no_target_is_told_why() {
        assert_eq!("https://a:1".parse::<Target>(), Err(TargetError::Tls));
        assert!(matches!(
            "shop".parse::<Target>(),
            Err(TargetError::NoPort(_))
        ));
        for text in [
            "",
            ":6669",
            "shop:",
            "shop:0",
            "shop:99999",
            "a b:1",
            "unix:",
            "::1:6669",
            "a/b:1",
        ] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
