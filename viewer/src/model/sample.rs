//! Makes models for tests, through the fold as a real one is made.

use std::time::Duration;

use taskmon_proto::v1 as wire;

use super::fold::wait_kind;
use super::{
    Model, Moment, ResourceKey, ResourceKind, Stack, TaskKey, TaskState, Wait, WaitKey, WaitKind,
};

/// A model and the numbers for what is added to it next. Times are in seconds.
pub(crate) struct Sample {
    pub(crate) model: Model,
    next: u64,
}

impl Sample {
    /// A program without tasks, complete, a hundred seconds after its start.
    pub(crate) fn new() -> Self {
        let mut model = Model::default();
        let hello = wire::Hello {
            interval_millis: 1_000,
            instance: 1,
            ..wire::Hello::default()
        };
        model.apply_hello(hello).unwrap();
        let mut sample = Sample { model, next: 1_000 };
        sample.apply(wire::Page {
            reset: true,
            at_nanos: nanos(100),
            texts: vec![wire::Text {
                number: 1,
                text: "src/api.rs".into(),
            }],
            ..wire::Page::default()
        });
        sample
    }

    pub(crate) fn apply(&mut self, page: wire::Page) {
        let page = wire::Page {
            last: true,
            at_nanos: page.at_nanos.max(self.now_nanos()),
            ..page
        };
        self.model.apply_page(page).unwrap();
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, seconds: u64) {
        self.apply(wire::Page {
            at_nanos: self.now_nanos() + nanos(seconds),
            ..wire::Page::default()
        });
    }

    /// A waiting task, spawned at `src/api.rs:61:14`.
    pub(crate) fn task(&mut self, tokio_id: u64) -> TaskKey {
        self.task_at(tokio_id, 61)
    }

    pub(crate) fn task_at(&mut self, tokio_id: u64, line: u32) -> TaskKey {
        self.task_of(tokio_id, line, wire::TaskKind::Task)
    }

    pub(crate) fn task_of(&mut self, id: u64, line: u32, kind: wire::TaskKind) -> TaskKey {
        let key = self.key();
        let info = wire::TaskInfo {
            tokio_id: id,
            kind: kind.into(),
            location: line,
            ..wire::TaskInfo::default()
        };
        self.apply(wire::Page {
            locations: vec![wire::Location {
                number: line,
                file_text: 1,
                line,
                column: 14,
            }],
            tasks: vec![wire::Task {
                key,
                info: Some(info),
                state: wire::TaskState::Waiting.into(),
                state_since_nanos: self.now_nanos(),
                ..wire::Task::default()
            }],
            ..wire::Page::default()
        });
        TaskKey(key)
    }

    /// Puts a task into `state`, from now on.
    pub(crate) fn state(&mut self, task: TaskKey, state: TaskState) {
        let now = self.model.now;
        let task = self.model.tasks.get_mut(&task).unwrap();
        task.state = state;
        task.state_since = now;
    }

    pub(crate) fn resource(&mut self, kind: ResourceKind, serial: u64) -> ResourceKey {
        let key = self.key();
        let kind = match kind {
            ResourceKind::Mpsc => wire::ResourceKind::Mpsc,
            ResourceKind::Mutex => wire::ResourceKind::Mutex,
            _ => wire::ResourceKind::Other,
        };
        self.apply(wire::Page {
            resources: vec![wire::Resource {
                key,
                info: Some(wire::ResourceInfo {
                    kind: kind.into(),
                    serial,
                    ..wire::ResourceInfo::default()
                }),
                ..wire::Resource::default()
            }],
            ..wire::Page::default()
        });
        ResourceKey(key)
    }

    /// A wait that began at `since` seconds, on nothing that is known.
    pub(crate) fn wait(&mut self, task: TaskKey, kind: WaitKind, since: u64) -> WaitKey {
        self.wait_on(task, kind, since, ResourceKey(0))
    }

