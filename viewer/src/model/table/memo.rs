//! What was made of each leaf of a table, kept while the leaf does not change.

use super::{Key, Leaf, Table};

/// One value for each leaf. What changes little from picture to picture is so
/// looked at once, and then only where it changes.
#[derive(Clone, Debug)]
pub(crate) struct Memo<T> {
    leaves: Vec<(u64, T)>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Memo { leaves: Vec::new() }
    }
}

impl<T> Memo<T> {
    /// Makes a value anew of each leaf that has changed since.
    pub(crate) fn refresh<K: Key, V>(
        &mut self,
        table: &Table<K, V>,
        mut make: impl FnMut(&Leaf<K, V>) -> T,
    ) {
        self.leaves.truncate(table.leaves.len());
        for (place, leaf) in table.leaves().enumerate() {
            match self.leaves.get_mut(place) {
                Some((stamp, _)) if *stamp == leaf.stamp => {}
                Some(known) => *known = (leaf.stamp, make(leaf)),
                None => self.leaves.push((leaf.stamp, make(leaf))),
            }
        }
    }

    /// The values, in the order of the leaves.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.leaves.iter().map(|(_, value)| value)
    }
}
