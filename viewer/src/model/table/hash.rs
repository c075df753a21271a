//! A hash for keys that are numbers: far cheaper than the standard library's, and
//! still with a secret, because the numbers come from outside.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

/// A map whose keys are numbers.
pub(crate) type KeyMap<K, V> = HashMap<K, V, KeyHash>;
/// A set of numbers.
pub(crate) type KeySet<K> = HashSet<K, KeyHash>;

/// Keys that differ in no more than these last bits have one hash: neighbours in
/// the program's tables were spawned together, arrive together, and are found
/// together.
const NEIGHBOURS: u32 = 4;

/// The secret of a hash: whoever does not know it cannot send keys that all have
/// one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyHash {
    add: u64,
    multiply: u64,
}

impl KeyHash {
    /// The same one throughout a process.
    pub(super) fn of_process() -> Self {
        static HASH: OnceLock<KeyHash> = OnceLock::new();
        *HASH.get_or_init(|| {
            // The keys of a `RandomState` are random.
            let random = RandomState::new();
            KeyHash {
                add: random.hash_one(1),
                multiply: random.hash_one(2) | 1,
            }
        })
    }

    /// The place of a key, for a table.
    pub(super) fn place(self, key: u64) -> u64 {
        self.mix(key >> NEIGHBOURS)
    }

    /// Both halves of the product, so that every bit of the key is in every bit.
    fn mix(self, number: u64) -> u64 {
        let product = u128::from(number ^ self.add) * u128::from(self.multiply);
        product as u64 ^ (product >> 64) as u64
    }
}

impl Default for KeyHash {
    fn default() -> Self {
        KeyHash::of_process()
    }
}

impl BuildHasher for KeyHash {
    type Hasher = KeyHasher;

    fn build_hasher(&self) -> KeyHasher {
        KeyHasher {
            hash: *self,
            sum: 0,
        }
    }
}

/// Hashes numbers.
pub(crate) struct KeyHasher {
    hash: KeyHash,
    sum: u64,
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.sum
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut number = [0; 8];
            number[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(number));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.sum = self.hash.mix(self.sum.rotate_left(5) ^ number);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}
