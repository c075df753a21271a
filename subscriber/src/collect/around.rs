//! A subscriber around the application's own.
//!
//! Tokio's spans are kept in the recorder's tables and go no further, unless the
//! application's subscriber asks for them itself; everything else passes through
//! untouched, as if this were not here.

use std::any::TypeId;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tracing::dispatcher::WeakDispatch;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::callsites::{Callsite, Callsites, Inner};
use super::layer::dispatch_event;
use crate::recorder::{Recorder, SpanKey, Table};

/// The id of a span of Tokio's that found no room: of no table, and no one's.
const UNRECORDED: u64 = 1 << 50 | 3 << 51;

/// The application's subscriber, with taskmon around it.
///
/// It is a [`Subscriber`] to be installed in place of the one inside, which sees
/// exactly the spans and events that it would see alone. Made by
/// [`Builder::around`](crate::Builder::around).
pub struct Around<S> {
    inner: S,
    recorder: Arc<Recorder>,
    callsites: Callsites,
    /// Whether the inner subscriber ever took a span of Tokio's for itself.
    inner_has_spans: AtomicBool,
    dispatch: Arc<OnceLock<WeakDispatch>>,
}

impl<S> std::fmt::Debug for Around<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Around").finish_non_exhaustive()
    }
}

/// Who knows a span id.
enum Owner {
    /// The recorder; and the inner subscriber by this id, if it is not 0.
    Ours(SpanKey, u64),
    /// Nobody: it found no room.
    Nobody,
    /// The inner subscriber.
    Inner,
}

impl<S: Subscriber> Around<S> {
    pub(crate) fn new(
        inner: S,
        recorder: Arc<Recorder>,
        dispatch: Arc<OnceLock<WeakDispatch>>,
    ) -> Self {
        Around {
            inner,
            callsites: Callsites::new(recorder.level),
            recorder,
            inner_has_spans: AtomicBool::new(false),
            dispatch,
        }
    }

    #[inline]
    fn owner(&self, id: &Id) -> Owner {
        let Some(key) = SpanKey::from_id(id.into_u64()) else {
            return match id.into_u64() {
                UNRECORDED => Owner::Nobody,
                _ => Owner::Inner,
            };
        };
        if !self.inner_has_spans.load(Ordering::Relaxed) {
            return Owner::Ours(key, 0);
        }
        match self.recorder.inner_span(key) {
            Some(inner) => Owner::Ours(key, inner),
            // Not one of ours after all: a subscriber that is no Registry may
            // give any id.
            None => Owner::Inner,
        }
    }

    /// The span, if it is one of ours and surely no one else's: the usual case, and
    /// the one that has to be quick.
    #[inline]
    fn only_ours(&self, id: &Id) -> Option<SpanKey> {
        SpanKey::from_id(id.into_u64()).filter(|_| !self.inner_has_spans.load(Ordering::Relaxed))
    }

    #[inline(never)]
    fn enter_inner_too(&self, span: &Id) {
        match self.owner(span) {
            Owner::Ours(key, inner) => {
                self.recorder.enter(key);
                if inner != 0 {
                    self.inner.enter(&Id::from_u64(inner));
                }
            }
            Owner::Nobody => {}
            Owner::Inner => self.inner.enter(span),
        }
    }

    #[inline(never)]
    fn exit_inner_too(&self, span: &Id) {
        match self.owner(span) {
            Owner::Ours(key, inner) => {
                if inner != 0 {
                    self.inner.exit(&Id::from_u64(inner));
                }
                self.recorder.exit(key);
            }
            Owner::Nobody => {}
            Owner::Inner => self.inner.exit(span),
        }
    }

    #[inline(never)]
    fn clone_inner_span(&self, span: &Id) -> Id {
        match self.owner(span) {
            Owner::Ours(key, _) => {
                self.add_reference(key);
                span.clone()
            }
            Owner::Nobody => span.clone(),
            Owner::Inner => self.inner.clone_span(span),
        }
    }

