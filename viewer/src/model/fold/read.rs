//! Turns messages of the wire into the structs of the model.

use std::sync::Arc;
use std::time::Duration;

use taskmon_proto::v1 as wire;

use super::dictionary::Dictionary;
use super::names::Names;
use super::{FoldError, limits};
use crate::model::{
    Attribute, AttributeValue, EndedTask, Location, Moment, ProcessFigures, Resource, ResourceKey,
    ResourceKind, SpawnSite, Stack, Task, TaskEnd, TaskKey, TaskKind, TaskState, Totals, Wait,
    WaitKey, WaitKind, Waiting,
};

/// Reads messages with the dictionary of their stream, and counts what refers to
/// nothing.
pub(super) struct Reader<'a> {
    pub(super) dictionary: &'a Dictionary,
    pub(super) names: &'a mut Names,
    pub(super) oddities: &'a mut u64,
    /// When the page was made that the messages are in.
    pub(super) now: Moment,
}

impl Reader<'_> {
    pub(super) fn odd(&mut self) {
        *self.oddities = self.oddities.saturating_add(1);
    }

    /// The text with this number; `None` for 0 and for an unknown one.
    pub(super) fn text(&mut self, number: u32) -> Option<Arc<str>> {
        if number == 0 {
            return None;
        }
        let text = self.dictionary.text(number).cloned();
        if text.is_none() {
            self.odd();
        }
        text
    }

    /// The location with this number; `None` for 0 and for an unknown one.
    pub(super) fn location(&mut self, number: u32) -> Option<Arc<Location>> {
        if number == 0 {
            return None;
        }
        let location = self.dictionary.location(number).cloned();
        if location.is_none() {
            self.odd();
        }
        location
    }

    /// The stack with this number; `None` for 0 and for an unknown one.
    fn stack(&mut self, number: u32) -> Option<Arc<Stack>> {
        if number == 0 {
            return None;
        }
        let stack = self.dictionary.stack(number).cloned();
        if stack.is_none() {
            self.odd();
        }
        stack
    }

    /// A task with its info. `waits` is left empty.
    pub(super) fn task(
        &mut self,
        task: &wire::Task,
        info: &wire::TaskInfo,
    ) -> Result<Task, FoldError> {
        limits::check("bytes in a name", info.name.len(), limits::NAME_BYTES)?;
        let mut read = Task {
            key: TaskKey(task.key),
            tokio_id: info.tokio_id,
            kind: task_kind(info.kind()),
            location: self.location(info.location),
            name: self.names.keep(&info.name),
            spawner: Some(info.spawner).filter(|key| *key != 0).map(TaskKey),
            spawner_tokio_id: Some(info.spawner_tokio_id).filter(|id| *id != 0),
            spawned_at: Moment::from_nanos(info.spawned_at_nanos),
            size: info.size_bytes,
            original_size: Some(info.original_size_bytes).filter(|size| *size != 0),
            state: TaskState::Waiting,
            state_since: Moment::ZERO,
            polls: 0,
            wakes: 0,
            self_wakes: 0,
            waker_clones: 0,
            waker_drops: 0,
            busy: Duration::ZERO,
            scheduled: Duration::ZERO,
            longest_poll: Duration::from_nanos(task.longest_poll_nanos),
            longest_poll_seen: Moment::from_nanos(task.last_poll_nanos),
            last_poll: None,
            thread: None,
            waits: Vec::new(),
            waker_waits: Vec::new(),
        };
        self.task_changes(task, &mut read)?;
        Ok(read)
    }

    /// What changes of a task: all but its info and the waits that have a name
    /// of their own.
    pub(super) fn task_changes(
        &mut self,
        task: &wire::Task,
        read: &mut Task,
    ) -> Result<(), FoldError> {
        let pending = &task.pending;
        limits::check("waits of one task", pending.len(), limits::WAKER_WAITS)?;
        read.waker_waits.clear();
        let waits = pending.iter();
        // Most tasks have one, and a vector makes room for four.
        read.waker_waits.reserve_exact(pending.len());
        read.waker_waits
            .extend(waits.map(|pending| self.waker_wait(task.key, pending)));
        read.state = match task.state() {
            wire::TaskState::Running => TaskState::Running,
            wire::TaskState::Scheduled => TaskState::Scheduled,
            wire::TaskState::Lost => TaskState::Lost,
            // A state of a newer program is most likely one more way to wait.
            wire::TaskState::Waiting | wire::TaskState::Done | wire::TaskState::Unspecified => {
                TaskState::Waiting
            }
        };
        read.state_since = Moment::from_nanos(task.state_since_nanos);
        read.polls = task.polls;
        read.wakes = task.wakes;
        read.self_wakes = task.self_wakes;
        read.waker_clones = task.waker_clones;
        read.waker_drops = task.waker_drops;
        read.busy = Duration::from_nanos(task.busy_nanos);
        read.scheduled = Duration::from_nanos(task.scheduled_nanos);
        let longest_poll = Duration::from_nanos(task.longest_poll_nanos);
        if longest_poll > read.longest_poll {
            read.longest_poll_seen = self.now;
        }
        read.longest_poll = longest_poll;
        read.last_poll = moment(task.last_poll_nanos);
        read.thread = self.text(task.thread_text);
        Ok(())
    }

    pub(super) fn ended(&mut self, task: Task, end: wire::TaskEnd, at_nanos: u64) -> EndedTask {
        EndedTask {
            task,
            end: match end {
                wire::TaskEnd::Completed => TaskEnd::Completed,
                wire::TaskEnd::Panicked => TaskEnd::Panicked,
                wire::TaskEnd::Cancelled => TaskEnd::Cancelled,
                wire::TaskEnd::Unspecified => TaskEnd::Unknown,
            },
            ended_at: Moment::from_nanos(at_nanos),
        }
    }

    pub(super) fn wait(&mut self, wait: &wire::Wait) -> Wait {
        let kind = match wait.kind() {
            wire::WaitKind::Other | wire::WaitKind::Unspecified => WaitKind::Other(
                self.text(wait.what_text)
                    .unwrap_or_else(|| Arc::from("other")),
            ),
            kind => wait_kind(kind),
        };
        Wait {
            key: WaitKey(wait.key),
            task: TaskKey(wait.task),
            kind,
            since: Moment::from_nanos(wait.since_nanos),
            resource: Some(wait.resource).filter(|key| *key != 0).map(ResourceKey),
            stack: self.stack(wait.stack),
            count: 1,
            maybe_over: false,
        }
    }

    /// A wait of `task` that only its wakers tell of.
    fn waker_wait(&mut self, task: u64, pending: &wire::Pending) -> Wait {
        let stack = self.stack(pending.stack);
        let kind = stack.as_ref().and_then(|stack| stack.kind.clone());
        Wait {
            key: WaitKey::NONE,
            task: TaskKey(task),
            kind: kind.unwrap_or_else(|| WaitKind::Other(Arc::from("unknown"))),
            since: Moment::from_nanos(pending.since_nanos),
            resource: None,
            stack,
            count: pending.count.max(1),
            maybe_over: pending.maybe_over,
        }
    }

    /// A resource with its info. `waits` is left empty.
    pub(super) fn resource(
        &mut self,
        resource: &wire::Resource,
        info: &wire::ResourceInfo,
    ) -> Result<Resource, FoldError> {
        let mut read = Resource {
            key: ResourceKey(resource.key),
            kind: resource_kind(info.kind()),
            type_name: self.text(info.type_text).unwrap_or_default(),
            location: self.location(info.location),
            serial: info.serial,
            created_at: Moment::from_nanos(info.created_at_nanos),
            creator: task_key(info.creator),
            creation_stack: self.stack(info.creation_stack),
            element_type: None,
            capacity: None,
            last_taken: None,
            last_taker: None,
            holder: None,
            attributes: Vec::new(),
            waits: Vec::new(),
            waiting: Waiting::default(),
        };
        self.resource_changes(resource, &mut read)?;
        Ok(read)
    }

    /// What changes of a resource: all but its info and its waits.
    pub(super) fn resource_changes(
        &mut self,
        resource: &wire::Resource,
        read: &mut Resource,
    ) -> Result<(), FoldError> {
        let attributes = &resource.attributes;
        limits::check("attributes", attributes.len(), limits::ATTRIBUTES)?;
        read.capacity = Some(resource.capacity).filter(|capacity| *capacity != 0);
        read.last_taken = moment(resource.last_taken_nanos);
        read.last_taker = task_key(resource.last_taker);
        read.holder = task_key(resource.holder);
        read.attributes = attributes
            .iter()
            .filter_map(|attribute| self.attribute(attribute))
            .collect();
        Ok(())
    }

    fn attribute(&mut self, attribute: &wire::Attribute) -> Option<Attribute> {
        use wire::attribute::Value;
        let name = self.text(attribute.name_text)?;
        let value = match attribute.value? {
            Value::Unsigned(value) => AttributeValue::Unsigned(value),
            Value::Signed(value) => AttributeValue::Signed(value),
            Value::Flag(value) => AttributeValue::Flag(value),
            Value::Text(number) => AttributeValue::Text(self.text(number)?),
        };
        let unit = self.text(attribute.unit_text);
        Some(Attribute { name, value, unit })
    }
}

