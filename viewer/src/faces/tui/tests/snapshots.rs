//! How the views look, whole. `INSTA_UPDATE=always` takes what is there as right.

use super::samples::{busy, empty, end, many};
use super::*;
use crate::model::TaskEnd;

/// The sizes that are looked at: the smallest that is in use, and a large one.
const SIZES: [(u16, u16); 2] = [(80, 24), (200, 60)];

/// Holds what is seen in each size against what was seen before.
pub(super) fn hold(name: &str, ui: &mut Ui) {
    ui.settle();
    for (width, height) in SIZES {
        let lines = ui.lines(width, height);
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), lines.join("\n"));
        });
    }
}

/// A program and how many tasks it has, in a word.
fn programs() -> [(&'static str, Ui); 3] {
    let many = ("many", Ui::new(many()));
    [
        ("empty", Ui::new(&empty())),
        ("busy", Ui::new(&busy())),
        many,
    ]
}

#[test]
fn the_tasks() {
    for (name, mut ui) in programs() {
        hold(&format!("tasks_{name}"), &mut ui);
    }
}

#[test]
fn the_tree_of_tasks() {
    for (name, mut ui) in programs() {
        ui.act(&[Action::Tree]);
        hold(&format!("tree_{name}"), &mut ui);
    }
}

#[test]
fn the_tasks_that_a_filter_shows() {
    for (name, mut ui) in programs() {
        ui.press("/wait:send -id:105");
        hold(&format!("filter_{name}"), &mut ui);
    }
}

#[test]
fn a_filter_that_makes_no_sense() {
    let mut ui = Ui::new(&busy());
    ui.press("/wait:send age:>soon");
    hold("filter_wrong", &mut ui);
}

#[test]
fn a_task_beside_the_table() {
    for (name, mut ui) in programs() {
        ui.settle();
        ui.act(&[Action::Down, Action::Beside]);
        hold(&format!("beside_{name}"), &mut ui);
    }
}

#[test]
fn a_task() {
    for (name, mut ui) in programs() {
        ui.settle();
        ui.act(&[Action::Open]);
        hold(&format!("task_{name}"), &mut ui);
    }
}

#[test]
fn a_task_that_ends_while_it_is_looked_at() {
    let mut sample = busy();
    let mut ui = Ui::new(&sample);
    ui.press("/id:200\n");
    ui.act(&[Action::Open]);
    end(&mut sample, 200, TaskEnd::Panicked);
    sample.pass(3);
    ui.update(&sample);
    hold("task_ended", &mut ui);
}

#[test]
fn the_columns_to_choose_from() {
    let mut ui = Ui::new(&busy());
    ui.act(&[Action::Columns, Action::Down, Action::Down]);
    hold("columns", &mut ui);
}

#[test]
fn the_alerts() {
    for (name, mut ui) in programs() {
        ui.act(&[tab("Alerts")]);
        hold(&format!("alerts_{name}"), &mut ui);
    }
}

#[test]
fn an_alert_that_is_over() {
    let mut sample = busy();
    let mut ui = Ui::new(&sample);
    sample.model.waits.clear();
    for task in sample.model.tasks.values_mut() {
        task.waits.clear();
    }
    for _ in 0..3 {
        sample.pass(1);
        ui.update(&sample);
    }
    ui.act(&[tab("Alerts"), Action::Last]);
    hold("alerts_over", &mut ui);
}

#[test]
fn several_programs_of_which_one_is_down() {
    let (one, two) = (busy(), empty());
    let mut ui = Ui::of(&[
        ("http://host-a:6669", &one),
        ("http://host-b:6669", &two),
        ("http://host-c:6669", &Sample::new()),
    ]);
    let error = "nobody listens there".to_owned();
    ui.link_one(
        2,
        Link::Connecting {
            error: Some(error),
            // As long ago as it may be said in one way.
            retry_at: Some(Instant::now()),
        },
    );
    hold("several", &mut ui);
    ui.act(&[tab("Alerts")]);
    hold("several_alerts", &mut ui);
}

#[test]
fn the_help() {
    let mut ui = Ui::new(&busy());
    ui.act(&[Action::Help]);
    hold("help_tasks", &mut ui);
}
