//! What to show to the programs.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use taskmon::client::{Credentials, CredentialsError, Token};

/// Credentials for the targets that are named beside them. There is no option for the
/// token itself: every user of a host sees the options of its processes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionOptions {
    /// Show the token that is in FILE to each TARGET. Without it, the one in TASKMON_TOKEN, or in
    /// the file that TASKMON_TOKEN_FILE names.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Send the token without TLS to another host, where everyone on the way can read it.
    #[arg(long)]
    pub token_in_clear: bool,
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
        };
        credentials.check()?;
        Ok(Arc::new(credentials))
    }
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
