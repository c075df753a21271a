//! From slots to messages.

use std::sync::Arc;

use taskmon_proto::v1 as wire;

use super::reading::{self, Doing};
use super::sent::Sent;
use super::to_wire;
use crate::recorder::Recorder;
use crate::redact::{Private, Redaction};
use crate::stack::{ResolvedStack, StackId, Symbols};
use crate::tables::{
    AttributeValue, Certainty, EndedRecord, LocationId, Name, NewTask, OperationSnapshot,
    ResourceSnapshot, State, TaskEnd, TaskKind, TaskSnapshot, TextId, WaitKind, WakerWait,
};

/// A page that is being made.
pub(super) struct Page<'a> {
    recorder: &'a Recorder,
    sent: &'a mut Sent,
    /// For the names of stacks, if the viewer wants them.
    symbols: Option<&'a mut Symbols>,
    now: u64,
    redaction: Option<&'a Redaction>,
    page: wire::Page,
}

impl<'a> Page<'a> {
    pub(super) fn new(
        recorder: &'a Recorder,
        sent: &'a mut Sent,
        symbols: Option<&'a mut Symbols>,
        now: u64,
    ) -> Self {
        Page {
            recorder,
            sent,
            symbols,
            now,
            redaction: None,
            page: wire::Page::default(),
        }
    }

    /// The same, with private texts changed before they leave.
    pub(super) fn redacted_by(self, redaction: &'a Redaction) -> Self {
        Page {
            redaction: Some(redaction).filter(|it| !it.is_none()),
            ..self
        }
    }

    /// How much is in it.
    pub(super) fn items(&self) -> usize {
        let page = &self.page;
        page.tasks.len()
            + page.removed_tasks.len()
            + page.waits.len()
            + page.removed_waits.len()
            + page.resources.len()
            + page.removed_resources.len()
            + page.spawn_sites.len()
            + page.stacks.len()
            + page.frames.len()
    }

    pub(super) fn finish(self) -> wire::Page {
        self.page
    }

    /// The task in slot `index`, as it is now.
    pub(super) fn task(&mut self, index: u32) {
        let read = self.recorder.tasks.read(index, |key, task| {
            let seen = task.snapshot(key);
            let waits = self.recorder.waker_waits(task);
            (seen, self.recorder.name_of(&seen.what), waits)
        });
        let shown = read.filter(|(seen, ..)| {
            seen.what.kind != TaskKind::Worker && seen.phase.state != State::Done
        });
        let Some((seen, name, waits)) = shown else {
            self.page
                .removed_tasks
                .extend(self.sent.tasks.remove(index));
            return;
        };
        let new = !self.sent.tasks.knows(seen.key.to_wire());
        self.page
            .removed_tasks
            .extend(self.sent.tasks.replace(seen.key));
        let info = new.then(|| self.task_info(&seen.what, &name));
        let state = self.state(&seen);
        let mut task = self.wire_task(&seen, info, state);
        if self.symbols.is_some() {
            let stacks_taken = !self.recorder.stacks.is_off();
            let waits = waits.iter().filter(|_| stacks_taken);
            task.pending = waits
                .filter_map(|wait| self.pending(*wait, &seen))
                .collect();
        }
        self.page.tasks.push(task);
    }

    fn wire_task(
        &mut self,
        seen: &TaskSnapshot,
        info: Option<wire::TaskInfo>,
        state: wire::TaskState,
    ) -> wire::Task {
        wire::Task {
            key: seen.key.to_wire(),
            info,
            state: state.into(),
            state_since_nanos: seen.phase.since,
            polls: seen.polls,
            wakes: seen.wakes,
            self_wakes: seen.self_wakes,
            waker_clones: seen.waker_clones,
            waker_drops: seen.waker_drops,
            busy_nanos: seen.busy,
            scheduled_nanos: seen.scheduled,
            longest_poll_nanos: seen.longest_poll,
            last_poll_nanos: seen.last_poll,
            thread_text: self.private_text(Private::ThreadName, seen.thread),
            pending: Vec::new(),
        }
    }

    fn state(&self, seen: &TaskSnapshot) -> wire::TaskState {
        match reading::doing(seen, self.now) {
            Doing::Scheduled => wire::TaskState::Scheduled,
            Doing::Running => wire::TaskState::Running,
            Doing::Waiting => wire::TaskState::Waiting,
            Doing::MaybeLost => {
                // Not yet; but nothing else will make anyone look again.
                self.recorder.changed_tasks.mark(seen.key.index);
                wire::TaskState::Waiting
            }
            Doing::Lost => wire::TaskState::Lost,
            Doing::Done => wire::TaskState::Done,
        }
    }

    fn task_info(&mut self, what: &NewTask, name: &Name) -> wire::TaskInfo {
        wire::TaskInfo {
            tokio_id: what.tokio_id,
            name: self.private(Private::TaskName, name.to_text()),
            kind: wire_kind(what.kind).into(),
            location: self.location(what.location),
            spawner: what.spawner,
            spawner_tokio_id: what.spawner_tokio_id,
            spawned_at_nanos: what.spawned_at,
            size_bytes: what.size,
            original_size_bytes: what.original_size,
        }
    }

