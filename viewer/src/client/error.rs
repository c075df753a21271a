//! What can go wrong with a connection, and what to tell people about it.

use std::error::Error;
use std::io;
use std::time::Duration;

use tonic::{Code, Status};

use crate::model::FoldError;
use crate::words::plain::plain;

/// Why there is no connection. Each message is one line that is safe to print.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody accepts connections there.
    #[error(
        "nobody listens on {target}: is the program running, with taskmon-subscriber in it \
         and this address?"
    )]
    Nobody {
        /// The target.
        target: String,
    },
    /// The target cannot be reached.
    #[error("cannot reach {target}: {reason}")]
    Unreachable {
        /// The target.
        target: String,
        /// What the system said.
        reason: String,
    },
    /// Someone is there who does not speak our protocol.
    #[error("{target} is not a taskmon address: {reason}; which port does the program print?")]
    NotTaskmon {
        /// The target.
        target: String,
        /// What was noticed.
        reason: String,
    },
    /// The program does not let this viewer in.
    #[error("{target} refuses this viewer: {reason}")]
    Refused {
        /// The target.
        target: String,
        /// What it said.
        reason: String,
    },
}

impl ConnectError {
    /// Whether the program was there and said no.
    pub fn is_refusal(&self) -> bool {
        matches!(self, ConnectError::Refused { .. })
    }

    pub(super) fn from_io(target: &str, error: &io::Error) -> Self {
        let target = target.to_owned();
        match error.kind() {
            io::ErrorKind::ConnectionRefused => ConnectError::Nobody { target },
            io::ErrorKind::NotFound => ConnectError::Unreachable {
                target,
                reason: "there is no such socket; is the program running?".to_owned(),
            },
            _ => ConnectError::Unreachable {
                target,
                reason: one_line(&error.to_string()),
            },
        }
    }

    /// What an answer means that came before anything of ours did.
    pub(super) fn from_status(target: &str, status: &Status) -> Self {
        let target = target.to_owned();
        let not_taskmon = |reason: &str| ConnectError::NotTaskmon {
            target: target.clone(),
            reason: reason.to_owned(),
        };
        match status.code() {
            Code::Unauthenticated | Code::PermissionDenied | Code::ResourceExhausted => {
                ConnectError::Refused {
                    reason: one_line(status.message()),
                    target,
                }
            }
            Code::Unimplemented => not_taskmon("a server answers there that has no such service"),
            _ => not_taskmon("what answers there does not speak gRPC"),
        }
    }

    pub(super) fn silent(target: &str) -> Self {
        ConnectError::NotTaskmon {
            target: target.to_owned(),
            reason: "something accepts connections there and says nothing".to_owned(),
        }
    }
}

/// Why a connection is no more. Each message is one line that is safe to print.
#[derive(Debug, thiserror::Error)]
pub enum LostError {
    /// The program ended, or its host did, or the network.
    #[error("the connection to {target} was lost: {reason}")]
    Lost {
        /// The target.
        target: String,
        /// What was noticed.
        reason: String,
    },
    /// Nothing arrived for this long.
    #[error("{target} has said nothing for {} s", .silence.as_secs())]
    Silent {
        /// The target.
        target: String,
        /// For how long.
        silence: Duration,
    },
    /// What arrived cannot be followed.
    #[error("{target} cannot be followed: {source}")]
    Broken {
        /// The target.
        target: String,
        /// Why.
        source: FoldError,
    },
}

impl LostError {
    /// The stream ended, as streams of this service do only when the program
    /// does.
    pub(super) fn ended(target: &str) -> Self {
        LostError::Lost {
            target: target.to_owned(),
            reason: "the program ended, or closed it".to_owned(),
        }
    }

    pub(super) fn from_status(target: &str, status: &Status) -> Self {
        match (system_error(status), status.code()) {
            (Some(reason), _) => LostError::Lost {
                target: target.to_owned(),
                reason,
            },
            // What a connection that was cut looks like from here.
            (None, Code::Unknown | Code::Unavailable | Code::Cancelled | Code::Internal) => {
                LostError::ended(target)
            }
            (None, _) => LostError::Lost {
                target: target.to_owned(),
                reason: one_line(status.message()),
            },
        }
    }
}

/// What the system said, if it was not only that the other side is gone.
fn system_error(status: &Status) -> Option<String> {
    let mut cause = status.source();
    let mut said = None;
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            said = match error.kind() {
                io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::UnexpectedEof => None,
                _ => Some(one_line(&error.to_string())),
            };
        }
        cause = error.source();
    }
    said
}

/// What a peer said, cut and harmless, on one line.
fn one_line(text: &str) -> String {
    let mut end = text.len().min(200);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    plain(&text[..end]).into_owned()
}
