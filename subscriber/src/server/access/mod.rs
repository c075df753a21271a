//! Who may connect, and what a client must show for it.
//!
//! What the builder decided comes in; the server does not start with what would
//! let in everyone. Then each request is judged, before anything else is answered.

mod browser;
mod error;
mod files;
mod reach;
mod refusal;
#[cfg(feature = "tls")]
mod tls;
mod token;

pub(crate) use error::AccessError;
pub(super) use reach::Reach;
pub(super) use refusal::{Refusal, is_grpc};
pub(crate) use token::TokenSetting;

use std::path::PathBuf;

use hyper::Request;

use token::Token;

/// What the builder decided.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessSettings {
    pub(crate) token: Option<TokenSetting>,
    pub(crate) tls: TlsSettings,
    /// Whether the builder said so, in as many words.
    pub(crate) anyone: bool,
}

/// The files for TLS.
#[derive(Clone, Debug, Default)]
pub(crate) struct TlsSettings {
    pub(crate) certificate: Option<PathBuf>,
    pub(crate) key: Option<PathBuf>,
    /// Who signs the certificates of clients.
    pub(crate) client_ca: Option<PathBuf>,
}

/// Judges who asks.
pub(super) struct Access {
    token: Option<Token>,
    #[cfg(feature = "tls")]
    tls: Option<tls::Tls>,
    /// Whether every client on TCP has shown a certificate.
    asks_for_certificates: bool,
    anyone: bool,
}

#[cfg(not(feature = "tls"))]
impl TlsSettings {
    fn is_asked_for(&self) -> bool {
        self.certificate.is_some() || self.key.is_some() || self.client_ca.is_some()
    }
}

/// The way in which a connection came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Tcp,
    /// The system has said that it is this user, or root.
    #[cfg(unix)]
    Unix,
}

impl Access {
    /// Reads and makes all that is needed.
    pub(super) fn from_settings(settings: AccessSettings) -> Result<Self, AccessError> {
        let asks_for_certificates = settings.tls.client_ca.is_some();
        #[cfg(not(feature = "tls"))]
        if settings.tls.is_asked_for() {
            return Err(AccessError::NoTls);
        }
        Ok(Access {
            token: settings.token.map(Token::from_setting).transpose()?,
            #[cfg(feature = "tls")]
            tls: tls::Tls::from_settings(settings.tls)?,
            asks_for_certificates,
            anyone: settings.anyone,
        })
    }

    /// What makes TLS of a connection that came this `way`, if it is to be. The system
    /// lets nobody listen to a unix socket.
    #[cfg(feature = "tls")]
    pub(super) fn acceptor(&self, way: Way) -> Option<tokio_rustls::TlsAcceptor> {
        let tls = self.tls.as_ref().filter(|_| way == Way::Tcp)?;
        Some(tls.acceptor())
    }

    /// Whether connections over TCP are to be TLS.
    pub(super) fn is_tls(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.is_some();
        #[cfg(not(feature = "tls"))]
        return false;
    }

    /// To be called once it listens: prints a token that was made here.
    pub(super) fn announced(mut self) -> Self {
        self.token = self.token.map(Token::announce);
        self
    }

    /// Whether it may listen where everyone within `reach` can connect.
    pub(super) fn may_listen(&self, reach: Reach) -> bool {
        reach == Reach::ThisHost || self.anyone || self.knows_clients()
    }

    /// Whether a token goes over the network for everyone on the way to read.
    pub(super) fn shows_token(&self, reach: Reach) -> bool {
        reach == Reach::Network && self.token.is_some() && !self.is_tls()
    }

    /// Whether it tells clients from others. TLS alone does not.
    fn knows_clients(&self) -> bool {
        self.token.is_some() || self.asks_for_certificates
    }