    /// The operation in slot `index`, if a task waits for it now.
    pub(super) fn operation(&mut self, index: u32) {
        let seen = self
            .recorder
            .operations
            .read(index, |key, operation| operation.snapshot(key));
        let waits = seen.filter(|seen| seen.since != 0 && !seen.inner && seen.task != 0);
        let Some(seen) = waits else {
            self.page
                .removed_waits
                .extend(self.sent.operations.remove(index));
            return;
        };
        if !self.refers_to_known(&seen) {
            // The task is younger than this tick, or over by now: next time.
            self.page
                .removed_waits
                .extend(self.sent.operations.remove(index));
            self.recorder.changed_operations.mark(index);
            return;
        }
        self.page
            .removed_waits
            .extend(self.sent.operations.replace(seen.key));
        let (stack, resolved) = self.stack(seen.stack, true);
        let (kind, what) = self.what(&seen, resolved.as_deref());
        let what_text = self.text(what);
        self.page.waits.push(wire::Wait {
            key: seen.key.to_wire(),
            task: seen.task,
            kind: to_wire::wait_kind(kind).into(),
            what_text,
            since_nanos: seen.since,
            resource: seen.resource,
            stack,
        });
    }

    /// What is waited for.
    fn what(&self, seen: &OperationSnapshot, stack: Option<&ResolvedStack>) -> (WaitKind, TextId) {
        match stack {
            Some(stack) if reading::stack_says_more(seen.kind, stack) => {
                (stack.kind, self.recorder.texts.intern(&stack.what))
            }
            _ => (seen.kind, TextId(seen.what)),
        }
    }

    fn refers_to_known(&self, seen: &OperationSnapshot) -> bool {
        self.sent.tasks.knows(seen.task)
            && (seen.resource == 0 || self.sent.resources.knows(seen.resource))
    }

    /// The resource in slot `index`, as it is now.
    pub(super) fn resource(&mut self, index: u32) {
        let seen = self
            .recorder
            .resources
            .read(index, |key, resource| resource.snapshot(key));
        let Some(seen) = seen.filter(|seen| seen.what.owner == 0) else {
            self.page
                .removed_resources
                .extend(self.sent.resources.remove(index));
            return;
        };
        let new = !self.sent.resources.knows(seen.key.to_wire());
        self.page
            .removed_resources
            .extend(self.sent.resources.replace(seen.key));
        let info = new.then(|| self.resource_info(&seen));
        let attributes = self.attributes(&seen);
        self.page.resources.push(wire::Resource {
            key: seen.key.to_wire(),
            info,
            capacity: seen.capacity,
            last_taken_nanos: seen.last_taken,
            last_taker: seen.last_taker,
            holder: seen.holder,
            attributes,
        });
    }

    fn resource_info(&mut self, seen: &ResourceSnapshot) -> wire::ResourceInfo {
        let (creation_stack, resolved) = self.stack(seen.what.stack, false);
        let element_type = resolved.and_then(|stack| stack.element_type.clone());
        wire::ResourceInfo {
            kind: to_wire::resource_kind(seen.what.kind).into(),
            type_text: self.text(seen.what.type_name),
            location: self.location(seen.what.location),
            serial: seen.what.serial,
            created_at_nanos: seen.what.created_at,
            creator: seen.what.creator,
            creation_stack,
            element_type: element_type.unwrap_or_default(),
        }
    }

    fn attributes(&mut self, seen: &ResourceSnapshot) -> Vec<wire::Attribute> {
        let attributes = seen.attributes.iter().flatten();
        attributes
            .map(|attribute| {
                use wire::attribute::Value;
                let value = match attribute.value {
                    AttributeValue::Unsigned(value) => Value::Unsigned(value),
                    AttributeValue::Signed(value) => Value::Signed(value),
                    AttributeValue::Flag(value) => Value::Flag(value),
                    AttributeValue::Text(text) => {
                        Value::Text(self.private_text(Private::Attribute, text))
                    }
                };
                wire::Attribute {
                    name_text: self.text(attribute.name),
                    unit_text: self.text(attribute.unit),
                    value: Some(value),
                }
            })
            .collect()
    }

    /// The counts of each kind of task that was spawned at location `index`.
    pub(super) fn site(&mut self, index: u32) {
        let recorder = self.recorder;
        let Some(location) = recorder.locations.get(LocationId(index)) else {
            return;
        };
        for (kind, site) in location.sites.all() {
            let counts = site.counts();
            let location = self.location(LocationId(index));
            self.page.spawn_sites.push(wire::SpawnSite {
                location,
                kind: wire_kind(kind).into(),
                spawned: counts.spawned,
                completed: counts.completed,
                panicked: counts.panicked,
                cancelled: counts.cancelled,
                polls: counts.polls,
                busy_nanos: counts.busy,
            });
        }
    }

