//! Takes updates from the wire into the model.
//!
//! What arrives may come from a program that is broken or hostile: everything is
//! checked and bounded here, so that nobody behind has to.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use taskmon_proto::v1 as wire;

use super::{
    Attribute, AttributeValue, EndedTask, Level, Location, Model, Moment, ProcessFigures, Program,
    Resource, ResourceKey, ResourceKind, SiteKey, SpawnSite, Task, TaskEnd, TaskKey, TaskKind,
    TaskState, Totals, Wait, WaitKey, WaitKind,
};

/// How many of each a program may have; more is not believed.
const TASKS: usize = 1 << 23;
const WAITS: usize = 1 << 24;
const RESOURCES: usize = 1 << 23;
const SITES: usize = 1 << 18;
const TEXTS: usize = 1 << 17;
const LOCATIONS: usize = 1 << 17;
/// How long a text may be, in bytes, and all of them together.
const TEXT_BYTES: usize = 4 << 10;
const ALL_TEXT_BYTES: usize = 64 << 20;
const ATTRIBUTES: usize = 64;
const MISSING: usize = 32;

/// Why an update was refused. The stream that it came from cannot be followed any
/// further.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FoldError {
    /// The stream did not begin with a hello.
    #[error("it did not say who it is")]
    NoHello,
    /// A second hello.
    #[error("it said twice who it is")]
    SecondHello,
    /// A message without content that this version knows.
    #[error("it sent a message that this version of taskmon does not know")]
    Unknown,
    /// More of something than can be.
    #[error("it sent more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
}

/// Turns numbers from the wire into what they stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    texts: HashMap<u32, Arc<str>>,
    text_bytes: usize,
    locations: HashMap<u32, Arc<Location>>,
}

impl Model {
    /// Takes an update. Those of a stream have to come in order, the first into
    /// a new model.
    ///
    /// # Errors
    ///
    /// If the update breaks the protocol or its bounds. What refers to nothing is
    /// no error, but counted in [`Model::oddities`].
    pub fn apply(&mut self, update: wire::Update) -> Result<(), FoldError> {
        match update.update.ok_or(FoldError::Unknown)? {
            wire::update::Update::Hello(hello) => self.apply_hello(hello),
            wire::update::Update::Page(page) if self.program.is_some() => self.apply_page(page),
            wire::update::Update::Page(_) => Err(FoldError::NoHello),
        }
    }

    fn apply_hello(&mut self, hello: wire::Hello) -> Result<(), FoldError> {
        if self.program.is_some() {
            return Err(FoldError::SecondHello);
        }
        let time = |nanos| {
            UNIX_EPOCH
                .checked_add(Duration::from_nanos(nanos))
                .unwrap_or(SystemTime::UNIX_EPOCH)
        };
        let tokio_version = cut(&hello.tokio_version);
        self.program = Some(Program {
            name: cut(&hello.process_name),
            pid: hello.pid,
            host: cut(&hello.host),
            started: time(hello.process_started_unix_nanos),
            anchor: time(hello.anchor_unix_nanos),
            level: match hello.level() {
                wire::Level::Tasks => Level::Tasks,
                wire::Level::All => Level::All,
                wire::Level::Channels | wire::Level::Unspecified => Level::Channels,
            },
            subscriber_version: cut(&hello.subscriber_version),
            tokio_version: (!tokio_version.is_empty()).then_some(tokio_version),
            interval: Duration::from_millis(hello.interval_millis.into()),
            missing: hello
                .missing
                .iter()
                .take(MISSING)
                .map(|text| cut(text))
                .collect(),
            instance: hello.instance,
        });
        Ok(())
    }

    fn apply_page(&mut self, page: wire::Page) -> Result<(), FoldError> {
        if page.reset {
            self.tasks.clear();
            self.waits.clear();
            self.resources.clear();
            self.sites.clear();
            self.complete = false;
        }
        self.now = self.now.max(Moment::from_nanos(page.at_nanos));
        self.dictionary.learn(page.texts, page.locations)?;
        for key in page.removed_waits {
            self.remove_wait(WaitKey(key));
        }
        for key in page.removed_tasks {
            self.remove_task(TaskKey(key));
        }
        for key in page.removed_resources {
            self.remove_resource(ResourceKey(key));
        }
        for task in page.tasks {
            self.apply_task(task)?;
        }
        for resource in page.resources {
            self.apply_resource(resource)?;
        }
        for wait in page.waits {
            self.apply_wait(wait)?;
        }
        for site in page.spawn_sites {
            self.apply_site(site)?;
        }
        for ended in page.ended_tasks {
            self.apply_ended(ended);
        }
        if let Some(process) = page.process {
            self.process = ProcessFigures {
                resident_bytes: process.resident_bytes,
                cpu: Duration::from_nanos(process.cpu_nanos),
                threads: process.threads,
                worker_threads: process.worker_threads,
                watchers: process.watchers,
            };
        }
        if let Some(totals) = page.totals {
            self.totals = Totals {
                tasks_spawned: totals.tasks_spawned,
                tasks_ended: totals.tasks_ended,
                tasks_unrecorded: totals.tasks_unrecorded,
                operations_unrecorded: totals.operations_unrecorded,
                resources_unrecorded: totals.resources_unrecorded,
            };
        }
        self.whole = page.last;
        self.complete |= page.last;
        Ok(())
    }

