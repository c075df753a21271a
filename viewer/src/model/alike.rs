//! Waits of one task that are the same to a reader.

use std::collections::HashMap;

use super::{Model, Stack, Task, Wait, WaitKind};

/// The waits of one task for the same kind of operation at the same stack: a
/// task that joins a thousand sends has one of these for all of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaitsAlike<'a> {
    /// The one that has lasted longest.
    pub longest: &'a Wait,
    /// How many there are, at least 1.
    pub count: u64,
    /// Whether they wait on more than one resource.
    pub several_resources: bool,
}

impl Model {
    /// What `task` waits for, the longest wait first, and those that are alike
    /// once; see [`Model::waits_of`].
    pub fn waits_alike<'a>(&'a self, task: &'a Task) -> Vec<WaitsAlike<'a>> {
        let mut places: HashMap<(&WaitKind, Option<*const Stack>), usize> = HashMap::new();
        let mut alike: Vec<WaitsAlike<'_>> = Vec::new();
        for wait in self.waits_of(task) {
            let stack = wait.stack.as_ref().map(|stack| &raw const **stack);
            let place = *places.entry((&wait.kind, stack)).or_insert(alike.len());
            match alike.get_mut(place) {
                None => alike.push(WaitsAlike {
                    longest: wait,
                    count: wait.count.into(),
                    several_resources: false,
                }),
                Some(known) => {
                    known.count += u64::from(wait.count);
                    known.several_resources |= wait.resource != known.longest.resource;
                }
            }
        }
        alike
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ResourceKind;
    use crate::model::sample::Sample;

    #[test]
    fn sends_at_one_stack_are_one_and_say_how_many() {
        let mut sample = Sample::new();
        let task = sample.task(1);
        let first = sample.resource(ResourceKind::Mpsc, 1);
        let second = sample.resource(ResourceKind::Mpsc, 2);
        sample.wait_on(task, WaitKind::MpscSend, 20, second);
        sample.wait_on(task, WaitKind::MpscSend, 10, first);
        sample.wait(task, WaitKind::Sleep, 15);
        let alike = sample.model.waits_alike(&sample.model.tasks[&task]);
        assert_eq!(alike.len(), 2);
        assert_eq!(alike[0].longest.resource, Some(first));
        assert_eq!((alike[0].count, alike[0].several_resources), (2, true));
        assert_eq!(alike[1].longest.kind, WaitKind::Sleep);
        assert!(!alike[1].several_resources);
    }

    #[test]
    fn what_waits_at_two_stacks_is_told_apart() {
        use taskmon_proto::v1::{FrameOrigin::Own, WaitKind::MpscSend};
        let mut sample = Sample::new();
        let task = sample.task(1);
        for line in [41, 42] {
            let frames = [("leaf", 1, Own), ("shop::produce", line, Own)];
            let stack = sample.stack(MpscSend, &frames);
            let wait = sample.wait(task, WaitKind::MpscSend, 10);
            sample.stack_of(wait, stack);
        }
        let alike = sample.model.waits_alike(&sample.model.tasks[&task]);
        assert_eq!(alike.len(), 2);
    }
}
