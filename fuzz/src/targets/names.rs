//! Addresses, and names of functions, tasks and files: what a stack is told from, and
//! what is shown of a text.

use fastrand::Rng;
use taskmon::words::plain::plain;
use taskmon_subscriber::fuzzing::{self, Names as Symbols};

use super::Target;
use crate::mutate;

#[derive(Default)]
pub(super) struct Names {
    symbols: Symbols,
    runs: u32,
}

/// So often is everything forgotten that was looked up.
const FORGET: u32 = 2_000;

impl Target for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn memory(&self, length: usize) -> usize {
        // Debug info is read at the first address.
        (512 << 20) + 100 * length
    }

    fn make(&self, random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
        if random.u8(..20) == 0 {
            let own = Names::make as *const () as usize as u64;
            let address = |random: &mut Rng| match random.u8(..3) {
                0 => mutate::number(random),
                1 => own.wrapping_add(random.u64(..1 << 20)),
                _ => random.u64(..),
            };
            let count = random.usize(..40);
            let bytes = (0..count).flat_map(|_| address(random).to_le_bytes());
            return [0].into_iter().chain(bytes).collect();
        }
        let words = mutate::words(seeds);
        let mut input = super::changed(random, seeds, &words);
        if random.u8(..20) == 0 {
            let bracket = [b"<", b"{", b"(", b">"][random.usize(..4)];
            input.extend(bracket.repeat(random.usize(..20_000)));
        }
        input.insert(0, 1);
        input
    }

    fn run(&mut self, input: &[u8]) {
        match input.split_first() {
            Some((0, addresses)) => self.look_up(addresses),
            Some((_, text)) => names(&String::from_utf8_lossy(text)),
            None => {}
        }
    }
}

impl Names {
    fn look_up(&mut self, addresses: &[u8]) {
        self.runs += 1;
        if self.runs.is_multiple_of(FORGET) {
            self.symbols.release();
        }
        let addresses: Vec<usize> = addresses
            .chunks_exact(8)
            .map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap()) as usize)
            .collect();
        let (functions, what) = self.symbols.look_up(&addresses);
        assert!(functions.iter().all(|name| name.len() <= 1_024));
        assert!(what.len() <= 1_024);
    }
}

/// `text` has a function in each line, and its file after a tab.
fn names(text: &str) {
    let calls: Vec<_> = text
        .lines()
        .take(64)
        .map(|line| line.split_once('\t').unwrap_or((line, "src/lib.rs")))
        .collect();
    let (paths, _) = fuzzing::told(&calls);
    assert_eq!(paths.len(), calls.len());
    let shown = plain(text);
    super::assert_plain(&shown);
    assert!(!shown.contains('\n'));
    assert_eq!(plain(&shown), shown, "it is harmless already");
}
