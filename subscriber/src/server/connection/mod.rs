//! One connection: a viewer's, or one that asks for metrics.
//!
//! A stream of bytes comes in. Every request on it is judged first, whatever it asks
//! for; those that are let in go to the gRPC service or to the metrics. What a client
//! can cost is bounded here: how many there are ([`Places`]), how long each may take
//! ([`stay`]), and how much is kept for it.

mod places;
mod stay;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use taskmon_proto::v1::taskmon_server::TaskmonServer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout_at;
use tonic::body::Body;
use tonic::codegen::Service;

use super::access::{Access, Refusal, Way, is_grpc};
use super::service::TaskmonService;
use places::Place;
pub(super) use places::Places;
use stay::{Limits, Stay};

/// How long a peer may leave a sign of life unanswered, and how often it is asked
/// for one.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How many calls there may be at once on one connection.
const CALLS: u32 = 4;
/// How large the headers of a request may be.
const HEADERS: u32 = 16 * 1024;
/// How much a client may send ahead of what is read. The least that HTTP/2 has:
/// requests are small.
const WINDOW: u32 = 65_535;
/// How much of one answer is kept for a client that does not read, besides the
/// message that is being sent.
const SEND_BUFFER: usize = 256 * 1024;
/// How large a message of a client may be.
const REQUEST_BYTES: usize = 16 * 1024;
/// How large a message to a client may be: as much as viewers read.
const MESSAGE_BYTES: usize = 4 << 20;

/// Serves whoever connects.
pub(super) struct Connections {
    access: Access,
    places: Arc<Places>,
    service: TaskmonService,
    limits: Limits,
}

impl Connections {
    /// How many connections are let in for each viewer that may be attached: a viewer
    /// may have another for a while, and there are those that ask for metrics.
    const PER_VIEWER: usize = 2;
    const OTHERS: usize = 16;

    pub(super) fn new(access: Access, service: TaskmonService) -> Arc<Self> {
        let viewers = service.most_viewers() as usize;
        let places = Places::new(Self::PER_VIEWER * viewers + Self::OTHERS);
        Arc::new(Connections {
            access,
            places: Arc::new(places),
            service,
            limits: Limits::USUAL,
        })
    }

    /// Serves whoever is at the other end of `stream`, which came this `way`.
    pub(super) fn connected<C>(self: &Arc<Self>, stream: C, way: Way)
    where
        C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let place = self.places.enter();
        let number = place.number();
        let this = Arc::clone(self);
        let serving = tokio::spawn(this.serve(stream, way, place));
        self.places.serves(number, serving.abort_handle());
    }

    async fn serve<C>(self: Arc<Self>, stream: C, way: Way, place: Place)
    where
        C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let grpc = TaskmonServer::new(self.service.clone())
            .max_decoding_message_size(REQUEST_BYTES)
            .max_encoding_message_size(MESSAGE_BYTES);
        let limits = self.limits;
        let stay = Arc::new(Stay::begin());
        let connection = Arc::new(Connection {
            shared: self,
            way,
            place,
            stay: Arc::clone(&stay),
            grpc,
        });
        let served = connection.serve_stream(stream);
        tokio::pin!(served);
        while let Some(until) = stay.until(&limits) {
            if timeout_at(until.into(), &mut served).await.is_ok() {
                return;
            }
        }
    }
}

/// One of them.
struct Connection {
    shared: Arc<Connections>,
    way: Way,
    place: Place,
    stay: Arc<Stay>,
    grpc: TaskmonServer<TaskmonService>,
}

impl Connection {
    #[cfg(not(feature = "tls"))]
    async fn serve_stream<C>(self: Arc<Self>, stream: C)
    where
        C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        self.serve_http(stream).await;
    }

    /// Makes TLS of the stream first, if that is asked for.
    #[cfg(feature = "tls")]
    async fn serve_stream<C>(self: Arc<Self>, stream: C)
    where
        C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};

        let Some(acceptor) = self.shared.access.acceptor(self.way) else {
            return self.serve_http(stream).await;
        };
        match acceptor.accept(stream).into_fallible().await {
            Ok(stream) => self.serve_http(stream).await,
            Err((_, mut stream)) => {
                // The client has been told why. Closed with something unread, the
                // connection could lose that.
                let _ = stream.shutdown().await;
                let mut unread = [0; 1_024];
                while stream.read(&mut unread).await.is_ok_and(|read| read > 0) {}
            }
        }
    }

    /// HTTP/2 with gRPC. How a connection ends is the peer's business.
    #[cfg(not(feature = "metrics"))]
    async fn serve_http<C>(self: Arc<Self>, stream: C)
    where
        C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let answer = service_fn(move |request| Arc::clone(&self).answer(request));
        let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .max_concurrent_streams(CALLS)
            .max_header_list_size(HEADERS)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .serve_connection(TokioIo::new(stream), answer)
            .await;
    }

    /// HTTP/2 with gRPC, and HTTP/1.1 or HTTP/2 without. How a connection ends is the
    /// peer's business.
    #[cfg(feature = "metrics")]
    async fn serve_http<C>(self: Arc<Self>, stream: C)
    where
        C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let answer = service_fn(move |request| Arc::clone(&self).answer(request));
        let mut builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            // A scraper that comes again in seconds can as well connect again, and
            // does not take a place meanwhile.
            .keep_alive(false)
            // Simple clients close their end once they have asked.
            .half_close(true)
            .max_buf_size(HEADERS as usize);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .max_concurrent_streams(CALLS)
            .max_header_list_size(HEADERS)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_send_buf_size(SEND_BUFFER);
        let connection = builder.serve_connection(TokioIo::new(stream), answer);
        let _ = connection.await;
    }

    /// The answer to any request at all.
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, Infallible> {
        let is_grpc = is_grpc(&request);
        let judged = self.shared.access.judge(&request, self.way);
        if let Err(refusal) = judged {
            return Ok(refusal.answer(is_grpc));
        }
        if !self.place.let_in() {
            return Ok(Refusal::Full.answer(is_grpc));
        }
        if !is_grpc {
            self.stay.is_other();
            return Ok(self.answer_without_grpc(request).await);
        }
        let call = self.stay.call();
        let response = self.grpc.clone().call(request).await?;
        Ok(response.map(|body| call.answered(body)))
    }

    #[cfg(feature = "metrics")]
    async fn answer_without_grpc(&self, request: Request<Incoming>) -> Response<Body> {
        super::http::answer(&self.shared.service, &request.into_parts().0).await
    }

    #[cfg(not(feature = "metrics"))]
    async fn answer_without_grpc(&self, _: Request<Incoming>) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = hyper::StatusCode::NOT_FOUND;
        response
    }
}

#[cfg(test)]
mod tests;
