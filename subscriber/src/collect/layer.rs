//! A plain layer, for those who compose by hand on a Registry.

use std::any::TypeId;
use std::sync::{Arc, OnceLock};

use tracing::dispatcher::WeakDispatch;
use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::callsites::{Callsite, Callsites, Inner};
use super::span_ids::SpanIds;
use crate::recorder::{Recorder, SpanKey, Table, WakerFields, WakerOf, WakerOp};
use crate::stack::Teller;
use crate::tables::Change;

/// Hands Tokio's spans and events in a Registry to the recorder.
pub(crate) struct TokioLayer {
    recorder: Arc<Recorder>,
    callsites: Arc<Callsites>,
    ids: SpanIds,
    dispatch: Arc<OnceLock<WeakDispatch>>,
}

/// Lets only Tokio's own callsites through to [`TokioLayer`], so that it changes
/// nothing for the layers beside it.
pub(crate) struct TokioOnly {
    callsites: Arc<Callsites>,
}

/// The layer and its filter, to be put together by `with_filter`.
pub(crate) fn layer(
    recorder: Arc<Recorder>,
    dispatch: Arc<OnceLock<WeakDispatch>>,
) -> (TokioLayer, TokioOnly) {
    let callsites = Arc::new(Callsites::new(recorder.level));
    let layer = TokioLayer {
        recorder,
        callsites: Arc::clone(&callsites),
        ids: SpanIds::new(),
        dispatch,
    };
    (layer, TokioOnly { callsites })
}

impl<S> Filter<S> for TokioOnly {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.callsites.wants(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.callsites.register(metadata, Inner::Never) {
            Callsite::Foreign => Interest::never(),
            _ => Interest::always(),
        }
    }
}

impl TokioLayer {
    fn key(&self, id: &Id) -> Option<SpanKey> {
        self.ids.get(id.into_u64())
    }
}

impl<S> Layer<S> for TokioLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        // The first one stays: there is one telemetry thread.
        let _ = self.dispatch.set(dispatch.downgrade());
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let (callsite, _) = self.callsites.look_up(attributes.metadata());
        let key = match callsite {
            Callsite::Spawn => self.recorder.new_task(attributes, 0),
            Callsite::Resource => self.recorder.new_resource(attributes, 0),
            Callsite::Operation => {
                let parent = attributes.parent().and_then(|parent| self.key(parent));
                self.recorder.new_operation(attributes, parent, 0)
            }
            _ => None,
        };
        let Some(key) = key else { return };
        let id = id.into_u64();
        self.ids.insert(id, key);
        if key.table() == Table::Task && self.ids.is_haunted(id) {
            self.recorder.doubt_wakers(key.slot());
        }
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        if let Some(key) = self.key(id) {
            self.recorder.enter(key);
        }
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        if let Some(key) = self.key(id) {
            self.recorder.exit(key);
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        let id = id.into_u64();
        let Some(key) = self.ids.get(id) else { return };
        if key.table() == Table::Task && self.recorder.has_wakers(key.slot()) {
            self.ids.haunt(id);
        }
        self.ids.remove(id);
        self.recorder.close(key);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (callsite, _) = self.callsites.look_up(event.metadata());
        dispatch_event(&self.recorder, &self.callsites, callsite, event, |id| {
            self.ids.get(id)
        });
    }

    // SAFETY: a pointer to `self` or a field for its own type.
    unsafe fn downcast_raw(&self, id: TypeId) -> Option<*const ()> {
        if id == TypeId::of::<Self>() {
            return Some(std::ptr::from_ref(self).cast());
        }
        // For `in_process`, which does not know how the subscriber is composed.
        (id == TypeId::of::<Arc<Recorder>>()).then(|| std::ptr::from_ref(&self.recorder).cast())
    }
}

/// Hands what happened to a waker to the recorder.
#[inline]
fn waker(
    recorder: &Recorder,
    event: &Event<'_>,
    op: WakerOp,
    key_of: impl FnOnce(u64) -> Option<SpanKey>,
) {
    let mut of = WakerOf::default();
    event.record(&mut of);
    if let Some(key) = key_of(of.span)
        && key.table() == Table::Task
    {
        recorder.waker(op, key.slot(), Teller::of(event));
    }
}

impl From<WakerOp> for Callsite {
    fn from(op: WakerOp) -> Self {
        match op {
            WakerOp::Clone => Callsite::WakerCloned,
            WakerOp::Drop => Callsite::WakerDropped,
            WakerOp::Wake => Callsite::Woken,
            WakerOp::WakeByRef => Callsite::WokenByRef,
        }
    }
}

/// Hands an event of Tokio's to the recorder. `key_of` tells the key of a span.
#[inline]
pub(super) fn dispatch_event(
    recorder: &Recorder,
    callsites: &Callsites,
    callsite: Callsite,
    event: &Event<'_>,
    key_of: impl FnOnce(u64) -> Option<SpanKey>,
) {
    match callsite {
        Callsite::WakerCloned => waker(recorder, event, WakerOp::Clone, key_of),
        Callsite::WakerDropped => waker(recorder, event, WakerOp::Drop, key_of),
        Callsite::Woken => waker(recorder, event, WakerOp::Wake, key_of),
        Callsite::WokenByRef => waker(recorder, event, WakerOp::WakeByRef, key_of),
        Callsite::Waker => {
            let mut fields = WakerFields::default();
            event.record(&mut fields);
            let Some(op) = fields.op else { return };
            callsites.learn(event.metadata(), op.into());
            waker(recorder, event, op, key_of);
        }
        Callsite::PollOp => recorder.poll_op(event),
        Callsite::PermitsAdded => recorder.permits_added(),
        Callsite::Permits => match recorder.permits(event) {
            Change::Add => callsites.learn(event.metadata(), Callsite::PermitsAdded),
            Change::Sub => callsites.learn(event.metadata(), Callsite::Useless),
            Change::Set => {}
        },
        Callsite::StateUpdate => recorder.state_update(event),
        Callsite::Foreign
        | Callsite::Spawn
        | Callsite::Resource
        | Callsite::Operation
        | Callsite::Useless => {}
    }
}
