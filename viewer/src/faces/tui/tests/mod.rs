//! What is on the screen.

mod ascii;
mod channels;
mod handling;
mod samples;
mod snapshots;
mod stacks;
mod walk;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::style::{Color, Modifier};

use super::app::App;
use super::draw;
use super::keys::{Action, Key};
use super::options::Options;
use super::targets::Source;
use super::theme::Theme;
use super::views::TABS;
use crate::client::{Link, Picture};
use crate::model::sample::Sample;
use crate::model::{Level, ResourceKind, TaskState, WaitKind};
use crate::rules::{AlertBook, Thresholds};

/// What shows the tab of that name.
fn tab(name: &str) -> Action {
    let place = TABS.iter().position(|tab| tab.name == name).unwrap();
    Action::Tab(place as u8)
}

/// A UI and the pictures that it is on.
struct Ui {
    app: App,
    pictures: Vec<Arc<Mutex<Picture>>>,
}

impl Ui {
    fn new(sample: &Sample) -> Self {
        Ui::of(&[("shop:6669", sample)])
    }

    /// Of several programs, with the names of their targets.
    fn of(samples: &[(&str, &Sample)]) -> Self {
        Ui::with(samples, Theme::with_colours(true))
    }

    fn with(samples: &[(&str, &Sample)], theme: Theme) -> Self {
        let picture = || Picture {
            model: Arc::default(),
            alerts: Arc::new(AlertBook::new(Thresholds::default())),
            link: Link::Live,
            version: 0,
        };
        let sources = samples.iter().map(|(name, _)| Source {
            name: (*name).to_owned(),
            picture: Arc::new(Mutex::new(picture())),
            inspector: None,
        });
        let sources: Vec<Source> = sources.collect();
        let pictures = sources.iter().map(|source| Arc::clone(&source.picture));
        let options = Options {
            theme,
            ..Options::default()
        };
        let mut ui = Ui {
            pictures: pictures.collect(),
            app: App::new(sources, options),
        };
        for (number, (_, sample)) in samples.iter().enumerate() {
            ui.update_one(number, sample);
        }
        ui
    }

    /// An update arrives.
    fn update(&mut self, sample: &Sample) {
        self.update_one(0, sample);
    }

    /// The same of one program of several.
    fn update_one(&mut self, number: usize, sample: &Sample) {
        let mut picture = self.pictures[number].lock().unwrap();
        picture.model = Arc::new(sample.model.clone());
        let model = Arc::clone(&picture.model);
        Arc::make_mut(&mut picture.alerts).update(&model);
        picture.version += 1;
        drop(picture);
        self.app.look();
    }

    fn link(&mut self, link: Link) {
        self.link_one(0, link);
    }

    fn link_one(&mut self, number: usize, link: Link) {
        let mut picture = self.pictures[number].lock().unwrap();
        picture.link = link;
        picture.version += 1;
        drop(picture);
        self.app.look();
    }

    fn act(&mut self, actions: &[Action]) {
        for action in actions {
            self.app.act(*action);
            self.app.look();
        }
    }

    /// Types letters; `\n` is Enter, and `\u{1b}` Esc.
    fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            let code = match key {
                '\n' => KeyCode::Enter,
                '\u{1b}' => KeyCode::Esc,
                key => KeyCode::Char(key),
            };
            let event = Event::Key(KeyEvent::from(code));
            self.app.take(&event, Instant::now());
            self.app.look();
        }
    }

    /// Waits until all rows are as they were chosen.
    fn settle(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.app.is_settled() {
            assert!(Instant::now() < deadline, "no rows come");
            self.app.look();
            std::thread::yield_now();
        }
    }

    fn draw(&mut self, width: u16, height: u16) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let draw = |frame: &mut ratatui::Frame<'_>| draw::screen(frame, &mut self.app);
        terminal.draw(draw).unwrap();
        terminal
    }

    /// The lines of the screen.
    fn lines(&mut self, width: u16, height: u16) -> Vec<String> {
        let terminal = self.draw(width, height);
        let cells = terminal.backend().buffer().content();
        let lines = cells.chunks(width.into());
        lines
            .map(|line| line.iter().map(ratatui::buffer::Cell::symbol).collect())
            .collect()
    }

    /// The line with `text`.
    fn line(&mut self, text: &str) -> String {
        let lines = self.lines(140, 40);
        let found = lines.iter().find(|line| line.contains(text)).cloned();
        found.unwrap_or_else(|| panic!("no {text:?} in\n{}", lines.join("\n")))
    }

    fn shows(&mut self, text: &str) -> bool {
        self.lines(140, 40).iter().any(|line| line.contains(text))
    }
}

