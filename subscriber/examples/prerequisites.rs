//! What a program says that lacks something, and that it goes on.
//!
//!     RUSTFLAGS= cargo run -p taskmon-subscriber --example prerequisites
//!
//! is built without `--cfg tokio_unstable`, says so once on standard error, and
//! does its work.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn main() -> std::io::Result<()> {
    let telemetry = taskmon_subscriber::init();
    // The telemetry thread looks for what is missing before it takes its first
    // connection. This one begins as a viewer does, and goes after the first answer.
    if let Some(address) = telemetry.address() {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")?;
        stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])?;
        stream.read_exact(&mut [0; 9])?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        tokio::spawn(async { println!("the program goes on") })
            .await
            .map_err(std::io::Error::other)
    })
}
