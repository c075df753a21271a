//! The stacks that are known, each once.

use crate::tables::Interner;

/// Number of a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StackId(pub(crate) u32);

impl StackId {
    /// That of no stack.
    pub(crate) const NONE: StackId = StackId(0);
    /// Every number is at most this.
    pub(crate) const LAST: u32 = 2 * STACKS as u32;
}

/// How many stacks are kept. A program has as many as it has ways to its waits;
/// the largest services have thousands. Miri takes its time.
const STACKS: usize = if cfg!(miri) { 64 } else { 16_384 };

/// A lock-free table that only grows, to a bound.
pub(super) struct StackTable(Interner<Box<[usize]>>);

impl StackTable {
    pub(super) fn new() -> Self {
        StackTable(Interner::new(STACKS))
    }

    /// The number of the stack of these return addresses; of none if it is new and
    /// there is no more room.
    #[inline]
    pub(super) fn intern(&self, hash: u64, addresses: &[usize]) -> StackId {
        StackId(
            self.0
                .intern(hash, |kept| **kept == *addresses, || addresses.into()),
        )
    }

    pub(super) fn get(&self, id: StackId) -> Option<&[usize]> {
        self.0.get(id.0).map(|kept| &**kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_kept_once_and_a_full_table_says_so() {
        let table = StackTable::new();
        let stack = |n: usize| [n, n + 1, 77];
        let first = table.intern(1, &stack(1));
        assert_ne!(first, StackId::NONE);
        // A hash says nothing by itself.
        let same_hash = table.intern(1, &stack(2));
        assert_ne!(same_hash, first);
        assert_eq!(table.intern(1, &stack(1)), first);
        assert_eq!(table.get(first), Some(&stack(1)[..]));
        for n in 3..2 * STACKS {
            assert!(table.intern(n as u64, &stack(n)).0 <= StackId::LAST);
        }
        assert_eq!(table.intern(0, &[1]), StackId::NONE);
        assert_eq!(table.intern(1, &stack(2)), same_hash);
        assert_eq!(table.get(StackId::NONE), None);
    }
}
