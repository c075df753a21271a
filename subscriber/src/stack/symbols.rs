//! What the addresses of a stack stand for.
//!
//! Reading a program's debug info takes a tenth of a second and tens of megabytes
//! the first time, so it happens on the telemetry thread only, for what someone
//! asked to see, and is given back when nobody has asked for a while.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::Arc;

use super::classify::{self, Call};
use super::names;
use super::origin;
pub(crate) use super::origin::Origin;
use super::source_roots::SourceRoots;
use super::table::StackId;
use crate::tables::{WaitKind, beginning};

/// Number of a frame; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FrameId(pub(crate) u32);

/// A function that is being called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Its path; empty if it has no name.
    pub(crate) function: String,
    /// The source of the call; empty if that is not known.
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// Whether the compiler put it into the function of the next frame.
    pub(crate) inlined: bool,
    pub(crate) origin: Origin,
    /// Where the call returns to.
    pub(crate) address: usize,
    /// Whether the name says nothing of types, because debug info does not.
    typeless: bool,
    /// The last generic argument of the function, if its symbol says it.
    argument: Option<String>,
}

/// A stack with names.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedStack {
    pub(crate) kind: WaitKind,
    /// What the wait is called, if it is of [`WaitKind::Other`].
    pub(crate) what: String,
    /// Whether it is one of the waits that are known.
    pub(crate) known: bool,
    /// The innermost first.
    pub(crate) frames: Vec<FrameId>,
    /// How many of the first are the machinery beyond the operation.
    pub(crate) leaf_frames: u32,
    /// For the stack in which a channel was made: the type of its messages.
    pub(crate) element_type: Option<String>,
}

/// Everything that was ever looked up, until it is given back.
#[derive(Default)]
pub(crate) struct Symbols {
    frames: Vec<Frame>,
    addresses: HashMap<usize, Vec<FrameId>>,
    stacks: HashMap<StackId, Arc<ResolvedStack>>,
    roots: SourceRoots,
    /// How many source files were known when `roots` last learned of them.
    sources: u32,
    /// How many addresses were looked up since the debug info was read; 0 while
    /// it is not in memory.
    looked_up: u64,
}

/// A path or a name that is longer is cut.
const TEXT_BYTES: usize = 1_024;

impl Symbols {
    /// The stack `id`, whose return addresses are `addresses`. `sources` are the
    /// program's own source files as far as they are known, as the compiler was
    /// told them; they are looked at if there are `known` of them and were not
    /// before.
    pub(crate) fn stack<'a>(
        &mut self,
        id: StackId,
        addresses: &[usize],
        known: u32,
        sources: impl Iterator<Item = &'a str>,
    ) -> Arc<ResolvedStack> {
        if let Some(resolved) = self.stacks.get(&id) {
            return Arc::clone(resolved);
        }
        if std::mem::replace(&mut self.sources, known) != known {
            self.roots.learn(sources);
        }
        // The outermost first: that is where the task was spawned, in a file whose
        // relative path is known.
        for address in addresses.iter().rev() {
            self.frames_at(*address);
        }
        let mut frames = Vec::new();
        for address in addresses {
            frames.extend_from_slice(self.frames_at(*address));
        }
        let resolved = Arc::new(self.resolved(frames));
        self.stacks.insert(id, Arc::clone(&resolved));
        resolved
    }

    pub(crate) fn frame(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get((id.0 as usize).checked_sub(1)?)
    }

    /// How often an address was looked up in the debug info; grows while it is in
    /// use.
    pub(crate) fn looked_up(&self) -> u64 {
        self.looked_up
    }

    /// Gives back the memory of the debug info; what was looked up stays. It is
    /// read again when there is something else to look up.
    pub(crate) fn release_debug_info(&mut self) {
        self.looked_up = 0;
        backtrace::clear_symbol_cache();
    }

    /// Gives back everything. Numbers of frames mean nothing any more.
    pub(crate) fn release(&mut self) {
        *self = Symbols::default();
        backtrace::clear_symbol_cache();
    }

    fn resolved(&self, mut frames: Vec<FrameId>) -> ResolvedStack {
        // What polls the task, and is never put into another function. The unwinder
        // goes on beyond it.
        let is_root = |id: &FrameId| {
            self.frame(*id)
                .is_some_and(|frame| frame.function == "tokio::runtime::task::raw::poll")
        };
        if let Some(root) = frames.iter().position(is_root) {
            frames.truncate(root + 1);
        }
        let known: Vec<&Frame> = frames.iter().filter_map(|id| self.frame(*id)).collect();
        let calls: Vec<Call<'_>> = known
            .iter()
            .map(|frame| Call {
                path: &frame.function,
                typeless: frame.typeless,
                origin: frame.origin,
            })
            .collect();
        let meaning = classify::meaning(&calls);
        let channel = known
            .iter()
            .find(|frame| frame.function == "tokio::sync::mpsc::bounded::channel");
        ResolvedStack {
            kind: meaning.kind,
            what: meaning.what,
            known: meaning.known,
            leaf_frames: meaning.leaf_calls as u32,
            element_type: channel.and_then(|frame| frame.argument.clone()),
            frames,
        }
    }

    /// The frames of one address: the innermost of what was put into one function
    /// first, that function last.
    fn frames_at(&mut self, address: usize) -> &[FrameId] {
        if !self.addresses.contains_key(&address) {
            let frames = self.look_up(address);
            self.addresses.insert(address, frames);
        }
        &self.addresses[&address]
    }

    fn look_up(&mut self, address: usize) -> Vec<FrameId> {
        self.looked_up += 1;
        let mut found = Vec::new();
        // A return address belongs to the instruction before it, which the
        // function takes into account.
        let roots = &mut self.roots;
        backtrace::resolve(address as *mut c_void, |symbol| {
            found.push(roots.frame(symbol, address));
        });
        if found.is_empty() {
            found.push(Frame::nameless(address));
        }
        let last = found.len() - 1;
        let mut frames = Vec::with_capacity(found.len());
        for (place, mut frame) in found.into_iter().enumerate() {
            frame.inlined = place < last;
            self.frames.push(frame);
            frames.push(FrameId(self.frames.len() as u32));
        }
        frames
    }
}

