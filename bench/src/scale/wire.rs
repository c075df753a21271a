//! What goes over the wire, counted.

use std::time::{Duration, Instant};

use prost::Message;
use serde::{Deserialize, Serialize};
use taskmon_proto::v1::WatchRequest;
use taskmon_proto::v1::taskmon_client::TaskmonClient;
use taskmon_proto::v1::update::Update;
use tonic::transport::Endpoint;

use super::Outcome;

/// gRPC's own bytes before each message.
const PREFIX: usize = 5;

/// What one stream brought. Sizes are of messages as gRPC carries them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Wire {
    /// Pages of the snapshot.
    pub pages: usize,
    /// The largest page of all.
    pub largest_page: usize,
    /// The whole snapshot.
    pub snapshot: usize,
    /// How long it took to come, unread.
    pub seconds: f64,
    /// Each difference after it.
    pub differences: Vec<usize>,
}

/// Reads a snapshot and `ticks` differences from `address`.
///
/// # Errors
///
/// If the program cannot be reached or ends.
pub async fn count(address: &str, ticks: usize) -> Outcome<Wire> {
    // As much may be under way as for a viewer.
    const WINDOW: u32 = 1 << 20;
    let begun = Instant::now();
    let address = match address.contains("://") {
        true => address.to_owned(),
        false => format!("http://{address}"),
    };
    let channel = Endpoint::from_shared(address)?
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .connect()
        .await?;
    let mut client = TaskmonClient::new(channel).max_decoding_message_size(64 << 20);
    let request = WatchRequest {
        interval_millis: 0,
        stacks: true,
    };
    let mut stream = client.watch(request).await?.into_inner();
    let mut wire = Wire::default();
    let (mut tick, mut whole) = (0, false);
    while wire.differences.len() < ticks {
        let message = tokio::time::timeout(Duration::from_secs(60), stream.message());
        let update = message.await??.ok_or("the stream has ended")?;
        let bytes = PREFIX + update.encoded_len();
        let Some(Update::Page(page)) = update.update else {
            continue;
        };
        wire.largest_page = bytes.max(wire.largest_page);
        tick += bytes;
        if !whole {
            wire.pages += 1;
        }
        if !page.last {
            continue;
        }
        match whole {
            true => wire.differences.push(tick),
            false => (wire.snapshot, wire.seconds) = (tick, begun.elapsed().as_secs_f64()),
        }
        (tick, whole) = (0, true);
    }
    Ok(wire)
}