/// Task 1 sleeps, task 2 has waited to send for ten seconds, task 3 runs.
fn shop() -> Sample {
    let mut sample = Sample::new();
    let sleeper = sample.task(1);
    sample.wait(sleeper, WaitKind::Sleep, 1);
    let stuck = sample.task(2);
    let channel = sample.resource(ResourceKind::Mpsc, 18);
    sample.model.resources.get_mut(&channel).unwrap().capacity = Some(3);
    sample.wait_on(stuck, WaitKind::MpscSend, 90, channel);
    let runs = sample.task_at(3, 77);
    sample.state(runs, TaskState::Running);
    sample
}

#[test]
fn a_stuck_task_is_first_and_marked_and_its_alert_names_the_place() {
    let mut ui = Ui::new(&shop());
    let lines = ui.lines(140, 20);
    let titles = lines.iter().position(|line| line.contains("WAIT")).unwrap();
    let first = &lines[titles + 1];
    assert!(first.starts_with('‼'), "{first}");
    assert!(
        first.contains("mpsc send") && first.contains("10s"),
        "{first}"
    );
    let alert = ui.line("send-stall");
    assert!(alert.contains("src/api.rs:61:14"), "{alert}");
    assert!(ui.shows("to send on ch#18 (3/3 full); nothing was taken from it since"));
    let header = ui.line("3 tasks");
    assert!(
        header.contains("1 running") && header.contains("2 waiting"),
        "{header}"
    );
    assert!(header.contains("1 alert"), "{header}");
}

#[test]
fn no_size_and_no_state_is_too_much() {
    let mut many = shop();
    for id in 10..200 {
        many.task(id);
    }
    let lost = || Link::Lost {
        since: Instant::now(),
        error: "the connection was lost".into(),
        retry_at: Instant::now() + Duration::from_secs(3),
    };
    let connecting = || Link::Connecting {
        error: Some("nobody listens".into()),
        retry_at: Some(Instant::now()),
    };
    for sample in [Sample::new(), shop(), many] {
        for link in [Link::Live, lost(), connecting()] {
            for actions in [
                &[][..],
                &[Action::Help],
                &[Action::Down, Action::Beside],
                &[Action::Open, Action::Last],
                &[Action::Last, Action::Beside, Action::Pause],
                &[Action::Stacks, Action::Frames, Action::Last],
                &[tab("Channels")],
                &[tab("Channels"), Action::Open, Action::Down],
                &[tab("Channels"), Action::Stacks, Action::PageDown],
                &[tab("Alerts"), Action::Down],
                &[tab("Alerts"), Action::Open, Action::Open],
                &[
                    Action::Up,
                    Action::PageDown,
                    Action::SortNext,
                    Action::Reverse,
                ],
            ] {
                let mut ui = Ui::new(&sample);
                ui.link(link.clone());
                ui.act(actions);
                for (width, height) in [(1, 1), (2, 3), (10, 3), (20, 8), (80, 24), (200, 60)] {
                    ui.draw(width, height);
                }
            }
        }
    }
}

#[test]
fn everything_that_matters_fits_into_80_by_24() {
    let mut ui = Ui::new(&shop());
    let screen = ui.lines(80, 24).join("\n");
    for text in [
        "shop:6669",
        "● live",
        "3 tasks",
        "send-stall",
        "mpsc send",
        "q quit",
    ] {
        assert!(screen.contains(text), "{text:?} in\n{screen}");
    }
}

#[test]
fn the_selection_stays_on_its_task_while_rows_move() {
    let mut sample = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Down, Action::Beside]);
    assert!(ui.shows("┌ task 2 ─"), "the stuck one is first");
    // Something that has waited for longer goes before it.
    let longer = sample.task(4);
    sample.wait(longer, WaitKind::MpscSend, 50);
    sample.pass(1);
    ui.update(&sample);
    assert!(ui.shows("┌ task 2 ─"));
    ui.act(&[Action::Up]);
    assert!(ui.shows("┌ task 4 ─"));
    ui.act(&[Action::SortNext, Action::Reverse]);
    assert!(ui.shows("┌ task 4 ─"));
}

#[test]
fn the_detail_says_all_about_a_task_and_its_channel() {
    let mut ui = Ui::new(&shop());
    ui.act(&[Action::Down, Action::Beside]);
    let wait = ui.line("mpsc send for 10s");
    let whole = "mpsc send for 10s on channel ch#18 (3/3 full, 1 sender waiting)";
    assert!(wait.contains(whole), "{wait}");
    for text in [
        "spawned at  src/api.rs:61:14",
        "polls",
        "wakes",
        "busy",
        "Look at who",
    ] {
        assert!(ui.shows(text), "{text}");
    }
    ui.act(&[Action::Back]);
    assert!(!ui.shows("wakes"));
}