    fn apply_task(&mut self, seen: wire::Task) -> Result<(), FoldError> {
        let key = TaskKey(seen.key);
        let state = match seen.state() {
            wire::TaskState::Running => TaskState::Running,
            wire::TaskState::Scheduled => TaskState::Scheduled,
            wire::TaskState::Waiting => TaskState::Waiting,
            wire::TaskState::Lost => TaskState::Lost,
            wire::TaskState::Done | wire::TaskState::Unspecified => {
                self.oddities += 1;
                return Ok(());
            }
        };
        if !self.tasks.contains_key(&key) {
            at_most(self.tasks.len(), TASKS, "tasks")?;
            let Some(task) = self.new_task(&seen) else {
                self.oddities += 1;
                return Ok(());
            };
            self.tasks.insert(key, task);
        }
        let thread = self.dictionary.text(seen.thread_text);
        if let Some(task) = self.tasks.get_mut(&key) {
            count(task, &seen, thread, self.now);
            task.state = state;
        }
        Ok(())
    }

    /// A task that was not known: only if it comes with what it is.
    fn new_task(&self, seen: &wire::Task) -> Option<Task> {
        let info = seen.info.as_ref()?;
        let mut task = Task {
            key: TaskKey(seen.key),
            tokio_id: info.tokio_id,
            name: cut(&info.name),
            kind: match info.kind() {
                wire::TaskKind::Task => TaskKind::Task,
                wire::TaskKind::Local => TaskKind::Local,
                wire::TaskKind::BlockOn => TaskKind::BlockOn,
                wire::TaskKind::Blocking => TaskKind::Blocking,
                wire::TaskKind::Unspecified => TaskKind::Unknown,
            },
            location: self.dictionary.location(info.location),
            spawner: some(info.spawner).map(TaskKey),
            spawner_tokio_id: some(info.spawner_tokio_id),
            spawned_at: Moment::from_nanos(info.spawned_at_nanos),
            size: info.size_bytes,
            original_size: some(info.original_size_bytes),
            state: TaskState::Waiting,
            state_since: Moment::ZERO,
            polls: 0,
            wakes: 0,
            self_wakes: 0,
            waker_clones: 0,
            waker_drops: 0,
            busy: Duration::ZERO,
            scheduled: Duration::ZERO,
            longest_poll: Duration::from_nanos(seen.longest_poll_nanos),
            longest_poll_seen: Moment::from_nanos(seen.last_poll_nanos),
            last_poll: None,
            thread: None,
            waits: Vec::new(),
        };
        count(
            &mut task,
            seen,
            self.dictionary.text(seen.thread_text),
            self.now,
        );
        Some(task)
    }

    fn remove_task(&mut self, key: TaskKey) {
        let Some(task) = self.tasks.remove(&key) else {
            return;
        };
        for wait in task.waits {
            self.remove_wait(wait);
        }
    }

    fn apply_wait(&mut self, seen: wire::Wait) -> Result<(), FoldError> {
        let key = WaitKey(seen.key);
        self.remove_wait(key);
        at_most(self.waits.len(), WAITS, "waits")?;
        let wait = Wait {
            key,
            task: TaskKey(seen.task),
            kind: self.wait_kind(&seen),
            since: Moment::from_nanos(seen.since_nanos),
            resource: some(seen.resource).map(ResourceKey),
        };
        let Some(task) = self.tasks.get_mut(&wait.task) else {
            self.oddities += 1;
            return Ok(());
        };
        task.waits.push(key);
        if let Some(resource) = wait.resource {
            match self.resources.get_mut(&resource) {
                Some(resource) => _ = resource.waits.insert(key),
                None => self.oddities += 1,
            }
        }
        self.waits.insert(key, wait);
        Ok(())
    }

