//! The demo's program, in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{self, Command, Stdio};

use super::DemoError;
use crate::client::Target;

/// The process. It ends with this value, and with the process that has it,
/// however that ends: its standard input closes.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    target: Target,
}

impl Child {
    /// Starts it and waits for its address.
    ///
    /// # Errors
    ///
    /// If it cannot be started; what it has to say is on standard error.
    pub fn start(fixed: bool) -> Result<Self, DemoError> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["demo", "--headless", "--until-stdin-closes"]);
        if fixed {
            command.arg("--fixed");
        }
        // They are about other programs.
        for variable in [
            "TASKMON_BIND",
            "TASKMON_TOKEN",
            "TASKMON_TOKEN_FILE",
            "TASKMON_TLS_CERT",
            "TASKMON_TLS_KEY",
            "TASKMON_TLS_CLIENT_CA",
        ] {
            command.env_remove(variable);
        }
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        // Closed from here on: what it says later would be written across the UI.
        let mut errors = process.stderr.take();
        if let Ok(target) = line.trim().parse() {
            return Ok(Child { process, target });
        }
        let _ = process.kill();
        let _ = process.wait();
        let mut said = String::new();
        if let Some(errors) = &mut errors {
            let _ = errors.take(1_000).read_to_string(&mut said);
        }
        let last = said.lines().next_back().unwrap_or("it says nothing");
        Err(DemoError::Child(last.to_owned()))
    }

    /// Where its telemetry listens.
    pub fn target(&self) -> &Target {
        &self.target
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
