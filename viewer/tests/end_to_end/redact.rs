//! What leaves a program that keeps its names to itself.

use taskmon::model::Model;

use super::support::{Program, a_stuck_producer, program_with};

fn program(test: &str, redact: &str) -> Program {
    program_with(test, &[("TASKMON_REDACT", redact)], a_stuck_producer)
}

/// A picture in which the producer is stuck, by what it waits for.
fn stuck(program: &Program) -> Model {
    let mut watch = program.watch();
    watch.until("a send", |watch| {
        let mut tasks = watch.model.tasks.values();
        let stuck = |task| watch.model.wait_text(task).as_deref() == Some("mpsc send");
        tasks.any(stuck).then_some(())
    });
    watch.model.clone()
}

/// Every name in it that may be private.
fn names(model: &Model) -> Vec<String> {
    let tasks = model.tasks.values();
    let mut names: Vec<_> = tasks
        .flat_map(|task| {
            [
                Some(task.name.to_string()),
                task.thread.as_ref().map(ToString::to_string),
            ]
        })
        .flatten()
        .collect();
    let program = model.program.as_ref().unwrap();
    names.extend([program.name.to_string(), program.host.to_string()]);
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn hashed_names_tell_one_task_from_another_and_nothing_else() {
    let program = program(
        "redact::hashed_names_tell_one_task_from_another_and_nothing_else",
        "hash",
    );
    let model = stuck(&program);
    let names = names(&model);
    assert!(names.len() >= 4, "{names:?}");
    for name in &names {
        assert!(name.starts_with('#') && name.len() == 17, "{name}");
    }
    // Code stays as it is.
    let mut sites = model
        .tasks
        .values()
        .filter_map(|task| task.location.as_ref());
    assert!(sites.any(|site| site.file.ends_with("end_to_end/support.rs")));
}

#[test]
fn dropped_names_are_gone() {
    let program = program("redact::dropped_names_are_gone", "drop");
    assert_eq!(names(&stuck(&program)), [""; 0]);
}

#[test]
fn without_redaction_names_are_there() {
    let program = program_with(
        "redact::without_redaction_names_are_there",
        &[],
        a_stuck_producer,
    );
    let names = names(&stuck(&program));
    for expected in ["producer", "tokio-rt-worker"] {
        assert!(names.iter().any(|name| name == expected), "{names:?}");
    }
}
