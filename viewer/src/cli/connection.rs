//! What to show to the programs.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use taskmon::client::{Credentials, CredentialsError, TlsFiles, Token};

/// Where the help has these.
const CONNECTION: &str = "Connection";

/// Credentials for the targets that are named beside them. There is no option for the
/// token itself: every user of a host sees the options of its processes.
#[derive(Debug, Default, Args)]
pub struct ConnectionOptions {
    /// Show the token that is in FILE to each TARGET. Without it, the one in TASKMON_TOKEN, or in
    /// the file that TASKMON_TOKEN_FILE names.
    #[arg(long, value_name = "FILE", help_heading = CONNECTION)]
    pub token_file: Option<PathBuf>,
    /// Send the token without TLS to another host, where everyone on the way can read it.
    #[arg(long, help_heading = CONNECTION)]
    pub token_in_clear: bool,
    /// With https://, trust the authorities whose certificates are in FILE, and not those that this
    /// system trusts. Also TASKMON_CA.
    #[arg(long, value_name = "FILE", help_heading = CONNECTION)]
    pub ca: Option<PathBuf>,
    /// With https://, show the certificate that is in FILE. Also TASKMON_CERT.
    #[arg(long, value_name = "FILE", help_heading = CONNECTION)]
    pub cert: Option<PathBuf>,
    /// The private key of that certificate. Also TASKMON_KEY.
    #[arg(long, value_name = "FILE", help_heading = CONNECTION)]
    pub key: Option<PathBuf>,
    /// With https://, expect a certificate for NAME, whatever the host in TARGET is.
    #[arg(long, value_name = "NAME", help_heading = CONNECTION)]
    pub server_name: Option<String>,
}

impl ConnectionOptions {
    /// The credentials that these options and the variables give.
    pub fn credentials(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let token = match &self.token_file {
            Some(path) => Some(Token::File(path.clone())),
            None => token_in_variables()?,
        };
        let credentials = Credentials {
            token,
            token_in_clear: self.token_in_clear,
            tls: TlsFiles {
                ca: path(self.ca.as_ref(), "TASKMON_CA"),
                certificate: path(self.cert.as_ref(), "TASKMON_CERT"),
                key: path(self.key.as_ref(), "TASKMON_KEY"),
                server_name: self.server_name.clone(),
            },
        };
        credentials.check()?;
        Ok(Arc::new(credentials))
    }
}

fn path(option: Option<&PathBuf>, variable: &str) -> Option<PathBuf> {
    let variable = || env::var_os(variable).map(PathBuf::from);
    option.cloned().or_else(variable)
}

fn token_in_variables() -> Result<Option<Token>, CredentialsError> {
    let token = env::var_os("TASKMON_TOKEN");
    let file = env::var_os("TASKMON_TOKEN_FILE");
    match (token, file) {
        (None, None) => Ok(None),
        (Some(token), None) => {
            let token = token.into_string();
            Ok(Some(Token::Given(
                token.map_err(|_| CredentialsError::Characters)?,
            )))
        }
        (None, Some(file)) => Ok(Some(Token::File(file.into()))),
        (Some(_), Some(_)) => Err(CredentialsError::TwoTokens),
    }
}
