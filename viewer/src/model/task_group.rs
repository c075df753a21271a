//! Tasks that do the same at the same place.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Location, Model, Stack, Task, TaskState, Wait, WaitKind, describe};

/// Tasks in the same state, with waits of the same kinds at the same stacks.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskGroup<'a> {
    /// Their state.
    pub state: TaskState,
    /// What each of them waits for, the longest wait first.
    pub waits: Vec<GroupWait<'a>>,
    /// The tasks, in the order in which they were given. At least one.
    pub tasks: Vec<&'a Task>,
    /// For how long the first and the last of them have been doing it; see
    /// [`Model::lasted`].
    pub shortest: Duration,
    /// See `shortest`.
    pub longest: Duration,
    /// Where they were spawned and how many there, most first.
    pub spawned_at: Vec<(Option<&'a Arc<Location>>, usize)>,
}

/// A wait that all tasks of a group have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupWait<'a> {
    /// The one that has lasted longest.
    pub longest: &'a Wait,
    /// The one that began last.
    pub shortest: &'a Wait,
    /// Whether they wait on more than one resource.
    pub several_resources: bool,
}

/// A kind and the shape of a stack, if it was taken.
type WaitShape<'a> = (&'a WaitKind, Option<usize>);

impl Model {
    /// `tasks` by what they do, most tasks first. Stacks are the same if their
    /// frames are that are shown, all or only some; see [`Stack::frames_shown`].
    pub fn task_groups<'a>(&'a self, tasks: &[&'a Task], all_frames: bool) -> Vec<TaskGroup<'a>> {
        let mut shapes = Shapes::default();
        let mut places = HashMap::new();
        let mut groups: Vec<TaskGroup<'_>> = Vec::new();
        for task in tasks {
            let (shape, waits) = self.shape_of(task, &mut shapes, all_frames);
            let place = *places.entry((task.state, shape)).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.add(task, &waits, self.lasted(task)),
                None => groups.push(TaskGroup::new(task, &waits, self.lasted(task))),
            }
        }
        for group in &mut groups {
            group.finish();
        }
        // Stable: the group of the task that was given first is first.
        groups.sort_by_key(|group| Reverse(group.tasks.len()));
        groups
    }

    /// What `task` waits for in an order that does not depend on how long, each
    /// kind once for each shape of a stack, with its longest wait.
    fn shape_of<'a>(
        &'a self,
        task: &'a Task,
        shapes: &mut Shapes<'a>,
        all_frames: bool,
    ) -> (Vec<WaitShape<'a>>, Vec<&'a Wait>) {
        let mut waits: Vec<(WaitShape<'a>, &'a Wait)> = self
            .waits_of(task)
            .into_iter()
            .map(|wait| {
                let stack = wait.stack.as_ref();
                let shape = stack.map(|stack| shapes.of(stack, all_frames));
                ((&wait.kind, shape), wait)
            })
            .collect();
        // Stable: of those that are the same the longest stays first.
        waits.sort_by_key(|(shape, _)| *shape);
        waits.dedup_by_key(|(shape, _)| *shape);
        waits.into_iter().unzip()
    }
}

impl<'a> TaskGroup<'a> {
    /// What they all wait for, or else their state: `select(mpsc send | sleep)`.
    pub fn doing_text(&self) -> String {
        let once = |kind| describe::Alike {
            kind,
            count: 1,
            maybe_over: false,
        };
        let kinds: Vec<_> = self.waits.iter().map(|it| once(&it.longest.kind)).collect();
        match (self.state, describe::words(&kinds)) {
            (TaskState::Lost, Some(waits)) => format!("lost, {waits}"),
            (_, Some(waits)) => waits,
            (state, None) => state.to_string(),
        }
    }

    fn new(task: &'a Task, waits: &[&'a Wait], lasted: Duration) -> Self {
        let wait = |wait: &&'a Wait| GroupWait {
            longest: wait,
            shortest: wait,
            several_resources: false,
        };
        TaskGroup {
            state: task.state,
            waits: waits.iter().map(wait).collect(),
            tasks: vec![task],
            shortest: lasted,
            longest: lasted,
            spawned_at: Vec::new(),
        }
    }

    fn add(&mut self, task: &'a Task, waits: &[&'a Wait], lasted: Duration) {
        self.tasks.push(task);
        self.shortest = lasted.min(self.shortest);
        self.longest = lasted.max(self.longest);
        for (known, wait) in self.waits.iter_mut().zip(waits) {
            known.several_resources |= wait.resource != known.longest.resource;
            if wait.since < known.longest.since {
                known.longest = wait;
            }
            if wait.since > known.shortest.since {
                known.shortest = wait;
            }
        }
    }

    /// All tasks are in.
    fn finish(&mut self) {
        self.waits.sort_by_key(|wait| wait.longest.since);
        let mut sites: HashMap<Option<&Arc<Location>>, usize> = HashMap::new();
        for task in &self.tasks {
            *sites.entry(task.location.as_ref()).or_default() += 1;
        }
        self.spawned_at = sites.into_iter().collect();
        self.spawned_at
            .sort_by_key(|(site, count)| (Reverse(*count), *site));
    }
}

