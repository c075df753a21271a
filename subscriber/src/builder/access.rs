//! Who may connect.

use std::env::{self, VarError};
use std::path::PathBuf;

use super::Builder;
use crate::server::{AccessError, AccessSettings, TokenSetting};

/// Who may connect. Without any of these the server listens only where nothing but
/// this host reaches it: on loopback, or on a unix socket, where only the same user and
/// root get in.
impl Builder {
    /// The token that every client must show, of 16 to 256 characters of ASCII. It is
    /// compared in constant time and never printed. `TASKMON_TOKEN` and
    /// `TASKMON_TOKEN_FILE` go before it.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.access.token = Some(TokenSetting::Given(token.into()));
        self
    }

    /// The file that the token is in, which may change while the program runs: who
    /// connects from then on must show the new one. Not every user of the host may be
    /// able to read it. `TASKMON_TOKEN` and `TASKMON_TOKEN_FILE` go before it.
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.access.token = Some(TokenSetting::File(path.into()));
        self
    }

    /// A token that is made at the start and printed once, on standard error.
    /// `TASKMON_TOKEN` and `TASKMON_TOKEN_FILE` go before it.
    pub fn generate_token(mut self) -> Self {
        self.access.token = Some(TokenSetting::Generate);
        self
    }

    /// Speaks TLS on TCP, with the certificate, and those that lead from it to its
    /// authority, in the file `certificate`, and the private key in `key`, both PEM. They are
    /// read again when they change. Not every user of the host may be able to read the
    /// key. Needs the feature `tls`. `TASKMON_TLS_CERT` and `TASKMON_TLS_KEY` go before it.
    ///
    /// That does not say who may connect: see [`Builder::client_ca`] and
    /// [`Builder::token_file`].
    pub fn tls(mut self, certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.access.tls.certificate = Some(certificate.into());
        self.access.tls.key = Some(key.into());
        self
    }

    /// Lets in over TCP only those with a certificate that is signed by one in this
    /// file; besides [`Builder::tls`]. A token that is set is asked for too.
    /// `TASKMON_TLS_CLIENT_CA` goes before it.
    pub fn client_ca(mut self, certificates: impl Into<PathBuf>) -> Self {
        self.access.tls.client_ca = Some(certificates.into());
        self
    }

    /// Lets in everyone who reaches the address, wherever that is. For networks in
    /// which everyone may see the names of tasks and functions and the paths of the
    /// source. A token that is set is still asked for.
    pub fn allow_anyone(mut self) -> Self {
        self.access.anyone = true;
        self
    }
}

/// What the variables say, or else `settings`.
///
/// Unlike other settings, one that makes no sense is an error: what was meant to keep
/// others out must not be ignored.
pub(super) fn with_variables(mut settings: AccessSettings) -> Result<AccessSettings, AccessError> {
    let token = text("TASKMON_TOKEN")?.map(|value| TokenSetting::from_variable(&value));
    let file = path("TASKMON_TOKEN_FILE")?.map(TokenSetting::File);
    if token.is_some() && file.is_some() {
        return Err(AccessError::TwoTokens);
    }
    settings.token = token.or(file).or(settings.token);
    let tls = &mut settings.tls;
    for (variable, file) in [
        ("TASKMON_TLS_CERT", &mut tls.certificate),
        ("TASKMON_TLS_KEY", &mut tls.key),
        ("TASKMON_TLS_CLIENT_CA", &mut tls.client_ca),
    ] {
        if let Some(path) = path(variable)? {
            *file = Some(path);
        }
    }
    Ok(settings)
}

fn text(name: &'static str) -> Result<Option<String>, AccessError> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Ok(_) | Err(VarError::NotUnicode(_)) => Err(AccessError::Variable(name)),
    }
}

fn path(name: &'static str) -> Result<Option<PathBuf>, AccessError> {
    match env::var_os(name) {
        Some(value) if value.is_empty() => Err(AccessError::Variable(name)),
        value => Ok(value.map(PathBuf::from)),
    }
}