    #[inline(never)]
    fn try_close_inner_too(&self, span: Id) -> bool {
        match self.owner(&span) {
            Owner::Ours(key, inner) => {
                let last = self.take_reference(key);
                if last {
                    self.recorder.close(key);
                    if inner != 0 {
                        self.inner.try_close(Id::from_u64(inner));
                    }
                }
                last
            }
            Owner::Nobody => false,
            Owner::Inner => self.inner.try_close(span),
        }
    }

    #[inline]
    fn add_reference(&self, key: SpanKey) {
        if let Some(references) = self.recorder.references(key) {
            references.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// True if it was the last.
    #[inline]
    fn take_reference(&self, key: SpanKey) -> bool {
        self.recorder.references(key).is_some_and(|references| {
            // Who has the only handle is the only one who could make another.
            references.load(Ordering::Acquire) == 1
                || references.fetch_sub(1, Ordering::AcqRel) == 1
        })
    }

    /// The id by which the inner subscriber knows a span, if it does.
    fn inner_id(&self, id: &Id) -> Option<Id> {
        match self.owner(id) {
            Owner::Ours(_, 0) | Owner::Nobody => None,
            Owner::Ours(_, inner) => Some(Id::from_u64(inner)),
            Owner::Inner => Some(id.clone()),
        }
    }

    /// Whether the inner subscriber wants what `metadata` describes. With its
    /// interest at "sometimes" it has to be asked each time.
    #[inline]
    fn inner_wants(&self, inner: Inner, metadata: &Metadata<'_>) -> bool {
        match inner {
            Inner::Never => false,
            Inner::Sometimes => self.inner.enabled(metadata),
            Inner::Always => true,
        }
    }

    /// A span of the inner subscriber's. Its parent, if it has one that is
    /// ours, is what the inner subscriber calls that.
    fn new_inner_span(&self, attributes: &Attributes<'_>) -> Id {
        let Some(parent) = attributes.parent() else {
            return self.inner.new_span(attributes);
        };
        match self.inner_id(parent) {
            Some(same) if same == *parent => self.inner.new_span(attributes),
            Some(parent) => self.inner.new_span(&Attributes::child_of(
                parent,
                attributes.metadata(),
                attributes.values(),
            )),
            None => self.inner.new_span(&Attributes::new_root(
                attributes.metadata(),
                attributes.values(),
            )),
        }
    }

    fn new_own_span(&self, callsite: Callsite, inner: Inner, attributes: &Attributes<'_>) -> Id {
        let mut inner_span = 0;
        if self.inner_wants(inner, attributes.metadata()) {
            inner_span = self.new_inner_span(attributes).into_u64();
            self.inner_has_spans.store(true, Ordering::Relaxed);
        }
        let key = match callsite {
            Callsite::Spawn => self.recorder.new_task(attributes, inner_span),
            Callsite::Resource => self.recorder.new_resource(attributes, inner_span),
            Callsite::Operation => {
                let parent = attributes
                    .parent()
                    .and_then(|parent| SpanKey::from_id(parent.into_u64()));
                self.recorder.new_operation(attributes, parent, inner_span)
            }
            _ => None,
        };
        Id::from_u64(match (key, inner_span) {
            (Some(key), _) => key.to_id(),
            (None, 0) => UNRECORDED,
            (None, inner_span) => inner_span,
        })
    }
}

impl<S: Subscriber> Subscriber for Around<S> {
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        // The first one stays: there is one telemetry thread.
        let _ = self.dispatch.set(dispatch.downgrade());
        self.inner.on_register_dispatch(dispatch);
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let mut interest = self.inner.register_callsite(metadata);
        // Tracing itself would keep from the inner subscriber what is beyond
        // its hint, were it not for ours.
        if self
            .inner
            .max_level_hint()
            .is_some_and(|most| metadata.level() > &most)
        {
            interest = Interest::never();
        }
        match self.callsites.register(metadata, Inner::from(&interest)) {
            Callsite::Foreign => interest,
            _ => Interest::always(),
        }
    }

    #[inline]
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.callsites.wants(metadata) || self.inner.enabled(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        match self.callsites.look_up(attributes.metadata()) {
            (Callsite::Foreign, _) => self.new_inner_span(attributes),
            (callsite, inner) => self.new_own_span(callsite, inner, attributes),
        }
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        if let Some(span) = self.inner_id(span) {
            self.inner.record(&span, values);
        }
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        if let (Some(span), Some(follows)) = (self.inner_id(span), self.inner_id(follows)) {
            self.inner.record_follows_from(&span, &follows);
        }
    }

    #[inline]
    fn event_enabled(&self, _: &Event<'_>) -> bool {
        // The inner subscriber is asked in `event`, where it is known whose the
        // event is.
        true
    }

    #[inline]
    fn event(&self, event: &Event<'_>) {
        let (callsite, inner) = self.callsites.look_up(event.metadata());
        if callsite == Callsite::Foreign {
            if self.inner.event_enabled(event) {
                self.inner.event(event);
            }
            return;
        }
        dispatch_event(
            &self.recorder,
            &self.callsites,
            callsite,
            event,
            SpanKey::from_id,
        );
        if self.inner_wants(inner, event.metadata()) && self.inner.event_enabled(event) {
            self.inner.event(event);
        }
    }

    #[inline]
    fn enter(&self, span: &Id) {
        match self.only_ours(span) {
            Some(key) => self.recorder.enter(key),
            None => self.enter_inner_too(span),
        }
    }

    #[inline]
    fn exit(&self, span: &Id) {
        match self.only_ours(span) {
            Some(key) => self.recorder.exit(key),
            None => self.exit_inner_too(span),
        }
    }

    #[inline]
    fn clone_span(&self, span: &Id) -> Id {
        match self.only_ours(span) {
            Some(key) => {
                self.add_reference(key);
                span.clone()
            }
            None => self.clone_inner_span(span),
        }
    }

    #[inline]
    fn try_close(&self, span: Id) -> bool {
        match self.only_ours(&span) {
            Some(key) => {
                let last = self.take_reference(key);
                if last {
                    self.recorder.close(key);
                }
                last
            }
            None => self.try_close_inner_too(span),
        }
    }

    fn current_span(&self) -> Current {
        self.inner.current_span()
    }

    // SAFETY: a pointer to `self` or a field for its own type, else what the inner
    // subscriber gives by the same contract.
    unsafe fn downcast_raw(&self, id: TypeId) -> Option<*const ()>
    where
        Self: Sized,
    {
        if id == TypeId::of::<Self>() {
            return Some(std::ptr::from_ref(self).cast());
        }
        // For `in_process`, which does not know of what type `S` is.
        if id == TypeId::of::<Arc<Recorder>>() {
            return Some(std::ptr::from_ref(&self.recorder).cast());
        }
        // SAFETY: by the contract of this very function.
        unsafe { self.inner.downcast_raw(id) }
    }
}

impl Recorder {
    /// How many handles of a span there are.
    #[inline]
    fn references(&self, key: SpanKey) -> Option<&AtomicU32> {
        match key.table() {
            Table::Task => self.tasks.get(key.slot()).map(|slot| &slot.references),
            Table::Operation => self.operations.get(key.slot()).map(|slot| &slot.references),
            Table::Resource => self.resources.get(key.slot()).map(|slot| &slot.references),
        }
    }

    /// The inner subscriber's id for a span; 0 if it has none.
    fn inner_span(&self, key: SpanKey) -> Option<u64> {
        let inner = match key.table() {
            Table::Task => &self.tasks.get(key.slot())?.inner_span,
            Table::Operation => &self.operations.get(key.slot())?.inner_span,
            Table::Resource => &self.resources.get(key.slot())?.inner_span,
        };
        Some(inner.load(Ordering::Relaxed))
    }
}
