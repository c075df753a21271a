//! A spawn site whose tasks only ever become more.

use super::rule::{Finding, Group, Look, Rule, SiteFinding};
use super::{Limit, Severity, Thresholds};
use crate::model::SiteKey;
use crate::words::duration::human;

/// Tasks are spawned at one place faster than they end, through a whole window and
/// without a pause: a leak, or a load that grows. What ends by and by, as a burst or
/// a queue that drains, is none.
pub(super) struct TaskGrowth;

impl Rule for TaskGrowth {
    fn name(&self) -> &'static str {
        "task-growth"
    }

    fn explanation(&self) -> &'static str {
        "The live tasks of one spawn site have become more in each sixth of the window, never \
         fewer, and by as many as the threshold in all. Each may be well for itself; together \
         they are a leak, or a load that only grows. It takes a whole window of watching to be \
         seen."
    }

    fn advice(&self) -> &'static str {
        "Look at what these tasks wait for (`taskmon dump --group`): something that should end \
         them does not, as a sender that is never dropped or a loop that nobody cancels. Give \
         them a `CancellationToken`, a timeout or a `JoinSet` that is dropped with its owner; if \
         it is load, bound it with a semaphore."
    }

    fn severity(&self) -> Severity {
        Severity::Warning
    }

    fn limit<'a>(&self, limits: &'a mut Thresholds) -> Option<Limit<'a>> {
        Some(Limit::Growth(
            &mut limits.growth_tasks,
            &mut limits.growth_window,
        ))
    }

    fn judge_sites<'a>(&self, look: &Look<'a>) -> Vec<SiteFinding<'a>> {
        let growing = look.growth.growing(look.model, look.limits);
        growing
            .map(|it| SiteFinding {
                site: it.site,
                tasks: usize::try_from(it.live).unwrap_or(usize::MAX),
                finding: Finding {
                    severity: Severity::Warning,
                    task: it.example,
                    since: it.since,
                    lasted: None,
                    wait: None,
                    resource: None,
                    moves: true,
                },
            })
            .collect()
    }

    fn message(&self, look: &Look<'_>, group: &Group) -> String {
        let example = look.model.tasks.get(&group.longest.task);
        let site = example.and_then(|task| {
            Some(SiteKey {
                location: task.location.clone()?,
                kind: task.kind,
            })
        });
        let mut growing = look.growth.growing(look.model, look.limits);
        let more = growing.find(|it| Some(it.site) == site.as_ref()).map(|it| {
            format!(
                ", {} more than {} ago",
                it.more,
                human(look.growth.window(look.model.now))
            )
        });
        format!(
            "{} tasks are alive{}: they only ever become more",
            group.tasks,
            more.unwrap_or_default(),
        )
    }
}