impl SourceRoots {
    fn frame(&mut self, symbol: &backtrace::Symbol, address: usize) -> Frame {
        let mut frame = Frame::nameless(address);
        if let Some(name) = symbol.name() {
            // The alternative form leaves hashes out.
            let name = format!("{name:#}");
            frame.argument = names::last_argument(&name).map(|argument| cut(argument.to_owned()));
            frame.function = cut(names::path(&name));
        }
        let file = symbol.filename().map(|file| file.to_string_lossy());
        if let (Some(name), Some(file)) = (symbol.name(), &file) {
            frame.add_module(&format!("{name:#}"), file);
        }
        frame.origin = origin::of(&frame.function, file.as_deref());
        if let Some(file) = file {
            frame.file = cut(match frame.origin {
                Origin::Own => self.relative(&file).to_owned(),
                Origin::Dependency | Origin::Runtime => file.into_owned(),
            });
            frame.line = symbol.lineno().unwrap_or(0);
            frame.column = symbol.colno().unwrap_or(0);
        }
        frame
    }
}

impl Frame {
    /// Of an address of which nothing is known.
    fn nameless(address: usize) -> Self {
        Frame {
            function: String::new(),
            file: String::new(),
            line: 0,
            column: 0,
            inlined: false,
            origin: Origin::Own,
            address,
            typeless: false,
            argument: None,
        }
    }

    /// Puts the module that `file` is before a function's name that has none.
    fn add_module(&mut self, name: &str, file: &str) {
        if self.function.contains("::") {
            return;
        }
        self.typeless = file.ends_with(".rs");
        if self.function.is_empty() {
            // The body of an async function, which has a number for a name.
            let end = name.find('<').unwrap_or(name.len());
            self.function = cut(name[..end].to_owned());
        }
        if let Some(module) = names::module_of(file) {
            self.function = cut(format!("{module}::{}", self.function));
        }
    }
}

fn cut(mut text: String) -> String {
    text.truncate(beginning(&text, TEXT_BYTES).len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::{Stacks, Teller};

    #[inline(never)]
    fn here() -> (StackId, Stacks) {
        let stacks = Stacks::new(true);
        let told = 0_u8;
        let taken = stacks.take(Teller::of(&told), None, true);
        (std::hint::black_box(taken), stacks)
    }

    #[test]
    fn a_stack_has_the_names_and_lines_of_the_calls_on_it() {
        let (id, stacks) = here();
        let line = line!() - 1;
        let mut symbols = Symbols::default();
        let sources = ["subscriber/src/lib.rs"];
        let addresses = stacks.get(id).unwrap();
        let stack = symbols.stack(id, addresses, 1, sources.into_iter());
        let frames: Vec<_> = stack
            .frames
            .iter()
            .map(|id| symbols.frame(*id).unwrap())
            .collect();
        let called = frames
            .iter()
            .find(|frame| {
                frame
                    .function
                    .ends_with("a_stack_has_the_names_and_lines_of_the_calls_on_it")
            })
            .unwrap();
        assert_eq!(called.line, line, "{called:?}");
        assert!(called.column > 0);
        assert!(called.file.ends_with("src/stack/symbols.rs"));
        assert!(symbols.looked_up() > 0);

        // What is known is not looked up again.
        let before = symbols.looked_up();
        symbols.stack(id, addresses, 1, sources.into_iter());
        assert_eq!(symbols.looked_up(), before);
        symbols.release();
        assert!(symbols.frame(stack.frames[0]).is_none());
    }

    #[test]
    fn any_number_may_be_looked_up() {
        let mut symbols = Symbols::default();
        for (number, address) in [0, 1, 7, 4_096, usize::MAX / 2, usize::MAX]
            .into_iter()
            .enumerate()
        {
            let stack = symbols.stack(
                StackId(number as u32 + 1),
                &[address],
                0,
                std::iter::empty(),
            );
            assert_eq!(stack.frames.len(), 1);
            assert_eq!(symbols.frame(stack.frames[0]).unwrap().function, "");
            assert_eq!(stack.what, "unknown");
        }
    }
}
