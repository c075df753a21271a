//! Why nobody is let in, in one sentence that says what to do.

use std::path::PathBuf;
use std::{fmt, io};

/// What is wrong with what a client is to show. Nothing secret is in it.
#[derive(Debug)]
pub(crate) enum AccessError {
    /// The token is too short or too long.
    TokenLength { shortest: usize, longest: usize },
    /// The token cannot be sent in a header.
    TokenCharacters,
    /// `TASKMON_TOKEN` and `TASKMON_TOKEN_FILE` are both there.
    TwoTokens,
    /// A variable that is there has nothing in it that can be meant.
    Variable(&'static str),
    /// The system has no random bytes.
    Random(String),
    /// A file cannot be read.
    File { path: PathBuf, source: io::Error },
    /// A secret that is none.
    ReadableByAll(PathBuf),
    /// A file for TLS lacks the others.
    #[cfg(feature = "tls")]
    TlsIncomplete,
    /// A certificate or key is none, or they do not belong together.
    #[cfg(feature = "tls")]
    Certificate { path: PathBuf, reason: String },
    /// TLS is asked for, and not in the program.
    #[cfg(not(feature = "tls"))]
    NoTls,
}

impl std::error::Error for AccessError {}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccessError::TokenLength { shortest, longest } => write!(
                f,
                "a token has {shortest} to {longest} characters (TASKMON_TOKEN=generate makes one)"
            ),
            AccessError::TokenCharacters => {
                f.write_str("a token has letters, digits and signs of ASCII, and no spaces")
            }
            AccessError::TwoTokens => {
                f.write_str("TASKMON_TOKEN and TASKMON_TOKEN_FILE are both set: set one of them")
            }
            AccessError::Variable(name) => write!(f, "{name} is set and empty, or is not UTF-8"),
            AccessError::Random(error) => {
                write!(f, "the system has no random bytes for a token: {error}")
            }
            AccessError::File { path, source } => {
                write!(f, "cannot read {}: {source}", path.display())
            }
            AccessError::ReadableByAll(path) => write!(
                f,
                "{path} is open to every user of this host, and so no secret: chmod 600 {path}",
                path = path.display()
            ),
            #[cfg(feature = "tls")]
            AccessError::TlsIncomplete => f.write_str(
                "TLS needs both a certificate and its key: set TASKMON_TLS_CERT and \
                 TASKMON_TLS_KEY",
            ),
            #[cfg(feature = "tls")]
            AccessError::Certificate { path, reason } => {
                write!(f, "cannot use {} for TLS: {reason}", path.display())
            }
            #[cfg(not(feature = "tls"))]
            AccessError::NoTls => f.write_str(
                "TLS is asked for, but this program was built without the feature `tls` of \
                 taskmon-subscriber",
            ),
        }
    }
}
