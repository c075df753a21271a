//! Opens the connection itself, TCP or Unix.
//!
//! It is not left to tonic, so that what the operating system says is known
//! exactly.

use std::io;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tonic::transport::{Channel, Endpoint};
use tower::service_fn;

use super::peer::{Overheard, Peer, Spoke};
use super::{Address, ConnectError, Target};
use crate::words::plain::quoted;

/// How long the name and the address together may take.
pub(super) const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How often a connection is tried for life, and how long an answer may take: a
/// host that vanished is noticed after both.
const PING_EVERY: Duration = Duration::from_secs(5);
const PONG_WITHIN: Duration = Duration::from_secs(10);
/// How much may be under way unread: enough for a snapshot to flow, little enough
/// that a program does not send far ahead of a slow viewer.
const WINDOW_BYTES: u32 = 1 << 20;

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Connects to `target`. The channel does not connect again by itself: a new
/// connection is a new stream, and whoever reads it must know. `peer` learns who
/// is there.
pub(super) async fn dial(target: &Target, peer: &Peer) -> Result<Channel, ConnectError> {
    let opened = tokio::time::timeout(CONNECT_WITHIN, open(target))
        .await
        .map_err(|_| ConnectError::NoAnswer {
            target: target.clone(),
            after: CONNECT_WITHIN,
        })??;
    let credentials = target.credentials();
    if credentials.token.is_some() && !opened.is_private && !credentials.token_in_clear {
        return Err(ConnectError::InTheClear(target.clone()));
    }
    let opened = opened.stream;
    let mut opened = Some(TokioIo::new(Overheard::new(opened, peer.clone())));
    let once = service_fn(move |_| {
        let opened = opened.take();
        std::future::ready(opened.ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected)))
    });
    // TLS, if any, is beneath it.
    let authority = match target.address() {
        Address::Tcp { .. } => target.to_string().replacen("https://", "http://", 1),
        Address::Unix(_) => "http://localhost".to_owned(),
    };
    let other = |error: tonic::transport::Error| ConnectError::Other {
        target: target.clone(),
        reason: quoted(&error.to_string()),
    };
    Endpoint::from_shared(authority)
        .map_err(other)?
        .http2_keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_WITHIN)
        .keep_alive_while_idle(true)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .connect_with_connector(once)
        .await
        .map_err(|error| match peer.spoke() {
            // Noticed while the first words were still being written.
            Spoke::Nothing => ConnectError::Closed(target.clone()),
            Spoke::Tls => ConnectError::IsTls(target.clone()),
            Spoke::WantsCertificate => ConnectError::CertificateWanted(target.clone()),
            Spoke::AnotherProtocol | Spoke::Grpc => other(error),
        })
}

/// A connection without a word on it.
struct Opened {
    stream: Box<dyn Io>,
    /// Whether nobody but the other end can read what is sent.
    is_private: bool,
}

async fn open(target: &Target) -> Result<Opened, ConnectError> {
    match target.address() {
        Address::Tcp { host, port, tls } => {
            let stream = open_tcp(target, host, *port).await?;
            // By the address that was really taken, and not by what it is called.
            let peer = stream.peer_addr().map_err(|error| failed(target, &error))?;
            if *tls {
                return over_tls(stream, target, host).await;
            }
            Ok(Opened {
                is_private: peer.ip().to_canonical().is_loopback(),
                stream: Box::new(stream),
            })
        }
        Address::Unix(path) => Ok(Opened {
            stream: open_unix(target, path).await?,
            is_private: true,
        }),
    }
}

#[cfg(feature = "tls")]
async fn over_tls(stream: TcpStream, target: &Target, host: &str) -> Result<Opened, ConnectError> {
    Ok(Opened {
        stream: Box::new(super::tls::over(stream, target, host).await?),
        is_private: true,
    })
}

#[cfg(not(feature = "tls"))]
async fn over_tls(_: TcpStream, _: &Target, _: &str) -> Result<Opened, ConnectError> {
    Err(super::CredentialsError::NoTls.into())
}

async fn open_tcp(target: &Target, host: &str, port: u16) -> Result<TcpStream, ConnectError> {
    let no_such_host = || ConnectError::NoSuchHost(target.clone());
    let addresses = lookup_host((host, port))
        .await
        .map_err(|_| no_such_host())?;
    let mut failure = no_such_host();
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // What is sent is a request and then acknowledgements; late ones
                // hold the program's window up.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => failure = failed(target, &error),
        }
    }
    Err(failure)
}

#[cfg(unix)]
async fn open_unix(target: &Target, path: &std::path::Path) -> Result<Box<dyn Io>, ConnectError> {
    match tokio::net::UnixStream::connect(path).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(failed(target, &error)),
    }
}

#[cfg(not(unix))]
async fn open_unix(target: &Target, _: &std::path::Path) -> Result<Box<dyn Io>, ConnectError> {
    Err(ConnectError::Other {
        target: target.clone(),
        reason: "this system has no Unix sockets".to_owned(),
    })
}

fn failed(target: &Target, error: &io::Error) -> ConnectError {
    let target = target.clone();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ConnectError::NobodyListens(target),
        io::ErrorKind::NotFound => ConnectError::NoSuchSocket(target),
        io::ErrorKind::PermissionDenied => ConnectError::NotPermitted(target),
        _ => ConnectError::Other {
            target,
            reason: quoted(&error.to_string()),
        },
    }
}
