//! What leaves the process.

use std::env;

use super::Builder;
use crate::redact::{Private, Redact, Redaction};

/// What leaves the process of names that the program chose while it ran. Unless one of
/// these says otherwise, all of it.
impl Builder {
    /// Hashes or leaves out the names of tasks and threads, the texts among the attributes
    /// of resources, and the names of the executable and the host. `TASKMON_REDACT` (`hash`
    /// or `drop`) goes before it.
    ///
    /// Code stays as it is: the functions, types and source paths of stacks and sites.
    pub fn redact(mut self, redact: Redact) -> Self {
        self.redaction = redact.into();
        self
    }

    /// Has `change` make of each such text what leaves instead of it, up to 112 bytes. It is
    /// called on taskmon's thread, often, and is to make the same of the same; if it panics,
    /// nothing leaves. `TASKMON_REDACT`
    /// goes before it.
    ///
    /// ```
    /// use taskmon_subscriber::{Builder, Private};
    ///
    /// let builder = Builder::new().redact_with(|what, text| match what {
    ///     // `order 4711 of alice` leaves as `order`.
    ///     Private::TaskName => text.split(' ').next().unwrap_or_default().to_owned(),
    ///     _ => text.to_owned(),
    /// });
    /// # drop(builder);
    /// ```
    pub fn redact_with(
        mut self,
        change: impl Fn(Private, &str) -> String + Send + Sync + 'static,
    ) -> Self {
        self.redaction = Redaction::by(change);
        self
    }
}

/// What the variable says, or else `redaction`.
///
/// One that makes no sense is an error: what was to be kept from leaving must not.
pub(super) fn with_variable(redaction: Redaction) -> Result<Redaction, String> {
    match env::var_os("TASKMON_REDACT") {
        None => Ok(redaction),
        Some(value) => Redaction::from_variable(&value.to_string_lossy()),
    }
}
