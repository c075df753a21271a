//! A short list on the stack.

use crate::tables::{WAKER_WAITS, WakerWait};

/// As many as are kept of anything here; more are not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Few<T> {
    count: usize,
    all: [T; WAKER_WAITS],
}

impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Self) -> bool {
        self.all[..self.count] == other.all[..other.count]
    }
}

impl<T: Copy> Few<T> {
    pub(super) const fn new(nothing: T) -> Self {
        Few {
            count: 0,
            all: [nothing; WAKER_WAITS],
        }
    }

    #[inline]
    pub(super) fn push(&mut self, one: T) {
        if let Some(place) = self.all.get_mut(self.count) {
            *place = one;
            self.count += 1;
        }
    }

    #[inline]
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    #[inline]
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.all[..self.count].iter()
    }

    #[inline]
    pub(super) fn find(&mut self, find: impl Fn(&T) -> bool) -> Option<&mut T> {
        self.all[..self.count].iter_mut().find(|one| find(one))
    }

    pub(super) fn sort_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.all[..self.count].sort_unstable_by_key(key);
    }
}

impl Few<WakerWait> {
    /// Adds a wait, to those at the same stack if there are some.
    pub(super) fn add(&mut self, wait: WakerWait) {
        match self.find(|known| known.stack == wait.stack) {
            Some(known) => *known = known.and(wait),
            None => self.push(wait),
        }
    }
}
