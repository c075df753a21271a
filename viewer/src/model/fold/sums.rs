//! How much there is of what each task and resource may have several of. Each is
//! bounded; the sum over as many tasks as there may be has to be as well.

use super::{FoldError, limits};
use crate::model::Task;

/// What all tasks and resources have together.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    pub(super) waker_waits: Sum,
    pub(super) attributes: Sum,
    names: Sum,
}

/// A number of things that is bounded.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    what: &'static str,
    limit: usize,
    count: usize,
}

impl Default for Sums {
    fn default() -> Self {
        let sum = |what, limit| Sum {
            what,
            limit,
            count: 0,
        };
        Sums {
            waker_waits: sum("waits of wakers", limits::ALL_WAKER_WAITS),
            attributes: sum("attributes", limits::ALL_ATTRIBUTES),
            names: sum("bytes in names", limits::ALL_NAMES_BYTES),
        }
    }
}

impl Sums {
    /// There is one more task.
    pub(super) fn with_task(&mut self, task: &Task) -> Result<(), FoldError> {
        self.waker_waits.replace(0, task.waker_waits.len())?;
        self.names.replace(0, task.name.len())
    }

    /// There is one less.
    pub(super) fn without_task(&mut self, task: &Task) {
        self.waker_waits.take(task.waker_waits.len());
        self.names.take(task.name.len());
    }
}

impl Sum {
    /// Someone who had `before` of them has `after`.
    pub(super) fn replace(&mut self, before: usize, after: usize) -> Result<(), FoldError> {
        self.take(before);
        self.count += after;
        limits::check(self.what, self.count, self.limit)
    }

    fn take(&mut self, count: usize) {
        self.count = self.count.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{difference, model, resource, snapshot, task};
    use super::*;
    use crate::model::Model;
    use taskmon_proto::v1 as wire;

    /// The same as a count of all that there is.
    #[track_caller]
    fn assert_exact(model: &Model) {
        let sums = &model.fold.sums;
        let tasks = || model.tasks.values();
        let waits: usize = tasks().map(|task| task.waker_waits.len()).sum();
        let names: usize = tasks().map(|task| task.name.len()).sum();
        let resources = model.resources.values();
        let attributes: usize = resources.map(|it| it.attributes.len()).sum();
        assert_eq!(sums.waker_waits.count, waits);
        assert_eq!(sums.names.count, names);
        assert_eq!(sums.attributes.count, attributes);
    }

    fn named(key: u64, name: &str, waits: usize) -> wire::Task {
        let mut task = task(key);
        task.pending = vec![wire::Pending::default(); waits];
        if let Some(info) = &mut task.info {
            info.name = name.to_owned();
        }
        task
    }

    fn with_attributes(key: u64, count: usize) -> wire::Resource {
        let attribute = wire::Attribute {
            name_text: 1,
            unit_text: 0,
            value: Some(wire::attribute::Value::Flag(true)),
        };
        wire::Resource {
            attributes: vec![attribute; count],
            ..resource(key)
        }
    }

    #[test]
    fn the_sums_are_exact_while_tasks_and_resources_come_change_and_go() {
        let mut model = model();
        let text = super::super::tests::text(1, "permits");
        let pages = [
            wire::Page {
                texts: vec![text],
                tasks: vec![named(1, "one", 3), named(2, "other", 0)],
                resources: vec![with_attributes(1, 4), with_attributes(2, 1)],
                ..snapshot()
            },
            wire::Page {
                tasks: vec![
                    named(1, "renamed", 5),
                    wire::Task {
                        info: None,
                        ..named(2, "", 2)
                    },
                ],
                resources: vec![
                    with_attributes(1, 2),
                    wire::Resource {
                        info: None,
                        ..with_attributes(2, 7)
                    },
                ],
                ..difference()
            },
            wire::Page {
                removed_tasks: vec![1, 1, 9],
                removed_resources: vec![2, 9],
                ..difference()
            },
            wire::Page {
                tasks: vec![named(7, "again", 1)],
                ..snapshot()
            },
        ];
        for page in pages {
            model.apply_page(page).unwrap();
            assert_exact(&model);
        }
    }

    #[test]
    fn more_than_all_tasks_may_have_together_is_refused() {
        let mut sum = Sum {
            what: "waits of wakers",
            limit: 3,
            count: 0,
        };
        assert_eq!(sum.replace(0, 2), Ok(()));
        assert_eq!(sum.replace(2, 3), Ok(()));
        let refused = sum.replace(0, 1).unwrap_err().to_string();
        assert_eq!(
            refused,
            "it sent more than 3 waits of wakers, which is the limit"
        );
    }
}
