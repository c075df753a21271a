//! The gRPC service.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use taskmon_proto::v1::taskmon_server::Taskmon;
use taskmon_proto::v1::{self as wire, WatchRequest};
use tonic::codegen::tokio_stream::Stream;
use tonic::{Request, Response, Status};

use super::changes::Changes;
use super::prerequisites::Prerequisites;
use super::symbol_keeper::SymbolKeeper;
use super::turns::Turns;
use super::watch::Watch;
use super::{details, hello};
use crate::recorder::Recorder;
use crate::redact::{Private, Redaction};

/// How many viewers can be attached at once, unless the builder says otherwise; and
/// what it can say.
pub(crate) const VIEWERS: u32 = 8;
const VIEWERS_ALLOWED: std::ops::RangeInclusive<u32> = 1..=256;
const SHORTEST_INTERVAL: Duration = Duration::from_millis(50);
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);

/// What every connection shares.
#[derive(Clone)]
pub(super) struct TaskmonService {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) recorder: Arc<Recorder>,
    changes: Mutex<Changes>,
    interval: Duration,
    prerequisites: Prerequisites,
    watchers: AtomicU32,
    most_viewers: u32,
    turns: Turns,
    instance: u64,
    pub(super) redaction: Redaction,
    pub(super) symbols: Arc<SymbolKeeper>,
    #[cfg(feature = "metrics")]
    pub(super) metrics: super::metrics::Metrics,
}

impl Shared {
    /// The notes of what has changed. Only the telemetry thread takes them.
    pub(super) fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn watchers(&self) -> u32 {
        self.watchers.load(Ordering::Relaxed)
    }

    /// What the program lacks for the full picture.
    #[cfg(feature = "metrics")]
    pub(super) fn missing(&self) -> &[String] {
        self.prerequisites.missing()
    }

    /// Who this program is.
    pub(super) fn hello(&self, interval: Duration) -> wire::Hello {
        let missing = self.prerequisites.missing().to_vec();
        let mut hello = hello::hello(&self.recorder, interval, missing, self.instance);
        for (what, text) in [
            (Private::ProcessName, &mut hello.process_name),
            (Private::HostName, &mut hello.host),
        ] {
            *text = self.redaction.apply(what, std::mem::take(text));
        }
        hello
    }
}

impl TaskmonService {
    pub(super) fn new(
        recorder: Arc<Recorder>,
        interval: Duration,
        most_viewers: u32,
        prerequisites: Prerequisites,
    ) -> Self {
        TaskmonService {
            shared: Arc::new(Shared {
                recorder,
                changes: Mutex::default(),
                interval: within_limits(interval),
                prerequisites,
                watchers: AtomicU32::new(0),
                most_viewers: most_viewers.clamp(*VIEWERS_ALLOWED.start(), *VIEWERS_ALLOWED.end()),
                turns: Turns::default(),
                // A hasher's keys are random.
                instance: RandomState::new().build_hasher().finish(),
                redaction: Redaction::default(),
                symbols: Arc::default(),
                #[cfg(feature = "metrics")]
                metrics: super::metrics::Metrics::default(),
            }),
        }
    }

    /// The same, with texts changed before they leave. To be called before it is shared.
    pub(super) fn redacted_by(mut self, redaction: Redaction) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.redaction = redaction;
        }
        self
    }

    /// How many viewers can be attached at once.
    pub(super) fn most_viewers(&self) -> u32 {
        self.shared.most_viewers
    }

    /// How many are.
    #[cfg(feature = "fuzzing")]
    pub(super) fn watchers(&self) -> u32 {
        self.shared.watchers()
    }

    #[cfg(feature = "metrics")]
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

#[cfg(test)]
impl TaskmonService {
    /// Of a program that has no tasks. To be called on a runtime.
    pub(super) fn of_nothing() -> Self {
        let recorder = Arc::new(Recorder::new(crate::Level::Tasks, false));
        let mute = super::mute::Mute::new(Arc::default());
        let runtime = tokio::runtime::Handle::current();
        let prerequisites = Prerequisites::new(mute, runtime, recorder.stacks.capture);
        TaskmonService::new(recorder, Duration::ZERO, VIEWERS, prerequisites)
    }
}

fn within_limits(interval: Duration) -> Duration {
    interval.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL)
}

#[tonic::async_trait]
impl Taskmon for TaskmonService {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<wire::Update, Status>> + Send>>;

    async fn watch(
        &self,
        request: Request<WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let request = request.into_inner();
        let interval = match request.interval_millis {
            0 => self.shared.interval,
            millis => within_limits(Duration::from_millis(millis.into())),
        };
        let watcher = WatcherSlot::take(&self.shared).ok_or_else(|| {
            let most = self.shared.most_viewers;
            Status::resource_exhausted(format!(
                "{most} viewers are attached already, as many as there may be"
            ))
        })?;
        self.shared.turns.next().await;
        Ok(Response::new(Box::pin(Watch::new(
            watcher,
            interval,
            request.stacks,
        ))))
    }

    async fn details(
        &self,
        request: Request<wire::DetailsRequest>,
    ) -> Result<Response<wire::DetailsResponse>, Status> {
        let task = request.into_inner().task;
        details::details(&self.shared.recorder, task).map(Response::new)
    }
}

/// One of the viewers that may be attached at once.
pub(super) struct WatcherSlot(pub(super) Arc<Shared>);

impl WatcherSlot {
    fn take(shared: &Arc<Shared>) -> Option<Self> {
        take(&shared.watchers, shared.most_viewers).then(|| WatcherSlot(Arc::clone(shared)))
    }
}

impl Drop for WatcherSlot {
    fn drop(&mut self) {
        if self.0.watchers.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.changes().forget();
        }
    }
}

fn take(count: &AtomicU32, most: u32) -> bool {
    let taken = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| {
        (count < most).then_some(count + 1)
    });
    taken.is_ok()
}
