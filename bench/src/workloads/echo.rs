//! An HTTP service that answers with what it is sent.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use tokio::net::TcpListener;

/// Starts it on the runtime that this is called on, at a free port of this host. It
/// serves for as long as the runtime lives.
///
/// # Errors
///
/// If there is no port.
pub async fn service() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let app = Router::new().route("/echo", post(|body: Bytes| async { body }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}
