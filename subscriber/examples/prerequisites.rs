//! What a program says that lacks something, and that it goes on.
//!
//!     RUSTFLAGS= cargo run -p taskmon-subscriber --example prerequisites
//!
//! is built without `--cfg tokio_unstable`, says so once on standard error, and
//! does its work.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

fn main() -> std::io::Result<()> {
    let telemetry = taskmon_subscriber::init();
    // The telemetry thread looks for what is missing before it takes its first
    // connection; something that is not a viewer is hung up on.
    if let Some(address) = telemetry.address() {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.read_exact(&mut [0; 9])?;
    }
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        tokio::spawn(async { println!("the program goes on") })
            .await
            .map_err(std::io::Error::other)
    })
}
