//! What a task waits for, by the functions on the way there.

use super::leaves::{ENDS, Leaf, MACHINERY, PLUMBING, TOKIOS, TRANSPARENT, matches};
use super::origin::Origin;
use crate::tables::WaitKind;

/// A function on a stack, as far as it matters here.
pub(super) struct Call<'a> {
    /// See [`super::names::path`]; empty if it has no name.
    pub(super) path: &'a str,
    pub(super) origin: Origin,
}

/// What a task waits for whose stack this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) kind: WaitKind,
    /// What the wait is called, if it is of [`WaitKind::Other`].
    pub(super) what: String,
    /// Whether it is one of the waits that are known.
    pub(super) known: bool,
    /// How many of the first calls are the machinery beyond the operation.
    pub(super) leaf_calls: usize,
}

/// The meaning of a stack, the innermost call first.
///
/// Between the machinery and the program's own code are the calls of the
/// libraries: a lock's, and within it those of the semaphore that it is made of.
/// The outermost that is known says the most.
pub(super) fn meaning(calls: &[Call<'_>]) -> Meaning {
    let leaf_calls = calls
        .iter()
        .rposition(|call| is_any_of(call.path, MACHINERY))
        .map_or(0, |last| last + 1);
    let waiting = &calls[leaf_calls..];
    let libraries = waiting
        .iter()
        .position(|call| call.origin == Origin::Own)
        .unwrap_or(waiting.len());
    let (known, kind, what) = match leaf(&waiting[..libraries]) {
        Ok(leaf) => (true, leaf.kind, leaf.what.to_owned()),
        Err(unknown) => (false, WaitKind::Other, own_path(&waiting[unknown..])),
    };
    Meaning {
        known,
        kind,
        what,
        leaf_calls,
    }
}

/// The outermost of `calls` that is known to wait; or else where a call is that
/// makes something unknown of what is known within it.
fn leaf(calls: &[Call<'_>]) -> Result<&'static Leaf, usize> {
    let known = |call: &Call<'_>| Leaf::of(call.path);
    if let Some(leaf) = ended(calls) {
        return Ok(leaf);
    }
    let outermost = calls.iter().rposition(|call| known(call).is_some());
    let Some(outermost) = outermost else {
        return Err(0);
    };
    let around = calls[outermost + 1..].iter().position(|call| {
        is_any_of(call.path, TOKIOS)
            && !is_any_of(call.path, TRANSPARENT)
            && !is_any_of(call.path, PLUMBING)
    });
    match (around, known(&calls[outermost])) {
        (None, Some(leaf)) => Ok(leaf),
        (Some(around), _) => Err(outermost + 1 + around),
        (None, None) => Err(0),
    }
}

/// The wait around which is one of [`ENDS`], if it is the innermost.
fn ended(calls: &[Call<'_>]) -> Option<&'static Leaf> {
    let mut leaf: Option<&Leaf> = None;
    for call in calls {
        if let Some(known) = Leaf::of(call.path) {
            leaf = Some(known);
        }
        let ends = |(row, kind): &(&str, _)| {
            leaf.is_some_and(|leaf| leaf.kind == *kind) && matches(call.path, row)
        };
        if ENDS.iter().any(ends) {
            return leaf;
        }
    }
    None
}

/// The path of a leaf that is in no table: of the first call that is more than
/// plumbing.
fn own_path(calls: &[Call<'_>]) -> String {
    let call = calls
        .iter()
        .find(|call| !call.path.is_empty() && !is_any_of(call.path, PLUMBING));
    match call {
        Some(call) => call
            .path
            .strip_suffix("::poll")
            .unwrap_or(call.path)
            .to_owned(),
        None => "unknown".to_owned(),
    }
}

fn is_any_of(path: &str, rows: &[&str]) -> bool {
    rows.iter().any(|row| matches(path, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls<'a>(paths: &'a [(&'a str, Origin)]) -> Vec<Call<'a>> {
        paths
            .iter()
            .map(|(path, origin)| Call {
                path,
                origin: *origin,
            })
            .collect()
    }

    #[test]
    fn the_outermost_call_of_a_library_says_what_it_is() {
        use Origin::{Own, Runtime};
        let stack = calls(&[
            ("taskmon_subscriber::stack::Stacks::take", Runtime),
            ("tracing_core::event::Event::dispatch", Runtime),
            ("tokio::sync::batch_semaphore::Acquire::poll", Runtime),
            ("tokio::sync::mutex::Mutex::lock", Runtime),
            ("shop::sell", Own),
            ("tokio::sync::mpsc::bounded::Receiver::recv", Runtime),
        ]);
        let meaning = meaning(&stack);
        assert_eq!(meaning.kind, WaitKind::MutexLock);
        assert_eq!(meaning.leaf_calls, 2);
    }

    #[test]
    fn an_unknown_leaf_is_called_by_its_own_path() {
        use Origin::{Dependency, Own, Runtime};
        let stack = calls(&[
            ("core::task::wake::Waker::clone", Runtime),
            (
                "tokio::sync::task::atomic_waker::AtomicWaker::do_register",
                Runtime,
            ),
            ("queue::Pop::poll", Dependency),
            ("shop::sell", Own),
        ]);
        let unknown = meaning(&stack);
        assert_eq!(
            (unknown.kind, &*unknown.what),
            (WaitKind::Other, "queue::Pop")
        );
        // The program's own future is one as well.
        let own = meaning(&calls(&[
            ("core::task::wake::Waker::clone", Runtime),
            ("shop::Sell::poll", Own),
        ]));
        assert_eq!(own.what, "shop::Sell");
    }

    #[test]
    fn what_is_made_of_a_known_wait_is_not_called_by_its_name() {
        use Origin::{Own, Runtime};
        let with = |around: &str| {
            meaning(&calls(&[
                ("core::task::wake::Waker::clone", Runtime),
                ("tokio::sync::notify::Notified::poll", Runtime),
                (around, Runtime),
                ("core::future::poll_fn::PollFn::poll", Runtime),
                ("shop::sell", Own),
            ]))
        };
        assert_eq!(
            with("tokio::time::timeout::Timeout::poll").kind,
            WaitKind::Notified
        );
        assert_eq!(
            with("tokio::sync::barrier::Barrier::wait").kind,
            WaitKind::BarrierWait
        );
        let unknown = with("tokio::sync::gate::Gate::pass");
        assert_eq!(
            (unknown.kind, &*unknown.what),
            (WaitKind::Other, "tokio::sync::gate::Gate::pass")
        );
    }

    #[test]
    fn a_stack_without_names_is_unknown() {
        let nameless = meaning(&calls(&[("", Origin::Own), ("", Origin::Own)]));
        assert_eq!(
            (nameless.kind, &*nameless.what),
            (WaitKind::Other, "unknown")
        );
        assert_eq!(meaning(&[]).what, "unknown");
    }
}
