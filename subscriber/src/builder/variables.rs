//! What whoever runs a program sets.

use crate::server;

/// A variable's value. What it cannot mean is said, and ignored.
pub(super) fn variable<T>(name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
    let value = std::env::var_os(name)?;
    if value.is_empty() {
        return None;
    }
    let parsed = match value.to_str() {
        Some(text) => parse(text),
        None => Err("it is not UTF-8".to_owned()),
    };
    parsed
        .map_err(|error| server::say(&format!("{name} is ignored: {error}")))
        .ok()
}
