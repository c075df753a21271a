//! A terminal that has nothing but ASCII.

use super::super::views::TABS;
use super::*;

/// Everything that can be seen of a program.
fn ways() -> Vec<Vec<Action>> {
    let tabs = (0..TABS.len()).map(|tab| Action::Tab(tab as u8));
    let from_tab = |tab| {
        let further = [
            &[][..],
            &[Action::Beside],
            &[Action::Open],
            &[Action::Down, Action::Open],
            &[Action::Down, Action::Stacks],
            &[Action::Help],
            &[Action::Pause],
            &[Action::Write],
        ];
        further.map(|further| [&[tab], further].concat())
    };
    tabs.flat_map(from_tab).collect()
}

/// The lines after `way`, of a UI with this theme.
fn lines(way: &[Action], theme: Theme, width: u16, height: u16) -> Vec<String> {
    let mut ui = Ui::with(&[("shop:6669", &shop())], theme);
    ui.act(way);
    ui.lines(width, height)
}

#[test]
fn nothing_but_ascii_is_drawn_for_a_terminal_that_has_nothing_else() {
    for way in ways() {
        for (width, height) in [(140, 40), (40, 12), (1, 1)] {
            let lines = lines(&way, Theme::with_ascii(), width, height);
            assert!(lines.iter().all(|line| line.is_ascii()), "{lines:#?}");
        }
    }
}

#[test]
fn everything_that_taskmon_itself_draws_has_a_stand_in() {
    for way in ways() {
        let count = |theme| {
            let lines = lines(&way, theme, 140, 40);
            (lines.concat().matches('?').count(), lines)
        };
        let (with, _) = count(Theme::with_colours(true));
        let (without, lines) = count(Theme::with_ascii());
        assert_eq!(without, with, "{lines:#?}");
    }
}
