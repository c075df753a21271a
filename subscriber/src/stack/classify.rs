//! What a task waits for, by the functions on the way there.

use super::leaves::{ENDS, Leaf, MACHINERY, PLUMBING, TOKIOS, TRANSPARENT, matches};
use super::origin::Origin;
use crate::tables::WaitKind;

/// A function on a stack, as far as it matters here.
pub(super) struct Call<'a> {
    /// See [`super::names::path`]; empty if it has no name.
    pub(super) path: &'a str,
    /// Whether the path is made of the file's and of the function's last name, which
    /// says nothing of types: see [`super::names::module_of`].
    pub(super) typeless: bool,
    pub(super) origin: Origin,
}

impl Call<'_> {
    fn is_any_of(&self, rows: &[&str]) -> bool {
        rows.iter()
            .any(|row| matches(self.path, row, self.typeless))
    }

    /// The module of which this is the body of some async function.
    fn body_in(&self) -> Option<&str> {
        let (module, last) = self.path.rsplit_once("::")?;
        (self.typeless && last.starts_with('{')).then_some(module)
    }

    /// The row that it is known by, within which is that of `inner`.
    fn leaf(&self, inner: Option<&'static Leaf>) -> Option<&'static Leaf> {
        match self.body_in() {
            Some(module) => Leaf::within(module, inner),
            None => Leaf::of(self.path, self.typeless),
        }
    }
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
        .rposition(|call| call.is_any_of(MACHINERY))
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
    let mut known: Option<(usize, &Leaf)> = None;
    for (place, call) in calls.iter().enumerate() {
        let inner = known.map(|(_, leaf)| leaf);
        known = call.leaf(inner).map(|leaf| (place, leaf)).or(known);
        let ends = |(row, kind): &(&str, _)| {
            known.is_some_and(|(_, leaf)| leaf.kind == *kind)
                && matches(call.path, row, call.typeless)
        };
        if let Some((_, leaf)) = known
            && ENDS.iter().any(ends)
        {
            return Ok(leaf);
        }
    }
    let (outermost, leaf) = known.ok_or(0_usize)?;
    let around = calls[outermost + 1..].iter().position(|call| {
        call.is_any_of(TOKIOS) && !call.is_any_of(TRANSPARENT) && !call.is_any_of(PLUMBING)
    });
    match around {
        None => Ok(leaf),
        Some(around) => Err(outermost + 1 + around),
    }
}

/// The path of a leaf that is in no table: of the first call that is more than
/// plumbing.
fn own_path(calls: &[Call<'_>]) -> String {
    let says_nothing =
        |call: &Call<'_>| call.path.is_empty() || call.typeless && !call.path.contains("::");
    let call = calls
        .iter()
        .find(|call| !says_nothing(call) && !call.is_any_of(PLUMBING));
    match call {
        Some(call) => call
            .body_in()
            .or(call.path.strip_suffix("::poll"))
            .unwrap_or(call.path)
            .to_owned(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls<'a>(paths: &'a [(&'a str, Origin)]) -> Vec<Call<'a>> {
        paths
            .iter()
            .map(|(path, origin)| Call {
                path,
                typeless: false,
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
    fn files_and_last_names_tell_what_they_can() {
        use Origin::{Own, Runtime};
        let of = |paths: &[(&str, Origin)]| {
            let mut calls = calls(paths);
            for call in &mut calls {
                call.typeless = true;
            }
            let meaning = meaning(&calls);
            (meaning.kind, meaning.what)
        };
        let clone = ("core::task::wake::clone", Runtime);
        let receive = [
            clone,
            ("tokio::sync::task::atomic_waker::do_register", Runtime),
            ("tokio::sync::mpsc::chan::recv", Runtime),
            ("tokio::sync::mpsc::bounded::{async_fn#0}", Runtime),
            ("{async_fn#0}", Own),
        ];
        assert_eq!(of(&receive).0, WaitKind::MpscRecv);
        let accept = [
            clone,
            ("tokio::runtime::io::scheduled_io::poll", Runtime),
            ("tokio::runtime::io::registration::{async_fn#0}", Runtime),
            ("tokio::net::tcp::listener::{async_fn#0}", Runtime),
            ("{async_fn#0}", Own),
        ];
        assert_eq!(of(&accept).0, WaitKind::TcpAccept);
        // A sender's `closed`, as it might be any other of the module.
        let closed = [
            clone,
            ("tokio::sync::notify::poll", Runtime),
            ("tokio::sync::broadcast::{async_fn#0}", Runtime),
            ("{async_fn#0}", Own),
        ];
        let unknown = |what: &str| (WaitKind::Other, what.to_owned());
        assert_eq!(of(&closed), unknown("tokio::sync::broadcast"));
        assert_eq!(of(&[clone, ("poll", Own)]), unknown("unknown"));
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