pub(super) fn site(site: &wire::SpawnSite) -> SpawnSite {
    SpawnSite {
        spawned: site.spawned,
        completed: site.completed,
        panicked: site.panicked,
        cancelled: site.cancelled,
        polls: site.polls,
        busy: Duration::from_nanos(site.busy_nanos),
    }
}

pub(super) fn process(figures: &wire::ProcessFigures) -> ProcessFigures {
    ProcessFigures {
        resident_bytes: figures.resident_bytes,
        cpu: Duration::from_nanos(figures.cpu_nanos),
        threads: figures.threads,
        worker_threads: figures.worker_threads,
        watchers: figures.watchers,
    }
}

pub(super) fn totals(totals: &wire::Totals) -> Totals {
    Totals {
        tasks_spawned: totals.tasks_spawned,
        tasks_ended: totals.tasks_ended,
        tasks_unrecorded: totals.tasks_unrecorded,
        operations_unrecorded: totals.operations_unrecorded,
        resources_unrecorded: totals.resources_unrecorded,
        stacks_unrecorded: totals.stacks_unrecorded,
        stacks_over_budget: totals.stacks_over_budget,
    }
}

pub(super) fn task_kind(kind: wire::TaskKind) -> TaskKind {
    match kind {
        wire::TaskKind::Task => TaskKind::Task,
        wire::TaskKind::Local => TaskKind::Local,
        wire::TaskKind::BlockOn => TaskKind::BlockOn,
        wire::TaskKind::Blocking => TaskKind::Blocking,
        wire::TaskKind::Unspecified => TaskKind::Unknown,
    }
}