    /// The tasks that have ended since the viewer was told last.
    pub(super) fn ended_tasks(&mut self) {
        let ring = &self.recorder.ended;
        let end = ring.count();
        let oldest = ring.oldest();
        // What ended before the viewer came is a courtesy, not a count.
        let start = self.sent.next_ended.unwrap_or(oldest);
        let records: Vec<EndedRecord> = (start.max(oldest)..end)
            .filter_map(|number| ring.get(number))
            .collect();
        self.page.ended_tasks_omitted = match self.sent.next_ended {
            Some(_) => end
                .saturating_sub(start)
                .saturating_sub(records.len() as u64),
            None => 0,
        };
        self.sent.next_ended = Some(end);
        for record in records {
            let ended = self.ended_task(&record);
            self.page.ended_tasks.push(ended);
        }
    }

    fn ended_task(&mut self, record: &EndedRecord) -> wire::EndedTask {
        let end = match record.end {
            TaskEnd::Completed => wire::TaskEnd::Completed,
            TaskEnd::Panicked => wire::TaskEnd::Panicked,
            TaskEnd::Cancelled => wire::TaskEnd::Cancelled,
        };
        let info = self.task_info(&record.task.what, &record.name);
        wire::EndedTask {
            task: Some(self.wire_task(&record.task, Some(info), wire::TaskState::Done)),
            end: end.into(),
            ended_at_nanos: record.ended_at,
        }
    }

    /// A wait that the wakers of the task told of.
    fn pending(&mut self, wait: WakerWait, task: &TaskSnapshot) -> Option<wire::Pending> {
        let (stack, resolved) = self.stack(wait.stack, true);
        let over = resolved.is_some_and(|stack| reading::is_over(reading::is_told(wait), &stack));
        (!over).then(|| wire::Pending {
            stack,
            since_nanos: reading::pending_since(wait, task),
            count: wait.count().into(),
            maybe_over: wait.certainty() == Certainty::MaybeOver,
        })
    }

    /// The number of a stack, which goes into the page with its frames if the
    /// viewer does not have it; and what it is. 0 if there is none, or the viewer
    /// does not want any. `of_wait`: whether a task waits there.
    fn stack(&mut self, id: StackId, of_wait: bool) -> (u32, Option<Arc<ResolvedStack>>) {
        let Some(symbols) = &mut self.symbols else {
            return (0, None);
        };
        let Some(addresses) = self.recorder.stacks.get(id) else {
            return (0, None);
        };
        let (locations, texts) = (&self.recorder.locations, &self.recorder.texts);
        let resolved = symbols.stack(id, addresses, locations.count(), locations.files(texts));
        if self.sent.stacks.is_new(id.0) {
            for frame in &resolved.frames {
                if self.sent.frames.is_new(frame.0)
                    && let Some(known) = symbols.frame(*frame)
                {
                    self.page.frames.push(to_wire::frame(*frame, known));
                }
            }
            self.page.stacks.push(wire::Stack {
                number: id.0,
                kind: match of_wait {
                    true => to_wire::wait_kind(resolved.kind).into(),
                    false => wire::WaitKind::Unspecified.into(),
                },
                what: match of_wait {
                    true => resolved.what.clone(),
                    false => String::new(),
                },
                frames: resolved.frames.iter().map(|frame| frame.0).collect(),
                leaf_frames: resolved.leaf_frames,
            });
        }
        (id.0, Some(resolved))
    }

    /// A text as it may leave.
    fn private(&self, what: Private, text: String) -> String {
        match self.redaction {
            Some(redaction) => redaction.apply(what, text),
            None => text,
        }
    }

    /// As [`Page::text`], for a text that may be private.
    fn private_text(&mut self, what: Private, id: TextId) -> u32 {
        let (Some(_), Some(text)) = (self.redaction, self.recorder.texts.get(id)) else {
            return self.text(id);
        };
        let changed = self.private(what, text.to_owned());
        match changed.is_empty() {
            true => TextId::default().0,
            false => self.text(self.recorder.texts.intern(&changed)),
        }
    }

    /// The number of a text, which goes into the page if the viewer does not have
    /// it.
    fn text(&mut self, id: TextId) -> u32 {
        if self.sent.texts.is_new(id.0)
            && let Some(text) = self.recorder.texts.get(id)
        {
            self.page.texts.push(wire::Text {
                number: id.0,
                text: text.to_owned(),
            });
        }
        id.0
    }

    /// The same for a location.
    fn location(&mut self, id: LocationId) -> u32 {
        if self.sent.locations.is_new(id.0)
            && let Some(location) = self.recorder.locations.get(id)
        {
            let location = wire::Location {
                number: id.0,
                file_text: self.text(location.file),
                line: location.line,
                column: location.column,
            };
            self.page.locations.push(location);
        }
        id.0
    }
}
/// A kind of task, on the wire.
fn wire_kind(kind: TaskKind) -> wire::TaskKind {
    match kind {
        TaskKind::Task => wire::TaskKind::Task,
        TaskKind::Local => wire::TaskKind::Local,
        TaskKind::BlockOn => wire::TaskKind::BlockOn,
        TaskKind::Blocking | TaskKind::Worker => wire::TaskKind::Blocking,
    }
}
