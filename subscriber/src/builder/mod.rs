//! How an application installs taskmon.

mod access;
mod redact;
mod variables;

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing::Subscriber;
use tracing::dispatcher::WeakDispatch;
use tracing::subscriber::SetGlobalDefaultError;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt as format};

use crate::collect::around::Around;
use crate::collect::layer;
use crate::recorder::Recorder;
use crate::redact::Redaction;
use crate::server::{self, AccessError, AccessSettings};
use variables::variable;

/// Where the telemetry server listens unless it is told otherwise.
const DEFAULT_BIND: &str = "127.0.0.1:6669";

/// How much is recorded. More costs more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Tasks and their wakers: every task's state and counters, and by their stacks
    /// what they wait for and where.
    Tasks,
    /// And what they wait on: channels with their capacity and receiver, locks
    /// and semaphores, timers.
    #[default]
    Channels,
    /// And every attribute that Tokio tells of a resource.
    All,
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "tasks" => Ok(Level::Tasks),
            "channels" => Ok(Level::Channels),
            "all" => Ok(Level::All),
            other => Err(format!(
                "the level is tasks, channels or all, not {other:?}"
            )),
        }
    }
}

/// Builds the layer and starts its server.
///
/// Settings are those given here. The variables `TASKMON_BIND`, `TASKMON_LEVEL`,
/// `TASKMON_INTERVAL`, `TASKMON_STACKS`, `TASKMON_MAX_VIEWERS`, `TASKMON_TOKEN`,
/// `TASKMON_TOKEN_FILE`, `TASKMON_TLS_CERT`, `TASKMON_TLS_KEY`, `TASKMON_TLS_CLIENT_CA` and
/// `TASKMON_REDACT` go before them, so that whoever runs a program decides without
/// rebuilding it. Nothing here panics or stops the program: what goes wrong is said once, on
/// standard error.
///
/// ```
/// use tracing_subscriber::layer::SubscriberExt;
///
/// // The program's own subscriber, as it was.
/// let own = tracing_subscriber::registry().with(tracing_subscriber::fmt::layer());
/// let telemetry = taskmon_subscriber::Builder::new()
///     .bind("127.0.0.1:0")
///     .init_with(own);
/// println!("taskmon {}", telemetry.address().expect("a free port"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is told to init"]
pub struct Builder {
    bind: String,
    level: Level,
    interval: Duration,
    stacks: bool,
    viewers: u32,
    access: AccessSettings,
    redaction: Redaction,
}

impl Default for Builder {
    fn default() -> Self {
        Builder::new()
    }
}

impl Builder {
    /// The defaults: `127.0.0.1:6669`, level `channels`, an update every second.
    pub fn new() -> Self {
        Builder {
            bind: DEFAULT_BIND.to_owned(),
            level: Level::default(),
            interval: Duration::from_secs(1),
            stacks: true,
            viewers: server::VIEWERS,
            access: AccessSettings::default(),
            redaction: Redaction::default(),
        }
    }

    /// Where to listen: `host:port` (port 0 takes a free one), or `unix:/path`
    /// for a socket that only this user can open. What others than this host can
    /// reach needs a token: see [`Builder::token_file`]. A path that ends with `/` is a
    /// folder, in which each process makes a socket of its own, called after its
    /// process id. `TASKMON_BIND` goes before it.
    pub fn bind(mut self, bind: impl Into<String>) -> Self {
        self.bind = bind.into();
        self
    }

    /// How much to record. `TASKMON_LEVEL` (`tasks`, `channels` or `all`) goes
    /// before it.
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// How often a viewer that does not say gets an update; between 50 ms and a
    /// minute. `TASKMON_INTERVAL` (in milliseconds) goes before it.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Whether to take the stack of each wait, which names it and shows every
    /// `.await` on the way there; it is taken unless this says otherwise.
    /// `TASKMON_STACKS` (`on` or `off`) goes before it.
    ///
    /// Built with `-C force-frame-pointers=yes`, a program takes a stack that is
    /// known in a fraction of a microsecond. Without, the unwinder takes several
    /// microseconds for each that is new, and at most one part in a hundred of a
    /// processor's time.
    pub fn stacks(mut self, stacks: bool) -> Self {
        self.stacks = stacks;
        self
    }

    /// How many viewers may be attached at once, of 1 to 256; the next is refused. 8
    /// unless this says otherwise. `TASKMON_MAX_VIEWERS` goes before it.
    pub fn max_viewers(mut self, viewers: u32) -> Self {
        self.viewers = viewers;
        self
    }

    /// Installs taskmon for the whole program, with a formatting layer for the
    /// program's own events; see [`crate::init`].
    pub fn init(self) -> Telemetry {
        let filter = EnvFilter::builder()
            .with_default_directive(LevelFilter::INFO.into())
            .from_env_lossy();
        self.init_with(tracing_subscriber::registry().with(format::layer().with_filter(filter)))
    }

    /// Installs taskmon for the whole program, around its own `subscriber`, which
    /// goes on to see exactly the spans and events that it would see alone.
    ///
    /// If the program has a global subscriber already, that one stays, nothing is
    /// recorded, and standard error says so.
    pub fn init_with<S>(self, subscriber: S) -> Telemetry
    where
        S: Subscriber + Send + Sync + 'static,
    {
        let parts = self.parts();
        let around = parts.around(subscriber);
        if tracing::subscriber::set_global_default(around).is_err() {
            server::say(
                "another tracing subscriber is installed already, so nothing is recorded; \
                 give that subscriber to `taskmon_subscriber::Builder::init_with` instead",
            );
            return Telemetry { address: None };
        }
        parts.start(true)
    }

