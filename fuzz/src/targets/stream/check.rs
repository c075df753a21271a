//! What holds of a model whatever was sent.

use std::collections::HashSet;

use taskmon::model::{Model, TaskState, WaitKind};

/// Each wait is listed once by its task and once by its resource if that is known, and
/// nothing else is listed.
pub(super) fn is_consistent(model: &Model) {
    let mut listed = HashSet::new();
    for task in model.tasks.values() {
        for key in &task.waits {
            assert_eq!(model.waits[key].task, task.key);
            assert!(listed.insert(*key), "{key:?} is listed twice");
        }
    }
    assert_eq!(listed.len(), model.waits.len());
    let mut listed = HashSet::new();
    for resource in model.resources.values() {
        let kinds = || resource.waits.iter().map(|key| &model.waits[key].kind);
        let senders = kinds().filter(|kind| **kind == WaitKind::MpscSend).count();
        let for_lock = kinds().filter(|kind| kind.is_lock()).count();
        assert_eq!(resource.waiting.senders, senders);
        assert_eq!(resource.waiting.for_lock, for_lock);
        for key in &resource.waits {
            assert_eq!(model.waits[key].resource, Some(resource.key));
            assert!(listed.insert(*key), "{key:?} is listed twice");
        }
    }
    assert!(model.ended.len() <= Model::ENDED_KEPT);
}

/// What was counted on the way is what a count of all tasks gives.
pub(super) fn counts_are_the_same(model: &Model, shared: &Model) {
    let of = |state| {
        model
            .tasks
            .values()
            .filter(|task| task.state == state)
            .count()
    };
    let counts = shared.state_counts();
    assert_eq!(counts.live(), model.tasks.len());
    assert_eq!(counts.running, of(TaskState::Running));
    assert_eq!(counts.scheduled, of(TaskState::Scheduled));
    assert_eq!(counts.waiting, of(TaskState::Waiting));
    assert_eq!(counts.lost, of(TaskState::Lost));
    let of_sites: usize = shared
        .site_tasks()
        .values()
        .map(|it| it.states.live())
        .sum();
    let with_site = model.tasks.values().filter(|task| task.location.is_some());
    assert_eq!(of_sites, with_site.count());
    let tasks: Vec<_> = model.tasks.values().collect();
    for all_frames in [false, true] {
        let groups = model.task_groups(&tasks, all_frames);
        let grouped: usize = groups.iter().map(|group| group.tasks.len()).sum();
        assert_eq!(grouped, tasks.len());
    }
    let waits: u64 = model.every_wait().map(|wait| u64::from(wait.count)).sum();
    let at_sites: u64 = model.wait_sites().iter().map(|site| site.waits).sum();
    assert_eq!(at_sites, waits);
}
