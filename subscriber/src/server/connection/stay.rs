//! How long a connection may stay.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

/// What each kind of client has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Until the first request is there, whole, and lets the client in: for all
    /// handshakes together.
    pub(super) newcomer: Duration,
    /// A client that does not speak gRPC, for all that it wants.
    pub(super) other: Duration,
    /// A viewer without a call.
    pub(super) idle: Duration,
    /// A viewer that takes nothing of what there is for it.
    pub(super) stalled: Duration,
}

impl Limits {
    pub(super) const USUAL: Limits = Limits {
        newcomer: Duration::from_secs(10),
        other: Duration::from_secs(60),
        idle: Duration::from_secs(30),
        // More than the longest interval between two updates.
        stalled: Duration::from_secs(180),
    };
}

/// What is known of one connection.
pub(super) struct Stay {
    begun: Instant,
    state: Mutex<State>,
}

struct State {
    client: Client,
    calls: u32,
    /// When a call began, sent something, or ended.
    active: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Newcomer,
    Other,
    Viewer,
}

impl Stay {
    pub(super) fn begin() -> Self {
        let begun = Instant::now();
        Stay {
            begun,
            state: Mutex::new(State {
                client: Client::Newcomer,
                calls: 0,
                active: begun,
            }),
        }
    }

    /// A request without gRPC was let in.
    pub(super) fn is_other(&self) {
        let mut state = self.state();
        if state.client == Client::Newcomer {
            state.client = Client::Other;
        }
    }

    /// A call of a viewer was let in. It lasts as long as what is returned.
    pub(super) fn call(self: &Arc<Self>) -> Call {
        let mut state = self.state();
        state.client = Client::Viewer;
        state.calls += 1;
        state.active = Instant::now();
        Call(Arc::clone(self))
    }

    /// Until when it may stay, if nothing else happens; `None` if it must go.
    pub(super) fn until(&self, limits: &Limits) -> Option<Instant> {
        let state = self.state();
        let until = match state.client {
            Client::Newcomer => self.begun + limits.newcomer,
            Client::Other => self.begun + limits.other,
            Client::Viewer if state.calls == 0 => state.active + limits.idle,
            // Whether it is idle is looked at as often.
            Client::Viewer if state.active.elapsed() < limits.stalled => {
                Instant::now() + limits.idle
            }
            Client::Viewer => return None,
        };
        (until > Instant::now()).then_some(until)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is under way.
pub(super) struct Call(Arc<Stay>);

impl Call {
    /// The answer, which takes the call with it to its end.
    pub(super) fn answered(self, body: Body) -> Body {
        Body::new(Answer { body, call: self })
    }

    fn active(&self) {
        self.0.state().active = Instant::now();
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.calls -= 1;
        state.active = Instant::now();
    }
}

/// The body of an answer.
struct Answer {
    body: Body,
    call: Call,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        // Asked for only when the client has room for it.
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.call.active();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is over at once, and what lasts.
    const NONE: Duration = Duration::ZERO;
    const LONG: Duration = Duration::from_secs(3_600);

    fn stays(stay: &Stay, newcomer: Duration, other: Duration, idle: Duration) -> bool {
        let limits = Limits {
            newcomer,
            other,
            idle,
            stalled: LONG,
        };
        stay.until(&limits).is_some()
    }

    #[test]
    fn each_kind_of_client_has_its_own_time() {
        let stay = Arc::new(Stay::begin());
        assert!(stays(&stay, LONG, NONE, NONE));
        assert!(!stays(&stay, NONE, LONG, LONG));
        stay.is_other();
        assert!(stays(&stay, NONE, LONG, NONE));
        assert!(!stays(&stay, LONG, NONE, LONG));
        let call = stay.call();
        assert!(stays(&stay, NONE, NONE, LONG));
        stay.is_other();
        drop(call);
        assert!(stays(&stay, NONE, NONE, LONG));
        assert!(!stays(&stay, LONG, LONG, NONE), "it has no call");
    }

    #[test]
    fn a_viewer_that_takes_nothing_has_to_go() {
        let stay = Arc::new(Stay::begin());
        let _call = stay.call();
        let limits = Limits {
            stalled: NONE,
            ..Limits::USUAL
        };
        assert_eq!(stay.until(&limits), None);
        assert!(stay.until(&Limits::USUAL).is_some());
    }
}