    /// As [`Builder::init_with`], but leaves it to the caller to install what is
    /// returned: for one thread, or with more around it.
    pub fn around<S>(self, subscriber: S) -> (Around<S>, Telemetry)
    where
        S: Subscriber + Send + Sync + 'static,
    {
        let parts = self.parts();
        let around = parts.around(subscriber);
        (around, parts.start(false))
    }

    /// A plain layer for a `tracing_subscriber` Registry.
    ///
    /// Unlike with [`Builder::init_with`], Tokio's spans are in the Registry
    /// then, which costs more per task and poll, and other layers see them unless
    /// they have a filter of their own. A filter for the whole Registry (an
    /// `EnvFilter` added as a layer) keeps them from taskmon too: add it to the
    /// other layers instead.
    ///
    /// ```
    /// use tracing_subscriber::prelude::*;
    ///
    /// let (taskmon, _telemetry) = taskmon_subscriber::Builder::new()
    ///     .bind("127.0.0.1:0")
    ///     .layer();
    /// let own = tracing_subscriber::fmt::layer()
    ///     .with_filter(tracing_subscriber::filter::LevelFilter::INFO);
    /// tracing_subscriber::registry().with(taskmon).with(own).init();
    /// ```
    pub fn layer<S>(self) -> (impl Layer<S> + Send + Sync + 'static, Telemetry)
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync + 'static,
    {
        let parts = self.parts();
        let (layer, filter) =
            layer::layer(Arc::clone(&parts.recorder), Arc::clone(&parts.dispatch));
        (layer.with_filter(filter), parts.start(false))
    }

    /// As [`Builder::init_with`], but without a server, unless `TASKMON_BIND` asks for
    /// one. The error is that there is a global subscriber already.
    pub(crate) fn init_in_process<S>(self, subscriber: S) -> Result<(), SetGlobalDefaultError>
    where
        S: Subscriber + Send + Sync + 'static,
    {
        let parts = self.parts();
        tracing::subscriber::set_global_default(parts.around(subscriber))?;
        if std::env::var_os("TASKMON_BIND").is_some_and(|bind| !bind.is_empty()) {
            parts.start(true);
        }
        Ok(())
    }

    fn parts(mut self) -> Parts {
        if let Some(bind) = variable("TASKMON_BIND", |text| Ok(text.to_owned())) {
            self.bind = bind;
        }
        if let Some(level) = variable("TASKMON_LEVEL", Level::from_str) {
            self.level = level;
        }
        if let Some(millis) = variable("TASKMON_INTERVAL", |text| {
            u64::from_str(text).map_err(|_| "the interval is in milliseconds".to_owned())
        }) {
            self.interval = Duration::from_millis(millis);
        }
        if let Some(stacks) = variable("TASKMON_STACKS", |text| match text {
            "on" | "1" | "true" => Ok(true),
            "off" | "0" | "false" => Ok(false),
            other => Err(format!("stacks are on or off, not {other:?}")),
        }) {
            self.stacks = stacks;
        }
        if let Some(viewers) = variable("TASKMON_MAX_VIEWERS", |text| {
            u32::from_str(text).map_err(|_| "it is a number of viewers".to_owned())
        }) {
            self.viewers = viewers;
        }
        Parts {
            viewers: self.viewers,
            access: access::with_variables(self.access),
            redaction: redact::with_variable(self.redaction),
            recorder: Arc::new(Recorder::new(self.level, self.stacks)),
            dispatch: Arc::default(),
            bind: self.bind,
            interval: self.interval,
        }
    }
}

/// What a builder makes.
struct Parts {
    recorder: Arc<Recorder>,
    dispatch: Arc<OnceLock<WeakDispatch>>,
    bind: String,
    interval: Duration,
    viewers: u32,
    access: Result<AccessSettings, AccessError>,
    redaction: Result<Redaction, String>,
}

impl Parts {
    fn around<S: Subscriber>(&self, subscriber: S) -> Around<S> {
        let (recorder, dispatch) = (Arc::clone(&self.recorder), Arc::clone(&self.dispatch));
        Around::new(subscriber, recorder, dispatch)
    }

    fn start(self, installed: bool) -> Telemetry {
        let settings = server::Settings {
            bind: self.bind,
            interval: self.interval,
            viewers: self.viewers,
            access: self.access,
            redaction: self.redaction,
            installed,
        };
        match server::start(self.recorder, self.dispatch, settings) {
            Ok(address) => Telemetry {
                address: Some(address),
            },
            Err(error) => {
                server::say(&error.to_string());
                Telemetry { address: None }
            }
        }
    }
}

/// The telemetry of this program, as it was started.
///
/// It goes on for as long as the program runs, whether this is kept or not.
#[derive(Clone)]
pub struct Telemetry {
    address: Option<String>,
}

impl Telemetry {
    /// Where viewers connect to: `127.0.0.1:6669`, `https://127.0.0.1:6669` or
    /// `unix:/path`, with the port that was really taken. `None` if the server could not listen: standard
    /// error says why.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry")
            .field("address", &self.address)
            .finish()
    }
}
