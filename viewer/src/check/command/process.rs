//! The command's first process, and its group.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{CommandEnd, CommandError};
use crate::check::Told;
use crate::words::plain::plain;

/// How long processes that are told to end have for that.
const GRACE: Duration = Duration::from_secs(2);

/// The process that was started.
pub(super) struct Process {
    child: Child,
    /// Its id, which is that of its group if it leads one.
    pid: Option<Pid>,
    /// On a terminal it stays in the group of this process: it could not read
    /// from the terminal in one of its own. The terminal's Ctrl-C reaches it
    /// there without help.
    leads_group: bool,
}

impl Process {
    /// Starts `command` with `bind` as `TASKMON_BIND`.
    pub(super) fn start(command: &[OsString], bind: &OsString) -> Result<Self, CommandError> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(CommandError::System(io::ErrorKind::InvalidInput.into()));
        };
        let leads_group = !io::stdin().is_terminal();
        let mut command = Command::new(program);
        command.args(arguments).env("TASKMON_BIND", bind);
        if leads_group {
            command.process_group(0);
        }
        let name = || plain(&program.to_string_lossy()).into_owned();
        let child = command.spawn().map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => CommandError::NotFound(name()),
            _ => CommandError::CannotRun {
                command: name(),
                source,
            },
        })?;
        let pid = child
            .id()
            .and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
        Ok(Process {
            child,
            pid,
            leads_group,
        })
    }

    /// Waits for its end. It may be dropped before it is ready without loss.
    pub(super) async fn exited(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Passes on what this process was told.
    pub(super) fn tell(&self, told: Told) {
        match told {
            Told::Interrupt if !self.leads_group => {}
            Told::Interrupt => self.signal(Signal::INT),
            Told::Terminate => self.signal(Signal::TERM),
            Told::HangUp => self.signal(Signal::HUP),
        }
    }

    /// Tells all of the group to end, and ends by force what does not.
    pub(super) async fn kill(&mut self) {
        self.signal(Signal::TERM);
        // What is stopped would not hear of it.
        self.signal(Signal::CONT);
        let _ = timeout(GRACE, self.child.wait()).await;
        self.signal(Signal::KILL);
        let _ = timeout(GRACE, self.child.wait()).await;
    }

    fn signal(&self, signal: Signal) {
        let Some(pid) = self.pid else { return };
        // Nobody left to hear it is fine.
        let _ = match self.leads_group {
            true => kill_process_group(pid, signal),
            // Gone, its id may be another's.
            false if self.child.id().is_none() => Ok(()),
            false => kill_process(pid, signal),
        };
    }
}

/// How a process ended.
pub(super) fn end(status: ExitStatus) -> CommandEnd {
    match (status.code(), status.signal()) {
        (Some(code), _) => CommandEnd::Exited(u8::try_from(code).unwrap_or(u8::MAX)),
        (None, signal) => CommandEnd::Signalled(signal.unwrap_or_default()),
    }
}
