//! A viewer that reads all updates, notes how large they are, and does nothing else.

use std::error::Error;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use prost::Message;
use taskmon_proto::v1::taskmon_client::TaskmonClient;
use taskmon_proto::v1::update::Update;
use taskmon_proto::v1::{Totals, WatchRequest};
use tokio::runtime::{Builder, Runtime};
use tonic::Streaming;
use tonic::transport::Channel;

/// How often it asks for an update: ten times as often as the command does unless
/// it is told otherwise.
pub const INTERVAL: Duration = Duration::from_millis(100);

/// How long an update may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// It goes with this value.
#[derive(Debug)]
pub struct Viewer {
    shared: Arc<Shared>,
    _runtime: Runtime,
}

/// An update that has come whole.
#[derive(Clone, Copy, Debug)]
struct Tick {
    at: Instant,
    /// Of all its messages as they are encoded, without what gRPC and TCP add.
    bytes: usize,
}

#[derive(Debug, Default)]
struct Seen {
    ticks: Vec<Tick>,
    totals: Totals,
}

#[derive(Debug, Default)]
struct Shared {
    seen: Mutex<Seen>,
    more: Condvar,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Viewer {
    /// Attaches to the program at `address`, and returns when the first whole
    /// picture has come.
    ///
    /// # Errors
    ///
    /// If there is no taskmon.
    pub fn attach(address: &str) -> Result<Self, Box<dyn Error>> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .on_thread_start(yield_to_the_program)
            .enable_all()
            .build()?;
        let address = address.to_owned();
        // On its own thread from the start, for the sake of the priority.
        let attached = runtime.spawn(async move {
            let mut stream = watch(&address).await?;
            next(&mut stream).await?.ok_or("it ended")?;
            Ok::<_, Box<dyn Error + Send + Sync>>(stream)
        });
        let mut stream = runtime
            .block_on(attached)?
            .map_err(|error| error.to_string())?;
        let shared = Arc::<Shared>::default();
        let watching = Arc::clone(&shared);
        // Until the program ends, or this runtime.
        runtime.spawn(async move {
            while let Ok(Some((tick, totals))) = next(&mut stream).await {
                let mut seen = watching.seen();
                seen.ticks.push(tick);
                seen.totals = totals;
                watching.more.notify_all();
            }
        });
        Ok(Viewer {
            shared,
            _runtime: runtime,
        })
    }

    /// How many bytes an update had that came between then and now. If there was
    /// none, waits for the next; `None` if there is none for very long.
    pub fn bytes_per_tick_since(&self, then: Instant) -> Option<f64> {
        let has_none = |seen: &mut Seen| seen.ticks.last().is_none_or(|tick| tick.at < then);
        let seen = self.shared.seen();
        let more = &self.shared.more;
        let waited = more.wait_timeout_while(seen, PATIENCE, has_none);
        let (seen, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let ticks = seen.ticks.iter().filter(|tick| tick.at >= then);
        let (count, bytes) = ticks.fold((0_u32, 0), |(count, bytes), tick| {
            (count + 1, bytes + tick.bytes)
        });
        (count > 0).then(|| bytes as f64 / f64::from(count))
    }

    /// How many tasks, operations, resources and stacks found no room, as last told.
    pub fn unrecorded(&self) -> u64 {
        let seen = self.shared.seen();
        let totals = &seen.totals;
        totals.tasks_unrecorded
            + totals.operations_unrecorded
            + totals.resources_unrecorded
            + totals.stacks_unrecorded
    }
}

/// Gives the calling thread the lowest priority: a viewer is somewhere else as a rule,
/// and its work is no cost of the program that it watches.
fn yield_to_the_program() {
    // SAFETY: takes and gives numbers only. On Linux 0 means this thread; that it may
    // not be heard elsewhere does no harm.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 19) };
}

async fn watch(
    address: &str,
) -> Result<Streaming<taskmon_proto::v1::Update>, Box<dyn Error + Send + Sync>> {
    let channel = Channel::from_shared(format!("http://{address}"))?;
    let mut client = TaskmonClient::new(channel.connect().await?);
    let request = WatchRequest {
        interval_millis: INTERVAL.as_millis().try_into()?,
        stacks: true,
    };
    Ok(client.watch(request).await?.into_inner())
}

/// The next whole update; `None` at the end of the stream.
async fn next(
    stream: &mut Streaming<taskmon_proto::v1::Update>,
) -> Result<Option<(Tick, Totals)>, tonic::Status> {
    let mut bytes = 0;
    while let Some(message) = stream.message().await? {
        bytes += message.encoded_len();
        if let Some(Update::Page(page)) = message.update
            && page.last
        {
            let at = Instant::now();
            let totals = page.totals.unwrap_or_default();
            return Ok(Some((Tick { at, bytes }, totals)));
        }
    }
    Ok(None)
}
