//! What the model makes of frames, stacks and the waits that name them.

use taskmon_proto::v1 as wire;

use super::FoldError;
use super::tests::{difference, model, resource, snapshot, task, wait};
use crate::model::{FrameOrigin, Model, ResourceKey, Stack, TaskKey, WaitKey, WaitKind};

fn frame(number: u32) -> wire::StackFrame {
    wire::StackFrame {
        number,
        function: format!("shop::f{number}"),
        file: "src/shop.rs".into(),
        line: 40 + number,
        column: 9,
        origin: wire::FrameOrigin::Own.into(),
        ..wire::StackFrame::default()
    }
}

fn stack(number: u32, frames: &[u32]) -> wire::Stack {
    wire::Stack {
        number,
        kind: wire::WaitKind::MpscSend.into(),
        frames: frames.to_vec(),
        ..wire::Stack::default()
    }
}

/// A task with a wait that only its wakers tell of.
fn pending(key: u64, stack: u32) -> wire::Task {
    wire::Task {
        pending: vec![wire::Pending {
            stack,
            since_nanos: 5,
            count: 2,
            maybe_over: false,
        }],
        ..task(key)
    }
}

/// An operation at a stack.
fn at(key: u64, task: u64, stack: u32) -> wire::Wait {
    wire::Wait {
        stack,
        ..wait(key, task, 0)
    }
}

fn lines(stack: &Stack) -> Vec<u32> {
    let frames = stack.frames.iter();
    frames
        .map(|frame| frame.location.as_ref().unwrap().line)
        .collect()
}

fn refused(page: wire::Page) {
    let error = model().apply_page(page).unwrap_err();
    assert!(matches!(error, FoldError::TooMuch { .. }), "{error}");
}

