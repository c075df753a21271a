//! Tables that are cheap to copy, so that a million entries can be looked at while
//! they change.
//!
//! A [`Table`] is a hash map in small leaves. A copy of it shares all leaves and
//! entries; a change then copies the one leaf and the one entry that it is about.
//! So whoever draws, sorts or judges has a picture that stands still, and whoever
//! receives goes on, and neither waits for the other. [`Memo`] keeps what was made
//! of each leaf for as long as that does not change.

mod hash;
mod memo;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Index;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use hash::{KeyHash, KeyMap, KeySet};
pub(crate) use memo::Memo;

use super::{ResourceKey, TaskKey, WaitKey};

/// A leaf holds about this many entries when the table grows, so that a change
/// copies little and a copy of the whole table has few leaves to share.
const LEAF: usize = 16;

/// What names an entry.
pub trait Key: Copy + Eq {
    /// The key as a number.
    fn number(self) -> u64;
}

impl Key for TaskKey {
    fn number(self) -> u64 {
        self.0
    }
}

impl Key for WaitKey {
    fn number(self) -> u64 {
        self.0
    }
}

impl Key for ResourceKey {
    fn number(self) -> u64 {
        self.0
    }
}

/// Entries by their keys, in no order.
pub struct Table<K, V> {
    /// As many as a power of two.
    leaves: Arc<Vec<Arc<Leaf<K, V>>>>,
    len: usize,
    hash: KeyHash,
}

/// The entries whose keys have the same place.
pub(crate) struct Leaf<K, V> {
    /// Another one after each change, and never the same for two leaves that
    /// differ.
    stamp: u64,
    pub(crate) entries: Vec<(K, Arc<V>)>,
}

impl<K: Key, V> Table<K, V> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entry of that name.
    pub fn get(&self, key: &K) -> Option<&V> {
        let leaf = &self.leaves[self.place(*key)];
        leaf.find(*key).map(|index| &*leaf.entries[index].1)
    }

    /// Whether there is an entry of that name.
    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// All names.
    pub fn keys(&self) -> impl Iterator<Item = &K> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// All entries.
    pub fn values(&self) -> impl Iterator<Item = &V> + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// All entries with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> + Clone {
        let leaves = self.leaves.iter();
        leaves.flat_map(|leaf| leaf.entries.iter().map(|(key, value)| (key, &**value)))
    }

    /// Adds an entry, in place of one of the same name.
    pub fn insert(&mut self, key: K, value: V) {
        let place = self.place(key);
        let known = self.leaves[place].find(key);
        let leaf = self.leaf_mut(place);
        match known {
            Some(index) => leaf.entries[index].1 = Arc::new(value),
            None => {
                leaf.entries.push((key, Arc::new(value)));
                self.len += 1;
                if self.len > LEAF * self.leaves.len() {
                    self.grow();
                }
            }
        }
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        *self = Table::default();
    }

    pub(crate) fn leaves(&self) -> impl Iterator<Item = &Leaf<K, V>> {
        self.leaves.iter().map(|leaf| &**leaf)
    }

    /// Whether nothing was changed in one of them since it was copied from the
    /// other.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.leaves, &other.leaves)
    }

    fn place(&self, key: K) -> usize {
        self.hash.place(key.number()) as usize & (self.leaves.len() - 1)
    }

    fn leaf_mut(&mut self, place: usize) -> &mut Leaf<K, V> {
        let leaf = Arc::make_mut(&mut Arc::make_mut(&mut self.leaves)[place]);
        leaf.stamp = next_stamp();
        leaf
    }

    /// Splits every leaf in two.
    fn grow(&mut self) {
        let leaves = std::mem::take(Arc::make_mut(&mut self.leaves));
        let count = leaves.len();
        let mut low = Vec::with_capacity(2 * count);
        let mut high = Vec::with_capacity(count);
        for leaf in leaves {
            let leaf = Arc::unwrap_or_clone(leaf);
            let (go, stay): (Vec<_>, Vec<_>) = leaf
                .entries
                .into_iter()
                .partition(|(key, _)| self.hash.place(key.number()) as usize & count != 0);
            low.push(Arc::new(Leaf::new(stay)));
            high.push(Arc::new(Leaf::new(go)));
        }
        low.append(&mut high);
        self.leaves = Arc::new(low);
    }
}

impl<K: Key, V: Clone> Table<K, V> {
    /// The entry of that name, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(*key);
        let index = self.leaves[place].find(*key)?;
        let (_, value) = &mut self.leaf_mut(place).entries[index];
        Some(Arc::make_mut(value))
    }

    /// Removes the entry of that name, and gives it.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.place(*key);
        let index = self.leaves[place].find(*key)?;
        let (_, value) = self.leaf_mut(place).entries.swap_remove(index);
        self.len -= 1;
        Some(Arc::unwrap_or_clone(value))
    }

    /// All entries, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        let leaves = Arc::make_mut(&mut self.leaves).iter_mut();
        leaves.flat_map(|leaf| {
            let leaf = Arc::make_mut(leaf);
            leaf.stamp = next_stamp();
            let entries = leaf.entries.iter_mut();
            entries.map(|(_, value)| Arc::make_mut(value))
        })
    }
}

impl<K: Key, V> Leaf<K, V> {
    fn new(entries: Vec<(K, Arc<V>)>) -> Self {
        Leaf {
            stamp: next_stamp(),
            entries,
        }
    }

    fn find(&self, key: K) -> Option<usize> {
        self.entries.iter().position(|(known, _)| *known == key)
    }
}

fn next_stamp() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // It says nothing but that it was never given before.
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl<K: Clone, V> Clone for Leaf<K, V> {
    fn clone(&self) -> Self {
        Leaf {
            stamp: self.stamp,
            entries: self.entries.clone(),
        }
    }
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Table {
            leaves: Arc::clone(&self.leaves),
            len: self.len,
            hash: self.hash,
        }
    }
}

impl<K: Key, V> Default for Table<K, V> {
    fn default() -> Self {
        Table {
            leaves: Arc::new(vec![Arc::new(Leaf::new(Vec::new()))]),
            len: 0,
            hash: KeyHash::of_process(),
        }
    }
}

impl<K: Key, V> Index<&K> for Table<K, V> {
    type Output = V;

    /// # Panics
    ///
    /// If there is none, as that of a `HashMap`.
    fn index(&self, key: &K) -> &V {
        self.get(key).expect("there is an entry of that name")
    }
}

impl<K: Key + fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
