//! A channel that shows the token with every call.

use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codegen::Service;
use tonic::codegen::http::header::AUTHORIZATION;
use tonic::codegen::http::{HeaderValue, Request, Response};
use tonic::transport::{self, Channel};

/// A connection to one program, with what it was given for it.
#[derive(Clone)]
pub(super) struct Authorized {
    channel: Channel,
    token: Option<HeaderValue>,
}

impl Authorized {
    pub(super) fn new(channel: Channel, token: Option<HeaderValue>) -> Self {
        Authorized { channel, token }
    }
}

impl Service<Request<Body>> for Authorized {
    type Response = Response<Body>;
    type Error = transport::Error;
    type Future = <Channel as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), transport::Error>> {
        self.channel.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        if let Some(token) = &self.token {
            request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        self.channel.call(request)
    }
}
