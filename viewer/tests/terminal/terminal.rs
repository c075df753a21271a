//! A terminal in memory, with the command on it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Instant;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Termios, Winsize, tcgetattr, tcsetwinsize};
use vt100::{MouseProtocolMode, Parser, Screen};

use crate::support::DEADLINE;

/// What a program has asked of the terminal beside showing text.
#[derive(Default)]
struct Asked(Vec<String>);

impl vt100::Callbacks for Asked {
    fn audible_bell(&mut self, _: &mut Screen) {
        self.0.push("a bell".to_owned());
    }

    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        self.0.push(format!("the title {title:?}"));
    }

    fn unhandled_char(&mut self, _: &mut Screen, character: char) {
        self.0.push(format!("the character {character:?}"));
    }

    fn unhandled_control(&mut self, _: &mut Screen, control: u8) {
        self.0.push(format!("the control character {control:#x}"));
    }
}

/// What is on the terminal, and all that was ever sent to it.
struct Shown {
    parser: Parser<Asked>,
    sent: Vec<u8>,
    coloured: bool,
}

/// A terminal, and perhaps the command that it shows.
pub struct Terminal {
    /// The end at which a user sits.
    user: File,
    /// The end that the command has; kept, so that it can be looked at afterwards.
    command: OwnedFd,
    before: Termios,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    variables: BTreeMap<String, String>,
    child: Option<Child>,
}

fn size(width: u16, height: u16) -> (NonZeroU16, NonZeroU16) {
    let at_least_one = |cells| NonZeroU16::new(cells).unwrap();
    (at_least_one(height), at_least_one(width))
}

impl Terminal {
    pub fn open(width: u16, height: u16) -> Terminal {
        let user = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&user).unwrap();
        unlockpt(&user).unwrap();
        let name = ptsname(&user, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let command = rustix::fs::open(name, flags, Mode::empty()).unwrap();
        let (rows, columns) = size(width, height);
        let shown = Shown {
            parser: Parser::new_with_callbacks(rows, columns, 0, Asked::default()),
            sent: Vec::new(),
            coloured: false,
        };
        let shown = Arc::new((Mutex::new(shown), Condvar::new()));
        let user = File::from(user);
        show(user.try_clone().unwrap(), Arc::clone(&shown));
        let variables = [
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LC_ALL", "C.UTF-8"),
            // A file with nothing in it.
            ("TASKMON_CONFIG", "/dev/null"),
        ];
        let mut terminal = Terminal {
            before: tcgetattr(&command).unwrap(),
            user,
            command,
            shown,
            variables: variables
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            child: None,
        };
        terminal.set_size(width, height);
        terminal
    }

