//! Finds the subscriber with taskmon in it, or installs one.

use std::sync::{Mutex, PoisonError};

use taskmon_subscriber::in_process::{self, Installed, Tables};
use tokio::runtime::{Handle, RuntimeFlavor};
use tracing::Subscriber;

/// Why there is no guard. A test must fail then: one that passes without having looked
/// is worse than none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InstallError {
    #[error(
        "the test guard sees no tasks: this test was built without `--cfg tokio_unstable`, so \
         Tokio tells nothing of its tasks. Put it into .cargo/config.toml:\n\n    \
         [build]\n    rustflags = [\"--cfg\", \"tokio_unstable\", \"-C\", \
         \"force-frame-pointers=yes\"]\n\nor into RUSTFLAGS, which goes before that file if it is \
         set"
    )]
    Stable,
    #[error(
        "the test guard sees no tasks: another tracing subscriber is installed, and taskmon is \
         not in it. Where that one is installed (`try_init`, `init`, `set_default`), hand it to \
         `taskmon::testing::init_with(subscriber)` instead, which puts taskmon around it and may \
         be called by every test"
    )]
    Other,
    #[error(
        "the test guard sees no tasks, though taskmon is in the subscriber: a filter of the \
         whole subscriber keeps Tokio's spans from it (attach it to your own layers by \
         `with_filter`), or a feature of the crate `tracing` such as `max_level_info` has \
         removed them from the build"
    )]
    Silent,
    #[error(
        "the test guard would not see all tasks: the subscriber with taskmon in it is set for \
         this thread only, and this runtime has others. Install it for the whole process: \
         `taskmon::testing::init_with(subscriber)`"
    )]
    OneThread,
}

/// Installs `subscriber` for the whole process with taskmon around it, unless a
/// subscriber with taskmon in it is installed already: every test of a process may call
/// it, and the first one counts. It takes the place of `try_init`.
///
/// # Panics
///
/// If another subscriber is installed, without taskmon.
#[track_caller]
pub fn init_with<S>(subscriber: S)
where
    S: Subscriber + Send + Sync + 'static,
{
    if let Err(error) = find_or(|| in_process::install(subscriber)) {
        panic!("{error}");
    }
}

/// The tables of this process, into which this thread's tasks are certain to be
/// written.
pub(super) fn tables() -> Result<Tables, InstallError> {
    if !cfg!(tokio_unstable) {
        return Err(InstallError::Stable);
    }
    let tables = find_or(in_process::install_alone)?;
    let probe = tables.probe();
    if !probe.tells_of_tasks {
        return Err(InstallError::Silent);
    }
    let flavor = Handle::try_current().map(|handle| handle.runtime_flavor());
    let one_thread = matches!(flavor, Ok(RuntimeFlavor::CurrentThread));
    if !one_thread && !probe.on_all_threads {
        return Err(InstallError::OneThread);
    }
    Ok(tables)
}

/// What is installed, by `install` if nothing was.
fn find_or(install: impl FnOnce() -> bool) -> Result<Tables, InstallError> {
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Installed::Nobody = Installed::here() {
        // If it fails, someone else was quicker: who is seen below.
        install();
    }
    match Installed::here() {
        Installed::Taskmon(tables) => Ok(tables),
        Installed::Other | Installed::Nobody => Err(InstallError::Other),
    }
}
