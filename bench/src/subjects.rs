//! The ways to watch a program.

use taskmon_subscriber::{Builder, Level};
use tracing::subscriber::NoSubscriber;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// A way to watch a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Tokio as most people build it: without the flags.
    Plain,
    /// With the flags, and nobody who listens. What a way to watch costs is counted
    /// from here.
    Floor,
    /// tracing-subscriber's Registry with a layer that does nothing.
    Registry,
    /// taskmon, level `tasks`.
    Tasks,
    /// taskmon, level `channels`, which is the default.
    Channels,
    /// The same, without taking stacks, which is no default.
    StacksOff,
    /// The same, with a viewer attached.
    Watched,
    /// taskmon, level `all`.
    All,
    /// taskmon's plain layer on a Registry, level `channels`.
    PlainLayer,
    /// console-subscriber, with its server running.
    Console,
}

impl Subject {
    /// All of them.
    pub const ALL: [Subject; 10] = [
        Subject::Plain,
        Subject::Floor,
        Subject::Registry,
        Subject::Tasks,
        Subject::Channels,
        Subject::StacksOff,
        Subject::Watched,
        Subject::All,
        Subject::PlainLayer,
        Subject::Console,
    ];

    /// Its name, on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Plain => "no flags",
            Subject::Floor => "flags, no subscriber",
            Subject::Registry => "Registry, no-op layer",
            Subject::Tasks => "taskmon tasks",
            Subject::Channels => "taskmon channels",
            Subject::StacksOff => "taskmon channels, stacks off",
            Subject::Watched => "taskmon channels, watched",
            Subject::All => "taskmon all",
            Subject::PlainLayer => "taskmon channels, plain layer",
            Subject::Console => "console-subscriber",
        }
    }

    /// The one with that name.
    pub fn named(name: &str) -> Option<Self> {
        Subject::ALL
            .into_iter()
            .find(|subject| subject.name() == name)
    }

    /// Installs it in this process. Gives the address for viewers, if it has one
    /// of ours.
    pub fn install(self) -> Option<String> {
        let taskmon = |level, stacks| {
            let builder = Builder::new().bind("127.0.0.1:0");
            let builder = builder.level(level).stacks(stacks);
            let telemetry = builder.init_with(NoSubscriber::default());
            telemetry.address().map(str::to_owned)
        };
        match self {
            Subject::Plain | Subject::Floor => None,
            Subject::Registry => {
                let layer = NoOp.with_filter(filter_fn(is_tokios));
                tracing_subscriber::registry().with(layer).init();
                None
            }
            Subject::Tasks => taskmon(Level::Tasks, true),
            Subject::Channels | Subject::Watched => taskmon(Level::Channels, true),
            Subject::StacksOff => taskmon(Level::Channels, false),
            Subject::All => taskmon(Level::All, true),
            Subject::PlainLayer => {
                let (layer, telemetry) = Builder::new().bind("127.0.0.1:0").layer();
                tracing_subscriber::registry().with(layer).init();
                telemetry.address().map(str::to_owned)
            }
            Subject::Console => {
                let layer = console_subscriber::ConsoleLayer::builder()
                    .server_addr(([127, 0, 0, 1], 0))
                    .spawn();
                tracing_subscriber::registry().with(layer).init();
                None
            }
        }
    }
}

struct NoOp;

impl<S: Subscriber> Layer<S> for NoOp {}

/// What console-subscriber and taskmon at level `all` listen to, about.
fn is_tokios(metadata: &Metadata<'_>) -> bool {
    let module = metadata.module_path().unwrap_or_default();
    module == "tokio" || module.starts_with("tokio::")
}
