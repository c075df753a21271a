//! Keeps what the telemetry thread does out of every subscriber.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::runtime::Handle;
use tracing::dispatcher::{DefaultGuard, WeakDispatch, set_default, with_default};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_core::span::Current;

/// While it is on, this thread's spans and events go nowhere: neither into our
/// tables nor to the application's layers.
///
/// It is off while the thread sleeps, because a scoped dispatcher that is alive
/// takes the whole process off tracing's fast path.
#[derive(Clone)]
pub(super) struct Mute {
    subject: Arc<OnceLock<WeakDispatch>>,
    /// Made when it is first needed: once the subscriber is installed.
    silence: Arc<OnceLock<Dispatch>>,
}

thread_local! {
    static GUARD: Cell<Option<DefaultGuard>> = const { Cell::new(None) };
}

impl Mute {
    /// Mutes for the subscriber that `subject` will hold.
    pub(super) fn new(subject: Arc<OnceLock<WeakDispatch>>) -> Self {
        Mute {
            subject,
            silence: Arc::default(),
        }
    }

    /// On, if there is a subscriber yet.
    pub(super) fn start(&self) {
        let Some(silence) = self.silence() else {
            return;
        };
        // The former guard goes first: guards undo one another in order.
        drop(GUARD.take());
        GUARD.set(Some(set_default(silence)));
    }

    /// Whether Tokio tells of a task when one is spawned on `runtime`, and the
    /// subscriber wants to know; `None` if there is no subscriber yet.
    pub(super) fn tells_of_tasks(&self, runtime: &Handle) -> Option<bool> {
        let dispatch = self.silence()?;
        self.subject.get()?.upgrade()?;
        let silence = dispatch.downcast_ref::<Silence>()?;
        silence.asking.store(true, Ordering::Relaxed);
        with_default(dispatch, || drop(runtime.spawn(async {})));
        silence.asking.store(false, Ordering::Relaxed);
        Some(silence.told.load(Ordering::Relaxed))
    }

    fn silence(&self) -> Option<&Dispatch> {
        let subject = self.subject.get()?;
        Some(self.silence.get_or_init(|| {
            Dispatch::new(Silence {
                subject: subject.clone(),
                asking: AtomicBool::new(false),
                told: AtomicBool::new(false),
            })
        }))
    }

    /// Off.
    pub(super) fn stop(&self) {
        drop(GUARD.take());
    }
}

/// Takes nothing, and says of every callsite what the real subscriber says of it.
///
/// `Dispatch::none()` would not do: a callsite that is first met on this thread
/// would ask it alone, and be switched off for the whole program.
struct Silence {
    subject: WeakDispatch,
    /// While a task is spawned only to see whether its span arrives.
    asking: AtomicBool,
    /// Whether it did.
    told: AtomicBool,
}

impl Subscriber for Silence {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.subject.upgrade() {
            Some(subject) => subject.register_callsite(metadata),
            None => Interest::sometimes(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Asked only if the subscriber's own answer differs from time to time.
        self.asking.load(Ordering::Relaxed)
            && self
                .subject
                .upgrade()
                .is_some_and(|subject| subject.enabled(metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::OFF)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        if attributes.metadata().name() == "runtime.spawn" {
            self.told.store(true, Ordering::Relaxed);
        }
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event_enabled(&self, _: &Event<'_>) -> bool {
        false
    }

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn current_span(&self) -> Current {
        Current::none()
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::filter::LevelFilter;
    use tracing_subscriber::layer::{Layer, SubscriberExt};

    use super::*;
    use crate::builder::Level;
    use crate::collect::around::Around;
    use crate::collect::layer::layer;
    use crate::recorder::Recorder;

    fn recorder() -> Arc<Recorder> {
        Arc::new(Recorder::new(Level::Tasks, false))
    }

    /// Whether Tokio tells the subscriber that `make` makes of its tasks.
    fn tells(make: impl FnOnce(Arc<OnceLock<WeakDispatch>>) -> Dispatch) -> Option<bool> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.build().unwrap();
        let subject = Arc::default();
        let _subscriber = make(Arc::clone(&subject));
        Mute::new(subject).tells_of_tasks(runtime.handle())
    }

    #[test]
    fn what_keeps_tokios_spans_from_us_is_noticed() {
        let around = |subject| {
            let inner = tracing_subscriber::registry().with(LevelFilter::OFF);
            Dispatch::new(Around::new(inner, recorder(), subject))
        };
        assert_eq!(tells(around), Some(true));
        let filtered = |subject| {
            let (layer, filter) = layer(recorder(), subject);
            let registry = tracing_subscriber::registry().with(layer.with_filter(filter));
            Dispatch::new(registry.with(LevelFilter::INFO))
        };
        assert_eq!(tells(filtered), Some(false));
        assert_eq!(tells(|_| Dispatch::none()), None, "there is nobody to tell");
    }

    /// The whole program has one answer per callsite; what this thread meets first
    /// must not be switched off for all others.
    #[test]
    fn silence_here_is_not_silence_elsewhere() {
        let subject = Arc::default();
        let inner = tracing_subscriber::registry();
        let around = Dispatch::new(Around::new(inner, recorder(), Arc::clone(&subject)));
        let mute = Mute::new(subject);
        mute.start();
        let met = || tracing::info_span!("met first while muted");
        assert!(met().id().is_none_or(|id| id.into_u64() == 1));
        mute.stop();
        with_default(&around, || assert!(met().metadata().is_some()));
    }
}