    /// Whether `request`, which came this `way`, is answered.
    pub(super) fn judge<B>(&self, request: &Request<B>, way: Way) -> Result<(), Refusal> {
        if let Some(token) = &self.token
            && !token.is_shown_by(request.headers())
        {
            return Err(Refusal::Credentials);
        }
        if way != Way::Tcp {
            return Ok(());
        }
        if browser::is_of_a_page(request.headers()) {
            return Err(Refusal::Page);
        }
        // No browser speaks gRPC, nor guesses a token.
        let can_be_a_browser = !self.knows_clients() && !self.anyone && !is_grpc(request);
        if can_be_a_browser && !browser::is_for_this_host(request) {
            return Err(Refusal::Name);
        }
        Ok(())
    }
}

#[cfg(test)]
impl Access {
    /// As it is by default.
    pub(super) fn of_this_host() -> Self {
        Access::from_settings(AccessSettings::default()).unwrap()
    }

    /// With a token.
    pub(super) fn with_token(token: &str) -> Self {
        let settings = AccessSettings {
            token: Some(TokenSetting::Given(token.to_owned())),
            ..AccessSettings::default()
        };
        Access::from_settings(settings).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "correct-horse-battery";

    fn get(headers: &[(&str, &str)]) -> Request<()> {
        let request = Request::get("/metrics");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(()).unwrap()
    }

    #[test]
    fn without_a_token_only_this_host_is_served() {
        let access = Access::of_this_host();
        assert!(access.may_listen(Reach::ThisHost));
        assert!(!access.may_listen(Reach::Network));
        let anyone = Access {
            anyone: true,
            ..Access::of_this_host()
        };
        assert!(anyone.may_listen(Reach::Network));
        assert!(!anyone.shows_token(Reach::Network));
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn tls_that_is_not_in_the_program_is_not_left_out_in_silence() {
        let settings = AccessSettings {
            tls: TlsSettings {
                client_ca: Some("ca.pem".into()),
                ..TlsSettings::default()
            },
            ..AccessSettings::default()
        };
        let refused = Access::from_settings(settings).err().unwrap();
        assert!(refused.to_string().contains("without the feature `tls`"));
    }

    #[test]
    fn a_token_may_be_asked_for_everywhere() {
        let access = Access::with_token(TOKEN);
        assert!(access.may_listen(Reach::Network));
        assert!(access.shows_token(Reach::Network));
        assert!(!access.shows_token(Reach::ThisHost));
    }

    #[test]
    fn a_token_comes_before_everything_else() {
        let access = Access::with_token(TOKEN);
        let page = ("origin", "https://elsewhere.example");
        assert_eq!(
            access.judge(&get(&[page]), Way::Tcp),
            Err(Refusal::Credentials)
        );
        let right = ("authorization", "Bearer correct-horse-battery");
        assert_eq!(access.judge(&get(&[right]), Way::Tcp), Ok(()));
        assert_eq!(
            access.judge(&get(&[right, page]), Way::Tcp),
            Err(Refusal::Page)
        );
        let name = ("host", "shop.internal:6669");
        assert_eq!(access.judge(&get(&[right, name]), Way::Tcp), Ok(()));
    }

    #[test]
    fn a_browser_that_was_led_here_is_refused() {
        let access = Access::of_this_host();
        let judge = |headers: &[(&str, &str)]| access.judge(&get(headers), Way::Tcp);
        assert_eq!(judge(&[("host", "127.0.0.1:6669")]), Ok(()));
        assert_eq!(
            judge(&[("host", "elsewhere.example:6669")]),
            Err(Refusal::Name)
        );
        assert_eq!(judge(&[("origin", "null")]), Err(Refusal::Page));
        let viewer = [("host", "shop:6669"), ("content-type", "application/grpc")];
        let mut viewer = get(&viewer);
        assert_eq!(access.judge(&viewer, Way::Tcp), Err(Refusal::Name));
        *viewer.version_mut() = hyper::Version::HTTP_2;
        assert_eq!(access.judge(&viewer, Way::Tcp), Ok(()));
    }
}
