//! Customers of the shop: requests over HTTP, at a steady rate.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

/// The time between two requests.
const PAUSE: Duration = Duration::from_millis(200);
/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts to send requests to `shop`, from a plain thread: the tasks that are seen
/// are the shop's alone.
pub(super) fn send(shop: SocketAddr) -> io::Result<()> {
    let customers = move || {
        loop {
            // The shop may be closing; then so is this.
            let _ = request(shop);
            thread::sleep(PAUSE);
        }
    };
    thread::Builder::new()
        .name("customers".to_owned())
        .spawn(customers)?;
    Ok(())
}

/// Asks for the products, and gives the answer.
pub(super) fn request(shop: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&shop, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /products HTTP/1.1\r\nHost: {shop}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn the_shop_serves_three_products() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shop = listener.local_addr().unwrap();
        tokio::spawn(super::super::shop::serve(listener, false));
        let answer = tokio::task::spawn_blocking(move || request(shop));
        let answer = answer.await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("[0,1,2]"), "{answer}");
    }
}
