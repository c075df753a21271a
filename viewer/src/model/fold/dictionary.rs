//! What the numbers of a stream stand for.

use std::sync::Arc;

use taskmon_proto::v1 as wire;

use super::{FoldError, limits};
use crate::model::{FrameOrigin, KeyMap, Location, Stack, StackFrame, WaitKind};

/// The texts, locations and stacks that a stream has sent. They stay valid
/// through a reset, but not from one stream to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    texts: KeyMap<u32, Arc<str>>,
    texts_bytes: usize,
    locations: KeyMap<u32, Arc<Location>>,
    frames: KeyMap<u32, Arc<StackFrame>>,
    stacks: KeyMap<u32, Arc<Stack>>,
    /// In all stacks that were ever added.
    all_stack_frames: usize,
}

impl Dictionary {
    /// Keeps a text. A number that comes again means the newer text from then on.
    ///
    /// # Errors
    ///
    /// If it is too long, or there are too many.
    pub(super) fn add_text(&mut self, text: wire::Text) -> Result<(), FoldError> {
        let kept = self.keep(text.text)?;
        self.texts.insert(text.number, kept);
        limits::check("texts", self.texts.len(), limits::TEXTS)
    }

    /// Keeps a text that has no number.
    ///
    /// # Errors
    ///
    /// If it is too long, or all texts together are.
    pub(super) fn keep(&mut self, text: String) -> Result<Arc<str>, FoldError> {
        limits::check("bytes in a text", text.len(), limits::TEXT_BYTES)?;
        // What was replaced may still be in use, so it goes on counting.
        self.texts_bytes += text.len();
        limits::check("bytes in texts", self.texts_bytes, limits::TEXTS_BYTES)?;
        Ok(text.into())
    }

    /// Keeps a frame.
    ///
    /// # Errors
    ///
    /// If its texts are too long, or there are too many.
    pub(super) fn add_frame(&mut self, frame: wire::StackFrame) -> Result<(), FoldError> {
        let origin = match frame.origin() {
            wire::FrameOrigin::Own => FrameOrigin::Own,
            wire::FrameOrigin::Runtime => FrameOrigin::Runtime,
            wire::FrameOrigin::Dependency | wire::FrameOrigin::Unspecified => {
                FrameOrigin::Dependency
            }
        };
        let location = match &*frame.file {
            "" => None,
            _ => Some(Arc::new(Location {
                file: self.keep(frame.file)?,
                line: frame.line,
                column: frame.column,
            })),
        };
        let known = StackFrame {
            function: self.keep(frame.function)?,
            location,
            inlined: frame.inlined,
            origin,
            address: frame.address,
        };
        self.frames.insert(frame.number, Arc::new(known));
        limits::check("frames", self.frames.len(), limits::FRAMES)
    }

    /// Keeps a stack. False if it has frames that are not known: they are left
    /// out.
    ///
    /// # Errors
    ///
    /// If it is too deep, or there are too many.
    pub(super) fn add_stack(
        &mut self,
        stack: wire::Stack,
        kind: Option<WaitKind>,
    ) -> Result<bool, FoldError> {
        let count = stack.frames.len();
        limits::check("frames in a stack", count, limits::STACK_FRAMES)?;
        self.all_stack_frames += count;
        limits::check(
            "frames in stacks",
            self.all_stack_frames,
            limits::ALL_STACK_FRAMES,
        )?;
        let numbers = stack.frames.iter();
        let frames: Vec<_> = numbers
            .filter_map(|number| self.frames.get(number).cloned())
            .collect();
        let whole = frames.len() == count;
        let known = Stack {
            number: stack.number,
            kind,
            leaf_frames: (stack.leaf_frames as usize).min(frames.len()),
            frames,
        };
        self.stacks.insert(stack.number, Arc::new(known));
        limits::check("stacks", self.stacks.len(), limits::STACKS)?;
        Ok(whole)
    }

    /// Keeps a location whose file is `file`.
    ///
    /// # Errors
    ///
    /// If there are too many.
    pub(super) fn add_location(
        &mut self,
        location: wire::Location,
        file: Arc<str>,
    ) -> Result<(), FoldError> {
        let known = Location {
            file,
            line: location.line,
            column: location.column,
        };
        self.locations.insert(location.number, Arc::new(known));
        limits::check("locations", self.locations.len(), limits::LOCATIONS)
    }

    /// The text with this number.
    pub(super) fn text(&self, number: u32) -> Option<&Arc<str>> {
        self.texts.get(&number)
    }

    /// The stack with this number.
    pub(super) fn stack(&self, number: u32) -> Option<&Arc<Stack>> {
        self.stacks.get(&number)
    }

    /// The location with this number.
    pub(super) fn location(&self, number: u32) -> Option<&Arc<Location>> {
        self.locations.get(&number)
    }
}
