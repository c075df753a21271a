//! What keys and the mouse do.

use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::super::views::tasks::ColumnName;
use super::samples::busy;
use super::*;

/// Presses the left button where `text` is first seen.
fn click(ui: &mut Ui, text: &str, at: Instant) {
    let lines = ui.lines(140, 40);
    let found = lines.iter().enumerate().find_map(|(row, line)| {
        let start = line.find(text)?;
        Some((line[..start].chars().count() as u16, row as u16))
    });
    let (column, row) = found.unwrap_or_else(|| panic!("no {text:?} in\n{}", lines.join("\n")));
    let event = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column,
        row,
        modifiers: KeyModifiers::NONE,
    };
    ui.app.take(&Event::Mouse(event), at);
    ui.app.look();
}

#[test]
fn a_click_selects_and_two_at_once_open() {
    let mut ui = Ui::new(&busy());
    let now = Instant::now();
    click(&mut ui, "report", now);
    ui.act(&[Action::Beside]);
    assert!(ui.shows("┌ task 300 \"report\" ─"));
    ui.act(&[Action::Beside]);
    let much_later = now + Duration::from_secs(5);
    click(&mut ui, "report", much_later);
    assert!(!ui.shows("› task 300"), "that was no double click");
    click(&mut ui, "report", much_later + Duration::from_millis(100));
    assert!(ui.shows("› task 300"));
    ui.press("\u{1b}");
    assert!(!ui.shows("› task 300"));
}

#[test]
fn a_click_on_a_title_sorts_and_the_next_the_other_way_round() {
    let mut ui = Ui::new(&busy());
    let now = Instant::now();
    click(&mut ui, "POLLS", now);
    assert!(ui.shows("POLLS▼"));
    click(&mut ui, "POLLS", now + Duration::from_secs(5));
    assert!(ui.shows("POLLS▲"));
}

#[test]
fn a_click_on_a_tab_shows_it_and_the_wheel_moves() {
    let mut ui = Ui::new(&busy());
    click(&mut ui, "Channels", Instant::now());
    assert!(ui.shows("RECEIVER"));
    click(&mut ui, "Tasks", Instant::now());
    let wheel = MouseEvent {
        kind: MouseEventKind::ScrollDown,
        column: 3,
        row: 12,
        modifiers: KeyModifiers::NONE,
    };
    let before = ui.lines(140, 40);
    ui.app.take(&Event::Mouse(wheel), Instant::now());
    let terminal = ui.draw(140, 40);
    let cells = terminal.backend().buffer().content();
    let is_selected = |cell: &ratatui::buffer::Cell| cell.modifier.contains(Modifier::REVERSED);
    assert!(cells.iter().skip(140).any(is_selected), "{before:?}");
}

#[test]
fn what_is_opened_is_left_one_after_the_other_and_escape_never_quits() {
    let mut ui = Ui::new(&busy());
    ui.press("\n");
    assert!(ui.shows("GO TO"));
    ui.press("\n");
    assert!(ui.shows("WHO"), "the channel that it waits on");
    ui.press("d");
    assert!(ui.shows("stacks at ch#18"));
    ui.press("\u{1b}");
    assert!(ui.shows("WHO") && !ui.shows("stacks at"));
    ui.press("\u{1b}");
    assert!(ui.shows("GO TO"));
    ui.press("\u{1b}\u{1b}\u{1b}\u{1b}");
    assert!(ui.shows("STATE") && !ui.app.quits());
    ui.press("q");
    assert!(ui.app.quits());
}

#[test]
fn each_tab_keeps_what_was_opened_from_it_until_it_is_asked_for_again() {
    let mut ui = Ui::new(&busy());
    ui.press("\n");
    ui.act(&[tab("Alerts")]);
    assert!(ui.shows("RULE") && !ui.shows("GO TO"));
    ui.act(&[tab("Tasks")]);
    assert!(ui.shows("GO TO"));
    ui.act(&[tab("Tasks")]);
    assert!(ui.shows("STATE") && !ui.shows("GO TO"));
}

#[test]
fn an_alert_leads_to_its_tasks_and_no_others() {
    let mut ui = Ui::new(&busy());
    ui.act(&[tab("Alerts")]);
    assert!(ui.shows("What to do:"));
    ui.press("\n");
    assert!(
        ui.shows("/alert:=send-stall at:=src/api.rs:41:9"),
        "{:?}",
        ui.lines(140, 40)
    );
    assert!(ui.shows("8 of 23"));
    assert!(ui.shows("newProducer") && !ui.shows("checkout"));
    ui.press("\u{1b}");
    assert!(ui.shows("RULE"), "one step leads back");
}

