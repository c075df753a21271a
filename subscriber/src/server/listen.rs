//! Where viewers connect.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use super::access::{Access, Reach, Way};
use super::connection::Connections;
use super::{StartError, say};

/// A socket that listens, not yet on any runtime.
pub(super) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(super::unix::Socket),
}

impl Listener {
    /// Listens at `bind`, if `access` lets it; also gives the address for viewers.
    pub(super) fn bind(bind: &str, access: &Access) -> Result<(Self, String), StartError> {
        let failed = |source| StartError::Listen {
            bind: bind.to_owned(),
            source,
        };
        #[cfg(unix)]
        if let Some(path) = bind.strip_prefix("unix:") {
            if path.is_empty() {
                return Err(StartError::Address(bind.to_owned()));
            }
            let path = super::unix::own_path(path);
            let socket = super::unix::Socket::bind(&path).map_err(failed)?;
            let address = format!("unix:{}", path.display());
            return Ok((Listener::Unix(socket), address));
        }
        let addresses: Vec<SocketAddr> = match bind.to_socket_addrs() {
            Ok(addresses) => addresses.collect(),
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                return Err(StartError::Address(bind.to_owned()));
            }
            Err(error) => return Err(failed(error)),
        };
        let reach = Reach::of(&addresses);
        if !access.may_listen(reach) {
            return Err(StartError::Open(bind.to_owned()));
        }
        let listener = TcpListener::bind(addresses.as_slice()).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        if access.shows_token(reach) {
            say(&format!(
                "the token goes over the network to {address} for everyone on the way to read; \
                 use TLS, or an SSH tunnel to loopback, unless the network itself is encrypted"
            ));
        }
        let address = match access.is_tls() {
            true => format!("https://{address}"),
            false => address.to_string(),
        };
        Ok((Listener::Tcp(listener), address))
    }

    /// Serves whoever connects, for ever.
    pub(super) async fn serve(self, connections: Arc<Connections>) -> io::Result<()> {
        match self {
            Listener::Tcp(listener) => {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                loop {
                    match listener.accept().await {
                        Ok((stream, _)) => {
                            // Small updates should leave at once.
                            let _ = stream.set_nodelay(true);
                            connections.connected(stream, Way::Tcp);
                        }
                        Err(error) => refused(error).await,
                    }
                }
            }
            #[cfg(unix)]
            Listener::Unix(socket) => {
                let listener = socket.listen()?;
                loop {
                    match listener.accept().await {
                        Ok(stream) => connections.connected(stream, Way::Unix),
                        Err(error) => refused(error).await,
                    }
                }
            }
        }
    }
}

/// Accepting fails when the process has no descriptor left: that is said once,
/// and tried again when it may have passed.
async fn refused(error: io::Error) {
    static SAID: std::sync::Once = std::sync::Once::new();
    SAID.call_once(|| say(&format!("a viewer could not connect: {error}")));
    tokio::time::sleep(Duration::from_millis(200)).await;
}
