//! Keys that cannot mean two things.

use std::fmt;

use super::{Action, Binding, Key, KeyMap};

/// A key that the user has bound so that an action is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyConflict {
    view: String,
    key: Key,
    /// What the user has bound to it.
    bound: Action,
    /// What cannot be asked for with it any more.
    lost: Action,
}

impl KeyConflict {
    /// Whether it is about a binding of the action with this name.
    pub fn concerns(&self, action: &str) -> bool {
        let is = |of: Action| of.name() == Some(action);
        is(self.bound) || is(self.lost)
    }

    /// The first conflict of `keys` in a view that is called `view` and has these
    /// bindings, of which the first win.
    ///
    /// There is one if the user has bound one key to two actions, or the only key of an
    /// action to another one.
    pub(in super::super) fn find(
        view: &str,
        bindings: &[&'static Binding],
        keys: &KeyMap,
    ) -> Option<Self> {
        bindings.iter().find_map(|binding| {
            let own = keys.keys(binding);
            let taken = own.iter().filter_map(|key| {
                let winner = keys.action(*key, bindings.iter().copied())?;
                (winner != binding.action && keys.is_bound(winner)).then_some((*key, winner))
            });
            let taken: Vec<(Key, Action)> = taken.collect();
            let has_another = taken.len() < own.len() && !keys.is_bound(binding.action);
            let (key, bound) = *taken.first().filter(|_| !has_another)?;
            Some(KeyConflict {
                view: view.to_owned(),
                key,
                bound,
                lost: binding.action,
            })
        })
    }
}

impl fmt::Display for KeyConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |action: Action| action.name().unwrap_or("a tab");
        write!(
            f,
            "in the view {} the key {} would be that of `{}` and of `{}`: give one of them another",
            self.view,
            self.key,
            name(self.bound),
            name(self.lost)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::COMMON;
    use super::*;

    fn conflict(bound: &[(&str, &[&str])]) -> Option<String> {
        let mut keys = KeyMap::default();
        for (action, of) in bound {
            keys.bind(action, of.iter().copied()).unwrap();
        }
        let all: Vec<_> = COMMON.iter().collect();
        KeyConflict::find("Tasks", &all, &keys).map(|found| found.to_string())
    }

    #[test]
    fn what_comes_with_taskmon_has_none() {
        assert_eq!(conflict(&[]), None);
    }

    #[test]
    fn one_key_for_two_actions_is_told() {
        let said = conflict(&[("pause", &["x"]), ("copy", &["x", "z"])]).unwrap();
        assert_eq!(
            said,
            "in the view Tasks the key x would be that of `pause` and of `copy`: give one of \
             them another"
        );
    }

    #[test]
    fn the_only_key_of_another_action_is_told_and_one_of_several_is_not() {
        let said = conflict(&[("pause", &["y"])]).unwrap();
        assert!(said.contains("`pause` and of `copy`"), "{said}");
        assert_eq!(conflict(&[("pause", &["q"])]), None);
        // Whoever wants an action to have no key may say so.
        assert_eq!(conflict(&[("pause", &["y"]), ("copy", &[])]), None);
    }
}