#[test]
fn a_selected_task_that_has_ended_stays_readable() {
    let mut sample = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Down, Action::Beside]);
    let key = *sample
        .model
        .tasks
        .iter()
        .find(|(_, task)| task.tokio_id == 2)
        .unwrap()
        .0;
    sample.apply(taskmon_proto::v1::Page {
        removed_tasks: vec![key.0],
        ..Default::default()
    });
    ui.update(&sample);
    assert!(ui.shows("┌ task 2 ─"));
    assert!(ui.shows("this task has ended"));
}

#[test]
fn a_paused_viewer_stands_still_and_says_how_old_its_picture_is() {
    let mut sample = shop();
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Pause]);
    sample.task(50);
    ui.update(&sample);
    assert!(ui.shows("3 tasks") && !ui.shows("4 tasks"));
    assert!(ui.shows("paused: this picture is"));
    ui.act(&[Action::Pause]);
    assert!(ui.shows("4 tasks") && !ui.shows("paused"));
}

#[test]
fn a_lost_program_is_told_and_its_last_picture_stays() {
    let mut ui = Ui::new(&shop());
    ui.link(Link::Lost {
        since: Instant::now(),
        error: "the program ended\u{1b}[2J".into(),
        retry_at: Instant::now() + Duration::from_millis(2_500),
    });
    let notice = ui.line("the program ended");
    assert!(notice.contains("next try in 3s"), "{notice}");
    assert!(!notice.contains('\u{1b}'));
    assert!(ui.shows("mpsc send"));
}

#[test]
fn what_a_program_calls_its_tasks_does_nothing_to_the_screen() {
    let mut sample = shop();
    for task in sample.model.tasks.values_mut() {
        task.name = "\u{1b}[31mevil\r\n\u{202e}".into();
    }
    let mut ui = Ui::new(&sample);
    ui.act(&[Action::Down, Action::Beside]);
    let screen = ui.lines(140, 40).concat();
    assert!(screen.contains(r"\u{1b}[31mevil"));
    assert!(!screen.chars().any(|c| c.is_control() || c == '\u{202e}'));
}

#[test]
fn without_colours_the_marks_and_attributes_remain() {
    let mut ui = Ui::with(&[("shop:6669", &shop())], Theme::with_colours(false));
    let terminal = ui.draw(100, 20);
    let cells = terminal.backend().buffer().content();
    assert!(
        cells
            .iter()
            .all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset)
    );
    assert!(cells.iter().any(|cell| cell.symbol() == "‼"));
    assert!(
        cells
            .iter()
            .any(|cell| cell.modifier.contains(Modifier::BOLD))
    );
}

#[test]
fn a_program_that_records_less_is_told_how_to_record_more() {
    let mut sample = shop();
    assert!(!Ui::new(&sample).shows("TASKMON_LEVEL"));
    sample.model.program.as_mut().unwrap().level = Level::Tasks;
    assert!(Ui::new(&sample).shows("TASKMON_LEVEL=channels"));
}

#[test]
fn every_view_says_its_keys_and_they_do_what_it_says() {
    let mut ui = Ui::new(&shop());
    ui.act(&[Action::Help]);
    assert!(ui.shows("pause this viewer") && ui.shows("sort the other way round"));
    ui.act(&[Action::Back]);
    assert!(!ui.shows("pause this viewer"));
    for (key, action) in [
        ("d", Action::Stacks),
        ("f", Action::Frames),
        ("c", tab("Channels")),
        ("Tab", Action::NextTab),
        ("Enter", Action::Open),
    ] {
        assert_eq!(ui.app.action_of(key.parse().unwrap()), Some(action));
    }
    ui.act(&[tab("Channels"), Action::Help]);
    assert!(!ui.shows("sort the other way round"));
    let quit: Key = "Ctrl-C".parse().unwrap();
    ui.act(&[ui.app.action_of(quit).unwrap()]);
    assert!(ui.app.quits());
}

#[test]
fn of_a_large_program_the_screen_shows_what_there_is_until_its_rows_are_in_order() {
    let mut sample = shop();
    for id in 10..3_000 {
        sample.task(id);
    }
    let mut ui = Ui::new(&sample);
    assert!(ui.shows("2993 tasks") && !ui.shows("no task is"));
    ui.settle();
    ui.act(&[Action::Down, Action::Beside]);
    assert!(ui.shows("┌ task 2 ─"), "the stuck one is first");
}
