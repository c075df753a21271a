//! A program that a test is about runs in a process of its own, which is this test
//! binary again with the name of the test.

use std::fmt::Debug;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

/// Set in the process that is the program: the name of the test and its variant.
const PROGRAM: &str = "TASKMON_COUNTS_PROGRAM";
/// Stands before what the program says, to tell it from what the test harness says.
const SAYS: &str = "program says: ";
/// How long anything may take on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// A program that runs. It ends with this value.
pub struct Program {
    process: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts `main`, which is given `variant`, as the program of the test called
    /// `test`, with its path from the crate's root.
    pub fn start(test: &str, variant: &str, main: fn(&str)) -> Self {
        let asked = std::env::var(PROGRAM).unwrap_or_default();
        if let Some((name, variant)) = asked.split_once(' ')
            && name == test
        {
            main(variant);
            std::process::exit(0);
        }
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture", "--test-threads=1"])
            .env(PROGRAM, format!("{test} {variant}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Program {
            input: process.stdin.take().unwrap(),
            lines: BufReader::new(process.stdout.take().unwrap()).lines(),
            process,
        }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits for the next thing it says; `None` if it has ended.
    pub fn hear<T: FromStr<Err: Debug>>(&mut self) -> Option<T> {
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        lines.find_map(|line| Some(line.split_once(SAYS)?.1.parse().unwrap()))
    }

    /// Lets it go on from where it waits.
    pub fn go_on(&mut self) {
        writeln!(self.input).unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// In the program: says something to the test.
pub fn say(what: impl ToString) {
    println!("\n{SAYS}{}", what.to_string());
}

/// In the program: waits until the test lets it go on; ends if the test is over.
pub fn wait() {
    let mut one = [0];
    if std::io::stdin().lock().read_exact(&mut one).is_err() {
        std::process::exit(0);
    }
}

/// Waits until `condition` holds, and gives what it found.
pub fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < deadline, "in vain for {what}");
        thread::yield_now();
    }
}
