//! Sequences of random pages, valid and not, against what must always hold.

use taskmon_proto::v1 as wire;

use super::tests::{assert_consistent, model, resource, snapshot, text, wait};
use crate::model::Model;
use crate::rules::AlertBook;

/// A small generator of numbers that are the same in each run.
struct Random(u64);

impl Random {
    /// Below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn some<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(6)).map(|_| make(self)).collect()
    }

    /// Mostly small numbers, which collide, and now and then an extreme one.
    fn key(&mut self) -> u64 {
        match self.below(40) {
            0 => u64::MAX,
            _ => self.below(12),
        }
    }

    fn number(&mut self) -> u32 {
        self.key() as u32
    }

    fn enumeration(&mut self) -> i32 {
        self.below(20) as i32 - 2
    }

    fn task(&mut self) -> wire::Task {
        let info = wire::TaskInfo {
            tokio_id: self.key(),
            kind: self.enumeration(),
            location: self.number(),
            spawner: self.key(),
            spawned_at_nanos: self.key(),
            ..wire::TaskInfo::default()
        };
        wire::Task {
            key: self.key(),
            info: Some(info).filter(|_| self.below(3) > 0),
            state: self.enumeration(),
            state_since_nanos: self.key(),
            busy_nanos: self.key(),
            thread_text: self.number(),
            pending: self.some(|random| wire::Pending {
                stack: random.number(),
                since_nanos: random.key(),
                count: random.number(),
                maybe_over: random.below(2) == 0,
            }),
            ..wire::Task::default()
        }
    }

    fn wait(&mut self) -> wire::Wait {
        wire::Wait {
            kind: self.enumeration(),
            what_text: self.number(),
            since_nanos: self.key(),
            stack: self.number(),
            ..wait(self.key(), self.key(), self.key())
        }
    }

    fn resource(&mut self) -> wire::Resource {
        let mut made = resource(self.key());
        made.info = made.info.filter(|_| self.below(3) > 0);
        made.capacity = self.key();
        made.attributes = self.some(|random| wire::Attribute {
            name_text: random.number(),
            unit_text: random.number(),
            value: Some(wire::attribute::Value::Text(random.number())),
        });
        made
    }

    fn page(&mut self) -> wire::Page {
        wire::Page {
            tick: self.key(),
            reset: self.below(15) == 0,
            last: self.below(2) == 0,
            at_nanos: self.key(),
            texts: self.some(|random| text(random.number(), "\u{1b}[2J")),
            locations: self.some(|random| wire::Location {
                number: random.number(),
                file_text: random.number(),
                line: random.number(),
                column: random.number(),
            }),
            tasks: self.some(Random::task),
            removed_tasks: self.some(Random::key),
            waits: self.some(Random::wait),
            removed_waits: self.some(Random::key),
            resources: self.some(Random::resource),
            removed_resources: self.some(Random::key),
            spawn_sites: self.some(|random| wire::SpawnSite {
                location: random.number(),
                kind: random.enumeration(),
                completed: random.key(),
                panicked: random.key(),
                ..wire::SpawnSite::default()
            }),
            ended_tasks: self.some(|random| wire::EndedTask {
                task: Some(random.task()).filter(|_| random.below(4) > 0),
                end: random.enumeration(),
                ended_at_nanos: random.key(),
            }),
            ended_tasks_omitted: self.key(),
            frames: self.some(|random| wire::StackFrame {
                number: random.number(),
                function: "\u{1b}[2J".into(),
                line: random.number(),
                origin: random.enumeration(),
                ..wire::StackFrame::default()
            }),
            stacks: self.some(|random| wire::Stack {
                number: random.number(),
                kind: random.enumeration(),
                what: "\u{1b}[2J".into(),
                frames: random.some(Random::number),
                leaf_frames: random.number(),
            }),
            process: None,
            totals: None,
        }
    }
}

/// What faces ask a model has an answer, whatever is in it.
fn ask(model: &Model) {
    let tasks: Vec<_> = model.tasks.values().collect();
    let groups = model.task_groups(&tasks, false);
    let grouped: usize = groups.iter().map(|group| group.tasks.len()).sum();
    assert_eq!(grouped, tasks.len());
    for task in tasks {
        assert_eq!(model.spawns(task).next().unwrap().of, task.tokio_id);
        model.doing_text(task);
        for waits in model.waits_alike(task) {
            model.alike_text(&waits);
        }
    }
    for channel in model.channels() {
        channel.longest(model.now);
    }
    let waits: u64 = model.every_wait().map(|wait| u64::from(wait.count)).sum();
    let counted: u64 = model.wait_sites().iter().map(|site| site.waits).sum();
    assert_eq!(counted, waits);
}

#[test]
fn no_sequence_of_pages_breaks_the_model() {
    for seed in 1..=400_u64 {
        let mut random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let mut model = model();
        let mut book = AlertBook::default();
        model.apply_page(snapshot()).unwrap();
        for _ in 0..60 {
            model.apply_page(random.page()).unwrap();
            assert_consistent(&model);
            book.update(&model);
            ask(&model);
        }
    }
}
