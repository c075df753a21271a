//! What is asked for without gRPC.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use tonic::body::Body;

use super::metrics::Format;
use super::service::TaskmonService;

/// The answer to any other request.
pub(super) async fn answer(service: &TaskmonService, asked: &Parts) -> Response<Body> {
    if asked.uri.path() != "/metrics" {
        return plain(
            StatusCode::NOT_FOUND,
            "There is nothing here. Metrics are at /metrics; the viewer is the command taskmon.\n",
        );
    }
    if !matches!(asked.method, Method::GET | Method::HEAD) {
        let mut refused = plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "Metrics can only be read: ask with GET.\n",
        );
        let allowed = HeaderValue::from_static("GET, HEAD");
        refused.headers_mut().insert(ALLOW, allowed);
        return refused;
    }
    let format = Format::of(
        asked
            .headers
            .get_all(ACCEPT)
            .iter()
            .map(HeaderValue::as_bytes),
    );
    let shared = service.shared();
    match shared.metrics.scrape(shared).await.text(format) {
        Some(text) => respond(StatusCode::OK, format.content_type(), text),
        None => plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The metrics could not be written.\n",
        ),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let text = Bytes::from_static(text.as_bytes());
    respond(status, "text/plain; charset=utf-8", text)
}

fn respond(status: StatusCode, kind: &'static str, text: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::new(Full::new(text)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
