//! The names of tasks, of which many have the same.

use std::hash::BuildHasher;
use std::sync::Arc;

use crate::model::KeyHash;

/// How many names are remembered. More may be in use: then a name is kept more
/// than once.
const REMEMBERED: usize = 1_024;

/// Names that came lately, so that a name of many tasks is kept once.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    empty: Arc<str>,
    /// By their hash, so that each has one place.
    recent: Vec<Arc<str>>,
    hash: KeyHash,
}

impl Names {
    /// `name`, the same one as before if it came lately.
    pub(super) fn keep(&mut self, name: &str) -> Arc<str> {
        if name.is_empty() {
            return Arc::clone(&self.empty);
        }
        if self.recent.is_empty() {
            self.recent = vec![Arc::clone(&self.empty); REMEMBERED];
        }
        let place = self.hash.hash_one(name) as usize % REMEMBERED;
        let known = &mut self.recent[place];
        if **known != *name {
            *known = name.into();
        }
        Arc::clone(known)
    }
}
