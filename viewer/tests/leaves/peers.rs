//! What the leaves wait with: the other ends of connections, servers, and a future of
//! the program's own.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A connection within this program: both of its ends.
pub async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (one, other) = tokio::join!(TcpStream::connect(address), listener.accept());
    (one.unwrap(), other.unwrap().0)
}

/// A future of the program's own.
pub struct Own(pub Option<Waker>);

impl Future for Own {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0 = Some(context.waker().clone());
        Poll::Pending
    }
}

/// The address of a server that accepts and says nothing.
pub async fn silent_server() -> io::Result<SocketAddr> {
    server_that_says("").await
}

/// The address of a server that answers what each client says first with `text`, and
/// says no more.
pub async fn server_that_says(text: &'static str) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            if !text.is_empty() {
                // An answer that comes before the request is none.
                let _ = connection.read(&mut [0; 1_024]).await;
                let _ = connection.write_all(text.as_bytes()).await;
            }
            kept.push(connection);
        }
    });
    Ok(address)
}

/// A path for a file of this task.
pub fn temporary(kind: &str) -> std::path::PathBuf {
    let name = format!(
        "taskmon-{kind}-{}-{}",
        std::process::id(),
        tokio::task::id()
    );
    std::env::temp_dir().join(name)
}
