//! One stream of updates, from its hello to its end.

use std::error::Error;
use std::io;
use std::time::Duration;

use http_body_util::BodyExt;
use taskmon_proto::v1 as wire;
use taskmon_proto::v1::taskmon_client::TaskmonClient;
use tokio::time::{Instant, timeout_at};
use tonic::body::Body;
use tonic::codegen::http::{HeaderMap, Request, Response};
use tonic::{Code, Status, Streaming};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use super::authorized::Authorized;
use super::dial::dial;
use super::peer::{Peer, Spoke};
use super::{ConnectError, Target, WatchError};
use crate::words::plain::quoted;

/// The longest message that is read. A page is far smaller.
const MESSAGE_BYTES: usize = 4 << 20;
/// How long a program may take to introduce itself.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// How long a program may send nothing, beyond its interval. A busy host may be
/// late; a program under a debugger is silent.
const SILENCE: Duration = Duration::from_secs(20);
/// How long all pages of a picture may take: far longer than those of millions of tasks
/// over a slow connection.
const PICTURE_WITHIN: Duration = Duration::from_secs(10 * 60);

/// Calls to a program, whose responses are checked.
pub(super) type Client =
    TaskmonClient<BoxCloneSyncService<Request<Body>, Response<Body>, tonic::transport::Error>>;

/// An open stream whose hello has been received.
pub(super) struct Feed {
    target: Target,
    stream: Streaming<wire::Update>,
    client: Client,
    interval: Duration,
    silence: Duration,
    /// Since when the next page is awaited of a picture that is not whole.
    begun: Option<Instant>,
}

impl Feed {
    /// Connects, asks for an update every `interval`, and waits for the hello.
    pub(super) async fn open(
        target: &Target,
        interval: Duration,
    ) -> Result<(Feed, wire::Hello), ConnectError> {
        Feed::open_with(target, interval, true).await
    }

    /// The same, with or without stacks.
    pub(super) async fn open_with(
        target: &Target,
        interval: Duration,
        stacks: bool,
    ) -> Result<(Feed, wire::Hello), ConnectError> {
        let request = wire::WatchRequest {
            interval_millis: interval.as_millis().try_into().unwrap_or(u32::MAX),
            stacks,
        };
        let no_answer = |_| ConnectError::NoAnswer {
            target: target.clone(),
            after: HELLO_WITHIN,
        };
        let peer = Peer::default();
        let header = target.credentials().header()?;
        let channel = dial(target, &peer).await?;
        let channel = Authorized::new(channel, header);
        tokio::time::timeout(HELLO_WITHIN, Feed::begin(target, channel, peer, request))
            .await
            .map_err(no_answer)?
    }

    async fn begin(
        target: &Target,
        channel: Authorized,
        peer: Peer,
        request: wire::WatchRequest,
    ) -> Result<(Feed, wire::Hello), ConnectError> {
        let answering = peer.clone();
        let channel = channel.map_response(move |response| checked(response, &answering));
        let channel = BoxCloneSyncService::new(channel);
        let mut client = TaskmonClient::new(channel).max_decoding_message_size(MESSAGE_BYTES);
        let not_begun = |status| not_begun(target, &peer, &status);
        let response = client.watch(request).await.map_err(not_begun)?;
        let mut stream = response.into_inner();
        let first = stream.message().await.map_err(not_begun)?;
        let Some(wire::update::Update::Hello(hello)) = first.and_then(|first| first.update) else {
            return Err(ConnectError::NoHello(target.clone()));
        };
        let interval = Duration::from_millis(hello.interval_millis.min(60_000).into());
        let feed = Feed {
            target: target.clone(),
            stream,
            client,
            interval,
            silence: SILENCE + 3 * interval,
            begun: None,
        };
        Ok((feed, hello))
    }

    /// Whom it comes from.
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// For more calls on the same connection.
    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    /// How often the program sends an update.
    pub(super) fn interval(&self) -> Duration {
        self.interval
    }