    fn wait_kind(&self, seen: &wire::Wait) -> WaitKind {
        match seen.kind() {
            wire::WaitKind::MpscSend => WaitKind::MpscSend,
            wire::WaitKind::MpscRecv => WaitKind::MpscRecv,
            wire::WaitKind::OneshotRecv => WaitKind::OneshotRecv,
            wire::WaitKind::OneshotClosed => WaitKind::OneshotClosed,
            wire::WaitKind::BroadcastRecv => WaitKind::BroadcastRecv,
            wire::WaitKind::WatchChanged => WaitKind::WatchChanged,
            wire::WaitKind::Notified => WaitKind::Notified,
            wire::WaitKind::MutexLock => WaitKind::MutexLock,
            wire::WaitKind::RwlockRead => WaitKind::RwlockRead,
            wire::WaitKind::RwlockWrite => WaitKind::RwlockWrite,
            wire::WaitKind::SemaphoreAcquire => WaitKind::SemaphoreAcquire,
            wire::WaitKind::BarrierWait => WaitKind::BarrierWait,
            wire::WaitKind::Sleep => WaitKind::Sleep,
            wire::WaitKind::IntervalTick => WaitKind::IntervalTick,
            wire::WaitKind::Other | wire::WaitKind::Unspecified => {
                let name = self.dictionary.text(seen.what_text);
                WaitKind::Other(name.unwrap_or_else(|| Arc::from("other")))
            }
        }
    }

    fn remove_wait(&mut self, key: WaitKey) {
        let Some(wait) = self.waits.remove(&key) else {
            return;
        };
        if let Some(task) = self.tasks.get_mut(&wait.task) {
            task.waits.retain(|wait| *wait != key);
        }
        if let Some(resource) = wait.resource
            && let Some(resource) = self.resources.get_mut(&resource)
        {
            resource.waits.remove(&key);
        }
    }

    fn apply_resource(&mut self, seen: wire::Resource) -> Result<(), FoldError> {
        let key = ResourceKey(seen.key);
        if !self.resources.contains_key(&key) {
            at_most(self.resources.len(), RESOURCES, "channels and locks")?;
            let Some(resource) = self.new_resource(&seen) else {
                self.oddities += 1;
                return Ok(());
            };
            self.resources.insert(key, resource);
        }
        let attributes = self.attributes(&seen.attributes);
        if let Some(resource) = self.resources.get_mut(&key) {
            resource.capacity = some(seen.capacity);
            resource.last_taken = some(seen.last_taken_nanos).map(Moment::from_nanos);
            resource.last_taker = some(seen.last_taker).map(TaskKey);
            resource.holder = some(seen.holder).map(TaskKey);
            resource.attributes = attributes;
        }
        Ok(())
    }

    fn new_resource(&self, seen: &wire::Resource) -> Option<Resource> {
        let info = seen.info.as_ref()?;
        Some(Resource {
            key: ResourceKey(seen.key),
            kind: match info.kind() {
                wire::ResourceKind::Mpsc => ResourceKind::Mpsc,
                wire::ResourceKind::Oneshot => ResourceKind::Oneshot,
                wire::ResourceKind::Mutex => ResourceKind::Mutex,
                wire::ResourceKind::Rwlock => ResourceKind::Rwlock,
                wire::ResourceKind::Semaphore => ResourceKind::Semaphore,
                wire::ResourceKind::Barrier => ResourceKind::Barrier,
                wire::ResourceKind::Sleep => ResourceKind::Sleep,
                wire::ResourceKind::Interval => ResourceKind::Interval,
                wire::ResourceKind::Other | wire::ResourceKind::Unspecified => ResourceKind::Other,
            },
            type_name: self.dictionary.text(info.type_text).unwrap_or_default(),
            location: self.dictionary.location(info.location),
            serial: info.serial,
            created_at: Moment::from_nanos(info.created_at_nanos),
            creator: some(info.creator).map(TaskKey),
            capacity: None,
            last_taken: None,
            last_taker: None,
            holder: None,
            attributes: Vec::new(),
            waits: HashSet::new(),
        })
    }

    fn attributes(&self, seen: &[wire::Attribute]) -> Vec<Attribute> {
        let known = seen.iter().take(ATTRIBUTES).filter_map(|seen| {
            use wire::attribute::Value;
            let value = match seen.value? {
                Value::Unsigned(value) => AttributeValue::Unsigned(value),
                Value::Signed(value) => AttributeValue::Signed(value),
                Value::Flag(value) => AttributeValue::Flag(value),
                Value::Text(text) => AttributeValue::Text(self.dictionary.text(text)?),
            };
            Some(Attribute {
                name: self.dictionary.text(seen.name_text)?,
                value,
                unit: self.dictionary.text(seen.unit_text),
            })
        });
        known.collect()
    }

