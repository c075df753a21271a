//! Tasks.

use super::{nanos, own_function};
use crate::filter::{Field, Probe, Row};
use crate::model::{Model, Task};
use crate::rules::AlertBook;

/// A live task.
#[derive(Clone, Copy)]
pub struct TaskRow<'a> {
    /// What the program is called.
    pub target: &'a str,
    /// The picture that it is in.
    pub model: &'a Model,
    /// What is wrong there.
    pub alerts: &'a AlertBook,
    /// The task.
    pub task: &'a Task,
}

impl<'a> Row<'a> for TaskRow<'a> {
    fn visible(&self, probe: &mut Probe<'_, 'a>) {
        let (model, task) = (self.model, self.task);
        probe.text(task.state.as_str());
        probe.written(|text| model.write_wait(task, text));
        probe.text(&task.name);
        probe.shown(task.tokio_id);
        for field in [
            Field::On,
            Field::Site,
            Field::Alert,
            Field::Kind,
            Field::Target,
        ] {
            self.texts(field, probe);
        }
    }

    fn texts(&self, field: Field, probe: &mut Probe<'_, 'a>) {
        let (model, task) = (self.model, self.task);
        let waits = || model.each_wait_of(task);
        match field {
            Field::Alert => {
                if let Some(severity) = self.alerts.of_task(task.key) {
                    probe.text(severity.as_str());
                    probe.text("any");
                    let rules = self.alerts.rules_of_task(task.key);
                    rules.for_each(|rule| probe.text(rule));
                }
            }
            Field::At => {
                for wait in waits() {
                    let stack = wait.stack.as_deref();
                    probe.place(stack.and_then(|stack| stack.site().or(stack.innermost())));
                    probe.maybe(own_function(stack));
                }
            }
            Field::Kind => probe.shown(task.kind),
            Field::Name => probe.text(&task.name),
            Field::On => {
                let on = waits().filter_map(|wait| model.resources.get(&wait.resource?));
                on.for_each(|resource| probe.shown(resource));
            }
            Field::Site => {
                probe.place(task.location.as_ref());
                self.texts(Field::At, probe);
            }
            Field::SpawnedAt => probe.place(task.location.as_ref()),
            Field::State => probe.text(task.state.as_str()),
            Field::Target => probe.text(self.target),
            Field::Thread => probe.maybe(task.thread.as_deref()),
            Field::Wait => waits().for_each(|wait| probe.text(wait.kind.as_str())),
            _ => {}
        }
    }

    fn number(&self, field: Field) -> Option<u64> {
        let (model, task) = (self.model, self.task);
        Some(match field {
            Field::Age => nanos(task.age(model.now)),
            Field::Busy => nanos(task.busy_at(model.now)),
            Field::For => nanos(model.lasted(task)),
            Field::Id => task.tokio_id,
            Field::LongestPoll => nanos(task.longest_poll),
            Field::Polls => task.polls,
            Field::Scheduled => nanos(task.scheduled_at(model.now)),
            Field::SelfWakes => task.self_wakes,
            Field::Size => task.size,
            Field::Spawner => return task.spawner_tokio_id,
            Field::Wakes => task.wakes,
            _ => return None,
        })
    }
}
