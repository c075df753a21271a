//! What is fuzzed: each is a door through which something comes in from outside.

mod executable;
mod filter;
mod names;
mod server;
mod settings;
mod stream;

use std::io;

use fastrand::Rng;

use crate::{kept, mutate};

/// A door, and what must hold whatever comes in.
pub trait Target {
    /// Its name, on the command line and in folders.
    fn name(&self) -> &'static str;

    /// What its inputs are made of.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    fn seeds(&self) -> io::Result<Vec<Vec<u8>>> {
        kept::seeds(self.name())
    }

    /// How many bytes an input of this `length` may take at most.
    fn memory(&self, length: usize) -> usize;

    /// Makes an input.
    fn make(&self, random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8>;

    /// Does with it what taskmon does.
    ///
    /// # Panics
    ///
    /// If anything does not hold.
    fn run(&mut self, input: &[u8]);
}

/// The names of all of them.
pub const NAMES: [&str; 6] = [
    "stream",
    "server",
    "settings",
    "filter",
    "names",
    "executable",
];

/// The target that is called `name`.
///
/// # Errors
///
/// If there is none, or what it needs cannot be had.
pub fn named(name: &str) -> io::Result<Box<dyn Target>> {
    Ok(match name {
        "stream" => Box::new(stream::Stream),
        "server" => Box::new(server::Server::start()?),
        "settings" => Box::new(settings::Settings::new()?),
        "filter" => Box::new(filter::Filters),
        "names" => Box::new(names::Names::default()),
        "executable" => Box::new(executable::Executable::new()?),
        _ => return Err(io::Error::other(format!("there is no target {name:?}"))),
    })
}

/// A seed, changed a few times.
fn changed(random: &mut Rng, seeds: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
    let mut input = match seeds.len() {
        0 => Vec::new(),
        many => seeds[random.usize(..many)].clone(),
    };
    for _ in 0..random.usize(..8) {
        mutate::bytes(random, &mut input, words);
    }
    input
}

/// Nothing in it does anything to a terminal.
#[track_caller]
fn assert_plain(text: &str) {
    let harmful =
        |character: &char| *character != '\n' && taskmon::words::plain::is_harmful(*character);
    let found = text.chars().find(harmful);
    assert!(found.is_none(), "{found:?} is in {text:?}");
}
