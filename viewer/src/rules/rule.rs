//! What a rule is.

use std::time::Duration;

use super::growth::Growth;
use super::{Limit, Severity, Thresholds};
use crate::model::{Model, Moment, ResourceKey, SiteKey, Task, TaskKey, Wait, WaitKey};

/// What a rule may look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'a> {
    pub(super) model: &'a Model,
    pub(super) limits: &'a Thresholds,
    /// When a worker last began a poll, of whichever task.
    pub(super) last_poll: Option<Moment>,
    /// How many tasks each spawn site had.
    pub(super) growth: &'a Growth,
}

/// One kind of trouble. A rule looks at one wait or one task at a time, so that
/// the picture is gone through once for all rules.
pub(super) trait Rule: Sync {
    /// Its name: `send-stall`.
    fn name(&self) -> &'static str;

    /// What it looks for, and what that means.
    fn explanation(&self) -> &'static str;

    /// What to do about it.
    fn advice(&self) -> &'static str;

    /// The severity of its alerts.
    fn severity(&self) -> Severity;

    /// When they are only warnings though it is an error else, in words: `while the
    /// channel moves`.
    fn warning_while(&self) -> Option<&'static str> {
        None
    }

    /// Its threshold among these; `None` if it has none.
    fn limit<'a>(&self, _: &'a mut Thresholds) -> Option<Limit<'a>> {
        None
    }

    /// Whether [`Rule::judge_wait`] may ever find trouble in this operation as long
    /// as it stays what it is, whatever becomes of everything else. Asked once;
    /// who says yes is judged at each picture.
    fn watches_wait(&self, _: &Wait) -> bool {
        false
    }

    /// The same for [`Rule::judge_task`].
    fn watches_task(&self, _: &Task, _: &Thresholds) -> bool {
        false
    }

    /// Whether this operation is in trouble; nothing by default. It is asked of
    /// every wait that a rule watches, also of those whose task runs at the moment: a
    /// task that turns in a loop around a stuck operation is no better off for that.
    fn judge_wait(&self, _: &Look<'_>, _: &Wait) -> Option<Finding> {
        None
    }

    /// Whether this task is in trouble, one that a rule watches; nothing by default.
    fn judge_task(&self, _: &Look<'_>, _: &Task) -> Option<Finding> {
        None
    }

    /// The spawn sites that are in trouble as such; none by default.
    fn judge_sites<'a>(&self, _: &Look<'a>) -> Vec<SiteFinding<'a>> {
        Vec::new()
    }

    /// What is so, in one sentence, for all tasks in trouble at one site.
    fn message(&self, look: &Look<'_>, group: &Group) -> String;
}

/// A spawn site in trouble.
#[derive(Clone, Copy, Debug)]
pub(super) struct SiteFinding<'a> {
    pub(super) site: &'a SiteKey,
    /// How many of its tasks there are.
    pub(super) tasks: usize,
    /// One of them.
    pub(super) finding: Finding,
}

/// One task in trouble.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    pub(super) severity: Severity,
    pub(super) task: TaskKey,
    /// When the trouble began.
    pub(super) since: Moment,
    /// How long the trouble lasted, if it is over.
    pub(super) lasted: Option<Duration>,
    /// The operation that is in trouble, if it is one.
    pub(super) wait: Option<WaitKey>,
    /// What it waits on.
    pub(super) resource: Option<ResourceKey>,
    /// Whether others get on where this one does not.
    pub(super) moves: bool,
}

impl Finding {
    /// A task that is in trouble since it is in its present state.
    pub(super) fn of_task(task: &Task, severity: Severity) -> Self {
        Finding {
            severity,
            task: task.key,
            since: task.state_since,
            lasted: None,
            wait: None,
            resource: None,
            moves: false,
        }
    }

    /// An operation that has been pending for too long. It is an error unless
    /// something was taken from the resource meanwhile: then others get on, and
    /// only this one starves.
    pub(super) fn of_wait(model: &Model, wait: &Wait) -> Self {
        let others_get_on = wait
            .resource
            .and_then(|key| model.resources.get(&key)?.last_taken)
            .is_some_and(|taken| taken > wait.since);
        Finding {
            severity: match others_get_on {
                true => Severity::Warning,
                false => Severity::Error,
            },
            task: wait.task,
            since: wait.since,
            lasted: None,
            wait: Some(wait.key),
            resource: wait.resource,
            moves: others_get_on,
        }
    }
}

/// The findings of one rule at one site.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// The one that has lasted longest.
    pub(super) longest: Finding,
    /// How many tasks there are.
    pub(super) tasks: usize,
    /// Whether they wait on more than one resource.
    pub(super) several_resources: bool,
}

impl Group {
    /// Without any task yet; `finding` is to be added.
    pub(super) fn new(finding: Finding) -> Self {
        Group {
            longest: finding,
            tasks: 0,
            several_resources: false,
        }
    }

    /// Adds a finding, of a task that was not counted before if `new_task`.
    pub(super) fn add(&mut self, finding: Finding, new_task: bool) {
        self.tasks += usize::from(new_task);
        self.several_resources |= finding.resource != self.longest.resource;
        // What is stuck says more than what only waits long. The key decides between
        // equals, so that the example does not change with the order in which a map is
        // gone through.
        let order = |it: &Finding| (it.moves, it.since, it.task);
        if order(&finding) < order(&self.longest) {
            self.longest = finding;
        }
    }

    /// `1 task has` or `12 tasks have`.
    pub(super) fn tasks_have(&self) -> String {
        match self.tasks {
            1 => "1 task has".to_owned(),
            tasks => format!("{tasks} tasks have"),
        }
    }

    /// For how long the longest has been so.
    pub(super) fn longest_for(&self, model: &Model) -> Duration {
        let lasted = self.longest.lasted;
        lasted.unwrap_or_else(|| model.now.since(self.longest.since))
    }

    /// `up to` if there is more than one.
    pub(super) fn up_to(&self) -> &'static str {
        match self.tasks {
            1 => "",
            _ => "up to ",
        }
    }
}

/// A task for people, and what it waits for itself: `task 7, which waits for
/// mpsc send on ch#2 (3/3 full)`. The task may be gone.
pub(super) fn task_and_its_wait(model: &Model, key: TaskKey) -> Option<String> {
    let task = model.tasks.get(&key)?;
    let id = match &*task.name {
        "" => task.tokio_id.to_string(),
        name => format!("{} {name:?}", task.tokio_id),
    };
    let Some(waits) = model.wait_text(task) else {
        return Some(format!("task {id}, which is {}", task.state));
    };
    let resource = model
        .waits_of(task)
        .into_iter()
        .find_map(|wait| model.resources.get(&wait.resource?));
    Some(match resource {
        Some(resource) => format!("task {id}, which waits for {waits} on {resource}"),
        None => format!("task {id}, which waits for {waits}"),
    })
}
