//! A terminal that has nothing but ASCII.

use super::*;

/// Everything that can be seen of a program.
const WAYS: [&[Action]; 6] = [
    &[],
    &[Action::Detail],
    &[Action::Stacks],
    &[Action::Channels],
    &[Action::Channels, Action::Detail],
    &[Action::Help],
];

#[test]
fn nothing_but_ascii_is_drawn_for_a_terminal_that_has_nothing_else() {
    for way in WAYS {
        let mut ui = Ui::new(&shop());
        ui.theme = Theme::with_ascii();
        ui.act(way);
        for (width, height) in [(140, 40), (40, 12), (1, 1)] {
            let lines = ui.lines(width, height);
            assert!(lines.iter().all(|line| line.is_ascii()), "{lines:#?}");
        }
    }
}

#[test]
fn what_taskmon_says_itself_has_no_question_marks_for_want_of_characters() {
    for way in WAYS {
        let mut ui = Ui::new(&shop());
        ui.act(way);
        let with = ui.lines(140, 40).concat();
        ui.theme = Theme::with_ascii();
        let without = ui.lines(140, 40).concat();
        let count = |text: &str| text.matches('?').count();
        assert_eq!(count(&without), count(&with), "{without}");
    }
}