    fn remove_resource(&mut self, key: ResourceKey) {
        let Some(resource) = self.resources.remove(&key) else {
            return;
        };
        for wait in resource.waits {
            if let Some(wait) = self.waits.get_mut(&wait) {
                wait.resource = None;
            }
        }
    }

    fn apply_site(&mut self, seen: wire::SpawnSite) -> Result<(), FoldError> {
        let Some(location) = self.dictionary.location(seen.location) else {
            self.oddities += 1;
            return Ok(());
        };
        at_most(self.sites.len(), SITES, "spawn sites")?;
        let kind = match seen.kind() {
            wire::TaskKind::Task => TaskKind::Task,
            wire::TaskKind::Local => TaskKind::Local,
            wire::TaskKind::BlockOn => TaskKind::BlockOn,
            wire::TaskKind::Blocking => TaskKind::Blocking,
            wire::TaskKind::Unspecified => TaskKind::Unknown,
        };
        self.sites.insert(
            SiteKey { location, kind },
            SpawnSite {
                spawned: seen.spawned,
                completed: seen.completed,
                panicked: seen.panicked,
                cancelled: seen.cancelled,
                polls: seen.polls,
                busy: Duration::from_nanos(seen.busy_nanos),
            },
        );
        Ok(())
    }

    fn apply_ended(&mut self, seen: wire::EndedTask) {
        let end = match seen.end() {
            wire::TaskEnd::Completed => TaskEnd::Completed,
            wire::TaskEnd::Panicked => TaskEnd::Panicked,
            wire::TaskEnd::Cancelled => TaskEnd::Cancelled,
            wire::TaskEnd::Unspecified => TaskEnd::Unknown,
        };
        let Some(task) = seen.task.as_ref().and_then(|task| self.new_task(task)) else {
            self.oddities += 1;
            return;
        };
        if self.ended.len() >= Model::ENDED_KEPT {
            self.ended.pop_front();
        }
        self.ended.push_back(EndedTask {
            task,
            end,
            ended_at: Moment::from_nanos(seen.ended_at_nanos),
        });
    }
}

/// What changes of a task, but its state.
fn count(task: &mut Task, seen: &wire::Task, thread: Option<Arc<str>>, now: Moment) {
    task.state_since = Moment::from_nanos(seen.state_since_nanos);
    task.polls = seen.polls;
    task.wakes = seen.wakes;
    task.self_wakes = seen.self_wakes;
    task.waker_clones = seen.waker_clones;
    task.waker_drops = seen.waker_drops;
    task.busy = Duration::from_nanos(seen.busy_nanos);
    task.scheduled = Duration::from_nanos(seen.scheduled_nanos);
    let longest_poll = Duration::from_nanos(seen.longest_poll_nanos);
    if longest_poll > task.longest_poll {
        task.longest_poll_seen = now;
    }
    task.longest_poll = longest_poll;
    task.last_poll = some(seen.last_poll_nanos).map(Moment::from_nanos);
    task.thread = thread;
}

impl Dictionary {
    fn learn(
        &mut self,
        texts: Vec<wire::Text>,
        locations: Vec<wire::Location>,
    ) -> Result<(), FoldError> {
        for seen in texts {
            let text = cut(&seen.text);
            self.text_bytes += text.len();
            at_most(self.texts.len(), TEXTS, "texts")?;
            at_most(self.text_bytes, ALL_TEXT_BYTES, "bytes of text")?;
            self.texts.insert(seen.number, text);
        }
        for seen in locations {
            at_most(self.locations.len(), LOCATIONS, "source locations")?;
            let location = Location {
                file: self.text(seen.file_text).unwrap_or_default(),
                line: seen.line,
                column: seen.column,
            };
            self.locations.insert(seen.number, Arc::new(location));
        }
        Ok(())
    }

    fn text(&self, number: u32) -> Option<Arc<str>> {
        self.texts.get(&number).cloned()
    }

    fn location(&self, number: u32) -> Option<Arc<Location>> {
        self.locations.get(&number).cloned()
    }
}

/// 0 is "none" on the wire.
fn some(number: u64) -> Option<u64> {
    (number != 0).then_some(number)
}

fn at_most(present: usize, limit: usize, what: &'static str) -> Result<(), FoldError> {
    if present < limit {
        Ok(())
    } else {
        Err(FoldError::TooMany { what, limit })
    }
}

fn cut(text: &str) -> Arc<str> {
    let mut end = text.len().min(TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Arc::from(&text[..end])
}