/// Numbers for stacks, the same for stacks that a reader could not tell apart.
#[derive(Default)]
struct Shapes<'a> {
    of_stacks: HashMap<*const Stack, usize>,
    of_frames: HashMap<Vec<(&'a str, Option<&'a Location>)>, usize>,
}

impl<'a> Shapes<'a> {
    fn of(&mut self, stack: &'a Stack, all_frames: bool) -> usize {
        let known = self.of_stacks.entry(&raw const *stack);
        *known.or_insert_with(|| {
            let frames = stack.frames_shown(all_frames).into_iter();
            let frames = frames.map(|frame| (&*frame.function, frame.location.as_deref()));
            let next = self.of_frames.len();
            *self.of_frames.entry(frames.collect()).or_insert(next)
        })
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
    use taskmon_proto::v1::WaitKind as WireKind;

    use super::*;
    use crate::model::sample::Sample;

    /// A stack of a send at a line, through a frame of the runtime at another.
    fn send_at(sample: &mut Sample, line: u32, runtime_line: u32) -> u32 {
        let frames = [
            ("leaf", 1, Runtime),
            ("tokio::send", runtime_line, Runtime),
            ("shop::produce", line, Own),
        ];
        sample.stack(WireKind::MpscSend, &frames)
    }

    fn groups(sample: &Sample, all_frames: bool) -> Vec<TaskGroup<'_>> {
        let mut tasks: Vec<_> = sample.model.tasks.values().collect();
        tasks.sort_by_key(|task| task.tokio_id);
        sample.model.task_groups(&tasks, all_frames)
    }

    #[test]
    fn tasks_that_wait_at_one_stack_are_a_group_with_the_range_of_their_waits() {
        let mut sample = Sample::new();
        let stack = send_at(&mut sample, 41, 7);
        let sleeper = sample.task(1);
        sample.wait(sleeper, WaitKind::Sleep, 1);
        for (id, line, since) in [(2, 61, 10), (3, 62, 97), (4, 61, 50)] {
            let task = sample.task_at(id, line);
            sample.waker_wait(task, stack, since, 1);
        }
        let groups = groups(&sample, false);
        assert_eq!(groups.len(), 2);
        let ids: Vec<_> = groups[0].tasks.iter().map(|it| it.tokio_id).collect();
        assert_eq!(ids, [2, 3, 4]);
        assert_eq!(groups[0].shortest, Duration::from_secs(3));
        assert_eq!(groups[0].longest, Duration::from_secs(90));
        let sites: Vec<_> = groups[0]
            .spawned_at
            .iter()
            .map(|(site, count)| (site.unwrap().line, *count))
            .collect();
        assert_eq!(sites, [(61, 2), (62, 1)]);
    }

    #[test]
    fn tasks_in_another_state_or_with_another_wait_are_another_group() {
        let mut sample = Sample::new();
        let stack = send_at(&mut sample, 41, 7);
        let tasks = [1, 2, 3].map(|id| sample.task(id));
        for task in tasks {
            sample.waker_wait(task, stack, 10, 1);
        }
        sample.state(tasks[1], TaskState::Lost);
        sample.wait(tasks[2], WaitKind::Sleep, 10);
        assert_eq!(groups(&sample, false).len(), 3);
    }

    #[test]
    fn stacks_that_look_the_same_are_the_same() {
        let mut sample = Sample::new();
        for (id, runtime_line) in [(1, 7), (2, 8)] {
            let stack = send_at(&mut sample, 41, runtime_line);
            let task = sample.task(id);
            sample.waker_wait(task, stack, 10, 1);
        }
        assert_eq!(groups(&sample, false).len(), 1);
        assert_eq!(
            groups(&sample, true).len(),
            2,
            "they differ in a frame that is shown now"
        );
    }

    #[test]
    fn a_select_is_the_same_whichever_of_its_waits_is_longer() {
        let mut sample = Sample::new();
        for (id, send, sleep) in [(1, 10, 20), (2, 20, 10)] {
            let task = sample.task(id);
            sample.wait(task, WaitKind::MpscSend, send);
            sample.wait(task, WaitKind::Sleep, sleep);
        }
        let groups = groups(&sample, false);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].waits.len(), 2);
        for wait in &groups[0].waits {
            assert!(wait.longest.since < wait.shortest.since);
        }
    }
}
