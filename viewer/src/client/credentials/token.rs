//! The secret that lets a viewer in.

use std::fmt;
use std::path::PathBuf;

use tonic::codegen::http::HeaderValue;

use super::CredentialsError;
use super::file::read_private;

/// A program's token, or where it is.
#[derive(Clone)]
pub enum Token {
    /// It is this.
    Given(String),
    /// It is in this file, at the time of each connection.
    File(PathBuf),
}

/// Without the secret.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Given(_) => f.write_str("Given"),
            Token::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

impl Token {
    /// The value of `authorization`.
    pub(super) fn header(&self) -> Result<HeaderValue, CredentialsError> {
        match self {
            Token::Given(text) => header(text),
            Token::File(path) => {
                let text = String::from_utf8(read_private(path)?);
                header(text.map_err(|_| CredentialsError::Characters)?.trim())
            }
        }
    }
}

fn header(token: &str) -> Result<HeaderValue, CredentialsError> {
    if token.is_empty() {
        return Err(CredentialsError::Empty);
    }
    if token == "generate" {
        return Err(CredentialsError::Generate);
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(CredentialsError::Characters);
    }
    let value = HeaderValue::from_str(&format!("Bearer {token}"));
    let mut value = value.map_err(|_| CredentialsError::Characters)?;
    // HTTP/2 keeps it out of its tables, and nobody prints it.
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_for_debugging_has_no_secret() {
        let token = Token::Given("correct-horse-battery".to_owned());
        assert!(!format!("{token:?} {:?}", token.header()).contains("horse"));
    }

    #[test]
    fn what_is_no_token_is_told_and_not_shown() {
        for bad in ["", "generate", "two words", "\u{1b}[2J", "ünïcödé"] {
            let error = Token::Given(bad.to_owned()).header().unwrap_err();
            let said = error.to_string();
            assert!(!said.contains(char::is_control), "{said}");
            assert!(bad.is_empty() || bad == "generate" || !said.contains(bad));
        }
    }
}
