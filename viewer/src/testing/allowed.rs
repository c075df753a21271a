//! The tasks that a test may leave behind.

use crate::model::{Location, Model, Stack, Task, Wait};

/// By name, by where they were spawned and by where they wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    pub(super) names: Vec<String>,
    pub(super) spawned_at: Vec<Place>,
    pub(super) waiting_at: Vec<Place>,
    pub(super) waiting_in: Vec<String>,
}

impl Allowed {
    /// Whether nothing is allowed.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
            && self.spawned_at.is_empty()
            && self.waiting_at.is_empty()
            && self.waiting_in.is_empty()
    }

    /// Whether `task` is.
    pub(super) fn allows(&self, model: &Model, task: &Task) -> bool {
        let waits = model.pending(task);
        let stacks = || waits.iter().filter_map(|wait| wait.stack.as_deref());
        let spawned_at = task.location.as_deref();
        self.names.iter().any(|name| **name == *task.name)
            || spawned_at.is_some_and(|at| self.spawned_at.iter().any(|place| place.is(at)))
            || self.waits_at_one_of_the_places(&waits)
            || stacks().any(|stack| self.waiting_in.iter().any(|path| calls(stack, path)))
    }

    fn waits_at_one_of_the_places(&self, waits: &[&Wait]) -> bool {
        let mut sites = waits
            .iter()
            .filter_map(|wait| wait.stack.as_ref()?.innermost());
        sites.any(|site| self.waiting_at.iter().any(|place| place.is(site)))
    }
}

/// Whether a function in `stack` has the segments of `path` in its own.
fn calls(stack: &Stack, path: &str) -> bool {
    let wanted: Vec<_> = path.split("::").collect();
    stack.frames.iter().any(|frame| {
        let segments: Vec<_> = frame.function.split("::").collect();
        segments.windows(wanted.len()).any(|part| part == wanted)
    })
}

/// A place in source code as a person writes it: `src/pool.rs`, or with a line, or
/// with line and column. The path is the end of a path, by whole names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    file: String,
    line: Option<u32>,
    column: Option<u32>,
}

impl Place {
    pub(super) fn new(text: &str) -> Self {
        let (rest, last) = number(text);
        let (file, first) = match last {
            Some(_) => number(rest),
            None => (rest, None),
        };
        let (line, column) = match first {
            Some(line) => (Some(line), last),
            None => (last, None),
        };
        Place {
            file: file.to_owned(),
            line,
            column,
        }
    }

    fn is(&self, location: &Location) -> bool {
        let before = location.file.strip_suffix(&*self.file);
        before.is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\']))
            && self.line.is_none_or(|line| line == location.line)
            && self.column.is_none_or(|column| column == location.column)
    }
}

/// A number after the last colon, and what is before.
fn number(text: &str) -> (&str, Option<u32>) {
    let split = text.rsplit_once(':');
    match split.and_then(|(rest, last)| Some((rest, last.parse().ok()?))) {
        Some((rest, number)) => (rest, Some(number)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use taskmon_proto::v1::FrameOrigin::{Own, Runtime};
    use taskmon_proto::v1::WaitKind as WireKind;

    use super::*;
    use crate::model::WaitKind;
    use crate::model::sample::Sample;

    /// Whether a task is allowed that was spawned at src/api.rs:61:14 and sends in
    /// `shop::produce` at src/api.rs:41:9.
    fn allowed(allow: impl FnOnce(&mut Allowed)) -> bool {
        let mut sample = Sample::new();
        let frames = [("leaf", 1, Runtime), ("shop::produce", 41, Own)];
        let stack = sample.stack(WireKind::MpscSend, &frames);
        let task = sample.task(1);
        let wait = sample.wait(task, WaitKind::MpscSend, 90);
        sample.stack_of(wait, stack);
        sample.model.tasks.get_mut(&task).unwrap().name = "producer".into();
        let mut allowed = Allowed::default();
        assert!(allowed.is_empty());
        allow(&mut allowed);
        assert!(!allowed.is_empty());
        allowed.allows(&sample.model, &sample.model.tasks[&task])
    }

    #[test]
    fn a_task_is_allowed_by_its_name() {
        assert!(allowed(|it| it.names.push("producer".into())));
        assert!(!allowed(|it| it.names.push("produce".into())));
    }

    #[test]
    fn a_task_is_allowed_by_the_place_where_it_was_spawned_or_waits() {
        for (place, spawned, waits) in [
            ("src/api.rs", true, true),
            ("api.rs", true, true),
            ("pi.rs", false, false),
            ("src/api.rs:61", true, false),
            ("src/api.rs:61:14", true, false),
            ("src/api.rs:61:15", false, false),
            ("api.rs:41", false, true),
        ] {
            let place = || Place::new(place);
            let by_spawn = allowed(|it| it.spawned_at.push(place()));
            let by_wait = allowed(|it| it.waiting_at.push(place()));
            assert_eq!((by_spawn, by_wait), (spawned, waits), "{:?}", place());
        }
    }

    #[test]
    fn a_task_is_allowed_by_a_function_in_its_stack_or_its_module() {
        for (path, is) in [
            ("shop::produce", true),
            ("produce", true),
            ("shop", true),
            ("shop::prod", false),
            ("other::produce", false),
        ] {
            assert_eq!(allowed(|it| it.waiting_in.push(path.into())), is, "{path}");
        }
    }

    #[test]
    fn a_path_may_have_colons_of_its_own() {
        let file = |text| Place::new(text).file;
        assert_eq!(file(r"C:\src\api.rs:3:4"), r"C:\src\api.rs");
        assert_eq!(file("a:b"), "a:b");
    }
}
