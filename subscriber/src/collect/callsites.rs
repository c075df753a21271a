//! Which of the program's callsites are Tokio's, and what they tell.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use tracing::Metadata;
use tracing::subscriber::Interest;

use crate::builder::Level;

/// What a callsite of Tokio tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Callsite {
    /// None of Tokio's, or none that is wanted.
    Foreign = 0,
    Spawn = 1,
    /// A waker event, of which it is not known yet what happened.
    Waker = 2,
    Resource = 3,
    Operation = 4,
    PollOp = 5,
    /// A change of a semaphore's permits, of which it is not known yet which.
    Permits = 6,
    StateUpdate = 7,
    /// One of Tokio's that turned out to tell nothing of use.
    Useless = 8,
    /// A waker event of which it is known what happened: each of Tokio's callsites
    /// tells of one thing, always the same.
    WakerCloned = 9,
    WakerDropped = 10,
    Woken = 11,
    WokenByRef = 12,
    /// Likewise, permits that are given back.
    PermitsAdded = 13,
}

impl Callsite {
    /// What `metadata` is the callsite of, if it is wanted at `level`.
    fn classify(metadata: &Metadata<'_>, level: Level) -> Self {
        let module = metadata.module_path().unwrap_or_default();
        if module != "tokio" && !module.starts_with("tokio::") {
            return Callsite::Foreign;
        }
        let (callsite, wanted_from) = match (metadata.target(), metadata.name()) {
            ("tokio::task" | "tokio::task::blocking", "runtime.spawn") => {
                (Callsite::Spawn, Level::Tasks)
            }
            ("tokio::task::waker", _) if metadata.is_event() => (Callsite::Waker, Level::Tasks),
            (_, "runtime.resource") => (Callsite::Resource, Level::Channels),
            (_, "runtime.resource.async_op") => (Callsite::Operation, Level::Channels),
            ("runtime::resource::poll_op", _) => (Callsite::PollOp, Level::Channels),
            ("runtime::resource::state_update", _) if module == "tokio::sync::batch_semaphore" => {
                (Callsite::Permits, Level::Channels)
            }
            ("runtime::resource::state_update", _) => (Callsite::StateUpdate, Level::All),
            _ => return Callsite::Foreign,
        };
        if level >= wanted_from {
            callsite
        } else {
            Callsite::Foreign
        }
    }

    fn from_bits(bits: u32) -> Self {
        match bits {
            1 => Callsite::Spawn,
            2 => Callsite::Waker,
            3 => Callsite::Resource,
            4 => Callsite::Operation,
            5 => Callsite::PollOp,
            6 => Callsite::Permits,
            7 => Callsite::StateUpdate,
            8 => Callsite::Useless,
            9 => Callsite::WakerCloned,
            10 => Callsite::WakerDropped,
            11 => Callsite::Woken,
            12 => Callsite::WokenByRef,
            13 => Callsite::PermitsAdded,
            _ => Callsite::Foreign,
        }
    }
}

/// What the application's own subscriber thinks of a callsite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Inner {
    Never = 0,
    Sometimes = 1,
    Always = 2,
}

impl From<&Interest> for Inner {
    fn from(interest: &Interest) -> Self {
        if interest.is_never() {
            Inner::Never
        } else if interest.is_always() {
            Inner::Always
        } else {
            Inner::Sometimes
        }
    }
}

/// Tokio's own callsites that are wanted, by the address of their metadata; there
/// are about fifty.
pub(super) struct Callsites {
    level: Level,
    places: [Place; PLACES],
}

const PLACES: usize = 512;

#[derive(Default)]
struct Place {
    address: AtomicUsize,
    /// [`Callsite`], and [`Inner`] from [`INNER_SHIFT`] on.
    bits: AtomicU32,
}

const INNER_SHIFT: u32 = 8;

impl Callsites {
    pub(super) fn new(level: Level) -> Self {
        Callsites {
            level,
            places: std::array::from_fn(|_| Place::default()),
        }
    }

    /// Whether `metadata` is a callsite of Tokio's that is wanted.
    pub(super) fn wants(&self, metadata: &Metadata<'_>) -> bool {
        Callsite::classify(metadata, self.level) != Callsite::Foreign
    }

    /// Keeps what `metadata` is, and what the inner subscriber thinks of it.
    pub(super) fn register(&self, metadata: &'static Metadata<'static>, inner: Inner) -> Callsite {
        let callsite = Callsite::classify(metadata, self.level);
        if callsite == Callsite::Foreign {
            return callsite;
        }
        note_tokio_version(metadata);
        let address = address_of(metadata);
        for place in self.probe(address) {
            let found = match place.address.compare_exchange(
                0,
                address,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                Ok(_) => address,
                Err(other) => other,
            };
            if found == address {
                let bits = callsite as u32 | (inner as u32) << INNER_SHIFT;
                place.bits.store(bits, Ordering::Release);
                return callsite;
            }
        }
        callsite
    }

