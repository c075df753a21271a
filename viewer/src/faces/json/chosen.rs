//! Those tasks that a face shows, of one program or of several.

use serde::{Serialize, Serializer};

use super::tasks::{TaskJson, task_json};
use super::{Head, VERSION};
use crate::model::{Model, Task};
use crate::rules::AlertBook;

/// A program of which tasks are written.
#[derive(Clone, Copy, Debug)]
pub(in crate::faces) struct Of<'a> {
    pub(in crate::faces) target: &'a str,
    pub(in crate::faces) model: &'a Model,
    pub(in crate::faces) alerts: &'a AlertBook,
}

/// Tasks in the order of the iterator, each with its program. They are made while they
/// are written, for there may be a million.
#[derive(Debug)]
pub(in crate::faces) struct ChosenTasks<'a, I> {
    pub(in crate::faces) programs: Vec<Of<'a>>,
    pub(in crate::faces) tasks: I,
    pub(in crate::faces) all_frames: bool,
}

#[derive(Serialize)]
struct Written<'a, T: Serialize> {
    version: u32,
    programs: Vec<Head<'a>>,
    tasks: T,
}

#[derive(Serialize)]
struct Row<'a> {
    target: &'a str,
    #[serde(flatten)]
    task: TaskJson<'a>,
}

impl<'a, I: Iterator<Item = (Of<'a>, &'a Task)> + Clone> Serialize for ChosenTasks<'a, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let programs = self.programs.iter();
        Written {
            version: VERSION,
            programs: programs.map(|of| Head::new(of.target, of.model)).collect(),
            tasks: Rows {
                tasks: self.tasks.clone(),
                all_frames: self.all_frames,
            },
        }
        .serialize(serializer)
    }
}

struct Rows<I> {
    tasks: I,
    all_frames: bool,
}

impl<'a, I: Iterator<Item = (Of<'a>, &'a Task)> + Clone> Serialize for Rows<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.tasks.clone().map(|(of, task)| Row {
            target: of.target,
            task: task_json(of.model, task, of.alerts.of_task(task.key), self.all_frames),
        }))
    }
}
