//! `cargo run -p fuzz --bin record -- http://127.0.0.1:6669 FILE` records the beginning
//! of what a program sends to a viewer, as a seed of the target `stream`.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use prost::Message;
use taskmon_proto::v1::WatchRequest;
use taskmon_proto::v1::taskmon_client::TaskmonClient;
use tonic::transport::Endpoint;

/// Records the beginning of what a program sends to a viewer.
#[derive(Parser)]
struct Options {
    /// Where the program listens.
    address: String,
    /// Where the messages go, each after its length.
    file: PathBuf,
    /// How many messages.
    #[arg(long, default_value_t = 12)]
    messages: usize,
    /// How many bytes at most.
    #[arg(long, default_value_t = 64 << 10)]
    bytes: usize,
    /// How often the program is to send an update.
    #[arg(long, default_value_t = 200)]
    interval_millis: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let endpoint = Endpoint::from_shared(options.address)?.connect_timeout(Duration::from_secs(5));
    let mut client = TaskmonClient::new(endpoint.connect().await?);
    let request = WatchRequest {
        interval_millis: options.interval_millis,
        stacks: true,
    };
    let mut stream = client.watch(request).await?.into_inner();
    let mut recorded = Vec::new();
    for _ in 0..options.messages {
        let Some(update) = stream.message().await? else {
            break;
        };
        if recorded.len() + update.encoded_len() > options.bytes {
            break;
        }
        update.encode_length_delimited(&mut recorded)?;
    }
    std::fs::write(&options.file, &recorded)?;
    println!("{} bytes", recorded.len());
    Ok(())
}
