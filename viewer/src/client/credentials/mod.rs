//! What this viewer shows to be let in.
//!
//! Credentials are given to a [`Target`](super::Target) and are sent to no other. What
//! they are is read anew at each connection, so that files may change meanwhile.

mod error;
mod file;
mod token;

use std::path::PathBuf;

pub use error::CredentialsError;
#[cfg(feature = "tls")]
pub(super) use file::{read as read_file, read_private};
pub use token::Token;

/// What is shown to a program, and whom to take for it.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The program's token.
    pub token: Option<Token>,
    /// Whether to send the token where others than this host can read it: over plain
    /// TCP to another host.
    pub token_in_clear: bool,
    /// For targets with `https://`.
    pub tls: TlsFiles,
}

/// Files, all PEM, and a name for TLS.
#[derive(Clone, Debug, Default)]
pub struct TlsFiles {
    /// The authorities that may sign the program's certificate, instead of those that
    /// this system trusts.
    pub ca: Option<PathBuf>,
    /// This viewer's certificate.
    pub certificate: Option<PathBuf>,
    /// Its private key.
    pub key: Option<PathBuf>,
    /// The name that the program's certificate is to be for, instead of the host.
    pub server_name: Option<String>,
}

impl TlsFiles {
    fn is_empty(&self) -> bool {
        self.ca.is_none() && self.certificate.is_none() && self.key.is_none()
    }
}

impl Credentials {
    /// Whether all of it is there and can be read.
    ///
    /// # Errors
    ///
    /// If not.
    pub fn check(&self) -> Result<(), CredentialsError> {
        self.header()?;
        // Those that the system trusts are read when they are needed.
        if self.tls.is_empty() {
            return Ok(());
        }
        #[cfg(feature = "tls")]
        return super::tls::check(&self.tls);
        #[cfg(not(feature = "tls"))]
        return Err(CredentialsError::NoTls);
    }

    /// What goes into the metadata of each call, if there is a token.
    pub(super) fn header(
        &self,
    ) -> Result<Option<tonic::codegen::http::HeaderValue>, CredentialsError> {
        self.token.as_ref().map(Token::header).transpose()
    }
}
