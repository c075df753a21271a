//! Whatever is typed and clicked, on whatever there is to see, in any size.

use ratatui::crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::samples::{busy, empty, end};
use super::*;
use crate::model::TaskEnd;

/// Numbers that look random and are the same each time; by Marsaglia's xorshift.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.next(all.len())]
    }

    fn key(&mut self) -> KeyEvent {
        const NAMED: [KeyCode; 16] = [
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Enter,
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::BackTab,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::PageUp,
            KeyCode::PageDown,
            KeyCode::Backspace,
            KeyCode::F(1),
        ];
        match self.next(3) {
            0 => KeyEvent::from(self.of(&NAMED)),
            1 => {
                let letter = char::from(b'!' + self.next(94) as u8);
                KeyEvent::from(KeyCode::Char(letter))
            }
            _ => {
                let keys: Vec<char> = "/tvdfyCacT123456789<>+-*rjkhlgG? ü".chars().collect();
                let key = KeyCode::Char(self.of(&keys));
                match self.next(20) {
                    0 => KeyEvent::new(key, KeyModifiers::CONTROL),
                    _ => KeyEvent::from(key),
                }
            }
        }
    }

    fn mouse(&mut self, (width, height): (u16, u16)) -> MouseEvent {
        let left = MouseButton::Left;
        MouseEvent {
            kind: self.of(&[
                MouseEventKind::Down(left),
                MouseEventKind::Down(left),
                MouseEventKind::Up(left),
                MouseEventKind::ScrollDown,
                MouseEventKind::ScrollUp,
                MouseEventKind::Moved,
            ]),
            // Also outside, as after a change of the size.
            column: self.next(usize::from(width) + 3) as u16,
            row: self.next(usize::from(height) + 3) as u16,
            modifiers: KeyModifiers::NONE,
        }
    }
}

const SIZES: [(u16, u16); 9] = [
    (1, 1),
    (2, 2),
    (5, 40),
    (40, 5),
    (20, 10),
    (80, 24),
    (120, 36),
    (200, 60),
    (300, 2),
];

/// Types and clicks, and looks at what is seen after each time.
fn walk(seed: u64, steps: usize, ui: &mut Ui, mut change: impl FnMut(&mut Ui, usize)) {
    let mut numbers = Numbers(seed);
    let mut size = (80, 24);
    for step in 0..steps {
        let now = Instant::now();
        let event = match numbers.next(10) {
            0 => {
                size = numbers.of(&SIZES);
                Event::Resize(size.0, size.1)
            }
            1 | 2 => Event::Mouse(numbers.mouse(size)),
            3 => Event::Paste("pasted \u{1b}[2J\n".to_owned()),
            _ => Event::Key(numbers.key()),
        };
        // Nothing is to be written to a disk here.
        if ui.app.file.name.is_some() {
            ui.app.take(&Event::Key(KeyCode::Esc.into()), now);
        }
        ui.app.take(&event, now);
        change(ui, step);
        ui.app.look();
        ui.draw(size.0, size.1);
    }
}

#[test]
fn on_a_program_without_tasks() {
    for seed in 1..5 {
        walk(seed, 300, &mut Ui::new(&empty()), |_, _| {});
        walk(seed, 100, &mut Ui::of(&[]), |_, _| {});
        // Before the first picture.
        let mut ui = Ui::new(&Sample::new());
        ui.pictures[0].lock().unwrap().model = Arc::default();
        walk(seed, 100, &mut ui, |_, _| {});
    }
}

#[test]
fn on_a_program_whose_tasks_come_and_go() {
    for seed in 11..15 {
        let mut sample = busy();
        let mut ui = Ui::new(&sample);
        walk(seed, 400, &mut ui, |ui, step| {
            if step % 7 == 0 {
                sample.task(1_000 + step as u64);
                let oldest = sample.model.tasks.values().map(|task| task.tokio_id);
                if let Some(id) = oldest.min().filter(|_| step % 3 == 0) {
                    end(&mut sample, id, TaskEnd::Completed);
                }
                sample.pass(1);
                ui.update(&sample);
            }
        });
    }
}

#[test]
fn on_several_programs_of_which_some_are_down() {
    for seed in 21..24 {
        let mut ui = Ui::of(&[("a:1", &busy()), ("b:2", &empty()), ("a:1", &busy())]);
        walk(seed, 300, &mut ui, |ui, step| {
            if step % 11 == 0 {
                let link = match step % 2 {
                    0 => Link::Live,
                    _ => Link::Lost {
                        since: Instant::now(),
                        error: "gone\u{1b}".to_owned(),
                        retry_at: Instant::now(),
                    },
                };
                ui.link_one(step % 3, link);
            }
        });
    }
}
