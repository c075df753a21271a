//! Where a Prometheus server is to be found.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;

use crate::words::plain::plain;

/// The address of a Prometheus server: `http://host:port`, maybe with a path under
/// which it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrometheusUrl {
    authority: String,
    /// Without a slash at its end.
    path: String,
}

/// Why a text is no such address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message of each says what it is")]
pub enum UrlError {
    #[error(
        "TLS is not supported yet: use http://, through `kubectl port-forward` or an SSH tunnel \
         if need be"
    )]
    Tls,
    #[error("'{0}://' is not supported: use http://host:port")]
    Scheme(String),
    #[error("a host is missing: try http://127.0.0.1:9090")]
    NoHost,
    #[error("names and passwords are not supported in the address")]
    Credentials,
    #[error("nothing may follow the path: leave out '?' and what comes after it")]
    Query,
    #[error("'{0}' is not an address: try http://127.0.0.1:9090")]
    Malformed(String),
}

impl PrometheusUrl {
    /// The address of `path_and_query` below it. `None` if that is none.
    pub(super) fn join(&self, path_and_query: &str) -> Option<Uri> {
        Uri::builder()
            .scheme("http")
            .authority(self.authority.as_str())
            .path_and_query(format!("{}{path_and_query}", self.path))
            .build()
            .ok()
    }
}

impl FromStr for PrometheusUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let malformed = || UrlError::Malformed(plain(text).into_owned());
        let rest = match text.split_once("://") {
            None => text,
            Some(("http", rest)) => rest,
            Some(("https", _)) => return Err(UrlError::Tls),
            Some((scheme, _)) => return Err(UrlError::Scheme(plain(scheme).into_owned())),
        };
        if rest.contains(['?', '#']) {
            return Err(UrlError::Query);
        }
        if rest.is_empty() || rest.starts_with(['/', ':']) {
            return Err(UrlError::NoHost);
        }
        let uri: Uri = format!("http://{rest}").parse().map_err(|_| malformed())?;
        let authority = uri.authority().ok_or_else(malformed)?;
        if authority.as_str().contains('@') {
            return Err(UrlError::Credentials);
        }
        // The library takes any number for a port, and says that there is none.
        if authority.as_str() != authority.host() && authority.port_u16().is_none() {
            return Err(malformed());
        }
        Ok(PrometheusUrl {
            authority: authority.as_str().to_owned(),
            path: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for PrometheusUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", plain(&self.authority), plain(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> String {
        let url: PrometheusUrl = text.parse().unwrap();
        url.to_string()
    }

    fn refused(text: &str) -> String {
        text.parse::<PrometheusUrl>().unwrap_err().to_string()
    }

    #[test]
    fn an_address_may_lack_the_scheme_and_have_a_path() {
        assert_eq!(url("http://prometheus:9090"), "http://prometheus:9090");
        assert_eq!(url("localhost:9090/"), "http://localhost:9090");
        assert_eq!(url("http://[::1]:9090"), "http://[::1]:9090");
        let below: PrometheusUrl = "http://shop/prometheus/".parse().unwrap();
        let api = below.join("/api/v1/query?query=up").unwrap();
        assert_eq!(api, "http://shop/prometheus/api/v1/query?query=up");
    }

    #[test]
    fn a_refusal_says_what_to_try_and_is_harmless() {
        assert!(refused("https://prometheus").starts_with("TLS is not supported yet"));
        assert!(refused("ftp://prometheus").contains("'ftp://' is not supported"));
        assert!(refused("http://").contains("a host is missing"));
        assert!(refused(":9090").contains("a host is missing"));
        assert!(refused("http://a:b@host").contains("names and passwords"));
        assert!(refused("http://host/?query=up").contains("leave out '?'"));
        for text in [
            "http://ho st",
            "http://host:99999",
            "http://host:",
            "\u{1b}[2J",
            "http://\u{7}",
        ] {
            assert!(!refused(text).contains(char::is_control));
        }
    }
}