    pub(crate) fn wait_on(
        &mut self,
        task: TaskKey,
        kind: WaitKind,
        since: u64,
        resource: ResourceKey,
    ) -> WaitKey {
        let key = self.key();
        self.send_wait(Wait {
            key: WaitKey(key),
            task,
            kind,
            since: Moment::from_nanos(nanos(since)),
            resource: Some(resource),
            stack: None,
            count: 1,
            maybe_over: false,
        });
        WaitKey(key)
    }

    /// As a program tells of it.
    fn send_wait(&mut self, wait: Wait) {
        let kinds = (0..100).filter_map(|number| wire::WaitKind::try_from(number).ok());
        let kind = kinds.filter(|kind| *kind != wire::WaitKind::Other);
        let kind = kind.into_iter().find(|kind| wait_kind(*kind) == wait.kind);
        let text = wire::Text {
            number: self.key() as u32,
            text: wait.kind.to_string(),
        };
        self.apply(wire::Page {
            waits: vec![wire::Wait {
                key: wait.key.0,
                task: wait.task.0,
                kind: kind.unwrap_or(wire::WaitKind::Other).into(),
                what_text: text.number,
                since_nanos: wait.since.nanos(),
                resource: wait.resource.map_or(0, |key| key.0),
                stack: wait.stack.map_or(0, |stack| stack.number),
            }],
            texts: vec![text],
            ..wire::Page::default()
        });
    }

    /// A stack of a wait of `kind`, with these frames: a function, the line of
    /// `src/api.rs` in it, and whose code it is. The first is a frame of the
    /// machinery beyond the wait.
    pub(crate) fn stack(
        &mut self,
        kind: wire::WaitKind,
        frames: &[(&str, u32, wire::FrameOrigin)],
    ) -> u32 {
        let first = self.key() as u32;
        let numbers = first..first + frames.len() as u32;
        self.next += frames.len() as u64;
        let number = self.key() as u32;
        self.apply(wire::Page {
            frames: frames
                .iter()
                .zip(numbers.clone())
                .map(|((function, line, origin), number)| wire::StackFrame {
                    number,
                    function: (*function).to_owned(),
                    file: "src/api.rs".to_owned(),
                    line: *line,
                    column: 9,
                    origin: (*origin).into(),
                    address: u64::from(number),
                    ..wire::StackFrame::default()
                })
                .collect(),
            stacks: vec![wire::Stack {
                number,
                kind: kind.into(),
                what: String::new(),
                frames: numbers.collect(),
                leaf_frames: 1,
            }],
            ..wire::Page::default()
        });
        number
    }

    /// Gives an operation its stack.
    pub(crate) fn stack_of(&mut self, wait: WaitKey, stack: u32) {
        let mut wait = self.model.waits[&wait].clone();
        let stack = Stack {
            number: stack,
            kind: None,
            frames: Vec::new(),
            leaf_frames: 0,
        };
        wait.stack = Some(stack.into());
        self.send_wait(wait);
    }

    /// `count` waits at `stack` that only the wakers of `task` tell of, since
    /// `since` seconds, in place of those that it had.
    pub(crate) fn waker_wait(&mut self, task: TaskKey, stack: u32, since: u64, count: u32) {
        let state_since = self.model.tasks[&task].state_since;
        self.apply(wire::Page {
            tasks: vec![wire::Task {
                key: task.0,
                state: wire::TaskState::Waiting.into(),
                state_since_nanos: state_since.since_zero().as_nanos() as u64,
                pending: vec![wire::Pending {
                    stack,
                    since_nanos: nanos(since),
                    count,
                    maybe_over: false,
                }],
                ..wire::Task::default()
            }],
            ..wire::Page::default()
        });
    }

    /// The operation is over.
    pub(crate) fn end_wait(&mut self, wait: WaitKey) {
        self.apply(wire::Page {
            removed_waits: vec![wait.0],
            ..wire::Page::default()
        });
    }

    pub(crate) fn wait_text(&self, task: TaskKey) -> Option<String> {
        self.model.wait_text(&self.model.tasks[&task])
    }

    fn key(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn now_nanos(&self) -> u64 {
        self.model.now.since_zero().as_nanos() as u64
    }
}

fn nanos(seconds: u64) -> u64 {
    Duration::from_secs(seconds).as_nanos() as u64
}
