//! The real command on a terminal: what is on the screen, and what is left of it on the
//! terminal afterwards.
#![cfg(unix)]

#[path = "../end_to_end/support.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod support;

mod programs;
mod terminal;

use self::programs::{HOSTILE, hostile, shop};
use self::terminal::Terminal;
use crate::support::{program, program_at};

/// Which port of this host a target is at.
fn port(target: &str) -> &str {
    target.rsplit(':').next().unwrap()
}

#[test]
fn a_user_finds_a_task_while_its_program_comes_and_goes_and_leaves_with_q() {
    let name = "a_user_finds_a_task_while_its_program_comes_and_goes_and_leaves_with_q";
    let mut shop_before = program(name, shop);
    let target = shop_before.target.to_string();
    let mut terminal = Terminal::open(120, 30);
    terminal.run(&[&target]);
    terminal.until("the tasks", |screen| {
        screen.contains("live") && screen.contains("keeper") && screen.contains("clerk 7")
    });
    assert!(terminal.is_taken());

    terminal.type_in("/name:keeper\r");
    terminal.until("one match", |screen| {
        screen.contains("keeper") && !screen.contains("clerk 7")
    });
    terminal.type_in("G\r");
    terminal.until("the page of the task", |screen| {
        screen.contains("task") && screen.contains("spawned at")
    });

    terminal.resize(60, 12);
    terminal.until("the page on twelve rows", |screen| {
        let mut rows = screen.lines();
        rows.next().is_some_and(|first| first.contains("keeper"))
            && rows.nth(10).is_some_and(|last| last.contains("Esc back"))
    });
    terminal.until_drawn_after(|terminal| terminal.resize(1, 1));
    terminal.resize(120, 30);
    terminal.until("the page again", |screen| screen.contains("spawned at"));

    shop_before.kill();
    terminal.until("the loss", |screen| {
        screen.contains("lost") && screen.contains("next try in")
    });
    // What was seen stays readable.
    assert!(terminal.screen().contains("spawned at"));
    let bind = format!("127.0.0.1:{}", port(&target));
    let _shop_after = program_at(name, &bind, shop);
    terminal.until("the program that came back", |screen| {
        screen.contains("live") && !screen.contains("next try in")
    });

    terminal.type_in("q");
    assert_eq!(terminal.end(), Some(0));
    terminal.assert_given_back();
}

#[test]
fn ctrl_c_leaves_and_gives_the_terminal_back() {
    let shop = program("ctrl_c_leaves_and_gives_the_terminal_back", shop);
    let mut terminal = Terminal::open(80, 24);
    terminal.run(&[&shop.target.to_string()]);
    terminal.until("the tasks", |screen| screen.contains("keeper"));
    terminal.type_in("\u{3}");
    assert_eq!(terminal.end(), Some(0));
    terminal.assert_given_back();
}

#[test]
fn a_viewer_that_is_told_to_end_gives_the_terminal_back() {
    let name = "a_viewer_that_is_told_to_end_gives_the_terminal_back";
    let shop = program(name, shop);
    let mut terminal = Terminal::open(80, 24);
    terminal.run(&[&shop.target.to_string()]);
    terminal.until("the tasks", |screen| screen.contains("keeper"));
    terminal.tell_to_end();
    assert_eq!(terminal.end(), Some(0));
    terminal.assert_given_back();
}

#[test]
fn a_viewer_of_nothing_says_so_and_can_be_left() {
    let mut terminal = Terminal::open(80, 24);
    // Nobody can listen there.
    terminal.run(&["127.0.0.1:1"]);
    terminal.until("why there is nothing", |screen| {
        screen.contains("not connected") && screen.contains("next try in")
    });
    terminal.type_in("q");
    assert_eq!(terminal.end(), Some(0));
    terminal.assert_given_back();
}

#[test]
fn names_of_a_hostile_program_do_nothing_to_the_terminal() {
    let name = "names_of_a_hostile_program_do_nothing_to_the_terminal";
    let program = program(name, hostile);
    let mut terminal = Terminal::open(160, 40);
    terminal.run(&[&program.target.to_string()]);
    let shown = r"evil\u{1b}";
    terminal.until("its task", |screen| screen.contains(shown));
    // Every view that has a tab, and everything about the task.
    for _ in 0..8 {
        terminal.until_drawn_after(|terminal| terminal.type_in("\t"));
    }
    terminal.type_in("1/name:evil\rG\r");
    terminal.until("its page", |screen| {
        screen.contains("spawned at") && screen.contains(shown)
    });
    terminal.type_in("d");
    terminal.until("its stacks", |screen| screen.contains("Esc back"));
    terminal.type_in("q");
    assert_eq!(terminal.end(), Some(0));
    terminal.assert_given_back();
    for harm in ["\u{1b}]", "\u{7}", "\u{9b}", "\u{202e}", "evil\u{1b}"] {
        assert!(
            HOSTILE.contains(harm) && !terminal.was_sent(harm),
            "{harm:?}"
        );
    }
    assert_eq!(terminal.asked_for(), Vec::<String>::new());
}

#[test]
fn in_a_locale_without_more_only_ascii_is_sent() {
    let shop = program("in_a_locale_without_more_only_ascii_is_sent", shop);
    let mut terminal = Terminal::open(100, 30);
    terminal.set("LC_ALL", "C");
    terminal.set("NO_COLOR", "1");
    terminal.run(&[&shop.target.to_string()]);
    terminal.until("the tasks", |screen| screen.contains("keeper"));
    terminal.type_in("?");
    terminal.until("the keys", |screen| screen.contains("pause this viewer"));
    terminal.type_in("q");
    assert_eq!(terminal.end(), Some(0));
    assert!(terminal.sent().is_ascii());
    assert!(!terminal.has_coloured());
}
