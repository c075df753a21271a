//! What someone is told who is not served.

use hyper::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Request, Response, StatusCode, Version};
use tonic::body::Body;
use tonic::{Code, Status};

/// Why a request is not answered. It says nothing of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Refusal {
    /// What had to be shown was missing or wrong; which of them is not told.
    Credentials,
    /// It is of a web page.
    Page,
    /// It is for a name that someone else may have made.
    Name,
    /// There are connections enough.
    Full,
}

impl Refusal {
    fn status(self) -> (StatusCode, Code) {
        match self {
            Refusal::Credentials => (StatusCode::UNAUTHORIZED, Code::Unauthenticated),
            Refusal::Page | Refusal::Name => (StatusCode::FORBIDDEN, Code::PermissionDenied),
            Refusal::Full => (StatusCode::SERVICE_UNAVAILABLE, Code::ResourceExhausted),
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Refusal::Credentials => "credentials are missing or wrong",
            Refusal::Page => "web pages are not served",
            Refusal::Name => "ask by an address or as localhost, not by another name",
            Refusal::Full => "there are too many connections",
        }
    }

    /// The answer, to a viewer or to anyone else.
    pub(in crate::server) fn answer(self, is_grpc: bool) -> Response<Body> {
        let (status, code) = self.status();
        if is_grpc {
            return Status::new(code, self.sentence()).into_http();
        }
        let mut response = Response::new(Body::new(format!("{}\n", self.sentence())));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        headers.insert(CONTENT_TYPE, kind);
        if self == Refusal::Credentials {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Whether `request` is a viewer's.
pub(in crate::server) fn is_grpc<B>(request: &Request<B>) -> bool {
    let kind = request.headers().get(CONTENT_TYPE);
    request.version() == Version::HTTP_2
        && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}
