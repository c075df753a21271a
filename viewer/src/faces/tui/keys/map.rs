//! What the user has bound otherwise.

use std::collections::BTreeMap;

use super::{Action, Binding, Key, KeyError};
use crate::words::plain::quoted;

/// The keys of those actions that the user has given other keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyMap {
    bound: BTreeMap<Action, Vec<Key>>,
}

/// Why a binding is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyMapError {
    /// There is no action of that name.
    #[error("there is no action '{0}'")]
    Action(String),
    /// What is bound to it is not a key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl KeyMap {
    /// Binds the action of that name to these keys, and no others. With none it cannot
    /// be asked for.
    ///
    /// # Errors
    ///
    /// If there is no action or no key of a name.
    pub fn bind<'a>(
        &mut self,
        action: &str,
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), KeyMapError> {
        let known = Action::named(action);
        let known = known.ok_or_else(|| KeyMapError::Action(quoted(action)))?;
        let keys: Result<Vec<Key>, KeyError> = keys.into_iter().map(str::parse).collect();
        self.bound.insert(known, keys?);
        Ok(())
    }

    /// Whether the user has given this action keys of their own, or none.
    pub(super) fn is_bound(&self, action: Action) -> bool {
        self.bound.contains_key(&action)
    }

    /// The keys of a binding.
    pub(in super::super) fn keys(&self, binding: &Binding) -> Vec<Key> {
        match self.bound.get(&binding.action) {
            Some(keys) => keys.clone(),
            None => {
                let keys = binding.keys.split(' ');
                keys.filter_map(|key| key.parse().ok()).collect()
            }
        }
    }

    /// What `key` asks for by these bindings, of which the first win. What the user
    /// has bound wins over what comes with taskmon.
    pub(in super::super) fn action<'a>(
        &self,
        key: Key,
        bindings: impl Iterator<Item = &'a Binding> + Clone,
    ) -> Option<Action> {
        let is_bound = |binding: &&&Binding| self.bound.contains_key(&binding.action);
        let mut own = bindings.clone().filter(|it| is_bound(&it));
        let found = own.find(|binding| self.keys(binding).contains(&key));
        let mut others = bindings;
        let found = found.or_else(|| {
            others.find(|binding| !is_bound(&binding) && self.keys(binding).contains(&key))
        });
        found.map(|binding| binding.action)
    }

    /// The keys of a binding for people: `↑ k`.
    pub(in super::super) fn signs(&self, binding: &Binding) -> String {
        let signs: Vec<String> = self.keys(binding).iter().map(Key::sign).collect();
        signs.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::super::COMMON;
    use super::*;

    fn action(map: &KeyMap, key: &str) -> Option<Action> {
        map.action(key.parse().unwrap(), COMMON.iter())
    }

    #[test]
    fn what_the_user_binds_wins_over_what_was_there() {
        let mut map = KeyMap::default();
        assert_eq!(action(&map, "Space"), Some(Action::Pause));
        map.bind("pause", ["q", "F5"]).unwrap();
        assert_eq!(action(&map, "Space"), None);
        assert_eq!(action(&map, "F5"), Some(Action::Pause));
        assert_eq!(action(&map, "q"), Some(Action::Pause));
        assert_eq!(action(&map, "Ctrl-C"), Some(Action::Quit));
    }

    #[test]
    fn what_is_no_action_or_no_key_is_refused() {
        let mut map = KeyMap::default();
        let error = map.bind("sort\u{1b}", ["x"]).unwrap_err().to_string();
        assert!(error.contains(r"sort\u{1b}"), "{error}");
        assert!(map.bind("pause", ["Hyper-x"]).is_err());
        assert_eq!(map, KeyMap::default());
    }

    #[test]
    fn every_action_has_one_name() {
        for action in Action::all() {
            let name = action.name().unwrap();
            assert_eq!(Action::named(name), Some(action));
        }
    }
}