    /// Sets a variable for the command.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Runs the command on it.
    pub fn run(&mut self, args: &[&str]) {
        let end = || Stdio::from(self.command.try_clone().unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskmon"));
        command
            .args(args)
            .env_remove("NO_COLOR")
            .env_remove("COLORFGBG")
            .envs(&self.variables)
            .stdin(end())
            .stdout(end())
            .stderr(end());
        // SAFETY: both are system calls that may be made between a fork and an exec.
        unsafe {
            command.pre_exec(|| {
                // As a shell does: the terminal is the command's own, and tells it of
                // another size.
                rustix::process::setsid()?;
                rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
                Ok(())
            });
        }
        self.child = Some(command.spawn().unwrap());
    }

    pub fn type_in(&mut self, keys: &str) {
        self.user.write_all(keys.as_bytes()).unwrap();
    }

    /// Makes it so large, as a user does with a window.
    pub fn resize(&mut self, width: u16, height: u16) {
        let (rows, columns) = size(width, height);
        self.shown.0.lock().unwrap().parser.set_size(rows, columns);
        self.set_size(width, height);
    }

    fn set_size(&mut self, width: u16, height: u16) {
        let size = Winsize {
            ws_row: height,
            ws_col: width,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(self.user.as_fd(), size).unwrap();
    }

    /// The text on the screen.
    pub fn screen(&self) -> String {
        self.shown.0.lock().unwrap().parser.screen().contents()
    }

    /// Waits until the text on the screen is as it should be.
    pub fn until(&self, what: &str, condition: impl Fn(&str) -> bool) {
        self.until_shown(what, |shown| condition(&shown.parser.screen().contents()));
    }

    /// Does something, and waits until the command sends something to be drawn.
    pub fn until_drawn_after(&mut self, act: impl FnOnce(&mut Self)) {
        let so_far = self.sent().len();
        act(self);
        self.until_shown("a drawing", |shown| shown.sent.len() > so_far);
    }

    fn until_shown(&self, what: &str, condition: impl Fn(&Shown) -> bool) {
        let (shown, changed) = &*self.shown;
        let deadline = Instant::now() + DEADLINE;
        let mut shown = shown.lock().unwrap();
        while !condition(&shown) {
            let left = deadline.saturating_duration_since(Instant::now());
            let screen = shown.parser.screen().contents();
            assert!(!left.is_zero(), "in vain for {what}:\n{screen}");
            shown = changed.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Whether the command has the whole screen, the mouse, and each key as it is typed.
    pub fn is_taken(&self) -> bool {
        let shown = self.shown.0.lock().unwrap();
        let screen = shown.parser.screen();
        let modes = tcgetattr(&self.command).unwrap().local_modes;
        screen.alternate_screen()
            && screen.hide_cursor()
            && screen.mouse_protocol_mode() != MouseProtocolMode::None
            && !modes.intersects(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Sends the signal with which a system tells a process to end.
    pub fn tell_to_end(&self) {
        let child = self.child.as_ref().unwrap();
        let id = rustix::process::Pid::from_child(child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    /// Waits for the command's end; gives its exit code.
    pub fn end(&mut self) -> Option<i32> {
        let deadline = Instant::now() + DEADLINE;
        let mut child = self.child.take().unwrap();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status.code();
            }
            if Instant::now() > deadline {
                child.kill().unwrap();
                panic!("it did not end:\n{}", self.screen());
            }
            thread::yield_now();
        }
    }

    /// What the command had of the terminal is given back, to the last setting.
    pub fn assert_given_back(&self) {
        self.until_shown("the terminal to be given back", |shown| {
            let screen = shown.parser.screen();
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == MouseProtocolMode::None
        });
        let after = tcgetattr(&self.command).unwrap();
        assert_eq!(
            (after.input_modes, after.output_modes),
            (self.before.input_modes, self.before.output_modes)
        );
        assert_eq!(
            (after.control_modes, after.local_modes),
            (self.before.control_modes, self.before.local_modes)
        );
    }

    /// Whether `text` was ever sent, as it is.
    pub fn was_sent(&self, text: &str) -> bool {
        let sent = self.sent();
        let mut windows = sent.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    }

    /// All that was sent.
    pub fn sent(&self) -> Vec<u8> {
        self.shown.0.lock().unwrap().sent.clone()
    }

    /// What the terminal was asked for beside text on it.
    pub fn asked_for(&self) -> Vec<String> {
        self.shown.0.lock().unwrap().parser.callbacks().0.clone()
    }

    /// Whether anything was ever in colour.
    pub fn has_coloured(&self) -> bool {
        self.shown.0.lock().unwrap().coloured
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Shows what comes, until nothing can come any more.
fn show(mut from: File, shown: Arc<(Mutex<Shown>, Condvar)>) {
    thread::spawn(move || {
        let mut bytes = [0; 4_096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let mut changed = shown.0.lock().unwrap();
            let shown_now = &mut *changed;
            shown_now.parser.process(&bytes[..count]);
            shown_now.sent.extend(&bytes[..count]);
            let screen = shown_now.parser.screen();
            let (rows, columns) = screen.size();
            shown_now.coloured |= (0..rows.get()).any(|row| {
                (0..columns.get()).any(|column| {
                    let cell = screen.cell(row, column);
                    cell.is_some_and(|cell| {
                        let default = vt100::Color::Default;
                        cell.fgcolor() != default || cell.bgcolor() != default
                    })
                })
            });
            drop(changed);
            shown.1.notify_all();
        }
    });
}