#[test]
fn what_is_selected_is_copied_harmlessly_and_that_is_said() {
    let mut sample = busy();
    for task in sample.model.tasks.values_mut() {
        task.name = "\u{1b}]52;c;evil\u{7}".into();
    }
    let mut ui = Ui::new(&sample);
    ui.press("y");
    assert!(ui.shows("nothing is selected"));
    assert_eq!(ui.app.take_copied(), None);
    ui.press("jy");
    assert!(ui.shows("copied the task"));
    let copied = ui.app.take_copied().unwrap();
    assert!(
        copied.contains("mpsc send") && !copied.contains(char::is_control),
        "{copied}"
    );
    assert_eq!(ui.app.take_copied(), None, "once");
    ui.press("dy");
    assert!(ui.shows("copied the stacks"));
    let stacks = ui.app.take_copied().unwrap();
    assert!(
        stacks.contains("shop::producer::new_producer  src/api.rs:41:9"),
        "{stacks}"
    );
}

#[test]
fn every_view_is_written_as_text_and_as_json() {
    let folder = tempfile::tempdir().unwrap();
    for (name, way) in [
        ("tasks", &[tab("Tasks")][..]),
        ("tree", &[tab("Tasks"), Action::Tree]),
        ("task", &[tab("Tasks"), Action::Open]),
        ("stacks", &[tab("Tasks"), Action::Stacks]),
        ("channels", &[tab("Channels")]),
        ("ends", &[tab("Channels"), Action::Stacks]),
        ("alerts", &[tab("Alerts")]),
    ] {
        for ending in ["txt", "json"] {
            let mut ui = Ui::of(&[("a:1", &busy()), ("b:2", &Sample::new())]);
            ui.act(way);
            let path = folder.path().join(format!("{name}.{ending}"));
            ui.write(path.to_str().unwrap());
            let written = std::fs::read_to_string(&path).unwrap();
            let is_there = |text| written.contains(text);
            assert!(is_there("newProducer") || is_there("ch#18"), "{written}");
            if ending == "json" {
                serde_json::from_str::<serde_json::Value>(&written).unwrap();
            }
        }
    }
}

