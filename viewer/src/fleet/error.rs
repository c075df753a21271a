//! What can go wrong with Prometheus, in one line that says what to try.
//!
//! All of these are safe to print: what the other end said is made harmless and
//! cut.

use super::PrometheusUrl;
use super::http::{HttpError, LARGEST, WITHIN};
use crate::client::TargetError;
use crate::words::duration::human;
use crate::words::plain::quoted;

/// Why there is no picture of the fleet.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FleetError {
    /// There is no connection.
    #[error("cannot connect to Prometheus at {url}: {reason}")]
    Connect {
        /// Where.
        url: PrometheusUrl,
        /// What the operating system said.
        reason: String,
    },
    /// It takes too long.
    #[error("Prometheus at {0} did not answer within {within}", within = human(WITHIN))]
    NoAnswer(PrometheusUrl),
    /// It does not want this client.
    #[error("{url} refused with status {status}: does it want a login?")]
    Refused {
        /// Who.
        url: PrometheusUrl,
        /// The HTTP status.
        status: u16,
    },
    /// It is something else.
    #[error(
        "{url} does not answer as Prometheus does: {reason}; is this its address, with its path?"
    )]
    NotPrometheus {
        /// Who.
        url: PrometheusUrl,
        /// What is wrong with the answer.
        reason: String,
    },
    /// It cannot answer.
    #[error("Prometheus at {url} could not answer: {reason}")]
    Query {
        /// Who.
        url: PrometheusUrl,
        /// In its own words.
        reason: String,
    },
    /// It answers with more than anyone can read.
    #[error("the answer of {0} is larger than {most} MiB", most = LARGEST >> 20)]
    TooLarge(PrometheusUrl),
    /// It knows no program with taskmon.
    #[error(
        "Prometheus at {0} has no metrics of taskmon: does it scrape /metrics on the port of \
         taskmon in your programs?"
    )]
    NothingScraped(PrometheusUrl),
    /// It knows none of that name.
    #[error("Prometheus knows no instance '{named}'; it knows {known}")]
    NoSuchInstance {
        /// What was asked for.
        named: String,
        /// What there is, as one text.
        known: String,
    },
    /// Its name is no address.
    #[error("cannot connect to instance '{instance}': {reason}; connect with `taskmon HOST:PORT`")]
    NoTarget {
        /// Its name.
        instance: String,
        /// Why.
        reason: TargetError,
    },
}

impl FleetError {
    pub(super) fn http(url: &PrometheusUrl, error: HttpError) -> Self {
        let url = url.clone();
        match error {
            HttpError::Connect(reason) => FleetError::Connect {
                url,
                reason: quoted(&reason),
            },
            HttpError::TimedOut => FleetError::NoAnswer(url),
            HttpError::TooLarge => FleetError::TooLarge(url),
            HttpError::Broken(reason) => FleetError::NotPrometheus {
                url,
                reason: quoted(&reason),
            },
        }
    }

    /// Whether the server is there and does not want this client.
    pub fn is_refusal(&self) -> bool {
        matches!(self, FleetError::Refused { .. })
    }
}
