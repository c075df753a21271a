//! What is made of addresses and names, for the fuzzer.

use super::classify::{self, Call};
use super::symbols::Symbols;
use super::table::StackId;
use super::{names, origin};

/// Looks up what addresses stand for.
#[derive(Default)]
pub struct Names {
    symbols: Symbols,
    stacks: u32,
}

impl Names {
    /// The functions of a stack with these return addresses, and what waits there.
    pub fn look_up(&mut self, addresses: &[usize]) -> (Vec<String>, String) {
        self.stacks += 1;
        let id = StackId(self.stacks);
        let sources = ["src/lib.rs"];
        let stack = self.symbols.stack(id, addresses, 1, sources.into_iter());
        let frames = stack.frames.iter().map(|id| self.symbols.frame(*id));
        let functions = frames.flatten().map(|frame| frame.function.clone());
        (functions.collect(), stack.what.clone())
    }

    /// Forgets everything.
    pub fn release(&mut self) {
        self.symbols.release();
        self.stacks = 0;
    }
}

/// What is told of a stack whose functions the demangler calls so, each in its file:
/// their paths, and what waits there.
pub fn told(calls: &[(&str, &str)]) -> (Vec<String>, String) {
    let paths: Vec<String> = calls
        .iter()
        .map(|(name, file)| {
            let _ = names::last_argument(name);
            match names::module_of(file) {
                Some(module) => format!("{module}::{}", names::path(name)),
                None => names::path(name),
            }
        })
        .collect();
    let told: Vec<Call<'_>> = paths
        .iter()
        .zip(calls)
        .map(|(path, (_, file))| Call {
            path,
            typeless: file.ends_with(".rs"),
            origin: origin::of(path, Some(file)),
        })
        .collect();
    let what = classify::meaning(&told).what;
    (paths, what)
}
