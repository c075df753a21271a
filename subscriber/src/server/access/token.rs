//! The secret that a client shows.

use std::fmt;
use std::path::{Path, PathBuf};

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

use super::AccessError;
use super::files::{FromFiles, read_private};
use crate::server::say;

/// Fewer characters than this can be guessed.
const SHORTEST: usize = 16;
/// No token is longer.
const LONGEST: usize = 256;
/// How many random bytes are in a token that is made here.
const GENERATED: usize = 32;

/// Where the token comes from.
#[derive(Clone)]
pub(crate) enum TokenSetting {
    /// It is this.
    Given(String),
    /// It is in this file, whatever that is at the time.
    File(PathBuf),
    /// It is made at the start, and printed once.
    Generate,
}

impl TokenSetting {
    /// What `TASKMON_TOKEN` means.
    pub(crate) fn from_variable(value: &str) -> Self {
        match value {
            "generate" => TokenSetting::Generate,
            token => TokenSetting::Given(token.to_owned()),
        }
    }
}

/// Without the secret.
impl fmt::Debug for TokenSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenSetting::Given(_) => f.write_str("Given"),
            TokenSetting::File(path) => f.debug_tuple("File").field(path).finish(),
            TokenSetting::Generate => f.write_str("Generate"),
        }
    }
}

/// The token that a client must show.
pub(super) enum Token {
    Fixed(Secret),
    FromFile(FromFiles<Secret>),
    Generated { secret: Secret, text: String },
}

impl Token {
    pub(super) fn from_setting(setting: TokenSetting) -> Result<Self, AccessError> {
        match setting {
            TokenSetting::Given(text) => Ok(Token::Fixed(Secret::new(&text)?)),
            TokenSetting::File(path) => {
                let files = vec![path.clone()];
                FromFiles::load(files, move || read(&path)).map(Token::FromFile)
            }
            TokenSetting::Generate => {
                let text = generate()?;
                let secret = Secret::new(&text)?;
                Ok(Token::Generated { secret, text })
            }
        }
    }

    /// Prints it if nobody else knows it.
    pub(super) fn announce(self) -> Self {
        match self {
            Token::Generated { secret, text } => {
                say(&format!("the token for viewers is {text}"));
                Token::Fixed(secret)
            }
            known => known,
        }
    }

    /// Whether a request with these headers shows it.
    pub(super) fn is_shown_by(&self, headers: &HeaderMap) -> bool {
        let mut shown = headers.get_all(AUTHORIZATION).iter();
        let (Some(shown), None) = (shown.next(), shown.next()) else {
            return false;
        };
        let Some((scheme, shown)) = shown.as_bytes().split_at_checked("Bearer ".len()) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(b"Bearer ")
            && match self {
                Token::Fixed(secret) | Token::Generated { secret, .. } => secret.is(shown),
                Token::FromFile(file) => file.current().is(shown),
            }
    }
}

/// The characters of a token.
pub(super) struct Secret {
    /// Filled up with zeros, so that a comparison takes the same time whatever
    /// the length.
    bytes: [u8; LONGEST],
    length: usize,
}

impl Secret {
    fn new(text: &str) -> Result<Self, AccessError> {
        let (shortest, longest) = (SHORTEST, LONGEST);
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AccessError::TokenCharacters);
        }
        if !(shortest..=longest).contains(&text.len()) {
            return Err(AccessError::TokenLength { shortest, longest });
        }
        Ok(Secret {
            bytes: filled_up(text.as_bytes()),
            length: text.len(),
        })
    }

    /// Whether it is `shown`. How long that takes says nothing of the secret.
    fn is(&self, shown: &[u8]) -> bool {
        if shown.len() > LONGEST {
            return false;
        }
        let same = self.bytes.ct_eq(&filled_up(shown)) & self.length.ct_eq(&shown.len());
        same.into()
    }
}

fn filled_up(bytes: &[u8]) -> [u8; LONGEST] {
    let mut filled = [0; LONGEST];
    filled[..bytes.len()].copy_from_slice(bytes);
    filled
}

fn read(path: &Path) -> Result<Secret, AccessError> {
    let text = read_private(path)?;
    let text = String::from_utf8(text).map_err(|_| AccessError::TokenCharacters)?;
    Secret::new(text.trim())
}

fn generate() -> Result<String, AccessError> {
    let mut bytes = [0_u8; GENERATED];
    getrandom::fill(&mut bytes).map_err(|error| AccessError::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    const TOKEN: &str = "correct-horse-battery";

    fn token(text: &str) -> Result<Token, AccessError> {
        Token::from_setting(TokenSetting::Given(text.to_owned()))
    }

    fn headers(values: &[&str]) -> HeaderMap {
        let values = values.iter();
        values
            .map(|value| (AUTHORIZATION, HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = token(TOKEN).unwrap();
        let is_shown = |values: &[&str]| token.is_shown_by(&headers(values));
        assert!(is_shown(&["Bearer correct-horse-battery"]));
        assert!(is_shown(&["bearer correct-horse-battery"]));
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer correct-horse-batter",
            "Bearer correct-horse-battery1",
            "Bearer  correct-horse-battery",
            "Basic correct-horse-battery",
            "correct-horse-battery",
            &format!("Bearer {}", "x".repeat(5_000)),
        ] {
            assert!(!is_shown(&[wrong]), "{wrong}");
        }
        assert!(!is_shown(&[]));
        let right = "Bearer correct-horse-battery";
        assert!(!is_shown(&[right, right]), "which of them counts?");
    }

    #[test]
    fn what_can_be_guessed_or_cannot_be_sent_is_no_token() {
        for bad in [
            "",
            "short",
            "fifteen-letters",
            "sixteen letters or more",
            "ünïcödé-token-token",
        ] {
            assert!(token(bad).is_err(), "{bad}");
        }
        assert!(token("sixteen-letters!").is_ok());
        assert!(token(&"x".repeat(LONGEST)).is_ok());
        assert!(token(&"x".repeat(LONGEST + 1)).is_err());
    }

    #[test]
    fn generated_tokens_are_long_and_differ() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert_eq!(one.len(), 2 * GENERATED);
        assert_ne!(one, other);
        assert!(token(&one).is_ok());
    }

    #[test]
    fn what_is_printed_for_debugging_has_no_secret() {
        let setting = TokenSetting::from_variable(TOKEN);
        assert!(!format!("{setting:?}").contains(TOKEN));
        let error = token("short-secret").err().unwrap();
        assert!(!format!("{error:?} {error}").contains("short-secret"));
    }
}
