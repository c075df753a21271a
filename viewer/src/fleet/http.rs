//! One request over HTTP, within bounds.

use std::error::Error;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::header::ACCEPT;
use hyper::{Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// How long the connection and the answer together may take.
pub(super) const WITHIN: Duration = Duration::from_secs(15);
/// How large an answer may be.
pub(super) const LARGEST: usize = 16 << 20;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum HttpError {
    /// There is no connection.
    Connect(String),
    /// It does not come.
    TimedOut,
    /// It is too large.
    TooLarge,
    /// It is none.
    Broken(String),
}

/// Asks one server; keeps its connection.
pub(super) struct Http {
    client: Client<HttpConnector, Empty<Bytes>>,
}

impl Http {
    pub(super) fn new() -> Self {
        Http {
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// The answer to a GET.
    pub(super) async fn get(&self, uri: Uri) -> Result<(StatusCode, Bytes), HttpError> {
        tokio::time::timeout(WITHIN, self.ask(uri))
            .await
            .unwrap_or(Err(HttpError::TimedOut))
    }

    async fn ask(&self, uri: Uri) -> Result<(StatusCode, Bytes), HttpError> {
        let broken = |error: &dyn Error| HttpError::Broken(innermost(error));
        let request = Request::get(uri)
            .header(ACCEPT, "application/json")
            .body(Empty::new())
            .map_err(|error| broken(&error))?;
        let response = self.client.request(request).await;
        let response = response.map_err(|error| match error.is_connect() {
            true => HttpError::Connect(innermost(&error)),
            false => broken(&error),
        })?;
        let status = response.status();
        let body = Limited::new(response.into_body(), LARGEST).collect().await;
        let body = body.map_err(|error| match error.is::<LengthLimitError>() {
            true => HttpError::TooLarge,
            false => broken(&*error),
        })?;
        Ok((status, body.to_bytes()))
    }
}

/// What lies deepest, such as what the operating system said.
fn innermost(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