impl Ui {
    /// Writes what is seen to a file, and waits until it is there.
    fn write(&mut self, path: &str) {
        self.act(&[Action::Write]);
        assert!(self.shows("write to: taskmon-"));
        let whole = KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL);
        self.app.take(&Event::Key(whole), Instant::now());
        self.press(path);
        self.press("\n");
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self
            .app
            .told
            .as_deref()
            .is_some_and(|told| told.starts_with("wrote"))
        {
            assert!(Instant::now() < deadline, "{:?}", self.app.told);
            self.app.look();
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_name_that_is_not_wanted_any_more_is_dropped_and_keys_are_keys_again() {
    let mut ui = Ui::new(&busy());
    ui.press("wq");
    assert!(ui.shows("write to: taskmon-tasks-") && !ui.app.quits());
    ui.press("\u{1b}q");
    assert!(ui.app.quits());
}

#[test]
fn the_filter_counts_what_it_shows_and_escape_shows_all_again() {
    let mut ui = Ui::new(&busy());
    ui.press("/wait:send");
    assert!(ui.shows("/wait:send") && ui.shows("8 of 23"));
    ui.press("\n");
    ui.press("j");
    assert!(
        ui.shows("/wait:send"),
        "it is kept, and keys are keys again"
    );
    ui.press("\u{1b}");
    assert!(!ui.shows("/wait:send"));
    ui.press("/age:>soon");
    assert!(ui.shows("is no value of 'age'"));
    ui.press("\u{1b}");
    assert!(!ui.shows("is no value"));
}

#[test]
fn a_tree_is_folded_and_unfolded_with_the_arrows() {
    let mut ui = Ui::new(&busy());
    ui.act(&[Action::Tree, Action::Down]);
    assert!(
        ui.line("listener").contains("▾ 1"),
        "it is where the errors are"
    );
    ui.press("-");
    assert!(ui.line("listener").contains("▸ 1 +20"));
    assert!(!ui.shows("newProducer"));
    assert!(ui.line("listener").starts_with('‼'), "an error is below");
    ui.press("+");
    assert!(ui.shows("newProducer"));
    ui.press("jh");
    assert!(ui.shows("▸ 2 +"), "the second is folded");
    ui.press("h-");
    assert!(
        ui.line("listener").contains("▸ 1 +20"),
        "left leads to who spawned it"
    );
    ui.press("t");
    assert!(!ui.shows("▸"));
}

/// A UI with these options on the busy program.
fn with_options(options: Options) -> Ui {
    let mut ui = Ui::new(&busy());
    let pictures = ui.pictures.iter().map(|picture| Source {
        name: "shop:6669".to_owned(),
        picture: Arc::clone(picture),
        inspector: None,
    });
    ui.app = App::new(pictures.collect(), options);
    ui.app.look();
    ui
}

#[test]
fn the_columns_are_those_that_the_user_has_chosen() {
    let mut ui = with_options(Options {
        columns: vec![ColumnName::SelfWakes, ColumnName::State],
        ..Options::default()
    });
    let titles = ui.line("STATE");
    assert!(titles.trim_end().ends_with("SELF WAKES STATE"), "{titles}");
    // What is chosen in the UI is so at once.
    ui.press("CJ");
    assert!(ui.line("self-wakes").contains("[x]"));
    ui.press("\u{1b}");
    let titles = ui.line("STATE");
    assert!(
        titles.trim_end().ends_with("STATE     SELF WAKES"),
        "{titles}"
    );
}

#[test]
fn a_key_that_the_user_has_bound_does_what_it_is_bound_to() {
    let mut options = Options::default();
    options.keys.bind("pause", ["z"]).unwrap();
    let mut ui = with_options(options);
    ui.press(" ");
    assert!(!ui.shows("paused"));
    ui.press("z");
    assert!(ui.shows("paused") && ui.shows("z pause"));
}

#[test]
fn what_is_seen_is_named_on_the_narrowest_screens() {
    let mut ui = Ui::new(&busy());
    let first = |ui: &mut Ui, width| ui.lines(width, 24).remove(0).trim_end().to_owned();
    let named = " 1 Tasks 23  2 Sites 0  3 Channels  4 Resources  5 Alerts ‼3  6 Process";
    let numbered = " 1 Tasks 23  2  3  4  5 ‼3  6";
    assert_eq!(first(&mut ui, 80), named);
    assert_eq!(first(&mut ui, 60), numbered);

    click(&mut ui, "report", Instant::now());
    ui.act(&[Action::Open]);
    let path = "  › task 300 \"report\"";
    assert_eq!(first(&mut ui, 140), format!("{named}{path}"));
    assert_eq!(first(&mut ui, 80), format!("{numbered}{path}"));
    assert_eq!(first(&mut ui, 40), format!(" 1 Tasks 23{path}"));
    assert_eq!(first(&mut ui, 30), " 1 Tasks 23  › task 300 \"repo…");

    ui.press("d");
    let path = format!("{path} › stacks of task 300 \"report\"");
    assert_eq!(first(&mut ui, 80), format!("{numbered}{path}"));
    let end = " 1 Tasks 23  › … › stacks of task 300 \"report\"";
    assert_eq!(first(&mut ui, 60), end);
}

#[test]
fn each_step_sorts_by_the_next_title_on_the_screen() {
    for tree in [false, true] {
        let mut ui = Ui::new(&busy());
        if tree {
            ui.act(&[Action::Tree]);
        }
        let titles = |ui: &mut Ui| {
            let lines = ui.lines(200, 40);
            let found = lines.into_iter().find(|line| line.contains("SPAWNED AT"));
            found.unwrap()
        };
        // The first column, of alerts, has no title of its own.
        let all = titles(&mut ui).replace('▼', " ");
        let all = all.replace("WAITING AT", "WAITING_AT");
        let count = all
            .replace("SPAWNED AT", "SPAWNED_AT")
            .split_whitespace()
            .count();
        let mut before = Some(0);
        for _ in 0..count {
            ui.press(">");
            let place = titles(&mut ui).find('▼');
            assert!(place > before, "{tree}: {}", titles(&mut ui));
            before = place;
        }
        ui.press(">");
        assert_eq!(
            titles(&mut ui).find('▼'),
            Some(0),
            "from the last to the first"
        );
        ui.press("<");
        assert_eq!(titles(&mut ui).find('▼'), before, "and back");
    }
}