    /// The next page. It may be dropped before it is ready without loss.
    ///
    /// # Errors
    ///
    /// If the stream ended, broke, was silent for too long or is malformed. There
    /// is no page after an error.
    pub(super) async fn page(&mut self) -> Result<wire::Page, WatchError> {
        // What is no page, and so says nothing of the program, does not break the silence.
        let now = Instant::now();
        let begun = *self.begun.get_or_insert(now);
        let until = (now + self.silence).min(begun + PICTURE_WITHIN);
        loop {
            let message = timeout_at(until, self.stream.message());
            let message = message.await.map_err(|_| self.waited_in_vain(begun))?;
            let update = match message {
                Ok(Some(update)) => update,
                Ok(None) => return Err(WatchError::Ended(self.target.clone())),
                Err(status) => return Err(broken(&self.target, &status)),
            };
            match update.update {
                Some(wire::update::Update::Page(page)) => {
                    self.begun = self.begun.filter(|_| !page.last);
                    return Ok(page);
                }
                Some(wire::update::Update::Hello(_)) => {
                    let error = crate::model::FoldError::SecondHello;
                    return Err(WatchError::fold(&self.target, &error));
                }
                // Something that a newer program tells newer viewers.
                None => {}
            }
        }
    }

    /// Nothing came in time, or not the end of a picture that was begun at this time.
    fn waited_in_vain(&self, begun: Instant) -> WatchError {
        let target = self.target.clone();
        match begun.elapsed() < PICTURE_WITHIN {
            true => WatchError::Silent {
                target,
                after: self.silence,
            },
            false => WatchError::Unfinished {
                target,
                after: PICTURE_WITHIN,
            },
        }
    }
}

/// Notes a response that is not gRPC, and takes away a trailer that tonic 0.14
/// panics on if it is not valid base64. Nothing here reads it.
fn checked(response: Response<Body>, peer: &Peer) -> Response<Body> {
    fn strip(headers: &mut HeaderMap) {
        headers.remove("grpc-status-details-bin");
    }
    let (mut parts, body) = response.into_parts();
    let content_type = parts.headers.get("content-type");
    if !content_type.is_some_and(|it| it.as_bytes().starts_with(b"application/grpc")) {
        peer.is_not_grpc();
    }
    strip(&mut parts.headers);
    let body = body.map_frame(|mut frame| {
        if let Some(trailers) = frame.trailers_mut() {
            strip(trailers);
        }
        frame
    });
    Response::from_parts(parts, Body::new(body))
}

/// What a failure before the hello means.
fn not_begun(target: &Target, peer: &Peer, status: &Status) -> ConnectError {
    let target = target.clone();
    let reason = quoted(status.message());
    match (peer.spoke(), status.code()) {
        (Spoke::Nothing, _) => ConnectError::Closed(target),
        (Spoke::AnotherProtocol, _) => ConnectError::NotGrpc(target),
        (Spoke::Tls, _) => ConnectError::IsTls(target),
        (Spoke::WantsCertificate, _) => ConnectError::CertificateWanted(target),
        (Spoke::Grpc, Code::Unimplemented) => ConnectError::NotTaskmon(target),
        (Spoke::Grpc, Code::Unauthenticated) => ConnectError::Unauthenticated { target, reason },
        (Spoke::Grpc, Code::PermissionDenied | Code::ResourceExhausted) => {
            ConnectError::Refused { target, reason }
        }
        (Spoke::Grpc, _) => ConnectError::Other { target, reason },
    }
}

/// What a failure after the hello means.
fn broken(target: &Target, status: &Status) -> WatchError {
    let target = target.clone();
    let said = quoted(status.message());
    match status.code() {
        Code::Unauthenticated => ConnectError::Unauthenticated {
            target,
            reason: said,
        }
        .into(),
        Code::PermissionDenied => ConnectError::Refused {
            target,
            reason: said,
        }
        .into(),
        // Of all codes these two are given to a message that is too large or
        // that is not what protobuf expects.
        Code::OutOfRange => WatchError::Malformed {
            target,
            reason: said,
        },
        Code::Internal if status.message().contains("decode") => WatchError::Malformed {
            target,
            reason: said,
        },
        // However a connection is cut, to people it is one thing; the words for
        // it depend on which layer noticed first.
        _ => WatchError::Lost {
            target,
            reason: system_error(status)
                .unwrap_or_else(|| "the program ended, or closed it".to_owned()),
        },
    }
}

/// What the system said, if it said more than that the other side is gone.
fn system_error(status: &Status) -> Option<String> {
    let mut cause = status.source();
    let mut said = None;
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            said = match error.kind() {
                io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::UnexpectedEof => None,
                _ => Some(quoted(&error.to_string())),
            };
        }
        cause = error.source();
    }
    said
}

#[cfg(test)]
mod tests;
