//! Shows the tables to viewers, and their sums to Prometheus.
//!
//! It has a thread and a runtime of its own, which sleep until someone connects.
//! Nothing that happens here is recorded, and nothing here reaches the
//! application but through the tables.

mod access;
mod changes;
mod connection;
mod debug_info;
mod details;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod hello;
#[cfg(feature = "metrics")]
mod http;
mod listen;
#[cfg(feature = "metrics")]
mod metrics;
mod mute;
mod page;
mod prerequisites;
mod process;
mod reading;
mod sent;
mod service;
mod snapshot;
mod symbol_keeper;
mod to_wire;
mod turns;
#[cfg(unix)]
mod unix;
mod watch;

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing::dispatcher::WeakDispatch;

use crate::recorder::Recorder;
use crate::redact::Redaction;
use access::Access;
use connection::Connections;
use listen::Listener;
use mute::Mute;
use prerequisites::Prerequisites;
use service::TaskmonService;

pub(crate) use access::{AccessError, AccessSettings, TokenSetting};
pub(crate) use service::VIEWERS;
pub(crate) use snapshot::snapshot;

/// What the builder decided.
pub(crate) struct Settings {
    pub(crate) bind: String,
    pub(crate) interval: Duration,
    pub(crate) viewers: u32,
    pub(crate) access: Result<AccessSettings, AccessError>,
    pub(crate) redaction: Result<Redaction, String>,
    /// Whether the subscriber is installed already; else it will be at some time.
    pub(crate) installed: bool,
}

/// Why there is no server.
#[derive(Debug)]
pub(crate) enum StartError {
    /// The address makes no sense.
    Address(String),
    /// Everyone who reaches the address could look into the program.
    Open(String),
    /// What is wrong with the token.
    Access(AccessError),
    /// What is to be kept from leaving is not known.
    Redaction(String),
    /// It could not listen there.
    Listen { bind: String, source: io::Error },
    /// The thread or its runtime could not be made.
    Thread(io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StartError::Address(bind) => write!(
                f,
                "cannot listen on {bind:?}: an address is host:port or unix:/path; \
                 no viewer can connect"
            ),
            StartError::Open(bind) => write!(
                f,
                "does not listen on {bind}: everyone who reaches it could look into this \
                 program; no viewer can connect (set TASKMON_TOKEN_FILE, or TASKMON_TOKEN, \
                 which may be `generate`, or TASKMON_TLS_CLIENT_CA; or listen on 127.0.0.1 \
                 or a unix socket)"
            ),
            StartError::Access(error) => write!(f, "{error}; no viewer can connect"),
            StartError::Redaction(error) => write!(f, "{error}; no viewer can connect"),
            StartError::Listen { bind, source } => write!(
                f,
                "cannot listen on {bind}: {source}; no viewer can connect \
                 (TASKMON_BIND chooses another address)"
            ),
            StartError::Thread(source) => {
                write!(f, "cannot start the telemetry thread: {source}")
            }
        }
    }
}

/// Tells people something, once, where a program's messages go.
pub(crate) fn say(message: &str) {
    // Not `eprintln`, which panics if standard error is closed.
    use std::io::Write;
    let _ = writeln!(io::stderr().lock(), "taskmon: {message}");
}

/// Starts to listen, and the thread that serves. Gives the address for viewers.
pub(crate) fn start(
    recorder: Arc<Recorder>,
    dispatch: Arc<OnceLock<WeakDispatch>>,
    settings: Settings,
) -> Result<String, StartError> {
    let access = settings.access.map_err(StartError::Access)?;
    let access = Access::from_settings(access).map_err(StartError::Access)?;
    let redaction = settings.redaction.map_err(StartError::Redaction)?;
    let (listener, address) = Listener::bind(&settings.bind, &access)?;
    let serving = Serving {
        interval: settings.interval,
        viewers: settings.viewers,
        redaction,
        installed: settings.installed,
        access: access.announced(),
        listener,
    };
    std::thread::Builder::new()
        .name("taskmon".to_owned())
        .spawn(move || {
            if let Err(error) = serve(recorder, dispatch, serving) {
                say(&format!("the telemetry thread has ended: {error}"));
            }
        })
        .map_err(StartError::Thread)?;
    Ok(address)
}

/// What the telemetry thread goes by.
struct Serving {
    interval: Duration,
    viewers: u32,
    redaction: Redaction,
    installed: bool,
    access: Access,
    listener: Listener,
}

/// Serves for as long as the program runs.
fn serve(
    recorder: Arc<Recorder>,
    dispatch: Arc<OnceLock<WeakDispatch>>,
    serving: Serving,
) -> io::Result<()> {
    let mute = Mute::new(dispatch);
    mute.start();
    let (at_park, at_unpark) = (mute.clone(), mute.clone());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_park(move || at_park.stop())
        .on_thread_unpark(move || at_unpark.start())
        .build()?;
    let prerequisites = Prerequisites::new(mute, runtime.handle().clone(), recorder.stacks.capture);
    if serving.installed || !cfg!(tokio_unstable) {
        prerequisites.missing();
    }
    let service = TaskmonService::new(recorder, serving.interval, serving.viewers, prerequisites)
        .redacted_by(serving.redaction);
    let connections = Connections::new(serving.access, service);
    runtime.block_on(serving.listener.serve(connections))
}
