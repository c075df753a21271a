//! Looks again and again, from a thread of its own.
//!
//! Nothing of the test's runtime is used for it: it may have no timer, its clock may be
//! paused, and its only thread is needed by the tasks that are to end.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use taskmon_subscriber::in_process::Tables;

use crate::model::Model;

/// The pauses between two looks: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// The process as it is now.
pub(super) fn picture(tables: &Tables) -> Model {
    let (hello, page) = tables.snapshot();
    let mut model = Model::default();
    let applied = model
        .apply_hello(hello)
        .and_then(|()| model.apply_page(page));
    if let Err(error) = applied {
        panic!("taskmon cannot read its own tables: {error}");
    }
    model
}

/// What a thread is looking for.
pub(super) struct Look<T> {
    state: Arc<Mutex<State<T>>>,
}

struct State<T> {
    found: Option<thread::Result<T>>,
    waker: Option<Waker>,
    /// Nobody waits for it any more.
    given_up: bool,
}

/// Calls `look` until it finds something. It is told, once `deadline` has passed, that
/// it must find something now. Only the pauses between looks count: while the process
/// is stopped, or has no processor, the deadline is stopped too.
pub(super) fn until<T, F>(deadline: Duration, look: F) -> Look<T>
where
    T: Send + 'static,
    F: FnMut(bool) -> Option<T> + Send + 'static,
{
    let state = Arc::new(Mutex::new(State {
        found: None,
        waker: None,
        given_up: false,
    }));
    let shared = Arc::clone(&state);
    let looking = move || {
        let looked = catch_unwind(AssertUnwindSafe(|| run(deadline, look, &shared)));
        let Some(found) = looked.transpose() else {
            return;
        };
        let waker = {
            let mut state = lock(&shared);
            state.found = Some(found);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    };
    let started = thread::Builder::new()
        .name("taskmon guard".to_owned())
        .spawn(looking);
    if let Err(error) = started {
        panic!("taskmon cannot start a thread to look from: {error}");
    }
    Look { state }
}

fn run<T>(
    deadline: Duration,
    mut look: impl FnMut(bool) -> Option<T>,
    state: &Mutex<State<T>>,
) -> Option<T> {
    let (mut pause, mut paused) = (FIRST_PAUSE, Duration::ZERO);
    loop {
        if let Some(found) = look(paused >= deadline) {
            return Some(found);
        }
        thread::sleep(pause);
        paused += pause;
        pause = (2 * pause).min(LONGEST_PAUSE);
        if lock(state).given_up {
            return None;
        }
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Future for Look<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut state = lock(&self.state);
        match state.found.take() {
            Some(Ok(found)) => Poll::Ready(found),
            Some(Err(panic)) => {
                drop(state);
                resume_unwind(panic)
            }
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Look<T> {
    fn drop(&mut self) {
        lock(&self.state).given_up = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_clock_does_not_hold_it_up() {
        let mut looks = 0;
        let find = move |_| {
            looks += 1;
            (looks == 5).then_some(looks)
        };
        assert_eq!(until(Duration::MAX, find).await, 5);
    }

    #[tokio::test]
    async fn after_the_deadline_it_must_find_something() {
        let find = |last: bool| last.then_some("it is late");
        assert_eq!(until(Duration::from_millis(5), find).await, "it is late");
    }

    #[tokio::test]
    async fn who_looks_no_more_stops_the_thread() {
        let (alive, stopped) = std::sync::mpsc::channel::<()>();
        let find = move |_| {
            let _alive = &alive;
            None::<()>
        };
        drop(until(Duration::MAX, find));
        let disconnected = tokio::task::spawn_blocking(move || stopped.recv()).await;
        assert!(disconnected.unwrap().is_err());
    }

    #[tokio::test]
    #[should_panic(expected = "while it looked")]
    async fn a_panic_of_the_thread_is_one_of_the_test() {
        until(Duration::MAX, |_| -> Option<()> {
            panic!("while it looked")
        })
        .await;
    }
}
