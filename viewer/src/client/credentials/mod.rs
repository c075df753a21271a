//! What this viewer shows to be let in.
//!
//! Credentials are given to a [`Target`](super::Target) and are sent to no other. What
//! they are is read anew at each connection, so that files may change meanwhile.

mod error;
mod file;
mod token;

pub use error::CredentialsError;
pub use token::Token;

/// What is shown to a program, and whom to take for it.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The program's token.
    pub token: Option<Token>,
    /// Whether to send the token where others than this host can read it: over plain
    /// TCP to another host.
    pub token_in_clear: bool,
}

impl Credentials {
    /// Whether all of it is there and can be read.
    ///
    /// # Errors
    ///
    /// If not.
    pub fn check(&self) -> Result<(), CredentialsError> {
        self.header().map(drop)
    }

    /// What goes into the metadata of each call, if there is a token.
    pub(super) fn header(
        &self,
    ) -> Result<Option<tonic::codegen::http::HeaderValue>, CredentialsError> {
        self.token.as_ref().map(Token::header).transpose()
    }
}
