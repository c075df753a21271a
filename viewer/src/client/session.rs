//! One connection.

use std::io;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use taskmon_proto::v1::taskmon_client::TaskmonClient;
use taskmon_proto::v1::{Update, WatchRequest, update};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};
use tonic::{Status, Streaming};

use super::{ConnectError, LostError, Target};
use crate::model::Model;

/// How long a program may take to accept a connection, and then to say who it is.
const CONNECT: Duration = Duration::from_secs(5);
const HELLO: Duration = Duration::from_secs(10);
/// The largest message that is believed to be one.
const MESSAGE_BYTES: usize = 16 << 20;

/// A connection to a program that has said who it is.
#[derive(Debug)]
pub struct Session {
    target: String,
    stream: Streaming<Update>,
    hello: Option<Update>,
    /// How long the program may say nothing.
    patience: Duration,
}

impl Session {
    /// Connects to `target` and asks for an update every `interval`; `None`
    /// leaves that to the program.
    ///
    /// # Errors
    ///
    /// If there is no program with taskmon in it that lets us in.
    pub async fn open(target: &Target, interval: Option<Duration>) -> Result<Self, ConnectError> {
        let name = target.to_string();
        let channel = connect(target, &name).await?;
        let mut client = TaskmonClient::new(channel).max_decoding_message_size(MESSAGE_BYTES);
        let millis = interval.map_or(0, |interval| interval.as_millis());
        let request = WatchRequest {
            interval_millis: u32::try_from(millis).unwrap_or(u32::MAX),
        };
        let refused = |status: &Status| ConnectError::from_status(&name, status);
        let first = async {
            let mut stream = client.watch(request).await?.into_inner();
            let hello = stream.message().await?;
            Ok::<_, Status>((stream, hello))
        };
        let (stream, hello) = timeout(HELLO, first)
            .await
            .map_err(|_| ConnectError::silent(&name))?
            .map_err(|status| refused(&status))?;
        let Some(Update {
            update: Some(update::Update::Hello(said)),
        }) = &hello
        else {
            return Err(ConnectError::NotTaskmon {
                target: name,
                reason: "it did not say who it is".to_owned(),
            });
        };
        let interval = Duration::from_millis(said.interval_millis.into());
        Ok(Session {
            target: name,
            stream,
            patience: Duration::from_secs(15).max(4 * interval.min(Duration::from_secs(120))),
            hello,
        })
    }

    /// The next update, the hello first. Cancel safe.
    ///
    /// # Errors
    ///
    /// If there will be none: the connection is lost.
    pub async fn update(&mut self) -> Result<Update, LostError> {
        if let Some(hello) = self.hello.take() {
            return Ok(hello);
        }
        match timeout(self.patience, self.stream.message()).await {
            Ok(Ok(Some(update))) => Ok(update),
            Ok(Ok(None)) => Err(LostError::ended(&self.target)),
            Ok(Err(status)) => Err(LostError::from_status(&self.target, &status)),
            Err(_) => Err(LostError::Silent {
                target: self.target.clone(),
                silence: self.patience,
            }),
        }
    }

    /// Folds updates into `model` until the picture is whole again. Cancel safe:
    /// what was folded stays.
    ///
    /// # Errors
    ///
    /// If the connection is lost, or cannot be followed.
    pub async fn refresh(&mut self, model: &mut Model) -> Result<(), LostError> {
        loop {
            let update = self.update().await?;
            if self.fold(model, update)? {
                return Ok(());
            }
        }
    }

    /// Folds one update into `model`; returns whether the picture is whole again.
    ///
    /// # Errors
    ///
    /// If it cannot be followed.
    pub fn fold(&self, model: &mut Model, update: Update) -> Result<bool, LostError> {
        let folded = match update.update {
            Some(update::Update::Hello(hello)) => model.apply_hello(hello).map(|()| false),
            Some(update::Update::Page(page)) => model.apply_page(page),
            // Something that a newer program tells newer viewers.
            None => Ok(false),
        };
        folded.map_err(|source| LostError::Broken {
            target: self.target.clone(),
            source,
        })
    }
}

/// A channel over a connection that is made here, so that what the system says of
/// it is known; the channel itself never makes another.
async fn connect(target: &Target, name: &str) -> Result<Channel, ConnectError> {
    let unreachable = |error: io::Error| ConnectError::from_io(name, &error);
    match target {
        Target::Tcp(authority) => {
            let stream = in_time(TcpStream::connect(authority))
                .await
                .map_err(unreachable)?;
            // Keep-alives and window updates should leave at once.
            let _ = stream.set_nodelay(true);
            over(stream, name).await
        }
        #[cfg(unix)]
        Target::Unix(path) => {
            let stream = in_time(tokio::net::UnixStream::connect(path))
                .await
                .map_err(unreachable)?;
            over(stream, name).await
        }
        #[cfg(not(unix))]
        Target::Unix(_) => Err(ConnectError::Unreachable {
            target: name.to_owned(),
            reason: "this system has no unix sockets".to_owned(),
        }),
    }
}

async fn in_time<T>(connecting: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(CONNECT, connecting).await.unwrap_or_else(|_| {
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "no answer within 5 s",
        ))
    })
}

async fn over<C>(stream: C, name: &str) -> Result<Channel, ConnectError>
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // The name in the requests; where they go is decided by the connector.
    let endpoint = Endpoint::from_static("http://taskmon")
        .http2_keep_alive_interval(Duration::from_secs(10))
        .keep_alive_timeout(Duration::from_secs(10))
        .keep_alive_while_idle(true);
    let mut stream = Some(TokioIo::new(stream));
    let connector = tower::service_fn(move |_| {
        let stream = stream.take();
        async move { stream.ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected)) }
    });
    let channel = timeout(CONNECT, endpoint.connect_with_connector(connector));
    match channel.await {
        Ok(Ok(channel)) => Ok(channel),
        Ok(Err(_)) => Err(ConnectError::NotTaskmon {
            target: name.to_owned(),
            reason: "what answers there does not speak gRPC".to_owned(),
        }),
        Err(_) => Err(ConnectError::silent(name)),
    }
}