    /// What `metadata` is, and what the inner subscriber thinks of it.
    #[inline]
    pub(super) fn look_up(&self, metadata: &'static Metadata<'static>) -> (Callsite, Inner) {
        let address = address_of(metadata);
        for place in self.probe(address) {
            let found = place.address.load(Ordering::Acquire);
            if found == address {
                let bits = place.bits.load(Ordering::Acquire);
                if bits == 0 {
                    break;
                }
                let inner = match bits >> INNER_SHIFT {
                    0 => Inner::Never,
                    1 => Inner::Sometimes,
                    _ => Inner::Always,
                };
                return (Callsite::from_bits(bits & 0xFF), inner);
            }
            if found == 0 {
                break;
            }
        }
        self.look_closer(metadata)
    }

    /// What `metadata` is, if it is not in the table: one of the application's, or
    /// one of Tokio's that another thread is registering at this very moment.
    /// Tracing does not let the threads that come second wait for the first.
    #[inline]
    fn look_closer(&self, metadata: &Metadata<'_>) -> (Callsite, Inner) {
        match Callsite::classify(metadata, self.level) {
            Callsite::Foreign => (Callsite::Foreign, Inner::Always),
            tokios => (tokios, Inner::Sometimes),
        }
    }

    /// From now on `metadata` is known to be `callsite`: its events are read no
    /// further than is needed to know the rest.
    #[cold]
    pub(super) fn learn(&self, metadata: &'static Metadata<'static>, callsite: Callsite) {
        let address = address_of(metadata);
        for place in self.probe(address) {
            if place.address.load(Ordering::Acquire) == address {
                let inner = place.bits.load(Ordering::Relaxed) >> INNER_SHIFT << INNER_SHIFT;
                place.bits.store(callsite as u32 | inner, Ordering::Release);
                return;
            }
        }
    }

    #[inline]
    fn probe(&self, address: usize) -> impl Iterator<Item = &Place> {
        let start = address.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
        (0..PLACES).map(move |step| &self.places[(start + step) % PLACES])
    }
}

fn address_of(metadata: &'static Metadata<'static>) -> usize {
    std::ptr::from_ref(metadata).addr()
}

static TOKIO_VERSION: OnceLock<Option<String>> = OnceLock::new();

/// The version of tokio, as far as the path of its source told it; `None` before
/// the first of its callsites was seen.
pub(crate) fn tokio_version() -> Option<&'static str> {
    TOKIO_VERSION.get()?.as_deref()
}

/// Cargo keeps a registry's crates in folders named `tokio-1.54.1`.
fn note_tokio_version(metadata: &Metadata<'_>) {
    TOKIO_VERSION.get_or_init(|| {
        let file = metadata.file()?;
        let version = file
            .split(['/', '\\'])
            .find_map(|folder| folder.strip_prefix("tokio-"))?;
        version
            .starts_with(|first: char| first.is_ascii_digit())
            .then(|| version.to_owned())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata_of(span: &tracing::Span) -> &'static Metadata<'static> {
        span.metadata().unwrap()
    }

    /// Two threads may meet a callsite at once; the second must not lose its
    /// spans because the first is not done with registering it.
    #[test]
    fn a_callsite_that_is_not_registered_yet_is_known_all_the_same() {
        use std::sync::{Arc, Mutex};
        use tracing_subscriber::layer::{Layer, SubscriberExt};

        #[derive(Clone, Default)]
        struct Spawns(Arc<Mutex<Option<&'static Metadata<'static>>>>);
        impl<S: tracing::Subscriber> Layer<S> for Spawns {
            fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
                // Other tests register callsites with every dispatcher meanwhile, one
                // of them a span that looks like this one.
                let tokios = metadata
                    .module_path()
                    .is_some_and(|path| path.starts_with("tokio::"));
                if tokios
                    && metadata.name() == "runtime.spawn"
                    && metadata.target() == "tokio::task"
                {
                    *self.0.lock().unwrap() = Some(metadata);
                }
                Interest::always()
            }
        }
        let spawns = Spawns::default();
        let subscriber = tracing_subscriber::registry().with(spawns.clone());
        tracing::subscriber::with_default(subscriber, || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.build().unwrap();
            runtime.block_on(async { tokio::spawn(async {}).await.unwrap() });
        });
        let metadata = spawns.0.lock().unwrap().expect("a task was spawned");
        let callsites = Callsites::new(Level::Tasks);
        let unregistered = callsites.look_up(metadata);
        assert_eq!(unregistered, (Callsite::Spawn, Inner::Sometimes));
        callsites.register(metadata, Inner::Never);
        assert_eq!(callsites.look_up(metadata), (Callsite::Spawn, Inner::Never));
    }

    #[test]
    fn a_span_that_only_looks_like_tokios_is_foreign() {
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let span = tracing::trace_span!(target: "tokio::task", "runtime.spawn");
            let callsites = Callsites::new(Level::All);
            let metadata = metadata_of(&span);
            assert_eq!(
                callsites.register(metadata, Inner::Always),
                Callsite::Foreign
            );
            assert_eq!(
                callsites.look_up(metadata),
                (Callsite::Foreign, Inner::Always)
            );
        });
    }
}