/// A model with stack 1, of frames 1 and 2.
fn with_stack() -> Model {
    let mut model = model();
    let page = wire::Page {
        frames: vec![frame(1), frame(2)],
        stacks: vec![stack(1, &[1, 2])],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    model
}

#[test]
fn a_stack_may_be_used_in_the_page_that_brings_it_and_later() {
    let mut model = model();
    let page = wire::Page {
        frames: vec![frame(1), frame(2)],
        stacks: vec![stack(1, &[1, 2])],
        tasks: vec![pending(1, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        waits: vec![at(7, 1, 1)],
        ..difference()
    };
    model.apply_page(page).unwrap();
    let task = &model.tasks[&TaskKey(1)];
    let of_waker = &task.waker_waits[0];
    assert_eq!(of_waker.kind, WaitKind::MpscSend);
    assert_eq!((of_waker.key, of_waker.count), (WaitKey::NONE, 2));
    assert_eq!(lines(of_waker.stack.as_ref().unwrap()), [41, 42]);
    let of_tokio = &model.waits[&WaitKey(7)];
    assert_eq!(of_tokio.site().unwrap().line, 41);
    assert_eq!(model.oddities, 0);
}

#[test]
fn a_channel_is_made_where_its_stack_says_unless_tokio_does() {
    let mut model = with_stack();
    let mut channel = resource(18);
    let info = channel.info.as_mut().unwrap();
    info.creation_stack = 1;
    info.element_type = "shop::Product".into();
    let page = wire::Page {
        resources: vec![channel],
        ..difference()
    };
    model.apply_page(page).unwrap();
    let channel = &model.resources[&ResourceKey(18)];
    assert_eq!(channel.made_at().unwrap().line, 41);
    assert_eq!(channel.element_type.as_deref(), Some("shop::Product"));
}

#[test]
fn a_stack_that_was_never_sent_is_counted_and_its_wait_stays() {
    let mut model = model();
    let page = wire::Page {
        tasks: vec![pending(1, 9)],
        waits: vec![at(7, 1, 8)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.oddities, 2);
    assert_eq!(model.waits[&WaitKey(7)].stack, None);
    let of_waker = &model.tasks[&TaskKey(1)].waker_waits[0];
    assert_eq!(of_waker.stack, None);
    assert_eq!(of_waker.kind, WaitKind::Other("unknown".into()));
}

#[test]
fn a_frame_that_was_never_sent_is_counted_and_left_out() {
    let mut model = model();
    let page = wire::Page {
        frames: vec![frame(1), frame(0)],
        stacks: vec![
            wire::Stack {
                leaf_frames: 9,
                ..stack(1, &[5, 1, 0])
            },
            stack(0, &[1]),
        ],
        tasks: vec![pending(1, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.oddities, 3);
    let stack = model.tasks[&TaskKey(1)].waker_waits[0].stack.clone();
    let stack = stack.unwrap();
    assert_eq!(lines(&stack), [41]);
    assert_eq!(stack.leaf_frames, 1);
}

#[test]
fn an_origin_that_is_not_known_is_not_taken_for_the_programs_own() {
    let mut model = model();
    let unknown = wire::StackFrame {
        origin: 77,
        ..frame(1)
    };
    let page = wire::Page {
        frames: vec![unknown],
        stacks: vec![stack(1, &[1])],
        tasks: vec![pending(1, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let stack = model.tasks[&TaskKey(1)].waker_waits[0].stack.clone();
    let stack = stack.unwrap();
    assert_eq!(stack.frames[0].origin, FrameOrigin::Dependency);
    assert_eq!(stack.site(), None);
}

#[test]
fn a_reset_keeps_stacks() {
    let mut model = with_stack();
    let page = wire::Page {
        tasks: vec![pending(1, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        tasks: vec![pending(2, 1)],
        ..snapshot()
    };
    model.apply_page(page).unwrap();
    let waits = &model.tasks[&TaskKey(2)].waker_waits;
    assert_eq!(lines(waits[0].stack.as_ref().unwrap()), [41, 42]);
    assert_eq!(model.oddities, 0);
}

#[test]
fn a_task_that_is_sent_again_has_only_the_waits_it_has_now() {
    let mut model = with_stack();
    let page = wire::Page {
        tasks: vec![pending(1, 1)],
        ..difference()
    };
    model.apply_page(page).unwrap();
    let page = wire::Page {
        tasks: vec![wire::Task {
            info: None,
            ..task(1)
        }],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.every_wait().count(), 0);
}

#[test]
fn a_wait_with_the_count_of_none_is_one() {
    let mut model = with_stack();
    let mut none = pending(1, 1);
    none.pending[0].count = 0;
    let page = wire::Page {
        tasks: vec![none],
        ..difference()
    };
    model.apply_page(page).unwrap();
    assert_eq!(model.tasks[&TaskKey(1)].waker_waits[0].count, 1);
}

#[test]
fn stacks_that_would_grow_without_bound_are_refused() {
    refused(wire::Page {
        stacks: vec![stack(1, &[1; 2_000])],
        ..snapshot()
    });
    let long = || "x".repeat(5_000);
    refused(wire::Page {
        frames: vec![wire::StackFrame {
            function: long(),
            ..frame(1)
        }],
        ..snapshot()
    });
    refused(wire::Page {
        frames: vec![wire::StackFrame {
            file: long(),
            ..frame(1)
        }],
        ..snapshot()
    });
    refused(wire::Page {
        stacks: vec![wire::Stack {
            kind: wire::WaitKind::Other.into(),
            what: long(),
            ..stack(1, &[])
        }],
        ..snapshot()
    });
    let mut many = pending(1, 0);
    many.pending = vec![many.pending[0]; 100];
    refused(wire::Page {
        tasks: vec![many],
        ..snapshot()
    });
    let mut channel = resource(1);
    channel.info.as_mut().unwrap().element_type = long();
    refused(wire::Page {
        resources: vec![channel],
        ..snapshot()
    });
}

#[test]
fn all_stacks_together_have_a_limit() {
    let mut model = model();
    let mut number = 0;
    let mut page = || {
        let stacks = (0..256).map(|_| {
            number += 1;
            stack(number, &[1; 1_024])
        });
        wire::Page {
            stacks: stacks.collect(),
            ..snapshot()
        }
    };
    let error = (0..40).find_map(|_| model.apply_page(page()).err());
    assert!(
        matches!(error, Some(FoldError::TooMuch { .. })),
        "{error:?}"
    );
}
