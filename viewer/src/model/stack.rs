//! Call stacks: where a task waits, and every `.await` on the way there.

use std::sync::Arc;

use super::{Location, WaitKind};

/// How a program takes stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StackCapture {
    /// It takes none: they are switched off, or it is older than stacks.
    #[default]
    Off,
    /// Of every wait.
    FramePointers,
    /// As far as a budget of time goes: it was built without frame pointers.
    Unwinder,
}

/// A call stack, the innermost frame first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Its number on the wire, the same for as long as the program runs.
    pub number: u32,
    /// What a task that waits here waits for; `None` if it is no wait's stack.
    pub kind: Option<WaitKind>,
    /// All its frames; see [`Stack::frames_shown`].
    pub frames: Vec<Arc<StackFrame>>,
    /// How many of the first frames are the machinery between the waiting
    /// operation and taskmon's own code. At most as many as there are frames.
    pub leaf_frames: usize,
}

impl Stack {
    /// The frames to show: all of them, or only the program's own and its
    /// libraries'. If there are none of these, the one that waits.
    pub fn frames_shown(&self, all: bool) -> Vec<&StackFrame> {
        let frames = self.frames.iter().map(AsRef::as_ref);
        if all {
            return frames.collect();
        }
        let shown: Vec<_> = frames
            .clone()
            .skip(self.leaf_frames)
            .filter(|frame| frame.origin != FrameOrigin::Runtime)
            .collect();
        if shown.is_empty() {
            return frames.skip(self.leaf_frames).take(1).collect();
        }
        shown
    }

    /// The innermost frame of the program's own code.
    pub fn own_frame(&self) -> Option<&StackFrame> {
        let frames = self.frames.iter().skip(self.leaf_frames);
        frames
            .map(AsRef::as_ref)
            .find(|frame| frame.origin == FrameOrigin::Own)
    }

    /// The innermost place that is known: in the program's own code, or else in
    /// that of a library.
    pub fn innermost(&self) -> Option<&Arc<Location>> {
        let shown = || self.frames_shown(false).into_iter();
        self.site()
            .or_else(|| shown().find_map(|frame| frame.location.as_ref()))
    }

    /// Where in the program's own code it is, if that is known.
    pub fn site(&self) -> Option<&Arc<Location>> {
        self.own_frame()?.location.as_ref()
    }
}

/// A function that is being called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackFrame {
    /// Its path, empty if the program was built without symbols; may hold any
    /// character.
    pub function: Arc<str>,
    /// The line of the call, if it is known. A column or line that is not known
    /// is 0.
    pub location: Option<Arc<Location>>,
    /// Whether the compiler put it into the function of the next frame.
    pub inlined: bool,
    /// Whose code it is.
    pub origin: FrameOrigin,
    /// The address to which the call returns.
    pub address: u64,
}

impl StackFrame {
    /// Its function, or its address if that has no name; may hold any character.
    pub fn name(&self) -> String {
        match &*self.function {
            "" => format!("{:#018x}", self.address),
            function => function.to_owned(),
        }
    }
}

/// Whose code a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameOrigin {
    /// The program's own.
    Own,
    /// A library's.
    Dependency,
    /// The standard library's, Tokio's, tracing's or taskmon's.
    Runtime,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(origins: &[FrameOrigin], leaf_frames: usize) -> Stack {
        let frame = |(line, origin): (usize, &FrameOrigin)| {
            Arc::new(StackFrame {
                function: format!("f{line}").into(),
                location: Some(Arc::new(Location {
                    file: "src/f.rs".into(),
                    line: line as u32,
                    column: 1,
                })),
                inlined: false,
                origin: *origin,
                address: 16 * line as u64,
            })
        };
        Stack {
            number: 1,
            kind: None,
            frames: origins.iter().enumerate().map(frame).collect(),
            leaf_frames,
        }
    }

    fn names(stack: &Stack, all: bool) -> Vec<String> {
        let frames = stack.frames_shown(all).into_iter();
        frames.map(StackFrame::name).collect()
    }

    #[test]
    fn the_runtime_is_not_shown_unless_asked_for() {
        use FrameOrigin::{Dependency, Own, Runtime};
        let stack = stack(&[Own, Runtime, Dependency, Own, Runtime, Own, Runtime], 1);
        assert_eq!(names(&stack, false), ["f2", "f3", "f5"]);
        assert_eq!(names(&stack, true).len(), 7);
        assert_eq!(stack.site().unwrap().line, 3);
    }

    #[test]
    fn a_stack_of_nothing_but_the_runtime_shows_what_waits() {
        use FrameOrigin::Runtime;
        let runtime = stack(&[Runtime; 4], 2);
        assert_eq!(names(&runtime, false), ["f2"]);
        assert_eq!(runtime.site(), None);
        assert_eq!(runtime.innermost().unwrap().line, 2);
        assert_eq!(names(&stack(&[], 0), false), [""; 0]);
    }

    #[test]
    fn a_function_without_a_name_is_its_address() {
        let mut frame = StackFrame::clone(&stack(&[FrameOrigin::Own], 0).frames[0]);
        frame.function = "".into();
        frame.address = 0x5f3a;
        assert_eq!(frame.name(), "0x0000000000005f3a");
    }
}
