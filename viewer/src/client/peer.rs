//! What kind of peer it is, learnt on the way.
//!
//! When a stream fails before it has begun, the error of the layer that noticed
//! says little ("transport error"). What the peer sent first says all.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The header of an HTTP/2 frame (RFC 9113, section 4.1).
const HEADER_BYTES: usize = 9;
/// The first frame of every HTTP/2 server (RFC 9113, section 3.4).
const SETTINGS: u8 = 4;

/// The first byte of an alert of TLS (RFC 8446, section 5.1). In HTTP/2 it would be the
/// length of a frame that is larger than the first may be.
const TLS_ALERT: u8 = 0x15;

/// What is known of the peer, shared by those who learn it and those who explain
/// a failure.
#[derive(Clone, Debug, Default)]
pub(super) struct Peer(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    first_bytes: Mutex<Vec<u8>>,
    not_grpc: AtomicBool,
    wants_certificate: AtomicBool,
}

/// How far the peer got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoke {
    /// It sent nothing.
    Nothing,
    /// It sent something that is not gRPC.
    AnotherProtocol,
    /// It answered as TLS does to what is none.
    Tls,
    /// It ended TLS because of this viewer's certificate, or for want of one.
    WantsCertificate,
    /// It speaks HTTP/2, and gRPC as far as is known.
    Grpc,
}

impl Peer {
    /// It answered a gRPC call with something else.
    pub(super) fn is_not_grpc(&self) {
        // The flag stands for nothing else in memory.
        self.0.not_grpc.store(true, Ordering::Relaxed);
    }

    pub(super) fn spoke(&self) -> Spoke {
        if self.0.wants_certificate.load(Ordering::Relaxed) {
            return Spoke::WantsCertificate;
        }
        let first = self.0.first_bytes.lock();
        let first = first.unwrap_or_else(PoisonError::into_inner);
        if first.is_empty() {
            return Spoke::Nothing;
        }
        if first[0] == TLS_ALERT {
            return Spoke::Tls;
        }
        let is_settings = first.len() == HEADER_BYTES && first[3] == SETTINGS;
        match is_settings && !self.0.not_grpc.load(Ordering::Relaxed) {
            true => Spoke::Grpc,
            false => Spoke::AnotherProtocol,
        }
    }

    fn received(&self, bytes: &[u8]) {
        let first = self.0.first_bytes.lock();
        let mut first = first.unwrap_or_else(PoisonError::into_inner);
        let missing = HEADER_BYTES - first.len();
        first.extend(bytes.iter().take(missing));
    }
}

/// A connection that tells its [`Peer`] what came first.
pub(super) struct Overheard<T> {
    inner: T,
    peer: Peer,
    /// Bytes of the first header that are still to come.
    listening: usize,
}

impl<T> Overheard<T> {
    pub(super) fn new(inner: T, peer: Peer) -> Self {
        Overheard {
            inner,
            peer,
            listening: HEADER_BYTES,
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Overheard<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(context, buffer);
        #[cfg(feature = "tls")]
        if let Poll::Ready(Err(error)) = &polled
            && super::tls::is_about_our_certificate(error)
        {
            self.peer.0.wants_certificate.store(true, Ordering::Relaxed);
        }
        if self.listening > 0 {
            let received = &buffer.filled()[before..];
            self.peer.received(received);
            self.listening = self.listening.saturating_sub(received.len());
        }
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Overheard<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn spoke(sent: &[u8]) -> Spoke {
        let peer = Peer::default();
        // One byte at a time, as a slow network may bring it.
        for byte in sent {
            let one = [*byte];
            peer.received(&one);
        }
        let at_once = Peer::default();
        let mut read = Vec::new();
        let mut overheard = Overheard::new(sent, at_once.clone());
        overheard.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, sent);
        assert_eq!(peer.spoke(), at_once.spoke());
        peer.spoke()
    }

    #[tokio::test]
    async fn an_http2_server_is_known_by_its_settings() {
        let settings = [0, 0, 0, SETTINGS, 0, 0, 0, 0, 0, 7, 7, 7];
        assert_eq!(spoke(&settings).await, Spoke::Grpc);
    }

    #[tokio::test]
    async fn anything_else_is_another_protocol() {
        assert_eq!(
            spoke(b"HTTP/1.1 400 Bad Request\r\n").await,
            Spoke::AnotherProtocol
        );
        assert_eq!(spoke(b"\x16").await, Spoke::AnotherProtocol);
        assert_eq!(spoke(b"\x15\x03\x01").await, Spoke::Tls);
        assert_eq!(spoke(b"").await, Spoke::Nothing);
    }
}
