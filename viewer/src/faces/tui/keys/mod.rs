//! What keys mean.
//!
//! A [`Binding`] says which keys ask for an [`Action`], and in words what that does:
//! the keys, the help and the footer are all made of the same tables. `common` has
//! those that hold everywhere; each view has those of its own, which come first.
//! [`KeyMap`] is what a user has bound otherwise.

mod action;
mod common;
mod conflict;
mod key;
mod map;

pub use self::action::Action;
pub(super) use self::common::{COMMON, MOVES};
pub use self::conflict::KeyConflict;
pub use self::key::{Key, KeyError};
pub use self::map::{KeyMap, KeyMapError};

/// Keys and what they ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    pub(super) action: Action,
    /// The keys unless the user has bound others, with spaces between them.
    pub(super) keys: &'static str,
    /// What it does, for the help.
    pub(super) says: &'static str,
    /// The same in a word or two, for the footer; empty for what is not so important.
    pub(super) short: &'static str,
}

impl Binding {
    /// One for the help alone.
    pub(super) const fn new(action: Action, keys: &'static str, says: &'static str) -> Self {
        Binding {
            action,
            keys,
            says,
            short: "",
        }
    }

    /// The same, in the footer too.
    pub(super) const fn short(self, short: &'static str) -> Self {
        Binding { short, ..self }
    }
}
