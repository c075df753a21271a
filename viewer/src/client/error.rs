//! What can go wrong with a connection, in one line that says what to try.
//!
//! All of these are safe to print: what the other end said is made harmless and
//! cut.

use std::time::Duration;

use super::{CredentialsError, Target};
use crate::model::FoldError;
use crate::words::duration::human;

/// Why a program could not be reached, or is not one to look at.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ConnectError {
    /// The port or the socket is closed.
    #[error(
        "nobody listens at {0}: is the program running, and does it call \
         taskmon_subscriber::init()?"
    )]
    NobodyListens(Target),
    /// The name has no address.
    #[error("there is no host of the name in {0}: check its spelling, or use its address")]
    NoSuchHost(Target),
    /// There is no file at the path.
    #[error("there is no socket at {0}: is the program running, and is this its path?")]
    NoSuchSocket(Target),
    /// The socket belongs to someone else.
    #[error("you may not open {0}: run taskmon as the user who runs the program")]
    NotPermitted(Target),
    /// Nothing came back in time.
    #[error("{target} did not answer within {}: is something on the way blocking it?", human(*.after))]
    NoAnswer {
        /// Where.
        target: Target,
        /// How long it was waited for.
        after: Duration,
    },
    /// It listens and speaks another protocol.
    #[error(
        "{0} does not speak gRPC: is this the port of taskmon, and not of the program's own \
         server?"
    )]
    NotGrpc(Target),
    /// It hung up before a word.
    #[error("{0} closed the connection at once: is this the port of taskmon?")]
    Closed(Target),
    /// A gRPC server of another kind.
    #[error("{0} is a gRPC server, but has no taskmon in it: is this the right port?")]
    NotTaskmon(Target),
    /// It asks for credentials, or for others.
    #[error(
        "{target} refused: {reason}; the program's token is given by --token-file or in \
         TASKMON_TOKEN"
    )]
    Unauthenticated {
        /// Who.
        target: Target,
        /// In its own words.
        reason: String,
    },
    /// It wants to know who this is.
    #[error(
        "{0} refused: it asks for a certificate that it trusts; --cert and --key name the files \
         of one"
    )]
    CertificateWanted(Target),
    /// It may be someone else.
    #[error("the certificate of {target} is not trusted: {reason}")]
    NotTrusted {
        /// Who.
        target: Target,
        /// Why, and what to do.
        reason: String,
    },
    /// It listens without TLS.
    #[error("{0} does not speak TLS: try http://, or see whether the program has a certificate")]
    NotTls(Target),
    /// It listens with TLS.
    #[error("{0} speaks TLS: use https://")]
    IsTls(Target),
    /// What was to be shown cannot be.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The token would be for everyone to read.
    #[error(
        "the token is not sent to {0}, because everyone on the way could read it: use https:// or \
         an SSH tunnel, or give --token-in-clear"
    )]
    InTheClear(Target),
    /// It does not want this client.
    #[error("{target} refused: {reason}")]
    Refused {
        /// Who.
        target: Target,
        /// In its own words.
        reason: String,
    },
    /// It did not begin as the contract says.
    #[error("{0} does not introduce itself as a taskmon program: are the versions compatible?")]
    NoHello(Target),
    /// Anything else.
    #[error("cannot connect to {target}: {reason}")]
    Other {
        /// Where.
        target: Target,
        /// What the operating system or the other end said.
        reason: String,
    },
}

impl ConnectError {
    /// Whether the program is there and does not want this client.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            ConnectError::Refused { .. }
                | ConnectError::Unauthenticated { .. }
                | ConnectError::CertificateWanted(_)
                | ConnectError::NotTrusted { .. }
                | ConnectError::NotPermitted(_)
        )
    }

    /// Whether it is for this client to change how it asks.
    pub fn is_wrong_usage(&self) -> bool {
        matches!(
            self,
            ConnectError::Credentials(_) | ConnectError::InTheClear(_)
        )
    }
}

/// Why a stream of updates ended.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WatchError {
    /// It never began.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The connection broke.
    #[error("lost the connection to {target}: {reason}")]
    Lost {
        /// To whom.
        target: Target,
        /// In short.
        reason: String,
    },
    /// It ended the stream, as a program that ends does.
    #[error("{0} ended the connection: has the program ended?")]
    Ended(Target),
    /// The connection stands, but nothing comes.
    #[error("{target} has sent nothing for {}: is the program stopped?", human(*.after))]
    Silent {
        /// Who.
        target: Target,
        /// How long it was waited for.
        after: Duration,
    },
    /// Something comes, but never all of it.
    #[error("{target} has sent parts of a picture for {}, and not the rest", human(*.after))]
    Unfinished {
        /// Who.
        target: Target,
        /// How long it was waited for.
        after: Duration,
    },
    /// It sent what no taskmon program sends.
    #[error("{target} sent what cannot be understood: {reason}; are the versions compatible?")]
    Malformed {
        /// Who.
        target: Target,
        /// What.
        reason: String,
    },
}

impl WatchError {
    pub(super) fn fold(target: &Target, error: &FoldError) -> Self {
        WatchError::Malformed {
            target: target.clone(),
            reason: error.to_string(),
        }
    }

    /// Whether the program is there and does not want this client.
    pub fn is_refusal(&self) -> bool {
        matches!(self, WatchError::Connect(error) if error.is_refusal())
    }

    /// Whether it is for this client to change how it asks.
    pub fn is_wrong_usage(&self) -> bool {
        matches!(self, WatchError::Connect(error) if error.is_wrong_usage())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_one_line() {
        let target = Target::default();
        let error = ConnectError::NobodyListens(target.clone());
        assert!(!error.to_string().contains('\n'));
        assert!(!error.to_string().contains("  "));
        let silent = WatchError::Silent {
            target,
            after: Duration::from_secs(30),
        };
        assert!(silent.to_string().contains("nothing for 30s"));
    }
}
