//! Puts a subject into the process that is measured.

use taskmon_subscriber::Builder;
use tracing::subscriber::NoSubscriber;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::Subject;
use super::empty::Empty;

impl Subject {
    /// Installs it in this process. Gives the address for viewers, if it has one
    /// of ours.
    pub fn install(self) -> Option<String> {
        match self {
            // The last two are in what is built: the runtime, the channels.
            Subject::Plain | Subject::Floor | Subject::Dial9 | Subject::Hotpath => None,
            Subject::Empty => {
                tracing::subscriber::set_global_default(Empty)
                    .expect("nothing else was installed in this process");
                None
            }
            Subject::Registry => {
                let layer = NoOp.with_filter(filter_fn(is_tokios));
                tracing_subscriber::registry().with(layer).init();
                None
            }
            Subject::Taskmon(taskmon) => {
                let builder = Builder::new().bind("127.0.0.1:0");
                let builder = builder.level(taskmon.level).stacks(!taskmon.no_stacks);
                let telemetry = builder.init_with(NoSubscriber::default());
                telemetry.address().map(str::to_owned)
            }
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
