//! This program once more, as a child that is asked line by line.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::Outcome;

/// The first argument of a child; the second is what it is to be.
pub const CHILD: &str = "--child";

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A child; it is killed when this is dropped.
#[derive(Debug)]
pub struct Child {
    role: String,
    process: std::process::Child,
    requests: ChildStdin,
    answers: Receiver<String>,
}

impl Child {
    /// Starts this program as `role`.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn start(role: &str, arguments: &[&str]) -> Outcome<Self> {
        let failed = |error| format!("cannot start the {role}: {error}");
        let mut process = Command::new(std::env::current_exe()?)
            .args([CHILD, role])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let pipes = (process.stdin.take(), process.stdout.take());
        let (Some(requests), Some(output)) = pipes else {
            return Err(format!("the {role} has no pipes").into());
        };
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { return };
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Child {
            role: role.to_owned(),
            process,
            requests,
            answers,
        })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to do something, and waits until it has.
    ///
    /// # Errors
    ///
    /// If it has ended, takes too long, or answers what makes no sense.
    pub fn ask<A: DeserializeOwned>(&mut self, request: &str) -> Outcome<A> {
        self.tell(request)?;
        self.answer()
    }

    /// Asks it to do something, and does not wait.
    ///
    /// # Errors
    ///
    /// If it has ended.
    pub fn tell(&mut self, request: &str) -> Outcome<()> {
        writeln!(self.requests, "{request}")
            .map_err(|error| format!("the {} cannot be asked: {error}", self.role).into())
    }

    /// Waits for its next answer.
    ///
    /// # Errors
    ///
    /// As [`Child::ask`].
    pub fn answer<A: DeserializeOwned>(&mut self) -> Outcome<A> {
        let role = &self.role;
        let line = match self.answers.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("the {role} has not answered for {PATIENCE:?}").into());
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(match self.process.wait() {
                    Ok(status) => format!("the {role} has ended: {status}"),
                    Err(error) => format!("the {role} has ended: {error}"),
                }
                .into());
            }
        };
        serde_json::from_str(&line)
            .map_err(|error| format!("the {role} said {line:?}: {error}").into())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// For a child: answers its driver.
///
/// # Errors
///
/// If the driver is gone.
pub fn tell_driver(answer: &impl serde::Serialize) -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, answer)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// For a child: what its driver asks, until that is gone.
pub fn requests() -> impl Iterator<Item = String> {
    std::io::stdin().lines().map_while(Result::ok)
}
