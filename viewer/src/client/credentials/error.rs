//! What is wrong with credentials. Nothing secret is in it, and it is safe to print.

/// Why credentials cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// There is nothing in it.
    #[error("the token is empty")]
    Empty,
    /// It was meant for the program.
    #[error(
        "TASKMON_TOKEN is 'generate', which is for the program: give the token that it has printed"
    )]
    Generate,
    /// It cannot be sent.
    #[error("a token has letters, digits and signs of ASCII, and no spaces")]
    Characters,
    /// There are two of them.
    #[error("TASKMON_TOKEN and TASKMON_TOKEN_FILE are both set: set one of them")]
    TwoTokens,
    /// A file cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A secret that is none.
    #[error("{0} is open to every user of this host, and so no secret: chmod 600 {0}")]
    ReadableByAll(String),
    /// A file for TLS is none.
    #[error("cannot use {path} for TLS: {reason}")]
    Certificate {
        /// Which.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// One of them lacks the other.
    #[error("a certificate and its key belong together: give both --cert and --key")]
    CertificateWithoutKey,
    /// No certificate can be for it.
    #[error("'{0}' is no name that a certificate can be for")]
    ServerName(String),
    /// TLS itself cannot be had.
    #[error("TLS does not work here: {0}")]
    Tls(String),
    /// It is not in this build.
    #[error("this build of taskmon has no TLS: build it with the feature `tls`")]
    NoTls,
}
