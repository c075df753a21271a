//! Watches programs for `taskmon check`, and gathers what was wrong in them.
//!
//! Targets come in, or a command that is started with the address at which its
//! processes are to open their ports; out comes one [`Report`], which the faces
//! under [`crate::faces::ci`] write. A [`Baseline`] says which findings are known.

mod baseline;
#[cfg(unix)]
mod command;
mod gather;
mod observed;
mod observer;
mod quiet;
mod report;
mod signals;
mod site_id;
mod sources;
mod stacks;
mod targets;

use std::sync::Arc;
use std::time::Duration;

pub use self::baseline::{Baseline, BaselineError};
#[cfg(unix)]
pub use self::command::{CommandError, run};
pub use self::report::{
    CommandEnd, CommandSeen, Finding, Hang, HungProgram, ProgramSeen, Report, Verdict,
};
pub use self::signals::{Signals, Told};
pub use self::site_id::SiteId;
pub use self::sources::Sources;
pub use self::targets::{Until, watch};

use crate::client::Credentials;
use crate::rules::AlertBook;

/// How programs are watched.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How often each program sends an update.
    pub interval: Duration,
    /// For how long a target that nobody listens at is tried again.
    pub connect_within: Duration,
    /// What is shown to the processes of a command; targets have their own.
    pub credentials: Arc<Credentials>,
    /// An empty book, with the rules to judge by.
    pub rules: AlertBook,
}
