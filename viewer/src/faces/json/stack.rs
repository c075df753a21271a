//! Stacks and places.

use serde::Serialize;

use crate::model::{FrameOrigin, Location, Stack, StackFrame, Wait};

/// At most this many frames of a stack are listed, the innermost, unless all are
/// asked for.
const FRAMES: usize = 64;

#[derive(Debug, Serialize)]
pub(super) struct LocationJson<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    /// The program's own function that is there, if it is known: it is not of
    /// where a task was spawned.
    function: Option<&'a str>,
}

impl<'a> LocationJson<'a> {
    /// The same with the name of the function, unless it has none.
    pub(super) fn in_function(self, function: Option<&'a str>) -> Self {
        LocationJson {
            function: function.filter(|name| !name.is_empty()),
            ..self
        }
    }
}

pub(super) fn location(location: &Location) -> LocationJson<'_> {
    LocationJson {
        file: &location.file,
        line: location.line,
        column: location.column,
        function: None,
    }
}

/// Where in the program's own code a stack is.
pub(super) fn site(stack: &Stack) -> Option<LocationJson<'_>> {
    let frame = stack.own_frame()?;
    let place = location(frame.location.as_deref()?);
    Some(place.in_function(Some(&frame.function)))
}

/// Where in the program's own code a task waits.
pub(super) fn site_of(wait: &Wait) -> Option<LocationJson<'_>> {
    site(wait.stack.as_deref()?)
}

#[derive(Debug, Serialize)]
pub(super) struct FrameJson<'a> {
    /// Its path, or its address if it has no name.
    function: String,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    /// Whether the compiler put it into the next one.
    inlined: bool,
    /// `own`, `dependency` or `runtime`.
    origin: &'static str,
}

/// The frames of `stack`, the innermost first: those of the program and of its
/// libraries, or all.
pub(super) fn frames(stack: &Stack, all: bool) -> Vec<FrameJson<'_>> {
    let count = if all { usize::MAX } else { FRAMES };
    let shown = stack.frames_shown(all).into_iter().take(count);
    shown.map(frame).collect()
}

/// The same of where a task waits; `None` if no stack was taken.
pub(super) fn frames_of(wait: &Wait, all: bool) -> Option<Vec<FrameJson<'_>>> {
    let stack = wait.stack.as_deref()?;
    Some(frames(stack, all))
}

fn frame(frame: &StackFrame) -> FrameJson<'_> {
    let location = frame.location.as_deref();
    let known = |number: u32| Some(number).filter(|number| *number != 0);
    FrameJson {
        function: frame.name(),
        file: location.map(|location| &*location.file),
        line: location.and_then(|location| known(location.line)),
        column: location.and_then(|location| known(location.column)),
        inlined: frame.inlined,
        origin: match frame.origin {
            FrameOrigin::Own => "own",
            FrameOrigin::Dependency => "dependency",
            FrameOrigin::Runtime => "runtime",
        },
    }
}