/// A kind that needs no name.
pub(in crate::model) fn wait_kind(kind: wire::WaitKind) -> WaitKind {
    match kind {
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
        wire::WaitKind::TcpAccept => WaitKind::TcpAccept,
        wire::WaitKind::TcpConnect => WaitKind::TcpConnect,
        wire::WaitKind::TcpRead => WaitKind::TcpRead,
        wire::WaitKind::TcpWrite => WaitKind::TcpWrite,
        wire::WaitKind::Udp => WaitKind::Udp,
        wire::WaitKind::Unix => WaitKind::Unix,
        wire::WaitKind::Join => WaitKind::Join,
        wire::WaitKind::SpawnBlocking => WaitKind::SpawnBlocking,
        wire::WaitKind::Cancelled => WaitKind::Cancelled,
        wire::WaitKind::Yield => WaitKind::Yield,
        wire::WaitKind::Other | wire::WaitKind::Unspecified => WaitKind::Other(Arc::from("other")),
    }
}

fn resource_kind(kind: wire::ResourceKind) -> ResourceKind {
    match kind {
        wire::ResourceKind::Mpsc => ResourceKind::Mpsc,
        wire::ResourceKind::Oneshot => ResourceKind::Oneshot,
        wire::ResourceKind::Mutex => ResourceKind::Mutex,
        wire::ResourceKind::Rwlock => ResourceKind::Rwlock,
        wire::ResourceKind::Semaphore => ResourceKind::Semaphore,
        wire::ResourceKind::Barrier => ResourceKind::Barrier,
        wire::ResourceKind::Sleep => ResourceKind::Sleep,
        wire::ResourceKind::Interval => ResourceKind::Interval,
        wire::ResourceKind::Other | wire::ResourceKind::Unspecified => ResourceKind::Other,
    }
}

fn task_key(key: u64) -> Option<TaskKey> {
    Some(key).filter(|key| *key != 0).map(TaskKey)
}

/// 0 is "never".
fn moment(nanos: u64) -> Option<Moment> {
    Some(nanos)
        .filter(|nanos| *nanos != 0)
        .map(Moment::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_call_a_wait_by_the_same_words() {
        assert_eq!(wire::WaitKind::all().last(), Some(wire::WaitKind::Yield));
        for kind in wire::WaitKind::all() {
            let words = kind.words().unwrap_or("other");
            assert_eq!(wait_kind(kind).as_str(), words, "{kind:?}");
        }
    }
}
